"""One end of a connection between judge and student: whole messages, length-prefixed, within limits."""

import select
import socket
import time
from typing import Any, Protocol

import msgspec

from autograder.errors import AutograderError
from autograder.model import Record
from autograder.untrusted import whole_in

MAX_FROM_STUDENT = 32 << 20
"""Bytes of one message from the jail."""
MAX_FROM_JUDGE = 512 << 20
"""Bytes of one message into the jail; the submission's own files are in it."""
MAX_PARTS = 400_000
"""Commas and opening brackets of one message from the jail: an upper bound on its nodes."""
_HEADER = 4


class WireError(AutograderError):
    """The other side wrote something that is not a message."""


class Gone(AutograderError):
    """The other side closed the connection."""


class Late(AutograderError):
    """Nothing complete arrived in time."""


_encoder = msgspec.json.Encoder()


def encoded(message: Any) -> bytes:
    """A message as it crosses.

    Half a character (a lone surrogate in a docstring, a name, an error's text) does not: it is replaced, or one such
    string would end the whole conversation.
    """
    try:
        return _encoder.encode(message)
    except UnicodeEncodeError:
        return _encoder.encode(whole_in(msgspec.to_builtins(message)))


class Channel(Protocol):
    """The judge's end of a conversation: a :class:`Line`, or what stands in for one."""

    def send(self, message: Record, seconds: float | None = None) -> None: ...

    def receive(self, seconds: float | None = None) -> Any: ...

    def waiting(self, seconds: float) -> bool: ...

    def cut_off(self, limit: str) -> None:
        """What runs was interrupted, because of this limit: for who keeps the conversation."""

    def was_cut_off(self) -> str:
        """Of a conversation that is heard again: the limit at which it was interrupted here; empty where it was not."""

    def close(self) -> None: ...


class Line:
    """One end of a connection: whole messages in, whole messages out."""

    def __init__(
        self, sock: socket.socket, decoder: "msgspec.json.Decoder[Any]", limit: int, parts: int | None
    ) -> None:
        self._socket = sock
        self._decoder = decoder
        self._limit = limit
        self._parts = parts
        self._poll = select.poll()
        self._poll.register(sock, select.POLLIN)
        sock.setblocking(True)

    def fileno(self) -> int:
        return self._socket.fileno()

    def send(self, message: Record, seconds: float | None = None) -> None:
        """Write one message.

        Raises:
            Gone: the other side is closed.
            Late: it did not read for that many seconds.
        """
        data = encoded(message)
        self._socket.settimeout(seconds)
        try:
            self._socket.sendall(len(data).to_bytes(_HEADER, "big") + data)
        except TimeoutError as error:
            raise Late("not read in time") from error
        except OSError as error:
            raise Gone("the connection is closed") from error
        finally:
            if self._socket.fileno() >= 0:
                self._socket.settimeout(None)

    def receive(self, seconds: float | None = None) -> Any:
        """Read one message.

        Raises:
            Gone: the other side is closed.
            Late: no whole message came within that many seconds. Bytes that did come are lost: end the connection, or
                make sure that none had (:meth:`waiting`).
            WireError: too long, too many parts, or not one of the records expected.
        """
        until = None if seconds is None else time.monotonic() + seconds
        size = int.from_bytes(self._exactly(_HEADER, until), "big")
        if size > self._limit:
            raise WireError(f"a message of {size:,} bytes; {self._limit:,} are allowed")
        data = self._exactly(size, until)
        if self._parts is not None and data.count(b",") + data.count(b"[") > self._parts:
            raise WireError(f"a message of more than {self._parts:,} parts")
        try:
            return self._decoder.decode(data)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            raise WireError(f"not a message: {str(error)[:200]}") from error

    def waiting(self, seconds: float) -> bool:
        """Whether something (or the end) can be read within that many seconds."""
        return bool(self._poll.poll(max(0.0, seconds) * 1000))

    def cut_off(self, limit: str) -> None:
        pass  # kept by who keeps conversations

    def was_cut_off(self) -> str:
        return ""

    def close(self) -> None:
        self._socket.close()

    def _exactly(self, size: int, until: float | None) -> bytes:
        parts: list[bytes] = []
        while size:
            if until is not None and not self.waiting(until - time.monotonic()):
                raise Late("nothing came in time")
            try:
                part = self._socket.recv(min(size, 1 << 20))
            except OSError as error:
                raise Gone("the connection is closed") from error
            if not part:
                raise Gone("the connection is closed")
            parts.append(part)
            size -= len(part)
        return b"".join(parts)
