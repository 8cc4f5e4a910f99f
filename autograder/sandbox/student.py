"""One submission from outside: its cells run, its checks asked, its names read, its functions called; within limits.

The student's process speaks only when it was asked. Whatever else it writes ends it, and costs only its own answers.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from autograder.errors import CannotShip, StudentGone
from autograder.model import CellError, Opaque, Raised, Returned
from autograder.sandbox import wire
from autograder.sandbox.codec import Codec
from autograder.sandbox.given import Given
from autograder.sandbox.in_place import can_change, put_content
from autograder.sandbox.limits import CheckRequested, Ended, Limits, Program
from autograder.sandbox.standins import Names, error_of, stand_in

if TYPE_CHECKING:
    from autograder.sandbox.inside.orders import Told

_KEPT_TEXT = 100_000
_START_SECONDS = 10.0
"""For what runs no student code: the message after the last cell."""
_MESSAGE_SECONDS = 2.0
"""For the rest of a message whose first byte has come."""
_SERVING_SECONDS = 10.0
"""For our own functions that one call of the student's calls, besides twice the time of the call: JAX compiles."""
_MAX_INTERRUPTS = 2
_MAX_CHECKS = 200
"""Checks of one notebook; a loop of them would keep the judge busy. Those after it get no text."""


class Orders(Protocol):
    """What a submission asks of the sandbox that it runs in."""

    def order(self, order: str) -> "Told | None":
        """Carry out ``interrupt``, ``usage``, ``end`` or ``gone``; None when the warm process is not there any more."""


class Student:
    """One submission while its process lives, and what is known of it afterwards."""

    def __init__(self, line: wire.Channel, sandbox: Orders, program: Program, limits: Limits) -> None:
        self._line = line
        self._sandbox = sandbox
        self._program = program
        self._limits = limits
        self._codec = Codec(self._function_out, self._function_in, self._note)
        self._given = Given()
        self._lent: dict[int, tuple[Any, wire.Value]] = {}
        self._fresh = False
        self.following = True
        """Whether what a call changes in place among the test's own objects is changed there."""
        self.followed = 0
        """How often that happened."""
        self._functions: dict[int, Any] = {}
        self._forget: list[Callable[[], Any]] = []
        self._next_id = 0
        self._waited = 0.0
        self._asking: CheckRequested | None = None
        self._answered = False
        self._finished = False
        self._cell_errors: list[CellError] = []
        self._printed: list[str] = []
        self._kept = 0
        self._end: Ended | None = None
        self.names = Names(self)
        """The notebook's names as they are now: plain copies, and functions that are called in the jail."""
        self.calls = 0
        """How often its functions were called: what was read before a call may have changed since."""
        self.troubles: list[CannotShip | StudentGone] = []
        """Every error of ours that a test met while it read names or called functions, even if it caught it. Empty it
        before a test; if something is in it afterwards the test decided nothing."""

    def __enter__(self) -> "Student":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- the notebook ------------------------------------------------------------------------------------------------

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
            cells = [cell.index for cell in self._program.cells]
            budget = self._budget(cells)
            checks = 0
            while True:
                message = self._receive_within(budget)
                if isinstance(message, wire.CellDone) and cells[:1] == [message.index]:
                    cells.pop(0)
                    self._cell_done(message, cut_off=budget.interrupts > 0)
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

    def answer(self, asked: CheckRequested, text: str, *, known: bool = True) -> None:
        """Give the text of a check, which is printed in the notebook; then it goes on.

        With ``known=False`` there is no such question: the check raises ``FileNotFoundError``, as Otter's does.
        """
        if asked is not self._asking or self._answered:
            raise ValueError("this check is not waiting for an answer")
        self._answered = True
        try:
            self._send(wire.Answer(text, known))
        except StudentGone:
            return

    def _cell_done(self, message: wire.CellDone, *, cut_off: bool) -> None:
        if self._kept < _KEPT_TEXT:
            part = message.printed[: _KEPT_TEXT - self._kept]
            self._kept += len(part)
            self._printed.append(part)
        if message.raised is not None:
            raised = _short(message.raised)
            if raised.type == "KeyboardInterrupt" and cut_off:
                seconds = self._limits.cell_seconds
                raised = Raised(
                    type="TimeoutError",
                    message=f"the cell was cut off after {seconds:g} s",
                    line=raised.line,
                    source=raised.source,
                    cell=raised.cell,
                )
            self._cell_errors.append(CellError(cell=message.index, raised=raised))

    @property
    def ended(self) -> Ended:
        """How it ended; while it lives, what is known so far with status ``ok``."""
        if self._end is not None:
            return self._end
        told = self._sandbox.order("usage")
        if told is None or told.what == "ended":
            self._bury(told, "crashed", "")
            return self.ended
        return self._ended("ok", "", told)

    def close(self) -> None:
        """End its process, all that it started and its files."""
        if self._end is None:
            self._bury(self._sandbox.order("end"), "ok", "")
        for forget in self._forget:
            forget()
        self._forget.clear()

    # --- names and calls ---------------------------------------------------------------------------------------------

    def fetch(self, names: list[str]) -> dict[str, Any]:
        """Values of these names; see :class:`autograder.sandbox.standins.Names`."""
        message = wire.Fetch(self._new_id(), names, fresh=self._fresh)
        self._fresh = False
        reply = self._request(message, wire.Values, self._limits.call_seconds)
        if len(reply.values) != len(names):
            self._nonsense("an answer of the wrong length")
        return {
            name: self._read(value)
            for name, value in zip(names, reply.values, strict=True)
            if not isinstance(value, wire.Missing)
        }

    def take_back(self) -> None:
        """Forget the copies and functions that were lent: a new test begins, which holds none of them."""
        self._lent.clear()
        self._given.take_back()
        self._fresh = True

    def _lend(self, record: wire.Lent) -> Any:
        """The copy of a lent object, brought up to date; the same object as long as the test may hold it."""
        value = self._read(record.value)
        known = self._lent.get(record.number)
        if known is not None and (known[1] == record.value or put_content(known[0], value)):
            value = known[0]
        self._lent[record.number] = (value, record.value)
        return value

    def _lent_changes(self) -> tuple[wire.Lent, ...]:
        changes = []
        for number, (value, record) in self._lent.items():
            if (now := self._codec.encode_or_keep(value)) != record and can_change(now):
                self._lent[number] = (value, now)
                changes.append(wire.Lent(number, now))
        return tuple(changes)

    def list_names(self) -> list[str]:
        """The names that the notebook defined, without IPython's own."""
        names: list[str] = self._request(wire.ListNames(self._new_id()), wire.Names, self._limits.call_seconds).names
        return names

    def call(
        self,
        handle: int,
        calls: Sequence[tuple[Any, ...]],
        keywords: dict[str, Any],
        order: int | None,
        *,
        follow: bool = False,
    ) -> list[Returned | Raised]:
        """Call one of the student's functions once per tuple, in one message.

        A call that is cut off gives ``Raised(type="TimeoutError")`` and so do those after it.

        Args:
            handle: which function.
            calls: positional arguments, one tuple a call.
            keywords: for every call.
            order: None to call it, else which derivative.
            follow: let the arguments that a call changed in place change here too, as they would in Otter; what
                compares an answer with a reference at the same arguments must not.

        Raises:
            CannotShip: an argument has no plain form.
            StudentGone: the process is not there any more, or does not stop.
        """
        try:
            message = wire.Call(
                self._new_id(),
                handle,
                [[self._codec.encode(value) for value in arguments] for arguments in calls],
                {name: self._codec.encode(value) for name, value in keywords.items()},
                order,
                min(0.25, self._limits.call_seconds / 4),
                self._lent_changes(),
            )
        except CannotShip as error:
            self._note(error)
            raise
        results: list[Returned | Raised] = []
        self._given.error = None
        self.calls += 1
        self._send(message)
        while True:
            reply = self._reply(message.id, wire.Results, self._limits.call_seconds)
            for result in reply.results:
                if follow and len(results) < len(calls):
                    self._follow(result, calls[len(results)])
                results.append(self._result(result))
            if len(results) > len(calls) or (not reply.more and len(results) != len(calls)):
                self._nonsense("more or fewer results than calls")
            if reply.more and not reply.results:
                self._nonsense("results without an end")
            if not reply.more:
                for lent in reply.lent:
                    if lent.number in self._lent:
                        self._lend(lent)
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

    def _result(self, result: wire.Good | wire.Bad) -> Returned | Raised:
        if isinstance(result, wire.Good):
            return Returned(value=self._read(result.value), printed=result.printed[:_KEPT_TEXT])
        if result.callback and self._given.error is not None:
            raise self._given.error
        return _short(result.raised)

    def _follow(self, result: wire.Good | wire.Bad, arguments: tuple[Any, ...]) -> None:
        for place, value in result.changed:
            if self.following and 0 <= place < len(arguments):
                self.followed += put_content(arguments[place], self._read(value))

    def _read(self, value: wire.Value) -> Any:
        if isinstance(value, wire.Lent):
            return self._lend(value)
        try:
            return self._codec.decode(value)
        except wire.WireError as error:
            return Opaque("object", str(error), note=self._note)

    def forget_later(self, forget: Callable[[], Any]) -> None:
        """Call this when the submission is closed."""
        self._forget.append(forget)

    def _function_in(self, record: wire.Function | wire.Yours) -> Any:
        if isinstance(record, wire.Yours):
            return self._given.find(record.handle)
        known = self._functions.get(record.handle)
        if known is None:
            known = self._functions[record.handle] = stand_in(self, record)
        return known

    def _function_out(self, function: Any) -> wire.Value:
        if getattr(function, "__autograder_student__", None) is self:
            return wire.Yours(function.__autograder_handle__)
        return self._given.lend(function)

    def _note(self, error: CannotShip | StudentGone) -> None:
        self.troubles.append(error)

    # --- the conversation --------------------------------------------------------------------------------------------

    def _new_id(self) -> int:
        self._next_id += 1
        return self._next_id

    def _request(self, message: Any, expected: type, seconds: float) -> Any:
        self._send(message)
        return self._reply(message.id, expected, seconds)

    def _reply(self, number: int, expected: type, seconds: float) -> Any:
        budget = _Budget(seconds)
        serving = _Budget(2 * seconds + _SERVING_SECONDS)
        while True:
            message = self._receive_within(budget)
            if isinstance(message, expected) and getattr(message, "id", None) == number:
                return message
            if isinstance(message, wire.Callback):
                started = time.monotonic()
                self._send(self._given.serve(message, self._read, self._codec))
                serving.left -= time.monotonic() - started
                if serving.left < 0:
                    budget.left = 0.0
            elif isinstance(message, wire.Check):
                self._send(wire.Answer(""))  # a check inside a function that a test calls: there is nothing to check
            else:
                self._nonsense("an answer to another question")

    def _send(self, message: Any) -> None:
        self._alive()
        try:
            self._line.send(message, self._limits.call_seconds + self._limits.grace_seconds)
        except wire.Gone:
            self._lost()
        except wire.Late:
            self._kill("timeout", "it did not read what we sent")

    def _budget(self, cells: list[int]) -> "_Budget":
        return _Budget(self._limits.cell_seconds if cells else _START_SECONDS)

    def _receive_within(self, budget: "_Budget") -> Any:
        """One message; the time it took comes off the budget, and who is interrupted again and again is killed."""
        started = time.monotonic()
        message = self._receive(max(0.0, budget.left))
        budget.left -= time.monotonic() - started
        if self._interrupted:
            budget.interrupts += 1
            budget.left = self._limits.grace_seconds  # else the next interrupt would hit the cell after this one
        if budget.interrupts > _MAX_INTERRUPTS:
            self._kill("timeout", "it goes on after it was interrupted")
        return message

    _interrupted = False

    def _receive(self, seconds: float) -> Any:
        """One message; interrupts what runs when it takes too long, and kills it when that does not help."""
        self._alive()
        started = time.monotonic()
        self._interrupted = False
        wall_left = self._limits.wall_seconds - self._waited
        try:
            if not self._line.waiting(min(seconds, wall_left)):
                if wall_left <= seconds:
                    self._kill("timeout", f"it took more than {self._limits.wall_seconds:g} s in all")
                self._interrupted = True
                told = self._sandbox.order("interrupt")
                if told is None or told.what == "ended":
                    self._bury(told, "crashed", "")
                    self._raise_gone()
                if not self._line.waiting(self._limits.grace_seconds):
                    self._kill("timeout", f"it took more than {seconds:g} s and did not stop when interrupted")
            message = self._line.receive(self._limits.grace_seconds + _MESSAGE_SECONDS)
        except wire.Late:
            self._kill("protocol", "it stopped in the middle of a message")
        except wire.Gone:
            self._lost()
        except wire.WireError as error:
            self._nonsense(str(error))
        finally:
            self._waited += time.monotonic() - started
        if isinstance(message, wire.Stop):
            status = message.status if message.status == "output" else "crashed"
            self._kill(status, f"it printed more than {self._limits.output_mb} MB")
        return message

    def _alive(self) -> None:
        if self._end is not None:
            self._raise_gone()

    def _lost(self) -> None:
        self._bury(self._sandbox.order("gone"), "crashed", "")
        self._raise_gone()

    def _kill(self, status: str, detail: str) -> None:
        self._bury(self._sandbox.order("end"), status, detail)
        self._raise_gone()

    def _nonsense(self, detail: str) -> None:
        self._kill("protocol", f"it wrote {detail}"[:300])

    def _raise_gone(self) -> None:
        assert self._end is not None
        error = StudentGone(
            self._end.status, f"The notebook's process is gone: {self._end.detail or self._end.status}."
        )
        self._note(error)
        raise error

    def _bury(self, told: "Told | None", status: str, detail: str) -> None:
        self._line.close()
        if told is None:
            status, detail = "sandbox", "the sandbox's warm process died"
        elif told.what == "ended" and told.status != "ok":
            status, detail = told.status, told.detail
        self._end = self._ended(status, detail, told)

    def _ended(self, status: str, detail: str, told: "Told | None") -> Ended:
        return Ended(
            status=status,
            detail=detail,
            finished=self._finished,
            cell_errors=tuple(self._cell_errors),
            printed="".join(self._printed),
            cpu_seconds=told.cpu_seconds if told else 0.0,
            wall_seconds=self._waited,
            memory_mb=told.memory_mb if told else 0.0,
        )


class _Budget:
    """Seconds that are left to the student for one cell or one call, and how often it had to be interrupted."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds
        self.interrupts = 0


def _short(raised: Raised) -> Raised:
    """What the jail says is short; what a student's process says in the jail's place may be anything."""
    return Raised(
        type=raised.type[:100],
        message=raised.message[:2000],
        line=raised.line,
        source=None if raised.source is None else raised.source[:300],
        cell=raised.cell,
    )


def _stays_inside(name: str) -> bool:
    """Whether a name of a submission's file is a plain relative path."""
    parts = name.split("/")
    return bool(name) and not name.startswith("/") and "\0" not in name and not {"..", ".", ""} & set(parts)
