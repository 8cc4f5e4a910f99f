"""One question asked of the student's names, with Otter's own test files and points."""

import dis
import doctest
import re
import sys
import traceback
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from operator import is_
from types import CodeType, FunctionType
from typing import Any, Protocol

from autograder.errors import CannotShip, StudentGone
from autograder.feedback import explain_error
from autograder.model import CaseResult, Check, Outcome, QuestionResult, Raised, Said, Trust, Verdict, Witness
from autograder.otter.assignment import Assignment, Question
from autograder.otter.isolation import as_main, silence, undisturbed
from autograder.otter.running.doctests import DoctestOutcome, run_doctest
from autograder.otter.running.evaluation import no_foreign_code
from autograder.otter.running.handed import handed_on
from autograder.witnesses import OPEN

__all__ = ["Session", "message_of", "public_text", "run_case", "run_test"]


_ABOUT = 500
_WORD = re.compile(r"\w+")
_STATE = {
    *("gcf", "gca", "get_fignums", "get_ipython", "__builtins__", "In", "Out"),
    *("__code__", "__closure__", "__globals__", "__wrapped__", "unwrap", "getclosurevars", "getsource"),
    *("isgeneratorfunction", "iscoroutinefunction", "isasyncgenfunction", "get_instructions", "make_jaxpr"),
    *("Bytecode", "code_info"),
}
_FILES = {"os", "pathlib", "Path", "glob"}
_LOOKS = {"exists", "isfile", "isdir", "is_file", "is_dir", "listdir", "glob", "iterdir", "getsize", "stat"}
_LIBRARIES = ("builtins", "math", "random", "numpy", "numpy.linalg", "numpy.random", "sympy", "jax", "jax.numpy")
_PATCHES = {"patch", "MonkeyPatch", "setattr", "environ", "putenv"}
"""A test that changes what the notebook's own calls would see; out here they do not."""
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


class Session(Protocol):
    """One student's process, as far as a test needs it."""

    calls: int
    """How often something of it was called: what was read before may have changed."""
    troubles: list[Any]
    """Errors of ours that a test met, even if it caught them."""

    bound: bool
    """A test has written into its environment: in Otter's one process the notebook would have what it wrote."""
    legacy: str | None
    """Of which older NumPy's way of printing the notebook has chosen, of those that there are."""

    @property
    def cpu_seconds(self) -> float:
        """Processor time of the process so far."""

    def look(self, words: frozenset[str] | None = None, numbers: frozenset[str] = frozenset()) -> dict[str, Any]:
        """All names of the notebook as they are now; of those in ``numbers`` arrays may be of another library."""

    def begin_test(self, question: str = "") -> None:
        """Take back what was lent to the student's functions; what is called from now on is for this question."""


def run_test(
    assignment: Assignment,
    name: str,
    session: Session,
    *,
    cells: Sequence[str] = (),
    hidden: bool = True,
) -> QuestionResult:
    """Run one question's test file at this moment, outside.

    Cases, points and all-or-nothing are Otter's. What comes back is one witness: a plain case that did not pass here
    is not decided before the inside witness was asked (:func:`autograder.witnesses.settle`).

    Args:
        assignment: as :func:`autograder.otter.load` read it.
        name: the question's.
        session: the student's process.
        cells: sources of the notebook's code cells, for questions that forbid names (``forbid=("diff",)``).
        hidden: run hidden cases too; without them the result has the public ones alone.
    """
    question = assignment.by_name(name)
    folder = str(assignment.workplace.folder) if assignment.workplace is not None else None
    words = frozenset(_WORD.findall(question.source))
    cases = []
    with undisturbed(seed=assignment.seed, folder=folder), silence(), as_main({}) as names:
        looked: int | None = None
        test_file = question.fresh()
        for number, case in enumerate(test_file.test_cases):
            if case.hidden and not hidden:
                continue
            session.troubles.clear()
            session.begin_test(name)
            with _recording(question, cells) as checks:
                try:
                    if looked is None or looked != session.calls:  # a call may have rebound a name
                        names.update(session.look(words, handed_on(question.source)))
                        looked = session.calls
                    before, had = session.calls, dict(names)
                    with no_foreign_code(question.source, session.troubles):
                        outcome = run_case(question, case, number, names, session.legacy)
                    session.bound |= names.keys() != had.keys() or not all(map(is_, names.values(), had.values()))
                    _distrust(outcome, case, question, session, own=bool(checks), called=session.calls != before)
                except StudentGone as gone:
                    outcome = _Outcome(passed=None, reason=gone.reason)
            if outcome.error is not None and _verdict(outcome.error) is None:
                outcome.raised = _raised(outcome.error)
            cases.append(_case_result(case, outcome, tuple(checks)))
    return question.recorded(cases)


def run_case(question: Question, case: Any, number: int, names: dict[str, Any], legacy: str | None = None) -> _Outcome:
    """Run one case on these names."""
    try:
        if question.ok_format:
            with _printing(legacy):
                return _doctest_outcome(run_doctest(f"{question.name} {number}", case.body, names))
        case.body.call_func(names)
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

    return recording(cells, references=question.references)


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


def _printing(legacy: str | None) -> AbstractContextManager[Any]:
    """The one setting of a notebook's that a doctest is run with.

    How numbers print is written into what a doctest expects, and ``datascience`` sets it on import. It is a word of
    four, and none of them makes two numbers print alike.
    """
    if legacy is None:
        return nullcontext()
    import numpy as np

    known: Any = legacy
    return np.printoptions(legacy=known)


def _distrust(outcome: _Outcome, case: Any, question: Question, session: Session, *, own: bool, called: bool) -> None:
    """What a test concluded after it lost the student, or about what it could not see, says nothing.

    An answer that cannot be copied is unsaid, whether the test passed or failed on it, or making one would be the way
    to forge a pass. Only our own questions may call it INVALID; a plain copy of a part of it is all that they want.
    """
    met = [error for error in (*session.troubles, outcome.error) if isinstance(error, StudentGone | CannotShip)]
    gone = next((error.reason for error in met if isinstance(error, StudentGone)), None)
    if gone is not None:
        outcome.passed, outcome.reason = None, gone
    elif _verdict(outcome.error) is not None:
        return
    elif any(not (own and error.copied) for error in met if isinstance(error, CannotShip)):
        outcome.passed, outcome.reason = None, "cannot-ship"
    elif outcome.passed and not own:
        said = _mentioned_in(case.body) if question.ok_format else _mentioned_by(case.body.test_func, set())
        if session.bound or needs_process(said) or (called and said & _PATCHES):
            outcome.passed, outcome.reason = None, "needs-process"


def needs_process(names: Iterable[str]) -> bool:
    """Whether code with these names has to run where the notebook ran.

    It asks for the current figure, the shell, files in the working directory, or what is inside a function: out here it
    would find nothing, and what it then passes says nothing.

    >>> needs_process({"plt", "gca"}), needs_process({"os", "path", "exists"}), needs_process({"np", "allclose"})
    (True, True, False)
    """
    names = set(names)
    return bool(names & _STATE) or bool(names & _FILES and names & _LOOKS)


def mentioned(code: CodeType) -> set[str]:
    """Every global name and attribute in this code, also inside functions that it defines.

    And what its texts name of the inside of an object.

    >>> sorted(mentioned(compile("f = lambda v: g(v) + getattr(h, '__code__')", "<test>", "exec")))
    ['__code__', 'f', 'g', 'getattr', 'h']
    """
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            names |= mentioned(constant)
        elif isinstance(constant, str):
            names |= {word for word in _WORD.findall(constant) if word.startswith("__")}
    if any(step.opname == "STORE_ATTR" and _of_a_library(step.argval) for step in dis.get_instructions(code)):
        names.add("setattr")  # np.gradient = forbidden
    return names


def _mentioned_by(function: FunctionType, seen: set[str]) -> set[str]:
    """The same of a test function and of the functions and classes of its file that it uses."""
    names = mentioned(function.__code__)
    for name in names - seen:
        helper = function.__globals__.get(name)
        for part in vars(helper).values() if isinstance(helper, type) else [helper]:
            part = getattr(part, "fget", getattr(part, "__func__", part))  # a property, a static method
            if isinstance(part, FunctionType) and part.__globals__ is function.__globals__:
                seen.add(name)
                names |= _mentioned_by(part, seen)
    return names


def _mentioned_in(text: str) -> set[str]:
    """The same of a doctest; what does not compile does nothing."""
    names: set[str] = set()
    for part in doctest.DocTestParser().get_examples(text):
        with suppress(SyntaxError):
            names |= mentioned(compile(part.source, "<test>", "single"))
    return names


def _of_a_library(name: str) -> bool:
    return any(hasattr(sys.modules.get(module), name) for module in _LIBRARIES)


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
        trust=Trust.STUDENT if outcome.passed and any(check.driven for check in checks) else Trust.JUDGE,
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
