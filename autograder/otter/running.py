"""One question asked of the student's names, with Otter's own test files and points."""

import traceback
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from autograder.errors import CannotShip, StudentGone
from autograder.model import CaseResult, Check, Outcome, QuestionResult, Raised, Verdict
from autograder.otter.assignment import Assignment, Question
from autograder.otter.doctests import DoctestOutcome, names_in, run_doctest
from autograder.otter.environment import Environment, mentioned
from autograder.otter.isolation import undisturbed

__all__ = ["public_text", "run_test"]


@dataclass
class _Outcome:
    """What one case came to, before it is worded."""

    passed: bool | None = True
    error: BaseException | None = None
    """What failed it; None for a doctest that only printed something else."""
    shown: str = ""
    """The line of the test that failed, or the doctest's got and expected."""
    reason: str | None = None
    """Why it is undecided."""


def run_test(assignment: Assignment, question: str, names: Mapping[str, object]) -> QuestionResult:
    """Run one question's test file at this moment.

    Cases, points and all-or-nothing are Otter's. A case is undecided (``passed`` None) when our own verdict says so,
    when the student's process is gone, or when the test reads something that cannot be shipped out of the jail.

    Args:
        assignment: as :func:`autograder.otter.load` read it.
        question: the question's name.
        names: the student's names from outside: ``fetch`` is used where the mapping has it.

    Returns:
        Score None where an undecided case could change it.
    """
    asked = assignment.by_name(question)
    with undisturbed(seed=assignment.seed):
        test_file = asked.fresh()
        cases = []
        outcomes = []
        for number, case in enumerate(test_file.test_cases):
            environment = Environment(names)
            with _recording(asked) as checks:
                outcome = _run_case(asked, case, number, environment)
            _distrust(outcome, environment)
            outcomes.append(outcome)
            cases.append(_case_result(case, outcome, tuple(checks)))
    return _question_result(asked, cases, outcomes)


def _run_case(question: Question, case: Any, number: int, environment: Environment) -> _Outcome:
    if question.ok_format:
        environment.prefetch(names_in(case.body))
        return _doctest_outcome(run_doctest(f"{question.name} {number}", case.body, environment))
    function = case.body.test_func
    environment.prefetch({*case.body._get_func_params()} - {"env"} | mentioned(function.__code__))
    try:
        case.body.call_func(environment)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit too: a student's function may raise it
        return _failed(error, _line(error, question))
    return _Outcome()


def _doctest_outcome(outcome: DoctestOutcome) -> _Outcome:
    if outcome.passed:
        return _Outcome()
    for source, error in outcome.raised:
        return _failed(error, source.strip())
    source, want, got = outcome.failures[0]
    return _Outcome(passed=False, shown=f"{source.strip()}\nExpected: {want.strip()}\nGot: {got.strip()}")


def _recording(question: Question) -> AbstractContextManager[list[Check]]:
    """Collects what our questions are asked; a test that never names us does not pay for importing them."""
    if "autograder" not in question.source:
        return nullcontext([])
    from autograder.questions import recording

    return recording()


def _verdict(error: BaseException | None) -> Verdict | None:
    """The verdict that a ``CheckFailed`` carries."""
    verdict = getattr(error, "verdict", None)
    return verdict if isinstance(verdict, Verdict) else None


def _failed(error: BaseException, line: str) -> _Outcome:
    verdict = _verdict(error)
    undecided = verdict is not None and verdict.outcome in (Outcome.UNDECIDED, Outcome.FAULT)
    return _Outcome(
        passed=None if undecided else False, error=error, shown=line, reason="undecided" if undecided else None
    )


def _distrust(outcome: _Outcome, environment: Environment) -> None:
    """What a test concluded after it lost the student, or about what it could not see, is not a verdict.

    An answer that cannot be copied is undecided, whether the test passed or failed on it, or making one would be the
    way to forge a pass. Only our own questions may call it INVALID, and what is too large is simply wrong.
    """
    if environment.gone is not None or isinstance(outcome.error, StudentGone):
        outcome.passed, outcome.reason = None, "gone"
    elif _verdict(outcome.error) is not None:
        return
    elif isinstance(outcome.error, CannotShip):
        outcome.passed, outcome.reason = (False, None) if outcome.error.too_large else (None, "cannot-ship")
    elif environment.opaque:
        outcome.passed, outcome.reason = None, "cannot-ship"


def _case_result(case: Any, outcome: _Outcome, checks: tuple[Check, ...]) -> CaseResult:
    verdict = _verdict(outcome.error)
    credit = getattr(outcome.error, "credit", None) if verdict is not None else None
    score = case.points if outcome.passed else (credit or 0.0) * case.points if outcome.passed is False else 0.0
    return CaseResult(
        name=str(case.name),
        hidden=bool(case.hidden),
        passed=outcome.passed,
        score=float(score),
        possible=float(case.points),
        message=_message(case, outcome),
        checks=checks,
        raised=None if outcome.error is None or verdict is not None else _raised(outcome.error),
    )


def _message(case: Any, outcome: _Outcome) -> str:
    """What a student may read: the author's own sentence, else ours; never a stack through the grader."""
    if outcome.passed:
        return str(case.success_message or "")
    said = str(outcome.error).strip("'")[:2_000] if outcome.error is not None else ""
    if outcome.error is not None and not isinstance(outcome.error, AssertionError):
        said = f"{type(outcome.error).__name__}: {said}"
    lines = [str(case.failure_message or ""), said or outcome.shown[:2_000]]
    return "\n".join(line for line in lines if line)


def _raised(error: BaseException) -> Raised:
    given = getattr(error, "raised", None)
    if isinstance(given, Raised):
        return given
    return Raised(type=type(error).__name__, message=str(error)[:2_000])


def _line(error: BaseException, question: Question) -> str:
    """The line of the test file on which it failed."""
    for frame, number in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename == question.path:
            lines = question.source.splitlines()
            return lines[number - 1].strip() if 0 < number <= len(lines) else ""
    return ""


def _question_result(question: Question, cases: list[CaseResult], outcomes: list[_Outcome]) -> QuestionResult:
    reasons = [outcome.reason for outcome in outcomes if outcome.reason is not None]
    score: float | None
    if question.all_or_nothing:
        lost = any(case.passed is False for case in cases)
        score = 0.0 if lost else None if reasons else question.possible
    elif any(case.passed is None and case.possible for case in cases):
        score = None
    else:
        score = float(sum(case.score for case in cases))
    return QuestionResult(
        name=question.name,
        score=score,
        possible=question.possible,
        cases=tuple(cases),
        reason=_worst(reasons) if score is None else None,
    )


def _worst(reasons: Iterable[str]) -> str | None:
    order = ("gone", "cannot-ship", "undecided")
    return min(reasons, key=order.index, default=None)


def public_text(result: QuestionResult) -> str:
    """What ``grader.check`` prints in the student's notebook: the public cases only."""
    public = [case for case in result.cases if not case.hidden]
    if all(case.passed for case in public):
        return f"{result.name} passed!"
    lines = [f"{result.name} results:"]
    for case in public:
        said = "passed" if case.passed else "a person will look at this" if case.passed is None else case.message
        lines.append(f"    {case.name}: {said}")
    return "\n".join(lines)
