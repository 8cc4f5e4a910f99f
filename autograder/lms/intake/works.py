"""Which of several works of one student counts.

What the TA named on the command line as that student's comes first; then the time that the LMS wrote; then, unless they
are the same, what can be read at all, where it was named after what cannot. Nothing else is guessed.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from autograder.lms.intake.choose import SLIM_FROM
from autograder.lms.times import read_time
from autograder.model import Refused, Submission
from autograder.untrusted import TooManyParts, json_of

__all__ = ["Settled", "settle"]


class Settled(NamedTuple):
    """What became of the works of one student."""

    kept: Submission | None
    refused: tuple[Refused, ...] = ()
    warnings: tuple[str, ...] = ()


def settle(works: Sequence[Submission]) -> Settled:
    """The one work that counts, or all of them refused, because either could."""
    if len(works) == 1:
        return Settled(works[0])
    who = works[0].students[0].name or works[0].students[0].id
    own = [work for work in works if work.own]
    if own and len(own) < len(works):
        left = [work for work in works if not work.own]
        more = settle(own)
        named = ", ".join(f"{work.file} of {work.source}" for work in left)
        line = f"{who}: left out {named}: {own[0].source}, as it was given, is this student's own"
        return more._replace(warnings=(*more.warnings, line))
    if (newest := _newest(works)) is not None:
        return Settled(_noting(newest, f"{len(works)} submissions, took the one of {newest.submitted}"))
    if len({_content(work) for work in works}) == 1:
        # one that the LMS knows can get its page back
        known = next((work for work in works if work.lms_tag), works[0])
        return Settled(_noting(known, f"{len(works)} submissions of the same files"))
    readable = [work for work in works if _is_notebook(Path(work.path))]
    if len(readable) == 1 and all(work.argument < readable[0].argument for work in works if work is not readable[0]):
        kept = readable[0]
        line = f"{who}: took {kept.file} of {kept.source} in the place of a file before it that is no notebook"
        return Settled(_noting(kept, line), warnings=(line,))
    listed = ", ".join(f"{work.file} of {work.source}" for work in works)
    return Settled(
        None,
        tuple(
            Refused(
                file=work.file,
                reason="several-submissions",
                message=f"{who} has {len(works)} submissions ({listed}) and nothing says which is the newest: leave "
                "one, or name the one that counts with --replace STUDENT FILE",
                students=work.students,
            )
            for work in works
        ),
    )


def _newest(works: Sequence[Submission]) -> Submission | None:
    """The latest, where all have times that can be compared: as text, 10:00 -08:00 would come after 12:00 +00:00."""
    times = [when for work in works if (when := read_time(work.submitted or "")) is not None]
    if len(times) < len(works) or len({when.tzinfo is None for when in times}) > 1 or times.count(max(times)) > 1:
        return None
    return works[times.index(max(times))]


def _content(work: Submission) -> tuple[bytes, ...]:
    """A digest of the notebook and of each file beside it, with its name."""
    files = sorted(work.files.items())
    names = (name.encode(errors="surrogateescape") for name, _ in files)
    return (_digest(work.path), *names, *(_digest(path) for _, path in files))


def _digest(path: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError:
        return path.encode(errors="surrogateescape")


def _noting(work: Submission, note: str) -> Submission:
    return msgspec.structs.replace(work, notes=(*work.notes, note))


def _is_notebook(path: Path) -> bool:
    """Whether a file can be read as a notebook at all; what is in it is grading's business."""
    try:
        if path.stat().st_size > SLIM_FROM:
            return True  # no reason to believe that another one is meant
        found = json_of(path.read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError, TooManyParts):
        return False
    return isinstance(found, dict) and isinstance(found.get("cells", found.get("worksheets")), list)
