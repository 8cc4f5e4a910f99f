"""The solution and the untouched notebook as submissions: the one gets all points, the other none."""

import atexit
import copy
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache, lru_cache
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
from autograder.build.versions import depending, pool_of, somebody, unneeded
from autograder.errors import SandboxError
from autograder.model import (
    CaseResult,
    CellError,
    Outcome,
    QuestionResult,
    Reason,
    Record,
    Status,
    Submission,
    SubmissionResult,
)

if TYPE_CHECKING:
    from autograder.otter import Assignment
    from autograder.sandbox import Sandbox
    from autograder.versions import Pool

__all__ = ["grade_there", "graded", "run_findings", "unsolved_versions", "waits_for_a_person", "why_failed"]

_SAME = "the same for everybody"
_WORTH_A_START = 16
"""Runs of a notebook for which another process pays, with a jail of its own."""
_MEMORY_MB = 2_048.0
"""What such a process and its jail may take together."""


def run_findings(
    root: Path, name: str, source: Source, solved: SubmissionResult | None = None
) -> tuple[SubmissionResult, list[Finding]]:
    """What the solution came to, and what is wrong with the two.

    Args:
        root: the course.
        name: the assignment's.
        source: with the numbers of the first version.
        solved: what the solution came to, where it has run already.
    """
    solution, student = solution_notebook(root, name), student_notebook(root, name)
    solved, blank = graded(root, name, solution, student, solved=solved)
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
    root: Path, name: str, source: Source, pool: "Pool", solved: SubmissionResult, among: Collection[int] | None = None
) -> dict[int, str]:
    """Versions in which the solution does not get all points or does not run through: number from 0 → where and why.

    In all but the first only what depends on the numbers is asked, and only those cells run that they change or that it
    needs. A version that fails so is run as a whole before it is refused.

    Args:
        root: the course.
        name: the assignment's.
        source: as it was read.
        pool: the versions.
        solved: what the solution came to in the first of them.
        among: those that are new, where the others were looked at.
    """
    path = solution_notebook(root, name)
    solution = read_notebook(path)
    asked = depending(source, pool.names)
    skip = {question.name: _SAME for question in source.questions if question.name not in asked}
    checks = "\n".join(cell.source for cell in solution.cells if ".check(" in cell.source)
    checked = {name for name in asked if re.search(rf"""["']{re.escape(name)}["']""", checks)}
    ids = unneeded(source, pool.names, asked, checked)
    out = {place for place, cell in enumerate(solution.cells) if cell.get("id") in ids}
    people = somebody(pool)

    def why(result: SubmissionResult) -> str:
        for error in result.cell_errors:
            if error.cell not in out:  # what is left out is the same in all of them
                said = _raising(error, path, source, "solution", "")
                return f"{said.question or f'cell {said.cell}'}: {said.message.rstrip('.')}"
        for question in result.questions:
            if question.name in asked and question.score != question.possible and not waits_for_a_person(question):
                return f"{question.name}: the solution does not get all points"
        return ""

    def failing(versions: Sequence[int], notebook: nbformat.NotebookNode) -> dict[int, str]:
        with TemporaryDirectory(prefix="autograder-versions-") as folder:
            file = Path(folder) / path.name
            nbformat.write(notebook, file)
            students = [people[number] for number in (0, *versions)]
            results = graded(root, name, *[file] * len(students), students=students, skip=skip, solved=solved)
        return {number: told for number, each in zip(versions, results[1:], strict=True) if (told := why(each))}

    lean = copy.deepcopy(solution)
    for place in out:
        lean.cells[place].metadata["tags"] = ["skip-execution"]
    found = failing(sorted({*(range(len(people)) if among is None else among)} - {0}), lean)
    if found and out:
        found = failing([*found], solution)
    return ({0: told} if (told := why(solved)) else {}) | found


def graded(
    root: Path,
    name: str,
    *notebooks: Path,
    students: Sequence[str] = (),
    skip: Mapping[str, str] | None = None,
    solved: SubmissionResult | None = None,
) -> list[SubmissionResult]:
    """Grade notebooks of the author's own, the solution first, as if students had handed them in.

    Args:
        root: the course.
        name: the assignment's.
        notebooks: files.
        students: whose each is, where everybody has other numbers; default: all of them somebody's with the first.
        skip: question → reason, for those that are asked of the solution alone.
        solved: what the solution came to, where it has run already.
    """
    pool = pool_of(source_notebook(root, name), read_source_of(root, name))
    if pool is None:
        return _graded(root, name, notebooks, skip, solved)
    students = students or somebody(pool)[:1] * len(notebooks)
    read = {path: read_notebook(path) for path in {*notebooks}}
    with TemporaryDirectory(prefix="autograder-signed-") as folder:
        files = []
        for number, (path, student) in enumerate(zip(notebooks, students, strict=True)):
            files.append(Path(folder) / f"{number}-{path.name}")
            files[-1].write_text(json.dumps(signed(read[path], student)), encoding="utf-8")
        return _graded(root, name, files, skip, solved)


def _graded(
    root: Path, name: str, notebooks: Sequence[Path], skip: Mapping[str, str] | None, solved: SubmissionResult | None
) -> list[SubmissionResult]:
    from autograder.witnesses import decide

    zipped = autograder_zip(root, name)
    submissions = [Submission(key=path.stem, students=(), file=f"{name}.ipynb", path=str(path)) for path in notebooks]
    sandbox, compiled = _sandbox()
    if solved is None:
        solved = _measured(zipped, submissions[0], sandbox, compiled)
    work = _Work(zipped=str(zipped), compiled=str(compiled), sandbox=sandbox.name, skip=dict(skip or {}))
    return decide([solved, *_grade_all(work, submissions[1:], sandbox)], solved)


def _measured(zipped: Path, submission: Submission, sandbox: "Sandbox", compiled: Path) -> SubmissionResult:
    """Grade the solution; keep what it took in the zip, and for the notebooks after it what it has compiled."""
    from autograder.grading import HARMLESS, grade, keep_compiled, times_of
    from autograder.otter import keep_times, load

    assignment, solution = load(zipped), Path(submission.path).read_bytes()
    for entry in compiled.iterdir():  # it is measured with nothing compiled
        entry.unlink()
    before, result = len(sandbox.measured), None
    sandbox.measure = True
    try:
        if b"jax" in solution:
            with suppress(*HARMLESS):
                result = keep_compiled(compiled, solution, assignment, sandbox)
        if result is None:
            before = len(sandbox.measured)
            result = grade(submission, assignment, sandbox)
    finally:
        sandbox.measure = False
    if result.status is not Status.FAILED:  # with a text that a person reads it waits for one
        # what students' cells and calls may take follows from it
        keep_times(zipped, *times_of(solution, result, sandbox.measured[before]))
    return msgspec.structs.replace(result, submission=submission)


class _Work(Record, frozen=True, kw_only=True):
    """What is the same for all notebooks that are graded together."""

    zipped: str
    compiled: str
    """The folder of what JAX finds compiled."""
    sandbox: str
    """``bwrap`` or ``none``."""
    skip: dict[str, str]


def _grade_all(work: _Work, submissions: Sequence[Submission], sandbox: "Sandbox") -> list[SubmissionResult]:
    """Grade notebooks on every core, each process with a jail of its own; a few are not worth a start."""
    from autograder.batch import Workers, default_jobs

    others = default_jobs(memory_mb=_MEMORY_MB) - 1 if len(submissions) >= _WORTH_A_START else 0
    if not others:
        return [_grade(work, each, sandbox) for each in submissions]
    workers = Workers(others)
    try:
        said = msgspec.msgpack.encode(work)
        coming = [workers.submit(grade_there, said, msgspec.msgpack.encode(each)) for each in submissions]
        # this process and its jail are warm already: they take what nobody has begun
        own = {
            place: _grade(work, submissions[place], sandbox)
            for place in reversed(range(len(submissions)))
            if coming[place].cancel()
        }
        for place, each in enumerate(coming):
            if place not in own and each.exception() is None:
                own[place] = msgspec.json.decode(each.result(), type=SubmissionResult)
        # what went wrong over there is tried here, where it says what it is
        return [own.get(place) or _grade(work, each, sandbox) for place, each in enumerate(submissions)]
    finally:
        workers.kill()


def grade_there(work: bytes, submission: bytes) -> bytes:
    """Grade a notebook in a process of its own: :class:`_Work` and a submission as MessagePack, the result as JSON."""
    common = msgspec.msgpack.decode(work, type=_Work)
    sandbox, _ = _sandbox(common.sandbox, common.compiled)
    return msgspec.json.encode(_grade(common, msgspec.msgpack.decode(submission, type=Submission), sandbox))


def _grade(work: _Work, submission: Submission, sandbox: "Sandbox") -> SubmissionResult:
    from autograder.grading import grade

    return grade(submission, _loaded(work.zipped, Path(work.zipped).stat().st_mtime_ns), sandbox, skip=work.skip)


@lru_cache(1)
def _loaded(zipped: str, changed: int) -> "Assignment":
    from autograder.otter import load

    return load(zipped)


@cache
def _sandbox(kind: str = "bwrap", compiled: str = "") -> tuple["Sandbox", Path]:
    """One for whatever this process grades, and the folder of what JAX finds compiled in it.

    A build runs the notebooks of an assignment two or three times over, and to start a jail takes longer than most.
    """
    from autograder.sandbox import open_sandbox

    if not compiled:
        own = TemporaryDirectory(prefix="autograder-compiled-")
        atexit.register(own.cleanup)
        compiled = own.name
    try:
        sandbox = open_sandbox(kind, warm=compiled)
    except SandboxError:
        # The author's own code: without a jail it is as safe here as in the author's Jupyter.
        sandbox = open_sandbox("none", warm=compiled)
    atexit.register(sandbox.close)
    return sandbox, Path(compiled)
