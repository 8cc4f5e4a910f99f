"""Two witnesses for every plain test case, and what they come to: the last step of grading, of a work and of a class.

A plain case is run *outside*, on plain copies, and only where it does not pass there also *inside*, in the student's
own process. What is recorded of both decides:

==================  =================================================  ===============================================
outside             inside                                             the case
==================  =================================================  ===============================================
pass                (not asked)                                        its points
fail or cannot-say  fail                                               0: a 0 always has two witnesses
fail or cannot-say  pass, and the same split in the solution, or in    its points, ``trust: student``: that the case
                    at least half of three or more works that answer   needs the process is the test's doing
fail or cannot-say  pass, only here                                    a person's: ``only-inside``
anything else       lost                                               a person's: why it was lost
(not asked)         pass or fail                                       that: the author declared it, or ``--as-otter``
==================  =================================================  ===============================================

:func:`settle` reads one question by itself; :func:`decide` looks at the whole class. Both read only what is recorded,
so the outcome depends neither on the order nor on when a work was graded.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from autograder.model import CaseResult, QuestionResult, Said, Status, SubmissionResult, Trust

__all__ = ["ONLY_INSIDE", "Split", "conclude", "decide", "is_split", "settle", "splits"]

ONLY_INSIDE = "only-inside"
LEAST = 3
"""Works, before what half of them show counts."""

_NOTHING = ("ellipsis", "NoneType")
"""Types that a name has while its cell is as it was given out: Python names them where something is done with one."""

Split = tuple[str, int]
"""A question's name and the place of one of its cases."""

OPEN = {
    ONLY_INSIDE: "This passes only inside the notebook's own process; a person will look.",
    "not-repeatable": "The notebook did not do the same when it was run again; a person will look.",
    "": "The notebook's process ended before this could be decided.",
}
"""What a student reads of a case that is open, by its reason."""
_ORDER = ("undecided", ONLY_INSIDE)


def is_split(case: CaseResult) -> bool:
    """Whether the case passed inside and not outside."""
    return (
        case.outside is not None
        and case.outside.said is not Said.PASS
        and case.inside is not None
        and case.inside.said is Said.PASS
    )


def splits(result: SubmissionResult) -> frozenset[Split]:
    """Which cases of one work passed inside and not outside."""
    return frozenset(
        (question.name, place)
        for question in result.questions
        for place, case in enumerate(question.cases)
        if is_split(case)
    )


def settle(question: QuestionResult, known: Iterable[Split] = (), refused: Iterable[Split] = ()) -> QuestionResult:
    """A question's score from the witnesses of its cases.

    Args:
        question: with its cases as they were recorded; cases without witnesses stay as they are.
        known: splits that are the test's doing.
        refused: splits that a person does not count.

    Returns:
        Score None where an open case could change it, with the reason that explains most.
    """
    if not question.cases:
        return question
    mine, not_mine = ({place for name, place in one if name == question.name} for one in (known, refused))
    cases = tuple(
        _settled(case, same=place in mine, refused=place in not_mine) for place, case in enumerate(question.cases)
    )
    open_ = [case for case in cases if case.passed is None]
    score: float | None
    if question.all_or_nothing:
        lost = any(case.passed is False for case in cases)
        score = 0.0 if lost else None if open_ else question.possible
    elif any(case.possible for case in open_):
        score = None
    else:
        score = float(sum(case.score for case in cases))
    reason = max((case.reason or "undecided" for case in open_), key=_weight) if score is None else None
    rests = any(case.trust is Trust.STUDENT for case in cases)
    trust = Trust.STUDENT if rests else Trust.JUDGE
    return msgspec.structs.replace(question, cases=cases, score=score, reason=reason, trust=trust)


def _settled(case: CaseResult, *, same: bool, refused: bool) -> CaseResult:
    outside, inside = case.outside, case.inside
    if outside is None and inside is None:  # decided by our own verdicts
        return case
    passed: bool | None = None
    reason: str | None = None
    trust = Trust.JUDGE if outside is not None else Trust.STUDENT
    if outside is not None and outside.said is Said.PASS:
        passed = True
    elif inside is None or inside.said not in (Said.PASS, Said.FAIL):
        told = inside if inside is not None else outside
        reason = (told.why if told is not None else "") or "undecided"
    elif outside is None or inside.said is Said.FAIL:
        passed = inside.said is Said.PASS
    elif same:
        passed, trust = True, Trust.STUDENT
    elif refused:
        passed = False
    else:
        reason = ONLY_INSIDE
    message = case.message
    if refused and passed is False:
        message = ""
    elif passed is None:
        message = OPEN.get(reason or "", OPEN[""])
    elif passed and not case.passed:
        message = ""
    score = case.possible if passed else 0.0
    return msgspec.structs.replace(case, passed=passed, score=score, trust=trust, reason=reason, message=message)


def _weight(reason: str) -> int:
    """A process that is gone explains more than a split, and that more than a verdict."""
    return _ORDER.index(reason) if reason in _ORDER else len(_ORDER)


def decide(
    results: Sequence[SubmissionResult], solution: SubmissionResult | None = None, known: Iterable[Split] = ()
) -> list[SubmissionResult]:
    """What a class's recorded witnesses come to.

    Args:
        results: of the whole class, each as it was graded by itself.
        solution: the solution's own result, where there is one.
        known: splits of the solution that were found earlier.

    Returns:
        In the same order; a work whose open cases are all decided now is ``graded``.
    """
    shown = frozenset(known) | (splits(solution) if solution is not None else frozenset()) | _common(results)
    return [_redecided(result, shown) for result in results] if shown else list(results)


def _common(results: Iterable[SubmissionResult]) -> frozenset[Split]:
    """Splits that at least half of the works show in which the case was asked and that answer the question at all."""
    asked: Counter[Split] = Counter()
    seen: Counter[Split] = Counter()
    for result in results:
        if result.submission.part_of is not None:  # the same work again, for another member of the group
            continue
        for question in result.questions:
            if _is_blank(question):
                continue
            for place, case in enumerate(question.cases):
                if case.outside is not None:
                    asked[question.name, place] += 1
                    seen[question.name, place] += is_split(case)
    return frozenset(split for split, count in seen.items() if asked[split] >= LEAST and 2 * count >= asked[split] > 0)


def _is_blank(question: QuestionResult) -> bool:
    """Whether there is no answer: each plain case stopped at a name that is not there, or at a ``...`` or a None."""
    plain = [case for case in question.cases if case.outside is not None]
    return bool(plain) and all(
        case.raised is not None
        and (case.raised.type == "NameError" or any(word in case.raised.message for word in _NOTHING))
        for case in plain
    )


def _redecided(result: SubmissionResult, shown: frozenset[Split]) -> SubmissionResult:
    if not splits(result) & shown:
        return result
    questions = tuple(settle(question, shown) for question in result.questions)
    result = msgspec.structs.replace(result, questions=questions)
    if result.status is not Status.NEEDS_REVIEW or result.reason == "no-code":
        return result
    return conclude(result)


def conclude(result: SubmissionResult) -> SubmissionResult:
    """Status, reason, message and score of a work that ran to its end, from its questions."""
    undecided = [question for question in result.questions if question.score is None]
    if undecided:
        named = ", ".join(question.name for question in undecided)
        reason = undecided[0].reason or "undecided"
        return msgspec.structs.replace(
            result, status=Status.NEEDS_REVIEW, reason=reason, message=f"please decide {named}", score=None
        )
    score = float(sum(question.score or 0.0 for question in result.questions))
    return msgspec.structs.replace(result, status=Status.GRADED, reason=None, message="", score=score)
