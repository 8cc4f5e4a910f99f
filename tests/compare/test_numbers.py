"""Numbers and arrays: one row per claim, then properties."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.compare import numbers
from autograder.compare.numeric import allowed
from autograder.model import Outcome, Reason

RIGHT, WRONG, INVALID = Outcome.CORRECT, Outcome.INCORRECT, Outcome.INVALID


class Liar(float):
    """A number that claims to equal everything."""

    def __eq__(self, other):
        return True

    __hash__ = float.__hash__

    def __float__(self):
        return 3.0


class Trap:
    """An object whose conversion fails."""

    def __array__(self, *args, **kwargs):
        raise RuntimeError("no")

    def __float__(self):
        raise SystemExit


JAX_LIKE = np.float32(1 / 3)

ROWS = [
    # actual, desired, outcome, reason
    (14, 14.0, RIGHT, Reason.EQUAL),
    (14.0, 14.0, RIGHT, Reason.EQUAL),
    (np.int64(14), 14.0, RIGHT, Reason.EQUAL),
    (np.array(14.0), 14.0, RIGHT, Reason.EQUAL),
    ([14.0], 14.0, RIGHT, Reason.EQUAL),
    ([[14.0]], 14.0, RIGHT, Reason.EQUAL),
    (Fraction(1, 3), 1 / 3, RIGHT, Reason.EQUAL),
    (Decimal("0.5"), 0.5, RIGHT, Reason.EQUAL),
    (sp.Rational(1, 3), 1 / 3, RIGHT, Reason.EQUAL),
    (sp.sqrt(2) / 2, 2**-0.5, RIGHT, Reason.EQUAL),
    (sp.Float("0.5"), 0.5, RIGHT, Reason.EQUAL),
    (3 + 0j, 3.0, RIGHT, Reason.EQUAL),
    (np.complex128(3), 3.0, RIGHT, Reason.EQUAL),
    ("1/3", 1 / 3, RIGHT, Reason.EQUAL),
    (" 0.5 ", 0.5, RIGHT, Reason.EQUAL),
    (14.000001, 14.0, RIGHT, Reason.EQUAL),
    (14.001, 14.0, WRONG, Reason.DIFFERENT),
    (0.333, 1 / 3, WRONG, Reason.DIFFERENT),
    (1e-9, 0.0, RIGHT, Reason.EQUAL),
    (1e-3, 0.0, WRONG, Reason.DIFFERENT),
    (2e-20, 1e-20, WRONG, Reason.DIFFERENT),
    (JAX_LIKE, 1 / 3, RIGHT, Reason.EQUAL),
    (float(JAX_LIKE), 1 / 3, RIGHT, Reason.EQUAL),
    (np.float32(0.334), 1 / 3, WRONG, Reason.DIFFERENT),
    (0.5, 0.50003, WRONG, Reason.DIFFERENT),
    (np.float16(0.3333), 1 / 3, RIGHT, Reason.EQUAL),
    ([1, 2], [1.0, 2.0], RIGHT, Reason.EQUAL),
    ((1, 2), [1.0, 2.0], RIGHT, Reason.EQUAL),
    ([[1], [2]], [1.0, 2.0], RIGHT, Reason.EQUAL),
    ([[1, 2]], [1.0, 2.0], RIGHT, Reason.EQUAL),
    (sp.Matrix([1, 2]), [1.0, 2.0], RIGHT, Reason.EQUAL),
    (sp.Array([1, 2]), [1.0, 2.0], RIGHT, Reason.EQUAL),
    (sp.Tuple(1, 2), [1.0, 2.0], RIGHT, Reason.EQUAL),
    (np.array([sp.Integer(1), Fraction(2)], dtype=object), [1.0, 2.0], RIGHT, Reason.EQUAL),
    (np.array(["1", "2"]), [1.0, 2.0], RIGHT, Reason.EQUAL),
    (range(1, 3), [1.0, 2.0], RIGHT, Reason.EQUAL),
    (np.ma.array([1, 2]), [1.0, 2.0], RIGHT, Reason.EQUAL),
    (np.array([0, 0]), [0.3, 0.4], WRONG, Reason.DIFFERENT),  # 0 for 0.3 may mean anything
    ([1, 2, 3], [1.0, 2.0], INVALID, Reason.WRONG_SHAPE),
    ([[1, 2], [3]], [[1.0, 2.0], [3.0, 4.0]], INVALID, Reason.WRONG_SHAPE),
    ([[1, 3], [2, 4]], [[1.0, 2.0], [3.0, 4.0]], WRONG, Reason.DIFFERENT),
    ([[1, 2, 3]], [[1.0], [2.0], [3.0]], INVALID, Reason.WRONG_SHAPE),
    (7, [1.0, 2.0], INVALID, Reason.WRONG_SHAPE),
    ([], [1.0, 2.0], INVALID, Reason.WRONG_SHAPE),
    (np.array([1, 2]), [1.5, 2.5], WRONG, Reason.INTEGER),
    (np.array([1, 0]), [1.0, 2.5], WRONG, Reason.DIFFERENT),
    (True, 1.0, INVALID, Reason.WRONG_TYPE),
    (np.bool_(True), 1.0, INVALID, Reason.WRONG_TYPE),
    (np.array([True, False]), [1.0, 0.0], INVALID, Reason.WRONG_TYPE),
    (sp.true, 1.0, INVALID, Reason.WRONG_TYPE),
    (None, 1.0, INVALID, Reason.MISSING),
    (..., 1.0, INVALID, Reason.MISSING),
    ([1.0, None], [1.0, 2.0], INVALID, Reason.MISSING),
    ("hello", 1.0, INVALID, Reason.WRONG_TYPE),
    ({1.0}, 1.0, INVALID, Reason.WRONG_TYPE),
    ({"x": 1.0}, 1.0, INVALID, Reason.WRONG_TYPE),
    (object(), 1.0, INVALID, Reason.WRONG_TYPE),
    (Trap(), 1.0, INVALID, Reason.WRONG_TYPE),
    (Liar(2.0), 3.0, WRONG, Reason.DIFFERENT),
    ([Liar(2.0)], [3.0], WRONG, Reason.DIFFERENT),
    (max, 1.0, INVALID, Reason.FUNCTION_NOT_VALUE),
    (sp.Symbol("x"), 1.0, INVALID, Reason.FUNCTION_NOT_VALUE),
    (sp.Integral(sp.Integer(1), (sp.Symbol("x"), 0, 1)), 1.0, INVALID, Reason.UNEVALUATED),
    (1 + 2j, 1.0, INVALID, Reason.COMPLEX),
    (sp.sqrt(-2), 1.0, INVALID, Reason.COMPLEX),
    (float("nan"), 1.0, WRONG, Reason.NOT_FINITE),
    (float("inf"), 1.0, WRONG, Reason.NOT_FINITE),
    (10**400, 1.0, WRONG, Reason.NOT_FINITE),
    ([1.0, float("nan")], [1.0, 2.0], WRONG, Reason.NOT_FINITE),
    (float("nan"), float("nan"), RIGHT, Reason.EQUAL),
    (float("inf"), float("inf"), RIGHT, Reason.EQUAL),
    (-float("inf"), float("inf"), WRONG, Reason.NOT_FINITE),
    (1.0, float("nan"), WRONG, Reason.DIFFERENT),
]


@pytest.mark.parametrize(("actual", "desired", "outcome", "reason"), ROWS)
def test_claims(actual, desired, outcome, reason):
    verdict = numbers(actual, desired)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


def test_jax_numbers_are_read_at_their_precision():
    jnp = pytest.importorskip("jax.numpy")
    verdict = numbers(jnp.array([1 / 3, 2.0]), [1 / 3, 2.0])
    assert verdict.outcome is RIGHT
    assert verdict.details["dtype"] == "float32"


def test_the_tolerance_is_scaled_by_the_reference_only():
    assert numbers(0.0, 1e-3, rtol=0.5, atol=0).outcome is WRONG
    assert numbers(1e9, 1.0, rtol=0.5, atol=0).outcome is WRONG


def test_an_author_s_tolerance_is_kept_for_float64_and_widened_for_float32():
    assert numbers(1.0000005, 1.0, rtol=1e-9, atol=0).outcome is WRONG
    assert numbers(np.float32(1 / 3), 1 / 3, rtol=1e-12, atol=0).outcome is RIGHT
    assert numbers(np.float32(1.01), 1.0, rtol=0.1).outcome is RIGHT
    assert numbers(np.float32(0.05), 0.0, atol=0.1).outcome is RIGHT
    assert numbers(np.float32(1.01), 1.0, rtol=1e-3, atol=0).outcome is WRONG


def test_an_entry_that_is_zero_allows_for_the_rounding_of_its_neighbours():
    assert numbers(np.array([1e6, 3.0], dtype=np.float32), [1e6, 0.0]).outcome is RIGHT
    assert numbers(np.array([1e6, 3.0]), [1e6, 0.0]).outcome is WRONG


@pytest.mark.parametrize(
    ("desired", "precision", "scale", "largest_error"),
    [
        (1e-6, "float64", None, 1e-14 + 1e-12),
        (1e-6, "float64", 2.0, 1e-8 + 1e-12),  # one of many, whose usual size is 2
        (1e-6, "float64", 1e-3, 1e-11 + 1e-12),
        (50.0, "float64", 2.0, 1e-8 + 5e-5),
        (0.0, "float64", None, 1e-8),
        (50.0, "float32", 2.0, 5e-4 + 5e-3),
        (1e-3, "float32", 2.0, 1e-5 + 1e-7),
        (2.0, "float16", None, 2e-3 + 2e-2),
        (float("inf"), "float64", None, 1e-8),
    ],
)
def test_what_is_allowed_depends_on_precision_and_usual_size(desired, precision, scale, largest_error):
    assert allowed(np.array(desired), precision, None, None, scale) == pytest.approx(largest_error, rel=1e-12)


def test_the_worst_entry_is_told():
    verdict = numbers([1.0, 2.5, 3.0], [1.0, 2.0, 3.0])
    assert (verdict.actual, verdict.desired) == ("2.5", "2")
    assert verdict.error == pytest.approx(0.5 / allowed(np.array([1.0, 2.0, 3.0]), "float64", None, None)[1])


def test_what_is_the_same_needs_no_tolerance():
    for value in (0.0, [1.0, 2.0], [[0.0, 1e300]]):
        verdict = numbers(value, value, rtol=0, atol=0)
        assert (verdict.outcome, verdict.error) == (RIGHT, 0.0)
    assert numbers([1.0, 0.0], [1.0, 5e-324], rtol=0, atol=0).outcome is WRONG


def test_a_million_entries_are_too_many():
    assert numbers(np.zeros(1_000_001), 0.0).reason is Reason.TOO_LARGE


def test_nesting_without_end_is_too_large():
    nested: list = []
    nested.append(nested)
    assert numbers(nested, 0.0).reason is Reason.TOO_LARGE


finite = st.floats(allow_nan=False, allow_infinity=False, width=32)
tolerance = st.floats(min_value=0, max_value=1)


@settings(max_examples=60, deadline=None)
@given(finite, finite, tolerance, tolerance, tolerance, tolerance)
def test_a_looser_tolerance_never_turns_right_into_wrong(actual, desired, rtol, atol, more_rtol, more_atol):
    if numbers(actual, desired, rtol=rtol, atol=atol).outcome is RIGHT:
        assert numbers(actual, desired, rtol=rtol + more_rtol, atol=atol + more_atol).outcome is RIGHT


@settings(max_examples=60, deadline=None)
@given(st.lists(finite, min_size=1, max_size=4))
def test_the_reference_itself_is_right_in_every_container(values):
    for form in (values, tuple(values), np.array(values), [[v] for v in values], np.array(values, dtype=object)):
        assert numbers(form, values).outcome is RIGHT
