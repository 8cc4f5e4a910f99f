"""The same in a terminal: the class as a table, one student question by question."""

from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from autograder import feedback
from autograder.model import CaseResult, Check, Outcome, QuestionResult, Reason, Run, SubmissionResult, Trust
from autograder.report.names import display_name
from autograder.report.pages import plain, score_text
from autograder.report.statistics import cells, likely, witness_in_words
from autograder.report.table import total

_STYLES = {"graded": "green", "needs-review": "yellow", "failed": "red"}

WORST = 2
"""Points at which a wrong answer is shown where all questions of a student stand together."""

_SAID = frozenset({"name", "sentence", "what", "asked", "returned", "part"})
"""Details that stand in other lines already."""


def class_table(run: Run, width: int) -> RenderableType:
    """One row per submission, as in ``grades.csv``; no row is folded.

    Args:
        width: of the terminal. Where the points of all questions do not fit, a sign stands for each of them.
    """
    names = [plain(display_name(result)) for result in run.results]
    ids = [plain(", ".join(student.id for student in result.submission.students)) for result in run.results]
    longest = min(NAME, max(map(len, ["name", *names])))
    identity = min(ID, max(map(len, ["id", *ids])))
    fixed = longest + identity + STATUS + SCORE + 8
    points = sum(max(len(name), 4) + 2 for name in run.questions)
    in_full = fixed + points <= width
    table = Table(box=None, pad_edge=False, title=run.facts.assignment, title_justify="left", padding=(0, 2, 0, 0))
    with_ids = fixed + (points if in_full else len(run.questions) + 2) <= width
    if with_ids:
        table.add_column("id", no_wrap=True, max_width=identity)
    table.add_column("name", no_wrap=True, max_width=longest)
    if in_full:
        for column in run.questions:
            table.add_column(column, justify="right", no_wrap=True)
    else:
        table.add_column("by question", no_wrap=True, min_width=len(run.questions))
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("status", no_wrap=True)
    for result, name, own in zip(run.results, names, ids, strict=True):
        scores = {question.name: question.score for question in result.questions}
        marks = [scores.get(question) for question in run.questions]
        cells = (
            [score_text(mark) for mark in marks] if in_full else ["".join(map(_sign, marks, run.questions.values()))]
        )
        status = str(result.status) if result.reason is None else str(result.reason)
        table.add_row(
            *([Text(own)] if with_ids else []),
            Text(name),
            *cells,
            score_text(total(result)),
            Text(status, style=_STYLES[result.status]),
        )
    if in_full:
        return table
    return Group(table, Text(f"\nby question ({', '.join(run.questions)}): {SIGNS}", style="dim"))


NAME, ID, STATUS, SCORE = 24, 12, 14, 6
"""Characters of the class table's columns, at most."""
SIGNS = "+ all points, / some, - none, ? undecided"


def _sign(score: float | None, possible: float) -> str:
    if score is None:
        return "?"
    return "+" if score >= possible else "/" if score > 0 else "-"


def student_view(run: Run, result: SubmissionResult) -> RenderableType:
    """One submission for a TA: per question what was answered, the verdict, the witness and the named mistake."""
    head = f"{run.facts.assignment}: {display_name(result)} ({result.submission.file})"
    of = result.possible if result.final_possible is None else result.final_possible
    lines: list[RenderableType] = [
        Text(plain(head), style="bold"),
        Text(f"{result.status}: {score_text(total(result))} / {score_text(of)}"),
    ]
    if result.message:
        lines.append(_Under("", result.message, 2))
    # before what follows from it: the questions of its cell have no answer, and the cells below may miss its names
    lines += [_Under("", feedback.stopped(e), 2, style="red") for e in result.cell_errors if e.cut_off_after]
    lines += [_Under(f"{change.kind}: ", change.why, 6) for change in result.adjustments]
    for question in result.questions:
        marks = f"{_out_of(question)}"
        lines.append(Text(f"\n{question.name}  {marks}", style="bold"))
        for case in question.cases:
            passed = {True: "passed", False: "not passed", None: "undecided"}[case.passed]
            lines.append(Text(f"  {case.name}{' (hidden)' if case.hidden else ''}: {passed}"))
            for check in case.checks:
                lines.append(_Under("    answer: ", check.answer, 12))
                if check.verdict.outcome is not Outcome.CORRECT:
                    lines.append(_Under("    ", feedback.ta(check.verdict), 6))
                    lines += [_Under("    key idea: ", idea.said, 14) for idea in check.ideas]
                    if check.compared:
                        lines.append(_columns(check, most=WORST, indent=4))
            if case.passed is not True and not case.checks:
                lines.append(_Under("    ", case.message, 6))
    for error in (error for error in result.cell_errors if not error.cut_off_after):
        lines.append(_Under(f"cell {error.cell + 1}: ", feedback.error_text(error.raised, "en"), 6, style="red"))
    return Group(*lines)


def _out_of(part: QuestionResult | CaseResult) -> str:
    return f"{score_text(part.score)} / {score_text(part.possible)}"


class _Under:
    """A student's text whose every further line stands under its first: none of them can pass for a line of ours.

    Args:
        label: before the first line.
        text: of one or many lines; one that is too long for the terminal is broken.
        indent: columns before every further line.
        style: of all of it.
    """

    def __init__(self, label: str, text: str, indent: int, *, style: str = "") -> None:
        self._label, self._indent, self._style = label, " " * indent, style
        self._text = plain(text).rstrip()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(options.max_width - max(len(self._label), len(self._indent)), 20)
        lines = Text(self._text).wrap(console, width, overflow="fold") or [Text("")]
        for number, line in enumerate(lines):
            line.rstrip()
            yield Text(self._indent if number else self._label, style=self._style) + line


def explanation(run: Run, result: SubmissionResult, question: str) -> RenderableType:
    """One question of one submission for a TA: what each check saw, where, at how many points, and why."""
    entry = next((one for one in result.questions if one.name == question), None)
    head = f"{run.facts.assignment} {question}: {display_name(result)}"
    lines: list[RenderableType] = [Text(plain(head), style="bold")]
    if entry is None:
        return Group(*lines, Text(f"not asked: {result.reason}: {plain(result.message)}"))
    lines.append(Text(f"{_out_of(entry)}{f' ({entry.reason})' if entry.reason else ''}"))
    if entry.trust == Trust.STUDENT:
        lines.append(Text("points of this question rest on what the student's own process says (trust: student)"))
    for change in result.adjustments:
        if change.question in (question, None):
            lines.append(Text(plain(f"{change.kind} by {change.who or 'the policy'}: {change.why}")))
    for case in entry.cases:
        passed = {True: "passed", False: "not passed", None: "undecided"}[case.passed]
        title = f"{case.name}{' (hidden)' if case.hidden else ''}: {passed}, {_out_of(case)}"
        lines.append(Text(f"\n{title}", style="bold"))
        if case.outside is not None or case.inside is not None:
            lines += _witnesses(case, result)
        elif not case.checks:
            raised = case.raised
            said = f"{raised.type}: {raised.message}" if raised is not None else case.message
            lines.append(Text(plain(said or "a plain Otter test: no more is known")))
        for check in case.checks:
            table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
            table.add_column(style="bold", no_wrap=True)
            table.add_column(overflow="fold")
            for name, value in _facts(check):
                table.add_row(name, Text(plain(value)))
            lines.append(table)
            if check.compared:
                lines.append(_columns(check))
    return Group(*lines)


def _columns(check: Check, *, most: int | None = None, indent: int = 0) -> Table:
    """The answer beside both references, the worst points first."""
    table = Table(box=None, padding=(0, 2, 0, indent))
    for title in ("at", "answer", "SymPy", "JAX"):
        table.add_column(title, justify="left" if title == "at" else "right", overflow="fold")
    for row in check.compared[:most]:
        table.add_row(*(Text(cell) for cell in cells(row)))
    return table


def _witnesses(case: CaseResult, result: SubmissionResult) -> Iterator[RenderableType]:
    """Both witnesses of a plain case and, where only the inside one says pass, why that may be."""
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    unasked = "not asked: the outside witness was enough" if case.outside is not None else "not asked"
    for name, witness in (("outside", case.outside), ("inside", case.inside)):
        table.add_row(name, Text(plain(witness_in_words(witness) if witness is not None else unasked)))
    for reason in likely(case, result.code):
        table.add_row("likely", Text(plain(reason)))
    if case.message:
        table.add_row("student reads", Text(plain(case.message)))
    yield table


def _facts(check: Check) -> Iterator[tuple[str, str]]:
    """Everything that the verdict carries, in the order in which a person asks for it."""
    verdict = check.verdict
    yield "asked", check.prompt
    yield "answered", check.answer or "nothing"
    if check.ideas:
        yield "key ideas", "; ".join(idea.said for idea in check.ideas)
    yield "outcome", f"{verdict.outcome}{f' ({verdict.certainty})' if verdict.certainty else ''}"
    yield "reason", verdict.reason
    if verdict.witness:
        where = "differs at" if verdict.reason is Reason.DIFFERENT else "at"
        yield where, ", ".join(f"{name} = {value}" for name, value in verdict.witness.items())
    if verdict.actual is not None or verdict.desired is not None:
        yield "answer there", str(verdict.actual)
        yield "reference", str(verdict.desired)
    if verdict.error is not None:
        yield "error", f"{verdict.error:.3g} times the tolerance"
    if verdict.points_tried:
        yield "points", f"{verdict.points_used} used of {verdict.points_tried} tried"
    if verdict.mistakes:
        yield (
            "mistake",
            " or ".join(verdict.mistakes) + (f", which gives {verdict.generated}" if verdict.generated else ""),
        )
    if verdict.credit is not None:
        yield "credit", f"{verdict.credit:.0%} of the points"
    yield from sorted((name, value) for name, value in verdict.details.items() if name not in _SAID)
    if verdict.outcome is not Outcome.CORRECT:
        yield "student reads", feedback.student(verdict)
