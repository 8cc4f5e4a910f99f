"""Masters in the style of public courses, as their tools save them: ``python -m tests.build.foreign.make``.

Written for these tests; no course's text is in them. The notebooks lie beside this file as they are imported.
"""

# ruff: noqa: E501 - a cell is easier to read on one line

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def cell(kind: str, text: str, *, output: str | None = None, **metadata: Any) -> dict[str, Any]:
    """A cell as Jupyter writes it, with one saved output."""
    made: dict[str, Any] = {"cell_type": kind, "metadata": metadata, "source": text.splitlines(keepends=True)}
    if kind == "code":
        shown = {
            "data": {"text/plain": [output]},
            "execution_count": 1,
            "metadata": {},
            "output_type": "execute_result",
        }
        made |= {"execution_count": 1 if output else None, "outputs": [shown] if output else []}
    return made


def md(text: str, **metadata: Any) -> dict[str, Any]:
    return cell("markdown", text, **metadata)


def code(text: str, output: str | None = None, **metadata: Any) -> dict[str, Any]:
    return cell("code", text, output=output, **metadata)


def raw(text: str) -> dict[str, Any]:
    return cell("raw", text)


def answered(*cells: dict[str, Any]) -> list[dict[str, Any]]:
    return [raw("# BEGIN SOLUTION"), *cells, raw("# END SOLUTION")]


def tested(*cells: dict[str, Any]) -> list[dict[str, Any]]:
    return [raw("# BEGIN TESTS"), *cells, raw("# END TESTS")]


def graded(name: str, points: float) -> dict[str, Any]:
    """Metadata of a test of nbgrader's."""
    return {"nbgrader": {"grade": True, "grade_id": name, "locked": True, "points": points, "schema_version": 3,
                         "solution": False, "task": False}}  # fmt: skip


def solved(name: str) -> dict[str, Any]:
    return {"nbgrader": {"grade": False, "grade_id": name, "locked": False, "schema_version": 3, "solution": True,
                         "task": False}}  # fmt: skip


LOCKED = {"nbgrader": {"grade": False, "grade_id": "given", "locked": True, "schema_version": 3, "solution": False,
                       "task": False}}  # fmt: skip

DATA_COURSE = [  # a master of Otter Assign as data courses write them: raw blocks, doctests with saved outputs
    raw("# ASSIGNMENT CONFIG\nname: lab_slopes\nfiles:\n    - heights.csv\ngenerate: true"),
    md("# Lab: slopes of a flight\n\nA ball is thrown. Run each cell, and check as you go."),
    code("import numpy as np\nheights = np.genfromtxt('heights.csv', delimiter=',')\ntimes = np.arange(len(heights))"),
    raw("# BEGIN QUESTION\nname: q1_1\npoints:\n    - 0\n    - 2"),
    md("**Question 1.1.** Assign `highest` to the greatest height."),
    *answered(code("highest = max(heights) # SOLUTION")),
    *tested(code("# It should be a number\nhighest > 0", "np.True_"), code("# HIDDEN\nhighest == 44.1", "np.True_")),
    raw("# END QUESTION"),
    raw("# BEGIN QUESTION\nname: q1_2\npoints: 3"),
    md("**Question 1.2.** The height after $t$ seconds is $h(t) = 30 t - 5 t^2$. Define `speed`, its derivative."),
    code("def h(t):\n    return 30 * t - 5 * t**2"),
    *answered(code("def speed(t):\n    return 30 - 10 * t # SOLUTION\n\nspeed(1)", "20")),
    *tested(
        code("np.isclose(speed(0), 30)", "np.True_"),
        code('""" # BEGIN TEST CONFIG\nhidden: true\nfailure_message: Is it fast enough?\n""" # END TEST CONFIG\n'
             "all(np.isclose(speed(t), 30 - 10 * t) for t in times)", "True"),
    ),
    raw("# END QUESTION"),
    raw("# BEGIN QUESTION\nname: q1_3\npoints: 2"),
    md("**Question 1.3.** At which time `top` is the ball highest?"),
    *answered(code("# BEGIN SOLUTION NO PROMPT\nrise = 30\ntop = rise / 10\n# END SOLUTION\n"
                   '""" # BEGIN PROMPT\ntop = ...\n""" # END PROMPT')),
    *tested(code("import numbers\nassert isinstance(top, numbers.Real)"), code("# HIDDEN\nround(top, 6)", "3.0")),
    raw("# END QUESTION"),
    raw("# BEGIN QUESTION\nname: q1_4\nmanual: true\npoints: 2"),
    md("**Question 1.4.** Why is the speed 0 at the top?"),
    *answered(md("Because the height neither rises nor falls there.")),
    raw("# END QUESTION"),
    code("print('The ball is highest after', top, 'seconds.')\ntop + 1"),
]  # fmt: skip

OLD_FORMAT = [  # a master in Otter's older format: configurations in Markdown, `# TEST` cells
    md("```\nBEGIN ASSIGNMENT\nrequirements: null\ninit_cell: true\nservice:\n    notebook: hw.ipynb\n```"),
    md("# Homework 3: by hand"),
    code("import sympy as sp\nx, y = sp.symbols('x y')\nf = x**2 * sp.sin(x)"),
    md("**Question 1.** Find the derivative of `f` by hand and assign it to `f_prime`.\n\n```\nBEGIN QUESTION\nname: q1\n"
       "points: 2\n```"),
    code("f_prime = 2*x*sp.sin(x) + x**2*sp.cos(x) # SOLUTION"),
    code("# TEST\nsp.simplify(f_prime - sp.diff(f, x)) == 0", "True"),
    code("# HIDDEN TEST\nsp.simplify(f_prime.subs(x, 1) - sp.diff(f, x).subs(x, 1)) == 0", "True"),
    md("<!--\nBEGIN QUESTION\nname: q2\npoints: 3\n-->\n**Question 2.** Let `g` be as below. Assign its gradient to "
       "`grad_g`, a list."),
    code("g = x**2 * y + sp.exp(y)\ngrad_g = [2*x*y, x**2 + sp.exp(y)] # SOLUTION"),
    code("## Test ##\nlen(grad_g)", "2"),
    code("## Hidden Test ##\nassert sp.simplify(grad_g[0] - g.diff(x)) == 0\nassert sp.simplify(grad_g[1] - g.diff(y)) == 0"),
    md("**Question 3.** What does the gradient say?\n\n```\nBEGIN QUESTION\nname: q3\nmanual: true\npoints: 1\n```"),
    md("**SOLUTION:** Where it is steepest."),
    md("## The end"),
]  # fmt: skip

ML_COURSE = [  # a source of nbgrader, as courses on machine learning have it
    md("# Assignment 1: gradients of losses", **LOCKED),
    code("import numpy as np", **LOCKED),
    md("## Part A\nThe loss of one weight is $L(w) = (w - 3)^2 + e^{-w}$. Implement its gradient.", **LOCKED),
    code("def loss(w):\n    return (w - 3) ** 2 + np.exp(-w)", **LOCKED),
    md("Write `loss_gradient`.", **LOCKED),
    code('def loss_gradient(w):\n    """The derivative of the loss."""\n    ### BEGIN SOLUTION\n    return 2 * (w - 3) - '
         "np.exp(-w)\n    ### END SOLUTION", **solved("loss-gradient")),
    code("# a first check\nassert np.isclose(loss_gradient(0.0), -7.0)\n### BEGIN HIDDEN TESTS\nfor w in [-1.0, 0.5, 2.0]:\n"
         "    assert np.isclose(loss_gradient(w), 2 * (w - 3) - np.exp(-w))\n### END HIDDEN TESTS",
         **graded("test-loss-gradient", 3)),
    md("## Part B\nImplement `sigmoid` for arrays.", **LOCKED),
    code("def sigmoid(z):\n    ### BEGIN SOLUTION\n    return 1 / (1 + np.exp(-z))\n    ### END SOLUTION", **solved("sigmoid")),
    code("from nose.tools import assert_equal\nassert_equal(sigmoid(np.zeros(3)).shape, (3,))\n"
         "np.testing.assert_allclose(sigmoid(np.zeros(3)), 0.5)", **graded("test-sigmoid", 2)),
    code("### BEGIN HIDDEN TESTS\nz = np.linspace(-3, 3, 7)\nassert np.all(np.diff(sigmoid(z)) > 0)\n### END HIDDEN TESTS",
         **graded("test-sigmoid-more", 1)),
    md("## Part C\nDescend: `w_best` after 50 steps of 0.1 from 0.", **LOCKED),
    code("### BEGIN SOLUTION\nw_best = 0.0\nfor _ in range(50):\n    w_best = w_best - 0.1 * loss_gradient(w_best)\n"
         "### END SOLUTION", **solved("descend")),
    code("assert abs(loss_gradient(w_best)) < 1e-3", **graded("test-descend", 2)),
    md("Because the slope is 0 there.", nbgrader={"grade": True, "grade_id": "why", "locked": False, "points": 2,
                                                   "schema_version": 3, "solution": True, "task": False}),
]  # fmt: skip

LECTURE = [  # a plain solved notebook of a lecture
    md("# Calculus II, sheet 5, with solutions"),
    code("import jax\nimport jax.numpy as jnp\nimport sympy as sp\n\nx = sp.Symbol('x')\nf = sp.exp(-x) * sp.sin(x)"),
    md("### Exercise 1 (3 points)\nDifferentiate $f(x) = e^{-x} \\sin x$ and call the result `df`."),
    md("**Solution**"),
    code("df = sp.exp(-x) * sp.cos(x) - sp.exp(-x) * sp.sin(x)\ndf"),
    md("### Exercise 2\nWrite `slope(t)`, the derivative of $p(t) = t^3 - 4t$."),
    md("**Solution:** by the power rule,"),
    code("def slope(t):\n    return 3 * t**2 - 4\n\nfor t in [0, 1, 2]:\n    assert slope(t) == 3 * t**2 - 4"),
    md("### Exercise 3\nWith JAX: `grad_q`, the gradient of `q`."),
    code("def q(v):\n    a, b = v\n    return a**2 * b + jnp.sin(b)\n\ngrad_q = jax.grad(q)"),
    md("### Exercise 4\nThe slope of $f$ at 0 is called `at_zero`."),
    code("at_zero = df.subs(x, 0)"),
    md("### Exercise 5\nPlot something nice as `picture`."),
    code("picture = [k**2 for k in range(10) if k % 2]"),
    md("## Summary\nThat was it."),
]  # fmt: skip

HIDDEN_DOCTESTS = [  # a master of Otter Assign with doctests in our field, hidden ones and points a test
    raw("# ASSIGNMENT CONFIG\nname: hw_chain\nlanguage: de\nexport_cell:\n    pdf: false\ntests:\n    files: true"),
    md("```otter\n# BEGIN QUESTION\nname: q1\npoints: [1, 3]\n```\n\nMit $k(x) = \\sin(x^2)$: gib die Ableitung `dk` an."),
    md("```otter\n# BEGIN SOLUTION\n```"),
    code("def dk(x):\n    return np.cos(x**2) * 2 * x # SOLUTION"),
    md("```otter\n# END SOLUTION\n```\n\n```otter\n# BEGIN TESTS\n```"),
    code("xs = np.linspace(-2, 2, 9)\nnp.allclose(dk(xs), 2 * xs * np.cos(xs**2))", "True"),
    code("# HIDDEN\nfor t in [0.3, 1.7]:\n    assert abs(dk(t) - 2 * t * np.cos(t**2)) < 1e-6"),
    md("```otter\n# END TESTS\n```\n\n```otter\n# END QUESTION\n```"),
    raw("# BEGIN QUESTION\nname: q2\npoints: 2\nall_or_nothing: true"),
    md("Schreibe `count(n)`: wie viele gerade Zahlen von 0 bis n."),
    *answered(code("def count(n):\n    # BEGIN SOLUTION\n    return n // 2 + 1\n    # END SOLUTION")),
    *tested(code("[count(n) for n in (0, 1, 2)]", "[1, 1, 2]"), code("# HIDDEN\nfor n in range(4):\n    assert count(2 * n) == n + 1\n"
                                                                     "count(99)", "50")),
    raw("# END QUESTION"),
]  # fmt: skip
HIDDEN_DOCTESTS.insert(1, code("import numpy as np"))

TUTORIAL = [  # a tutorial as summer schools write them: stubs, `# to_remove solution`, forms of Colab's
    md("# Tutorial 1: Slopes\n**Day 4: Calculus**"),
    code("# @title Install and import feedback gadget\n!pip3 --version\nprint('ready')", cellView="form"),
    code("# Imports\nimport numpy as np\nimport sympy as sp"),
    code("# @title Plotting Functions\n# @markdown Run this cell.\ndef show(t, f, df):\n    print(len(t), df[0])"),
    md("---\n# Section 1: By hand"),
    md("## Section 1.1: Product rule"),
    md("#### Coding Exercise 1.1: Derivative of an alpha function\n\nLet $f(t) = t e^{-t/2}$. Define `df_dt(t)`, the "
       "derivative of `f`, with the product rule."),
    code("def f(t):\n    return t * np.exp(-t / 2)\n\n\ndef df_dt(t):\n    #####\n    ## TODO for students: complete and remove\n"
         "    raise NotImplementedError('Calculate the derivative')\n    #####\n    u, v = t, np.exp(-t / 2)\n    du = ...\n"
         "    dv = ...\n    return u * dv + v * du\n\n\nt = np.arange(0, 10, 0.5)\nshow(t, f(t), df_dt(t))"),
    code("# to_remove solution\ndef f(t):\n    return t * np.exp(-t / 2)\n\n\ndef df_dt(t):\n    u, v = t, np.exp(-t / 2)\n"
         "    du = 1\n    dv = -np.exp(-t / 2) / 2\n    return u * dv + v * du\n\n\nt = np.arange(0, 10, 0.5)\nshow(t, f(t), df_dt(t))"),
    code("# @title Submit your feedback\nprint('Thank you')"),
    md("#### Math Exercise 1.2: Chain rule\nWhat is the derivative of $r(a) = e^{a^4 + 1}$?"),
    code('# to_remove explanation\n\n"""\nWith t = a^4 + 1: dr/da = 4 a^3 e^(a^4 + 1)\n"""'),
    md("### Interactive Demo 1.3: Pick a function\nHow does its slope look?"),
    code("# @markdown Execute this cell to enable the widget\nprint('a widget')"),
    md("### Think! 1.4\nWhere is the slope 0?"),
    md("# Summary\nThat was it."),
]  # fmt: skip

ASSIGNMENT = [  # as courses on deep learning write them: regions of code to fill in, solutions of the theory at the end
    md("# Assignment 2: backward passes"),
    code("import numpy as np"),
    md("## Sigmoid\nImplement the derivative of $s(x) = 1/(1 + e^{-x})$."),
    code("def sigmoid_grad(x):\n    s = 1 / (1 + np.exp(-x))\n    ds = None\n    ####################################\n"
         "    # TODO: Implement the derivative.  #\n    ####################################\n"
         "    # *****START OF YOUR CODE (DO NOT DELETE/MODIFY THIS LINE)*****\n    ds = s * (1 - s)\n"
         "    # *****END OF YOUR CODE (DO NOT DELETE/MODIFY THIS LINE)*****\n    return ds"),
    code("# Should print a quarter\nprint(sigmoid_grad(0.0))"),
    code("assert np.isclose(sigmoid_grad(0.0), 0.25)"),
    md("## Affine layer: backward"),
    code("# GRADED FUNCTION: affine_backward\ndef affine_backward(dout, x, w):\n    ### START CODE HERE ### (2 lines)\n"
         "    dx = dout @ w.T\n    dw = x.T @ dout\n    ### END CODE HERE ###\n    return dx, dw"),
    code("print([part.shape for part in affine_backward(np.ones((2, 3)), np.ones((2, 4)), np.ones((4, 3)))])"),
    md("**Inline Question 1.** Why is the gradient of a saturated sigmoid small? `slope_at_10` is it, to full precision."),
    code("slope_at_10 = ...  # YOUR CODE HERE"),
    md("**Inline Question 2.** Give `dp`, the derivative of $p(w) = w^3 - 2w$."),
    code("# YOUR CODE HERE\nraise NotImplementedError"),
    md("# Solutions"),
    md("**Inline Question 1.** Since $s' = s (1 - s)$ and $s$ is close to 1."),
    code("slope_at_10 = sigmoid_grad(10.0)"),
    md("**Inline Question 2.**\n<details><summary>Click</summary>\n\n```python\ndef dp(w):\n    return 3 * w**2 - 2\n```\n</details>"),
]  # fmt: skip

NOTEBOOKS = {
    "data_course": DATA_COURSE,
    "old_format": OLD_FORMAT,
    "ml_course": ML_COURSE,
    "lecture": LECTURE,
    "hidden_doctests": HIDDEN_DOCTESTS,
    "tutorial": TUTORIAL,
    "assignment": ASSIGNMENT,
}


def main() -> None:
    for name, cells in NOTEBOOKS.items():
        book = {"cells": cells, "metadata": {"kernelspec": KERNEL, "language_info": {"name": "python"}}, "nbformat": 4,
                "nbformat_minor": 4}  # fmt: skip
        (HERE / f"{name}.ipynb").write_text(json.dumps(book, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (HERE / "heights.csv").write_text("0\n25.1\n40.2\n44.1\n40.1\n25.0\n", encoding="utf-8")


if __name__ == "__main__":
    main()
