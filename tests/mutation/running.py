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

import pytest
from cosmic_ray.mutating import use_mutation
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_item import MutationSpec, TestOutcome, WorkerOutcome, WorkResult
from covering import Test

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


def try_out(change: MutationSpec, tests: list[Test], log: Path) -> WorkResult:
    """Killed, survived, or killed as it could not even be imported; no test at all counts as survived."""
    operator = get_operator(change.operator_name)(**change.operator_args)
    with _times_kept(change.module_path), use_mutation(change.module_path, operator, change.occurrence) as (old, new):
        diff = "\n".join(difflib.unified_diff(old.split("\n"), (new or old).split("\n"), lineterm="", n=0))
        # the clock of the file system is coarse: bytecode of another mutant must never pass for this one's
        os.utime(change.module_path, (time.time(), next(_CLOCK)))
        outcome, killer = _outcome(tests, log) if tests else (TestOutcome.SURVIVED, "no test runs through it")
    return WorkResult(WorkerOutcome.NORMAL, output=killer, test_outcome=outcome, diff=diff)


def _outcome(tests: list[Test], log: Path) -> tuple[TestOutcome, str]:
    limit = 60 + 10 * sum(test.seconds for test in tests)
    child = os.fork()
    if child == 0:
        _run(tests, log)
    end = time.monotonic() + limit
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            break
        time.sleep(0.05)
    else:
        os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return TestOutcome.KILLED, "out of time"
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # what a test left behind when it failed
    code = os.waitstatus_to_exitcode(status)
    if code == pytest.ExitCode.OK:
        return TestOutcome.SURVIVED, ""
    if code == pytest.ExitCode.TESTS_FAILED:
        failed = [line for line in log.read_text(errors="replace").splitlines() if line.startswith(("FAILED", "ERROR"))]
        return TestOutcome.KILLED, failed[0] if failed else "a test failed"
    if code == pytest.ExitCode.NO_TESTS_COLLECTED:
        return TestOutcome.SURVIVED, "the tests that run through it have other names now"
    if code == pytest.ExitCode.INTERNAL_ERROR:
        raise RuntimeError(log.read_text(errors="replace"))
    return TestOutcome.INCOMPETENT, f"pytest ended with {code}"


def _run(tests: list[Test], log: Path) -> None:
    """In the fork; does not return."""
    os.setsid()
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.dont_write_bytecode = True
    with log.open("w") as out:
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    code: int = pytest.ExitCode.INTERNAL_ERROR
    try:
        paths = sorted({test.name.partition("::")[0] for test in tests})
        options = ["-x", "-q", "--tb=short", "-p", "no:xdist", "-p", "no:cacheprovider"]
        # what is warm already is not rewritten, and need not be
        options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
        code = pytest.main([*options, *paths], plugins=[_Only(tests)])
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        sys.stdout.flush()
        os._exit(int(code))


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
