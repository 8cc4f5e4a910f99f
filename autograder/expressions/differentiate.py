"""SymPy's derivative, with what SymPy leaves standing at jumps: ``floor(2*x)``, ``Mod(x, 2)``, ``frac(x)``."""

import sympy as sp
from sympy.functions.elementary.integers import frac

__all__ = ["derivative"]

_STEPS = (sp.floor, sp.ceiling, sp.sign)


def derivative(expr: sp.Expr, *symbols: sp.Symbol) -> sp.Expr:
    """The derivative by one real variable after the other, where there is one: a step function's is 0.

    >>> x = sp.Symbol("x", real=True)
    >>> derivative(sp.floor(2 * x) * x, x), derivative(sp.Mod(x**2, 3), x), derivative(frac(x), x)
    (floor(2*x), 2*x, 1)
    """
    if expr.has(*_STEPS, sp.Mod, frac):
        expr = expr.replace(sp.Mod, _remainder).replace(frac, _remainder)
    for symbol in symbols:
        expr = _flat(sp.diff(expr, symbol))
    return expr


def _remainder(dividend: sp.Expr, divisor: sp.Expr = sp.S.One) -> sp.Expr:
    return dividend - divisor * sp.floor(dividend / divisor)


def _flat(expr: sp.Expr) -> sp.Expr:
    """``Derivative(floor(x), x)`` and, by the chain rule, ``Subs(Derivative(floor(u), u), u, 2*x)`` are 0."""
    left = [node for node in expr.atoms(sp.Subs, sp.Derivative) if _is_flat(node)]
    # what stands inside of another goes with it
    return expr.xreplace(dict.fromkeys(left, sp.Integer(0))) if left else expr


def _is_flat(node: sp.Expr) -> bool:
    inner = node.args[0] if isinstance(node, sp.Subs) else node
    return isinstance(inner, sp.Derivative) and isinstance(inner.expr, _STEPS)
