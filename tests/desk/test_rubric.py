"""What a comment comes to, and what changes with it."""

import json

import msgspec
import pytest

from autograder.batch.journal import Journal
from autograder.desk.book import Meanwhile
from autograder.desk.rubric import Comment, Rubric, comment, expected, mark, merged, parsed, points_of, sentence, text
from autograder.errors import UsageError
from autograder.model import Idea
from tests.desk.desk_samples import first_open, given, opened, piece


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


def test_an_authors_key_ideas_stand_before_the_comments_and_stay_changed_or_taken_out():
    ideas = (Idea(text="names the rule"), Idea(text="gives an example"))
    asked = msgspec.structs.replace(given("text", "because"), ideas=ideas)
    first, second = expected([piece("b", given("text", "no")), piece("a", asked)], 3.0)
    assert (first.text, first.points, second.points) == ("names the rule", 1.5, 1.5)
    own = Rubric().having("q1", comment("nice", None, possible=3.0))
    both = own.beginning({"q1": (first, second)})
    assert [one.text for one in both.of("q1")] == ["names the rule", "gives an example", "nice"]
    less = both.having("q1", comment("names the rule", 0.5, possible=3.0, id=first.id)).without("q1", second.id)
    again = parsed(text(less)).beginning({"q1": (first, second)})
    assert [(one.text, one.points) for one in again.of("q1")] == [("names the rule", 0.5), ("nice", None)]
    cut = msgspec.structs.replace(asked, ideas=(Idea(text="all of it", points=9.0),))
    assert [one.points for one in expected([piece("a", cut)], 3.0)] == [3.0]


@pytest.mark.parametrize("content", [b"", b"[]", b'{"questions": {"q1": [{"id": "a", "text": ""}]}}', b"[" * 100_000])
def test_a_file_that_is_no_rubric_is_refused(content):
    with pytest.raises(UsageError):
        parsed(content)


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


def test_two_desks_lose_no_comment(folder):
    with opened(folder, "anna") as one, opened(folder, "ben") as other:
        one.change("q1", comment("by anna", -1.0, possible=4.0))
        other.change("q1", comment("by ben", -2.0, possible=4.0))
        with Journal(folder / "journal.db"), pytest.raises(UsageError, match="another run"):
            one.change("q1", comment("while somebody writes", -1.0, possible=4.0))
        assert [known.text for known in one.current_rubric().of("q1")] == ["by anna", "by ben"]


def test_what_a_changed_comment_changes_is_what_was_shown(server):
    place, ask = server
    desk = place.desk
    desk.change("q1", comment("lost", -1.0, possible=4.0, id="lost"))
    desk.decide("q1", first_open(desk, "q1"), points=None, comments=["lost"])
    sent = {"question": "q1", "filter": "all", "at": "", "id": "lost", "text": "lost", "points": -2, "chosen": []}
    sent["seen"] = mark(desk.current_rubric().of("q1")[0])

    def keep(sure):
        return json.loads(ask("/comment", body={**sent, "sure": sure})[1])

    before = keep("")
    assert "3 → 2" in before["changes"]
    right = next(members[0] for _, members in desk.chosen("q1", "right"))
    desk.decide("q1", {right.id: right.version}, points=None, comments=["lost"])
    anew = keep(before["digest"])
    assert anew["changes"].count("3 → 2") == 2
    assert {one.points for one in desk.book.overrides} == {3.0}
    assert "changes" not in keep(anew["digest"])
    assert {desk.book.decision(key, "q1").points for key in ("0004", right.piece.key)} == {2.0}


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
    for assignment, place in (
        (str(tmp_path / "hw"), tmp_path / "hw.rubric.json"),
        (str(tmp_path / "hw.zip"), tmp_path / "hw.rubric.json"),
        ("hw07", tmp_path / "solutions" / "hw07" / "rubric.json"),
        ("gone", tmp_path / "grades" / "rubric.json"),
    ):
        order = Order(assignment=assignment, submissions=(), out=tmp_path)
        assert _rubric_file(order, tmp_path / "grades") == place


def test_a_comment_that_somebody_else_changes_is_not_given_unseen(server):
    place, ask = server
    desk = place.desk
    desk.change("q1", comment("lost", -1.0, possible=4.0, id="lost"))
    id, version = next(iter(first_open(desk, "q1").items()))
    seen = {"lost": mark(desk.current_rubric().of("q1")[0])}
    sent = {"question": "q1", "filter": "all", "at": id, "versions": {id: version}, "points": None,
            "comments": ["lost"], "seen": seen, "note": ""}  # fmt: skip
    changed = {"question": "q1", "filter": "all", "at": id, "id": "lost", "text": "sign lost", "points": -2, "sure": "",
               "chosen": [], "seen": seen["lost"]}  # fmt: skip

    def told(path: str, body: dict[str, object]) -> dict[str, object]:
        return json.loads(ask(path, body=body)[1])

    assert not told("/comment", changed).get("wrong")
    refused = told("/decide", sent)
    assert refused["said"].startswith("Nothing was stored")
    assert refused["chosen"] == ["lost"]
    assert "sign lost" in refused["part"]
    assert desk.book.decision("0004", "q1") is None
    assert told("/comment", changed)["wrong"], "and no change of another's is overwritten"
    told("/comment/remove", {**sent, "id": "lost"})
    assert told("/decide", {**sent, "seen": {}})["said"].startswith("Nothing was stored")


def test_a_comment_whose_file_cannot_be_written_changes_nothing(folder):
    with opened(folder) as desk:
        desk.change("q1", comment("lost", -1.0, possible=4.0, id="lost"))
        desk.decide("q1", first_open(desk, "q1"), points=None, comments=["lost"])
        before = desk.current_rubric()
        kept, desk.rubric_file = desk.rubric_file, folder / "journal.db" / "rubric.json"
        desk.current_rubric = lambda: before  # only the writing fails
        with pytest.raises((UsageError, OSError)):
            desk.change("q1", comment("lost", -2.0, possible=4.0, id="lost"))
        desk.rubric_file = kept
        assert desk.book.decision("0004", "q1").points == 3.0
        assert len(desk.book.overrides) == 1


def test_what_no_file_can_hold_is_left_out_of_what_was_typed(folder):
    assert comment("sign\x00 \ud800lost", None, possible=1.0).text == "sign lost"
    with opened(folder) as desk:
        desk.decide("q1", first_open(desk, "q1"), points=1.0, note="look\x1b[2J \ud800 again")
        assert desk.book.decision("0004", "q1").why == "look[2J again"
