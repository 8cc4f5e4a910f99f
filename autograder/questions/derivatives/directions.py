"""Directions that the gradient gives at a point: steepest ascent, along and across a level set."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import msgspec
import numpy as np

from autograder.compare.numeric import fitted, rounded_to
from autograder.compare.reading import Numbers
from autograder.compare.tolerances import DEFAULT_RTOL
from autograder.errors import AuthorError
from autograder.model import Outcome, Reason, Verdict
from autograder.questions.answers import wrong_shape
from autograder.questions.derivatives.fields import Field
from autograder.questions.derivatives.kinds import names_of
from autograder.reference import Operator

__all__ = ["LevelSetNormal", "LevelSetTangent", "SteepestAscent"]


class _Direction(Field):
    """Base: a vector at a point, judged by its direction.

    Raises:
        AuthorError: no point was given, or the gradient is zero there.
    """

    asks_for_slope = False

    def __init__(self, function: Any, at: Any, wrt: str | Sequence[str] | None = None, **options: Any) -> None:
        super().__init__(function, operator_wrt=names_of(wrt), at=at, **options)
        if self.function.shape:
            raise AuthorError("the function has several outputs; a direction needs one")
        if self.at is None:
            raise AuthorError("at= must give the point")
        if len(self.wrt) < 2:
            raise AuthorError("a direction needs a function of at least two variables")
        self._settle()

    def _asked_for(self) -> Operator:
        return Operator(shape=(len(self.wrt),), terms=tuple((0, (self.variables.index(name),)) for name in self.wrt))

    @cached_property
    def gradient(self) -> np.ndarray[Any, Any]:
        """The gradient at the point, shape (n,)."""
        assert self.at is not None
        gradient = self.reference.at(self.at)
        if not np.any(gradient):
            raise AuthorError(f"the gradient of {self.function.text} is zero at the point: there is no such direction")
        return gradient

    @cached_property
    def desired_at(self) -> np.ndarray[Any, Any]:
        return self._along(self.gradient)

    @property
    def _right(self) -> np.ndarray[Any, Any]:
        """The gradient, from which an answer is judged: (1, n)."""
        return self.gradient[None]

    def _along(self, gradient: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """A right answer of length 1, (n,), from the gradient, (n,)."""
        return np.asarray(gradient / np.linalg.norm(gradient))

    def _compare_at(self, numbers: Numbers, right: np.ndarray[Any, Any]) -> Verdict:
        values = fitted(numbers.values, self.shape)
        if values is None:
            return wrong_shape(self.shape, numbers.values.shape)
        witness = {name: float(value) for name, value in (self.at or {}).items()}
        details = {"dtype": numbers.precision} if numbers.precision in ("float32", "float16") else {}
        shown = {"actual": np.array2string(values, precision=9), "desired": self._desired_text()}
        if np.iscomplexobj(values):
            return Verdict(outcome=Outcome.INVALID, reason=Reason.COMPLEX, details=details)
        if not np.all(np.isfinite(values)):
            return Verdict(outcome=Outcome.INCORRECT, reason=Reason.NOT_FINITE, details={**details, "got": "nan"})
        tolerance = DEFAULT_RTOL["float64"] if self.rtol is None else self.rtol
        tolerance = max(tolerance, self.atol or 0.0, *(DEFAULT_RTOL[numbers.precision] for _ in details))
        error = self._error(values, right)
        correct = error <= tolerance
        pointless = not correct and not np.any(values)
        # a whole vector of one's own length is rounded where it has a usual one: 1, or the gradient's
        usual = (length * self.desired_at for one in (1.0, np.linalg.norm(self.gradient)) for length in (one, -one))
        ends = [decimals for vector in usual if (decimals := rounded_to(values, vector)) is not None]
        if not correct and ends and error <= 10.0 ** -min(ends):
            details = {**details, "rounded": str(min(ends))}
        verdict = Verdict(
            outcome=Outcome.CORRECT if correct else Outcome.INCORRECT,
            reason=Reason.EQUAL if correct else Reason.DIFFERENT,
            error=error / tolerance if tolerance else float(error > 0),
            witness=witness,
            details=details,
            mistakes=("zero_vector",) if pointless else (),
            points_used=1,
            points_tried=1,
        )
        return msgspec.structs.replace(verdict, **shown)

    def _error(self, values: np.ndarray[Any, Any], gradient: np.ndarray[Any, Any]) -> float:
        """How far the answer, (n,), is from right by the gradient, (n,): a length, or the sine of an angle."""
        raise NotImplementedError

    def _shown(
        self, values: np.ndarray[Any, Any], right: np.ndarray[Any, Any] | None
    ) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any] | None]:
        """Both of length 1, where the length is free: the answer beside the right vector nearest to it; (1, n)."""
        length = np.linalg.norm(values)
        unit = values / length if length and self._any_length else values
        return unit, None if right is None else self._nearest(unit[0], right[0])[None]

    def _nearest(self, values: np.ndarray[Any, Any], gradient: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """The right vector of length 1, (n,), that is nearest to an answer, (n,)."""
        right = self._along(gradient)
        return -right if values @ right < 0 and self._any_sign else right

    _any_length = True
    _any_sign = True

    def _desired_text(self) -> str:
        return np.array2string(self.desired_at, precision=9)


def _across(values: np.ndarray[Any, Any], direction: np.ndarray[Any, Any]) -> float:
    """Length of what remains of a vector, (n,), without its part along a unit direction, relative to its own length."""
    length = float(np.linalg.norm(values))
    if not length:
        return float("inf")
    unit = values / length
    return float(np.linalg.norm(unit - (unit @ direction) * direction))


class SteepestAscent(_Direction):
    r"""The direction in which f rises fastest, :math:`\nabla f/|\nabla f|` at a point.

    Args:
        function: text, SymPy expression or Python function of n ≥ 2 variables, one output.
        at: the point; the gradient must not be zero there.
        wrt: the variables in the order of the components.
        multiple: False asks for the unit vector, True takes every positive multiple of it.
        **options: as for :class:`autograder.Derivative`.

    Shape of the answer: (n,). The error is the distance to the unit vector.

    Raises:
        AuthorError: the gradient is zero at the point, or as for :class:`autograder.Derivative`.

    >>> question = SteepestAscent("-x**2 - y**2/2", at=(-3, 4))
    >>> question.judge([6 / 52**0.5, -4 / 52**0.5]).outcome.value, question.judge([6, -4]).outcome.value
    ('CORRECT', 'INCORRECT')
    >>> SteepestAscent("-x**2 - y**2/2", at=(-3, 4), multiple=True).judge([3, -2]).outcome.value
    'CORRECT'
    """

    def __init__(
        self, function: Any, at: Any, wrt: str | Sequence[str] | None = None, *, multiple: bool = False, **options: Any
    ) -> None:
        self.multiple = multiple
        super().__init__(function, at, wrt, **options)

        self._any_length = multiple

    _any_sign = False

    def _error(self, values: np.ndarray[Any, Any], gradient: np.ndarray[Any, Any]) -> float:
        length = float(np.linalg.norm(values))
        if self.multiple:
            values = values / length if length else values
        return float(np.linalg.norm(values - self._along(gradient)))

    @property
    def prompt(self) -> str:
        what = "direction" if self.multiple else "unit vector"
        return f"{what} of steepest ascent of {self.function.text}{self._where()}"


class LevelSetNormal(_Direction):
    r"""A vector across the level set through a point: any nonzero multiple of :math:`\nabla f`.

    Args:
        function, at, wrt, **options: as for :class:`SteepestAscent`.

    Shape of the answer: (n,). The error is the sine of the angle to the gradient's line.

    Raises:
        AuthorError: the gradient is zero at the point, or as for :class:`autograder.Derivative`.

    >>> question = LevelSetNormal("x**2 + 3*y", at=(1, 2))
    >>> question.judge([-4, -6]).outcome.value, question.judge([3, -2]).outcome.value
    ('CORRECT', 'INCORRECT')
    """

    def _error(self, values: np.ndarray[Any, Any], gradient: np.ndarray[Any, Any]) -> float:
        return _across(values, self._along(gradient))

    @property
    def prompt(self) -> str:
        return f"normal vector of the level set of {self.function.text}{self._where()}"


class LevelSetTangent(_Direction):
    r"""A vector along the level set through a point: any nonzero t with :math:`\nabla f \cdot t = 0`.

    Args:
        function, at, wrt, **options: as for :class:`SteepestAscent`.

    Shape of the answer: (n,); for n > 2 any vector of the tangent plane. The error is
    :math:`|\nabla f \cdot t| / (|\nabla f|\,|t|)`, the cosine of the angle between them.

    Raises:
        AuthorError: the gradient is zero at the point, or as for :class:`autograder.Derivative`.

    >>> question = LevelSetTangent("x**2 + 3*y", at=(1, 2))
    >>> [question.judge(answer).outcome.value for answer in ([-1.5, 1], [2, 3], [0, 0])]
    ['CORRECT', 'INCORRECT', 'INCORRECT']
    """

    def _along(self, gradient: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """One of many, (n,): across the gradient, (n,), in the plane of its two largest components."""
        first, second = np.argsort(-np.abs(self.gradient), kind="stable")[:2]
        tangent = np.zeros_like(gradient)
        tangent[first], tangent[second] = -gradient[second], gradient[first]
        return np.asarray(tangent / np.linalg.norm(tangent))

    def _nearest(self, values: np.ndarray[Any, Any], gradient: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        normal = gradient / np.linalg.norm(gradient)
        along = values - (values @ normal) * normal
        length = float(np.linalg.norm(along))
        return along / length if length > 1e-9 else super()._nearest(values, gradient)

    def _error(self, values: np.ndarray[Any, Any], gradient: np.ndarray[Any, Any]) -> float:
        length = float(np.linalg.norm(values))
        if not length:
            return float("inf")
        return float(abs(values @ gradient) / (length * np.linalg.norm(gradient)))

    @property
    def prompt(self) -> str:
        return f"tangent vector of the level set of {self.function.text}{self._where()}"
