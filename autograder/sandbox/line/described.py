"""What can be seen of a function without calling it: name, docstring, signature, defaults, annotations, attributes.

A default that can be copied arrives as the value it is; any other prints as it did, and refuses everything else.
"""

import inspect
from collections.abc import Callable
from types import FunctionType
from typing import Any

from autograder.errors import CannotShip
from autograder.model import Opaque
from autograder.sandbox.line import wire

_TEXT = 1_000
_KINDS = {kind.name: kind for kind in inspect._ParameterKind}

Note = Callable[[CannotShip], None]


def described(
    function: Any,
    handle: int,
    encode: Callable[[Any], wire.Value],
    *,
    source: str | None = None,
    line: int = 1,
) -> wire.Function:
    """The record that stands for a function of this side.

    Args:
        function: anything that can be called.
        handle: under which it is called.
        encode: for defaults, annotations and attributes; never raises.
        source: its source, where the other side may have it.
        line: the first line of the source.
    """
    plain = type(function) is FunctionType
    doc = getattr(function, "__doc__", None)
    parameters, returns = _parameters(function, encode)
    attributes = vars(function) if plain and len(vars(function)) <= wire.MOST_PARAMETERS else {}
    return wire.Function(
        handle,
        str(getattr(function, "__name__", type(function).__name__))[:200],
        source,
        parameters,
        returns,
        doc[: wire.LONGEST_DOC] if isinstance(doc, str) else None,
        line,
        "",
        "function" if plain else type(function).__name__[:100],
        {name[:200]: encode(value) for name, value in attributes.items() if not name.startswith("__")},
    )


def _parameters(
    function: Any, encode: Callable[[Any], wire.Value]
) -> tuple[list[wire.Parameter] | None, wire.ValueText | None]:
    try:
        signature = inspect.signature(function)
        parameters = list(signature.parameters.values())[: wire.MOST_PARAMETERS]
        return [
            wire.Parameter(
                parameter.name[:200],
                parameter.kind.name,
                _value_text(parameter.default, encode, repr),
                _value_text(parameter.annotation, encode, inspect.formatannotation),
            )
            for parameter in parameters
        ], _value_text(signature.return_annotation, encode, inspect.formatannotation)
    except Exception:  # no signature, or an object of the student's whose own methods raise
        return None, None


def _value_text(value: Any, encode: Callable[[Any], wire.Value], text: Callable[[Any], str]) -> wire.ValueText | None:
    return None if value is inspect.Parameter.empty else wire.ValueText(encode(value), text(value)[:_TEXT])


class _Printed(Opaque):
    """A default or an annotation that could not be copied: it prints as it did, anything else is refused."""

    __slots__ = ("_text",)

    def __init__(self, text: str, note: Note) -> None:
        super().__init__("default value", "it cannot be copied", note=note)
        self._text = text

    def __repr__(self) -> str:
        return self._text


def describe(function: Any, record: wire.Function, read: Callable[[wire.Value], Any], note: Note) -> None:
    """Give a stand-in what is seen of the function that it stands for."""

    def value(shown: wire.ValueText | None, text: Callable[[Any], str]) -> Any:
        if shown is None:
            return inspect.Parameter.empty
        found = read(shown.value)
        if issubclass(type(found), Opaque) or not (callable(found) or text(found) == shown.text):
            return _Printed(shown.text, note)
        return found

    function.__doc__ = record.doc
    for name, encoded in record.attributes.items():
        if not name.startswith("__"):
            setattr(function, name, read(encoded))
    if record.parameters is None:
        return
    try:
        parameters = [
            inspect.Parameter(
                parameter.name,
                _KINDS[parameter.kind],
                default=value(parameter.default, repr),
                annotation=value(parameter.annotation, inspect.formatannotation),
            )
            for parameter in record.parameters
        ]
        returns = value(record.returns, inspect.formatannotation)
        function.__signature__ = inspect.Signature(parameters, return_annotation=returns)
    except (ValueError, KeyError):  # what no function has: the jail did not write it
        return
    empty = inspect.Parameter.empty
    by_name = {one.name: one.default for one in parameters if one.default is not empty}
    only = {one.name for one in parameters if one.kind is one.KEYWORD_ONLY}
    function.__defaults__ = tuple(default for name, default in by_name.items() if name not in only) or None
    function.__kwdefaults__ = {name: default for name, default in by_name.items() if name in only} or None
    function.__annotations__ = {
        **{one.name: one.annotation for one in parameters if one.annotation is not empty},
        **({} if returns is empty else {"return": returns}),
    }
