"""How the warm process is started and what keeps it in: bubblewrap, a container, or nothing.

In comes the name of a kind with the limits, out comes a :class:`Launcher` that starts the template.

| to change | open |
|---|---|
| what every kind offers | ``starting`` |
| namespaces, files and environment of the jail | ``bubblewrap`` |
| refused system calls | ``seccomp`` |
| the container | ``docker`` |
| ``--sandbox none`` | ``unconfined`` |
| what ``autograder doctor`` looks at | ``machine`` |
"""

from autograder.errors import UsageError
from autograder.sandbox.jail.bubblewrap import find
from autograder.sandbox.jail.machine import examine
from autograder.sandbox.jail.starting import Launcher
from autograder.sandbox.limits import Limits

__all__ = ["Launcher", "examine", "find", "launcher"]


def launcher(kind: str, limits: Limits, cache: str | None) -> Launcher:
    """What starts templates of this kind.

    Args:
        kind: ``bwrap``, ``docker`` or ``none``.
        limits: what each submission may use.
        cache: folder of JAX's compilation cache on this machine, or None.

    Raises:
        SandboxError: this machine cannot build it.
        UsageError: an unknown kind.
    """
    if kind == "bwrap":
        from autograder.sandbox.jail.bubblewrap import Bubblewrap

        return Bubblewrap(memory_mb=limits.memory_mb, cache=cache)
    if kind == "docker":
        from autograder.sandbox.jail.docker import Docker

        return Docker(limits=limits, cache=cache)
    if kind == "none":
        from autograder.sandbox.jail.unconfined import Unconfined

        return Unconfined(cache=cache)
    raise UsageError(f"There is no sandbox {kind!r}: use bwrap, docker or none.")
