"""Trees → one graph in which equal parts are one node: what ball arithmetic and proofs work on.

A node is a tuple: ``("q", p, q)`` a fraction, ``("float", text)``, ``("const", name)``, ``("var", name)``,
``("add", i, …)``, ``("mul", i, …)``, ``("powi", i, n)``, ``("powq", i, p, q)``, ``("pow", i, j)``,
``("f", name, i, …)`` and ``("piecewise", (i, condition), …)``. A condition is ``("rel", op, i)`` — node i against
0 —, ``("and", …)``, ``("or", …)``, ``("not", c)`` or ``("bool", b)``.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from autograder.errors import ExpressionError
from autograder.expressions import heads
from autograder.expressions.tree import Tree

Node = tuple[Any, ...]

MAX_EXPONENT = 10**6
"""Greatest constant exponent: ``x**(9**9)`` has no use in an answer and no bound in algebra."""
MAX_GROWING = 10**5
"""Greatest constant argument of ``factorial`` and its relatives."""
_FOLD_BITS = 4096
_GROWING = frozenset(
    ["factorial", "factorial2", "subfactorial", "gamma", "binomial", "RisingFactorial", "FallingFactorial"]
)
_CONSTANTS = frozenset(["pi", "E", "I", "EulerGamma", "GoldenRatio", "Catalan"])
_INFINITE = frozenset(["oo", "-oo", "zoo", "nan"])
# Almost everywhere: a derivative that SymPy leaves as Derivative(sign(x), x) is 0 away from the jump.
_FLAT = frozenset(["sign", "Heaviside", "floor", "ceiling", "im"])


class Graph:
    """Nodes by value; :meth:`add_tree` returns the index of a tree's node."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._index: dict[Node, int] = {}

    def node(self, *node: Any) -> int:
        index = self._index.get(node)
        if index is None:
            index = self._index[node] = len(self.nodes)
            self.nodes.append(node)
        return index

    def number(self, value: Fraction | int) -> int:
        return self.node("q", value.numerator, value.denominator)

    def fraction(self, index: int) -> Fraction | None:
        node = self.nodes[index]
        return Fraction(node[1], node[2]) if node[0] == "q" else None

    def add_tree(self, tree: Tree) -> int:
        """The node of a scalar tree.

        Raises:
            ExpressionError: with the ``reason`` for the verdict: a container, a relation, an unevaluated derivative,
                an infinity, a head that is not allowed.
        """
        if type(tree) is int:
            return self.number(tree)
        head = tree[0]
        if head == "Symbol" or head == "Dummy":
            return self.node("var", tree[1])
        if head == "Add":
            return self.add([self.add_tree(part) for part in tree[1:]])
        if head == "Mul":
            return self.mul([self.add_tree(part) for part in tree[1:]])
        if head == "Pow":
            return self.pow(self.add_tree(tree[1]), self.add_tree(tree[2]))
        if head == "Rational":
            return self.number(Fraction(_whole(tree[1]), _whole(tree[2])))
        if head == "Integer":
            return self.number(_whole(tree))
        if head == "Float":
            return self.node("float", tree[1])
        if head in heads.FUNCTIONS:
            return self.function(head, [self.add_tree(part) for part in tree[1:]])
        if head in _CONSTANTS:
            return self.node("const", head)
        if head == "UnevaluatedExpr":
            return self.add_tree(tree[1])
        if head == "Piecewise":
            return self.node("piecewise", *((self.add_tree(value), self.condition(c)) for value, c in tree[1:]))
        if head in heads.UNEVALUATED:
            return self._unevaluated(tree)
        if head in _INFINITE:
            raise ExpressionError("the expression contains an infinity or NaN", reason="not-finite")
        if head in heads.RELATIONS or head in heads.LOGIC or head in ("true", "false"):
            raise ExpressionError("a comparison stands where a value is expected", reason="wrong-type", name=head)
        raise ExpressionError(f"{head} stands where a value is expected", reason="wrong-type", name=head)

    def condition(self, tree: Tree) -> Node:
        head = tree[0] if type(tree) is list else None
        if head in ("true", "false"):
            return ("bool", head == "true")
        if head in ("And", "Or"):
            return (head.lower(), *(self.condition(part) for part in tree[1:]))
        if head == "Not":
            return ("not", self.condition(tree[1]))
        if head in heads.RELATIONS:
            minus = self.mul([self.number(-1), self.add_tree(tree[2])])
            return ("rel", heads.RELATIONS[head], self.add([self.add_tree(tree[1]), minus]))
        raise ExpressionError("a condition of Piecewise is not a comparison", reason="wrong-type")

    def _unevaluated(self, tree: Tree) -> int:
        head, inner = tree[0], tree[1]
        if head == "Derivative" and type(inner) is list:
            if inner[0] == "re" and type(inner[1]) is list and inner[1][0] == "Symbol":
                # SymPy differentiates Abs of a symbol that is not declared real into these.
                return self.number(1 if tree[2][1] == inner[1] else 0)
            if inner[0] in _FLAT:
                return self.mul([self.number(0), self.add_tree(inner)])
        raise ExpressionError(f"{head} is left unevaluated", reason="unevaluated", name=head)

    def below(self, roots: Iterable[int]) -> set[int]:
        """The roots and every node that they are made of, the branches and conditions of a Piecewise among them."""
        seen: set[int] = set()
        waiting = list(roots)
        while waiting:
            index = waiting.pop()
            if index in seen:
                continue
            seen.add(index)
            node = self.nodes[index]
            waiting.extend(children(node))
            if node[0] == "piecewise":
                for value, condition in node[1:]:
                    waiting += [value, *conditions_of(condition)]
        return seen

    def upwards(self, root: int, parts: Callable[[Node], Sequence[int]], done: Container[int]) -> Iterator[int]:
        """The root and what it is made of, each after its parts; without recursion, which a deep formula would end.

        Args:
            parts: the nodes that one is made of, of a Piecewise perhaps some.
            done: those that are known, and left out; the caller adds each that it is given before it asks for the next.
        """
        waiting = [(root, False)]
        while waiting:
            index, ready = waiting.pop()
            if index in done:
                continue
            if ready:
                yield index
            else:
                waiting.append((index, True))
                waiting += [(part, False) for part in parts(self.nodes[index])]

    def rebuilt(self, index: int, parts: list[int]) -> int:
        """A node made of other parts than its own, in their places; one without parts, or a Piecewise, as it is."""
        node = self.nodes[index]
        kind = node[0]
        if kind == "add":
            return self.add(parts)
        if kind == "mul":
            return self.mul(parts)
        if kind == "powi":
            return self.integer_power(parts[0], node[2])
        if kind == "powq":
            return self.pow(parts[0], self.number(Fraction(node[2], node[3])))
        if kind == "pow":
            return self.pow(parts[0], parts[1])
        return self.node("f", node[1], *parts) if kind == "f" else index

    def add(self, terms: list[int]) -> int:
        total: Fraction | int = 0
        rest: list[int] = []
        for index in terms:
            node = self.nodes[index]
            if node[0] == "q":
                total += node[1] if node[2] == 1 else Fraction(node[1], node[2])
            elif node[0] == "add":
                for inner in node[1:]:
                    if self.nodes[inner][0] == "q":
                        total += self.fraction(inner) or 0
                    else:
                        rest.append(inner)
            else:
                rest.append(index)
        if total or not rest:
            rest.append(self.number(total))
        if len(rest) == 1:
            return rest[0]
        rest.sort()
        return self.node("add", *rest)

    def mul(self, factors: list[int]) -> int:
        coefficient: Fraction | int = 1
        rest: list[int] = []
        for index in factors:
            node = self.nodes[index]
            if node[0] == "q":
                coefficient *= node[1] if node[2] == 1 else Fraction(node[1], node[2])
            elif node[0] == "mul":
                for inner in node[1:]:
                    value = self.fraction(inner) if self.nodes[inner][0] == "q" else None
                    if value is None:
                        rest.append(inner)
                    else:
                        coefficient *= value
            else:
                rest.append(index)
        if coefficient != 1 or not rest:
            # 0*log(x) keeps its factor: it is 0 only where the logarithm is real.
            rest.append(self.number(coefficient))
        if len(rest) == 1:
            return rest[0]
        rest.sort()
        return self.node("mul", *rest)

    def pow(self, base: int, exponent: int) -> int:
        value = self.fraction(exponent)
        if value is None and self.nodes[exponent][0] == "float":
            literal = Fraction(self.nodes[exponent][1])
            # x**0.5 and x**0.333 mean those numbers; x**0.666666666667 means something near.
            value = literal if literal.denominator <= 10**6 else None
        if self.nodes[base] == ("const", "E"):
            return self.function("exp", [exponent])
        if value is None:
            return self.node("pow", base, exponent)
        if value.denominator == 1:
            return self.integer_power(base, value.numerator)
        node = self.nodes[base]
        if node[0] == "q" and node[1] > 0 and node[1] * node[2] < 2**64 and value.denominator == 2:
            root = _exact_root(Fraction(node[1], node[2]))
            if root is not None:
                return self.integer_power(self.number(root), value.numerator)
        return self.node("powq", base, value.numerator, value.denominator)

    def integer_power(self, base: int, n: int) -> int:
        if n == 1:
            return base
        if n == 0:
            return self.number(1)
        if abs(n) > MAX_EXPONENT:
            raise ExpressionError(f"an exponent is larger than {MAX_EXPONENT:,}", reason="too-large")
        node = self.nodes[base]
        if node[0] == "q" and not node[1] and n < 0:
            raise ExpressionError("the expression divides by zero", reason="not-finite")
        if node[0] == "q":
            bits = max(abs(node[1]).bit_length(), node[2].bit_length()) * abs(n)
            if bits <= _FOLD_BITS:
                return self.number(Fraction(node[1], node[2]) ** n)
        if node[0] == "powi":
            return self.integer_power(node[1], node[2] * n)
        return self.node("powi", base, n)

    def function(self, name: str, arguments: list[int]) -> int:
        if name == "exp" and self.fraction(arguments[0]) == 0:
            return self.number(1)
        if name == "log" and len(arguments) == 2:
            below = self.pow(self.function("log", arguments[1:]), self.number(-1))
            return self.mul([self.function("log", arguments[:1]), below])
        if name in ("frac", "Mod"):
            return self._remainder(*arguments)
        if name in _GROWING and any(abs(self.fraction(index) or Fraction(0)) > MAX_GROWING for index in arguments):
            raise ExpressionError(f"{name} of a number larger than {MAX_GROWING:,}", reason="too-large", name=name)
        return self.node("f", name, *arguments)

    def _remainder(self, value: int, divisor: int | None = None) -> int:
        """``frac(u)`` is ``u - floor(u)``: one step function, however the rest of the formula is written."""
        inner = value if divisor is None else self.mul([value, self.pow(divisor, self.number(-1))])
        below = self.mul([self.number(-1), *([] if divisor is None else [divisor]), self.function("floor", [inner])])
        return self.add([value, below])


def _whole(tree: Tree) -> int:
    return tree if type(tree) is int else int(tree[1], 16)


def _exact_root(value: Fraction) -> Fraction | None:
    from math import isqrt

    p, q = isqrt(value.numerator), isqrt(value.denominator)
    return Fraction(p, q) if p * p == value.numerator and q * q == value.denominator else None


def children(node: Node) -> tuple[int, ...]:
    """The nodes that must have a value before this one; a Piecewise looks after its own."""
    kind = node[0]
    if kind in ("add", "mul", "pow"):
        return node[1:]
    if kind in ("powi", "powq"):
        return (node[1],)
    if kind == "f":
        return node[2:]
    return ()


def conditions_of(condition: Node) -> list[int]:
    """The nodes that a condition compares with 0."""
    if condition[0] == "rel":
        return [condition[2]]
    if condition[0] in ("and", "or", "not"):
        return [index for part in condition[1:] for index in conditions_of(part)]
    return []
