"""Integrals by quadrature and by SymPy, the pieces on which a function is continuous, and constants of integration."""

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Any

import flint
import mpmath
import sympy as sp
from flint import arb

from autograder.errors import AuthorError
from autograder.expressions import to_tree
from autograder.expressions.graph import Graph, Outside, Program, Unsupported, Wide
from autograder.reference import read_function, real_symbol

__all__ = ["constants_in", "definite", "integral", "integrated", "one_formula", "pieces"]

_CONSTANT = re.compile(r"(?<![A-Za-z_\\])(?:[CcKk]|const|constant)(?:_?\d|_\{\d\})?(?![A-Za-z_(\d])")
"""What people call a constant of integration."""
_LAST = re.compile(r"[+\-−]\s*([A-Za-z](?:_?\d+)?)\s*$")
"""Any letter at the end of a sum."""
_DIGITS = 30
_GOOD = mpmath.mpf(10) ** -16
_MOST_HALVINGS = 40
_MOST_BALLS = 4000
_BITS = 80


def integral(expr: sp.Expr, name: str, low: Any, high: Any) -> float:
    """The integral between two places, which may be infinite, by Gauss-Legendre rules halved until they agree.

    Args:
        expr: in the one variable.
        name: of the variable.
        low: a number of any kind, or −oo.
        high: likewise, or oo.
    """
    compiled = sp.lambdify([real_symbol(name)], expr, modules="mpmath")
    with mpmath.workdps(_DIGITS):
        ends = [_number(low), _number(high)]
        if any(mpmath.isinf(end) for end in ends):
            middle = [end for end in (-10, -1, 0, 1, 10) if min(ends) < end < max(ends)]
            whole = mpmath.quad(compiled, [ends[0], *(middle if ends[0] < ends[1] else middle[::-1]), ends[1]])
            return float(mpmath.re(whole))
        return float(mpmath.re(_halved(compiled, ends[0], ends[1], _MOST_HALVINGS)))


def _number(value: Any) -> Any:
    if isinstance(value, Fraction):
        return mpmath.mpf(value.numerator) / value.denominator
    return (
        mpmath.mpf(str(sp.N(value, _DIGITS)))
        if sp.sympify(value).is_finite
        else mpmath.mpf(str(value).replace("oo", "inf"))
    )


def _halved(compiled: Any, low: Any, high: Any, left: int) -> Any:
    """Halved at kinks, where no rule is good on both sides at once."""
    found, error = mpmath.quad(compiled, [low, high], error=True, maxdegree=5)
    if left == 0 or error <= _GOOD * (1 + abs(found)) or abs(high - low) < _GOOD:
        return found
    middle = (low + high) / 2
    return _halved(compiled, low, middle, left - 1) + _halved(compiled, middle, high, left - 1)


def pieces(expr: sp.Expr, name: str, places: Sequence[Fraction]) -> list[int]:
    """For each place, in rising order, the number of the piece on which the function is finite that it lies in.

    Two neighbours lie in one piece when ball arithmetic shows that the function is finite all the way between them.
    """
    graph = Graph()
    try:
        program = Program(graph, [graph.add_tree(to_tree(expr))])
    except Unsupported:
        return [0] * len(places)  # nothing is known of where it stops
    found = [0]
    before = flint.ctx.prec
    flint.ctx.prec = _BITS
    try:
        for low, high in pairwise(places):
            found.append(found[-1] + (not _finite(program, name, low, high)))
    finally:
        flint.ctx.prec = before
    return found


def _finite(program: Program, name: str, low: Fraction, high: Fraction) -> bool:
    waiting = [(low, high)]
    for _ in range(_MOST_BALLS):
        if not waiting:
            return True
        a, b = waiting.pop()
        middle, half = (a + b) / 2, (b - a) / 2
        ball = arb(float(middle), float(half) * (1 + 2.0**-20))
        try:
            if program.run({name: ball})[0].is_finite():
                continue
        except Outside:
            return False
        except Wide:
            pass
        if half < (high - low) / 2**24:
            return False
        waiting += [(a, middle), (middle, b)]
    return False


def one_formula(value: Any, variables: Sequence[str]) -> sp.Expr:
    """An author's antiderivative.

    Raises:
        AuthorError: it is no single formula.
    """
    read = read_function(value, variables=variables)
    if read.exprs is None or read.shape:
        raise AuthorError(f"antiderivative={value!r} must be one formula")
    return read.exprs[0]


def constants_in(answer: Any, variables: Iterable[str]) -> tuple[str, ...]:
    """The names of the constants of integration in an answer: C, c, k, const, or any letter at the end of a sum."""
    if isinstance(answer, str):
        names = {*_CONSTANT.findall(answer), *_LAST.findall(answer)}
    elif isinstance(answer, sp.Expr):
        by = {symbol for symbol in answer.free_symbols if symbol.name in variables}
        others = [symbol for symbol in answer.free_symbols if symbol not in by]
        names = {symbol.name for symbol in others if not answer.diff(symbol).free_symbols & by or _is_constant(symbol)}
    else:
        return ()
    return tuple(sorted(names - {*variables, "e", "E", "i", "I"}))


def _is_constant(symbol: sp.Symbol) -> bool:
    return _CONSTANT.fullmatch(symbol.name) is not None


@lru_cache(maxsize=256)
def integrated(expr: sp.Expr, name: str) -> tuple[tuple[sp.Expr, sp.Expr], ...] | None:
    """Each term with its antiderivative; the whole as one term where only that has one; None where nothing has."""
    from sympy.integrals.manualintegrate import manualintegrate

    symbol = real_symbol(name)
    for integrate in (manualintegrate, sp.integrate):
        for terms in (sp.Add.make_args(expr), (expr,)):
            made = [integrate(term, symbol) for term in terms]
            if not any(each.has(sp.Integral) for each in made):
                return tuple(zip(terms, made, strict=True))
    return None


@lru_cache(maxsize=256)
def definite(expr: sp.Expr, name: str, low: sp.Expr, high: sp.Expr) -> sp.Expr | None:
    """The integral between two bounds by SymPy; None where it finds none."""
    found = sp.integrate(expr, (real_symbol(name), low, high))
    return None if found.has(sp.Integral) or not found.is_finite else found
