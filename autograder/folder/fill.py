"""Fill every roster of a run with its grades: what ``autograder grade`` and ``autograder export`` have in common."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from autograder import lms
from autograder.lms import AssignmentPolicy, ColumnRule, Grade, Roster, Written
from autograder.model import Run


def fill(
    run: Run,
    rosters: Sequence[Roster],
    folder: Path,
    *,
    matched: str | None,
    policy: AssignmentPolicy | None = None,
    rule: ColumnRule,
    dry_run: bool = False,
) -> tuple[Written, ...]:
    """Write ``lms/<name>.csv`` below ``folder`` for each roster; nothing is written in a dry run.

    Args:
        run: after the policy.
        rosters: lists of one form are sections of one class. Each student is found on each form anew, by the ids that
            the run remembers and where they are from.
        matched: the form of those that the run was matched with just now, so that who was not found has been said.

    Raises:
        UsageError: a column cannot be told, or a file cannot be written.
    """
    if not rosters:
        return ()
    excused = frozenset() if policy is None else policy.excused
    forms: dict[str, dict[str, Grade]] = {}
    written: list[Written] = []
    for at, roster in enumerate(rosters):
        form = roster.layout.form
        found: tuple[str, ...] = ()
        if form not in forms:
            everybody = lms.together([other for other in rosters if other.layout.form == form])
            forms[form], found, run = lms.onto(everybody, lms.grades_of(run, excused=excused), run)
            # who is not on the list that the run was matched with is known from the matching
            found = () if form == matched else found
        own = forms[form]
        known = {entry.student.id for entry in roster.students}
        # beside its place first, so that a killed run leaves no half file
        place = folder / "lms" / _name(rosters, at)
        beside = place.with_name(f".{place.name}.new")
        one = lms.write_grades(
            roster,
            {student: grade for student, grade in own.items() if student in known},
            out=None if dry_run else beside,
            rule=rule,
            assignment=run.facts.assignment,
            possible=lms.possible(run),
            places=2 if policy is None else policy.places,
        )
        if one.path is not None:
            _put(beside, place)
        path = None if one.path is None else str(place)
        written.append(msgspec.structs.replace(one, path=path, warnings=(*one.warnings, *found)))
    return tuple(written)


def _put(beside: Path, place: Path) -> None:
    """One file in the place of another, unless that is the same: then nothing is said to have changed by its time."""
    if place.is_file() and place.read_bytes() == beside.read_bytes():
        beside.unlink()
    else:
        beside.replace(place)


def _name(rosters: Sequence[Roster], at: int) -> str:
    # Blackboard's .xls is text with an ending of its own, which tells Blackboard how to read it; two sections of one
    # LMS are two files
    roster = rosters[at]
    again = sum(other.kind == roster.kind for other in rosters[:at])
    return f"{roster.kind}{f'-{again + 1}' if again else ''}{Path(roster.name).suffix.lower() or '.csv'}"
