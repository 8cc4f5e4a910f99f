"""The results of one submission while it is being graded: which run of the notebook asks what."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import msgspec

from autograder.errors import SandboxError
from autograder.grading.seam import Session, Watch
from autograder.model import CaseResult, QuestionResult, Said, Status, Submission, SubmissionResult, Witness
from autograder.otter import (
    Assignment,
    InsideCase,
    Question,
    ask_inside,
    declared,
    look_for_others,
    public_text,
    run_test,
    with_others,
    witnessed,
)
from autograder.sandbox.limits import CheckRequested, Ended
from autograder.versions import noting_students
from autograder.witnesses import settle

__all__ = ["Sheet"]


class Sheet:
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
        self.numbers_of: dict[str, int] = {}
        """Whose numbers its tests asked for, where everybody has other ones: id → version."""
        self.started = time.monotonic()
        self.results: dict[str, QuestionResult] = {}
        """As recorded, before they are settled."""
        self.checks: Counter[str] = Counter()
        """How often the notebook checked each question."""
        self.cpu_seconds = 0.0
        self.memory_mb = 0.0

    def first(self, session: Session) -> None:
        """Answer the notebook's own checks as they come, then ask what it did not check.

        Hidden cases run at a question's first check only: a notebook that checks again and again could otherwise time
        and count them. What it checks again is judged in :meth:`again`.
        """
        for check in session.run():
            question = self._meant(check, session)
            if question is not None:
                self.checks[question.name] += 1
                session.answer(check, public_text(self.ask(question, session)))
        for question in self.assignment.in_otters_order:
            if session.gone:
                return
            if question.name not in self.results:
                self.ask(question, session)

    def others(self, session: Session, questions: Sequence[Question]) -> None:
        """Look whether wrong answers are right for other numbers, in a process that nothing else is asked of."""
        for question in questions:
            if session.gone:
                return
            if question.name in self.results and self._asked_outside(question) and "drawn" in question.source:
                with self._watched(question):
                    cells = _before_its_check(question, self.sources)
                    looked = look_for_others(self.assignment, self.results[question.name], session, cells=cells)
                self.results[question.name] = looked

    def again(self, session: Session) -> None:
        """Run all cases of what was checked several times, at its last check, in a process that has seen none."""
        wanted = self.checked_again()

        def judge(question: Question) -> None:
            self.results[question.name] = self._outside(question, session)

        for question in self._at_last_checks(session, wanted, wanted, judge):
            self.results[question.name] = _lost(question, session.ended.status)
        self.others(session, wanted)

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
        """Do something for each wanted question at the check that was its last in the first run.

        Where it had none, at the end. The run ends as soon as all needed ones are done.

        Returns:
            Those of the needed ones whose moment never came.
        """
        coming = {question.name: question for question in wanted}
        left = {question.name: question for question in needed}
        seen: Counter[str] = Counter()

        def now(question: Question) -> None:
            do(coming.pop(question.name))
            left.pop(question.name, None)

        for check in session.run():
            question = self._meant(check, session)
            if question is None:
                continue
            seen[question.name] += 1
            if question.name in coming and seen[question.name] == self.checks[question.name]:
                now(question)
                if not left:
                    return []
            known = self.results.get(question.name)
            session.answer(check, "" if known is None else public_text(known))
        for question in self.assignment.in_otters_order:
            if left and question.name in coming and not self.checks[question.name] and not session.gone:
                now(question)
        return list(left.values())

    def _meant(self, check: CheckRequested, session: Session) -> Question | None:
        """The question that a check asks for; where there is none the check is answered here."""
        if check.question is None:  # check_all does nothing while otter run grades
            session.answer(check, "")
            return None
        question = self.assignment.by_file(check.question)
        if question is None:
            session.answer(check, "", known=False)
        return question

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
            with noting_students(self.numbers_of):
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
            numbers_of=self.numbers_of,
            questions=with_others(questions),
            score=None,
            possible=float(sum(question.possible for question in questions)),
            cell_errors=ended.cell_errors if ended else (),
            code=self.code,
            seconds=time.monotonic() - self.started,
            cpu_seconds=self.cpu_seconds,
            memory_mb=self.memory_mb,
        )


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
