"""The class list: who is in it, which column takes the grades, and whose submission is whose."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec

from autograder.errors import UsageError
from autograder.lms.names import fold, name_keys
from autograder.lms.records import Column, Layout, RosterStudent
from autograder.lms.table import Table
from autograder.model import Record, Refused, Student, Submission

__all__ = ["Match", "Matched", "Origin", "Roster", "differ"]


class Origin(StrEnum):
    """Where a submission's student id comes from."""

    OWN = "own"
    """This LMS's own download."""
    NUMBER = "number"
    """Another LMS's internal number: an equal number here is chance, unless the names agree."""
    OTHER = "other"
    """A login, a student number, a file's name: what people are known by in more than one place."""


class Match(Record, frozen=True, kw_only=True):
    """Who is who."""

    rows: dict[str, RosterStudent]
    """Student id as the submission has it → the roster's row."""
    by_name: tuple[tuple[Student, Student], ...] = ()
    """(as submitted, as on the roster) where only the name said so: for a person to check."""
    missing: tuple[Student, ...] = ()
    """On the roster, no submission."""
    unknown: tuple[Student, ...] = ()
    """Submitted, not on the roster or not told apart."""
    warnings: tuple[str, ...] = ()


class Matched(Record, frozen=True, kw_only=True):
    """Submissions under the roster's ids and names."""

    submissions: tuple[Submission, ...]
    match: Match
    refused: tuple[Refused, ...] = ()
    """What intake had refused, and work of one student that arrived twice without saying which is the newer."""


class Roster:
    """One class list, as the LMS exported it.

    Example:
        >>> from autograder.lms import read_roster
        >>> roster = read_roster("canvas.csv")        # doctest: +SKIP
        >>> roster.kind, len(roster.students)         # doctest: +SKIP
        ('canvas', 24)
    """

    def __init__(self, table: Table, layout: Layout) -> None:
        self.table = table
        # a name that goes over two lines in its cell is one line in every message and page
        self.layout = msgspec.structs.replace(layout, students=tuple(map(_on_one_line, layout.students)))
        layout = self.layout
        self._refuse_duplicates()
        self._by_id, self._contested, shared = self._index_ids()
        self._by_name: dict[str, set[int]] = {}
        for number, entry in enumerate(layout.students):
            for key in name_keys(entry.student.name):
                self._by_name.setdefault(key, set()).add(number)
        self.warnings = (*table.warnings, *layout.warnings, *shared)

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def kind(self) -> str:
        return self.layout.kind

    @property
    def students(self) -> tuple[RosterStudent, ...]:
        return self.layout.students

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.layout.columns

    def _refuse_duplicates(self) -> None:
        seen: dict[str, RosterStudent] = {}
        for entry in self.layout.students:
            key = fold(entry.student.id)
            if key in seen:
                raise UsageError(
                    f"{self.name}: lines {seen[key].line} and {entry.line} are both student {entry.student.id}: "
                    "remove one, or export the file again"
                )
            seen[key] = entry
        if not seen:
            raise UsageError(f"{self.name}: {self.layout.form} without a student: export it again")

    def _index_ids(self) -> tuple[dict[str, int], frozenset[str], list[str]]:
        """Id → student, in the LMS's order: everybody's own id first, then the first alias, the second….

        Also the ids that are one student's own and another's alias, and what there is to say.
        """
        entries = self.layout.students
        index = {fold(entry.student.id): number for number, entry in enumerate(entries)}
        own = dict(index)
        void: set[str] = set()
        contested: set[str] = set()
        warnings: list[str] = []
        for place in range(max((len(entry.aliases) for entry in entries), default=0)):
            for number, entry in enumerate(entries):
                key = fold(entry.aliases[place]) if place < len(entry.aliases) else ""
                if not key or index.setdefault(key, number) == number:
                    continue
                (contested if key in own else void).add(key)
                warnings.append(
                    f"{self.name}: {entry.aliases[place]!r} stands in lines {entries[index[key]].line} and "
                    f"{entry.line}: alone it does not tell the two apart"
                )
        return {key: number for key, number in index.items() if key not in void}, frozenset(contested), warnings

    def find(self, student: Student, origin: Origin = Origin.OTHER) -> tuple[RosterStudent | None, str]:
        """The student's row and how it was found.

        Args:
            student: as the submission names them.
            origin: where the id comes from, which says how far it is to be believed.

        Returns:
            The row, or None; and ``id``, ``zeros`` (leading zeros were lost), ``name``, ``ambiguous`` or ``none``.
        """
        entries = self.layout.students
        key = fold(student.id)
        if origin is Origin.OWN and self.layout.exact:
            # the LMS's own key: another student of the same name is another student
            number = self._by_id.get(key)
            return (None, "none") if number is None else (entries[number], "id")
        for candidate in (key, key.removeprefix("#")):
            if origin is Origin.OTHER and candidate in self._contested:
                return None, "ambiguous"
            number = self._by_id.get(candidate)
            if number is None:
                continue
            if origin is Origin.OTHER or not differ(student.name, entries[number].student.name):
                return entries[number], "id"
        if key.isdigit() and origin is Origin.OTHER:
            same = {n for other, n in self._by_id.items() if other.isdigit() and other.lstrip("0") == key.lstrip("0")}
            if len(same) == 1:
                return entries[same.pop()], "zeros"
        if "@" in key:
            # the same name before the @ at another address is a hint like a name
            number = self._by_id.get(key.partition("@")[0])
            if number is not None and not differ(student.name, entries[number].student.name):
                return entries[number], "name"
        found: set[int] = set()
        for name in (student.name, "" if key.isdigit() else student.id):
            for name_key in name_keys(name):
                found |= self._by_name.get(name_key, set())
        if len(found) == 1:
            return entries[found.pop()], "name"
        return None, "ambiguous" if found else "none"

    def match(self, students: Iterable[Student], origins: Mapping[str, Origin] | None = None) -> Match:
        """Find each student by id; by name only where that is one row's alone, and said.

        Args:
            students: as the submissions name them.
            origins: student id → where it comes from; :attr:`Origin.OTHER` for those that are not in it.
        """
        known = origins or {}
        rows: dict[str, RosterStudent] = {}
        by_name: list[tuple[Student, Student]] = []
        unknown: list[Student] = []
        warnings: list[str] = []
        taken: dict[int, Student] = {}
        asked = list(dict.fromkeys(students))
        found = [(student, *self.find(student, known.get(student.id, Origin.OTHER))) for student in asked]
        # whoever is known by id has the row; a name comes second
        for student, entry, how in sorted(found, key=lambda item: item[2] in ("name", "zeros")):
            if entry is None:
                unknown.append(student)
                if how == "ambiguous":
                    warnings.append(
                        f"{student.name or student.id}: several students on {self.name} fit: not matched; "
                        "grade the submission under the student's id"
                    )
                continue
            if how in ("name", "zeros") and entry.row in taken and taken[entry.row].id != student.id:
                unknown.append(student)
                warnings.append(
                    f"{student.name or student.id}: the name fits {entry.student.name} (line {entry.line} of "
                    f"{self.name}), whose submission came under id {taken[entry.row].id}: not matched"
                )
                continue
            taken[entry.row] = student
            rows[student.id] = entry
            if how == "name":
                by_name.append((student, entry.student))
            elif how == "zeros":
                warnings.append(f"{student.id}: matched {entry.student.id} on {self.name} without its leading zeros")
        warnings += [
            f"{was.name or was.id}: matched {student.name} ({student.id}) by name only; please check"
            for was, student in by_name
        ]
        missing = tuple(entry.student for entry in self.layout.students if entry.row not in taken)
        order = {id(student): number for number, student in enumerate(asked)}
        return Match(
            rows=rows,
            by_name=tuple(by_name),
            missing=missing,
            unknown=tuple(sorted(unknown, key=lambda student: order[id(student)])),
            warnings=tuple(warnings),
        )


def _on_one_line(entry: RosterStudent) -> RosterStudent:
    name = " ".join(entry.student.name.split())
    if name == entry.student.name:
        return entry
    return msgspec.structs.replace(entry, student=msgspec.structs.replace(entry.student, name=name))


def differ(one: str, other: str) -> bool:
    """Whether two names cannot be one person's; a name that is not known differs from none."""
    keys, others = name_keys(one), name_keys(other)
    return bool(keys and others) and not keys & others
