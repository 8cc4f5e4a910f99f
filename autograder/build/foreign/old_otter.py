"""Otter Assign's older format: configurations stand fenced in Markdown, tests begin with ``# TEST``.

Source: the documentation of Otter Assign before version 1 of its format, and of jAssign, which had it before.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from nbformat import NotebookNode

from autograder.build.foreign.cells import Draft, code, markdown, question, raw
from autograder.build.foreign.kinds import OLD_BLOCK
from autograder.errors import AuthorError

__all__ = ["read_old_otter"]

_TEST = re.compile(r"(?:##\s*(hidden\s+)?test\s*##|#\s*(hidden\s+)?test\b).*", re.IGNORECASE)
_CONFIGURED = re.compile(r'""?"?\s*#\s*BEGIN\s*TEST\s*CONFIG', re.IGNORECASE)
_ANSWER = re.compile(r"(<strong>|\*{2})solution:?(</strong>|\*{2})", re.IGNORECASE)
_RENAMED = {"test_files": ("tests", {"files": True}), "colab": ("runs_on", "colab")}
_GONE = ("service", "variables", "seed", "public_multiplier")
"""Keys that Otter no longer takes, or in another form."""


def read_old_otter(path: Path, cells: Sequence[NotebookNode]) -> Draft:
    """The cells of a master in the older format.

    Raises:
        AuthorError: a configuration is not YAML, or a question has no name.
    """
    made: list[NotebookNode] = []
    notes: list[str] = []
    place = 0
    while place < len(cells):
        cell = cells[place]
        block = OLD_BLOCK.search(cell.source) if cell.cell_type in ("markdown", "raw") else None
        place += 1
        if block is None:
            made.append(cell)
            continue
        config = _config(block, f"{path}, cell {place}")
        around = OLD_BLOCK.sub("", cell.source, count=1).strip()
        if block[1] == "ASSIGNMENT":
            made += _assignment(config, notes)
            made += [markdown(around)] if around else []
            continue
        if not config.get("name"):
            raise AuthorError(f"{path}, cell {place}: the question has no `name:`")
        prompt, answers, tests, place = _parts(cells, place)
        cell.source = around  # an image in it stays with it
        made += question(config, [cell, *prompt] if around else prompt, answers, tests)
    return Draft(cells=made, notes=tuple(notes))


def _config(block: re.Match[str], where: str) -> dict[str, Any]:
    try:
        config = yaml.safe_load(block[2])
    except yaml.YAMLError as error:
        raise AuthorError(f"{where}: not YAML: {getattr(error, 'problem', None) or error}") from error
    return config if isinstance(config, dict) else {}


def _assignment(config: dict[str, Any], notes: list[str]) -> list[NotebookNode]:
    kept: dict[str, Any] = {}
    for key, value in config.items():
        if key in _RENAMED:
            name, of_now = _RENAMED[key]
            kept |= {name: of_now} if value else {}
        elif key in _GONE:
            notes.append(f"`{key}:` of the assignment was left out: Otter no longer takes it so.")
        else:
            kept[key] = value
    text = yaml.safe_dump(kept, sort_keys=False, allow_unicode=True).rstrip() if kept else ""
    return [raw(f"# ASSIGNMENT CONFIG\n{text}".rstrip())]


def _parts(
    cells: Sequence[NotebookNode], place: int
) -> tuple[list[NotebookNode], list[NotebookNode], list[NotebookNode], int]:
    """Prompt, solution and tests of the question whose first cell stands before ``place``, and what comes next."""
    prompt: list[NotebookNode] = []
    answers: list[NotebookNode] = []
    tests: list[NotebookNode] = []
    while place < len(cells):
        cell = cells[place]
        if cell.cell_type == "code" and (test := _test(cell)) is not None:
            tests.append(test)
        elif tests or (cell.cell_type != "code" and OLD_BLOCK.search(cell.source)):
            break
        elif cell.cell_type == "code" or _ANSWER.search(cell.source):
            answers.append(cell)
        elif answers:
            break
        else:
            prompt.append(cell)
        place += 1
    return prompt, answers, tests, place


def _test(cell: NotebookNode) -> NotebookNode | None:
    """A test cell as Otter takes it now, with the outputs that it is compared with; None where it is none."""
    first, _, rest = cell.source.partition("\n")
    if _CONFIGURED.match(first):
        return code(cell.source, cell.outputs)
    found = _TEST.match(first)
    if found is None:
        return None
    body, outputs = _plain(rest), cell.outputs
    return code(f"# HIDDEN\n{body}" if found[1] or found[2] else body, outputs)


def _plain(text: str) -> str:
    """Without the shell's prompts, which some wrote out.

    >>> _plain(">>> a == 1")
    'a == 1'
    """
    if not text.lstrip().startswith(">>> "):
        return text
    return "\n".join(line[4:] for line in text.split("\n") if line.startswith((">>> ", "... ")))
