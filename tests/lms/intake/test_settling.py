"""Which work counts, which attempt is the newest, and what is said of what was given."""

from pathlib import Path
from typing import Any

import pytest

from autograder.errors import UsageError
from autograder.lms import collect
from autograder.lms.intake import paths, settle, works
from autograder.lms.records import Bundle, Intake
from autograder.model import Id, Space, Student, Submission
from tests.lms.intake.intake_samples import NB, inner_zip, notebook, zipped

ANN = Student(id="a", name="Ann Lee", ids=(Id(Space.GRADESCOPE_SID, "a"),))


@pytest.fixture
def work(tmp_path: Path) -> Any:
    """A work with a file of this content; None: there is no such file."""
    made: list[Path] = []

    def work(content: str | None = NB, **more: Any) -> Submission:
        path = tmp_path / f"{len(made)}.ipynb"
        made.append(path)
        if content is not None:
            path.write_text(content)
        key = str(len(made))
        return Submission(
            **{"key": key, "students": (ANN,), "file": f"f{key}", "source": f"s{key}", "path": str(path)} | more
        )

    return work


def test_what_was_given_as_the_students_own_comes_first(work: Any) -> None:
    one, two, three = work(), work("x", own=True), work(notebook("y"))
    found = settle([one, two, three])
    assert found.kept == two
    assert found.warnings == ("Ann Lee: left out f1 of s1, f3 of s3: s2, as it was given, is this student's own",)
    # two of their own are settled between themselves, and what is said of them stays
    found = settle([one, work("{", own=True), work(NB, own=True, argument=1)])
    assert found.kept is not None
    assert found.kept.key == "5"
    assert [line[:24] for line in found.warnings] == ["Ann Lee: took f5 of s5 i", "Ann Lee: left out f1 of "]


def test_a_name_is_said_and_else_the_id(work: Any) -> None:
    nameless = (Student(id="a"),)
    found = settle([work("x", students=nameless), work("y", students=nameless)])
    assert [one.message for one in found.refused] == [
        "a has 2 submissions (f1 of s1, f2 of s2) and nothing says which is the newest: leave one, or name the one "
        "that counts with --replace STUDENT FILE"
    ] * 2
    assert {(one.reason, one.students) for one in found.refused} == {("several-submissions", nameless)}
    assert [one.file for one in found.refused] == ["f1", "f2"]
    assert (found.kept, found.warnings) == (None, ())


def test_the_newest_says_so_in_its_notes(work: Any) -> None:
    times = ("2025-03-03T10:00:00", "2025-03-05T10:00:00", "2025-03-04T10:00:00")
    found = settle([work(str(at), submitted=when, notes=("before",)) for at, when in enumerate(times)])
    assert found.kept is not None
    assert (found.kept.key, found.kept.notes) == ("2", ("before", "3 submissions, took the one of 2025-03-05T10:00:00"))
    assert (found.refused, found.warnings) == ((), ())


def test_the_same_files_are_one_work_and_one_that_the_lms_knows_is_kept(work: Any, tmp_path: Path) -> None:
    for name, content in (("a.csv", "1"), ("b.csv", "2"), ("c.csv", "1")):
        (tmp_path / name).write_text(content)
    data = {name: str(tmp_path / f"{name}.csv") for name in "abc"}
    tagged = work(lms_tag="canvas:x")
    assert settle([work(), tagged]).kept == works._noting(tagged, "2 submissions of the same files")
    first = work(files={"x": data["a"]})
    assert settle([first, work(files={"x": data["c"]})]).kept == works._noting(first, "2 submissions of the same files")
    for other in ({}, {"x": data["b"]}, {"y": data["a"]}, {"x": data["a"], "y": data["b"]}):
        assert settle([first, work(files=other)]).kept is None
    order = {"x": data["a"], "y": data["b"]}
    assert settle([work(files=order), work(files=dict(reversed(order.items())))]).kept is not None
    # what cannot be read is the same as nothing but itself
    assert settle([work(None), work(None)]).kept is None


def test_a_notebook_takes_the_place_of_what_is_none_where_it_was_given_after_it(work: Any) -> None:
    broken, good = work("{", argument=1), work(NB, argument=2)
    found = settle([broken, good])
    line = "Ann Lee: took f2 of s2 in the place of a file before it that is no notebook"
    assert found.kept == works._noting(good, line)
    assert (found.warnings, found.refused) == ((line,), ())
    for arguments in ((2, 1), (1, 1)):
        pair = [work("{", argument=arguments[0]), work(NB, argument=arguments[1])]
        assert settle(pair).kept is None
        assert settle(pair[::-1]).kept is None
    assert settle([work("{", argument=1), work("[", argument=1), work(NB, argument=2)]).kept is not None
    assert settle([work("{", argument=1), work("[", argument=3), work(NB, argument=2)]).kept is None
    assert settle([work(NB, argument=1), work(notebook("z"), argument=2), work("{", argument=0)]).kept is None


@pytest.mark.parametrize(
    ("content", "is_one"),
    [
        (b'{"cells": []}', True), (b'\xef\xbb\xbf{"cells": []}', True), (b'{"worksheets": []}', True), (b"{}", False),
        (b'{"cells": {}}', False), (b'{"cells": 1, "worksheets": []}', False), (b"[]", False), (b"\xff", False),
        (b"[" * 5000, False), (None, False),
    ],
)  # fmt: skip
def test_what_can_be_read_as_a_notebook(tmp_path: Path, content: bytes | None, is_one: bool) -> None:
    if content is not None:
        (tmp_path / "a.ipynb").write_bytes(content)
    assert works._is_notebook(tmp_path / "a.ipynb") is is_one


def test_a_notebook_too_large_to_be_read_here_is_taken_for_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.ipynb").write_bytes(b"12345")
    monkeypatch.setattr(works, "SLIM_FROM", 5)
    assert not works._is_notebook(tmp_path / "a.ipynb")
    monkeypatch.setattr(works, "SLIM_FROM", 4)
    assert works._is_notebook(tmp_path / "a.ipynb")


# --- attempts in a download -----------------------------------------------------------------------------------------


def bundle(
    source: str, order: tuple[str | int, ...] | None, who: str = "a", name: str = "Ann Lee", tag: str = "b:x"
) -> Bundle:
    student = Student(id=who, name=name, ids=(Id(Space.BLACKBOARD_USERNAME, who),))
    return Bundle(students=(student,), items=(), source=source, order=order, tag=tag)


ATTEMPTS: list[tuple[list[Bundle], list[str], list[str]]] = [
    # the bundles, those that are kept, what is said
    ([bundle("1", (1,)), bundle("2", (3,)), bundle("3", (2,))], ["2"], ["Ann Lee: 3 attempts, took the newest (2)"]),
    ([bundle("1", (1, 5)), bundle("2", (1, 9))], ["2"], ["Ann Lee: 2 attempts, took the newest (2)"]),
    ([bundle("1", (1,), name=""), bundle("2", (2,), name="")], ["2"], ["a: 2 attempts, took the newest (2)"]),
    ([bundle("1", (1,), "A"), bundle("2", (2,))], ["2"], ["Ann Lee: 2 attempts, took the newest (2)"]),
    # where the order is not known, or two are of one moment, all stay; and of another person, name or LMS
    ([bundle("1", (1,)), bundle("2", None)], ["1", "2"], []),
    ([bundle("1", (1,)), bundle("2", (1,))], ["1", "2"], []),
    ([bundle("1", (1,)), bundle("2", (1,)), bundle("3", (2,))], ["1", "2", "3"], []),
    ([bundle("1", (1,)), bundle("2", (2,), "b")], ["1", "2"], []),
    ([bundle("1", (1,)), bundle("2", (2,), name="Bo")], ["1", "2"], []),
    ([bundle("1", (1,)), bundle("2", (2,), tag="c:x")], ["1", "2"], []),
    ([bundle("1", (1,)), bundle("2", (2,), tag="b:y")], ["2"], ["Ann Lee: 2 attempts, took the newest (2)"]),
    ([bundle("1", None)], ["1"], []),
]  # fmt: skip


@pytest.mark.parametrize(("given", "kept", "said"), ATTEMPTS, ids=range(len(ATTEMPTS)))
def test_of_a_students_attempts_the_newest_is_kept(given: list[Bundle], kept: list[str], said: list[str]) -> None:
    found, warnings = paths._newest(given)
    assert ([one.source for one in found], warnings) == (kept, said)


# --- what was given -------------------------------------------------------------------------------------------------


def taken(
    folder: Path, *given: Path | str, assignment: str | None = "hw01", people: tuple[Student, ...] = ()
) -> Intake:
    return collect(list(given), workdir=folder / "work", assignment=assignment, people=people)


def test_a_line_for_each_path_says_what_it_was_taken_for(tmp_path: Path) -> None:
    zipped(tmp_path / "canvas.zip", {"leebo_12_901_hw01.ipynb": NB, "uhl_13_902_hw01.ipynb": notebook("y")})
    zipped(tmp_path / "one.zip", {"kim_14_903_hw01.ipynb": NB})
    (tmp_path / "asmith.ipynb").write_text(NB)
    (tmp_path / "orr.ipynb").write_text(NB)
    given = [tmp_path / name for name in ("canvas.zip", "one.zip", "canvas.zip", "asmith.ipynb")]
    assert taken(tmp_path, *given).recognised == (
        "canvas.zip: canvas download, 2 submissions",
        "one.zip: canvas download, 1 submission",
        "1 file named one by one",
    )
    found = taken(tmp_path, *given, tmp_path / "orr.ipynb")
    assert found.recognised[-1] == "2 files named one by one"
    assert [(one.students[0].id, one.argument, one.own) for one in found.submissions] == [
        ("12", 1, False), ("13", 1, False), ("14", 2, False), ("asmith", 3, True), ("orr", 4, True),
    ]  # fmt: skip
    assert taken(tmp_path).recognised == ()


def test_files_out_of_a_download_are_named_one_by_one_too(tmp_path: Path) -> None:
    names = ("leebo_12_901_hw01.ipynb", "leebo_12_902_data.csv", "asmith.ipynb")
    for name in names:
        (tmp_path / name).write_text(NB)
    bo, ann = taken(tmp_path, *(tmp_path / name for name in names)).submissions
    assert (bo.students[0].id, bo.file, set(bo.files), bo.argument, bo.own) == (
        "12",
        "hw01.ipynb",
        {"data.csv"},
        2,
        False,
    )
    assert (bo.source, bo.lms_tag) == ("the command line", "canvas:leebo_12_901")
    assert (ann.students[0].id, ann.argument, ann.own, ann.source) == ("asmith", 3, True, "asmith.ipynb")


def test_a_work_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "work").touch()
    with pytest.raises(UsageError, match=r"work: cannot be written \(.*\): choose another folder with -o"):
        taken(tmp_path)


PLACES: list[tuple[str, str | None, str, bool]] = [
    # a file, the assignment, whose it is, whether it says who
    ("asmith/hw01.ipynb", "hw01", "asmith", True), ("asmith/HW 1 (2).ipynb", "hw01", "asmith", True),
    ("asmith/blee.ipynb", "hw01", "blee", True), ("asmith/hw01.ipynb", None, "hw01", True),
]  # fmt: skip


@pytest.mark.parametrize(("path", "assignment", "who", "own"), PLACES)
def test_a_file_of_the_assignments_name_is_whose_folder_it_lies_in(
    tmp_path: Path, path: str, assignment: str | None, who: str, own: bool
) -> None:
    (tmp_path / path).parent.mkdir()
    (tmp_path / path).write_text(NB)
    (one,) = taken(tmp_path, tmp_path / path, assignment=assignment).submissions
    assert (one.students[0].id, one.own) == (who, own)
    assert one.source == ("asmith" if who == "asmith" else path.rpartition("/")[2])


@pytest.mark.parametrize(
    ("name", "content", "bulk"),
    [
        ("a.zip", b"", True), ("A.ZIP", b"", True), ("a.ipynb", inner_zip({"a": "x"}), False),
        ("a.py", inner_zip({"a": "x"}), False), ("download", inner_zip({"a": "x"}), True), ("a.pdf", b"%PDF", False),
        ("leebo_12_901_work.zip", inner_zip({"a": "x"}), False),
    ],
)  # fmt: skip
def test_what_is_a_class_in_a_zip(tmp_path: Path, name: str, content: bytes, bulk: bool) -> None:
    (tmp_path / name).write_bytes(content)
    assert paths._is_bulk_zip(tmp_path / name) is bulk


MIXED: list[tuple[list[str], str, list[str], list[str]]] = [
    # files beside each other, what they are taken for, what is left out, whose work is nobody's
    (["a_1_2_hw01.ipynb", "x.ipynb"], "canvas download", [], ["x.ipynb"]),
    (["a_1_2_hw01.ipynb", "x.pdf"], "canvas download", ["x.pdf"], []),
    (["a_1_2_hw01.ipynb", "x.ipynb.txt"], "canvas download", [], ["x.ipynb.txt"]),
    (["a_1_2_hw01.ipynb", "X.ZIP"], "canvas download", [], ["X.ZIP"]),
    (["a_1_2_hw01.ipynb", "x.ipynb", "y.ipynb"], "folders or files named after students", [], []),
    (["1-2 - Bo - Mar 3, 2025 905 AM/hw01.ipynb", "index.html"], "brightspace download", [], []),
    (["1-2 - Bo - Mar 3, 2025 905 AM/hw01.ipynb", "other.html"], "brightspace download", ["other.html"], []),
    (["in/a_1_2_hw01.ipynb", "in/x.pdf"], "canvas download", ["x.pdf"], []),
    (["in/a_1_2_hw01.ipynb", "x.pdf"], "folders or files named after students", [], []),
]


@pytest.mark.parametrize(("names", "recognised", "left", "nameless"), MIXED, ids=range(len(MIXED)))
def test_what_lies_beside_an_lmss_files(
    tmp_path: Path, names: list[str], recognised: str, left: list[str], nameless: list[str]
) -> None:
    zipped(tmp_path / "d.zip", dict.fromkeys(names, NB))
    found = taken(tmp_path, tmp_path / "d.zip", assignment=None)
    assert found.recognised[0].startswith(f"d.zip: {recognised}, ")
    kind = recognised.partition(" ")[0]
    assert list(found.warnings) == [
        f"d.zip: {name} is not named as {kind} names its downloads: left out" for name in left
    ]
    assert [(one.file, one.reason) for one in found.refused if one.reason == "nameless"] == [
        (name, "nameless") for name in nameless
    ]
    if nameless:
        assert found.refused[0].message == (
            f"d.zip: {nameless[0]} is not named as {kind} names its downloads: unpack the download, and rename it as "
            "its student's files are, or remove it"
        )


def test_a_folder_that_is_somebodys_is_theirs_below_others_too(tmp_path: Path) -> None:
    people = (Student(id="1", name="Ann Lee", ids=(Id(Space.CANVAS_LOGIN, "alee"),)),)
    names = {"alee/a_1_2_hw01.ipynb": NB}
    found = taken(tmp_path, zipped(tmp_path / "d.zip", names), people=people)
    assert [one.students[0].id for one in found.submissions] == ["alee"]
    assert [one.students[0].id for one in taken(tmp_path, tmp_path / "d.zip").submissions] == ["1"]


def test_one_person_under_two_kinds_of_ids_is_one_without_a_list_and_two_with_one(tmp_path: Path) -> None:
    (tmp_path / "12.ipynb").write_text(notebook("own"))
    zipped(tmp_path / "d.zip", {"leebo_12_901_hw01.ipynb": NB})
    given = (tmp_path / "d.zip", tmp_path / "12.ipynb")
    (one,) = taken(tmp_path, *given).submissions
    assert (one.file, one.own) == ("12.ipynb", True)
    assert len(taken(tmp_path, *given, people=(ANN,)).submissions) == 2


def test_what_is_refused_has_its_student_where_its_name_is_one_on_the_list(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        (tmp_path / name).write_bytes(b"x")
    found = taken(tmp_path, tmp_path / "a.zip", tmp_path / "b.zip", tmp_path / "gone.zip", people=(ANN,))
    assert [(one.file, one.reason, [student.id for student in one.students]) for one in found.refused] == [
        ("a.zip", "bad-zip", ["a"]), ("b.zip", "bad-zip", []), ("gone.zip", "not-found", []),
    ]  # fmt: skip


# --- one submission -------------------------------------------------------------------------------------------------
