"""The sandbox seam in one process and a few lines: for tests of what is built on it, never for real notebooks."""

import contextlib
import io
import os
import sys
import types
from collections.abc import Iterator
from typing import Any

from autograder.model import CellError, Raised
from autograder.sandbox.limits import Cell, CheckRequested, Ended, Program


class Died(BaseException):
    """The process of a fake session ends."""


class FakeSession:
    """Runs the cells with ``exec``; a check asks at once, because nothing here can wait.

    It keeps what it is told, and ends in the middle where a cell calls ``die(status, detail)``.
    """

    def __init__(self, program: Program, folder: str) -> None:
        self.program, self.folder = program, folder
        self.names: dict[str, object] = {"__name__": "__main__", "die": self._die}
        self.ended = Ended(status="ok")
        self.told: list[tuple[str | None, str, bool]] = []
        """Question, text and ``known`` of every answer to a check."""
        self.troubles: list[Exception] = []
        self.calls = 0
        self.cpu_seconds = 0.0
        self.bound = False
        self.legacy: str | None = None
        self._asked: list[CheckRequested] = []

    @property
    def gone(self) -> bool:
        return self.ended.status != "ok"

    def run(self) -> Iterator[CheckRequested]:
        errors: list[CellError] = []
        for cell in self.program.cells:
            # One statement at a time, so that a check in the middle of a cell sees the names as they are then.
            try:
                yield from self._run_cell(cell)
            except Died:
                return
            except Exception as error:
                raised = Raised(type=type(error).__name__, message=str(error))
                errors.append(CellError(cell=cell.index, raised=raised))
            for question in cell.checks:
                yield CheckRequested(question, cell.index)
        self.ended = Ended(status="ok", finished=True, cell_errors=tuple(errors))

    def _run_cell(self, cell: Cell) -> Iterator[CheckRequested]:
        import ast

        for statement in ast.parse(cell.source).body:
            with contextlib.redirect_stdout(io.StringIO()), self._stub(cell.index):
                exec(compile(ast.Module([statement], []), "<cell>", "exec"), self.names)
            asked, self._asked = self._asked, []
            yield from asked

    @contextlib.contextmanager
    def _stub(self, index: int) -> Iterator[None]:
        def notebook(*_: object, **__: object) -> object:
            return types.SimpleNamespace(check=lambda question: self._asked.append(CheckRequested(question, index)))

        stub, real = types.ModuleType("otter"), {k: v for k, v in sys.modules.items() if k.split(".")[0] == "otter"}
        stub.Notebook = notebook  # type: ignore[attr-defined]
        sys.modules["otter"] = stub
        try:
            yield
        finally:
            del sys.modules["otter"]
            sys.modules |= real

    def look(self, words: frozenset[str] | None = None, numbers: frozenset[str] = frozenset()) -> dict[str, object]:
        self.calls += 1
        return dict(self.names)

    def begin_test(self, question: str = "") -> None:
        pass

    def run_inside(self, source: str, argument: str = "", *, seconds: float | None = None) -> str:
        otter = types.ModuleType("otter")
        real = {k: v for k, v in sys.modules.items() if k.split(".")[0] == "otter"}
        sys.modules["otter"] = otter
        scope: dict[str, object] = {"names": self.names, "argument": argument}
        try:
            exec(source, scope)
        finally:
            del sys.modules["otter"], sys.modules["otter.test_files"]
            sys.modules |= real
        return str(scope["result"])

    def answer(self, check: CheckRequested, text: str, *, known: bool = True) -> None:
        self.told.append((check.question, text, known))

    def _die(self, status: str, detail: str = "") -> None:
        self.ended = Ended(status=status, detail=detail)
        raise Died


class FakeSandbox:
    """``with FakeSandbox().start(program) as session``; it keeps every session."""

    def __init__(self) -> None:
        self.sessions: list[FakeSession] = []

    @contextlib.contextmanager
    def start(self, program: Program) -> Iterator[FakeSession]:
        self.sessions.append(FakeSession(program, os.getcwd()))
        yield self.sessions[-1]


class Held:
    """A student's process that holds these names and nothing else."""

    def __init__(self, names: dict[str, object]) -> None:
        self.names = names
        self.calls = 0
        self.bound = False
        self.legacy: str | None = None
        self.troubles: list[Any] = []

    def look(self, words: frozenset[str] | None = None, numbers: frozenset[str] = frozenset()) -> dict[str, object]:
        return dict(self.names)

    def begin_test(self, question: str = "") -> None:
        pass
