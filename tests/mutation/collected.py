"""Tests that were collected once: a change inside a function is put into the function that is there already.

To import the package and the tests anew takes seconds; most changes are seen by the first test in a hundredth of one.
So a process collects the tests of a run, and forks for each mutant: the fork gives every function in which the change
is its changed code and runs the tests. Not tried here is what is no function's (a constant, a default, a decorator) and
what was called while the package and the tests were imported, whose results are kept (a set of titles, a cache, a row
of a table). Whoever would say *killed* has to pass once on the code as it is, in a fork like that.
"""

import contextlib
import gc
import inspect
import json
import os
import subprocess
import sys
import threading
from collections import defaultdict
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest
from cosmic_ray.work_item import TestOutcome
from covering import Test
from running import Failing, ended, failed_of, silenced

_FUNCTION = inspect.CO_OPTIMIZED | inspect.CO_NEWLOCALS
"""What the code of a function has, and that of a class or a module has not."""


class Collected:
    """The other side of the pipe: a process that holds the collected tests."""

    def __init__(self, files: list[str], log: Path) -> None:
        # no stdin: pytest puts /dev/null in its place
        asked, ask = os.pipe()
        ours, theirs = os.pipe()
        environ = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(asked), str(theirs), str(log), *files],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[asked, theirs], env=environ,
        )  # fmt: skip
        os.close(asked)
        os.close(theirs)
        self._requests, self._answers = os.fdopen(ask, "w"), os.fdopen(ours)
        if self._read() is None:
            raise RuntimeError(f"the tests cannot be collected: python -m pytest --collect-only {' '.join(files)}")

    def tried(self, path: Path, before: str, after: str, tests: list[Test]) -> tuple[TestOutcome, str] | None:
        """What the tests say; None where the change is not inside of functions, or the process has ended."""
        names = [(test.name, test.seconds) for test in tests]
        request = json.dumps({"path": str(path), "before": before, "after": after, "tests": names})
        try:
            self._requests.write(f"{request}\n")
            self._requests.flush()
            answer = self._read()
        except BrokenPipeError:
            return None
        return None if answer is None else (TestOutcome(answer["outcome"]), answer["killer"])

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        self._answers.close()
        with contextlib.suppress(BrokenPipeError):
            self._requests.close()

    def _read(self) -> Any:
        line = self._answers.readline()
        return json.loads(line) if line else None


def changed_functions(before: CodeType, after: CodeType) -> list[tuple[CodeType, CodeType]] | None:
    """The outermost functions whose code differs, as they are and changed; None where something else differs."""
    found: list[tuple[CodeType, CodeType]] = []
    if (before.co_code, before.co_names) != (after.co_code, after.co_names):
        return None
    if len(before.co_consts) != len(after.co_consts):
        return None
    for old, new in zip(before.co_consts, after.co_consts, strict=True):
        if isinstance(old, CodeType) and isinstance(new, CodeType):
            if old == new:
                continue
            inner = [(old, new)] if old.co_flags & _FUNCTION == _FUNCTION else changed_functions(old, new)
            if inner is None:
                return None
            found += inner
        elif repr(old) != repr(new):
            return None
    return found


class _Called:
    """Which code of the tree is run from now on: what was computed by it does not change with it."""

    def __init__(self) -> None:
        self._codes: dict[int, CodeType] = {}
        threading.setprofile(self._note)
        sys.setprofile(self._note)

    def _note(self, frame: FrameType, event: str, argument: object) -> None:
        if event == "call":
            self._codes[id(frame.f_code)] = frame.f_code

    def ended(self) -> set[tuple[str, str]]:
        """File and name of each."""
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]
        here = os.getcwd()
        return {(one.co_filename, one.co_qualname) for one in self._codes.values() if one.co_filename.startswith(here)}


class _Serving:
    """A pytest run that collects and then does what it is asked."""

    def __init__(self, requests: int, answers: int, log: Path) -> None:
        self.requests, self.answers, self.log = requests, answers, log
        self.sound: dict[str, bool] = {}
        self.while_imported = _Called()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.called = self.while_imported.ended()
        self.session = session
        self.items = {item.nodeid: item for item in session.items}
        self.functions: dict[tuple[str, str], list[FunctionType]] = defaultdict(list)
        gc.unfreeze()  # what conftest.py has put out of the collector's sight cannot be listed
        for each in gc.get_objects():
            if type(each) is FunctionType and each.__module__ and each.__code__.co_filename.startswith(os.getcwd()):
                self.functions[each.__code__.co_filename, each.__code__.co_qualname].append(each)
        gc.collect()
        gc.freeze()
        self._answer({"ready": len(self.items)})
        with os.fdopen(self.requests) as requests:
            for line in requests:
                self._answer(self._tried(**json.loads(line)))
        os._exit(0)

    def _answer(self, content: object) -> None:
        os.write(self.answers, f"{json.dumps(content)}\n".encode())

    def _tried(self, path: str, before: str, after: str, tests: list[tuple[str, float]]) -> dict[str, str] | None:
        file = os.path.abspath(path)
        try:
            codes = [compile(text, file, "exec", dont_inherit=True) for text in (before, after)]
        except SyntaxError:
            return None
        changed = changed_functions(*codes)
        if not changed:
            return None
        pairs = []
        for old, new in changed:
            if (file, old.co_qualname) in self.called:
                return None
            alive = [one for one in self.functions[file, old.co_qualname] if one.__code__ == old]
            if not alive:
                return None
            pairs += [(one, new) for one in alive]
        while True:
            names = [name for name, _ in tests if self.sound.get(name, True) and name in self.items]
            most = 30 + 10 * sum(seconds for _, seconds in tests)
            outcome, killer = self._forked(names, most, pairs)
            if outcome is not TestOutcome.KILLED or killer not in self.items:
                return {"outcome": outcome.value, "killer": killer}
            if killer not in self.sound:
                self.sound[killer] = self._forked([killer], most, [])[0] is TestOutcome.SURVIVED
            if self.sound[killer]:
                return {"outcome": outcome.value, "killer": killer}

    def _forked(
        self, names: list[str], most: float, pairs: list[tuple[FunctionType, CodeType]]
    ) -> tuple[TestOutcome, str]:
        failed = failed_of(self.log)
        failed.unlink(missing_ok=True)
        child = os.fork()
        if child == 0:
            os.close(self.answers)
            with silenced(self.log):
                for function, code in pairs:
                    function.__code__ = code
                self._run(names)
        code = ended(child, most)
        if isinstance(code, tuple):
            return code
        if failed.exists():
            return TestOutcome.KILLED, failed.read_text()
        return (TestOutcome.SURVIVED, "") if code == 0 else (TestOutcome.KILLED, f"ended with {code}")

    def _run(self, names: list[str]) -> None:
        items = [self.items[name] for name in names]
        for item, following in zip(items, [*items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.session.shouldfail:
                break


if __name__ == "__main__":
    log = Path(sys.argv[3])
    pytest.main(
        ["-x", "-q", "--tb=short", "-p", "no:xdist", "-m", "not bench", *sys.argv[4:]],
        plugins=[_Serving(int(sys.argv[1]), int(sys.argv[2]), log), Failing(failed_of(log))],
    )
