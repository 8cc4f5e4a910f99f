"""Sources of an assignment, made of cells, for the tests of what reads and builds them."""

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from autograder.build.checks.findings import read_findings
from autograder.build.source import read_source

BEGIN = "# BEGIN QUESTION\nname: q1\npoints: 2"
TEST = "def test_q1(a):\n    assert a == 1"
HIDDEN = "# HIDDEN\ndef test_q1_more(a):\n    assert a == 1.0"


def notebook(path: Path, *cells: tuple[str, str]) -> Path:
    make = {"raw": new_raw_cell, "code": new_code_cell, "md": new_markdown_cell}
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = new_notebook(cells=[make[kind](text) for kind, text in cells], metadata={"kernelspec": kernel})
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(made, path)
    return path


def question(
    begin: str = BEGIN,
    prompt: str = "Give `a`.",
    solution: str | None = "a = 1  # SOLUTION",
    tests: tuple[str, ...] = (TEST, HIDDEN),
) -> list[tuple[str, str]]:
    cells = [("raw", begin), ("md", prompt)]
    if solution is not None:
        cells += [("raw", "# BEGIN SOLUTION"), ("code", solution), ("raw", "# END SOLUTION")]
    cells += [("raw", "# BEGIN TESTS"), *(("code", test) for test in tests), ("raw", "# END TESTS")]
    return [*cells, ("raw", "# END QUESTION")]


def points(number: object) -> str:
    return f'"""# BEGIN TEST CONFIG\npoints: {number}\n"""  # END TEST CONFIG\n'


CONFIG = ("raw", "# ASSIGNMENT CONFIG\nname: hw\ntests:\n    ok_format: false")


def codes(path: Path) -> list[str]:
    return [finding.code for finding in read_findings(read_source(path))]
