"""Otter's test files without Otter: the same cases, words and points, so that a student's machine need not install it.

Sources, held to them by a test: ``otter.test_files.exception_test``, ``ok_test`` and
``TestFile.resolve_test_file_points`` of otter-grader 7. Where a work is graded Otter's own classes run.
"""

import builtins
import contextlib
import doctest
import inspect
import io
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from textwrap import dedent, indent
from types import SimpleNamespace
from typing import Any

__all__ = ["Case", "CaseResult", "CheckedFile", "as_file", "run_test_file"]

_PASSED, _FAILED = "✅ Test case passed", "❌ Test case failed\n"


class _Decorated:
    """What ``@test_case(points=…, hidden=…)`` makes of a function."""

    def __init__(
        self,
        name: str | None = None,
        points: float | None = None,
        hidden: bool = False,
        success_message: str | None = None,
        failure_message: str | None = None,
    ) -> None:
        self.name, self.points, self.hidden = name, points, hidden
        self.success_message, self.failure_message = success_message, failure_message
        self.test_func: Callable[..., None] = lambda: None

    def __call__(self, test_func: Callable[..., None]) -> "_Decorated":
        self.test_func = test_func
        return self

    def ask(self, names: dict[str, Any]) -> None:
        """Call the function with the notebook's names; one that is not there is None, ``env`` is all of them."""
        wanted = inspect.signature(self.test_func).parameters
        self.test_func(**{name: names if name == "env" else names.get(name) for name in wanted})


@dataclass(frozen=True)
class Case:
    """One case, with its points resolved."""

    name: str
    body: Any
    """A doctest's text, or the decorated function."""
    hidden: bool
    points: float | None
    success_message: str | None
    failure_message: str | None


@dataclass(frozen=True)
class CaseResult:
    """What a case came to."""

    test_case: Case
    passed: bool
    message: str
    """In Otter's words."""


@dataclass(frozen=True)
class CheckedFile:
    """A test file after it has run, with Otter's names for what it holds."""

    name: str
    test_case_results: tuple[CaseResult, ...]
    all_or_nothing: bool

    @property
    def names_wanted(self) -> list[str]:
        """The notebook's names that its functions ask for; none of a doctest."""
        bodies = [case.test_case.body for case in self.test_case_results]
        wanted = [inspect.signature(body.test_func).parameters for body in bodies if isinstance(body, _Decorated)]
        return list(dict.fromkeys(name for parameters in wanted for name in parameters))

    @property
    def possible(self) -> float:
        """The points of all its cases."""
        return sum(case.test_case.points or 0 for case in self.test_case_results)

    @property
    def score(self) -> float:
        """The points of the cases that pass; with ``all_or_nothing`` all of them or none."""
        if self.all_or_nothing:
            return self.possible if all(case.passed for case in self.test_case_results) else 0
        return sum(case.test_case.points or 0 for case in self.test_case_results if case.passed)


def run_test_file(source: str, names: dict[str, Any], *, path: str = "<string>") -> CheckedFile:
    """Run a test file on a notebook's names.

    Args:
        source: what the file holds, in exception or in doctest style.
        names: the notebook's globals; a doctest may bind some.
        path: for the frames of errors.
    """
    scope: dict[str, Any] = {"__builtins__": {**vars(builtins), "__import__": _importing}}
    exec(compile(source, path, "exec"), scope)
    if scope.get("OK_FORMAT", True):
        return _doctests(scope["test"], names)
    return _exceptions(scope, source, names)


def _importing(
    name: str,
    globals: Mapping[str, object] | None = None,
    locals: Mapping[str, object] | None = None,
    fromlist: Sequence[str] | None = (),
    level: int = 0,
) -> Any:
    """``import`` as a test file sees it: of Otter it needs the decorator only; Otter's own loads for two seconds."""
    if name == "otter.test_files" and fromlist and set(fromlist) == {"test_case"}:
        return SimpleNamespace(test_case=_Decorated)
    return builtins.__import__(name, globals, locals, fromlist or (), level)


def _exceptions(scope: dict[str, Any], source: str, names: dict[str, Any]) -> CheckedFile:
    title = scope["name"]
    found = [value for value in scope.values() if isinstance(value, _Decorated)]
    cases = [
        Case(
            name=each.name if each.name is not None else f"{title} - {number}",
            body=each,
            hidden=each.hidden,
            points=each.points,
            success_message=each.success_message,
            failure_message=each.failure_message,
        )
        for number, each in enumerate(found, 1)
    ]
    results = []
    for case in _with_points(scope.get("points"), cases):
        passed, message = True, _PASSED
        try:
            case.body.ask(names)
        except Exception as error:
            passed, message = False, _FAILED + _of_error(error, title, source.split("\n"))
        results.append(CaseResult(case, passed, message))
    return CheckedFile(title, tuple(results), bool(scope.get("all_or_nothing", False)))


def _of_error(error: Exception, title: str, lines: list[str]) -> str:
    """The line of the test on which it stopped, and why."""
    trace = error.__traceback__
    for _ in range(2):  # this module's frame and that of `ask`
        trace = trace.tb_next if trace is not None and trace.tb_next is not None else trace
    number = trace.tb_lineno if trace is not None else 0
    line = indent("\n".join(lines[max(0, number - 1) : number]), "  ")
    said = str(error).strip("'")
    return f"Error at line {number} in test {title}:\n{line}\n{type(error).__name__}: {said}"


def _doctests(test: dict[str, Any], names: dict[str, Any]) -> CheckedFile:
    title = test["name"]
    cases = [
        Case(
            name=case.get("name", f"{title} - {number}"),
            body=dedent(case["code"]),
            hidden=case.get("hidden", True),
            points=case.get("points"),
            success_message=case.get("success_message"),
            failure_message=case.get("failure_message"),
        )
        for number, case in enumerate(test["suites"][0]["cases"], 1)
    ]
    results = []
    for place, case in enumerate(_with_points(test.get("points"), cases)):
        said = _doctest(f"{title} {place}", case.body, names)
        results.append(CaseResult(case, said is None, _PASSED if said is None else _FAILED + said))
    return CheckedFile(title, tuple(results), bool(test.get("all_or_nothing", False)))


def _doctest(name: str, text: str, names: dict[str, Any]) -> str | None:
    """What the runner says of a case that fails; None of one that passes."""
    examples = [part for part in doctest.DocTestParser().parse(text, name) if isinstance(part, doctest.Example)]
    runner = doctest.DocTestRunner(verbose=True)
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), _undisplayed():
        results = runner.run(doctest.DocTest(examples, names, name, None, None, text), clear_globs=False)
    return said.getvalue() if results.failed else None


@contextlib.contextmanager
def _undisplayed() -> Iterator[None]:
    """What a doctest displays is not shown: that is for the cell."""
    ipython = sys.modules.get("IPython")
    shell: Any = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        yield
        return
    before, shell.display_formatter.formatters = shell.display_formatter.formatters, {}
    try:
        yield
    finally:
        shell.display_formatter.formatters = before


def _with_points(total: Any, cases: list[Case]) -> list[Case]:
    """Each case with its points: its own, or an equal share of what the others leave of the file's."""
    if isinstance(total, list):
        if len(total) != len(cases):
            raise ValueError("Points specified in test has different length than number of test cases")
        cases = [replace(case, points=points) for case, points in zip(cases, total, strict=True)]
        total = None
    own = [case.points for case in cases]
    fixed, open_ = sum(points or 0 for points in own), own.count(None)
    if total is None and any(own):
        share = 0.0  # some say their points, so the others have none
    else:
        total = 1 if total is None else total  # a file without points is worth 1
        if fixed > total:
            raise ValueError("More points specified in test cases than allowed for test")
        share = (total - fixed) / open_ if open_ else 0.0
    return [replace(case, points=share if case.points is None else case.points) for case in cases]


def as_file(test: Any) -> str:
    """A test of a notebook's metadata as the file that Otter would read: doctest style is data there."""
    return test.strip() + "\n" if isinstance(test, str) else f"OK_FORMAT = True\n\ntest = {test!r}\n"
