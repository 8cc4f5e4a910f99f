"""Similar submissions of a class, looked for once: no decision changes what anybody wrote."""

from pathlib import Path

import msgspec

from autograder import report
from autograder.folder.kept import HIDDEN, Kept
from autograder.folder.ledger import digest
from autograder.model import Record
from autograder.report import Similar, write_atomically


class _Found(Record, frozen=True):
    of: str
    """Digest of everybody's code."""
    pairs: list[Similar]


def similar_in(kept: Kept, folder: Path) -> list[Similar]:
    """The pairs of :func:`autograder.report.similar_pairs`, from the last time where nobody's code has changed."""
    graded = kept.graded
    of = digest(
        [(key, whole.code) for key, whole in graded.whole.items()],
        [(result.submission.key, result.numbers_of) for result in graded.run.results],
        graded.run.starter,
        graded.run.versions,
    )
    path = folder / HIDDEN / "similar"
    try:
        found = msgspec.msgpack.decode(path.read_bytes(), type=_Found)
        if found.of == of:
            return found.pairs
    except (OSError, msgspec.MsgspecError):
        pass
    whole = msgspec.structs.replace(graded.run, results=tuple(kept.full(graded.run.results)))
    pairs = report.similar_pairs(whole)
    write_atomically(path, msgspec.msgpack.encode(_Found(of, pairs)))
    return pairs
