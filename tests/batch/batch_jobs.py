"""What the tests ask worker processes to do: functions from bytes to bytes, importable by the child."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from autograder.batch import tasks

_ballast: list[bytearray] = []


def pid(_: bytes) -> bytes:
    return str(os.getpid()).encode()


def die_once(flag: bytes) -> bytes:
    """Die by SIGKILL the first time, answer the second time."""
    path = Path(flag.decode())
    if path.exists():
        return b"alive"
    path.touch()
    os.kill(os.getpid(), signal.SIGKILL)
    return b"never"


def die(_: bytes) -> bytes:
    sys.stderr.write("out of luck\n")
    sys.stderr.flush()
    os._exit(7)


def hang(seconds: bytes) -> bytes:
    tasks.promise(float(seconds), b"half")
    time.sleep(300)
    return b"never"


def swell(megabytes: bytes) -> bytes:
    """Take memory and hold it, or answer where it is little."""
    tasks.promise(60.0, b"half")
    held = bytearray(b"x" * (int(megabytes) << 20))
    while len(held) > 100 << 20:
        time.sleep(0.05)
    tasks.promise(None, b"")
    return b"small"


def keep_promises(times: bytes) -> bytes:
    """Promise and keep it, so many times."""
    for _ in range(int(times)):
        tasks.promise(60.0, b"half")
        time.sleep(0.2)
        tasks.promise(None, b"")
    return b"kept"


def raise_it(text: bytes) -> bytes:
    raise ValueError(text.decode())


def grow(megabytes: bytes) -> bytes:
    _ballast.append(bytearray(b"x" * (int(megabytes) << 20)))
    return pid(b"")


def leave_behind(note: bytes) -> bytes:
    """Start a process that outlives the call and write its number down; leave a temporary file."""
    stray = subprocess.Popen(["sleep", "300"])
    Path(note.decode()).write_text(f"{stray.pid} {os.environ['TMPDIR']}")
    Path(os.environ["TMPDIR"], "left").touch()
    time.sleep(300)
    return b"never"


def slow_echo(data: bytes) -> bytes:
    time.sleep(0.3)
    return data
