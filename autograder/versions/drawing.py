"""What an author draws with: whole numbers, signs, fractions, choices, orders and formulas, from a seed."""

import random
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from autograder.errors import AuthorError
from autograder.versions.formulas import Formula, read

__all__ = ["Draw"]


class Draw:
    """Draws from a seed: the same seed gives the same, on every machine.

    Args:
        seed: a number or a text.

    Example:
        >>> draw = Draw(1)
        >>> a, b = draw.whole(2, 6), draw.nonzero(-5, 5)
        >>> f = draw.formula(f"{a}*x**2 + {b}*x", "x")
        >>> (a, b, f) == (Draw(1).whole(2, 6), b, f)
        True
    """

    def __init__(self, seed: int | str) -> None:
        self._random = random.Random(f"versions {seed}")

    def whole(self, low: int, high: int, *, but: Sequence[int] = ()) -> int:
        """A whole number from ``low`` to ``high``, both included, that is none of ``but``.

        Raises:
            AuthorError: there is none.
        """
        left = [number for number in range(low, high + 1) if number not in but]
        if not left:
            raise AuthorError(f"there is no whole number from {low} to {high} left to draw")
        return self._random.choice(left)

    def nonzero(self, low: int, high: int) -> int:
        """As :meth:`whole`, never 0."""
        return self.whole(low, high, but=(0,))

    def sign(self) -> int:
        """1 or -1."""
        return self._random.choice((1, -1))

    def fraction(self, most: int = 9, *, denominators: Sequence[int] = (2, 3, 4, 5)) -> Fraction:
        """A fraction that is no whole number and not 0, its numerator at most ``most``, with either sign."""
        left = [
            Fraction(top, bottom)
            for bottom in denominators
            for top in range(-most, most + 1)
            if top % bottom and Fraction(top, bottom).denominator == bottom
        ]
        if not left:
            raise AuthorError(f"there is no fraction with a numerator up to {most} over {tuple(denominators)}")
        return self._random.choice(left)

    def choice(self, options: Sequence[Any]) -> Any:
        """One of them."""
        if not options:
            raise AuthorError("there is nothing to choose from")
        return self._random.choice(list(options))

    def shuffled(self, items: Sequence[Any]) -> list[Any]:
        """All of them in another order."""
        return self._random.sample(list(items), len(items))

    def formula(self, texts: str | Sequence[str], *variables: str) -> Formula:
        """A formula of these variables: the text, or one of several.

        Raises:
            AuthorError: the text is no formula of these variables.
        """
        made = Formula(texts if isinstance(texts, str) else self.choice(texts), *variables)
        read(made)
        return made
