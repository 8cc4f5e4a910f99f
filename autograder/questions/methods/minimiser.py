"""A function that looks for a minimum: does it arrive, without going uphill, and how often does it ask?"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from autograder.compare.calling import raised_verdict, send
from autograder.compare.numeric import shape_text
from autograder.compare.reading import Unreadable, describe, read_numbers
from autograder.errors import AuthorError
from autograder.model import Evidence, Outcome, Raised, Reason, Verdict
from autograder.questions.answers import constant_numbers, gradient_function, read_answer, read_point, value_function
from autograder.questions.derivatives import Minimum

__all__ = ["Minimiser"]

_ROLES = ("grad", "f", "start")
_RISE = 1e-9


class Minimiser(Minimum):
    r"""A function that finds a local minimum of f, or the path that it took, whatever its method.

    Args:
        function, wrt, domain, **options: as for :class:`autograder.Minimum`; ``rtol`` and ``atol`` are
            1e-3 by default.
        start: where it begins, n numbers.
        calls: how often it may ask for f and its gradient together; None: as often as it likes.
        monotone: whether f must not rise along the path, which the answer then has to be.
        arguments: what the student's function takes, in order: ``grad``, ``f``, ``start``; of one vector each.

    Shape of the answer: (n,) for the last point, (k, n) for a path; from a function or, without ``calls``, as it is.

    Raises:
        AuthorError: a number is out of range, or as for :class:`autograder.Derivative`.

    >>> def descend(grad, x):
    ...     path = [x]
    ...     while np.linalg.norm(grad(path[-1])) > 1e-6:
    ...         path.append(path[-1] - 0.1 * grad(path[-1]))
    ...     return path
    >>> Minimiser("(x - 1)**2 + 2*y**2", start=(4, 1), monotone=True).judge(descend).outcome.value
    'CORRECT'
    >>> Minimiser("(x - 1)**2 + 2*y**2", start=(4, 1), calls=20).judge(descend).mistakes
    ('too_many_calls',)
    """

    def __init__(
        self,
        function: Any,
        start: Any,
        wrt: str | Sequence[str] | None = None,
        *,
        calls: int | None = None,
        monotone: bool = False,
        arguments: Sequence[str] = ("grad", "start"),
        **options: Any,
    ) -> None:
        super().__init__(function, wrt, **{"rtol": 1e-3, "atol": 1e-3, **options})
        if calls is not None and (isinstance(calls, bool) or not isinstance(calls, int) or calls < 1):
            raise AuthorError(f"calls={calls!r} must be a positive whole number")
        if not arguments or not {*arguments} <= {*_ROLES}:
            raise AuthorError(f"arguments={tuple(arguments)!r} may hold {', '.join(_ROLES)}")
        self.start = read_point(start, self.wrt, label="start")
        self.calls = calls
        self.monotone = monotone
        self.arguments = tuple(arguments)
        if self.slips:
            raise AuthorError("slips= has no meaning here: the answer is any method")

    def _handed(self, counted: list[int] | None = None) -> Sequence[Any]:
        first = np.array([float(self.start[name]) for name in self.wrt])
        count = (lambda function: function) if counted is None else partial(_counting, counted=counted)
        given = {
            "grad": count(gradient_function(self.reference, self.wrt)),
            "f": count(value_function(self.function)),
            "start": float(first[0]) if len(first) == 1 else first,
        }
        return tuple(given[role] for role in self.arguments)

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        read = read_answer(answer, self.variables)
        if any(e.free_symbols for e in read.exprs) or (read.kind != "function" and self.calls is not None):
            raise Unreadable(Reason.WRONG_TYPE, expected="a function", got=describe(answer))
        used = 0
        if read.kind != "function":
            values = constant_numbers(read).values
        else:
            counted = [0]
            (reply,) = send(read.value, [tuple(self._handed(counted))])
            if isinstance(reply, Raised):
                return raised_verdict(reply), None
            if reply.value is None:
                raise Unreadable(
                    Reason.WRONG_TYPE, expected="a number or an array", got="nothing (is a return missing?)"
                )
            values, used = read_numbers(reply.value).values, counted[0]
        return self._verdict(self._path(values), used), None

    def _path(self, values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Points in rows, shape (m, n), of a path or of a single point, shape (n,).

        Raises:
            Unreadable: WRONG_SHAPE, COMPLEX.
        """
        n = len(self.wrt)
        # np.zeros(6) is not two points of three variables: rows, a single point, or numbers of one variable
        path = values.reshape(-1, n) if values.size and values.size % n == 0 else None
        fits = path is not None and (values.shape in ((n,), ()) or values.ndim == 2 or (n == 1 and values.ndim == 1))
        if path is None or not fits or (values.ndim == 2 and values.shape[1] != n) or (self.monotone and len(path) < 2):
            wanted = f"(k, {n})" if self.monotone else shape_text((n,))
            raise Unreadable(Reason.WRONG_SHAPE, expected=wanted, got=shape_text(values.shape))
        if np.iscomplexobj(path):
            raise Unreadable(Reason.COMPLEX)
        return path

    def _verdict(self, path: np.ndarray[Any, Any], used: int) -> Verdict:
        """On the points that a method came through, shape (m, n), after so many calls of f."""
        if not np.all(np.isfinite(path)):
            return self._missed("not_arrived", {}, "runs away", "a minimum")
        last = path[-1]
        root = self._refined(last)
        limit = 0.0 if root is None else float(self.atol or 0) + float(self.rtol or 0) * float(np.linalg.norm(root))
        witness = {name: float(value) for name, value in zip(self.wrt, last, strict=True)}
        if root is None or np.linalg.norm(last - root) > limit or not self._accepts(root):
            return self._missed("not_arrived", witness, f"ends at {np.array2string(last, precision=6)}", "a minimum")
        f = value_function(self.function)
        heights = [f(point) for point in path] if self.monotone else [0.0]
        rises = np.diff(heights) > _RISE * (1 + np.abs(heights[1:]))
        if self.monotone and np.any(rises):
            return self._missed("path_rises", witness, f"rises after point {int(np.argmax(rises))}", "never rises")
        if self.calls is not None and used > self.calls:
            return self._missed("too_many_calls", witness, f"{used} calls", f"{self.calls} calls")
        return Verdict(outcome=Outcome.CORRECT, reason=Reason.EQUAL, actual=f"{used} calls", points_used=1)

    @staticmethod
    def _missed(mistake: str, witness: dict[str, float], actual: str, desired: str) -> Verdict:
        return Verdict(
            outcome=Outcome.INCORRECT,
            reason=Reason.DIFFERENT,
            witness=dict(witness),
            actual=actual,
            desired=desired,
            mistakes=(mistake,),
        )

    @property
    def prompt(self) -> str:
        start = ", ".join(f"{float(value):g}" for value in self.start.values())
        most = "" if self.calls is None else f", with {self.calls} calls at most"
        down = ", never uphill" if self.monotone else ""
        return f"the way to a minimum of {self.function.text} from ({start}){most}{down}"


def _counting(function: Callable[..., Any], counted: list[int]) -> Callable[..., Any]:
    def asked(*point: Any) -> Any:
        counted[0] += 1
        return function(*point)

    return asked
