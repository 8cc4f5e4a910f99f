"""Critical points with what they are: minimum, maximum or saddle."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import sympy as sp

from autograder.compare.reading import Unreadable, describe
from autograder.errors import AuthorError
from autograder.model import Evidence, Outcome, Reason, Verdict
from autograder.questions.answers import constant_numbers, read_answer, wrong_shape
from autograder.questions.derivatives.fields import Expected
from autograder.questions.derivatives.roots import Root

__all__ = ["CriticalPoints"]

_WORDS = {
    "minimum": ("minimum", "min", "local minimum", "low point", "tiefpunkt", "lokales minimum"),
    "maximum": ("maximum", "max", "local maximum", "high point", "hochpunkt", "lokales maximum"),
    "saddle": ("saddle", "saddle point", "pass", "neither", "sattel", "sattelpunkt", "inflection", "inflection point",
               "terrace point", "wendepunkt", "keins von beiden"),
}  # fmt: skip
_KINDS = {word: kind for kind, words in _WORDS.items() for word in words}
_STARTS = 60


class CriticalPoints(Root):
    """All points where the gradient is zero, each with its kind; their order does not matter.

    Args:
        function, wrt, domain, **options: as for :class:`autograder.Root`.
        count: how many there are; None takes any of them.

    The answer is a dictionary, point → kind or kind → points, or a list of pairs. Kinds are ``"minimum"``,
    ``"maximum"`` and ``"saddle"`` (in one variable: neither of them); ``"min"``, ``"saddle point"`` and the German
    words are read too. At a point the Hessian's eigenvalues decide, or where one of them is 0, f at points around it.

    Raises:
        AuthorError: as for :class:`autograder.Root`; when built, also that there are more than
            ``count``.

    >>> question = CriticalPoints("x**3 - 3*x + y**2", count=2)
    >>> question.judge({(1, 0): "minimum", (-1, 0): "saddle"}).outcome.value
    'CORRECT'
    >>> question.judge({"saddle": [(-1, 0)], "minimum": [(1, 0)]}).outcome.value
    'CORRECT'
    >>> question.judge([((1, 0), "minimum")]).mistakes, question.judge({(1, 0): "max", (-1, 0): "saddle"}).mistakes
    (('critical_missing',), ('extrema_swapped',))
    """

    def _asking_for(self, wrong: Any) -> Expected:
        raise AuthorError("slips= has no meaning here: the answer is points with words")

    def certify(self) -> None:
        super().certify()
        if self.count is not None and (found := len(self._found())) > self.count:
            raise AuthorError(f"{self.function.text} has {found} critical points at least, not {self.count}")

    def _found(self) -> list[np.ndarray[Any, Any]]:
        """Those that Newton's method finds from random places of the domain, each (n,)."""
        found: list[np.ndarray[Any, Any]] = []
        draw = np.random.default_rng(self.seed)
        for _ in range(_STARTS):
            ends = [(self.domain or {}).get(name, (None, None)) for name in self.wrt]
            start = np.array(
                [draw.uniform(-4 if low is None else low, 4 if high is None else high) for low, high in ends]
            )
            root = self._refined(start)
            if root is not None and self._accepts(root) and self._same(root, found) is None:
                found.append(root)
        return found

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        given = [(self._point(point), kind) for point, kind in _pairs(answer)]
        seen: list[np.ndarray[Any, Any]] = []
        off: list[tuple[str, str, dict[str, float]]] = []
        for point, kind in given:
            witness = {name: float(value) for name, value in zip(self.wrt, point, strict=True)}
            root = self._refined(point)
            near = root is not None and float(np.linalg.norm(point - root)) <= self._tolerance(root)
            if root is None or not near or not self._accepts(root):
                return self._wrong(Reason.DIFFERENT, witness, point, None), None
            if self._same(root, seen) is None:
                seen.append(root)
            if (right := self._kind(root)) != kind:
                off.append((kind, right, witness))
        if off:
            swapped = all({"minimum", "maximum"} == {kind, right} for kind, right, _ in off)
            kind, right, witness = off[0]
            return self._named("extrema_swapped" if swapped else "class_wrong", witness, kind, right), None
        if self.count is not None and len(seen) != self.count:
            return self._named("critical_missing", None, f"{len(seen)} of the points", f"{self.count}"), None
        return Verdict(
            outcome=Outcome.CORRECT, reason=Reason.EQUAL, points_used=len(seen), points_tried=len(seen)
        ), None

    def _tolerance(self, root: np.ndarray[Any, Any]) -> float:
        """How far a point may be from a root, (n,)."""
        rtol = 1e-4 if self.rtol is None else self.rtol
        return (1e-4 if self.atol is None else self.atol) + rtol * float(np.linalg.norm(root))

    def _same(self, root: np.ndarray[Any, Any], others: list[np.ndarray[Any, Any]]) -> np.ndarray[Any, Any] | None:
        """The first of the others that is the same root; each is (n,)."""
        return next((other for other in others if np.linalg.norm(root - other) <= 2 * self._tolerance(root)), None)

    def _kind(self, root: np.ndarray[Any, Any]) -> str:
        """``minimum``, ``maximum`` or ``saddle``, at a root, (n,)."""
        n = len(root)
        curvature = self._second.evaluate(self._place(root))
        if curvature is not None:
            values = np.linalg.eigvalsh(curvature.reshape(n, n))
            flat = 1e-6 * np.abs(values).max()
            if values.min() < -flat and values.max() > flat:
                return "saddle"
            if np.abs(values).min() > flat:
                return "minimum" if values.min() > 0 else "maximum"
        low, high = self._around(root) or (0.0, 0.0)
        return "saddle" if low < 0 < high else "maximum" if low < 0 else "minimum"

    def _point(self, point: Any) -> np.ndarray[Any, Any]:
        """A student's point, (n,)."""
        read = read_answer(point, self.variables)
        if read.kind == "function" or any(e.free_symbols for e in read.exprs):
            raise Unreadable(Reason.FUNCTION_NOT_VALUE, got=describe(point))
        values = constant_numbers(read).values
        if values.size != len(self.wrt):
            raise Unreadable(Reason.WRONG_SHAPE, **wrong_shape((len(self.wrt),), values.shape).details)
        if np.iscomplexobj(values):
            raise Unreadable(Reason.COMPLEX)
        if not np.all(np.isfinite(values)):
            raise Unreadable(Reason.NOT_FINITE, got="nan")
        return np.asarray(values.reshape(-1))

    def _named(self, mistake: str, witness: dict[str, float] | None, actual: str, desired: str) -> Verdict:
        return Verdict(
            outcome=Outcome.INCORRECT,
            reason=Reason.DIFFERENT,
            witness=dict(witness) if witness else None,
            actual=actual,
            desired=desired,
            mistakes=(mistake,),
        )

    @property
    def prompt(self) -> str:
        return f"critical points of {self.function.text}, each with its kind"


def _pairs(answer: Any) -> Iterator[tuple[Any, str]]:
    """(point, kind) for every point of an answer, in whichever way they were put together.

    Raises:
        Unreadable: MISSING, WRONG_TYPE.
    """
    if answer is None or answer is Ellipsis:
        raise Unreadable(Reason.MISSING)
    if isinstance(answer, Mapping):
        items: list[Any] = list(answer.items())
    elif isinstance(answer, (list, tuple, set, frozenset, sp.Tuple, sp.FiniteSet)):
        items = list(answer)
    else:
        raise _no_pairs(describe(answer))
    if not items:
        raise Unreadable(Reason.MISSING)
    for item in items[:1000]:
        if not isinstance(item, (list, tuple, sp.Tuple)) or len(item) < 2:
            raise _no_pairs(describe(item))
        *point, last = item
        kind, many = _word(last), False
        if kind is None and len(item) == 2:
            kind, point, many = _word(item[0]), [last], isinstance(last, (list, set, frozenset, sp.FiniteSet))
        if kind is None:
            raise _no_pairs(describe(last))
        places = list(point[0]) if many else [point[0] if len(point) == 1 else point]
        yield from ((place, kind) for place in places)


def _word(value: Any) -> str | None:
    """The kind that a word stands for; None for anything else."""
    text = str(value) if isinstance(value, (str, sp.Symbol)) else ""
    return _KINDS.get(" ".join(text.casefold().replace("_", " ").replace("-", " ").split()))


def _no_pairs(got: str) -> Unreadable:
    return Unreadable(Reason.WRONG_TYPE, expected="points with minimum, maximum or saddle", got=got)
