"""What is wrong with the cells of one question: its configuration, its tests, the marks in its solution."""

import ast
import difflib
import re
from collections.abc import Container, Iterator
from functools import partial
from typing import Any

from autograder.build.checks.finding import Finding
from autograder.build.source import Cell, SourceQuestion, is_function, is_hidden, tested

_KEYS = ("name", "points", "manual", "check_cell", "export", "all_or_nothing")
_TEST_KEYS = ("hidden", "points", "success_message", "failure_message")
_COMMENT = re.compile(r"#\s*((?:BEGIN |END )?)([A-Za-z]+)\s*(?:NO PROMPT)?\s*$")
"""A comment of one word, as Otter's marks are."""
_TOLD = re.compile(r"\(\s*(\d+(?:\.\d+)?)\s+points?\s*\)")
_ALIKE = 0.75


def question_findings(
    question: SourceQuestion, *, functions: bool = True, given: Container[str] = ()
) -> Iterator[Finding]:
    """What can be seen by reading a question.

    Args:
        question: as its author wrote it.
        functions: whether the assignment's tests are functions; else they are doctests.
        given: names that the notebook binds before this question: data, or answers to earlier questions.
    """
    about = partial(Finding, question=question.name, cell=question.begin.index)
    yield from _keys(question.config, _KEYS, about)
    if question.manual:
        return
    if not question.tests:
        yield about(
            code="S11",
            message="No tests.",
            fix="Add cells between # BEGIN TESTS and # END TESTS, or set `manual: true`.",
            error=question.config.get("points", 0) != 0,  # nobody could get them
        )
        return
    yield from _points(question, about)
    yield from _tests(question, functions)
    if not question.answers:
        yield about(
            code="S15",
            message="No solution.",
            fix="Add a code cell between # BEGIN SOLUTION and # END SOLUTION.",
            error=False,  # whether the tests pass without one, the untouched notebook shows
        )
    yield from _solution(question)
    for name in question.names:
        if name in given and name not in question.assigned:
            continue  # Otter hands a test any name of the notebook
        if question.answers and name not in question.assigned:
            yield about(
                code="S16",
                message=f"The tests ask for {name}, which the solution does not bind.",
                fix=f"Assign {name} in the solution, or rename the parameter of the test.",
                cell=question.tests[0].index,
            )
        if not re.search(rf"\b{re.escape(name)}\b", question.prompt):
            yield about(
                code="S17",
                message=f"The prompt does not name {name}.",
                fix="Say under which name the answer is expected.",
                error=False,
            )


def _keys(config: dict[str, Any], known: tuple[str, ...], about: Any) -> Iterator[Finding]:
    for key in config:
        if key not in known:
            near = next(iter(difflib.get_close_matches(str(key), known, n=1, cutoff=_ALIKE)), None)
            yield about(
                code="S21",
                message=f"Otter knows no `{key}:` here and passes over it.",
                fix=f"Write `{near}:`." if near else f"It knows {', '.join(known)}.",
                error=near is not None,
            )


def _points(question: SourceQuestion, about: Any) -> Iterator[Finding]:
    given = question.config.get("points")
    count = len(question.tests)
    shares = [tested(cell)[0].get("points") for cell in question.tests]
    bad = partial(about, code="S20")
    if given is None:
        if not any(_is_number(share) for share in shares):
            yield about(
                code="S12",
                message="No points, so Otter counts it as 1.",
                fix="Write `points:` into its config.",
                error=False,
            )
        return
    if isinstance(given, list):
        if len(given) != count or not all(share is None or _is_number(share) for share in given):
            yield bad(
                message=f"`points: {given}` must be a number for each of its {count} tests.",
                fix="Write one number for the question, which its tests share.",
            )
        return
    if isinstance(given, dict) and _is_number(given.get("each")):
        return
    if not _is_number(given):
        yield bad(message=f"`points: {given}` is no number from 0 up.", fix="Write one, as in `points: 4`.")
        return
    for cell, share in zip(question.tests, shares, strict=True):
        if share is not None and not _is_number(share):
            yield bad(
                cell=cell.index, message=f"`points: {share}` of the test is no number from 0 up.", fix="Write one."
            )
            return
    told = _TOLD.search(question.prompt)
    if told and float(told[1]) != given:
        yield about(
            code="S23",
            message=f"The prompt says {told[1]} points, the question's config {given:g}.",
            fix="Make them the same.",
            error=False,
        )
    sum_of_tests = sum(share for share in shares if share is not None)
    if sum_of_tests > given or (None not in shares and sum_of_tests != given):
        yield bad(
            message=f"The question has {given:g} points, its tests together {sum_of_tests:g}.",
            fix="Make them add up; a test without `points:` gets what the others leave.",
        )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _tests(question: SourceQuestion, functions: bool) -> Iterator[Finding]:
    about = partial(Finding, question=question.name, cell=question.begin.index)
    hidden = [is_hidden(test) for test in question.tests]
    if all(hidden):
        yield about(
            code="S13",
            message="No public test: grader.check says nothing.",
            fix="Add a test without # HIDDEN.",
            error=False,
        )
    if not any(hidden) and question.config.get("points") != 0:
        yield about(
            code="S14",
            message="No hidden test: an answer made for the public points gets full marks.",
            fix="Add one with another seed or domain under # HIDDEN.",
            error=False,
        )
    for cell in question.tests:
        here = partial(Finding, question=question.name, cell=cell.index)
        config, module = tested(cell)
        yield from _keys(config, _TEST_KEYS, here)
        if not functions and not cell.outputs and module.body and _has_value(module.body[-1]):
            yield here(
                code="S27",
                message="The last line of the test has a value, and no output is saved in the cell: Otter compares the "
                "two, so that no answer would pass.",
                fix="Run the cell in Jupyter and save the notebook, or write `assert` before the line.",
            )
        if functions and not is_function(cell):
            yield here(
                code="S24",
                message="The test is not one function.",
                fix=f"Write all of it into `def test_{question.name}(…):`, with the students' names as parameters.",
            )
        if not is_hidden(cell):
            yield from _told(cell, module, here)


def _has_value(node: ast.stmt) -> bool:
    """Whether a line displays something for certain: a comparison, a name, a number, an operation on these."""
    if not isinstance(node, ast.Expr) or (isinstance(node.value, ast.Constant) and node.value.value in (None, ...)):
        return False
    return isinstance(node.value, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.BinOp | ast.Name | ast.Constant)


def _told(cell: Cell, module: ast.Module, here: Any) -> Iterator[Finding]:
    """What must not stand in a test that students get."""
    for line in cell.text.split("\n"):
        comment = _COMMENT.fullmatch(line.strip())
        if comment and difflib.get_close_matches(comment[2].upper(), ["HIDDEN"], cutoff=_ALIKE):
            yield here(
                code="S22",
                message=f"`{line.strip()}` does not hide this test.",
                fix="Write `# HIDDEN` into its first line.",
            )
    if re.search(r"\bslips\s*=", cell.text):
        yield here(
            code="S18",
            message="Wrong answers with hints are in a test that students get.",
            fix="Move slips= to a hidden test.",
        )
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and _called(node) == "Choice":
            given = {keyword.arg for keyword in node.keywords}
            named = [name for name in ("key", "hints", "shares") if name in given]
            if named or len(node.args) > 1:
                what = f"{named[0]}=" if named else "its second argument"
                yield here(
                    code="S18",
                    message=f"Students get this test, and {what} of the Choice tells which option is right.",
                    fix="Put # HIDDEN into its first line, and add a test without it for the form.",
                )


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def _solution(question: SourceQuestion) -> Iterator[Finding]:
    marked = False
    for cell in question.answers:
        here = partial(Finding, code="S19", question=question.name, cell=cell.index)
        opened: int | None = None
        for number, line in enumerate(cell.text.split("\n"), 1):
            comment = _COMMENT.search(line)
            word = comment[2] if comment and comment[2].isupper() else ""
            if (
                word != "SOLUTION"
                and word.startswith("S")
                and difflib.get_close_matches(word, ["SOLUTION"], cutoff=_ALIKE)
            ):
                yield here(
                    message=f"Line {number} has a mark that Otter does not know: `{line.strip()}`.",
                    fix="Write # SOLUTION, # BEGIN SOLUTION or # END SOLUTION.",
                )
                marked = True
            if not re.search(r"#\s?SOLUTION|# (BEGIN|END) SOLUTION", line):
                continue
            marked = True
            if re.match(r"\s*# BEGIN SOLUTION", line):
                if opened is not None:
                    break
                opened = number
            elif line.rstrip().endswith("# END SOLUTION"):
                if opened is None:
                    yield here(
                        message=f"# END SOLUTION in line {number} closes nothing.",
                        fix="Write # BEGIN SOLUTION on a line of its own where the solution begins.",
                    )
                opened = None
        if opened is not None:
            yield here(
                message=f"# BEGIN SOLUTION in line {opened} is never closed.",
                fix="Write # END SOLUTION on a line of its own where the solution ends.",
            )
    if question.answers and not marked:
        yield Finding(
            code="S19",
            question=question.name,
            cell=question.answers[0].index,
            message="No line of the solution is marked, so students would get it.",
            fix="Write # SOLUTION behind the line, or # BEGIN SOLUTION and # END SOLUTION around several.",
        )
