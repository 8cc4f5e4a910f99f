"""Frames on a pipe: four bytes of length, then that many bytes."""

import os
import struct

READY, TIMED_OUT, DIED = b"ready", b"timed out", b"died"
"""What the arbiter says when it has started, and in the place of a worker that was killed, or died, without a word."""
PATIENCE = 4.0
"""By the clock a worker may take this many times its processor time: others use the machine as well."""

MOST_BYTES = 64 * 2**20


class Ended(EOFError):
    """The other side closed the pipe, or what comes from it is not a frame."""


def read_frame(file: int) -> bytes:
    """One frame from a file descriptor.

    Raises:
        Ended: the pipe is closed.
    """
    size = struct.unpack("!I", _read(file, 4))[0]
    if size > MOST_BYTES:
        raise Ended
    return _read(file, size)


def write_frame(file: int, content: bytes) -> None:
    """One frame to a file descriptor.

    Raises:
        BrokenPipeError: nobody reads.
    """
    rest = memoryview(struct.pack("!I", len(content)) + content)
    while rest:
        rest = rest[os.write(file, rest) :]


def _read(file: int, size: int) -> bytes:
    parts = []
    while size:
        part = os.read(file, size)
        if not part:
            raise Ended
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
