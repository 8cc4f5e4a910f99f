"""Nothing that a student has gives an answer away: the assignment's folder and notebook, the installed sources."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sympy as sp

from autograder import build
from autograder.build.init import is_task
from autograder.build.source import is_hidden
from autograder.feedback import leak_search, leaks
from tests.feedback.leak_samples import (
    COURSE,
    EXAMPLE,
    HOMEWORK,
    ROOT,
    Asked,
    course,
    student_notebook,
    texts,
)

_POOL = re.compile(r"versions = '.*?'(?=\\n|\n)" + r'|versions="(?:[^"\\]|\\.)*"')
_OF_VERSIONS = re.compile(r"from autograder\.versions import|versions = |\[.*\] = drawn\(")


def test_the_student_s_folder_holds_only_the_notebook() -> None:
    for name in HOMEWORK:
        found = {path.relative_to(ROOT / "assignments" / name) for path in (ROOT / "assignments" / name).rglob("*")}
        assert {path for path in found if ".ipynb_checkpoints" not in path.parts} == {Path(f"{name}.ipynb")}


@pytest.mark.parametrize("name", COURSE)
def test_no_part_of_an_answer_is_in_the_student_s_notebook(name: str) -> None:
    """Parts too: what the homework's functions do not hold themselves, nobody has a reason to write."""
    # without the versions: everybody's functions stand there, and 6x may be part of somebody's
    text = _POOL.sub("", "\n".join(texts(student_notebook(name))))
    said = [asked.public for asked in course(name)]
    for asked in course(name):
        found = [leak.found for leak in leaks(text, asked.answer, public=said)]
        assert [part for part in found if not _short_number(part)] == [], (name, asked.name)


def _short_number(part: str) -> bool:
    """Numbers such as 0.5 and 2.0 stand in every notebook."""
    return re.fullmatch(r"-?\d+\.?\d?", part) is not None


@pytest.mark.parametrize("name", HOMEWORK)
def test_the_student_s_notebook_holds_public_tests_only(name: str) -> None:
    source = build.read_source_of(ROOT, name)
    notebook = student_notebook(name)
    told = (cell for cell in notebook.cells if not is_task(cell))
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in told)
    for question in source.questions:
        public = {_tests(cell.text) for cell in question.tests if not is_hidden(cell)}
        hidden = {_tests(cell.text) for cell in question.tests if is_hidden(cell)}
        given = _tests(notebook.metadata["otter"]["tests"][question.name])
        assert given == "\n".join(sorted(public))
        assert not hidden & public
    assert set(notebook.metadata) == {"kernelspec", "language_info", "otter"}
    of_prompts = {"jupyter", "cellView", "autograder"}  # those that are shown filled in
    keys = {key for cell in notebook.cells for key in cell.metadata}
    assert keys <= {"deletable", "editable", "tags", *of_prompts}


def _tests(source: str) -> str:
    """The test functions of a source, without what Otter puts around them."""
    found = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    for node in found:
        node.decorator_list = []
        # what the build adds where numbers are drawn: whose they are, and the line that takes them from the pool
        node.args.args = [argument for argument in node.args.args if argument.arg != "STUDENT"]
        node.body = [each for each in node.body if not _OF_VERSIONS.match(ast.unparse(each))]
    return "\n".join(sorted(ast.unparse(node) for node in found))


@pytest.mark.parametrize("name", HOMEWORK)
def test_every_line_of_the_student_s_notebook_is_public_in_its_source(name: str) -> None:
    source = build.read_source_of(ROOT, name)
    kept = {id(cell) for question in source.questions for cell in (*question.answers, *question.tests)}
    public = {line.strip() for cell in source.cells if id(cell) not in kept for line in cell.text.splitlines()}
    for question in source.questions:
        for cell in question.answers:
            public |= {line.strip() for line in _outside_the_solution(cell.text)}
    otters = re.compile(r"(\w+ = )?\.\.\.|grader\.check\(\"q\d+\"\)|# Save your notebook .*|grader\.export\(.*\)")
    first = _first_cell(name)
    cells = [cell for cell in student_notebook(name).cells if cell.source != first]
    assert len(cells) == len(student_notebook(name).cells) - 1
    shown = {line.strip() for cell in cells for line in cell.source.splitlines()}
    export = source.config["export_cell"]["instructions"]
    rest = {line for line in shown - public if not otters.fullmatch(line)} - {"## Submission", export}
    assert [line for line in rest if not line.startswith("Make sure you have run all cells in your notebook")] == []


def _first_cell(name: str) -> str:
    """The cell that brings the checks: the public tests of the metadata and nothing else."""
    tests = student_notebook(name).metadata["otter"]["tests"]
    source = next(cell.source for cell in student_notebook(name).cells if "autograder.Notebook(" in cell.source)
    module = ast.parse(re.sub(r"^ +%pip .*\n", "", source, flags=re.M))
    grader = next(node for node in module.body if ast.unparse(node).startswith("grader = "))
    assert isinstance(grader, ast.Assign)
    assert isinstance(grader.value, ast.Call)
    brought = ast.literal_eval({keyword.arg: keyword.value for keyword in grader.value.keywords}["tests"])
    assert {question: text.strip() for question, text in brought.items()} == {
        question: text.strip() for question, text in tests.items()
    }
    return source


def _outside_the_solution(code: str) -> Iterator[str]:
    inside = False
    for line in code.splitlines():
        if re.match(r"\s*# (BEGIN|END) SOLUTION", line):
            inside = "BEGIN" in line
        elif not inside and "SOLUTION" not in line:
            yield line


NEAR = 700
"""Characters between a function and its derivative in one docstring or one entry of a list."""


@cache
def installed() -> tuple[str, ...]:
    """File by file: most lack one of the words of a function, and are not searched for it."""
    return tuple(path.read_text(encoding="utf-8") for path in sorted((ROOT / "autograder").rglob("*.py")))


@pytest.mark.parametrize("name", COURSE)
def test_no_answer_stands_beside_its_function_in_the_installed_sources(name: str) -> None:
    for asked in course(name):
        for around in _near(asked):
            assert [found for entry in asked.answer for found in _whole(entry, around)] == [], (name, asked.name)


def test_an_answer_beside_its_function_is_found() -> None:
    asked = course(EXAMPLE)[0]
    assert _whole(asked.answer[0], "The derivative of 3x² + 2x + 10 is 2 + 6*x, or 6x + 2.")
    assert _whole(asked.made[0].function.exprs[0], ">>> Derivative('3*x**2 + 2*x + 10')")
    assert not _whole(asked.answer[0], "6*x is not all of it")


def _near(asked: Asked) -> Iterator[str]:
    """What stands around a function of the question; x² stands everywhere and is no question's mark."""
    functions = {expr for made in asked.made for expr in getattr(getattr(made, "function", None), "exprs", None) or ()}
    for expr in functions:
        if expr.count_ops() > 4:
            search = leak_search(expr, public=list(expr.args))
            for text in installed():
                for leak in search(text):
                    yield text[max(0, leak.start - NEAR) : leak.start + NEAR]


def _whole(entry: Any, text: str) -> list[str]:
    """Where an entry of an answer stands in a text as a whole: parts of it are everywhere."""
    if isinstance(entry, sp.Expr) and entry.count_ops() > 1:
        forms = {entry, sp.expand(entry)}
        return [leak.found for form in forms for leak in leaks(text, form, public=list(form.args))]
    return []
