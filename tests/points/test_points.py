"""Claims: points lie inside the domain, repeat with the seed, and reach every part of it."""

from fractions import Fraction
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.points import parts, stratified


def _points(domain, variables, seed=0, count=60):
    return list(islice(stratified(domain, variables, seed=seed), count))


def test_same_seed_same_points():
    assert _points({}, ["x", "y"], 3) == _points({}, ["x", "y"], 3)
    assert _points({}, ["x", "y"], 3) != _points({}, ["x", "y"], 4)


def test_unbounded_points_reach_both_signs_near_zero_and_far_out():
    values = [point["x"] for point in _points({}, ["x"], count=16)]
    assert any(0 < v < Fraction(1, 50) for v in values)
    assert any(-Fraction(1, 50) < v < 0 for v in values)
    assert any(v > 300 for v in values)
    assert any(v < -300 for v in values)
    assert all(0 < v < 5 for v in values[:2])


def test_every_variable_is_negative_while_the_others_are_mild():
    names = ["a", "b", "c", "d", "x"]
    points = _points({}, names, count=26)
    for name in names:
        assert any(p[name] < 0 and all(0 < p[other] < 5 for other in names if other != name) for p in points), name


@given(
    low=st.floats(-1e6, 1e6) | st.none(),
    width=st.floats(1e-6, 1e6) | st.none(),
    seed=st.integers(0, 2**32),
)
@settings(deadline=None, derandomize=True, max_examples=60)
def test_points_stay_inside(low, width, seed):
    high = None if width is None else (low or 0.0) + width
    if low is not None and high is not None and not low < high:
        return
    for point in _points({"x": (low, high)}, ["x"], seed, 30):
        assert low is None or point["x"] > Fraction(low)
        assert high is None or point["x"] < Fraction(high)


def test_a_bounded_interval_is_visited_at_both_ends_and_around_zero():
    values = [float(point["x"]) for point in _points({"x": (-2, 3)}, ["x"], count=16)]
    assert any(v < -1.9 for v in values)
    assert any(v > 2.9 for v in values)
    assert any(0 < abs(v) < 0.01 for v in values)


@pytest.mark.parametrize("interval", [(1, 1), (2, 1), (float("nan"), 1)])
def test_an_empty_interval_is_refused(interval):
    with pytest.raises(ValueError, match="empty"):
        parts(interval)
