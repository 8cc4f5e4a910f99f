"""Nothing that a student gives raises, passes or is our fault."""

import numpy as np
import pytest
import sympy as sp

from autograder.model import Outcome
from autograder.questions import (
    CheckFailed,
    Choice,
    CriticalPoints,
    Derivative,
    Descent,
    DifferenceQuotient,
    Equal,
    Gradient,
    Minimiser,
    Root,
    SteepestRate,
    TangentPlane,
    recording,
)

x = sp.Symbol("x")
SLOPE = Derivative("3*x**2 + 2*x + 10", wrt="x", domain={"x": (-3, 3)}, name="dfdx")


class Hostile:
    def __getattr__(self, name):
        raise RuntimeError(name)

    def __eq__(self, other):
        raise RuntimeError

    __hash__ = None

    def __repr__(self):
        raise RuntimeError

    def __len__(self):
        raise RuntimeError


class HostileCall(Hostile):
    def __call__(self, *arguments):
        raise SystemExit("no")


class EqualToAll(list):
    def __eq__(self, other):
        return True

    __hash__ = None


class Named(HostileCall):
    """Says of itself what it likes: a name that is text and more, a module that is none."""

    __module__ = "numpy"
    __name__ = EqualToAll([1])


def placed(module):
    def diff(t):
        raise SystemExit("no")

    diff.__module__ = module
    return diff


class Text(str):
    __slots__ = ()

    def __str__(self):
        raise RuntimeError

    partition = split = strip = __len__ = __str__


TANGENT = TangentPlane("x**2*y", at=(1, 2))
RATE = SteepestRate("x**2*y", at=(1, 2))
CRITICAL = CriticalPoints("x**3 - 3*x", count=2)
QUOTIENT = DifferenceQuotient("sin(x)", order=2)
SEARCH = Minimiser("x**2 + y**2", start=(1, 1))


def boxed(value):
    array = np.empty(1, dtype=object)
    array[0] = value
    return array


HOSTILE = [
    Hostile(), HostileCall(), [Hostile()], EqualToAll([1]), type, object, boxed(Hostile()), boxed(None),
    lambda t: Hostile(), lambda t: (_ for _ in ()), "x" * 100_000, "(" * 10_000, "9**9**9**9", b"6*x",
    x * sp.I, sp.nan, sp.oo, sp.zoo, sp.S.EmptySet, sp.Interval(0, 1), sp.true, [[]], [], (), {},
    np.array([]), np.array(["a"]), np.datetime64("2026-01-01"), [[x], [x, x]], [None], sp.Function("f"),
    sp.MatrixSymbol("A", 2, 2), float("nan"), np.recarray((1,), dtype=[("a", float)]), 10**5000, "1e999999",
    Named(), [Named(), Named()], placed(Hostile()), placed(Text("sympy")),
    placed(None), Text("6*x"),
]  # fmt: skip


@pytest.mark.parametrize("index", range(len(HOSTILE)))
def test_nothing_a_student_gives_raises_or_passes_or_is_our_fault(index):
    answer = HOSTILE[index]
    field = (SLOPE, Gradient("x*y", at=(1, 2)), Equal(3), Descent("x**2", 1, 0.1, 2), Root("x**2"))
    others = (Choice("ABCD", key="B"), TANGENT, RATE, CRITICAL, QUOTIENT, SEARCH)
    for question in (*field, *others):
        verdict = question.judge(answer)
        assert verdict.outcome in (Outcome.INCORRECT, Outcome.INVALID), verdict
        with recording() as checks, pytest.raises(CheckFailed):
            question.check(answer)
        assert len(checks[0].answer) <= 4000
