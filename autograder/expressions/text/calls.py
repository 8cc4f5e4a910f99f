"""What a name stands for where the parser meets it: a symbol, a constant, a call."""

import re
from typing import Protocol, Unpack

from autograder.errors import ExpressionError, Fault, ParseError
from autograder.expressions import heads
from autograder.expressions.text import names
from autograder.expressions.text.lexer import Token
from autograder.expressions.text.made import CONDITIONS, CONTAINERS, MADE
from autograder.expressions.text.names import Names
from autograder.expressions.tree import Tree

SUM, PRODUCT, UNARY, POWER = 4, 5, 6, 7
"""How strongly operators bind, for :meth:`Reader.expression`."""


_RUN_TOGETHER = re.compile(r"(sin|cos|tan|sinh|cosh|tanh|exp|ln|log|sqrt)([0-9]+)([^\W\d_]*)")
_BASE = re.compile(r"(log_(?:[0-9]+|[^\W\d_]))([^\W\d_]\w*)")


class Reader(Protocol):
    """What the other modules of this room need of the parser."""

    text: str
    known: Names
    found: list[Token]
    at: int
    relations: int
    bars: int
    angles: int
    raised: int

    @property
    def next(self) -> Token: ...
    def take(self) -> Token: ...
    def accept(self, operator: str) -> bool: ...
    def expect(self, operator: str, opened: Token) -> None: ...
    def expression(self, least: int) -> Tree: ...
    def atom(self) -> Tree: ...
    def starts(self, token: Token) -> bool: ...
    def superscript(self) -> Tree: ...
    def arguments(self, opened: Token, close: str) -> tuple[list[Tree], int]: ...
    def unexpected(self, token: Token) -> ParseError: ...
    def source(self, start: int, end: int) -> str: ...
    def two_ways(self, token: Token, one: str, other: str) -> ParseError: ...
    def error(self, sentence: str, token: Token, **said: Unpack[Fault]) -> ParseError: ...


def name(reader: Reader, token: Token) -> Tree:
    """A variable, a constant, or a call."""
    text, known = token.text, reader.known
    variable = known.variable(text)
    follows = reader.next
    calls = follows.kind == "op" and follows.text == "("
    indexed = _has_index(reader, text, calls=calls)
    raised = follows.kind == "op" and follows.text == "^"
    if text == variable == "e" and raised and known.context.heads & {"exp", "E"} and not known.context.certain:
        raise reader.two_ways(token, "exp(…)", "e**…")
    if variable is not None and not (calls and variable != text and known.is_function(text)):
        return ["Symbol", variable, "real"]
    product = known.product(text) if text == "pi" or calls else None
    if product and _is_typed_as_one(reader, token, product[0]):
        other = "π" if text == "pi" else f"arc{product[1]}(…)"
        raise reader.two_ways(token, f"{product[0]}*{product[1]}{'(…)' if text != 'pi' else ''}", other)
    if indexed:
        return _indexed(reader, token)
    constant = names.LETTERS.get(names.canonical(text))
    if constant is not None and not calls and not reader.text.startswith("gamma", token.offset):
        if constant in known.context.heads:
            return [constant]
        raise _unknown(reader, token, calls=False)
    if known.is_function(text):
        return _function(reader, token, text)
    if text.startswith("log_") and calls:
        base = text[4:]
        below = int(base) if base.isdecimal() else name(reader, Token("name", base, token.offset, token.gap))
        natural = _function(reader, token, "log")
        return natural if below == ["E"] else ["Mul", natural, ["Pow", ["log", below], -1]]
    if text in names.CONSTANTS:
        return [names.CONSTANTS[text]]
    if text in ("True", "False", "true", "false") and reader.relations:
        return [text.lower()]
    if known.is_axis(text):
        return ["Axis", "ijk".index(text)]
    if calls and (meant := known.called(text)):  # \sigma(x)
        return _function(reader, token, meant)
    raise _unknown(reader, token, calls=calls)


def _is_typed_as_one(reader: Reader, token: Token, variable: str) -> bool:
    r"""Whether ``asin`` may be a·sin: not ``\pi``, not ``np.arcsin``, and not where products with a have a ``*``."""
    if not reader.text.startswith(token.text, token.offset) or "Symbol(" in reader.text:
        return False
    if reader.text[token.offset - 1 : token.offset] == ".":
        return False
    for before, here, after in zip(reader.found, reader.found[1:], reader.found[2:], strict=False):
        if here.text == variable and "*" in (before.text[:1], after.text[:1]):
            return False
    return True


def _has_index(reader: Reader, text: str, *, calls: bool) -> bool:
    """Whether a letter is a special function as SymPy prints it: ``J_{0}(x)``, ``Γ(x)``."""
    of = names.INDEXED.get(names.canonical(text))
    follows = reader.next
    if of is None or follows.kind != "op" or follows.text not in ("(", "_", "^"):
        return False
    if follows.text == "_":
        return True
    plain = of.get(1)
    if text == "E" and calls and "elliptic_k" in reader.known.context.heads:
        return True  # in its derivative, SymPy prints the other integral as E(x)
    if calls and any(name in reader.known.context.heads for name in of.values()) and text != "I":
        return True
    if text in names.CONSTANTS or plain is None:
        return follows.text == "^" and text not in names.CONSTANTS and not reader.known.is_function(text)
    if reader.known.is_function(text):
        # "S" also makes a number exact in SymPy
        return text == "gamma"
    return len(text) > 1 or not text.isascii()


def _unknown(reader: Reader, token: Token, *, calls: bool) -> ParseError:
    """Why a name has no meaning here."""
    text, follows = token.text, reader.next
    if text in names.INFINITE:
        return reader.error("infinity and NaN are not answers", token, reason="not-finite")
    if text in names.UNEVALUATED or text.startswith("jax."):
        message = f'"{text}" names the task instead of doing it; give the finished expression'
        return reader.error(message, token, reason="unevaluated", name=text)
    if text in names.PYTHON:
        return reader.unexpected(token)
    shown = text[:60]
    if run := _RUN_TOGETHER.fullmatch(text):
        function, number, rest = run.groups()
        if not rest and calls:
            return reader.two_ways(token, f"{function}({number}*…)", f"{function}(…)^{number}")
        inside = reader.known.with_brackets(f"{function}{number}{rest}") if rest else None
        if inside and not calls and function in ("ln", "log", "sqrt"):
            based = function == "log" and number in ("2", "10")
            short = f"log{number}({rest})" if based else f"{function}({number})*{rest}"
            return reader.two_ways(token, inside, short)
    if text == "lg":
        return reader.two_ways(token, "log10(…)", "log2(…)")
    if text.startswith("log_") and not calls and (base := _BASE.fullmatch(text)):
        return reader.error('write brackets: "{what}"', token, what=f"{base[1]}({base[2]})")
    if len(text) <= 30 and (bracketed := reader.known.with_brackets(text)):
        if "(" in bracketed:
            return reader.error('write brackets: "{what}"', token, what=bracketed)
        return reader.error('write "*" between the factors: {what}', token, what=bracketed)
    if calls and text == "O":
        return reader.error("leave out what is neglected: the O(…) at the end has no value", token)
    if calls and text in names.SIGMA:
        what = "sigmoid(…)"
        return reader.error('write "{what}" if the logistic function is meant', token, name=shown, what=what)
    if calls:
        return reader.error('"{what}" is not a function that is known here', token, name=shown, what=shown)
    if function := next((name for name in ("sin", "cos", "tan", "ln", "exp", "sqrt") if text.endswith(name)), None):
        return reader.error('write brackets: "{what}(...)"', token, what=function)
    if text in ("d", "dx", "dy") and follows.text == "/":
        message = "this names the task instead of doing it; give the finished expression"
        return reader.error(message, token, reason="unevaluated", name=shown)
    allowed = ", ".join(sorted(reader.known.variables)) or "none"
    message = f'"{shown}" is not a variable of this question (known: {allowed[:200]})'
    return reader.error(message, token, reason="wrong-variables", name=shown)


def is_axis(reader: Reader, token: Token) -> bool:
    r"""Whether the factor at hand is a unit vector: ``i``, ``\mathbf{i}``, ``\hat{\jmath}``."""
    inner = reader.found[reader.at :]
    while len(inner) > 2 and inner[0].kind == "tex" and inner[0].text in names.LOOKS:
        inner = inner[2:] if inner[1].text == "{" else inner[1:]
    word = inner[0].text
    return reader.known.is_axis(word if word not in ("imath", "jmath") else word[0])


def inverse(reader: Reader, token: Token, text: str) -> ParseError:
    """``sin^-1``: the inverse function, or the reciprocal?"""
    stem = names.FUNCTIONS.get(text, text)
    if f"a{stem}" in heads.FUNCTIONS:
        return reader.two_ways(token, f"arc{text}(x)", f"1/{text}(x)")
    if stem in ("log", "exp"):
        return reader.two_ways(token, "exp(x)" if stem == "log" else "ln(x)", f"1/{text}(x)")
    return reader.error('write "1/{what}(x)" for the reciprocal', token, what=text)


def _function(reader: Reader, token: Token, text: str) -> Tree:
    power: Tree | None = None
    raised = reader.next
    if raised.kind == "super":
        power = reader.superscript()
    elif raised.kind == "op" and raised.text in ("^", "**"):
        # sin^2(x) is what everybody writes for sin(x)^2.
        reader.take()
        power = _exponent(reader, token, text)
    if power == -1:
        raise inverse(reader, token, text)
    opened = reader.next
    if text == "sinc" and "sinc" not in reader.known.context.heads and not reader.known.context.certain:
        raise reader.two_ways(token, "sin(x)/x", "sin(pi*x)/(pi*x)")
    if opened.kind == "op" and opened.text == "|" and reader.bars == 0:
        # ln|x| is how integrals are written.
        tree = apply(reader, token, text, [reader.atom()])
        return tree if power is None else ["Pow", tree, power]
    if not (opened.kind == "op" and (opened.text == "(" or (opened.text == "[" and opened.glued))):
        tree = apply(reader, token, text, [_bare(reader, token, text)])
        return tree if power is None else ["Pow", tree, power]
    reader.take()
    conditions = text in CONDITIONS
    reader.relations += conditions
    bars, reader.bars = reader.bars, 0
    arguments, _ = reader.arguments(opened, ")" if opened.text == "(" else "]")
    reader.bars = bars
    reader.relations -= conditions
    if opened.text == "[" and names.FUNCTIONS.get(text) == "log" and len(arguments) == 2:
        # Mathematica's Log[b, x] has the base first
        raise reader.two_ways(token, "log(x)/log(b)", "log(b)/log(x)")
    tree = apply(reader, token, text, arguments)
    refuse_loose(reader, token, opened, powered=power is not None, spaced=opened.gap == " ")
    return tree if power is None else ["Pow", tree, power]


def refuse_loose(reader: Reader, token: Token, opened: Token, *, powered: bool, spaced: bool) -> None:
    """``sin (x+1)^2``, ``sin (x+1)(x-1)``, ``sin^2(x)^2``: does the bracket hold all of the argument?

    Without a space, ``sin(x)^2`` is the square of the sine, as in every program.
    """
    after = reader.next
    raised = after.kind == "super" or (after.kind == "op" and after.text in ("^", "**"))
    bracket = after.kind == "op" and after.text == "(" and after.gap != ","
    if not ((raised and (powered or spaced)) or (bracket and spaced)):
        return
    name, argument = reader.source(token.offset, opened.offset), reader.source(opened.offset, after.offset)
    if raised and after.kind == "op":
        reader.take()
    reader.superscript() if after.kind == "super" else reader.expression(UNARY)
    more = reader.source(after.offset, reader.next.offset)
    call = f"{name}{argument}"
    raise reader.two_ways(after, f"{name}({argument}{more})", f"({call}){more}" if raised else f"{call}*{more}")


def _exponent(reader: Reader, token: Token, text: str) -> Tree:
    """The power between the name and the argument: ``sin^2(x)``, ``sin^-2(x)``, ``sin^{2}(x)``.

    Raises:
        ExpressionError: a long number whose end may be the argument's: ``sin^22x``.
    """
    minus = reader.accept("-")
    start = reader.next
    power = reader.atom()
    follows = reader.next
    if start.kind == "number" and len(start.text) > 1 and not (follows.kind == "op" and follows.text in "([{"):
        # "sin^22x": sin²(2x) as often as sin²²(x)
        first, rest = start.text[0], start.text[1:]
        raise reader.two_ways(token, f"{text}({rest}x)^{first}", f"{text}(x)^{start.text}")
    if not minus:
        return power
    return -power if type(power) is int else ["Mul", -1, power]


def _bare(reader: Reader, token: Token, text: str) -> Tree:
    """The argument of ``ln x``: one number or letter, where nothing follows that might belong to it."""
    opened = reader.next
    if opened.kind in ("number", "fraction") or (opened.kind == "name" and not reader.known.is_function(opened.text)):
        start = reader.at
        argument = reader.atom()
        after = reader.next
        closing = "+-),]}|;" if reader.bars else "+-),]};"
        if after.kind == "end" or (after.kind == "op" and after.text in closing) or after.text in ("newline", "end"):
            return argument
        if after.kind == "tex" and after.text in ("rvert", "rfloor", "rceil"):
            return argument
        reader.at = start
    raise reader.error('write brackets: "{what}(...)"', opened if opened.kind != "end" else token, what=text)


def apply(reader: Reader, token: Token, text: str, arguments: list[Tree]) -> Tree:
    """The tree of one call; wrong numbers of arguments are errors at the name."""
    for argument in arguments:
        if type(argument) is list and argument[0] in ("List", "Tuple", "Matrix") and text not in CONTAINERS:
            raise reader.error("{what} of a list; write it for each component", token, what=text)
    count = len(arguments)
    if text in names.FUNCTIONS:
        head = names.FUNCTIONS[text]
        low, high = heads.FUNCTIONS[head]
        _check_count(reader, token, text, count, low, high)
        if head == "log" and count == 2:
            return ["Mul", ["log", arguments[0]], ["Pow", ["log", arguments[1]], -1]]
        return [head, *arguments]
    if text in MADE:
        low, high, make = MADE[text]
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


def _indexed(reader: Reader, token: Token) -> Tree:
    r"""A special function by its letter, as SymPy prints it: ``J_{0}\left(x\right)``, ``J^{2}_{0}(x)``, ``Γ(x)``."""
    letter = names.canonical(token.text)
    before: list[Tree] = []
    power: Tree | None = None
    bars, reader.bars = reader.bars, 0
    while reader.next.kind == "op" and reader.next.text in ("_", "^"):
        raised = reader.take().text == "^"
        opened = reader.next
        if raised and opened.kind == "tex" and opened.text == "prime" and letter in ("Ai", "Bi"):
            reader.take()
            letter = f"{letter}'"
            continue
        if not (opened.kind == "op" and opened.text == "{"):
            power = reader.atom()
            continue
        reader.take()
        inner = reader.next.kind == "op" and reader.next.text == "("
        parts, _ = reader.arguments(opened, "}")
        if raised and inner:
            # C_{n}^{\left(a\right)}, P_{n}^{\left(a,b\right)}: more indices
            before += parts[0][1:] if type(parts[0]) is list and parts[0][0] == "Tuple" else parts
        elif raised:
            power = parts[0]
        else:
            before = [*parts, *before]
    opened = reader.next
    if not (opened.kind == "op" and opened.text in ("(", "{")):
        raise _unknown(reader, token, calls=True)
    reader.take()
    arguments, _ = reader.arguments(opened, ")" if opened.text == "(" else "}")
    if len(arguments) == 1 and type(arguments[0]) is list and arguments[0][0] == "Tuple":
        arguments = arguments[0][1:]
    reader.bars = bars
    heads_by_count = {"Ai'": {1: "airyaiprime"}, "Bi'": {1: "airybiprime"}}.get(letter) or names.INDEXED.get(letter, {})
    head = heads_by_count.get(len(before) + len(arguments))
    if head is None:
        raise reader.error('"{what}" is not a function that is known here', token, what=token.text, name=token.text)
    if head == "atan2":
        before = []
    tree = [head, *before, *arguments]
    return tree if power is None else ["Pow", tree, power]
