"""The desk without a browser: who answered the same, what a comment comes to, and that no decision is ever lost."""

import http.client
import json
import re
import threading
from contextlib import contextmanager
from copy import copy
from pathlib import Path

import matplotlib.pyplot as plt
import msgspec
import numpy as np
import pytest

from autograder import ContourPlot
from autograder.batch.journal import Journal, Override
from autograder.desk import Desk, Painter, Place, serve
from autograder.desk.answers import Piece, pieces
from autograder.desk.book import Meanwhile
from autograder.desk.equal import Equality, classes
from autograder.desk.figures import Drawn, Problem, Why, png
from autograder.desk.figures import _asked as asked_for_figures
from autograder.desk.groups import groups
from autograder.desk.rubric import Comment, Rubric, comment, merged, parsed, points_of, sentence, text
from autograder.errors import GradedAgainError, UsageError
from autograder.folder.figures import notebook_path
from autograder.model import CaseResult, Check, Compared, Outcome, Reason, Said, Status, Verdict, Witness
from autograder.sandbox.limits import Limits
from tests.desk.desk_class import folder_of
from tests.report.report_samples import HOSTILE, result, run

READ = Verdict(outcome=Outcome.UNDECIDED, reason=Reason.BY_HAND)
WRONG = Verdict(outcome=Outcome.INCORRECT, reason=Reason.DIFFERENT, witness={"x": 1.0})


def given(kind: str, answer: str, verdict: Verdict = READ) -> Check:
    return Check(kind="Derivative", prompt="", answer=answer, answer_kind=kind, verdict=verdict)


def piece(key: str, *checks: Check, graded: float | None = None) -> Piece:
    case = CaseResult(name="c", hidden=False, passed=None, score=0, possible=2, message="", checks=checks)
    return Piece(key=key, question="q1", possible=2.0, graded=graded, reason="", cases=(case,), checks=checks)


def grouped(*pieces: Piece) -> set[frozenset[str]]:
    return {frozenset(one.key for one in group.pieces) for group in groups(pieces, seed="s")}


# --- who answered the same --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "one", "other", "same"),
    [
        ("expression", "2*x*cos(x)", "cos(x)*x + x*cos(x)", True),
        ("expression", "2*x*cos(x)", "2*x*sin(x)", False),
        ("expression", "log(x**2)", "2*log(Abs(x))", True),
        ("expression", "not a formula (", "not a formula )", False),
        ("number", "0.5", "0.5000000001", True),
        ("number", "0.5", "0.51", False),
        ("array", "[1.  2. ]", "[1.0, 2.0]", True),
        ("array", "[1.  2. ]", "[1.0, 2.0, 3.0]", False),
        ("array", "[1. 2. ... 3. 4.]", "[1. 2.  ...  3. 4.]", False),
        ("choice", "B", "b", True),
        ("text", "The slope is zero.", "the  slope is ZERO", True),
        ("text", "The slope is zero.", "the slope is not zero", False),
        ("text", "x < y", "x > y", False),
        ("text", "it is +1", "it is -1", False),
        ("text", "f' is 0", "f is 0", False),
        ("text", "F is 0", "f is 0", False),
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


def valued(source: str, values: list[float | None], entry: tuple[int, ...] = ()) -> Check:
    """A wrong function with its values at x = 0, 1, 2…"""
    rows = tuple(
        Compared(point={"x": float(x)}, entry=entry, answer=value, symbolic=9.0, jax=9.0)
        for x, value in enumerate(values)
    )
    return msgspec.structs.replace(given("function", source, WRONG), compared=rows)


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
        # only the worst entry of an array is seen
        (valued("f", [1.0, 2.0], (0,)), valued("g", [1.0, 2.0], (0,)), False),
        (valued("f", [1.0, 2.0], (0,)), valued("f", [1.0, 2.0], (0,)), True),
    ],
)
def test_functions_are_the_same_by_all_values_and_never_by_their_source_alone(one, other, same):
    assert (len(grouped(piece("a", one), piece("b", other))) == 1) is same


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
    assert same._asked == 0


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


# --- comments ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("worth", "points"),
    [((), None), ((None,), None), ((-1.0,), 2.0), ((-2.0, -2.0), 0.0), ((1.0, 0.5), 1.5), ((2.0, -0.5), 1.5),
     ((3.0, 3.0), 3.0)],
)  # fmt: skip
def test_comments_take_from_the_full_points_or_add_up_from_nothing(worth, points):
    chosen = [Comment(id=str(n), text="t", points=one) for n, one in enumerate(worth)]
    assert points_of(chosen, 3.0) == points


def test_a_rubric_goes_out_as_a_file_and_comes_back_once():
    mine = Rubric().having("q1", comment("sign lost", -0.5, possible=2.0))
    there = parsed(text(mine))
    assert there == mine
    assert merged(mine, there, {"q1": 2.0}) == mine
    smaller = merged(Rubric(), there, {"q1": 0.25})
    assert [one.points for one in smaller.of("q1")] == [-0.25]
    assert merged(Rubric(), there, {"q2": 2.0}).of("q1") == ()


@pytest.mark.parametrize(
    ("words", "points"), [("", 1.0), ("x", 3.0), ("x", -3.0), ("x", float("nan")), ("x" * 2001, 0)]
)
def test_a_comment_that_is_none_is_refused(words, points):
    with pytest.raises(UsageError):
        comment(words, points, possible=2.0)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"questions": {"q1": [{"id": "a", "text": ""}]}}', b"[" * 100_000])
def test_a_file_that_is_no_rubric_is_refused(content):
    with pytest.raises(UsageError):
        parsed(content)


# --- decisions --------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A class of 12 in which one answer of q1 is undecided and a notebook was stopped before q2."""
    return folder_of(run(students=12), tmp_path / "grades")


@contextmanager
def opened(folder: Path, who: str = "ta"):
    desk = Desk(folder, who=who, rubric_file=folder / "rubric.json")
    try:
        yield desk
    finally:
        desk.close()


def first_open(desk: Desk, question: str) -> dict[str, int]:
    shown = desk.show(question, "undecided")
    return {member.id: member.version for member in shown.members if member.open}


def scores(folder: Path, question: str) -> dict[str, float | None]:
    """As the files have them after everything was written."""
    with opened(folder) as desk:
        desk.write()
    done = msgspec.json.decode((folder / "results.json").read_bytes())
    return {
        one["submission"]["key"]: asked.get("score")
        for one in done["results"]
        for asked in one["questions"]
        if asked["name"] == question
    }


def test_a_decision_is_in_the_journal_and_on_the_page_that_the_student_reads(folder):
    with opened(folder) as desk:
        desk.change("q1", comment("sign lost", -1.0, possible=4.0, id="lost"))
        desk.decide("q1", first_open(desk, "q1"), points=None, comments=["lost"], note="look at <b>term</b> 2")
    with Journal(folder / "journal.db") as journal:
        (stored,) = journal.overrides()
    assert (stored.key, stored.points, stored.who) == ("0004", 3.0, "ta")
    page = (folder / "feedback" / "0004.html").read_text()
    assert "sign lost (−1); look at &lt;b&gt;term&lt;/b&gt; 2" in page
    assert not (folder / "feedback" / "0001.html").exists(), "only that student's page is drawn"
    assert scores(folder, "q1")["0004"] == 3.0


def test_half_points_count_and_more_than_there_are_do_not(folder):
    with opened(folder) as desk:
        versions = first_open(desk, "q1")
        for points in (4.5, -0.5, float("nan"), float("inf")):
            with pytest.raises(UsageError):
                desk.decide("q1", versions, points=points)
        with pytest.raises(UsageError, match="Give points first"):
            desk.decide("q1", versions, points=None)
        desk.decide("q1", versions, points=2.5)
        assert desk.book.decision("0004", "q1").points == 2.5


def test_two_desks_never_lose_a_decision(folder):
    with opened(folder, "anna") as one, opened(folder, "ben") as other:
        seen = first_open(other, "q1")
        one.decide("q1", first_open(one, "q1"), points=1.0)
        with pytest.raises(Meanwhile) as meanwhile:
            other.decide("q1", seen, points=2.0)
        assert meanwhile.value.by["0004"].who == "anna"
        assert len(other.book.overrides) == 1
        again = {id: other.member("q1", other.found(id)[1]).version for id in seen}
        other.decide("q1", again, points=2.0)
        assert [one.points for one in other.book.overrides] == [1.0, 2.0]


def test_what_the_terminal_decides_is_seen_before_the_desk_writes(folder):
    with opened(folder) as desk:
        versions = first_open(desk, "q1")
        with Journal(folder / "journal.db") as journal:
            journal.add_decisions([Override(key="0004", question="q1", points=0.5, why="w", who="shell", at="now")])
        with pytest.raises(Meanwhile):
            desk.decide("q1", versions, points=1.0)


def test_everything_can_be_undone_step_by_step_and_again(folder):
    with opened(folder) as desk:
        id, version = next(iter(first_open(desk, "q1").items()))
        first = desk.decide("q1", {id: version}, points=1.0)
        second = desk.decide("q1", {id: version + 1}, points=2.0)
        assert desk.undo(first.id) == (None, ("0004",)), "what was decided anew since stays"
        assert desk.book.latest()[0].id == second.id
        back, _ = desk.undo(second.id)
        assert desk.book.decision("0004", "q1").points == 1.0
        desk.undo(desk.book.latest()[0].id)
        assert desk.book.decision("0004", "q1") is None
        assert desk.book.latest() == (None, None)
        assert desk.show("q1", "undecided").first.open
        assert {act.id for act in desk.book.acts() if act.undone} == {first.id, second.id}
        assert back is not None
    with Journal(folder / "journal.db") as journal:
        assert [one.points for one in journal.overrides()] == [1.0, 2.0, 1.0, None]


def test_a_comment_that_is_changed_changes_who_got_it_and_nobody_else(folder):
    with opened(folder) as desk:
        lost = comment("sign lost", -1.0, possible=4.0, id="lost")
        desk.change("q1", lost)
        desk.decide("q1", first_open(desk, "q1"), points=None, comments=["lost"])
        others = {member.id: member.version for _, members in desk.chosen("q1", "right") for member in members}
        desk.decide("q1", others, points=3.5, comments=["lost"], note="n")
        harder = comment("sign was lost", -2.0, possible=4.0, id="lost")
        pairs = desk.affected("q1", harder)
        assert {before.key: (before.points, after.points) for before, after in pairs}["0004"] == (3.0, 2.0)
        assert desk.book.decision("0004", "q1").points == 3.0, "shown before it is made"
        act = desk.change("q1", harder)
        assert desk.book.decision("0004", "q1").points == 2.0
        assert desk.book.decision("0001", "q1").points == 3.5, "points that somebody set stay"
        assert desk.book.decision("0001", "q1").why == "sign was lost (−2); n"
        desk.undo(act.id)
        assert desk.book.decision("0004", "q1").why == "sign lost (−1)"


def test_a_comment_that_was_taken_out_still_counts_for_who_got_it(folder):
    with opened(folder) as desk:
        for id, points in (("lost", -1.0), ("untidy", -0.5)):
            desk.change("q1", comment(id, points, possible=4.0, id=id))
        desk.decide("q1", first_open(desk, "q1"), points=None, comments=["lost", "untidy"])
        desk.remove("q1", "untidy")
        assert [one.id for one in desk.current_rubric().of("q1")] == ["lost"]
        desk.change("q1", comment("lost", -2.0, possible=4.0, id="lost"))
        decision = desk.book.decision("0004", "q1")
        assert (decision.points, decision.why) == (1.5, "lost (−2); untidy (−0.5)")


def test_a_decision_with_a_comment_of_another_rubric_stays(folder):
    with opened(folder) as desk:
        for id in ("lost", "gone"):
            desk.change("q1", comment(id, -1.0, possible=4.0, id=id))
        desk.decide("q1", first_open(desk, "q1"), points=None, comments=["lost", "gone"])
        (folder / "rubric.json").write_bytes(text(Rubric().having("q1", desk.current_rubric().of("q1")[0])))
        assert desk.affected("q1", comment("lost", -2.0, possible=4.0, id="lost")) == []
        assert desk.book.decision("0004", "q1").points == 2.0


@pytest.mark.parametrize("points", [-4.0, 4.0])
def test_a_changed_comment_goes_below_nothing_and_above_all_for_nobody(folder, points):
    with opened(folder) as desk:
        for id in ("one", "two"):
            desk.change("q1", comment(id, points / 4, possible=4.0, id=id))
        desk.decide("q1", first_open(desk, "q1"), points=None, comments=["one", "two"])
        desk.change("q1", comment("one", points, possible=4.0, id="one"))
        assert desk.book.decision("0004", "q1").points == max(points, 0.0)


def test_a_comment_that_others_use_meanwhile_is_not_changed(folder):
    with opened(folder, "anna") as one, opened(folder, "ben") as other:
        lost = comment("lost", -1.0, possible=4.0, id="lost")
        one.change("q1", lost)
        one.decide("q1", first_open(one, "q1"), points=None, comments=["lost"])
        other.refresh()
        one.undo(one.book.latest()[0].id)
        with pytest.raises(Meanwhile):
            other.change("q1", comment("lost", -2.0, possible=4.0, id="lost"))
        assert other.current_rubric().of("q1") == (lost,)


def again(folder: Path, change) -> None:
    """Grade the class anew: the results as ``change`` makes them, in the place of the old ones."""
    from autograder.folder import keep

    with Journal(folder / "journal.db"):
        keep(change(run(students=12)), folder)


def without_the_undecided(sample):
    from autograder.model import SubmissionResult

    def settled(one: SubmissionResult) -> SubmissionResult:
        if one.submission.key != "0004":
            return one
        questions = tuple(msgspec.structs.replace(asked, score=asked.possible, reason=None) for asked in one.questions)
        return msgspec.structs.replace(one, questions=questions, status=Status.GRADED, reason=None, score=12.0)

    return msgspec.structs.replace(sample, results=tuple(map(settled, sample.results)))


def test_a_class_that_was_graded_again_under_the_desk_is_shown_anew_and_nothing_is_decided_unseen(server):
    place, ask = server
    folder = place.desk.folder.path
    kept_before = place.desk.decide("q1", first_open(place.desk, "q1"), points=1.0)
    again(folder, without_the_undecided)
    id = place.desk.id_of("q1", "0004")
    sent = {"question": "q1", "filter": "all", "at": id, "versions": {id: 1}, "points": 2, "comments": [], "note": ""}
    told = json.loads(ask("/decide", body=sent)[1])
    assert "graded again meanwhile, and nothing was stored" in told["said"]
    assert "part" in told
    assert [one.points for one in place.desk.book.overrides] == [1.0], "what was decided before counts"
    assert place.desk.pieces["q1"][3].graded == 4.0, "the new grading is what is shown"
    assert json.loads(ask("/decide", body=sent)[1])["said"].startswith("Stored")
    assert [one.points for one in place.desk.book.overrides] == [1.0, 2.0]
    assert kept_before.id in {act.id for act in place.desk.book.acts()}
    again(folder, lambda sample: sample)
    assert ask("/")[0].status == 200
    assert place.desk.pieces["q1"][3].graded is None


def test_files_of_a_grading_that_the_desk_has_not_seen_are_never_overwritten(folder):
    with opened(folder) as desk:
        desk.decide("q1", first_open(desk, "q1"), points=1.0)
        again(folder, without_the_undecided)
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.suffix != ".db"}
        for work in (desk.write, desk.refresh, lambda: desk.decide("q1", {desk.id_of("q1", "0004"): 1}, points=2.0)):
            with pytest.raises(GradedAgainError, match="graded again meanwhile"):
                work()
        assert {path: path.read_bytes() for path in before} == before
    with Journal(folder / "journal.db") as journal:
        assert [one.points for one in journal.overrides()] == [1.0]
    assert scores(folder, "q1")["0004"] == 1.0, "a decision stays over a regrade"


def test_while_a_run_grades_into_the_folder_a_decision_is_refused_and_can_be_given_again(server):
    place, ask = server
    id = next(iter(first_open(place.desk, "q1")))
    sent = {"question": "q1", "filter": "all", "at": id, "versions": {id: 0}, "points": 2, "comments": [], "note": ""}
    with Journal(place.desk.folder.path / "journal.db"):
        told = json.loads(ask("/decide", body=sent)[1])
        assert "another run is writing to this folder: wait for it" in told["said"]
        assert "part" not in told, "what was typed stays on the page"
        assert ask("/")[0].status == 200
    assert json.loads(ask("/decide", body=sent)[1])["said"].startswith("Stored")


def test_undo_says_what_it_passes_over(server):
    place, ask = server
    anna = place.desk
    first = next(members[0] for _, members in anna.chosen("q2", "right"))
    anna.decide("q2", {first.id: first.version}, points=1.0)
    anna.decide("q1", first_open(anna, "q1"), points=1.0)
    with opened(anna.folder.path, "ben") as ben:
        member = ben.member("q1", ben.found(anna.id_of("q1", "0004"))[1])
        ben.decide("q1", {member.id: member.version}, points=2.0)
    anna.refresh()
    told = json.loads(ask("/undo", body={})[1])
    assert told["said"] == ("Taken back for 1. What you decided last about q1 stays as ben has decided it anew since.")
    assert anna.book.decision("0004", "q1").points == 2.0
    told = json.loads(ask("/undo", body={})[1])
    assert told["said"] == "What you decided last about q1 stays as ben has decided it anew since."


def test_two_desks_lose_no_comment(folder):
    with opened(folder, "anna") as one, opened(folder, "ben") as other:
        one.change("q1", comment("by anna", -1.0, possible=4.0))
        other.change("q1", comment("by ben", -2.0, possible=4.0))
        with Journal(folder / "journal.db"), pytest.raises(UsageError, match="another run"):
            one.change("q1", comment("while somebody writes", -1.0, possible=4.0))
        assert [known.text for known in one.current_rubric().of("q1")] == ["by anna", "by ben"]


def test_an_answer_to_another_question_is_not_decided(folder):
    with opened(folder) as desk:
        with pytest.raises(UsageError, match="another question than q1"):
            desk.decide("q1", first_open(desk, "q2"), points=1.0)
        assert desk.book.overrides == []


def test_all_people_of_one_name_are_looked_at(folder):
    with opened(folder) as desk:
        works = [one for one in desk.works.values() if one.submission.key in ("0007", "0008")]
        for work in works:
            student = msgspec.structs.replace(work.submission.students[0], name="Kim, Lee")
            submission = msgspec.structs.replace(work.submission, students=(student,))
            desk.works[work.submission.key] = msgspec.structs.replace(work, submission=submission)
        assert desk.look_for("kim, lee") == []
        assert desk.book.requests == {"0007", "0008"}


def test_a_killed_desk_draws_what_it_owed_when_it_is_opened_again(folder):
    with Journal(folder / "journal.db") as journal:
        journal.add_decisions([Override(key="0004", question="q1", points=0.5, why="half", who="ta", at="now")])
    assert not (folder / "feedback" / "0004.html").exists()
    with opened(folder):
        pass
    assert "half" in (folder / "feedback" / "0004.html").read_text()


def test_marks_requests_and_the_order_stay_over_sessions(folder):
    with opened(folder) as desk:
        desk.book.ask_again("q2", ["0002", "0003"], on=True)
        desk.book.ask_again("q2", ["0003"], on=False)
        assert desk.look_for("0007, q2 please\nann smith\n\nnobody at all") == ["nobody at all"]
        order = [group.pieces[0].key for group, _ in desk.chosen("q2", "all")]
    with opened(folder) as desk:
        assert set(desk.book.asked_again) == {("0002", "q2")}
        assert desk.book.requests == {"0007", "0001"}
        assert [group.pieces[0].key for group, _ in desk.chosen("q2", "all")] == order
        assert {m.piece.key for _, members in desk.chosen("q3", "requests") for m in members} == {"0007", "0001"}


def test_next_is_the_next_open_one_until_there_is_none(folder):
    with opened(folder) as desk:
        shown = desk.show("q2", "undecided")
        assert shown.of == 1
        desk.decide("q2", {shown.first.id: 0}, points=1.0)
        assert desk.following("q2", "undecided", shown.first.id) == ""
        assert {one.question: (one.undecided, one.open) for one in desk.progress()} == {
            "q1": (1, 1),
            "q2": (1, 0),
            "q3": (0, 0),
        }


def test_no_id_of_a_page_tells_whose_answer_it_is(folder):
    from autograder.desk import pages

    window = pages.Window(language="en", names=False, csrf="c")
    with opened(folder) as desk:
        html = pages.deciding(desk, window, desk.show("q1", "all"), "q1", "all") + pages.overview(desk, window)
        for result in desk.works.values():
            assert result.submission.key not in html
            assert (result.submission.students[0].name in html) is False


def split(result):
    """The result with a plain case of q1 that passes only inside the notebook's own process."""
    first, *others = result.questions
    case = msgspec.structs.replace(
        first.cases[0],
        passed=None,
        checks=(),
        score=0.0,
        possible=4.0,
        outside=Witness(said=Said.UNSAID, why="needs-process"),
        inside=Witness(said=Said.PASS),
        reason="only-inside",
    )
    open_ = msgspec.structs.replace(first, cases=(case,), score=None, reason="only-inside")
    return msgspec.structs.replace(
        result, questions=(open_, *others), status=Status.NEEDS_REVIEW, reason="only-inside", score=None, final=None
    )


def test_a_case_that_passes_only_inside_is_accepted_for_all_at_once_and_taken_back(tmp_path):
    sample = run(students=12)
    results = tuple(split(one) if n in (0, 1) else one for n, one in enumerate(sample.results))
    folder = folder_of(msgspec.structs.replace(sample, results=results), tmp_path / "grades")
    with opened(folder) as desk:
        (case,) = desk.open_cases("q1")
        assert {m.piece.key for _, members in desk.chosen("q1", "only-inside") for m in members} == {"0001", "0002"}
        desk.rule(case, accepted=True, why="the test needs the object")
        assert desk.open_cases("q1") == []
        assert [m.points for _, members in desk.chosen("q1", "only-inside") for m in members] == [4.0, 4.0]
        desk.unrule("q1", case.place, case.name)
        assert [m.points for _, members in desk.chosen("q1", "only-inside") for m in members] == [None, None]
        desk.rule(desk.open_cases("q1")[0], accepted=False, why="it was forged")
        assert [m.points for _, members in desk.chosen("q1", "only-inside") for m in members] == [0.0, 0.0]
    assert "it was forged" in (folder / "feedback" / "0001.html").read_text()


def test_a_file_without_any_answer_is_decided_as_a_whole(tmp_path):
    from autograder.desk import pages

    sample = run(students=6)
    cut = msgspec.structs.replace(
        sample.results[0], status=Status.FAILED, reason="truncated", message="cut off", questions=(), score=None
    )
    folder = folder_of(msgspec.structs.replace(sample, results=(cut, *sample.results[1:])), tmp_path / "grades")
    with opened(folder) as desk:
        shown = desk.show("total", "undecided")
        html = pages.deciding(desk, pages.Window(language="en", names=False, csrf=""), shown, "total", "undecided")
        assert "truncated: cut off" in html
        with pytest.raises(UsageError):
            desk.decide("total", first_open(desk, "total"), points=12.5)
        desk.decide("total", first_open(desk, "total"), points=6.0, note="sent again by mail")
    with opened(folder) as desk:
        desk.write()
    assert "0001,Ann Smith,Ann Smith_hw01.ipynb,graded,,,,6,12," in (folder / "grades.csv").read_text()


def test_a_question_is_shown_with_the_numbers_of_those_who_are_decided_about(tmp_path):
    from autograder.desk import pages

    works = tuple(result(n, f"S{n}", (None, 2.0), numbers_of={f"s{n}": n % 2}) for n in range(3))
    versions = ({"q1": "The slope at **3**."}, {"q1": "The slope at **5**."})
    sample = msgspec.structs.replace(run(), results=works, versions=versions, prompts={"q1": "The slope at {{ p }}."})
    folder = folder_of(sample, tmp_path / "grades")

    with opened(folder) as desk:
        first = desk.show("q1", "undecided")
        assert (len(first.members), first.of) == (2, 2)
        second = desk.show("q1", "undecided", first.after)
        window = pages.Window(language="en", names=False, csrf="")
        html = [pages.deciding(desk, window, shown, "q1", "undecided") for shown in (first, second)]

    assert ["The slope at <strong>3" in each for each in html] == [True, False]
    assert ["The slope at <strong>5" in each for each in html] == [False, True]


# --- who may ask ------------------------------------------------------------------------------------------------------


@pytest.fixture
def server(folder):
    """A served desk: its place, and a function that asks it."""
    import asyncio

    with opened(folder) as desk:
        rubric_file = folder / "rubric.json"
        painter = Painter(folder, lambda: None, "none", Limits())
        place = Place(desk, painter, "en", reopened=lambda: Desk(folder, who="ta", rubric_file=rubric_file))
        up, loop, stopped = threading.Event(), asyncio.new_event_loop(), asyncio.Event()
        thread = threading.Thread(
            target=lambda: loop.run_until_complete(serve(place, 0, lambda _: up.set(), stopped)), daemon=True
        )
        thread.start()
        assert up.wait(30)

        def ask(path, *, body=None, host=None, cookie=True, csrf=True, origin=None, method=None):
            line = http.client.HTTPConnection("127.0.0.1", place.port, timeout=30)
            headers = {"Host": host or f"127.0.0.1:{place.port}"}
            if cookie:
                headers["Cookie"] = f"{place.cookie}={place.token}"
            if csrf:
                headers["X-CSRF-Token"] = place.csrf
            if origin:
                headers["Origin"] = origin
            content = None if body is None else json.dumps(body)
            line.request(method or ("GET" if body is None else "POST"), path, body=content, headers=headers)
            reply = line.getresponse()
            told = reply.read().decode()
            line.close()
            return reply, told

        yield place, ask
        loop.call_soon_threadsafe(stopped.set)
        thread.join(30)
        loop.close()
        place.painter.close()


def test_only_who_has_the_address_gets_in(server):
    place, ask = server
    assert ask("/")[0].status == 200
    assert ask("/", cookie=False)[0].status == 403
    assert ask(f"/?token={place.token}x", cookie=False)[0].status == 403
    reply, _ = ask(f"/?token={place.token}", cookie=False)
    assert reply.status == 302
    assert "HttpOnly" in reply.getheader("Set-Cookie")
    assert "SameSite=Strict" in reply.getheader("Set-Cookie")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "localhost.evil.example:{port}"])
def test_a_name_that_is_bound_to_this_machine_is_refused(server, host):
    place, ask = server
    assert ask("/", host=host.format(port=place.port))[0].status == 403
    assert ask("/", host=f"localhost:{place.port}")[0].status == 200


def test_nothing_changes_without_the_pages_own_token(server):
    place, ask = server
    id = next(iter(first_open(place.desk, "q1")))
    sent = {
        "question": "q1",
        "filter": "undecided",
        "at": id,
        "versions": {id: 0},
        "points": 1,
        "comments": [],
        "note": "",
    }
    assert ask("/decide", body=sent, csrf=False)[0].status == 403
    assert ask("/decide", body=sent, origin="http://evil.example")[0].status == 403
    assert ask("/decide", body=sent, cookie=False)[0].status == 403
    assert ask("/names", body={"on": True}, csrf=False)[0].status == 403
    assert place.desk.book.overrides == []
    assert ask("/decide", body=sent, origin=f"http://127.0.0.1:{place.port}")[0].status == 200
    assert len(place.desk.book.overrides) == 1


def test_what_a_changed_comment_changes_is_what_was_shown(server):
    place, ask = server
    desk = place.desk
    desk.change("q1", comment("lost", -1.0, possible=4.0, id="lost"))
    desk.decide("q1", first_open(desk, "q1"), points=None, comments=["lost"])
    sent = {"question": "q1", "filter": "all", "at": "", "id": "lost", "text": "lost", "points": -2, "chosen": []}

    def keep(sure):
        return json.loads(ask("/comment", body={**sent, "sure": sure})[1])

    before = keep("")
    assert "3 → 2" in before["changes"]
    right = next(members[0] for _, members in desk.chosen("q1", "right"))
    desk.decide("q1", {right.id: right.version}, points=None, comments=["lost"])
    anew = keep(before["shown"])
    assert anew["changes"].count("3 → 2") == 2
    assert {one.points for one in desk.book.overrides} == {3.0}
    assert "changes" not in keep(anew["shown"])
    assert {desk.book.decision(key, "q1").points for key in ("0004", right.piece.key)} == {2.0}


def test_every_answer_forbids_scripts_and_frames_from_anywhere(server):
    _, ask = server
    for path in ("/", "/question?name=q1", "/history", "/nowhere", "/static/desk.js", "/question?name=<script>"):
        reply, told = ask(path)
        policy = reply.getheader("Content-Security-Policy")
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert reply.getheader("X-Content-Type-Options") == "nosniff"
        assert reply.getheader("Cache-Control") == "no-store"
        assert "<script>alert" not in told


@pytest.mark.parametrize(
    ("path", "status"),
    [("/static/../server.py", 404), ("/static/%2e%2e/server.py", 404), ("/figure?id=../../x&n=0", 404),
     ("/figure?id=zz&n=-1", 404), ("/notebook?id=0004", 404), ("/question?name=nothing", 404), ("/decide", 405)],
)  # fmt: skip
def test_no_address_leads_elsewhere(server, path, status):
    assert server[1](path)[0].status == status


@pytest.mark.parametrize("body", [[], {}, {"question": "q1"}, {"question": "nothing", "filter": "", "at": ""}, "x", 1])
def test_what_no_page_sends_changes_nothing(server, body):
    place, ask = server
    for path in ("/decide", "/comment", "/rule", "/again", "/comment/remove"):
        reply, _ = ask(path, body=body)
        assert reply.status in (200, 400)
        assert reply.status == 400 or place.desk.book.overrides == []
    assert place.desk.book.overrides == []


def test_what_a_student_wrote_is_text(server):
    _, ask = server
    ask("/names", body={"on": True})
    _, told = ask("/question?name=q1&filter=all")
    assert HOSTILE[:20] not in told
    assert not re.search(r"<(img|iframe|object|embed|base|link rel=.import)", told)


# --- pictures ---------------------------------------------------------------------------------------------------------


def packed(content: bytes) -> str:
    import base64
    import zlib

    return base64.b64encode(zlib.compress(content)).decode()


def test_a_picture_is_made_of_pixels_and_of_nothing_else():
    made = png(2, 1, packed(bytes([255, 0, 0, 255, 0, 255, 0, 255])))
    assert made.startswith(b"\x89PNG\r\n")
    for width, height, content in (
        (2, 2, b"\0" * 8),
        (1, 1, b"\0" * 400),
        (10**6, 10**6, b""),
        (0, 0, b""),
        (-1, 4, b""),
    ):
        with pytest.raises(ValueError):  # noqa: PT011 - each is refused for another reason
            png(width, height, packed(content))
    with pytest.raises(ValueError):  # noqa: PT011
        png(1, 1, "<svg onload=alert(1)>")


class Session:
    """A student's process, as far as figures ask it: what it says to the list of figures and to the order to draw."""

    def __init__(self, listed, drawn="[]") -> None:
        self.replies = [listed, drawn]

    def run_inside(self, source, argument="", *, seconds):
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply


ONE = json.dumps([[0, ["fig"], True]])


@pytest.mark.parametrize(
    ("session", "why", "detail"),
    [
        (Session("[]"), Why.NONE, ""),
        (Session(TimeoutError("interrupted")), Why.TIME, "20"),
        (Session(ONE, TimeoutError("interrupted")), Why.TIME, "20"),
        (Session(ONE, ValueError("no\nbackend")), Why.RAISED, "ValueError: no backend"),
        (Session(ONE, '[[1, 1, "AAAA"]]'), Why.RAISED, "error: Error -3"),
        (Session(ONE, "[]"), Why.RAISED, "no pixels came back"),
        (Session("<svg onload=alert(1)>"), Why.RAISED, "DecodeError"),
    ],
)
@pytest.mark.parametrize("language", ["en", "de"])
def test_why_there_is_no_picture_is_said(session, why, detail, language):
    from autograder.desk import pages

    session = copy(session)
    session.replies = list(session.replies)
    pictures, problem = asked_for_figures(session, "check(fig)")
    assert pictures == []
    assert problem.why is why
    assert detail in problem.detail
    window = pages.Window(language=language, names=False, csrf="")
    drawn = Drawn(figures={"q1": 0}, problems={"q1": problem})
    html = pages.figures(window, "id", "q1", drawn, piece("a", given("figure", "1 line")), ["1 line"])
    begins = {
        "en": {Why.NONE: "The notebook made no figure", Why.TIME: "took longer than 20 s"},
        "de": {Why.NONE: "keine Abbildung", Why.TIME: "dauerte länger als 20 s"},
    }
    assert begins[language].get(why, problem.detail[:5]) in html


def test_what_was_drawn_before_a_notebook_was_stopped_is_shown_and_the_rest_says_why(tmp_path):
    drawn = Drawn(figures={"q1": 1, "q2": 0}, problems={"q2": Problem(Why.STOPPED, "out of memory")})
    assert drawn.why("q1") is None
    assert drawn.why("q2").detail == "out of memory"
    assert drawn.why("q3").why is Why.NONE
    assert Drawn(problem=Problem(Why.CLOSED)).why("q1").why is Why.CLOSED


def test_what_a_ta_reads_of_a_verdict_is_in_the_language_of_the_page():
    from autograder.feedback import ta

    verdict = Verdict(
        outcome=Outcome.INCORRECT, reason=Reason.DIFFERENT, witness={"x": 1.5}, actual="3", desired="-3",
        mistakes=("neg", "power_one"), generated="-2*x", details={"expected": "a function"},
    )  # fmt: skip
    assert ta(verdict, language="de") == (
        "falsch: bei x = 1.5 gibt die Antwort 3, die Referenz -3; erwartet: eine Funktion"
        " [neg oder power_one; jeder davon ergibt -2*x]"
    )


def test_what_is_read_is_the_comments_and_the_note():
    chosen = [Comment(id="a", text="one", points=-0.5), Comment(id="b", text="two", points=0.0)]
    assert sentence([*chosen, Comment(id="c", text="3")], " a \n b ") == "one (−0.5); two; 3; a b"


def test_comments_lie_beside_the_assignment_and_never_in_it(tmp_path, monkeypatch):
    from autograder.batch.journal import Order
    from autograder.cli.commands.desk import _rubric_file

    (tmp_path / "hw").mkdir()
    (tmp_path / "hw.zip").touch()
    (tmp_path / "solutions" / "hw07").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    for given, place in (
        (str(tmp_path / "hw"), tmp_path / "hw.rubric.json"),
        (str(tmp_path / "hw.zip"), tmp_path / "hw.rubric.json"),
        ("hw07", tmp_path / "solutions" / "hw07" / "rubric.json"),
        ("gone", tmp_path / "grades" / "rubric.json"),
    ):
        order = Order(assignment=given, submissions=(), out=tmp_path)
        assert _rubric_file(order, tmp_path / "grades") == place


def test_a_loose_notebook_is_found_where_it_was_given(tmp_path, monkeypatch):
    one = run(students=1).results[0].submission
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.ipynb").write_text("{}")
    monkeypatch.chdir(tmp_path)
    submission = msgspec.structs.replace(one, path="in/a.ipynb")
    assert notebook_path(tmp_path / "grades", submission) == tmp_path / "in" / "a.ipynb"
    inside = tmp_path / "grades" / "in" / "a.ipynb"
    inside.parent.mkdir(parents=True)
    inside.write_text("{}")
    assert notebook_path(tmp_path / "grades", submission) == inside
