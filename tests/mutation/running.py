"""One mutant: the change is written into the tree, its tests run in a fork, the change is taken back."""

import contextlib
import difflib
import importlib
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import psutil
import pytest
from cosmic_ray.mutating import use_mutation
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_item import MutationSpec, TestOutcome, WorkerOutcome, WorkResult
from covering import Test


class Collected(Protocol):
    """The quick way to the same."""

    def tried(self, path: Path, before: str, after: str, tests: list[Test]) -> tuple[TestOutcome, str] | None:
        """None where it cannot say."""


# Seconds that every mutant would pay for. Imported and not used: JAX's threads would not survive the fork.
_WARM = (
    "numpy",
    "sympy",
    "mpmath",
    "flint",
    "jax",
    "matplotlib.pyplot",
    "IPython",
    "nbformat",
    "hypothesis",
    "otter.api",
)


def warm() -> None:
    for name in _WARM:
        importlib.import_module(name)


MOST_STILL = 120
"""Seconds after which a mutant that computes nothing is taken to wait for ever: no test waits as long."""
MOST_SECONDS = 1200
"""By the clock, whatever the machine has else to do; what takes longer is left for somebody to look at."""


def try_out(change: MutationSpec, tests: list[Test], log: Path, collected: Collected) -> WorkResult:
    """Killed, survived, or killed as it could not even be imported; no test at all counts as survived."""
    operator = get_operator(change.operator_name)(**change.operator_args)
    with _times_kept(change.module_path), use_mutation(change.module_path, operator, change.occurrence) as (old, new):
        diff = "\n".join(difflib.unified_diff(old.split("\n"), (new or old).split("\n"), lineterm="", n=0))
        # the clock of the file system is coarse: bytecode of another mutant must never pass for this one's
        os.utime(change.module_path, (time.time(), next(_CLOCK)))
        if not tests:
            outcome, killer = TestOutcome.SURVIVED, "no test runs through it"
        else:
            found = collected.tried(change.module_path, old, new or old, tests)
            outcome, killer = found or _twice(tests, log)
    return WorkResult(WorkerOutcome.NORMAL, output=killer, test_outcome=outcome, diff=diff)


def _twice(tests: list[Test], log: Path) -> tuple[TestOutcome, str]:
    """A test that fails once by chance kills nothing: it has to fail again alone, or one of all of them again."""
    outcome, killer = _outcome(tests, log)
    if outcome is TestOutcome.SURVIVED or killer == _LATE:
        return outcome, killer
    alone = [test for test in tests if test.name == killer]
    if alone and _outcome(alone, log)[0] is not TestOutcome.SURVIVED:
        return outcome, killer
    return _outcome(tests, log)


_LATE = "out of time"


def _outcome(tests: list[Test], log: Path) -> tuple[TestOutcome, str]:
    child = os.fork()
    if child == 0:
        _run(tests, log)
    code = ended(child, 60 + 10 * sum(test.seconds for test in tests))
    if isinstance(code, tuple):
        return code
    if code == pytest.ExitCode.OK:
        return TestOutcome.SURVIVED, ""
    if code == pytest.ExitCode.TESTS_FAILED:
        # a file of tests that cannot be imported has run none
        return TestOutcome.KILLED, failed_of(log).read_text() if failed_of(log).exists() else "no test can be run"
    if code == pytest.ExitCode.NO_TESTS_COLLECTED:
        return TestOutcome.SURVIVED, "the tests that run through it have other names now"
    if code == pytest.ExitCode.INTERNAL_ERROR:
        raise RuntimeError(log.read_text(errors="replace"))
    return TestOutcome.INCOMPETENT, f"pytest ended with {code}"


def ended(child: int, most: float) -> int | tuple[TestOutcome, str]:
    """The exit code of a process, and the end of all that it left behind.

    Or what is thought of it where it does not end, judged by its work and not by the clock.

    Args:
        most: seconds of processor time.
    """
    process, begun = psutil.Process(child), time.monotonic()
    spent, moved = 0.0, begun
    thought: tuple[TestOutcome, str] | None = None
    while thought is None:
        for step in range(40):
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                _end_group(child)
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.05 if step else 0.01)
        if (now := _spent(process)) > spent:
            spent, moved = now, time.monotonic()
        if spent > most or time.monotonic() - moved > MOST_STILL:
            thought = TestOutcome.KILLED, _LATE
        elif time.monotonic() > begun + MOST_SECONDS:
            thought = TestOutcome.SURVIVED, f"has not ended after {MOST_SECONDS} seconds: look at it alone"
    _end_group(child)
    os.waitpid(child, 0)
    return thought


def _end_group(child: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)


def _spent(process: psutil.Process) -> float:
    """Processor time of a process and of all below it."""
    total = 0.0
    for one in [process, *process.children(recursive=True)]:
        with contextlib.suppress(psutil.Error):
            total += sum(one.cpu_times()[:4])
    return total


def failed_of(log: Path) -> Path:
    """The file in which the test is named that failed."""
    return log.with_suffix(".failed")


@contextlib.contextmanager
def silenced(log: Path) -> Iterator[None]:
    """In a fork: a group of its own, that writes to the log. Whoever leaves the block by an exception ends with 3."""
    os.setsid()
    failed_of(log).unlink(missing_ok=True)
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.dont_write_bytecode = True
    with log.open("w") as out:
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    code = 3
    try:
        yield
        code = 0
    except SystemExit as leaving:
        code = int(leaving.code or 0)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        sys.stdout.flush()
        os._exit(code)


def _run(tests: list[Test], log: Path) -> None:
    """In the fork; does not return."""
    with silenced(log):
        paths = sorted({test.name.partition("::")[0] for test in tests})
        options = ["-x", "-q", "--tb=short", "-p", "no:xdist"]
        # what is warm already is not rewritten, and need not be
        options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
        sys.exit(int(pytest.main([*options, *paths], plugins=[_Only(tests), Failing(failed_of(log))])))


class Failing:
    """Writes down which test failed last."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.file.write_text(report.nodeid)


class _Only:
    """Runs these tests in this order, chosen by name after collection: a name with odd letters is no argument."""

    def __init__(self, tests: list[Test]) -> None:
        self.place = {test.name: place for place, test in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((i for i in items if i.nodeid in self.place), key=lambda i: self.place[i.nodeid])


def _seconds() -> Iterator[float]:
    start = time.time() - 10**8
    while True:
        start += 10
        yield start


_CLOCK = _seconds()


@contextlib.contextmanager
def _times_kept(path: Path) -> Iterator[None]:
    before = path.stat()
    try:
        yield
    finally:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
