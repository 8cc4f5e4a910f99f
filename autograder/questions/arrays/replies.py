"""What a student gave for several arrays → one array a part."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import sympy as sp

from autograder.compare.calling import raised_verdict, send
from autograder.compare.conventions import by_name
from autograder.compare.numeric import shape_text
from autograder.compare.reading import Unreadable, describe, is_lazy
from autograder.model import Opaque, Raised, Reason, Returned
from autograder.questions.answers import is_function
from autograder.reference.arrays import FormulaError, Shape, read_formula

__all__ = ["computed", "replies_of", "several", "shapes_text", "split"]

_PREFIXES = ("d", "d_", "grad_", "g_", "dL_d", "dL/d", "grad", "delta_")


def shapes_text(shapes: Sequence[Shape]) -> str:
    """The shapes of an answer's parts, in a student's words."""
    return ", ".join(map(shape_text, shapes))


def split(value: Any, parts: Mapping[str, Shape]) -> list[Any]:
    """One value a part, in their order: of a tuple, a list, a dictionary by the parts' names (``W`` or ``dW``).

    Raises:
        Unreadable: there are other parts than were asked for.
    """
    if value is None or value is Ellipsis:
        got = "nothing (is a return missing?)"
        raise Unreadable(Reason.WRONG_TYPE, expected="a number or an array", got=got)
    if isinstance(value, Mapping):
        return _by_key(value, parts)
    if is_lazy(value):
        got = "a function that gives a generator or an iterator (return a number, a list or an array)"
        raise Unreadable(Reason.WRONG_TYPE, expected="a function that returns numbers", got=got)
    if len(parts) == 1:
        (shape,) = parts.values()
        alone = isinstance(value, tuple) and len(value) == 1
        return [value[0] if alone and shape[:1] != (1,) else value]
    if isinstance(value, (list, tuple)) and len(value) == len(parts):
        for name, part in zip(parts, value, strict=True):
            if part is None or part is Ellipsis:
                raise Unreadable(Reason.WRONG_TYPE, expected="a number or an array", got="nothing", part=repr(name))
        return list(value)
    if isinstance(value, (list, tuple)):
        raise Unreadable(
            Reason.WRONG_SHAPE,
            expected=shapes_text(list(parts.values())),
            got=", ".join(shape_text(np.shape(part)) if hasattr(part, "shape") else describe(part) for part in value),
        )
    raise Unreadable(Reason.WRONG_TYPE, expected="a tuple or a dictionary of arrays", got=describe(value))


def _by_key(value: Mapping[Any, Any], parts: Mapping[str, Shape]) -> list[Any]:
    given = {str(key): part for key, part in value.items()}
    found = []
    for name in parts:
        keys = (name, *(prefix + name for prefix in _PREFIXES))
        key = next((key for key in keys if key in given), None)
        if key is None:
            listed = ", ".join(repr(key)[:40] for key in list(given)[:6]) or "nothing"
            raise Unreadable(Reason.NO_ENTRY, entry=repr(name), got=listed)
        if given[key] is None or given[key] is Ellipsis:
            raise Unreadable(Reason.WRONG_TYPE, expected="a number or an array", got="nothing", part=repr(name))
        found.append(given[key])
    return found


def computed(text: str, points: Sequence[Mapping[str, Any]], constants: Mapping[str, Any]) -> list[Any]:
    """A formula's value at each point, arrays of whatever shape.

    Raises:
        Unreadable: it cannot be read, or its shapes do not fit.
    """
    try:
        formula = read_formula(text)
        known = {*points[0], *constants} if points else {*constants}
        if unknown := [name for name in formula.names if name not in known]:
            raise Unreadable(Reason.WRONG_VARIABLES, got=", ".join(unknown[:5]), expected=", ".join(sorted(known)))
    except FormulaError:
        raise Unreadable(Reason.NOT_PARSED) from None
    try:
        return [formula.compute({**constants, **point}) for point in points]
    except FormulaError:  # nearly always arrays that cannot be multiplied or added
        raise Unreadable(Reason.WRONG_SHAPE) from None


def replies_of(function: Any, names: Sequence[str], calls: Sequence[tuple[Any, ...]]) -> list[Any]:
    """What a student's function gives for each of some calls, in one message; the first one is asked again at the end.

    Args:
        function: live, or a stand-in.
        names: of the arguments: one that has just these names gets them by name.
        calls: the arguments, which it gets as copies.

    Raises:
        Unreadable: RAISED, TIMED_OUT, or NOT_DETERMINISTIC.
    """
    arranged = by_name(function, names)
    handed = [_copied(call) for call in (*calls, calls[0])]
    replies = send(function, [arranged(call) if arranged else call for call in handed])
    if failed := next((reply for reply in replies if isinstance(reply, Raised)), None):
        verdict = raised_verdict(failed)
        raise Unreadable(verdict.reason, **verdict.details)
    *values, again = [reply.value for reply in replies if isinstance(reply, Returned)]
    if not _same(values[0], again):
        raise Unreadable(Reason.NOT_DETERMINISTIC)
    return values


def _copied(call: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(np.array(value) if isinstance(value, np.ndarray) and value.ndim else value for value in call)


def _same(one: Any, other: Any) -> bool:
    """Whether two replies hold the same numbers; what cannot be compared is taken for the same."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return {*one} == {*other} and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, (Opaque, sp.Basic, str)) or one is None:
        return True
    try:
        return bool(np.allclose(np.asarray(one, dtype=float), np.asarray(other, dtype=float), equal_nan=True))
    except (TypeError, ValueError):
        return True


def several(answer: Any, parts: Mapping[str, Shape], values_of: Callable[[Any], list[Any]]) -> list[list[Any]] | None:
    """An answer with a function or a formula for each part → for each point one value a part; None for anything else.

    Args:
        answer: the student's.
        parts: what is asked for.
        values_of: a function or text → its value at each point.
    """
    if isinstance(answer, (list, tuple, dict)) and len(answer) == len(parts) > 0:
        each = split(answer, parts)
        if all(isinstance(part, str) or is_function(part) for part in each):
            return [list(row) for row in zip(*map(values_of, each), strict=True)]
    return None
