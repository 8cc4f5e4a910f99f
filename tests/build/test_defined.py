"""What a notebook defines, held against what its tests ask about; and what an author says is meant."""

from pathlib import Path

import pytest

from autograder.build.checks.asked import asked_in
from autograder.build.checks.certify import certify, without_meant
from autograder.build.checks.defined import defined_findings
from autograder.build.checks.finding import Finding
from autograder.build.source import Source, read_source
from autograder.errors import AuthorError
from tests.build.source_samples import BEGIN, CONFIG, notebook, question

ASKS = 'Gradient("x**2*y", wrt=("x", "y"))'
PROMPT = "Give `a`, the gradient of $f$."
SYMBOLS = "import sympy as sp\nx, y = sp.symbols('x y')"


def source(tmp_path: Path, given: str, *, asks: str = ASKS, prompt: str = PROMPT, begin: str = BEGIN) -> Source:
    kind = asks.partition("(")[0]
    test = f"def test_q1(a):\n    from autograder import {kind}\n\n    {asks}.check(a)"
    solution = "a = [2*x*y, x**2]  # SOLUTION"
    cells = question(
        begin=begin, prompt=prompt, solution=solution, tests=(test, f"# HIDDEN\n{test.replace('q1', 'q1_more')}")
    )
    return read_source(notebook(tmp_path / "hw.ipynb", CONFIG, ("code", SYMBOLS), ("code", given), *cells))


def found(read: Source) -> list[Finding]:
    (asked, unmade) = asked_in(read.questions[0])
    assert not unmade
    return list(defined_findings(read, read.questions[0], asked))


@pytest.mark.parametrize(
    "given",
    [
        "f = x**2*y + x",
        "def f(x, y):\n    return x**2*y + x",
        "def f(y, x):\n    return x**2*y + x",
        "def f(v):\n    return v[0]**2*v[1] + v[0]",
        "f = lambda x, y: x**2*y + x",
        "import jax.numpy as jnp\nc = 2\ndef f(v):\n    return v[0]**c*jnp.sum(v[1:]) + v[0]",
        "%matplotlib inline\nf = x**2*y + x\nprint(f)",
        "f = x**2*y\nf = x**2*y + x",
    ],
)
def test_a_notebooks_function_that_is_not_the_tests_is_told_with_both_and_the_point(tmp_path: Path, given: str) -> None:
    (finding,) = found(source(tmp_path, given))
    assert (finding.code, finding.error, finding.question) == ("R10", True, "q1")
    told = finding.message.partition(": at ")
    assert told[0] == "The test asks about x**2*y, and f of cell 3 is another function"
    place, _, values = told[2].partition(" the one is ")
    at = {part.partition(" = ")[0]: float(part.partition(" = ")[2]) for part in place.split(", ")}
    one, _, other = values.removesuffix(".").partition(", the other ")
    assert float(one) == pytest.approx(at["x"] ** 2 * at["y"], rel=1e-4)
    assert float(other) == pytest.approx(at["x"] ** 2 * at["y"] + at["x"], rel=1e-4)
    assert "`# meant: R10 why`" in finding.fix


@pytest.mark.parametrize(
    ("given", "changes"),
    [
        ("f = x*y*x", {}),
        ("def f(p, q):\n    return p**2*q + 1", {}),  # names of its own: which is which is not known
        ("g = x**2*y + x", {}),  # not what the prompt speaks of
        ("f = x**2*y + x", {"prompt": "Give `a`, the gradient. If f is hard, ask."}),  # a word is no formula
        ("f = x**3 + 1", {}),  # of other variables
        ("def f(x, y):\n    return [x**2*y, x]", {}),  # no number
        ("f = x**2*y + x\nh = 1", {"prompt": "Give `a`, the gradient of $h$."}),
        ("f = x**2*y + x\ng = x**2*y", {"prompt": "Give `a`, the gradient of $g$; it is `f` without $x$."}),
        ("f = -x**2*y", {"asks": 'SteepestAscent("x**2*y", at=(1, 2))'}),  # the way down
        ("f = open('nowhere').read()", {}),
        ("for k in range(3):\n    f = x**2*y + k", {}),
        ("f = x**2*y + x", {"asks": 'Equal("x**2*y")'}),  # an answer, not a function
    ],
)
def test_what_has_another_role_or_cannot_be_run_by_itself_is_not_compared(
    tmp_path: Path, given: str, changes: dict[str, str]
) -> None:
    assert found(source(tmp_path, given, **changes)) == []


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ("def f(v, W):\n    return jnp.sum(W @ v) + 1", ["R10"]),
        ("def f(W, v):\n    return jnp.sum(W.T @ v)", ["R10"]),
        ("def f(W, v):\n    return jnp.sum(W @ v)", []),
        ("def f(v, W):\n    return jnp.dot(W.sum(0), v)", []),
        ("def f(W, u):\n    return jnp.sum(W @ u) + 1", []),  # of other variables
    ],
)
def test_functions_of_arrays_are_held_at_random_arrays(tmp_path: Path, given: str, codes: list[str]) -> None:
    asks = 'Gradient(lambda W, v: (W @ v).sum(), shape={"W": (2, 2), "v": 2})'
    read = source(tmp_path, f"import jax.numpy as jnp\n{given}", asks=asks)
    assert [finding.code for finding in found(read)] == codes


def test_what_the_solution_looks_up_has_the_role_as_well(tmp_path: Path) -> None:
    read = source(tmp_path, "loss = x**2*y + x", prompt="Give `a`.")
    assert found(read) == []
    test = read.questions[0].tests[0].text
    solution = "a = [2*x*y, x**2]; loss  # SOLUTION"
    cells = question(prompt="Give `a`.", solution=solution, tests=(test, f"# HIDDEN\n{test}"))
    path = notebook(tmp_path / "other.ipynb", CONFIG, ("code", SYMBOLS), ("code", "loss = x**2*y + x"), *cells)
    assert [finding.code for finding in found(read_source(path))] == ["R10"]


@pytest.mark.slow
def test_the_build_says_it_unless_the_author_says_that_it_is_meant(tmp_path: Path) -> None:
    def codes(begin: str, given: str) -> list[str]:
        read = source(tmp_path / "solutions" / "hw", given, begin=begin)
        assert read.questions
        return [finding.code for finding in certify(tmp_path, "hw")]

    assert codes(BEGIN, "f = x**2*y + x") == ["R10"]
    assert codes(f"{BEGIN}\n# meant: R10 the extra term is what the lesson is about", "f = x**2*y + x") == []
    assert codes(f"{BEGIN}\n# meant: R10 the extra term is what the lesson is about", "f = x**2*y") == ["S26"]


def test_a_symbol_of_the_notebook_is_no_function_of_it(tmp_path: Path) -> None:
    read = source(
        tmp_path, "x = sp.Symbol('x', real=True)", asks='Derivative("x**3", wrt="x")', prompt="With `x`: `a`."
    )
    assert found(read) == []


@pytest.mark.parametrize("line", ["# meant: M06", "# meant: B04 I want it", "# meant: because"])
def test_what_is_meant_needs_a_code_and_a_reason(tmp_path: Path, line: str) -> None:
    with pytest.raises(AuthorError, match="needs B02, M06 or R10 and why"):
        source(tmp_path, "f = 1", begin=f"{BEGIN}\n{line}")


def test_a_line_that_students_are_meant_to_get_is_said_to_be_meant(tmp_path: Path) -> None:
    read = source(tmp_path, "f = x**2*y", begin=f"{BEGIN}\n# meant: B02 the forward pass is given")
    assert read.questions[0].meant == ("B02",)
    leak = Finding(code="B02", question="q1", message="A line.", fix="Take it out.")
    other = Finding(code="B01", question="q1", message="A test.", fix="Hide it.")
    assert list(without_meant([leak, other], read)) == [other]
    assert [finding.code for finding in without_meant([other], read)] == ["B01", "S26"]
