"""What a person has to do, command by command, as it can be copied from the class's page."""

import msgspec
import pytest

from autograder.model import QuestionResult, Refused, Run, Status, SubmissionResult
from autograder.report.pages.attention import Task, tasks
from tests.report.report_samples import result, run


def of(*works: SubmissionResult, folder: str = "out", command: str = "autograder grade hw01 a.zip", **more: object):
    sample = run()
    facts = msgspec.structs.replace(sample.facts, folder=folder, command=command)
    values = {"results": works, "refused": (), "facts": facts} | more
    return msgspec.structs.replace(sample, **values)


def opened(*scores: float | None, key: str = "0001", **more: object) -> SubmissionResult:
    questions = tuple(QuestionResult(name=f"q{n}", score=score, possible=4.0) for n, score in enumerate(scores, 1))
    one = msgspec.structs.replace(
        result(1, "Ann", ()), questions=questions, status=Status.NEEDS_REVIEW, reason="undecided"
    )
    work = msgspec.structs.replace(one.submission, key=key)
    return msgspec.structs.replace(one, submission=work, **more)


def failed(reason: str | None) -> SubmissionResult:
    return opened(None, status=Status.FAILED, reason=reason)


LOOK = "autograder explain out 0001 "
DECIDE = "autograder override hw01 0001 "
WHY = ' POINTS --why "WHY" -o out'
AGAIN = "autograder grade hw01 a.zip --only 0001"


@pytest.mark.parametrize(
    ("run", "commands"),
    [
        (of(opened(None, 2.0)), (f"{LOOK}q1", f"{DECIDE}q1{WHY}")),
        # two are decided, one is looked at first
        (of(opened(None, 2.0, None)), (f"{LOOK}q1", f"{DECIDE}q1{WHY}", f"{DECIDE}q3{WHY}")),
        # a work that waits as a whole
        (of(opened(1.0, 2.0, reason="other-numbers")), (f"{DECIDE}total{WHY}",)),
        (of(failed("timeout")), (f"{AGAIN} --timeout 600", f"{DECIDE}total{WHY}")),
        (of(failed("memory")), (f"{AGAIN} --memory 4096", f"{DECIDE}total{WHY}")),
        (of(failed("crashed")), (AGAIN, f"{DECIDE}total{WHY}")),
        (of(failed("internal")), (AGAIN, f"{DECIDE}total{WHY}")),
        # the same file fails the same way again
        (of(failed("empty")), (f"{DECIDE}total{WHY}",)),
        (of(failed(None)), (f"{DECIDE}total{WHY}",)),
        # nobody knows how it was graded
        (of(failed("timeout"), command=""), (f"{DECIDE}total{WHY}",)),
        # nobody is named
        (of(failed("timeout"), folder=""), ()),
        (
            of(opened(None), folder="grades"),
            ("autograder explain grades 0001 q1", 'autograder override hw01 0001 q1 POINTS --why "WHY"'),
        ),
    ],
)
def test_the_commands_of_a_work(run: Run, commands: tuple[str, ...]) -> None:
    (task,) = tasks(run)
    assert task.commands == commands


def test_a_member_of_a_group_is_decided_about_where_the_work_lies() -> None:
    one = opened(None, key="0001-2")
    (task,) = tasks(of(msgspec.structs.replace(one, submission=msgspec.structs.replace(one.submission, part_of="77"))))
    assert task.link == "feedback/0001-2.html"
    assert task.commands == ("autograder explain out 77 q1", f"autograder override hw01 77 q1{WHY}")


@pytest.mark.parametrize(
    ("scores", "message", "why"),
    [
        ((None, 2.0), "", "undecided (q1)"),
        ((None, 2.0, None), "", "undecided (q1, q3)"),
        # all of them: nothing to tell apart
        ((None, None), "", "undecided"),
        ((1.0, 2.0), "", "undecided"),
        ((None, 2.0), "look at q1", "undecided: look at q1"),
        ((None, 2.0, None), "look at q1", "undecided: look at q1 (q1, q3)"),
    ],
)
def test_why_it_waits(scores: tuple[float | None, ...], message: str, why: str) -> None:
    (task,) = tasks(of(opened(*scores, message=message)))
    assert task.why == why


def test_who_waits_stands_by_what_can_be_done_and_then_by_key() -> None:
    works = [opened(None, key=key) for key in ("5", "3")]
    works += [msgspec.structs.replace(opened(None, key=key), status=Status.FAILED) for key in ("4", "2")]
    refused = tuple(Refused(file=file, reason="empty", message="m") for file in ("b", "a"))
    found = tasks(of(result(9, "Right", (2.0,)), *works, refused=refused))
    links = [None if task.link is None else task.link.removeprefix("feedback/").removesuffix(".html") for task in found]
    assert links == ["3", "5", "2", "4", None, None]
    assert found[-1] == Task(who="a", file="", why="empty: m", link=None, commands=())
    assert found[0].who == "Ann"
    assert found[0].file == "Ann_hw01.ipynb"
