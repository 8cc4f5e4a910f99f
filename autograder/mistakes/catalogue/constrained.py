"""Largest and smallest values under constraints. The question itself sees these: an answer is a set of points."""

from autograder.mistakes.catalogue.entry import Example, Mistake, seen_by_the_question


def _typed(answer: str) -> Example:
    return Example(function="x*y", variables=("x", "y"), kind="ConstrainedOptimum", shown=answer)


ENTRIES: tuple[Mistake, ...] = (
    Mistake(
        id="constraint_ignored",
        code="LG1",
        title="constraint ignored: level without it",
        applies="a largest or smallest value under constraints",
        transformation="∇f = λ∇g → ∇f = 0",
        question="Does your point meet what was laid down for the variables?",
        attempt="Put your point into the constraint, and draw the constraint and the contours of the function.",
        example=_typed("(0, 0)"),
        source="project's own",
        rank=12,
        fits=seen_by_the_question,
    ),
    Mistake(
        id="constraint_unmet",
        code="LG2",
        title="constraint not met",
        applies="a largest or smallest value under constraints",
        transformation="a point on g = 0 → another one",
        question="Does your point meet what was laid down for the variables?",
        attempt="Put your point into the constraint, and solve for the variables once more.",
        example=_typed("(2, 1)"),
        source="project's own",
        rank=16,
        fits=seen_by_the_question,
    ),
    Mistake(
        id="lagrange_not_parallel",
        code="LG3",
        title="on the constraint, but not where the gradients are parallel",
        applies="a largest or smallest value under constraints",
        transformation="∇f = λ∇g → any point on g = 0",
        question="How does the function change when you walk a little along the constraint?",
        attempt="Draw both gradients at your point: they must lie on one line.",
        example=_typed("(sqrt(2), 0)"),
        source="project's own",
        rank=18,
        fits=seen_by_the_question,
    ),
    Mistake(
        id="lagrange_not_best",
        code="LG4",
        title="meets the conditions, but another point is better",
        applies="a largest or smallest value under constraints",
        transformation="the best point → another one that meets the conditions",
        question="Have you compared the values at all points that meet the conditions?",
        attempt="List all of these points with the value of the function, also those inside and those on the edge.",
        example=_typed("(1, 0)"),
        source="project's own",
        rank=18,
        fits=seen_by_the_question,
    ),
    Mistake(
        id="multiplier_wrong",
        code="LG5",
        title="right point, wrong multiplier",
        applies="points with multipliers",
        transformation="λ → another number",
        question="By how much is one gradient longer than the other at your point?",
        attempt="Put your point into both gradients, and compare them entry by entry.",
        example=_typed("(1, 1, 2), (-1, -1, 2)"),
        source="project's own",
        rank=14,
        fits=seen_by_the_question,
    ),
)
