"""Answers as the desk gets them, and a desk that is opened on a folder."""

from contextlib import contextmanager
from pathlib import Path

import msgspec

from autograder.desk import Desk
from autograder.desk.answers import Piece
from autograder.model import CaseResult, Check, Outcome, Reason, Verdict

READ = Verdict(outcome=Outcome.UNDECIDED, reason=Reason.BY_HAND)
WRONG = Verdict(outcome=Outcome.INCORRECT, reason=Reason.DIFFERENT, witness={"x": 1.0})


def given(kind: str, answer: str, verdict: Verdict = READ) -> Check:
    return Check(kind="Derivative", prompt="", answer=answer, answer_kind=kind, verdict=verdict)


def piece(key: str, *checks: Check, graded: float | None = None) -> Piece:
    case = CaseResult(name="c", hidden=False, passed=None, score=0, possible=2, message="", checks=checks)
    return Piece(key=key, question="q1", possible=2.0, graded=graded, reason="", cases=(case,), checks=checks)


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
