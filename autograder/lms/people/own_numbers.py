"""Where everybody has other numbers: does a notebook hold the numbers of the person who handed it in?

The id in the notebook is the student's own word. A typing error gives some other version and is nobody's; the id of a
classmate is for a person to look at, and so are answers without any id.
"""

from collections.abc import Iterable, Sequence

import msgspec

from autograder.lms.people.identity import INTERNAL
from autograder.lms.people.roster import Roster
from autograder.model import Space, Status, Student, SubmissionResult
from autograder.versions import normalised

__all__ = ["NO_ID", "OTHER_NUMBERS", "own_id", "whose_numbers"]

OTHER_NUMBERS, NO_ID = "other-numbers", "no-id"
_NO_NUMBERS = "NoStudent"
"""What a test raises that finds no id: :class:`autograder.versions.NoStudent`."""


def own_id(student: Student) -> str | None:
    """The id to write into a student's notebook: an e-mail address, else another that they know; None: there is none.

    >>> from autograder.model import Id
    >>> own_id(Student(id="12", ids=(Id(Space.CANVAS_USER, "12"), Id(Space.CANVAS_LOGIN, "alee"))))
    'alee'
    """
    known = [one for one in student.ids if one.space not in INTERNAL and one.space is not Space.NAME]
    addresses = [one for one in known if one.space is Space.EMAIL]
    return next((one.value for one in (*addresses, *known) if normalised(one.value)), None)


def whose_numbers(
    results: Sequence[SubmissionResult], everybody: Roster | None, starter: Sequence[str] = ()
) -> list[SubmissionResult]:
    """The results, with those that a person must look at because their numbers are another's, or nobody's.

    A work that is graded on the numbers of somebody else on the list, or of several people, is ``needs-review`` for
    ``other-numbers``; its points stand and wait. One whose id nobody has keeps its points, with a note. One without an
    id is ``needs-review`` for ``no-id``, because nobody knows which answers are right; if it is the notebook that was
    handed out it has its 0, with a note.

    Args:
        results: of one class.
        everybody: the class list; without one the people who handed in are all that are known.
        starter: the code cells that everybody was given.
    """
    listed = [entry.student for entry in everybody.students] if everybody is not None else []
    people = [*listed, *(student for result in results for student in result.submission.students)]
    owners: dict[str, list[Student]] = {}
    for student in people:
        for word in _words(student):
            owners.setdefault(word, []).append(student)
    given = frozenset(starter)
    return [
        _held_against(result, owners) if result.numbers_of else _without_id(result, given) if _asked(result) else result
        for result in results
    ]


def _asked(result: SubmissionResult) -> bool:
    """Whether a test wanted an id and found none."""
    cases = (case for question in result.questions for case in question.cases)
    return any(case.raised is not None and case.raised.type == _NO_NUMBERS for case in cases)


def _without_id(result: SubmissionResult, given: frozenset[str]) -> SubmissionResult:
    if given.issuperset(result.code):
        note = "the notebook says nobody's id, and nothing in it is answered"
        return msgspec.structs.replace(result, notes=(*result.notes, note))
    what = (
        "the notebook says nobody's id (STUDENT is empty), so no answer could be held against the student's numbers: "
        "write the id into a copy and grade that with --replace"
    )
    return _to_look_at(result, NO_ID, what)


def _held_against(result: SubmissionResult, owners: dict[str, list[Student]]) -> SubmissionResult:
    own = {word for student in result.submission.students for word in _words(student)}
    others = [word for word in result.numbers_of if word not in own and _before_at(word) not in own]
    if not others and len(result.numbers_of) == 1:
        return result
    if len(result.numbers_of) > 1:
        return _to_look_at(
            result, OTHER_NUMBERS, f"its questions were answered under several ids: {', '.join(result.numbers_of)}"
        )
    word = others[0]
    found = [
        student for student in owners.get(word) or owners.get(_before_at(word)) or () if not _is_one_of(student, result)
    ]
    if found:
        return _to_look_at(
            result, OTHER_NUMBERS, f"its numbers are those of {found[0].name or found[0].id}: the notebook says {word}"
        )
    note = f"the notebook says that it is {word}'s, and nobody here is called so: graded on the numbers of that id"
    return msgspec.structs.replace(result, notes=(*result.notes, note))


def _to_look_at(result: SubmissionResult, reason: str, what: str) -> SubmissionResult:
    if result.status is Status.FAILED:
        return result
    also = f"{result.message}; " if result.message else ""
    return msgspec.structs.replace(
        result,
        status=Status.NEEDS_REVIEW,
        reason=reason,
        message=f"{also}{what}; its points wait: give them with autograder override, or ask",
    )


def _is_one_of(student: Student, result: SubmissionResult) -> bool:
    return any(set(_words(student)) & set(_words(one)) for one in result.submission.students)


def _words(student: Student) -> Iterable[str]:
    """What a student may have written as an id of their own: any that people are known by, and what is before the @."""
    values = [each.value for each in student.ids if each.space not in INTERNAL] or [student.id]
    for value in (*values, student.name):
        if word := normalised(value):
            yield word
            if "@" in word:
                yield _before_at(word)


def _before_at(word: str) -> str:
    """A login, where the word is an e-mail address."""
    return word.partition("@")[0]
