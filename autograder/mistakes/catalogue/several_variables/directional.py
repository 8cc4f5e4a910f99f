"""Directional derivatives, steepest ascent and level sets."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from autograder.mistakes.calculus import Node, div, dot, mul, neg, norm, num
from autograder.mistakes.catalogue.entry import Example, Mistake, seen_by_the_question

if TYPE_CHECKING:
    from autograder.mistakes.calculus import Task

Made = tuple[tuple[int, ...], list[Node]]


def _directed(task: "Task") -> bool:
    return task.kind == "DirectionalDerivative" and task.direction is not None


def _not_unit(task: "Task") -> Iterator[Made]:
    if _directed(task) and task.unit:
        yield (), [dot(task.gradient(), task.way())]


def _made_unit(task: "Task") -> Iterator[Made]:
    if _directed(task) and not task.unit:
        way = task.way()
        yield (), [div(dot(task.gradient(), way), norm(way))]


def _length_squared(task: "Task") -> Iterator[Made]:
    if _directed(task):
        way = task.way()
        yield (), [div(dot(task.gradient(), way), dot(way, way))]


def _elementwise(task: "Task") -> Iterator[Made]:
    if _directed(task):
        way, slopes = task.way(), task.gradient()
        length = norm(way)
        products = [mul(s, w) for s, w in zip(slopes, way, strict=True)]
        yield (len(way),), products
        yield (len(way),), [div(product, length) for product in products]


def _largest(task: "Task") -> Iterator[Made]:
    if _directed(task):
        yield (), [norm(task.gradient())]


def _unit_gradient(task: "Task") -> Iterator[Made]:
    if _directed(task):
        slopes, way = task.gradient(), task.way()
        yield (), [div(dot(slopes, way), mul(norm(slopes), norm(way)))]


def _place_as_way(task: "Task") -> Iterator[Made]:
    if _directed(task) and task.at is not None and task.direction is not None:
        target = [num(a + v) for a, v in zip(task.at, task.direction, strict=True)]
        for arrow in (target, [num(a) for a in task.at]):
            yield (), [div(dot(task.gradient(), arrow), norm(arrow))]
            yield (), [dot(task.gradient(), arrow)]


def _angle_unit(task: "Task") -> Iterator[Made]:
    if not _directed(task) or task.direction is None or len(task.direction) != 2:
        return
    angle = math.degrees(math.atan2(task.direction[1], task.direction[0]))
    for wrong in {angle, angle % 360}:
        yield (), [dot(task.gradient(), [num(math.cos(wrong)), num(math.sin(wrong))])]


def _vector_for_rate(task: "Task") -> Iterator[Made]:
    if task.kind in ("DirectionalDerivative", "SteepestRate"):
        yield (len(task.wrt),), task.gradient()


_MEASURED = ("DirectionalDerivative", "Gradient", "SteepestAscent", "SteepestRate")


def _no_root(task: "Task") -> Iterator[Made]:
    slopes = task.gradient() if task.kind in _MEASURED else []
    if len(slopes) > 1:
        yield (), [dot(slopes, slopes)]


def _not_shortened(task: "Task") -> Iterator[Made]:
    if task.kind == "SteepestAscent":
        yield task.shape, task.gradient()


def _normal(task: "Task") -> Iterator[Made]:
    if task.kind == "LevelSetTangent":
        yield task.shape, task.gradient()
        yield task.shape, [neg(slope) for slope in task.gradient()]


def _tangent(task: "Task") -> Iterator[Made]:
    if task.kind == "LevelSetNormal" and len(task.wrt) == 2:
        fx, fy = task.gradient()
        yield task.shape, [neg(fy), fx]
        yield task.shape, [fy, neg(fx)]


def _components_exchanged(task: "Task") -> Iterator[Made]:
    if task.kind == "LevelSetTangent" and len(task.wrt) == 2:
        fx, fy = task.gradient()
        yield task.shape, [fy, fx]
        yield task.shape, [neg(fy), neg(fx)]


def _normal_of_surface(task: "Task") -> Iterator[Made]:
    if task.kind in ("LevelSetNormal", "LevelSetTangent") and len(task.wrt) == 2:
        yield (3,), [*task.gradient(), num(-1)]
        yield (3,), [*(neg(slope) for slope in task.gradient()), num(1)]


def _to_summit(task: "Task") -> Iterator[Made]:
    """Straight to where the gradient vanishes, for a function of which the data name that place."""
    summit = task.data.get("summit")
    if task.kind == "SteepestAscent" and summit is not None and task.at is not None:
        arrow = [num(float(s) - a) for s, a in zip(summit, task.at, strict=True)]
        if any(entry.value for entry in arrow):
            yield task.shape, arrow
            yield task.shape, [div(entry, norm(arrow)) for entry in arrow]


F = "x*y**2 + 5*x + cos(y)"
ALONG = Example(function=F, variables=("x", "y"), kind="DirectionalDerivative", direction=(3.0, 4.0))
ALONG_AT = Example(function=F, variables=("x", "y"), kind="DirectionalDerivative", direction=(3.0, 4.0), at=(1.0, 2.5))
ASCENT = Example(function=F, variables=("x", "y"), kind="SteepestAscent", at=(1.0, 2.5), data={"summit": (2.0, 7.0)})
TANGENT = Example(function=F, variables=("x", "y"), kind="LevelSetTangent", at=(1.0, 2.5))
NORMAL = Example(function=F, variables=("x", "y"), kind="LevelSetNormal", at=(1.0, 2.5))

ENTRIES: tuple[Mistake, ...] = (
    Mistake(
        id="nonunit",
        themes=("factor", "arrow"),
        code="D1",
        title="direction not normalised",
        applies="a directional derivative",
        transformation="∇f·v/‖v‖ → ∇f·v",
        question="If you draw the arrow longer, should the slope change?",
        attempt="Measure the length of the arrow that you used.",
        example=ALONG,
        rank=10,
        whole=_not_unit,
    ),
    Mistake(
        id="made_unit",
        themes=("arrow",),
        code="D16",
        title="vector normalised though it was to be taken as it is",
        applies="a derivative along a vector",
        transformation="∇f·v → ∇f·v/‖v‖",
        question="The slope in a direction, or the rate at the speed of the vector: which was asked for?",
        attempt="Draw the vector longer in your mind: must the answer notice?",
        example=Example(
            function=F, variables=("x", "y"), kind="DirectionalDerivative", direction=(3.0, 4.0), data={"unit": False}
        ),
        source="project's own: the mirror image of D1",
        rank=10,
        whole=_made_unit,
    ),
    Mistake(
        id="norm_sq",
        themes=("arrow",),
        code="D2",
        title="divided by the square of the length",
        applies="a directional derivative",
        transformation="→ ∇f·v/‖v‖²",
        question="How many times does the length of the arrow go in?",
        attempt="Draw the arrow longer in your mind and compute again: the slope must stay.",
        example=ALONG,
        rank=18,
        whole=_length_squared,
    ),
    Mistake(
        id="vector",
        themes=("arrow",),
        code="D3",
        title="product entry by entry",
        applies="a directional derivative",
        transformation="→ (fx·v1, fy·v2)",
        question="Is a slope a number or an arrow?",
        attempt="Print the shape of your answer; look whether you meant a dot product.",
        example=ALONG,
        rank=12,
        whole=_elementwise,
    ),
    Mistake(
        id="norm_of_grad",
        themes=("arrow",),
        code="D4",
        title="slope in the best direction",
        applies="a directional derivative",
        transformation="→ ‖∇f‖",
        question="That is the slope in the best direction; is yours the best?",
        attempt="Turn the arrow in your mind: does your answer notice?",
        example=ALONG,
        rank=16,
        whole=_largest,
    ),
    Mistake(
        id="unit_grad",
        themes=("arrow",),
        code="D5",
        title="gradient normalised as well",
        applies="a directional derivative",
        transformation="→ ∇f/‖∇f‖·v/‖v‖",
        question="Where did the steepness go?",
        attempt="Make the function steeper in your mind: does your answer notice?",
        example=ALONG,
        rank=18,
        whole=_unit_gradient,
    ),
    Mistake(
        id="point_as_dir",
        code="D6",
        title="a point used as a direction",
        applies="a directional derivative at a point",
        transformation="Q − P → Q, or P",
        question="Is that a place or a displacement?",
        attempt="Draw both points and the arrow from one to the other.",
        example=ALONG_AT,
        rank=20,
        whole=_place_as_way,
    ),
    Mistake(
        id="angle_deg",
        code="D7",
        title="angle of the direction in degrees given to cos and sin",
        applies="a directional derivative",
        transformation="(cos θ, sin θ) with θ in degrees",
        question="Which unit does the angle have?",
        attempt="Check the arrow that you made from the angle: draw it.",
        example=ALONG,
        rank=30,
        whole=_angle_unit,
    ),
    Mistake(
        id="max_rate_vector",
        themes=("arrow",),
        code="D8",
        title="the gradient where a rate was asked for",
        applies="a directional derivative or a rate of ascent",
        transformation="→ ∇f",
        question="Is a slope a number or an arrow?",
        attempt="Count the entries of your answer: a rate is one number.",
        example=ALONG,
        rank=12,
        whole=_vector_for_rate,
    ),
    Mistake(
        id="no_sqrt",
        themes=("arrow",),
        code="D8",
        title="length without its root",
        applies="a rate or a length of the gradient",
        transformation="→ ∇f·∇f",
        question="How is the length of an arrow computed, to the last step?",
        attempt="Compute the length of an arrow that you can measure with a ruler.",
        example=ALONG,
        rank=20,
        whole=_no_root,
    ),
    Mistake(
        id="not_unit",
        themes=("arrow",),
        code="D13",
        title="direction of ascent with its length",
        applies="a direction of unit length",
        transformation="∇f/‖∇f‖ → ∇f",
        question="Direction, size or both: what was asked for?",
        attempt="Measure the length of your arrow.",
        example=ASCENT,
        source="project's own: the mirror image of M10",
        rank=14,
        whole=_not_shortened,
    ),
    Mistake(
        id="normal_vs_gradient",
        code="D11",
        title="normal of the surface instead of the level curve",
        applies="a normal or a tangent of a level set",
        transformation="→ (fx, fy, −1)",
        question="The gradient of which function, and on which map is the arrow drawn?",
        attempt="Count the variables of the function whose level set is meant.",
        example=NORMAL,
        rank=16,
        whole=_normal_of_surface,
    ),
    Mistake(
        id="points_to_summit",
        code="D12",
        title="straight to the summit",
        applies="a direction of steepest ascent; the question's data name the summit",
        transformation="→ x* − a",
        question="Steepest here, or nearest to the top?",
        attempt="Draw the level curve through the point and the arrow that leaves it at a right angle.",
        example=ASCENT,
        rank=20,
        whole=_to_summit,
    ),
    Mistake(
        id="zero_vector",
        themes=("arrow",),
        code="D15",
        title="an arrow without a length",
        applies="a direction, a normal or a tangent of a level set",
        transformation="→ (0, 0)",
        question="Does your arrow point anywhere?",
        attempt="Walk one step along your arrow: where are you then?",
        example=Example(
            function="x**2 + 3*y", variables=("x", "y"), kind="LevelSetTangent", at=(1.0, 2.0), shown="[0, 0]"
        ),
        source="project's own",
        rank=10,
        fits=seen_by_the_question,
    ),
    Mistake(
        id="normal_for_tangent",
        code="D14",
        title="across the level set instead of along it",
        applies="a tangent of a level set",
        transformation="(−fy, fx) → (fx, fy)",
        question="Along that arrow, does the function change?",
        attempt="Step a little along your arrow: on a level set the function must keep its value.",
        example=TANGENT,
        source="project's own: the mirror image of M12",
        rank=12,
        whole=_normal,
    ),
    Mistake(
        id="tangent_for_normal",
        code="D14",
        title="along the level set instead of across it",
        applies="a normal of a level set",
        transformation="(fx, fy) → (−fy, fx)",
        question="Along that arrow, does the function change?",
        attempt="Step a little along your arrow: across a level set the function must change as fast as it can.",
        example=NORMAL,
        source="project's own: M12 for level sets",
        rank=12,
        whole=_tangent,
    ),
    Mistake(
        id="tangent_no_minus",
        instead_of=("term_sign", "minus_lost"),
        code="D15",
        title="components exchanged without a change of sign",
        applies="a tangent of a level curve",
        transformation="(−fy, fx) → (fy, fx)",
        question="Are your arrow and the gradient at a right angle?",
        attempt="Compute the dot product of your arrow and the gradient.",
        example=TANGENT,
        source="project's own",
        rank=14,
        whole=_components_exchanged,
    ),
)
