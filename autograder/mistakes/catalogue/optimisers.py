"""Update rules that remember averages: momentum, Nesterov, RMSprop, Adam; and what all update rules share."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from autograder.mistakes.calculus import RULES, paths
from autograder.mistakes.catalogue.descent import Made, both, ready
from autograder.mistakes.catalogue.entry import Example, Mistake

if TYPE_CHECKING:
    from autograder.mistakes.calculus import Task

OWN = "project's own"


def _rule(task: "Task") -> str:
    return str(task.data.get("rule", "descent"))


def slipped(mistake: str) -> "Callable[[Task], Iterator[Made]]":
    """What makes the wrong paths of a mistake that stands in the table of the rules."""

    def made(task: "Task") -> Iterator[Made]:
        if task.kind == "Optimiser" and ready(task):
            for slip in RULES[_rule(task)].slips.get(mistake, ()):
                for path in paths(task, slip):
                    yield from both(path)

    return made


def _squared(task: "Task") -> Iterator[Made]:
    if task.kind == "Optimiser" and ready(task) and task.step not in (None, 1.0):
        assert task.step is not None
        for path in paths(task, step=task.step**2):
            yield from both(path)


def _other_way(task: "Task") -> Iterator[Made]:
    if task.kind != "Optimiser" or not ready(task):
        return
    rule = RULES[_rule(task)]
    others = [way for way in rule.ways if way not in task.data.get("ways", rule.ways)]
    for path in paths(task, ways=others) if others else ():
        yield from both(path)


def _counted_from_zero(task: "Task", actual: Any) -> bool:
    """Whether nothing after the start is a number, as where a correction divides by 1 − β⁰."""
    if task.kind != "Optimiser" or _rule(task) != "adam" or not actual.size:
        return False
    values = actual[0]
    later = values[1:] if task.count is not None and values.shape[:1] == (task.count + 1,) else values
    return bool((later != later).all())  # NaN alone differs from itself


def update_example(rule: str, **settings: float) -> Example:
    """A bowl that bends more and more, and three steps of a rule on it."""
    step = settings.pop("step")
    data = {"rule": rule, "settings": settings, "ways": RULES[rule].ways[:1], "start": (2.0, -1.0)}
    return Example(
        function="x**4 + 3*y**2 + x*y",
        variables=("x", "y"),
        kind="Optimiser",
        data={**data, "step": step, "count": 3},
    )


MOMENTUM = update_example("momentum", step=0.05, beta=0.9)
NESTEROV = update_example("nesterov", step=0.05, beta=0.9)
RMSPROP = update_example("rmsprop", step=0.05, rho=0.9, eps=1e-8)
ADAM = update_example("adam", step=0.05, beta1=0.9, beta2=0.999, eps=1e-8)

ENTRIES: tuple[Mistake, ...] = (
    Mistake(
        id="velocity_overwritten",
        code="O10",
        title="an average without memory",
        applies="momentum, Nesterov, RMSprop, Adam",
        transformation="v ← βv + g → v ← g",
        question="What does your average remember of the steps before?",
        attempt="Print the average in every step and look whether an earlier gradient still has a share in it.",
        example=MOMENTUM,
        source=OWN,
        rank=11,
        whole=slipped("velocity_overwritten"),
    ),
    Mistake(
        id="velocity_late",
        code="O11",
        title="step taken with the velocity before its update",
        applies="momentum",
        transformation="x ← x − lr·v (new) → x ← x − lr·v (old)",
        question="Which comes first: the new velocity or the step?",
        attempt="Look at the first step: does your point move?",
        example=MOMENTUM,
        source=OWN,
        rank=12,
        whole=slipped("velocity_late"),
    ),
    Mistake(
        id="gradient_twice",
        code="O35",
        title="gradient in the step and in the velocity",
        applies="momentum",
        transformation="x ← x − lr·v → x ← x − lr·g − lr·v",
        question="By which ways does the newest gradient come into one step of yours?",
        attempt="Look at the first step: is it as long as that of plain descent?",
        example=MOMENTUM,
        source="a public solution",
        rank=12,
        whole=slipped("gradient_twice"),
    ),
    Mistake(
        id="beta_swapped",
        code="O12",
        title="β and 1 − β exchanged",
        applies="momentum, Nesterov, RMSprop, Adam",
        transformation="βv + (1 − β)g → (1 − β)v + βg",
        question="Which has the larger share in your average: the past or the newest gradient?",
        attempt="Set the decay rate to zero in your head: which of the two parts must be left over?",
        example=MOMENTUM,
        source=OWN,
        rank=11,
        whole=slipped("beta_swapped"),
    ),
    Mistake(
        id="betas_exchanged",
        code="O13",
        title="β₁ and β₂ exchanged",
        applies="Adam",
        transformation="β₁ ↔ β₂",
        question="Which decay rate belongs to the gradients, and which to their squares?",
        attempt="Print both averages after some steps: which of them should change more slowly?",
        example=ADAM,
        source=OWN,
        rank=12,
        whole=slipped("betas_exchanged"),
    ),
    Mistake(
        id="decay_forgotten",
        code="O14",
        title="the past never fades",
        applies="momentum, Nesterov, RMSprop, Adam",
        transformation="βv → v: sums instead of averages",
        question="How much of the past is left in your average after many steps?",
        attempt="Give your rule the same gradient again and again and print the average: does it settle?",
        example=RMSPROP,
        source=OWN,
        rank=12,
        whole=slipped("decay_forgotten"),
    ),
    Mistake(
        id="gradient_old_point",
        code="O15",
        title="gradient at the old point instead of the place ahead",
        applies="Nesterov's momentum",
        transformation="∇f(x + βv) → ∇f(x)",
        question="At which place does this rule measure the slope?",
        attempt="Print the place at which you take the gradient beside your point: are they the same?",
        example=NESTEROV,
        source=OWN,
        rank=11,
        whole=slipped("gradient_old_point"),
    ),
    Mistake(
        id="look_ahead_wrong",
        code="O16",
        title="gradient at another place than the one ahead",
        applies="Nesterov's momentum",
        transformation="∇f(x + βv) → ∇f(x − βv), ∇f(x + v)",
        question="Where would the velocity alone carry your point?",
        attempt="Draw your point, the velocity and the place at which you take the gradient.",
        example=NESTEROV,
        source=OWN,
        rank=12,
        whole=slipped("look_ahead_wrong"),
    ),
    Mistake(
        id="bias_forgotten",
        code="O17",
        title="bias correction forgotten",
        applies="Adam",
        transformation="m/(1 − β₁ᵗ), v/(1 − β₂ᵗ) → m, v",
        question="Your averages begin at nothing: what does that do to the first steps?",
        attempt="Print both averages after the first step beside the gradient and its square.",
        example=ADAM,
        source=OWN,
        rank=11,
        whole=slipped("bias_forgotten"),
    ),
    Mistake(
        id="bias_kept",
        code="O18",
        title="corrected averages carried into the next step",
        applies="Adam",
        transformation="m ← m/(1 − β₁ᵗ) kept",
        question="Which average goes into the next step: the one before or after its correction?",
        attempt="Give the corrected averages names of their own and run two steps by hand.",
        example=ADAM,
        source=OWN,
        rank=12,
        whole=slipped("bias_kept"),
    ),
    Mistake(
        id="bias_step",
        code="O19",
        title="bias correction of another step",
        applies="Adam",
        transformation="1 − βᵗ with t always 1, or one too large",
        question="Which number has the first step in the correction, and which the next one?",
        attempt="Print the number of the step that your correction uses.",
        example=ADAM,
        source=OWN,
        rank=13,
        whole=slipped("bias_step"),
    ),
    Mistake(
        id="bias_zero",
        values_only=True,
        code="O20",
        title="steps of the bias correction counted from zero",
        applies="Adam",
        transformation="1 − β⁰ = 0 below the bar",
        question="What does your first step divide by?",
        attempt="Print what stands below the bar in the first step, and the number of that step.",
        example=Example(
            function=ADAM.function, variables=ADAM.variables, kind="Optimiser", shown="for t in range(count): 1 − β**t"
        ),
        source=OWN,
        rank=11,
        fits=_counted_from_zero,
    ),
    Mistake(
        id="root_missing",
        code="O21",
        title="divided by the mean square without its root",
        applies="RMSprop, Adam",
        transformation="g/√s → g/s",
        question="Which unit has a step of yours, if the gradient is measured in metres?",
        attempt="Make the function a thousand times larger: the steps of this rule should stay as they are.",
        example=RMSPROP,
        source=OWN,
        rank=12,
        whole=slipped("root_missing"),
    ),
    Mistake(
        id="lr_squared",
        code="O22",
        title="learning rate used twice",
        applies="update rules",
        transformation="x − lr·g → x − lr²·g",
        question="How often does the learning rate come into one step?",
        attempt="Double the learning rate and look by how much the first step grows.",
        example=MOMENTUM,
        source=OWN,
        rank=12,
        whole=_squared,
    ),
    Mistake(
        id="other_convention",
        code="O23",
        title="right by another convention than the question's",
        applies="rules of which the author fixed one convention",
        transformation="v ← βv + g ↔ v ← βv + (1 − β)g and others",
        question="Does your formula stand in the question just as you use it?",
        attempt="Put the question's formula and yours side by side: which factor does only one of them have?",
        example=MOMENTUM,
        source=OWN,
        rank=14,
        whole=_other_way,
    ),
)
