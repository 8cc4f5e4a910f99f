"""JAX's derivatives as compiled programs: one for all formulas that differ in nothing but their numbers.

To compile takes a tenth of a second, to run a compiled program nothing to speak of. ``3*x**2 + 2*x`` and
``7*x**2 + 4*x``, two versions of a question, are one program, as are a public and a hidden test of one function: it
takes the numbers beside the points.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from autograder.errors import AuthorError
from autograder.reference.function import Function

if TYPE_CHECKING:
    from autograder.reference.derivatives import Operator

__all__ = ["jax_values", "parted"]

_KEPT = 128
"""Programs in memory."""
_ROWS = 16
"""Points are filled up to a multiple of it: JAX compiles anew for each number of them."""
_LARGEST = 1e300

_Values = Callable[[Any, Any], Any]
"""The formulas' numbers, shape (m,), and a point, (n,) → the terms, (terms,)."""


def jax_values(function: Function, operator: "Operator", points: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """JAX's derivative at many points, term by term; in their precision, for which JAX has to be switched already.

    Args:
        function: its Python function is used where it has one, else its formula.
        operator: whose terms are wanted.
        points: shape (N, n).

    Returns:
        shape (N, terms).

    Raises:
        AuthorError: the function has another number of outputs; or else whatever JAX raises.
    """
    import jax
    import jax.numpy as jnp

    numbers: tuple[float, ...] = ()
    if function.python is None:
        formulas, numbers = parted(function.exprs or ())
        whole, program = _of_formulas(formulas, function.symbols, operator, function.layout is not None)
    else:
        whole, program = _compiled(_of_python(function, operator), operator, function.layout is not None)
    constants = jnp.asarray(np.asarray(numbers, dtype=points.dtype))
    filled = np.concatenate([points, np.repeat(points[-1:], -len(points) % _ROWS, axis=0)])
    try:
        return np.asarray(program(constants, jnp.asarray(filled)))[: len(points)]
    except (jax.errors.ConcretizationTypeError, TypeError):
        # A Python `if x > 0` in the author's function runs point by point, but not under vmap.
        return np.stack([np.asarray(whole(constants, v)) for v in jnp.asarray(points)])


def parted(exprs: Sequence[sp.Expr]) -> tuple[tuple[sp.Expr, ...], tuple[float, ...]]:
    """Formulas with a symbol in the place of each number that is added or multiplied, and these numbers in order.

    Exponents stay: x² is a product to JAX, and x to the power of any number has another derivative.

    >>> x = sp.Symbol("x", real=True)
    >>> parted([3*x**2 + sp.sin(x/2)])
    ((#0*x**2 + sin(#1*x),), (3.0, 0.5))
    """
    numbers: list[float] = []

    def number(value: Any) -> sp.Symbol:
        numbers.append(float(value))
        return sp.Symbol(f"#{len(numbers) - 1}", real=True)  # no variable of an author's has such a name

    def without(expr: Any) -> Any:
        if not isinstance(expr, sp.Expr) or not expr.args:
            return expr
        if expr.is_Pow:
            return expr.func(without(expr.args[0]), expr.args[1])
        if expr.is_Add or expr.is_Mul:
            parts = sorted(expr.args, key=_shape)  # SymPy's own order hangs on the numbers
            return expr.func(*(number(each) if _is_float(each) else without(each) for each in parts))
        return expr.func(*map(without, expr.args))

    return tuple(without(expr) for expr in exprs), tuple(numbers)


def _shape(expr: Any) -> str:
    """The same for formulas that differ in their numbers alone."""
    if _is_float(expr):
        return "#"
    if not expr.args:
        return str(expr)
    if expr.is_Pow:
        return f"Pow({_shape(expr.args[0])},{expr.args[1]})"
    return f"{type(expr).__name__}({','.join(sorted(map(_shape, expr.args)))})"


def _is_float(value: Any) -> bool:
    return isinstance(value, sp.Rational | sp.Float) and bool(abs(value) < _LARGEST)


@lru_cache(maxsize=_KEPT)
def _of_formulas(
    formulas: tuple[sp.Expr, ...], symbols: tuple[sp.Symbol, ...], operator: "Operator", at_once: bool
) -> tuple[_Values, _Values]:
    import jax.numpy as jnp

    taken = sorted({symbol for each in formulas for symbol in each.free_symbols} - {*symbols}, key=_place)
    body = sp.lambdify([[*taken], [*symbols]], list(formulas), modules="jax", cse=True)

    def call(constants: Any, v: Any) -> Any:
        return jnp.stack([jnp.asarray(value, dtype=v.dtype) for value in body(constants, v)])

    return _compiled(call, operator, at_once)


def _place(symbol: sp.Symbol) -> int:
    return int(symbol.name.removeprefix("#"))


def _of_python(function: Function, operator: "Operator") -> _Values:
    import jax.numpy as jnp

    wanted = 1 + max(output for output, _ in operator.terms)

    def call(_: Any, v: Any) -> Any:
        values = jnp.ravel(jnp.asarray(function.call(v)))
        if function.exprs is None and values.size != wanted:
            raise AuthorError(
                f"{function.text} makes {values.size} numbers, and {wanted} of them would be asked about: "
                f"a Jacobian with outputs={values.size} asks about all"
            )
        return values

    return call


def _compiled(call: _Values, operator: "Operator", at_once: bool) -> tuple[_Values, _Values]:
    """The terms at one point, and the program for many points, (N, n) → (N, terms).

    Args:
        call: the formulas' numbers and one vector of n numbers → the outputs.
        operator: whose terms are wanted.
        at_once: whether to take them out of the whole array of derivatives.
    """
    import jax
    import jax.numpy as jnp

    def terms(constants: Any, v: Any) -> Any:
        def outputs(v: Any) -> Any:
            return jnp.ravel(call(constants, v))

        if at_once:
            return _all_at_once(outputs, operator, v)
        return jnp.stack([_term(outputs, *term)(v) for term in operator.terms])

    # one program instead of one per operation, which take a tenth of a second each to compile
    return terms, jax.jit(jax.vmap(terms, in_axes=(None, 0)))


def _term(outputs: Callable[[Any], Any], output: int, wrt: Sequence[int]) -> Callable[[Any], Any]:
    import jax
    import jax.numpy as jnp

    if not wrt:
        return lambda v: outputs(v)[output]
    inner = _term(outputs, output, wrt[:-1])
    return lambda v: jax.jvp(inner, (v,), (jnp.zeros_like(v).at[wrt[-1]].set(1.0),))[1]


def _all_at_once(outputs: Callable[[Any], Any], operator: "Operator", v: Any) -> Any:
    """The terms out of the whole array of derivatives: a function of arrays has many parts, and soon hundreds of terms.

    Args:
        outputs: of one vector of n numbers, giving one of the outputs.
        operator: whose terms are wanted.
        v: shape (n,).

    Returns:
        shape (terms,).
    """
    import jax

    whole = outputs
    for turn in range(operator.order):
        whole = jax.jacrev(whole) if turn == 0 else jax.jacfwd(whole)
    places = np.array([(output, *wrt) for output, wrt in operator.terms])
    return whole(v)[tuple(places.T)]
