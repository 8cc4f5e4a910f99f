"""Functions that look for a minimum, by any method: they must arrive; on request never uphill and in few calls."""

import numpy as np
import pytest

from autograder import feedback
from autograder.errors import AuthorError
from autograder.model import Outcome, Reason
from autograder.questions import Minimiser

RIGHT, WRONG, INVALID = Outcome.CORRECT, Outcome.INCORRECT, Outcome.INVALID


def descent(rate, count, *, path=True, sign=1.0):
    def descend(grad, x):
        points = [np.asarray(x, dtype=float)]
        for _ in range(count):
            points.append(points[-1] - sign * rate * grad(points[-1]))
        return points if path else points[-1]

    return descend


def newton(grad, x):
    for _ in range(20):
        h = 1e-5
        hessian = np.array([(grad(x + h * e) - grad(x - h * e)) / (2 * h) for e in np.eye(2)])
        x = x - np.linalg.solve(hessian, grad(x))
    return x


BOWL = Minimiser("(x - 1)**2 + 2*y**2", start=(4, 1))
DOWN = Minimiser("(x - 1)**2 + 2*y**2", start=(4, 1), monotone=True)
FEW = Minimiser("(x - 1)**2 + 2*y**2", start=(4, 1), calls=60)
VALLEY = Minimiser("(1 - x)**2 + 10*(y - x**2)**2", start=(-1, 1), calls=100)
LINE = Minimiser("(x - 3)**2", start=0)
HILLS = Minimiser("x**3 - 3*x + y**2", start=(0, 1))

ROWS = [
    (BOWL, descent(0.1, 80), RIGHT, ()),
    (BOWL, descent(0.1, 80, path=False), RIGHT, ()),
    (BOWL, lambda grad, x: np.array(descent(0.1, 80)(grad, x)), RIGHT, ()),
    (BOWL, lambda grad, x: (1.0, 0.0), RIGHT, ()),
    (BOWL, [1, 0], RIGHT, ()),
    (BOWL, [[4, 1], [1, 0]], RIGHT, ()),
    (BOWL, descent(0.1, 5), WRONG, ("not_arrived",)),
    (BOWL, descent(0.1, 80, sign=-1.0), WRONG, ("not_arrived",)),
    (BOWL, descent(10.0, 500), WRONG, ("not_arrived",)),
    (BOWL, lambda grad, x: None, INVALID, ()),
    (BOWL, lambda grad, x: [1, 2, 3], INVALID, ()),
    (BOWL, lambda grad, x: [[1, 2, 3]], INVALID, ()),
    (BOWL, lambda grad, x: "here", INVALID, ()),
    (BOWL, lambda grad: [1, 0], INVALID, ("vector_or_numbers",)),
    (BOWL, "x", INVALID, ()),
    (BOWL, None, INVALID, ()),
    (DOWN, descent(0.1, 80), RIGHT, ()),
    (DOWN, descent(0.45, 200), RIGHT, ()),
    (DOWN, [[4, 1], [5, 1], [1, 0]], WRONG, ("path_rises",)),
    (DOWN, descent(0.1, 80, path=False), INVALID, ()),
    (FEW, descent(0.2, 60), RIGHT, ()),
    (FEW, descent(0.2, 61), WRONG, ("too_many_calls",)),
    (FEW, [1, 0], INVALID, ()),
    (VALLEY, newton, RIGHT, ()),
    (VALLEY, descent(0.01, 2000), WRONG, ("too_many_calls",)),
    (LINE, lambda grad, x: x - grad(x) / 2, RIGHT, ()),
    (LINE, lambda grad, x: [x, x - grad(x) / 2], RIGHT, ()),
    (LINE, 3.0002, RIGHT, ()),
    (LINE, 3.1, WRONG, ("not_arrived",)),
    (HILLS, descent(0.1, 100), RIGHT, ()),
    (HILLS, [-1, 0], WRONG, ("not_arrived",)),
]


@pytest.mark.parametrize(("question", "answer", "outcome", "mistakes"), ROWS, ids=range(len(ROWS)))
def test_claims(question, answer, outcome, mistakes):
    with np.errstate(all="ignore"):
        verdict = question.judge(answer)
    assert (verdict.outcome, verdict.mistakes) == (outcome, mistakes), verdict


def test_f_and_its_gradient_are_counted_together():
    question = Minimiser("(x - 1)**2", start=3, calls=4, arguments=("start", "f", "grad"))
    assert question.judge(lambda x, f, grad: [f(x), grad(x), f(1.0), grad(1.0)] and 1.0).outcome is RIGHT
    assert question.judge(lambda x, f, grad: [f(x) for _ in range(5)] and 1.0).mistakes == ("too_many_calls",)


def test_a_hint_tells_no_place():
    verdict = BOWL.judge([4, 1])
    assert verdict.reason is Reason.DIFFERENT
    for level in (1, 2):
        assert not {*"0123456789"} & {*feedback.student(verdict, level=level, language="en")}


@pytest.mark.parametrize("options", [{"calls": 0}, {"calls": True}, {"arguments": ()}, {"arguments": ("grad", "x")}])
def test_an_author_s_slip_is_refused(options):
    with pytest.raises(AuthorError):
        Minimiser("x**2 + y**2", start=(1, 1), **options)
