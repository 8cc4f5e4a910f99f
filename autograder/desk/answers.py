"""What one student answered to one question, as a person who decides needs it: every answer, and what was said."""

from collections.abc import Iterator

from autograder.batch.journal import TOTAL, Override
from autograder.model import CaseResult, CellError, Check, Outcome, Record, Run, SubmissionResult
from autograder.report.names import version_of
from autograder.witnesses import ONLY_INSIDE

WHOLE = TOTAL
"""The name under which works are decided as a whole: no answer at all, or nothing is known but whose they are."""


class Piece(Record, frozen=True, kw_only=True):
    """One student's answer to one question, as it was graded: decisions of people are not in it."""

    key: str
    """``Submission.key``."""
    question: str
    """Its name, or :data:`WHOLE`."""
    possible: float
    graded: float | None
    """Points without any person's decision; None: undecided."""
    reason: str
    """Why there are none, or what happened to the notebook; empty where nothing did."""
    cases: tuple[CaseResult, ...] = ()
    checks: tuple[Check, ...] = ()
    """Every answer once, in the order of the cases; of equal ones the check that says most."""
    code: tuple[str, ...] = ()
    """The notebook's code cells, as the result keeps them."""
    errors: tuple[CellError, ...] = ()
    late: bool = False
    numbers: int | None = None
    """Which version of the question was asked, from 0; None where everybody is asked the same."""

    @property
    def unseen(self) -> bool:
        """Whether something of the answer is in the notebook alone: a plain test fails on answers of any kind.

        So is all of an answer that was never run. Of a case that passed it is known that it is right.
        """
        return not self.cases or any(not case.checks and case.passed is not True for case in self.cases)

    @property
    def all_checks(self) -> tuple[Check, ...]:
        """Every check, also those that asked about one answer twice: at other points it may have other values."""
        return tuple(check for case in self.cases for check in case.checks)

    @property
    def answer(self) -> str:
        """Its first answer that is there; empty where none is."""
        return next((check.answer for check in self.checks if check.answer), "")

    @property
    def kind(self) -> str:
        """Of its first answer that is there; ``missing`` where none is, ``plain`` where no question of ours asked."""
        return next((check.answer_kind for check in self.checks if check.answer), "missing" if self.checks else "plain")

    @property
    def mistakes(self) -> tuple[str, ...]:
        """What its wrong answers are known as, each once."""
        named = (name for check in self.checks for name in (*check.verdict.mistakes, *_foreseen(check)))
        return tuple(dict.fromkeys(named))

    @property
    def only_inside(self) -> bool:
        """Whether a plain case of it passes in the notebook's own process alone, and nobody else's shows the same."""
        return any(case.reason == ONLY_INSIDE for case in self.cases)


class Member(Record, frozen=True, kw_only=True):
    """One answer of a group, as it stands."""

    id: str
    """Says nothing about whose it is."""
    number: int
    """Its place in the shuffled order of the question."""
    piece: Piece
    points: float | None
    """As they are now; None: open."""
    decision: Override | None
    version: int
    again: bool

    @property
    def open(self) -> bool:
        return self.points is None


def _foreseen(check: Check) -> tuple[str, ...]:
    hint = check.verdict.details.get("hint")
    return (hint,) if hint else ()


def pieces(run: Run) -> dict[str, list[Piece]]:
    """Question → everybody's answer to it, in the run's order.

    Args:
        run: as it was graded, without decisions. A work of a group is there once.
    """
    found: dict[str, list[Piece]] = {name: [] for name in run.questions}
    whole: list[Piece] = []
    for result in run.results:
        if result.submission.part_of is not None:
            continue
        if not any(question.cases for question in result.questions):
            whole.append(_whole(run, result))
            continue
        if result.waits_whole:
            whole.append(_whole(run, result))
        for question in result.questions:
            if question.name in found:
                found[question.name].append(
                    Piece(
                        key=result.submission.key,
                        question=question.name,
                        possible=question.possible,
                        graded=question.score,
                        reason=question.reason or "",
                        cases=question.cases,
                        checks=tuple(_distinct(question.cases)),
                        code=result.code,
                        errors=result.cell_errors,
                        late=bool(result.submission.late),
                        numbers=version_of(run, result, question.name),
                    )
                )
    return {**found, **({WHOLE: whole} if whole else {})}


def _whole(run: Run, result: SubmissionResult) -> Piece:
    return Piece(
        key=result.submission.key,
        question=WHOLE,
        possible=float(sum(run.questions.values())),
        graded=None if result.waits_whole else result.score,
        reason=result.reason or "",
        code=result.code,
        errors=result.cell_errors,
        late=bool(result.submission.late),
    )


def _distinct(cases: tuple[CaseResult, ...]) -> Iterator[Check]:
    """Each answer once: the check of it that is not simply right, where there is one."""
    best: dict[tuple[str, str], Check] = {}
    for case in cases:
        for check in case.checks:
            # under two names one answer is two; an entry of what a call returned is part of one
            at = check.verdict.details.get("name", "").partition("(")[0], check.answer
            known = best.get(at)
            if known is None or (known.verdict.outcome is Outcome.CORRECT) > (check.verdict.outcome is Outcome.CORRECT):
                best[at] = check
    yield from best.values()
