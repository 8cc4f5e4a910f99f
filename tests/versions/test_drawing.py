"""What an author draws is the same for a seed everywhere, and comes back from its data as it was."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import AuthorError
from autograder.model import Outcome
from autograder.versions import Draw, Formula, decoded, drawings, encoded, typeset

VALUES = st.recursive(
    st.integers(-100, 100)
    | st.fractions(max_denominator=20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.booleans()
    | st.sampled_from([Formula("3*x**2 + 2*x", "x"), Formula("x*y", "x", "y")]),
    lambda inner: st.lists(inner, max_size=3) | st.lists(inner, max_size=3).map(tuple),
    max_leaves=6,
)


@given(VALUES)
def test_a_drawn_value_comes_back_as_it_was(value):
    back = decoded(encoded(value))

    assert back == value
    assert type(back) is type(value)


@given(st.integers(0, 10**6))
def test_a_seed_draws_within_what_was_asked_for(seed):
    draw = Draw(seed)
    number, other, part = draw.whole(2, 6), draw.nonzero(-2, 2), draw.fraction(5)

    assert 2 <= number <= 6
    assert other in (-2, -1, 1, 2)
    assert part.denominator in (2, 3, 4, 5)
    assert abs(part.numerator) <= 5
    assert draw.sign() in (1, -1)
    assert sorted(draw.shuffled("abc")) == ["a", "b", "c"]
    assert (number, other, part) == (Draw(seed).whole(2, 6), *_rest(seed))


def _rest(seed: int) -> tuple[int, Fraction]:
    draw = Draw(seed)
    draw.whole(2, 6)
    return draw.nonzero(-2, 2), draw.fraction(5)


def test_a_formula_is_text_to_a_question_and_a_function_in_a_prompt():
    from autograder import Derivative

    f = Draw(1).formula("3*x**2 + 2*x + 10", "x")

    assert Derivative(f, wrt="x", at=2).judge(14).outcome is Outcome.CORRECT
    assert (f(2), f(Fraction(1, 2)), typeset(f)) == (26, Fraction(47, 4), "3 x^{2} + 2 x + 10")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda draw: draw.whole(3, 2), "no whole number from 3 to 2"),
        (lambda draw: draw.whole(0, 1, but=(0, 1)), "no whole number from 0 to 1"),
        (lambda draw: draw.choice([]), "nothing to choose from"),
        (lambda draw: draw.fraction(1, denominators=(1,)), "no fraction"),
        (lambda draw: draw.formula("x*y", "x"), '"y" is not a variable'),
        (lambda draw: draw.formula("3*x", "x")(1, 2), "called with 2 numbers"),
        (lambda _: encoded({1, 2}), "type set cannot be drawn"),
    ],
)
def test_an_authors_slip_is_said(call, said):
    with pytest.raises(AuthorError, match=said):
        call(Draw(0))


SPOILT = [
    ("b = 1/0", {}, ("3", 1), "the draw raises ZeroDivisionError: division by zero"),
    ("a = 1\n\nc = undefined", {}, ("3", 3), "the draw raises NameError"),
    ("a = 1\nb = draw.whole(5, 4)", {}, ("3", 2), "there is no whole number"),
    ("a = 1\nb = (2", {}, ("3", 2), "the draw raises SyntaxError"),
    ("def two():\n    return 1/0\n\na = two()", {}, ("3", 2), "the draw raises ZeroDivisionError"),
    ("b = 1\na = draw", {}, ("3", 2), "a: a value of type Draw cannot be drawn"),
    ("a = 1", {"intro": [("c", "math")]}, ("intro", None), "{{ c }} uses 'c', which is not drawn; drawn are a"),
    ("a = 1", {"intro": [("a.real.x", "math")]}, ("intro", None), "{{ a.real.x }} raises AttributeError"),
]


@pytest.mark.parametrize(("code", "prompts", "place", "said"), SPOILT)
def test_a_draw_that_fails_names_its_place(code, prompts, place, said):
    (drawn,) = drawings({3: code}, prompts, [0])

    assert drawn.fault.startswith(said)
    assert (drawn.place, drawn.line) == place


@pytest.mark.parametrize(
    ("code", "seconds", "said"),
    [("sum(iter(int, 1))", 1.5, "does not end"), ("import os; os._exit(1)", 300, "ended its process")],
)
def test_a_draw_that_never_comes_back_costs_its_process(monkeypatch, code, seconds, said):
    monkeypatch.setattr("autograder.versions.process._LONGER", 0.0)  # nothing in a loop within a library tells its line
    with pytest.raises(AuthorError, match=f"^the draw with seed 0 {said}"):
        list(drawings({3: code}, {}, [0, 1], seconds=seconds))


def test_what_is_drawn_are_the_names_that_a_cell_assigns():
    code = "import math\nfrom autograder import draw\n_k = draw.whole(1, 3)\na, b = _k, 2 * _k\nfor i in range(2): pass"
    code += "\n_all = [a for k in range(2)]\n[d, _] = [b for m in range(2)]"

    (drawn,) = drawings({3: code, 5: "c = a + b"}, {"p": [("a + b", "math"), ("b", "text"), ("b", "code")]}, [4])

    assert list(drawn.values) == ["a", "b", "d", "c"]
    assert drawn.values["c"] == 3 * drawn.values["a"]
    assert drawn.shown["p"] == (str(drawn.values["c"]), f"${drawn.values['b']}$", str(drawn.values["b"]))


def test_who_stops_at_a_fault_reads_of_no_broken_pipe(capfd):
    first = next(drawings({1: "a = draw.choice([])"}, {}, range(5000)))

    assert "nothing to choose from" in first.fault
    assert capfd.readouterr().err == ""


def test_a_loop_without_a_way_out_is_told_with_its_line():
    cells = {3: "a = 2", 4: "def far(b):\n    while True:\n        b = a\n\nfar(1)"}

    first = next(drawings(cells, {}, [0, 1], seconds=1.0))

    assert first.fault == "the draw does not end; is there a loop without a way out?"
    assert (first.place, first.line) == ("4", 5)
