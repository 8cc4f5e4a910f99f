"""What a TA reads of the notebook given with ``--solution``: grading believes it, so what is wrong with it is told."""

from collections.abc import Iterator
from pathlib import Path

from autograder.errors import NotebookError, UsageError
from autograder.model import QuestionResult, Status, SubmissionResult
from autograder.untrusted import whole

__all__ = ["refuse_no_solution", "solution_note"]


def refuse_no_solution(path: Path, name: str, *, zipped: Path) -> None:
    """What it says of limits and tests is believed, so a file that can say nothing is told instead of passed over.

    Raises:
        UsageError: it cannot be read, holds no code or belongs to another assignment.
    """
    from autograder.otter import read_notebook

    try:
        notebook = read_notebook(path, name=path.name)
    except NotebookError as error:
        raise UsageError(f"--solution {path} cannot be read ({error.reason}). Give the solved notebook.") from error
    named = notebook.assignment_name
    if named and named != name and name != zipped.stem:  # a zip that does not say its name is called as its file
        raise UsageError(f"--solution {path} says it belongs to {named!r}, not to {name!r}. Give this assignment's.")
    if not notebook.has_code:
        raise UsageError(f"--solution {path} holds no code. Give the solved notebook.")


def solution_note(path: Path, result: SubmissionResult) -> Iterator[str]:
    """One line where the solution, graded as a submission, is not right; none where only a person could say so.

    Args:
        path: as it was given.
        result: what it came to.
    """
    if faults := list(_faults(result)):
        yield (
            f"--solution {whole(str(path))} {' and '.join(faults)}. Time limits, compiled functions and the trust in"
            " plain tests come from it: mend it, or give the solved notebook, and grade again with --force"
        )


def _faults(result: SubmissionResult) -> Iterator[str]:
    from autograder import feedback

    if result.status is Status.FAILED:
        yield f"did not run to its end ({result.message or result.reason})"
        return
    failed = [question.name for question in result.questions if _fails(question)]
    if failed and not any(question.score for question in result.questions):
        yield f"has no point in {', '.join(failed)} (is it the untouched notebook?)"
    elif failed:
        yield f"does not get all points in {', '.join(failed)}"
    if result.cell_errors:
        # the first of those that were cut off, for such a cell has no time that a student's could be held against
        first, *others = sorted(result.cell_errors, key=lambda error: not error.cut_off_after)
        more = f", and {len(others)} more stopped" if others else ""
        yield f"does not run through ({feedback.stopped(first)}{more})"


def _fails(question: QuestionResult) -> bool:
    """Whether points are lost, and not for want of an id: whose numbers the solution is to have nobody says."""
    unasked = any(case.raised is not None and case.raised.type == "NoStudent" for case in question.cases)
    return question.score is not None and question.score < question.possible and not unasked
