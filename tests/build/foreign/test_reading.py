"""Which tests are certain to ask for a derivative, and how a solution is marked: tables of claims."""

from pathlib import Path

import nbformat
import pytest

from autograder.build.foreign.asked import Asked
from autograder.build.foreign.certainty import asked_by, asked_of_solution
from autograder.build.foreign.marking import marked, region_marked
from autograder.build.foreign.tests import as_test
from autograder.build.source import read_source
from tests.build.source_samples import BEGIN, CONFIG, notebook, question

GIVEN = """\
import numpy as np
import sympy as sp
x, y = sp.symbols("x y")
f = x**2 * sp.sin(x)
k = x**2 * y
c = 3
def g(t):
    s = c * t
    return np.exp(-s) + t**2
def h(v):
    return v[0]**2 * v[1]
def tan(t):
    return t if t > 0 else 0
if True:
    def k2(t):
        return t**4
k2 = c
def loop(t):
    for _ in range(3):
        t = t * t
    return t"""
PROMPT = "Give `a`, the derivative of the function, where $w(z) = z^3 + \\sin z$."

CERTAIN = [
    # a test's lines, the question that they ask
    ("assert sp.simplify(a - sp.diff(f, x)) == 0", 'Derivative("x**2*sin(x)", wrt="x"'),
    ("assert sp.simplify(a - f.diff(x, 2)) == 0", 'Derivative("x**2*sin(x)", wrt="x", order=2'),
    ("assert a.equals(2*x*sp.sin(x) + x**2*sp.cos(x))", 'Derivative("x**2*sin(x)", wrt="x"'),
    ("assert a == [k.diff(v) for v in (x, y)]", 'Gradient("x**2*y", wrt=("x", "y")'),
    ("assert a == sp.Matrix([2*x*y, x**2])", 'Gradient("x**2*y", wrt=("x", "y")'),
    ("assert sp.simplify(a - k.diff(y)) == 0", 'Derivative("x**2*y", wrt="y", variables=("x", "y")'),
    ("right = -3*np.exp(-3*0.5) + 1\nassert np.isclose(a(0.5), right)", "points=[0.5]"),
    ("for t, d in [(0, -3.0), (1, 2 - 3*np.exp(-3))]:\n    assert np.isclose(a(t), d)", "points=[0, 1]"),
    ("for t in np.linspace(0, 2, 5):\n    assert abs(a(t) - (2*t - 3*np.exp(-3*t))) < 1e-4", 'domain={"t": (0, 2)}'),
    ("np.testing.assert_allclose(a(np.array([1.0, 2.0])), [4.0, 1.0], rtol=1e-4)", 'wrt=("v0", "v1"), rtol=0.0001'),
    ("assert callable(a) and np.isclose(a(2.0), 12 + np.cos(2.0))", 'Derivative("z**3 + sin(z)", wrt="z"'),
]  # fmt: skip

NOT_CERTAIN = [
    # a test's lines, why it stays
    ("assert np.isclose(a(2.0), 7.0)", "no function of the notebook or the prompt has this derivative"),
    ("assert sp.simplify(a - f) == 0", "no function of the notebook or the prompt has this derivative"),
    ("assert a(1.0) > 0", "does more than compare"),
    ("assert isinstance(a, sp.Expr)", "does more than compare"),
    ("assert sp.simplify(a - sp.diff(f, x)) == 0\nprint(a)", "`print(a)` does more"),
    ("assert np.isclose(a(0.5), 1 - 3*np.exp(-1.5), rtol=0.1)", "allows an error of 0.1"),
    ("tol = 1e-6\nassert np.isclose(a(0.5), 1 - 3*np.exp(-1.5), rtol=tol)", "the tolerance tol is computed"),
    ("assert sp.simplify(a[0] - k.diff(x)) == 0", "no function"),
    ("assert np.isclose(a(0.5), a(0.5))", "compares two answers"),
    ("assert np.isclose(c, 3)", "compares no answer as it stands"),
    ("assert np.isclose(a(1.0), loop(1.0))", "no function"),
    ("from autograder import Derivative\nDerivative('x**2').check(a)", "one of our questions already"),
    ("x = 1", "it compares nothing"),
    ("assert max(a(2.0) - (12 + np.cos(2.0)), 0) < 1e-6", "does more than compare"),
    ("assert np.max(a(2.0) - (12 + np.cos(2.0))) < 1e-6", "does more than compare"),
    ("assert not np.isclose(a(2.0), 12 + np.cos(2.0))", "does more than compare"),
    ("assert abs(a(2.0) - (12 + np.cos(2.0))) > 1e-6", "does more than compare"),
    ("assert np.isclose(a(2.0), 1 + tan(2.0)**2)", "no function"),
    ("for t, c in zip([1, 2], [2, 3]):\n    assert np.isclose(a(t), c)", "no function"),
    ("assert np.isclose(a(1.0), 4.0)", "no function"),
    ("np.exp = abs\nassert np.isclose(a(0.0), -3.0)", "`np.exp = abs` does more"),
]  # fmt: skip


UNREAD = "a = solved()  # SOLUTION"
CUBE = """\
import math
import numpy as np
import jax
import sympy as sp
x, y = sp.symbols('x y')
def f(x):
    return x**3"""
SOLVED = "def a(x):\n    return 3*x**2  # SOLUTION"
OTHERWISE = [
    # given, solution, a test's lines: what looks like the derivative of f and asks something else, or for more
    (CUBE, "def a(x):\n    return x + 10  # SOLUTION", "assert np.isclose(a(2), 12)", None),
    (CUBE, UNREAD, "assert np.isclose(a(2), 12)", "points=[2]"),
    (CUBE.replace("def f", "def square"), UNREAD, "assert np.isclose(a(2), 12)", None),
    (CUBE, SOLVED, "assert abs(a(2.0) - 12) < 1e-10", "rtol=1e-10, atol=1e-10, points=[2]"),
    (CUBE, SOLVED, "assert math.isclose(a(2.0), 12)", "rtol=1e-09, atol=1e-09, points=[2]"),
    (f"{CUBE}\nfrom math import isclose", SOLVED, "assert isclose(a(2.0), 12)", "rtol=1e-09"),
    (f"{CUBE}\ndef isclose(u, v):\n    return abs(u - v) < 1", SOLVED, "assert isclose(a(2.0), 12)", None),
    (CUBE, SOLVED, "assert np.array(a(2.0), dtype=int) == 12", None),
    (CUBE, SOLVED, "from mine import f\nassert np.isclose(a(2.0), jax.grad(f)(2.0))", None),
    (CUBE, SOLVED, "f = lambda z: z**3 + z\nassert np.isclose(a(2.0), jax.grad(f)(2.0))", None),
    (CUBE, SOLVED, "assert np.isclose(a(2.0), jax.grad(f)(2.0))", "points=[2]"),
    (f"{CUBE}\ndef grad(f):\n    return num(f)", SOLVED, "assert np.isclose(a(2.0), grad(f)(2.0))", None),
    (f"c = 1\n{CUBE.replace('x**3', 'c*x**3')}\nc = 5", SOLVED, "assert np.isclose(a(2.0), jax.grad(f)(2.0))", None),
    (f"c = [1]\n{CUBE.replace('x**3', 'c[0]*x')}\nc[0] = 5", UNREAD, "assert np.isclose(a(2), jax.grad(f)(2))", None),
    (f"{CUBE}\ndef g(x):\n    return f(x)\nf = abs", SOLVED, "assert np.isclose(a(2), jax.grad(g)(2.0))", None),
    (CUBE, "a = 3*y**2  # SOLUTION", "assert a.subs(y, 2) == 12", None),
    (f"{CUBE}\nx = sp.Symbol('x', positive=True)\nf = sp.sqrt(x**2)", UNREAD, "assert a == sp.diff(f, x)", None),
    (CUBE, SOLVED, "for t in [1.0, 2.0]:\n    assert np.isclose(a(t), 3*t**2)", 'domain={"x": (1, 2)}'),
    (CUBE, SOLVED, "for t in range(1, 6):\n    assert np.isclose(a(t), 3*t**2)", 'domain={"x": (1, 6)}'),
    (CUBE, SOLVED, "for t in [-1.0, 2.0]:\n    assert np.isclose(a(t), 3*t**2)", 'points=[-1, 2], name="a"'),
]  # fmt: skip


@pytest.mark.parametrize(("given", "solution", "lines", "asks"), OTHERWISE)
def test_nothing_else_is_asked_than_the_test_asked(
    tmp_path: Path, given: str, solution: str, lines: str, asks: str | None
) -> None:
    found = said(tmp_path, lines, "Define `a`, the derivative of `f`.", given, solution)
    assert isinstance(found, str) if asks is None else isinstance(found, Asked) and asks in found.written(), found


def said(folder: Path, lines: str, prompt: str = PROMPT, given: str = GIVEN, solution: str = UNREAD) -> Asked | str:
    indented = lines.replace("\n", "\n    ")
    cells = question(BEGIN, prompt, solution, (f"def test_q1(a):\n    {indented}",))
    source = read_source(notebook(folder / "hw.ipynb", CONFIG, ("code", given), *cells))
    return asked_by(source, source.questions[0], source.questions[0].tests[0])


@pytest.mark.parametrize(("lines", "asks"), CERTAIN)
def test_what_is_certain_becomes_a_question(tmp_path: Path, lines: str, asks: str) -> None:
    found = said(tmp_path, lines)
    assert isinstance(found, Asked), found
    assert asks in found.written()


@pytest.mark.parametrize(("lines", "why"), NOT_CERTAIN)
def test_what_is_not_certain_stays_and_says_why(tmp_path: Path, lines: str, why: str) -> None:
    found = said(tmp_path, lines)
    assert isinstance(found, str), found
    assert why in found


def test_a_coincidence_is_no_derivative(tmp_path: Path) -> None:
    assert said(tmp_path, "assert np.isclose(a(2.0), 12 + np.cos(2.0))", "Give `a`.") == (
        "nothing says that a derivative is asked for"
    )


NO_CERTAIN_ANSWER = [
    # prompt, solution, why a person scores it
    ("Choose a learning rate `lr`.", "lr = 1", "its prompt leaves a choice"),
    ("Give pi, rounded, as `p`.", "p = 3.14", "a decimal in its solution may be rounded"),
    ("Give `p`.", "p = 0.25", None),
    ("Give `df`, the derivative of `f`.", "def grad(f):\n    return f\ndf = grad(f)", "what df is cannot be said"),
]


@pytest.mark.parametrize(("prompt", "solution", "why"), NO_CERTAIN_ANSWER)
def test_a_solution_to_which_others_may_be_right_is_for_a_person(
    tmp_path: Path, prompt: str, solution: str, why: str | None
) -> None:
    marks = f"# BEGIN SOLUTION\n{solution}\n# END SOLUTION"
    cells = question(BEGIN, prompt, marks, ())
    source = read_source(notebook(tmp_path / "hw.ipynb", CONFIG, ("code", CUBE), *cells))
    found = asked_of_solution(source, source.questions[0])
    assert isinstance(found, list) if why is None else isinstance(found, str) and found.startswith(why), found


MARKED = [
    # a solved cell, wanted names, what students keep of it
    ("import numpy as np\na = 3", (), "import numpy as np\na = ..."),
    ("x = sp.Symbol('x')\na = x**2", (), "x = sp.Symbol('x')\na = ..."),
    ("t = 2\na = t + 1", ("a",), "a = ..."),
    ("a = [\n    1,\n    2,\n]", (), "a = ..."),
    ("a, b = 1, 2", (), "a = ...\nb = ..."),
    ("def f(t):\n    '''Give it.'''\n    u = t\n    return u", (), "def f(t):\n    '''Give it.'''\n    ..."),
    ("def f(t): return t", ("f",), "f = ..."),
    ("print(1)", (), "..."),
    ("%matplotlib inline\na = 1", (), "%matplotlib inline\na = ..."),
    ("# so:\nfor k in range(3):\n    a = k", ("a",), "a = ..."),
    ("@cache\ndef f(t):\n    return t\nf(1)", (), "@cache\ndef f(t):\n    ..."),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "wanted", "left"), MARKED)
def test_of_a_solved_cell_students_keep_heads_and_names(cell: str, wanted: tuple[str, ...], left: str) -> None:
    from autograder.otter import students_text

    text = marked(cell, wanted)
    assert students_text(text) == left
    without = [line for line in text.split("\n") if "SOLUTION" not in line or "=" in line]
    assert all(line in text for line in without)


def test_nbgrader_s_regions_become_otter_s() -> None:
    from autograder.otter import students_text

    region = region_marked("a = 1\n### BEGIN SOLUTION\nb = 2\nc = 3\n### END SOLUTION", ("b",))
    assert students_text(region or "") == "a = 1\nb = ..."
    assert region_marked("a = 1") is None


def test_lines_become_a_function_with_what_they_read() -> None:
    text = as_test(
        "test_q1", "n = n + 1\nassert np.all(f(n) == [k for k in range(n)])", imports={"np": "import numpy as np"},
        names={"f", "n", "k", "unused"}, points=2, hidden=True,
    )  # fmt: skip
    assert text == (
        '"""# BEGIN TEST CONFIG\npoints: 2\nhidden: true\n"""  # END TEST CONFIG\n\n\n'
        "def test_q1(f, n):\n    import numpy as np\n    n = n + 1\n"
        "    assert np.all(f(n) == [k for k in range(n)])"
    )
    nose = as_test(
        "t", "from nose.tools import assert_equal, assert_raises\nassert_equal(f(1), 1)", imports={}, names={"f"}
    )
    assert "from unittest import TestCase\n    assert_equal = TestCase().assertEqual\n" in nose
    assert "nose" not in nose
    spread = as_test("t", 'assert f == """a\nb"""', imports={}, names={"f"})
    assert "'a\\nb'" in spread


@pytest.mark.parametrize(
    ("stub", "solution", "written", "left"),
    [
        # what the solution uses stands above what is to be filled in, and there alone
        (
            "x = sp.symbols('x')\nd = ...",
            "d = 2*x",
            "x = sp.symbols('x')\nd = 2*x  # SOLUTION",
            "x = sp.symbols('x')\nd = ...",
        ),
        ("c = 3\nd = ...", "c = 3\nd = 2*c", "c = 3\nd = 2*c  # SOLUTION", "c = 3\nd = ..."),
        (
            "c = 3\nd = ...",
            "c = 4\nd = 2*c",
            "c = 4  # SOLUTION\nd = 2*c  # SOLUTION",
            "c = ...\nd = ...",
        ),
        ("d = ...\nprint(d)\ne = d", "d = 2", "d = 2  # SOLUTION", "d = ..."),
        (
            "def f(t):\n    return t**2\ndef d(t):\n    # TODO\n    raise NotImplementedError",
            "def d(t):\n    return 2*t",
            "def f(t):\n    return t**2\ndef d(t):\n    # BEGIN SOLUTION\n    return 2*t\n    # END SOLUTION",
            "def f(t):\n    return t**2\ndef d(t):\n    ...",
        ),
    ],
)  # fmt: skip
def test_of_a_stub_students_keep_what_the_solution_at_the_end_leaves_out(
    stub: str, solution: str, written: str, left: str
) -> None:
    from nbformat.v4 import new_code_cell, new_markdown_cell

    from autograder.build.foreign.plain import read_plain
    from autograder.otter import students_text

    draft = read_plain(
        "lab",
        [
            new_markdown_cell("### Exercise 1\nDifferentiate by $x$."),
            new_code_cell(stub),
            new_markdown_cell("# Solutions"),
            new_markdown_cell("### Exercise 1"),
            new_code_cell(solution),
        ],
    )
    (answer,) = (cell.source for cell in draft.cells if cell.cell_type == "code" and "SOLUTION" in cell.source)
    assert answer == written
    assert students_text(answer) == left


def test_a_notebook_of_version_three_is_brought_up_to_date(tmp_path: Path) -> None:
    from autograder import build

    old = nbformat.v3.new_notebook(
        worksheets=[
            nbformat.v3.new_worksheet(
                cells=[
                    nbformat.v3.new_text_cell("markdown", "### Exercise 1\nGive `a`."),
                    nbformat.v3.new_code_cell("a = 3"),
                ]
            )
        ]
    )
    path = tmp_path / "old.ipynb"
    path.write_text(nbformat.writes(old, version=3))
    made = build.bring(path, tmp_path)
    assert [change.after for change in made.changes] == [
        "# HIDDEN\ndef test_q1_more(a):\n    from autograder import Equal\n\n"
        '    Equal("3", name="a", seed=101).check(a)'
    ]
