"""``results.json`` as Gradescope's specification has it.

A file never holds a 0 that nobody earned: what is not decided has no number, and where no question is decided the
whole file has none. Gradescope then shows the texts, or says that the autograder failed, and records no grade; it can
be run again or the points entered by hand. A 0 could not be told from one that was earned.

Source: gradescope/autograder_samples, docs/specs.md.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from autograder import feedback
from autograder.bundle.settings import Settings
from autograder.locale import translate
from autograder.model import CaseResult, Outcome, QuestionResult, SubmissionResult
from autograder.report.pages import plain, reason_in_words
from autograder.report.statistics import assignment as statistics
from autograder.report.table import number

__all__ = ["of_submission", "without_score"]

PLACES = 5
"""Decimals of a score, as Otter writes them."""
NEVER, LATER, AT_ONCE = "hidden", "after_published", "visible"
N_ = str  # marks a sentence for translation where it is not yet translated
AT_GRADING = N_("A check that runs only at grading did not pass.")
CHECK = N_("check at grading")
NO_SCORE = N_("There is no score yet. This is not a 0: what was handed in is kept.")
NO_POINTS = N_("No score yet for these {points} points: a person decides.")
DECIDES = N_("A person decides {questions}.")
WITHOUT = N_("The score shown is without them.")
LISTED = N_("{questions} ({points} points)")
STOPPED = N_("Cell {cell} stopped with {error}")
_MOST_ERRORS = 5


def of_submission(
    result: SubmissionResult, settings: Settings, *, seconds: float, notes: Sequence[str] = ()
) -> dict[str, Any]:
    """The results of a submission that was graded, in whole or in part.

    Args:
        result: what grading gave.
        settings: of the bundle; ``config`` decides what students see of hidden tests, as in Otter.
        seconds: that it took.
        notes: for instructors.
    """
    later = LATER if settings.config.get("show_hidden") else NEVER
    tests = [
        row
        for position, question in enumerate(result.questions, 1)
        for row in _question(question, position, later, result.reason, settings.language)
    ]
    score = _score(result, settings)
    if score is None:
        for row in tests:
            row.pop("score", None)
            row.pop("max_score", None)
    if result.message and result.status != "graded":
        notes = (*notes, f"{result.status}, {result.reason}: {result.message}")
    open_ = [question for question in result.questions if question.score is None]
    if open_ and score is not None:
        notes = (
            *notes,
            f"The score is without {_listed(open_, 'en')}: add the points by hand once they are decided.",
        )
    results: dict[str, Any] = {} if score is None else {"score": score}
    results |= _common(settings, seconds, notes)
    results["output"] = plain("\n".join(_said(result, score, settings.language)))
    results["tests"] = _with_notes(tests, notes, unseen=score is None or NEVER in {t["visibility"] for t in tests})
    results["extra_data"] |= {
        "status": str(result.status),
        "reason": result.reason,
        "submitted": result.submission.submitted,
        "students": [student.name or student.id for student in result.submission.students],
        "outcomes": {question.name: _outcomes(question) for question in result.questions},
        "mistakes": {question.name: ids for question in result.questions if (ids := _mistakes(question))},
    }
    if settings.config.get("all_hidden"):
        for row in results["tests"]:
            row["visibility"] = NEVER
    return results


def without_score(said: str, advice: str, settings: Settings | None, *, reason: str, seconds: float) -> dict[str, Any]:
    """The results of a submission that could not be graded at all.

    Args:
        said: what students read.
        advice: what instructors read: what happened and what to do.
        settings: None where the bundle itself cannot be read.
        reason: short name of what happened.
        seconds: that it took.
    """
    results = _common(settings, seconds, (advice,))
    results["output"] = plain(said)
    results["tests"] = _with_notes([], (advice,), unseen=True)
    results["extra_data"] |= {"status": "failed", "reason": reason}
    return results


def _common(settings: Settings | None, seconds: float, notes: Sequence[str]) -> dict[str, Any]:
    about = (
        {}
        if settings is None
        else {
            "assignment": settings.assignment,
            "assignment_digest": settings.digest,
            "autograder_version": settings.version,
            "sandbox": settings.sandbox,
        }
    )
    return {
        "execution_time": round(seconds, 3),
        "output_format": "text",
        # Only messages of ours go there, and they are for instructors.
        "stdout_visibility": NEVER,
        "extra_data": {**about, "notes": list(notes)},
    }


def _score(result: SubmissionResult, settings: Settings) -> float | None:
    """Otter's total of what is decided; None where no honest number can be given."""
    decided = [question.score for question in result.questions if question.score is not None]
    if not decided or result.reason in ("no-code", "no-id"):
        return None
    earned, possible = sum(decided), result.possible
    wanted, threshold = settings.config.get("points_possible"), settings.config.get("score_threshold")
    share = earned / possible if possible else 0.0
    if threshold is not None:
        if share < threshold and len(decided) < len(result.questions):
            return None  # the rest may lift it over the threshold: all or nothing is not known yet
        return round(float(wanted or possible), PLACES) if share >= threshold else 0.0
    return round(share * wanted if wanted is not None else earned, PLACES)


def _question(
    question: QuestionResult, position: int, later: str, reason: str | None, language: str
) -> Iterator[dict[str, Any]]:
    """A row a case; and one for the question where its score is not the sum of theirs."""
    hidden = any(case.hidden for case in question.cases)
    points = sum(case.score for case in question.cases)
    summed = question.score is not None and bool(question.cases) and abs(points - question.score) < 1e-9
    if question.score is None:
        why = reason_in_words(question.reason or reason or "undecided", language)
        missing = translate(NO_POINTS, language).format(points=number(question.possible))
        yield {
            "name": question.name,
            "number": f"{position}",
            "output": plain(f"{missing} {why}"),
            "output_format": "text",
            "visibility": AT_ONCE,
        }
    elif not summed:
        yield {
            "name": question.name,
            "number": f"{position}",
            "score": round(question.score, PLACES),
            "max_score": round(question.possible, PLACES),
            "status": "passed" if question.score >= question.possible else "failed",
            "output": "",
            "output_format": "text",
            "visibility": later if hidden else AT_ONCE,
        }
    for part, case in enumerate(question.cases, 1):
        row = _case(question, case, f"{position}.{part}", later, language)
        if summed:
            row |= {"score": round(case.score, PLACES), "max_score": round(case.possible, PLACES)}
        yield row


def _case(question: QuestionResult, case: CaseResult, place: str, later: str, language: str) -> dict[str, Any]:
    visibility = later if case.hidden else AT_ONCE
    shielded = case.hidden and visibility != NEVER
    name = translate(CHECK, language) if shielded else case.name
    row: dict[str, Any] = {
        "name": plain(name if name.startswith(question.name) else f"{question.name}: {name}"),
        "number": place,
        "output": plain(_for_student(case, language) if shielded else case.message),
        "output_format": "text",
        "visibility": visibility,
    }
    if case.passed is not None:
        row["status"] = "passed" if case.passed else "failed"
    checks = [str(check.verdict.outcome) for check in case.checks]
    row["extra_data"] = {"outcomes": checks, "mistakes": [list(check.verdict.mistakes) for check in case.checks]}
    return row


def _for_student(case: CaseResult, language: str) -> str:
    """A hidden check in words that give nothing away; its own message is for the TA."""
    if case.passed is not False:
        return ""
    failed = [check.verdict for check in case.checks if check.verdict.outcome is not Outcome.CORRECT]
    return feedback.student(failed[0], hidden=True, language=language) if failed else translate(AT_GRADING, language)


def _said(result: SubmissionResult, score: float | None, language: str) -> Iterator[str]:
    if score is None:
        yield translate(NO_SCORE, language)
    if result.reason is not None:
        yield reason_in_words(result.reason, language)
    open_ = [question for question in result.questions if question.score is None]
    if open_:
        said = translate(DECIDES, language).format(questions=_listed(open_, language))
        yield said if score is None else f"{said} {translate(WITHOUT, language)}"
    yield from (*result.submission.notes, *result.notes)
    for error in result.cell_errors[:_MOST_ERRORS]:
        what = feedback.error_text(error.raised, language)
        yield translate(STOPPED, language).format(cell=error.cell + 1, error=what)


def _with_notes(tests: list[dict[str, Any]], notes: Sequence[str], *, unseen: bool) -> list[dict[str, Any]]:
    """Notes for instructors as a hidden row, unless that would be the one row that hides a student's total."""
    if not notes or not unseen:
        return tests
    row = {
        "name": "For instructors",
        "output": plain("\n\n".join(notes)),
        "output_format": "text",
        "visibility": NEVER,
    }
    return [row, *tests]


def _listed(questions: Sequence[QuestionResult], language: str) -> str:
    points = number(sum(question.possible for question in questions))
    names = ", ".join(question.name for question in questions)
    return translate(LISTED, language).format(questions=names, points=points)


def _outcomes(question: QuestionResult) -> str:
    if question.score is None:
        return "undecided"
    return "full" if question.score >= question.possible else "partial" if question.score else "none"


def _mistakes(question: QuestionResult) -> list[str]:
    names = (statistics.named(question, check) for check in statistics.checks(question))
    return list(dict.fromkeys(name for name in names if name is not None))
