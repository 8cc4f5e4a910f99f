"""A large notebook without its outputs, read in a process of its own: ``python -m autograder.lms.intake.slim FROM TO``.

A notebook of a hundred megabytes is honest where a loop printed, and a trap where it is a list of lists. So the process
that collects a class never reads one: this one does, with a limit on its memory, and says in one line what it found.
"""

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import msgspec

from autograder.errors import NotebookError
from autograder.model import Record
from autograder.untrusted import TooManyParts, json_of

__all__ = ["Slim", "slim"]

MEMORY_BYTES = 3 * 2**30
"""Address space: a notebook of 200 MB with every outside-of-ASCII letter takes half of it."""
CPU_SECONDS = 60
"""Reading 200 MB takes about two."""


class Slim(Record, frozen=True, kw_only=True):
    """What the other process found."""

    written: bool = False
    """``TO`` holds the notebook without its outputs; False where it is none, which grading will say."""
    assignment: str | None = None
    """What the metadata name."""
    too_large: str | None = None


def assignment_in(notebook: object) -> str | None:
    """The assignment that a notebook's metadata name (``otter.assignment_name``), or None."""
    found: object = notebook
    for key in ("metadata", "otter", "assignment_name"):
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, str) else None


def slim(path: Path, target: Path, name: str) -> Slim:
    """Write the notebook without outputs and pictures to ``target``.

    Raises:
        NotebookError: it is too large to be read.
    """
    command = [sys.executable, "-P", "-m", "autograder.lms.intake.slim", str(path), str(target)]
    root = str(Path(__file__).resolve().parents[3])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))}
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, env=environment, check=False)
    try:
        found = msgspec.json.decode(done.stdout, type=Slim)
    except msgspec.MsgspecError:  # it died: of its memory, or of its time
        found = Slim(too_large="reading it takes too much memory or time")
    if found.too_large is not None:
        raise NotebookError("too-large", f"{name}: {found.too_large}: ask for it with outputs cleared")
    return found


def _slim(path: Path, target: Path) -> Slim:
    try:
        notebook = json_of(path.read_bytes().decode("utf-8-sig"))
    except TooManyParts as error:
        return Slim(too_large=str(error))
    except (ValueError, RecursionError):
        return Slim()
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        return Slim()
    for cell in notebook["cells"]:
        if isinstance(cell, dict):
            cell.pop("attachments", None)
            if "outputs" in cell:
                cell["outputs"] = []
    target.parent.mkdir(parents=True, exist_ok=True)
    # no blanks: of lists of lists, blanks made a larger file than it was
    target.write_text(json.dumps(notebook, separators=(",", ":")), "utf-8")
    return Slim(written=True, assignment=assignment_in(notebook))


def _limit() -> None:
    with suppress(ImportError):  # Windows has no such limits
        import resource

        for which, most in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, CPU_SECONDS)):
            hard = resource.getrlimit(which)[1]
            resource.setrlimit(which, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def main() -> None:
    """Slim one notebook and say what was found."""
    _limit()
    try:
        found = _slim(Path(sys.argv[1]), Path(sys.argv[2]))
    except MemoryError:
        found = Slim(too_large="reading it takes too much memory")
    sys.stdout.buffer.write(msgspec.json.encode(found))


if __name__ == "__main__":
    main()
