"""Which names of a notebook follow from what is drawn."""

import ast

import pytest

from autograder.versions import following, used

DRAWN = "a = 3"


def last(*cells: str) -> set[str]:
    return set(following([ast.parse(cell) for cell in (DRAWN, *cells)], ["a"])[-1])


@pytest.mark.parametrize(
    ("cells", "follow"),
    [
        (["b = 1"], {"a"}),
        (["b = a + 1", "c = b"], {"a", "b", "c"}),
        (["b = a", "b = 1"], {"a"}),
        (["b = a", "b += 1"], {"a", "b"}),
        (["b = a", "b = b + 1"], {"a", "b"}),
        (["b, c = a, 1"], {"a", "b", "c"}),
        (["if a > 1:\n    b = 1"], {"a", "b"}),
        (["b = a", "if True:\n    b = 1"], {"a", "b"}),
        (["for b in range(a):\n    c = 1"], {"a", "b", "c"}),
        (["with open('f') as b:\n    c = a"], {"a", "b", "c"}),
        (["b = [c * a for c in range(3)]"], {"a", "b"}),
        (["b = [a for a in range(3)]"], {"a"}),
        (["rows = []", "rows.append(a)", "b = rows[0]"], {"a", "rows", "b"}),
        (["rows = []\nrows[0:0] = [a]"], {"a", "rows"}),
        (["class C:\n    pass\nC.size = a", "b = C()"], {"a", "b", "C"}),
        (["def f(x):\n    return a * x", "b = f(2)"], {"a", "b", "f"}),
        (["def f(a):\n    return 2 * a", "b = f(2)"], {"a"}),
        (["def f(x):\n    return g(x)", "b = f(1)", "g = lambda x: a * x"], {"a", "b", "f", "g"}),
        (["b = (n := a)"], {"a", "b", "n"}),
        (["import numpy as np", "np.random.seed(a)", "b = np.arange(3)"], {"a", "np", "b"}),
        (["import numpy as np", "np.random.seed(1)", "b = np.random.rand()"], {"a"}),
        (["import matplotlib.pyplot as plt", "plt.rcParams['lines.linewidth'] = a", "b = plt"], {"a", "plt", "b"}),
        (["import matplotlib.pyplot as plt", "plt.plot([1], [a])", "b = plt"], {"a"}),
        (["print(a)", "b = 1"], {"a"}),
        (["change = len\nrows = []", "change(rows, a)"], {"a", "rows", "change"}),
        (["fig, ax = plt()", "ax.plot(a)", "fig, ax = plt()\nax.plot(t)", "b = ax"], {"a"}),
    ],
)  # fmt: skip
def test_what_follows(cells: list[str], follow: set[str]) -> None:
    assert last(*cells) == follow


def test_what_stands_above_the_draw_does_not_follow() -> None:
    moments = following([ast.parse(cell) for cell in ("t = 1", DRAWN, "t = a")], ["a"])
    assert ["t" in moment for moment in moments] == [False, False, True]


def test_names_inside_functions_are_not_the_notebooks() -> None:
    assert used(ast.parse("def f(x, y=a):\n    z = b\n    return x + z")) == {"f", "a", "b"}
