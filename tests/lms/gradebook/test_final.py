"""From points to a grade: what kind a change is, whose grade is none, and what is said of whom."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from autograder.errors import UsageError
from autograder.lms.gradebook import final
from autograder.lms.gradebook.final import adjust, grades_of, onto, possible
from autograder.lms.people import Roster, person_of
from autograder.lms.policy import Applied, AssignmentPolicy, LateRule
from autograder.lms.records import Grade, Layout, RosterStudent
from autograder.lms.table import Table
from autograder.model import Adjustment, Id, QuestionResult, Refused, Run, Space, Status, Student, SubmissionResult
from tests.lms.policy.test_late import run_of

DAY = timedelta(days=1)
DUE = datetime(2025, 3, 3, 12, tzinfo=UTC)
RULE = LateRule(per=DAY, percent=Decimal(10))
POLICY = AssignmentPolicy(assignment="hw01", due=DUE, late=RULE)
(WORK,) = run_of(("a", "2025-03-03T10:00:00", None)).results
SCORE = Decimal("2.675")


def change(kind: str, before: float | None = None, after: float | None = None, why: str = "w") -> Adjustment:
    return Adjustment(kind=kind, why=why, before=before, after=after)


KINDS: list[tuple[dict[str, Any], tuple[str, str] | None]] = [
    # what was applied beside the score, the kind and the reason of the change
    ({}, None),
    ({"final": Decimal("2.68")}, ("rounding", "rounded half up to 2 decimal places")),
    ({"reason": "1 minute late, within the grace"}, ("late", "1 minute late, within the grace")),
    ({"final": Decimal(1), "reason": "r", "penalty": Decimal(1)}, ("late", "r")),
    ({"final": Decimal(1), "reason": "r", "penalty": Decimal(1), "slip_days": 1, "scaled": True}, ("late", "r")),
    ({"reason": "r", "slip_days": 1, "scaled": True}, ("slip-days", "r")),
    ({"reason": "r", "extended": True, "scaled": True}, ("extension", "r")),
    ({"final": Decimal(5), "reason": "r", "scaled": True}, ("scaling", "r")),
    ({"reason": "r", "review": True, "scaled": True}, ("late-unknown", "r")),
    ({"final": None, "reason": "r", "excused": True}, ("excused", "r")),
    ({"final": None, "raw": None}, None),
]


@pytest.mark.parametrize(("applied", "said"), KINDS)
def test_a_change_is_called_by_what_mattered_most(applied: dict[str, Any], said: tuple[str, str] | None) -> None:
    done = Applied(**{"final": SCORE, "raw": SCORE, "reason": ""} | applied)
    for points, of in ((None, None), (Decimal("7.5"), 7.5)):
        found = final._with(WORK, done, msgspec.structs.replace(POLICY, points=points), "en")
        assert found.final_possible == of
        if said is None:
            assert (found.final, found.adjustments) == (None, ())
        else:
            after = None if done.final is None else float(done.final)
            assert found.adjustments == (change(said[0], 2.675, after, said[1]),)
            assert found.final == after


def test_a_policy_is_undone_before_it_is_applied_again() -> None:
    late, scaled, hand = change("late", 8.0, 7.0), change("scaling", 7.0, 14.0), change("override", 6.0, 8.0)
    done = msgspec.structs.replace(WORK, adjustments=(late, scaled), final=14.0, final_possible=20.0)
    bare = final._before(done)
    assert (bare.adjustments, bare.final, bare.final_possible) == ((), None, None)
    done = msgspec.structs.replace(WORK, adjustments=(hand, late, scaled), final=14.0, final_possible=20.0)
    bare = final._before(done)
    assert (bare.adjustments, bare.final, bare.final_possible) == ((hand,), 8.0, None)
    done = msgspec.structs.replace(WORK, adjustments=(hand,), final=8.0, final_possible=20.0)
    bare = final._before(done)
    assert (bare.adjustments, bare.final, bare.final_possible) == ((hand,), 8.0, None)


@pytest.mark.parametrize(
    ("changes", "score"),
    [
        ({}, "8.0"), ({"status": Status.FAILED}, None), ({"status": Status.NEEDS_REVIEW}, None),
        ({"score": None}, None), ({"final": 3.0}, "3.0"), ({"final": 0.0}, "0.0"),
        ({"adjustments": (change("excused"),)}, None),
        ({"adjustments": (change("override"),), "final": 2.0}, "2.0"), ({"score": 0.1 + 0.2}, "0.3"),
        ({"score": 0.1234567894}, "0.123456789"), ({"score": None, "final": 3.0}, "3.0"),
    ],
)  # fmt: skip
def test_the_score_that_counts(changes: dict[str, Any], score: str | None) -> None:
    found = final._score(msgspec.structs.replace(WORK, **changes))
    assert (None if found is None else str(found)) == score


def test_what_a_run_is_out_of() -> None:
    run = run_of(("a", None, None), ("b", None, None))
    assert possible(msgspec.structs.replace(run, questions={"q1": 2.0, "q2": 1.5})) == 3.5
    one, other = run.results
    scaled = msgspec.structs.replace(other, final_possible=20.0)
    assert possible(msgspec.structs.replace(run, results=(one, scaled))) == 20.0
    nothing = msgspec.structs.replace(other, final_possible=0.0)
    assert possible(msgspec.structs.replace(run, results=(nothing, scaled))) == 0.0


def group(run: Run, *ids: str) -> Run:
    """The run with its first work handed in by several."""
    first, *rest = run.results
    members = tuple(Student(id=id) for id in ids)
    work = msgspec.structs.replace(first.submission, students=members, member_keys=ids[1:])
    return msgspec.structs.replace(run, results=(msgspec.structs.replace(first, submission=work), *rest))


def test_of_a_group_with_two_dates_each_has_a_row_under_a_free_key() -> None:
    late = ("2025-03-04T12:00:00", None)
    run = group(run_of(("7", *late), ("7-2", *late), ("7-4", *late)), "7", "8", "9", "10")
    same, _ = adjust(run, POLICY)
    assert [one.submission.key for one in same.results] == ["7", "7-2", "7-4"]
    assert same.results[0].submission.member_keys == ("8", "9", "10")
    policy = msgspec.structs.replace(POLICY, extensions={"8": DUE + DAY})
    found, _ = adjust(run, policy)
    works = [one.submission for one in found.results]
    assert [(one.key, one.students[0].id, one.part_of, one.member_keys) for one in works] == [
        ("7", "7", None, ()), ("7-3", "8", "7", ()), ("7-5", "9", "7", ()), ("7-6", "10", "7", ()),
        ("7-2", "7-2", None, ()), ("7-4", "7-4", None, ()),
    ]  # fmt: skip
    # what is not later than the extension was not changed, the others' is a tenth less
    assert [one.final for one in found.results] == [7.0, 8.0, 7.0, 7.0, 7.0, 7.0]


def test_work_of_nobody_is_judged_under_its_key() -> None:
    run = group(run_of(("x", "2025-03-04T12:00:00", None)))
    found, _ = adjust(run, msgspec.structs.replace(POLICY, excused=frozenset({"x"})))
    assert found.results[0].adjustments[0].kind == "excused"


def test_the_reason_is_in_the_language_of_the_run() -> None:
    run = run_of(("a", "2025-03-04T12:00:00", None))
    for language, said in (("", "1 day late"), ("en", "1 day late"), ("de", "1 Tag")):
        told = msgspec.structs.replace(run, facts=msgspec.structs.replace(run.facts, language=language))
        found, _ = adjust(told, POLICY)
        assert said in found.results[0].adjustments[0].why
        assert (
            grades_of(found)
            .popitem()[1]
            .comment.startswith("autograder: 7 of 10 points" if language != "de" else "autograder: 7 von 10 Punkten")
        )


def test_whoever_handed_in_nothing_that_counts_can_be_excused() -> None:
    one, two, three = (Student(id=id) for id in ("One", "Two", "Three"))
    refused = Refused(file="x", reason="empty", message="", students=(three,))
    run = msgspec.structs.replace(run_of(missing=(one,), refused=(refused,)), doubtful=(two,))
    found, _ = adjust(run, msgspec.structs.replace(POLICY, excused=frozenset({"one", "two", "three", "four"})))
    assert found.excused == (one, two, three)


WORKS: list[tuple[list[tuple[str, str | None, bool | None]], dict[str, Any], list[str]]] = [
    # two and more without a time, among others and alone; nobody at all
    (
        [("a", "2025-03-03T10:00:00", None), ("b", None, None), ("c", None, None)],
        {},
        ["2 submissions without a known time, taken as on time (b, c): give the LMS's file"],
    ),
    ([], {}, []),
    # whoever is excused has no time to be told, and who has an extension has a date
    ([("a", None, None)], {"excused": frozenset({"a"})}, []),
    ([("a", "2025-03-04T10:00:00", None)], {"due": None, "extensions": {"b": DUE}}, []),
    ([("a", None, None), ("b", None, None)], {"excused": frozenset({"a"})}, ["nothing says when any work came"]),
]


@pytest.mark.parametrize(("works", "changes", "said"), WORKS, ids=range(len(WORKS)))
def test_what_is_said_of_times(works: list[Any], changes: dict[str, Any], said: list[str]) -> None:
    _, notes = adjust(run_of(*works), msgspec.structs.replace(POLICY, **changes))
    assert len(notes) == len(said)
    for note, beginning in zip(notes, said, strict=True):
        assert note.startswith(beginning)


# --- whose grade ----------------------------------------------------------------------------------------------------


def test_everybody_who_handed_in_anything_has_a_grade_or_a_reason() -> None:
    ill, gone, lost = (Student(id=id) for id in ("Ill", "gone", "lost"))
    refused = Refused(file="x", reason="empty", message="", students=(lost,))
    run = msgspec.structs.replace(
        run_of(("a", None, None), missing=(gone, ill), refused=(refused,)), doubtful=(Student(id="d"),)
    )
    grades = grades_of(run, excused=frozenset({"ill", "lost", "d"}))
    assert {own.value: (one.score, one.excused, one.reason) for (own, _), one in grades.items()} == {
        "d": (None, True, "nothing under this name, but work that is nobody's may be theirs"),
        "lost": (None, True, "empty"),
        "a": (8, False, ""),
        "ill": (None, True, ""),
    }
    assert not any(one.excused for one in grades_of(run).values())
    assert len(grades_of(run)) == 3
    named = grades_of(msgspec.structs.replace(run, excused=(ill,)))
    assert [own.value for (own, _), one in named.items() if one.excused] == ["ill"]


def test_two_works_of_one_student_are_one_grade_where_they_agree_and_else_none() -> None:
    one, two = run_of(("a", None, None), ("b", None, None)).results
    for score, expected in ((8.0, Grade(score=Decimal("8.0"), comment="autograder: 8 of 10 points")), (7.0, None)):
        both = msgspec.structs.replace(two, submission=one.submission, score=score)
        run = msgspec.structs.replace(run_of(), results=(one, both))
        (grade,) = grades_of(run).values()
        assert grade == expected or (grade.score is None and expected is None)
        assert bool(grade.reason) is (expected is None)
    assert grade.reason == "several submissions with different results: decide which one counts"
    # what could not be read beside what could is no second result
    refused = Refused(file="x", reason="empty", message="", students=one.submission.students)
    (grade,) = grades_of(msgspec.structs.replace(run_of(refused=(refused,)), results=(one,))).values()
    assert grade.score == 8


def question(name: str, score: float | None, of: float) -> QuestionResult:
    return QuestionResult(name=name, score=score, possible=of)


def test_the_comment_says_points_questions_and_changes_in_one_line() -> None:
    run = run_of(("a", None, None))
    work = msgspec.structs.replace(
        run.results[0],
        questions=(question("q1", 1.005, 2.0), question("q2", None, 1.0), question("q3", 0.0, 1.5)),
        adjustments=(change("late", why="two\n days  late"), change("override", why="")),
        final=6.5,
    )

    def comment(one: SubmissionResult) -> str:
        return grades_of(msgspec.structs.replace(run, results=(one,))).popitem()[1].comment

    assert comment(work) == "autograder: 6.5 of 10 points; q1 1.01 of 2; q3 0 of 1.5; two days late"
    assert comment(msgspec.structs.replace(work, final_possible=20.0)).startswith("autograder: 6.5 of 20 points;")
    assert comment(msgspec.structs.replace(work, status=Status.FAILED, reason="timeout")) == ""
    failed = msgspec.structs.replace(run, results=(msgspec.structs.replace(work, status=Status.FAILED, reason="t"),))
    assert grades_of(failed).popitem()[1] == Grade(score=None, reason="t")


# --- onto a list ----------------------------------------------------------------------------------------------------


def known(space: Space, id: str, name: str, *more: Id) -> Student:
    return Student(id=id, name=name, ids=(Id(space, id), *more))


ANN, BO = known(Space.CANVAS_SIS, "7", "Ann Lee"), known(Space.CANVAS_SIS, "8", "Bo Orr")


def listed(*students: Student) -> Roster:
    entries = tuple(RosterStudent(student=one, row=at, line=at + 1) for at, one in enumerate(students))
    layout = Layout(kind="k", form="form", header=0, students=entries, columns=(), identity=None)
    return Roster(Table("list.csv", (), ",", "utf-8", b""), layout)


def handed(*students: Student, **more: Any) -> Run:
    run = run_of(*((one.id, None, None) for one in students), **more)
    results = (
        msgspec.structs.replace(one, submission=msgspec.structs.replace(one.submission, students=(student,)))
        for one, student in zip(run.results, students, strict=True)
    )
    return msgspec.structs.replace(run, results=tuple(results))


TEN, NONE = Grade(score=Decimal(10)), Grade(score=None, reason="timeout")


def test_grades_are_put_under_the_lists_ids_and_its_ids_are_learnt() -> None:
    address = Id(Space.EMAIL, "ann@u.edu")
    roster = listed(known(Space.CANVAS_USER, "501", "Lee, Ann", Id(Space.CANVAS_SIS, "7"), address))
    refused = Refused(file="x", reason="empty", message="", students=(BO,))
    run = handed(ANN, refused=(refused,))
    placed = onto(roster, {person_of(ANN): TEN, person_of(BO): NONE}, run)
    assert placed.grades == {"501": TEN}
    (work,) = placed.run.results
    assert work.submission.students == (
        known(Space.CANVAS_SIS, "7", "Ann Lee", Id(Space.CANVAS_USER, "501"), address),
    )  # fmt: skip
    assert placed.run.refused == (refused,)
    # whoever has no grade to lose is not said to be lost
    assert placed.warnings == ()
    (said,) = onto(roster, {person_of(BO): TEN}, run).warnings
    assert said == "Bo Orr: not on list.csv: no grade there"


def test_everybody_of_the_run_is_looked_for() -> None:
    nameless = known(Space.CANVAS_SIS, "9", "")
    roster = listed(
        *(known(Space.CANVAS_USER, f"50{one.id}", one.name or "Cy Day", one.own) for one in (ANN, BO, nameless))
    )
    refused = Refused(file="x", reason="empty", message="", students=(ANN,))
    run = msgspec.structs.replace(handed(refused=(refused,)), missing=(BO,), doubtful=(nameless,))
    placed = onto(roster, dict.fromkeys(map(person_of, (ANN, BO, nameless)), NONE), run)
    assert placed.grades == dict.fromkeys(("507", "508", "509"), NONE)
    assert placed.run.refused[0].students[0].ids[1] == Id(Space.CANVAS_USER, "507")
    assert placed.run.missing[0].ids[1] == Id(Space.CANVAS_USER, "508")
    (doubtful,) = placed.run.doubtful
    assert (doubtful.ids[1], doubtful.name) == (Id(Space.CANVAS_USER, "509"), "Cy Day")


def test_two_people_who_are_one_row_have_its_grade_where_they_agree() -> None:
    team = Id(Space.SAKAI_GROUP, "g")
    roster = listed(Student(id="g", name="Red", ids=(team,)))
    one, two = known(Space.SAKAI_EID, "a", "Ann", team), known(Space.SAKAI_EID, "b", "Bo", team)
    run = handed(one, two)
    assert onto(roster, dict.fromkeys(map(person_of, (one, two)), TEN), run).grades == {"g": TEN}
    found = onto(roster, {person_of(one): TEN, person_of(two): NONE}, run).grades
    assert found == {"g": Grade(score=None, reason="several people who are this one row have different grades")}
    assert onto(roster, {person_of(two): TEN}, run).grades == {"g": TEN}


def test_work_of_nobody_keeps_everybody_elses_cell() -> None:
    roster = listed(ANN, BO)
    run = handed(ANN, refused=(Refused(file="x.zip", reason="bad-zip", message=""),))
    placed = onto(roster, {person_of(ANN): TEN}, run)
    assert placed.grades == {"7": TEN, "8": Grade(score=None, reason="work that is nobody's may be theirs")}
    assert onto(roster, {person_of(ANN): TEN}, handed(ANN)).grades == {"7": TEN}


@pytest.mark.parametrize("where", ["results", "refused", "missing", "doubtful"])
def test_a_run_that_does_not_say_where_ids_are_from_is_not_exported(where: str) -> None:
    bare = Student(id="7")
    run = handed(bare) if where == "results" else handed()
    if where != "results":
        refused = Refused(file="x", reason="y", message="", students=(bare,))
        run = msgspec.structs.replace(run, **{where: (refused if where == "refused" else bare,)})
    with pytest.raises(UsageError, match=r"^grades: written by a version that did not say which list its ids"):
        onto(listed(ANN), {}, run)
