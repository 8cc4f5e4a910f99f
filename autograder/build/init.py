"""The first cell of a students' notebook: it says what to install, and it brings the public checks with it.

In Colab there is no file of the notebook from which Otter could read them, and elsewhere the file may be renamed. The
cell is seen and run wherever the notebook is opened.
"""

import json
import re
from pathlib import Path

import msgspec
import nbformat

from autograder.build.settings import CourseSettings, install_words
from autograder.build.versions import STUDENT
from autograder.student.testfile import as_file
from autograder.versions import Pool

__all__ = ["MADE", "bring_checks"]

MADE = "otter-"
"""How the names of cells begin that Otter wrote."""
_IMPORT = re.compile(r"^import (?:otter|autograder)$", re.M)
_GRADER = re.compile(r"^grader = (?:otter|autograder)\.Notebook\(.*\)$", re.M)

_INSTALL = """\
try:
    import autograder
except ImportError:  # in Colab, or in a new environment
    %pip install --quiet {words}
    import autograder"""

_BESIDE = """\
try:
    import autograder
except ImportError as missing:  # the course's package may lie beside this notebook
    from glob import glob
    from re import findall

    wheels = sorted(glob("nabla_autograder-*.whl"), key=lambda name: [int(part) for part in findall("[0-9]+", name)])
    if not wheels:
        raise ImportError("Your course's package is missing: your instructor says how it is installed.") from missing
    %pip install --quiet "./{wheels[-1]}[student]"
    import autograder"""

_MADE = """\
# the checks come with this cell, so that they are found wherever the notebook is opened
grader = autograder.Notebook(
    {name},{language}{versions}
    at_grading={at_grading},
    tests={{
{tests}
    }},
){drawn}"""


def bring_checks(
    notebook: nbformat.NotebookNode,
    name: str,
    folder: Path,
    zipped: Path,
    settings: CourseSettings = CourseSettings(),  # noqa: B008 - a frozen record
    pool: Pool | None = None,
) -> None:
    """Write the public checks into the cell that makes ``grader``, and lock the cell.

    Args:
        notebook: the students' notebook as Otter Assign made it; changed in place. Where it has no cell with a line
            ``grader = autograder.Notebook(...)`` (or Otter's own ``grader = otter.Notebook(...)``), nothing happens.
        name: the assignment's.
        folder: where Otter wrote the public tests, if not into the notebook.
        zipped: all tests, public and hidden.
        settings: the course's: from where students install this package, and what language they read.
        pool: the versions, where numbers are drawn.
    """
    from autograder.otter import load

    _translate(notebook, settings.language)
    cell = next((cell for cell in notebook.cells if cell.cell_type == "code" and _GRADER.search(cell.source)), None)
    tests = {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py"))}
    tests = tests or {key: as_file(test) for key, test in notebook.metadata.get("otter", {}).get("tests", {}).items()}
    if cell is None or not tests:
        return
    counts = {question.file: len(question.fresh().test_cases) for question in load(zipped).questions}
    made = _MADE.format(
        name=json.dumps(name),
        language=f"\n    language={json.dumps(settings.language)}," if settings.language else "",
        at_grading=json.dumps(counts),
        versions=f"\n    student=globals().get({json.dumps(STUDENT)}),\n    versions={_literal(_written(pool))},"
        if pool
        else "",
        drawn=f"\n[{', '.join(pool.names)}] = grader.drawn" if pool else "",
        tests="\n".join(f"        {json.dumps(key)}: {_literal(text)}," for key in counts if (text := tests.get(key))),
    )
    # as functions: a test may hold what a pattern's replacement would take for a group
    install = _INSTALL.format(words=install_words(settings.install)) if settings.install else _BESIDE
    source, imported = _IMPORT.subn(lambda _: install, cell.source, count=1)
    source = _GRADER.sub(lambda _: made, source, count=1)
    cell.source = source if imported else f"{install}\n\n{source}"
    cell.metadata |= {"deletable": False, "editable": False}


def _translate(notebook: nbformat.NotebookNode, language: str | None) -> None:
    """The cells that Otter writes into every notebook, in the course's language."""
    from autograder.feedback.notebook import OTTERS
    from autograder.locale import translate

    if language is None:
        return
    for cell in notebook.cells:
        made = cell.get("id", "").startswith(MADE)
        for sentence in OTTERS:
            if made and sentence in cell.source:
                cell.source = cell.source.replace(sentence, translate(sentence, language))


def _written(pool: Pool) -> str:
    return msgspec.json.encode(pool).decode()


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
