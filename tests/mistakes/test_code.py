"""Each explained error is raised by the real JAX or SymPy, so that a new wording of theirs shows here."""

import math
import traceback
import warnings
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import sympy as sp
from jax import grad, jacfwd, jit, vmap

from autograder import Derivative, feedback
from autograder.mistakes import MISTAKES, explain
from autograder.model import Outcome, Raised, Reason

x, y = sp.symbols("x y", real=True)
tanh_of = sp.lambdify(x, sp.tanh(x) ** 2)


def product(a: Any, b: Any) -> Any:
    return a * b


def in_place(v: Any) -> Any:
    v[0] = 1.0
    return v.sum()


def sign_of(t: Any) -> Any:
    return t if t > 0 else -t


def summed(n: Any) -> Any:
    return sum(range(n))


CASES: list[tuple[str, Callable[[], Any]]] = [
    ("int_input", lambda: grad(lambda t: t**2)(3)),
    ("int_input", lambda: grad(lambda t: (t**2).sum())(jnp.array([1, 2]))),
    ("int_input", lambda: jacfwd(lambda t: t**2)(jnp.array([1, 2]))),
    ("nonscalar", lambda: grad(lambda t: t**2)(jnp.ones(3))),
    ("returns_none", lambda: grad(lambda t: None)(1.0)),
    ("returns_tuple", lambda: grad(lambda t: (t, t))(1.0)),
    ("returns_tuple", lambda: grad(lambda t: [t, t])(1.0)),
    ("np_inside", lambda: grad(lambda t: np.sin(t))(1.0)),
    ("np_inside", lambda: grad(lambda t: np.array([t, t]).sum())(1.0)),
    ("math_inside", lambda: grad(lambda t: math.sin(t))(1.0)),
    ("math_inside", lambda: grad(lambda t: float(t) ** 2)(1.0)),
    ("lambdify_numpy", lambda: grad(sp.lambdify(x, sp.sin(x)))(1.0)),
    ("inplace", lambda: grad(in_place)(jnp.ones(3))),
    ("control_flow", lambda: jit(sign_of)(1.0)),
    ("control_flow", lambda: jit(summed)(3)),
    ("control_flow", lambda: vmap(sign_of)(jnp.ones(3))),
    ("caret_power", lambda: (lambda t: 6.0 * t ^ 2)(1.0)),  # type: ignore[operator]
    ("caret_power", lambda: np.ones(2) ^ 2),
    ("caret_power", lambda: grad(lambda t: t ^ 2)(1.0)),
    ("grad_value", lambda: grad(9.0)),
    ("grad_value", lambda: grad(sp.sin(x))(1.0)),
    ("argnums_tuple", lambda: grad(product, argnums=(0, 1))(1.0, 2.0) * 0.1),
    ("argnums_tuple", lambda: jnp.ones(2) - grad(product, argnums=(0, 1))(1.0, 2.0)),
    ("argnums_tuple", lambda: grad(lambda v: v[0] * v[1])([1.0, 2.0]) * 0.1),
    ("argnums_range", lambda: grad(lambda a: a**2, argnums=1)(1.0)),
    ("list_input", lambda: jnp.sin([1.0, 2.0])),
    ("sympy_in_grad", lambda: grad(lambda t: t**2)(x)),
    ("sympy_in_grad", lambda: jnp.sin(x)),
    ("sympy_function_in_grad", lambda: grad(lambda t: sp.sin(t))(1.0)),
    ("grad_not_called", lambda: grad(lambda t: t**2) * 2),
    ("grad_not_called", lambda: 1.0 - grad(lambda t: t**2)),
    ("function_not_called", lambda: 2.0 * product),  # type: ignore[operator]
    ("function_not_called", lambda: np.exp + 1),  # type: ignore[operator]
    ("diff_too_early", lambda: sp.diff(x**2, 2.0)),
    ("diff_too_early", lambda: sp.diff(3.0, 2)),
    ("diff_too_early", lambda: (3.0).diff(x)),
    ("diff_wrt_expression", lambda: sp.diff(x**2, x**2)),
    ("diff_of_function", lambda: sp.diff(lambda t: t**2, x)),
    ("numpy_on_symbol", lambda: np.sin(x)),
    ("numpy_on_symbol", lambda: math.sin(x)),
    ("numpy_on_symbol", lambda: float(x**2)),
    ("relational", lambda: sign_of(x)),
    ("not_callable", lambda: x(2)),
    ("not_callable", lambda: (2 * x)(2)),
    ("scalar_only", lambda: math.sin(np.ones(3))),
    ("scalar_only", lambda: sign_of(np.ones(3))),
    ("vector_or_numbers", lambda: grad(product)(1.0)),
    ("vector_or_numbers", lambda: grad(lambda v: v[0] * v[1])(1.0, 2.0)),
    ("vector_or_numbers", lambda: grad(lambda v: v[0] * v[1])(1.0)),
    ("shapes_differ", lambda: jnp.ones(3) @ jnp.ones(2)),
    ("shapes_differ", lambda: np.ones(3) + np.ones(2)),
    ("complex_output", lambda: grad(lambda t: 1j * t)(1.0)),
]


def raised_by(call: Callable[[], Any]) -> Raised:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            call()
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)
            return Raised(type=type(error).__name__, message=str(error)[:2000], line=7, source=source_of(frames))
    raise AssertionError("nothing was raised")


def source_of(frames: traceback.StackSummary) -> str | None:
    mine = [frame.line for frame in frames if frame.filename == __file__]
    return mine[-1] if mine else None


@pytest.mark.parametrize(("mistake", "call"), CASES, ids=[f"{name}-{k}" for k, (name, _) in enumerate(CASES)])
def test_the_real_error_is_explained(mistake: str, call: Callable[[], Any]) -> None:
    raised = raised_by(call)
    entry = explain(raised)
    assert entry is not None, raised
    assert entry.id == mistake
    name, sentence = feedback.explain_error(raised, language="en")
    assert name == mistake
    assert entry.question in sentence
    assert "line 7" in sentence
    assert "Traceback" not in sentence
    assert raised.type not in sentence


def test_every_code_mistake_is_raised_here() -> None:
    coded = {name for name, entry in MISTAKES.items() if entry.raised is not None}
    assert coded == {name for name, _ in CASES}


def test_an_error_that_nobody_explains_is_shown_as_it_is() -> None:
    name, sentence = feedback.explain_error(Raised(type="KeyError", message="'a'", line=3, source="  d['a']"))
    assert name is None
    assert sentence == "Your code stopped with KeyError: 'a' Look at line 3: d['a']"


def test_what_works_is_not_forbidden() -> None:
    # np.sum and Python's if work under grad: a rule on the text of the code would refuse right answers
    assert Derivative("x**2").judge(grad(lambda t: np.sum(t**2))).outcome is Outcome.CORRECT
    assert Derivative("x**2").judge(grad(lambda t: t**2 if t > 0 else t * t)).outcome is Outcome.CORRECT


def test_a_question_names_the_error_and_the_line() -> None:
    def slope(t):
        return jax.grad(lambda u: np.sin(3 * u))(t)

    verdict = Derivative("sin(3*x)").judge(slope)
    assert verdict.reason is Reason.RAISED
    assert verdict.mistakes == ("np_inside",)
    said = feedback.student(verdict, language="en")
    assert MISTAKES["np_inside"].question in said
    assert "np.sin(3 * u)" in said
    assert "Tracer" not in said


def test_lambdify_is_told_from_numpy_by_its_own_frame() -> None:
    # the student's line shows no lambdify where the function was made elsewhere
    assert raised_by(lambda: grad(tanh_of)(1.0)).type == "TracerArrayConversionError"
