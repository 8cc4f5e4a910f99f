"""Partial derivatives."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from autograder.mistakes.calculus import ONE, ZERO, Calculus, Node, add, derivative, div, mul, neg, substitute, var
from autograder.mistakes.catalogue.entry import Example, Mistake

if TYPE_CHECKING:
    from autograder.mistakes.calculus import Task


Made = tuple[tuple[int, ...], list[Node]]

PARTIAL = frozenset({"Derivative", "Gradient", "Jacobian", "DirectionalDerivative", "SteepestAscent"})


def _partial(task: "Task") -> bool:
    return task.kind in PARTIAL and len(task.variables) > 1 and task.order == 1


def _wrong_variable(task: "Task") -> Iterator[Made]:
    if task.kind == "Derivative" and len(task.variables) > 1 and len(task.wrt) == 1:
        for name in task.variables:
            if name != task.wrt[0]:
                yield task.shape, [derivative(task.function, name, order=task.order)]


def _letters_exchanged(task: "Task") -> Iterator[Made]:
    if task.kind in PARTIAL | {"Hessian"} and len(task.variables) == 2 and len(task.flat) > 1:
        first, second = task.variables
        turned = {first: var(second), second: var(first)}
        yield task.assemble(lambda k, f, by, depth: Calculus(by).d(f if depth else substitute(f, turned)))


def _others_zero(task: "Task") -> Iterator[Made]:
    if _partial(task):
        yield task.assemble(
            lambda k, f, by, depth: Calculus(by).d(substitute(f, {name: ZERO for name in task.variables if name != by}))
        )


def _other_terms(node: Node, calculus: Calculus) -> list[Node]:
    if node.op != "add":
        return []
    return [t for t in node.args if calculus.constant(t) and t.free & calculus.variables]


def _others_kept(node: Node, calculus: Calculus) -> Iterator[Node]:
    if terms := _other_terms(node, calculus):
        yield add(*(calculus.d(t) for t in node.args), *terms)


def _others_one(node: Node, calculus: Calculus) -> Iterator[Node]:
    if terms := _other_terms(node, calculus):
        yield add(*(calculus.d(t) for t in node.args), *(ONE for _ in terms))


def _factor_dropped(node: Node, calculus: Calculus) -> Iterator[Node]:
    if node.op == "mul":
        moving = [f for f in node.args if not calculus.constant(f)]
        still = [f for f in node.args if calculus.constant(f)]
        if moving and any(f.free & calculus.variables for f in still):
            terms = [mul(*(calculus.d(f) if i == k else f for i, f in enumerate(moving))) for k in range(len(moving))]
            numbers = [f for f in still if not f.free & calculus.variables]
            yield mul(*numbers, add(*terms))
            if numbers:
                yield add(*terms)
    elif node.op == "div":
        above, below = node.args
        if calculus.constant(below) and below.free & calculus.variables:
            yield calculus.d(above)
        elif calculus.constant(above) and above.free & calculus.variables:
            yield neg(div(calculus.d(below), mul(below, below)))


def _total(task: "Task") -> Iterator[Made]:
    if _partial(task):
        slopes = add(*(Calculus(by).d(task.function) for by in task.variables))
        yield task.assemble(lambda k, f, by, depth: slopes)


F = "x*y**2 + 5*x + cos(y)"

PAIR = Example(function=F, variables=("x", "y"), kind="Gradient")

PART = Example(function=F, variables=("x", "y"), wrt=("x",), kind="Derivative")


ENTRIES: tuple[Mistake, ...] = (
    Mistake(
        id="letters_exchanged",
        themes=("order",),
        code="M20",
        title="the function with its two variables exchanged",
        applies="a gradient, a Jacobian or a Hessian in two variables",
        transformation="∇f(x, y) → the gradient of f(y, x)",
        question="Which entry of the point stands for which letter of the formula?",
        attempt="Evaluate the function itself, as you wrote it, at a point with two different coordinates.",
        example=Example(function="x**2*y + 3*x", variables=("x", "y"), kind="Gradient"),
        source="project's own",
        rank=22,
        whole=_letters_exchanged,
    ),
    Mistake(
        id="wrong_var",
        themes=("order",),
        code="M1",
        title="differentiated by another variable",
        applies="a partial derivative",
        transformation="∂f/∂x → ∂f/∂y",
        question="Which letter moves, and which stand still?",
        attempt="Put a number in for every letter that stands still, and differentiate what is left.",
        example=PART,
        rank=14,
        whole=_wrong_variable,
    ),
    Mistake(
        id="other_zero",
        themes=("part",),
        code="M3",
        title="the other variables set to zero",
        applies="a partial derivative",
        transformation="∂f/∂x → ∂f(x, 0)/∂x",
        question="Does constant mean zero?",
        attempt="Put another number in for the letters that stand still: does your answer notice?",
        example=PAIR,
        rank=20,
        whole=_others_zero,
    ),
    Mistake(
        id="other_kept",
        themes=("constant",),
        code="M4",
        title="terms without the variable kept",
        applies="a sum with terms in other variables only",
        transformation="∂f/∂x → ∂f/∂x + g(y)",
        question="How fast does a term change in which the variable does not occur?",
        attempt="Underline the variable in every term; what do you do with a term that has no line?",
        example=PAIR,
        rank=16,
        rule=_others_kept,
    ),
    Mistake(
        id="other_one",
        themes=("constant",),
        code="M5",
        title="terms without the variable turned into one",
        applies="a sum with terms in other variables only",
        transformation="∂f/∂x → ∂f/∂x + 1",
        question="How fast does a term change in which the variable does not occur?",
        attempt="Underline the variable in every term; what do you do with a term that has no line?",
        example=PAIR,
        rank=22,
        rule=_others_one,
    ),
    Mistake(
        id="factor_dropped",
        themes=("factor", "constant"),
        code="M6",
        title="factor in another variable dropped",
        applies="a product with a factor in other variables only",
        transformation="∂(g(y)·h(x))/∂x → h'(x)",
        question="What happens to a constant multiplier?",
        attempt="Put a number in for the letters that stand still and differentiate: where does the number go?",
        example=PAIR,
        rank=16,
        rule=_factor_dropped,
    ),
    Mistake(
        id="total",
        code="M7",
        title="the other variables moved as well",
        applies="a partial derivative",
        transformation="∂f/∂x → fx + fy",
        question="Which letters stand still in a partial derivative?",
        attempt="Walk along one axis only: which letters change on the way?",
        example=PART,
        rank=25,
        whole=_total,
    ),
)
