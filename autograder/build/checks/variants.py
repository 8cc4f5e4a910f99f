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
from autograder.build.checks.runs import graded, told, waits_for_a_person
from autograder.build.source import Source, read_notebook
from autograder.feedback.figures import FIGURES
from autograder.mistakes import MISTAKES
from autograder.model import Outcome, QuestionResult, Status
from autograder.variants import Variant, faults_of, read_variants

__all__ = ["tried_findings", "variant_findings"]

_CHECK = re.compile(r"""grader\.check\(\s*["']([\w.-]+)["']\s*\)""")
_WANTED = {"right": Outcome.CORRECT, "wrong": Outcome.INCORRECT, "invalid": Outcome.INVALID}


def variant_findings(notebook: Path, source: Source) -> Iterator[Finding]:
    """Faults of the ``variants.toml`` beside a source; none where there is no such file."""
    path = notebook.with_name("variants.toml")
    if not path.is_file():
        return
    faulty = False
    for fault in faults_of(path, [question.name for question in source.questions]):
        faulty = True
        where = f"variants.toml, line {fault.line}" if fault.line else "variants.toml"
        yield Finding(code="V01", question=fault.question, message=f"{where}: {fault.message}", fix=fault.fix)
    if faulty:
        return
    known = {*MISTAKES, *FIGURES}
    for name, variants in read_variants(path).items():
        for variant in variants:
            for mistake in (variant.mistake, *variant.tie):
                if mistake is not None and mistake not in known:
                    near = difflib.get_close_matches(mistake, known, n=1)
                    yield Finding(
                        code="V02",
                        question=name,
                        message=f"variants.toml: there is no mistake {mistake!r} in the catalogue.",
                        fix=f"Did you mean {near[0]}?" if near else "Take an id from docs/mistakes.md.",
                    )


def tried_findings(root: Path, name: str, notebook: Path) -> Iterator[Finding]:
    """Answers of the ``variants.toml`` beside a source that are judged otherwise than they say."""
    path = notebook.with_name("variants.toml")
    table = read_variants(path) if path.is_file() else {}
    rounds = max((len(variants) for variants in table.values()), default=0)
    if not rounds:
        return
    solved = read_notebook(solution_notebook(root, name))
    places = _answer_cells(read_notebook(student_notebook(root, name)), solved)
    with tempfile.TemporaryDirectory(prefix="autograder-variants-") as folder:
        files = []
        for number in range(rounds):
            tried = copy.deepcopy(solved)
            for question, variants in table.items():
                if number < len(variants) and question in places:
                    tried.cells[places[question]].source = variants[number].code.strip("\n")
            files.append(Path(folder) / f"{number}.ipynb")
            nbformat.write(tried, files[-1])
        results = graded(root, name, solution_notebook(root, name), *files)[1:]
    for number, result in enumerate(results):
        if result.status is Status.FAILED:
            yield Finding(
                code="V03",
                message=f"variants.toml: with variant {number + 1} of each question the notebook cannot be graded: "
                f"{result.message or result.reason}.",
                fix="Look for one that ends the process or never ends.",
            )
            continue
        for question_result in result.questions:
            variants = table.get(question_result.name, [])
            if number < len(variants) and (fault := _otherwise(variants[number], question_result)):
                title = variants[number].note or f"variant {number + 1}"
                yield Finding(
                    code="V03",
                    question=question_result.name,
                    message=f"variants.toml: {title!r} {fault}.",
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


def _otherwise(variant: Variant, result: QuestionResult) -> str | None:
    """How the judgement differs from what a variant says."""
    failed = [case for case in result.cases if not case.passed]
    if variant.is_ == "right":
        if not failed or waits_for_a_person(result):
            return None
        return f"is called right, and the test says: {told(failed[0])}"
    if not failed:
        return f"is called {variant.is_}, and passes every test"
    verdicts = [check.verdict for case in failed for check in case.checks]
    wanted = _WANTED[variant.is_]
    if verdicts and not any(verdict.outcome is wanted for verdict in verdicts):
        return f"is called {variant.is_}, and the test says: {told(failed[0])}"
    if variant.mistake is not None and not any(
        {*verdict.mistakes} == {variant.mistake, *variant.tie} for verdict in verdicts
    ):
        named = next((" or ".join(verdict.mistakes) for verdict in verdicts if verdict.mistakes), "nothing")
        return f"is to be named {' or '.join((variant.mistake, *variant.tie))}, and {named} is named"
    if variant.hint is not None and not any(variant.hint in case.message for case in failed):
        return f"does not get the hint {variant.hint!r}"
    return None
