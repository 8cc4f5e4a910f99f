"""What a person decided about a score: kept in the journal with time, name and reason, applied to every later run."""

from collections.abc import Sequence

import msgspec

from autograder.errors import UsageError
from autograder.model import Adjustment, QuestionResult, Record, Status, Student, SubmissionResult

TOTAL = "total"
"""Stands for the whole submission in place of a question's name."""


class Override(Record, frozen=True, kw_only=True):
    """One decision. The last one about a student's question counts; the earlier ones stay in the journal."""

    key: str
    """``Submission.key``."""
    question: str
    """Its name, or :data:`TOTAL`."""
    points: float | None
    """None: an earlier override is withdrawn."""
    why: str
    who: str
    at: str
    """ISO 8601 with offset."""
    students: tuple[Student, ...] = ()
    """Whose work it was when this was decided: a key may become somebody else's, when another list is given."""


def same_people(some: Sequence[Student], others: Sequence[Student]) -> bool:
    """Whether somebody is in both: by an id from the same list, or where neither says which list, by equal ids."""
    known = {one for student in some for one in student.ids or (student.own,)}
    return any(one in known for student in others for one in student.ids or (student.own,))


def whose(students: Sequence[Student]) -> tuple[Student, ...]:
    """The people of a decision; nobody where the run did not write down which list their ids are from."""
    return tuple(students) if all(student.ids for student in students) else ()


def in_force(overrides: Sequence[Override]) -> dict[str, dict[str, Override]]:
    """Key → question → the decision that counts."""
    last: dict[str, dict[str, Override]] = {}
    for override in overrides:
        last.setdefault(override.key, {})[override.question] = override
    standing = {
        key: {question: one for question, one in own.items() if one.points is not None} for key, own in last.items()
    }
    return {key: own for key, own in standing.items() if own}


def with_their_people(
    decided: dict[str, dict[str, Override]], results: Sequence[SubmissionResult]
) -> tuple[dict[str, dict[str, Override]], list[str]]:
    """The decisions under the keys that their people have now, and a line for each that is nobody's.

    A class list that is given later turns file names into ids.
    """
    keys = {result.submission.key for result in results}
    placed = {key: own for key, own in decided.items() if key in keys}
    lost = []
    for key, own in decided.items():
        if key in keys:
            continue
        people = next(iter(own.values())).students
        homes = [one.submission.key for one in results if same_people(people, one.submission.students)]
        if len(homes) == 1:
            placed[homes[0]] = own | placed.get(homes[0], {})
            continue
        lost += [
            f"{key}: the points that {one.who} gave for {question} are not applied: there is no such submission now: "
            "give them again with autograder override"
            for question, one in own.items()
        ]
    return placed, lost


def names_of(student: Student) -> set[str]:
    """What a person may call a student by: any id, or the name; without case."""
    return {text.casefold() for text in (student.id, student.name, *(one.value for one in student.ids))}


def find(results: Sequence[SubmissionResult], student: str) -> SubmissionResult:
    """The submission of a student, by key, any id, or name.

    Raises:
        UsageError: nobody, or more than one, is meant.
    """
    wanted = student.casefold()
    found = [
        result
        for result in results
        if wanted == result.submission.key.casefold()
        or any(wanted in names_of(one) for one in result.submission.students)
    ]
    if len(found) == 1:
        return found[0]
    keys = ", ".join(result.submission.key for result in (found or results)[:10])
    problem = "more than one submission fits" if found else "there is no submission of"
    raise UsageError(
        f"{problem} {student!r}; give one of these keys: {keys}{'' if len(found or results) < 11 else ' …'}"
    )


def apply_overrides(result: SubmissionResult, decisions: dict[str, Override]) -> SubmissionResult:
    """The result with a person's points in it.

    ``score`` stays what was graded; ``final`` is what was decided. A submission that waited for a person is
    ``graded`` once every question has points, or once the total was set.

    Args:
        decisions: question (or :data:`TOTAL`) → the decision in force.
    """
    questions = tuple(_question(question, decisions.get(question.name)) for question in result.questions)
    adjustments = [
        _adjustment(decisions[question.name], question.score)
        for question in result.questions
        if question.name in decisions
    ]
    marks = [question.score for question in questions]
    known = bool(questions) and all(mark is not None for mark in marks)
    final = float(sum(mark for mark in marks if mark is not None)) if known else None
    if TOTAL in decisions:
        adjustments.append(_adjustment(decisions[TOTAL], final))
        final = decisions[TOTAL].points
    if not adjustments:
        return result
    decided = final is not None
    return msgspec.structs.replace(
        result,
        questions=questions,
        adjustments=(*result.adjustments, *adjustments),
        final=final,
        status=Status.GRADED if decided else result.status,
        reason=None if decided else result.reason,
        message="" if decided else result.message,
    )


def _question(question: QuestionResult, decision: Override | None) -> QuestionResult:
    if decision is None:
        return question
    return msgspec.structs.replace(question, score=decision.points, reason=None)


def _adjustment(decision: Override, before: float | None) -> Adjustment:
    return Adjustment(
        kind="override",
        why=decision.why,
        question=None if decision.question == TOTAL else decision.question,
        before=before,
        after=decision.points,
        who=decision.who,
        when=decision.at,
    )
