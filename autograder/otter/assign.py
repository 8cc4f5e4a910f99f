"""Runs Otter Assign on a source notebook, away from this process."""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from autograder.errors import AuthorError, UsageError
from autograder.model import Record

__all__ = ["Assigned", "assign"]

_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "SYSTEMROOT", "VIRTUAL_ENV")

_OTTER = """
import sys
from contextlib import ExitStack
from types import SimpleNamespace
from autograder.modules import SLOW, without, without_init
with ExitStack() as spared, without(*SLOW):
    for name in ("otter", "IPython", "dill", "jupytext", "nbconvert", "pandas"):
        spared.enter_context(without_init(name))
    from otter.assign import main, tests_manager
tests_manager.pd = SimpleNamespace(DataFrame=list)  # of a summary for the log, which is not kept
main(*sys.argv[-2:], no_pdfs="--no-pdfs" in sys.argv, no_run_tests="--no-run-tests" in sys.argv)
"""
"""``python -m otter assign`` without what Otter imports for its other commands, in a third of the time."""


class Assigned(Record, frozen=True, kw_only=True):
    """What Otter Assign wrote."""

    student: str
    """Folder for the students: notebook without solutions and hidden tests, public tests, data files."""
    autograder: str
    """Folder with the solution notebook and the zip."""
    zip: str
    """The ``autograder.zip``: what ``load`` and Gradescope take."""
    log: str
    """What Otter printed."""


def assign(source: str | Path, out: str | Path, *, run_tests: bool = True, timeout: float = 300.0) -> Assigned:
    """Run ``otter assign`` on a notebook, or on the one notebook of a folder.

    The child sees only the few environment variables that Python needs, a throw-away IPython folder, and makes no
    PDFs. ``out`` is emptied of an earlier ``student`` and ``autograder`` by Otter itself.

    Args:
        source: the Otter Assign notebook, or the folder that holds exactly one.
        out: where ``student`` and ``autograder`` go.
        run_tests: let Otter check that the solution passes its own tests.
        timeout: seconds after which the child is killed.

    Raises:
        UsageError: there is no notebook, or several.
        AuthorError: Otter refuses the source or the solution fails; the message ends with Otter's own last lines.
    """
    notebook = _notebook(Path(source))
    _require_kernel(notebook)
    out = Path(out).resolve()
    out.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-c", _OTTER, "assign", "--no-pdfs", notebook.name, str(out)]
    if not run_tests:
        command.insert(-2, "--no-run-tests")
    with tempfile.TemporaryDirectory(prefix="autograder-assign-") as scratch:
        environ = {name: os.environ[name] for name in _KEPT if name in os.environ}
        environ |= {"IPYTHONDIR": scratch, "JUPYTER_CONFIG_DIR": scratch, "MPLBACKEND": "agg", "PYTHONUTF8": "1"}
        environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environ.get("PATH", "")])
        try:
            done = subprocess.run(
                command,
                cwd=notebook.parent,
                env=environ,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=timeout,
                stdin=subprocess.DEVNULL,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise AuthorError(
                f"{notebook}: otter assign did not end within {timeout:g} s; is a cell endless?"
            ) from error
    log = f"{done.stdout}\n{done.stderr}".strip()
    zips = sorted((out / "autograder").glob("*autograder*.zip"), key=lambda file: file.stat().st_mtime)
    if done.returncode != 0 or not zips:
        raise AuthorError(f"{notebook}: otter assign failed.\n{_last_words(log)}")
    return Assigned(student=str(out / "student"), autograder=str(out / "autograder"), zip=str(zips[-1]), log=log)


def _notebook(source: Path) -> Path:
    if source.is_file():
        return source.resolve()
    notebooks = sorted(source.glob("*.ipynb")) if source.is_dir() else []
    if len(notebooks) != 1:
        found = ", ".join(file.name for file in notebooks) or "none"
        raise UsageError(f"{source}: otter assign needs one notebook, found {found}.")
    return notebooks[0].resolve()


def _require_kernel(notebook: Path) -> None:
    try:
        metadata = json.loads(notebook.read_text(encoding="utf-8-sig")).get("metadata", {})
    except (ValueError, AttributeError) as error:
        raise AuthorError(f"{notebook} is not a notebook: {error}.") from error
    if "kernelspec" not in metadata:  # Otter says KeyError: 'kernelspec'
        raise AuthorError(f"{notebook} names no kernel, which otter assign needs: open it in Jupyter and save it.")


def _last_words(log: str) -> str:
    """The exception that Otter ended with: everything from its last unindented ``SomeError: …`` line."""
    lines = log.splitlines()
    starts = [number for number, line in enumerate(lines) if re.match(r"[A-Za-z_][\w.]*(?:Error|Exception)\b", line)]
    return "\n".join(lines[starts[-1] if starts else -12 :][:40])
