"""How the warm process comes to be, whatever the jail: what each kind of it offers, and what they share."""

import os
import socket
import subprocess
from typing import IO, Protocol


class Launcher(Protocol):
    """Starts a template process: in bubblewrap, in a container, or with no jail at all."""

    name: str

    def start(self, control: socket.socket, words: IO[bytes], uses: tuple[str, ...]) -> subprocess.Popen[bytes]:
        """Start it with the other end of its control connection; what it says on stderr goes into ``words``.

        Args:
            control: the other end.
            words: a file.
            uses: what to make ready before the first submission.

        Raises:
            SandboxError: it cannot be started on this machine.
        """
        ...

    def close(self) -> None:
        """Remove what starting it left on this machine."""
        ...


def popen(
    line: list[str], descriptors: tuple[int, ...], words: IO[bytes], env: dict[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a warm process: no input or output, errors into ``words``, these descriptors under their own numbers."""
    return subprocess.Popen(
        line, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=words, pass_fds=descriptors, env=env
    )


def memory_file(data: bytes) -> int:
    """A descriptor from which ``data`` is read, with no file on disk."""
    descriptor = os.memfd_create("autograder")
    os.write(descriptor, data)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
