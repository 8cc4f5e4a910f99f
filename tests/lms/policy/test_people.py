"""Whom a policy means and what the lists say of their work: which list, which row, whose date comes first."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from autograder.lms.people import Roster
from autograder.lms.policy.people import fitted, timed
from autograder.lms.policy.rules import AssignmentPolicy
from autograder.lms.records import Layout, RosterStudent
from autograder.lms.table import Table
from autograder.model import Id, Refused, Run, Space, Student
from tests.lms.policy.test_late import run_of


def student(id: str, name: str = "", space: Space = Space.CANVAS_SIS) -> Student:
    return Student(id=id, name=name, ids=(Id(space, id),))


def roster(
    *rows: dict[str, Any], name: str = "list.csv", form: str = "form", space: Space = Space.CANVAS_SIS
) -> Roster:
    entries = tuple(
        RosterStudent(student=student(id, id.upper(), space), row=at, line=at + 1, **row)
        for at, (id, row) in enumerate((row.pop("id"), row) for row in rows)
    )
    layout = Layout(kind="k", form=form, header=0, students=entries, columns=(), identity=None)
    return Roster(Table(name, (), ",", "utf-8", b""), layout)


def work(submitted: str | None = None, late: bool | None = None, section: str = "", *more: Student) -> Run:
    run = run_of(("a", submitted, late))
    own = msgspec.structs.replace(
        run.results[0].submission, students=(student("a", "A"), *more), section=section
    )  # fmt: skip
    return msgspec.structs.replace(run, results=(msgspec.structs.replace(run.results[0], submission=own),))


ON, OFF = "2025-03-03T10:00:00", "2025-03-04T10:00:00"
TIMES: list[tuple[Run, list[dict[str, Any]], tuple[str | None, bool | None, str]]] = [
    # the work, the rows of a and others, when and whether late and in which section
    (work(), [{"id": "a", "submitted": ON, "late": True, "section": "S1"}], (ON, True, "S1")),
    (work(), [{"id": "a", "submitted": ON, "late": False, "section": "S1"}], (ON, False, "S1")),
    (work(), [{"id": "a"}], (None, None, "")),
    (work(), [{"id": "b", "submitted": ON, "late": True, "section": "S1"}], (None, None, "")),
    # what the download says comes before what a list says
    (work(OFF, False), [{"id": "a", "submitted": ON, "late": True}], (OFF, False, "")),
    (work(OFF, True), [{"id": "a", "submitted": ON, "late": False}], (OFF, True, "")),
    (work(section="S0"), [{"id": "a", "section": "S1"}], (None, None, "S1")),
    (work(section="S0"), [{"id": "a"}], (None, None, "S0")),
    # of a group the first who has it; late, where it is so for one of them
    (
        work(None, None, "", student("b", "B")),
        [{"id": "a", "late": False}, {"id": "b", "submitted": OFF, "late": True, "section": "S2"}],
        (OFF, True, "S2"),
    ),
    (
        work(None, None, "", student("b", "B")),
        [{"id": "a", "submitted": ON, "section": "S1"}, {"id": "b", "submitted": OFF, "section": "S2"}],
        (ON, None, "S1"),
    ),
]


@pytest.mark.parametrize(("run", "rows", "told"), TIMES, ids=range(len(TIMES)))
def test_what_the_download_does_not_say_a_list_does(
    run: Run, rows: list[dict[str, Any]], told: tuple[str | None, bool | None, str]
) -> None:
    found = timed(run, [roster(*(dict(row) for row in rows))]).results[0].submission
    assert (found.submitted, found.late, found.section) == told


def test_of_two_lists_the_first_that_says_it_counts() -> None:
    one = roster({"id": "a", "submitted": ON})
    other = roster({"id": "a", "submitted": OFF, "section": "S2"}, form="other")
    for lists, when in (([one, other], ON), ([other, one], OFF)):
        found = timed(work(), lists).results[0].submission
        assert (found.submitted, found.section) == (when, "S2")
    # two files of one form are sections of one class
    sections = [roster({"id": "b"}, name="1.csv"), roster({"id": "a", "submitted": ON}, name="2.csv")]
    assert timed(work(), sections).results[0].submission.submitted == ON


DUE = datetime(2025, 3, 3, 23, 59, tzinfo=UTC)
POLICY = AssignmentPolicy(assignment="hw01", due=DUE)


def test_names_are_found_on_lists_in_the_run_and_else_said() -> None:
    run = msgspec.structs.replace(
        work(),
        missing=(student("m", "Mia"),),
        doubtful=(student("d", "Di"),),
        refused=(Refused(file="x", reason="y", message="", students=(student("r", "Ron"),)),),
    )
    later = DUE + timedelta(days=1)
    policy = msgspec.structs.replace(
        POLICY,
        excused=frozenset({"mia", "di", "zoe"}),
        extensions={"ron": later, "l": later},
        submitted={"a": later},
        slip_used={"nobody": 3},
    )
    found = fitted(policy, run, [roster({"id": "l"})])
    assert found.policy.excused == {"m", "d", "zoe"}
    assert found.policy.extensions == {"r": later, "l": later}
    assert (found.policy.submitted, found.policy.slip_used) == ({"a": later}, {"nobody": 3})
    assert found.warnings == (
        "the policy's excused name 'zoe', who is not on list.csv: it changes nobody's grade",
        "the policy's slip_days_used name 'nobody', who is not on list.csv: it changes nobody's grade",
    )
    lists = [roster({"id": "l"}), roster({"id": "m"}, name="more.csv", form="more")]
    (said, _) = fitted(policy, run, lists).warnings
    assert "who is not on list.csv or more.csv: it" in said
    assert (
        fitted(policy, run, [])
        .warnings[0]
        .endswith("who is not on any list: give the class list as --roster: it changes nobody's grade")
    )


def test_why_a_name_is_nobodys_is_said() -> None:
    twins = [
        msgspec.structs.replace(entry, student=student(entry.student.id, "Ann Lee"))
        for entry in roster({"id": "1"}, {"id": "2"}).students
    ]
    lists = roster({"id": "x"})
    lists = Roster(lists.table, msgspec.structs.replace(lists.layout, students=tuple(twins)))
    policy = msgspec.structs.replace(POLICY, excused=frozenset({"ann lee"}))
    (said,) = fitted(policy, work(), [lists]).warnings
    assert "who is not on list.csv (2 students on list.csv are called so: " in said
    run = msgspec.structs.replace(work(), missing=tuple(one.student for one in twins))
    (said,) = fitted(policy, run, []).warnings
    assert "--roster (2 students on this run are called so: " in said


def test_the_ids_are_those_that_the_run_has() -> None:
    """Whom the list knows by another id than the run is excused under the run's."""
    listed = roster({"id": "a"})
    both = Student(id="A1", name="A", ids=(Id(Space.GRADESCOPE_SID, "A1"), Id(Space.CANVAS_SIS, "a")))
    run = run_of(missing=(both,))
    policy = msgspec.structs.replace(POLICY, excused=frozenset({"a"}))
    assert fitted(policy, run, [listed]).policy.excused == {"a1"}


ZONE = "America/Los_Angeles"
LOCAL = datetime(2025, 3, 3, 15, 59, tzinfo=ZoneInfo(ZONE))  # DUE
OWN: list[tuple[str, dict[str, datetime]]] = [
    # the row's due date, the extensions
    ("2025-03-05T12:00:00", {"a": datetime(2025, 3, 5, 20, tzinfo=UTC)}),
    ("2025-03-05T12:00:00+00:00", {"a": datetime(2025, 3, 5, 12, tzinfo=UTC)}),
    ("2025-03-03T15:59:00", {}),
    ("2025-03-03T23:59:00+00:00", {}),
    # of the hour that comes twice the later is meant
    ("2025-11-02T01:30:00", {"a": datetime(2025, 11, 2, 9, 30, tzinfo=UTC)}),
]


@pytest.mark.parametrize(("due", "extensions"), OWN)
def test_a_date_of_ones_own_on_a_list_is_an_extension(due: str, extensions: dict[str, datetime]) -> None:
    policy = msgspec.structs.replace(POLICY, zone=ZONE)
    lists = [roster({"id": "a", "due": due})]
    found = fitted(policy, work(), lists).policy.extensions
    assert {id: when.astimezone(UTC) for id, when in found.items()} == extensions
    # what the policy says itself comes first, and without a due date nobody has another
    own = msgspec.structs.replace(policy, extensions={"a": DUE})
    assert fitted(own, work(), lists).policy.extensions == {"a": DUE}
    assert fitted(msgspec.structs.replace(policy, due=None), work(), lists).policy.extensions == {}


def test_a_list_of_somebody_else_gives_nobody_a_date(tmp_path: Path) -> None:
    lists = [roster({"id": "b", "due": "2025-03-05T12:00:00"})]
    assert fitted(POLICY, work(), lists).policy.extensions == {}
