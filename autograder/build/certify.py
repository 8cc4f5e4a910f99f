"""Whether an assignment may be handed out: its references agree, its solution passes, its blank fails."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

from autograder.build.assemble import assemble, autograder_zip, solution_notebook, student_notebook
from autograder.build.findings import Finding, leak_findings, read_findings
from autograder.build.source import Cell, Source, SourceQuestion, read_source_of
from autograder.errors import AuthorError, SandboxError
from autograder.model import CaseResult, QuestionResult, Reason, Status, Submission, SubmissionResult

ASKED = "__asked__"
"""Stands in a rewritten test for the list that its questions go into; no author writes such a name."""


def certify(root: Path, name: str) -> list[Finding]:
    """Everything that an author should know about the assignment ``name`` before students get it.

    Reads the source; if nothing is wrong there, builds it, holds every question's references against each other, and
    runs the solution and the untouched notebook as submissions.

    Raises:
        UsageError: there is no such assignment.
        AuthorError: the source cannot be read, or Otter Assign refuses it.
    """
    source = read_source_of(root, name)
    findings = list(read_findings(source))
    if any(finding.error for finding in findings):
        return findings
    assemble(root, name)
    findings += leak_findings(source, nbformat.read(student_notebook(root, name), as_version=4))
    for question in source.questions:
        findings += _references(question)
    findings += _runs(root, name, source)
    return findings


def questions_of(cell: Cell) -> list[Any]:
    """The question objects that a test cell checks answers with, made but not asked.

    Every ``something.check(answer)`` in the test is replaced by one that notes ``something``, and the test is run
    without answers.

    Raises:
        AuthorError: a question of the test cannot be made.
    """
    module = _Noting().visit(ast.parse(cell.text))
    asked: list[Any] = []
    names: dict[str, Any] = {ASKED: asked}
    exec(compile(ast.fix_missing_locations(module), f"cell {cell.index}", "exec"), names)
    for name, value in list(names.items()):
        if name.startswith("test") and callable(value):
            parameters = value.__code__.co_varnames[: value.__code__.co_argcount]
            try:
                value(*(None for _ in parameters))
            except AuthorError:
                raise
            except Exception:  # the test does something of its own with the answer, which is not there
                continue
    return asked


class _Noting(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "check":
            noting = ast.Attribute(value=ast.Name(id=ASKED, ctx=ast.Load()), attr="append", ctx=ast.Load())
            return ast.Call(func=noting, args=[node.func.value], keywords=[])
        return node


def _references(question: SourceQuestion) -> Iterator[Finding]:
    for cell in question.tests:
        try:
            for asked in questions_of(cell):
                certified = getattr(asked, "certify", None)
                if certified is not None:
                    certified()
                yield from _mistakes(asked, question.name, cell.index)
        except AuthorError as error:
            yield Finding(
                code="R01",
                question=question.name,
                cell=cell.index,
                message=f"{error}.",
                fix="Change the function, its domain or the seed.",
            )


def _mistakes(asked: Any, name: str, cell: int) -> Iterator[Finding]:
    """What the catalogue says about the mistakes that a question gives credit for, and about its hints."""
    from autograder import mistakes

    for found in mistakes.certify(asked, name=name):
        yield Finding(code=found.code, question=name, cell=cell, message=found.message, fix=found.fix)


def _runs(root: Path, name: str, source: Source) -> Iterator[Finding]:
    solved, blank = graded(root, name, solution_notebook(root, name), student_notebook(root, name))
    answers = {question.name: question.begin.index for question in source.questions}
    for result, title in ((solved, "solution"), (blank, "untouched notebook")):
        if result.status is Status.FAILED:
            yield Finding(
                code="B10",
                message=f"The {title} cannot be graded: {result.message or result.reason}.",
                fix="Run it in Jupyter from top to bottom first.",
            )
            return
        for error in result.cell_errors:
            raised = f"{error.raised.type}: {error.raised.message.splitlines()[0] if error.raised.message else ''}"
            yield Finding(
                code="B11",
                message=f"Cell {error.cell + 1} of the {title} raises {raised}.",
                fix="Cells that students are given must not depend on their answers; the solution must run through.",
            )
    for question in solved.questions:
        for case in question.cases:
            if case.passed and case.possible and _only_form(case):
                yield Finding(
                    code="B14",
                    question=question.name,
                    cell=answers.get(question.name),
                    message=f"{case.name} looks at the form of the answer only and earns {case.possible:g} points.",
                    fix="Give it `points: 0` in its # BEGIN TEST CONFIG; the hidden test has the points.",
                )
        if question.score != question.possible and not _waits_for_a_person(question):
            said = next((case.message for case in question.cases if not case.passed), question.reason or "")
            yield Finding(
                code="B12",
                question=question.name,
                cell=answers.get(question.name),
                message=f"The solution gets {question.score} of {question.possible:g}: {' '.join(said.split())}",
                fix="Mend the solution or the test.",
            )
    for question in blank.questions:
        if question.score != 0:
            yield Finding(
                code="B13",
                question=question.name,
                cell=answers.get(question.name),
                message=f"The untouched notebook gets {question.score} of {question.possible:g}.",
                fix="The test passes without an answer: check the name it asks for.",
            )


def _only_form(case: CaseResult) -> bool:
    return bool(case.checks) and all(check.verdict.reason is Reason.RECORDED for check in case.checks)


def _waits_for_a_person(question: QuestionResult) -> bool:
    """Whether all that is open is a text, which somebody has to read: the solution cannot get points for it."""
    return all(
        case.score == case.possible
        if case.passed is not None
        else any(check.verdict.reason is Reason.BY_HAND for check in case.checks)
        for case in question.cases
    )


def graded(root: Path, name: str, *notebooks: Path) -> list[SubmissionResult]:
    """Grade notebooks of the author's own as if students had handed them in."""
    from autograder.grading import grade
    from autograder.otter import load
    from autograder.sandbox import open_sandbox

    assignment = load(autograder_zip(root, name))
    submissions = [Submission(key=path.stem, students=(), file=f"{name}.ipynb", path=str(path)) for path in notebooks]
    try:
        sandbox = open_sandbox("bwrap")
    except SandboxError:
        # The author's own code: without a jail it is as safe here as in the author's Jupyter.
        sandbox = open_sandbox("none")
    with sandbox:
        return [grade(submission, assignment, sandbox) for submission in submissions]
