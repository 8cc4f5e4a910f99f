"""What a person has to do after a run: who, why, and the commands that can be copied from the page."""

import shlex

from autograder.model import QuestionResult, Record, Refused, Run, Status, SubmissionResult
from autograder.report.names import display_name, page_name

_AGAIN = {"timeout": " --timeout 600", "memory": " --memory 4096", "crashed": "", "internal": ""}
"""Reason for which grading the same file again may help → the option that gives more of what ran out."""
_ORDER = {Status.NEEDS_REVIEW: 0, Status.FAILED: 1}


class Task(Record, frozen=True, kw_only=True):
    """One submission that has no grade yet."""

    who: str
    file: str
    why: str
    link: str | None
    """The student's page, where there is one."""
    commands: tuple[str, ...]
    """In the order in which they are run; ``POINTS`` and ``WHY`` are for the person to fill in. None for a file that
    has to be replaced first."""


def at_once(run: Run) -> str | None:
    """The command that writes all undecided questions as one table; None where one command is shorter."""
    undecided = [result for result in run.results if result.status in _ORDER]
    folder = "" if run.facts.folder == "grades" else f" {shlex.quote(run.facts.folder)}"
    return f"autograder review{folder}" if len(undecided) > 1 and run.facts.folder else None


def tasks(run: Run) -> list[Task]:
    """Everything that waits for a person: undecided answers first, then failures, then files that were refused."""
    waiting = sorted(
        (result for result in run.results if result.status in _ORDER),
        key=lambda result: (_ORDER[result.status], result.submission.key),
    )
    return [*(_of_result(run, result) for result in waiting), *(_of_file(run, item) for item in run.refused)]


def _of_result(run: Run, result: SubmissionResult) -> Task:
    undecided = [question for question in result.questions if question.score is None]
    said = f"{result.reason}: {result.message}" if result.message else str(result.reason)
    named = ", ".join(question.name for question in undecided)
    if undecided and len(undecided) < len(result.questions) and named not in said:
        said += f" ({named})"
    return Task(
        who=display_name(result),
        file=result.submission.file,
        why=said,
        link=page_name(result),
        commands=tuple(_commands(run, result, undecided)),
    )


def _commands(run: Run, result: SubmissionResult, undecided: list[QuestionResult]) -> list[str]:
    if not run.facts.folder:  # nobody is named, so there is nobody to decide about
        return []
    work = result.submission.part_of or result.submission.key
    key, folder, assignment = (shlex.quote(text) for text in (work, run.facts.folder, run.facts.assignment))
    into = "" if run.facts.folder == "grades" else f" -o {folder}"
    if result.status is Status.FAILED:
        more = _AGAIN.get(result.reason or "")
        again = [f"{run.facts.command} --only {key}{more}"] if run.facts.command and more is not None else []
        return [*again, _decide(assignment, key, "total", into)]
    if result.waits_whole:
        return [_decide(assignment, key, "total", into)]
    looked = [f"autograder explain {folder} {key} {question.name}" for question in undecided[:1]]
    return [*looked, *(_decide(assignment, key, question.name, into) for question in undecided)]


def _decide(assignment: str, key: str, question: str, into: str) -> str:
    return f'autograder override {assignment} {key} {shlex.quote(question)} POINTS --why "WHY"{into}'


def _of_file(run: Run, item: Refused) -> Task:
    who = ", ".join(student.name or student.id for student in item.students)
    return Task(
        who=who or item.file,
        file=item.file if who else "",
        why=f"{item.reason}: {item.message}",
        link=None,
        commands=(),
    )
