"""The desk without a browser: no decision is ever lost."""

import json

import msgspec
import pytest

from autograder.batch.journal import Journal, Override
from autograder.desk.book import Meanwhile
from autograder.desk.rubric import comment
from autograder.errors import UsageError
from autograder.model import Outcome, Reason, Said, Status, Verdict, Witness
from tests.desk.desk_class import folder_of
from tests.desk.desk_samples import first_open, opened, scores
from tests.report.report_samples import result, run


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
        again = {id: other.member("q1", other.piece_of(id)[1]).version for id in seen}
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


def test_undo_says_what_it_passes_over(server):
    place, ask = server
    anna = place.desk
    first = next(members[0] for _, members in anna.chosen("q2", "right"))
    anna.decide("q2", {first.id: first.version}, points=1.0)
    anna.decide("q1", first_open(anna, "q1"), points=1.0)
    with opened(anna.folder.path, "ben") as ben:
        member = ben.member("q1", ben.piece_of(anna.id_of("q1", "0004"))[1])
        ben.decide("q1", {member.id: member.version}, points=2.0)
    anna.refresh()
    told = json.loads(ask("/undo", body={})[1])
    assert told["said"] == ("Taken back for 1. What you decided last about q1 stays as ben has decided it anew since.")
    assert anna.book.decision("0004", "q1").points == 2.0
    told = json.loads(ask("/undo", body={})[1])
    assert told["said"] == "What you decided last about q1 stays as ben has decided it anew since."


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


def test_what_was_stored_is_said_to_be_though_somebody_else_holds_the_journal_then(folder, monkeypatch):
    with opened(folder) as desk:
        own = first_open(desk, "q1")
        stored = desk.book._folder.decide

        def then_held(*args, **options):
            done = stored(*args, **options)
            held.append(Journal(folder / "journal.db"))
            return done

        held: list[Journal] = []
        monkeypatch.setattr(desk.book._folder, "decide", then_held)
        assert desk.book.decide("q1", {"0004": own.popitem()[1]}, 1.0, "why").points == 1.0
        held[0].close()


@pytest.mark.parametrize("name", ["desk asked again", "desk requests"])
def test_a_damaged_note_of_the_desks_is_said(folder, name):
    with Journal(folder / "journal.db") as journal:
        journal.set_fact(name, "[{")
    with pytest.raises(UsageError, match="is damaged"), opened(folder):
        pass


def test_a_folder_that_was_moved_is_said(server, folder):
    _, ask = server
    folder.rename(folder.with_name("moved"))
    reply, text = ask("/requests", body={"text": "0004"})
    assert reply.status == 200
    assert "the folder is not there any more" in json.loads(text)["said"]
    folder.with_name("moved").rename(folder)
