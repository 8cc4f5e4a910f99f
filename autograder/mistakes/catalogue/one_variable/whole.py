"""Constants and signs, and answers to another question than the one asked."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from autograder.mistakes.calculus import (
    ONE,
    ZERO,
    Calculus,
    Node,
    add,
    derivative,
    div,
    evaluate,
    is_integral,
    mul,
    neg,
    num,
    power,
    sub,
    substitute,
)
from autograder.mistakes.catalogue.entry import Example, Mistake
from autograder.mistakes.tape import rules

if TYPE_CHECKING:
    from autograder.mistakes.calculus import Task


def _coefficient(node: Node, calculus: Calculus) -> Iterator[Node]:
    if node.op == "mul":
        numbers = [f for f in node.args if not f.free & calculus.variables]
        kept = [f for f in node.args if f not in numbers and calculus.constant(f)]
        moving = [f for f in node.args if not calculus.constant(f)]
        if moving and numbers and not all(f.is_number(-1) for f in numbers):
            terms = [mul(*(calculus.d(f) if i == k else f for i, f in enumerate(moving))) for k in range(len(moving))]
            without = mul(*kept, add(*terms))
            yield without
            if _negative(numbers):
                yield neg(without)
    elif node.op == "div":
        above, below = node.args
        if not below.free & calculus.variables:
            yield calculus.d(above)
        elif not above.is_number(1) and not above.free & calculus.variables:
            yield neg(div(calculus.d(below), power(below, 2)))


def _negative(numbers: list[Node]) -> bool:
    value = complex(1)
    for number in numbers:
        if number.free:
            return False
        value *= complex(evaluate(number, {}, {}))
    return value.real < 0


def _constants(node: Node, calculus: Calculus) -> list[Node]:
    if node.op != "add":
        return []
    return [term for term in node.args if not term.free & calculus.variables]


def _constant_kept(node: Node, calculus: Calculus) -> Iterator[Node]:
    if constants := _constants(node, calculus):
        yield add(*(calculus.d(term) for term in node.args), *constants)


def _constant_one(node: Node, calculus: Calculus) -> Iterator[Node]:
    if constants := _constants(node, calculus):
        yield add(*(calculus.d(term) for term in node.args), *(ONE for _ in constants))


def _flip(node: Node, calculus: Calculus) -> Iterator[Node]:
    if node.op != "add":
        return
    turned = [k for k, term in enumerate(node.args) if not calculus.constant(term) and _is_negative(term)]
    for chosen in ([k] for k in turned):
        yield add(*(neg(calculus.d(t)) if k in chosen else calculus.d(t) for k, t in enumerate(node.args)))
    if len(turned) > 1:
        yield add(*(neg(calculus.d(t)) if k in turned else calculus.d(t) for k, t in enumerate(node.args)))


def _term_sign(node: Node, calculus: Calculus) -> Iterator[Node]:
    if node.op == "add":
        for chosen, term in enumerate(node.args):
            if not calculus.constant(term) and not _is_negative(term):
                yield add(*(neg(calculus.d(t)) if k == chosen else calculus.d(t) for k, t in enumerate(node.args)))


def _term_lost(node: Node, calculus: Calculus) -> Iterator[Node]:
    if node.op == "add":
        for chosen, term in enumerate(node.args):
            if not calculus.constant(term):
                yield add(*(calculus.d(t) for k, t in enumerate(node.args) if k != chosen))


def _is_negative(term: Node) -> bool:
    if term.op == "mul":
        return _negative([f for f in term.args if f.op == "num"])
    if term.op == "div":
        return _is_negative(term.args[0]) or (term.args[0].op == "num" and _negative([term.args[0]]))
    return False


def _negated(task: "Task") -> Iterator[list[Node]]:
    yield [neg(entry) for entry in task.flat]


def _not_differentiated(task: "Task") -> Iterator[list[Node]]:
    if task.kind == "Derivative":
        yield [task.function]


def _second(task: "Task") -> Iterator[list[Node]]:
    if task.kind == "Derivative" and len(task.wrt) == 1:
        yield [derivative(task.flat[0], task.wrt[0])]


def _first_only(task: "Task") -> Iterator[list[Node]]:
    if task.kind == "Derivative" and task.order > 1:
        yield [derivative(task.function, task.wrt[0], order=task.order - 1)]


def _square_of_first(task: "Task") -> Iterator[list[Node]]:
    if task.kind == "Derivative" and task.order > 1:
        yield [power(derivative(task.function, task.wrt[0]), task.order)]


def _reciprocal(task: "Task") -> Iterator[list[Node]]:
    if task.kind == "Derivative" and task.order == 1:
        yield [div(ONE, task.flat[0])]


def _number(task: "Task") -> Iterator[list[Node]]:
    if task.kind in ("Derivative", "Gradient") and task.at is None:
        for value in (0, 1, 2, 3, -1, -2, 4, 5, -3, 10):
            yield [substitute(entry, {name: num(value) for name in task.variables}) for entry in task.flat]
        # a number put in before differentiating leaves nothing to differentiate
        yield [ZERO for _ in task.flat]


def _wrong_point(task: "Task") -> Iterator[list[Node]]:
    if task.kind != "Derivative" or task.at is None or len(task.variables) != 1:
        return
    name = task.variables[0]
    place = num(task.at[0])
    others = [substitute(task.function, {name: place}), neg(place), add(place, ONE), sub(place, ONE)]
    for other in others:
        yield [substitute(entry, {name: other}) for entry in task.flat]


def _never(task: "Task", actual: Any) -> bool:
    # the verdict says it (Reason.FUNCTION_NOT_VALUE): there are no values to look at
    return False


CONSTANTS: tuple[Mistake, ...] = (
    Mistake(
        id="coef_drop",
        themes=("factor", "part", "constant"),
        code="K1",
        title="constant factor lost",
        applies="a constant times something that changes",
        transformation="c·g' → g'",
        question="Does a constant multiplier survive?",
        attempt="If a quantity is always a multiple of another one, how do their rates compare? Check each term.",
        example=Example(function="5*sin(x) + x**3"),
        rank=18,
        tape=rules.constant_left_out,
        rule=_coefficient,
    ),
    Mistake(
        id="const_kept",
        themes=("constant",),
        code="K2",
        title="constant term kept",
        applies="a sum with a constant term",
        transformation="→ f' + c",
        question="How fast does a constant change?",
        attempt="Shift the graph of the function up a little: does its slope change anywhere?",
        example=Example(function="3*x**2 + 7"),
        rank=15,
        rule=_constant_kept,
    ),
    Mistake(
        id="const_one",
        themes=("constant",),
        code="K3",
        title="constant term turned into one",
        applies="a sum with a constant term",
        transformation="→ f' + 1",
        question="How fast does a constant change?",
        attempt="Shift the graph of the function up a little: does its slope change anywhere?",
        example=Example(function="3*x**2 + 7"),
        rank=18,
        rule=_constant_one,
    ),
    Mistake(
        id="minus_lost",
        themes=("sign",),
        code="K4",
        title="minus between two terms lost",
        applies="a difference",
        transformation="f' − g' → f' + g'",
        question="What stands between the terms? Read them again one by one.",
        attempt="Copy the function term by term with the sign in front of each, and differentiate line by line.",
        example=Example(function="x**3 - 4*x"),
        rank=18,
        tape=rules.difference_without_sign,
        rule=_flip,
    ),
    Mistake(
        id="term_sign",
        themes=("sign",),
        code="K5",
        title="sign of one term turned",
        applies="a sum",
        transformation="f' + g' → f' − g'",
        question="Which term changed its sign on the way?",
        attempt="Copy the function term by term with the sign in front of each, and differentiate line by line.",
        example=Example(function="x**3 + exp(x)"),
        source="project's own: the mirror image of K4",
        rank=48,
        rule=_term_sign,
    ),
    Mistake(
        id="term_lost",
        themes=("part",),
        code="K6",
        title="one term lost",
        applies="a sum",
        transformation="f' + g' → f'",
        question="Has every term of the function had its turn?",
        attempt="Count the terms of the function that change, and look for the trace of each in your answer.",
        example=Example(function="x**3 + exp(x)"),
        source="project's own",
        rank=48,
        rule=_term_lost,
    ),
)

WHOLE: tuple[Mistake, ...] = (
    Mistake(
        id="neg",
        themes=("sign",),
        code="G1",
        title="overall sign",
        applies="any answer",
        transformation="→ −f'",
        question="Where the graph rises, what sign must the slope have, and what sign has yours?",
        attempt="Plot the function, pick a point where it clearly rises, and look whether your answer is positive.",
        example=Example(function="x**2*exp(x)"),
        rank=60,
        whole=_negated,
    ),
    Mistake(
        id="not_diff",
        instead_of=("not_diff_scalar",),
        themes=("operation",),
        code="G2",
        title="the function itself",
        applies="a derivative",
        transformation="→ f",
        question="Your answer is what the function itself gives. Which operation was asked for?",
        attempt="Compare your answer with the function of the question, line by line: what have you changed?",
        states=True,
        example=Example(function="x**2*sin(x)"),
        rank=16,
        whole=_not_differentiated,
    ),
    Mistake(
        id="integrated",
        themes=("operation",),
        code="G3",
        title="an antiderivative",
        applies="a derivative",
        transformation="→ ∫ f dx, up to a constant",
        question="Which operation was asked for, and are you doing or undoing it?",
        attempt="Differentiate your answer: if you come back to where you began, you went the other way.",
        example=Example(function="x**2 + sin(x)", shown="x**3/3 - cos(x)"),
        rank=16,
        fits=is_integral,
    ),
    Mistake(
        id="second",
        themes=("operation",),
        code="G4",
        title="differentiated once too often",
        applies="a derivative",
        transformation="→ f''",
        question="How many times was the function to be differentiated?",
        attempt="Count the derivatives in your work and in the question.",
        example=Example(function="x**2*sin(x)"),
        rank=22,
        whole=_second,
    ),
    Mistake(
        id="first_only",
        themes=("operation",),
        code="G5",
        title="differentiated once too little",
        applies="a second or higher derivative",
        transformation="f'' → f'",
        question="How many times was the function to be differentiated?",
        attempt="Count the derivatives in your work and in the question.",
        example=Example(function="x**2*sin(x)", order=2),
        rank=14,
        whole=_first_only,
    ),
    Mistake(
        id="square_of_first",
        themes=("operation",),
        code="G6",
        title="square of the first derivative",
        applies="a second derivative",
        transformation="f'' → (f')²",
        question="Does the raised number mean a power or a repetition here?",
        attempt="Say in words what the second derivative measures, then do it in two steps.",
        example=Example(function="x**2*sin(x)", order=2),
        rank=20,
        whole=_square_of_first,
    ),
    Mistake(
        id="recip",
        themes=("operation",),
        code="G7",
        title="reciprocal of the derivative",
        applies="a derivative",
        transformation="dy/dx → dx/dy",
        question="A change of what, per unit of what?",
        attempt="Write the rate with its units, and see which unit stands below.",
        example=Example(function="x**2*sin(x)"),
        rank=55,
        whole=_reciprocal,
    ),
    Mistake(
        id="value_not_function",
        themes=("constant",),
        code="G8",
        title="a number where a function was asked for",
        applies="a derivative or a gradient as a function",
        transformation="→ f'(a)",
        question="Should your answer still depend on the variable?",
        attempt="Look for a place where you put a number in for the variable, and leave it out.",
        example=Example(function="x**2*sin(x)"),
        rank=50,
        whole=_number,
    ),
    Mistake(
        id="function_not_value",
        code="G9",
        title="a function or a formula where a number was asked for",
        applies="a value at a point",
        transformation="f'(a) → f'",
        question="Should your answer still depend on the variable?",
        attempt="Put the point of the question into your formula, or call your function with it.",
        example=Example(function="x**2*sin(x)", at=(1.5,), shown="2*x*sin(x) + x**2*cos(x)"),
        rank=15,
        fits=_never,
    ),
    Mistake(
        id="wrong_point",
        code="G10",
        title="evaluated at another point",
        applies="a derivative at a point",
        transformation="f'(a) → f'(f(a)), f'(−a), f'(a±1)",
        question="Which coordinate goes in?",
        attempt="Write down the point of the question and cross out the coordinate that the function does not take.",
        example=Example(function="x**2*sin(x)", at=(1.5,)),
        rank=45,
        whole=_wrong_point,
    ),
)
