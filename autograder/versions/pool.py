"""A pool of versions, and which of them is whose: nothing secret, no server, the same on every machine."""

import ast
import hashlib
import itertools
import json
import re
import textwrap
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from autograder.errors import AutograderError
from autograder.model import Record
from autograder.versions.values import decoded

__all__ = [
    "Asked", "NoStudent", "Pool", "Version", "chosen", "drawn", "names_taken", "normalised", "noting_students",
    "read_pool", "seeing_asked", "several_ids", "versions_taken", "with_numbers_of",
]  # fmt: skip

_WIDE = 72
_STUDENTS: ContextVar[dict[str, int] | None] = ContextVar("students", default=None)
_ASKED: ContextVar["Asked | None"] = ContextVar("asked", default=None)
_INSTEAD: ContextVar[int | None] = ContextVar("instead", default=None)


class NoStudent(AutograderError):
    """A notebook with versions does not say whose it is."""

    def _render_traceback_(self) -> list[str]:
        """In a notebook: the sentence alone, where a stack would only hide it."""
        return textwrap.wrap(str(self), _WIDE)  # JupyterLab breaks a longer line within a word


class Version(Record, frozen=True, kw_only=True):
    """What one student gets."""

    values: tuple[Any, ...]
    """Of each drawn name, in the pool's order, as :func:`~autograder.versions.values.encoded` writes it."""
    shown: dict[str, tuple[str, ...]]
    """Prompt → what its placeholders say, in order."""


class Pool(Record, frozen=True, kw_only=True):
    """All versions of an assignment."""

    assignment: str
    names: tuple[str, ...]
    """What was drawn."""
    versions: tuple[Version, ...]

    def of(self, student: object) -> Version:
        """The version of a student; see :func:`chosen` for what it raises."""
        return self.versions[chosen(self.assignment, student, len(self.versions))]


def normalised(student: object) -> str:
    """An id in the form that is compared: no blanks, no capitals, nothing unseen, one form of each character.

    Example:
        >>> normalised(" Ann@Example.EDU "), normalised("012 345"), normalised(12345)
        ('ann@example.edu', '012345', '12345')
    """
    text = str(student) if isinstance(student, str | int) and not isinstance(student, bool) else ""
    seen = (each for each in unicodedata.normalize("NFKC", text) if unicodedata.category(each) != "Cf")
    return "".join("".join(seen).casefold().split())  # Cf: "ann@\u200bexample.edu", as copied from a page


def several_ids(student: object) -> bool:
    """Whether what stands for an id is a list of addresses or numbers; a name may have a comma.

    Example:
        >>> several_ids("ann@x.edu, bob@x.edu"), several_ids("123;456"), several_ids("Lee, Ann")
        (True, True, False)
    """
    who = normalised(student)
    return who.count("@") > 1 or sum(bool(re.search(r"[@\d]", part)) for part in re.split("[,;]", who)) > 1


def chosen(assignment: str, student: object, versions: int) -> int:
    """Which of ``versions`` a student has, counted from 0: by a digest of the assignment and the student's id.

    Raises:
        NoStudent: there is no id.

    Example:
        >>> chosen("hw01", "ann@example.edu", 40) == chosen("hw01", " Ann@Example.edu", 40)
        True
    """
    who = normalised(student)
    if not who:
        raise NoStudent("The notebook does not say whose it is: STUDENT is empty.")
    digest = hashlib.sha256(f"{assignment}\0{who}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % versions


def drawn(student: object, assignment: str, names: Sequence[str], versions: str) -> tuple[Any, ...]:
    """The values of these names for a student: what a test file of an assignment with versions begins with.

    Args:
        student: the id, as it stands in the notebook.
        assignment: the assignment's name.
        names: what is wanted.
        versions: JSON, a list: for each version an object with the value of every name.

    Raises:
        NoStudent: there is no id.

    Example:
        >>> drawn("ann", "hw01", ["a", "b"], '[{"a": 3, "b": {"fraction": [1, 2]}}]')
        (3, Fraction(1, 2))
    """
    table: list[Mapping[str, Any]] = json.loads(versions)
    if (instead := _INSTEAD.get()) is not None:
        return tuple(decoded(table[instead % len(table)][name]) for name in names)
    number = chosen(assignment, student, len(table))
    if (asked := _ASKED.get()) is not None:
        asked.note([json.dumps([row[name] for name in names]) for row in table], number)
    if (noted := _STUDENTS.get()) is not None:
        noted[normalised(student)] = number
    own = table[number]
    return tuple(decoded(own[name]) for name in names)


def names_taken(test: str) -> list[str]:
    """The names that an assignment's test file takes by :func:`drawn`."""
    calls = (node for node in ast.walk(ast.parse(test)) if isinstance(node, ast.Call))
    taken = (node.args[2] for node in calls if ast.unparse(node.func) == "drawn" and len(node.args) == 4)
    return [name for names in taken for name in ast.literal_eval(names)]


def versions_taken(test: ast.AST) -> int | None:
    """How many versions a parsed test file chooses among; None where it takes nothing that was drawn.

    Example:
        >>> versions_taken(ast.parse("versions = '[{}, {}]'; [a] = drawn(STUDENT, 'hw', ['a'], versions)"))
        2
    """
    # the two lines that the build writes, one after the other: an author's own `versions` is nothing of ours
    for first, then in itertools.pairwise(node for node in ast.walk(test) if isinstance(node, ast.Assign)):
        match first, then:
            case (
                ast.Assign(targets=[ast.Name(id="versions")], value=ast.Constant(value=str(table))),
                ast.Assign(value=ast.Call(func=ast.Name(id="drawn"))),
            ):
                return len(json.loads(table))
    return None


class Asked:
    """Whose numbers a test asked for, and which versions have other ones."""

    def __init__(self) -> None:
        self._own: int | None = None
        self._rows: list[tuple[str, ...]] = []

    def note(self, rows: Sequence[str], own: int) -> None:
        """The values that were asked for, of each version as a text, and whose version it is."""
        self._own = own
        before = self._rows if len(self._rows) == len(rows) else [()] * len(rows)
        self._rows = [(*each, row) for each, row in zip(before, rows, strict=True)]

    @property
    def others(self) -> list[tuple[int, ...]]:
        """Versions, from 0, with other values of what was asked for; those with the same ones together."""
        if self._own is None:
            return []
        same: dict[tuple[str, ...], list[int]] = {}
        for number, row in enumerate(self._rows):
            same.setdefault(row, []).append(number)
        return [tuple(numbers) for row, numbers in same.items() if row != self._rows[self._own]]


@contextmanager
def seeing_asked() -> Iterator[Asked]:
    """While it is open, :func:`drawn` notes what it was asked for."""
    asked = Asked()
    token = _ASKED.set(asked)
    try:
        yield asked
    finally:
        _ASKED.reset(token)


@contextmanager
def with_numbers_of(version: int) -> Iterator[None]:
    """While it is open, :func:`drawn` gives the numbers of this version, counted from 0, whoever asks."""
    token = _INSTEAD.set(version)
    try:
        yield
    finally:
        _INSTEAD.reset(token)


@contextmanager
def noting_students(noted: dict[str, int]) -> Iterator[None]:
    """While it is open, :func:`drawn` notes whose numbers were asked for: id → number of the version, from 0."""
    token = _STUDENTS.set(noted)
    try:
        yield
    finally:
        _STUDENTS.reset(token)


def read_pool(text: str | bytes) -> Pool:
    """A pool as it was written.

    Raises:
        ValueError: it is none.
    """
    import msgspec

    return msgspec.json.decode(text, type=Pool)
