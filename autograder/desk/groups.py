"""Answers that are one and the same are decided at once: who is in which group, and in which order groups come."""

import random
from collections.abc import Callable, Hashable, Iterable, Sequence

from autograder.desk.answers import WHOLE, Member, Piece
from autograder.desk.equal import Equality, classes, is_told, variables_of, written
from autograder.desk.texts import in_order_of_likeness, shared, words
from autograder.model import Outcome, Record


class Group(Record, frozen=True, kw_only=True):
    """Answers to one question that one decision can score."""

    pieces: tuple[Piece, ...]
    """The first stands for all."""
    by: str
    """By what they are the same: an id of :data:`WAYS`."""
    like: tuple[int, int] | None = None
    """Of a text: how many words it has in common with the group before, of how many together."""


class View(Record, frozen=True, kw_only=True):
    """One group as somebody sees it."""

    question: str
    filter: str
    group: Group
    members: tuple[Member, ...]
    """Those that the filter lets through; the open ones first."""
    place: int
    """Among the groups, from 0."""
    of: int
    before: str
    """Id of an answer in the group before, and after; empty where there is none."""
    after: str

    @property
    def first(self) -> Member:
        """Whose answer stands for all."""
        return self.members[0]


class Progress(Record, frozen=True, kw_only=True):
    """How far one question is."""

    question: str
    answers: int
    undecided: int
    """That the tests left to a person."""
    open: int
    """Of these, those that still are."""
    groups: int | None
    """In how many groups the open ones are; None before that is known."""


LONGEST_CELL, MOST_CODE = 20_000, 900_000
"""Characters of a code cell, and of all: what is longer may have been cut when it was kept."""
N_ = str  # marks a sentence for translation where it is not yet translated
WAYS = {
    "expression": N_("equal as functions"),
    "function": N_("the same values at the question's points"),
    "number": N_("the same numbers"),
    "array": N_("the same numbers"),
    "choice": N_("the same choice"),
    "text": N_("the same words"),
    "figure": N_("figures of one verdict; colours and words may differ"),
    "drawn": N_("figures in which everything is the same"),
    "missing": N_("no answer"),
    "plain": N_("the same checks passed"),
    "notebook": N_("the same notebook"),
    "error": N_("the same kind of error"),
    "other": N_("the same text"),
}
"""By what answers of a kind are the same."""


def groups(pieces: Sequence[Piece], *, seed: str) -> list[Group]:
    """All answers to a question in groups, in an order that is shuffled by ``seed`` and the same each time.

    Texts are shuffled as a whole only in where they begin: after that, each is followed by the one most like it.
    """
    order = sorted(pieces, key=lambda piece: piece.key)
    random.Random(f"{seed} {order[0].question if order else ''}").shuffle(order)
    same = Equality(variables_of(check for piece in order for check in piece.all_checks))
    # what is written alike is one answer, and only different writings are compared
    sorts: dict[Hashable, dict[Hashable, list[Piece]]] = {}
    for piece in order:
        sorts.setdefault(_sort(piece), {}).setdefault(_written(piece), []).append(piece)
    equal = _pairwise(same)
    found = [
        tuple(piece for alike in one for piece in alike)
        for own in sorts.values()
        for one in classes(list(own.values()), equal)
    ]
    place = {piece.key: number for number, piece in enumerate(order)}
    # a decision for many comes before one for few, whatever the shuffle says; among equals it decides
    found.sort(key=lambda one: (-len(one), place[one[0].key]))
    texts = [one for one in found if one[0].kind == "text"]
    others = [Group(pieces=one, by=_way(one[0])) for one in found if one[0].kind != "text"]
    return [*others, *_texts(texts)]


def _texts(found: Sequence[tuple[Piece, ...]]) -> Iterable[Group]:
    said = [words(one[0].answer) for one in found]
    before: tuple[str, ...] | None = None
    for place in in_order_of_likeness(said):
        like = None if before is None else shared(before, said[place])
        yield Group(pieces=found[place], by="text", like=like)
        before = said[place]


def _sort(piece: Piece) -> Hashable:
    """What two answers have in common before anything is compared: points, what passed, why not, how many answers.

    Where everybody has other numbers an answer to another version is one to another question.
    Two that fail the same plain test may be any two answers: they are the same where the notebooks are.
    """
    passed = tuple(case.passed for case in piece.cases)
    notebook = () if not piece.unseen else piece.code if _all_there(piece) else (piece.question, piece.key)
    return piece.numbers, piece.graded, piece.reason, passed, len(piece.all_checks), tuple(_failed(piece)), notebook


def _all_there(piece: Piece) -> bool:
    """Whether everything that is decided about is in the code that was kept; of a whole work texts are as well."""
    kept = sum(map(len, piece.code)) < MOST_CODE and all(len(cell) < LONGEST_CELL for cell in piece.code)
    return kept and piece.question != WHOLE and any(map(str.strip, piece.code))


def _failed(piece: Piece) -> Iterable[str]:
    for case in piece.cases:
        if case.outside is not None and case.passed is not True:
            yield case.outside.about
        elif case.raised is not None:
            yield case.raised.type


def _written(piece: Piece) -> Hashable:
    """Texts by their wording already: there may be hundreds of them, all different."""
    return tuple(map(written, piece.all_checks))


def _pairwise(same: Equality) -> Callable[[list[Piece], list[Piece]], bool]:
    def equal(one: list[Piece], other: list[Piece]) -> bool:
        return all(same(mine, theirs) for mine, theirs in zip(one[0].all_checks, other[0].all_checks, strict=True))

    return equal


def _way(piece: Piece) -> str:
    if piece.unseen:
        return "notebook"
    first = next(iter(piece.checks), None)
    if first is not None and first.verdict.outcome is Outcome.INVALID and piece.kind not in ("missing", "text"):
        return "error"
    if piece.kind == "figure" and not all(is_told(check.verdict) for check in piece.checks):
        return "drawn"
    return piece.kind
