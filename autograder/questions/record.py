"""What a test case asked and what the answers were: collected while the case runs, read by the judge."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from autograder.model import Check

__all__ = ["alone", "deciding", "note", "recording"]

_current: ContextVar[list[Check] | None] = ContextVar("autograder_checks", default=None)


_second: ContextVar[Mapping[str, list[float] | None] | None] = ContextVar("autograder_references", default=None)
_deciding: ContextVar[bool] = ContextVar("autograder_deciding", default=False)
_cells: ContextVar[tuple[str, ...]] = ContextVar("autograder_cells", default=())


@contextmanager
def recording(
    cells: Sequence[str] = (), *, references: Mapping[str, list[float] | None] | None = None
) -> Iterator[list[Check]]:
    """Collect every check made inside the block; nothing is collected outside of one.

    Args:
        cells: sources of the notebook's cells, for questions that forbid names (``forbid=("diff",)``).
        references: JAX's values at the questions' points, by their keys; answers are held against them too.

    >>> from autograder.questions import Derivative
    >>> with recording() as checks:
    ...     Derivative("x**2", wrt="x").check("2*x")
    >>> [(check.kind, check.answer) for check in checks]
    [('Derivative', '2*x')]
    """
    checks: list[Check] = []
    token = _current.set(checks)
    known = _cells.set(tuple(cells) or _cells.get())
    second = _second.set(references if references is not None else _second.get())
    try:
        yield checks
    finally:
        _second.reset(second)
        _cells.reset(known)
        _current.reset(token)


@contextmanager
def alone() -> Iterator[None]:
    """Hold answers against SymPy's reference only, as of a question that a student's own answer makes."""
    token = _second.set(None)
    try:
        yield
    finally:
        _second.reset(token)


@contextmanager
def deciding(
    cells: Sequence[str] = (), *, references: Mapping[str, list[float] | None] | None = None
) -> Iterator[list[Check]]:
    """As :func:`recording`, where only right or wrong is wanted: no mistake is looked for."""
    token = _deciding.set(True)
    try:
        with recording(cells, references=references) as checks:
            yield checks
    finally:
        _deciding.reset(token)


def note(check: Check) -> None:
    """Add to the innermost :func:`recording`, if there is one."""
    checks = _current.get()
    if checks is not None:
        checks.append(check)


def known_references() -> Mapping[str, list[float] | None] | None:
    """JAX's values at the questions' points, where the judge has given them."""
    return _second.get()


def known_cells() -> tuple[str, ...]:
    """The notebook's cells, where the judge has given them."""
    return _cells.get()


def is_recording() -> bool:
    """Whether somebody reads the checks: what only they show need not be computed otherwise."""
    return _current.get() is not None


def is_deciding() -> bool:
    """Whether only right or wrong is wanted."""
    return _deciding.get()
