"""What is wrong with an assignment's source, each with a code, a place and a fix."""

import re
from collections.abc import Iterator
from typing import Any

import nbformat

from autograder.build.source import Source, SourceQuestion, is_hidden
from autograder.model import Record


class Finding(Record, frozen=True, kw_only=True):
    """One thing that an author should look at."""

    code: str
    """``S…`` the source, ``B…`` what is built from it, ``R…`` a question's references, ``M…`` its mistakes."""
    message: str
    fix: str
    question: str | None = None
    cell: int | None = None
    """Cell of the source, from 1."""
    error: bool = True
    """Whether the build is refused; else it is advice."""

    def __str__(self) -> str:
        places = [self.question or "", f"cell {self.cell}" if self.cell else ""]
        where = ", ".join(place for place in places if place)
        kind = "error" if self.error else "advice"
        return f"{self.code} {kind}{f' ({where})' if where else ''}: {self.message} {self.fix}"


def read_findings(source: Source) -> Iterator[Finding]:
    """What can be seen by reading the source, before anything runs."""
    if not source.questions:
        yield Finding(
            code="S01", message="The notebook has no question.", fix="Put one between # BEGIN and # END QUESTION."
        )
    for cell in source.cells:
        if cell.outputs:
            yield Finding(
                code="S02",
                cell=cell.index,
                message="Outputs are saved in the source; they may show an answer.",
                fix="Clear all outputs and save.",
                error=False,
            )
    if not source.config.get("name"):
        yield Finding(
            code="S03",
            message="The assignment has no name, so a notebook of another homework would be graded with this one.",
            fix="Write `name:` into # ASSIGNMENT CONFIG.",
            error=False,
        )
    taken: dict[str, str] = {}
    for question in source.questions:
        yield from _question(question)
        for name in question.names:
            if name in taken:
                yield Finding(
                    code="S10",
                    question=question.name,
                    cell=question.begin.index,
                    message=f"{name} is the answer of {taken[name]} as well.",
                    fix="Give each question its own name: a student who rebinds one loses the other.",
                )
            taken.setdefault(name, question.name)


def _question(question: SourceQuestion) -> Iterator[Finding]:
    def finding(code: str, message: str, fix: str, *, error: bool = True, cell: int | None = None) -> Finding:
        place = question.begin.index if cell is None else cell
        return Finding(code=code, message=message, fix=fix, question=question.name, cell=place, error=error)

    if question.manual:
        return
    if not question.tests:
        yield finding("S11", "No tests.", "Add cells between # BEGIN TESTS and # END TESTS, or set `manual: true`.")
        return
    if question.config.get("points") is None:
        yield finding("S12", "No points, so Otter counts it as 1.", "Write `points:` into its config.", error=False)
    hidden = [is_hidden(test) for test in question.tests]
    if all(hidden):
        yield finding("S13", "No public test: grader.check says nothing.", "Add a test without # HIDDEN.", error=False)
    if not any(hidden) and question.config.get("points") != 0:
        yield finding(
            "S14",
            "No hidden test: an answer made for the public points gets full marks.",
            "Add one with another seed or domain under # HIDDEN.",
            error=False,
        )
    if not question.answers:
        yield finding("S15", "No solution.", "Add a code cell between # BEGIN SOLUTION and # END SOLUTION.")
    for cell in question.tests:
        if re.search(r"\bslips\s*=", cell.text) and not is_hidden(cell):
            yield finding(
                "S18", "Wrong answers with hints are in a test that students get.", "Move slips= to a hidden test.",
                cell=cell.index,
            )  # fmt: skip
    for name in question.names:
        if question.answers and name not in question.assigned:
            yield finding(
                "S16",
                f"The tests ask for {name}, which the solution does not bind.",
                f"Assign {name} in the solution, or rename the parameter of the test.",
                cell=question.tests[0].index,
            )
        if not re.search(rf"\b{re.escape(name)}\b", question.prompt):
            yield finding(
                "S17", f"The prompt does not name {name}.", "Say under which name the answer is expected.", error=False
            )


def leak_findings(source: Source, student: nbformat.NotebookNode) -> Iterator[Finding]:
    """What of the solutions and the hidden tests is still in the notebook that students get."""
    everything = _flat(student)
    solutions = {cell.index for question in source.questions for cell in (*question.answers, *question.tests)}
    # a line that the author also wrote into an example, such as ax.legend(), gives nothing away
    examples = {
        line.strip()
        for cell in source.cells
        if cell.kind == "code" and cell.index not in solutions
        for line in cell.text.split("\n")
    }
    for question in source.questions:
        for cell in question.tests:
            if is_hidden(cell) and _test_name(cell.text) in everything:
                yield Finding(
                    code="B01",
                    question=question.name,
                    cell=cell.index,
                    message="A hidden test is in the students' notebook.",
                    fix="Put # HIDDEN into its first line.",
                )
        for cell in question.answers:
            for line in _solution_lines(cell.text):
                if line in everything and line not in examples:
                    yield Finding(
                        code="B02",
                        question=question.name,
                        cell=cell.index,
                        message=f"A line of the solution is in the students' notebook: {line}",
                        fix="Mark it with # SOLUTION, or put it between # BEGIN SOLUTION and # END SOLUTION.",
                    )
    for number, cell in enumerate(student.cells, 1):
        if cell.get("outputs"):
            yield Finding(
                code="B03", message=f"Cell {number} of the students' notebook has outputs.", fix="Report this: a bug."
            )


def _solution_lines(text: str) -> Iterator[str]:
    """The right-hand sides that Otter must have taken out, those long enough to mean something."""
    inside = False
    for line in text.split("\n"):
        stripped = line.strip()
        if re.match(r"# (BEGIN|END) SOLUTION", stripped):
            inside = stripped.startswith("# BEGIN")
            continue
        if inside or re.search(r"#\s?SOLUTION( NO PROMPT)?$", stripped):
            code = re.sub(r"\s*#\s?SOLUTION.*$", "", stripped)
            code = re.sub(r"^[\w, ]+=\s*|^return\s+", "", code)
            if len(code) >= 8:
                yield code


def _test_name(text: str) -> str:
    found = re.search(r"def (\w+)\(", text)
    return f"def {found[1]}(" if found else text


def _flat(node: Any) -> str:
    """Every text in a notebook, metadata and outputs included."""
    if isinstance(node, dict):
        return "\n".join(_flat(value) for value in node.values())
    if isinstance(node, list | tuple):
        return "\n".join(_flat(value) for value in node)
    return node if isinstance(node, str) else ""
