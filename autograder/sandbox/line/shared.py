"""Settings of the process that test and notebook share in Otter, where both run in one: how arrays and tables print,
what NumPy does on a division by zero, JAX's precision, and the global generators once a test has seeded them.

The notebook's process holds them. A test begins with a copy, its changes go back with the next call and at its end.
"""

import builtins
import importlib
import os
import random
import sys
import warnings
from typing import Any

import msgspec
import numpy as np

from autograder.model import Record
from autograder.sandbox.line.raising import bases_of

_PRINTING = ("precision", "threshold", "edgeitems", "linewidth", "suppress", "nanstr", "infstr", "sign", "floatmode")
_TABLES: dict[str, Any] = {"precision": 6, "max_rows": 60, "min_rows": 10, "max_colwidth": 50, "width": 80}
_WORDS, _TWISTS = 624, 20_000
Plain = bool | int | float | str | None


class Settings(Record, frozen=True):
    """What of the process's state is copied."""

    printing: dict[str, Plain]
    """NumPy's print options."""
    formatter: bool
    """NumPy prints with functions of the notebook's, which cannot be copied."""
    errors: dict[str, str]
    """NumPy's ``seterr``."""
    x64: bool = False
    """JAX computes in double precision."""
    tables: dict[str, Plain] = msgspec.field(default_factory=dict)
    """pandas' display options, where they are not its own."""
    environ: dict[str, str | None] = msgspec.field(default_factory=dict)
    """Environment variables that a test has set or removed; never those of the notebook."""


class Draws(Record, frozen=True):
    """State of one Mersenne Twister: ``numpy.random``'s or ``random``'s."""

    words: bytes
    """624 words of 32 bits."""
    place: int
    spare: float | None
    """The second normal number of a pair."""


def read_settings(environ: dict[str, str] | None = None) -> Settings:
    """The settings of this process.

    Args:
        environ: what the environment was before; None where its changes are nobody's concern.
    """
    printing: dict[str, Any] = {**np.get_printoptions()}
    jax: Any = sys.modules.get("jax")
    changes: dict[str, str | None] = {}
    if environ is not None and (now := dict(os.environ)) != environ:
        changes = {name: now.get(name) for name in now.keys() | environ.keys() if now.get(name) != environ.get(name)}
    return Settings(
        printing={name: _finite(printing[name]) for name in _PRINTING},
        formatter=bool(printing.get("formatter")) or callable(printing.get("override_repr")),
        errors={kind: str(done) for kind, done in np.geterr().items()},
        x64=bool(jax.config.jax_enable_x64) if jax is not None and hasattr(jax, "config") else False,
        tables=_tables() if "pandas" in sys.modules else {},
        environ=changes,
    )


def apply_settings(settings: Settings) -> None:
    """Make this process's settings those; what no library accepts is left as it is."""
    printing: dict[str, Any] = {name: _bounded(name, settings.printing.get(name)) for name in _PRINTING}
    printing["threshold"] = sys.maxsize if printing["threshold"] is None else printing["threshold"]
    try:
        np.set_printoptions(**printing)
        np.seterr(**settings.errors)  # type: ignore[arg-type]  # NumPy checks them
    except (ValueError, TypeError):
        pass
    if settings.x64 or "jax" in sys.modules:
        config: Any = importlib.import_module("jax").config
        if bool(config.jax_enable_x64) != settings.x64:
            config.update("jax_enable_x64", settings.x64)
    if settings.tables or "pandas" in sys.modules:
        _apply_tables(settings.tables)
    for name, value in settings.environ.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _tables() -> dict[str, Plain]:
    pandas = sys.modules["pandas"]
    if not hasattr(pandas, "get_option"):  # it is just being imported
        return {}
    now = {name: pandas.get_option(f"display.{name}") for name in _TABLES}
    return {name: value for name, value in now.items() if value != _TABLES[name]}


def _apply_tables(tables: dict[str, Plain]) -> None:
    pd: Any = importlib.import_module("pandas")
    wanted = _TABLES | {name: _bounded(name, value) for name, value in tables.items()}
    for name in _TABLES:
        if pd.get_option(f"display.{name}") != wanted[name]:
            try:
                pd.set_option(f"display.{name}", wanted[name])
            except (ValueError, TypeError):
                continue


def _bounded(name: str, value: Plain) -> Plain:
    """What a notebook may ask of the judge's own printing: a precision of 10**9 would print a gigabyte."""
    if isinstance(value, str):
        return value[:20]
    return min(value, 64) if name == "precision" and isinstance(value, int) else value


def _finite(value: Any) -> Plain:
    return value if not isinstance(value, float) or abs(value) < float("inf") else None


# --- global generators -----------------------------------------------------------------------------------------------


def read_draws() -> tuple[Draws, Draws]:
    """The states of ``numpy.random`` and ``random``."""
    legacy: Any = np.random.get_state()
    _, words, place, has_spare, spare = legacy
    _, state, gauss = random.getstate()
    return (
        Draws(words.tobytes(), int(place), float(spare) if has_spare else None),
        Draws(np.array(state[:-1], dtype=np.uint32).tobytes(), int(state[-1]), gauss),
    )


def apply_draws(draws: tuple[Draws, Draws]) -> None:
    """Set both generators.

    Raises:
        ValueError: not a state.
    """
    ours, theirs = draws
    if any(len(one.words) != 4 * _WORDS or not 0 <= one.place <= _WORDS for one in draws):
        raise ValueError("not the state of a generator")
    words = np.frombuffer(ours.words, dtype=np.uint32)
    np.random.set_state(("MT19937", words, ours.place, int(ours.spare is not None), ours.spare or 0.0))
    state = np.frombuffer(theirs.words, dtype=np.uint32).tolist()
    random.setstate((3, (*state, theirs.place), theirs.spare))


def drawn_from(before: tuple[Draws, Draws], after: tuple[Draws, Draws]) -> bool:
    """Whether ``after`` is what honest drawing makes of ``before``.

    A notebook that seeds inside its functions could otherwise choose what a test draws next.
    """
    return all(_reached(one, other) for one, other in zip(before, after, strict=True))


def _reached(before: Draws, after: Draws) -> bool:
    if before.words == after.words:
        return before.place <= after.place <= _WORDS
    if len(after.words) != 4 * _WORDS or len(before.words) != 4 * _WORDS:
        return False
    twister: Any = np.random.MT19937(0)
    words = np.frombuffer(before.words, dtype=np.uint32)
    twister.state = {"bit_generator": "MT19937", "state": {"key": words, "pos": _WORDS}}
    for _ in range(_TWISTS):
        twister.random_raw(_WORDS)
        if twister.state["state"]["key"].tobytes() == after.words:
            return True
    return False


# --- warnings --------------------------------------------------------------------------------------------------------

DEFAULT_FILTERS: list[tuple[Any, ...]] = [
    ("default", None, DeprecationWarning, "__main__", 0),
    *(
        ("ignore", None, category, None, 0)
        for category in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)
    ),
]
"""Python's own, as in a notebook's kernel."""


class Warned(Record, frozen=True):
    """A warning of the notebook's, for a test that looks at warnings."""

    category: str
    bases: tuple[str, ...]
    message: str


def as_warned(message: warnings.WarningMessage) -> Warned:
    """The record of a warning that was caught."""
    return Warned(message.category.__name__[:100], bases_of(message.category)[:10], str(message.message)[:2000])


def warn_again(warned: Warned) -> None:
    """Issue a warning of the notebook's on this side, where the test's filters decide what it does."""
    found = (
        getattr(place, name, None) for name in (warned.category, *warned.bases) for place in (np.exceptions, builtins)
    )
    category = next((kind for kind in found if isinstance(kind, type) and issubclass(kind, Warning)), UserWarning)
    warnings.warn_explicit(warned.message, category, "<notebook>", 1, module="__main__", registry={})
