"""Whom a policy means, and what the lists say of when people's work came."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from autograder.lms.names import fold
from autograder.lms.people import Finder, Roster, together
from autograder.lms.policy.rules import AssignmentPolicy
from autograder.lms.records import Layout, RosterStudent
from autograder.model import Run, Student

__all__ = ["Fitted", "fitted", "timed"]


class Fitted(NamedTuple):
    """A policy under the ids that a run's students have."""

    policy: AssignmentPolicy
    warnings: tuple[str, ...]
    """Whom the policy names in vain."""


class _List(NamedTuple):
    roster: Roster
    rows: Mapping[Student, tuple[RosterStudent, ...]]
    """The run's students → their rows."""


def timed(run: Run, rosters: Sequence[Roster]) -> Run:
    """The run with the times that the lists have, where the download had none, and with their sections."""
    lists = _lists(run, rosters)
    results = []
    for result in run.results:
        submission = result.submission
        rows = [row for student in submission.students for one in lists for row in one.rows.get(student, ())]
        when = submission.submitted or next((row.submitted for row in rows if row.submitted), None)
        late = submission.late if submission.late is not None else _any(row.late for row in rows)
        section = next((row.section for row in rows if row.section), submission.section)
        work = msgspec.structs.replace(submission, submitted=when, late=late, section=section)
        results.append(msgspec.structs.replace(result, submission=work))
    return msgspec.structs.replace(run, results=tuple(results))


def fitted(policy: AssignmentPolicy, run: Run, rosters: Sequence[Roster]) -> Fitted:
    """The policy with the run's own ids, whatever id or name its file gives, and with the lists' own due dates.

    Args:
        policy: as its file has it.
        run: whose students are meant.
        rosters: lists on which students have further ids; a due date there that is a student's own is an extension.
    """
    lists = _lists(run, rosters)
    people = _people(run)
    everybody = Finder("this run", _as_layout(people))
    lost: list[str] = []

    def own(table: str, name: str) -> str:
        note = ""
        for one in lists:
            found = one.roster.find(Student(id=name))
            note = note or found.note
            if found.entries:
                row = found.entries[0]
                known = (student for student, rows in one.rows.items() if row in rows)
                return fold(next(known, row.student).id)
        found = everybody.find(Student(id=name))
        if found.entries:
            return fold(found.entries[0].student.id)
        where = " or ".join(one.roster.name for one in lists) or "any list: give the class list as --roster"
        why = note or found.note
        lost.append(
            f"the policy's {table} name {name!r}, who is not on {where}{f' ({why})' if why else ''}: it changes "
            "nobody's grade"
        )
        return name

    extensions = {own("extensions", name): due for name, due in policy.extensions.items()}
    if policy.due is not None:
        extensions = dict(_own_dates(lists, policy)) | extensions
    return Fitted(
        msgspec.structs.replace(
            policy,
            extensions=extensions,
            excused=frozenset(own("excused", name) for name in sorted(policy.excused)),
            submitted={own("submitted", name): when for name, when in policy.submitted.items()},
            slip_used={own("slip_days_used", name): used for name, used in policy.slip_used.items()},
        ),
        tuple(lost),
    )


def _people(run: Run) -> list[Student]:
    graded = (student for result in run.results for student in result.submission.students)
    refused = (student for one in run.refused for student in one.students)
    return list(dict.fromkeys((*graded, *refused, *run.missing, *run.doubtful)))


def _lists(run: Run, rosters: Sequence[Roster]) -> list[_List]:
    forms = {roster.layout.form: roster for roster in reversed(rosters)}
    people = _people(run)
    lists = []
    for form in reversed(forms):
        everybody = together([roster for roster in rosters if roster.layout.form == form])
        lists.append(_List(everybody, everybody.match(people).rows))
    return lists


def _as_layout(people: Sequence[Student]) -> Layout:
    students = tuple(RosterStudent(student=student, row=at, line=at) for at, student in enumerate(people))
    return Layout(kind="run", form="run", header=0, students=students, columns=(), identity=None)


def _own_dates(lists: Sequence[_List], policy: AssignmentPolicy) -> Iterator[tuple[str, datetime]]:
    for one in lists:
        for student, rows in one.rows.items():
            due = next((row.due for row in rows if row.due), None)
            if due is None:
                continue
            moment = datetime.fromisoformat(due)
            aware = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(policy.zone), fold=1)
            if aware != policy.due:
                yield fold(student.id), aware


def _any(said: Iterator[bool | None]) -> bool | None:
    known = [one for one in said if one is not None]
    return any(known) if known else None
