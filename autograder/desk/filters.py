"""Which answers are looked at: the undecided ones, or any others."""

from collections.abc import Callable, Collection, Iterable

from autograder.batch.journal import names_of
from autograder.desk.answers import Piece
from autograder.desk.book import Book
from autograder.model import Check, Outcome, SubmissionResult

N_ = str  # marks a sentence for translation where it is not yet translated

FIRST = "undecided"

_BY_NAME: dict[str, tuple[str, Callable[[Piece, Book], bool]]] = {
    FIRST: (N_("undecided"), lambda piece, book: piece.graded is None),
    "all": (N_("all answers"), lambda piece, book: True),
    "texts": (N_("texts"), lambda piece, book: piece.kind == "text"),
    "partial": (N_("part of the points"), lambda piece, book: 0 < _now(piece, book) < piece.possible),
    "wrong": (N_("no points"), lambda piece, book: _now(piece, book) == 0),
    "right": (N_("full points"), lambda piece, book: _now(piece, book) == piece.possible),
    "invalid": (N_("could not be read"), lambda piece, book: any(map(_invalid, piece.checks))),
    "only-inside": (N_("passed only inside"), lambda piece, book: piece.only_inside),
    "late": (N_("late"), lambda piece, book: piece.late),
    "person": (
        N_("decided by a person"),
        lambda piece, book: book.decision(piece.key, piece.question) is not None,
    ),
    "again": (N_("asked again"), lambda piece, book: (piece.key, piece.question) in book.asked_again),
    "requests": (N_("regrade requests"), lambda piece, book: piece.key in book.requests),
}
MISTAKE = "mistake:"
"""Before the id of a mistake, or an author's own words for one."""


def names() -> dict[str, str]:
    """Id of each filter → what it is called, in English."""
    return {name: title for name, (title, _) in _BY_NAME.items()}


def chosen(pieces: Iterable[Piece], name: str, book: Book) -> list[Piece]:
    """The answers that a filter lets through; all of them where there is no such filter."""
    if name.startswith(MISTAKE):
        mistake = name.removeprefix(MISTAKE)
        return [piece for piece in pieces if mistake in piece.mistakes]
    _, wanted = _BY_NAME.get(name, _BY_NAME["all"])
    return [piece for piece in pieces if wanted(piece, book)]


def mistakes(pieces: Iterable[Piece]) -> dict[str, int]:
    """What wrong answers are known as → how many, most frequent first."""
    counts: dict[str, int] = {}
    for piece in pieces:
        for name in piece.mistakes:
            counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items(), key=lambda pair: -pair[1]))


def people(results: Collection[SubmissionResult], text: str) -> tuple[set[str], list[str]]:
    """Keys of the works of those whom a pasted list names, an id or a name a line; and the lines that are nobody.

    Several people may have one name: all of them are looked at.
    """
    known: dict[str, set[str]] = {}
    for result in results:
        own = result.submission.part_of or result.submission.key
        for name in {name for student in result.submission.students for name in names_of(student)}:
            known.setdefault(name, set()).add(own)
    known |= {one.submission.key.casefold(): {one.submission.part_of or one.submission.key} for one in results}
    lines = [line.strip().casefold() for line in text.replace(";", "\n").splitlines() if line.strip()]
    # "0012, please look at q3 again": what stands first is who
    found = {line: known.get(line) or known.get(line.split()[0].strip(",:")) for line in lines}
    return {key for keys in found.values() for key in keys or ()}, [line for line, key in found.items() if not key]


def _now(piece: Piece, book: Book) -> float:
    """Points as they are now; below 0 where there are none."""
    decision = book.decision(piece.key, piece.question)
    points = piece.graded if decision is None else decision.points
    return -1.0 if points is None else points


def _invalid(check: Check) -> bool:
    return check.verdict.outcome is Outcome.INVALID
