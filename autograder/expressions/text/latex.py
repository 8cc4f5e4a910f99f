r"""LaTeX commands: ``\frac``, ``\sin x``, environments. In TeX an argument or exponent without braces is one token."""

from autograder.errors import ParseError
from autograder.expressions.context import has_symbol
from autograder.expressions.text import names
from autograder.expressions.text.calls import UNARY, Reader, apply, inverse, is_axis, name, refuse_loose
from autograder.expressions.text.environments import environment
from autograder.expressions.text.lexer import Token
from autograder.expressions.tree import Tree

__all__ = ["command", "indexed_root"]

_ROOTS = {"sqrt": 2, "cbrt": 3, "fourthroot": 4}
_PARTS = frozenset(["frac", *_ROOTS])
"""Commands with the name of a function that take what is in braces, and no argument behind it."""


def command(reader: Reader, token: Token) -> Tree:
    """A LaTeX command at the place of a factor."""
    text, known = token.text, reader.known
    if text in ("frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac"):
        _refuse_differential(reader, token)
        top = _group(reader, token)
        return ["Mul", top, ["Pow", _group(reader, token), -1]]
    if text in _ROOTS:
        return _root(reader, token)
    if text in ("binom", "dbinom", "tbinom"):
        return ["binomial", _group(reader, token), _group(reader, token)]
    if text in ("boxed", "fbox", "mathstrut"):
        return _group(reader, token)
    if text == "overline":
        return ["conjugate", _group(reader, token)]
    if text in names.LOOKS:
        return _word(reader, token)
    if text == "begin":
        return environment(reader, token)
    if text in ("imath", "jmath") and known.is_axis(text[0]):
        return ["Axis", "ijk".index(text[0])]
    extremum = text in ("max", "min") and reader.next.kind == "op" and reader.next.text == "_"
    if extremum or text in ("partial", "nabla", "int", "sum", "prod", "lim", "prime", "dot", "ddot"):
        message = "this names the task instead of doing it; give the finished expression"
        raise reader.error(message, token, reason="unevaluated", name=text)
    if text in ("lfloor", "lceil", "lvert"):
        return _between(reader, token)
    if text.startswith("log_") or (text == "log" and reader.next.kind == "op" and reader.next.text == "_"):
        return _logarithm(reader, token)
    if text == "infty":
        raise reader.error("infinity is not an answer", token, reason="not-finite")
    if text == "ell" and known.variable("l") is not None:
        return ["Symbol", known.variable("l"), "real"]
    if known.is_function(text) and known.variable(text) is None and text not in names.GREEK:
        return _function(reader, token, text)
    return name(reader, token)


def _between(reader: Reader, token: Token) -> Tree:
    """What stands between bars, or brackets that round."""
    bars, reader.bars = reader.bars, 0
    inside = reader.expression(0)
    reader.bars = bars
    closed = reader.take()
    if closed.kind != "tex" or closed.text != f"r{token.text[1:]}":
        raise reader.error('the bracket "{what}" is never closed', token, what=token.text)
    return [{"lfloor": "floor", "lceil": "ceiling", "lvert": "Abs"}[token.text], inside]


def _logarithm(reader: Reader, token: Token) -> Tree:
    r"""``\log_2 x``, ``\log_{10}(x)``, ``\log_{a^2} x``."""
    base = token.text.removeprefix("log").removeprefix("_")
    below: Tree
    if not base:
        reader.take()
        below = _group(reader, token)
    elif base.isdecimal():
        below = int(base)
    else:
        below = name(reader, Token("name", base, token.offset, token.gap))
    natural = _function(reader, token, "log")
    return natural if below == ["E"] else ["Mul", natural, ["Pow", ["log", below], -1]]


def _group(reader: Reader, token: Token) -> Tree:
    """An argument: in braces or brackets, or the one digit or letter that comes next."""
    opened = reader.next
    if opened.kind == "op" and opened.text in ("{", "("):
        reader.take()
        bars, reader.bars = reader.bars, 0
        inside = reader.expression(0)
        reader.bars = bars
        reader.expect("}" if opened.text == "{" else ")", opened)
        return inside
    if len(opened.text) > 1 and opened.kind in ("number", "name"):
        if "." in opened.text or (opened.kind == "name" and reader.known.known(opened.text)):
            raise reader.error("write the two parts in braces: \\frac{1}{2}", opened)
        if token.text == "sqrt":
            raise reader.two_ways(opened, f"\\sqrt{{{opened.text}}}", f"\\sqrt{{{opened.text[0]}}}*{opened.text[1:]}")
        _cut(reader, opened)
    return reader.atom()


def _cut(reader: Reader, opened: Token) -> None:
    """The first character of a token as a token of its own."""
    first, rest = opened.text[0], opened.text[1:]
    kinds = ["number" if part[0].isdigit() else "name" for part in (first, rest)]
    reader.found[reader.at : reader.at + 1] = [
        Token(kinds[0], first, opened.offset, opened.gap),
        Token(kinds[1], rest, opened.offset + 1, ""),
    ]


def _refuse_differential(reader: Reader, token: Token) -> None:
    # \frac{d}{dx} and \frac{\partial f}{\partial x}: seen before the group is read, where "d" may be a variable.
    if reader.next.text == "{" and "d" not in reader.known.variables:
        reader.take()
        if reader.next.text in ("d", "partial", "df", "dy") and reader.next.text not in reader.known.variables:
            message = "this names the task instead of doing it; give the finished expression"
            raise reader.error(message, token, reason="unevaluated", name="frac")
        reader.at -= 1


def indexed_root(reader: Reader, token: Token) -> Tree | None:
    """``³√x``: the superscript is the root's index."""
    sign = reader.next
    if token.text.isdigit() and sign.kind == "tex" and sign.text == "sqrt" and reader.text[sign.offset] != "\\":
        reader.take()
        return ["Pow", _under_sign(reader, sign), ["Pow", int(token.text), -1]]
    return None


def _root(reader: Reader, token: Token) -> Tree:
    r"""``\sqrt{x}``, ``\sqrt[3]{x}``, ``√x``, ``∛(x + 1)``."""
    index: Tree = _ROOTS[token.text]
    if reader.text[token.offset : token.offset + 1] != "\\":
        inside = _under_sign(reader, token)
    else:
        if reader.next.text == "[":
            opened = reader.take()
            index = reader.expression(0)
            reader.expect("]", opened)
        inside = _group(reader, token)
    return ["Pow", inside, ["Rational", 1, index] if type(index) is int and index > 1 else ["Pow", index, -1]]


def _under_sign(reader: Reader, token: Token) -> Tree:
    """What a ``√`` without a bar covers: a bracket, a number, a letter, where nothing follows that it might cover."""
    opened = reader.next
    if opened.kind == "op" and opened.text in ("(", "{"):
        return _group(reader, token)
    inside = reader.atom()
    shown, sign = reader.source(opened.offset, reader.next.offset), reader.text[token.offset]
    after = reader.next
    if after.kind == "super" or (after.kind == "op" and after.text in ("^", "**", "!")):
        start = after.offset
        reader.take()
        if after.kind == "op" and after.text != "!":
            reader.expression(UNARY)
        more = reader.source(start, reader.next.offset)
        raise reader.two_ways(after, f"{sign}({shown}{more})", f"{sign}({shown}){more}")
    if is_axis(reader, after) or (after.kind == "tex" and after.text in _ROOTS):
        return inside  # √x√y
    letter = after.kind in ("number", "fraction") or (after.kind == "name" and not reader.known.is_function(after.text))
    if (
        opened.kind in ("number", "name", "fraction")
        and reader.starts(after)
        and (after.glued or letter)
        and after.gap != ","
    ):
        reader.expression(UNARY)
        more = reader.source(after.offset, reader.next.offset)
        raise reader.two_ways(after, f"{sign}({shown}*{more})", f"{sign}({shown})*{more}")
    return inside


def _word(reader: Reader, token: Token) -> Tree:
    r"""``\operatorname{sech}(x)``, ``\mathrm{e}^{x}``, ``\mathbf{i}``, ``\hat{\imath}``."""
    opened = reader.next
    if not (opened.kind == "op" and opened.text == "{"):
        return reader.atom()
    called, closed = (*reader.found[reader.at + 1 : reader.at + 3], opened)[:2]
    if called.kind != "name" or closed.text != "}":
        return _group(reader, token)
    reader.at += 3
    text, following = called.text, reader.next
    if text == "log" and following.kind == "op" and following.text == "_":
        return _logarithm(reader, Token("tex", "log", token.offset, token.gap))
    if following.kind == "op" and following.text == "_":
        return name(reader, called)
    if text in names.INDEXED and following.text in ("(", "^") and not reader.known.is_function(text):
        return name(reader, called)
    if reader.known.is_function(text) and reader.known.variable(text) is None:
        return _function(reader, token, text)
    return name(reader, called)


def _function(reader: Reader, token: Token, text: str) -> Tree:
    r"""``\sin x``, ``\sin 2x``, ``\sin^2 x``, ``\sin(x)``, ``\sin{x}``, ``\log_{10} x``."""
    power: Tree | None = None
    if reader.next.kind == "op" and reader.next.text == "^":
        reader.take()
        power = _power(reader, token, text)
    elif reader.next.kind == "super":
        power = reader.superscript()
    if power == -1:
        raise inverse(reader, token, text)
    opened = reader.next
    if opened.kind == "op" and opened.text in ("(", "{"):
        reader.take()
        bars, reader.bars = reader.bars, 0
        arguments, _ = reader.arguments(opened, ")" if opened.text == "(" else "}")
        reader.bars = bars
        if len(arguments) == 1 and type(arguments[0]) is list and arguments[0][0] == "Tuple" and opened.text == "{":
            arguments = arguments[0][1:]
    elif (opened.kind == "op" and opened.text == "|") or (opened.kind == "tex" and opened.text == "lvert"):
        arguments = [reader.expression(UNARY)]
    else:
        arguments = [_Bare(reader, token, text).read()]
    tree = apply(reader, token, text, arguments)
    refuse_loose(reader, token, opened, powered=power is not None, spaced=False)
    return tree if power is None else ["Pow", tree, power]


def _power(reader: Reader, token: Token, text: str) -> Tree:
    opened = reader.next
    minus = reader.accept("-")
    digits = reader.next
    if digits.kind == "number" and len(digits.text) > 1:
        after = reader.found[reader.at + 1]
        if not (after.kind == "op" and after.text in ("(", "{")):
            first, rest = digits.text[0], digits.text[1:]
            raise reader.two_ways(opened, f"\\{text}^{first}({rest}x)", f"\\{text}^{{{digits.text}}}(x)")
    power = _group(reader, token)
    if not minus:
        return power
    return -power if type(power) is int else ["Mul", -1, power]


class _Bare:
    r"""The argument of a function without brackets: ``\sin 2x``, ``\cos\omega t``, ``\ln\frac{x}{2}``."""

    def __init__(self, reader: Reader, token: Token, text: str) -> None:
        self.reader = reader
        self.name = reader.source(token.offset, reader.next.offset)
        self.text = text
        self.opened = reader.next

    def read(self) -> Tree:
        reader = self.reader
        at = reader.at
        factors = [reader.expression(UNARY)]
        self.refuse_power(at, factors[0])
        while reader.starts(reader.next):
            after = reader.next
            if self.ends_before(after, factors):
                break
            at = reader.at
            factors.append(reader.expression(UNARY))
            self.refuse_power(at, factors[-1])
        self.refuse_slash()
        return factors[0] if len(factors) == 1 else ["Mul", *factors]

    def ends_before(self, after: Token, factors: list[Tree]) -> bool:
        """Whether the argument ends here for certain.

        Raises:
            ParseError: what follows may belong to it or not.
        """
        reader = self.reader
        constant = not any(has_symbol(part) for part in factors)
        nested = self.is_function(self.opened)
        if is_axis(reader, after):
            return True
        if self.is_function(after):
            if nested and after.gap != ",":
                raise self.doubt(after)
            return True
        if after.gap == ",":
            if constant and self.text not in ("log", "ln", "lg", "sqrt", "exp"):
                raise self.doubt(after)
            return True
        if not self.is_letter(after) or nested:
            raise self.doubt(after)
        before = reader.found[reader.at - 1]
        forced = before.kind == "tex" and after.gap == " " and _is_typed(reader, before)
        if after.glued or forced or (constant and self.text not in ("log", "ln", "lg")):
            return False
        raise self.doubt(after)

    def is_function(self, token: Token) -> bool:
        reader = self.reader
        if token.kind == "tex" and token.text in names.LOOKS:
            token = reader.found[min(reader.at + 2, len(reader.found) - 1)]
        known = reader.known
        if token.kind not in ("tex", "name") or known.variable(token.text) is not None or token.text in names.GREEK:
            return False
        return known.is_function(token.text) and token.text not in _PARTS

    def is_letter(self, token: Token) -> bool:
        known = self.reader.known
        if token.kind == "tex":
            return known.variable(token.text) is not None or token.text == "pi"
        return token.kind == "name"

    def refuse_power(self, at: int, tree: Tree) -> None:
        r"""Is ``\sin x^2`` the sine of the square, or the square of the sine? ``\sin e^x`` has one reading."""
        reader = self.reader
        read = reader.found[at : reader.at]
        if read[0].text in ("e", "E", "(", "{", "lvert", "|") or self.is_function(read[0]):
            return
        depth = 0
        for number, token in enumerate(read):
            if token.kind == "op":
                depth += (token.text in "([{") - (token.text in ")]}")
            if depth == 0 and number and (token.kind == "super" or token.text in ("^", "**", "!")):
                base = reader.source(self.opened.offset, token.offset)
                whole = reader.source(self.opened.offset, reader.next.offset)
                rest = whole[len(base) :]
                raise reader.two_ways(token, f"{self.name}({whole})", f"({self.name}({base})){rest}")

    def refuse_slash(self) -> None:
        after = self.reader.next
        if after.kind == "op" and after.text == "/":
            raise self.doubt(after)

    def doubt(self, after: Token) -> ParseError:
        reader = self.reader
        argument = reader.source(self.opened.offset, after.offset)
        if after.text == "/":
            reader.take()
        follows = reader.next
        try:
            reader.expression(UNARY)
            more = reader.source(follows.offset, reader.next.offset)
        except ParseError:
            more = follows.text
        sign = "/" if after.text == "/" else " "
        return reader.two_ways(after, f"{self.name}({argument}{sign}{more})", f"{self.name}({argument}){sign}{more}")


def _is_typed(reader: Reader, token: Token) -> bool:
    return reader.text[token.offset : token.offset + 1] == "\\"
