"""Which tests run through which lines, and what each costs: by coverage.py's contexts, kept until the code changes."""

import ast
import hashlib
import json
import os
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import coverage
import pytest


@dataclass(frozen=True)
class Test:
    """One test that passes on the unchanged tree. ``seconds`` of processor time with its fixtures."""

    name: str
    seconds: float
    slow: bool


@dataclass(frozen=True)
class Covering:
    """The tests of every line of the sources."""

    tests: dict[str, Test]
    lines: dict[str, dict[int, list[str]]]

    def tests_of(self, path: str, line: int) -> list[Test]:
        """Those that run through the statement of which ``line`` is a part.

        What importing runs (a constant, a default, a record's field) has no test of its own, and what is cached has
        only the first that came by: both get all of the area's and those right under ``tests``, about the package.
        """
        lines = self.lines.get(path, {})
        names = {name for each in _statement(path, line) for name in lines.get(each, ())}
        if not names or _cached(path, line):
            area = Path(path).with_suffix("").parts[:2]
            beside = [those for other, those in self.lines.items() if Path(other).with_suffix("").parts[:2] == area]
            names |= {name for those in beside for each in those.values() for name in each}
            names |= {name for name in self.tests if name.startswith("tests/test_")}
        return [self.tests[name] for name in sorted(names) if name in self.tests]


def _cached(path: str, line: int) -> bool:
    """Whether the line is in a function that keeps its results."""
    functions = [node for node in ast.walk(ast.parse(Path(path).read_text())) if isinstance(node, ast.FunctionDef)]
    around = [node for node in functions if node.lineno <= line <= (node.end_lineno or node.lineno)]
    return any("cache" in ast.unparse(decorator) for node in around for decorator in node.decorator_list)


def _statement(path: str, line: int) -> range:
    """The lines of the innermost statement, without the block that it heads."""
    found = range(line, line + 1)
    for node in ast.walk(ast.parse(Path(path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno):
            body = getattr(node, "body", None)
            end = body[0].lineno - 1 if body else node.end_lineno or node.lineno
            if line <= end and not isinstance(node, ast.FunctionDef | ast.ClassDef):
                found = range(node.lineno, max(end, node.lineno) + 1)
    return found


def covering(folder: Path, sources: list[Path], tests: list[Path]) -> Covering:
    """What ``tests`` run through in ``sources``.

    Kept in ``folder``, a file for each file of tests, until that or a source that its tests run through has changed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    digests = {str(path): _digest(path) for path in sources}
    stored = {path: folder / f"{hashlib.sha256(str(path).encode()).hexdigest()[:24]}.json" for path in tests}
    if missing := [path for path, file in stored.items() if not _is_of_today(path, file, digests)]:
        # in a process of its own: this one must not have touched JAX when it forks
        request = json.dumps({"sources": digests, "into": {str(path): str(stored[path]) for path in missing}})
        subprocess.run([sys.executable, __file__], input=request, text=True, check=True, stdout=sys.stderr)
    known: dict[str, Test] = {}
    lines: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for file in stored.values():
        content = json.loads(file.read_text(encoding="utf-8"))
        known |= {name: Test(name, seconds, slow) for name, (seconds, slow) in content["tests"].items()}
        for path, by_line in content["lines"].items():
            for line, names in by_line.items():
                lines[path][int(line)] += names
    return Covering(known, lines)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:24]


def _is_of_today(path: Path, file: Path, digests: dict[str, str]) -> bool:
    if not file.exists():
        return False
    seen: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))["seen"]
    return seen.pop(str(path)) == _digest(path) and all(digests.get(each) == digest for each, digest in seen.items())


class _Recorder:
    def __init__(self, measured: coverage.Coverage) -> None:
        self.measured = measured
        self.tests: dict[str, tuple[float, bool]] = {}
        self.failed: set[str] = set()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        before = _processor_time()
        self.measured.switch_context(item.nodeid)
        yield
        self.measured.switch_context("")
        slow = item.get_closest_marker("slow") is not None
        if item.nodeid not in self.failed:
            self.tests[item.nodeid] = (round(_processor_time() - before, 3), slow)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not report.passed:
            self.failed.add(report.nodeid)


def _processor_time() -> float:
    """Of this process and of those that it waited for; no clock, since other work on the machine must not count."""
    return sum(os.times()[:4])


def _decide_here_as_well() -> None:
    """Run what the child decides in this process too, where it is seen: which lines of the decision has a test?"""
    from autograder.compare.arbiter import judging, parent

    ask, decode = parent.Child.ask, json.loads

    def both(child: parent.Child, content: bytes) -> bytes | None:
        # what asks for hours is about the child
        if child._module == parent.JUDGING and decode(content)["seconds"] < 60:
            list(judging.serve(content))
        return ask(child, content)

    parent.Child.ask = both  # type: ignore[method-assign]


def record(sources: dict[str, str], into: dict[str, str]) -> None:
    """Run the test files that are the keys of ``into`` and write what each ran through in ``sources``, with digests."""
    measured = coverage.Coverage(data_file=None, include=list(sources))
    recorder = _Recorder(measured)
    measured.start()
    _decide_here_as_well()
    code = pytest.main(["-q", "-m", "not bench", "-p", "no:xdist", *into], plugins=[recorder])
    measured.stop()
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise SystemExit(f"the tests could not be run ({code!r}): nothing is known about them")
    data = measured.get_data()
    for test_file, stored in into.items():
        tests = {name: told for name, told in recorder.tests.items() if name.partition("::")[0] == test_file}
        lines: dict[str, dict[int, list[str]]] = defaultdict(dict)
        for path in data.measured_files():
            for line, names in data.contexts_by_lineno(path).items():
                if mine := sorted(tests.keys() & names):
                    lines[str(Path(path).relative_to(Path.cwd()))][line] = mine
        seen = {path: sources[path] for path in lines} | {test_file: _digest(Path(test_file))}
        Path(stored).write_text(json.dumps({"seen": seen, "tests": tests, "lines": lines}), encoding="utf-8")


if __name__ == "__main__":
    record(**json.load(sys.stdin))
