"""What was said between judge and student, kept so that a regrade can hear the same answers without running anything.

A fixed tolerance or a corrected reference asks the same questions at the same points, so the recorded answers are the
answers. As soon as something else is asked the replay is over (:attr:`Replay.missed`) and the notebook has to run.
"""

import hashlib
import zlib
from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from autograder.model import Record
from autograder.sandbox.limits import Limits, Program
from autograder.sandbox.line import Channel, Gone, Notice, encoded, wire
from autograder.sandbox.outside.student import Student

MOST_BYTES = 4 << 20
"""A conversation longer than this is not kept: such a notebook runs again."""


class Transcript(Record, frozen=True, kw_only=True):
    """One whole conversation, from the first cell to the last answer."""

    steps: tuple[bytes, ...]
    """``>`` and the digest of what the judge sent, ``<`` and the message that the student's process wrote, or ``!`` and
    the limit at which it was interrupted."""
    notice: Notice
    """What it had used when the conversation ended."""

    def pack(self) -> bytes:
        """As bytes for the journal."""
        return zlib.compress(msgspec.msgpack.encode(self), 1)

    @classmethod
    def unpack(cls, data: bytes) -> "Transcript | None":
        """What :meth:`pack` wrote; None for what another version wrote, which can only be run again."""
        try:
            return msgspec.msgpack.decode(zlib.decompress(data), type=cls)
        except (zlib.error, msgspec.MsgspecError):
            return None


def _digest(message: Record) -> bytes:
    if isinstance(message, wire.Answer):
        # Its text is the verdict, which is what a regrade changes; whether the notebook goes on does not depend on it.
        return b">answer" if message.known else b">unknown"
    return b">" + hashlib.sha256(encoded(message)).digest()


class Recorder:
    """A line that keeps what crosses it; otherwise as :class:`autograder.sandbox.line.channel.Line`."""

    def __init__(self, line: Channel) -> None:
        self._line = line
        self._steps: list[bytes] = []
        self._bytes = 0

    def send(self, message: Record, seconds: float | None = None) -> None:
        self._keep(_digest(message))
        self._line.send(message, seconds)

    def receive(self, seconds: float | None = None) -> Any:
        message = self._line.receive(seconds)
        if self._bytes <= MOST_BYTES:
            self._keep(b"<" + encoded(message))
        return message

    def waiting(self, seconds: float) -> bool:
        return self._line.waiting(seconds)

    def cut_off(self, limit: str) -> None:
        self._keep(b"!" + limit.encode())

    def was_cut_off(self) -> str:
        return ""

    def close(self) -> None:
        self._line.close()

    def transcript(self, notice: Notice) -> Transcript | None:
        """What was said; None when it was too long to keep."""
        return Transcript(steps=tuple(self._steps), notice=notice) if self._bytes <= MOST_BYTES else None

    def _keep(self, step: bytes) -> None:
        self._bytes += len(step)
        if self._bytes <= MOST_BYTES:
            self._steps.append(step)


class Live(Protocol):
    """A sandbox in which notebooks run."""

    limits: Limits

    def start(self, program: Program) -> Student:
        """Begin one run."""


class Replay:
    """A sandbox in which nothing runs as long as there are transcripts: one for each run of the notebook, in order.

    Args:
        transcripts: of the first runs.
        live: where the others run.
    """

    def __init__(self, transcripts: Sequence[Transcript], live: Live) -> None:
        self.missed_at: int | None = None
        """The run in which something was asked that was not asked then: the result means nothing."""
        self._live = live
        self._transcripts = transcripts
        self._runs = -1
        self._next = 0

    def start(self, program: Program) -> Student:
        """The next run; one of another program is noticed as a miss."""
        self._runs, self._next = self._runs + 1, 0
        if self._runs < len(self._transcripts) or self.missed_at is not None:
            return Student(self, self, program, self._live.limits)
        return self._live.start(program)

    def order(self, order: str) -> Notice:
        """What the process had used then."""
        notice = self._transcripts[min(self._runs, len(self._transcripts) - 1)].notice
        return msgspec.structs.replace(notice, what="usage" if order == "usage" else "ended", status="ok")

    def send(self, message: Record, seconds: float | None = None) -> None:
        if self._step() != _digest(message):
            self._miss()
        self._next += 1

    def receive(self, seconds: float | None = None) -> Any:
        step = self._step()
        if not step.startswith(b"<"):
            self._miss()
        self._next += 1
        return wire.from_student.decode(step[1:])

    def waiting(self, seconds: float) -> bool:
        return True

    def cut_off(self, limit: str) -> None:
        pass  # it is kept already

    def was_cut_off(self) -> str:
        step = self._step()
        if not step.startswith(b"!"):
            return ""
        self._next += 1
        return step[1:].decode()

    def close(self) -> None:
        pass

    def _step(self) -> bytes:
        steps = self._transcripts[self._runs].steps if self._runs < len(self._transcripts) else ()
        return steps[self._next] if self._next < len(steps) else b""

    def _miss(self) -> None:
        self.missed_at = self._runs if self.missed_at is None else self.missed_at
        raise Gone("this was not asked then")
