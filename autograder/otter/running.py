"""One question asked of the student's names, with Otter's own test files and points."""

import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import Any

from autograder.errors import CannotShip, StudentGone
from autograder.feedback import explain_error
from autograder.model import CaseResult, Check, Outcome, QuestionResult, Raised, Said, Verdict, Witness
from autograder.otter.assignment import Assignment, Question
from autograder.otter.doctests import DoctestOutcome, names_in, run_doctest
from autograder.otter.environment import Environment, mentioned
from autograder.otter.isolation import one_generator, silence, undisturbed
from autograder.witnesses import OPEN

__all__ = ["message_of", "public_text", "run_test"]


_ABOUT = 500
_UNSAID = "This does not pass where the test was run inside the notebook."


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
    raised: Raised | None = None
    """What failed it, where that is not a verdict."""


def run_test(
    assignment: Assignment,
    question: str,
    names: Mapping[str, object],
    *,
    troubles: list[Any] | None = None,
    cells: Sequence[str] = (),
    hidden: bool = True,
) -> QuestionResult:
    """Run one question's test file at this moment, outside.

    Cases, points and all-or-nothing are Otter's. What comes back is one witness: a plain case that did not pass here
    is not decided before the inside witness was asked (:func:`autograder.witnesses.settle`).

    Args:
        assignment: as :func:`autograder.otter.load` read it.
        question: the question's name.
        names: the student's names from outside: ``fetch`` is used where the mapping has it.
        troubles: the sandbox's own list of errors that a test met, even if it caught them; emptied before each case.
        cells: sources of the notebook's code cells, for questions that forbid names (``forbid=("diff",)``).
        hidden: run hidden cases too; without them the result has the public ones alone.
    """
    asked = assignment.by_name(question)
    folder = str(assignment.workplace.folder) if assignment.workplace is not None else None
    with (
        undisturbed(seed=assignment.seed, folder=folder),
        one_generator(names, asked.source, seeded=assignment.seed is not None),
        silence(),
    ):
        with _one_process(names):
            with suppress(StudentGone):
                Environment(names).prefetch(())
            test_file = asked.fresh()
        cases = []
        for number, case in enumerate(test_file.test_cases):
            if case.hidden and not hidden:
                continue
            environment = Environment(names, live=not asked.ok_format)
            if troubles is not None:
                troubles.clear()
            followed = getattr(names, "followed", 0)
            with _one_process(names), _recording(asked, cells) as checks:
                outcome = _run_case(asked, case, number, environment, cells)
                if outcome.passed and getattr(names, "followed", 0) != followed and not _stands(asked, number, names):
                    outcome = _Outcome(passed=None, reason="changed-arguments")
                _distrust(outcome, environment, _met(outcome, troubles or (), own=bool(checks)))
                if _diverged(names, ok_format=asked.ok_format):
                    outcome.passed, outcome.reason = None, "cannot-ship"
            if outcome.error is not None and _verdict(outcome.error) is None:
                outcome.raised = _raised(outcome.error)
            cases.append(_case_result(case, outcome, tuple(checks)))
    return QuestionResult(
        name=asked.name,
        score=None,
        possible=asked.possible,
        cases=tuple(cases),
        all_or_nothing=asked.all_or_nothing,
    )


@contextmanager
def _one_process(names: Any) -> Iterator[None]:
    """What a test changes of its process and of the notebook's objects reaches the notebook, and back."""
    begin, end = getattr(names, "begin_test", None), getattr(names, "end_test", None)
    if begin is not None:
        begin()
    yield
    if end is not None:
        with suppress(StudentGone):
            end()


def _stands(question: Question, number: int, names: Any) -> bool:
    """Whether a case also passes when the student's functions cannot change the test's own arrays and lists.

    ``def f(x): x[:] = 0; return x`` passes ``assert_allclose(f(x), 2 * x)``: the test compares with what the answer
    made of its ``x``. An honest ``x -= rate * slope`` passes either way.
    """
    with undisturbed(), names.unchanged():
        environment = Environment(names, live=not question.ok_format)
        return _run_case(question, question.fresh().test_cases[number], number, environment).passed is True


def _run_case(
    question: Question, case: Any, number: int, environment: Environment, cells: Sequence[str] = ()
) -> _Outcome:
    try:
        if question.ok_format:
            wanted = names_in(case.body)
            environment.expect(wanted, cells)
            environment.prefetch(wanted)
            return _doctest_outcome(run_doctest(f"{question.name} {number}", case.body, environment))
        function = case.body.test_func
        wanted, said = set(case.body._get_func_params()), mentioned(function.__code__)
        environment.expect(said, cells)
        environment.prefetch(wanted | said - {"env"} if "env" in wanted else wanted)
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


def _recording(question: Question, cells: Sequence[str]) -> AbstractContextManager[list[Check]]:
    """Collects what our questions are asked; a test that never names us does not pay for importing them."""
    if "autograder" not in question.source:
        return nullcontext([])
    from autograder.questions import recording

    return recording(cells)


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


def _met(outcome: _Outcome, troubles: Sequence[Any], *, own: bool) -> tuple[Any, ...]:
    """The errors that count against a verdict. A plain copy of an object of a subclass is all that our own questions
    want; another test might have seen more of it."""
    met = (*troubles, outcome.error)
    return tuple(error for error in met if not (own and isinstance(error, CannotShip) and error.copied))


def _diverged(names: Any, *, ok_format: bool) -> bool:
    """Whether test and notebook have drawn from different generators, or would have printed arrays differently."""
    agreement = getattr(names, "agreement", None)
    return agreement is not None and (agreement.lost_track or (ok_format and agreement.formatter))


def _distrust(outcome: _Outcome, environment: Environment, met: tuple[Any, ...]) -> None:
    """What a test concluded after it lost the student, or about what it could not see, is not a verdict.

    An answer that cannot be copied is undecided, whether the test passed or failed on it, or making one would be the
    way to forge a pass. Only our own questions may call it INVALID.
    """
    gone = next((error.reason for error in met if isinstance(error, StudentGone)), None)
    if gone is not None:
        outcome.passed, outcome.reason = None, gone
    elif _verdict(outcome.error) is not None:
        return
    elif environment.opaque or any(isinstance(error, CannotShip) for error in met):
        outcome.passed, outcome.reason = None, "cannot-ship"
    elif hasattr(getattr(outcome.error, "obj", None), "__autograder_handle__"):
        # An attribute of an object that is callable: its stand-in has only the call.
        outcome.passed, outcome.reason = None, "cannot-ship"
    elif (
        environment.needs_process or (environment.patches and environment.called) or _missed(outcome.error, environment)
    ):
        # The test asks for a figure or a file of the student's, which only their process has; out here there is none.
        outcome.passed, outcome.reason = None, "needs-process"


def _missed(error: BaseException | None, environment: Environment) -> bool:
    """Whether a file is missing: the student's out here, or in the jail one that the test has written."""
    return isinstance(error, OSError) and (environment.writes_files or not hasattr(error, "raised"))


def _case_result(case: Any, outcome: _Outcome, checks: tuple[Check, ...]) -> CaseResult:
    verdict = _verdict(outcome.error)
    credit = getattr(outcome.error, "credit", None) if verdict is not None else None
    score = case.points if outcome.passed else (credit or 0.0) * case.points if outcome.passed is False else 0.0
    own = verdict is not None or bool(checks and (outcome.passed or outcome.reason is not None))
    return CaseResult(
        name=str(case.name),
        hidden=bool(case.hidden),
        passed=outcome.passed,
        score=float(score),
        possible=float(case.points),
        message=_message(case, outcome, own=own),
        checks=checks,
        raised=outcome.raised,
        outside=None if own else _witness(outcome),
        reason=outcome.reason,
    )


def _witness(outcome: _Outcome) -> Witness:
    if outcome.passed:
        return Witness(said=Said.PASS)
    if outcome.passed is None:
        about = outcome.shown or (str(outcome.error) if outcome.error is not None else "")
        return Witness(said=Said.UNSAID, why=outcome.reason or "", about=about[:_ABOUT])
    raised = outcome.raised
    said = "" if raised is None else f"{raised.type}: {raised.message}" if raised.message else raised.type
    return Witness(said=Said.FAIL, about="\n".join(text for text in (outcome.shown, said) if text)[:_ABOUT])


def _message(case: Any, outcome: _Outcome, *, own: bool) -> str:
    if outcome.passed is None and outcome.reason != "undecided":
        return OPEN[""] if own else str(case.failure_message or _UNSAID)
    return message_of(
        case, passed=bool(outcome.passed), shown=outcome.shown, raised=outcome.raised, error=outcome.error
    )


def message_of(
    case: Any, *, passed: bool, shown: str = "", raised: Raised | None = None, error: BaseException | None = None
) -> str:
    """What a student may read: the author's own sentence, else ours; never a stack through the grader."""
    if passed:
        return str(case.success_message or "")
    if raised is None or raised.type in ("AssertionError", "CheckFailed"):
        said = str(error or (raised and raised.message) or "")[:2_000]
    else:
        said = explain_error(raised)[1]
    lines = [str(case.failure_message or ""), said or shown[:2_000]]
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
