"""What authors give besides the function: numbers, points, domains. All of it exact, none of it evaluated."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import sympy as sp

from autograder.errors import AuthorError, ExpressionError
from autograder.expressions import parse
from autograder.expressions.context import AUTHOR
from autograder.reference import Domain, exact_value

__all__ = ["exact_number", "read_domain", "read_point"]


def exact_number(value: Any, *, label: str) -> sp.Expr:
    """An author's number, exact: ``0.1`` is 1/10, ``"pi/4"`` and ``sp.pi/4`` are themselves.

    Raises:
        AuthorError: it is not a real number.
    """
    try:
        if isinstance(value, str):
            number = parse(value, (), context=AUTHOR)
        elif isinstance(value, float):
            number = sp.Rational(repr(float(value)))
        else:
            number = sp.sympify(value, strict=True)
    except (ExpressionError, sp.SympifyError, TypeError, ValueError, OverflowError):
        raise AuthorError(f"{label}={value!r} is not a number") from None
    if isinstance(value, (bool, np.bool_)) or not isinstance(number, sp.Expr) or number.free_symbols:
        raise AuthorError(f"{label}={value!r} is not a number")
    if exact_value(number) is None:
        raise AuthorError(f"{label}={value!r} is not a real number")
    return number


def read_point(value: Any, variables: Sequence[str], *, label: str = "at") -> dict[str, sp.Expr]:
    """A point given as ``{"x": 2, "y": 1}``, as ``(2, 1)`` in the order of the variables, or as one number.

    Raises:
        AuthorError: a coordinate is missing, unknown or not a number.
    """
    if isinstance(value, Mapping):
        given = {str(name): item for name, item in value.items()}
    elif isinstance(value, (list, tuple, np.ndarray, sp.Tuple)):
        if len(value) != len(variables):
            raise AuthorError(f"{label}={value!r} needs {len(variables)} numbers, for {', '.join(variables)}")
        given = dict(zip(variables, value, strict=True))
    else:
        if len(variables) != 1:
            raise AuthorError(f"{label}={value!r} needs {len(variables)} numbers, for {', '.join(variables)}")
        given = {variables[0]: value}
    if {*given} != {*variables}:
        raise AuthorError(f"{label}={value!r} must name exactly {', '.join(variables)}")
    return {name: exact_number(given[name], label=f"{label}[{name!r}]") for name in variables}


def read_domain(domain: Domain | None, variables: Sequence[str]) -> dict[str, tuple[float | None, float | None]] | None:
    """An author's domain, checked: infinite ends become None.

    Raises:
        AuthorError: a name is no variable, or an interval is empty.
    """
    if domain is None:
        return None
    read: dict[str, tuple[float | None, float | None]] = {}
    if not isinstance(domain, Mapping):
        raise AuthorError(f'domain={domain!r} must name the variables, as in {{"{(*variables, "x")[0]}": (-1, 1)}}')
    for name, interval in domain.items():
        if name not in variables:
            raise AuthorError(f"domain names {name!r}, which is not among the variables {', '.join(variables)}")
        if not isinstance(interval, (tuple, list)) or len(interval) != 2:
            raise AuthorError(f"domain[{name!r}] = {interval!r} must be (low, high), None for an open end")
        low, high = (None if end is None or abs(float(end)) == float("inf") else float(end) for end in interval)
        if low is not None and high is not None and not low < high:
            raise AuthorError(f"domain[{name!r}] = {tuple(interval)!r} is empty: give (low, high) with low < high")
        read[str(name)] = (low, high)
    return read
