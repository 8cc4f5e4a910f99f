"""The inside witness: a question's cases run in the student's process, among the student's own objects.

What runs in there can be read and forged by the student, hidden tests included. So it is a run of the notebook of its
own, in a fork of its own, and its word alone earns points only where the author has declared the test
(``trust: student``). How to declare it:

- in the test file, a global ``runs_in = "student"``;
- or in the configuration of our plugin, which Otter Assign passes on::

      plugins:
        - autograder.otter.plugin.AutograderPlugin:
            runs_in_student: [q3]

- or ``"runs_in_student": ["q3"]`` in ``otter_config.json``.

Source of the driver: ``otter.test_files.ok_test.run_doctest`` and ``exception_test.ExceptionTestFile.run``, without
Otter itself, which the jail does not load.
"""

from typing import Protocol

import msgspec

from autograder.errors import StudentGone
from autograder.model import CaseResult, QuestionResult, Raised, Record, Said, Trust, Witness
from autograder.otter.assignment import Question
from autograder.otter.running.outside import message_of

__all__ = ["InsideCase", "ask_inside", "declared", "witnessed"]

CASE_SECONDS = 10.0
"""For one case; Otter has no such limit."""
_MORE_SECONDS = 10.0
"""For all of them besides: imports of the test file."""
_MOST_LATE = 2
"""Cases that take too long, before the rest is left."""
# Sent as text: the jail needs nothing but the standard library for it. It finds ``names`` and ``argument`` and leaves
# ``result``. Otter is a stub in the jail, so the decorator of exception-style files is replaced.
_DRIVER = """
import doctest
import inspect
import io
import json
import linecache
import signal
import sys
from contextlib import redirect_stderr, redirect_stdout


class _Case:
    def __init__(self, *_, **__):
        self.test_func = None

    def __call__(self, function):
        self.test_func = function
        return self


class _Late(KeyboardInterrupt):  # any other a doctest takes for the example's own, and goes on to the next
    pass


def _ring(*_):
    raise _Late


def _described(error):
    return {"type": type(error).__name__, "message": str(error)[:2000]}


def _exception_style(scope, name):
    case = next(value for value in scope.values() if isinstance(value, _Case) and value.test_func.__name__ == name)
    wanted = inspect.signature(case.test_func).parameters
    try:
        case.test_func(**{name: names if name == "env" else names.get(name) for name in wanted})
    except Exception as error:
        return {"passed": False, "raised": _described(error)}
    return {"passed": True}


def _ok_style(scope, text):
    examples = [part for part in doctest.DocTestParser().parse(text) if isinstance(part, doctest.Example)]
    test = doctest.DocTest(examples, names, "test", None, None, text)
    told = []
    failed, _ = doctest.DocTestRunner(verbose=False).run(test, out=told.append, clear_globs=False)
    return {"passed": not failed, "shown": "".join(told)[-2000:]}


def _run(order):
    otter = sys.modules["otter.test_files"] = sys.modules["otter"].__class__("otter.test_files")
    otter.test_case = _Case
    lines = order["source"].splitlines(keepends=True)
    linecache.cache[order["path"]] = (len(order["source"]), None, lines, order["path"])
    scope = {}
    exec(compile(order["source"], order["path"], "exec"), scope)
    run = _ok_style if order["ok_format"] else _exception_style
    said, late = [], 0
    before = signal.signal(signal.SIGALRM, _ring)
    for case in order["cases"]:
        try:
            if late < order["late"]:
                signal.setitimer(signal.ITIMER_REAL, order["seconds"])
                said.append(run(scope, case))
                continue
        except KeyboardInterrupt:
            late += 1
        except BaseException as error:
            said.append({"passed": False, "raised": _described(error)})
            continue
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        said.append({"passed": None})
    signal.signal(signal.SIGALRM, before)
    return said


with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
    result = _run(json.loads(argument))
result = json.dumps(result if order_details else [{"passed": case["passed"]} for case in result])
"""


class Session(Protocol):
    """Where the student's process can be asked."""

    def run_inside(self, source: str, argument: str = "", *, seconds: float | None = None) -> str:
        """Run source of ours among the student's own objects."""


class InsideCase(Record, frozen=True, kw_only=True):
    """What one case came to, as the student's process tells it."""

    passed: bool | None
    """None: it took too long."""
    shown: str = ""
    """Declared tests only: the doctest's example that failed, what was expected and what came."""
    raised: Raised | None = None


def ask_inside(question: Question, session: Session, *, details: bool = False) -> list[InsideCase] | Witness:
    """Run all cases of a question among the student's objects as they are now.

    Args:
        question: with or without hidden cases; from now on this process knows them.
        session: the student's process.
        details: tell also what failed; else pass and fail only.

    Returns:
        One per case, in order; or why there is none: the process is gone, or what it wrote is no answer.
    """
    order = {
        "ok_format": question.ok_format,
        "source": question.source,
        "path": question.path,
        "cases": [case.body for case in question.cases],
        "seconds": CASE_SECONDS,
        "late": _MOST_LATE,
    }
    driver = f"order_details = {details}\n{_DRIVER}"
    seconds = _MORE_SECONDS + CASE_SECONDS * min(len(question.cases), _MOST_LATE + 1)
    try:
        told = session.run_inside(driver, msgspec.json.encode(order).decode(), seconds=seconds)
        said = msgspec.json.decode(told, type=list[InsideCase])
    except StudentGone as gone:
        return Witness(said=Said.LOST, why=gone.reason)
    except (msgspec.MsgspecError, RecursionError):
        said = []
    except Exception:  # the driver was cut off, or a student's process replaced what it needs
        said = []
    return said if len(said) == len(question.cases) else Witness(said=Said.LOST, why="unreadable")


def witnessed(told: list[InsideCase] | Witness, result: QuestionResult, *, alone: bool = False) -> QuestionResult:
    """A question's result with what was said inside about its plain cases that did not pass outside.

    A case that took too long on both sides is a fail on both.

    Args:
        told: what :func:`ask_inside` gave.
        result: with all cases, as they were outside.
        alone: only the inside witness counts, for every plain case.
    """
    cases = []
    for place, case in enumerate(result.cases):
        if case.outside is not None and (alone or case.outside.said is not Said.PASS):
            inside = told if isinstance(told, Witness) else _witness(told[place])
            late = case.raised is not None and case.raised.type == "TimeoutError"
            if late and inside.said is Said.LOST and inside.why == "timeout":
                inside = Witness(said=Said.FAIL, why="timeout")
            case = msgspec.structs.replace(case, inside=inside, outside=None if alone else case.outside)
        cases.append(case)
    return msgspec.structs.replace(result, cases=tuple(cases))


def _witness(case: InsideCase) -> Witness:
    if case.passed is None:
        return Witness(said=Said.LOST, why="timeout")
    return Witness(said=Said.PASS if case.passed else Said.FAIL)


def declared(question: Question, told: list[InsideCase] | Witness) -> QuestionResult:
    """The result of a question for which the inside witness alone counts."""
    cases = []
    for place, case in enumerate(question.cases):
        one = InsideCase(passed=None) if isinstance(told, Witness) else told[place]
        passed = bool(one.passed)
        cases.append(
            CaseResult(
                name=case.name,
                hidden=case.hidden,
                passed=one.passed,
                score=case.points if passed else 0.0,
                possible=case.points,
                message=message_of(case, passed=passed, shown=one.shown, raised=one.raised),
                raised=one.raised,
                inside=told if isinstance(told, Witness) else _witness(one),
            )
        )
    return question.recorded(cases, Trust.STUDENT)
