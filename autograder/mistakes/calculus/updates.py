"""Update rules of optimisation that go wrong on demand: one step of each, right or with one slip.

The right iterates of a question and all wrong ones are made by the same few lines, so that a wrong path differs from a
right one in the slip alone. A *way* is a convention: all of a rule's ways are right unless an author fixes one.

Sources: B. Polyak (1964) and I. Sutskever et al., "On the importance of initialization and momentum in deep learning",
ICML 2013, for both momentums; T. Tieleman and G. Hinton, *Lecture 6.5*, 2012, for RMSprop; D. Kingma and J. Ba, "Adam",
ICLR 2015; J. Nocedal and S. Wright, *Numerical Optimization*, 2nd edition, algorithm 3.1 and equation 6.17.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from autograder.mistakes.calculus.projections import PROJECTION_SLIPS, projected
from autograder.mistakes.calculus.steps import (
    Problem,
    Step,
    Tie,
    Vector,
    adam,
    bfgs,
    descent,
    line_search,
    momentum,
    nesterov,
    newton,
    rmsprop,
)
from autograder.modules import Later

if TYPE_CHECKING:
    import numpy as np
else:
    np = Later("numpy")

__all__ = ["RULES", "Problem", "Tie", "UpdateRule", "iterates"]


@dataclass(frozen=True, kw_only=True)
class UpdateRule:
    """A rule by its name.

    Attributes:
        settings: its numbers beside the step length, with what they usually are.
        stepper: (problem, settings, way, slip) → a step; ``slip`` is empty for the right one.
        ways: conventions, the likeliest first.
        slips: id of a mistake → the slips that it may be.
        arguments: what a student's function takes unless the author says otherwise.
        step: the usual step length, None where an author has to choose.
        climbs: whether a step uphill is its own to make: it is no mirror image of one downhill.
    """

    settings: Mapping[str, float] = field(default_factory=dict)
    stepper: Callable[[Problem, Mapping[str, Any], str, str], Step]
    ways: tuple[str, ...] = ("usual",)
    slips: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    arguments: tuple[str, ...] = ("grad", "start", "step", "count")
    step: float | None = None
    climbs: bool = False


def iterates(
    name: str, problem: Problem, start: Any, settings: Mapping[str, Any], count: int, *, way: str = "", slip: str = ""
) -> Any:
    """The path of a rule, shape (count + 1, n), the start, shape (n,), first.

    Args:
        name: key of :data:`RULES`.
        problem: what is minimised.
        start: where it begins.
        settings: the step length as ``step``, every number of the rule, and the set onto which it projects.
        count: how many steps.
        way: the convention; the rule's first one when empty.
        slip: what goes wrong: one of the rule's own, or ``ascent``, ``first-slope`` or ``unit``, which any may have.

    >>> bowl = Problem(value=lambda x: x @ x, gradient=lambda x: 2 * x, hessian=lambda x: 2 * np.eye(len(x)))
    >>> iterates("momentum", bowl, [1.0], {"step": 0.1, "beta": 0.5}, 2).round(3).tolist()
    [[1.0], [0.8], [0.54]]
    >>> iterates("newton", bowl, [1.0], {"step": 1.0}, 1, slip="not-inverted").tolist()
    [[1.0], [-3.0]]
    """
    rule = RULES[name]
    place = np.array(start, dtype=float)
    if slip in ("first-slope", "unit"):
        problem = _changed(problem, place, slip)
    step = rule.stepper(problem, {**settings, "count": count}, way or rule.ways[0], slip)
    path = [place]
    for _ in range(count):
        new = step(path[-1])
        path.append(2 * path[-1] - new if slip == "ascent" and not rule.climbs else new)
    return np.array(path)


def _changed(problem: Problem, start: Vector, slip: str) -> Problem:
    """With the gradient at the start, shape (n,), everywhere, or with gradients of length 1."""
    if slip == "first-slope":
        first = problem.gradient(start)
        return replace(problem, gradient=lambda x: first)

    def unit(x: Vector) -> Vector:
        """Of length 1, shape (n,)."""
        slope = problem.gradient(x)
        return slope / np.linalg.norm(slope)

    return replace(problem, gradient=unit)


RULES: dict[str, UpdateRule] = {
    "descent": UpdateRule(stepper=descent, slips={"stale": ("one-by-one",)}),
    "momentum": UpdateRule(
        settings={"beta": 0.9},
        stepper=momentum,
        ways=("sum", "mean"),
        slips={
            "velocity_overwritten": ("overwritten", "bare"),
            "beta_swapped": ("swapped",),
            "decay_forgotten": ("decay", "sum"),
            "velocity_late": ("late",),
            "gradient_twice": ("twice",),
        },
    ),
    "nesterov": UpdateRule(
        settings={"beta": 0.9},
        stepper=nesterov,
        ways=("ahead", "shifted", "mean"),
        slips={
            "gradient_old_point": ("old-point",),
            "look_ahead_wrong": ("behind", "too-far"),
            "velocity_overwritten": ("overwritten", "bare"),
            "beta_swapped": ("swapped",),
            "decay_forgotten": ("decay", "sum"),
        },
    ),
    "rmsprop": UpdateRule(
        settings={"rho": 0.9, "eps": 1e-8},
        stepper=rmsprop,
        ways=("outside", "inside"),
        slips={
            "beta_swapped": ("swapped",),
            "velocity_overwritten": ("overwritten", "bare"),
            "decay_forgotten": ("decay", "sum"),
            "root_missing": ("no-root",),
        },
    ),
    "adam": UpdateRule(
        settings={"beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
        stepper=adam,
        ways=("outside", "inside", "short"),
        slips={
            "bias_forgotten": ("uncorrected", "uncorrected-1", "uncorrected-2"),
            "bias_kept": ("corrected-kept",),
            "bias_step": ("first-count", "late-count"),
            "beta_swapped": ("swapped", "swapped-1", "swapped-2"),
            "betas_exchanged": ("exchanged",),
            "velocity_overwritten": ("overwritten-1", "overwritten-2", "bare-1", "bare-2"),
            "decay_forgotten": ("decay-1", "decay-2", "sum-1", "sum-2"),
            "root_missing": ("no-root",),
        },
        step=0.001,
    ),
    "newton": UpdateRule(
        stepper=newton,
        slips={
            "hessian_not_inverted": ("not-inverted", "entrywise"),
            "hessian_diagonal": ("diagonal",),
            "hessian_start": ("first-hessian",),
        },
        arguments=("grad", "hess", "start", "count"),
        step=1.0,
    ),
    "bfgs step": UpdateRule(
        stepper=bfgs,
        slips={
            "hessian_not_inverted": ("not-inverted",),
            "bfgs_exchanged": ("exchanged",),
            "bfgs_not_updated": ("not-updated",),
            "bfgs_terms": ("other-sign", "not-transposed", "not-added"),
        },
        step=1.0,
    ),
    "line search": UpdateRule(
        settings={"slope": 1e-4, "shrink": 0.5},
        stepper=line_search,
        slips={
            "armijo_sign": ("armijo-sign",),
            "armijo_length": ("length",),
            "search_once": ("once",),
            "search_missing": ("no-search",),
            "step_kept": ("kept",),
        },
        arguments=("f", "grad", "start", "count"),
        step=1.0,
    ),
    "projected gradient": UpdateRule(stepper=projected, slips=PROJECTION_SLIPS, climbs=True),
}
"""Name → rule; ``descent`` is the one of :class:`autograder.Descent`."""
