"""What an author is told about draws besides whether their versions stand."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from autograder.build.checks.finding import Finding
from autograder.build.source import Source
from autograder.build.versions import draw_cells, used_names

__all__ = ["lost_findings", "template_findings", "unused_findings"]


def template_findings(source: Source) -> Iterator[Finding]:
    """What can be said of the tests of a source that draws, before anything is drawn."""
    tests = source.config.get("tests")
    if not (isinstance(tests, dict) and tests.get("ok_format") is False):
        yield Finding(
            code="N05",
            cell=next(iter(draw_cells(source))),
            message="Numbers are drawn, and the tests are doctests, which take no numbers.",
            fix="Write tests as functions, with `tests:` and `    ok_format: false` in # ASSIGNMENT CONFIG.",
        )
    for question in source.questions:
        for cell in question.tests:
            try:
                own = used_names(cell.text, ["draw"])
            except SyntaxError:
                continue  # with a test configuration before it: it is read where the question is made
            if any(own.values()) or _imports_draws(cell.text):
                yield Finding(
                    code="N04",
                    question=question.name,
                    cell=cell.index,
                    message="This test draws by itself: students would be asked for other numbers than they see.",
                    fix="Draw in a cell that begins with # DRAW, and use the name here.",
                )


def _imports_draws(code: str) -> bool:
    """Whether a test brings a draw of its own: ``from autograder import draw`` inside of the function."""
    imports = (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ImportFrom))
    drawing = (node for node in imports if (node.module or "").partition(".")[0] == "autograder")
    return any(name.name in ("draw", "Draw") for node in drawing for name in node.names)


def unused_findings(source: Source, names: Sequence[str]) -> Iterator[Finding]:
    """Names that were drawn and nothing uses, and those that a prompt only seems to use."""
    draws = draw_cells(source)
    for cell in source.cells:
        tight = re.findall(r"\{\{(\w+)\}\}", cell.text) if cell.kind == "markdown" else []
        for name in dict.fromkeys(each for each in tight if each in names):
            yield Finding(
                code="N03",
                cell=cell.index,
                message=f"{{{{{name}}}}} has no blanks inside of its braces, so students read it as it stands.",
                fix=f"Write {{{{ {name} }}}}; if it is LaTeX, give what is drawn another name.",
                error=False,
            )
    elsewhere = "\n".join(cell.text for cell in source.cells if cell.index not in draws)
    for name in names:
        again = sum(len(re.findall(rf"\b{name}\b", code)) for code in draws.values())
        if not re.search(rf"\b{name}\b", elsewhere) and again < 2:
            yield Finding(
                code="N02",
                cell=next(iter(draws)),
                message=f"{name} is drawn, and no prompt, solution or test uses it.",
                fix="Use it, or begin its name with an underscore.",
                error=False,
            )


def lost_findings(source: Source, places: Mapping[int, str]) -> Iterator[Finding]:
    """Versions that students may have, and that have other numbers now."""
    for place, why in places.items():
        yield Finding(
            code="N08",
            cell=next(iter(draw_cells(source))),
            message=f"Version {place + 1} does not stand any more ({why}) and has other numbers now: who has the "
            "notebook already keeps the old ones, and would be graded on the new.",
            fix="Hand the notebook out anew, or mend what refuses the version.",
            error=False,
        )
