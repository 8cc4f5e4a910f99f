"""Gradient descent: the iterates, the last one, or the function that makes them."""

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

import msgspec
import numpy as np
import sympy as sp

from autograder.compare.calling import raised_verdict, send
from autograder.compare.numeric import fitted, shape_text, verdict_on
from autograder.compare.reading import Numbers, Unreadable, describe, read_numbers
from autograder.errors import AuthorError
from autograder.model import Evidence, Outcome, Raised, Reason, Verdict
from autograder.questions.answers import (
    Answer,
    constant_numbers,
    exact_number,
    gradient_function,
    read_answer,
    read_point,
    value_function,
)
from autograder.questions.derivatives import Field, Second, columns, names_of
from autograder.questions.record import is_recording
from autograder.reference import Operator, Reference, Samples

__all__ = ["Descent"]

_MOST_HELD = 1000
"""Iterates of which both references are kept."""
_ROLES = ("grad", "f", "start", "step", "count")


class Descent(Field):
    r"""The iterates of gradient descent, :math:`x_{k+1} = x_k - \eta\,\nabla f(x_k)`.

    Args:
        function: text, SymPy expression or Python function of n variables, one output.
        start: :math:`x_0`, n numbers (one number for n = 1).
        step: :math:`\eta > 0`, the learning rate.
        count: how many steps.
        wrt: the variables in the order of the coordinates.
        answer: ``"path"`` (start included), ``"final"``, or ``"any"`` of the two.
        arguments: what the student's function takes, in order: ``grad`` (a function of one vector), ``f``, ``start``,
            ``step``, ``count``.
        **options: as for :class:`autograder.Derivative`.

    Shape of the answer: (count + 1, n) for the path, (n,) for the last point; for n = 1 also (count + 1,) and a
    number. A function gets the gradient, the start, the step and the count, and returns one of these.

    Raises:
        AuthorError: a number is out of range, or the iterates run out of the function's domain or beyond 1e100.

    Source: J. Nocedal and S. Wright, *Numerical Optimization*, 2nd edition, chapter 3, with a fixed step length.

    >>> question = Descent("x**2 + 2*y**2", start=(4, 1), step=0.1, count=2)
    >>> question.judge([[4, 1], [3.2, 0.6], [2.56, 0.36]]).outcome.value
    'CORRECT'
    >>> def descend(grad, x, step, count):
    ...     for _ in range(count):
    ...         x = x - step * grad(x)
    ...     return x
    >>> question.judge(descend).outcome.value
    'CORRECT'
    """

    reference_is_answer = False

    asks_for_slope = False

    def __init__(
        self,
        function: Any,
        start: Any,
        step: Any,
        count: int,
        wrt: str | Sequence[str] | None = None,
        *,
        answer: str = "any",
        arguments: Sequence[str] = ("grad", "start", "step", "count"),
        **options: Any,
    ) -> None:
        super().__init__(function, operator_wrt=names_of(wrt), **options)
        if self.function.shape:
            raise AuthorError("the function has several outputs; descent needs one")
        if {*self.wrt} != {*self.variables}:
            raise AuthorError(f"descent moves in all variables; wrt={self.wrt} leaves some of {self.variables} out")
        self.start = read_point(start, self.wrt, label="start")
        self.step = exact_number(step, label="step")
        if float(self.step) <= 0:
            raise AuthorError(f"step={step!r} must be positive")
        if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= 100_000:
            raise AuthorError(f"count={count!r} must be a whole number from 1 to 100000")
        self.count = count
        if answer not in ("path", "final", "any"):
            raise AuthorError(f'answer={answer!r} must be "path", "final" or "any"')
        self.answer = answer
        if unknown := [role for role in arguments if role not in self._roles]:
            raise AuthorError(f"arguments has {unknown[0]!r}; it may hold {', '.join(self._roles)}")
        self.arguments = tuple(arguments)
        self._settle()
        self.path  # noqa: B018 — refuses iterates that leave the function's domain

    def _asked_for(self) -> Operator:
        return Operator(shape=(len(self.wrt),), terms=tuple((0, (self.variables.index(name),)) for name in self.wrt))

    @cached_property
    def path(self) -> np.ndarray[Any, Any]:
        """The iterates, shape (count + 1, n)."""
        return self._path_and_slopes[0]

    @cached_property
    def _path_and_slopes(self) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """The iterates, shape (count + 1, n), and the gradients at all but the last, shape (count, n)."""
        rows, slopes = [np.array([float(self.start[name]) for name in self.wrt])], []
        step = float(self.step)
        for k in range(self.count):
            slopes.append(self._gradient_at(rows[-1], label=f"iterate {k}"))
            rows.append(rows[-1] - step * slopes[-1])
        return np.stack(rows), np.stack(slopes)

    @cached_property
    def _again(self) -> Second | None:
        """The gradient at each iterate but the last: every step of the path is held by itself."""
        if self.reference.exprs is None or self.count > _MOST_HELD:
            return None
        path, slopes = self._path_and_slopes
        points = tuple(dict(zip(self.wrt, map(Fraction, row.tolist()), strict=True)) for row in path[:-1])
        samples = Samples(points=points, values=slopes, moves=np.zeros_like(slopes), tried=len(points))
        step = float(self.step)
        return Second(
            reference=self.reference,
            samples=samples,
            made=lambda v: np.concatenate([path[:1], path[:-1] - step * v]),
        )

    @property
    def _right(self) -> np.ndarray[Any, Any]:
        """The whole path, shape (count + 1, n)."""
        return self.path

    def _gradient_at(self, vector: np.ndarray[Any, Any], *, label: str = "the point") -> np.ndarray[Any, Any]:
        """The gradient at a point, shape (n,) both."""
        finite = bool(np.all(np.isfinite(vector)))
        if not finite or np.max(np.abs(vector)) > 1e100:
            raise AuthorError(f"{label} of the descent on {self.function.text} runs away: choose a smaller step")
        value = self.reference.evaluate(dict(zip(self.wrt, map(Fraction, vector.tolist()), strict=True)))
        if value is None:
            raise AuthorError(f"{label} of the descent on {self.function.text} is outside its domain: {vector}")
        return value

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        read = read_answer(answer, self.variables)
        if read.kind == "function":
            return self._decide_descent(read)
        if any(e.free_symbols for e in read.exprs):
            raise Unreadable(Reason.FUNCTION_NOT_VALUE, got=describe(answer))
        return self._compare_iterates(constant_numbers(read), read)

    @property
    def _roles(self) -> tuple[str, ...]:
        """What a student's function may be handed."""
        return _ROLES

    def _handed(self) -> Sequence[Any]:
        given = self._given()
        return tuple(given[role] for role in self.arguments)

    def _given(self) -> dict[str, Any]:
        """Role → what is handed over."""
        start = self.path[0].copy()
        return {
            "grad": gradient_function(self._gradients, self.wrt),
            "f": value_function(self.function),
            "start": float(start[0]) if len(start) == 1 else start,
            "step": float(self.step),
            "count": self.count,
        }

    @property
    def _gradients(self) -> Reference:
        """The gradient alone; what a rule needs besides may stand in :attr:`reference` as well."""
        return self.reference

    def _decide_descent(self, read: Answer) -> tuple[Verdict, Evidence | None]:
        (reply,) = send(read.value, [tuple(self._handed())])
        if isinstance(reply, Raised):
            return raised_verdict(reply), None
        if reply.value is None:
            raise Unreadable(Reason.WRONG_TYPE, expected="the iterates", got="nothing (is a return missing?)")
        return self._compare_iterates(read_numbers(reply.value), None)

    def _compare_iterates(self, numbers: Numbers, read: Answer | None) -> tuple[Verdict, Evidence | None]:
        n = len(self.wrt)
        wanted = self._wanted(self.path)
        asked, values, desired = "", None, None
        for name, reference in wanted.items():
            if self.answer in (name, "any") and values is None:
                shape = numbers.values.shape
                # One variable: (count + 1,) is a path, and a column of it as well.
                values = fitted(numbers.values, reference.shape) if shape != (n,) or name == "final" or n == 1 else None
                asked, desired = name, reference
        if values is None or desired is None:
            expected = wanted["final" if self.answer == "final" else "path"].shape
            verdict = Verdict(
                outcome=Outcome.INVALID,
                reason=Reason.WRONG_SHAPE,
                details={"expected": shape_text(expected), "got": shape_text(numbers.values.shape)},
            )
        else:
            placed = Numbers(values=values, precision=numbers.precision, integers=numbers.integers)

            verdict = self._held(lambda right: self._by_path(placed, asked, right))
        close = 1e-5 if numbers.precision == "float32" else 1e-9
        evidence = self._evidence(numbers.values[None], rtol=close, answer=read)
        return verdict, evidence if values is None else self._with_columns(evidence, values, verdict)

    def _by_path(self, numbers: Numbers, asked: str, path: np.ndarray[Any, Any]) -> Verdict:
        """The verdict on what was handed in by a right path, shape (count + 1, n)."""
        verdict, where = verdict_on(numbers, self._wanted(path)[asked], rtol=self.rtol, atol=self.atol)
        witness = {"entry": list(where)} if where else None
        return msgspec.structs.replace(verdict, witness=witness, points_used=1, points_tried=1)

    def _wanted(self, path: np.ndarray[Any, Any]) -> dict[str, np.ndarray[Any, Any]]:
        """What may be handed in, of a path, shape (count + 1, n): all of it, or its end, shape (n,) or a number."""
        return {"path": path, "final": path[-1] if path.shape[1] > 1 else path[-1].reshape(())}

    def _with_columns(
        self, evidence: Evidence | None, values: np.ndarray[Any, Any] | None, verdict: Verdict | None = None
    ) -> Evidence | None:
        if values is None or not is_recording():
            return evidence
        whole = values.shape == self.path.shape
        pick = slice(None) if whole else slice(-1, None)
        steps = [{"iterate": float(k)} for k in range(len(self.path))][pick]
        path, second = self._beside(values)
        jax = None if second is None else second[pick]
        formula = self.reference.exprs is not None
        right = path[pick]
        entry = tuple(verdict.witness["entry"]) if verdict is not None and verdict.witness else None
        # of a path the entry begins with the number of the iterate
        worst = None if entry is None else (entry[0], entry[1:]) if whole else (0, entry)
        both = (right if formula else None, jax if formula else right)
        rows = columns(steps, values.reshape(right.shape), *both, worst=worst)
        found = evidence or Evidence(kind=self.kind, function=None, variables=())
        return msgspec.structs.replace(found, compared=rows)

    def _beside(self, values: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any] | None]:
        """The right path by both references, shape (count + 1, n) each, to stand beside a path or its last point."""
        return self.path, self._by_jax

    def _evidence(
        self, values: np.ndarray[Any, Any] | None, *, rtol: float, at: bool = False, answer: Answer | None = None
    ) -> Evidence | None:
        form = self.function.form
        if form is None or values is None or np.iscomplexobj(values):
            return None
        found = Evidence(
            kind=self.kind,
            function=form if isinstance(form, sp.Basic) else tuple(form),
            variables=self.variables,
            wrt=self.wrt,
            points=({name: float(value) for name, value in self.start.items()},),
            actual=values,
            desired=self.path[None],
            rtol=rtol,
            domain=self.domain or {},
            start=tuple(float(self.start[name]) for name in self.wrt),
            step=float(self.step),
            count=self.count,
        )
        return self._as_this_kind(found)

    @property
    def prompt(self) -> str:
        what = {"path": "iterates", "final": "last iterate", "any": "iterates"}[self.answer]
        start = ", ".join(f"{float(value):g}" for value in self.start.values())
        return (
            f"{what} of gradient descent on {self.function.text} from ({start}), "
            f"{self.count} steps of length {float(self.step):g}"
        )
