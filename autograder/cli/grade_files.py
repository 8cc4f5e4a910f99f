"""Fill every roster of a run with its grades: what ``autograder grade`` and ``autograder export`` have in common."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from autograder import lms
from autograder.lms import AssignmentPolicy, Roster, Written
from autograder.model import Run


def fill(
    run: Run,
    rosters: Sequence[Roster],
    folder: Path,
    *,
    matched: bool,
    policy: AssignmentPolicy | None = None,
    column: str | None = None,
    scale: bool = False,
    missing: str = "blank",
    dry_run: bool = False,
) -> tuple[Written, ...]:
    """Write ``lms/<name>.csv`` below ``folder`` for each roster; nothing is written in a dry run.

    Args:
        run: after the policy.
        rosters: the first one, with others of its form, says who is who; grades go to the rest by any id that a student
            has on both.
        matched: the run's students are known under the ids of the first roster; else they are looked for on it anew.

    Raises:
        UsageError: a column cannot be told, or a file cannot be written.
    """
    if not rosters:
        return ()
    everybody = lms.together(rosters)
    grades = lms.grades_of(run, excused=frozenset() if policy is None else policy.excused)
    found: tuple[str, ...] = ()
    if not matched:
        grades, found = lms.onto(everybody, grades, run)
    written: list[Written] = []
    for at, roster in enumerate(rosters):
        own = grades
        if roster.layout.form != everybody.layout.form:
            own, found = lms.across(grades, everybody, roster)
        known = {entry.student.id for entry in roster.students}
        # beside its place first, so that a killed run leaves no half file
        place = folder / "lms" / _name(rosters, at)
        beside = place.with_name(f".{place.name}.new")
        one = lms.write_grades(
            roster,
            {student: grade for student, grade in own.items() if student in known},
            out=None if dry_run else beside,
            column=column,
            assignment=run.facts.assignment,
            possible=lms.possible(run),
            scale=scale,
            missing=missing,
            places=2 if policy is None else policy.places,
        )
        if one.path is not None:
            beside.replace(place)
        path = None if one.path is None else str(place)
        written.append(msgspec.structs.replace(one, path=path, warnings=(*one.warnings, *found)))
        found = ()
    return tuple(written)


def _name(rosters: Sequence[Roster], at: int) -> str:
    # Blackboard's .xls is text with an ending of its own, which tells Blackboard how to read it; two sections of one
    # LMS are two files
    roster = rosters[at]
    again = sum(other.kind == roster.kind for other in rosters[:at])
    return f"{roster.kind}{f'-{again + 1}' if again else ''}{Path(roster.name).suffix.lower() or '.csv'}"
