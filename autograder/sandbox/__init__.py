"""Runs one untrusted notebook at a time in a jail, and shows its names from outside as plain copies.

``jail/`` shuts the notebook in, ``inside/`` runs there, ``line/`` is what crosses, ``outside/`` what the judge sees
of it; ``limits.py`` says what one submission may use, ``warm.py`` keeps a process ready.

Example:
    >>> from autograder.sandbox import Cell, Program, open_sandbox
    >>> with open_sandbox("none") as sandbox:
    ...     with sandbox.start(Program((Cell("def f(x): return 2 * x", 0),))) as student:
    ...         for check in student.run():
    ...             student.answer(check, "")
    ...         student.names["f"](21)
    42
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.modules import offered
from autograder.sandbox.limits import Cell, CheckRequested, Ended, Limits, Program

if TYPE_CHECKING:
    from autograder.sandbox.outside import Measured, Student, StudentError
    from autograder.sandbox.warm import Sandbox

__all__ = [
    "Cell",
    "CheckRequested",
    "Ended",
    "Limits",
    "Measured",
    "Program",
    "Sandbox",
    "Student",
    "StudentError",
    "open_sandbox",
]

# a journal keeps limits, and who reads it opens no jail
__getattr__ = offered(
    __name__, {"Measured": "outside", "Sandbox": "warm", "Student": "outside", "StudentError": "outside"}
)


def open_sandbox(
    kind: str = "bwrap",
    *,
    limits: Limits | None = None,
    warm: str | Path | None = None,
    uses: Iterable[str] = (),
) -> "Sandbox":
    """A sandbox with its warm process; use it with ``with``.

    Args:
        kind: ``bwrap`` (bubblewrap), ``docker``, or ``none`` (no protection at all).
        limits: what each submission may use.
        warm: folder of JAX's compilation cache; read-only for the notebooks, since its entries are programs. It may
            be filled while the sandbox is open: see :mod:`autograder.batch.warm`.
        uses: what to make ready at once (:func:`autograder.sandbox.inside.prepare.uses`); what the notebooks use
            besides is made ready when the first of them comes.

    Raises:
        SandboxError: this machine cannot build it; the message says what to do. There is never a silent fallback.
        UsageError: an unknown kind.
    """
    from autograder.sandbox.jail import launcher
    from autograder.sandbox.warm import Sandbox

    limits = limits or Limits()
    cache = str(Path(warm).resolve()) if warm is not None else None
    if cache is not None:
        Path(cache).mkdir(parents=True, exist_ok=True)
    return Sandbox(launcher(kind, limits, cache), limits, uses)
