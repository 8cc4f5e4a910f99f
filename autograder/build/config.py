"""What an author writes into ``# ASSIGNMENT CONFIG``: Otter's keys, and this package's own, which Otter refuses."""

import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["is_config", "new_config", "own_config", "own_config_of", "unfenced", "without_own"]

OURS = ("language", "versions")
"""Keys that are this package's: of what students read, and how many versions there are where numbers are drawn."""
_CONFIG = re.compile(r"#\s+ASSIGNMENT\s+CONFIG\b", re.IGNORECASE)
_OWN = re.compile(rf"^(?:{'|'.join(OURS)}):.*\n?", re.M)


_NEW = """\
# ASSIGNMENT CONFIG
name: {name}
init_cell: false
check_all_cell: false
export_cell:
    pdf: false
    run_tests: false{instructions}
tests:
    ok_format: false
generate: true"""


def new_config(name: str, instructions: str = "") -> str:
    """The configuration of an assignment that had none.

    Args:
        name: the assignment's.
        instructions: what stands where students export their work; else Otter's own words.
    """
    return _NEW.format(name=name, instructions=f'\n    instructions: "{instructions}"' if instructions else "")


def unfenced(text: str) -> str:
    """Otter also takes Markdown cells that hold only a block fenced as ``otter``."""
    stripped = text.strip()
    if stripped.startswith("```otter") and stripped.endswith("```"):
        return stripped[len("```otter") : -3].strip()
    return text


def is_config(kind: str, text: str) -> bool:
    """Whether a cell of this kind and text is an assignment's configuration."""
    inner = unfenced(text)
    return (kind == "raw" or inner is not text) and _CONFIG.match(inner) is not None


def own_config(cells: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The keys of this package's that an assignment's configuration has; nothing where it is no YAML.

    Args:
        cells: kind and text of each.
    """
    found: dict[str, Any] = {}
    for kind, text in cells:
        if is_config(kind, text) and _OWN.search(unfenced(text)):
            try:
                config = yaml.safe_load(unfenced(text))
            except yaml.YAMLError:
                continue  # the reader of the source says where
            if isinstance(config, dict):
                found |= {key: value for key, value in config.items() if key in OURS}
    return found


def own_config_of(source: Path) -> dict[str, Any]:
    """As :func:`own_config`, of a file; nothing where there is none, or no notebook: its reader says what it is."""
    try:
        cells = json.loads(source.read_bytes())["cells"]
        return own_config((cell["cell_type"], "".join(cell["source"])) for cell in cells)
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def without_own(source: Path, notebook: "NotebookNode", folder: Path, *, changed: bool = False) -> Path:
    """The source as Otter takes it: itself, or a copy of its folder in which the configuration has Otter's keys alone.

    Args:
        source: the author's notebook.
        notebook: the same, read.
        changed: the notebook that was read is no longer as its file.
        folder: where the copy goes, on the disk of the source; its files are links where the disk has such.
    """
    if not changed and not own_config((cell.cell_type, cell.source) for cell in notebook.cells):
        return source
    import nbformat  # who grades reads the settings, and writes no notebook

    for cell in notebook.cells:
        if is_config(cell.cell_type, cell.source):
            cell.source = _OWN.sub("", cell.source)
    # not symbolic links: Otter follows them and finds that the file lies elsewhere
    shutil.copytree(source.parent, folder, copy_function=_linked, ignore=shutil.ignore_patterns(".*"))
    copy = folder / source.name
    copy.unlink()
    nbformat.write(notebook, copy)
    return copy


def _linked(source: str, target: str) -> None:
    try:
        Path(target).hardlink_to(source)
    except OSError:
        shutil.copy2(source, target)
