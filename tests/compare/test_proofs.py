"""What a proof by algebra may cost, and that each of its two tries proves what is its own."""

from fractions import Fraction

import pytest

from autograder.compare.decision import prove
from autograder.compare.decision.prove import _Algebra, _common, _TooMuch, equal_by_algebra
from autograder.expressions.graph import Graph
from autograder.expressions.text.parser import read

NAMES = ["x", "y", "z"]


def tried(one: str, other: str, *, by_exp: bool = False) -> tuple[bool | None, int, int]:
    """Whether it is proved, None where that would cost too much; its work and its letters."""
    graph = Graph()
    first, second = (graph.add_tree(read(text, NAMES)) for text in (one, other))
    algebra = _Algebra(graph, by_exp=by_exp)
    try:
        proved: bool | None = algebra.equal(first, second)
    except _TooMuch:
        proved = None
        assert not equal_by_algebra(graph, first, second)
    return proved, algebra.work, len(algebra.letters)


def circle(power: int) -> tuple[str, str]:
    return f"sin(x)**2*y**{power} + cos(x)**2*y**{power}", f"y**{power}"


def spread(inner: str, power: int) -> tuple[str, str]:
    return f"({inner})**{power}*(x - y)", f"({inner})**{power}*x - ({inner})**{power}*y"


def logarithms(count: int) -> tuple[str, str]:
    logs = [f"log(x + {number})" for number in range(1, count + 1)]
    return f"y*({' + '.join(logs)})", " + ".join(f"y*{log}" for log in logs)


@pytest.mark.parametrize(
    ("texts", "proved", "work", "letters"),
    [
        # the largest power, the largest power of a sum of four, and the most letters
        (circle(60), True, 43, 4), (circle(61), None, 2, 4), (circle(-60), True, 43, 4), (circle(-61), None, 2, 4),
        (spread("x + y + z + 1", 7), True, 1944, 3), (spread("x + y + z + 1", 8), None, 15, 3),
        (spread("x + y + z + 1", -7), True, 1868, 3), (spread("x + y + z + 1", -8), None, 15, 3),
        (spread("x + y + 1", 30), True, 7556, 2), (logarithms(22), True, 770, 24), (logarithms(23), None, 0, 25),
        # what a proof costs is counted, so that it is the same everywhere
        (("x*(x + 1)", "x**2 + x"), True, 20, 1), (("1/x + 1/y", "(x + y)/(x*y)"), True, 34, 2),
        (("tan(x)*cos(x)", "sin(x)"), True, 8, 3), (("sqrt(x + 1)**3", "(x + 1)*sqrt(x + 1)"), True, 39, 2),
        (("sin(x)**4", "(1 - cos(x)**2)**2"), True, 51, 3), (("exp(x/2)*exp(x/3)", "exp(5*x/6)"), True, 38, 2),
    ],
    ids=range(17),
)  # fmt: skip
def test_what_a_proof_costs(texts: tuple[str, str], proved: bool | None, work: int, letters: int) -> None:
    assert tried(*texts) == (proved, work, letters)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cosh(x)**2 - sinh(x)**2", "1"), ("sinh(x)**4", "(cosh(x)**2 - 1)**2"), ("1 - tanh(x)**2", "sech(x)**2"),
        ("coth(x)**2 - 1", "csch(x)**2"), ("sinh(-x)", "-sinh(x)"), ("coth(x)*sinh(x)", "cosh(x)"),
    ],
)  # fmt: skip
def test_hyperbolic_functions_are_letters_of_their_own_first(one: str, other: str) -> None:
    assert tried(one, other)[0] is True


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tanh(x)", "(exp(2*x) - 1)/(exp(2*x) + 1)"), ("sinh(x)", "(exp(x) - exp(-x))/2"),
        ("sech(x)*cosh(x)", "1 + 0*exp(x)"), ("csch(x)", "2/(exp(x) - exp(-x))"),
    ],
)  # fmt: skip
def test_and_then_made_of_exp(one: str, other: str) -> None:
    assert tried(one, other, by_exp=True)[0] is True


def test_a_proof_ends_at_its_terms_and_its_work(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ("x*(x + 1)", "x**2 + x")
    for limit, enough in (("MAX_WORK", 20), ("MAX_TERMS", 2)):
        monkeypatch.setattr(prove, limit, enough)
        assert tried(*texts)[0] is True
        monkeypatch.setattr(prove, limit, enough - 1)
        assert tried(*texts)[0] is None
        monkeypatch.undo()
    assert (prove.MAX_TERMS, prove.MAX_POWER, prove.MAX_LETTERS, prove.MAX_WORK) == (3000, 60, 24, 20_000)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [("1/2", "1/3", "1/6"), ("2", "3", "1"), ("1/2", "1/2", "1/2"), ("4/3", "2/3", "2/3"), ("-1/2", "3/4", "1/4")],
)
def test_the_largest_number_of_which_two_are_multiples(one: str, other: str, both: str) -> None:
    assert _common(Fraction(one), Fraction(other)) == Fraction(both)
