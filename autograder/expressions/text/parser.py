"""Text → expression, by an allow-list and without ``eval``.

An operator-precedence parser over the tokens of :mod:`autograder.expressions.text.lexer`. It writes trees
(:mod:`autograder.expressions.tree`), so that no number is computed while text is read: ``9**9**9**9`` is three small
lists. Text whose meaning people disagree about (``1/2x``, ``e^2x``, ``sin^-1(x)``) is an error with a caret, never a
silent choice.
"""

from collections.abc import Sequence
from typing import Any, Unpack

from autograder.errors import ExpressionError, Fault, ParseError
from autograder.expressions.context import Context
from autograder.expressions.text import brackets, calls, factors, latex, names, sides, vectors
from autograder.expressions.text.calls import POWER, PRODUCT, SUM, UNARY
from autograder.expressions.text.lexer import Token, fault, tokens, two_ways
from autograder.expressions.text.names import Names
from autograder.expressions.tree import Tree

MAX_CHARS = 10_000
MAX_DEPTH = 150
"""How often the parser may call itself; ``2^2^2^…`` and ``sin sin sin …`` nest without brackets."""

MAX_ATOMS = 90
"""The same for ``√√√…`` and ``\\sin\\sin\\sin…``, where each step takes more calls."""

_RELATIONS = {"<": "StrictLessThan", ">": "StrictGreaterThan", "<=": "LessThan", ">=": "GreaterThan",
              "==": "Equality", "!=": "Unequality", "=": "Equality"}  # fmt: skip
_OR, _AND, _RELATION = range(1, SUM)
_ENDS = frozenset([")", "]", "}", ",", ";"])
"""Whatever stands before one of these ends there."""
_STARTS = frozenset(["number", "name", "tex", "fraction"])
_LOGICAL = frozenset([*_RELATIONS.values(), "And", "Or", "Not", "true", "false"])


def parse(
    text: str,
    variables: Sequence[str],
    *,
    functions: Sequence[str] = (),
    max_chars: int = MAX_CHARS,
    evaluate: bool = True,
    context: Context | None = None,
) -> Any:
    r"""The SymPy object that a text means.

    SymPy syntax, and what people write: ``2x cos(x^2)``, ``e^x``, ``ln``, ``|x|``, ``x²``, ``αx``, ``x_1``,
    ``\frac{1}{2}\sin x``, ``np.sin(x)``. Symbols are ``Symbol(name, real=True)``.

    Args:
        text: the answer.
        variables: names that the question knows; every other name is an error. They win over functions and
            constants of the same name (``I``, ``e``, ``S``).
        functions: names of undefined functions that may be called; they cannot be shipped.
        max_chars: longer text is refused unread.
        evaluate: False keeps the author's form (``x/x`` stays); True builds what SymPy would build.
        context: of the question: what it tells about its answers (:mod:`autograder.expressions.context`).

    Returns:
        An ``Expr``; for ``[a, b]`` a list; for ``[[a, b], [c, d]]`` and ``Matrix(...)`` a ``Matrix``; for ``(a, b)`` a
        ``Tuple``.

    Raises:
        ParseError: with the offset of the first character that cannot be read and a ``reason``.
        ExpressionError: a number in it would grow beyond all bounds.

    Example:
        >>> parse("2x cos(x^2)", ["x"])
        2*x*cos(x**2)
    """
    from autograder.expressions import build

    tree = read(text, variables, functions=functions, max_chars=max_chars, context=context)
    return build.evaluated(tree) if evaluate else build.as_written(tree)


def read(
    text: str,
    variables: Sequence[str],
    *,
    functions: Sequence[str] = (),
    max_chars: int = MAX_CHARS,
    context: Context | None = None,
) -> Tree:
    """Like :func:`parse`, but the plain tree of the text as it stands; needs no SymPy."""
    if not isinstance(text, str):
        raise ParseError("an answer as text is needed", "", 0)
    if len(text) > max_chars:
        message = f"the answer has {len(text):,} characters; {max_chars:,} are allowed"
        raise fault(message, text[: max_chars + 120], max_chars, reason="too-large")
    if not text.strip():
        raise ParseError("the answer is empty", "", 0, reason="missing")
    known = Names(tuple(variables), tuple(functions), context)
    return _Parser(text, text if known.context.certain else sides.finished(text, known), known).whole()


class _Parser:
    def __init__(self, text: str, formula: str, known: Names) -> None:
        self.text = text
        self.known = known
        self.found = tokens(formula, known, text)
        self.at = 0
        self.depth = 0
        self.atoms = 0
        self.bars = 0
        self.angles = 0
        """How deep inside ``<a, b>``."""
        self.raised = 0
        """How deep inside exponents."""
        self.relations = 0
        """How deep inside a call that takes conditions."""

    @property
    def next(self) -> Token:
        return self.found[self.at]

    def take(self) -> Token:
        token = self.found[self.at]
        self.at += token.kind != "end"
        return token

    def accept(self, operator: str) -> bool:
        token = self.found[self.at]
        if token.kind == "op" and token.text == operator:
            self.at += 1
            return True
        return False

    def expect(self, operator: str, opened: Token) -> None:
        if not self.accept(operator):
            if self.next.kind == "end":
                raise self.error('the bracket "{what}" is never closed', opened, what=opened.text)
            raise self.error('"{what}" is missing before this', self.next, what=operator)

    def error(self, sentence: str, token: Token, **said: Unpack[Fault]) -> ParseError:
        return fault(sentence, self.text, token.offset, **said)

    def two_ways(self, token: Token, one: str, other: str) -> ParseError:
        """What people read in two ways, and how to write each."""
        return two_ways(self.text, token.offset, one, other)

    def source(self, start: int, end: int) -> str:
        """The text between two offsets, on one line and without spaces around it."""
        plain = self.text[start:end].replace("$", " ").replace("\\left", "").replace("\\right", "")
        return " ".join(plain.split())

    def whole(self) -> Tree:
        tree = self.expression(0)
        between = self.next.text
        if between in (",", ";") and self.next.kind == "op":
            parts = [tree]
            while self.accept(between):  # (2; 0,7) has a decimal comma
                if self.next.kind == "end":
                    break
                parts.append(self.expression(0))
            tree = ["Tuple", *parts]
        if self.next.kind != "end":
            raise self.unexpected(self.next)
        try:
            return vectors.along_axes(tree, self.known.context.size or 0)
        except ExpressionError as error:
            raise self.error(error.sentence, self.found[0]) from None

    def expression(self, least: int) -> Tree:
        """Everything up to an operator that binds less than ``least``."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error("this is nested too deeply", self.next, reason="too-large")
        began = self.found[self.at].offset
        left = self.prefix()
        while True:
            token = self.found[self.at]
            if token.kind == "op":
                text = token.text
                if text in _ENDS:
                    break
                if text in ("+", "-") and least <= SUM:
                    left = self.sum(left)
                elif text in ("*", "/") and least <= PRODUCT:
                    left = factors.product(self, left, began)
                elif text in ("**", "^") and least <= POWER:
                    left = factors.power(self, left, began)
                elif text in ("!", "!!"):
                    self.take()
                    left = ["factorial" if text == "!" else "factorial2", left]
                elif text in _RELATIONS and least <= _RELATION and (text != ">" or not self.angles):
                    left = self.relation(left)
                elif text == "&" and least <= _AND and self.relations:
                    self.take()
                    left = ["And", left, self.expression(_AND + 1)]
                elif text in ("|", "||") and _is_logical(left) and self.relations:
                    if least > _OR:
                        break
                    self.take()
                    left = ["Or", left, self.expression(_OR + 1)]
                elif self.starts(token) and least <= PRODUCT:
                    left = factors.product(self, left, began)
                else:
                    break
            elif token.kind == "super":
                if least > POWER:
                    break
                left = vectors.transposed(left) if self.is_transpose(left) else ["Pow", left, self.superscript()]
            elif token.kind == "name" and token.text in ("and", "or") and self.relations:
                if least > (_AND if token.text == "and" else _OR):
                    break
                self.take()
                left = ["And", left, self.expression(_AND + 1)] if token.text == "and" else [
                    "Or", left, self.expression(_OR + 1)
                ]  # fmt: skip
            elif (self.starts(token) or factors.is_modulo(self, token)) and least <= PRODUCT:
                left = factors.product(self, left, began)
            else:
                break
        self.depth -= 1
        return left

    def is_transpose(self, left: Tree) -> bool:
        if not (vectors.is_vector(left) and self.next.text in ("T", "⊤")):
            return False
        self.take()
        return True

    def starts(self, token: Token) -> bool:
        """Whether the token can begin a factor after another one, with no sign between."""
        if token.kind == "op":
            if token.text == "[":  # after a number; v[0] is an index in Python
                return self.at > 0 and self.found[self.at - 1].kind != "name"
            return token.text in ("(", "{") or (token.text == "|" and self.bars == 0)
        if token.kind == "tex":
            return token.text not in ("end", "newline", "infty", "rfloor", "rceil", "rvert", "bmod", "top")
        if factors.is_modulo(self, token):
            return False
        # "if" ends an expression; "lambda" does not where it is a variable of the question.
        return token.kind in _STARTS and (token.text not in names.PYTHON or token.text in self.known.variables)

    def sum(self, first: Tree) -> Tree:
        terms = [first]
        while self.next.kind == "op" and self.next.text in ("+", "-"):
            minus = self.take().text == "-"
            term = self.expression(PRODUCT)
            terms.append(["Mul", -1, term] if minus else term)
        return ["Add", *terms]

    def relation(self, left: Tree) -> Tree:
        token = self.take()
        if not self.relations:
            raise self.error("this is an equation or a comparison; give only the expression itself", token)
        if token.text == "=":
            raise self.error('write "==" to compare', token)
        right = self.expression(SUM)
        relation = [_RELATIONS[token.text], left, right]
        if self.next.kind == "op" and self.next.text in _RELATIONS:
            # 0 < x < 1
            chained = self.relation(right)
            return ["And", relation, chained]
        return relation

    def prefix(self) -> Tree:
        token = self.found[self.at]
        if token.kind != "op":
            return self.atom()
        if token.text in ("-", "+"):
            minus = False
            while self.next.kind == "op" and self.next.text in ("-", "+"):
                minus ^= self.take().text == "-"
            operand = self.expression(UNARY)
            if not minus:
                return operand
            return -operand if type(operand) is int else vectors.times([-1, operand])
        if token.text == "~" and self.relations:
            self.take()
            return ["Not", self.expression(_RELATION)]
        if token.text == "!":
            self.take()
            return ["subfactorial", self.atom()]
        return self.atom()

    def superscript(self) -> Tree:
        token = self.take()
        try:
            return int(token.text)
        except ValueError:
            pass
        try:
            return _Parser(token.text, token.text, self.known).whole()
        except ParseError:
            raise self.error("this superscript cannot be read", token) from None

    def atom(self) -> Tree:
        self.atoms += 1
        if self.atoms > MAX_ATOMS:
            raise self.error("this is nested too deeply", self.next, reason="too-large")
        found = self.one_atom()
        self.atoms -= 1
        return found

    def one_atom(self) -> Tree:
        token = self.take()
        if token.kind == "number":
            return _number(token.text)
        if token.kind == "fraction":
            top, bottom = token.text.split("/")
            return ["Rational", int(top), int(bottom)]
        if token.kind == "name":
            return calls.name(self, token)
        if token.kind == "tex":
            return latex.command(self, token)
        if token.kind == "super" and (root := latex.indexed_root(self, token)) is not None:
            return root
        if token.kind == "op":
            if token.text == "(":
                return brackets.bracketed(self, token, ")", "Tuple")
            if token.text == "[":
                return brackets.bracketed(self, token, "]", "List")
            if token.text == "{":
                return brackets.bracketed(self, token, "}", "")
            if token.text == "<" and not self.relations:
                return brackets.angled(self, token)
            if token.text == "|":
                self.bars += 1
                inside = self.expression(0)
                self.bars -= 1
                self.expect("|", token)
                return ["Abs", inside]
        raise self.unexpected(token)

    def arguments(self, opened: Token, close: str) -> tuple[list[Tree], int]:
        """What stands up to the closing bracket, and how many commas."""
        return brackets.arguments(self, opened, close)

    def unexpected(self, token: Token) -> ParseError:
        if token.kind == "end":
            return self.error("the expression ends too early", token)
        if token.kind == "name" and token.text in names.PYTHON:
            if token.text == "lambda":
                return self.error("this is a Python function; give the expression itself", token)
            return self.error('"{what}" is Python, not part of an expression', token, what=token.text)
        if token.text == "[":
            return self.error("square brackets make a list; write round ones", token)
        if token.text in (")", "]", "}"):
            return self.error('the bracket "{what}" was never opened', token, what=token.text)
        if token.text == "|":
            return self.error("this bar has no partner", token)
        return self.error('"{what}" cannot stand here', token, what=token.text[:40])


def _number(text: str) -> Tree:
    if text.isdigit():
        value = int(text)
        return value if value < 2**53 else ["Integer", hex(value)]
    digits = len(text.lower().split("e")[0].replace(".", "").lstrip("0"))
    return ["Float", text, max(53, int(digits * 3.3219) + 1)]


def _is_logical(tree: Tree) -> bool:
    return type(tree) is list and tree[0] in _LOGICAL
