"""Update rules: hand-written answers, each rule against optax or SciPy, conventions, steps with state."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from scipy.optimize import BFGS as SCIPY_BFGS

from autograder import Optimiser, feedback
from autograder.errors import AuthorError
from autograder.mistakes import MISTAKES, certify
from autograder.model import Outcome, Reason
from autograder.questions import recording
from autograder.versions.drawing import Draw
from tests.questions import projected_answers as projecting
from tests.questions.optimiser_answers import (
    ADAM,
    ADAM_STEP,
    BEND,
    BFGS,
    BOWL,
    MOMENTUM,
    MOMENTUM_STEP,
    NESTEROV,
    NEWTON,
    RIGHT,
    RMSPROP,
    SEARCH,
    adam_paper,
    momentum_torch,
)
from tests.questions.optimiser_slips import WRONG

SETS = (projecting.BALL, projecting.ASIDE, projecting.BOX, projecting.HALF, projecting.SIMPLEX)
ALL = (MOMENTUM, NESTEROV, RMSPROP, ADAM, ADAM_STEP, NEWTON, BFGS, SEARCH, *SETS)


@pytest.mark.parametrize(("question", "answer"), [*RIGHT, *projecting.RIGHT])
def test_right_answers_are_taken_and_nothing_is_diagnosed(question: Optimiser, answer: Any) -> None:
    verdict = question.judge(answer)
    assert (verdict.outcome, verdict.mistakes) == (Outcome.CORRECT, ())


@pytest.mark.parametrize(("question", "answer"), [*RIGHT, *projecting.RIGHT])
def test_right_answers_are_right_where_they_are_graded_as_well(question: Optimiser, answer: Any) -> None:
    with recording(references={}):
        question.check(answer)


@pytest.mark.parametrize(("question", "answer", "mistake"), [*WRONG, *projecting.WRONG])
def test_wrong_answers_are_refused_and_named(question: Optimiser, answer: Any, mistake: str | None) -> None:
    verdict = question.judge(answer)
    assert verdict.outcome is Outcome.INCORRECT
    assert verdict.mistakes == ((mistake,) if mistake else ())


def by_optax(rule: Any, function: Any, start: Any, count: int, **more: Any) -> Any:
    """The path, (count + 1, n), of a gradient transformation of optax in double precision."""
    with jax.enable_x64(True):
        x = jnp.array(start, dtype=float)
        state, path = rule.init(x), [np.array(x)]
        for _ in range(count):
            told = {name: value(x) if callable(value) and name != "value_fn" else value for name, value in more.items()}
            update, state = rule.update(jax.grad(function)(x), state, x, **told)
            x = optax.apply_updates(x, update)
            path.append(np.array(x))
    return np.array(path)


def bowl(v: Any) -> Any:
    return v[0] ** 2 + 3 * v[1] ** 2 + v[0] * v[1]


def bend(v: Any) -> Any:
    return (1 - v[0]) ** 2 + 2 * (v[1] - v[0] ** 2) ** 2


OPTAX = [
    (MOMENTUM, "sum", lambda: optax.sgd(0.05, momentum=0.8)),
    (MOMENTUM, "mean", lambda: optax.chain(optax.ema(0.8, debias=False), optax.scale(-0.05))),
    (NESTEROV, "shifted", lambda: optax.sgd(0.05, momentum=0.8, nesterov=True)),
    (RMSPROP, "inside", lambda: optax.rmsprop(0.05, decay=0.7, eps=1e-8)),
    (RMSPROP, "outside", lambda: optax.rmsprop(0.05, decay=0.7, eps=1e-8, eps_in_sqrt=False)),
    (ADAM, "outside", lambda: optax.adam(0.07, b1=0.8, b2=0.95)),
    (ADAM, "inside", lambda: optax.adam(0.07, b1=0.8, b2=0.95, eps=0.0, eps_root=1e-8)),
]


@pytest.mark.parametrize(("question", "way", "rule"), OPTAX)
def test_a_rule_walks_as_optax_does(question: Optimiser, way: str, rule: Any) -> None:
    ours = question._right[question.ways.index(way)]
    np.testing.assert_allclose(ours, by_optax(rule(), bowl, (2.0, -1.0), 4), rtol=1e-12)


def test_the_line_search_walks_as_optax_does() -> None:
    search = optax.scale_by_backtracking_linesearch(
        max_backtracking_steps=60, slope_rtol=0.1, decrease_factor=0.5, increase_factor=np.inf, max_learning_rate=1.0
    )
    rule = optax.chain(optax.sgd(1.0), search)
    path = by_optax(rule, bend, (-1.0, 2.0), 5, value=bend, grad=jax.grad(bend), value_fn=bend)
    np.testing.assert_allclose(SEARCH.path, path, rtol=1e-12)


def aside(v: Any) -> Any:
    return (v[0] - 3) ** 2 + 2 * (v[1] + 2) ** 2 + v[0] * v[1]


def cube(v: Any) -> Any:
    return (v[0] - 1) ** 2 + (v[1] + 1) ** 2 + 2 * (v[2] - 0.5) ** 2 + v[0] * v[1]


PROJECTED = [
    (projecting.BALL, (0.5, 0.0), lambda v: optax.projections.projection_l2_ball(v, 1.5)),
    (
        projecting.BOX,
        (0.0, 0.0),
        lambda v: optax.projections.projection_box(v, jnp.array([-1, -1]), jnp.array([1, 0.5])),
    ),
    (projecting.HALF, (1.0, 1.0), optax.projections.projection_non_negative),
    (projecting.SIMPLEX, (0.2, 0.5, 0.3), optax.projections.projection_simplex),
]


@pytest.mark.parametrize(("question", "start", "project"), PROJECTED)
def test_projected_steps_end_where_optax_projects_them(question: Optimiser, start: Any, project: Any) -> None:
    with jax.enable_x64(True):
        x, path = jnp.array(start), [np.array(start)]
        for _ in range(question.count):
            x = project(x - float(question.step) * jax.grad(aside if len(start) == 2 else cube)(x))
            path.append(np.array(x))
    np.testing.assert_allclose(question.path, path, rtol=1e-12, atol=1e-14)


def test_newton_and_bfgs_walk_as_jax_and_scipy_do() -> None:
    with jax.enable_x64(True):
        x, path = jnp.array([1.5, 1.0]), []
        for _ in range(3):
            x = x - jnp.linalg.solve(jax.hessian(bend)(x), jax.grad(bend)(x))
            path.append(np.array(x))
        np.testing.assert_allclose(NEWTON.path[1:], path, rtol=1e-12)
        strategy = SCIPY_BFGS(init_scale=1.0)
        strategy.initialize(2, "inv_hess")
        place, path = np.array([2.0, -1.0]), []
        for _ in range(4):
            new = place - 0.1 * strategy.dot(np.array(jax.grad(bowl)(place)))
            strategy.update(new - place, np.array(jax.grad(bowl)(new) - jax.grad(bowl)(place)))
            place = new
            path.append(place)
        np.testing.assert_allclose(BFGS.path[1:], path, rtol=1e-12)


@pytest.mark.parametrize("question", ALL)
def test_every_rule_certifies_and_jax_walks_the_same_paths(question: Optimiser) -> None:
    question.certify()
    second = question._again
    assert second is not None
    np.testing.assert_allclose(second.right(second.values()), question._right, rtol=1e-7)
    with recording(references=question.second_values()) as checks:
        vars(question).pop("_by_jax", None)  # other tests have judged with it where no values were known
        question.check(question.path[-1])
    assert checks[0].compared
    assert checks[0].compared[0].jax == pytest.approx(checks[0].compared[0].symbolic)


def test_a_function_of_jax_alone_is_enough() -> None:
    question = Optimiser("momentum", lambda x, y: x**2 + 3 * y**2 + x * y, start=(2, -1), step=0.05, count=4, beta=0.8)
    question.certify()
    assert question.judge(momentum_torch).outcome is Outcome.CORRECT
    assert question.judge(MOMENTUM.path[::-1]).outcome is Outcome.INCORRECT


def test_iterates_are_taken_in_any_form() -> None:
    for path in MOMENTUM._right:
        for answer in (path, path.tolist(), path[-1], tuple(path[-1]), np.float32(path), str(path[-1].tolist())):
            assert MOMENTUM.judge(answer).outcome is Outcome.CORRECT
    assert MOMENTUM.judge(MOMENTUM.path[:-1]).reason is Reason.WRONG_SHAPE
    assert MOMENTUM.judge(None).reason is Reason.MISSING
    assert MOMENTUM.judge("x").reason is Reason.FUNCTION_NOT_VALUE


def test_paths_of_two_conventions_are_not_mixed() -> None:
    mixed = np.concatenate([MOMENTUM._right[0][:2], MOMENTUM._right[1][2:]])
    assert MOMENTUM.judge(mixed).outcome is Outcome.INCORRECT


STEPS = [
    (lambda x, g, m, v, t: x, Reason.WRONG_TYPE),
    (lambda x, g, m, v, t: (x, m), Reason.WRONG_TYPE),
    (lambda x, g, m, v, t: None, Reason.WRONG_TYPE),
    (lambda x, g, m, v, t: ([1, 2, 3], m, v), Reason.WRONG_SHAPE),
    (lambda x, g, m, v, t: (x + 1j, m, v), Reason.COMPLEX),
    (lambda x, g, m, v, t: 1 / 0, Reason.RAISED),
    (lambda x, g: x, Reason.RAISED),
]


@pytest.mark.parametrize(("answer", "reason"), STEPS)
def test_a_step_that_returns_something_else_is_told_so(answer: Any, reason: Reason) -> None:
    verdict = ADAM_STEP.judge(answer)
    assert (verdict.outcome, verdict.reason) == (Outcome.INVALID, reason)
    assert feedback.student(verdict)


def test_a_step_that_changes_its_arguments_spoils_nothing() -> None:
    def step(x: Any, g: Any, state: Any) -> Any:
        v = g.copy() if state is None else 0.8 * state + g
        x -= 0.05 * v
        g *= 0
        return x, v

    assert MOMENTUM_STEP.judge(step).outcome is Outcome.CORRECT
    assert MOMENTUM_STEP.judge(lambda x, g, state: (x - 0.05 * g, state)).mistakes == ("velocity_overwritten",)


REFUSED = [
    (("sgd", BOWL, (1, 1), 0.1, 2), {}, "must be one of"),
    (("momentum", BOWL, (1, 1), None, 2), {}, "learning rate"),
    (("momentum", BOWL, (1, 1), 0.1, 2), {"beta": 1}, "below 1"),
    (("momentum", BOWL, (1, 1), 0.1, 2), {"beta1": 0.9}, "no number of 'momentum', which has beta"),
    (("momentum", BOWL, (1, 1), 0.1, 2), {"convention": "inside"}, "'sum', 'mean'"),
    (("newton", "x**2 + y", (1, 1), None, 2), {}, "cannot be inverted"),
    (("newton", "x*log(x)", 3, None, 2), {}, "outside its domain"),
    (("bfgs step", "-x**2 - y**2", (1, 1), 0.1, 2), {}, "no BFGS update"),
    (("line search", "x**2", 1, None, 2), {"slope": 0.5, "shrink": 0.5}, "tie"),
    (("momentum", BOWL, (1, 1), 0.1, 2), {"arguments": ("grad", "speed")}, "speed"),
    (("momentum", BOWL, (1, 1), 0.1, 5000), {}, "at most 1000: hold the first steps"),
    (("projected gradient", BOWL, (1, 1), 0.1, 2), {}, "'ball', 'box', 'simplex'"),
    (("projected gradient", BOWL, (1, 1), 0.1, 2), {"onto": "ball"}, "must lie in the set"),
    (("projected gradient", BOWL, (1, 0), 0.1, 2), {"onto": "ball", "low": 0}, "no number of a ball"),
    (("projected gradient", BOWL, (1, 0), 0.1, 2), {"onto": "ball", "radius": 0}, "above 0"),
    (("projected gradient", BOWL, (1, 0), 0.1, 2), {"onto": "ball", "center": (1, 2, 3)}, "a number or 2 of them"),
    (("projected gradient", BOWL, (1, 0), 0.1, 2), {"onto": "box", "low": 2}, "must lie below"),
    (("projected gradient", "x**2", 1, 0.1, 2), {"onto": "simplex"}, "at least two"),
    (("momentum", BOWL, (1, 1), 0.1, 2), {"onto": "ball"}, "onto"),
]


@pytest.mark.parametrize(("given", "options", "words"), REFUSED)
def test_an_author_is_told_what_to_write(given: tuple[Any, ...], options: dict[str, Any], words: str) -> None:
    with pytest.raises(AuthorError, match=words):
        Optimiser(*given, **options)


def test_an_author_hears_of_mistakes_that_so_few_steps_do_not_show() -> None:
    short = Optimiser("momentum", BOWL, start=(2, -1), step=0.05, count=1, beta=0.8)
    (found,) = [finding for finding in certify(short) if finding.code == "M06"]
    assert "velocity_overwritten" in found.message
    assert "ask for 2 steps" in found.fix
    assert not [finding for question in ALL for finding in certify(question)]


def test_hints_say_nothing_of_the_path() -> None:
    for question, answer, mistake in WRONG:
        verdict = question.judge(answer)
        for level in (1, 2):
            for language in ("en", "de"):
                said = feedback.student(verdict, level=level, language=language)
                numbers = {f"{value:.3g}" for value in np.unique(np.abs(question._right[:, 1:]))}
                assert not [number for number in numbers if len(number) > 3 and number in said], (mistake, said)


def test_versions_have_their_own_numbers() -> None:
    for seed in range(4):
        a = Draw(seed).whole(2, 5)
        question = Optimiser("adam", f"{a}*x**2 + y**2 + x*y", (2, -1), 0.1, 3)
        question.certify()
        assert question.judge(question.path).outcome is Outcome.CORRECT


def test_every_rule_names_mistakes_of_the_catalogue() -> None:
    from autograder.mistakes import RULES

    assert {name for rule in RULES.values() for name in rule.slips} <= {*MISTAKES}
    assert ADAM.judge(adam_paper).outcome is Outcome.CORRECT
    assert "adam" in ADAM.prompt
    assert "beta1 = 0.8" in ADAM.prompt
    assert BEND not in BOWL
