"""Powers, exponentials and logarithms."""

from collections.abc import Iterator
from fractions import Fraction

from autograder.mistakes.calculus import ONE, Calculus, Layer, Node, add, div, fn, mul, num, power, sub, var
from autograder.mistakes.catalogue.entry import Example, Mistake


def _power_layers(node: Node, calculus: Calculus) -> Iterator[Layer]:
    for layer in calculus.layers(node):
        if layer.exponent is not None and layer.exponent != 1:
            yield layer


def _graded_layers(node: Node, calculus: Calculus) -> Iterator[tuple[Layer, Node]]:
    """Powers whose exponent may hold parameters, with that exponent."""
    for layer in calculus.layers(node):
        if layer.grade is not None and not layer.grade.is_number(1):
            yield layer, layer.grade


def _stepped(grade: Node, by: int) -> Node:
    known = grade.op == "num" and isinstance(grade.value, (int, Fraction))
    return num(grade.value + by) if known else add(grade, num(by))


def _not_lowered(node: Node, calculus: Calculus) -> Iterator[Node]:
    for layer, n in _graded_layers(node, calculus):
        yield mul(layer.times, n, power(layer.inner, n), calculus.d(layer.inner))


def _linear_kept(node: Node, calculus: Calculus) -> Iterator[Node]:
    if node.op == "add" and any(_is_linear(term, calculus) for term in node.args):
        yield add(*(term if _is_linear(term, calculus) else calculus.d(term) for term in node.args))


def _is_linear(term: Node, calculus: Calculus) -> bool:
    """Whether a term is the variable, or a constant times it."""
    if term.op == "div" and calculus.constant(term.args[1]):
        return _is_linear(term.args[0], calculus)
    changing = calculus.split(term)[1] if term.op == "mul" else [term]
    return len(changing) == 1 and calculus.bare(changing[0])


def _no_factor(node: Node, calculus: Calculus) -> Iterator[Node]:
    for layer, n in _graded_layers(node, calculus):
        if layer.exponent is None or abs(layer.exponent) != Fraction(1, 2):
            yield mul(layer.times, power(layer.inner, _stepped(n, -1)), calculus.d(layer.inner))


def _raised(node: Node, calculus: Calculus) -> Iterator[Node]:
    for layer, n in _graded_layers(node, calculus):
        yield mul(layer.times, n, power(layer.inner, _stepped(n, 1)), calculus.d(layer.inner))


def _integration_rule(node: Node, calculus: Calculus) -> Iterator[Node]:
    for layer, n in _graded_layers(node, calculus):
        if not n.is_number(-1):
            above = _stepped(n, 1)
            risen = mul(layer.times, div(power(layer.inner, above), above))
            yield risen
            if not calculus.bare(layer.inner):
                yield mul(risen, calculus.d(layer.inner))


def _no_half(node: Node, calculus: Calculus) -> Iterator[Node]:
    for layer in _power_layers(node, calculus):
        n = layer.exponent
        if abs(n) == Fraction(1, 2):
            # The sign of a negative exponent comes down, or is lost with the half.
            for kept in (ONE,) if n > 0 else (num(-1), ONE):
                yield mul(layer.times, kept, power(layer.inner, num(n - 1)), calculus.d(layer.inner))


def _recip_log(node: Node, calculus: Calculus) -> Iterator[Node]:
    for layer in _power_layers(node, calculus):
        if layer.exponent == -1:
            yield mul(layer.times, fn("log", layer.inner))


def _exponentials(node: Node, calculus: Calculus) -> Iterator[tuple[Node | None, Node]]:
    """Base (None for e) and exponent."""
    if node.op == "fn" and node.value == "exp" and not calculus.constant(node):
        yield None, node.args[0]
    elif node.op == "pow" and calculus.constant(node.args[0]) and not calculus.constant(node.args[1]):
        yield node.args[0], node.args[1]


def _raise_to(base: Node | None, exponent: Node) -> Node:
    return fn("exp", exponent) if base is None else power(base, exponent)


def _as_power(node: Node, calculus: Calculus) -> Iterator[Node]:
    for base, u in _exponentials(node, calculus):
        yield mul(u, _raise_to(base, sub(u, ONE)), calculus.d(u))
        yield mul(u, _raise_to(base, sub(u, ONE)))
    if node.op == "pow" and not any(calculus.constant(arg) for arg in node.args):
        f, g = node.args
        yield mul(g, power(f, sub(g, ONE)), calculus.d(f))
        yield mul(g, power(f, sub(g, ONE)))


def _power_as_exponential(node: Node, calculus: Calculus) -> Iterator[Node]:
    if node.op == "pow" and not any(calculus.constant(arg) for arg in node.args):
        f, g = node.args
        yield mul(node, fn("log", f), calculus.d(g))
        yield mul(node, fn("log", f))


def _no_log(node: Node, calculus: Calculus) -> Iterator[Node]:
    for base, u in _exponentials(node, calculus):
        if base is not None:
            yield mul(node, calculus.d(u))


def _shifted(node: Node, calculus: Calculus) -> Iterator[Node]:
    for base, u in _exponentials(node, calculus):
        yield mul(calculus.d(u), _raise_to(base, sub(u, ONE)))
        if not calculus.bare(u):
            yield _raise_to(base, sub(u, ONE))


def _log_of(node: Node, calculus: Calculus) -> Node | None:
    if node.op == "fn" and node.value == "log" and not calculus.constant(node):
        return node.args[0]
    return None


def _base_dropped(node: Node, calculus: Calculus) -> Iterator[Node]:
    if node.op == "div" and calculus.constant(node.args[1]) and _is_log(node.args[1]):
        u = _log_of(node.args[0], calculus)
        if u is not None:
            yield div(calculus.d(u), u)


def _is_log(node: Node) -> bool:
    if node.op == "fn":
        return bool(node.value == "log")
    return node.op == "num" and getattr(node.value, "func", None) is not None and str(node.value).startswith("log(")


def _over_variable(node: Node, calculus: Calculus) -> Iterator[Node]:
    if (u := _log_of(node, calculus)) is not None and not calculus.bare(u):
        yield div(calculus.d(u), var(calculus.by))


def _one_over_slope(node: Node, calculus: Calculus) -> Iterator[Node]:
    if (u := _log_of(node, calculus)) is not None and not calculus.bare(u):
        yield div(ONE, calculus.d(u))


def _log_of_slope(node: Node, calculus: Calculus) -> Iterator[Node]:
    if (u := _log_of(node, calculus)) is not None and not calculus.bare(u):
        yield fn("log", calculus.d(u))


POWERS: tuple[Mistake, ...] = (
    Mistake(
        id="pow_nolower",
        code="W1",
        title="exponent not lowered",
        applies="a power u**n",
        transformation="n·u**(n−1)·u' → n·u**n·u'",
        question="What is the degree of the slope of a parabola?",
        attempt="Use your rule on the area of a square and compare with the growth of the square when its side grows.",
        example=Example(function="x**4"),
        rank=15,
        rule=_not_lowered,
    ),
    Mistake(
        id="linear_kept",
        themes=("part",),
        code="W7",
        title="linear term kept its variable",
        applies="a sum with a term c·x",
        transformation="c → c·x",
        question="How does a straight line rise: faster in one place than in another?",
        attempt="Find the terms in which the variable has no exponent. Which one does it have all the same?",
        example=Example(function="x**3 + 5*x"),
        source="seen in typed answers",
        rank=20,
        rule=_linear_kept,
    ),
    Mistake(
        id="pow_nocoef",
        themes=("factor",),
        code="W2",
        title="exponent not brought down as a factor",
        applies="a power u**n",
        transformation="n·u**(n−1)·u' → u**(n−1)·u'",
        question="Several things happen in the power rule. Which of them did you do?",
        attempt="Use your rule on the area of a square: how many of its sides move when it grows?",
        example=Example(function="x**4"),
        rank=15,
        rule=_no_factor,
    ),
    Mistake(
        id="pow_up",
        themes=("sign",),
        code="W3",
        title="exponent moved the wrong way",
        applies="a power u**n, most of all with a negative or broken exponent",
        transformation="n·u**(n−1)·u' → n·u**(n+1)·u'",
        question="In which direction on the number line does an exponent move when you differentiate?",
        attempt="Mark the exponent on a number line and step from there; negative numbers are where slips happen.",
        example=Example(function="x**-2"),
        rank=20,
        rule=_raised,
    ),
    Mistake(
        id="pow_int",
        themes=("operation",),
        code="W4",
        title="power rule of integration",
        applies="a power u**n",
        transformation="→ u**(n+1)/(n+1)",
        question="Are you undoing or doing?",
        attempt="Differentiate your answer: if you come back to where you began, you went the other way.",
        example=Example(function="x**4 + sin(x)"),
        rank=30,
        rule=_integration_rule,
    ),
    Mistake(
        id="sqrt_nohalf",
        themes=("factor",),
        code="W5",
        title="factor of the root's exponent lost",
        applies="a square root",
        transformation="→ u**(−1/2)·u'",
        question="Which power is a root, and what does the power rule do with its exponent?",
        attempt="Write the root as a power first, then use the power rule step by step.",
        example=Example(function="sqrt(x**2 + 3)"),
        rank=10,
        rule=_no_half,
    ),
    Mistake(
        id="recip_log",
        themes=("operation",),
        code="W6",
        title="logarithm for the derivative of a reciprocal",
        applies="1/u",
        transformation="→ log(u)",
        question="Is that the table of derivatives or of integrals?",
        attempt="Write the reciprocal as a power and use the power rule.",
        example=Example(function="1/(x**2 + 1)"),
        rank=25,
        rule=_recip_log,
    ),
)

EXPONENTIALS: tuple[Mistake, ...] = (
    Mistake(
        id="exp_as_power",
        code="E1",
        title="power rule on an exponential",
        applies="a**u, exp(u), f**g",
        transformation="→ u·a**(u−1)·u'",
        question="Is the variable in the base or in the exponent?",
        attempt="Say which part moves, the base or the exponent, and choose the rule made for it.",
        example=Example(function="2**x"),
        rank=15,
        rule=_as_power,
    ),
    Mistake(
        id="power_as_exp",
        code="E4",
        title="exponential rule on a power whose base changes as well",
        applies="f**g with both changing",
        transformation="→ f**g·log(f)·g'",
        question="Does only the exponent move here?",
        attempt="Write the power with the exponential function and a logarithm before you differentiate.",
        example=Example(function="x**sin(x)"),
        source="project's own: completes E1",
        rank=25,
        rule=_power_as_exponential,
    ),
    Mistake(
        id="exp_noln",
        themes=("factor",),
        code="E2",
        title="logarithm of the base left out",
        applies="a**u with another base than e",
        transformation="a**u·log(a)·u' → a**u·u'",
        question="For which base is that line of the table true?",
        attempt="Plot the exponential and your answer: do they have the same shape, and the same height?",
        example=Example(function="2**x"),
        rank=10,
        rule=_no_log,
    ),
    Mistake(
        id="exp_shift",
        code="E3",
        title="exponent of an exponential lowered",
        applies="exp(u), a**u",
        transformation="→ u'·exp(u−1)",
        question="Does the exponent change when you differentiate an exponential?",
        attempt="Look at the line for the exponential function in your table: what happens to its exponent?",
        example=Example(function="exp(3*x)"),
        rank=30,
        rule=_shifted,
    ),
    Mistake(
        id="log_base",
        instead_of=("coef_drop",),
        themes=("factor",),
        code="L1",
        title="base of the logarithm left out",
        applies="a logarithm to another base than e",
        transformation="→ u'/u",
        question="Which logarithm is this?",
        attempt="Write the logarithm with natural logarithms first, and see what stays in front.",
        example=Example(function="log(x**2 + 1)/log(2)"),
        rank=10,
        rule=_base_dropped,
    ),
    Mistake(
        id="log_inner_over_x",
        code="L2",
        title="divided by the variable instead of the argument",
        applies="log(u)",
        transformation="u'/u → u'/x",
        question="The slope of a logarithm is one over what?",
        attempt="Follow one number through: what does the logarithm receive? That belongs under the bar.",
        example=Example(function="log(x**2 + 1)"),
        rank=18,
        rule=_over_variable,
    ),
    Mistake(
        id="log_of_deriv",
        code="L3",
        title="one over the inner derivative",
        applies="log(u)",
        transformation="u'/u → 1/u'",
        question="Which quantity goes under the bar?",
        attempt="Write the outer and the inner slope on two lines before you multiply them.",
        example=Example(function="log(x**2 + 1)"),
        rank=30,
        rule=_one_over_slope,
    ),
    Mistake(
        id="log_kept",
        code="L4",
        title="logarithm of the inner derivative",
        applies="log(u)",
        transformation="u'/u → log(u')",
        question="Is the derivative of a logarithm still a logarithm?",
        attempt="Look at the line for the logarithm in your table, then at the slope of its graph far to the right.",
        example=Example(function="log(x**2 + 1)"),
        source="project's own: C4 for logarithms",
        rank=34,
        rule=_log_of_slope,
    ),
)
