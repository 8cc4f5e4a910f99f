"""Constraints met by projecting: a step of descent back onto a set, a gradient into the tangent space."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from autograder.mistakes.calculus import Node, add, derivative, div, dot, mul, neg, norm, num, sub, var
from autograder.mistakes.catalogue.entry import Example, Mistake
from autograder.mistakes.catalogue.optimisers import OWN, slipped

if TYPE_CHECKING:
    from autograder.mistakes.calculus import Task

APPLIES = "projected gradient steps"


def _walk(onto: str, start: tuple[float, ...], **settings: float | tuple[float, ...]) -> Example:
    """Five steps on a bowl that is lowest outside of the set."""
    data = {"rule": "projected gradient", "settings": {"onto": onto, **settings}, "step": 0.1, "count": 5}
    return Example(
        function="(x - 3)**2 + 2*(y + 2)**2 + x*y",
        variables=("x", "y"),
        kind="Optimiser",
        data={**data, "start": start, "ways": ("usual",)},
    )


BALL = _walk("ball", (0.5, 0.0), radius=1.5, center=(0.0, 0.0))
ASIDE = _walk("ball", (1.0, 1.0), radius=1.0, center=(1.0, 0.5))
BOX = _walk("box", (0.0, 0.0), low=(-1.0, -1.0), high=(1.0, 0.5))

Made = tuple[tuple[int, ...], list[Node]]


def _slopes(task: "Task") -> list[list[Node]]:
    """The gradient of the function, and then of each constraint."""
    return [[derivative(f, by) for by in task.wrt] for f in task.functions]


def _scaled(factor: Node, vector: Sequence[Node]) -> list[Node]:
    return [mul(factor, entry) for entry in vector]


def _less(one: Sequence[Node], other: Sequence[Node]) -> list[Node]:
    return [sub(a, b) for a, b in zip(one, other, strict=True)]


def _asked(task: "Task") -> bool:
    return task.kind == "ProjectedGradient"


def _not_projected(task: "Task") -> Iterator[Made]:
    if _asked(task):
        yield task.shape, _slopes(task)[0]


def _normal_part(task: "Task") -> Iterator[Made]:
    if _asked(task):
        yield task.shape, _less(_slopes(task)[0], task.flat)


def _not_unit(task: "Task") -> Iterator[Made]:
    if _asked(task) and len(task.functions) == 2:
        slope, normal = _slopes(task)
        along = dot(slope, normal)
        yield task.shape, _less(slope, _scaled(along, normal))
        yield task.shape, _less(slope, _scaled(div(along, norm(normal)), normal))
        half = [div(entry, num(2)) for entry in normal]
        # the gradient of a circle with its 2 left out, or brought in once
        yield task.shape, _less(slope, _scaled(dot(slope, half), half))
        yield task.shape, _less(slope, _scaled(dot(slope, half), normal))
        yield task.shape, _less(slope, _scaled(div(dot(slope, half), norm(half)), half))


def _added(task: "Task") -> Iterator[Made]:
    if _asked(task):
        slope = _slopes(task)[0]
        yield task.shape, [sub(mul(num(2), a), b) for a, b in zip(slope, task.flat, strict=True)]


def _away(slope: list[Node], normal: list[Node]) -> list[Node]:
    """A vector without its part along another one."""
    return _less(slope, _scaled(div(dot(slope, normal), dot(normal, normal)), normal))


def _exchanged(task: "Task") -> Iterator[Made]:
    if _asked(task) and len(task.functions) == 2:
        slope, normal = _slopes(task)
        yield task.shape, _away(normal, slope)


def _position(task: "Task") -> Iterator[Made]:
    if _asked(task):
        yield task.shape, _away(_slopes(task)[0], [var(name) for name in task.wrt])


def _one_by_one(task: "Task") -> Iterator[Made]:
    if not _asked(task) or len(task.functions) < 3:
        return
    slope, *normals = _slopes(task)
    for order in (normals, normals[::-1]):
        left = slope
        for normal in order:
            left = _away(left, normal)
        yield task.shape, left
    parts = [_less(slope, _away(slope, normal)) for normal in normals]
    yield task.shape, [sub(entry, add(*(part[k] for part in parts))) for k, entry in enumerate(slope)]


def _one_only(task: "Task") -> Iterator[Made]:
    if _asked(task) and len(task.functions) > 2:
        slope, *normals = _slopes(task)
        for normal in normals:
            yield task.shape, _away(slope, normal)


def _coefficient(task: "Task") -> Iterator[Made]:
    if _asked(task) and len(task.functions) == 2:
        slope, normal = _slopes(task)
        along = dot(slope, normal)
        for number in (along, div(along, norm(normal)), div(along, dot(normal, normal))):
            yield (), [number]
            yield (), [neg(number)]


ELLIPSE = Example(
    function=("x*y + 2*x", "x**2 + 4*y**2 - 5"),
    variables=("x", "y"),
    wrt=("x", "y"),
    kind="ProjectedGradient",
    at=(1.0, 1.0),
)
SPACE = Example(
    function=("x*y + 3*z", "x**2 + 2*y**2 + z**2 - 23", "x - 2*y + 2*z + 1"),
    variables=("x", "y", "z"),
    wrt=("x", "y", "z"),
    kind="ProjectedGradient",
    at=(1.0, 3.0, 2.0),
)
TANGENT = "a gradient in the tangent space"

ENTRIES: tuple[Mistake, ...] = (
    Mistake(
        id="projection_forgotten",
        code="PG1",
        title="no projection at all",
        applies=APPLIES,
        transformation="P(x − lr·g) → x − lr·g",
        question="Does every point of yours belong to the set?",
        attempt="Print your points and test each of them against what the set demands.",
        example=BALL,
        source=OWN,
        rank=10,
        instead_of=("projection_of_step",),
        whole=slipped("projection_forgotten"),
    ),
    Mistake(
        id="projection_late",
        code="PG2",
        title="projected once, at the end",
        applies=APPLIES,
        transformation="P in each step → P after the last one",
        question="When is a point brought back: after each step, or once?",
        attempt="Print your points and test each of them against what the set demands, not the last one alone.",
        example=BALL,
        source=OWN,
        rank=11,
        whole=slipped("projection_late"),
    ),
    Mistake(
        id="projection_of_step",
        code="PG3",
        title="the step or the gradient projected instead of the point",
        applies=APPLIES,
        transformation="P(x − lr·g) → x − P(lr·g), x − lr·P(g)",
        question="What has to lie in the set: your point or your step?",
        attempt="Draw the set, a point in it and one long step; what has to be brought back?",
        example=ASIDE,
        source=OWN,
        rank=11,
        whole=slipped("projection_of_step"),
    ),
    Mistake(
        id="projection_before",
        code="PG4",
        title="projected before the step instead of after it",
        applies=APPLIES,
        transformation="P(x − lr·g) → P(x) − lr·g",
        question="Which comes first: the step or the projection?",
        attempt="Test the last point that you return against what the set demands.",
        example=BALL,
        source=OWN,
        rank=11,
        whole=slipped("projection_before"),
    ),
    Mistake(
        id="projection_boundary",
        code="PG5",
        title="points inside of the ball moved to its edge",
        applies="projected gradient steps onto a ball",
        transformation="z·min(1, r/|z|) → z·r/|z|",
        question="Which point of the ball is nearest to one that lies inside of it?",
        attempt="Call your projection with a point that belongs to the ball already.",
        example=BALL,
        source=OWN,
        rank=11,
        whole=slipped("projection_boundary"),
    ),
    Mistake(
        id="projection_half",
        code="PG6",
        title="only one of the set's conditions kept",
        applies="projected gradient steps onto a box or a simplex",
        transformation="both bounds, or sign and sum → one of them",
        question="Which conditions make up the set, and which of them does your projection keep?",
        attempt="Write down all conditions of the set, and test your points against each of them.",
        example=BOX,
        source=OWN,
        rank=12,
        whole=slipped("projection_half"),
    ),
    Mistake(
        id="projection_size",
        code="PG7",
        title="a set of another size",
        applies=APPLIES,
        transformation="radius, bounds or sum → those of the unit set, or a square in their place",
        question="How large is the set of the question, and how large is yours?",
        attempt="Call your projection with a point far away, and measure where it ends.",
        example=BALL,
        source=OWN,
        rank=12,
        whole=slipped("projection_size"),
    ),
    Mistake(
        id="projection_center",
        code="PG8",
        title="the centre of the ball forgotten",
        applies="projected gradient steps onto a ball around another place than the origin",
        transformation="c + (z − c)·r/|z − c| → z·r/|z|",
        question="From which place is the distance measured?",
        attempt="Call your projection with a point near the centre of the ball: it must stay where it is.",
        example=ASIDE,
        source=OWN,
        rank=11,
        whole=slipped("projection_center"),
    ),
    Mistake(
        id="projection_rejected",
        code="PG9",
        title="steps that leave the set are not taken at all",
        applies=APPLIES,
        transformation="P(x − lr·g) → x where x − lr·g is outside",
        question="What becomes of a step that ends outside of the set?",
        attempt="Print two neighbouring points of yours: does the descent stand still before it should?",
        example=BALL,
        source=OWN,
        rank=12,
        whole=slipped("projection_rejected"),
    ),
    Mistake(
        id="projection_not_nearest",
        code="PG10",
        title="brought into the set, but not to its nearest point",
        applies=APPLIES,
        transformation="P(z) → another point of the set: entries cut off, divided by their sum, a softmax",
        question="Is there a point of the set that is nearer than the one you choose?",
        attempt="Take a point outside, and measure how far it is from yours and from others of the set.",
        example=BALL,
        source=OWN,
        rank=13,
        whole=slipped("projection_not_nearest"),
    ),
    Mistake(
        id="tangent_not_projected",
        code="PG11",
        title="the whole gradient",
        applies=TANGENT,
        transformation="∇f − λ∇g → ∇f",
        question="Does a step along your vector stay on the constraint?",
        attempt="Multiply your vector with the gradient of the constraint, entry by entry, and add up.",
        example=ELLIPSE,
        source=OWN,
        rank=10,
        instead_of=("term_lost", "coef_drop", "other_kept"),
        whole=_not_projected,
    ),
    Mistake(
        id="tangent_normal_part",
        code="PG12",
        title="the part that leaves the constraint",
        applies=TANGENT,
        transformation="∇f − λ∇g → λ∇g",
        question="Which part of the gradient was asked for: along the constraint or away from it?",
        attempt="Draw the constraint, a point on it and your vector.",
        example=ELLIPSE,
        source=OWN,
        rank=10,
        whole=_normal_part,
    ),
    Mistake(
        id="tangent_not_unit",
        code="PG13",
        title="normal not brought to length one",
        applies=TANGENT,
        transformation="λ = ∇f·∇g/|∇g|² → ∇f·∇g, ∇f·∇g/|∇g|",
        question="How long is the normal that you project with?",
        attempt="Make the constraint's function ten times larger: your answer should stay as it is.",
        example=ELLIPSE,
        source=OWN,
        rank=11,
        whole=_not_unit,
    ),
    Mistake(
        id="tangent_added",
        code="PG14",
        title="normal part added instead of taken away",
        applies=TANGENT,
        transformation="∇f − λ∇g → ∇f + λ∇g",
        question="What remains of your vector in the direction of the normal?",
        attempt="Multiply your vector with the gradient of the constraint, entry by entry, and add up.",
        example=ELLIPSE,
        source=OWN,
        rank=11,
        whole=_added,
    ),
    Mistake(
        id="tangent_exchanged",
        code="PG15",
        title="function and constraint exchanged",
        applies=TANGENT,
        transformation="∇f − λ∇g → ∇g − λ∇f",
        question="Which of the two functions is to change, and which is to stay?",
        attempt="Write both gradients down with their names, and say which of them is projected.",
        example=ELLIPSE,
        source=OWN,
        rank=12,
        whole=_exchanged,
    ),
    Mistake(
        id="tangent_position",
        code="PG16",
        title="the point itself used as the normal",
        applies="a gradient in the tangent space of another set than a sphere around the origin",
        transformation="∇g → x",
        question="Which vector stands at right angles to the constraint at a point of it?",
        attempt="Draw the constraint with your normal at one point: is the angle a right one?",
        example=ELLIPSE,
        source=OWN,
        rank=12,
        instead_of=("coef_drop", "pow_nocoef"),
        whole=_position,
    ),
    Mistake(
        id="tangent_one_by_one",
        code="PG17",
        title="normals taken away one by one although they are not at right angles",
        applies="a gradient in the tangent space of several constraints",
        transformation="P of all normals → one projection after the other",
        question="Are the normals of your constraints at right angles to each other?",
        attempt="Multiply your vector with the gradient of each constraint, entry by entry, and add up.",
        example=SPACE,
        source=OWN,
        rank=11,
        whole=_one_by_one,
    ),
    Mistake(
        id="tangent_one_only",
        code="PG18",
        title="one of the constraints forgotten",
        applies="a gradient in the tangent space of several constraints",
        transformation="P of all normals → of one of them",
        question="On how many constraints must a step along your vector stay?",
        attempt="Multiply your vector with the gradient of each constraint, entry by entry, and add up.",
        example=SPACE,
        source=OWN,
        rank=11,
        instead_of=("term_lost",),
        whole=_one_only,
    ),
    Mistake(
        id="tangent_coefficient",
        code="PG19",
        title="the factor of the normal instead of the vector",
        applies=TANGENT,
        transformation="∇f − λ∇g → λ",
        question="Is what was asked for a number or an arrow?",
        attempt="Say in words what your number measures, and what is left to do with it.",
        example=ELLIPSE,
        source=OWN,
        rank=12,
        whole=_coefficient,
    ),
)
