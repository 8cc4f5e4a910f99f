"""Submissions under the roster's names."""

from collections.abc import Sequence

import msgspec

from autograder.errors import UsageError
from autograder.lms.intake import key_of, settle, with_member_keys
from autograder.lms.names import fold
from autograder.lms.people.identity import SAID, Likeness, Person, likeness, person_of
from autograder.lms.people.roster import Matched, Roster
from autograder.lms.records import RosterStudent
from autograder.model import Refused, Space, Student, Submission

__all__ = ["match_submissions", "together", "who_is_who"]


def together(rosters: Sequence[Roster]) -> Roster:
    """Everybody on the first roster and on the others of its form: one class whose sections are files of their own.

    It says who is who and is never written. Somebody on two of them is one student.

    Raises:
        UsageError: an id is two people's, because the lists are of different assignments or courses.
    """
    first = rosters[0]
    sections = [one for one in rosters[1:] if one.layout.form == first.layout.form]
    if not sections:
        return first
    everybody: dict[str, RosterStudent] = {}
    for one in (*reversed(sections), first):
        for entry in one.students:
            other = everybody.setdefault(fold(entry.student.id), entry).student
            if likeness(entry.student.name, other.name) is Likeness.OTHER:
                raise UsageError(
                    f"{one.name}: line {entry.line}: {SAID[entry.student.own.space]} {entry.student.id} is "
                    f"{entry.student.name} here and {other.name} on another --roster: these are lists of different "
                    "assignments or courses, so grade and export them one by one"
                )
            everybody[fold(entry.student.id)] = entry
    order = dict.fromkeys(fold(entry.student.id) for one in (first, *sections) for entry in one.students)
    students = tuple(msgspec.structs.replace(everybody[key], row=row) for row, key in enumerate(order))
    named = first.table._replace(name=" and ".join(one.name for one in (first, *sections)))
    return Roster(named, msgspec.structs.replace(first.layout, students=students))


def who_is_who(rosters: Sequence[Roster], submissions: Sequence[Submission]) -> Roster:
    """The list to match with: the first and the others of its form, unless only a later one has the download's own ids.

    So Moodle's worksheet says who is in a group, and which of two namesakes is meant, wherever it stands in the call.
    """
    own = {student.own.space for submission in submissions for student in submission.students}
    if Space.MOODLE_DOWNLOAD in own:
        own.add(Space.MOODLE_PARTICIPANT)
    knowing = [one for one in rosters if any(one.students[0].student.own.space is space for space in own)]
    if not knowing or rosters[0] in knowing:
        return together(rosters)
    return together([knowing[0], *(one for one in rosters if one is not knowing[0])])


def match_submissions(roster: Roster, submissions: Sequence[Submission], refused: Sequence[Refused] = ()) -> Matched:
    """Give each submission the roster's ids and names; nobody's work is dropped.

    Args:
        roster: the class list.
        submissions: as :func:`autograder.lms.collect` found them.
        refused: what it refused: these students have submitted something and are not missing.

    Of two submissions of one student :func:`autograder.lms.intake.settle` says which counts, if any.
    """
    works: list[Submission | Refused] = [*submissions, *refused]
    nameless = any(not work.students for work in works)
    match = roster.match((student for work in works for student in work.students), nameless=nameless)

    def known(students: tuple[Student, ...]) -> tuple[Student, ...]:
        everybody = [one for student in students for one in _on_list(student, match.rows.get(student, ()))]
        return tuple({person_of(one): one for one in reversed(everybody)}.values())[::-1]

    groups: dict[Person, list[Submission]] = {}
    for submission in submissions:
        students = known(submission.students)
        groups.setdefault(person_of(students[0]), []).append(msgspec.structs.replace(submission, students=students))
    kept: list[Submission] = []
    out = [msgspec.structs.replace(one, students=known(one.students)) for one in refused]
    warnings: list[str] = []
    for group in groups.values():
        settled = settle(group)
        kept += [] if settled.kept is None else [settled.kept]
        out += settled.refused
        warnings += settled.warnings
    taken: set[str] = set()
    reserved = {key_of((entry.student,), set()).casefold() for entry in roster.students}
    on_list = {person_of(entry.student) for entry in roster.students}

    def key(student: Student) -> str:
        # a key that somebody on the list would have is never given to somebody who is not on it
        used = taken if person_of(student) in on_list else taken | reserved
        found = key_of((student,), used)
        taken.add(found.casefold())
        return found

    kept = [msgspec.structs.replace(one, key=key(one.students[0])) for one in kept]
    kept = with_member_keys(kept, key)
    match = msgspec.structs.replace(match, warnings=(*match.warnings, *warnings))
    return Matched(submissions=tuple(kept), match=match, refused=tuple(out))


def _on_list(student: Student, rows: tuple[RosterStudent, ...]) -> tuple[Student, ...]:
    """The student as the roster has them, with the ids that the submission knows beside; of a group everybody."""
    if len(rows) != 1:
        return tuple(entry.student for entry in rows) or (student,)
    (row,) = rows
    own = row.student
    if own.own.space is Space.SAKAI_GROUP:
        # the list has a row for the group; its members stay who they are
        return (student,)
    # where groups hand in, the number of the download is the group's
    no_id = {Space.PERSON, Space.NAME} | ({Space.MOODLE_DOWNLOAD} if row.group else set())
    more = (one for one in student.ids if one.space not in no_id)
    return (msgspec.structs.replace(own, ids=tuple(dict.fromkeys((*own.ids, *more)))),)
