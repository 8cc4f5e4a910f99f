"""Derivatives on the graph: fast, for checking that a reference belongs to its function.

SymPy's derivative stays the reference; this one only has to be a derivative, not a readable one.
"""

from collections.abc import Callable, Sequence

from autograder.expressions.graph.nodes import Graph, Node, children


class NoRule(ValueError):
    """A function whose derivative is not in the table."""


_Rule = Callable[["Maker", int], int]


class Maker:
    """Short spellings for building nodes."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def number(self, p: int) -> int:
        return self.graph.number(p)

    def add(self, *terms: int) -> int:
        return self.graph.add(list(terms))

    def mul(self, *factors: int) -> int:
        return self.graph.mul(list(factors))

    def pow(self, base: int, n: int) -> int:
        return self.graph.integer_power(base, n)

    def root(self, base: int) -> int:
        return self.graph.node("powq", base, 1, 2)

    def f(self, name: str, index: int) -> int:
        return self.graph.node("f", name, index)

    def neg(self, index: int) -> int:
        return self.mul(self.number(-1), index)

    def one_plus(self, index: int) -> int:
        return self.add(self.number(1), index)

    def one_minus_square(self, u: int) -> int:
        return self.add(self.number(1), self.neg(self.pow(u, 2)))

    def gauss(self, u: int, sign: int) -> int:
        """``2/√π·exp(±u²)``."""
        half_power = self.graph.node("powq", self.graph.node("const", "pi"), -1, 2)
        return self.mul(self.number(2), half_power, self.f("exp", self.mul(self.number(sign), self.pow(u, 2))))


_RULES: dict[str, _Rule] = {
    "sin": lambda m, u: m.f("cos", u),
    "cos": lambda m, u: m.neg(m.f("sin", u)),
    "tan": lambda m, u: m.pow(m.f("cos", u), -2),
    "cot": lambda m, u: m.neg(m.pow(m.f("sin", u), -2)),
    "sec": lambda m, u: m.mul(m.f("sec", u), m.f("tan", u)),
    "csc": lambda m, u: m.neg(m.mul(m.f("csc", u), m.f("cot", u))),
    "sinc": lambda m, u: m.mul(m.add(m.f("cos", u), m.neg(m.f("sinc", u))), m.pow(u, -1)),
    "sinh": lambda m, u: m.f("cosh", u),
    "cosh": lambda m, u: m.f("sinh", u),
    "tanh": lambda m, u: m.pow(m.f("cosh", u), -2),
    "coth": lambda m, u: m.neg(m.pow(m.f("sinh", u), -2)),
    "sech": lambda m, u: m.neg(m.mul(m.f("sech", u), m.f("tanh", u))),
    "csch": lambda m, u: m.neg(m.mul(m.f("csch", u), m.f("coth", u))),
    "exp": lambda m, u: m.f("exp", u),
    "log": lambda m, u: m.pow(u, -1),
    "asin": lambda m, u: m.pow(m.root(m.one_minus_square(u)), -1),
    "acos": lambda m, u: m.neg(m.pow(m.root(m.one_minus_square(u)), -1)),
    "atan": lambda m, u: m.pow(m.one_plus(m.pow(u, 2)), -1),
    "acot": lambda m, u: m.neg(m.pow(m.one_plus(m.pow(u, 2)), -1)),
    "asec": lambda m, u: m.pow(m.mul(m.pow(u, 2), m.root(m.one_minus_square(m.pow(u, -1)))), -1),
    "acsc": lambda m, u: m.neg(m.pow(m.mul(m.pow(u, 2), m.root(m.one_minus_square(m.pow(u, -1)))), -1)),
    "asinh": lambda m, u: m.pow(m.root(m.one_plus(m.pow(u, 2))), -1),
    "acosh": lambda m, u: m.pow(m.root(m.add(m.pow(u, 2), m.number(-1))), -1),
    "atanh": lambda m, u: m.pow(m.one_minus_square(u), -1),
    "acoth": lambda m, u: m.pow(m.one_minus_square(u), -1),
    "asech": lambda m, u: m.neg(m.pow(m.mul(u, m.root(m.one_minus_square(u))), -1)),
    "acsch": lambda m, u: m.neg(m.pow(m.mul(m.pow(u, 2), m.root(m.one_plus(m.pow(u, -2)))), -1)),
    "Abs": lambda m, u: m.f("sign", u),
    "sign": lambda m, u: m.mul(m.number(0), m.f("sign", u)),
    "Heaviside": lambda m, u: m.mul(m.number(0), m.f("sign", u)),
    "floor": lambda m, u: m.number(0),
    "ceiling": lambda m, u: m.number(0),
    "erf": lambda m, u: m.gauss(u, -1),
    "erfc": lambda m, u: m.neg(m.gauss(u, -1)),
    "erfi": lambda m, u: m.gauss(u, 1),
    "gamma": lambda m, u: m.mul(m.f("gamma", u), m.f("digamma", u)),
    "digamma": lambda m, u: m.f("trigamma", u),
    "LambertW": lambda m, u: m.mul(m.f("LambertW", u), m.pow(m.mul(u, m.one_plus(m.f("LambertW", u))), -1)),
    "loggamma": lambda m, u: m.f("digamma", u),
    "Ei": lambda m, u: m.mul(m.f("exp", u), m.pow(u, -1)),
    "Si": lambda m, u: m.f("sinc", u),
    "Ci": lambda m, u: m.mul(m.f("cos", u), m.pow(u, -1)),
    "Shi": lambda m, u: m.mul(m.f("sinh", u), m.pow(u, -1)),
    "Chi": lambda m, u: m.mul(m.f("cosh", u), m.pow(u, -1)),
    "li": lambda m, u: m.pow(m.f("log", u), -1),
    "UnevaluatedExpr": lambda m, u: m.number(1),
}


def slope(graph: Graph, root: int, name: str) -> int:
    """The node of the derivative of ``root`` by the variable ``name``, as a function of real variables.

    Raises:
        NoRule: the function contains something that has no rule here.
    """
    maker = Maker(graph)
    zero = graph.number(0)
    done: dict[int, int] = {}

    def parts(node: Node) -> Sequence[int]:
        return [value for value, _ in node[1:]] if node[0] == "piecewise" else children(node)

    for index in graph.upwards(root, parts, done):
        done[index] = _one(maker, index, name, done, zero)
    return done[root]


def _one(m: Maker, index: int, name: str, done: dict[int, int], zero: int) -> int:
    node = m.graph.nodes[index]
    kind = node[0]
    if kind == "var":
        return m.number(1) if node[1] == name else zero
    if kind == "piecewise":
        return m.graph.node("piecewise", *((done[value], condition) for value, condition in node[1:]))
    parts = children(node)
    if all(done[part] == zero for part in parts):
        return zero
    if kind == "add":
        return m.add(*(done[part] for part in parts if done[part] != zero))
    if kind == "mul":
        terms = []
        for place, part in enumerate(parts):
            if done[part] != zero:
                terms.append(m.mul(done[part], *(other for i, other in enumerate(parts) if i != place)))
        return m.add(*terms)
    u = parts[0]
    if kind == "powi":
        return m.mul(m.number(node[2]), m.pow(u, node[2] - 1), done[u])
    if kind == "powq":
        lowered = m.mul(index, m.pow(u, -1))
        return m.mul(m.graph.node("q", node[2], node[3]), lowered, done[u])
    if kind == "pow":
        exponent = parts[1]
        terms = []
        if done[u] != zero:
            terms.append(m.mul(exponent, index, m.pow(u, -1), done[u]))
        if done[exponent] != zero:
            terms.append(m.mul(index, m.f("log", u), done[exponent]))
        return m.add(*terms)
    if node[1] in ("Max", "Min") and len(parts) == 2:
        first_counts = ("rel", ">" if node[1] == "Max" else "<", m.add(u, m.neg(parts[1])))
        return m.graph.node("piecewise", (done[u], first_counts), (done[parts[1]], ("bool", True)))
    rule = _RULES.get(node[1])
    if rule is None or len(parts) != 1:
        raise NoRule(node[1])
    return m.mul(rule(m, u), done[u])
