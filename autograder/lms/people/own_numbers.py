"""Where everybody has other numbers: does a notebook hold the numbers of the person who handed it in?

The id in the notebook is the student's own word. A typing error gives some other version and is nobody's; the id of a
classmate is for a person to look at, and so are answers without any id.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from autograder.lms.people.identity import INTERNAL, SPOKEN
from autograder.model import QuestionResult, Space, Status, Student, SubmissionResult
from autograder.versions import normalised, several_ids

__all__ = ["NO_ID", "OTHER_NUMBERS", "own_id", "whose_numbers"]

OTHER_NUMBERS, NO_ID = "other-numbers", "no-id"
_NO_NUMBERS = "NoStudent"
"""What a test raises that finds no id: :class:`autograder.versions.NoStudent`."""
_ADVICE = {
    OTHER_NUMBERS: "its points wait: give them with autograder override, or ask",
    NO_ID: "its points wait: write the id into a copy and grade that with --replace",
}


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
    results: Sequence[SubmissionResult],
    everybody: Sequence[Student] | None,
    starter: Sequence[str] = (),
    *,
    advice: Mapping[str, str] = _ADVICE,
) -> list[SubmissionResult]:
    """The results, with those that a person must look at because their numbers are another's, or nobody's.

    A work that is graded on the numbers of somebody else on the list, or of several people, is ``needs-review`` for
    ``other-numbers``; its points stand and wait. One whose id nobody has keeps its points, with a note. One without an
    id is ``needs-review`` for ``no-id``, because nobody knows which answers are right; if it is the notebook that was
    handed out it has its 0, with a note. Where nobody but those who handed in is known, an id of the same kind as
    theirs that is not theirs may be another's as well as a typing error, and a person must look.

    Args:
        results: of one class.
        everybody: the class list; without one the people who handed in are all that are known.
        starter: the code cells that everybody was given.
        advice: reason → what whoever looks can do.
    """
    people = [*(everybody or ()), *(student for result in results for student in result.submission.students)]
    owners: dict[str, list[Student]] = {}
    for student in people:
        for word in _words(student):
            owners.setdefault(word, []).append(student)
    given = frozenset(starter)
    held = [
        _held_against(result, owners) if result.numbers_of else _without_id(result, given) if _asked(result) else result
        for result in results
    ]
    return [
        msgspec.structs.replace(after, message=f"{after.message}; {advice[after.reason or '']}")
        if after.reason in advice and after is not before
        else after
        for before, after in zip(results, held, strict=True)
    ]


def _asked(result: SubmissionResult) -> bool:
    """Whether a test wanted an id and found none."""
    return any(map(_wanted_id, result.questions))


def _wanted_id(question: QuestionResult) -> bool:
    return any(case.raised is not None and case.raised.type == _NO_NUMBERS for case in question.cases)


def _without_id(result: SubmissionResult, given: frozenset[str]) -> SubmissionResult:
    if given.issuperset(result.code):
        note = "the notebook says nobody's id, and nothing in it is answered"
        return msgspec.structs.replace(result, notes=(*result.notes, note))
    what = "the notebook says nobody's id (STUDENT is empty), so no answer could be held against the student's numbers"
    # not the 0 that nobody has earned, neither in the table nor in the class's means
    questions = tuple(
        msgspec.structs.replace(each, score=None, reason=NO_ID) if _wanted_id(each) else each
        for each in result.questions
    )
    return _to_look_at(msgspec.structs.replace(result, score=None, questions=questions), NO_ID, what)


def _held_against(result: SubmissionResult, owners: dict[str, list[Student]]) -> SubmissionResult:
    own = {word for student in result.submission.students for word in _words(student)}
    lists = [word for word in result.numbers_of if several_ids(word)]
    if lists and len(result.numbers_of) == 1:  # of its own it would be by what is before the first @
        note = f"the notebook holds more than one id, {lists[0]}: graded on the numbers that follow from them together"
        return msgspec.structs.replace(result, notes=(*result.notes, note))
    others = [word for word in result.numbers_of if own.isdisjoint(_forms(word))]
    if not others and len(result.numbers_of) == 1:
        return result
    if len(result.numbers_of) > 1:
        return _to_look_at(
            result, OTHER_NUMBERS, f"its questions were answered under several ids: {', '.join(result.numbers_of)}"
        )
    word = others[0]
    known = next((owners[form] for form in _forms(word) if form in owners), [])
    found = [student for student in known if not _is_one_of(student, result)]
    if found:
        return _to_look_at(
            result, OTHER_NUMBERS, f"its numbers are those of {found[0].name or found[0].id}: the notebook says {word}"
        )
    strangers = any(not _is_one_of(student, result) for those in owners.values() for student in those)
    if not strangers and (own_ids := _of_this_kind(word, result)):
        what = f"the notebook says {word}, and whoever handed it in is {', '.join(own_ids)}: another student, or a slip"
        return _to_look_at(result, OTHER_NUMBERS, what)
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
        message=f"{also}{what}",
    )


def _is_one_of(student: Student, result: SubmissionResult) -> bool:
    return any(set(_words(student)) & set(_words(one)) for one in result.submission.students)


def _of_this_kind(word: str, result: SubmissionResult) -> list[str]:
    """Ids of those who handed in that are of the same kind as this one: addresses, numbers or names of accounts."""
    ids = [each for student in result.submission.students for each in student.ids]
    certain = [each.value for each in ids if each.space not in INTERNAL | SPOKEN | {Space.NAME}]
    return [value for value in certain if ("@" in value, value.isdecimal()) == ("@" in word, word.isdecimal())]


def _words(student: Student) -> Iterable[str]:
    """What a student may have written as an id of their own: any that people are known by, and what is before the @."""
    values = [each.value for each in student.ids if each.space not in INTERNAL] or [student.id]
    for value in (*values, student.name):
        yield from _forms(normalised(value))


def _forms(word: str) -> tuple[str, ...]:
    """An id, and what else is written for it: a login for an address, a number without its leading zeros.

    >>> _forms("alee@x.edu"), _forms("0012"), _forms("")
    (('alee@x.edu', 'alee'), ('0012', '12'), ())
    """
    login, number = word.partition("@")[0], word.lstrip("0") if word.isdecimal() else ""
    return tuple(dict.fromkeys(form for form in (word, login, number) if form))
