"""Critical points and what they are. The question itself sees these: an answer is a set, not an array of values."""

from autograder.mistakes.catalogue.entry import Example, Mistake, seen_by_the_question


def _shown(answer: str) -> Example:
    return Example(function="x**3 - 3*x + y**2", variables=("x", "y"), kind="CriticalPoints", shown=answer)


def _typed(answer: str) -> Example:
    return Example(function="x**3 - 3*x + 2", kind="Root", shown=answer)


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
        fits=seen_by_the_question,
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
        fits=seen_by_the_question,
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
        fits=seen_by_the_question,
    ),
    Mistake(
        id="zero_of_f",
        themes=("operation",),
        code="G14",
        title="a zero of the function instead of its slope",
        applies="points at which a slope is zero",
        transformation="f'(p) = 0 → f(p) = 0",
        question="Must the function be zero there, or its slope?",
        attempt="Draw the function around your point: is the graph level there?",
        example=_typed("-2"),
        source="project's own: G2 for points",
        rank=20,
        fits=seen_by_the_question,
    ),
    Mistake(
        id="zero_of_second",
        themes=("operation",),
        code="G15",
        title="a zero of the second derivative",
        applies="points at which a slope is zero",
        transformation="f'(p) = 0 → f''(p) = 0",
        question="How many times was the function to be differentiated before you set it to zero?",
        attempt="Draw the function around your point: is the graph level there, or does it change the way it bends?",
        example=_typed("0"),
        source="project's own: G4 for points",
        rank=20,
        fits=seen_by_the_question,
    ),
    Mistake(
        id="point_sign",
        themes=("sign",),
        code="G16",
        title="sign of a coordinate of the point",
        applies="points at which a slope is zero",
        transformation="p → −p, or one coordinate of it",
        question="On which side of zero does the graph have its level places?",
        attempt="Put your point into the slope: does it come out as zero?",
        example=_typed("[1, 1]"),
        source="project's own: G1 for points",
        rank=20,
        fits=seen_by_the_question,
    ),
    Mistake(
        id="not_level",
        code="G17",
        title="a point at which the function is not level",
        applies="points at which a slope is zero",
        transformation="f'(p) ≠ 0, for no reason that has a name",
        question="How steep is the function at your point?",
        attempt="Put your point into every partial derivative: what must come out?",
        example=_typed("3"),
        source="project's own",
        rank=60,
        fits=seen_by_the_question,
    ),
)
