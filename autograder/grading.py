"""One submission → one :class:`~autograder.model.SubmissionResult`, whatever the student did.

What a status means here:

- ``graded``: every question has a score, the one that ``otter run`` gives.
- ``needs-review``: the notebook ran to its end, but some question could not be decided: ``undecided`` by our own
  verdict, ``cannot-ship`` (the test reads an object that has no plain copy), ``needs-process`` (it asks for the current
  figure or a file of the student's), ``changed-arguments`` (a plain test passes only because the answer rewrote the
  test's own data), ``judge-timeout``. The question's score and the total are None. A notebook without any code is
  ``no-code``: its questions have the scores that ``otter run`` gives (0), but no total before a person has looked.
- ``failed``: there is no notebook to run, or the student's process ended early (``timeout``, ``memory``, ``output``,
  ``crashed``, …). Questions that were checked before keep their points; the others have no score and name the
  reason, and so the total is None. Nothing that could not be graded is ever a 0.

Where ``otter run`` gives no result at all (a kernel that is not installed, a kernel that dies, ``exit()``), this
grades what it can. A notebook that says it belongs to *another* assignment is refused as ``other-assignment``; one
that says nothing (Otter refuses it too) is graded, because editors drop metadata.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from autograder.errors import NotebookError, SandboxError
from autograder.model import QuestionResult, Status, Submission, SubmissionResult
from autograder.otter import Assignment, Notebook, Question, program, public_text, read_notebook, run_test
from autograder.sandbox.limits import CheckRequested, Ended, Program

__all__ = ["JUDGE_SECONDS", "Sandbox", "Session", "Watch", "grade"]

JUDGE_SECONDS = 60.0
"""How long one question's tests may take on the judge's side before a :class:`Watch` should end them."""

_SAID = {
    "timeout": "the notebook ran longer than it may",
    "memory": "the notebook used more memory than it may",
    "output": "the notebook printed more than it may",
    "crashed": "the notebook's Python process ended early",
    "processes": "the notebook started more processes than it may",
    "protocol": "the notebook's process wrote nonsense to the grader",
}


class Session(Protocol):
    """One student's process, as :mod:`autograder.sandbox` runs it."""

    @property
    def names(self) -> Mapping[str, object]:
        """The student's names as plain copies and stand-ins."""

    @property
    def ended(self) -> Ended:
        """How it ended, or how it stands."""

    @property
    def gone(self) -> bool:
        """Whether it has ended; cheaper than :attr:`ended`."""

    def run(self) -> Iterator[CheckRequested]:
        """Run the cells; yields each check that the notebook asks for."""

    @property
    def troubles(self) -> list[Any]:
        """Errors of ours that a test met while it read names or called functions."""

    def answer(self, asked: CheckRequested, text: str, *, known: bool = True) -> None:
        """Print the check's text in the notebook and let it go on; an unknown question raises there."""


class Sandbox(Protocol):
    """Where notebooks run: the seam at which tests put a ten-line fake."""

    def start(self, program: Program) -> AbstractContextManager[Session]:
        """Begin one submission."""


class Watch(Protocol):
    """Ends tests that never end, from outside.

    A test of the author's may hang on a student's expression (``simplify`` is known to), and nothing in its own
    process can stop it. So the process in which :func:`grade` runs tells its parent what it is about to do; when the
    time is over the parent kills that process, keeps ``so_far``, and may grade the submission again with
    ``skip={question: "judge-timeout"}`` to get the other questions.
    """

    def begin(self, question: str, seconds: float, so_far: SubmissionResult) -> None:
        """The tests of ``question`` start now and should take ``seconds`` at most.

        ``so_far`` is the result to record if they do not: ``needs-review`` with reason ``judge-timeout``.
        """

    def end(self) -> None:
        """They ended."""


class _Sheet:
    """The results of one submission while it is being graded."""

    def __init__(
        self,
        submission: Submission,
        assignment: Assignment,
        watch: Watch | None,
        seconds: float,
        skip: Mapping[str, str],
    ) -> None:
        self.submission = submission
        self.assignment = assignment
        self.watch = watch
        self.seconds = seconds
        self.skip = skip
        self.code: tuple[str, ...] = ()
        self.sources: tuple[str, ...] = ()
        """The code in full."""
        self.started = time.monotonic()
        self.results: dict[str, QuestionResult] = {}

    def ask(self, question: Question, session: Session) -> QuestionResult:
        """Run one question's test now; as in Otter, the last run of a question counts."""
        if question.name in self.skip:
            self.results[question.name] = _unasked(question, self.skip[question.name])
            return self.results[question.name]
        with self._watched(question):
            cells = _before_its_check(question, self.sources)
            result = run_test(self.assignment, question.name, session.names, troubles=session.troubles, cells=cells)
        self.results[question.name] = result
        return result

    @contextmanager
    def _watched(self, question: Question) -> Iterator[None]:
        if self.watch is None:
            yield
            return
        so_far = self.result(
            Status.NEEDS_REVIEW,
            "judge-timeout",
            f"the tests of {question.name} did not end; look at the answer and enter its points",
            unasked="judge-timeout",
        )
        self.watch.begin(question.name, self.seconds, so_far)
        try:
            yield
        finally:
            self.watch.end()

    def result(
        self,
        status: Status,
        reason: str | None = None,
        message: str = "",
        *,
        unasked: str | None = None,
        ended: Ended | None = None,
    ) -> SubmissionResult:
        """What is known now; questions that were not asked get ``unasked`` as their reason."""
        questions = tuple(
            self.results.get(question.name) or _unasked(question, unasked) for question in self.assignment.questions
        )
        scores = [question.score for question in questions]
        return SubmissionResult(
            submission=self.submission,
            status=status,
            reason=reason,
            message=message,
            questions=questions,
            score=float(sum(s for s in scores if s is not None)) if status is Status.GRADED else None,
            possible=float(sum(question.possible for question in questions)),
            cell_errors=ended.cell_errors if ended else (),
            code=self.code,
            seconds=time.monotonic() - self.started,
            cpu_seconds=ended.cpu_seconds if ended else 0.0,
            memory_mb=ended.memory_mb if ended else 0.0,
        )


def grade(
    submission: Submission,
    assignment: Assignment,
    sandbox: Sandbox,
    *,
    watch: Watch | None = None,
    judge_seconds: float = JUDGE_SECONDS,
    skip: Mapping[str, str] | None = None,
) -> SubmissionResult:
    """Grade one submission; never raises for what a student did.

    Args:
        submission: the notebook and its files.
        assignment: from :func:`autograder.otter.load`.
        sandbox: an open sandbox; one submission at a time.
        watch: told before and after each question's tests, so that a hung judge can be killed.
        judge_seconds: what the watch is told.
        skip: question → reason, for those that are not to be asked (again).

    Returns:
        See the module's first lines for what ``status`` and ``reason`` mean.

    Raises:
        SandboxError: the jail cannot be built or died; nothing that a student did.
    """
    sheet = _Sheet(submission, assignment, watch, judge_seconds, skip or {})
    try:
        notebook = read_notebook(submission.path, name=submission.file.replace("\\", "/").split("/")[-1])
    except NotebookError as error:
        return sheet.result(Status.FAILED, error.reason, str(error), unasked=error.reason)
    sheet.code, sheet.sources = notebook.code, notebook.sources
    if _belongs_elsewhere(notebook, assignment):
        message = f"{notebook.name} says it belongs to {notebook.assignment_name!r}, not to {assignment.name!r}."
        return sheet.result(Status.FAILED, "other-assignment", message, unasked="other-assignment")
    if assignment.workplace is not None:
        assignment.workplace.renew()
    to_run = program(notebook, assignment, path=submission.path, files=submission.files)
    with sandbox.start(to_run) as session:
        _run(sheet, session)
        return _conclude(sheet, session.ended, has_code=notebook.has_code)


def _run(sheet: _Sheet, session: Session) -> None:
    """Answer the notebook's own checks as they come, then ask what it did not check."""
    for asked in session.run():
        if asked.question is None:  # check_all does nothing while otter run grades
            session.answer(asked, "")
            continue
        question = sheet.assignment.by_file(asked.question)
        if question is None:
            session.answer(asked, "", known=False)
        else:
            session.answer(asked, public_text(sheet.ask(question, session)))
    for question in sheet.assignment.in_otters_order:
        if session.gone:
            return
        if question.name not in sheet.results:
            sheet.ask(question, session)


def _conclude(sheet: _Sheet, ended: Ended, *, has_code: bool) -> SubmissionResult:
    if ended.status == "sandbox":
        raise SandboxError(ended.detail or "the sandbox's warm process died")
    undecided = [result for result in sheet.results.values() if result.score is None]
    if ended.status != "ok":
        what = _SAID.get(ended.status, f"the notebook ended with {ended.status!r}")
        message = f"{what}: {ended.detail}" if ended.detail else what
        return sheet.result(Status.FAILED, ended.status, message, unasked=ended.status, ended=ended)
    if undecided:
        named = ", ".join(result.name for result in undecided)
        return sheet.result(
            Status.NEEDS_REVIEW, undecided[0].reason or "undecided", f"please decide {named}", ended=ended
        )
    if not has_code:
        message = f"{sheet.submission.file} has no code in it: was the right file saved and uploaded?"
        return sheet.result(Status.NEEDS_REVIEW, "no-code", message, ended=ended)
    return sheet.result(Status.GRADED, ended=ended)


def _before_its_check(question: Question, code: tuple[str, ...]) -> tuple[str, ...]:
    """The code cells up to the last one that checks a question; all of them where none does."""
    quoted = [f"{quote}{name}{quote}" for quote in "'\"" for name in {question.name, question.file}]
    for number in reversed(range(len(code))):
        if ".check(" in code[number] and any(text in code[number] for text in quoted):
            return code[: number + 1]
    return code


def _unasked(question: Question, reason: str | None) -> QuestionResult:
    return QuestionResult(name=question.name, score=None, possible=question.possible, reason=reason)


def _belongs_elsewhere(notebook: Notebook, assignment: Assignment) -> bool:
    wanted = assignment.config.get("assignment_name")
    return bool(wanted and notebook.assignment_name and notebook.assignment_name != wanted)
