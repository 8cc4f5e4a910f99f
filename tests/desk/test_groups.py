"""Who answered the same: what is decided at once, and what never is."""

import matplotlib.pyplot as plt
import msgspec
import numpy as np
import pytest

from autograder import ContourPlot, Derivative
from autograder.desk.answers import Piece, _distinct, pieces
from autograder.desk.equal import Equality, classes
from autograder.desk.groups import groups
from autograder.model import CaseResult, Check, Compared, Outcome, Reason, Verdict
from tests.desk.desk_samples import READ, WRONG, given, piece
from tests.report.report_samples import result, run


def grouped(*pieces: Piece) -> set[frozenset[str]]:
    return {frozenset(one.key for one in group.pieces) for group in groups(pieces, seed="s")}


@pytest.mark.parametrize(
    ("kind", "one", "other", "same"),
    [
        ("expression", "2*x*cos(x)", "cos(x)*x + x*cos(x)", True),
        ("expression", "2*x*cos(x)", "2*x*sin(x)", False),
        ("expression", "log(x**2)", "2*log(Abs(x))", True),
        # equal only where both have a value
        ("expression", "log(x)", "log(Abs(x))", False),
        ("expression", "sqrt(x)**2", "x", False),
        ("expression", "log(x)**2/log(x)", "log(x)", True),
        # what is too large to be kept may be anything
        ("expression", "a formula of 794 operations", "a formula of 794 operations", False),
        ("other", "an object of type Poly", "an object of type Poly", False),
        ("expression", "not a formula (", "not a formula )", False),
        ("number", "0.5", "0.5000000001", True),
        ("number", "0.5", "0.51", False),
        ("array", "[1.  2. ]", "[1.0, 2.0]", True),
        ("array", "[1.  2. ]", "[1.0, 2.0, 3.0]", False),
        ("array", "[1. 2. ... 3. 4.]", "[1. 2.  ...  3. 4.]", False),
        ("array", "[1, 2]", "[[1], [2]]", False),
        ("array", "[sqrt(2), 1]", "[2, 1]", False),
        ("number", "2j", "2", False),
        ("number", "pi/2", "2*pi", False),
        ("number", "1/2", "1*2", False),
        ("array", "[True, 1]", "[False, 1]", False),
        ("other", "{'x': 1.0, 'y': 2.0}", "{'y': 1.0, 'x': 2.0}", False),
        ("choice", "B", "b", True),
        ("text", "The slope is zero.", "the  slope is ZERO", True),
        ("text", "The slope is zero.", "the slope is not zero", False),
        ("text", "x < y", "x > y", False),
        ("text", "it is +1", "it is -1", False),
        ("text", "f' is 0", "f is 0", False),
        ("text", "F is 0", "f is 0", False),
        ("text", "F(x) is 0", "f(x) is 0", False),
        ("text", "F' is 0", "f' is 0", False),
        ("text", "dX is 0", "dx is 0", False),
        ("text", "it rises, not falls", "it rises not, falls", False),
        ("text", "it is zero. Not one", "it is zero not one", False),
        ("text", "of f, g and h", "of f g and h", False),
        ("text", "5. 3", "5 3", False),
        ("text", "It is 0. The slope is zero.", "it is 0 the slope is zero", True),
        ("text", "x\u00b2 wins", "x2 wins", False),
        ("text", "zero, at the top.", "Zero at the top", True),
        ("text", "a" * 4000, "a" * 4000, False),
        ("choice", "x<y", "x>y", False),
        ("number", "1e-9", "5e-9", False),
        ("number", "1e-9", "1.0000000001e-9", True),
        ("number", "0", "1e-9", False),
        ("number", "inf", "-inf", False),
        ("array", "[0 1 ... 8 9]", "[0 1 ... 8 9]", False),
        ("other", "1 2", "12", False),
    ],
)
def test_answers_are_the_same_by_what_their_kind_is_compared_by(kind, one, other, same):
    verdict = WRONG if kind != "text" else READ
    found = grouped(piece("a", given(kind, one, verdict)), piece("b", given(kind, other, verdict)))
    assert (len(found) == 1) is same


@pytest.mark.parametrize(
    ("one", "other", "problem", "same"),
    [
        ("1 contour plot", "1 contour plot", "plot_label", True),
        ("1 contour plot", "2 contour plots", "plot_label", False),
        # neither is what was asked for, and nobody knows that they are one thing
        ("1 contour plot", "1 contour plot", "plot_function", False),
    ],
)
def test_figures_are_the_same_where_it_is_known_what_they_show(one, other, problem, same):
    verdict = Verdict(outcome=Outcome.INCORRECT, reason=Reason.FIGURE, details={"problem": problem})
    found = grouped(piece("a", given("figure", one, verdict)), piece("b", given("figure", other, verdict)))
    assert (len(found) == 1) is same


def test_wrong_figures_are_one_group_where_everything_in_them_is_the_same():
    verdict = Verdict(outcome=Outcome.INCORRECT, reason=Reason.FIGURE, details={"problem": "plot_function"})

    def shown(key: str, what: str, drawn: bool = True) -> Piece:
        x, y = np.meshgrid(np.linspace(-2, 2, 40), np.linspace(-2, 2, 40))
        figure, axes = plt.subplots()
        axes.contour(x, y, eval(what, {"x": x, "y": y}))
        check = ContourPlot("x**2 - y**2", wrt=("x", "y"))._record(figure, verdict)
        plt.close(figure)
        assert check.drawn
        return piece(key, check if drawn else msgspec.structs.replace(check, drawn=""))

    one, other = shown("a", "x**2 + y**2"), shown("b", "x*x + y*y")
    assert grouped(one, other, shown("c", "x**2 + y")) == {frozenset("ab"), frozenset("c")}
    assert [group.by for group in groups([one, other], seed="s")] == ["drawn"]
    assert grouped(shown("a", "x", drawn=False), shown("b", "x", drawn=False)) == {frozenset("a"), frozenset("b")}


def valued(source: str, seen: list[float | None], entry: tuple[int, ...] = (), values: str = "") -> Check:
    """A wrong function with its values at x = 0, 1, 2…"""
    rows = tuple(
        Compared(point={"x": float(x)}, entry=entry, answer=value, symbolic=9.0, jax=9.0)
        for x, value in enumerate(seen)
    )
    return msgspec.structs.replace(given("function", source, WRONG), compared=rows, values=values)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        # a function of one source calls what the notebook defines elsewhere
        (valued("grad(f)", [1.0, 2.0]), valued("grad(f)", [1.0, 3.0]), False),
        (valued("grad(f)", [1.0, 2.0]), valued("grad(f)", [1.0, 2.0]), True),
        (valued("grad(f)", []), valued("grad(f)", []), False),
        (valued("f", [1.0, 2.0]), valued("g", [1.0, 2.0]), True),
        (valued("f", [1.0, 2.0]), valued("g", [1.0, None]), False),
        # infinite, of either sign, or none at all
        (valued("f", [1.0, None]), valued("g", [1.0, None]), False),
        (valued("f", [1e-9, 1e-9]), valued("g", [5e-9, 5e-9]), False),
        # the worst points of more
        (valued("f", [1.0] * 8), valued("g", [1.0] * 8), False),
        (valued("f", [1.0] * 8, values="a"), valued("g", [1.0] * 8, values="a"), True),
        (valued("f", [1.0] * 8, values="a"), valued("f", [1.0] * 8, values="b"), False),
        # only the worst entry of an array is seen
        (valued("f", [1.0, 2.0], (0,)), valued("g", [1.0, 2.0], (0,)), False),
        (valued("f", [1.0, 2.0], (0,)), valued("f", [1.0, 2.0], (0,)), True),
    ],
)
def test_functions_are_the_same_by_all_values_and_never_by_their_source_alone(one, other, same):
    assert (len(grouped(piece("a", one), piece("b", other))) == 1) is same


def test_functions_are_compared_at_the_points_of_every_case():
    one, other = valued("f", [1.0, 2.0]), valued("g", [1.0, 2.0])
    wide, others = valued("f", [7.0, 8.0]), valued("g", [7.0, 9.0])
    assert len(grouped(piece("a", one, one), piece("b", other, other))) == 1
    assert len(grouped(piece("a", one, wide), piece("b", other, others))) == 2


def test_a_wrong_function_keeps_what_tells_its_values_at_every_point():
    def record(f) -> str:
        question = Derivative("x**3", wrt="x", domain={"x": (0, 2)})
        return question._record(f, *question._examined(f)).values

    assert record(lambda x: x**2) == record(lambda x: x * x) != record(lambda x: x**2 + (x < 0.2)) != ""
    assert record(lambda x: 3 * x**2) == ""


def test_a_figure_on_which_nothing_was_decided_is_like_no_other():
    verdict = Verdict(outcome=Outcome.UNDECIDED, reason=Reason.INTERNAL)
    one = given("figure", "1 contour plot", verdict)
    assert len(grouped(piece("a", one), piece("b", one))) == 2


def test_one_answer_under_two_names_is_two_answers():
    def named(name: str) -> Check:
        return given("number", "9.0", msgspec.structs.replace(WRONG, details={"name": name}))

    cases = tuple(
        CaseResult(name="c", hidden=False, passed=False, score=0, possible=1, message="", checks=(named(name),))
        for name in ("part", "part2", "part2(…)['x']")
    )
    assert len(list(_distinct(cases))) == 2


def plain(key: str, *code: str, passed: bool | None = False, checks: tuple[Check, ...] = ()) -> Piece:
    """An answer to a question with a test that checks nothing of ours, which keeps no answer."""
    case = CaseResult(name="c", hidden=False, passed=passed, score=0, possible=2, message="")
    own = piece(key, *checks).cases if checks else ()
    return Piece(
        key=key, question="q1", possible=2.0, graded=0.0, reason="", cases=(case, *own), checks=checks, code=code
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (plain("a", "x = 3"), plain("b", "x = 4"), False),
        (plain("a", "x = 3", passed=None), plain("b", "x = 4", passed=None), False),
        (plain("a", "x = 3"), plain("b", "x = 3"), True),
        (plain("a", "x = 3", passed=True), plain("b", "x = 6 / 2", passed=True), True),
        # what was cut, or not kept at all, may go on otherwise
        (plain("a", "x" * 20_000), plain("b", "x" * 20_000), False),
        (plain("a", *["x" * 19_000] * 52), plain("b", *["x" * 19_000] * 52), False),
        (plain("a"), plain("b"), False),
        # beside a check of ours whose answers are the same
        (
            plain("a", "x = 3", checks=(given("number", "1"),)),
            plain("b", "x = 4", checks=(given("number", "1"),)),
            False,
        ),
        # never run
        (
            Piece(key="a", question="q1", possible=2.0, graded=None, reason="timeout", code=("x = 3",)),
            Piece(key="b", question="q1", possible=2.0, graded=None, reason="timeout", code=("x = 4",)),
            False,
        ),
        # a whole work has texts besides, which are not in its code
        (
            Piece(key="a", question="total", possible=2.0, graded=None, reason="timeout", code=("x = 3",)),
            Piece(key="b", question="total", possible=2.0, graded=None, reason="timeout", code=("x = 3",)),
            False,
        ),
    ],
)
def test_what_only_the_notebook_has_is_the_same_where_the_notebooks_are(one, other, same):
    assert (len(grouped(one, other)) == 1) is same


def test_different_points_are_never_one_group():
    answer = given("expression", "x", WRONG)
    assert len(grouped(piece("a", answer, graded=0.0), piece("b", answer, graded=1.0))) == 2


def test_answers_to_different_versions_are_never_one_group():
    answer = given("expression", "x", WRONG)
    asked = [(None, "1"), (None, "2"), (0, "3"), (0, "4"), (1, "5")]
    pieces = [msgspec.structs.replace(piece(key, answer), numbers=numbers) for numbers, key in asked]

    assert grouped(*pieces) == {frozenset("12"), frozenset("34"), frozenset("5")}


def test_an_answer_knows_its_version_where_its_question_has_versions(tmp_path):
    works = [result(n, f"S{n}", (0.0, 0.0), numbers_of={f"s{n}": n % 2}) for n in range(3)]
    versions = ({"q1": "the slope at 3"}, {"q1": "the slope at 5"})
    sample = msgspec.structs.replace(run(), results=tuple(works), versions=versions)

    found = pieces(sample)

    assert [one.numbers for one in found["q1"]] == [0, 1, 0]
    assert [one.numbers for one in found["q2"]] == [None, None, None]
    assert [len(group.pieces) for group in groups(found["q1"], seed="s")] == [2, 1]
    assert [len(group.pieces) for group in groups(found["q2"], seed="s")] == [3]


def test_right_answers_are_one_group_without_a_question_to_the_engine():
    right = Verdict(outcome=Outcome.CORRECT, reason=Reason.EQUAL)
    same = Equality(["x"])
    assert same(given("expression", "x + x", right), given("expression", "2*x", right))
    assert not same._answered


def test_a_class_of_one_form_is_compared_once_for_each_form():
    asked = []
    things = ["a", "b", "A", "c", "B"]
    found = classes(things, lambda one, other: asked.append((one, other)) or one.lower() == other.lower())
    assert found == [["a", "A"], ["b", "B"], ["c"]]
    assert len(asked) == 6


def test_every_text_is_followed_by_the_one_most_like_it_and_the_order_stays():
    texts = ["the slope is zero", "no idea", "the slope is zero there", "no idea at all", "tangent horizontal"]
    pieces = [piece(str(n), given("text", one)) for n, one in enumerate(texts)]
    order = [group.pieces[0].checks[0].answer for group in groups(pieces, seed="s")]
    assert abs(order.index(texts[0]) - order.index(texts[2])) == 1
    assert abs(order.index(texts[1]) - order.index(texts[3])) == 1
    again = [group.pieces[0].checks[0].answer for group in groups(list(reversed(pieces)), seed="s")]
    assert order == again
