"""The questions that a test asks: what is wrong with them is told with its place, and no hint gives the answer away."""

from functools import partial

import jax.numpy as jnp
import pytest

from autograder import (
    Choice,
    Derivative,
    Descent,
    DifferenceQuotient,
    Equal,
    Gradient,
    Minimiser,
    Minimum,
    StepSize,
    TangentPlot,
    mistakes,
)
from autograder.build.checks.asked import asked_findings, asked_in, possible_mistakes, wrong_answers
from autograder.build.checks.finding import Finding
from autograder.build.checks.hints import answer_findings, hint_findings, right_answer
from autograder.build.source import Cell, Source, SourceQuestion
from autograder.mistakes import same_mistakes

FUNCTION = 'Derivative("x**2*sin(3*x)", wrt="x", domain={"x": (-2, 2)}, name="dg")'


def cell(text: str, index: int = 3, kind: str = "code") -> Cell:
    return Cell(index=index, id=f"c{index}", kind=kind, text=text)


def asking(made: str, *, prompt: str = "Differentiate, and give `dg`.", imports: str = "Derivative") -> SourceQuestion:
    test = cell(f"# HIDDEN\ndef test_q1(dg):\n    from autograder import {imports}\n\n    {made}.check(dg)")
    return SourceQuestion(
        name="q1", config={"name": "q1"}, begin=cell("", 1, "raw"), prompt=prompt, answers=(), tests=(test,)
    )


def findings(made: str, imports: str = "Derivative") -> list[Finding]:
    question = asking(made, imports=imports)
    asked, unmade = asked_in(question)
    return [*unmade, *asked_findings(question, asked)]


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("domain=", "domian=", "R01", "Derivative has no option domian=; did you mean domain=? Mend it in this test."),
        ("domain=", "colour=", "R01", "Derivative has no option colour=. Mend it"),
        (FUNCTION, 'Derivative(wrt="x")', "R01", "Derivative needs function=. Mend it"),
        ('{"x": (-2, 2)}', '{"x": 2}', "R01", "domain['x'] = 2 must be (low, high), None for an open end. Mend it"),
        ('{"x": (-2, 2)}', "(-2, 2)", "R01", 'domain=(-2, 2) must name the variables, as in {"x": (-1, 1)}. Mend it'),
        ('name="dg"', 'seed="a"', "R01", "seed='a' must be a whole number. Mend it"),
        ('name="dg"', "points=3", "R01", "Derivative cannot be made: TypeError: 'int' object is not iterable."),
        ('{"x": (-2, 2)}', '{"t": (-2, 2)}', "R01", "domain names 't', which is not among the variables x."),
        ("sin(3*x)", "sin(3*x", "R01", 'the function cannot be read: the bracket "(" is never closed. Mend'),
        ("Derivative(", "Derivativ(", "R01", "line 5 of the test stops with NameError: name 'Derivativ' is not"),
        ('"x**2*sin(3*x)"', "jnp.sin", "R01", "line 5 of the test stops with NameError: name 'jnp' is not defined; a"),
        ('"x**2*sin(3*x)"', '"log(x - 3)"', "R02", "log(x - 3) is real nowhere in its domain. Change the domain"),
        ('"x**2*sin(3*x)"', '"log(x)"', "R02", "log(x) is not real in a part of its domain, as at x = "),
        ("sin(3*x)", "sinus(3*x)", "R02", "sinus(…) in x**2*sinus(3*x) is read as a variable sinus times a bracket."),
        ('wrt="x", domain={"x": (-2, 2)}', 'wrt="t"', "R02", "x**2*sin(3*x) does not hold t, so that the answer is 0"),
        ('name="dg"', 'credit={"trig_sing": 0.5}', "M01", "There is no mistake 'trig_sing' in the catalogue."),
        ('"x**2*sin(3*x)", wrt="x"', '"Abs(x)", wrt="x", at=0', "R01", "the derivative of Abs(x) jumps at x = 0"),
        ('"x**2*sin(3*x)"', "lambda x: float(x)", "R01", "JAX cannot differentiate"),
    ],
)
def test_what_is_wrong_with_a_question_is_told(old: str, new: str, code: str, words: str) -> None:
    assert old in FUNCTION
    (found,) = findings(FUNCTION.replace(old, new))
    assert (found.code, found.question, found.cell) == (code, "q1", 3)
    assert words in f"{found.message} {found.fix}"
    assert "\n" not in found.message
    assert found.error is ("part of its domain" not in found.message)


def test_a_question_without_fault_has_no_findings() -> None:
    assert findings(FUNCTION) == []
    assert findings(FUNCTION.replace('name="dg"', "at=1.5")) == []
    assert findings('Derivative("sqrt(x)", wrt="x", domain={"x": (0, None)})') == []


def test_a_misspelt_kind_is_told_with_the_one_that_was_meant() -> None:
    (found,) = findings(FUNCTION, imports="Derivativ")
    assert found.message == "the package has no Derivativ; did you mean Derivative?"


def test_a_formula_is_shown_with_the_caret_under_its_fault() -> None:
    (found,) = findings(FUNCTION.replace("sin(3*x)", "sin(3*x"))
    assert str(found).split("\n")[1:] == ["    x**2*sin(3*x", "            ^"]


def test_our_own_mistake_is_told_as_ours_and_the_others_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    from autograder import mistakes

    def broken(*_: object, **__: object) -> list[object]:
        raise RuntimeError("broken\nin two")

    monkeypatch.setattr(mistakes, "certify", broken)
    (found,) = findings(FUNCTION)
    assert (found.code, found.message) == ("R09", "Checking this question stopped with RuntimeError: broken.")


# --- hints ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "hint", "shown"),
    [
        (lambda h: Derivative("x**2*sin(3*x)", wrt="x", slips={"x": h}), "Is it 3x^2 cos(3x)?", "3x^2 cos(3x)"),
        (lambda h: Derivative("x**2*sin(3*x)", wrt="x", slips={"x": h}), "What is inside of the sine?", None),
        (lambda h: Derivative("x**2*sin(3*x)", wrt="x", slips={"x": h}), "Look at sin(3x) once more.", None),
        (lambda h: Derivative("5*x**3", wrt="x", slips={"x": h}), "Is the factor 15?", "15"),
        (lambda h: Derivative("5*x**3", wrt="x", slips={"x": h}), "Where does the 3 go?", None),
        (lambda h: Derivative("x**3", wrt="x", at=2, slips={6: h}), "It is twice as much: 12.", "12"),
        (lambda h: Derivative("x**3", wrt="x", at=2, slips={6: h}), "What is 2 to the power of 2?", None),
        (lambda h: Equal("sqrt(2)", slips={2: h}), "Is it near 1.414?", "1.414"),
        (lambda h: Equal("x**2 - 1", slips={"x**2 + 1": h}), "Write x² − 1.", "x^2 - 1"),
        (lambda h: Equal([3, 7], slips={(7, 3): h}), "The first one is 3.", "3"),
        (lambda h: Equal([3, 7], slips={(7, 3): h}), "Which of them comes first?", None),
    ],
)
def test_a_hint_that_shows_a_part_of_the_answer_is_told(question: object, hint: str, shown: str | None) -> None:
    made = question(hint)  # type: ignore[operator]
    found = list(hint_findings(asking(FUNCTION), [(cell(""), made)]))
    if shown is None:
        assert found == []
    else:
        assert [(each.code, each.question, each.cell, each.error) for each in found] == [("B04", "q1", 3, True)]
        assert found[0].message == f"The hint {hint!r} shows {shown!r} of the right answer."


def test_hints_of_a_choice_are_held_against_the_answers_of_the_whole_question() -> None:
    choice = Choice("ABC", key="A", hints={"B": "Try 2x.", "C": "What is steeper?"})
    slope = Derivative("x**2", wrt="x")
    assert list(hint_findings(asking(FUNCTION), [(cell(""), choice)])) == []
    (found,) = hint_findings(asking(FUNCTION), [(cell(""), choice), (cell("", 4), slope)])
    assert (found.cell, "'2x'" in found.message) == (3, True)


def test_what_the_prompt_says_is_no_leak_and_numbers_of_the_solution_are() -> None:
    slips = [((0, 0), "Where is the level 3.5?")]
    made = Minimum("(x - 3.5)**2 + (y - 1)**2", slips=slips)
    assert list(hint_findings(asking(FUNCTION), [(cell(""), made)], [3.5, 1.0])) == []  # it stands in the function
    made = Minimum("x**2 - 7*x + (y - 1)**2", slips=slips)
    assert list(hint_findings(asking(FUNCTION, prompt="Not at 3.5!"), [(cell(""), made)], [3.5, 1.0])) == []
    (found,) = hint_findings(asking(FUNCTION), [(cell(""), made)], [3.5, 1.0])
    assert "'3.5'" in found.message


def test_kinds_without_a_written_answer_have_none() -> None:
    for made in (
        Choice("AB", key="A"),
        TangentPlot("x**2", wrt="x", at=1),
        Minimiser("x**2 + y**2", start=(1, 1)),
        Minimum("x**2 + y**2"),
        Descent("x**2 + y**2", start=(1, 1), step=0.1, count=3),
        DifferenceQuotient("sin(x)", order=1),
        StepSize("sin(x)", at=1),
        Derivative(lambda x: jnp.exp(x), wrt="x"),
    ):
        assert right_answer(made) == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("The result is `2*x*sin(3*x) + 3*x**2*cos(3*x)`.", True),
        (r"It is $3x^2\cos(3x) + 2x\sin(3x)$, as you can check.", True),
        ("The function is $x^2 sin(3x)$, a product.", False),
        ("The first term is 2*x*sin(3*x).", False),
        ("", False),
    ],
)
def test_a_line_that_holds_the_whole_answer_is_told(line: str, told: bool) -> None:
    question = asking(FUNCTION)
    cells = (cell(f"Text.\n{line}", 2, "markdown"), *question.tests)
    source = Source(path="hw.ipynb", config={}, questions=(question,), cells=cells)
    asked, _ = asked_in(question)
    found = list(answer_findings(source, question, asked))
    assert [(each.code, each.cell, each.error) for each in found] == ([("B05", 2, False)] if told else [])


@pytest.mark.parametrize(
    "made",
    [
        Derivative("3*x**2 + exp(2*x)", wrt="x"),
        Derivative("x**3 + 2*x", wrt="x", at=2),
        Gradient("x**2*y + y**3", wrt=("x", "y")),
    ],
    ids=["formula", "at a point", "gradient"],
)
def test_the_mistakes_that_can_be_made_are_those_with_a_wrong_answer(made):
    possible = possible_mistakes([(cell("", 1), made)])
    assert possible == {name for name, _, _ in wrong_answers(made)}
    assert possible


SAME = [
    (Derivative("3*x**2 + x", wrt="x"), Derivative("3*x**2 + x", wrt="x", domain={"x": (-9, 9)}, seed=7), True),
    (Derivative("3*x**2 + x", wrt="x", at=2), Derivative("3*x**2 + x", wrt="x", at=2, rtol=1e-3), True),
    (Derivative("3*x**2 + x", wrt="x"), Derivative("3*x**2 + 2*x", wrt="x"), False),
    (Derivative("3*x**2 + x", wrt="x"), Derivative("3*x**2 + x", wrt="x", order=2), False),
    (Derivative("3*x**2 + x", wrt="x"), Derivative("3*x**2 + x", wrt="x", at=2), False),
    (Derivative("3*x**2 + x", wrt="x", at=2), Derivative("3*x**2 + x", wrt="x", at=3), False),
    (Derivative("x*y", wrt="x"), Derivative("x*y", wrt="y"), False),
    # where another point is looked for, what lies in the domain decides what is advised
    (Derivative("x**2", wrt="x", at=1), Derivative("x**2", wrt="x", at=1, domain={"x": (0, 3)}), False),
]


@pytest.mark.parametrize(("one", "other", "same"), SAME, ids=str)
def test_a_test_at_other_points_has_the_same_mistakes(one: Derivative, other: Derivative, same: bool) -> None:
    assert (same_mistakes(one) == same_mistakes(other)) is same


def test_where_mistakes_get_a_share_of_the_points_each_test_is_looked_at() -> None:
    assert same_mistakes(Derivative("x**3", wrt="x", credit={"power_keep": 0.5})) is None


def test_the_hidden_tests_references_are_held_against_each_other_and_its_mistakes_known(monkeypatch) -> None:
    looked, held = [], []
    certify = mistakes.certify
    monkeypatch.setattr(mistakes, "certify", lambda made, **more: looked.append(made) or certify(made, **more))
    tests = [Derivative("x**3 + 2*x", wrt="x", seed=seed) for seed in (0, 1)]
    for made in tests:
        monkeypatch.setattr(made, "certify", partial(held.append, made))
    question = asking(FUNCTION)
    assert list(asked_findings(question, [(question.tests[0], made) for made in tests])) == []
    assert (held, looked) == (tests, tests[:1])
