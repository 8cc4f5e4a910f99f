"""What a name or a LaTeX command stands for where the parser meets it: a symbol, a constant, a call."""

from collections.abc import Callable
from typing import Protocol

from autograder.errors import ExpressionError, ParseError
from autograder.expressions import heads, names
from autograder.expressions.lexer import Token
from autograder.expressions.names import Names
from autograder.expressions.tree import Tree


class Reader(Protocol):
    """What this module needs of the parser."""

    known: Names
    at: int
    relations: int
    bars: int

    @property
    def next(self) -> Token: ...
    def take(self) -> Token: ...
    def accept(self, operator: str) -> bool: ...
    def expect(self, operator: str, opened: Token) -> None: ...
    def expression(self, least: int) -> Tree: ...
    def atom(self) -> Tree: ...
    def superscript(self) -> Tree: ...
    def arguments(self, opened: Token, close: str) -> tuple[list[Tree], int]: ...
    def unexpected(self, token: Token) -> ParseError: ...
    def error(
        self,
        sentence: str,
        token: Token,
        *,
        reason: str = "not-parsed",
        name: str | None = None,
        what: str | None = None,
    ) -> ParseError: ...


def name(reader: Reader, token: Token) -> Tree:
    """A variable, a constant, or a call."""
    text = token.text
    variable = reader.known.variable(text)
    follows = reader.next
    calls = follows.kind == "op" and follows.text == "("
    if variable is not None and not (calls and variable != text and reader.known.is_function(text)):
        return ["Symbol", variable, "real"]
    if reader.known.is_function(text):
        return _function(reader, token, text)
    if text in names.CONSTANTS:
        return [names.CONSTANTS[text]]
    if text in ("True", "False") and reader.relations:
        return [text.lower()]
    if text in names.INFINITE:
        raise reader.error("infinity and NaN are not answers", token, reason="not-finite")
    if text in names.UNEVALUATED or text.startswith("jax."):
        message = f'"{text}" names the task instead of doing it; give the finished expression'
        raise reader.error(message, token, reason="unevaluated", name=text)
    if text in names.PYTHON:
        raise reader.unexpected(token)
    shown = text[:60]
    if calls:
        raise reader.error('"{what}" is not a function that is known here', token, name=shown, what=shown)
    if text in ("d", "dx", "dy") and follows.text == "/":
        message = "this names the task instead of doing it; give the finished expression"
        raise reader.error(message, token, reason="unevaluated", name=shown)
    allowed = ", ".join(sorted(reader.known.variables)) or "none"
    message = f'"{shown}" is not a variable of this question (known: {allowed[:200]})'
    raise reader.error(message, token, reason="wrong-variables", name=shown)


def _function(reader: Reader, token: Token, text: str) -> Tree:
    power: Tree | None = None
    if reader.next.kind == "super":
        power = reader.superscript()
    elif reader.next.kind == "op" and reader.next.text in ("^", "**"):
        # sin^2(x) is what everybody writes for sin(x)^2.
        reader.take()
        power = -1 if reader.next.text == "-" else reader.atom()
    if power is not None and not (type(power) is int and power > 0):
        raise reader.error('write "1/{what}(x)" for the reciprocal, "arc..." for an inverse function', token, what=text)
    opened = reader.next
    if opened.kind == "op" and opened.text == "|" and reader.bars == 0:
        # ln|x| is how integrals are written.
        tree = apply(reader, token, text, [reader.atom()])
        return tree if power is None else ["Pow", tree, power]
    if not (opened.kind == "op" and opened.text == "("):
        tree = apply(reader, token, text, [_bare(reader, token, text)])
        return tree if power is None else ["Pow", tree, power]
    reader.take()
    conditions = text in _CONDITIONS
    reader.relations += conditions
    bars, reader.bars = reader.bars, 0
    arguments, _ = reader.arguments(opened, ")")
    reader.bars = bars
    reader.relations -= conditions
    tree = apply(reader, token, text, arguments)
    return tree if power is None else ["Pow", tree, power]


def _bare(reader: Reader, token: Token, text: str) -> Tree:
    """The argument of ``ln x``: one number or letter, where nothing follows that might belong to it."""
    opened = reader.next
    if opened.kind in ("number", "fraction") or (opened.kind == "name" and not reader.known.is_function(opened.text)):
        start = reader.at
        argument = reader.atom()
        after = reader.next
        closing = "+-),]}|" if reader.bars else "+-),]}"
        if after.kind == "end" or (after.kind == "op" and after.text in closing):
            return argument
        reader.at = start
    raise reader.error('write brackets: "{what}(...)"', opened if opened.kind != "end" else token, what=text)


def apply(reader: Reader, token: Token, text: str, arguments: list[Tree]) -> Tree:
    """The tree of one call; wrong numbers of arguments are errors at the name."""
    for argument in arguments:
        inside = text in _CONTAINERS or text == "Piecewise"
        if type(argument) is list and argument[0] in ("List", "Tuple", "Matrix") and not inside:
            raise reader.error("{what} of a list; write it for each component", token, what=text)
    count = len(arguments)
    if text in names.FUNCTIONS:
        head = names.FUNCTIONS[text]
        low, high = heads.FUNCTIONS[head]
        _check_count(reader, token, text, count, low, high)
        if head == "log" and count == 2:
            return ["Mul", ["log", arguments[0]], ["Pow", ["log", arguments[1]], -1]]
        return [head, *arguments]
    if text in _MADE:
        low, high, make = _MADE[text]
        _check_count(reader, token, text, count, low, high)
        try:
            return make(arguments)
        except ExpressionError as error:
            raise reader.error(error.sentence, token) from None
    raise reader.error('"{what}" is not a function that is known here', token, name=text, what=text)


def _check_count(reader: Reader, token: Token, text: str, count: int, low: int, high: int) -> None:
    if count < low:
        raise reader.error('"{what}" takes more arguments', token, what=text)
    if count > high:
        raise reader.error('"{what}" takes fewer arguments; a decimal number has a point', token, what=text)


def _half(a: list[Tree]) -> Tree:
    return ["Pow", a[0], ["Rational", 1, 2]]


def _root(a: list[Tree]) -> Tree:
    return ["Pow", a[0], ["Pow", a[1], -1]]


def _ratio(a: list[Tree]) -> Tree:
    return a[0] if len(a) == 1 else ["Mul", a[0], ["Pow", a[1], -1]]


def _piecewise(a: list[Tree]) -> Tree:
    pairs = []
    for pair in a:
        if type(pair) is not list or pair[0] != "Tuple" or len(pair) != 3:
            raise ExpressionError("Piecewise takes pairs: Piecewise((value, condition), (value, True))")
        pairs.append([pair[1], pair[2]])
    return ["Piecewise", *pairs]


def _matrix(a: list[Tree]) -> Tree:
    rows = a[0]
    if type(rows) is not list or rows[0] not in ("List", "Tuple"):
        raise ExpressionError("write a matrix as Matrix([[a, b], [c, d]])")
    entries = [row[1:] if type(row) is list and row[0] in ("List", "Tuple") else [row] for row in rows[1:]]
    width = len(entries[0]) if entries else 0
    if any(len(row) != width for row in entries):
        raise ExpressionError("the rows of this matrix have different lengths")
    return ["Matrix", len(entries), width, *(entry for row in entries for entry in row)]


def _array(a: list[Tree]) -> Tree:
    return a[0]


_MADE: dict[str, tuple[int, int, Callable[[list[Tree]], Tree]]] = {
    "sqrt": (1, 1, _half),
    "cbrt": (1, 1, lambda a: ["Pow", a[0], ["Rational", 1, 3]]),
    "root": (2, 2, _root),
    "log10": (1, 1, lambda a: ["Mul", ["log", a[0]], ["Pow", ["log", 10], -1]]),
    "log2": (1, 1, lambda a: ["Mul", ["log", a[0]], ["Pow", ["log", 2], -1]]),
    "log_10": (1, 1, lambda a: ["Mul", ["log", a[0]], ["Pow", ["log", 10], -1]]),
    "log_2": (1, 1, lambda a: ["Mul", ["log", a[0]], ["Pow", ["log", 2], -1]]),
    "log1p": (1, 1, lambda a: ["log", ["Add", 1, a[0]]]),
    "expm1": (1, 1, lambda a: ["Add", ["exp", a[0]], -1]),
    "exp2": (1, 1, lambda a: ["Pow", 2, a[0]]),
    "square": (1, 1, lambda a: ["Pow", a[0], 2]),
    "reciprocal": (1, 1, lambda a: ["Pow", a[0], -1]),
    "negative": (1, 1, lambda a: ["Mul", -1, a[0]]),
    "power": (2, 2, lambda a: ["Pow", *a]),
    "pow": (2, 2, lambda a: ["Pow", *a]),
    "Pow": (2, 2, lambda a: ["Pow", *a]),
    "hypot": (2, 2, lambda a: _half([["Add", ["Pow", a[0], 2], ["Pow", a[1], 2]]])),
    "deg2rad": (1, 1, lambda a: ["Mul", a[0], ["pi"], ["Rational", 1, 180]]),
    "radians": (1, 1, lambda a: ["Mul", a[0], ["pi"], ["Rational", 1, 180]]),
    "multiply": (2, 2, lambda a: ["Mul", *a]),
    "add": (2, 2, lambda a: ["Add", *a]),
    "subtract": (2, 2, lambda a: ["Add", a[0], ["Mul", -1, a[1]]]),
    "divide": (2, 2, _ratio),
    "Mul": (1, 1000, lambda a: ["Mul", *a]),
    "Add": (1, 1000, lambda a: ["Add", *a]),
    "Rational": (1, 2, _ratio),
    "Integer": (1, 1, lambda a: a[0]),
    "Float": (1, 1, lambda a: a[0]),
    "float": (1, 1, lambda a: a[0]),
    "S": (1, 1, lambda a: a[0]),
    "sympify": (1, 1, lambda a: a[0]),
    "UnevaluatedExpr": (1, 1, lambda a: a[0]),
    "Piecewise": (1, 1000, _piecewise),
    "Eq": (2, 2, lambda a: ["Equality", *a]),
    "Ne": (2, 2, lambda a: ["Unequality", *a]),
    "Lt": (2, 2, lambda a: ["StrictLessThan", *a]),
    "Le": (2, 2, lambda a: ["LessThan", *a]),
    "Gt": (2, 2, lambda a: ["StrictGreaterThan", *a]),
    "Ge": (2, 2, lambda a: ["GreaterThan", *a]),
    "And": (1, 100, lambda a: ["And", *a]),
    "Or": (1, 100, lambda a: ["Or", *a]),
    "Not": (1, 1, lambda a: ["Not", *a]),
    "Matrix": (1, 1, _matrix),
    "ImmutableMatrix": (1, 1, _matrix),
    "Array": (1, 1, _array),
    "array": (1, 1, _array),
    "asarray": (1, 1, _array),
    "list": (1, 1, _array),
    "tuple": (1, 1, _array),
    "Tuple": (1, 1000, lambda a: ["Tuple", *a]),
}
_CONDITIONS = frozenset(["Piecewise", "And", "Or", "Not"])
_CONTAINERS = frozenset(["Matrix", "ImmutableMatrix", "Array", "array", "asarray", "list", "tuple", "Tuple"])


# --- LaTeX ----------------------------------------------------------------------------------------------------------

_UNARY = 6


def command(reader: Reader, token: Token) -> Tree:
    """A LaTeX command at the place of a factor."""
    text = token.text
    if text in ("frac", "dfrac", "tfrac", "cfrac"):
        _refuse_differential(reader, token)
        top = _group(reader, token)
        return ["Mul", top, ["Pow", _group(reader, token), -1]]
    if text == "sqrt":
        if reader.next.text == "[":
            opened = reader.take()
            index = reader.expression(0)
            reader.expect("]", opened)
            return ["Pow", _group(reader, token), ["Pow", index, -1]]
        return _half([_group(reader, token)])
    if text in ("mathrm", "operatorname", "text", "mathit", "mathbf", "vec", "boldsymbol", "rm"):
        return _group(reader, token) if reader.next.text == "{" and text != "operatorname" else _operator(reader, token)
    if text == "begin":
        return _environment(reader, token)
    if text in ("partial", "nabla", "int", "sum", "prod", "lim", "prime", "dot", "ddot"):
        message = "this names the task instead of doing it; give the finished expression"
        raise reader.error(message, token, reason="unevaluated", name=text)
    if text in ("lfloor", "lceil"):
        return _rounded(reader, token)
    if text.startswith("log_"):
        return _logarithm(reader, token)
    if text == "infty":
        raise reader.error("infinity is not an answer", token, reason="not-finite")
    if reader.known.is_function(text) and reader.known.variable(text) is None and text not in names.GREEK:
        return _latex_function(reader, token, text)
    return name(reader, Token("name", text, token.offset, token.glued))


def _rounded(reader: Reader, token: Token) -> Tree:
    bars, reader.bars = reader.bars, 0
    inside = reader.expression(0)
    reader.bars = bars
    closed = reader.take()
    if closed.kind != "tex" or closed.text != f"r{token.text[1:]}":
        raise reader.error('the bracket "{what}" is never closed', token, what=token.text)
    return ["floor" if token.text == "lfloor" else "ceiling", inside]


def _logarithm(reader: Reader, token: Token) -> Tree:
    r"""``\log_2 x``, ``\log_{10}(x)``."""
    base = token.text.removeprefix("log_")
    natural = _latex_function(reader, token, "log")
    if base == "e" and "e" not in reader.known.variables:
        return natural
    below = int(base) if base.isdecimal() else name(reader, Token("name", base, token.offset, token.glued))
    return ["Mul", natural, ["Pow", ["log", below], -1]]


def _group(reader: Reader, token: Token) -> Tree:
    opened = reader.next
    if opened.kind == "op" and opened.text in ("{", "("):
        reader.take()
        bars, reader.bars = reader.bars, 0
        inside = reader.expression(0)
        reader.bars = bars
        reader.expect("}" if opened.text == "{" else ")", opened)
        return inside
    if opened.kind == "number" and len(opened.text) > 1:
        raise reader.error("write the two parts in braces: \\frac{1}{2}", opened)
    return reader.atom()


def _refuse_differential(reader: Reader, token: Token) -> None:
    # \frac{d}{dx} and \frac{\partial f}{\partial x}: seen before the group is read, where "d" may be a variable.
    if reader.next.text == "{" and "d" not in reader.known.variables:
        reader.take()
        if reader.next.text in ("d", "partial"):
            message = "this names the task instead of doing it; give the finished expression"
            raise reader.error(message, token, reason="unevaluated", name="frac")
        reader.at -= 1


def _operator(reader: Reader, token: Token) -> Tree:
    opened = reader.take()
    called = reader.take()
    reader.expect("}", opened)
    if not reader.known.is_function(called.text):
        return name(reader, called)
    return _latex_function(reader, token, called.text)


def _latex_function(reader: Reader, token: Token, text: str) -> Tree:
    r"""``\sin x``, ``\sin 2x``, ``\sin^2 x``, ``\sin(x)``, ``\sin{x}``, ``\log_{10} x``."""
    power: Tree | None = None
    if reader.next.kind == "op" and reader.next.text == "^":
        reader.take()
        power = _group(reader, token)
        if not (type(power) is int and power > 0):
            raise reader.error(
                'write "\\arc{what}" for the inverse function or 1/\\{what} for the reciprocal', token, what=text
            )
    opened = reader.next
    if opened.kind == "op" and opened.text in ("(", "{"):
        reader.take()
        bars, reader.bars = reader.bars, 0
        arguments, _ = reader.arguments(opened, ")" if opened.text == "(" else "}")
        reader.bars = bars
    elif opened.kind == "op" and opened.text == "|":
        arguments = [reader.expression(_UNARY)]
    else:
        factors = [reader.expression(_UNARY)]
        while reader.next.kind in ("number", "name", "fraction") or (
            reader.next.kind == "tex" and _is_letter(reader, reader.next)
        ):
            factors.append(reader.expression(_UNARY))
        arguments = factors if len(factors) == 1 else [["Mul", *factors]]
    tree = apply(reader, token, text, arguments)
    return tree if power is None else ["Pow", tree, power]


def _is_letter(reader: Reader, token: Token) -> bool:
    return reader.known.variable(token.text) is not None or token.text == "pi"


def _environment(reader: Reader, token: Token) -> Tree:
    opened = reader.take()
    kind = reader.take()
    if kind.text not in ("pmatrix", "bmatrix", "matrix", "vmatrix", "array"):
        raise reader.error("this environment is not known here", kind)
    reader.expect("}", opened)
    rows: list[list[Tree]] = [[]]
    while True:
        # "&" would be read as a logical and: entries end where a sum ends.
        rows[-1].append(reader.expression(4))
        if reader.accept("&"):
            continue
        ended = reader.take()
        if ended.kind == "tex" and ended.text == "newline":
            rows.append([])
            if not (reader.next.kind == "tex" and reader.next.text == "end"):
                continue
            rows.pop()
            ended = reader.take()
        if ended.kind == "tex" and ended.text == "end":
            break
        raise reader.unexpected(ended)
    opened = reader.take()
    reader.take()
    reader.expect("}", opened)
    if any(len(row) != len(rows[0]) for row in rows):
        raise reader.error("the rows of this matrix have different lengths", token)
    return ["Matrix", len(rows), len(rows[0]), *(entry for row in rows for entry in row)]
