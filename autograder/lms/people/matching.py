"""Submissions under the roster's names."""

from collections.abc import Mapping, Sequence

import msgspec

from autograder.lms.intake import key_of
from autograder.lms.names import fold
from autograder.lms.people.roster import Matched, Origin, Roster, differ
from autograder.lms.records import Grade
from autograder.model import Refused, Student, Submission

__all__ = ["across", "match_submissions", "together"]


def together(rosters: Sequence[Roster]) -> Roster:
    """Everybody on the first roster and on the others of its form: one class whose sections are files of their own.

    It says who is who and is never written. Somebody on two of them is one student.
    """
    first = rosters[0]
    sections = [one for one in rosters[1:] if one.layout.form == first.layout.form]
    if not sections:
        return first
    everybody = {fold(entry.student.id): entry for one in (*reversed(sections), first) for entry in one.students}
    order = dict.fromkeys(fold(entry.student.id) for one in (first, *sections) for entry in one.students)
    students = tuple(msgspec.structs.replace(everybody[key], row=row) for row, key in enumerate(order))
    named = first.table._replace(name=" and ".join(one.name for one in (first, *sections)))
    return Roster(named, msgspec.structs.replace(first.layout, students=students))


def match_submissions(roster: Roster, submissions: Sequence[Submission], refused: Sequence[Refused] = ()) -> Matched:
    """Give each submission the roster's ids and names; nobody's work is dropped.

    Args:
        roster: the class list.
        submissions: as :func:`autograder.lms.collect` found them.
        refused: what it refused: these students have submitted something and are not missing.

    Of two submissions of one student the later is taken where both say when they came; else both are refused, because
    either could be the one that counts.
    """
    kinds = {(submission.lms_tag or "").partition(":")[0] for submission in submissions}
    origins = {
        student.id: _origin((submission.lms_tag or "").partition(":")[0], roster)
        for submission in submissions
        for student in submission.students
    }
    if len(kinds) == 1:
        # what was refused came in the same download
        only = _origin(kinds.pop(), roster)
        origins |= {student.id: only for one in refused for student in one.students}
    works: list[Submission | Refused] = [*submissions, *refused]
    match = roster.match((student for work in works for student in work.students), origins)

    def known(students: tuple[Student, ...]) -> tuple[Student, ...]:
        return tuple(match.rows[s.id].student if s.id in match.rows else s for s in students)

    groups: dict[str, list[Submission]] = {}
    for submission in submissions:
        students = known(submission.students)
        groups.setdefault(fold(students[0].id or submission.key), []).append(
            msgspec.structs.replace(submission, students=students)
        )
    kept: list[Submission] = []
    out = [msgspec.structs.replace(one, students=known(one.students)) for one in refused]
    taken: set[str] = set()
    for group in groups.values():
        newest = _newest(group)
        if newest is None:
            out += [
                Refused(
                    file=one.file,
                    reason="several-submissions",
                    message=f"{one.file}: {one.students[0].name or one.students[0].id} has {len(group)} submissions "
                    "and nothing says which is the newest: leave one and run again",
                    students=one.students,
                )
                for one in group
            ]
            continue
        kept.append(msgspec.structs.replace(newest, key=key_of(newest.students, taken)))
    return Matched(submissions=tuple(kept), match=match, refused=tuple(out))


def _origin(lms: str, roster: Roster) -> Origin:
    if lms == roster.kind and roster.layout.exact:
        return Origin.OWN
    return Origin.NUMBER if lms in ("canvas", "moodle", "brightspace") else Origin.OTHER


def _newest(group: list[Submission]) -> Submission | None:
    if len(group) == 1:
        return group[0]
    times = sorted((one.submitted or "", number) for number, one in enumerate(group))
    if not times[0][0] or times[-1][0] == times[-2][0]:
        return None
    newest = group[times[-1][1]]
    note = f"{len(group)} submissions, took the one of {newest.submitted}"
    return msgspec.structs.replace(newest, notes=(*newest.notes, note))


def across(grades: Mapping[str, Grade], source: Roster, target: Roster) -> tuple[dict[str, Grade], tuple[str, ...]]:
    """Grades under another roster's ids: by any id that a student has on both, by name only as a last resort.

    Args:
        grades: student id on ``source`` → grade.
        source: the roster that the submissions were matched with.
        target: another LMS's roster of the same class.

    Returns:
        Student id on ``target`` → grade; and what a person should check.
    """
    found: dict[str, Grade] = {}
    warnings: list[str] = []
    for entry in source.students:
        grade = grades.get(entry.student.id)
        if grade is None:
            continue
        ids = filter(None, (entry.student.id, *entry.aliases))
        # an LMS's internal number may be somebody else's student number elsewhere, so with numbers the name must agree
        hits = {
            hit.student.id: hit
            for one in ids
            for hit, how in [target.find(Student(id=one))]
            if hit is not None and how == "id" and not (one.isdigit() and differ(entry.student.name, hit.student.name))
        }
        if not hits:
            hit, _ = target.find(Student(id="", name=entry.student.name))
            if hit is not None:
                hits = {hit.student.id: hit}
                warnings.append(
                    f"{entry.student.name}: found on {target.name} as {hit.student.id} by name only; please check"
                )
        if len(hits) != 1:
            why = "several students fit" if hits else "nobody fits"
            warnings.append(f"{entry.student.name or entry.student.id}: not on {target.name} ({why}): no grade there")
            continue
        student = next(iter(hits))
        if student in found:
            warnings.append(
                f"{entry.student.name or entry.student.id}: {student} on {target.name} is somebody else's too"
            )
            continue
        found[student] = grade
    return found, tuple(warnings)
