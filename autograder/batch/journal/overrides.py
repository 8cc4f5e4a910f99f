"""What a person decided about a score: kept in the journal with time, name and reason, applied to every later run."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from autograder.batch.journal.rulings import Ruling, apply_rulings, standing
from autograder.errors import UsageError
from autograder.model import Adjustment, QuestionResult, Record, Status, Student, SubmissionResult

TOTAL = "total"
"""Stands for the whole submission in place of a question's name."""


class Basis(Record, frozen=True, kw_only=True):
    """What a decision was put together from, so that a comment can be changed later for everybody who got it."""

    comments: tuple[str, ...] = ()
    """Ids in the assignment's rubric."""
    note: str = ""
    """What was written beside them for this answer."""
    summed: bool = False
    """The points are what the comments come to; else somebody set them."""


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
    act: str = ""
    """Those made at once have this in common, and are taken back at once; empty for one by itself."""
    undoes: str = ""
    """The act that this one took back: the points are those of before."""
    basis: Basis | None = None
    """What points and reason were put together from, where it was comments of a rubric."""


def now() -> str:
    """The time of a decision that is made now."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def check_points(questions: Mapping[str, float], question: str, points: float | None) -> None:
    """Refuse points that a question cannot have.

    Args:
        questions: name → points possible.
        question: its name, or :data:`TOTAL`.
        points: None withdraws, which is always possible.

    Raises:
        UsageError: there is no such question, or not so many points.

    Example:
        >>> check_points({"q1": 3.0}, "q1", 2.5)
        >>> check_points({"q1": 3.0}, "q1", 7.0)
        Traceback (most recent call last):
        autograder.errors.UsageError: 7 points for q1: it has 3, so give a number from 0 to 3
    """
    possible = {**questions, TOTAL: float(sum(questions.values()))}
    if question not in possible:
        raise UsageError(f"no question {question!r}: there are {', '.join(possible)}")
    most = possible[question]
    if points is not None and not 0 <= points <= most:
        raise UsageError(f"{points:g} points for {question}: it has {most:g}, so give a number from 0 to {most:g}")


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
    ``graded`` once every question has points, or once the total was set; one that waits as a whole, for whose numbers
    it has, once somebody gave points for all of it.

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
    if result.waits_whole and TOTAL not in decisions and not decisions.keys() >= {each.name for each in questions}:
        final = None  # q1 was looked at, and not whose numbers these are
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


def with_decisions(
    results: Sequence[SubmissionResult], overrides: Sequence[Override], rulings: Sequence[Ruling]
) -> tuple[list[SubmissionResult], list[str]]:
    """The results of a class with what people decided, and a line for each decision that is about nobody now."""
    ruled = standing(rulings)
    decided, lost = with_their_people(in_force(overrides), results)
    done = []
    for result in results:
        students = result.submission.students
        own: dict[str, Override] = {}
        others: dict[str, Override] = {}
        for question, one in decided.get(result.submission.key, {}).items():
            # decisions of before this was written down are about whoever has the key
            (own if not one.students or same_people(one.students, students) else others)[question] = one
        lost += [
            f"{one.key}: the points that {one.who} gave for {question} are not applied: this key was "
            f"{one.students[0].name or one.students[0].id}'s, and is {students[0].name or students[0].id}'s with "
            "this list: give them again with autograder override"
            for question, one in others.items()
        ]
        done.append(apply_overrides(apply_rulings(result, ruled), own))
    return done, lost
