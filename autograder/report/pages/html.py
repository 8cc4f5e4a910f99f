"""The pages: one per student, one for the class, one for the course. Pure functions from records to HTML text."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from importlib import resources
from types import MappingProxyType, ModuleType
from typing import Any
from urllib.parse import quote

import msgspec
from jinja2 import Environment
from markupsafe import Markup

from autograder.locale import catalogue
from autograder.model import (
    Adjustment,
    CaseResult,
    Check,
    Outcome,
    QuestionResult,
    Reason,
    Record,
    Run,
    SubmissionResult,
    Verdict,
)
from autograder.report.names import display_name, page_name, prompt_of, question_title
from autograder.report.pages import attention, charts, typeset
from autograder.report.pages.templating import environment as templates
from autograder.report.statistics import DEALS, Similar, beside, by_version, course, only_inside, right_for_others
from autograder.report.statistics import assignment as statistics
from autograder.report.table import number, total


class Item(Record, frozen=True, kw_only=True):
    """One test case as its student reads it."""

    title: str
    passed: bool | None
    check: Check | None
    """The answer to show; None where the case above has shown the same."""
    sentences: tuple[str, ...]
    picture: charts.Slopes | None
    recorded: bool = False
    """Only the form was checked: passing says nothing about being right."""
    follows: bool = False
    """It is right for the student's own earlier answer, which is not."""


class QuestionView(Record, frozen=True, kw_only=True):
    """A question as a student's page shows it."""

    result: QuestionResult
    passed: bool | None
    part: bool
    """Some of the points and not all."""
    prompt: str
    items: tuple[Item, ...]
    by_figure: bool
    """Whether it was answered with a figure."""


def score_text(value: float | None) -> str:
    """A score as a person reads it: at most two decimals, a dash where there is none."""
    return "–" if value is None else number(round(value, 2))


def _static(name: str) -> Markup:
    return Markup((resources.files("autograder.report.pages") / "static" / name).read_text(encoding="utf-8"))


@cache
def _environment(language: str) -> Environment:
    environment = templates(language, "autograder.report.pages")
    environment.filters["number"] = score_text
    environment.globals.update(
        language=language,
        static=cache(_static),
        plain=typeset.plain,
        formula=typeset.formula,
        code=typeset.code,
        figure_in_words=lambda answer: typeset.figure_in_words(answer, language),
        prose=typeset.prose,
        prose_line=typeset.prose_line,
        reason=lambda code: reason_in_words(code, language),
        title=lambda mistake: _feedback().title(mistake, language),
        error_text=lambda raised: _feedback().error_text(raised, language),
    )
    return environment


# The named reasons that a person meets, in words.
N_ = str  # marks a sentence for translation where it is not yet translated
_LOOK = N_("This could not be graded automatically. A person will look at it.")
_REASONS = {
    "undecided": N_(
        "Whether one of your answers is right could not be decided automatically. A person will look at it."
    ),
    "only-inside": N_(
        "A check of one of your answers passes in your notebook as it runs, but not on copies of your answers. That "
        "can happen with right answers. A person will look at it."
    ),
    "no-id": N_("The notebook does not say whose it is, so your numbers are not known. A person will look at it."),
    "other-numbers": N_("The numbers in this notebook are not those of who handed it in. A person will look at it."),
    "timeout": N_("The notebook ran longer than is allowed and was stopped. What was checked before that counts."),
    "memory": N_(
        "The notebook needed more memory than is allowed and was stopped. What was checked before that counts."
    ),
    "output": N_("The notebook printed more than is allowed and was stopped. What was checked before that counts."),
    "processes": N_("The notebook started more processes than are allowed and was stopped."),
    "crashed": N_("The notebook's Python process ended before the notebook did. What was checked before that counts."),
    "not-a-notebook": N_("The file is not a Jupyter notebook that can be read."),
    "truncated": N_("The file ends in the middle: the upload was cut off. Hand it in again."),
    "empty": N_("The file is empty. Save the notebook and hand it in again."),
    "no-code": N_("The notebook has no code in it. Was the right file saved and handed in?"),
    "other-assignment": N_("The notebook belongs to another assignment. Hand in the one for this assignment."),
    "not-python": N_("The notebook is not for Python."),
    "too-large": N_("The file is too large. Clear the notebook's outputs and hand it in again."),
}


_AGAIN = frozenset({"truncated", "empty", "no-code", "not-a-notebook", "other-assignment", "not-python", "too-large"})
"""Reasons for which the student hands in again before anybody can look."""


def reason_in_words(code: str, language: str = "en") -> str:
    """What a student reads in place of a named reason; for one that says nothing to a student, that a person looks."""
    return catalogue(language).gettext(_REASONS.get(code, _LOOK))


def _item(
    case: CaseResult, title: str, seen: set[str], language: str, *, answered: bool, wrote: Callable[[str], bool]
) -> Item:
    """``seen`` holds the answers and sentences that this question has on the page already.

    Of a hidden case no picture is shown, and beyond the question's first answer only what the student wrote in so many
    characters: the function that it asks about, its region and what it computes from the student's names are the
    test's own.

    Args:
        wrote: whether a text stands in the student's own code.
    """
    failed = [check for check in case.checks if check.verdict.outcome is not Outcome.CORRECT]
    check = next(iter(failed or case.checks), None)
    sentences: list[str] = []
    if case.passed is False and check is not None:
        sentences = _sentences_of(check.verdict, language, hidden=False)
        if case.hidden and not seen.issuperset(sentences):
            sentences = _sentences_of(check.verdict, language, hidden=True)
    elif case.passed is False and not case.hidden and case.message:
        sentences = [case.message]
    elif case.passed is False:
        sentences = [catalogue(language).gettext("A check that runs only at grading did not pass.")]
    sentences = [line for line in dict.fromkeys(sentences) if line not in seen]
    seen.update(sentences)
    drawn = check is not None and check.points and not case.hidden
    picture = charts.slopes(check.points) if check is not None and drawn else None
    if check is not None and (check.answer in seen or (case.hidden and answered and not wrote(check.answer))):
        check, picture = None, None
    elif check is not None:
        seen.add(check.answer)
    recorded = bool(case.checks) and all(check.verdict.reason is Reason.RECORDED for check in case.checks)
    return Item(
        title=title,
        passed=case.passed,
        check=check,
        sentences=tuple(sentences),
        picture=picture,
        recorded=recorded,
        follows=bool(failed) and all("carried" in each.verdict.details for each in failed),
    )


def _feedback() -> ModuleType:
    """Imported when a page has a verdict to word: it brings SymPy, and plain Otter tests have no verdicts."""
    from autograder import feedback

    return feedback


def _sentences_of(verdict: Verdict, language: str, *, hidden: bool) -> list[str]:
    texts = [
        _feedback().student(verdict, level=level, language=language, hidden=hidden, graded=True) for level in (1, 2)
    ]
    return [line for text in texts for line in typeset.lines_of(text)]


def _view(question: QuestionResult, prompt: str, language: str, code: str) -> QuestionView:
    words = catalogue(language)
    seen: set[str] = set()
    items: list[Item] = []

    def wrote(answer: str) -> bool:
        # as a word of its own: "D" is no answer because it stands in "DataFrame"
        return bool(answer) and re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", code) is not None

    for position, case in enumerate(question.cases, 1):
        where = words.gettext("check at grading") if case.hidden else words.gettext("check in the notebook")
        answered = any(item.check is not None for item in items)
        item = _item(case, f"{position}. {where}", seen, language, answered=answered, wrote=wrote)
        if question.reason == "no-id":  # nobody knows which answer is right: no check has found one wrong
            item = msgspec.structs.replace(item, passed=None, sentences=() if case.hidden else item.sentences)
        items.append(item)
    passed = None if question.score is None else question.score >= question.possible
    part = question.score is not None and 0 < question.score < question.possible
    by_figure = any(check.answer_kind == "figure" for case in question.cases for check in case.checks)
    return QuestionView(
        result=question, passed=passed, part=part, prompt=prompt, items=tuple(items), by_figure=by_figure
    )


def student_page(
    run: Run,
    result: SubmissionResult,
    *,
    language: str = "en",
    figures: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> str:
    """One student's page: self-contained HTML that makes no request and holds nothing hidden.

    Args:
        run: for the assignment's name, its prompts and the run's facts; no other student's data is used.
        result: the submission.
        language: ``en`` or ``de``.
        figures: question → ``data:`` addresses of the figures that the student's notebook holds.
    """
    code = "\n".join(result.code)
    views = [_view(q, prompt_of(run, result, q.name), language, code) for q in result.questions]
    return (
        _environment(language)
        .get_template("student.html.j2")
        .render(
            run=run,
            result=result,
            name=display_name(result),
            final=total(result),
            questions=views,
            # what is not right comes first: the page of a long assignment is several screens
            ordered=sorted(views, key=lambda view: view.passed is True),
            again=result.reason in _AGAIN,
            figures=figures,
        )
    )


def undrawn_page(run: Run, result: SubmissionResult | None = None, *, language: str = "en") -> str:
    """What stands in the place of a page that could not be drawn: who, which assignment, the score. None: the class."""
    lines = []
    if result is not None:
        of = result.possible if result.final_possible is None else result.final_possible
        lines = [typeset.plain(display_name(result)), f"{score_text(total(result))} / {score_text(of)}"]
    return (
        _environment(language)
        .get_template("undrawn.html.j2")
        .render(title=run.facts.assignment, lines=lines, everybody=result is None)
    )


def class_page(run: Run, *, similar: Sequence[Similar] = (), language: str = "en") -> str:
    """The class's page: numbers, what needs a person, every student with a link, the similar pairs that are given."""
    numbers = statistics.of_class(run)
    words = catalogue(language)
    labels = [f"{10 * i}–{10 * (i + 1)}" for i in range(statistics.BINS)]
    parts = ", ".join(f"{label} %: {count}" for label, count in zip(labels, numbers.histogram, strict=True) if count)
    return (
        _environment(language)
        .get_template("class.html.j2")
        .render(
            **{"class": numbers},
            run=run,
            attention=attention.tasks(run),
            at_once=attention.at_once(run),
            open_cases=only_inside.open_cases(run),
            resting=only_inside.resting(run),
            ruling=partial(only_inside.ruling, run.facts.folder),
            titles={name: question_title(text) for name, text in run.prompts.items()},
            sections=any(result.submission.section for result in run.results),
            bars=charts.bars(numbers.histogram, [str(10 * i) for i in range(statistics.BINS)]),
            histogram_text=words.gettext("Submissions by share of the points: %s") % (parts or "–"),
            students=list(_rows(run, words.gettext)),
            changed=any(_own_changes(result) for result in run.results),
            beside=beside.beside(run),
            by_version=by_version(run),
            deals=DEALS,
            right_for_others=right_for_others(run),
            similar=similar,
            names={result.submission.key: display_name(result) for result in run.results},
            links={result.submission.key: page_name(result) for result in run.results},
        )
    )


def _own_changes(result: SubmissionResult) -> list[Adjustment]:
    """What changed this score and not everybody's."""
    return [change for change in result.adjustments if change.why and change.kind not in ("scaling", "rounding")]


def _rows(run: Run, say: Callable[[str], str]) -> Iterator[dict[str, Any]]:
    """Everybody whose work came or should have come: graded or not, refused, missing."""
    for result in run.results:
        scores: Mapping[str, float | None] = {question.name: question.score for question in result.questions}
        status = [result.status if result.reason is None else f"{result.status}: {result.reason}"]
        status += [say(N_("late"))] if result.submission.late else []
        yield {
            "name": display_name(result),
            "id": ", ".join(student.id for student in result.submission.students),
            "section": result.submission.section,
            "status": ", ".join(status),
            "cells": [total(result), *(scores.get(name) for name in run.questions)],
            "changes": "; ".join(change.why for change in _own_changes(result)),
            "link": page_name(result),
        }
    nothing = {"section": "", "cells": [None] * (len(run.questions) + 1), "changes": "", "link": None}
    for item in run.refused:
        for student in item.students:
            status_text = f"failed: {item.reason}"
            yield {"name": student.name or student.id, "id": student.id, "status": status_text, **nothing}
    for student in run.missing:
        yield {"name": student.name or student.id, "id": student.id, "status": say(N_("nothing handed in")), **nothing}
    for student in run.doubtful:
        status_text = say(N_("nothing under this name"))
        yield {"name": student.name or student.id, "id": student.id, "status": status_text, **nothing}


def course_page(runs: Sequence[Run], *, homes: Sequence[str] = (), language: str = "en") -> str:
    """Several assignments together: students over time and the mistakes that persist.

    Args:
        runs: one an assignment, in the order of the course.
        homes: each run's folder as seen from the page's own, for links; without them nothing is linked.
        language: ``en`` or ``de``.
    """
    rows = course.students(runs)
    # a folder's name may hold what means something in an address
    near: list[str | None] = [quote(home) for home in homes] or [None for _ in runs]
    return (
        _environment(language)
        .get_template("course.html.j2")
        .render(
            assignments=[
                (run.facts.assignment, None if home is None else f"{home}/report.html")
                for run, home in zip(runs, near, strict=True)
            ],
            students=[
                (
                    row,
                    [
                        (run.facts.assignment, score, None if home is None or page is None else f"{home}/{page}")
                        for run, score, page, home in zip(runs, row.scores, row.pages, near, strict=True)
                    ],
                )
                for row in rows
            ],
            persistent=course.persistent(rows),
        )
    )
