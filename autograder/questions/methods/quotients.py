"""Numerical differentiation: does the error of a difference quotient fall with the right power of the step?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import sympy as sp

from autograder.compare.calling import raised_verdict, send
from autograder.compare.numeric import fitted
from autograder.compare.reading import Unreadable, describe, read_numbers
from autograder.errors import AuthorError
from autograder.model import Evidence, Outcome, Raised, Reason, Verdict
from autograder.questions.answers import read_answer, wrong_shape
from autograder.questions.derivatives import Field, names_of
from autograder.reference import Function, Operator

__all__ = ["DifferenceQuotient"]

_ROLES = ("f", "x", "h")
_POINTS = 5
_HALVINGS = range(2, 15)
"""Steps are 2⁻² to 2⁻¹⁴ of the domain's size: rounding and the curve's own bends both stay out of some of them."""


@dataclass(frozen=True)
class _Precision:
    """How an order is measured in a number type.

    Attributes:
        epsilon: largest relative error of a rounding.
        window: halvings in a row over which the order must stay the same to be believed.
        steady: by how much it may change over them.
        above: how many times larger than rounding an error must be to count.
    """

    epsilon: float
    window: int
    steady: float
    above: float


_DOUBLE = _Precision(2.0**-53, window=3, steady=0.06, above=50.0)
_SINGLE = _Precision(2.0**-24, window=2, steady=0.3, above=8.0)
_LOOSE = 0.2
"""Tolerance of an order measured in single precision, in which few steps lie between both kinds of error."""


class DifferenceQuotient(Field):
    r"""A function that differentiates numerically, with an error that falls as :math:`h^p`.

    It is handed f, a place and a step, and is judged by the order that its error shows:
    :math:`p = \log_2 |e(h)|/|e(h/2)|` with :math:`e(h) = D_h f(x) - f'(x)`, at the smallest steps at which three
    halvings in a row agree and the error is well above rounding; the median over five places counts. So any formula
    of the right order is right, in double and in single precision.

    Args:
        function: f, text, SymPy expression or Python function of one variable; the order must show on it
            (the central difference of a parabola has no error).
        order: p: 1 for the forward or backward difference, 2 for the central one, 4 for five points.
        wrt: the variable; may be left out.
        tolerance: how far the measured order may be from p.
        arguments: what the student's function takes, in order: ``f`` (of a number), ``x``, ``h``.
        **options: as for :class:`autograder.Derivative`.

    Shape of the answer: a function that returns a single number.

    Raises:
        AuthorError: the order cannot be measured on this function, or as for
            :class:`autograder.Derivative`.

    Source: W. Press et al., *Numerical Recipes*, 3rd edition, section 5.7, has the formulas; their order is measured by
    halving the step, as in Richardson's extrapolation.

    >>> question = DifferenceQuotient("exp(x)", order=2, domain={"x": (-1, 1)})
    >>> question.judge(lambda f, x, h: (f(x + h) - f(x - h))/(2*h)).outcome.value
    'CORRECT'
    >>> verdict = question.judge(lambda f, x, h: (f(x + h) - f(x))/h)
    >>> verdict.outcome.value, verdict.details["got"], verdict.mistakes
    ('INCORRECT', '1.0', ('forward_crude',))
    """

    reference_is_answer = False

    asks_for_slope = False

    def __init__(
        self,
        function: Any,
        order: int,
        wrt: str | None = None,
        *,
        tolerance: float = 0.1,
        arguments: Sequence[str] = _ROLES,
        **options: Any,
    ) -> None:
        super().__init__(function, operator_wrt=names_of(wrt), **options)
        if self.function.shape or len(self.variables) != 1:
            raise AuthorError("a difference quotient needs a function of one variable with one output")
        if self.at is not None or self.slips:
            raise AuthorError("at= and slips= have no meaning here: the answer is any function of this order")
        if isinstance(order, bool) or not isinstance(order, int) or not 1 <= order <= 6:
            raise AuthorError(f"order={order!r} must be a whole number from 1 to 6")
        if {*arguments} != {*_ROLES}:
            raise AuthorError(f"arguments={tuple(arguments)!r} must hold f, x and h, in any order")
        self.order = order
        self.tolerance = float(tolerance)
        self.arguments = tuple(arguments)
        self._settle()

    def _asked_for(self) -> Operator:
        return Operator(shape=(), terms=((0, (0,)),))

    @cached_property
    def _grid(self) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Places (m,), the slopes there, and steps (k,), the largest first."""
        low, high = (self.domain or {}).get(self.variables[0], (None, None))
        size = 1.0 if low is None or high is None else min(1.0, high - low)
        places = self.samples.arguments(self.variables)[:, 0]
        inside = np.ones(len(places), dtype=bool)
        if low is not None:
            inside &= places >= low + size / 4
        if high is not None:
            inside &= places <= high - size / 4
        chosen = np.flatnonzero(inside if inside.sum() >= 3 else np.ones_like(inside))[:_POINTS]
        return places[chosen], self.samples.values[chosen], size * 2.0 ** -np.array(_HALVINGS)

    def certify(self) -> None:
        """As :meth:`Field.certify`, and the usual quotient of this order shows it on this function."""
        super().certify()
        if self.order not in _USUAL:
            return
        f = self._value_function()
        places, _, steps = self._grid
        values = np.array([[_USUAL[self.order](f, x, h) for h in steps] for x in places])
        found = self._measured(values, _DOUBLE)
        if found is None or abs(found - self.order) > self.tolerance / 2:
            raise AuthorError(
                f"the order {self.order} does not show on {self.function.text} "
                f"({'nothing' if found is None else f'{found:.2f}'} is measured): take another function or domain"
            )

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        read = read_answer(answer, self.variables)
        if read.kind != "function":
            raise Unreadable(Reason.WRONG_TYPE, expected="a function", got=describe(answer))
        self._by_jax  # noqa: B018 — where the references disagree, no answer is to blame
        places, _, steps = self._grid
        given: dict[str, Any] = {"f": self._value_function()}
        calls = []
        for x in places:
            for h in steps:
                given |= {"x": float(x), "h": float(h)}
                calls.append(tuple(given[role] for role in self.arguments))
        values, coarse = [], False
        for reply in send(read.value, calls):
            if isinstance(reply, Raised):
                return raised_verdict(reply), None
            if reply.value is None:
                raise Unreadable(Reason.WRONG_TYPE, expected="a number", got="nothing (is a return missing?)")
            numbers = read_numbers(reply.value)
            value = fitted(numbers.values, ())
            if value is None:
                return wrong_shape((), numbers.values.shape), None
            if np.iscomplexobj(value):
                raise Unreadable(Reason.COMPLEX)
            values.append(float(value))
            coarse |= numbers.precision in ("float16", "float32")
        grid = np.array(values).reshape(len(places), len(steps))
        with np.errstate(over="ignore", invalid="ignore"):
            coarse |= bool(np.all((grid.astype(np.float32) == grid) | ~np.isfinite(grid)))  # float(jax_number)
        return self._verdict(grid, coarse), self._difference(grid)

    def _verdict(self, values: np.ndarray[Any, Any], coarse: bool) -> Verdict:
        """On the difference quotients at m places for k steps, shape (m, k)."""
        found = self._measured(values, _SINGLE if coarse else _DOUBLE)
        tolerance = max(self.tolerance, _LOOSE) if coarse else self.tolerance
        error = None if found is None else abs(found - self.order) / tolerance
        details = {"expected": str(self.order)} | ({"dtype": "float32"} if coarse else {})
        if found is not None:
            details["got"] = f"{round(found, 1) + 0.0:.1f}"
        right = error is not None and error <= 1
        return Verdict(
            outcome=Outcome.CORRECT if right else Outcome.INCORRECT,
            reason=Reason.EQUAL if right else Reason.ORDER,
            error=error,
            actual=None if found is None else f"order {round(found, 3) + 0.0:.3f}",
            desired=f"order {self.order} ± {tolerance:g}",
            details={} if right else details,
            points_used=len(self._grid[0]),
            points_tried=len(self._grid[0]),
        )

    def _measured(self, values: np.ndarray[Any, Any], precision: _Precision) -> float | None:
        """The order that the values (m, k) show; None where they show none."""
        places, slopes, steps = self._grid
        size = np.abs(self._value_function()(places)) + np.abs(places * slopes) + np.abs(slopes)
        rounding = precision.epsilon * size[:, None] / steps
        errors = np.abs(values - slopes[:, None])
        with np.errstate(all="ignore"):
            orders = np.log2(errors[:, :-1] / errors[:, 1:])
        seen = np.isfinite(orders) & (errors[:, 1:] > precision.above * rounding[:, 1:])
        found = [_steady(row, usable, precision) for row, usable in zip(orders, seen, strict=True)]
        known = [order for order in found if order is not None]
        return float(np.median(known)) if 2 * len(known) > len(found) else None

    def _value_function(self) -> Callable[[Any], Any]:
        """The function f as the student's function is handed it: of a number or an array, real or complex."""
        plain = self.function
        compiled = None if plain.exprs is None else sp.lambdify(list(plain.symbols), plain.exprs[0], modules="numpy")

        def f(x: Any) -> Any:
            with np.errstate(all="ignore"):
                try:
                    numbers = read_numbers(x)
                    x = numbers.values if numbers.precision != "float32" else numbers.values.astype(np.float32)
                    found = np.asarray(_one_by_one(plain, x) if compiled is None else compiled(x))
                except (Unreadable, ValueError, TypeError, ArithmeticError):
                    return float("nan")
            found = np.broadcast_to(found, x.shape)
            return found.copy() if x.ndim or found.dtype == np.float32 else found.item()

        return f

    def _difference(self, values: np.ndarray[Any, Any]) -> Evidence | None:
        """The values, shape (m, k), at the largest steps, where rounding does not show, for the diagnosis."""
        form = self.function.form
        if not isinstance(form, sp.Basic):
            return None
        places, _, steps = self._grid
        step = "h" if self.variables[0] != "h" else "step"
        few = min(4, len(steps))
        points = [{self.variables[0]: float(x), step: float(h)} for x in places for h in steps[:few]]
        return Evidence(
            kind=self.kind,
            function=form,
            variables=(*self.variables, step),
            wrt=self.wrt,
            order=self.order,
            points=tuple(points),
            actual=values[:, :few].reshape(-1),
        )

    def task(self) -> Evidence | None:
        """What is asked; any formula of the order is right, so there are no right values."""
        places, _, steps = self._grid
        return self._difference(np.zeros((len(places), len(steps))))

    @property
    def prompt(self) -> str:
        return f"a difference quotient of order {self.order}, tried on {self.function.text}"


def _steady(orders: np.ndarray[Any, Any], usable: np.ndarray[Any, Any], precision: _Precision) -> float | None:
    """The mean over the smallest steps at which the order, shape (k - 1,) from the largest step on, stays the same."""
    for end in range(len(orders), precision.window - 1, -1):
        window = slice(end - precision.window, end)
        middle = float(orders[window].mean()) if usable[window].all() else None
        if middle is not None and np.ptp(orders[window]) <= precision.steady * max(1.0, abs(middle)):
            return middle
    return None


def _one_by_one(function: Function, x: np.ndarray[Any, Any]) -> Any:
    """A function of one number at each of an array, of its shape."""
    return np.array([np.asarray(function.call(place.reshape(1))).item() for place in x.reshape(-1)]).reshape(x.shape)


_USUAL: dict[int, Callable[[Callable[[Any], Any], float, float], Any]] = {
    1: lambda f, x, h: (f(x + h) - f(x)) / h,
    2: lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
    4: lambda f, x, h: (8 * (f(x + h) - f(x - h)) - f(x + 2 * h) + f(x - 2 * h)) / (12 * h),
}
