"""Derivatives, gradients, Jacobians, Hessians: arrays of partial derivatives."""

import warnings
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
import sympy as sp

from autograder.errors import AuthorError
from autograder.mistakes import fits_data
from autograder.model import Evidence
from autograder.questions.answers import exact_number, read_answer
from autograder.questions.arrays import ArrayGradient, ArrayHessian, ArrayJacobian, by_arrays
from autograder.questions.derivatives.fields import Field
from autograder.reference import Operator

__all__ = ["Derivative", "DirectionalDerivative", "Gradient", "Hessian", "Jacobian"]


STROKES = 41
"""Places at which a formula's slopes are drawn on the graph of its function."""


@lru_cache(maxsize=128)
def _compiled(symbol: sp.Symbol, expr: sp.Expr) -> Callable[[Any], Any]:
    compiled: Callable[[Any], Any] = sp.lambdify([symbol], expr, "numpy")
    return compiled


def _curve(symbol: sp.Symbol, expr: sp.Expr, xs: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The values of f at places, of the shape of these."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.broadcast_to(np.asarray(_compiled(symbol, expr)(xs), dtype=float), xs.shape)


def names_of(wrt: Any) -> tuple[str, ...]:
    if wrt is None:
        return ()
    if isinstance(wrt, (str, sp.Symbol)):
        return tuple(str(wrt).replace(",", " ").split())
    return tuple(str(name) for name in wrt)


class Derivative(Field):
    r"""A derivative by one variable: :math:`f'(x)`, :math:`\partial f/\partial y`, :math:`f''(x)`.

    Args:
        function: text, SymPy expression or Python function of one or several variables, one output.
        wrt: the variable; may be left out where there is only one.
        order: 1 for the first derivative, 2 for the second…
        **options: as in :class:`~autograder.questions.derivatives.fields.Field` and ``Question``:
            ``at``, ``domain``, ``variables``, ``python``, ``points``, ``rtol``, ``atol``, ``seed``, ``name``,
            ``credit``, ``forbid``.

    Shape of the answer: a single number at a point.

    Raises:
        AuthorError: the function cannot be read or differentiated, or its references disagree.

    >>> question = Derivative("5*x**2 + 10*x + 7", wrt="x")
    >>> question.judge("10(x + 1)").outcome.value, question.judge(lambda x: 10*x + 10).outcome.value
    ('CORRECT', 'CORRECT')
    >>> question.judge("10*x").outcome.value
    'INCORRECT'
    >>> Derivative("5*x**2 + 10*x + 7", wrt="x", at=3).judge(40).outcome.value
    'CORRECT'
    """

    sides_by_wrt = True
    is_derivative = True

    def __init__(self, function: Any, wrt: str | None = None, *, order: int = 1, **options: Any) -> None:
        if isinstance(order, bool) or not isinstance(order, int) or not 1 <= order <= 20:
            raise AuthorError(f"order={order!r} must be a whole number from 1 to 20")
        names = names_of(wrt)
        super().__init__(function, operator_wrt=names, **options)
        if not names and len(self.variables) != 1:
            raise AuthorError(f"wrt= must say which of {', '.join(self.variables)} to differentiate by")
        if len(self.wrt) != 1:
            raise AuthorError(f"wrt={wrt!r} must be one variable; use Gradient for several and for arrays")
        if self.function.shape:
            raise AuthorError("the function has several outputs; use Jacobian")
        self.order = order
        self._settle()

    def _asked_for(self) -> Operator:
        return Operator(shape=(), terms=((0, (self.variables.index(self.wrt[0]),) * self.order),))

    def _strokes(self, answer: Any, evidence: Evidence | None) -> tuple[tuple[float, float, float | None], ...]:
        if len(self.variables) != 1 or self.at is not None or self.order != 1 or self.function.exprs is None:
            return ()
        try:
            low, high = self._drawn()
            xs = np.linspace(low, high, STROKES)
            if evidence is not None and np.shape(evidence.actual) == (len(self.samples.points),):
                # a function is known only where it was called; the graph between is f's alone
                called, slopes = self.samples.arguments(self.variables)[:, 0], np.asarray(evidence.actual, float)
                xs, slopes = np.concatenate([called, xs]), np.concatenate([slopes, np.full(len(xs), np.nan)])
            else:
                read = read_answer(answer, self.variables, self.context)
                if read.kind != "formula":
                    return ()
                slopes = _curve(self.function.symbols[0], read.exprs[0], xs)
            values = _curve(self.function.symbols[0], self.function.exprs[0], xs)
        except Exception:  # a picture that cannot be drawn is left out; the verdict stands
            return ()
        rows = np.stack([xs, values, slopes], axis=1)[np.argsort(xs)]
        return tuple(
            (float(x), float(value), float(slope) if np.isfinite(slope) else None)
            for x, value, slope in rows[np.isfinite(rows[:, 1])]
        )

    def _drawn(self) -> tuple[float, float]:
        low, high = (self.domain or {}).get(self.variables[0], (None, None))
        ends = self.samples.arguments(self.variables)[:, 0]
        return (float(ends.min()) if low is None else low), (float(ends.max()) if high is None else high)

    @property
    def prompt(self) -> str:
        count = {1: "derivative", 2: "second derivative", 3: "third derivative"}.get(
            self.order, f"{self.order}th derivative"
        )
        return f"{count} of {self.function.text} with respect to {self.wrt[0]}{self._where()}"


class Gradient(Field):
    r"""The gradient :math:`\nabla f = (\partial f/\partial x_1, …, \partial f/\partial x_n)`.

    Args:
        function: text, SymPy expression or Python function, one output.
        wrt: the variables in the order of the components; all variables in natural order when left out.
        **options: as for :class:`Derivative`; ``data={"A": A}`` for a multiple of :math:`x^T A x` and
            ``data={"A": A, "b": b}`` for one of :math:`|Ax - b|^2` let mistakes with matrices be named.

    Shape of the answer: (n,). A column (n, 1), a row (1, n), a list, a tuple, ``derive_by_array``'s Array and a
    list of n functions are taken as well.

    Raises:
        AuthorError: the function cannot be read or differentiated, or its references disagree.

    >>> question = Gradient("x*y**2 + 5*x + cos(y)", wrt=("x", "y"))
    >>> question.judge(["y**2 + 5", "2*x*y - sin(y)"]).outcome.value
    'CORRECT'
    >>> question.judge("[2*x*y - sin(y), y**2 + 5]").outcome.value
    'INCORRECT'
    >>> question = Gradient("2*x**2 + x*y + 4*y**2", wrt=("x", "y"), data={"A": [[2, 1], [0, 4]]})
    >>> question.judge("[4x + 2y, 8y]").mistakes
    ('2Ax',)
    """

    sides_by_wrt = True
    is_derivative = True

    def __new__(cls, function: Any, *arguments: Any, **options: Any) -> Any:
        """A function of arrays has questions of its own (:mod:`autograder.questions.arrays`)."""
        return ArrayGradient(function, *arguments, **options) if by_arrays(function, options) else super().__new__(cls)

    def __init__(self, function: Any, wrt: str | Sequence[str] | None = None, **options: Any) -> None:
        super().__init__(function, operator_wrt=names_of(wrt), **options)
        if self.function.shape:
            raise AuthorError("the function has several outputs; use Jacobian")
        self._settle()

    def _asked_for(self) -> Operator:
        return Operator(shape=self._side, terms=tuple((0, (self.variables.index(name),)) for name in self.wrt))

    def certify(self) -> None:
        """As :meth:`Field.certify`, and the matrices in ``data`` belong to the function."""
        super().certify()
        if "A" in self.data and not fits_data(self.task()):
            given = "|A x - b|^2" if "b" in self.data else "x^T A x"
            raise AuthorError(f"{self.function.text} is no multiple of {given} with the A and b of data")

    @property
    def prompt(self) -> str:
        return f"gradient of {self.function.text} with respect to ({', '.join(self.named)}){self._where()}"


class Jacobian(Field):
    r"""The Jacobian :math:`J_{ij} = \partial f_i/\partial x_j`: a row per output, a column per variable.

    Args:
        function: a list of m texts or expressions, text ``"[x*y, x + y]"``, a Matrix, or a Python function that
            returns m numbers.
        wrt: the n variables in the order of the columns.
        outputs: m, only needed for a Python function.
        **options: as for :class:`Derivative`.

    Shape of the answer: (m, n). For m = 1 or n = 1 a vector is taken as well; a transposed matrix is not.

    Raises:
        AuthorError: the function cannot be read or differentiated, or its references disagree.

    >>> question = Jacobian(["x*y", "x + y", "sin(x)"], wrt=("x", "y"))
    >>> question.judge([["y", "x"], [1, 1], ["cos(x)", 0]]).outcome.value
    'CORRECT'
    >>> question.judge([["y", 1, "cos(x)"], ["x", 1, 0]]).reason.value
    'wrong-shape'
    """

    is_derivative = True

    def __new__(cls, function: Any, *arguments: Any, **options: Any) -> Any:
        """A function of arrays has questions of its own (:mod:`autograder.questions.arrays`)."""
        return ArrayJacobian(function, *arguments, **options) if by_arrays(function, options) else super().__new__(cls)

    def __init__(
        self, function: Any, wrt: str | Sequence[str] | None = None, *, outputs: int | None = None, **options: Any
    ) -> None:
        super().__init__(function, operator_wrt=names_of(wrt), **options)
        known = self.function.shape[0] if self.function.shape else None if self.function.exprs is None else 1
        if outputs and known and outputs != known:
            raise AuthorError(f"outputs={outputs}, but {self.function.text} has {known}")
        self.outputs = outputs or known or 1
        self._settle()

    def _asked_for(self) -> Operator:
        columns = [self.variables.index(name) for name in self.wrt]
        return Operator(
            shape=(self.outputs, *self._side), terms=tuple((i, (j,)) for i, j in product(range(self.outputs), columns))
        )

    @property
    def prompt(self) -> str:
        return f"Jacobian of {self.function.text} with respect to ({', '.join(self.named)}){self._where()}"


class Hessian(Field):
    r"""The Hessian :math:`H_{ij} = \partial^2 f/\partial x_i\,\partial x_j`.

    Args:
        function: text, SymPy expression or Python function, one output.
        wrt: the n variables in the order of rows and columns.
        **options: as for :class:`Derivative`.

    Shape of the answer: (n, n).

    Raises:
        AuthorError: the function cannot be read or differentiated, or its references disagree.

    >>> question = Hessian("x**2*y + y**3", wrt=("x", "y"))
    >>> question.judge([["2*y", "2*x"], ["2*x", "6*y"]]).outcome.value
    'CORRECT'
    >>> question.judge(["2*y", "6*y"]).reason.value
    'wrong-shape'
    """

    is_derivative = True

    def __new__(cls, function: Any, *arguments: Any, **options: Any) -> Any:
        """A function of arrays has questions of its own (:mod:`autograder.questions.arrays`)."""
        return ArrayHessian(function, *arguments, **options) if by_arrays(function, options) else super().__new__(cls)

    def __init__(self, function: Any, wrt: str | Sequence[str] | None = None, **options: Any) -> None:
        super().__init__(function, operator_wrt=names_of(wrt), **options)
        if self.function.shape:
            raise AuthorError("the function has several outputs; a Hessian needs one")
        self._settle()

    def _asked_for(self) -> Operator:
        index = [self.variables.index(name) for name in self.wrt]
        return Operator(shape=self._side * 2, terms=tuple((0, (i, j)) for i, j in product(index, index)))

    @property
    def prompt(self) -> str:
        return f"Hessian of {self.function.text} with respect to ({', '.join(self.named)}){self._where()}"


class DirectionalDerivative(Field):
    r"""The slope of f in a direction: :math:`D_u f = \nabla f \cdot u` with :math:`u = v/|v|`.

    Args:
        function: text, SymPy expression or Python function, one output.
        direction: v, one number per variable of ``wrt``; exact where it is exact (``"sqrt(3)/2"``).
        wrt: the variables that the direction's entries belong to; all of them when left out.
        unit: True divides by the direction's length; False asks for :math:`\nabla f \cdot v` with v as it is.
        **options: as for :class:`Derivative`; with ``at`` the answer is a number, without it a formula or function.

    Raises:
        AuthorError: the direction is zero or has another length, or as for :class:`Derivative`.

    >>> question = DirectionalDerivative("x**2*y", direction=(3, 4), at=(1, 2))
    >>> question.judge(16 / 5).outcome.value, question.judge(16).outcome.value
    ('CORRECT', 'INCORRECT')
    """

    is_derivative = True

    def __init__(
        self,
        function: Any,
        direction: Sequence[Any],
        wrt: str | Sequence[str] | None = None,
        *,
        unit: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(function, operator_wrt=names_of(wrt), **options)
        if self.function.shape:
            raise AuthorError("the function has several outputs; a directional derivative needs one")
        self.direction = tuple(exact_number(value, label="direction") for value in direction)
        self.unit = unit
        if len(self.direction) != len(self.wrt):
            raise AuthorError(f"direction={direction!r} needs {len(self.wrt)} numbers, for {', '.join(self.wrt)}")
        if not any(float(value) for value in self.direction):
            raise AuthorError("direction is zero, which is no direction")
        self._settle()

    def _asked_for(self) -> Operator:
        length = sp.sqrt(sp.Add(*(v**2 for v in self.direction))) if self.unit else sp.Integer(1)
        return Operator(
            shape=(),
            terms=tuple((0, (self.variables.index(name),)) for name in self.wrt),
            weights=tuple(v / length for v in self.direction),
        )

    def _direction(self) -> tuple[float, ...]:
        return tuple(float(value) for value in self.direction)

    @property
    def prompt(self) -> str:
        words = "directional derivative" if self.unit else "derivative along the vector (not normalised)"
        return (
            f"{words} of {self.function.text} in the direction ({', '.join(map(str, self.direction))}){self._where()}"
        )
