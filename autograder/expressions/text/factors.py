"""Products and powers: what belongs to a factor where no sign says it, and where that has two readings."""

from autograder.errors import ParseError
from autograder.expressions.context import has_symbol
from autograder.expressions.text.calls import UNARY, Reader, is_axis
from autograder.expressions.text.lexer import Token
from autograder.expressions.text.vectors import is_vector, times, transposed
from autograder.expressions.tree import Tree

__all__ = ["is_modulo", "is_number", "power", "product"]


def is_number(tree: Tree) -> bool:
    """Whether a tree is a literal, ``2``, ``2.5`` or ``1/2``, and no formula."""
    return type(tree) is int or (type(tree) is list and tree[0] in ("Integer", "Float", "Rational"))


def is_modulo(reader: Reader, token: Token) -> bool:
    r"""Whether ``mod`` or ``\bmod`` stands between two numbers."""
    if token.kind == "name":
        return token.text == "mod" and reader.known.variable("mod") is None
    return token.kind == "tex" and token.text == "bmod"


def product(reader: Reader, first: Tree, began: int) -> Tree:
    """A product from its second factor on; ``began`` is the offset of the first."""
    factors = [first]
    barred = reader.text.startswith("|", began)
    divided: tuple[int, Token] | None = None
    while True:
        token = reader.next
        if token.kind == "op" and token.text == "*":
            reader.take()
            began = reader.next.offset
            factors.append(reader.expression(UNARY))
            divided, barred = None, False
        elif token.kind == "op" and token.text == "/":
            reader.take()
            divided = (began, token)
            factors.append(["Pow", reader.expression(UNARY), -1])
        elif is_modulo(reader, token):
            reader.take()
            factors = [["Mod", times(factors), reader.expression(UNARY)]]
        elif token.kind == "super" or not reader.starts(token):
            return times(factors)
        else:
            if divided is not None and not is_axis(reader, token):
                raise _above_or_below(reader, *divided, token)
            if barred and token.text == "|" and len(factors) > 1:
                raise reader.error("these bars can be paired in two ways; write abs(...)", token)
            _refuse_doubtful(reader, factors, began, token)
            began = token.offset
            start = reader.at
            factors.append(reader.expression(UNARY))
            _refuse_mixed(reader, factors, token, start)
            if token.text == "[" and len(factors[-1]) < 3:
                raise reader.error("square brackets make a list; write round ones", token)


def _above_or_below(reader: Reader, began: int, slash: Token, token: Token) -> ParseError:
    top = reader.source(began, slash.offset)
    bottom = reader.source(slash.offset + 1, token.offset)
    more = _following(reader)
    return reader.two_ways(token, f"{top}/({bottom}*{more})", f"({top}/{bottom})*{more}")


def _following(reader: Reader) -> str:
    """The text of the factor that comes next, with the letters that are run together with it."""
    token = reader.next
    try:
        reader.expression(UNARY)
        while reader.next.kind in ("name", "number") and (
            reader.next.glued or _is_command(reader, reader.found[reader.at - 1])
        ):
            reader.expression(UNARY)
    except ParseError:
        return token.text
    return reader.source(token.offset, reader.next.offset)


def _refuse_doubtful(reader: Reader, factors: list[Tree], began: int, token: Token) -> None:
    """What may not stand behind a factor without a sign between."""
    last = factors[-1]
    before = reader.found[reader.at - 1]
    shown = reader.source(began, token.offset)
    if token.kind == "number":
        after = reader.found[reader.at + 1]
        if is_number(last):
            if after.kind == "op" and after.text == "/" and reader.found[reader.at + 2].kind == "number":
                bottom = reader.found[reader.at + 2].text
                raise _mixed(reader, last, token.text, bottom, token)
            raise reader.error('two numbers stand side by side; write "*" between them', token)
        many = reader.found[max(reader.at - 2, 0)]
        if token.text == "10" and before.text in ("x", "X") and many.kind == "number" and token.gap and before.gap:
            # 3 x 10^5: a variable, or how a keyboard writes ×?
            more = _following(reader)
            raise reader.two_ways(token, f"{many.text}*{shown}*{more}", f"{many.text}*{more}")
        if not (after.kind == "op" and after.text in ("^", "**")) and after.kind != "super" and token.gap != ",":
            # what is left of x² when a page is copied
            raise reader.two_ways(token, f"{shown}*{token.text}", f"{shown}^{token.text}")
    elif token.kind == "fraction":
        if type(last) is int and before.kind == "number":
            top, bottom = token.text.split("/")
            raise _mixed(reader, last, top, bottom, token)
        if is_number(last) or (token.glued and before.kind in ("number", "fraction", "super")):
            raise reader.error('two numbers stand side by side; write "*" between them', token)
        if token.glued and before.kind == "name":
            raise reader.two_ways(token, f"{shown}*({token.text})", f"{shown}^({token.text})")
    elif token.kind == "tex" and before.kind == "super" and token.glued and not _is_command(reader, token):
        # x³√y: the third power or the third root?
        root = _following(reader)
        base = reader.source(began, before.offset)
        raise reader.two_ways(token, f"{shown}*{root}", f"{base}*root({root[1:]}, {before.text})")


def _mixed(reader: Reader, whole: Tree, top: str, bottom: str, token: Token) -> ParseError:
    if type(whole) is not int or not (top.isdigit() and bottom.isdigit() and len(top + bottom) < 20):
        return reader.error('two numbers stand side by side; write "*" between them', token)
    sign = "-" if whole < 0 else ""
    return reader.two_ways(token, f"{sign}{abs(whole) * int(bottom) + int(top)}/{bottom}", f"{whole}*{top}/{bottom}")


def _refuse_mixed(reader: Reader, factors: list[Tree], token: Token, start: int) -> None:
    r"""``3\frac{1}{2}``: three and a half, or a product?"""
    whole, part = factors[-2:]
    if token.kind != "tex" or "frac" not in token.text or reader.found[start - 1].kind != "number":
        return
    if type(whole) is int and type(part) is list and part[0] == "Mul" and type(part[1]) is int and len(part) == 3:
        below = part[2]
        if type(below) is list and below[0] == "Pow" and type(below[1]) is int and below[2] == -1:
            raise _mixed(reader, whole, str(part[1]), str(below[1]), token)


def power(reader: Reader, base: Tree, began: int) -> Tree:
    """``base^exponent`` from the sign on; ``began`` is the offset of the base."""
    sign = reader.take()
    if is_vector(base) and (turned := _transpose(reader, base)) is not None:
        return turned
    start, at = reader.next, reader.at
    reader.raised += 1
    exponent = reader.expression(UNARY)
    reader.raised -= 1
    body = reader.found[at : reader.at]
    while body and body[0].kind == "op" and body[0].text in "+-":
        body = body[1:]
    opens = body[0] if body else start
    if opens.text == "{" and (again := _second(body)) is not None:
        b, shown = reader.source(began, sign.offset), reader.source(opens.offset + 1, again - 1)
        more = reader.source(again, reader.next.offset)
        raise reader.two_ways(opens, f"{b}^{{{{{shown}}}{more}}}", f"({b}^{{{shown}}}){more}")
    bare = opens.kind in ("number", "fraction") or (opens.kind == "name" and not _calls(body))
    if bare:
        if len(body) > 1 and body[-1].text in ("!", "!!"):
            shown = reader.source(start.offset, body[-1].offset)
            b = reader.source(began, sign.offset)
            raise reader.two_ways(body[-1], f"({b}^{shown})!", f"{b}^({shown}!)")
        _Exponent(reader, base, began, sign, start, body).check()
    return ["Pow", base, exponent]


def _second(body: list[Token]) -> int | None:
    """Where a second exponent begins behind the braces of the first: ``e^{x}^2``, which TeX refuses."""
    depth = 0
    for number, token in enumerate(body):
        if token.kind == "op":
            depth += (token.text == "{") - (token.text == "}")
        if depth == 0:
            after = body[number + 1] if number + 1 < len(body) else token
            return after.offset if after.text in ("^", "**") or after.kind == "super" else None
    return None


def _calls(body: list[Token]) -> bool:
    return len(body) > 1 and body[1].kind == "op" and body[1].text in "(["


def _transpose(reader: Reader, base: Tree) -> Tree | None:
    r"""``^T``, ``^\top``, ``^{T}``, ``^{\mathsf{T}}`` behind a vector or matrix."""
    at, braces = reader.at, 0
    while reader.next.text in ("{", "mathsf", "mathrm", "text", "operatorname"):
        braces += reader.take().text == "{"
    if reader.take().text not in ("T", "top", "intercal", "⊤") or any(reader.take().text != "}" for _ in range(braces)):
        reader.at = at
        return None
    return transposed(base)


def _is_command(reader: Reader, token: Token) -> bool:
    r"""Whether it is typed with a backslash: in TeX, an exponent without braces has ended there."""
    return reader.text[token.offset : token.offset + 1] == "\\"


class _Exponent:
    """An exponent without brackets, and what comes after it."""

    def __init__(self, reader: Reader, base: Tree, began: int, sign: Token, start: Token, body: list[Token]) -> None:
        self.reader, self.base, self.sign = reader, base, sign
        self.shown = reader.source(began, sign.offset)
        self.raised = reader.source(start.offset, reader.next.offset)
        self.signed = start is not body[0]
        self.number = len(body) == 1 and body[0].kind in ("number", "fraction")
        self.grows = not has_symbol(base)
        self.body = body

    def check(self) -> None:
        after = self.reader.next
        if after.kind == "op" and after.text == "/":
            self._before_slash(after)
        elif self.reader.starts(after) and after.gap != "," and self._is_doubtful(after):
            raise self._belongs(after)

    def _is_doubtful(self, after: Token) -> bool:
        if is_axis(self.reader, after):
            return False
        reader, growing = self.reader, self.grows or self.reader.known.context.powers
        if after.kind == "tex" and _is_command(reader, after):
            letter = after.text == "pi" or reader.known.variable(after.text) is not None
            return self.signed and letter
        if after.kind == "op":
            return after.text == "(" and after.glued and self.number and growing
        if not after.glued:
            letter = after.kind in ("number", "fraction") or (
                after.kind == "name" and not reader.known.is_function(after.text)
            )
            typed_as_latex = "\\" in reader.text and len(self.raised) == 1
            return self.grows and letter and not typed_as_latex
        same = self.base[1:2] == [reader.known.variable(after.text)] if type(self.base) is list else False
        return not self.number or growing or (same and after.kind == "name")

    def _belongs(self, after: Token) -> ParseError:
        glue = "" if after.glued and (self.number or after.kind == "name") else "*"
        more = _following(self.reader)
        plain = len(self.body) == 1 and not self.signed and self.body[0].kind != "fraction"
        alone = self.raised if plain else f"({self.raised})"
        return self.reader.two_ways(after, f"{self.shown}^({self.raised}{glue}{more})", f"{self.shown}^{alone}*{more}")

    def _before_slash(self, slash: Token) -> None:
        """``x^1/2``, and ``e^-x^2/2`` where the question has fractions in exponents."""
        reader = self.reader
        below = reader.found[reader.at + 1]
        if reader.raised or reader.known.context.certain:
            return
        python = self.sign.text == "**" and not self.signed
        # nobody writes x^1 for x
        one = self.number and self.body[0].text == "1"
        # nor x^(2/2), as exp(-x^2/2) would have it
        whole = self.number and not one and _divides(below.text, self.body[0].text)
        if one or (not whole and reader.known.context.divided and not python and below.kind in ("number", "name")):
            reader.take()
            more = _following(reader)
            how = self.sign.text
            alone = f"({self.raised})" if self.signed or len(self.body) > 1 else self.raised
            raise reader.two_ways(
                slash, f"{self.shown}{how}({self.raised}/{more})", f"({self.shown}{how}{alone})/{more}"
            )


def _divides(bottom: str, top: str) -> bool:
    """Whether both are whole numbers whose fraction is one as well, ``4/2``."""
    return bottom.isdecimal() and top.isdecimal() and int(bottom) > 0 and int(top) % int(bottom) == 0
