"""Curves and rates that an equation gives: implicit differentiation, and the units of its results."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from autograder.mistakes.calculus import Calculus, Node, add, derivative, div, mul, neg, power
from autograder.mistakes.catalogue.entry import Example, Mistake, seen_by_the_question

if TYPE_CHECKING:
    from autograder.mistakes.calculus import Task

CURVES = ("Implicit", "RelatedRate")


class _Term:
    """A term of the equation: what it adds to the known side and to the factor of the rate that is asked for."""

    def __init__(self, task: "Task", node: Node) -> None:
        *others, self.of = task.wrt
        self.node = node
        self.known = add(*(mul(Calculus(name).d(node), task.rate(name)) for name in others))
        self.factor = Calculus(self.of).d(node)
        self.mixed = self.of in node.free and bool(node.free & {*others})
        self.others = others


def _terms(task: "Task") -> list[_Term]:
    nodes = task.function.args if task.function.op == "add" else (task.function,)
    return [_Term(task, node) for node in nodes]


def _solved(known: list[Node], factor: list[Node]) -> Iterator[list[Node]]:
    below = add(*factor)
    if not below.is_number(0):
        yield [neg(div(add(*known), below))]


def _each(task: "Task") -> Iterator[tuple[_Term, list[Node], list[Node]]]:
    """A term, and what all others add to the known side and to the factor; first derivatives only."""
    if task.kind in CURVES and task.order == 1:
        terms = _terms(task)
        for k, term in enumerate(terms):
            rest = [other for i, other in enumerate(terms) if i != k]
            yield term, [other.known for other in rest], [other.factor for other in rest]


def _no_rate(task: "Task") -> Iterator[list[Node]]:
    for term, known, factor in _each(task):
        if term.of in term.node.free:
            yield from _solved([*known, term.known, term.factor], factor)


def _held_still(task: "Task") -> Iterator[list[Node]]:
    for term, known, factor in _each(task):
        if term.of in term.node.free and not term.mixed:
            yield from _solved([*known, term.known], factor)


def _product(task: "Task") -> Iterator[list[Node]]:
    for term, known, factor in _each(task):
        if not term.mixed:
            continue
        yield from _solved(known, [*factor, term.factor])
        yield from _solved([*known, term.known], factor)
        for name in term.others:
            both = mul(derivative(term.factor, name), task.rate(name))
            if not both.is_number(0):
                yield from _solved(known, [*factor, both])


def _constant_kept(task: "Task") -> Iterator[list[Node]]:
    for term, known, factor in _each(task):
        if not term.node.free:
            yield from _solved([*known, term.node], factor)
            yield from _solved([*known, neg(term.node)], factor)


def _upside_down(task: "Task") -> Iterator[list[Node]]:
    if task.kind not in CURVES or task.order != 1:
        return
    terms = _terms(task)
    factor = add(*(term.factor for term in terms))
    if task.kind == "Implicit":
        yield [div(factor, neg(add(*(term.known for term in terms))))]
    elif len(task.wrt) == 2:
        (name,) = terms[0].others
        plain = add(*(Calculus(name).d(term.node) for term in terms))
        yield [neg(div(mul(factor, task.rate(name)), plain))]


def _turned(task: "Task") -> Iterator[list[Node]]:
    if task.kind in CURVES:
        yield [neg(task.flat[0])]


def _given_rate_lost(task: "Task") -> Iterator[list[Node]]:
    if task.kind != "RelatedRate":
        return
    *others, of = task.wrt
    slopes = [Calculus(name).d(task.function) for name in others]
    below = Calculus(of).d(task.function)
    yield [neg(div(add(*slopes), below))]
    for k in range(len(others)):
        kept = [mul(s, task.rate(n)) for i, (s, n) in enumerate(zip(slopes, others, strict=True)) if i != k]
        if kept:
            yield [neg(div(add(*kept), below))]


def _slope(task: "Task") -> Node:
    by, of = task.wrt
    return neg(div(Calculus(by).d(task.function), Calculus(of).d(task.function)))


def _second_partial(task: "Task") -> Iterator[list[Node]]:
    if task.kind == "Implicit" and task.order == 2:
        by, of = task.wrt
        slope = _slope(task)
        yield [derivative(slope, by)]
        yield [add(derivative(slope, by), derivative(slope, of))]


def _first(task: "Task") -> Iterator[list[Node]]:
    if task.kind == "Implicit" and task.order == 2:
        yield [_slope(task)]
        yield [power(_slope(task), 2)]


_FOLIUM = Example(function="x**3 + y**3 - 6*x*y", variables=("x", "y"), wrt=("x", "y"), kind="Implicit")
_CIRCLE = Example(function="x**2 + y**2 - 25", variables=("x", "y"), wrt=("x", "y"), kind="Implicit")
_CONE = Example(
    function="v - h*r**2",
    variables=("h", "r", "v"),
    wrt=("h", "r", "v"),
    kind="RelatedRate",
    at=(2.0, 3.0, 18.0),
    data={"rates": {"h": 0.25, "r": 0.5}},
)


def _typed(answer: str) -> Example:
    return Example(function="x**2 + y**2 - 25", variables=("x", "y"), kind="RelatedRate", shown=answer)


ENTRIES: tuple[Mistake, ...] = (
    Mistake(
        id="implicit_no_rate",
        themes=("factor",),
        code="IM1",
        title="inner derivative of the dependent variable forgotten on a term",
        applies="a term of an equation with the dependent variable in it",
        transformation="(g(y))' = g'(y)·y' → g'(y)",
        question="Does the dependent variable stand still while the other one moves?",
        attempt="Write the dependent variable as a function of the other one in every term, and use the chain rule.",
        example=Example(function="x**2 + 3*y + y**3 - 5", variables=("x", "y"), wrt=("x", "y"), kind="Implicit"),
        source="project's own",
        rank=20,
        whole=_no_rate,
    ),
    Mistake(
        id="implicit_held_still",
        instead_of=("term_lost",),
        themes=("part",),
        code="IM2",
        title="a term of the dependent variable taken for a constant",
        applies="a term of an equation with the dependent variable in it",
        transformation="(g(y))' → 0",
        question="Which terms change when you walk along the curve?",
        attempt="Go through the equation term by term, and ask of each whether the dependent variable is in it.",
        example=Example(function="x**2 + 3*y + y**3 - 5", variables=("x", "y"), wrt=("x", "y"), kind="Implicit"),
        source="project's own",
        rank=24,
        whole=_held_still,
    ),
    Mistake(
        id="implicit_product",
        instead_of=("term_lost",),
        themes=("part",),
        code="IM3",
        title="product rule not used on a term with both variables",
        applies="a term of an equation with both variables in it",
        transformation="(x·y)' → y', y or another single part",
        question="How many factors of that term change when you walk along the curve?",
        attempt="Take the term in which both variables stand, alone, and let each factor change once.",
        example=_FOLIUM,
        source="project's own",
        rank=18,
        whole=_product,
    ),
    Mistake(
        id="implicit_constant",
        instead_of=("const_kept",),
        themes=("constant",),
        code="IM4",
        title="constant of the equation not differentiated",
        applies="an equation with a constant in it",
        transformation="(c)' → c",
        question="How fast does a constant change?",
        attempt="Look at both sides of your equation after differentiating: does anything in it come from a constant?",
        example=_CIRCLE,
        source="project's own",
        rank=20,
        whole=_constant_kept,
    ),
    Mistake(
        id="implicit_upside_down",
        instead_of=("recip",),
        themes=("operation",),
        code="IM5",
        title="solved for the reciprocal",
        applies="a slope or a rate that follows from an equation",
        transformation="dy/dx → dx/dy",
        question="A change of what, per unit of what, did you solve for?",
        attempt="Write the rate with the units of both variables, and see which of them stands below.",
        example=_CIRCLE,
        source="project's own",
        rank=22,
        whole=_upside_down,
    ),
    Mistake(
        id="implicit_sign",
        instead_of=("neg", "term_sign", "minus_lost"),
        themes=("sign",),
        code="IM6",
        title="sign lost when solving for the slope or the rate",
        applies="a slope or a rate that follows from an equation",
        transformation="→ the negative",
        question="What becomes of a term that you bring to the other side?",
        attempt="Draw the situation and decide first whether the quantity grows or shrinks.",
        example=_CIRCLE,
        source="project's own",
        rank=25,
        whole=_turned,
    ),
    Mistake(
        id="implicit_second_partial",
        themes=("factor",),
        code="IM7",
        title="slope differentiated as if the dependent variable stood still",
        applies="a second derivative along a curve",
        transformation="y'' → ∂y'/∂x",
        question="Which letters of the slope change when you walk along the curve?",
        attempt="Differentiate the slope once more term by term, and write the inner derivative of the dependent "
        "variable down every time.",
        example=Example(function="x**2 + y**2 - 25", variables=("x", "y"), wrt=("x", "y"), kind="Implicit", order=2),
        source="project's own",
        rank=20,
        whole=_second_partial,
    ),
    Mistake(
        id="implicit_first",
        themes=("operation",),
        code="IM8",
        title="first derivative, or its square, instead of the second",
        applies="a second derivative along a curve",
        transformation="y'' → y' or (y')²",
        question="How many times was to be differentiated?",
        attempt="Say in words what the second derivative measures, then take it in two steps.",
        example=Example(function="x**2 + y**2 - 25", variables=("x", "y"), wrt=("x", "y"), kind="Implicit", order=2),
        source="project's own",
        rank=16,
        whole=_first,
    ),
    Mistake(
        id="rate_lost",
        themes=("factor",),
        code="IM9",
        title="a given rate left out",
        applies="rates that follow from one another",
        transformation="a given rate → one, or its term → nothing",
        question="Have all the rates that are given had their turn?",
        attempt="Write each quantity as a function of time before you differentiate, and underline every given rate.",
        example=_CONE,
        source="project's own",
        rank=20,
        whole=_given_rate_lost,
    ),
    Mistake(
        id="unit_missing",
        code="IM10",
        title="unit left out",
        applies="a quantity with a unit",
        transformation="a quantity → its number",
        question="In which unit is your number?",
        attempt="Write the unit behind the number, as text.",
        states=True,
        example=_typed("-3/8"),
        source="project's own",
        rank=10,
        fits=seen_by_the_question,
    ),
    Mistake(
        id="unit_wrong",
        code="IM11",
        title="unit of another kind",
        applies="a quantity with a unit",
        transformation="a rate → a length, a time or another rate",
        question="A change of what, per unit of what, was asked for, and does your unit say the same?",
        attempt="Put the units of the given quantities into your formula, and see what is left of them.",
        states=True,
        example=_typed("-3/8 m"),
        source="project's own",
        rank=10,
        fits=seen_by_the_question,
    ),
    Mistake(
        id="unit_scale",
        themes=("factor",),
        code="IM12",
        title="number and unit do not belong together",
        applies="a quantity with a unit",
        transformation="the number in one unit, followed by another one",
        question="Does your number belong to the unit behind it?",
        attempt="Convert what is given to one unit before you start, and keep to it.",
        example=_typed("-37.5 m/s"),
        source="project's own",
        rank=10,
        fits=seen_by_the_question,
    ),
)
