"""What a TA knows better, applied to a class: partners, files exchanged or replaced, titles in a person's place."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from autograder.errors import UsageError
from autograder.lms.people import Roster, person_of
from autograder.lms.people.corrections import _Corrected, _is_titled
from autograder.lms.people.groups import Together, read_groups
from autograder.lms.people.roster import Match, Matched
from autograder.lms.records import Layout, RosterStudent
from autograder.model import Refused, Student, Submission
from tests.lms.people.test_finding import FILE, SID, USER, person, roster
from tests.lms.people.test_matching import ANN, BO, CY, work


def matched(*works: Submission, refused: tuple[Refused, ...] = (), **more: Any) -> Matched:
    return Matched(submissions=works, match=Match(rows={}, **more), refused=refused)


def corrected(state: Matched, listed: Roster | None, change: Callable[[_Corrected], None]) -> Matched:
    found = _Corrected(state, listed)
    change(found)
    return found.done()


def joined(*groups: Together) -> Callable[[_Corrected], None]:
    return lambda work: work.join(groups, "g.csv")


def test_partners_have_one_work_and_are_not_missing() -> None:
    listed = roster(ANN, BO, CY)
    state = matched(work(ANN, "501"), missing=(BO, CY))
    done = corrected(state, listed, joined(Together(1, (("alee",), ("borr",)))))
    (one,) = done.submissions
    assert (one.students, one.member_keys) == ((ANN, BO), ("502",))
    assert (done.match.missing, done.match.warnings) == ((CY,), ())
    # the same person by two names is one, and by two lines is a mistake
    done = corrected(state, listed, joined(Together(1, (("alee",), ("7",), ("borr",)))))
    assert done.submissions[0].students == (ANN, BO)
    with pytest.raises(UsageError, match=r"^g.csv: line 3: Lee, Ann \(501\) is in the group of line 1, too$"):
        corrected(state, listed, joined(Together(1, (("alee",), ("borr",))), Together(3, (("7",), ("ckim",)))))
    with pytest.raises(
        UsageError, match=r"^g.csv: line 1: 'zed': nobody on the class list or among the submissions has"
    ):
        corrected(state, listed, joined(Together(1, (("alee",), ("zed", "yan")))))
    done = corrected(state, listed, joined(Together(1, (("zed", "alee"), ("borr",)))))
    assert done.submissions[0].students == (ANN, BO)
    done = corrected(state, listed, joined(Together(4, (("borr",), ("ckim",)))))
    assert done.match.warnings == ("g.csv: line 4: nobody of this group handed in a file that can be graded",)
    assert (done.submissions, done.match.missing) == (state.submissions, (BO, CY))


def test_two_works_of_one_group_are_refused_once_for_all_of_it() -> None:
    listed = roster(ANN, BO, CY)
    failed = Refused(file="x", reason="empty", message="", students=(CY,))
    stranger = Refused(file="y", reason="empty", message="")
    state = matched(work(ANN, "501"), work(BO, "502"), refused=(failed, stranger))
    done = corrected(state, listed, joined(Together(1, (("alee",), ("borr",), ("ckim",)))))
    assert done.submissions == ()
    assert [(one.reason, one.students) for one in done.refused] == [
        ("empty", ()), ("several-submissions", (ANN, BO, CY)),
    ]  # fmt: skip
    # one that says when it came is kept, and said
    early, late = (
        work(one, one.id, submitted=f"2025-03-0{day}T10:00:00") for one, day in ((ANN, 3), (BO, 4))
    )  # fmt: skip
    (one,) = corrected(matched(early, late), listed, joined(Together(1, (("alee",), ("borr",))))).submissions
    assert (one.key, one.students) == ("502", (ANN, BO))
    own = matched(work(ANN, "501", own=True), work(BO, "502"))
    (said,) = corrected(own, listed, joined(Together(1, (("alee",), ("borr",))))).match.warnings
    assert said.startswith("Lee, Ann: left out f of ")


def test_a_title_that_stood_as_a_student_gives_way_to_the_members() -> None:
    listed = roster(ANN, BO, CY)
    team = person("", (FILE, "Red Team"))
    for title, kept in (("Red Team", (ANN, BO)), ("red-team", (ANN, BO))):
        done = corrected(
            matched(work(team, "t"), missing=(ANN, BO, CY), unknown=(team,)),
            listed,
            joined(Together(1, (("alee",), ("borr",)), title)),
        )
        assert [one.students for one in done.submissions] == [kept]
        assert (done.match.missing, done.match.unknown) == ((CY,), ())
    # without a title there is nothing to look for, and another title is another group's
    for title in ("", "Blue"):
        done = corrected(matched(work(team, "t")), listed, joined(Together(1, (("alee",), ("borr",)), title)))
        assert done.submissions[0].students == (team,)


def test_canvas_writes_a_groups_title_with_the_number_of_one_member() -> None:
    listed = roster(ANN, BO, CY)
    state = matched(
        work(ANN, "501", lms_tag="canvas:red_team_LATE_501_9001"), titled=(ANN,), doubtful=(BO, CY), missing=()
    )
    for group in (
        Together(1, (("Red Team",), ("borr",), ("ckim",))), Together(1, (("borr",), ("ckim",)), "Red Team"),
    ):  # fmt: skip
        done = corrected(state, listed, joined(group))
        assert [one.students for one in done.submissions] == [(ANN, BO, CY)]
        assert (done.match.titled, done.match.doubtful, done.match.group_notes) == ((), (), ())
    # before that everybody may be in it, and it is said
    done = corrected(state, listed, lambda work: None)
    assert (done.match.doubtful, len(done.match.group_notes)) == ((BO, CY), 1)
    settled = corrected(
        msgspec.structs.replace(state, match=msgspec.structs.replace(state.match, titled=())), listed, lambda work: None
    )
    assert (settled.match.missing, settled.match.doubtful) == ((BO, CY), ())
    # without a list nothing says that
    bare = corrected(state, None, lambda work: None)
    assert (bare.match.doubtful, bare.match.group_notes) == ((BO, CY), ())


def test_files_are_exchanged_and_all_else_stays() -> None:
    listed = roster(ANN, BO, CY)
    ann = work(ANN, "501", late=True, files={"x": "1"}, notes=("n1",), lms_tag="t1")
    bo = work(BO, "502", late=False, files={"y": "2"}, notes=("n2",), lms_tag="t2")
    done = corrected(matched(work(CY, "503"), ann, bo), listed, lambda work: work.swap("alee", "borr"))
    said = "Lee, Ann (501) and Orr, Bo (502): files exchanged"
    _, one, two = done.submissions
    assert (one.key, one.path, one.files, one.notes, one.late, one.lms_tag) == (
        "501", "502.ipynb", {"y": "2"}, ("n2", said), True, "t1",
    )  # fmt: skip
    assert (two.key, two.path, two.files, two.notes, two.late, two.lms_tag) == (
        "502", "501.ipynb", {"x": "1"}, ("n1", said), False, "t2",
    )  # fmt: skip
    assert done.match.warnings == (said,)
    # of several works of one student the first is exchanged
    several = matched(ann, work(ANN, "501-2"), bo, work(BO, "502-2"))
    done = corrected(several, listed, lambda work: work.swap("alee", "borr"))
    assert [one.path for one in done.submissions] == ["502.ipynb", "501-2.ipynb", "501.ipynb", "502-2.ipynb"]
    with pytest.raises(UsageError, match=r"^--swap alee 7: both have the same work$"):
        corrected(several, listed, lambda work: work.swap("alee", "7"))
    with pytest.raises(
        UsageError, match=r"^--swap alee ckim: Kim, Cy \(503\) has no file that can be graded: use --repl"
    ):
        corrected(several, listed, lambda work: work.swap("alee", "ckim"))


def test_a_file_that_a_ta_names_takes_the_place_of_all_that_was_there(tmp_path: Path) -> None:
    listed = roster(ANN, BO, CY)
    (tmp_path / "new.ipynb").write_text('{"cells": []}')
    failed = Refused(file="x", reason="empty", message="", students=(ANN,))
    other = Refused(file="y", reason="empty", message="", students=(BO,))

    def change(state: _Corrected) -> None:
        state.replace("alee", tmp_path / "new.ipynb", tmp_path / "work", "hw01")

    said = "Lee, Ann (501): took new.ipynb, as --replace says"
    done = corrected(
        matched(work(BO, "502"), work(ANN, "501", late=True), work(ANN, "501-2"), refused=(failed, other)),
        listed,
        change,
    )
    assert [(one.key, one.file, one.late) for one in done.submissions] == [
        ("502", "f", None), ("501", "new.ipynb", True)
    ]  # fmt: skip
    assert done.submissions[1].notes == (f"{said}, in the place of f",)
    assert (done.refused, done.match.warnings) == ((other,), (said,))
    done = corrected(matched(work(CY, "501"), refused=(failed,), missing=(ANN, BO)), listed, change)
    assert [(one.key, one.file, one.notes) for one in done.submissions] == [
        ("501", "f", ()),
        ("501-2", "new.ipynb", (said,)),
    ]
    assert (done.submissions[1].students, done.match.missing) == ((ANN,), (BO,))


@pytest.mark.parametrize(
    ("name", "id", "title", "titled"),
    [
        ("Red Team", "x", "red team", True), ("", "Red-Team", "Red Team", True), ("Red Team", "x", "Blue", False),
        ("", "x", "", False), ("Red", "x", "-", False),
    ],
)  # fmt: skip
def test_a_work_under_a_title(name: str, id: str, title: str, titled: bool) -> None:
    assert _is_titled(work(Student(id=id, name=name)), title) is titled


def test_whoever_is_not_on_the_list_stays_unknown_where_the_work_is_theirs_alone() -> None:
    listed = roster(ANN, BO)
    zed = person("Zed", (SID, "z"))
    state = matched(work(zed, "z"), unknown=(zed,), missing=(ANN, BO))
    assert corrected(state, listed, lambda work: None).match.unknown == (zed,)
    done = corrected(state, listed, joined(Together(1, (("z",), ("alee",)))))
    assert (done.match.unknown, done.match.missing) == ((), (BO,))
    assert done.submissions[0].students == (zed, ANN)


# --- who worked together --------------------------------------------------------------------------------------------

GROUPS: list[tuple[str, list[tuple[int, tuple[tuple[str, ...], ...], str]]]] = [
    ("a,b\n\n# x,y\n c , d ,e\n", [(1, (("a",), ("b",)), ""), (4, (("c",), ("d",), ("e",)), "")]),
    ("group,b\n", [(1, (("group",), ("b",)), "")]),
    ("Team,login\nRed,a\nBlue,c\nRed,b\n,d\n", [(2, (("a",), ("b",)), "Red"), (3, (("c",),), "Blue")]),
    (
        "name,user_name,login_id,number,group_name,sections,group_id\nAnn,u1,a,1,Red,S,9\n,u2,,2,Red,S,9\n",
        [(2, (("a", "u1", "1", "Ann"), ("u2", "2")), "Red")],
    ),
    ("Gruppe,Name\nRed,Ann\nRed,Bo\n", [(2, (("Ann",), ("Bo",)), "Red")]),
]


@pytest.mark.parametrize(("text", "groups"), GROUPS, ids=range(len(GROUPS)))
def test_a_file_of_groups(tmp_path: Path, text: str, groups: list[Any]) -> None:
    (tmp_path / "g.csv").write_text(text)
    assert [tuple(one) for one in read_groups(tmp_path / "g.csv")] == groups


def test_a_name_over_two_lines_is_one_line() -> None:
    entries = (RosterStudent(student=person("Lee,\n Ann", (USER, "1")), row=0, line=2),)
    layout = Layout(kind="k", form="form", header=0, students=entries, columns=(), identity=None)
    assert Roster(roster(ANN).table, layout).students[0].student.name == "Lee, Ann"
    assert person_of(ANN) == person_of(msgspec.structs.replace(ANN, name="Ann Lee"))
