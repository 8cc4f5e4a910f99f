"""Update rules: momentum, Nesterov, RMSprop, Adam, Newton, BFGS, line search. Their iterates, or what makes them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import msgspec
import numpy as np

from autograder.compare.calling import raised_verdict, send
from autograder.compare.numeric import fitted, shape_text
from autograder.compare.reading import Numbers, Unreadable, describe, read_numbers
from autograder.errors import AuthorError
from autograder.mistakes import RULES, Problem, Tie, iterates, nearest
from autograder.model import Evidence, Opaque, Outcome, Raised, Reason, Verdict
from autograder.questions.answers import Answer, hessian_function, value_function
from autograder.questions.derivatives import Second
from autograder.questions.methods.descent import Descent
from autograder.questions.methods.sets import SET_NUMBERS, projection_function, read_set, shown_set
from autograder.reference import Operator, Reference, Samples, reference_of

__all__ = ["Optimiser"]

_NAMES = tuple(name for name in RULES if name != "descent")
_BELOW_ONE = ("beta", "beta1", "beta2", "rho", "slope", "shrink")
_MOST_STEPS = 1000
"""Every convention and every mistake is walked as far, and a step function is a message to the jail for each step."""


@dataclass(frozen=True, kw_only=True, eq=False)
class _Walk:
    """The right paths, and what they were made of.

    Attributes:
        paths: shape (conventions, count + 1, n).
        points: where derivatives were taken, each once, (N, n).
        values: the derivatives there, (N, k).
        order: which of the points was asked about, call by call.
    """

    paths: np.ndarray[Any, Any]
    points: np.ndarray[Any, Any]
    values: np.ndarray[Any, Any]
    order: tuple[int, ...]


class Optimiser(Descent):
    r"""The iterates of an update rule, or the function that makes them: all of them, or one step.

    ==================  =======================================================  =========================
    rule                a step                                                   its numbers
    ==================  =======================================================  =========================
    ``"momentum"``      :math:`v = \beta v + g,\ x = x - \eta v`                  ``beta=0.9``
    ``"nesterov"``      :math:`v = \beta v + g(x - \eta\beta v),\ x = x - \eta v`  ``beta=0.9``
    ``"rmsprop"``       :math:`s = \rho s + (1-\rho) g^2`,                        ``rho=0.9, eps=1e-8``
                        :math:`x = x - \eta g/(\sqrt s + \epsilon)`
    ``"adam"``          :math:`x = x - \eta\,\hat m/(\sqrt{\hat v} + \epsilon)`      ``beta1=0.9, beta2=0.999,``
                                                                                 ``eps=1e-8``
    ``"newton"``        :math:`x = x - \eta H^{-1} g`                              ``step=1``
    ``"bfgs step"``     the same, H⁻¹ approximated from the identity on          ``step=1``
    ``"line search"``   :math:`x = x - t g` with the first t of                  ``step=1, slope=1e-4,``
                        :math:`\eta, \eta r, \eta r^2, \ldots` for which            ``shrink=0.5``
                        :math:`f(x - t g) \le f(x) - c\,t\,\|g\|^2`
    ``"projected``      :math:`x = P(x - \eta g)` with the nearest point P      ``onto="ball", radius=1,``
    ``gradient"``       of a set, which is                                       ``center=0``; ``onto="box",``
                                                                                 ``low=0, high=1``;
                                                                                 ``onto="simplex", total=1``
    ==================  =======================================================  =========================

    Where authors differ all of their conventions are right, unless ``convention=`` names one:

    - momentum: ``"sum"`` as above (with :math:`v = \beta v - \eta g` the same points), ``"mean"`` with
      :math:`v = \beta v + (1-\beta) g`;
    - nesterov: ``"ahead"`` as above, ``"shifted"`` with :math:`x = x - \eta(g + \beta v)` and the gradient at x, as
      PyTorch and optax have it, ``"mean"`` as above with :math:`v = \beta v + (1-\beta) g`;
    - rmsprop, adam: epsilon ``"outside"`` or ``"inside"`` of the root; adam also ``"short"``, which corrects the step
      length and not the averages.

    Args:
        rule: a name of the table.
        function: text, SymPy expression or Python function of n variables, one output.
        start: :math:`x_0`, n numbers (one number for n = 1).
        step: the learning rate :math:`\eta`; of a line search the first t that is tried.
        count: how many steps, at most 1000.
        wrt: the variables in the order of the coordinates.
        convention: the only one that is right.
        state: names of what a step function keeps, each zeros like x at first.
        **options: the rule's numbers, and as for :class:`autograder.Descent`. ``arguments`` may hold ``grad``,
            ``hess``, ``f``, ``start``, ``step``, ``count`` and the names of the rule's numbers. With ``x`` among them
            the answer is one step: it may take ``x``, ``g`` (the gradient there), ``H`` (the Hessian there), ``t``
            (1, 2, …), the names in ``state`` or ``state`` (None at first, then what was returned), and returns x, or
            x and the state.

    Shape of the answer: (count + 1, n) for the path, (n,) for the last point, as of :class:`autograder.Descent`.

    Raises:
        AuthorError: a number is out of range, a convention is unknown, the iterates leave the function's domain, or
            rounding decides a step of the line search.

    Source: as named in ``autograder/mistakes/calculus/updates.py``; the tests hold each rule against optax or SciPy.

    >>> question = Optimiser("momentum", "x**2 + 2*y**2", start=(4, 1), step=0.1, count=2, beta=0.5)
    >>> def momentum(grad, x, step, count):
    ...     v = 0
    ...     for _ in range(count):
    ...         v = 0.5*v + grad(x)
    ...         x = x - step*v
    ...     return x
    >>> question.judge(momentum).outcome.value
    'CORRECT'
    >>> question.judge([[4, 1], [3.2, 0.6], [2.56, 0.36]]).mistakes
    ('velocity_overwritten',)
    """

    def __init__(
        self,
        rule: str,
        function: Any,
        start: Any,
        step: Any = None,
        count: int = 1,
        wrt: str | Sequence[str] | None = None,
        *,
        convention: str | None = None,
        **options: Any,
    ) -> None:
        if rule not in _NAMES:
            raise AuthorError(f"rule={rule!r} must be one of {', '.join(map(repr, _NAMES))}")
        self.rule = rule
        known = RULES[rule]
        self.ways = known.ways if convention is None else (convention,)
        if not {*self.ways} <= {*known.ways}:
            raise AuthorError(f"convention={convention!r} must be one of {', '.join(map(repr, known.ways))}")
        self.settings: dict[str, Any] = {n: float(options.pop(n, usual)) for n, usual in known.settings.items()}
        foreign = next((name for other in RULES.values() for name in other.settings if name in options), None)
        if foreign is not None:
            raise AuthorError(f"{foreign}= is no number of {rule!r}, which has {', '.join(known.settings) or 'none'}")
        for name, value in self.settings.items():
            if not 0 <= value < (1 if name in _BELOW_ONE else float("inf")):
                raise AuthorError(f"{name}={value!r} must be 0 or more" + " and below 1" * (name in _BELOW_ONE))
        self._is_projected = rule == "projected gradient"
        if self._is_projected:
            self.settings |= read_set(options, len(start) if hasattr(start, "__len__") else 1)
        elif confining := next((name for name in ("onto", *SET_NUMBERS) if name in options), None):
            raise AuthorError(f"{confining}= says onto which set is projected, and {rule!r} does not project")
        if step is None and known.step is None:
            raise AuthorError("step= must give the learning rate")
        names = options.pop("state", ())
        self.state = (names,) if isinstance(names, str) else tuple(names)
        options = {"arguments": known.arguments, **options}
        if isinstance(count, int) and count > _MOST_STEPS:
            raise AuthorError(
                f"count={count!r} must be at most {_MOST_STEPS}: hold the first steps, and a long run with Minimiser"
            )
        super().__init__(function, start, known.step if step is None else step, count, wrt, **options)
        if self._is_projected and not np.allclose(
            nearest(self.settings, self.path[0]), self.path[0], rtol=0, atol=1e-9
        ):
            raise AuthorError(f"start={start!r} must lie in the set: people differ in whether they project it")

    @property
    def _is_step(self) -> bool:
        """Whether the answer is a function that takes one step."""
        return "x" in self.arguments

    @property
    def _roles(self) -> tuple[str, ...]:
        numbers = [name for name in self.settings if name != "onto"]
        more = ("project",) if self._is_projected else ()
        return (*super()._roles, "hess", *numbers, *more, "x", "g", "H", "t", "state", *self.state)

    def _asked_for(self) -> Operator:
        plain = super()._asked_for()
        return _with_bends(plain) if self.rule == "newton" else plain

    @cached_property
    def _gradients(self) -> Reference:
        return reference_of(self.function, super()._asked_for())

    @cached_property
    def _bends(self) -> Reference:
        return reference_of(self.function, _with_bends(super()._asked_for(), alone=True))

    @cached_property
    def path(self) -> np.ndarray[Any, Any]:
        """The iterates by the likeliest convention, shape (count + 1, n)."""
        found: np.ndarray[Any, Any] = self._walk.paths[0]
        return found

    @property
    def _right(self) -> np.ndarray[Any, Any]:
        """The iterates by every convention that is right, shape (conventions, count + 1, n)."""
        return self._walk.paths

    @cached_property
    def _walk(self) -> "_Walk":
        places: dict[bytes, int] = {}
        points: list[np.ndarray[Any, Any]] = []
        values: list[np.ndarray[Any, Any]] = []
        order: list[int] = []

        def look(x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
            """The derivatives, shape (k,), at a point, shape (n,)."""
            key = (x + 0.0).tobytes()
            if key not in places:
                values.append(self._gradient_at(x, label=f"a point after {len(points)} others"))
                points.append(x.copy())
                places[key] = len(places)
            order.append(places[key])
            return values[places[key]]

        paths = self._paths(look)
        return _Walk(paths=paths, points=np.array(points), values=np.array(values), order=tuple(order))

    def _paths(self, look: Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]) -> np.ndarray[Any, Any]:
        """By every convention, (conventions, count + 1, n), from the derivatives, (k,), at a point, (n,)."""
        n = len(self.wrt)
        problem = Problem(
            value=value_function(self.function),
            gradient=lambda x: look(x)[:n],
            hessian=lambda x: look(x)[n:].reshape(n, n),
        )
        start = [float(self.start[name]) for name in self.wrt]
        settings = {**self.settings, "step": float(self.step)}
        try:
            with np.errstate(all="ignore"):
                return np.stack([iterates(self.rule, problem, start, settings, self.count, way=w) for w in self.ways])
        except Tie as tie:
            raise AuthorError(f"{self.rule} on {self.function.text}: {tie}; choose another start or step") from None

    @cached_property
    def _again(self) -> Second | None:
        """The derivatives wherever the rule takes them, with every path walked again by JAX's values."""
        walk = self._walk
        if self.reference.exprs is None:
            return None
        points = tuple(dict(zip(self.wrt, map(Fraction, x.tolist()), strict=True)) for x in walk.points)
        samples = Samples(points=points, values=walk.values, moves=np.zeros_like(walk.values), tried=len(points))

        def made(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
            """The paths, (conventions, count + 1, n), of the values (N, k) at the points."""
            order = iter(walk.order)
            return self._paths(lambda x: values[next(order)])

        return Second(reference=self.reference, samples=samples, made=made)

    def _by_path(self, numbers: Numbers, asked: str, path: np.ndarray[Any, Any]) -> Verdict:
        """The verdict by right paths, shape (conventions, count + 1, n): right by one of them, or the nearest miss."""
        verdicts = [super(Optimiser, self)._by_path(numbers, asked, one) for one in path]
        return min(
            verdicts, key=lambda v: (v.outcome is not Outcome.CORRECT, float("inf") if v.error is None else v.error)
        )

    def _beside(self, values: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any] | None]:
        whole = values.shape == self.path.shape
        with np.errstate(all="ignore"):
            off = [np.max(np.abs(values - (path if whole else path[-1].reshape(values.shape)))) for path in self._right]
        nearest = int(np.argmin(np.nan_to_num(off, nan=np.inf)))
        return self._right[nearest], None if self._by_jax is None else self._by_jax[nearest]

    def _given(self) -> dict[str, Any]:
        more: dict[str, Any] = {"hess": hessian_function(self._bends, self.wrt)} if "hess" in self.arguments else {}
        if "project" in self.arguments:
            more["project"] = projection_function(self.settings, len(self.wrt))
        one = len(self.wrt) == 1
        numbers = {
            name: value if not isinstance(value, tuple) else value[0] if one else np.array(value)
            for name, value in self.settings.items()
        }
        return super()._given() | numbers | more

    def _handed(self) -> Sequence[Any]:
        given = self._given()
        if self._is_step:
            given = self._given_at(given, given["start"], 1, self._first_state())
        return tuple(given[role] for role in self.arguments)

    def _first_state(self) -> dict[str, Any]:
        zero = np.zeros(len(self.wrt)) if len(self.wrt) > 1 else 0.0
        return {"state": None, **dict.fromkeys(self.state, zero)}

    def _given_at(self, given: dict[str, Any], x: Any, t: int, state: dict[str, Any]) -> dict[str, Any]:
        """Role → what is handed over in step t at x, shape (n,) or a number."""
        there = {"x": x, "t": t, **state}
        if "g" in self.arguments:
            there["g"] = given["grad"](x)
        if "H" in self.arguments:
            there["H"] = hessian_function(self._bends, self.wrt)(x)
        return given | there

    def _decide_descent(self, read: Answer) -> tuple[Verdict, Evidence | None]:
        if not self._is_step:
            return super()._decide_descent(read)
        given, state, n = self._given(), self._first_state(), len(self.wrt)
        x: Any = given["start"]
        rows, coarse = [np.reshape(x, (n,))], "float64"
        for t in range(1, self.count + 1):
            handed = self._given_at(given, x, t, state)
            (reply,) = send(read.value, [tuple(_own(handed[role]) for role in self.arguments)])
            if isinstance(reply, Raised):
                return raised_verdict(reply), None
            new, state = self._unpacked(reply.value, state)
            numbers = read_numbers(new)
            place = fitted(numbers.values, (n,))
            if place is None:
                raise Unreadable(Reason.WRONG_SHAPE, expected=shape_text((n,)), got=shape_text(numbers.values.shape))
            if np.iscomplexobj(place):
                raise Unreadable(Reason.COMPLEX)
            coarse = numbers.precision if numbers.precision in ("float32", "float16") else coarse
            rows.append(np.asarray(place, dtype=float))
            x = float(rows[-1][0]) if n == 1 else rows[-1].copy()
        return self._compare_iterates(Numbers(values=np.stack(rows), precision=coarse, integers=False), None)

    def _unpacked(self, value: Any, state: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """The new point and the new state of what a step function returned.

        Raises:
            Unreadable: there is not as much in it, or the state is no plain value.
        """
        names = self.state or (("state",) if "state" in self.arguments else ())
        if value is None:
            raise Unreadable(Reason.WRONG_TYPE, expected="the new point", got="nothing (is a return missing?)")
        if not names:
            return value, state
        if not isinstance(value, (tuple, list)) or len(value) != 1 + len(names):
            raise Unreadable(Reason.WRONG_TYPE, expected="the new point and the state", got=describe(value))
        if any(issubclass(type(part), Opaque) for part in value):
            raise Unreadable(Reason.WRONG_TYPE, expected="a state of numbers, arrays or dictionaries", got="an object")
        return value[0], state | dict(zip(names, value[1:], strict=True))

    def _as_this_kind(self, found: Evidence) -> Evidence:
        data = {"rule": self.rule, "settings": self.settings, "ways": self.ways}
        return msgspec.structs.replace(found, data=data)

    @property
    def prompt(self) -> str:
        what = "one step" if self._is_step else "last iterate" if self.answer == "final" else "iterates"
        start = ", ".join(f"{float(value):g}" for value in self.start.values())
        numbers = f", {shown_set(self.settings)}" if self._is_projected else ""
        if not self._is_projected:
            numbers = "".join(f", {name} = {value:g}" for name, value in self.settings.items())
        return (
            f"{what} of {self.rule} on {self.function.text} from ({start}), "
            f"{self.count} steps of length {float(self.step):g}{numbers}"
        )


def _with_bends(gradient: Operator, *, alone: bool = False) -> Operator:
    """The gradient's operator with the second derivatives behind it, row by row, or these alone."""
    firsts = [wrt for _, (wrt,) in gradient.terms]
    seconds = tuple((0, (one, two)) for one in firsts for two in firsts)
    terms = seconds if alone else (*gradient.terms, *seconds)
    return Operator(shape=(len(terms),), terms=terms)


def _own(argument: Any) -> Any:
    """A copy, so that a step that changes its arguments in place changes nothing of ours."""
    return argument.copy() if isinstance(argument, np.ndarray) else argument
