"""A class that is graded again under the desk: it is shown anew, and nothing is decided unseen."""

import json
from pathlib import Path

import msgspec
import pytest

from autograder.batch.journal import Journal
from autograder.errors import GradedAgainError
from autograder.model import Status
from tests.desk.desk_samples import first_open, opened, scores
from tests.report.report_samples import run


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
