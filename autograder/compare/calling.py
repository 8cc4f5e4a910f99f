"""Calling a student's function: at all points in one message, whichever way it takes its arguments.

A function of several variables may take several numbers (``lambdify``) or one vector (``jax.grad``); one that only
works on arrays gets all points at once; one written for symbols gets symbols. Which it is, is read from its
signature where there is one and found by trying where there is none.
"""

import inspect
import sys
import traceback
import warnings
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from io import StringIO
from typing import Any

import msgspec
import numpy as np

from autograder import traced
from autograder.compare.conventions import Convention, Layout, conventions, is_batched
from autograder.compare.leeway import Leeway, gaps_of
from autograder.compare.numeric import fitted, rounded_to, shape_text, usual_size, verdict_on
from autograder.compare.reading import Numbers, Unreadable, is_lazy, read_numbers
from autograder.model import Keywords, Outcome, Raised, Reason, Returned, Verdict

__all__ = ["Trial", "ask", "functions", "judged", "raised_verdict", "send"]

Reply = Returned | Raised
_OURS = {__file__, traced.__file__}


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What a function answered.

    Attributes:
        convention: the one that was understood (the likeliest one where none was).
        replies: one per point, or a single one where ``convention`` makes one call.
        again: the reply to the first call, asked once more at the end.
    """

    convention: Convention
    replies: tuple[Reply, ...]
    again: Reply

    @property
    def raised(self) -> Raised | None:
        """The first exception, or None when every call returned."""
        return next((r for r in self.replies if isinstance(r, Raised)), None)


def _line_of(error: BaseException) -> tuple[int | None, str | None]:
    """The last line of the student's own code in a live traceback."""
    own = None
    for frame in traceback.extract_tb(error.__traceback__):
        name = frame.filename
        # a test's own function that the student's called stands in tests/q1.py, and in no cell
        if "site-packages" in name or name.startswith((sys.base_prefix, "<frozen", "tests/")) or name in _OURS:
            continue
        own = frame
    return (own.lineno, (own.line or None)) if own else (None, None)


def _call_here(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Reply:
    try:
        # a print in a function that is called at nine points would say nine things before the check says one
        with warnings.catch_warnings(), np.errstate(all="ignore"), redirect_stdout(StringIO()):
            warnings.simplefilter("ignore")
            positional, named = _split(arguments)
            value = function(*positional, **named)
            if inspect.iscoroutine(value):
                value.close()  # else Python warns that nobody waited for it
            return Returned(value=value)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a student's sys.exit() must not end the notebook's check
        line, source = _line_of(error)
        try:
            message = str(error)[:2000]
        except Exception:
            message = ""
        return Raised(type=type(error).__name__, message=message, line=line, source=source)


def _split(arguments: tuple[Any, ...]) -> tuple[tuple[Any, ...], Keywords]:
    if arguments and type(arguments[-1]) is Keywords:
        return arguments[:-1], arguments[-1]
    return arguments, Keywords()


def send(function: Any, calls: Sequence[tuple[Any, ...]]) -> list[Reply]:
    """One reply per tuple of arguments, in one message where the function stands for one in another process."""
    if is_batched(function):
        replies: list[Reply] = function.call_many(calls)
        return replies
    called = traced.Traced(function).expecting(len(calls))
    return [_call_here(called, call) for call in calls]


def ask(
    function: Any,
    points: np.ndarray[Any, Any],
    *,
    symbols: Sequence[Any] = (),
    names: Sequence[str] = (),
    layout: Layout | None = None,
    only: Sequence[str] | None = None,
) -> list[Trial]:
    """Call a function at all points; one message where the first convention is understood, two where it is not.

    Args:
        function: the student's: live, or a stand-in with ``call_many``.
        points: shape (N, n).
        symbols: offered when numbers are not understood.
        names: of the variables; a function whose arguments have just these names is called by them.
        layout: which arrays the function takes, where it takes any; the points hold their parts.
        only: names of the conventions to try, for a task that prescribes one.

    Returns:
        One entry per convention that was understood; a single one with its exception where none was.
    """
    ways = conventions(function, points, symbols, names, layout)
    if only is not None:
        ways = [way for way in ways if way.name in only] or ways[:1]
    first = _asked(ways[:1], function)[0]
    if first.raised is None or len(ways) == 1:
        return [first]
    others = [trial for trial in _asked(ways[1:], function) if _is_answered(trial, len(points))]
    understood = [trial for trial in others if trial.raised is None]
    if understood:
        return understood
    # Of several that failed, the one that got furthest explains best; the first wins a tie.
    return [max([first, *others], key=lambda a: sum(isinstance(r, Returned) for r in a.replies) / len(a.replies))]


def _is_answered(trial: Trial, count: int) -> bool:
    """Whether the reply to rows has a row for each: ``v[0]`` of rows is a row, and no answer to what was asked."""
    if trial.convention.name != "rows":
        return True
    (reply,) = trial.replies
    shape = getattr(reply.value, "shape", ()) if isinstance(reply, Returned) else ()
    # the shape of a class, which the function ``type`` returns, is no tuple
    return isinstance(shape, tuple) and shape[:1] == (count,)


def _asked(ways: Sequence[Convention], function: Any) -> list[Trial]:
    calls = [call for way in ways for call in (*way.calls, way.calls[0])]
    replies = send(function, [tuple(_fresh(a) for a in call) for call in calls])
    found = []
    start = 0
    for way in ways:
        end = start + len(way.calls)
        found.append(Trial(convention=way, replies=tuple(replies[start:end]), again=replies[end]))
        start = end + 1
    return found


def _fresh(argument: Any) -> Any:
    """A copy, so that a function which changes its argument in place does not spoil the next call."""
    if type(argument) is Keywords:
        return Keywords((name, _fresh(value)) for name, value in argument.items())
    return argument.copy() if isinstance(argument, np.ndarray) else argument


def _stacked(trial: Trial, shape: tuple[int, ...], count: int) -> Numbers:
    r"""All replies as one array (N, \*shape).

    Raises:
        Unreadable: a reply is not numbers, or has another shape.
    """
    read = []
    for reply in trial.replies:
        assert isinstance(reply, Returned)
        if reply.value is None:
            raise Unreadable(Reason.WRONG_TYPE, expected="a number", got="nothing (is a return missing?)")
        if is_lazy(reply.value):
            # nothing was computed yet, and the sandbox copies none of it
            got = "a function that gives a generator or an iterator (return a number, a list or an array)"
            raise Unreadable(Reason.WRONG_TYPE, expected="a function that returns numbers", got=got)
        try:
            read.append(read_numbers(reply.value))
        except Unreadable as unreadable:
            if unreadable.verdict.reason is Reason.FUNCTION_NOT_VALUE and callable(reply.value):
                details = {"expected": "a function that returns numbers", "got": "a function that returns a function"}
                raise Unreadable(Reason.WRONG_TYPE, **details) from None
            raise
    order = ("float16", "float32", "float64", "exact")
    precision = min((r.precision for r in read), key=order.index)
    integers = all(r.integers for r in read)
    if trial.convention.at_once:
        values = _unstacked(read[0].values, shape, count)
    else:
        parts = [fitted(r.values, shape) for r in read]
        wrong = next((r for r, part in zip(read, parts, strict=True) if part is None), None)
        if wrong is not None:
            raise Unreadable(Reason.WRONG_SHAPE, expected=shape_text(shape), got=shape_text(wrong.values.shape))
        values = np.stack([part for part in parts if part is not None])
        if len(values) < count:  # one call without arguments, or with symbols, stands for all points
            values = np.broadcast_to(values, (count, *shape))
    return Numbers(values=values, precision=precision, integers=integers)


def _unstacked(values: np.ndarray[Any, Any], shape: tuple[int, ...], count: int) -> np.ndarray[Any, Any]:
    """The answer to all points at once, points first: (count, *shape); a constant of that shape stands for all."""
    size = int(np.prod(shape, dtype=int))
    if values.shape == shape:
        return np.broadcast_to(values, (count, *shape)).copy()
    if values.shape == (*shape, count):
        return np.moveaxis(values, -1, 0)  # of columns: [2*x, 3*y] has the points last
    if values.size == count * size and values.shape[:1] == (count,):
        return values.reshape(count, *shape)
    raise Unreadable(Reason.WRONG_SHAPE, expected=shape_text((*shape, count)), got=shape_text(values.shape))


def judged(
    trial: Trial,
    desired: np.ndarray[Any, Any],
    *,
    shape: tuple[int, ...],
    rtol: float | None = None,
    atol: float | None = None,
    leeway: Leeway | None = None,
    fixed: int | None = None,
) -> tuple[Verdict, np.ndarray[Any, Any] | None, int | None]:
    r"""Compare what a function answered with the reference.

    Args:
        trial: from :func:`ask`.
        desired: shape (N, \*shape).
        shape: of one answer.
        rtol: as in :func:`autograder.compare.numeric.verdict_on`; a default is scaled point by point.
        atol: likewise, absolute.
        leeway: what is allowed besides.
        fixed: None where the author gave a domain: the function must have a value at every point. Else how many
            leading points the author chose; at up to half of the others it may have none, as ``sqrt(m/k)*sqrt(k/m)``.

    Returns:
        The verdict without its witness, the student's values (N, \*shape of theirs) where they are numbers, and the
        index of the worst point.
    """
    count = len(desired)
    leeway = leeway or Leeway()
    moves, beside = leeway.moves, leeway.beside
    if fixed is not None:
        trial = _without_gaps(trial, shape, fixed)
    raised = trial.raised or (trial.again if isinstance(trial.again, Raised) else None)
    if raised is not None:
        index = next((i for i, r in enumerate(trial.replies) if isinstance(r, Raised)), None)
        return raised_verdict(raised), None, index
    try:
        answer = _stacked(trial, shape, count)
    except Unreadable as unreadable:
        return unreadable.verdict, _loose(trial), None
    # A point where the slope is large buys nothing elsewhere, and one where it is tiny does not ask for more digits
    # than the function has (1 - tanh(9)**2).
    scale = usual_size(desired, leeway.size)
    precision = "float32" if leeway.single and answer.precision == "float64" else answer.precision
    worst: Verdict | None = None
    index = None
    gaps = gaps_of(answer.values, desired, fixed) if fixed is not None else frozenset()
    for i in range(count):
        if i in gaps or i in leeway.left_out:
            continue
        one = Numbers(values=answer.values[i], precision=precision, integers=answer.integers)
        moved = None if moves is None else moves[i]
        near = None if beside is None else beside[i]
        verdict, _ = verdict_on(one, desired[i], rtol=rtol, atol=atol, moves=moved, beside=near, scale=scale)
        if worst is None or _badness(verdict) > _badness(worst):
            worst, index = verdict, i
    assert worst is not None
    if worst.outcome is Outcome.INCORRECT and answer.precision == "float64" and not gaps and not leeway.single:
        # float(jax_number): single precision shows over all points together, not at each.
        together, _ = verdict_on(answer, desired, rtol=rtol, atol=atol, moves=moves, scale=scale)
        if together.outcome is Outcome.CORRECT and together.details.get("dtype") == "float32":
            worst = together
    if "rounded" in worst.details and rounded_to(answer.values, desired) is None:
        details = {key: text for key, text in worst.details.items() if key != "rounded"}
        worst = msgspec.structs.replace(worst, details=details)
    if _changes(trial, answer.values[0], shape, rtol, atol, scale):
        worst = Verdict(outcome=Outcome.INVALID, reason=Reason.NOT_DETERMINISTIC, details=worst.details)
    return worst, answer.values, index


_OFF_DOMAIN = frozenset({"ValueError", "ZeroDivisionError", "OverflowError", "FloatingPointError"})


def _without_gaps(trial: Trial, shape: tuple[int, ...], fixed: int) -> Trial:
    """``math domain error`` at a few points is no value there, as NaN is."""
    off = [isinstance(reply, Raised) and reply.type in _OFF_DOMAIN for reply in trial.replies]
    failed = sum(isinstance(reply, Raised) for reply in trial.replies)
    if not failed or sum(off) != failed or any(off[:fixed]) or 2 * failed > len(off):
        return trial
    nothing = Returned(value=np.full(shape, np.nan))
    replies = tuple(nothing if gap else reply for gap, reply in zip(off, trial.replies, strict=True))
    return replace(trial, replies=replies, again=nothing if off[0] else trial.again)


def _badness(verdict: Verdict) -> float:
    if verdict.outcome is Outcome.CORRECT:
        return verdict.error or 0.0
    return float("inf") if verdict.error is None else 1.0 + verdict.error


def _changes(
    trial: Trial,
    first: np.ndarray[Any, Any],
    shape: tuple[int, ...],
    rtol: float | None,
    atol: float | None,
    scale: float | None,
) -> bool:
    """Whether the first call, which gave ``first``, of this shape, gives something else when it is asked again."""
    if trial.convention.at_once:
        return False
    assert isinstance(trial.again, Returned)
    try:
        again = read_numbers(trial.again.value)
    except Unreadable:
        return True
    values = fitted(again.values, shape)
    if values is None:
        return True
    if np.iscomplexobj(first):
        return not np.allclose(values, first, equal_nan=True)
    verdict, _ = verdict_on(
        Numbers(values=values, precision=again.precision, integers=False),
        first,
        rtol=rtol,
        atol=atol,
        scale=scale,
    )
    return verdict.outcome is not Outcome.CORRECT


def _loose(trial: Trial) -> np.ndarray[Any, Any] | None:
    """The student's values in their own shape, for the diagnosis of a wrong shape."""
    try:
        parts = [read_numbers(r.value).values for r in trial.replies if isinstance(r, Returned)]
    except Unreadable:
        return None
    return np.stack(parts) if parts and len({p.shape for p in parts}) == 1 else None


def raised_verdict(raised: Raised) -> Verdict:
    """What an exception in the student's own code comes to: INVALID, with its type, its line and its text."""
    details = {"type": raised.type, "error": raised.message or raised.type}
    if raised.line is not None:
        details["line"] = str(raised.line)
    if raised.source:
        details["source"] = raised.source.strip()[:200]
    timed_out = raised.type == "TimeoutError"
    return Verdict(outcome=Outcome.INVALID, reason=Reason.TIMED_OUT if timed_out else Reason.RAISED, details=details)


def functions(
    function: Any,
    arguments: np.ndarray[Any, Any] | Sequence[Sequence[float]],
    desired: Any,
    *,
    signature: Sequence[str] | None = None,
    rtol: float | None = None,
    atol: float | None = None,
    moves: np.ndarray[Any, Any] | None = None,
) -> Verdict:
    r"""Whether a function has the reference's values at every point.

    Args:
        function: of a number, of several numbers, or of one vector; live, or a stand-in with ``call_many``.
        arguments: shape (N, n): N points of n coordinates.
        desired: shape (N, \*shape): the reference there.
        signature: names of the conventions that count (``numbers``, ``vector``, ``arrays``); None for any.
        rtol: as in :func:`autograder.compare.numbers`.
        atol: likewise, absolute.
        moves: how far a float32 rounding of the input moves the reference, shape as ``desired``.

    Returns:
        The verdict on the worst point; RAISED with the exception where a call raised, NOT_DETERMINISTIC where the
        first call, asked again at the end, gave something else.

    >>> functions(lambda x: 2 * x, [[1.0], [3.0]], [2.0, 6.0]).outcome.value
    'CORRECT'
    >>> functions(lambda v: [2 * v[0], 1], [[1.0, 5.0], [3.0, 5.0]], [[2, 1], [6, 1]]).outcome.value
    'CORRECT'
    """
    points = np.asarray(arguments, dtype=float)
    reference = np.asarray(desired, dtype=float)
    best: Verdict | None = None
    for trial in ask(function, points, only=signature):
        verdict, _, _ = judged(
            trial, reference, shape=reference.shape[1:], rtol=rtol, atol=atol, leeway=Leeway(moves=moves)
        )
        if verdict.outcome is Outcome.CORRECT:
            return verdict
        best = best or verdict
    assert best is not None
    return best
