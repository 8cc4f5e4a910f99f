"""Gradients, Jacobians and Hessians of functions of arrays, argument by argument."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.errors import AuthorError
from autograder.mistakes import Pull, Tape
from autograder.questions.arrays.base import Array, Point
from autograder.questions.arrays.products import Product
from autograder.reference.arrays import agree_along

__all__ = ["ArrayGradient", "ArrayHessian", "ArrayJacobian"]


class ArrayGradient(Product):
    """What :class:`~autograder.Gradient` makes of a function of arrays: a part for each argument.

    Args:
        function, wrt, **options: as there.
        value: whether the function's value is asked for as well, as the first part: ``(loss, dW, db)``.
    """

    def __init__(self, function: Any, wrt: Any = None, *, value: bool = False, **options: Any) -> None:
        self.value = value
        super().__init__(function, wrt, **options)

    def _output(self) -> Array:
        found = super()._output()
        if found.shape:
            raise AuthorError(f"{self.of.text} has the shape {found.shape} and not one output; use Jacobian")
        return found

    def _directions(self) -> dict[str, tuple[int, ...]]:
        return {}

    @property
    def part_names(self) -> tuple[str, ...]:
        return ("value", *self.wrt) if self.value else self.wrt

    def _right(self, *given: Any) -> Any:
        import jax

        value, slopes = jax.value_and_grad(self._of_wrt(given), argnums=tuple(range(len(self.wrt))))(
            *self._moving(given)
        )
        return (value, *slopes) if self.value else slopes

    def _made(self, point: Point, pull: Pull) -> Sequence[Array]:
        return [self.output * 0, *pull(1.0)] if self.value else pull(1.0)

    def _more(self, point: Point, part: int, tape: Tape) -> Mapping[str, Sequence[Array]]:
        return {}

    def _check(self, point: Point, parts: Sequence[Array], *, symbolic: bool = False) -> None:
        """Hold the slope along a line, from the parts of their own shapes, against differences and SymPy's."""
        ways = self._ways(1)
        slopes = list(parts)[1:] if self.value else list(parts)
        total = sum(float(np.sum(part * ways[place])) for place, part in zip(self.places, slopes, strict=True))
        if symbolic:
            self._hold_formula(point, ways, np.array(total))
        else:
            agree_along(self.of.value, self._own(point), ways, np.array(total), text=self.of.text)

    @property
    def prompt(self) -> str:
        first = "value and gradient" if self.value else "gradient"
        return f"{first} of {self.of.text} with respect to ({', '.join(self.wrt)}){self._asked_text()}"


class ArrayJacobian(Product):
    """What :class:`~autograder.Jacobian` makes of a function of arrays: for each argument (*output, *argument)."""

    def __init__(self, function: Any, wrt: Any = None, *, outputs: int | None = None, **options: Any) -> None:
        super().__init__(function, wrt, **options)
        if outputs is not None and outputs != self.output.size:
            raise AuthorError(f"outputs={outputs}, but {self.of.text} has {self.output.size}")

    def _directions(self) -> dict[str, tuple[int, ...]]:
        return {}

    def _right(self, *given: Any) -> Any:
        import jax

        return jax.jacrev(self._of_wrt(given), argnums=tuple(range(len(self.wrt))))(*self._moving(given))

    def _made(self, point: Point, pull: Pull) -> Sequence[Array]:
        rows = []
        for place in np.ndindex(self.output.shape):
            unit = np.zeros(self.output.shape)
            unit[place] = 1.0
            rows.append(pull(unit))
        return [np.stack(part).reshape(*self.output.shape, *np.shape(part[0])) for part in zip(*rows, strict=True)]

    def _check(self, point: Point, parts: Sequence[Array], *, symbolic: bool = False) -> None:
        """Hold the slopes along a line, of the output's shape, against differences and SymPy's."""
        ways = self._ways(1)
        total = sum(
            np.tensordot(part, ways[place], axes=np.ndim(ways[place]))
            for place, part in zip(self.places, parts, strict=True)
        )
        if symbolic:
            self._hold_formula(point, ways, np.asarray(total))
        else:
            agree_along(self.of.value, self._own(point), ways, np.asarray(total), text=self.of.text)

    @property
    def prompt(self) -> str:
        return f"Jacobian of {self.of.text} with respect to ({', '.join(self.wrt)}){self._asked_text()}"


class ArrayHessian(ArrayGradient):
    """What :class:`~autograder.Hessian` makes of a function of one array: (*argument, *argument)."""

    def _output(self) -> Array:
        if len(self.wrt) != 1 or self.value:
            raise AuthorError("a Hessian is by one argument: name it with wrt=")
        return super()._output()

    def _right(self, *given: Any) -> Any:
        import jax

        return (jax.hessian(self._of_wrt(given))(*self._moving(given)),)

    def _slope(self, given: Sequence[Any]) -> Any:
        import jax

        return jax.grad(self._of_wrt(given))(*self._moving(given))

    def _recorded(self, point: Point) -> Tape:
        """The gradient at a point: its Jacobian is the answer."""
        return Tape(lambda *given: self._slope(given), self._own(point), self.places)

    def _made(self, point: Point, pull: Pull) -> Sequence[Array]:
        shape = self.of.arguments[self.wrt[0]]
        rows = []
        for place in np.ndindex(shape):
            unit = np.zeros(shape)
            unit[place] = 1.0
            rows.append(pull(unit)[0])
        return [np.stack(rows).reshape(*shape, *shape)]

    def _more(self, point: Point, part: int, tape: Tape) -> Mapping[str, Sequence[Array]]:
        right = self.desired[0][0]
        size = int(np.prod(self.of.arguments[self.wrt[0]], dtype=int))
        slope = tape.output
        flat = np.asarray(self._made(point, tape.back)[0]).reshape(size, size)
        return {
            "hess_diag": [np.diag(np.diag(flat)).reshape(right.shape), np.diag(flat)],
            "hess_gradient": [slope],
            "hess_outer": [np.outer(slope, slope).reshape(right.shape)],
        }

    def _check(self, point: Point, parts: Sequence[Array], *, symbolic: bool = False) -> None:
        """Hold the change of the gradient along a line, of the argument's shape, against differences."""
        if symbolic:
            return  # of a second derivative SymPy has no check along one line
        ways = self._ways(1)
        (way,) = ways.values()
        total = np.tensordot(parts[0], way, axes=way.ndim)
        agree_along(lambda *given: self._slope([np.asarray(x) for x in given]), self._own(point), ways, total,
                    text=self.of.text)  # fmt: skip

    @property
    def prompt(self) -> str:
        return f"Hessian of {self.of.text} with respect to ({', '.join(self.wrt)}){self._asked_text()}"
