"""Which cells of a notebook have to run for other numbers: what tempts to leave out too many, and what can be."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.versions import needed
from tests.versions.test_following import HIDDEN

IMPORTS = "import numpy as np\nimport matplotlib.pyplot as plt\nimport sympy as sp"
PLOT = "fig, ax = plt.subplots()\nax.plot(t, t)\nplt.show()"
T = "t = np.linspace(0, 1)"


def left_out(
    *cells: str, asked: tuple[str, ...] = ("answer",), drawn: str = "a", above: int | None = None
) -> list[str]:
    """The cells that need not run, where ``asked`` is asked below the first ``above`` cells, or below all."""
    trees = [ast.parse(IMPORTS), *map(ast.parse, cells)]
    places = len(trees) if above is None else above + 1
    kept = needed(trees, ["a"], [(places, ["answer"])])
    assert kept[0], "what imports stays"
    return [cell for cell, stays in zip(cells, kept[1:], strict=True) if not stays]


LEFT_OUT = [
    ("another question's answer", ["other = sp.diff(sp.symbols('z'))", "answer = 2 * a"], [0]),
    ("a plot of a fixed function", [T, PLOT, "answer = a"], [0, 1]),
    ("a plot under a name that is bound anew", [T, PLOT, PLOT.replace("t, t", "[a], [a]"), "answer = a"], [0, 1]),
    ("the axes in hand", [T, "plt.figure()\nplt.plot(t, t)\nplt.gca().set_aspect('equal')", "answer = a"], [0, 1]),
    ("what had the name of something else", ["x = [1]\nx.append(2)", "x = sp.symbols('x')", "answer = a * x"], [0]),
    ("what only fixed cells use", ["k = 1", "m = k + 1", "print(m)", "answer = a"], [0, 1, 2]),
    ("what shows what is asked", ["print(rows := [1])", "print(rows)", "answer = [a, *rows]"], [1]),
    ("what shows a value", ["np.arange(3)", "answer = a"], [0]),
    ("what a loop binds and reads itself", ["for i in range(3):\n    print(i)", "for i in [a]:\n    answer = i"], [0]),
    ("an argument of a function", ["x = 3", "def answer(x):\n    return a * x"], [0]),
    ("a name in a comprehension", ["x = 3", "answer = [a * x for x in range(3)]"], [0]),
]

KEPT = [
    ("what an answer is made of", ["k = 2", "answer = k * a"]),
    ("what follows from the numbers though nobody asks", ["k = a / 3", "print(1 / (k - 1))", "answer = 1"]),
    ("mutation", ["rows = []", "rows.append(1)", "answer = rows + [a]"]),
    ("mutation through an alias", ["rows = []", "other = rows", "other.append(1)", "answer = rows + [a]"]),
    (
        "mutation through a container",
        ["rows = []\nbox = {'rows': rows}", "box['rows'].append(1)", "answer = rows + [a]"],
    ),
    ("mutation by a function", ["rows = []", "def add(to):\n    to.append(1)", "add(rows)", "answer = rows + [a]"]),
    (
        "mutation by a function's default",
        ["def f(x, seen=[]):\n    seen.append(x)\n    return seen", "f(1)", "answer = f(a)"],
    ),
    ("mutation in place by an operator", ["rows = [1]", "rows += [2]", "answer = [*rows, a]"]),
    ("mutation of a row", ["rows = np.zeros(3)", "row = rows[0:1]", "row[0] = 1", "answer = rows * a"]),
    (
        "mutation by a function that closes over it",
        ["rows = []", "def add():\n    rows.append(1)", "add()", "answer = [*rows, a]"],
    ),
    ("a function bound late", ["def answer(x):\n    return g(x) * a", "def g(x):\n    return h(x)", "h = abs"]),
    ("a constant of a function bound late", ["f = lambda x: k * x", "k = 2", "answer = f(a)"]),
    ("a generator", ["rows = iter([1, 2])", "first = next(rows)", "answer = next(rows) * a"]),
    ("a generator expression", ["k = 1", "rows = (k * x for x in range(3))", "answer = sum(rows) * a"]),
    ("del", ["k = 2", "j = 1", "del k", "try:\n    answer = k\nexcept NameError:\n    answer = a"], [1]),
    ("exec", ["k = 1", "exec('answer = a * k')"]),
    ("eval", ["k = 1", "answer = eval('a * k')"]),
    ("globals", ["k = 1", "answer = a * globals()['k']"]),
    ("a star import", ["k = 1", "from math import *", "answer = a * pi"]),
    ("what was shown before", ["k = 1\nk", "answer = a * _"]),
    ("a name bound by a branch", ["k = 1", "if k:\n    k = 2", "answer = a * k"]),
    ("a name bound by a loop", ["k = 1", "for k in []:\n    pass", "answer = a * k"]),
    ("a name bound by with", ["k = 1", "with np.errstate() as k:\n    pass", "answer = (a, k)"]),
    ("a name bound by try", ["k = 1", "try:\n    k = int('x')\nexcept ValueError:\n    pass", "answer = a * k"]),
    ("a name bound by a walrus", ["print(k := 2)", "answer = a * k"]),
    ("a name bound by match", ["match 3:\n    case k:\n        pass", "answer = a * k"]),
    ("a name bound by unpacking", ["k, m = 1, 2", "answer = a * m"]),
    ("global in a function", ["k = 1", "def bump():\n    global k\n    k += 1", "bump()", "answer = a * k"]),
    ("a name that only a function binds", ["def make():\n    global k\n    k = 1", "make()", "answer = a * k"]),
    ("an attribute of a class", ["class C:\n    k = 1", "C.k = 2", "answer = a * C.k"]),
    (
        "an attribute through a subclass",
        ["class C:\n    k = []", "class D(C):\n    pass", "D.k.append(1)", "answer = [a, *C.k]"],
    ),
    ("a class body", ["k = 1", "class C:\n    m = k", "answer = a * C.m"]),
    ("a method", ["class C:\n    def __init__(self):\n        self.k = k", "k = 1", "answer = a * C().k"]),
    (
        "a decorator that keeps what it gets",
        [
            "known = []\ndef keep(f):\n    known.append(f)\n    return f",
            "@keep\ndef f():\n    return 1",
            "answer = a * known[0]()",
        ],
    ),
    ("a builtin that is another thing here", ["sum = [1].count", "answer = a * sum(1)"]),
    ("a seed", ["np.random.seed(1)", "answer = a * np.random.rand()"]),
    ("what draws before", ["k = np.random.rand()", "answer = a * np.random.rand()"]),
    (
        "what draws before from a generator",
        ["draws = np.random.default_rng(1)", "k = draws.random()", "answer = a * draws.random()"],
    ),
    (
        "what draws in a function",
        ["def noisy():\n    return np.random.rand()", "k = noisy()", "answer = a * np.random.rand()"],
    ),
    (
        "a library's part under a name of its own",
        ["draws = np.random", "k = draws.rand()", "answer = a * np.random.rand()"],
    ),
    ("a library under a name of its own", ["n = np", "n.random.seed(1)", "answer = a * np.random.rand()"]),
    (
        "a library that is given away",
        ["def seeded(lib):\n    lib.random.seed(1)", "seeded(np)", "answer = a * np.random.rand()"],
    ),
    ("what checks", ["import autograder", "grader = autograder.Notebook('hw')", "answer = a"]),
    ("a setting", ["plt.rcParams['lines.linewidth'] = 3", "answer = a"]),
    ("a setting by a call", ["import jax\njax.config.update('jax_enable_x64', True)", "answer = a"]),
    ("a setting whose old value is kept", ["old = np.seterr(all='raise')", "answer = a"]),
    ("a style", ["plt.style.use('ggplot')", "answer = a"]),
    ("how things are printed", ["sp.init_printing()", "answer = a"]),
    ("names that SymPy binds", ["sp.var('x y')", "answer = a * x"]),
    ("a patched library", ["np.answer = 4", "answer = a * np.answer"]),
    ("a library of which nothing is known", ["import other\nk = other.begin()", "m = other.go()", "answer = a"]),
    ("a file", ["open('f', 'w').write('1')", "answer = a * float(open('f').read())"]),
    ("pyplot's figure in hand", ["plt.figure()", "plt.plot([1])", "answer = plt.gcf(), a"]),
    ("a title that pyplot gives", ["fig, ax = plt.subplots()", "plt.title('t')", "answer = ax.get_title(), a"]),
    (
        "a figure by its number, with another between",
        ["plt.figure(3)\nplt.plot([1])", "fig, ax = plt.subplots()", "answer = len(plt.figure(3).axes), a"],
    ),
    ("a figure by its number", ["plt.figure(3)", "plt.plot([1])", "fig = plt.figure(3)\nanswer = fig, a"]),
    (
        "a figure that a function draws into",
        ["def draw(y):\n    plt.plot(y)", "plt.figure()", "draw([1])", "draw([a])", "answer = a"],
    ),
    (
        "a figure drawn into only sometimes anew",
        ["plt.figure()", "if a > 1:\n    plt.figure()\nplt.plot([a])", "answer = a"],
    ),
]


@pytest.mark.parametrize(("cells", "places"), [row[1:] for row in LEFT_OUT], ids=[row[0] for row in LEFT_OUT])
def test_what_nothing_needs_is_left_out(cells: list[str], places: list[int]) -> None:
    assert left_out(*cells) == [cells[place] for place in places]


@pytest.mark.parametrize("row", KEPT, ids=[row[0] for row in KEPT])
def test_what_something_may_need_stays(row: tuple[str, list[str]] | tuple[str, list[str], list[int]]) -> None:
    """And beside it a cell is left out that nothing needs, unless nothing can be said of the notebook."""
    _, cells, *rest = row
    free = [cells[place] for place in (rest[0] if rest else [])]
    assert left_out(*cells) == free
    if not {"exec", "eval", "globals", "a star import", "what was shown before"} & {row[0]}:
        assert left_out("alone = 1", *cells) == ["alone = 1", *free]


@pytest.mark.parametrize("way", HIDDEN)
def test_a_cell_on_which_the_answer_depends_in_a_way_that_is_easily_overlooked_stays(way: str) -> None:
    """The ways in which a value can hang on a number, here on one that is not drawn."""
    cells = ["a = 5", *HIDDEN[way]]
    assert needed([ast.parse(cell) for cell in cells], ["drawn"], [(len(cells), ["r"])]) == [True] * len(cells)


def test_a_cell_below_the_question_is_left_out_though_it_uses_the_answer() -> None:
    cells = ["answer = [1]", "answer.append(1)", "change(answer)"]
    assert left_out(*cells, above=1) == cells[1:]
    assert left_out(*cells, above=2) == cells[2:]
    assert left_out(*cells) == []


def test_a_line_that_makes_plots_ready_stays_and_what_may_do_anything_keeps_everything() -> None:
    for line, stays in (("pass", False), ("get_ipython()", True)):
        cells = [ast.parse(cell) for cell in ("k = 1", line, "answer = a")]
        assert needed(cells, ["a"], [(3, ["answer"])]) == [stays, True, True]


RUN = """
import json, re, sys
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

def answer(cells, a):
    plt.close("all")
    np.random.seed(5)
    names, raised = {"a": a}, []
    for cell in cells:
        try:
            exec(compile(cell, "cell", "exec"), names)
        except Exception as error:
            raised.append(repr(error))
    found = names.get("answer")
    return re.sub("0x[0-9a-f]+", "", repr(found(2.0) if callable(found) else found)), raised

rows = json.load(sys.stdin)
said = [[answer(cells, a) for a in (2, 3)] for cells in rows]
print("\\n" + json.dumps(said))
"""


@pytest.mark.slow
def test_no_answer_changes_by_what_is_left_out(tmp_path: Path) -> None:
    """The table's rows are run as a whole and without what is left out, with two numbers each."""
    claims = [row[0] for row in (*LEFT_OUT, *KEPT)]
    whole = [[IMPORTS, *row[1], "alone = 1"] for row in (*LEFT_OUT, *KEPT)]
    sliced = []
    for cells in whole:
        kept = needed([ast.parse(cell) for cell in cells], ["a"], [(len(cells), ["answer"])])
        sliced.append([cell for cell, stays in zip(cells, kept, strict=True) if stays])
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", RUN],
        input=json.dumps(whole + sliced), capture_output=True, text=True, check=True, cwd=tmp_path,
    )  # fmt: skip
    said = json.loads(run.stdout.splitlines()[-1])
    assert dict(zip(claims, said[len(whole) :], strict=True)) == dict(zip(claims, said[: len(whole)], strict=True))
    assert sum(map(len, sliced)) < sum(map(len, whole)) - len(whole)
