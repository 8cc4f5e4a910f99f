"""Taylor polynomials and bounds on their remainders."""

from collections.abc import Iterator
from math import factorial
from typing import TYPE_CHECKING, Any

from autograder.mistakes.calculus import Node, add, derivative, div, mul, num, sub, substitute, var
from autograder.mistakes.calculus import power as raised
from autograder.mistakes.catalogue.entry import Example, Mistake, seen_by_the_question

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.mistakes.calculus import Task


def _terms(task: "Task") -> list[tuple[tuple[str, ...], Node]]:
    """By which variables, and the derivative by them as a formula; the lowest orders first."""
    found: list[tuple[tuple[str, ...], Node]] = [((), task.function)]
    level = list(found)
    for _ in range(task.order):
        level = [((*by, name), derivative(node, name)) for by, node in level for name in task.wrt]
        found += level
    return found


def _polynomial(
    task: "Task",
    *,
    factor: "Callable[[int], Any]" = factorial,
    place: dict[str, Node] | None = None,
    step: "Callable[[str], Node] | None" = None,
    fixed: bool = True,
    least: int = 0,
    most: int | None = None,
) -> list[Node]:
    """The polynomial with everything that students vary."""
    here = task.place()
    put_in = here if place is None else place
    made = step or (lambda name: sub(var(name), here[name]))
    terms = []
    for by, node in _terms(task):
        if least <= len(by) <= (task.order if most is None else most):
            value = substitute(node, put_in) if fixed else node
            terms.append(div(mul(value, *(made(name) for name in by)), num(factor(len(by)))))
    return [add(*terms)]


def _no_factorial(task: "Task") -> Iterator[list[Node]]:
    if task.kind == "Taylor" and task.order >= 2:
        yield _polynomial(task, factor=lambda k: 1)
        yield _polynomial(task, factor=lambda k: max(k, 1))
        yield _polynomial(task, factor=lambda k: factorial(max(k - 1, 0)))


def _not_shifted(task: "Task") -> Iterator[list[Node]]:
    if task.kind == "Taylor" and not all(node.is_number(0) for node in task.place().values()):
        place = task.place()
        yield _polynomial(task, step=var)
        yield _polynomial(task, step=lambda name: add(var(name), place[name]))


def _another_place(task: "Task") -> Iterator[list[Node]]:
    if task.kind == "Taylor":
        for value in (0, 1):
            if not all(node.is_number(value) for node in task.place().values()):
                yield _polynomial(task, place=dict.fromkeys(task.place(), num(value)))


def _not_put_in(task: "Task") -> Iterator[list[Node]]:
    if task.kind == "Taylor":
        yield _polynomial(task, fixed=False)


def _order(task: "Task") -> Iterator[list[Node]]:
    if task.kind == "Taylor":
        for most in range(task.order):
            yield _polynomial(task, most=most)
        higher = [
            ((*by, name), derivative(node, name))
            for by, node in _terms(task)
            if len(by) == task.order
            for name in task.wrt
        ]
        here = task.place()
        more = [
            div(mul(substitute(node, here), *(sub(var(name), here[name]) for name in by)), num(factorial(len(by))))
            for by, node in higher
        ]
        yield [add(*_polynomial(task), *more)]


def _constant_lost(task: "Task") -> Iterator[list[Node]]:
    if task.kind == "Taylor" and task.order >= 1:
        yield _polynomial(task, least=1)


def _powers_lost(task: "Task") -> Iterator[list[Node]]:
    if task.kind == "Taylor" and task.order >= 2 and len(task.wrt) == 1:
        place, name = task.place(), task.wrt[0]
        step = sub(var(name), place[name])
        values = [substitute(node, place) for _, node in _terms(task)]
        yield [
            add(values[0], *(div(mul(value, step), num(factorial(k))) for k, value in enumerate(values[1:], start=1)))
        ]
        yield [add(*(mul(value, raised(step, k)) if k else value for k, value in enumerate([values[0]] * len(values))))]


def _function(task: "Task") -> Iterator[list[Node]]:
    if task.kind == "Taylor":
        yield [task.function]


def _last_sign(task: "Task") -> Iterator[list[Node]]:
    if task.kind == "Taylor" and task.order >= 2:
        yield _polynomial(task, factor=lambda k: -factorial(k) if k == task.order else factorial(k))


_EXP = Example(function="exp(2*x)", variables=("x",), wrt=("x",), kind="Taylor", order=3, at=(1.0,))


def _typed(answer: str) -> Example:
    return Example(function="exp(x)", kind="RemainderBound", shown=answer)


ENTRIES: tuple[Mistake, ...] = (
    Mistake(
        id="taylor_factorial",
        themes=("factor",),
        code="TA1",
        title="factorial forgotten or another number in its place",
        applies="a Taylor polynomial of at least the second order",
        transformation="f⁽ᵏ⁾(a)/k! → f⁽ᵏ⁾(a), f⁽ᵏ⁾(a)/k",
        question="By what is each derivative divided, and does it grow from term to term as it must?",
        attempt="Differentiate your polynomial as often as a term says: does the derivative of the function come out?",
        example=_EXP,
        source="project's own",
        rank=16,
        whole=_no_factorial,
    ),
    Mistake(
        id="taylor_shift",
        themes=("part",),
        code="TA2",
        title="powers of the variable instead of the distance to the point",
        applies="a Taylor polynomial at another point than zero",
        transformation="(x − a)ᵏ → xᵏ or (x + a)ᵏ",
        question="From which point is the distance measured in each term?",
        attempt="Put the point itself into your polynomial: does the value of the function come out?",
        example=_EXP,
        source="project's own",
        rank=16,
        whole=_not_shifted,
    ),
    Mistake(
        id="taylor_place",
        code="TA3",
        title="derivatives at another point",
        applies="a Taylor polynomial",
        transformation="f⁽ᵏ⁾(a) → f⁽ᵏ⁾(0)",
        question="At which point are the derivatives taken?",
        attempt="Write down the point of the question beside every derivative before you put a number in.",
        example=_EXP,
        source="project's own",
        rank=20,
        whole=_another_place,
    ),
    Mistake(
        id="taylor_open",
        code="TA4",
        title="derivatives left as functions",
        applies="a Taylor polynomial",
        transformation="f⁽ᵏ⁾(a) → f⁽ᵏ⁾(x)",
        question="Is your answer a polynomial, with numbers for its coefficients?",
        attempt="Put the point into every derivative before you multiply.",
        example=_EXP,
        source="project's own",
        rank=20,
        whole=_not_put_in,
    ),
    Mistake(
        id="taylor_order",
        instead_of=("layer_skipped",),
        themes=("operation",),
        code="TA5",
        title="one order too few or too many",
        applies="a Taylor polynomial",
        transformation="Tₙ → Tₙ₋₁, Tₙ₊₁",
        question="Which is the highest power that was asked for, and which is yours?",
        attempt="Count the derivatives that you took, and compare with the order in the question.",
        example=_EXP,
        source="project's own",
        rank=14,
        whole=_order,
    ),
    Mistake(
        id="taylor_constant",
        themes=("part", "constant"),
        code="TA6",
        title="value at the point left out",
        applies="a Taylor polynomial",
        transformation="→ without f(a)",
        question="Which value has your polynomial at the point itself?",
        attempt="Put the point into your polynomial and into the function, and compare.",
        example=_EXP,
        source="project's own",
        rank=18,
        whole=_constant_lost,
    ),
    Mistake(
        id="taylor_powers",
        themes=("part",),
        code="TA7",
        title="powers or derivatives do not go along from term to term",
        applies="a Taylor polynomial of at least the second order",
        transformation="(x − a)ᵏ → (x − a), f⁽ᵏ⁾(a) → f(a)",
        question="What changes from one term to the next?",
        attempt="Number the terms, and write beside each how often it is differentiated, and its power.",
        example=_EXP,
        source="project's own",
        rank=24,
        whole=_powers_lost,
    ),
    Mistake(
        id="taylor_function",
        instead_of=("not_diff",),
        themes=("operation",),
        code="TA8",
        title="the function itself",
        applies="a Taylor polynomial",
        transformation="Tₙ → f",
        question="Is your answer a polynomial?",
        attempt="Say which derivatives of the function a polynomial of this order needs, and take them first.",
        example=_EXP,
        source="project's own",
        rank=15,
        whole=_function,
    ),
    Mistake(
        id="taylor_last_sign",
        themes=("sign",),
        code="TA9",
        title="sign of the highest term",
        applies="a Taylor polynomial of at least the second order",
        transformation="the highest term → its negative",
        question="Which sign has each derivative at the point?",
        attempt="Make a table with a line for each derivative: the formula, and its value at the point.",
        example=_EXP,
        source="project's own",
        rank=26,
        whole=_last_sign,
    ),
    Mistake(
        id="bound_too_small",
        code="TA10",
        title="bound that the remainder exceeds",
        applies="a bound on a remainder",
        transformation="→ a number below the largest remainder",
        question="Where on the interval is the derivative in the remainder largest?",
        attempt="Compare the function and its polynomial at both ends of the interval: does your number bound that?",
        states=True,
        example=_typed("1/6"),
        source="project's own",
        rank=10,
        fits=seen_by_the_question,
    ),
    Mistake(
        id="bound_too_large",
        code="TA11",
        title="bound that is true and too coarse",
        applies="a bound on a remainder that must be near Lagrange's",
        transformation="→ a number far above the largest remainder",
        question="Your number bounds the remainder. Is it as small as the formula of the remainder makes it?",
        attempt="Look for the factorial and the power in the formula of the remainder.",
        states=True,
        example=_typed("e"),
        source="project's own",
        rank=10,
        fits=seen_by_the_question,
    ),
)
