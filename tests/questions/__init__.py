"""Tests of the questions; answers of hand stand in tables, beside the question that they belong to."""

from collections.abc import Callable
from functools import cached_property
from typing import Any


class Later:
    """A question of a table: made when it is first asked, and not in each process that lists the tests.

    Args:
        kind: what makes it, called with everything else.
    """

    def __init__(self, kind: Callable[..., Any], *given: Any, **options: Any) -> None:
        self._make, self._given, self._options = kind, given, options
        self.kind = kind.__name__

    @cached_property
    def _made(self) -> Any:
        return self._make(*self._given, **self._options)

    def __call__(self) -> Any:
        return self._made

    def __repr__(self) -> str:
        options = (f"{name}={value!r}" for name, value in self._options.items())
        return f"<{self.kind}: {', '.join([*map(repr, self._given), *options])}>"
