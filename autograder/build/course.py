"""Where a course's files lie, and what identifies the source of an assignment.

A course is a folder with ``solutions/<name>/<name>.ipynb`` (Otter Assign sources) and ``assignments/<name>/`` (what
students get, built from them).
"""

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from importlib import resources
from importlib.metadata import version
from pathlib import Path

from autograder.build.settings import COURSE_FILE, course_settings
from autograder.errors import UsageError
from autograder.model import Record
from autograder.origin import shipped
from autograder.tries import OLD_NAME

BUILT = ".build"
"""Folder beside a source that holds what is made on demand; never committed."""

POOL_FILE = "versions.json"
"""Beside the source, and committed: the versions that students have."""

_NOT_SOURCE = {"tries.toml", OLD_NAME}


class Shown(Record, frozen=True, kw_only=True):
    """What a class's pages show of an assignment, and what a notebook is when nobody has worked in it."""

    prompts: dict[str, str]
    """Question → its prompt as Markdown."""
    versions: tuple[dict[str, str], ...] = ()
    """For each version the prompts of what is drawn in it; empty where nothing is drawn."""
    starter: tuple[str, ...] = ()
    """The code of the students' notebook, cell for cell."""


def course_root(start: Path | None = None, *, example: bool = False) -> Path:
    """The nearest folder at or above ``start`` (default: the current one) that holds ``solutions/``.

    Args:
        start: where to begin.
        example: where there is none, take the course that comes with the package.

    Raises:
        UsageError: there is none.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "solutions").is_dir():
            return folder
    if example:
        return example_course()
    raise UsageError(f"no course here: neither {here} nor a folder above it has a folder solutions/")


def assignment_meant(given: str, *, example: bool = False) -> tuple[Path, str]:
    """The course and the name of the assignment that somebody names: one rule for every command.

    ``given`` is a name in the course around the current folder, or the path of what a course has of an assignment: its
    folder under ``solutions/`` or ``assignments/``, or its source. Whether there is such an assignment is not looked at
    for a name.

    Raises:
        UsageError: a name, and no course here.
    """
    return in_course(Path(given)) or (course_root(example=example), given)


def in_course(path: Path) -> tuple[Path, str] | None:
    """The course and the name of the assignment that a path is of; None where it is of none."""
    path = path.absolute()
    folder = path.parent if path.suffix == ".ipynb" else path
    root, name = folder.parent.parent, folder.name
    lies = folder.parent.name in ("solutions", "assignments") and path.exists()
    return (root, name) if lies and (root / "solutions" / name / f"{name}.ipynb").is_file() else None


def example_course() -> Path:
    """The course that comes with the package, where it can be built: the checkout, or a copy in the user's cache."""
    source = shipped("solutions")
    if (source.parent / "pyproject.toml").is_file():
        return source.parent
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(source.rglob("*.ipynb")))).hexdigest()[:12]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "nabla-autograder"
    place = cache / f"course-{digest}"
    if not place.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=cache, prefix="new-"))
        write_course(scratch)
        with contextlib.suppress(OSError):  # another process was faster
            scratch.rename(place)
        shutil.rmtree(scratch, ignore_errors=True)
    return place


def write_course(folder: Path) -> tuple[list[Path], list[Path]]:
    """Write the course's sources, its settings and a page on what to do next into a new instructor's folder.

    A file that is there already stays as it is: a new repository often has a README and a .gitignore of its own.

    Returns:
        What was written, and what was there.

    Raises:
        UsageError: the folder has a course already, or cannot be written.
    """
    # a build removes from assignments/<name>/ what it did not make
    if taken := next((name for name in ("solutions", "assignments") if (folder / name).exists()), None):
        raise UsageError(f"{folder} has a course already (it holds {taken}/): choose another folder with -o")
    written, kept = [folder / "solutions"], []
    source = shipped("solutions")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, folder / "solutions", ignore=shutil.ignore_patterns(".*", "__pycache__"))
        for name in (COURSE_FILE, "README.md", ".gitignore"):
            if (folder / name).exists():
                kept.append(folder / name)
                continue
            text = (resources.files("autograder.build") / "new_course" / name.lstrip(".")).read_text(encoding="utf-8")
            (folder / name).write_text(text, encoding="utf-8")
            written.append(folder / name)
    except OSError as error:
        raise UsageError(f"cannot write {folder}: {error.strerror}") from error
    return written, kept


def assignments(root: Path) -> list[str]:
    """Names of the assignments that have a source, sorted."""
    return sorted(path.parent.name for path in (root / "solutions").glob("*/*.ipynb") if path.stem == path.parent.name)


def source_notebook(root: Path, name: str) -> Path:
    """The Otter Assign source of ``name``.

    Raises:
        UsageError: there is no such assignment; the message lists those there are.
    """
    path = root / "solutions" / name / f"{name}.ipynb"
    # a name is one folder's name, so "../x" or "" is no assignment even where such a path exists
    if Path(name).name != name or not path.is_file():
        known = ", ".join(assignments(root)) or "none"
        folder = root / "solutions" / name
        others = sorted(each.name for each in folder.glob("*.ipynb")) if Path(name).name == name != "" else []
        if others:
            raise UsageError(f"solutions/{name}/ has {', '.join(others)}, and its source must be called {name}.ipynb")
        raise UsageError(f"unknown assignment {name!r}: solutions/ has {known}")
    return path


def source_digest(root: Path, name: str) -> str:
    """SHA-256 over the files that the build of ``name`` reads and the version of Otter that builds it."""
    folder = source_notebook(root, name).parent
    told = course_settings(root, name).key
    digest = hashlib.sha256(f"{version('otter-grader')} {told}".encode())
    for name, content in _files(folder):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def read_beside(source: Path) -> list[str]:
    """What a source may read or import, data and modules: of each file its name and its digest, sorted by name.

    Other notebooks are none of it: nobody runs them, and Jupyter leaves copies.

    Args:
        source: the notebook.
    """
    found = ((name, content) for name, content in _files(source.parent) if name != POOL_FILE)
    return [f"{name} {hashlib.sha256(data).hexdigest()}" for name, data in found if not name.endswith(".ipynb")]


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Names, sorted, and contents of the files in a source's folder that are its author's."""
    found: list[Path] = []
    for at, folders, files in os.walk(folder):
        # another process may be building there, and an import leaves its bytes
        folders[:] = [each for each in folders if not each.startswith(".") and each != "__pycache__"]
        found += [Path(at, each) for each in files if not each.startswith(".") and each not in _NOT_SOURCE]
    for path in sorted(path for path in found if path.is_file()):
        yield path.relative_to(folder).as_posix(), path.read_bytes()
