"""What was drawn as data that a file can hold, and as LaTeX that a prompt can show."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from autograder.errors import AuthorError
from autograder.versions.formulas import Formula, plain, read

__all__ = ["decoded", "encoded", "shown_as_text", "typeset"]


def encoded(value: Any) -> Any:
    """A drawn value as JSON can hold it; :func:`decoded` takes it back.

    Raises:
        AuthorError: it is none of whole number, fraction, decimal, text, formula, and lists and tuples of these.

    Example:
        >>> encoded((Fraction(1, 2), Formula("3*x", "x")))
        {'tuple': [{'fraction': [1, 2]}, {'formula': ['3*x', 'x']}]}
    """
    match value:
        case Formula():
            return {"formula": [str(value), *value.variables]}
        case Fraction():
            return {"fraction": [value.numerator, value.denominator]}
        case bool() | int() | float() | str() | None:
            return value
        case tuple():
            return {"tuple": [encoded(each) for each in value]}
        case list():
            return [encoded(each) for each in value]
    made = plain(value)
    if made is value:
        raise AuthorError(
            f"a value of type {type(value).__name__} cannot be drawn: draw whole numbers, fractions, texts, formulas "
            "(draw.formula), or lists of them"
        )
    return encoded(made)


def decoded(data: Any) -> Any:
    """What :func:`encoded` made the data of."""
    if isinstance(data, list):
        return [decoded(each) for each in data]
    if not isinstance(data, Mapping):
        return data
    ((kind, parts),) = data.items()
    if kind == "formula":
        return Formula(*parts)
    return Fraction(*parts) if kind == "fraction" else tuple(decoded(each) for each in parts)


def typeset(value: Any) -> str:
    r"""LaTeX of a drawn value: a formula in the order in which it was written, a text that is none as it is.

    Example:
        >>> typeset(Formula("3*x**2 + 2*x", "x")), typeset(Fraction(-1, 2)), typeset((2, 1))
        ('3 x^{2} + 2 x', '- \\frac{1}{2}', '\\left( 2,\\ 1\\right)')
    """
    import sympy as sp

    match value:
        case Formula():
            return str(sp.latex(read(value)))
        case str():
            return f"\\text{{{value}}}"
        case Fraction():
            return str(sp.latex(sp.Rational(value.numerator, value.denominator)))
        case tuple() | list():
            left, right = ("(", ")") if isinstance(value, tuple) else ("[", "]")
            return f"\\left{left} " + ",\\ ".join(map(typeset, value)) + f"\\right{right}"
        case _:
            return str(sp.latex(value))


def shown_as_text(value: Any) -> str:
    """A drawn value in code, and in a sentence where it is a word."""
    return f"({', '.join(map(shown_as_text, value))})" if isinstance(value, tuple) else str(value)
