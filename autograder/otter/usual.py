"""What the cells and calls of the solution take, kept in the autograder's zip: a student's may take many times that.

Rounded up to 1, 2 or 5, so that a rebuild on another day or another machine mostly gives the same bytes.
"""

import math
import zipfile
from collections.abc import Mapping
from pathlib import Path

import msgspec

from autograder.model import Record

__all__ = ["TIMES", "Usual", "by_id", "keep_times", "read_times", "write_times"]

TIMES = "times.json"


class Usual(Record, frozen=True, kw_only=True):
    """Processor seconds that the solution took when the assignment was certified."""

    cells: dict[str, float | None]
    """Id of a cell → of that cell; None where it did not come to its end."""
    calls: dict[str, float]
    """Question → of that call of its answer's functions which took longest."""

    def of_cell(self, cell: str | None) -> float | None:
        """Of the solution's cell with this id; of all its cells together for one that it does not have.

        A cell that a student added, or that lost its id on the way, may hold anything that the notebook asks for. None
        where that is not known.
        """
        if cell in self.cells:
            return self.cells[cell]
        known = [seconds for seconds in self.cells.values() if seconds is not None]
        return math.fsum(known) if len(known) == len(self.cells) else None


def rounded(seconds: float) -> float:
    """The next of …, 0.1, 0.2, 0.5, 1, 2, 5, …; nothing below 0.01 s, which is the clock's own step.

    >>> [rounded(seconds) for seconds in (0.0, 0.003, 0.1, 0.13, 0.31, 6.2)]
    [0.01, 0.01, 0.1, 0.2, 0.5, 10.0]
    """
    seconds = max(seconds, 0.01)
    power = 10.0 ** math.floor(math.log10(seconds) + 1e-9)
    step = next(step for step in (1, 2, 5, 10) if seconds <= step * power * (1 + 1e-9))
    return float(f"{step * power:.3g}")


def by_id(ids: Mapping[int, str | None], seconds: Mapping[int, float | None]) -> dict[str, float | None]:
    """Seconds of the notebook's cells by their ids; one without an id counts among all, which such a cell may take.

    Args:
        ids: place of a cell → its id.
        seconds: place → what it took, None where that is not known; -1 are Otter's own.

    >>> by_id({0: "a", 1: None}, {-1: 0.1, 0: 0.2, 1: 0.3})
    {'a': 0.2, '#1': 0.3}
    """
    return {ids[place] or f"#{place}": taken for place, taken in seconds.items() if place in ids}


def read_times(file: Path) -> Usual | None:
    """The times as they were written; None where there are none: another author's zip, or one without a certificate."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Usual)
    except (OSError, msgspec.MsgspecError):
        return None


def keep_times(archive: Path, cells: Mapping[str, float | None], calls: Mapping[str, float]) -> None:
    """Put the times into a zip that has none yet; who reads it meanwhile has the one or the other, whole.

    Args:
        archive: the autograder.zip.
        cells: id of a cell → processor seconds; None where it did not come to its end.
        calls: question → processor seconds of a call.
    """
    with zipfile.ZipFile(archive) as zipped:
        if TIMES in zipped.namelist():
            return
    beside = archive.with_suffix(".new")
    beside.write_bytes(archive.read_bytes())
    with zipfile.ZipFile(beside, "a", zipfile.ZIP_DEFLATED) as zipped:
        # with the zip format's first day as its date
        zipped.writestr(zipfile.ZipInfo(TIMES), _text(cells, calls))
    beside.replace(archive)


def write_times(file: Path, cells: Mapping[str, float | None], calls: Mapping[str, float]) -> None:
    """Put the times into a file of their own, where a zip that is somebody's has none; it is there whole or not.

    Args:
        file: what :func:`read_times` will read.
        cells: id of a cell → processor seconds; None where it did not come to its end.
        calls: question → processor seconds of a call.
    """
    beside = file.with_suffix(".new")
    beside.write_bytes(_text(cells, calls))
    beside.replace(file)


def _text(cells: Mapping[str, float | None], calls: Mapping[str, float]) -> bytes:
    usual = Usual(
        cells={cell: None if seconds is None else rounded(seconds) for cell, seconds in sorted(cells.items())},
        calls={question: rounded(seconds) for question, seconds in sorted(calls.items())},
    )
    return msgspec.json.format(msgspec.json.encode(usual), indent=1)
