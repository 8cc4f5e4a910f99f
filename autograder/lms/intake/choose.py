"""Which of a student's files is the notebook, and which files go with it."""

import hashlib
import json
import os
import shutil
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from autograder.errors import NotebookError
from autograder.lms.intake.archive import ONE_STUDENT, ignored, unpack
from autograder.lms.intake.loose import is_assignment
from autograder.lms.intake.places import misplaced, path_text
from autograder.lms.intake.slim import assignment_in, slim
from autograder.lms.records import Bundle, Item
from autograder.model import Refused
from autograder.untrusted import json_of, whole

__all__ = ["Chosen", "choose"]

MB = 1024 * 1024
SLIM_FROM = 8 * MB
"""A notebook above this size loses its outputs on the way in: grading runs the code again anyway."""
LARGEST = 200 * MB
LARGEST_SCRIPT = 8 * MB
"""A script has no outputs."""
_DEEPEST = 2
"""Zips within zips within a submission."""


class Chosen(NamedTuple):
    """The notebook that is graded, and what lies beside it."""

    file: str
    """The notebook's name as it came."""
    path: Path
    files: dict[str, Path]
    tag_of: str
    """First part of the path of the file that the LMS knows: the notebook, or the zip around it."""
    notes: tuple[str, ...]
    problems: tuple[str, ...]
    """Files of this submission that were refused."""


class _File(NamedTuple):
    item: Item
    origin: str


def choose(bundle: Bundle, work: Path, assignment: str | None) -> Chosen | Refused:
    """The submission's notebook; or why there is none."""
    files, problems = _open_zips(bundle, work)
    for at, problem in misplaced([file.item.parts for file in files]).items():
        files[at] = files[at]._replace(item=files[at].item._replace(problem=files[at].item.problem or problem))
    usable = [file for file in files if file.item.problem is None]
    problems += [file.item.problem for file in files if file.item.problem is not None]
    named = bundle.students[0].name or bundle.students[0].id

    def refuse(reason: str, message: str) -> Refused:
        listed = [file.item.parts[-1] for file in files]
        return Refused(
            file=listed[0] if len(listed) == 1 else bundle.source,
            reason=reason,
            message=f"{named}: {message}",
            students=bundle.students,
        )

    notebooks = [file for file in usable if _ending(file) == ".ipynb"] or [
        file for file in usable if _ending(file) == ".py"
    ]
    if not notebooks:
        if problems:
            return refuse(problems[0][0], problems[0][1])
        if not files:
            return refuse("empty", f"{bundle.source} is empty: ask for a new upload")
        listed = ", ".join(sorted(path_text(file.item.parts) for file in files)[:5])
        return refuse("not-a-notebook", f"no notebook among the files ({listed}): ask for the .ipynb file")
    picked, notes = _pick(notebooks, assignment)
    if picked is None:
        listed = ", ".join(path_text(file.item.parts) for file in notebooks[:5])
        return refuse(
            "several-notebooks",
            f"{len(notebooks)} notebooks ({listed}) and neither name nor metadata says which one is "
            f"{assignment or 'the assignment'}: leave one and run again",
        )
    try:
        path, more = _prepare(picked, work)
    except NotebookError as error:
        return refuse(error.reason, str(error))
    beside = _beside(picked, usable)
    return Chosen(
        file=picked.item.parts[-1],
        path=_spelled(path, work),
        files={name: _spelled(path, work) for name, path in beside.items()},
        tag_of=picked.origin,
        notes=(*notes, *more),
        problems=tuple(message for _, message in problems),
    )


def _spelled(path: Path, work: Path) -> Path:
    """The file under a name that can be written down: a copy, where the bytes of its own are no text."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        work.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
        return Path(shutil.copyfile(path, work / f"{name}{whole(path.suffix)}"))
    return path


def _ending(file: _File) -> str:
    name = PurePosixPath(file.item.parts[-1].lower())
    # some browsers save a notebook as hw01.ipynb.txt
    return ".ipynb" if name.suffix in (".txt", ".json") and name.stem.endswith(".ipynb") else name.suffix


def _open_zips(bundle: Bundle, work: Path) -> tuple[list[_File], list[tuple[str, str]]]:
    """The files with zips replaced by what is in them, as deep as is allowed."""
    files = [_File(item, item.parts[0]) for item in bundle.items]
    problems: list[tuple[str, str]] = []
    for depth in range(_DEEPEST + 1):
        zips = [file for file in files if _ending(file) == ".zip" and file.item.problem is None]
        if not zips or (depth and any(_ending(file) == ".ipynb" for file in files)):
            break
        files = [file for file in files if file not in zips]
        for number, file in enumerate(zips):
            named = path_text(file.item.parts)
            if depth == _DEEPEST:
                problems.append(("nested-zip", f"{named}: zips inside zips inside a zip: ask for the notebook itself"))
                continue
            try:
                unpacked = unpack(file.item.path, work / f"{depth}-{number}", limits=ONE_STUDENT, source=named)
            except NotebookError as error:
                problems.append((error.reason, str(error)))
                continue
            inside = file.item.parts[:-1]
            files += [_File(item._replace(parts=(*inside, *item.parts)), file.origin) for item in unpacked.items]
            if not unpacked.items:
                problems.append(("empty", f"{named} holds no file: ask for a new upload"))
    return [file for file in files if not ignored(file.item.parts)], problems


def _pick(notebooks: list[_File], assignment: str | None) -> tuple[_File | None, tuple[str, ...]]:
    if len(notebooks) == 1:
        return notebooks[0], ()
    listed = ", ".join(path_text(file.item.parts) for file in notebooks[:5])
    says = {id(file): assignment_of(file.item.path) if assignment else None for file in notebooks}
    by_metadata = [file for file in notebooks if assignment and says[id(file)] == assignment]
    called = [
        file for file in notebooks if assignment and is_assignment(PurePosixPath(file.item.parts[-1]).stem, assignment)
    ]
    by_name = [file for file in called if file in by_metadata or not by_metadata]
    if by_metadata and not by_name and any(says[id(file)] is None for file in called):
        # a copy under another name, or the work itself that lost its metadata: one of the two is the work
        return None, ()
    for found, why in ((by_metadata, "its metadata names the assignment"), (by_name, "its name is the assignment's")):
        if len(found) == 1:
            return found[0], (f"{len(notebooks)} notebooks ({listed}), took {found[0].item.parts[-1]}: {why}",)
    alike = by_name or by_metadata or notebooks
    if len({_digest(file.item.path) for file in alike}) == 1:
        return alike[0], (f"{len(notebooks)} notebooks ({listed}), took {alike[0].item.parts[-1]}: same content",)
    return None, ()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def assignment_of(path: Path) -> str | None:
    """The assignment that a notebook's metadata name (``otter.assignment_name``), or None."""
    try:
        if path.stat().st_size > SLIM_FROM:
            return slim(path, Path(os.devnull), path.name).assignment
        return assignment_in(json_of(path.read_bytes().decode("utf-8-sig")))
    except (OSError, ValueError, RecursionError, NotebookError):
        return None


def _prepare(picked: _File, work: Path) -> tuple[Path, tuple[str, ...]]:
    """The notebook as grading can read it; the student's own file is never changed.

    Raises:
        NotebookError: it is empty or too large.
    """
    path, name = picked.item.path, picked.item.parts[-1]
    size = path.stat().st_size
    if size == 0:
        raise NotebookError("empty", f"{name} is an empty file (0 bytes): ask for a new upload")
    most = LARGEST if _ending(picked) != ".py" else LARGEST_SCRIPT
    if size > most:
        raise NotebookError(
            "too-large", f"{name} has {size // MB:,} MB, more than {most // MB} MB: ask for it with outputs cleared"
        )
    if _ending(picked) == ".py":
        work.mkdir(parents=True, exist_ok=True)
        target = work / "from-script.ipynb"
        target.write_text(json.dumps(notebook_of(path.read_bytes().decode("utf-8-sig", errors="replace"))), "utf-8")
        return target, ("a Python script, graded as a notebook",)
    if size <= SLIM_FROM:
        return path, ()
    target = work / "slim.ipynb"
    if not slim(path, target, name).written:
        return path, ()  # grading says what is wrong with it
    return target, (f"a notebook of {size / MB:.0f} MB: its outputs and pictures were left out",)


def notebook_of(script: str) -> dict[str, Any]:
    r"""A script as a notebook: cells at ``# %%`` and at the ``# In[3]:`` that nbconvert writes.

    >>> [cell["source"] for cell in notebook_of("x = 1\n# %%\ny = 2\n")["cells"]]
    ['x = 1', 'y = 2']
    """
    cells: list[list[str]] = [[]]
    for line in script.splitlines():
        if line.startswith(("# %%", "#%%", "# In[")):
            cells.append([])
        else:
            cells[-1].append(line)
    sources = [source for lines in cells if (source := "\n".join(lines).strip("\n"))]
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [
            {
                "cell_type": "code",
                "id": f"cell-{number}",
                "metadata": {},
                "source": source,
                "outputs": [],
                "execution_count": None,
            }
            for number, source in enumerate(sources)
        ],
    }


def _beside(picked: _File, usable: list[_File]) -> dict[str, Path]:
    """The other files under the names by which the notebook opens them: relative to its folder."""
    base = picked.item.parts[:-1]
    files: dict[str, Path] = {}
    for file in usable:
        if file is picked:
            continue
        parts = file.item.parts
        inside = parts[len(base) :] if parts[: len(base)] == base else parts
        files.setdefault("/".join(inside), file.item.path)
    return files
