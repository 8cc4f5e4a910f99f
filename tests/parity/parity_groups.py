"""The parity groups: small plain Otter assignments of our own, each a text under ``submissions/parity/groups``.

    .venv/bin/python -m tests.parity.parity_groups [NAME]...    what we make of a group, beside what ``otter run`` gave

A text has a title, settings (``seed: 7``), and parts that begin with a line ``== NAME``. ``== given`` is a cell that
everybody has; any other is a question: its right answer, then ``-- test`` once for each case, and where the default
does not fit ``-- blank``, ``-- wrong`` (another answer) or ``-- after`` (a cell behind the question's check). A case
that begins with ``>>>`` is a doctest; one with ``def test_…`` is in exception style. The points of a question's cases
are powers of two, so that equal sums mean that the same cases passed.

Each group is three notebooks: ``right``; ``blank``, as a student gets it; and ``mixed``, in which two of three answers
are wrong.
"""

import ast
import hashlib
import io
import json
import re
import sys
import tempfile
import tokenize
import zipfile
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.batch import Batch, Workers
from autograder.model import Submission, SubmissionResult
from tests import SUBMISSIONS

GROUPS = SUBMISSIONS / "parity" / "groups"
RECORD = GROUPS / "otter_run.json"
FORMS = ("right", "blank", "mixed")

PART = re.compile(r"^== ([\w-]+)$")
SECTION = re.compile(r"^-- (test|blank|wrong|honest|after)$")
SETTING = re.compile(r"^(\w+): (.*)$")


@dataclass
class Part:
    """One cell that is given, or one question."""

    name: str
    sections: list[tuple[str, str]] = field(default_factory=list)

    def all_of(self, kind: str) -> list[str]:
        return [text for found, text in self.sections if found == kind]

    def one_of(self, kind: str) -> str | None:
        return next(iter(self.all_of(kind)), None)

    @property
    def right(self) -> str:
        return self.sections[0][1]

    @property
    def blank(self) -> str:
        given = self.one_of("blank")
        return blanked(self.right) if given is None else given

    @property
    def wrong(self) -> str:
        given = self.one_of("wrong")
        return mutated(self.right) if given is None else given

    @property
    def is_question(self) -> bool:
        return self.name != "given"


@dataclass
class Group:
    """One assignment."""

    name: str
    title: str
    settings: dict[str, str]
    parts: list[Part]

    @property
    def questions(self) -> list[Part]:
        return [part for part in self.parts if part.is_question]

    @property
    def config(self) -> dict[str, object]:
        seed = {"seed": int(self.settings["seed"])} if "seed" in self.settings else {}
        return {"lang": "python", **seed}

    def tests(self) -> dict[str, str]:
        """File name → the test file's text."""
        return {f"{part.name}.py": test_file(part.name, part.all_of("test")) for part in self.questions}

    def notebook(self, form: str) -> str:
        """The notebook's JSON."""
        cells = [f'import otter\ngrader = otter.Notebook("{self.name}.ipynb")']
        place = 0
        for part in self.parts:
            if not part.is_question:
                cells.append(part.right)
                continue
            wrong = form == "mixed" and place % 3 != 1
            cells.append(part.blank if form == "blank" else part.wrong if wrong else part.right)
            if self.settings.get("checks") != "no":
                cells.append(f'grader.check("{part.name}")')
            cells += part.all_of("after")
            place += 1
        return notebook_of(cells)

    @property
    def digest(self) -> str:
        """Of everything that ``otter run`` is given."""
        told = [json.dumps(self.config), json.dumps(self.tests()), *(self.notebook(form) for form in FORMS)]
        return hashlib.sha256("\0".join(told).encode()).hexdigest()

    def write(self, folder: Path) -> tuple[Path, dict[str, Path]]:
        """The autograder.zip, and form → notebook."""
        return self.archive(folder), written(folder, self.name, {name: self.notebook(name) for name in FORMS})

    def archive(self, folder: Path) -> Path:
        """The autograder.zip, as Otter Assign makes it."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.name}-autograder_2026_01_01T00_00_00_000000.zip"
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("otter_config.json", json.dumps(self.config))
            for name, text in self.tests().items():
                packed.writestr(f"tests/{name}", text)
        return path


def written(folder: Path, name: str, notebooks: dict[str, str]) -> dict[str, Path]:
    """Form → its notebook, each in a folder of its own under the same name."""
    paths = {form: folder / form / f"{name}.ipynb" for form in notebooks}
    for form, path in paths.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(notebooks[form])
    return paths


def notebook_of(cells: Sequence[str]) -> str:
    """The JSON of a notebook of these code cells."""
    return json.dumps(
        {
            "cells": [_cell(source, number) for number, source in enumerate(cells)],
            "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        },
        indent=1,
    )


def _cell(source: str, number: int) -> dict[str, object]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": f"cell-{number}",
        "metadata": {},
        "outputs": [],
        "source": source,
    }


def read(path: Path) -> Group:
    """One text."""
    title, settings, parts = "", {}, []
    for line in path.read_text().splitlines():
        if begun := PART.match(line):
            parts.append(Part(begun[1], [("right", "")]))
        elif not parts:
            found = SETTING.match(line)
            settings |= {found[1]: found[2]} if found else {}
            title = title or line
        elif section := SECTION.match(line):
            parts[-1].sections.append((section[1], ""))
        else:
            kind, text = parts[-1].sections[-1]
            parts[-1].sections[-1] = kind, f"{text}{line}\n"
    for part in parts:
        part.sections = [(kind, text.strip("\n")) for kind, text in part.sections]
    return Group(path.stem, title, settings, parts)


def groups(wanted: Sequence[str] = ()) -> list[Group]:
    """All of them, or those whose name contains one of the words."""
    return in_folder(GROUPS, wanted)


def in_folder(folder: Path, wanted: Sequence[str] = ()) -> list[Group]:
    """The texts of a folder."""
    paths = sorted(folder.glob("*.txt"))
    return [read(path) for path in paths if not wanted or any(word in path.stem for word in wanted)]


def test_file(name: str, cases: Sequence[str]) -> str:
    """The test file as Otter Assign writes it."""
    if cases[0].startswith(">>>"):
        told = [
            {"code": text, "hidden": place > 0, "locked": False, "points": 2**place} for place, text in enumerate(cases)
        ]
        suite = {"cases": told, "scored": True, "setup": "", "teardown": "", "type": "doctest"}
        spec = {"name": name, "points": None, "suites": [suite]}
        return f"OK_FORMAT = True\n\ntest = {spec!r}\n"
    lines = ["from otter.test_files import test_case", "", "OK_FORMAT = False", "", f"name = {name!r}", "points = None"]
    place = 0
    for line in "\n\n".join(cases).splitlines():
        if line.startswith("def test_"):
            lines += ["", f"@test_case(points={2**place}, hidden={place > 0})"]
            place += 1
        lines.append(line)
    return "\n".join([*lines, ""])


def blanked(source: str) -> str:
    """What students get: names set to ``...``, functions and classes without a body, imports as they are.

    >>> print(blanked("import math\\ndef df(x):\\n    return 2*x\\na, b = 1, 2"))
    import math
    def df(x):
        ...
    a = b = ...
    """
    return "\n".join(line for node in ast.parse(source).body for line in _blanked(node)) or "..."


def _blanked(node: ast.stmt) -> Iterable[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield ast.unparse(node)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        word = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
        yield from (f"{word} {node.name}({ast.unparse(node.args)}):", "    ...")
    elif isinstance(node, ast.ClassDef):
        yield from (f"class {node.name}:", "    ...")
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        stored = [
            part.id
            for target in targets
            for part in ast.walk(target)
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
        ]
        if stored:
            yield " = ".join([*stored, "..."])


def mutated(source: str) -> str:
    """The first number plus one; where there is no number, what :func:`blanked` makes of it.

    >>> mutated("def df(x):\\n    return 2*x")
    'def df(x):\\n    return 3*x'
    """
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NUMBER and re.fullmatch(r"\d+(\.\d+)?", token.string):
            lines = source.splitlines()
            row, begin, end = token.start[0] - 1, token.start[1], token.end[1]
            number = float(token.string) + 1 if "." in token.string else int(token.string) + 1
            lines[row] = f"{lines[row][:begin]}{number}{lines[row][end:]}"
            return "\n".join(lines)
    return blanked(source)


def recorded() -> dict[str, dict[str, Any]]:
    """Group → ``digest`` of what was run, and ``scores``: form → question → points."""
    return json.loads(RECORD.read_text())["groups"] if RECORD.exists() else {}


def graded(group: Group, folder: Path, executor: Executor) -> dict[str, SubmissionResult]:
    """Form → what we make of it, as a class of three with the right notebook as the solution."""
    archive, paths = group.write(folder)
    return graded_class(archive, paths, folder / "grades", executor, solution=paths["right"])


def graded_class(
    archive: Path, paths: dict[str, Path], out: Path, executor: Executor, *, solution: Path | None = None
) -> dict[str, SubmissionResult]:
    """Key → result, of a class of these notebooks."""
    handed_in = [Submission(key=key, students=(), file=path.name, path=str(path)) for key, path in paths.items()]
    with Batch(archive, out, executor=executor, solution=solution) as batch:
        return {result.submission.key: result for result in batch.grade(handed_in)}


def compared(group: Group, results: dict[str, SubmissionResult]) -> dict[str, list[str]]:
    """``equal``, ``left`` and ``different``: the questions, each as ``form/question``."""
    found: dict[str, list[str]] = {"equal": [], "left": [], "different": []}
    for form, theirs in recorded()[group.name]["scores"].items():
        ours = {question.name: question.score for question in results[form].questions}
        for question, score in theirs.items():
            mine = ours.get(question)
            kind = "left" if mine is None else "equal" if abs(mine - score) < 1e-5 else "different"
            found[kind].append(f"{form}/{question}")
    return found


def main() -> None:
    """What we make of the groups that are asked for."""
    total = dict.fromkeys(("equal", "left", "different"), 0)
    with Workers(2) as workers, tempfile.TemporaryDirectory() as folder:
        for group in groups(sys.argv[1:]):
            if recorded().get(group.name, {}).get("digest") != group.digest:
                print(f"{group.name}: not recorded as it is now: python -m tests.parity.record_parity {group.name}")
                continue
            found = compared(group, graded(group, Path(folder) / group.name, workers))
            print(f"{group.name}:", *(f"{len(names)} {kind}" for kind, names in found.items()), flush=True)
            for kind in ("left", "different"):
                total[kind] += len(found[kind])
                if found[kind] and sys.argv[1:]:
                    print(f"    {kind}:", *found[kind])
            total["equal"] += len(found["equal"])
    print("all:", *(f"{count} {kind}" for kind, count in total.items()))


if __name__ == "__main__":
    main()
