"""The class list: who is in it, which column takes the grades, and whose submission is whose."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

import msgspec

from autograder.errors import UsageError
from autograder.lms.damage import LEFT, damaged
from autograder.lms.names import fold
from autograder.lms.people.finding import Finder, Found
from autograder.lms.people.identity import (
    CERTAIN,
    SAID,
    TITLED,
    Likeness,
    contradict,
    likeness,
    settled_by,
    student_text,
    with_id,
)
from autograder.lms.records import Column, Layout, RosterStudent
from autograder.lms.table import Table
from autograder.model import Record, Refused, Space, Student, Submission

__all__ = ["Found", "Match", "Matched", "Roster"]


class Match(Record, frozen=True, kw_only=True):
    """Who is who."""

    rows: dict[Student, tuple[RosterStudent, ...]]
    """Student as the submission has them → the roster's row, of a group everybody's."""
    by_name: tuple[tuple[Student, Student], ...] = ()
    """(as submitted, as on the roster) where only the name said so: for a person to check."""
    missing: tuple[Student, ...] = ()
    """On the roster, no submission."""
    doubtful: tuple[Student, ...] = ()
    """On the roster, and work that is nobody's may be theirs."""
    unknown: tuple[Student, ...] = ()
    """Submitted, not on the roster or not told apart."""
    titled: tuple[Student, ...] = ()
    """On the roster, whose work carries another name than theirs: a group's."""
    group_notes: tuple[str, ...] = ()
    """What to do about work that groups seem to have handed in."""
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
        self._finder = Finder(self.name, layout)
        self.warnings = (*table.warnings, *layout.warnings, *self._finder.warnings, *self._damaged())

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
                    + (
                        f"{LEFT}; export the file again and do not save it there"
                        if damaged(entry.student.id)
                        else "remove one, or export the file again"
                    )
                )
            seen[key] = entry
        if not seen:
            raise UsageError(f"{self.name}: {self.layout.form} without a student: export it again")

    def _damaged(self) -> Iterator[str]:
        """Ids that only a spreadsheet writes so."""
        for entry in self.layout.students:
            for one in entry.student.ids:
                if damaged(one.value):
                    yield (
                        f"{self.name}: line {entry.line}: {SAID[one.space]} {one.value!r} is {LEFT}; export the file "
                        "again and do not save it there"
                    )

    def find(self, student: Student) -> Found:
        """The student's row and how it was found: see :class:`autograder.lms.people.finding.Finder`."""
        return self._finder.find(student)

    def match(self, students: Iterable[Student], *, nameless: bool = False) -> Match:
        """Find each student; where two could have a row, neither has it, and what would settle it is said.

        Args:
            students: who handed in.
            nameless: whether there is work that names nobody, and so may be of anybody who is not among them.
        """
        asked = list(dict.fromkeys(students))
        found = {student: self.find(student) for student in asked}
        for claims in (_groups_named_alike, _rivals):
            found |= {
                student: found[student]._replace(entries=(), note=why, perhaps=found[student].entries)
                for student, why in claims(found)
            }
        wanted: dict[int, list[Student]] = {}
        certain: dict[int, Student] = {}
        for student, one in found.items():
            for row in one.entries:
                if one.how in CERTAIN:
                    certain.setdefault(row.row, student)
                else:
                    wanted.setdefault(row.row, []).append(student)
        rows: dict[Student, tuple[RosterStudent, ...]] = {}
        warnings: list[str] = []
        doubtful: list[RosterStudent] = []
        for student, one in found.items():
            entry = one.entries[0] if one.entries else None
            if entry is None:
                doubtful += one.perhaps
                why = one.note
            elif one.how in CERTAIN:
                why = ""
            elif entry.row in certain:
                other = certain[entry.row]
                came = f"{SAID[other.own.space]} {other.id}"
                why = f"the name fits {student_text(entry.student)}, whose submission came under {came}"
            elif len(wanted[entry.row]) > 1:
                doubtful.append(entry)
                others = ", ".join(other.id for other in wanted[entry.row])
                why = (
                    f"{student_text(entry.student)} (line {entry.line} of {self.name}) may be any of {others}: "
                    f"{settled_by(student)}"
                )
            else:
                why = ""
            if entry is None or why:
                warnings += [f"{with_id(student)}: not matched: {why}"] if why else []
                continue
            rows[student] = one.entries
            if one.how == "zeros":
                warnings.append(
                    f"{student.id}: matched {student_text(entry.student)}, line {entry.line} of {self.name}, as a "
                    "spreadsheet changes numbers; please check"
                )
            elif one.how == "name":
                warnings.append(
                    f"{student.name or student.id}: matched {student_text(entry.student)} by name only; please check"
                )
            elif one.note:
                warnings.append(f"{student_text(entry.student)}: {one.note}")
        unknown = tuple(student for student in asked if student not in rows)
        taken = {entry.row for entries in rows.values() for entry in entries}
        left = [entry for entry in self.layout.students if entry.row not in taken]
        titled = [rows[student][0].student for student in rows if found[student].how == "title"]
        anybodys = nameless or titled or any(map(self.may_be_anybody, unknown))
        perhaps = {entry.row for entry in (left if anybodys else doubtful)}
        return Match(
            rows=rows,
            by_name=tuple(
                (student, entries[0].student) for student, entries in rows.items() if found[student].how == "name"
            ),
            missing=tuple(entry.student for entry in left if entry.row not in perhaps),
            doubtful=tuple(entry.student for entry in left if entry.row in perhaps),
            unknown=unknown,
            titled=tuple(titled),
            group_notes=self.group_notes(titled, unknown),
            warnings=tuple(warnings),
        )

    def may_be_anybody(self, student: Student) -> bool:
        """Whether work that is nobody's can be that of any student here, or of a group with anybody in it.

        Not where its id is of a kind that all rows have: then it is somebody who is not on this list.
        """
        space = student.own.space
        if space in TITLED:
            return True
        return not all(any(known.space is space for known in entry.student.ids) for entry in self.layout.students)

    def group_notes(self, titled: Sequence[Student], unknown: Sequence[Student]) -> tuple[str, ...]:
        """What to do about work that groups seem to have handed in.

        Args:
            titled: whose work carries another name than theirs.
            unknown: whose work is nobody's.
        """
        notes = []
        if titled:
            names = ", ".join(student.name or student.id for student in titled[:3])
            carry = "submission carries" if len(titled) == 1 else "submissions carry"
            notes.append(
                f"{len(titled)} {carry} another name than their student's (of {names}): Canvas writes a "
                "group's title there, and the number of one member. That member has the grade; say who else is in the "
                "group: --groups FILE"
            )
        strange = [student for student in unknown if student.own.space in TITLED]
        if strange:
            names = ", ".join(repr(student.name or student.id) for student in strange[:3])
            notes.append(f"{names}: not on {self.name}. If groups handed in: {TITLED[strange[0].own.space]}")
        return tuple(notes)


def _rivals(found: Mapping[Student, Found]) -> Iterator[tuple[Student, str]]:
    """Different people who are all one row's by their ids: only whoever has its name is believed.

    One number with two names is two people, and so are two numbers with one e-mail address.
    """
    claims: dict[int, list[Student]] = {}
    rows: dict[int, Student] = {}
    for student, one in found.items():
        entry = one.entries[0] if len(one.entries) == 1 and one.how in CERTAIN else None
        # a group's row is all its members'
        if entry is not None and entry.student.own.space is not Space.SAKAI_GROUP:
            claims.setdefault(entry.row, []).append(student)
            rows[entry.row] = entry.student
    for row, students in claims.items():
        if not any(_are_two(one, other) for one, other in combinations(students, 2)):
            continue
        named = [one for one in students if likeness(one.name, rows[row].name) is Likeness.SAME]
        if any(_are_two(one, other) for one, other in combinations(named, 2)):
            named = []
        names = ", ".join(with_id(one) for one in students)
        for student in students:
            if student not in named:
                yield student, f"{names} cannot all be {student_text(rows[row])}: {settled_by(student)}"


def _are_two(one: Student, other: Student) -> bool:
    same = (one.own.space, fold(one.own.value)) == (other.own.space, fold(other.own.value))
    if same:
        return likeness(one.name, other.name) in (Likeness.OTHER, Likeness.NEAR)
    return contradict(one, other) is not None


def _groups_named_alike(found: Mapping[Student, Found]) -> Iterator[tuple[Student, str]]:
    """Groups that are called as somebody is, in a download of groups held against a list that has none.

    Moodle's list has everybody whom its download of an assignment names, unless those are groups, or it is one
    section's: then more than one or two are on it.
    """
    moodle = [student for student in found if student.own.space is Space.MOODLE_DOWNLOAD]
    named = [student for student in moodle if found[student].how == "name"]
    strange = [student for student in moodle if found[student].how == "none"]
    unnumbered = [student for student in moodle if student.id == student.name]
    if named and (unnumbered or len(named) <= min(2, len(strange))):
        yield from (
            (student, f"this may be a group that is called so: {TITLED[student.own.space]}") for student in named
        )


def _on_one_line(entry: RosterStudent) -> RosterStudent:
    name = " ".join(entry.student.name.split())
    if name == entry.student.name:
        return entry
    return msgspec.structs.replace(entry, student=msgspec.structs.replace(entry.student, name=name))
