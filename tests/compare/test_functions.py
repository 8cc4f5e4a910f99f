"""Calling functions: conventions, messages, and what a function may do wrong."""

import itertools
import math

import numpy as np
import pytest
import sympy as sp

from autograder.compare import functions
from autograder.compare.calling import ask, judged
from autograder.model import Outcome, Raised, Reason, Returned

RIGHT, WRONG, INVALID = Outcome.CORRECT, Outcome.INCORRECT, Outcome.INVALID
x, y = sp.symbols("x y")
POINTS = np.array([[0.5, -1.0], [1.5, 2.0], [-2.25, 0.75]])
GRADIENT = np.stack([2 * POINTS[:, 0] * POINTS[:, 1], POINTS[:, 0] ** 2], axis=1)
LINE = np.array([[0.5], [1.5], [-2.25], [4.0]])
SLOPE = 3 * LINE[:, 0] ** 2
CONSTANT = np.full(4, 2.0)


class Remote:
    """A function that stands for one in another process; counts messages and calls."""

    def __init__(self, function, source=None):
        self.function, self.source, self.messages, self.calls = function, source, 0, 0

    def __call__(self, *arguments):
        (reply,) = self.call_many([arguments])
        return reply.value

    def call_many(self, arguments):
        self.messages += 1
        self.calls += len(arguments)
        replies = []
        for call in arguments:
            try:
                replies.append(Returned(value=self.function(*call)))
            except Exception as error:
                replies.append(Raised(type=type(error).__name__, message=str(error), line=7))
        return replies


def only_arrays(v):
    out = np.zeros(len(v))
    out[:] = 3 * v**2
    return out


def changes_its_argument(v):
    v *= 2
    return np.array([v[0] * v[1] / 2, v[0] ** 2 / 4])


counter = itertools.count()

ONE = [
    (lambda t: 3 * t**2, RIGHT, Reason.EQUAL),
    (lambda t: [3 * t**2], RIGHT, Reason.EQUAL),
    (lambda t: np.array(3 * t**2), RIGHT, Reason.EQUAL),
    (lambda t: np.float32(3 * t**2), RIGHT, Reason.EQUAL),
    (lambda t: float(np.float32(3) * np.float32(t + 1e-9) ** np.float32(2)), RIGHT, Reason.EQUAL),
    (lambda t: sp.Integer(3) * sp.Rational(t) ** 2, RIGHT, Reason.EQUAL),
    (lambda t: 3 * t ** np.int64(2), RIGHT, Reason.EQUAL),
    (lambda t: complex(3 * t**2), RIGHT, Reason.EQUAL),
    (lambda t, scale=3: scale * t**2, RIGHT, Reason.EQUAL),
    (np.poly1d([3, 0, 0]), RIGHT, Reason.EQUAL),
    (only_arrays, RIGHT, Reason.EQUAL),
    (lambda v: 3 * v[0] ** 2, RIGHT, Reason.EQUAL),
    (sp.lambdify(x, 3 * x**2), RIGHT, Reason.EQUAL),
    (sp.Lambda(x, 3 * x**2), RIGHT, Reason.EQUAL),
    (lambda t: 6 * t, WRONG, Reason.DIFFERENT),
    (lambda t: 3 * t**2 + 1e-4, WRONG, Reason.DIFFERENT),
    (lambda t: None, INVALID, Reason.WRONG_TYPE),
    (lambda t: print, INVALID, Reason.WRONG_TYPE),
    (lambda t: t > 0, INVALID, Reason.WRONG_TYPE),
    (lambda t: (t, t), INVALID, Reason.WRONG_SHAPE),
    (lambda t: math.log(-abs(t)), INVALID, Reason.RAISED),
    (lambda t: float("nan"), WRONG, Reason.NOT_FINITE),
    (lambda t: 1j * t, INVALID, Reason.COMPLEX),
    (lambda t: 3 * t**2 + next(counter), INVALID, Reason.NOT_DETERMINISTIC),
    (lambda: 5.0, WRONG, Reason.DIFFERENT),
    (lambda a, b, c: 0.0, INVALID, Reason.RAISED),
]


@pytest.mark.parametrize(("function", "outcome", "reason"), ONE)
def test_functions_of_one_number(function, outcome, reason):
    verdict = functions(function, LINE, SLOPE)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


TWO = [
    (lambda a, b: (2 * a * b, a**2), RIGHT),
    (lambda a, b: np.array([[2 * a * b], [a**2]]), RIGHT),
    (lambda v: [2 * v[0] * v[1], v[0] ** 2], RIGHT),
    (lambda v: np.array([2 * v[0] * v[1], v[0] ** 2]).reshape(1, 2), RIGHT),
    (lambda *v: [2 * v[0] * v[1], v[0] ** 2], RIGHT),
    (lambda *v: [2 * v[0][0] * v[0][1], v[0][0] ** 2], RIGHT),
    (sp.lambdify((x, y), [2 * x * y, x**2]), RIGHT),
    (sp.lambdify([(x, y)], [2 * x * y, x**2]), RIGHT),
    (sp.lambdify((x, y), sp.Matrix([2 * x * y, x**2])), RIGHT),
    (changes_its_argument, RIGHT),
    (lambda a, b: (a**2, 2 * a * b), WRONG),
    (lambda a, b: 2 * a * b, INVALID),
    (lambda a: a, WRONG),
]


@pytest.mark.parametrize(("function", "outcome"), TWO)
def test_functions_of_two_numbers_or_one_vector(function, outcome):
    assert functions(function, POINTS, GRADIENT).outcome is outcome


def test_a_lambdified_constant_is_a_function():
    assert functions(sp.lambdify(x, sp.Integer(2)), LINE, CONSTANT).outcome is RIGHT
    assert (
        functions(lambda v: 2.0 if isinstance(v, np.ndarray) and v.size > 1 else v[1], LINE, CONSTANT).outcome is RIGHT
    )


def test_one_message_when_the_first_way_is_understood():
    remote = Remote(lambda a, b: (2 * a * b, a**2), source="def g(a, b): ...")
    assert functions(remote, POINTS, GRADIENT).outcome is RIGHT
    assert (remote.messages, remote.calls) == (1, len(POINTS) + 1)


def test_the_source_says_that_a_vector_is_wanted():
    remote = Remote(lambda v: (2 * v[0] * v[1], v[0] ** 2), source="g = lambda v: (2*v[0]*v[1], v[0]**2)")
    assert functions(remote, POINTS, GRADIENT).outcome is RIGHT
    assert remote.messages == 1


def test_two_messages_at_most_when_nothing_is_known():
    remote = Remote(lambda v: (2 * v[0] * v[1], v[0] ** 2))
    assert functions(remote, POINTS, GRADIENT).outcome is RIGHT
    assert remote.messages == 2


def test_a_function_that_raises_tells_its_line():
    verdict = functions(Remote(lambda a: 1 / 0), LINE, SLOPE)
    assert (verdict.reason, verdict.details["line"]) == (Reason.RAISED, "7")
    assert verdict.details["error"] == "division by zero"


def test_a_call_that_was_cut_off_is_told_apart():
    class Slow(Remote):
        def call_many(self, arguments):
            return [Raised(type="TimeoutError", message="cut off") for _ in arguments]

    assert functions(Slow(None), LINE, SLOPE).reason is Reason.TIMED_OUT


def test_a_live_exception_tells_the_student_s_line():
    def slope(t):
        t = t + 1
        return t.missing

    (asked,) = ask(slope, LINE, only=["numbers"])
    assert asked.raised.type == "AttributeError"
    assert asked.raised.source == "return t.missing"


def test_sys_exit_in_an_answer_is_an_answer_that_raises():
    def leave(t):
        raise SystemExit(0)

    assert functions(leave, LINE, SLOPE).reason is Reason.RAISED


def test_warnings_of_a_student_s_function_are_not_errors():
    assert functions(lambda t: 3 * t**2 + 0 * np.log(np.float64(0)), LINE, SLOPE).reason is Reason.NOT_FINITE


def test_all_points_as_rows_of_one_array():
    jax = pytest.importorskip("jax")
    of_rows = jax.vmap(jax.grad(lambda v: v[0] ** 2 * v[1]))
    assert functions(of_rows, POINTS, GRADIENT).outcome is RIGHT
    assert (
        functions(lambda r: np.column_stack([2 * r[:, 0] * r[:, 1], r[:, 0] ** 2]), POINTS, GRADIENT).outcome is RIGHT
    )
    assert (
        functions(lambda r: np.column_stack([r[:, 0] ** 2, 2 * r[:, 0] * r[:, 1]]), POINTS, GRADIENT).outcome is WRONG
    )
    # What only looks like an answer when it is asked with rows keeps the exception that it raised first.
    for function in (lambda v: v[5], lambda v: v[0] @ v[1], lambda r: [2 * r[:, 0] * r[:, 1], r[:, 0] ** 2]):
        assert functions(function, POINTS, GRADIENT).reason is Reason.RAISED


def test_jax_gradients_in_either_form():
    jax = pytest.importorskip("jax")
    by_vector = jax.grad(lambda v: v[0] ** 2 * v[1])
    by_numbers = jax.grad(lambda a, b: a**2 * b, argnums=(0, 1))
    for function in (by_vector, by_numbers):
        verdict = functions(function, POINTS, GRADIENT)
        assert verdict.outcome is RIGHT
        assert verdict.details["dtype"] == "float32"
    assert functions(jax.grad(lambda a, b: a**2 * b), POINTS, GRADIENT).reason is Reason.WRONG_SHAPE


def without_a_value_at(points, *, raises):
    """3·t² at LINE, except at some of its points."""

    def slope(t):
        if any(t == LINE[point, 0] for point in points):
            if raises:
                raise ValueError("math domain error")
            return float("nan")
        return 3 * t**2

    return slope


@pytest.mark.parametrize("raises", [False, True])
@pytest.mark.parametrize(
    ("points", "fixed", "right"),
    [
        ([2], 0, True),
        ([2, 3], 0, True),
        ([1, 2, 3], 0, False),  # more than half
        ([0], 0, True),
        ([0], 1, False),  # the author's own point
        ([1], 2, False),
        ([1, 2], 1, True),
        ([2], None, False),  # the author gave a domain, and there the slope has a value
    ],
)
def test_a_function_may_lack_a_value_at_half_of_the_points_that_nobody_chose(points, fixed, right, raises):
    (asked,) = ask(without_a_value_at(points, raises=raises), LINE, only=["numbers"])
    verdict, _, _ = judged(asked, SLOPE, shape=(), fixed=fixed)
    wrong = (INVALID, Reason.RAISED) if raises else (WRONG, Reason.NOT_FINITE)
    assert (verdict.outcome, verdict.reason) == ((RIGHT, Reason.EQUAL) if right else wrong)


@pytest.mark.parametrize("later", [7.0, [1.0, 2.0], None, 1j])
def test_a_function_whose_first_call_comes_out_otherwise_the_second_time_is_no_function(later):
    calls = itertools.count()

    def slope(t):
        return 3 * t**2 if next(calls) < len(LINE) else later

    (asked,) = ask(slope, LINE, only=["numbers"])
    verdict, _, _ = judged(asked, SLOPE, shape=())
    assert verdict.reason is Reason.NOT_DETERMINISTIC


def of_arrays(*, one, many):
    """A function that takes arrays only and answers a vector of one entry otherwise than all points at once."""

    def function(v):
        if not isinstance(v, np.ndarray):
            raise TypeError("give me an array")
        return many if v.size > 1 else one

    return function


def test_of_several_ways_to_ask_the_right_one_counts_and_of_wrong_ones_the_first():
    assert functions(of_arrays(one=3.0, many=2.0), LINE, CONSTANT).outcome is RIGHT
    assert functions(of_arrays(one=2.0, many=3.0), LINE, CONSTANT).outcome is RIGHT
    assert functions(of_arrays(one=3.0, many=None), LINE, CONSTANT).reason is Reason.DIFFERENT
    assert functions(of_arrays(one=None, many=3.0), LINE, CONSTANT).reason is Reason.WRONG_TYPE
