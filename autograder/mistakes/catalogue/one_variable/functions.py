"""The table of derivatives misread: trigonometric, inverse and other functions."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from autograder.mistakes.calculus import ONE, SLOPES, Calculus, Node, add, div, fn, mul, neg, num, power, sqrt, sub
from autograder.mistakes.catalogue.entry import Example, Mistake
from autograder.mistakes.tape import rules

if TYPE_CHECKING:
    from autograder.mistakes.calculus import Task

SIGNED = frozenset({"sin", "cos", "cot", "sec", "csc", "sinh", "cosh", "tan", "tanh", "coth", "sech", "csch"})
TRIGONOMETRIC = frozenset({"sin", "cos", "tan", "cot", "sec", "csc"})
INVERSE = {"asin": "sin", "acos": "cos", "atan": "tan"}


def _inner(node: Node, calculus: Calculus, names: frozenset[str]) -> Node | None:
    if node.op == "fn" and node.value in names and not calculus.constant(node):
        return node.args[0]
    return None


def _sign(node: Node, calculus: Calculus) -> Iterator[Node]:
    if (u := _inner(node, calculus, SIGNED)) is not None:
        yield neg(mul(SLOPES[node.value](u), calculus.d(u)))


def _same(node: Node, calculus: Calculus) -> Iterator[Node]:
    if (u := _inner(node, calculus, SIGNED)) is not None:
        yield mul(fn(node.value, u), calculus.d(u))
        yield mul(fn(node.value, u), neg(calculus.d(u)))


def _secant_once(node: Node, calculus: Calculus) -> Iterator[Node]:
    if (u := _inner(node, calculus, frozenset({"tan"}))) is not None:
        yield mul(div(ONE, fn("cos", u)), calculus.d(u))
    if (u := _inner(node, calculus, frozenset({"cot"}))) is not None:
        yield neg(mul(div(ONE, fn("sin", u)), calculus.d(u)))


def _arc_sign(node: Node, calculus: Calculus) -> Iterator[Node]:
    if (u := _inner(node, calculus, frozenset(INVERSE))) is not None:
        yield neg(mul(SLOPES[node.value](u), calculus.d(u)))


def _arc_plus_minus(node: Node, calculus: Calculus) -> Iterator[Node]:
    if (u := _inner(node, calculus, frozenset(INVERSE))) is not None:
        square = power(u, 2)
        if node.value == "atan":
            yield mul(div(ONE, sub(ONE, square)), calculus.d(u))
            return
        line = div(ONE, sqrt(add(ONE, square)))
        yield mul(line if node.value == "asin" else neg(line), calculus.d(u))


def _arc_recip(node: Node, calculus: Calculus) -> Iterator[Node]:
    if (u := _inner(node, calculus, frozenset(INVERSE))) is not None:
        direct = INVERSE[node.value]
        yield neg(mul(div(SLOPES[direct](u), power(fn(direct, u), 2)), calculus.d(u)))


def _arc_other_line(node: Node, calculus: Calculus) -> Iterator[Node]:
    if (u := _inner(node, calculus, frozenset(INVERSE))) is None:
        return
    square, rate = power(u, 2), calculus.d(u)
    if node.value == "atan":
        yield mul(div(ONE, sqrt(sub(ONE, square))), rate)
        yield mul(div(ONE, sqrt(add(ONE, square))), rate)
        return
    for below in (add(ONE, square), sub(ONE, square)):
        line = mul(div(ONE, below), rate)
        yield line if node.value == "asin" else neg(line)


def _absolute(node: Node, calculus: Calculus) -> Iterator[Node]:
    if (u := _inner(node, calculus, frozenset({"abs"}))) is not None:
        yield calculus.d(u)


def _logistic(node: Node, calculus: Calculus) -> Node | None:
    """u, where the node is 1/(1 + exp(−u))."""
    if node.op != "div" or not node.args[0].is_number(1) or node.args[1].op != "add":
        return None
    terms = node.args[1].args
    exponentials = [term for term in terms if term.op == "fn" and term.value == "exp"]
    if len(terms) != 2 or len(exponentials) != 1 or not any(term.is_number(1) for term in terms):
        return None
    exponent = exponentials[0].args[0]
    return None if calculus.constant(exponent) else neg(exponent)


def _sigmoid(node: Node, calculus: Calculus) -> Iterator[Node]:
    if (u := _logistic(node, calculus)) is not None:
        yield mul(node, calculus.d(u))
        yield node


def _tanh(node: Node, calculus: Calculus) -> Iterator[Node]:
    if (u := _inner(node, calculus, frozenset({"tanh"}))) is not None:
        yield mul(sub(ONE, node), calculus.d(u))


def _relu(node: Node, calculus: Calculus) -> Iterator[Node]:
    if node.op == "fn" and node.value == "max" and any(arg.is_number(0) for arg in node.args):
        yield node


def _degrees(task: "Task") -> Iterator[list[Node]]:
    factor = mul(num(_pi()), power(num(180), -1))
    if not any(node.op == "fn" and node.value in TRIGONOMETRIC for f in task.functions for node in f.walk()):
        return
    yield [mul(factor, entry) for entry in task.flat]
    yield [_in_degrees(entry, factor) for entry in task.flat]


def _in_degrees(node: Node, factor: Node) -> Node:
    args = tuple(_in_degrees(arg, factor) for arg in node.args)
    if node.op == "fn" and node.value in TRIGONOMETRIC:
        args = (mul(factor, args[0]),)
    return Node(node.op, args, node.value)


def _pi() -> object:
    import sympy

    return sympy.pi


TRIG: tuple[Mistake, ...] = (
    Mistake(
        id="trig_sign",
        instead_of=("term_sign",),
        themes=("sign",),
        code="T1",
        title="sign of the derivative of sine or cosine",
        applies="sin, cos and their relatives",
        transformation="sin → −cos, cos → +sin",
        question="Uphill or downhill: what does the graph of this function do just beside the vertical axis?",
        attempt="Sketch the function near zero and compare its direction with what your answer says there.",
        example=Example(function="x + cos(3*x)"),
        rank=12,
        rule=_sign,
    ),
    Mistake(
        id="trig_same",
        themes=("operation",),
        code="T2",
        title="function left as it is",
        applies="sin, cos and their relatives",
        transformation="cos(u) → cos(u)·u'",
        question="Where is the function flat, and is your answer zero there?",
        attempt="Sketch the function and mark its tops and valleys: your answer must be zero below each of them.",
        example=Example(function="x + cos(3*x)"),
        rank=25,
        rule=_same,
    ),
    Mistake(
        id="tan_nosq",
        code="T3",
        title="secant not squared",
        applies="tan",
        transformation="→ 1/cos(u)·u'",
        question="What does the quotient rule say about the tangent?",
        attempt="Write the tangent as a quotient of sine and cosine and use the quotient rule.",
        example=Example(function="tan(3*x)"),
        rank=15,
        rule=_secant_once,
    ),
    Mistake(
        id="degrees",
        themes=("factor",),
        code="N0",
        title="degrees instead of radians",
        applies="sin, cos, tan",
        transformation="→ f'·π/180, or arguments scaled by π/180",
        question="Which unit does the sine expect?",
        attempt="Check the slope of the sine at zero: in which unit does it come out as in the table?",
        example=Example(function="x**2*sin(x)"),
        rank=40,
        whole=_degrees,
    ),
)

INVERSES: tuple[Mistake, ...] = (
    Mistake(
        id="arc_sign",
        instead_of=("term_sign",),
        themes=("sign",),
        code="A1",
        title="sign of the derivative of an inverse function",
        applies="asin, acos, atan",
        transformation="sign flipped",
        question="Does this function rise or fall?",
        attempt="Sketch the inverse function by mirroring the graph of the function, and look at its direction.",
        example=Example(function="x**2 + atan(3*x)"),
        rank=15,
        rule=_arc_sign,
    ),
    Mistake(
        id="arc_plusminus",
        themes=("sign",),
        code="A2",
        title="plus for minus under the bar",
        applies="asin, acos, atan",
        transformation="→ 1/√(1+u²), 1/(1−u²)",
        question="Where does this function stop, and what does its slope do there?",
        attempt="Find where the function is defined: what must its slope do at the ends?",
        example=Example(function="asin(x/2)"),
        rank=15,
        rule=_arc_plus_minus,
    ),
    Mistake(
        id="arc_recip",
        code="A3",
        title="inverse function taken for a reciprocal",
        applies="asin, acos, atan",
        transformation="→ D(1/sin u)",
        question="Does the raised minus one mean a reciprocal or an inverse function?",
        attempt="Put a number into the function and into the reciprocal: do they agree?",
        example=Example(function="asin(x/2)"),
        rank=25,
        rule=_arc_recip,
    ),
    Mistake(
        id="arc_root",
        code="A4",
        title="line of another inverse function",
        applies="asin, acos, atan",
        transformation="asin → 1/(1+u²), atan → 1/√(1−u²)",
        question="Which inverse function has a root in its derivative?",
        attempt="Derive the line of the table from what an inverse function is, with the chain rule.",
        example=Example(function="asin(x/2)"),
        source="project's own: completes A2",
        rank=28,
        rule=_arc_other_line,
    ),
    Mistake(
        id="abs_one",
        code="B1",
        title="absolute value left out",
        applies="|u|",
        transformation="→ u'",
        question="What about the left side?",
        attempt="Plot the absolute value and its slope, left and right of the corner.",
        example=Example(function="Abs(x - 1/2)*x"),
        rank=20,
        rule=_absolute,
    ),
    Mistake(
        id="sigmoid_no_factor",
        instead_of=("not_diff",),
        themes=("factor",),
        code="J9",
        title="derivative of the logistic function without its second factor",
        applies="1/(1 + exp(−u))",
        transformation="σ(u)·(1 − σ(u)) → σ(u)",
        question="Is the curve flat at both ends?",
        attempt="Plot the curve and your answer far to the left and far to the right.",
        example=Example(function="1/(1 + exp(-x))"),
        rank=20,
        tape=rules.sigmoid_as_it_is,
        rule=_sigmoid,
    ),
    Mistake(
        id="tanh_nosq",
        code="J10",
        title="hyperbolic tangent not squared",
        applies="tanh",
        transformation="1 − tanh² → 1 − tanh",
        question="Is the curve as steep on the left as on the right?",
        attempt="Compare your answer at two points that mirror each other.",
        example=Example(function="tanh(2*x)"),
        rank=20,
        tape=rules.tanh_not_squared,
        rule=_tanh,
    ),
    Mistake(
        id="relu_self",
        instead_of=("not_diff",),
        themes=("operation",),
        code="J10",
        title="the rectifier itself instead of its slope",
        applies="Max(0, u)",
        transformation="→ Max(0, u)",
        question="How steep is the graph on the right of the corner, and does that change?",
        attempt="Plot the function and mark its slope on both sides of the corner.",
        example=Example(function="x**2 + Max(0, x)"),
        rank=25,
        tape=rules.relu_itself,
        rule=_relu,
    ),
)
