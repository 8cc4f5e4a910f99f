"""Gradient descent, and what every update rule has in common with it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from autograder.mistakes.calculus import Node, num, paths
from autograder.mistakes.catalogue.entry import Example, Mistake, seen_by_the_question

if TYPE_CHECKING:
    from autograder.mistakes.calculus import Task

Made = tuple[tuple[int, ...], list[Node]]


def ready(task: "Task") -> bool:
    """Whether iterates are asked for: only then is there a path that can go wrong."""
    return task.kind in ("Descent", "Optimiser") and None not in (task.start, task.step, task.count)


def both(path: Any) -> Iterator[Made]:
    """A path, shape (count + 1, n), as it is and as its last point; for one variable without its axis too."""
    for shown in (path, path[-1]):
        entries = [num(float(value)) for value in shown.ravel()]
        yield shown.shape, entries
        if path.shape[1] == 1:
            yield shown.shape[:-1], entries


def _climb(task: "Task") -> Iterator[Made]:
    if ready(task):
        for path in paths(task, "ascent"):
            yield from both(path)


def _one_by_one(task: "Task") -> Iterator[Made]:
    if task.kind == "Descent" and ready(task) and len(task.wrt) > 1:
        for path in paths(task, "one-by-one"):
            yield from both(path)


def _miscounted(task: "Task") -> Iterator[Made]:
    if not ready(task) or task.count is None:
        return
    for path in paths(task, count=task.count + 1):
        yield from both(path)
        if task.count > 1:
            yield from both(path[:-2])
        for made in both(path[1:-1]):
            if len(made[0]) == 2 or (len(task.wrt) == 1 and len(made[0]) == 1 and made[0][0] == task.count):
                yield made


def _no_step(task: "Task") -> Iterator[Made]:
    if ready(task) and task.step != 1.0:
        for path in paths(task, step=1.0):
            yield from both(path)


def _aliased(task: "Task") -> Iterator[Made]:
    if ready(task):
        for path in paths(task):
            yield path.shape, [num(float(value)) for _ in path for value in path[-1]]


def _slope_of_the_start(task: "Task") -> Iterator[Made]:
    if ready(task):
        for path in paths(task, "first-slope"):
            yield from both(path)


def _unit(task: "Task") -> Iterator[Made]:
    if ready(task):
        for path in paths(task, "unit"):
            yield from both(path)


BOWL = Example(
    function="x**2 + 3*y**2 + x*y",
    variables=("x", "y"),
    kind="Descent",
    data={"start": (2.0, -1.0), "step": 0.1, "count": 3},
)

SEARCH = Example(
    function="(x - 1)**2 + 2*y**2", variables=("x", "y"), kind="Minimiser", shown="steps of another length"
)

ENTRIES: tuple[Mistake, ...] = (
    Mistake(
        id="ascent_sign",
        code="O1",
        title="ascent instead of descent",
        applies="gradient descent and other update rules",
        transformation="x − lr·g → x + lr·g",
        question="Did the function go down?",
        attempt="Print the value of the function after every step.",
        example=BOWL,
        rank=10,
        whole=_climb,
    ),
    Mistake(
        id="stale",
        code="O2",
        title="a coordinate updated with the new value of another one",
        applies="gradient descent in several variables",
        transformation="all at once → one after the other",
        question="At which point was the gradient taken?",
        attempt="Compute the whole gradient before you change any coordinate.",
        example=BOWL,
        rank=12,
        whole=_one_by_one,
    ),
    Mistake(
        id="off_by_one",
        code="O3",
        title="one step too many or too few",
        applies="gradient descent",
        transformation="n → n ± 1, or the path without its start",
        question="From where do you count?",
        attempt="Run one step only and count the points that you get.",
        example=BOWL,
        rank=12,
        whole=_miscounted,
    ),
    Mistake(
        id="lr_missing",
        code="O4",
        title="learning rate left out",
        applies="gradient descent",
        transformation="x − lr·g → x − g",
        question="What sets the length of a step?",
        attempt="Make the learning rate ten times smaller: does your path notice?",
        example=BOWL,
        rank=12,
        whole=_no_step,
    ),
    Mistake(
        id="unit_step",
        code="O4",
        title="gradient normalised before the step",
        applies="gradient descent",
        transformation="x − lr·g → x − lr·g/‖g‖",
        question="What sets the length of a step?",
        attempt="Print the length of each step: must they all be the same?",
        example=BOWL,
        rank=16,
        whole=_unit,
    ),
    Mistake(
        id="path_aliased",
        code="O8",
        title="the same array again and again instead of a path",
        applies="the path of a gradient descent",
        transformation="(x₀, …, xₙ) → (xₙ, …, xₙ)",
        question="Are the points of your path different arrays, or one array that you go on changing?",
        attempt="Print the first point of your path at the end: is it still where you started?",
        example=BOWL,
        source="project's own",
        rank=12,
        whole=_aliased,
    ),
    Mistake(
        id="start_slope",
        code="O9",
        title="every step with the gradient at the start",
        applies="gradient descent of several steps",
        transformation="x − lr·∇f(x) → x − lr·∇f(x₀)",
        question="At which point do you take the gradient in the second step?",
        attempt="Print the gradient in every step: does it change?",
        example=BOWL,
        source="project's own",
        rank=12,
        whole=_slope_of_the_start,
    ),
    Mistake(
        id="not_arrived",
        code="O5",
        title="not at a minimum yet",
        applies="a search for a minimum, or for a place where the slope is zero",
        transformation="stopped early, ran away, or went elsewhere",
        question="How steep is the function where you stop?",
        attempt="Print the gradient at your last points: has it become small?",
        example=SEARCH,
        source="project's own",
        rank=20,
        fits=seen_by_the_question,
    ),
    Mistake(
        id="path_rises",
        code="O6",
        title="uphill on the way down",
        applies="a path along which the function must not rise",
        transformation="f(x_k+1) > f(x_k)",
        question="Does the function go down with every step of yours?",
        attempt="Print the value of the function after every step, and try shorter steps.",
        example=SEARCH,
        source="project's own",
        rank=20,
        fits=seen_by_the_question,
    ),
    Mistake(
        id="too_many_calls",
        code="O7",
        title="more evaluations than allowed",
        applies="a function that looks for a minimum with a limited number of calls",
        transformation="calls > most",
        question="How often does your function ask for the gradient?",
        attempt="Count the calls, try other learning rates, and compute no gradient more than once.",
        example=SEARCH,
        source="project's own",
        rank=20,
        fits=seen_by_the_question,
    ),
)
