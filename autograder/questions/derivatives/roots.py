"""Points where a gradient is zero: one of them, or all."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import sympy as sp

from autograder.compare.numeric import shape_text
from autograder.compare.reading import Numbers, Unreadable, describe
from autograder.errors import AuthorError
from autograder.expressions.context import Context
from autograder.model import Evidence, Outcome, Reason, Verdict
from autograder.questions.answers import constant_numbers, read_answer, wrong_shape
from autograder.questions.derivatives.fields import Expected, Field
from autograder.questions.derivatives.kinds import names_of
from autograder.reference import Operator, Reference, reference_of

__all__ = ["Minimum", "Root"]

_DEFAULT = 1e-4
_ROUNDS = 80
_NEAR = 1e-2
"""How far beside a right point, relative to its size, an answer only stopped too early."""


class Root(Field):
    r"""Points where the gradient is zero (critical points): any one, or as many as there are.

    An answer p is right when Newton's method, :math:`p \leftarrow p - H(p)^{+}\nabla f(p)`, started at p arrives at
    a zero r of the gradient with :math:`|p - r| \le atol + rtol\,|r|`.

    Args:
        function: text, SymPy expression or Python function of n variables, one output.
        wrt: the variables in the order of the coordinates.
        count: None takes one point or any set of right points; a number asks for that many different ones.
        domain: variable → (low, high) in which the points must lie.
        **options: as for :class:`autograder.Derivative`; ``rtol`` and ``atol`` are 1e-4 by default,
            since points are often found by iteration.

    Shape of the answer: (n,) or a number for one point; (k, n), a list of points, a set or what ``sympy.solve``
    returns for several.

    Raises:
        AuthorError: as for :class:`autograder.Derivative`.

    >>> question = Root("x**3 - 3*x", count=2)
    >>> question.judge([1, -1]).outcome.value, question.judge({-1, 1}).outcome.value, question.judge([1]).reason.value
    ('CORRECT', 'CORRECT', 'wrong-shape')
    >>> Root("(x - 1)**2 + y**2").judge([1.0, 0.5]).outcome.value
    'INCORRECT'
    """

    reference_is_answer = False

    asks_for_slope = False

    def __init__(
        self, function: Any, wrt: str | Sequence[str] | None = None, *, count: int | None = None, **options: Any
    ) -> None:
        super().__init__(function, operator_wrt=names_of(wrt), **options)
        if self.function.shape:
            raise AuthorError("the function has several outputs; a gradient needs one")
        if {*self.wrt} != {*self.variables}:
            raise AuthorError(f"all variables are free here; wrt={self.wrt} leaves some of {self.variables} out")
        if self.at is not None:
            raise AuthorError("at= has no meaning here: the points are the answer")
        if count is not None and (isinstance(count, bool) or not isinstance(count, int) or count < 1):
            raise AuthorError(f"count={count!r} must be a positive whole number")
        self.count = count
        self._settle()

    def _asked_for(self) -> Operator:
        return Operator(shape=(len(self.wrt),), terms=tuple((0, (self.variables.index(name),)) for name in self.wrt))

    @cached_property
    def _again(self) -> None:
        """A place is asked for: what would be compared is known only when it is handed in."""
        return None

    @cached_property
    def _second(self) -> Reference:
        index = [self.variables.index(name) for name in self.wrt]
        terms = tuple((0, (i, j)) for i in index for j in index)
        return reference_of(self.function, Operator(shape=(len(index),) * 2, terms=terms))

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        points = self._read(answer)
        found: list[np.ndarray[Any, Any]] = []
        rtol = _DEFAULT if self.rtol is None else self.rtol
        atol = _DEFAULT if self.atol is None else self.atol
        for point in points:
            witness = {name: float(value) for name, value in zip(self.wrt, point, strict=True)}
            root = self._refined(point)
            limit = None if root is None else atol + rtol * float(np.linalg.norm(root))
            error = None if root is None else float(np.linalg.norm(point - root))
            right = root is not None and error is not None and limit is not None and error <= limit
            if not right or not self._accepts(root):
                return self._wrong(Reason.DIFFERENT, witness, point, error if right else None), None
            assert root is not None
            twice = any(np.linalg.norm(root - other) <= 2 * atol + 2 * rtol * np.linalg.norm(root) for other in found)
            if self.count is not None and twice:
                return self._wrong(Reason.DIFFERENT, witness, point, None, mistake="critical_missing"), None
            found.append(root)
        return Verdict(
            outcome=Outcome.CORRECT, reason=Reason.EQUAL, points_used=len(points), points_tried=len(points)
        ), None

    def _read(self, answer: Any) -> list[np.ndarray[Any, Any]]:
        """The points of an answer, each of shape (n,)."""
        n = len(self.wrt)
        listed = _listed(answer, self.wrt)
        try:
            read = read_answer(listed, self.variables, Context(point=tuple(self.wrt)))
        except Unreadable as unreadable:
            if unreadable.verdict.reason is not Reason.WRONG_VARIABLES:
                raise
            # a point is numbers: its coordinates' letters are no more use than any other
            raise Unreadable(Reason.WRONG_VARIABLES, **{**unreadable.verdict.details, "expected": "numbers"}) from None
        if read.kind == "function":
            raise Unreadable(Reason.FUNCTION_NOT_VALUE, got=describe(answer))
        if letters := sorted({str(symbol) for e in read.exprs for symbol in e.free_symbols}):
            raise Unreadable(Reason.WRONG_VARIABLES, got=", ".join(letters), expected="numbers")
        numbers: Numbers = constant_numbers(read)
        values = numbers.values
        if np.iscomplexobj(values):
            raise Unreadable(Reason.COMPLEX)
        if not np.all(np.isfinite(values)):
            raise Unreadable(Reason.NOT_FINITE, got="nan")
        if values.size and values.size % n == 0 and (values.ndim < 2 or values.shape[-1] == n or values.size == n):
            points = list(values.reshape(-1, n))
            if (self.count is None or len(points) == self.count) and (n == 1 or values.ndim >= 2 or values.size == n):
                return points
        expected = (n,) if self.count in (None, 1) else (self.count or 1, n)
        raise Unreadable(
            Reason.WRONG_SHAPE,
            expected="one number for each point" if n == 1 else shape_text(expected),
            got=wrong_shape((), values.shape).details["got"],
        )

    def _asking_for(self, wrong: Any) -> Expected:
        rtol, atol = (_DEFAULT if given is None else given for given in (self.rtol, self.atol))
        try:
            return Expected(self._in_order(wrong), rtol=rtol, atol=atol)
        except Unreadable as unreadable:
            raise AuthorError(
                f"slips= holds {wrong!r}, which is no answer: {unreadable.verdict.reason.value}"
            ) from None

    def _foreseen(self, answer: Any) -> str | None:
        return super()._foreseen(self._in_order(answer)) if self.slips else None

    def _in_order(self, answer: Any) -> np.ndarray[Any, Any]:
        """The points of an answer, (k, n), in an order of their own."""
        points = np.array(self._read(answer), dtype=float)
        return points[np.lexsort(points.round(6).T[::-1])]

    def _place(self, point: np.ndarray[Any, Any]) -> dict[str, Fraction]:
        """A point, (n,), by the names of its coordinates."""
        return dict(zip(self.wrt, map(Fraction, point.tolist()), strict=True))

    def _refined(self, point: np.ndarray[Any, Any]) -> np.ndarray[Any, Any] | None:
        """The zero of the gradient that Newton's method finds from a point; both (n,); None where it finds none."""
        p: np.ndarray[Any, Any] = point.astype(float)
        scale = 1.0 + float(np.linalg.norm(point))
        for _ in range(_ROUNDS):
            where = self._place(p)
            gradient, curvature = self.reference.evaluate(where), self._second.evaluate(where)
            if gradient is None or curvature is None:
                return None
            if not np.any(gradient):
                return p
            step = np.linalg.lstsq(curvature.reshape(len(p), len(p)), gradient, rcond=1e-12)[0]
            p = np.asarray(p - step)
            if not np.all(np.isfinite(p)) or np.linalg.norm(p - point) > scale:
                return None
            if np.any(step) and np.linalg.norm(step) <= 1e-13 * scale:
                return p
            if not np.any(step):
                return None
        return p

    def _accepts(self, root: np.ndarray[Any, Any] | None) -> bool:
        """Whether a zero of the gradient, (n,), counts: inside the domain."""
        return root is not None and self._inside(root)

    def _inside(self, root: np.ndarray[Any, Any]) -> bool:
        """Whether a point, (n,), is in the domain, but for rounding."""
        for name, value in zip(self.wrt, root, strict=True):
            low, high = (self.domain or {}).get(name, (None, None))
            if (low is not None and value < low - 1e-9) or (high is not None and value > high + 1e-9):
                return False
        return True

    @cached_property
    def _value(self) -> Reference:
        return reference_of(self.function, Operator(shape=(), terms=((0, ()),)))

    def _around(self, root: np.ndarray[Any, Any]) -> tuple[float, float] | None:
        """By how much f changes near a point, (n,), least and most, 0 for rounding; None where f has no value."""
        value = self._value
        n = len(root)
        around = np.random.default_rng(self.seed).normal(size=(4 * n + 8, n))
        around *= 1e-3 * (1 + np.linalg.norm(root)) / np.linalg.norm(around, axis=1, keepdims=True)
        here = value.evaluate(self._place(root))
        if here is None:
            return None
        changes = [0.0]
        for offset in (*around, *-around):
            there = value.evaluate(self._place(root + offset))
            if there is not None and abs(there[0] - here[0]) > 1e-12 * abs(here[0]):
                changes.append(float(there[0] - here[0]))
        return min(changes), max(changes)

    def _mistakes(self, point: np.ndarray[Any, Any]) -> tuple[str, ...]:
        """What a wrong point, (n,), is instead; several where they cannot be told apart."""
        root = self._refined(point)
        if root is not None and not self._inside(root) and np.linalg.norm(point - root) <= _NEAR * _size(point):
            return ()  # level, and not where it was asked for
        if self._is_near(point, _NEAR):
            return ("not_arrived",)
        n = len(point)
        found = []
        if n > 1 and self._is_near(point[::-1], 1e-3):
            found.append("swap")
        turns = list(product((1.0, -1.0), repeat=min(n, 4)))[1:]
        turned = [point * np.array([*signs, *[1.0] * (n - len(signs))]) for signs in turns]
        if any(np.any(other != point) and self._is_near(other, 1e-3) for other in turned):
            found.append("point_sign")
        if self._is_zero(self._value, point):
            found.append("zero_of_f")
        if n == 1 and self._is_zero(self._second, point):
            found.append("zero_of_second")
        if found:
            return tuple(found)
        return ("not_arrived" if self._is_near(point, 0.1) else "not_level",)

    def _is_zero(self, reference: Reference, point: np.ndarray[Any, Any]) -> bool:
        """Whether a function is zero at a point, (n,), or has other signs a thousandth before and behind it."""
        here, slope = reference.evaluate(self._place(point)), self.reference.evaluate(self._place(point))
        if here is None or slope is None or not np.any(slope):
            return False
        step = 1e-3 * _size(point) * slope / np.linalg.norm(slope)
        behind, ahead = (reference.evaluate(self._place(point + way * step)) for way in (-1, 1))
        turns = behind is not None and ahead is not None and np.sign(behind[0]) * np.sign(ahead[0]) < 0
        return bool(here[0] == 0 or turns)

    def _is_near(self, point: np.ndarray[Any, Any], distance: float) -> bool:
        """Whether a right point lies within a distance of one, (n,), which grows with the point's own size."""
        root = self._refined(point)
        return self._accepts(root) and root is not None and bool(np.linalg.norm(point - root) <= distance * _size(root))

    def _wrong(
        self,
        reason: Reason,
        witness: dict[str, float],
        point: np.ndarray[Any, Any],
        error: float | None,
        *,
        mistake: str | None = None,
    ) -> Verdict:
        """The verdict on a point, (n,), that is none of those asked for."""
        value = self.reference.evaluate(self._place(point))
        return Verdict(
            outcome=Outcome.INCORRECT,
            reason=reason,
            witness=dict(witness),
            actual=f"gradient {np.array2string(value, precision=6)}" if value is not None else "outside the domain",
            desired="gradient 0",
            error=error,
            mistakes=(mistake,) if mistake else self._mistakes(point),
            points_used=1,
            points_tried=1,
        )

    @property
    def prompt(self) -> str:
        many = f"{self.count} points" if self.count and self.count > 1 else "point"
        return f"{many} where the gradient of {self.function.text} is zero"


class Minimum(Root):
    r"""A local minimum: the gradient is zero and f does not fall in any direction.

    Args:
        function, wrt, count, domain, **options: as for :class:`Root`.

    Shape of the answer: as for :class:`Root`. A zero of the gradient is taken when the Hessian's smallest eigenvalue
    there is not negative and f is not smaller at 8n + 16 points around it, 0.001 away.

    Raises:
        AuthorError: as for :class:`autograder.Derivative`.

    >>> question = Minimum("x**3 - 3*x")
    >>> question.judge(1).outcome.value, question.judge(-1).outcome.value
    ('CORRECT', 'INCORRECT')
    """

    def _accepts(self, root: np.ndarray[Any, Any] | None) -> bool:
        if root is None or not super()._accepts(root):
            return False
        around = self._around(root)
        return around is not None and around[0] >= 0

    def _mistakes(self, point: np.ndarray[Any, Any]) -> tuple[str, ...]:
        root = self._refined(point)
        level = root is not None and self._inside(root) and np.linalg.norm(point - root) <= 1e-3
        around = self._around(root) if level and root is not None else None
        if around is None or around[0] >= 0:
            return super()._mistakes(point)
        return ("extrema_swapped" if around[1] <= 0 else "class_wrong",)

    @property
    def prompt(self) -> str:
        return f"local minimum of {self.function.text}"


def _size(point: np.ndarray[Any, Any]) -> float:
    """Of a point, (n,), never 0: distances are measured by it."""
    return 1.0 + float(np.linalg.norm(point))


def _listed(answer: Any, names: Sequence[str]) -> Any:
    """What ``sympy.solve`` returns (dictionaries, tuples, sets) as nested lists."""
    if isinstance(answer, Mapping):
        keys = {str(key): value for key, value in answer.items()}
        if {*keys} != {*names}:
            raise Unreadable(Reason.WRONG_TYPE, expected=f"values of {', '.join(names)}", got="a dictionary")
        return [keys[name] for name in names]
    if isinstance(answer, (set, frozenset, sp.FiniteSet)):
        return sorted((_listed(item, names) for item in answer), key=str)
    if isinstance(answer, (list, tuple)) and any(isinstance(item, Mapping) for item in answer):
        items: Iterable[Any] = answer
        return [_listed(item, names) for item in items]
    return answer
