"""Which file on disk is the notebook that is open, and whether it holds what was run in the kernel."""

import json
import os
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

__all__ = ["Run", "Runs", "SavedNotebook", "copies", "found_again", "open_notebook", "unsaved"]


@dataclass(frozen=True)
class Run:
    """One cell as it was run."""

    number: int
    """What stands in the brackets beside the cell."""
    source: str
    at: float
    """Seconds since 1970, as files have it."""
    cell: str | None = None
    """The cell's id where the editor tells it; None elsewhere."""
    failed: bool = False
    """Whether it stopped with an error."""


@dataclass(frozen=True)
class SavedNotebook:
    """A notebook file as it lies on disk."""

    path: Path
    sources: frozenset[str]
    """Its code cells, without blanks at line ends."""
    assignment: str | None
    saved_at: float
    tests: Mapping[str, Any] = field(default_factory=dict)
    """Question → its public test, as Otter Assign keeps it in the metadata."""

    @classmethod
    def read(cls, path: Path) -> "SavedNotebook | None":
        """The file, or None where it cannot be read as a notebook."""
        try:
            saved_at = path.stat().st_mtime
            data = json.loads(path.read_text(encoding="utf-8-sig"))
            cells = [cell for cell in data["cells"] if cell["cell_type"] == "code"]
            sources = frozenset(_plain("".join(cell["source"])) for cell in cells)
            otter = data.get("metadata", {}).get("otter", {})
            assignment, tests = otter.get("assignment_name"), dict(otter.get("tests") or {})
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None
        return cls(path.resolve(), sources, assignment, saved_at, tests)


class Runs:
    """The cells that this kernel has run since it was told to watch."""

    def __init__(self) -> None:
        self._runs: list[Run] = []
        self._shell: Any = None

    def watch(self, shell: Any) -> None:
        """Note every cell that ``shell`` (an IPython shell) runs from now on; a second call changes nothing."""
        if shell is not None and shell is not self._shell:
            self._shell = shell
            shell.events.register("pre_run_cell", self._note)
            shell.events.register("post_run_cell", self._end)

    def _note(self, info: Any) -> None:
        if info.store_history and not info.silent and info.raw_cell.strip():
            # not execution_count: some versions of IPython have raised it by now, others not
            number = len(self._shell.history_manager.input_hist_raw)
            self._runs.append(Run(number, info.raw_cell, time.time(), getattr(info, "cell_id", None)))

    def _end(self, result: Any) -> None:
        info = result.info
        if not result.success and self._runs and info is not None and info.raw_cell == self._runs[-1].source:
            self._runs[-1] = replace(self._runs[-1], failed=True)

    def stopped(self, names: Iterable[str]) -> list[str]:
        """Those of some names whose cell, as far as its text tells, ended in an error when it ran last.

        What stands under such a name may be from before: a cell with a slip in its syntax changes nothing.
        """
        last = {
            name: next((run for run in reversed(self.before_this()) if _makes(name, run.source)), None)
            for name in names
        }
        return [name for name, run in last.items() if run is not None and run.failed]

    def before_this(self) -> list[Run]:
        """What ran before the cell that is running now."""
        return self._runs[:-1]


def unsaved(runs: Iterable[Run], saved: SavedNotebook) -> list[Run]:
    """Cells that were run after the file was saved and that it does not hold.

    A cell that was changed and saved without being run again is no concern: the file has what the student sees. Of a
    cell that was run several times only the last run counts.
    """
    latest: dict[object, Run] = {}
    for run in runs:
        key = run.cell or run.number
        latest.pop(key, None)
        latest[key] = run
    return [run for run in latest.values() if run.at > saved.saved_at and _plain(run.source) not in saved.sources]


def found_again(run: Run, saved: SavedNotebook) -> str:
    """The number and the first line that the file does not hold, by which a student finds the cell."""
    known = {line.strip() for source in saved.sources for line in source.splitlines()}
    lines = [line.strip() for line in run.source.splitlines() if line.strip()]
    new = [line for line in lines if line not in known and not line.startswith("#")]
    return f"[{run.number}] {(new or lines)[0][:70]}"


def open_notebook(name: str, runs: Iterable[Run], names: Mapping[str, Any], folder: Path) -> Path | None:
    """The file of the notebook that is open, whatever it is called by now.

    VS Code and Jupyter tell the kernel. Where they do not, or the file was renamed since, it is the notebook of this
    assignment in ``folder`` that holds most of what was run.

    Args:
        name: the assignment's.
        runs: what was run so far.
        names: the names in the notebook, among which VS Code leaves one of its own.
        folder: where the kernel runs.
    """
    for told in (names.get("__vsc_ipynb_file__"), os.environ.get("JPY_SESSION_NAME")):
        if isinstance(told, str) and told.endswith(".ipynb"):
            path = (folder / told).resolve()
            saved = SavedNotebook.read(path)
            # a notebook that runs another one hands on its own name; an unreadable file is the caller's to report
            if path.is_file() and (saved is None or saved.assignment in (None, name)):
                return path
    ran = {_plain(run.source) for run in runs}
    found = copies(name, folder)
    return max(found, key=lambda saved: (len(ran & saved.sources), saved.saved_at)).path if found else None


def copies(name: str, folder: Path) -> list[SavedNotebook]:
    """The notebooks of the assignment ``name`` in a folder, by what their metadata says, not by their names."""
    found = (SavedNotebook.read(path) for path in sorted(folder.glob("*.ipynb")))
    return [
        saved
        for saved in found
        if saved is not None and (saved.assignment == name or (saved.assignment is None and saved.path.stem == name))
    ]


def _makes(name: str, source: str) -> bool:
    """Whether a line of a cell, which may be no Python, gives a value to a name."""
    word = re.escape(name)
    return (
        re.search(rf"^\s*(?:(?:async\s+)?def\s+{word}\b|(?:\w+\s*,\s*)*{word}\s*(?:,[\w\s,]*)?=(?!=))", source, re.M)
        is not None
    )


def _plain(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.splitlines()).strip()
