"""A formula that was drawn: text to a question, a function in a prompt."""

from fractions import Fraction
from typing import Any

from autograder.errors import AuthorError, ExpressionError

__all__ = ["Formula", "plain", "read"]


class Formula(str):
    """A formula as text, which can also be called with numbers.

    A question takes it as it takes any text, ``Derivative(f)``; in a prompt ``{{ f }}`` is typeset, and ``{{ f(2) }}``
    is its value.

    Args:
        text: as an author writes it, ``"3*x**2 + 2*x"``.
        variables: in which order :meth:`__call__` takes their values.

    Example:
        >>> f = Formula("3*x**2 + 2*x + 10", "x")
        >>> f, f(2)
        ('3*x**2 + 2*x + 10', 26)
    """

    variables: tuple[str, ...]

    def __new__(cls, text: str, *variables: str) -> "Formula":
        made = super().__new__(cls, text)
        made.variables = variables
        return made

    def __call__(self, *values: Any) -> Any:
        """The exact value: a whole number, a ``Fraction``, or what SymPy makes of it."""
        if len(values) != len(self.variables):
            wanted = ", ".join(self.variables)
            raise AuthorError(f"{self} is a formula of {wanted}; it was called with {len(values)} numbers")
        expression = read(self)
        symbols = {symbol.name: symbol for symbol in expression.free_symbols}
        at = {
            symbols[name]: _exact(value) for name, value in zip(self.variables, values, strict=True) if name in symbols
        }
        return plain(expression.subs(at))


def _exact(value: Any) -> Any:
    import sympy as sp

    return sp.Rational(value.numerator, value.denominator) if isinstance(value, Fraction) else sp.sympify(value)


def plain(value: Any) -> Any:
    """A SymPy number as Python's whole number or ``Fraction``, a SymPy expression as a formula; else itself."""
    import sympy as sp

    if isinstance(value, sp.Integer):
        return int(value)
    if isinstance(value, sp.Rational):
        return Fraction(int(value.p), int(value.q))
    if isinstance(value, sp.Expr):
        return Formula(str(value), *sorted(symbol.name for symbol in value.free_symbols))
    return value


def read(formula: Formula) -> Any:
    """The SymPy expression of a formula, by the same reader as every question's.

    Raises:
        AuthorError: its text is no formula of its variables; the message has the caret.
    """
    from autograder.expressions import parse

    try:
        return parse(formula, formula.variables)
    except ExpressionError as error:
        raise AuthorError(f"{formula!r} is no formula of {', '.join(formula.variables)}: {error}") from error
