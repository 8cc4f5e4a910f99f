"""What is wrong with an assignment's source, and what of it students would see, each with a code, a place and a fix."""

import ast
import re
from collections.abc import Iterable, Iterator
from typing import Any

import nbformat

from autograder.build.checks.cells import question_findings
from autograder.build.checks.draws import chance_findings
from autograder.build.checks.finding import Finding
from autograder.build.init import is_task
from autograder.build.source import (
    Cell,
    Source,
    SourceQuestion,
    bound,
    is_function,
    is_hidden,
    parsed_text,
    read_when_called,
    test_functions,
    tested,
)

__all__ = ["leak_findings", "read_findings"]

_TOLD = re.compile(r"\b(\d+(?:\.\d+)?) points\b")
_HEADER = re.compile(r"(async )?(def|class|for|while|with|else|try|import|from)\b")
_MARK = re.compile(r"\s*#\s?SOLUTION.*$")


def read_findings(source: Source, others: Iterable[str] = ()) -> Iterator[Finding]:
    """What can be seen by reading the source, before anything runs.

    Args:
        source: the assignment.
        others: names of the course's other assignments.
    """
    if not source.questions:
        yield Finding(
            code="S01",
            message="The notebook has no question.",
            fix="Put one between raw cells with # BEGIN QUESTION and # END QUESTION; `autograder import` brings over a "
            "notebook of nbgrader's, of Otter's older format, or a plain solved one.",
        )
        return
    compared = {} if _as_functions(source) else {cell.index for each in source.questions for cell in each.tests}
    printed = [str(cell.index) for cell in source.cells if cell.outputs and cell.index not in compared]
    if printed:
        yield Finding(
            code="S02",
            message=f"Outputs are saved in the source (cells {', '.join(printed)}); they may show an answer.",
            fix="Clear all outputs and save.",
            error=False,
        )
    name = source.config.get("name")
    if not name:
        yield Finding(
            code="S03",
            message="The assignment has no name, so a notebook of another homework would be graded with this one.",
            fix="Write `name:` into # ASSIGNMENT CONFIG.",
            error=False,
        )
    elif name in others:
        yield Finding(
            code="S06",
            message=f"Its name in # ASSIGNMENT CONFIG is {name}, as of another assignment: each would take the other's "
            "notebooks.",
            fix="Write its own name there.",
        )
    yield from _whole(source)
    yield from _points(source)
    taken: dict[str, str] = {}
    for question in source.questions:
        yield from question_findings(question, functions=_as_functions(source), given=_bound_before(source, question))
        for answer in question.names:
            if answer in taken and answer in question.assigned:
                yield Finding(
                    code="S10",
                    question=question.name,
                    cell=question.begin.index,
                    message=f"{answer} is the answer of {taken[answer]} as well.",
                    fix="Give each question its own name: a student who rebinds one loses the other.",
                    # a doctest may read a name on the way to what it asks for
                    error=_as_functions(source),
                )
            taken.setdefault(answer, question.name)
    yield from _overwritten(source)
    yield from chance_findings(source)


def _bound_before(source: Source, question: SourceQuestion) -> set[str]:
    """Names that the cells above a question bind or import, what it tests of earlier questions aside."""
    tests = {cell.index for each in source.questions for cell in each.tests}
    above = (cell for cell in source.cells if cell.kind == "code" and cell.index < question.begin.index)
    return {name for cell in above if cell.index not in tests for name in {*_bound(cell), *_imported(cell)}}


def _imported(cell: Cell) -> set[str]:
    try:
        nodes = parsed_text(cell.text).body
    except SyntaxError:
        return set()
    imports = (node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))
    return {(each.asname or each.name).partition(".")[0] for node in imports for each in node.names}


def _as_functions(source: Source) -> bool:
    """Whether Otter takes tests as functions that raise; else as doctests."""
    tests = source.config.get("tests")
    return isinstance(tests, dict) and tests.get("ok_format") is False


def _whole(source: Source) -> Iterator[Finding]:
    only_defined = next(
        (cell for question in source.questions for cell in question.tests if _only_defines(cell)),
        None,
    )
    if only_defined is not None and not _as_functions(source):
        yield Finding(
            code="S04",
            cell=only_defined.index,
            message="Tests are functions, and as it is configured Otter defines them without calling them: every "
            "answer would pass.",
            fix="Write `tests:` and on the next line `    ok_format: false` into # ASSIGNMENT CONFIG.",
        )
    makes = any(cell.kind == "code" and re.search(r"^grader\s*=", cell.text, re.M) for cell in source.cells)
    if source.config.get("init_cell") is False and not makes and any(each.tests for each in source.questions):
        yield Finding(
            code="S05",
            message="No cell makes `grader`, and `init_cell: false` keeps Otter from adding one.",
            fix='Put a code cell with `import autograder` and `grader = autograder.Notebook("…")` at the beginning.',
        )


def _overwritten(source: Source) -> Iterator[Finding]:
    """What a solution looks up whenever it is called, and a later cell of the author's gives another value."""
    tests = {cell.index for question in source.questions for cell in question.tests}
    code = [cell for cell in source.cells if cell.kind == "code" and cell.index not in tests]
    bindings = [(cell.index, name, how) for cell in code for name, how in _bound(cell).items()]
    for question in source.questions:
        last = max((cell.index for cell in question.answers), default=0)
        values = {name: how for index, name, how in bindings if index <= last}
        needed = {name for cell in question.answers for name in read_when_called(cell)} & values.keys()
        for index, name, how in bindings:
            if index > last and name in needed and how != values[name]:
                yield Finding(
                    code="S25",
                    question=question.name,
                    cell=index,
                    message=f"It gives {name} another value, and the solution of {question.name} looks {name} up "
                    "when it is called: a right answer that is checked again after this cell is wrong.",
                    fix="Use another name in this cell.",
                    error=False,
                )


def _bound(cell: Cell) -> dict[str, str]:
    """As ``bound``; nothing where the author's example is no Python, such as a cell that begins with ``%%bash``."""
    try:
        return bound(cell)
    except SyntaxError:
        return {}


def _points(source: Source) -> Iterator[Finding]:
    first = source.questions[0].begin.index
    points = [question.config.get("points", 1) for question in source.questions]
    if not all(isinstance(each, int | float) for each in points):
        return
    for cell in source.cells:
        told = _TOLD.findall(cell.text) if cell.kind == "markdown" and cell.index < first else []
        if len(told) == 1 and float(told[0]) != sum(points):
            yield Finding(
                code="S07",
                cell=cell.index,
                message=f"It says {told[0]} points; the questions have {sum(points):g} together.",
                fix="Make them the same.",
                error=False,
            )


def _only_defines(cell: Cell) -> bool:
    _, module = tested(cell)
    return bool(module.body) and len(module.body) == len(test_functions(cell))


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
    prompted = "\n".join(_prompted(cell) for question in source.questions for cell in question.answers)
    answers = [cell for question in source.questions for cell in question.answers]
    # a later solution may call dL(w, b), and students have `def dL(w, b):`
    heads = {head for cell in answers for head in re.findall(r"^\s*def (\w+\(.*\)).*:", cell.text, re.M)}
    kept = {cell.index for cell in answers}
    kept |= {cell.index for question in source.questions for cell in question.tests if is_hidden(cell)}
    places = {line: cell.index for cell in source.cells if cell.index not in kept for line in cell.text.split("\n")}
    tests = [cell for question in source.questions for cell in question.tests]
    public = {line for cell in tests if not is_hidden(cell) for line in _test_lines(cell)}
    for question in source.questions:
        for cell in question.tests:
            lines = _test_lines(cell) if is_hidden(cell) else []
            # lines that a public doctest has too are no secret; a function's name says which test it is
            own = lines if is_function(cell) else [line for line in lines if line not in public]
            if any(line in everything for line in own):
                yield Finding(
                    code="B01",
                    question=question.name,
                    cell=cell.index,
                    message="A hidden test is in the students' notebook.",
                    fix="Give it a name of its own: a public test has the same."
                    if set(own) & public
                    else "Put # HIDDEN into its first line.",
                )
        for cell in question.answers:
            for line in _solution_lines(cell.text):
                if line in everything and line not in heads and line not in examples and line not in prompted:
                    told = next((at for text, at in places.items() if line in text), None)
                    of = f" of cell {cell.index}" if told else ""
                    unmarked = "Mark it with # SOLUTION, or put it between # BEGIN SOLUTION and # END SOLUTION."
                    yield Finding(
                        code="B02",
                        question=question.name,
                        cell=told or cell.index,
                        message=f"Students get a line of the solution{of}: `{line}`.",
                        fix="Take it out, or write `# meant: B02 why` below the question's name." if told else unmarked,
                    )
    for number, cell in enumerate(student.cells, 1):
        if cell.get("outputs") and not is_task(cell):
            message = f"Cell {number} of the students' notebook has outputs."
            yield Finding(code="B03", message=message, fix="Report this: a bug.")


def _prompted(cell: Cell) -> str:
    """What students get in the place of a solution: between # BEGIN PROMPT and # END PROMPT."""
    return "\n".join(re.findall(r"# BEGIN PROMPT\n(.*?)# END PROMPT", cell.text, re.S))


def _solution_lines(text: str) -> Iterator[str]:
    """What Otter must have taken out, as far as it is long enough to mean something.

    Right-hand sides, what stands in their quotes, and short ones together with their names.
    """
    inside = False
    for line in text.split("\n"):
        stripped = line.strip()
        if re.match(r"# (BEGIN|END) SOLUTION", stripped):
            inside = stripped.startswith("# BEGIN")
            continue
        if inside or re.search(r"#\s?SOLUTION( NO PROMPT)?$", stripped):
            code = _MARK.sub("", stripped)
            value = re.sub(r"^[\w, ]+=\s*|^return\s+", "", code)
            quoted = _quoted(value)
            if _HEADER.match(code):
                continue  # which function or loop it is, the prompt says or every program has
            if len(value) >= 8:
                yield value
            elif re.fullmatch(r"\w+ = .+", code):
                yield code
            if quoted is not None and len(quoted) >= 8:
                yield quoted


def _quoted(value: str) -> str | None:
    try:
        found = ast.literal_eval(value)
    except (SyntaxError, ValueError):
        return None
    return found.strip() if isinstance(found, str) else None


def _test_lines(cell: Cell) -> list[str]:
    """By which lines a test is found in what students get: the head of a function, the statements of a doctest."""
    if is_function(cell):
        return [f"def {test_functions(cell)[0].name}("]
    return [f">>> {ast.unparse(node).partition(chr(10))[0]}" for node in tested(cell)[1].body]


def _flat(node: Any) -> str:
    """Every text in a notebook, metadata and outputs included."""
    if isinstance(node, dict):
        return "\n".join(_flat(value) for value in node.values())
    if isinstance(node, list | tuple):
        return "\n".join(_flat(value) for value in node)
    return node if isinstance(node, str) else ""
