"""The same in a terminal: the class as a table, one student question by question."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from autograder import feedback
from autograder.model import Outcome, Run, SubmissionResult
from autograder.report.pages import display_name, shown
from autograder.report.table import total
from autograder.report.typeset import plain

_STYLES = {"graded": "green", "needs-review": "yellow", "failed": "red"}


def class_table(run: Run) -> Table:
    """One row per submission, as in ``grades.csv``."""
    table = Table(title=run.facts.assignment)
    for column in ("id", "name", "status"):
        table.add_column(column, overflow="fold")
    for column in (*run.questions, "score"):
        table.add_column(column, justify="right")
    for result in run.results:
        scores = {question.name: question.score for question in result.questions}
        cells = [*(scores.get(name) for name in run.questions), total(result)]
        status = result.status if result.reason is None else f"{result.status}: {result.reason}"
        table.add_row(
            Text(plain(", ".join(student.id for student in result.submission.students))),
            Text(plain(display_name(result))),
            Text(status, style=_STYLES[result.status]),
            *(shown(cell) for cell in cells),
        )
    return table


def student_view(run: Run, result: SubmissionResult) -> RenderableType:
    """One submission for a TA: per question what was answered, the verdict, the witness and the named mistake."""
    head = f"{run.facts.assignment}: {display_name(result)} ({result.submission.file})"
    of = result.possible if result.final_possible is None else result.final_possible
    lines = [
        Text(plain(head), style="bold"),
        Text(f"{result.status}: {shown(total(result))} / {shown(of)}"),
    ]
    if result.message:
        lines.append(Text(plain(result.message)))
    lines += [Text(f"{change.kind}: {plain(change.why)}") for change in result.adjustments]
    for question in result.questions:
        marks = f"{shown(question.score)} / {shown(question.possible)}"
        lines.append(Text(f"\n{question.name}  {marks}", style="bold"))
        for case in question.cases:
            passed = {True: "passed", False: "not passed", None: "undecided"}[case.passed]
            lines.append(Text(f"  {case.name}{' (hidden)' if case.hidden else ''}: {passed}"))
            for check in case.checks:
                lines.append(Text(f"    answer: {plain(check.answer)}"))
                if check.verdict.outcome is not Outcome.CORRECT:
                    lines.append(Text(f"    {plain(feedback.ta(check.verdict))}"))
            if case.passed is not True and not case.checks:
                lines.append(Text(f"    {plain(case.message)}"))
    for error in result.cell_errors:
        lines.append(Text(plain(f"cell {error.cell + 1}: {error.raised.type}: {error.raised.message}"), style="red"))
    return Group(*lines)
