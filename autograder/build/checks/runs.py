"""The solution and the untouched notebook as submissions: the one gets all points, the other none."""

import atexit
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import msgspec
import nbformat

from autograder.build.assemble import autograder_zip, solution_notebook, student_notebook
from autograder.build.checks.finding import Finding
from autograder.build.course import source_notebook
from autograder.build.init import signed
from autograder.build.source import Source, SourceQuestion, read_notebook, read_source_of, test_functions
from autograder.build.versions import depending, pool_of, somebody
from autograder.errors import SandboxError
from autograder.model import (
    CaseResult,
    CellError,
    Outcome,
    QuestionResult,
    Reason,
    Status,
    Submission,
    SubmissionResult,
)

if TYPE_CHECKING:
    from autograder.sandbox import Measured, Sandbox
    from autograder.versions import Pool

__all__ = ["graded", "run_findings", "unsolved_versions", "waits_for_a_person", "why_failed"]

_SAME = "the same for everybody"
_WORTH_COMPILING = 8
"""Runs of a notebook for which one more pays that keeps what it compiles."""


def run_findings(root: Path, name: str, source: Source) -> tuple[SubmissionResult, list[Finding]]:
    """What the solution came to, and what is wrong with the two."""
    solution, student = solution_notebook(root, name), student_notebook(root, name)
    solved, blank = graded(root, name, solution, student)
    for result, title in ((solved, "solution"), (blank, "untouched notebook")):
        if result.status is Status.FAILED:
            failed = Finding(
                code="B10",
                message=f"The {title} cannot be graded: {result.message or result.reason}.",
                fix="Run it in Jupyter from top to bottom first.",
            )
            return solved, [failed]
    findings = [_raising(error, solution, source, "solution", "It must run through.") for error in solved.cell_errors]
    told = {error.cell for error in solved.cell_errors}
    depends = "Whoever leaves answers out meets it; let what students are given not depend on their answers."
    findings += [
        msgspec.structs.replace(_raising(error, student, source, "untouched notebook", depends), error=False)
        for error in blank.cell_errors
        if error.cell not in told
    ]
    questions = {question.name: question for question in source.questions}
    stopped = {finding.question for finding in findings if finding.error}
    for question in solved.questions:
        if question.name not in stopped:  # else what its tests say follows from that
            findings += _of_solution(question, questions[question.name])
    for question in blank.questions:
        if question.score != 0:
            findings.append(_of_blank(question, questions[question.name]))
    return solved, findings


def _raising(error: CellError, notebook: Path, source: Source, title: str, fix: str) -> Finding:
    built = read_notebook(notebook).cells[error.cell]
    at = next((cell for cell in source.cells if cell.id and cell.id == built.get("id")), None)
    question = next((each.name for each in source.questions if at in each.answers), None)
    line = error.raised.source or next((line for line in built.source.split("\n") if line.strip()), "")
    first = error.raised.message.partition("\n")[0]
    where = "" if at else f" (cell {error.cell + 1} as it is built)"
    return Finding(
        code="B11",
        question=question,
        cell=at.index if at else None,
        message=f"In the {title}{where} `{line.strip()}` raises {error.raised.type}: {first}.",
        fix=fix,
    )


def _of_solution(result: QuestionResult, question: SourceQuestion) -> Iterator[Finding]:
    for case, cell in zip(result.cases, question.tests, strict=False):
        if case.passed and case.possible and _only_form(case):
            yield Finding(
                code="B14",
                question=question.name,
                cell=cell.index,
                message=f"{_title(question, case)} looks at the form of the answer only and earns {case.possible:g} "
                "points.",
                fix="Give it `points: 0` in its # BEGIN TEST CONFIG; the hidden test has the points.",
            )
    if result.score == result.possible or waits_for_a_person(result):
        return
    score = "no score" if result.score is None else f"{result.score:g}"
    failed = [
        (case, cell)
        for case, cell in zip(result.cases, question.tests, strict=False)
        if not (case.passed and case.score == case.possible)
    ]
    if not failed:
        yield Finding(
            code="B12",
            question=question.name,
            cell=question.begin.index,
            message=f"The solution gets {score} of {result.possible:g}: {result.reason or 'it was not graded'}.",
            fix="Mend the solution or the test.",
        )
    for case, cell in failed:
        if case.raised is not None and not case.checks and case.raised.type != "AssertionError":
            fix = "Mend the test: it must not stop on a right answer."
        else:
            fix = "Mend the solution or the test."
        yield Finding(
            code="B12",
            question=question.name,
            cell=cell.index,
            message=f"The solution gets {score} of {result.possible:g}; {_title(question, case)}: {why_failed(case)}.",
            fix=fix,
        )


def _of_blank(result: QuestionResult, question: SourceQuestion) -> Finding:
    passing = [index for index, case in enumerate(result.cases) if case.score > 0]
    titles = ", ".join(_title(question, result.cases[index]) for index in passing)
    passes = f": {titles} pass{'es' if len(passing) == 1 else ''} without an answer" if passing else ""
    place = question.tests[passing[0]] if passing and passing[0] < len(question.tests) else question.begin
    score = "no score" if result.score is None else f"{result.score:g}"
    return Finding(
        code="B13",
        question=question.name,
        cell=place.index,
        message=f"The untouched notebook gets {score} of {result.possible:g}{passes}.",
        fix="A test has to fail then: let it call `.check(…)` with the name it asks for, and mark all of the solution.",
    )


def _title(question: SourceQuestion, case: CaseResult) -> str:
    """The name of the function that a test case runs; Otter counts the cases of a question."""
    number = case.name.rpartition(" ")[2]
    cell = question.tests[int(number) - 1] if number.isdigit() and int(number) <= len(question.tests) else None
    functions = test_functions(cell) if cell else []
    return functions[0].name if functions else case.name


def why_failed(case: CaseResult) -> str:
    """Why a case failed, in the words for who knows the answer."""
    from autograder import feedback

    wrong = [check for check in case.checks if check.verdict.outcome is not Outcome.CORRECT]
    if wrong:
        text = feedback.ta(wrong[-1].verdict)
    elif case.raised is not None:
        text = f"{case.raised.type}: {case.raised.message}" if case.raised.message else case.raised.type
    else:
        text = case.message
    text = re.sub(r"-?\d+\.\d{7,}(?:e[-+]?\d+)?", lambda number: f"{float(number[0]):.6g}", text)
    return " ".join(text.split()).rstrip(".")


def _only_form(case: CaseResult) -> bool:
    return bool(case.checks) and all(check.verdict.reason is Reason.RECORDED for check in case.checks)


def waits_for_a_person(question: QuestionResult) -> bool:
    """Whether all that is open is a text, which somebody has to read: the solution cannot get points for it."""
    return all(
        case.score == case.possible
        if case.passed is not None
        else any(check.verdict.reason is Reason.BY_HAND for check in case.checks)
        for case in question.cases
    )


def unsolved_versions(
    root: Path, name: str, source: Source, pool: "Pool", among: Collection[int] | None = None
) -> dict[int, str]:
    """Versions in which the solution does not get all points or does not run through: number from 0 → where and why.

    What does not depend on the numbers is asked in the first of them alone.

    Args:
        root: the course.
        name: the assignment's.
        source: as it was read.
        pool: the versions.
        among: those that are new, where the others were looked at.
    """
    solution = solution_notebook(root, name)
    asked = depending(source, pool.names)
    skip = {question.name: _SAME for question in source.questions if question.name not in asked}
    numbers = sorted({0, *(range(len(pool.versions)) if among is None else among)})
    people = somebody(pool)
    students = [people[number] for number in numbers]
    results = graded(root, name, *[solution] * len(numbers), students=students, skip=skip)
    found: dict[int, str] = {}
    for number, result in zip(numbers, results, strict=True):
        for error in result.cell_errors:
            said = _raising(error, solution, source, "solution", "")
            found.setdefault(number, f"{said.question or f'cell {said.cell}'}: {said.message.rstrip('.')}")
        for question in result.questions:
            if question.reason != _SAME and question.score != question.possible and not waits_for_a_person(question):
                found.setdefault(number, f"{question.name}: the solution does not get all points")
    return found


def graded(
    root: Path,
    name: str,
    *notebooks: Path,
    students: Sequence[str] = (),
    skip: Mapping[str, str] | None = None,
) -> list[SubmissionResult]:
    """Grade notebooks of the author's own, the solution first, as if students had handed them in.

    Args:
        root: the course.
        name: the assignment's.
        notebooks: files.
        students: whose each is, where everybody has other numbers; default: all of them somebody's with the first.
        skip: question → reason, for those that are asked of the solution alone.
    """
    pool = pool_of(source_notebook(root, name), read_source_of(root, name))
    if pool is None:
        return _graded(root, name, notebooks, skip)
    students = students or somebody(pool)[:1] * len(notebooks)
    with TemporaryDirectory(prefix="autograder-signed-") as folder:
        files = []
        for number, (path, student) in enumerate(zip(notebooks, students, strict=True)):
            files.append(Path(folder) / f"{number}-{path.name}")
            nbformat.write(signed(read_notebook(path), student), files[-1])
        return _graded(root, name, files, skip)


def _graded(root: Path, name: str, notebooks: Sequence[Path], skip: Mapping[str, str] | None) -> list[SubmissionResult]:
    from autograder.grading import HARMLESS, grade, keep_compiled
    from autograder.otter import load
    from autograder.witnesses import decide

    zipped = autograder_zip(root, name)
    assignment = load(zipped)
    submissions = [Submission(key=path.stem, students=(), file=f"{name}.ipynb", path=str(path)) for path in notebooks]
    sandbox, compiled = _sandbox()
    measured = len(sandbox.measured)
    sandbox.measure = True
    results = [grade(submissions[0], assignment, sandbox)]
    sandbox.measure = False
    solution = notebooks[0].read_bytes()
    if len(notebooks) >= _WORTH_COMPILING and b"jax" in solution:
        with suppress(*HARMLESS):
            keep_compiled(compiled, solution, assignment, sandbox)
    results += [grade(submission, assignment, sandbox, skip=skip) for submission in submissions[1:]]
    for entry in compiled.iterdir():  # what the next solution takes is measured with nothing compiled
        entry.unlink()
    if results[0].status is Status.GRADED:
        _keep_usual(zipped, read_notebook(notebooks[0]), sandbox.measured[measured])
    return decide(results, results[0])


@cache
def _sandbox() -> tuple["Sandbox", Path]:
    """One for whatever this process grades, and the folder of what JAX finds compiled in it.

    A build runs the notebooks of an assignment two or three times over, and to start a jail takes longer than most.
    """
    from autograder.sandbox import open_sandbox

    compiled = TemporaryDirectory(prefix="autograder-compiled-")
    atexit.register(compiled.cleanup)
    try:
        sandbox = open_sandbox("bwrap", warm=compiled.name)
    except SandboxError:
        # The author's own code: without a jail it is as safe here as in the author's Jupyter.
        sandbox = open_sandbox("none", warm=compiled.name)
    atexit.register(sandbox.close)
    return sandbox, Path(compiled.name)


def _keep_usual(archive: Path, solution: nbformat.NotebookNode, run: "Measured") -> None:
    """Put what the solution's cells and calls took into the zip: what students' may take follows from it."""
    from autograder.otter import by_id, keep_times

    ids = {place: cell.get("id") for place, cell in enumerate(solution.cells)}
    keep_times(archive, by_id(ids, run.cells), run.calls)
