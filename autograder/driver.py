"""A student's own class for automatic differentiation, tried out: small programs are run on its objects.

What comes back is numbers and faults, nothing of the class itself. In a student's notebook the question runs this; when
a work is graded it runs in the jail, in the student's own process, which could say anything: such points are marked
``trust: student``. Nothing is imported here but Python's own, because it runs beside any notebook.

A program is ``(steps, commands)``. A step is ``("leaf", value, slope)`` or an operator with its arguments, of which an
``int`` means the object of that step and a tuple of one a plain number. A command is ``("value", step)``,
``("slope", step)``, ``("backward", step)`` or ``("zero",)``.
"""

import linecache
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

__all__ = ["FUNCTIONS", "METHODS", "built", "drive"]

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
}
METHODS = {"+": "add", "-": "sub", "*": "mul", "/": "truediv", "**": "pow"}
"""Operator → the name of its method between double underscores; reflected with an ``r`` before it."""
FUNCTIONS = ("exp", "log", "tanh", "relu", "sin", "cos", "sqrt", "sigmoid")
"""What is asked for as a method of an object, or as a function beside the class."""

Program = tuple[Sequence[Sequence[Any]], Sequence[Sequence[Any]]]
_LONGEST = 500


class _Missing(Exception):
    """The class lacks something; its text is the name."""


def built(steps: Sequence[Sequence[Any]], make: Callable[[float, float], Any], functions: Mapping[str, Any]) -> Any:
    """The objects of all steps, one after the other; the last one may be unfinished when something is raised.

    >>> list(built([("leaf", 2.0, 0.0), ("*", 0, (3,))], lambda value, slope: value, {}))
    [2.0, 6.0]
    """
    nodes: list[Any] = []
    for op, *given in steps:
        if op == "leaf":
            nodes.append(make(*given))
        else:
            arguments = [part[0] if isinstance(part, (tuple, list)) else nodes[part] for part in given]
            nodes.append(_applied(op, arguments, functions))
        yield nodes[-1]


def _applied(op: str, arguments: Sequence[Any], functions: Mapping[str, Any]) -> Any:
    if op in functions:
        return functions[op](*arguments)
    if op == "neg":
        _present(arguments[0], "__neg__")
        return -arguments[0]
    if op in _OPERATORS:
        left, right = arguments
        if isinstance(left, (int, float)):
            _present(right, f"__r{METHODS[op]}__")
        else:
            _present(left, f"__{METHODS[op]}__")
        return _OPERATORS[op](left, right)
    _present(arguments[0], op)
    return getattr(arguments[0], op)()


def _present(value: Any, name: str) -> None:
    if getattr(type(value), name, None) is None:
        raise _Missing(name)


def drive(
    made: Any, functions: Mapping[str, Any], programs: Sequence[Program], names: Mapping[str, str]
) -> list[tuple[list[float], dict[str, Any] | None]]:
    """Run programs on the objects of a class.

    Args:
        made: the class, called with a value, or with a value and a slope where there is nothing to go backward.
        functions: name → a function of theirs that takes objects.
        programs: what to run, each on objects of its own.
        names: of the attributes ``value`` and ``slope`` and the methods ``backward`` and ``zero``; ``backward`` is
            empty for numbers that carry their slope.

    Returns:
        Per program the numbers that its commands report, and None, or how far it came and why it stopped: ``missing``
        or ``type``, ``message``, ``line``, ``source``, and the ``step`` or the ``command``.
    """
    return [_run(made, functions, steps, commands, names) for steps, commands in programs]


def _run(
    made: Any,
    functions: Mapping[str, Any],
    steps: Sequence[Sequence[Any]],
    commands: Sequence[Sequence[Any]],
    names: Mapping[str, str],
) -> tuple[list[float], dict[str, Any] | None]:
    forward = not names["backward"]
    nodes: list[Any] = []
    said: list[float] = []
    where: dict[str, Any] = {}
    try:
        objects = built(steps, (lambda value, slope: made(value, slope) if forward else made(value)), functions)
        for number in range(len(steps)):
            where = {"step": number}
            nodes.append(next(objects))
        for what, *place in commands:
            where = {"command": what}
            if what == "zero":
                for node in nodes:
                    _present(node, names["zero"])
                    getattr(node, names["zero"])()
            elif what == "backward":
                _present(nodes[place[0]], names["backward"])
                getattr(nodes[place[0]], names["backward"])()
            else:
                said.append(_number(nodes[place[0]], names[what]))
    except KeyboardInterrupt:
        raise
    except _Missing as missing:
        return said, {**where, "missing": str(missing)}
    except BaseException as error:  # a student's sys.exit() must not end the notebook's check
        return said, {**where, **_fault(error)}
    return said, None


def _number(node: Any, name: str) -> float:
    """An attribute, which may be a method without arguments, as a number."""
    if not hasattr(node, name):
        raise _Missing(name)
    value = getattr(node, name)
    return float(value() if callable(value) else value)


def _fault(error: BaseException) -> dict[str, Any]:
    frame = error.__traceback__
    line, source = None, None
    while frame is not None:
        code = frame.tb_frame.f_code
        if code.co_filename != __file__:
            line, source = frame.tb_lineno, linecache.getline(code.co_filename, frame.tb_lineno).strip() or None
        frame = frame.tb_next
    try:
        message = str(error)[:_LONGEST]
    except Exception:
        message = ""
    return {"type": type(error).__name__, "message": message, "line": line, "source": source}
