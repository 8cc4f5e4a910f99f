"""Where a course's files lie, and what identifies the source of an assignment.

A course is a folder with ``solutions/<name>/<name>.ipynb`` (Otter Assign sources) and ``assignments/<name>/`` (what
students get, built from them).
"""

import hashlib
import os
from importlib.metadata import version
from pathlib import Path

from autograder.errors import UsageError

BUILT = ".build"
"""Folder beside a source that holds what is made on demand; never committed."""

_NOT_SOURCE = {"variants.toml"}
_ARRANGEMENT = "3"
"""Raised when what is made from the same source changes, so that nothing old is taken for it."""


def course_root(start: Path | None = None) -> Path:
    """The nearest folder at or above ``start`` (default: the current one) that holds ``solutions/``.

    Raises:
        UsageError: there is none.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "solutions").is_dir():
            return folder
    raise UsageError(f"no course here: neither {here} nor a folder above it has a folder solutions/")


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
    digest = hashlib.sha256(f"{version('otter-grader')} {_ARRANGEMENT}".encode())
    found: list[Path] = []
    for at, folders, files in os.walk(folder):
        folders[:] = [each for each in folders if not each.startswith(".")]  # another process may be building there
        found += [Path(at, each) for each in files if not each.startswith(".") and each not in _NOT_SOURCE]
    for path in sorted(path for path in found if path.is_file()):
        relative = path.relative_to(folder)
        content = path.read_bytes()
        digest.update(f"{relative.as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
