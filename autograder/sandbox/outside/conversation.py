"""The judge's half of the conversation with a student's process: one question, one answer, each within its time.

The student's process speaks only when it was asked. Whatever else it writes ends it, and costs only its own answers.
"""

import time
from math import inf
from typing import TYPE_CHECKING, Any, Protocol

from autograder.errors import CannotShip, StudentGone
from autograder.sandbox.limits import Ended, Limits
from autograder.sandbox.line import Channel, Codec, Gone, Late, WireError, wire
from autograder.sandbox.outside.budget import Budget
from autograder.sandbox.outside.callbacks import Callbacks

if TYPE_CHECKING:
    from autograder.sandbox.line import Notice

_SERVING_SECONDS = 10.0
"""For our own functions that one call of the student's calls, besides twice the time of the call: JAX compiles."""
_MAX_INTERRUPTS = 2
_DELAY = 0.1
"""Seconds of waiting for a processor that are no reason to wait on."""


class Orders(Protocol):
    """What a submission asks of the sandbox that it runs in."""

    def order(self, order: str) -> "Notice | None":
        """Carry out ``interrupt``, ``usage``, ``end`` or ``gone``; None when the warm process is not there any more."""


class Conversation:
    """Questions and answers, and the end of the one who does not keep to them."""

    _codec: Codec

    def __init__(self, line: Channel, sandbox: Orders, limits: Limits) -> None:
        self._line = line
        self._sandbox = sandbox
        self._limits = limits
        self._callbacks = Callbacks()
        self._next_id = 0
        self._waited = 0.0
        self._end: Ended | None = None
        self.troubles: list[CannotShip | StudentGone] = []
        """Every error of ours that a test met while it read names or called functions, even if it caught it. Empty it
        before a test; if something is in it afterwards the test decided nothing."""

    def read(self, value: wire.Value) -> Any:
        raise NotImplementedError

    def _ended(self, status: str, detail: str, notice: "Notice | None") -> Ended:
        raise NotImplementedError

    def note(self, error: CannotShip | StudentGone) -> None:
        self.troubles.append(error)

    def _new_id(self) -> int:
        self._next_id += 1
        return self._next_id

    def _request(self, message: Any, expected: type, seconds: float) -> Any:
        self._send(message)
        return self._reply(message.id, expected, Budget(seconds))

    def _reply(self, number: int, expected: type, budget: Budget) -> Any:
        seconds = budget.left
        serving = Budget(2 * seconds + _SERVING_SECONDS)
        while True:
            message = self._receive_within(budget)
            if isinstance(message, expected) and getattr(message, "id", None) == number:
                return message
            if isinstance(message, wire.Callback):
                started = time.monotonic()
                self._send(self._callbacks.serve(message, self.read, self._codec))
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
        except Gone:
            self._lost()
        except Late:
            self._kill("timeout", "it did not read what we sent")

    def _receive_within(self, budget: Budget) -> Any:
        """One message; the time it took comes off the budget, and who is interrupted again and again is killed."""
        started = time.monotonic()
        message = self._receive(budget)
        budget.goes_on(time.monotonic() - started)
        if self._interrupted:
            budget.interrupted(self._limits.grace_seconds)  # else the next interrupt would hit the cell after this one
        if budget.interrupts > _MAX_INTERRUPTS:
            self._kill("timeout", "it goes on after it was interrupted")
        return message

    _interrupted = False

    def _receive(self, budget: Budget) -> Any:
        """One message; interrupts what runs when it takes too long, and kills it when that does not help."""
        self._alive()
        started = time.monotonic()
        self._interrupted = False
        wall_left = self._limits.wall_seconds - self._waited
        try:
            if limit := self._line.was_cut_off():
                self._interrupted, budget.struck = True, limit
            elif not self._speaks_within(budget, started + wall_left):
                self._interrupted = True
                self._line.cut_off(budget.struck)
                notice = self._sandbox.order("interrupt")
                if notice is None or notice.what == "ended":
                    self._bury(notice, "crashed", "")
                    self._raise_gone()
                if not self._speaks_within(Budget(self._limits.grace_seconds), inf):
                    self._kill("timeout", f"it took more than {budget.struck} and did not stop when interrupted")
            message = self._line.receive(self._limits.call_seconds + self._limits.grace_seconds)
        except Late:
            self._kill("protocol", "it stopped in the middle of a message")
        except Gone:
            self._lost()
        except WireError as error:
            self._nonsense(str(error))
        finally:
            self._waited += time.monotonic() - started
        if isinstance(message, wire.Stop):
            status = message.status if message.status == "output" else "crashed"
            self._kill(status, f"it printed more than {self._limits.output_mb} MB")
        return message

    _delayed = 0.0

    def _speaks_within(self, budget: Budget, end: float) -> bool:
        """Whether something can be read within the budget, to which is added how long it had no processor."""
        until = min(time.monotonic() + max(0.0, budget.left), end)
        while not self._line.waiting(min(until - time.monotonic(), budget.next_look)):
            late = time.monotonic() >= until
            if late and until >= end:
                self._kill("timeout", f"it took more than {self._limits.wall_seconds:g} s in all")
            if late and budget.spare <= 0:
                budget.times_out()
                return False
            notice = self._used()
            if budget.spends(notice.cpu_seconds):
                return False
            if not late:
                continue
            more = min(notice.delayed_seconds - self._delayed, budget.spare)
            self._delayed = notice.delayed_seconds
            if more < _DELAY:
                budget.times_out()
                return False
            budget.left += more
            budget.spare -= more
            until = min(time.monotonic() + more, end)
        return True

    def _used(self) -> "Notice":
        """What all its processes have used so far."""
        notice = self._sandbox.order("usage")
        if notice is None or notice.what == "ended":
            self._bury(notice, "crashed", "")
            self._raise_gone()
        assert notice is not None
        return notice

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
        self.note(error)
        raise error

    def _bury(self, notice: "Notice | None", status: str, detail: str) -> None:
        self._line.close()
        if notice is None:
            status, detail = "sandbox", "the sandbox's warm process died"
        elif (
            notice.what == "ended"
            and notice.status != "ok"
            and (notice.status != "crashed" or status in ("ok", "crashed"))
        ):
            # That it ended by itself says less than what it did before, which we saw: too much output, nonsense.
            status, detail = notice.status, notice.detail
        self._end = self._ended(status, detail, notice)
