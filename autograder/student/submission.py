"""The zip that a student hands in, as Otter makes it, and the link to it."""

import contextlib
import html
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

__all__ = ["link", "zipped"]

_ZIP_NAME = "__zip_filename__"
"""In a zip of Otter's, what it was called when it was made."""
_LOG = ".OTTER_LOG"


def link(made: str) -> str:
    """The sentence with which the zip is downloaded, in the student's language."""
    from autograder.feedback import notebook as sentences
    from autograder.student.messages import worded

    file = html.escape(made)
    link = f'<a href="{file}" download="{file}" target="_blank">{html.escape(worded(sentences.DOWNLOAD))}</a>'
    return f"<p>{worded(sentences.EXPORTED, link=link)}</p>"


def zipped(path: Path, export_path: str | None, files: Sequence[str], *, log: bool) -> str:
    """Otter's submission zip, beside the notebook; every path in it is relative to the notebook's folder."""
    name = export_path or f"{path.stem}_{datetime.now():%Y_%m_%dT%H_%M_%S_%f}.zip"
    with contextlib.chdir(path.parent), zipfile.ZipFile(name, "w") as archive:
        archive.write(path.name)
        for file in [*([_LOG] if log and Path(_LOG).is_file() else []), *map(str, Path().glob("*.otter")), *files]:
            inside = Path(file).glob("**/*.*") if Path(file).is_dir() else [file]
            for each in inside:
                archive.write(each)
        archive.writestr(_ZIP_NAME, Path(name).name)
    return name
