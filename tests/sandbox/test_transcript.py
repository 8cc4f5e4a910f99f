"""A regrade hears the recorded answers: the same as a real run where the same is asked, a miss where it is not."""

import pytest

from autograder.errors import StudentGone
from autograder.sandbox import Cell, Program, limits, open_sandbox
from autograder.sandbox.outside.transcript import MOST_BYTES, Replay, Transcript

PROGRAM = Program(
    (
        Cell("import otter\ngrader = otter.Notebook()\ncount = 0\ndef f(x):\n    print('seen')\n    return 2 * x", 0),
        Cell("grader.check('q1')\ncount = 5", 1),
    )
)


@pytest.fixture(scope="module")
def sandbox():
    with open_sandbox("bwrap") as opened:
        opened.record = True
        yield opened


def ask(place, *, text="passed", points=(1.5, 2.0), program=PROGRAM, extra=()):
    """One grading: the check inside, then a value, a function at points and whatever is extra."""
    with place.start(program) as student:
        for asked in student.run():
            student.answer(asked, text)
        answers = [student.names["count"], student.names["f"].call_many([(point,) for point in points])]
        answers += [student.names[name] for name in extra]
        return answers


@pytest.fixture(scope="module")
def recorded(sandbox):
    answers = ask(sandbox)
    return answers, Transcript.unpack(sandbox.transcripts[-1].pack())


def test_the_replay_gives_the_recorded_answers_without_a_process(recorded, sandbox):
    answers, transcript = recorded
    replay = Replay([transcript], sandbox)
    assert ask(replay) == answers
    assert replay.missed_at is None


def test_another_verdict_in_the_notebook_is_not_another_question(recorded, sandbox):
    answers, transcript = recorded
    replay = Replay([transcript], sandbox)
    assert ask(replay, text="not yet") == answers
    assert replay.missed_at is None


@pytest.mark.parametrize(
    "change",
    [{"points": (1.5, 2.1)}, {"extra": ("count",)}, {"program": Program((Cell("count = 1", 0),))}],
    ids=["another point", "one more name", "another notebook"],
)
def test_anything_else_is_a_miss(recorded, sandbox, change):
    replay = Replay([recorded[1]], sandbox)
    with pytest.raises((StudentGone, KeyError)):
        ask(replay, **change)
    assert replay.missed_at == 0


def test_a_run_more_than_was_recorded_is_live(recorded, sandbox):
    answers, transcript = recorded
    replay = Replay([transcript], sandbox)
    assert ask(replay) == ask(replay, program=PROGRAM, text="once more") == answers
    assert replay.missed_at is None


def test_what_is_too_long_or_died_is_not_kept(sandbox):
    ask(sandbox, program=Program((*PROGRAM.cells, Cell(f"import os; big = os.urandom({MOST_BYTES})", 2))))
    assert sandbox.transcripts[-1] is None
    with sandbox.start(Program((Cell("import os; os._exit(1)", 0),))) as student:
        list(student.run())
    assert sandbox.transcripts[-1] is None


def test_what_another_version_wrote_is_run_again():
    assert Transcript.unpack(b"not a transcript") is None


def test_what_was_cut_off_is_heard_with_the_limit_that_did_it(sandbox, monkeypatch):
    monkeypatch.setattr(limits, "_LEAST_SECONDS", 0.3)
    loops = Program(
        (Cell("def f(x):\n    while x > 1: pass\n    return x\nwhile True: pass", 0, usual=0.001),), calls={"q1": 0.001}
    )

    def told(place):
        with place.start(loops) as student:
            assert list(student.run()) == []
            student.begin_test("q1")
            return student.ended.cell_errors, student.names["f"].call_many([(0,), (2,), (0,)])

    errors, answers = told(sandbox)
    assert errors[0].raised.message == "the cell was cut off after 0.3 s of processor time"
    assert answers[1].message == "the call was cut off after 0.3 s of processor time"
    replay = Replay([Transcript.unpack(sandbox.transcripts[-1].pack())], sandbox)
    assert told(replay) == (errors, answers)
    assert replay.missed_at is None
