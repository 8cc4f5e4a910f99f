"""One student looked for on a list."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from autograder.lms.damage import may_have_been
from autograder.lms.names import fold, name_keys
from autograder.lms.people.identity import (
    COUNTED,
    INTERNAL,
    SAID,
    SPOKEN,
    Likeness,
    contradict,
    likeness,
    mailbox,
    settled_by,
    student_text,
)
from autograder.lms.records import Layout, RosterStudent
from autograder.model import Id, Space, Student

__all__ = ["Finder", "Found"]

_ANOTHER = "it is the list of another assignment or course"


class Found(NamedTuple):
    """One student looked for on a roster."""

    entries: tuple[RosterStudent, ...]
    """The row; of a group everybody's; empty where nobody, or more than one, is meant."""
    how: str
    """``id``, ``group``, ``title`` (one member's id under a name that is not theirs), ``zeros`` (a spreadsheet
    changed the number), ``name``, ``ambiguous`` or ``none``."""
    note: str = ""
    """What a person should check, or what would settle it."""
    perhaps: tuple[RosterStudent, ...] = ()
    """Whose it may be, where it is nobody's."""


class Finder:
    """Finds students on one list.

    An id counts within its own space. An equal id of another space needs a name that agrees; a name alone is enough
    where it is one row's and no id speaks against it. Where two people could be meant it is neither.
    """

    def __init__(self, name: str, layout: Layout) -> None:
        self.name = name
        self.layout = layout
        self._by_id, self.warnings = self._index_ids()
        self._by_value: dict[str, set[tuple[Space, int]]] = {}
        self._by_name: dict[str, set[int]] = {}
        for (space, value), number in self._by_id.items():
            self._by_value.setdefault(value, set()).add((space, number))
        for number, entry in enumerate(layout.students):
            for box in filter(None, map(mailbox, entry.student.ids)):
                self._by_value.setdefault(box, set()).add((Space.EMAIL, number))
            for key in name_keys(entry.student.name):
                self._by_name.setdefault(key, set()).add(number)

    def _index_ids(self) -> tuple[dict[tuple[Space, str], int], list[str]]:
        """(space, id) → student, without the ids that two rows have; and what there is to say about those."""
        entries = self.layout.students
        index: dict[tuple[Space, str], int] = {}
        void: dict[tuple[Space, str], None] = {}
        warnings: list[str] = []
        for number, entry in enumerate(entries):
            for known in entry.student.ids:
                key = known.space, fold(known.value)
                if known.space is not Space.NAME and index.setdefault(key, number) != number:
                    void[key] = None
                    warnings.append(
                        f"{self.name}: the {SAID[known.space]} {known.value!r} stands in lines "
                        f"{entries[index[key]].line} and {entry.line}: it tells nobody"
                    )
        return {key: number for key, number in index.items() if key not in void}, warnings

    def find(self, student: Student) -> Found:
        """The student's row and how it was found.

        An id counts within its own space. An equal id of another space needs a name that agrees; a name alone is
        enough where it is one row's and no id speaks against it.
        """
        if self.layout.grouped and student.own.space is Space.MOODLE_DOWNLOAD:
            return self._group(student)
        student = self._as_known(student)
        ids = student.ids
        found = self._same_space(student, ids) or self._other_space(student, ids)
        if found is None or (found.how == "none" and not found.perhaps):
            named = self._named(student, ids)
            found = named if found is None or named.entries or named.perhaps else found
        return found

    def _as_known(self, student: Student) -> Student:
        """With the number of Moodle's download as a participant's, unless this list says that groups hand in."""
        ids = student.ids or (student.own,)
        numbered = [
            msgspec.structs.replace(one, space=Space.MOODLE_PARTICIPANT) if one.space is Space.MOODLE_DOWNLOAD else one
            for one in ids
            if not (self.layout.grouped and one.space is Space.MOODLE_DOWNLOAD)
        ]
        return msgspec.structs.replace(student, ids=tuple(dict.fromkeys(numbered)))

    def _group(self, student: Student) -> Found:
        """A group's members by its title: the number beside it is the group's own, and nobody's on this list."""
        titles: dict[str, list[RosterStudent]] = {}
        for entry in self.layout.students:
            if entry.group:
                titles.setdefault(entry.group, []).append(entry)
        for alike in (_as_folder, _bare):
            fits = [title for title in titles if alike(title) == alike(student.name)]
            if len(fits) == 1:
                return Found(tuple(titles[fits[0]]), "group")
            if fits:
                perhaps = tuple(entry for title in fits for entry in titles[title])
                note = f"the groups {' and '.join(map(repr, fits))} look alike in a folder's name: rename one in Moodle"
                return Found((), "ambiguous", note, perhaps)
        note = f"no group of {self.name} is called so: download submissions and grading worksheet again, together"
        return Found((), "none", note, self.layout.students)

    def _same_space(self, student: Student, ids: Sequence[Id]) -> Found | None:
        entries = self.layout.students
        hits = {n: one for one in reversed(ids) if (n := self._by_id.get((one.space, fold(one.value)))) is not None}
        if not hits:
            return None
        alike = {number: likeness(student.name, entries[number].student.name) for number in hits}
        if len(hits) > 1:
            same = [number for number in hits if alike[number] is Likeness.SAME]
            if len(same) != 1:
                who = " and ".join(
                    f"{student_text(entries[n].student)} by {SAID[one.space]}" for n, one in sorted(hits.items())
                )
                return Found((), "ambiguous", f"it is {who}", tuple(entries[number] for number in hits))
            hits = {number: hits[number] for number in same}
        number, by = hits.popitem()
        entry = entries[number]
        if alike[number] is not Likeness.OTHER or by.space in (Space.EMAIL, Space.SAKAI_GROUP):
            return Found((entry,), "id")
        if by.space is Space.CANVAS_USER and len(ids) == 1 and "," not in student.name:
            # of group work Canvas names the group where a name stands, with the number of one member; who is known from
            # a list has a name and further ids, and is somebody else's equal number in another Canvas
            return Found((entry,), "title")
        note = f"the {SAID[by.space]} {by.value} is {entry.student.name}'s on {self.name}: {_ANOTHER}"
        called = (entries[one] for one in self._called(student.name))
        return Found((), "none", note, (entry, *called))

    def _other_space(self, student: Student, ids: Sequence[Id]) -> Found | None:
        """By an id that is equal to one of another kind: only where a name agrees, or people wrote it themselves."""
        entries = self.layout.students
        hits: dict[int, tuple[Id, Space]] = {}
        inside: dict[int, Space] = {}
        for one in ids:
            for text in filter(None, (fold(one.value), fold(one.value).removeprefix("#"), mailbox(one))):
                for space, number in sorted(self._by_value.get(text, ())):
                    theirs = entries[number].student
                    if contradict(student, theirs):
                        continue
                    # what is counted anew for each assignment does not even say which of two namesakes it is
                    apart = bool(COUNTED & {one.space, space}) and Space.LIST not in (one.space, space)
                    named = likeness(student.name, theirs.name) is Likeness.SAME
                    # what a TA writes for this list may be any id on it; a file's name was not written for this list
                    if one.space is Space.PERSON or (named and not apart):
                        hits.setdefault(number, (one, space))
                    elif one.space not in INTERNAL and space in INTERNAL:
                        inside.setdefault(number, space)
                    elif one.space not in INTERNAL or space is Space.LIST:
                        hits.setdefault(number, (one, space))
        spoken = ids[0].space in SPOKEN
        if not hits and not (inside and spoken):
            return self._zeros(student, ids)
        if spoken and len({*hits, *inside}) > 1:
            meant = {number: space for number, (_, space) in hits.items()}
            who = " and ".join(
                f"{student_text(entries[n].student)}'s {SAID[space]}" for n, space in sorted((inside | meant).items())
            )
            return Found((), "ambiguous", f"it is {who}", tuple(entries[number] for number in {*hits, *inside}))
        if not hits:
            number, space = inside.popitem()
            note = (
                f"it is {student_text(entries[number].student)}'s {SAID[space]}, but a file's name does not say "
                f"what number it is: {settled_by(student)}"
            )
            return Found((), "none", note, (entries[number],))
        alike = {number: likeness(student.name, entries[number].student.name) for number in hits}
        best = [number for number in hits if alike[number] is max(alike.values())]
        if len(best) > 1:
            who = " and ".join(student_text(entries[number].student) for number in best)
            return Found((), "ambiguous", f"it may be {who}: {settled_by(student)}", tuple(entries[n] for n in best))
        one, space = hits[best[0]]
        entry, how_alike = entries[best[0]], alike[best[0]]
        if how_alike is Likeness.SAME:
            return Found((entry,), "id" if fold(one.value) in map(fold, _values(entry)) else "name")
        if spoken and how_alike is Likeness.UNKNOWN:
            return Found((entry,), "id")
        equal = f"{one.value} is {student_text(entry.student)}'s {SAID[space]} on {self.name}"
        called = self._called(student.name)
        if how_alike is Likeness.OTHER or (called and called != {best[0]}):
            # whom the name means is another matter: an equal number of somebody else's does not speak against it
            return Found((), "none", f"{equal}, but the names differ: {settled_by(student)}")
        # #8 is the number 8 as Brightspace writes it: no more than that says whose it is
        if how_alike is Likeness.NEAR or not fold(one.value).removeprefix("#").isdigit():
            return Found((entry,), "id", f"{equal}, and a {SAID[one.space]} in the download: please check")
        names = any(entry.student.name for entry in entries)
        settles = settled_by(student) if names else "name the column of names, too: --name-column TITLE"
        note = f"{equal}, but no name says that this {SAID[one.space]} is the same: {settles}"
        return Found((), "none", note, (entry,))

    def _zeros(self, student: Student, ids: Sequence[Id]) -> Found | None:
        """A number that a spreadsheet took the leading zeros of, rounded or wrote with a power of ten."""
        for one in ids:
            value = fold(one.value)
            if not value.strip("0"):
                continue
            same = {
                number: other
                for (space, other), number in self._by_id.items()
                if (may_have_been(other, value) or may_have_been(value, other))
                and (
                    space is one.space or (one.space in SPOKEN and (space not in INTERNAL or one.space is Space.PERSON))
                )
            }
            entries = [self.layout.students[number] for number in same]
            if len(entries) > 1:
                who = " and ".join(f"{student_text(entry.student)} (line {entry.line})" for entry in entries)
                return Found((), "ambiguous", f"as a spreadsheet changes numbers it is {who}", tuple(entries))
            if entries and likeness(student.name, entries[0].student.name) is not Likeness.OTHER:
                return Found(tuple(entries), "zeros")
        return None

    def _called(self, name: str) -> set[int]:
        return {number for key in name_keys(name) for number in self._by_name.get(key, ())}

    def _named(self, student: Student, ids: Sequence[Id]) -> Found:
        entries = self.layout.students
        spoken = ids[0].space in (*SPOKEN, Space.NAME)
        called = self._called(student.name)
        if spoken and not fold(student.id).isdecimal():
            called |= self._called(student.id)
        against = {number: contradict(student, entries[number].student) for number in called}
        fits = [entries[number] for number in sorted(called) if against[number] is None]
        if len(fits) == 1:
            return Found(tuple(fits), "name")
        if fits:
            note = f"{len(fits)} students on {self.name} are called so: {settled_by(student)}"
            return Found((), "ambiguous", note, tuple(fits))
        if called:
            number = min(called)
            kinds = " and ".join(sorted({SAID[one.space] for one in against.values() if one is not None}))
            note = (
                f"{student_text(entries[number].student)} has another {kinds} on {self.name}: a namesake, or {_ANOTHER}"
            )
            return Found((), "none", note, tuple(entries[one] for one in called))
        return Found((), "none")


def _values(entry: RosterStudent) -> Iterable[str]:
    return (known.value for known in entry.student.ids)


def _as_folder(title: str) -> str:
    """A title as Moodle's ``clean_filename`` leaves it in the name of a folder."""
    return fold(re.sub(r"[\x00-\x1f&<>\"`|':\\/]|[*?%]", "", title).replace("_", " "))


def _bare(title: str) -> str:
    return re.sub(r"[\W_]", "", fold(title))
