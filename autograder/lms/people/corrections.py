"""What a TA knows better than the download: who worked together, which file counts, whose two files are exchanged."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from autograder.errors import UsageError
from autograder.lms.intake import key_of, replacement, settle, with_member_keys
from autograder.lms.people.finding import Finder
from autograder.lms.people.groups import Together, read_groups
from autograder.lms.people.identity import TITLED, Person, person_of, student_text
from autograder.lms.people.roster import Matched, Roster
from autograder.lms.records import Layout, RosterStudent
from autograder.model import Id, Record, Refused, Space, Student, Submission

__all__ = ["Corrections", "corrected"]


_NUMBERS = re.compile(r"(?:_LATE)?_\d+_\d+$")
"""What stands behind a name in Canvas's download."""


class Corrections(Record, frozen=True, kw_only=True):
    """As the command line has them; people by any id or name."""

    groups: Path | None = None
    replace: tuple[tuple[str, Path], ...] = ()
    """(student, the file that counts)."""
    swap: tuple[tuple[str, str], ...] = ()
    """Two students who have each other's file."""

    def __bool__(self) -> bool:
        return bool(self.groups or self.replace or self.swap)


def corrected(
    matched: Matched, roster: Roster | None, corrections: Corrections, *, workdir: Path, assignment: str
) -> Matched:
    """The submissions as the TA corrects them: files first, then who worked together.

    Args:
        matched: after the matching.
        roster: the class list, where there is one.
        corrections: what to change.
        workdir: folder of ours that archives are unpacked into; must outlive the grading.
        assignment: the assignment's name.

    Raises:
        UsageError: somebody is not known or not told apart, or a file is no submission.
    """
    if not corrections:
        return matched
    work = _Corrected(matched, roster)
    for number, (who, path) in enumerate(corrections.replace):
        work.replace(who, path, workdir / f"r{number:05d}", assignment)
    for one, other in corrections.swap:
        work.swap(one, other)
    if corrections.groups is not None:
        work.join(read_groups(corrections.groups), corrections.groups.name)
    return work.done()


class _Corrected:
    def __init__(self, matched: Matched, roster: Roster | None) -> None:
        self.matched, self.roster = matched, roster
        self.works = list(matched.submissions)
        self.refused = list(matched.refused)
        self.notes: list[str] = []
        self.settled: set[Person] = set()
        """Everybody who has something now, or whose group is told."""
        listed = () if roster is None else roster.students
        works: list[Submission | Refused] = [*self.works, *self.refused]
        submitters = (student for one in works for student in one.students)
        everybody = {person_of(student): student for student in (*(entry.student for entry in listed), *submitters)}
        entries = (RosterStudent(student=one, row=at, line=at) for at, one in enumerate(everybody.values()))
        layout = Layout(kind="class", form="class", header=0, students=tuple(entries), columns=(), identity=None)
        self.finder = Finder("this class", layout)

    def person(self, names: Sequence[str], where: str) -> Student:
        """Whom the TA means: the first of the names that is one person's."""
        note = ""
        for name in names:
            found = self.finder.find(Student(id=name, ids=(Id(Space.PERSON, name),)))
            if len(found.entries) == 1:
                return found.entries[0].student
            note = note or found.note
        why = note or "nobody on the class list or among the submissions has this id or name"
        raise UsageError(f"{where}: {names[0]!r}: {why}")

    def of(self, student: Student) -> list[Submission]:
        return [work for work in self.works if person_of(student) in map(person_of, work.students)]

    def replace(self, who: str, path: Path, workdir: Path, assignment: str) -> None:
        where = f"--replace {who} {path}"
        student = self.person((who,), where)
        new = replacement(path, workdir=workdir, assignment=assignment, student=student)
        if isinstance(new, Refused):
            raise UsageError(f"{where}: {new.message}")
        said = f"{student_text(student)}: took {path.name}, as --replace says"
        old = self.of(student)
        self.refused = [one for one in self.refused if person_of(student) not in map(person_of, one.students)]
        if old:
            self._put(old[0], new, f"{said}, in the place of {old[0].file}")
            self.works = [work for work in self.works if work not in old[1:]]
        else:
            taken = {work.key.casefold() for work in self.works}
            self.works.append(msgspec.structs.replace(new, key=key_of((student,), taken), notes=(*new.notes, said)))
        self.settled.add(person_of(student))
        self.notes.append(said)

    def swap(self, one: str, other: str) -> None:
        where = f"--swap {one} {other}"
        people = [self.person((name,), where) for name in (one, other)]
        works = [self.of(student) for student in people]
        for student, found in zip(people, works, strict=True):
            if not found:
                raise UsageError(
                    f"{where}: {student_text(student)} has no file that can be graded: use --replace for both"
                )
        first, second = works[0][0], works[1][0]
        if first.key == second.key:
            raise UsageError(f"{where}: both have the same work")
        said = f"{student_text(people[0])} and {student_text(people[1])}: files exchanged"
        self._put(first, second, said)
        self._put(second, first, said)
        self.notes.append(said)

    def _put(self, work: Submission, file: Submission, note: str) -> None:
        """Another file in a work's place: whose it is, when it came and what the LMS calls it stay."""
        at = next(number for number, one in enumerate(self.works) if one.key == work.key)
        self.works[at] = msgspec.structs.replace(
            work, file=file.file, path=file.path, files=file.files, notes=(*file.notes, note)
        )

    def join(self, groups: Iterable[Together], file: str) -> None:
        before: dict[Person, int] = {}
        for group in groups:
            where = f"{file}: line {group.line}"
            named = self._under(group.title or group.members[0][0])
            if named and not group.title:
                group = group._replace(members=group.members[1:])
            members = [self.person(names, where) for names in group.members]
            for member in members:
                if (line := before.setdefault(person_of(member), group.line)) != group.line:
                    raise UsageError(f"{where}: {student_text(member)} is in the group of line {line}, too")
            members = list({person_of(member): member for member in members}.values())
            works = [*named, *(work for member in members for work in self.of(member))]
            works = list({work.key: work for work in works}.values())
            works += [work for work in self.works if work not in works and _is_titled(work, group.title)]
            if not works:
                self.notes.append(f"{where}: nobody of this group handed in a file that can be graded")
                continue
            self._one_work(works, members)

    def _under(self, title: str) -> list[Submission]:
        """The works that came from Canvas under this title, with the number of one member."""
        titled = set(map(person_of, self.matched.match.titled))
        works = (work for work in self.works if titled & set(map(person_of, work.students)))
        return [
            work for work in works if _bare(title) == _bare(_NUMBERS.sub("", (work.lms_tag or "").partition(":")[2]))
        ]

    def _one_work(self, works: list[Submission], members: list[Student]) -> None:
        settled = settle(works)
        students = {person_of(student): student for work in works for student in work.students}
        students |= {person_of(member): member for member in members}
        # where a title stood as if it were a student, the members stand now
        people = {own: one for own, one in students.items() if not self._is_title(one)} or students
        self.settled |= set(students)
        self.works = [work for work in self.works if work not in works]
        self.refused = [one for one in self.refused if not set(map(person_of, one.students)) & set(students)]
        self.refused += [msgspec.structs.replace(one, students=tuple(people.values())) for one in settled.refused[:1]]
        self.notes += settled.warnings
        if settled.kept is not None:
            self.works.append(msgspec.structs.replace(settled.kept, students=tuple(people.values())))

    def _is_title(self, student: Student) -> bool:
        listed = () if self.roster is None else self.roster.students
        on_list = person_of(student) in {person_of(entry.student) for entry in listed}
        return not on_list and student.own.space in (*TITLED, Space.FILE)

    def done(self) -> Matched:
        taken = {work.key.casefold() for work in self.works}
        works = with_member_keys(self.works, lambda student: key_of((student,), taken))
        match = self.matched.match
        has = self.settled | {person_of(student) for work in works for student in work.students}
        unknown = tuple(one for one in match.unknown if person_of(one) not in has or self._still_unknown(one, works))
        titled = tuple(one for one in match.titled if person_of(one) not in self.settled)
        missing = [one for one in match.missing if person_of(one) not in has]
        doubtful = [one for one in match.doubtful if person_of(one) not in has]
        notes = match.group_notes
        if self.roster is not None:
            notes = self.roster.group_notes(titled, unknown)
            nameless = any(not one.students for one in self.refused)
            if not (nameless or titled or any(map(self.roster.may_be_anybody, unknown))):
                missing, doubtful = [*missing, *doubtful], []
        match = msgspec.structs.replace(
            match,
            unknown=unknown,
            titled=titled,
            missing=tuple(missing),
            doubtful=tuple(doubtful),
            group_notes=notes,
            warnings=(*match.warnings, *self.notes),
        )
        return msgspec.structs.replace(self.matched, submissions=tuple(works), refused=tuple(self.refused), match=match)

    def _still_unknown(self, student: Student, works: Sequence[Submission]) -> bool:
        """Whether work of somebody who is not on the list is still theirs alone."""
        own = {work.key: {person_of(one) for one in work.students} for work in works}
        listed = set() if self.roster is None else {person_of(entry.student) for entry in self.roster.students}
        return any(person_of(student) in people and not people & listed for people in own.values())


def _is_titled(work: Submission, title: str) -> bool:
    """Whether a work stands under a group's title, in whatever form the LMS writes it."""
    bare = _bare(title)
    return bool(bare) and any(bare in map(_bare, (one.name, one.id)) for one in work.students)


def _bare(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
