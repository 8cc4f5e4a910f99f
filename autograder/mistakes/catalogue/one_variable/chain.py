"""The chain rule gone wrong."""

from collections.abc import Iterator

from autograder.mistakes.calculus import Calculus, Layer, Node, mul, power, var
from autograder.mistakes.catalogue.entry import Example, Mistake


def _composite(node: Node, calculus: Calculus) -> Iterator[Layer]:
    for layer in calculus.layers(node):
        if not calculus.bare(layer.inner):
            yield layer


def _is_log(node: Node) -> bool:
    return node.op == "fn" and node.value == "log"


def _drop(node: Node, calculus: Calculus) -> Iterator[Node]:
    for layer in _composite(node, calculus):
        yield mul(layer.times, layer.slope(layer.inner))


def _depth(node: Node, calculus: Calculus) -> int:
    """How many layers lie in the node: 1 for sin(x), 2 for sin(3*x) and exp(x**2), 3 for cos(exp(x**2))."""
    if calculus.constant(node) or calculus.bare(node):
        return 0
    layer = next(calculus.layers(node), None)
    if layer is None:
        return max(_depth(arg, calculus) for arg in node.args) if node.args else 0
    return 1 if calculus.bare(layer.inner) else 1 + max(1, _depth(layer.inner, calculus))


def _last(node: Node, calculus: Calculus) -> Node:
    """The innermost function of something that is not the bare variable, along the deepest way in."""
    layer = next(_composite(node, calculus), None)
    below = [layer.inner] if layer is not None else list(node.args)
    deepest = max(below, key=lambda each: _depth(each, calculus))
    return _last(deepest, calculus) if _depth(deepest, calculus) >= 2 else node


def _drop_last(node: Node, calculus: Calculus) -> Iterator[Node]:
    # acts at the outermost of three layers or more, and differentiates all but the last of them
    if next(_composite(node, calculus), None) is not None and _depth(node, calculus) >= 3:
        inner = Calculus(calculus.by, calculus.variables, _drop, frozenset((id(_last(node, calculus)),)))
        yield inner.d(node)


def _times_inner(node: Node, calculus: Calculus) -> Iterator[Node]:
    for layer in _composite(node, calculus):
        yield mul(layer.times, layer.slope(layer.inner), layer.inner)


def _bare_argument(node: Node, calculus: Calculus) -> Iterator[Node]:
    for layer in _composite(node, calculus):
        if not _is_log(node):  # log_inner_over_x says it better
            yield mul(layer.times, layer.slope(var(calculus.by)), calculus.d(layer.inner))


def _outer_at_slope(node: Node, calculus: Calculus) -> Iterator[Node]:
    for layer in _composite(node, calculus):
        if _is_log(node):  # log_of_deriv says it better
            continue
        rate = calculus.d(layer.inner)
        yield mul(layer.times, layer.slope(rate))
        yield mul(layer.times, layer.slope(rate), rate)


def _inside(node: Node, calculus: Calculus) -> Iterator[Node]:
    for layer in _composite(node, calculus):
        yield mul(layer.times, layer.slope(mul(layer.inner, calculus.d(layer.inner))))


def _double(node: Node, calculus: Calculus) -> Iterator[Node]:
    for layer in _composite(node, calculus):
        yield mul(layer.times, layer.slope(layer.inner), power(calculus.d(layer.inner), 2))


def _layer_skipped(node: Node, calculus: Calculus) -> Iterator[Node]:
    if node.op == "fn" and node.value != "abs":  # abs_one says it better
        for layer in _composite(node, calculus):
            yield mul(layer.times, calculus.d(layer.inner))


ENTRIES: tuple[Mistake, ...] = (
    Mistake(
        id="chain_drop",
        instead_of=("coef_drop",),
        themes=("factor", "part"),
        code="C1",
        title="inner derivative left out",
        applies="a function of something other than the bare variable, F(u)",
        transformation="F'(u)·u' → F'(u)",
        question="What is inside the outermost function, and has it had its turn?",
        attempt="Write the inside as a letter of its own, differentiate it separately, and look for that rate in your "
        "answer.",
        example=Example(function="sin(x**2)"),
        rank=10,
        rule=_drop,
    ),
    Mistake(
        id="chain_mul_inner",
        code="C2",
        title="multiplied by the inner function, not by its derivative",
        applies="F(u)",
        transformation="F'(u)·u' → F'(u)·u",
        question="You multiplied by something from the inside. Was it its rate of change?",
        attempt="Write down the inner function and its derivative side by side, and see which of the two you used.",
        example=Example(function="sin(x**2)"),
        rank=20,
        rule=_times_inner,
    ),
    Mistake(
        id="chain_bare_arg",
        code="C3",
        title="outer derivative taken at the variable, not at the inner function",
        applies="F(u)",
        transformation="F'(u)·u' → F'(x)·u'",
        question="Where is the outer slope measured?",
        attempt="Follow one number through: what does the outer function receive? Its slope belongs at that place.",
        example=Example(function="sin(x**2)"),
        rank=20,
        rule=_bare_argument,
    ),
    Mistake(
        id="chain_outer_at_du",
        code="C4",
        title="outer derivative taken at the inner derivative",
        applies="F(u)",
        transformation="F'(u)·u' → F'(u') or F'(u')·u'",
        question="Where is the outer slope measured?",
        attempt="Follow one number through: what does the outer function receive? Its slope belongs at that place.",
        example=Example(function="sin(x**2)"),
        rank=35,
        rule=_outer_at_slope,
    ),
    Mistake(
        id="chain_inside",
        code="C5",
        title="inner derivative placed inside the outer one",
        applies="F(u)",
        transformation="F'(u)·u' → F'(u·u')",
        question="Is the second factor a multiplier or an argument?",
        attempt="Check your brackets: what is the outer slope applied to, and what stands beside it?",
        example=Example(function="sin(x**2)"),
        rank=30,
        rule=_inside,
    ),
    Mistake(
        id="chain_double",
        themes=("factor",),
        code="C6",
        title="inner derivative counted twice",
        applies="F(u)",
        transformation="F'(u)·u' → F'(u)·u'²",
        question="How many times does each layer contribute?",
        attempt="List the layers from the outside in and tick off one factor for each.",
        example=Example(function="sin(x**2)"),
        rank=35,
        rule=_double,
    ),
    Mistake(
        id="chain_one_layer",
        instead_of=("chain_drop", "coef_drop"),
        themes=("factor", "part"),
        code="C7",
        title="innermost layer of three or more left out",
        applies="functions nested at least three deep",
        transformation="F'(G(u))·G'(u)·u' → F'(G(u))·G'(u)",
        question="List the layers from the outside in. Did you reach the last?",
        attempt="Give every layer a letter of its own and count: as many layers, as many factors.",
        example=Example(function="sin(exp(x**2))"),
        rank=12,
        rule=_drop_last,
    ),
    Mistake(
        id="layer_skipped",
        themes=("factor", "part"),
        code="C8",
        title="a function's own derivative left out, only its inside differentiated",
        applies="F(u) with a function F such as tanh or exp",
        transformation="F'(u)·u' → u'",
        question="Which functions does one pass through from the outside in, and has each of them had its turn?",
        attempt="Give every layer a letter of its own and count: as many layers, as many factors.",
        example=Example(function="sin(x**2)"),
        source="project's own: the slope of the switch left out in backpropagation",
        rank=38,
        rule=_layer_skipped,
    ),
)
