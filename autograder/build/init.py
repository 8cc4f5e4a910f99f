"""The cells of a students' notebook that the build writes: the first, the id's, and prompts filled in with numbers.

The first says what to install, and brings the public checks with it.

In Colab there is no file of the notebook from which Otter could read them, and elsewhere the file may be renamed. The
cell is seen and run wherever the notebook is opened.
"""

import base64
import copy
import json
import re
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import nbformat

from autograder.build.settings import CourseSettings, install_words
from autograder.build.source import Source, is_hidden
from autograder.build.versions import STUDENT, draw_cells
from autograder.locale import translate
from autograder.student.testfile import as_file
from autograder.versions import Pool

__all__ = [
    "MADE",
    "bring_checks",
    "handed_out",
    "is_task",
    "questions_of_prompts",
    "show_tasks",
    "signed",
    "with_pictures",
]

MADE = "otter-"
"""How the names of cells begin that Otter wrote."""
_ID_CELL_ID = "student"
_WIDE = 72
"""Characters of a line of comment: wider ones run out of the cell in JupyterLab's window."""
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


def handed_out(source: Source, pool: Pool) -> Pool:
    """The pool without the names that hidden tests alone use: a student's notebook holds what everybody drew."""
    hidden = {cell.index for question in source.questions for cell in question.tests if is_hidden(cell)}
    draws = draw_cells(source)
    own = {each.index: each.text for each in source.cells if each.index in hidden}
    rest = "\n".join(cell.text for cell in source.cells if cell.index not in hidden and cell.index not in draws)
    tested_only = {
        name
        for name in pool.names
        if re.search(rf"\b{name}\b", "\n".join(own.values())) and not re.search(rf"\b{name}\b", rest)
    }
    kept = [place for place, name in enumerate(pool.names) if name not in tested_only]
    versions = (msgspec.structs.replace(each, values=tuple(each.values[i] for i in kept)) for each in pool.versions)
    names = tuple(pool.names[place] for place in kept)
    return msgspec.structs.replace(pool, names=names, versions=tuple(versions))


def show_tasks(notebook: nbformat.NotebookNode, source: Source, pool: Pool, language: str | None = None) -> None:
    """Make of each prompt with placeholders a cell that shows it filled in, and ask for the id first; in place."""
    from autograder.feedback import notebook as sentences

    belongs = questions_of_prompts(source)
    cells = []
    for cell in notebook.cells:
        if cell.cell_type == "code" and re.search(r"^grader = \w+\.Notebook\(", cell.source, re.M):
            asking = f'{_comment(sentences.ASK_ID, language)}\n{STUDENT} = ""'
            cells.append(nbformat.v4.new_code_cell(asking, id=_ID_CELL_ID, metadata={"deletable": False}))
        drawn = cell.cell_type == "markdown" and cell.get("id") in _shown(pool)
        cells.append(_task(cell, belongs.get(cell.get("id"), ""), language) if drawn else cell)
    notebook.cells = cells


def _comment(sentence: str, language: str | None) -> str:
    """A sentence in the course's language as lines of a code cell."""
    return "\n".join(f"# {line}" for line in textwrap.wrap(translate(sentence, language or "en"), _WIDE))


def _shown(pool: Pool) -> set[str]:
    return {name for version in pool.versions[:1] for name in version.shown}


def questions_of_prompts(source: Source) -> dict[str, str]:
    """Markdown cell → the question inside of which it stands."""
    found = {}
    for question in source.questions:
        last = max(cell.index for cell in (question.begin, *question.answers, *question.tests))
        for cell in source.cells:
            if cell.kind == "markdown" and question.begin.index < cell.index < last:
                found[cell.id] = question.name
    return found


def _task(prompt: nbformat.NotebookNode, question: str, language: str | None) -> nbformat.NotebookNode:
    from autograder.feedback import notebook as sentences

    asked = with_pictures(prompt.source, prompt.get("attachments", {}))
    quoted = asked if '"""' not in asked and not asked.endswith(("\\", '"')) else None
    text = f'r"""\n{quoted}"""' if quoted is not None else json.dumps(asked, ensure_ascii=False)
    said = translate(sentences.WAITING, language or "en")
    waiting = nbformat.v4.new_output("display_data", {"text/markdown": f"*{said}*", "text/plain": said})
    # the first line is what is seen of a cell whose source is hidden
    first = _comment(sentences.TASK_CELL, language)
    metadata = {"deletable": False, "editable": False, "jupyter": {"source_hidden": True}, "cellView": "form"}
    made: nbformat.NotebookNode = nbformat.v4.new_code_cell(
        f"{first}\ngrader.task({json.dumps(prompt.id)}, {text}" + (f", {json.dumps(question)})" if question else ")"),
        id=prompt.id,
        metadata={**prompt.metadata, **metadata, "autograder": {"task": True}},
        outputs=[waiting],
    )
    return made


def with_pictures(text: str, attachments: Mapping[str, Mapping[str, Any]]) -> str:
    """A prompt with the pictures that were pasted into it as part of its text: a code cell has no attachments."""
    for name, kinds in attachments.items():
        kind, data = next(iter(kinds.items()))
        content = "".join(data) if isinstance(data, list) else str(data)
        if kind == "image/svg+xml" and "<" in content:  # the one kind that a notebook may hold as it is
            content = base64.b64encode(content.encode()).decode()
        for written in sorted({name, quote(name), name.replace(" ", "%20")}, key=len, reverse=True):
            text = text.replace(f"attachment:{written}", f"data:{kind};base64,{''.join(content.split())}")
    return text


def signed(notebook: Any, student: str) -> Any:
    """A copy of a built notebook into which somebody has written their id."""
    copied: nbformat.NotebookNode = copy.deepcopy(notebook)
    written = f"{STUDENT} = {json.dumps(student, ensure_ascii=False)}"
    for cell in copied.cells:
        if cell.get("id") == _ID_CELL_ID:
            cell.source = re.sub(rf"^{STUDENT} = .*$", lambda _: written, cell.source, flags=re.M)
    return copied


def is_task(cell: nbformat.NotebookNode) -> bool:
    """Whether :func:`show_tasks` made this cell; it has an output that says what is missing."""
    return bool(cell.metadata.get("autograder", {}).get("task"))
