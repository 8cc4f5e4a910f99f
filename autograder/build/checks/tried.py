"""The answers that an assignment is tried with: is the file well formed, and is each judged as it says?"""

import copy
import difflib
import re
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import nbformat

from autograder.build.assemble import solution_notebook, student_notebook
from autograder.build.checks.finding import Finding
from autograder.build.checks.runs import graded, waits_for_a_person, why_failed
from autograder.build.source import Source, read_notebook
from autograder.feedback.figures import FIGURES
from autograder.mistakes import MISTAKES
from autograder.model import Outcome, QuestionResult, Status
from autograder.tries import OLD_NAME, Try, faults_of, read_tries, tries_beside

__all__ = ["findings_of_tries", "tried_findings"]

_CHECK = re.compile(r"""grader\.check\(\s*["']([\w.-]+)["']\s*\)""")
_WANTED = {"right": Outcome.CORRECT, "wrong": Outcome.INCORRECT, "invalid": Outcome.INVALID}


def findings_of_tries(notebook: Path, source: Source) -> Iterator[Finding]:
    """Faults of the ``tries.toml`` beside a source; none where there is no such file."""
    path = tries_beside(notebook)
    if not path.is_file():
        return
    if path.name == OLD_NAME:
        yield Finding(
            code="V04",
            message=f"{OLD_NAME} is called tries.toml now; the next version will not read it.",
            fix="Rename the file.",
            error=False,
        )
    faulty = False
    for fault in faults_of(path, [question.name for question in source.questions]):
        faulty = True
        where = f"tries.toml, line {fault.line}" if fault.line else "tries.toml"
        yield Finding(code="V01", question=fault.question, message=f"{where}: {fault.message}", fix=fault.fix)
    if faulty:
        return
    known = {*MISTAKES, *FIGURES}
    for name, tries in read_tries(path).items():
        for answer in tries:
            for mistake in (answer.mistake, *answer.tie):
                if mistake is not None and mistake not in known:
                    near = difflib.get_close_matches(mistake, known, n=1)
                    yield Finding(
                        code="V02",
                        question=name,
                        message=f"tries.toml: there is no mistake {mistake!r} in the catalogue.",
                        fix=f"Did you mean {near[0]}?" if near else "Take an id from docs/mistakes.md.",
                    )


def tried_findings(root: Path, name: str, notebook: Path) -> Iterator[Finding]:
    """Answers of the ``tries.toml`` beside a source that are judged otherwise than they say."""
    path = tries_beside(notebook)
    table = read_tries(path) if path.is_file() else {}
    rounds = max((len(tries) for tries in table.values()), default=0)
    if not rounds:
        return
    solved = read_notebook(solution_notebook(root, name))
    places = _answer_cells(read_notebook(student_notebook(root, name)), solved)
    with tempfile.TemporaryDirectory(prefix="autograder-tries-") as folder:
        files = []
        for number in range(rounds):
            tried = copy.deepcopy(solved)
            for question, tries in table.items():
                if number < len(tries) and question in places:
                    tried.cells[places[question]].source = tries[number].code.strip("\n")
            files.append(Path(folder) / f"{number}.ipynb")
            nbformat.write(tried, files[-1])
        results = graded(root, name, solution_notebook(root, name), *files)[1:]
    for number, result in enumerate(results):
        if result.status is Status.FAILED:
            yield Finding(
                code="V03",
                message=f"tries.toml: with answer {number + 1} of each question the notebook cannot be graded: "
                f"{result.message or result.reason}.",
                fix="Look for one that ends the process or never ends.",
            )
            continue
        for question_result in result.questions:
            tries = table.get(question_result.name, [])
            if number < len(tries) and (fault := _otherwise(tries[number], question_result)):
                title = tries[number].note or f"answer {number + 1}"
                yield Finding(
                    code="V03",
                    question=question_result.name,
                    message=f"tries.toml: {title!r} {fault}.",
                    fix="Mend the answer, or what it says of itself; a changed question needs changed answers.",
                )


def _answer_cells(blank: nbformat.NotebookNode, solved: nbformat.NotebookNode) -> dict[str, int]:
    """Question → its last cell that students fill in."""
    checks = {check[1]: at for at, cell in enumerate(blank.cells) if (check := _CHECK.search(cell.source))}
    filled = [at for at, (a, b) in enumerate(zip(blank.cells, solved.cells, strict=True)) if a.source != b.source]
    found = {}
    for (_, start), (name, end) in pairwise([("", -1), *checks.items()]):
        if own := [at for at in filled if start < at < end]:
            found[name] = own[-1]
    return found


def _otherwise(answer: Try, result: QuestionResult) -> str | None:
    """How the judgement differs from what a try says of itself."""
    failed = [case for case in result.cases if not case.passed]
    if answer.is_ == "right":
        if not failed or waits_for_a_person(result):
            return None
        return f"is called right, and the test says: {why_failed(failed[0])}"
    if not failed:
        return f"is called {answer.is_}, and passes every test"
    verdicts = [check.verdict for case in failed for check in case.checks]
    wanted = _WANTED[answer.is_]
    if verdicts and not any(verdict.outcome is wanted for verdict in verdicts):
        return f"is called {answer.is_}, and the test says: {why_failed(failed[0])}"
    if answer.mistake is not None and not any(
        {*verdict.mistakes} == {answer.mistake, *answer.tie} for verdict in verdicts
    ):
        named = next((" or ".join(verdict.mistakes) for verdict in verdicts if verdict.mistakes), "nothing")
        return f"is to be named {' or '.join((answer.mistake, *answer.tie))}, and {named} is named"
    if answer.hint is not None and not any(answer.hint in case.message for case in failed):
        return f"does not get the hint {answer.hint!r}"
    return None
