"""One submission from outside: its cells run, its checks asked, its names read, its functions called; within limits.

The student's process speaks only when it was asked. Whatever else it writes ends it, and costs only its own answers.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from autograder.errors import CannotShip, StudentGone
from autograder.model import CUT_OFF, NOTHING, CellError, Opaque, OpaqueFunction, Raised, Returned
from autograder.sandbox.limits import Cell, CheckRequested, Ended, Limits, Program
from autograder.sandbox.line import Channel, Codec, WireError, wire
from autograder.sandbox.outside import libraries
from autograder.sandbox.outside.budget import Budget, Meter, cut_off, for_call, for_cell
from autograder.sandbox.outside.conversation import Conversation, Orders
from autograder.sandbox.outside.offers import holds_functions, holds_jax, offers_a_comparison, unmentioned
from autograder.sandbox.outside.standins import Names, error_of, remote_type, stand_in
from autograder.untrusted import one_line, short

if TYPE_CHECKING:
    from autograder.sandbox.line import Notice

_KEPT_TEXT = 100_000
_MOST_ERRORS = 200
"""Cells that raised, of which it is said what: a TA reads the first few."""
_LEGACY = ("1.13", "1.21", "1.25", "2.1")
_START_SECONDS = 10.0
"""For what runs no student code: the message after the last cell."""
_MAX_CHECKS = 200
"""Checks of one notebook; a loop of them would keep the judge busy. Those after it get no text."""


class Student(Conversation):
    """One submission while its process lives, and what is known of it afterwards."""

    def __init__(
        self, line: Channel, sandbox: Orders, program: Program, limits: Limits, meter: Meter | None = None
    ) -> None:
        super().__init__(line, sandbox, limits)
        self._program = program
        self._meter = meter
        self._question = ""
        self._codec = Codec(self._function_out, self._function_in, opaque=self._opaque, module=self._module)
        self._records: dict[str, wire.Value] = {}
        """Every name of the notebook, as it was told last."""
        self._modules: tuple[str, ...] = ()
        self.bound = False
        """A test has written into its environment, which the notebook does not see."""
        self.legacy: str | None = None
        """Of which older NumPy's way of printing the notebook has chosen."""
        self._words: frozenset[str] | None = None
        self._name: str | None = None
        self._alone = threading.RLock()
        """A test may call from several threads; the line carries one conversation."""
        self._functions: dict[int, Any] = {}
        self._handles: dict[int, int] = {}
        self._forget: list[Callable[[], Any]] = []
        self._asking: CheckRequested | None = None
        self._answered = False
        self._finished = False
        self._cell_errors: list[CellError] = []
        self._printed: list[str] = []
        self._kept = 0
        self.names = Names(self.look)
        """The notebook's names as they are now: plain copies, and functions that are called in the jail."""
        self.calls = 0
        """How often something of it was called: what was read before a call may have changed since."""

    def __enter__(self) -> "Student":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def cpu_seconds(self) -> float:
        """Processor time of all its processes so far."""
        return self.ended.cpu_seconds if self.gone else self._used().cpu_seconds

    def run(self) -> Iterator[CheckRequested]:
        """Run the cells; yields whenever the notebook waits for a check, until :meth:`answer` is given (else: no text).

        Ends when the cells are done or the process is gone; :attr:`ended` tells which. Raises nothing for what a
        student did.
        """
        try:
            files = {name: Path(path).read_bytes() for name, path in self._program.files.items()}
            self._send(
                wire.Run(
                    [(cell.source, cell.index, list(cell.checks), cell.ours) for cell in self._program.cells],
                    {name: data for name, data in files.items() if _stays_inside(name)},
                    self._limits.output_mb << 20,
                )
            )
            cells = list(self._program.cells)
            budget = self._budget(cells)
            checks = 0
            while True:
                message = self._receive_within(budget)
                if isinstance(message, wire.CellDone) and cells and cells[0].index == message.index:
                    cells.pop(0)
                    self._cell_done(message, budget.struck)
                    budget = self._budget(cells)
                elif isinstance(message, wire.Check):
                    checks += 1
                    self._asking = CheckRequested(message.question and message.question[:200], message.cell)
                    self._answered = False
                    if checks <= _MAX_CHECKS:
                        yield self._asking
                    if not self._answered:
                        self.answer(self._asking, "")
                elif isinstance(message, wire.Finished) and not cells:
                    self._finished = True
                    return
                else:
                    self._nonsense("a message that nobody asked for")
        except StudentGone:
            return

    def answer(self, check: CheckRequested, text: str, *, known: bool = True) -> None:
        """Give the text of a check, which is printed in the notebook; then it goes on.

        With ``known=False`` there is no such question: the check raises ``FileNotFoundError``, as Otter's does.
        """
        if check is not self._asking or self._answered:
            raise ValueError("this check is not waiting for an answer")
        self._answered = True
        try:
            self._send(wire.Answer(text, known))
        except StudentGone:
            return

    def _cell_done(self, message: wire.CellDone, struck: str) -> None:
        if self._meter is not None:
            self._meter.cell(message.index, self._used().cpu_seconds)
        if self._kept < _KEPT_TEXT:
            part = message.printed[: _KEPT_TEXT - self._kept]
            self._kept += len(part)
            self._printed.append(part)
        if message.raised is not None:
            raised = _short(message.raised)
            if raised.type == "KeyboardInterrupt" and struck:
                raised = Raised(
                    type="TimeoutError",
                    message=f"{CUT_OFF}{struck}",
                    line=raised.line,
                    source=raised.source,
                    cell=raised.cell,
                )
            if len(self._cell_errors) < _MOST_ERRORS:
                self._cell_errors.append(CellError(cell=message.index, raised=raised))

    @property
    def ended(self) -> Ended:
        """How it ended; while it lives, what is known so far with status ``ok``."""
        if self._end is not None:
            return self._end
        notice = self._sandbox.order("usage")
        if notice is None or notice.what == "ended":
            self._bury(notice, "crashed", "")
            return self.ended
        return self._ended("ok", "", notice)

    @property
    def gone(self) -> bool:
        """Whether it has ended; the sandbox is asked only where the connection has something to say unasked."""
        return self._end is not None or (self._line.waiting(0) and self.ended.status != "ok")

    def close(self) -> None:
        """End its process, all that it started and its files."""
        if self._end is None:
            self._bury(self._sandbox.order("end"), "ok", "")
        for forget in self._forget:
            forget()
        self._forget.clear()

    def look(self, words: frozenset[str] | None = None, numbers: frozenset[str] = frozenset()) -> dict[str, Any]:
        """All names of the notebook as they are now: copies, stand-ins, and what is opaque.

        The message is the same whatever is asked for, except where the words name a figure: then all are described.

        Args:
            words: of the test that is going to be run: no module is imported that it does not mention. None: any.
            numbers: names of which the numbers are enough: arrays of JAX's come as NumPy's.

        Raises:
            StudentGone: the process is not there any more.
        """
        with self._alone:
            self._look(figures=words is None)
            if words is not None and any(
                name in words and wire.has_figure(record) for name, record in self._records.items()
            ):
                self._look(figures=True)
            if words is not None:
                libraries.submodules(words, self._modules)
            self._words = words
            return {name: self._own(name, record, name in numbers) for name, record in self._records.items()}

    def _look(self, *, figures: bool) -> None:
        reply = self._request(wire.Look(self._new_id(), figures), wire.Values, self._limits.call_seconds)
        self._records |= reply.changed
        for name in reply.gone:
            self._records.pop(name, None)
        self.legacy = reply.legacy if reply.legacy in _LEGACY else None
        if reply.modules is not None:
            self._modules = tuple(reply.modules)

    def _own(self, name: str, record: wire.Value, numpy: bool) -> Any:
        """What stands under a name of the notebook: the judge's own where it is a library's."""
        if isinstance(record, wire.Module):
            found = libraries.module(name, record.name, self._words)
            return found or Opaque("module", f"the module {record.name[:60]} is not taken over", note=self.note)
        if isinstance(record, wire.Function) and record.public:
            found = libraries.named(name, record.public, self._words)
            if found is not None:
                return found
        if unmentioned(name, self._words) and holds_jax(record):
            return Opaque("Array", "the test does not speak of it", note=self.note)
        value = self.read(record, numpy)
        stays = isinstance(record, wire.Function | wire.Kept | wire.Reduced | wire.Figure)
        if (libraries.compares(name) and (stays or holds_functions(record))) or offers_a_comparison(record):
            kind = OpaqueFunction if isinstance(record, wire.Function) else Opaque
            return kind(type(value).__name__, f"{name} is what tests compare with", note=self.note)
        return value

    def begin_test(self, question: str = "") -> None:
        """Forget the functions that were lent before; what is called now is called for this question."""
        self._callbacks.take_back()
        self._question = question

    def call(
        self,
        handle: int,
        calls: Sequence[tuple[Any, ...]],
        keywords: dict[str, Any],
        order: int | None,
        *,
        as_numpy: bool = False,
    ) -> list[Returned | Raised]:
        """Call one of the student's functions once per tuple, in one message.

        A call that is cut off gives ``Raised(type="TimeoutError")`` and so do those after it.

        Args:
            handle: which function.
            calls: positional arguments, one tuple a call.
            keywords: for every call.
            order: None to call it, else which derivative.
            as_numpy: give arrays of JAX's as NumPy's.

        Raises:
            CannotShip: an argument has no plain form.
            StudentGone: the process is not there any more, or does not stop.
        """
        with self._alone:
            return self._call(handle, calls, keywords, order, as_numpy)

    def _call(
        self, handle: int, calls: Sequence[tuple[Any, ...]], keywords: dict[str, Any], order: int | None, numpy: bool
    ) -> list[Returned | Raised]:
        try:
            message = wire.Call(
                self._new_id(),
                handle,
                [[self._codec.encode(value) for value in arguments] for arguments in calls],
                {name: self._codec.encode(value) for name, value in keywords.items()},
                order,
                min(0.25, self._limits.call_seconds / 4),
            )
        except CannotShip as error:
            self.note(error)
            raise
        self._callbacks.error = None
        self.calls += 1
        self._send(message)
        results: list[Returned | Raised] = []
        while True:
            budget = for_call(self._limits, self._program.calls.get(self._question))
            reply = self._reply(message.id, wire.Results, budget)
            if self._meter is not None:
                self._meter.call(self._question, self._used().cpu_seconds)
            results += [cut_off(self._result(result, numpy), budget.struck) for result in reply.results]
            if len(results) > len(calls) or (not reply.more and len(results) != len(calls)):
                self._nonsense("more or fewer results than calls")
            if reply.more and not reply.results:
                self._nonsense("results without an end")
            if not reply.more:
                return results

    def run_inside(self, source: str, argument: str = "", *, seconds: float | None = None) -> str:
        """Run source of ours among the student's own objects; what comes back is text that the student could forge.

        Args:
            source: finds ``names`` (the notebook's) and ``argument``, and leaves its answer as text in ``result``.
            argument: for the source.
            seconds: before it is interrupted; None for the time of a call.

        Raises:
            StudentError: it raised, or took too long.
            StudentGone: the process is not there any more.
        """
        message = wire.Inside(self._new_id(), source, argument)
        self.calls += 1
        reply = self._request(message, wire.Results, seconds or self._limits.call_seconds)
        result = self._result(reply.results[0]) if reply.results else Returned(value="")
        if isinstance(result, Raised):
            raise error_of(result)
        return result.value if isinstance(result.value, str) else ""

    def _result(self, result: wire.Good | wire.Bad, numpy: bool = False) -> Returned | Raised:
        if isinstance(result, wire.Good):
            return Returned(value=self.read(result.value, numpy), printed=result.printed[:_KEPT_TEXT])
        if result.callback and self._callbacks.error is not None:
            raise self._callbacks.error
        return _short(result.raised)

    def read(self, value: wire.Value, numpy: bool = False) -> Any:
        try:
            return self._codec.decode(value, as_numpy=numpy)
        except WireError as error:
            return Opaque("object", str(error), note=self.note)

    def _opaque(self, record: wire.Kept | wire.Reduced | wire.Figure, plain: Any = NOTHING) -> Opaque:
        if isinstance(record, wire.Kept):
            if record.handle >= 0 and not record.too_large:
                return remote_type(record.type_name)(self, record.handle, record.type_name, record.why)
            return Opaque(record.type_name, record.why, too_large=record.too_large, note=self.note)
        if record.handle >= 0:
            return remote_type(record.type_name)(
                self, record.handle, record.type_name, "only a part of it was copied", plain=plain
            )
        return Opaque(record.type_name, "only a part of it was copied", plain=plain, note=self.note)

    def _module(self, name: str) -> Any:
        found = libraries.module(None, name, ())
        if found is None:
            raise WireError("a module that is not taken over")
        return found

    def forget_later(self, forget: Callable[[], Any]) -> None:
        """Call this when the submission is closed."""
        self._forget.append(forget)

    def _function_in(self, record: wire.Function | wire.Yours) -> Any:
        if isinstance(record, wire.Yours):
            return self._callbacks.find(record.handle)
        if record.public:
            found = self._callbacks.by_name.get(record.public) or libraries.named(None, record.public, self._words)
            if found is not None:
                return found
        known = self._functions.get(record.handle)
        if known is None:
            known = self._functions[record.handle] = stand_in(self, record)
            self._handles[id(known)] = record.handle
        return known

    def _function_out(self, function: Any) -> wire.Value:
        handle = self._handles.get(id(function))
        if handle is not None and self._functions.get(handle) is function:
            return wire.Yours(handle)
        return self._callbacks.lend(function, self._codec.encode_or_keep)

    def _budget(self, cells: Sequence[Cell]) -> Budget:
        return for_cell(self._limits, cells[0].usual) if cells else Budget(_START_SECONDS)

    def _ended(self, status: str, detail: str, notice: "Notice | None") -> Ended:
        return Ended(
            status=status,
            detail=detail,
            finished=self._finished,
            cell_errors=tuple(self._cell_errors),
            printed="".join(self._printed),
            cpu_seconds=notice.cpu_seconds if notice else 0.0,
            wall_seconds=self._waited,
            memory_mb=notice.memory_mb if notice else 0.0,
        )


def _short(raised: Raised) -> Raised:
    """What the jail says is short; what a student's process says in the jail's place may be anything."""
    return Raised(
        type=one_line(raised.type, 100),
        message=short(raised.message, 2000),
        line=raised.line,
        source=None if raised.source is None else short(raised.source, 300),
        cell=raised.cell,
        bases=tuple(base[:100] for base in raised.bases[:10]),
    )


def _stays_inside(name: str) -> bool:
    """Whether a name of a submission's file is a plain relative path."""
    parts = name.split("/")
    return bool(name) and not name.startswith("/") and "\0" not in name and not {"..", ".", ""} & set(parts)
