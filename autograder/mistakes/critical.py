"""Critical points and what they are. The question itself sees these: an answer is a set, not an array of values."""

from typing import TYPE_CHECKING, Any

from autograder.mistakes.entry import Example, Mistake

if TYPE_CHECKING:
    from autograder.mistakes.task import Task


def _never(task: "Task", actual: Any) -> bool:
    return False


def _shown(answer: str) -> Example:
    return Example(function="x**3 - 3*x + y**2", variables=("x", "y"), kind="CriticalPoints", shown=answer)


ENTRIES: tuple[Mistake, ...] = (
    Mistake(
        id="critical_missing",
        code="G11",
        title="not all critical points",
        applies="critical points of which the number is asked for",
        transformation="a part of the set",
        question="Have you found every place at which the function is level?",
        attempt="Solve once more, and divide by nothing that may be zero.",
        example=_shown("{(1, 0): minimum}"),
        source="project's own",
        rank=20,
        fits=_never,
    ),
    Mistake(
        id="extrema_swapped",
        themes=("sign",),
        code="G12",
        title="minimum and maximum exchanged",
        applies="critical points with their kinds",
        transformation="minimum ↔ maximum",
        question="Which way does the graph bend where it is level?",
        attempt="Step a little away from the place, and compare the values of the function.",
        example=_shown("{(1, 0): maximum, (-1, 0): saddle}"),
        source="project's own",
        rank=20,
        fits=_never,
    ),
    Mistake(
        id="class_wrong",
        code="G13",
        title="saddle taken for an extremum, or an extremum for a saddle",
        applies="critical points with their kinds",
        transformation="saddle ↔ minimum or maximum",
        question="Does the function rise in every direction, fall in every direction, or some of each?",
        attempt="Step a little along each axis, to both sides, and along the diagonals; compare the values.",
        example=_shown("{(1, 0): minimum, (-1, 0): maximum}"),
        source="project's own",
        rank=20,
        fits=_never,
    ),
)
