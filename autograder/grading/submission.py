"""One notebook file through its runs to a result."""

from collections.abc import Mapping

import msgspec

from autograder import feedback
from autograder.errors import NotebookError
from autograder.grading.seam import JUDGE_SECONDS, Sandbox, Watch
from autograder.grading.sheet import Sheet
from autograder.model import CaseResult, Check, QuestionResult, Reason, Status, Submission, SubmissionResult
from autograder.otter import (
    Assignment,
    Notebook,
    program,
    read_notebook,
)
from autograder.sandbox.limits import Ended
from autograder.witnesses import conclude

__all__ = ["grade"]

_SAID = {
    "timeout": "the notebook ran longer than it may",
    "memory": "the notebook used more memory than it may",
    "output": "the notebook printed more than it may",
    "crashed": "the notebook's Python process ended early",
    "processes": "the notebook started more processes than it may",
    "protocol": "the notebook's process wrote nonsense to the grader",
}


def grade(
    submission: Submission,
    assignment: Assignment,
    sandbox: Sandbox,
    *,
    watch: Watch | None = None,
    judge_seconds: float = JUDGE_SECONDS,
    skip: Mapping[str, str] | None = None,
    as_otter: bool = False,
) -> SubmissionResult:
    """Grade one submission by itself; never raises for what a student did.

    Args:
        submission: the notebook and its files.
        assignment: from :func:`autograder.otter.load`.
        sandbox: an open sandbox; one submission at a time.
        watch: told before and after each question's tests, so that a hung judge can be killed.
        judge_seconds: what the watch is told.
        skip: question → reason, for those that are not to be asked (again).
        as_otter: plain cases are decided by the inside witness alone, in the notebook's only process: Otter's scores,
            and Otter's trust.

    Returns:
        See :mod:`autograder.grading` for what ``status`` and ``reason`` mean. What only the class can decide is open
        (``only-inside``): :func:`autograder.witnesses.decide`.

    Raises:
        SandboxError: the jail cannot be built or died; nothing that a student did.
    """
    sheet = Sheet(submission, assignment, watch, judge_seconds, skip or {}, as_otter)
    try:
        notebook = read_notebook(submission.path, name=submission.file.replace("\\", "/").split("/")[-1])
    except NotebookError as error:
        return sheet.result(Status.FAILED, error.reason, str(error), unasked=error.reason)
    sheet.code, sheet.sources = notebook.code, notebook.sources
    sheet.notes = notebook.notes
    if _belongs_elsewhere(notebook, assignment):
        message = f"{notebook.name} says it belongs to {notebook.assignment_name!r}, not to {assignment.name!r}."
        return sheet.result(Status.FAILED, "other-assignment", message, unasked="other-assignment")
    if assignment.workplace is not None:
        assignment.workplace.renew()
    to_run = program(notebook, assignment, path=submission.path, files=submission.files)
    with sandbox.start(to_run) as session:
        sheet.first(session)
        ended = session.ended
        if ended.status == "ok":
            once = sheet.checked_again()
            sheet.others(session, [question for question in assignment.questions if question not in once])
        sheet.used(session.ended)
    for needed, run in ((sheet.checked_again, sheet.again), (sheet.to_witness, sheet.inside)):
        if needed():
            with sandbox.start(to_run) as session:
                run(session)
                sheet.used(session.ended)
    return _naming_cells(_conclude(sheet, ended, has_code=notebook.has_code), notebook)


def _conclude(sheet: Sheet, ended: Ended, *, has_code: bool) -> SubmissionResult:
    if ended.status != "ok":
        what = _SAID.get(ended.status, f"the notebook ended with {ended.status!r}")
        message = f"{what}: {ended.detail}" if ended.detail else what
        return sheet.result(Status.FAILED, ended.status, message, unasked=ended.status, ended=ended)
    result = conclude(sheet.result(Status.GRADED, ended=ended))
    if result.status is Status.GRADED and not has_code:
        message = f"{sheet.submission.file} has no code in it: was the right file saved and uploaded?"
        return msgspec.structs.replace(
            result, status=Status.NEEDS_REVIEW, reason="no-code", message=message, score=None
        )
    return result


def _naming_cells(result: SubmissionResult, notebook: Notebook) -> SubmissionResult:
    """The result in which an answer that is missing because its cell stopped says which cell, with what and where."""
    sources = {cell.index: cell.source for cell in notebook.cells}
    stopped = [(error, sources[error.cell]) for error in result.cell_errors if error.cell in sources]

    def told(check: Check) -> Check:
        from autograder.questions.answers import cells_that_make

        verdict, name = check.verdict, check.verdict.details.get("name", "")
        if verdict.reason is not Reason.MISSING or not name or verdict.details.keys() & {"printed", "other", "got"}:
            return check
        error = next((error for error, source in reversed(stopped) if cells_that_make(name, [source])), None)
        if error is None:
            return check
        limit = {"limit": error.cut_off_after.partition(" of ")[0]} if error.cut_off_after else {}
        details = {**verdict.details, "stopped": feedback.stopped(error), **limit}
        return msgspec.structs.replace(check, verdict=msgspec.structs.replace(verdict, details=details))

    def of_case(case: CaseResult) -> CaseResult:
        return msgspec.structs.replace(case, checks=tuple(map(told, case.checks)))

    def of_question(question: QuestionResult) -> QuestionResult:
        return msgspec.structs.replace(question, cases=tuple(map(of_case, question.cases)))

    if not stopped:
        return result
    return msgspec.structs.replace(result, questions=tuple(map(of_question, result.questions)))


def _belongs_elsewhere(notebook: Notebook, assignment: Assignment) -> bool:
    wanted = assignment.config.get("assignment_name")
    return bool(wanted and notebook.assignment_name and notebook.assignment_name != wanted)
