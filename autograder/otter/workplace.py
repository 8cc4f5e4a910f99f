"""Where tests run: folders of ours that are renewed before each submission and go when nobody needs them."""

import shutil
import tempfile
import weakref
from pathlib import Path

__all__ = ["Scratch", "Workplace"]


class Scratch:
    """A private folder that goes when nobody needs it any more."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="autograder-assignment-"))
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)


class Workplace:
    """Where tests run: the support files, as they were for every submission."""

    def __init__(self, files: Path) -> None:
        self._kept, self._used = Scratch(), Scratch()
        if files.is_dir():
            shutil.copytree(files, self._kept.folder, dirs_exist_ok=True, ignore=_links)
        self._were = self._fill()

    @property
    def kept(self) -> Path:
        """The support files as they came; no test is ever there."""
        return self._kept.folder

    @property
    def folder(self) -> Path:
        """The working directory of tests."""
        return self._used.folder

    def renew(self) -> None:
        """Take back what the tests of the last submission wrote, changed or deleted."""
        if self._seen() != self._were:
            for entry in self.folder.iterdir():
                if entry.is_dir() and not entry.is_symlink():
                    shutil.rmtree(entry)
                else:
                    entry.unlink()
            self._were = self._fill()

    def _fill(self) -> set[tuple[str, int, int]]:
        shutil.copytree(self.kept, self.folder, dirs_exist_ok=True)
        return self._seen()

    def _seen(self) -> set[tuple[str, int, int]]:
        """Every file with its size and the time of its last change, and every folder; not Python's bytecode."""
        found = set()
        for path in self.folder.rglob("*"):
            if "__pycache__" not in path.parts:
                status = path.lstat()
                found.add((str(path), 0, 0) if path.is_dir() else (str(path), status.st_size, status.st_mtime_ns))
        return found


def _links(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if (Path(folder) / name).is_symlink()}
