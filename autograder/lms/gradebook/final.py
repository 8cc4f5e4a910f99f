"""From what was graded to what goes into the gradebook: the policy applied to a run, with every reason kept."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import count
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from autograder.errors import UsageError
from autograder.lms.names import fold
from autograder.lms.numbers import number_text, rounded
from autograder.lms.people import Person, Roster, person_of
from autograder.lms.policy import Applied, AssignmentPolicy, Words, apply
from autograder.lms.records import OURS, Grade, RosterStudent
from autograder.lms.times import read_time
from autograder.model import Adjustment, Run, Status, Student, SubmissionResult

__all__ = ["POLICY_KINDS", "adjust", "doubtful_zeros", "grades_of", "onto", "possible"]

POLICY_KINDS = ("late", "slip-days", "extension", "scaling", "rounding", "excused", "late-unknown")
"""Kinds of :class:`autograder.model.Adjustment` that come from the policy file."""


def adjust(run: Run, policy: AssignmentPolicy) -> tuple[Run, tuple[str, ...]]:
    """Apply the policy to every graded submission; applying it again, or another one, starts from the same scores.

    Of a group whose members have different due dates each gets a row of their own.

    Returns:
        The run with ``final`` and ``adjustments`` set, and whom a person should look at.
    """
    results: list[SubmissionResult] = []
    judged: list[tuple[Student, Applied]] = []
    taken = {result.submission.key.casefold() for result in run.results}
    language = run.facts.language or "en"
    for given in run.results:
        result = _in_zone(_before(given), ZoneInfo(policy.zone))
        students = result.submission.students or (Student(id=result.submission.key),)
        raw = _score(result)
        done = [
            apply(
                raw,
                result.submission.submitted,
                student,
                policy,
                possible=result.possible,
                late=result.submission.late,
                language=language,
            )
            for student in students
        ]
        judged += zip(students, done, strict=True)
        if all(one == done[0] for one in done):
            results.append(_with(result, done[0], policy, language))
            continue
        for number, (student, one) in enumerate(zip(students, done, strict=True)):
            key = result.submission.key
            own = msgspec.structs.replace(result.submission, students=(student,), member_keys=())
            if number:
                # "7-2" may be somebody's own id, and a page of that name theirs
                free = next(n for n in count(number + 1) if f"{key}-{n}".casefold() not in taken)
                taken.add(f"{key}-{free}".casefold())
                own = msgspec.structs.replace(own, key=f"{key}-{free}", part_of=key)
            results.append(_with(msgspec.structs.replace(result, submission=own), one, policy, language))
    without = [*run.missing, *run.doubtful, *(student for refused in run.refused for student in refused.students)]
    excused = tuple(student for student in without if fold(student.id) in policy.excused)
    return msgspec.structs.replace(run, results=tuple(results), excused=excused), tuple(_notes(judged, policy))


def _notes(judged: Sequence[tuple[Student, Applied]], policy: AssignmentPolicy) -> Iterator[str]:
    """Whom a person should look at, and a rule that could be applied to nobody."""
    yield from (f"{_called(student)}: {one.reason}" for student, one in judged if one.review)
    where = f"[assignments.{policy.assignment}]"
    if judged and policy.late.costs and policy.due is None and not policy.extensions:
        yield f"the policy has a rule for late work, but no due date for {policy.assignment}: write due under {where}"
    untimed = [student for student, one in judged if one.untimed]
    timed = [one for _, one in judged if one.final is not None and not one.untimed]
    remedy = (
        "give the LMS's file that has the times as --roster (of Moodle the grading worksheet), or write them under "
        f"{where[:-1]}.submitted]"
    )
    if untimed and not timed:
        yield f"nothing says when any work came, so the rule for late work was applied to nobody: {remedy}"
    elif untimed:
        count = f"{len(untimed)} submission{'' if len(untimed) == 1 else 's'}"
        yield f"{count} without a known time, taken as on time ({_some(untimed)}): {remedy}"
    for late, said in ((True, "late by the policy and on time"), (False, "on time by the policy and late")):
        if disputed := [student for student, one in judged if one.disputed and bool(one.late_by) is late]:
            yield (
                f"{said} in the LMS ({_some(disputed)}): compare its due date, extensions and time zone with the "
                "policy's"
            )


def _called(student: Student) -> str:
    return student.name or student.id


def _some(students: Sequence[Student], most: int = 5) -> str:
    names = ", ".join(map(_called, students[:most]))
    return f"{names} and {len(students) - most} more" if len(students) > most else names


def possible(run: Run) -> float:
    """The points that the run's scores are out of: after a policy's scaling, where there was one."""
    scaled = (result.final_possible for result in run.results)
    return next((points for points in scaled if points is not None), sum(run.questions.values()))


def _before(result: SubmissionResult) -> SubmissionResult:
    """The result without what a policy did to it earlier; what a person did stays."""
    kept = tuple(change for change in result.adjustments if change.kind not in POLICY_KINDS)
    first = next((change for change in result.adjustments if change.kind in POLICY_KINDS), None)
    if first is None:
        return msgspec.structs.replace(result, final_possible=None)
    return msgspec.structs.replace(result, adjustments=kept, final=first.before if kept else None, final_possible=None)


def _in_zone(result: SubmissionResult, zone: ZoneInfo) -> SubmissionResult:
    """With the time of submission by the course's clock, as the due date is shown."""
    when = read_time(result.submission.submitted or "")
    if when is None or when.tzinfo is None:
        return result
    local = when.astimezone(zone).isoformat()
    return msgspec.structs.replace(result, submission=msgspec.structs.replace(result.submission, submitted=local))


def _score(result: SubmissionResult) -> Decimal | None:
    if result.status is not Status.GRADED:
        return None
    score = result.final if result.final is not None or result.adjustments else result.score
    return None if score is None else Decimal(repr(round(score, 9)))


def _with(result: SubmissionResult, applied: Applied, policy: AssignmentPolicy, language: str) -> SubmissionResult:
    why = applied.reason
    possible = None if policy.points is None else float(policy.points)
    if applied.excused:
        kind = "excused"
    elif applied.review:
        kind = "late-unknown"
    elif applied.penalty:
        kind = "late"
    elif applied.slip_days:
        kind = "slip-days"
    elif applied.extended:
        kind = "extension"
    elif applied.scaled:
        kind = "scaling"
    elif applied.final != applied.raw:
        kind, why = "rounding", Words(language).say("rounded", places=policy.places)
    elif why:
        kind = "late"
    else:
        return msgspec.structs.replace(result, final_possible=possible)
    after = None if applied.final is None else float(applied.final)
    before = None if applied.raw is None else float(applied.raw)
    change = Adjustment(kind=kind, why=why, before=before, after=after)
    return msgspec.structs.replace(
        result,
        final=after,
        final_possible=possible,
        adjustments=(*result.adjustments, change),
    )


def grades_of(run: Run, *, excused: frozenset[str] = frozenset()) -> dict[Person, Grade]:
    """Whom it is of → grade; everybody who handed in anything is in it, so that nobody of them counts as missing.

    Args:
        run: after :func:`adjust`, where there is a policy.
        excused: folded ids of students who are excused even if they handed in nothing, beside those whom the run names.
    """
    excused = excused | {fold(student.id) for student in run.excused}
    grades: dict[Person, Grade] = {}
    for student in run.doubtful:
        why = "nothing under this name, but work that is nobody's may be theirs"
        grades[person_of(student)] = Grade(score=None, reason=why, excused=fold(student.id) in excused)
    for refused in run.refused:
        for student in refused.students:
            grades[person_of(student)] = Grade(score=None, reason=refused.reason, excused=fold(student.id) in excused)
    seen: set[Person] = set()
    words = Words(run.facts.language or "en")
    for result in run.results:
        score = _score(result)
        free = any(change.kind == "excused" for change in result.adjustments)
        comment = "" if score is None else _comment(result, score, words)
        for student in result.submission.students:
            grade = Grade(
                score=score, excused=free or fold(student.id) in excused, reason=result.reason or "", comment=comment
            )
            if person_of(student) in seen and grades[person_of(student)] != grade:
                # in a group and alone: which one counts is not ours to say
                grade = Grade(score=None, reason="several submissions with different results: decide which one counts")
            seen.add(person_of(student))
            grades[person_of(student)] = grade
    for student in run.missing:
        if fold(student.id) in excused:
            grades.setdefault(person_of(student), Grade(score=None, excused=True))
    return grades


def _comment(result: SubmissionResult, score: Decimal, words: Words) -> str:
    """One line for the LMS's comment column: the points, question by question, and what changed them."""
    of = result.possible if result.final_possible is None else result.final_possible

    def text(value: float | Decimal) -> str:
        return number_text(rounded(value))

    marks = [
        words.say("mark", question=q.name, score=text(q.score), of=text(q.possible))
        for q in result.questions
        if q.score is not None
    ]
    # one line, so that what a person wrote below it is known as theirs
    changes = [" ".join(change.why.split()) for change in result.adjustments if change.why]
    whole = words.say("total", score=text(score), of=text(of))
    return f"{OURS} {'; '.join([whole, *marks, *changes])}"


def doubtful_zeros(run: Run, missing: str) -> tuple[str, ...]:
    """What to say when zeros are asked for while somebody's work is not matched with anybody."""
    if missing != "zero" or not (run.unknown or run.doubtful):
        return ()
    nameless = [refused.file for refused in run.refused if not refused.students]
    who = ", ".join([*(student.name or student.id for student in run.unknown), *nameless][:5])
    said = []
    if run.doubtful:
        said.append(
            f"--missing zero: {len(run.doubtful)} on the roster got no 0, because work that is nobody's may be theirs"
            + (f" ({who})" if who else "")
            + ": settle whose it is, then export again"
        )
    if run.unknown and run.missing:
        said.append(
            f"--missing zero: {len(run.unknown)} submitted but are not on the roster ({who}); some who got a 0 for "
            "handing in nothing may be among them: check before you import"
        )
    return tuple(said)


class Placed(NamedTuple):
    """A run's grades on one list."""

    grades: dict[str, Grade]
    """Roster's student id → grade."""
    warnings: tuple[str, ...]
    run: Run
    """The same run, knowing its students by this list's ids, too: for the next list."""


def onto(roster: Roster, grades: Mapping[Person, Grade], run: Run) -> Placed:
    """The grades under a roster's ids: each student found on it by what the run remembers of them.

    Raises:
        UsageError: the run is of a version that did not write down where ids are from.
    """
    everybody = [student for result in run.results for student in result.submission.students]
    everybody += [student for refused in run.refused for student in refused.students]
    everybody += [*run.missing, *run.doubtful]
    if any(not student.ids for student in everybody):
        raise UsageError(
            f"{run.facts.folder}: written by a version that did not say which list its ids are from, so nobody is "
            "certain to get their own grade: give the command of `autograder grade` again, then export"
        )
    match = roster.match(everybody, nameless=any(not refused.students for refused in run.refused))
    lost = [
        f"{student.name or student.id}: not on {roster.name}: no grade there"
        for student in match.unknown
        if person_of(student) in grades and grades[person_of(student)].score is not None
    ]
    found: dict[str, Grade] = {}
    for student, entries in match.rows.items():
        grade = grades.get(person_of(student))
        if grade is None:
            continue
        for entry in entries:
            other = found.get(entry.student.id)
            if other is not None and other != grade:
                grade = Grade(score=None, reason="several people who are this one row have different grades")
            found[entry.student.id] = grade
    for student in match.doubtful:
        found.setdefault(student.id, Grade(score=None, reason="work that is nobody's may be theirs"))

    def known(students: tuple[Student, ...]) -> tuple[Student, ...]:
        return tuple(_acquainted(student, match.rows.get(student, ())) for student in students)

    results = (
        msgspec.structs.replace(
            one, submission=msgspec.structs.replace(one.submission, students=known(one.submission.students))
        )
        for one in run.results
    )
    refused = (msgspec.structs.replace(one, students=known(one.students)) for one in run.refused)
    lists = {"missing": known(run.missing), "doubtful": known(run.doubtful)}
    knowing = msgspec.structs.replace(run, results=tuple(results), refused=tuple(refused), **lists)
    return Placed(found, (*match.warnings, *match.group_notes, *lost), knowing)


def _acquainted(student: Student, rows: tuple[RosterStudent, ...]) -> Student:
    """The student with a row's ids after their own."""
    if len(rows) != 1:
        return student
    row = rows[0].student
    ids = tuple(dict.fromkeys((*student.ids, *row.ids)))
    return msgspec.structs.replace(student, ids=ids, name=student.name or row.name)
