"""One submission from outside: its cells run, its checks asked, its names read, its functions called; within limits.

The student's process speaks only when it was asked. Whatever else it writes ends it, and costs only its own answers.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import msgspec

from autograder.errors import CannotShip, StudentGone
from autograder.model import CellError, Opaque, Raised, Returned
from autograder.sandbox.limits import CheckRequested, Ended, Limits, Program
from autograder.sandbox.line import shared, wire
from autograder.sandbox.line.channel import Channel, WireError
from autograder.sandbox.line.codec import Codec
from autograder.sandbox.line.in_place import can_change, put_content
from autograder.sandbox.outside.agreement import Agreement
from autograder.sandbox.outside.conversation import Budget, Conversation, Orders
from autograder.sandbox.outside.standins import Names, error_of, stand_in
from autograder.untrusted import one_line, short

if TYPE_CHECKING:
    from autograder.sandbox.line.orders import Told

_KEPT_TEXT = 100_000
_MOST_ERRORS = 200
"""Cells that raised, of which it is said what: a TA reads the first few."""
_START_SECONDS = 10.0
"""For what runs no student code: the message after the last cell."""
_MAX_CHECKS = 200
"""Checks of one notebook; a loop of them would keep the judge busy. Those after it get no text."""


class Student(Conversation):
    """One submission while its process lives, and what is known of it afterwards."""

    def __init__(self, line: Channel, sandbox: Orders, program: Program, limits: Limits) -> None:
        super().__init__(line, sandbox, limits)
        self._program = program
        self._codec = Codec(self._function_out, self._function_in, self.note)
        self._lent: dict[int, tuple[Any, wire.Value]] = {}
        self._fresh = False
        self.agreement = Agreement()
        self._alone = threading.RLock()
        """A test may call from several threads; the line carries one conversation."""
        self.following = True
        """Whether what a call changes in place among the test's own objects is changed there."""
        self.followed = 0
        """How often that happened in a call that also returned something, which a test may compare with the change."""
        self._functions: dict[int, Any] = {}
        self._forget: list[Callable[[], Any]] = []
        self._asking: CheckRequested | None = None
        self._answered = False
        self._finished = False
        self._cell_errors: list[CellError] = []
        self._printed: list[str] = []
        self._kept = 0
        self.names = Names(self)
        """The notebook's names as they are now: plain copies, and functions that are called in the jail."""
        self.calls = 0
        """How often its functions were called: what was read before a call may have changed since."""

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
            if len(self._cell_errors) < _MOST_ERRORS:
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

    # --- names and calls ---------------------------------------------------------------------------------------------

    def fetch(self, names: list[str]) -> dict[str, Any]:
        """Values of these names; see :class:`autograder.sandbox.outside.standins.Names`."""
        with self._alone:
            message = wire.Fetch(self._new_id(), names, fresh=self._fresh)
            reply = self._request(message, wire.Values, self._limits.call_seconds)
        if len(reply.values) != len(names):
            self._nonsense("an answer of the wrong length")
        if self._fresh and reply.settings is not None and reply.draws is not None:
            self.agreement.begin(reply.settings, reply.draws)
        self._fresh = False
        return {
            name: self.read(value)
            for name, value in zip(names, reply.values, strict=True)
            if not isinstance(value, wire.Missing)
        }

    def bind(self, values: dict[str, Any], removed: Sequence[str] = ()) -> None:
        """Write into the notebook's names, as a test does that writes into its environment.

        What has no plain form is only named there: a test finds it again, the notebook cannot look into it.
        """
        self._given.binding = True
        try:
            encoded = {name: self._encode_bound(value) for name, value in values.items()}
        finally:
            self._given.binding = False
        with self._alone:
            message = wire.Bind(self._new_id(), encoded, list(removed))
            reply = self._request(message, wire.Values, self._limits.call_seconds)
        if len(reply.values) != len(values):
            self._nonsense("an answer of the wrong length")
        for value, record in zip(values.values(), reply.values, strict=True):
            if isinstance(record, wire.Lent):
                self._lent[record.number] = (value, record.value)

    def _encode_bound(self, value: Any) -> wire.Value:
        try:
            return self._codec.encode(value)
        except CannotShip:
            return self._given.lend_object(value)

    def begin_test(self) -> None:
        """Forget the copies and functions that were lent before, and take over the notebook's settings."""
        self._lent.clear()
        self._given.take_back()
        self._fresh = True

    def end_test(self) -> None:
        """Let the notebook have what a test has changed: settings, and copies of the notebook's own objects."""
        settings, draws = self.agreement.changed()
        lent = self._lent_changes()
        self.agreement.end()
        if lent or settings is not None or draws is not None:
            message = wire.Bind(self._new_id(), lent=lent, settings=settings, draws=draws)
            self._request(message, wire.Values, self._limits.call_seconds)

    def _lend(self, record: wire.Lent) -> Any:
        """The copy of a lent object, brought up to date; the same object as long as the test may hold it."""
        value = self.read(record.value)
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
        with self._alone:
            return self._call(handle, calls, keywords, order, follow=follow)

    def _call(
        self,
        handle: int,
        calls: Sequence[tuple[Any, ...]],
        keywords: dict[str, Any],
        order: int | None,
        *,
        follow: bool,
    ) -> list[Returned | Raised]:
        try:
            message = wire.Call(
                self._new_id(),
                handle,
                [[self._codec.encode(value) for value in arguments] for arguments in calls],
                {name: self._codec.encode(value) for name, value in keywords.items()},
                order,
                min(0.25, self._limits.call_seconds / 4),
                self._lent_changes(),
                *self.agreement.changed(),
                heed=self.agreement.heeds_warnings,
            )
        except CannotShip as error:
            self.note(error)
            raise
        results: list[Returned | Raised] = []
        self._given.error = None
        self.calls += 1
        self._send(message)
        while True:
            reply = self._reply(message.id, wire.Results, self._limits.call_seconds)
            for result in reply.results:
                if len(results) < len(calls):
                    result = self._follow(result, calls[len(results)], follow=follow and self.following)
                results.append(self._result(result))
            if len(results) > len(calls) or (not reply.more and len(results) != len(calls)):
                self._nonsense("more or fewer results than calls")
            if reply.more and not reply.results:
                self._nonsense("results without an end")
            if not reply.more:
                for lent in reply.lent:
                    if lent.number in self._lent:
                        self._lend(lent)
                if reply.draws is not None and not self.agreement.drawn(reply.draws):
                    self._nonsense("a generator's state that is none")
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

    def _result(self, result: wire.Good | wire.Bad | Returned) -> Returned | Raised:
        if isinstance(result, Returned):
            return result
        for warned in result.warned[:100] if self.agreement.heeds_warnings else ():
            shared.warn_again(warned)
        if isinstance(result, wire.Good):
            return Returned(value=self.read(result.value), printed=result.printed[:_KEPT_TEXT])
        if result.callback and self._given.error is not None:
            raise self._given.error
        return _short(result.raised)

    def _follow(
        self, result: wire.Good | wire.Bad, arguments: tuple[Any, ...], *, follow: bool
    ) -> wire.Good | wire.Bad | Returned:
        """Put what a call changed into the caller's objects; a call that returned one of them returns that one."""
        now = {place: value for place, value in result.changed if 0 <= place < len(arguments)}
        for place, value in now.items() if follow else ():
            changed = put_content(arguments[place], self.read(value))
            # What returns nothing is meant to change its argument: sort_it(numbers), step(x0).
            self.followed += changed and not (isinstance(result, wire.Good) and result.value is None)
        for place, number in result.held if follow else ():
            if 0 <= place < len(arguments):
                self._lent[number] = (arguments[place], self._codec.encode_or_keep(arguments[place]))
        if isinstance(result, wire.Bad) or not isinstance(result.value, wire.Same):
            return result
        place = result.value.place
        if not 0 <= place < len(arguments):
            self._nonsense("a result that was not given to it")
        if follow:
            for warned in result.warned[:100] if self.agreement.heeds_warnings else ():
                shared.warn_again(warned)
            return Returned(value=arguments[place], printed=result.printed[:_KEPT_TEXT])
        copied = now[place] if place in now else self._codec.encode_or_keep(arguments[place])
        return msgspec.structs.replace(result, value=copied)

    def read(self, value: wire.Value) -> Any:
        if isinstance(value, wire.Lent):
            return self._lend(value)
        try:
            return self._codec.decode(value)
        except WireError as error:
            return Opaque("object", str(error), note=self.note)

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
        handle = getattr(function, "__autograder_handle__", None)
        if handle is not None and self._functions.get(handle) is function:  # functools.wraps copies attributes
            return wire.Yours(handle)
        return self._given.lend(function, self._codec.encode_or_keep)

    def _budget(self, cells: list[int]) -> Budget:
        return Budget(self._limits.cell_seconds if cells else _START_SECONDS)

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
