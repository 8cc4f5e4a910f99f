"""One submission → one :class:`~autograder.model.SubmissionResult`, whatever the student did.

What a status means here:

- ``graded``: every question has a score, the one that ``otter run`` gives.
- ``needs-review``: the notebook ran to its end, but some question could not be decided: ``undecided`` by our own
  verdict, ``only-inside`` (a plain test passes in this student's process and nowhere else), ``judge-timeout``, or the
  way in which a second run was lost (``timeout``, ``not-repeatable``, …). The question's score and the total are None.
  A notebook without any code is ``no-code``: its questions have the scores that ``otter run`` gives (0), but no total
  before a person has looked.
- ``failed``: there is no notebook to run, or the student's process ended early (``timeout``, ``memory``, ``output``,
  ``crashed``, …). Questions that were checked before keep their points; the others have no score and name the
  reason, and so the total is None. Nothing that could not be graded is ever a 0.

A notebook runs once where nothing more is needed, once more where it checked a question with hidden cases several times
(:meth:`_Sheet.again`), and once more where a plain case did not pass outside (:meth:`_Sheet.inside`), each time in a
process of its own.

Where ``otter run`` gives no result at all (a kernel that is not installed, a kernel that dies, ``exit()``), this
grades what it can. A notebook that says it belongs to *another* assignment is refused as ``other-assignment``; one
that says nothing (Otter refuses it too) is graded, because editors drop metadata.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

import msgspec

from autograder.errors import NotebookError, SandboxError
from autograder.model import CaseResult, QuestionResult, Said, Status, Submission, SubmissionResult, Witness
from autograder.otter import (
    Assignment,
    InsideCase,
    Notebook,
    Question,
    ask_inside,
    declared,
    program,
    public_text,
    read_notebook,
    run_test,
    witnessed,
)
from autograder.sandbox.limits import CheckRequested, Ended, Program
from autograder.witnesses import conclude, settle

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

    calls: int
    """How often something of it was called."""
    bound: bool
    """A test has written into its environment."""
    legacy: str | None
    """Of which older NumPy's way of printing the notebook has chosen."""
    troubles: list[Any]
    """Errors of ours that a test met while it read names or called functions."""

    def look(self, words: frozenset[str] | None = None) -> dict[str, Any]:
        """All names of the notebook as plain copies and stand-ins."""

    def begin_test(self) -> None:
        """A new test case: what was lent for the last one is taken back."""

    @property
    def ended(self) -> Ended:
        """How it ended, or how it stands."""

    @property
    def gone(self) -> bool:
        """Whether it has ended; cheaper than :attr:`ended`."""

    def run(self) -> Iterator[CheckRequested]:
        """Run the cells; yields each check that the notebook asks for."""

    def answer(self, asked: CheckRequested, text: str, *, known: bool = True) -> None:
        """Print the check's text in the notebook and let it go on; an unknown question raises there."""

    def run_inside(self, source: str, argument: str = "", *, seconds: float | None = None) -> str:
        """Run source of ours among the student's own objects; what comes back could be forged."""


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
        as_otter: bool,
    ) -> None:
        self.submission = submission
        self.assignment = assignment
        self.watch = watch
        self.seconds = seconds
        self.skip = skip
        self.as_otter = as_otter
        self.code: tuple[str, ...] = ()
        self.sources: tuple[str, ...] = ()
        """The code in full."""
        self.notes: tuple[str, ...] = ()
        self.started = time.monotonic()
        self.results: dict[str, QuestionResult] = {}
        """As recorded, before they are settled."""
        self.checks: Counter[str] = Counter()
        """How often the notebook checked each question."""
        self.cpu_seconds = 0.0
        self.memory_mb = 0.0

    # --- the runs of the notebook ------------------------------------------------------------------------------------

    def first(self, session: Session) -> None:
        """Answer the notebook's own checks as they come, then ask what it did not check.

        Hidden cases run at a question's first check only: a notebook that checks again and again could otherwise time
        and count them. What it checks again is judged in :meth:`again`.
        """
        for asked in session.run():
            question = self._meant(asked, session)
            if question is not None:
                self.checks[question.name] += 1
                session.answer(asked, public_text(self.ask(question, session)))
        for question in self.assignment.in_otters_order:
            if session.gone:
                return
            if question.name not in self.results:
                self.ask(question, session)

    def again(self, session: Session) -> None:
        """Run all cases of what was checked several times, at its last check, in a process that has seen none."""
        wanted = self.checked_again()

        def judge(question: Question) -> None:
            self.results[question.name] = self._outside(question, session)

        for question in self._at_last_checks(session, wanted, wanted, judge):
            self.results[question.name] = _lost(question, session.ended.status)

    def inside(self, session: Session) -> None:
        """Ask the inside witness, at the moments at which ``otter run`` would.

        What passed outside is run as well, as long as something is still to come: a test may leave something behind
        in the notebook's process that the next one meets. Ours do not.
        """
        needed = self.to_witness()
        plain = [question for question in self.assignment.questions if "autograder" not in question.source]
        names = {question.name for question in needed}
        wanted = needed + [question for question in plain if question.name not in names | set(self.skip)]

        def witness(question: Question) -> None:
            told = ask_inside(question, session, details=question.runs_in_student)
            if question.name in names:
                self.results[question.name] = self._inside(question, told)

        for question in self._at_last_checks(session, wanted, needed, witness):
            lost = Witness(said=Said.LOST, why=_why_lost(session.ended.status))
            self.results[question.name] = self._inside(question, lost)

    def _at_last_checks(
        self,
        session: Session,
        wanted: Sequence[Question],
        needed: Sequence[Question],
        do: Callable[[Question], None],
    ) -> list[Question]:
        """Do something for each wanted question at the check that was its last in the first run, or at the end where
        it had none, until all needed ones are done; return those of them whose moment never came."""
        coming = {question.name: question for question in wanted}
        left = {question.name: question for question in needed}
        seen: Counter[str] = Counter()

        def now(question: Question) -> None:
            do(coming.pop(question.name))
            left.pop(question.name, None)

        for asked in session.run():
            question = self._meant(asked, session)
            if question is None:
                continue
            seen[question.name] += 1
            if question.name in coming and seen[question.name] == self.checks[question.name]:
                now(question)
                if not left:
                    return []
            known = self.results.get(question.name)
            session.answer(asked, "" if known is None else public_text(known))
        for question in self.assignment.in_otters_order:
            if left and question.name in coming and not self.checks[question.name] and not session.gone:
                now(question)
        return list(left.values())

    def _meant(self, asked: CheckRequested, session: Session) -> Question | None:
        """The question that a check asks for; where there is none the check is answered here."""
        if asked.question is None:  # check_all does nothing while otter run grades
            session.answer(asked, "")
            return None
        question = self.assignment.by_file(asked.question)
        if question is None:
            session.answer(asked, "", known=False)
        return question

    # --- what the runs are for ---------------------------------------------------------------------------------------

    def checked_again(self) -> list[Question]:
        """Questions with hidden cases that the notebook checked more than once."""
        return [
            question
            for question in self.assignment.questions
            if self.checks[question.name] > 1 and question.has_hidden and self._asked_outside(question)
        ]

    def to_witness(self) -> list[Question]:
        """Questions that the inside witness has to decide: declared ones, and what did not pass outside."""
        if self.as_otter:
            return []
        return [
            question
            for question in self.assignment.questions
            if question.name in self.results
            and question.name not in self.skip
            and (question.runs_in_student or any(map(_did_not_pass, self.results[question.name].cases)))
        ]

    def _asked_outside(self, question: Question) -> bool:
        return question.name not in self.skip and not question.runs_in_student and not self._by_otter(question)

    def _by_otter(self, question: Question) -> bool:
        """``--as-otter``: the inside witness alone, at once and in the one process that there is."""
        return self.as_otter and "autograder" not in question.source

    # --- one question ------------------------------------------------------------------------------------------------

    def ask(self, question: Question, session: Session) -> QuestionResult:
        """Run one question's test now; as in Otter, the last run of a question counts."""
        before = self.results.get(question.name)
        if question.name in self.skip:
            result = _unasked(question, self.skip[question.name])
        elif self._by_otter(question) or (self.as_otter and question.runs_in_student):
            result = declared(question, ask_inside(question, session, details=True))
        elif question.runs_in_student:
            result = _unasked(question, None)  # its tests are not for this process
        else:
            result = self._outside(question, session, hidden=before is None)
            if before is not None:
                result = _merged(before, result)
            if self.as_otter and any(case.outside is not None for case in result.cases):
                result = self._inside(question, ask_inside(question, session), result)
        self.results[question.name] = result
        return result

    def _outside(self, question: Question, session: Session, *, hidden: bool = True) -> QuestionResult:
        with self._watched(question):
            cells = _before_its_check(question, self.sources)
            return run_test(self.assignment, question.name, session, cells=cells, hidden=hidden)

    def _inside(
        self, question: Question, told: list[InsideCase] | Witness, result: QuestionResult | None = None
    ) -> QuestionResult:
        if question.runs_in_student:
            return declared(question, told)
        return witnessed(told, result or self.results[question.name], alone=self.as_otter)

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

    # --- the end -----------------------------------------------------------------------------------------------------

    def used(self, ended: Ended) -> None:
        """Count what one run of the notebook took.

        Raises:
            SandboxError: it was the sandbox that died.
        """
        if ended.status == "sandbox":
            raise SandboxError(ended.detail or "the sandbox's warm process died")
        self.cpu_seconds += ended.cpu_seconds
        self.memory_mb = max(self.memory_mb, ended.memory_mb)

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
            settle(self.results[question.name]) if question.name in self.results else _unasked(question, unasked)
            for question in self.assignment.questions
        )
        return SubmissionResult(
            submission=self.submission,
            status=status,
            reason=reason,
            message=message,
            notes=self.notes,
            questions=questions,
            score=None,
            possible=float(sum(question.possible for question in questions)),
            cell_errors=ended.cell_errors if ended else (),
            code=self.code,
            seconds=time.monotonic() - self.started,
            cpu_seconds=self.cpu_seconds,
            memory_mb=self.memory_mb,
        )


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
        See the module's first lines for what ``status`` and ``reason`` mean. What only the class can decide is open
        (``only-inside``): :func:`autograder.witnesses.decide`.

    Raises:
        SandboxError: the jail cannot be built or died; nothing that a student did.
    """
    sheet = _Sheet(submission, assignment, watch, judge_seconds, skip or {}, as_otter)
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
        sheet.used(ended)
    for needed, run in ((sheet.checked_again, sheet.again), (sheet.to_witness, sheet.inside)):
        if needed():
            with sandbox.start(to_run) as session:
                run(session)
                sheet.used(session.ended)
    return _conclude(sheet, ended, has_code=notebook.has_code)


def _conclude(sheet: _Sheet, ended: Ended, *, has_code: bool) -> SubmissionResult:
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


def _did_not_pass(case: CaseResult) -> bool:
    return case.outside is not None and case.outside.said is not Said.PASS


def _merged(before: QuestionResult, now: QuestionResult) -> QuestionResult:
    """The public cases as they are now, the hidden ones as they were when they ran."""
    public = iter(now.cases)
    cases = tuple(case if case.hidden else next(public, case) for case in before.cases)
    return msgspec.structs.replace(before, cases=cases)


def _why_lost(status: str) -> str:
    """A process that goes on has checked less often than when it was run before."""
    return "not-repeatable" if status == "ok" else status


def _lost(question: Question, status: str) -> QuestionResult:
    return _unasked(question, _why_lost(status))


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
