"""Who is who on a list: which id counts where, whom a name means, and what is said of whoever is nobody."""

from typing import Any

import pytest

from autograder.lms.people import Roster
from autograder.lms.people.finding import Finder, Found
from autograder.lms.records import Layout, RosterStudent
from autograder.lms.table import Table
from autograder.model import Id, Space, Student

ANOTHER = "it is the list of another assignment or course"


def person(name: str, *ids: tuple[Space, str]) -> Student:
    return Student(id=ids[0][1], name=name, ids=tuple(Id(space, value) for space, value in ids))


def roster(*students: Student, grouped: bool = False, groups: tuple[str, ...] = ()) -> Roster:
    titles = groups or ("",) * len(students)
    entries = tuple(
        RosterStudent(student=one, row=at, line=at + 2, group=title)
        for at, (one, title) in enumerate(zip(students, titles, strict=True))
    )
    layout = Layout(
        kind="k", form="form", header=0, students=entries, columns=(), identity=None, grouped=grouped
    )  # fmt: skip
    return Roster(Table("list.csv", (), ",", "utf-8", b""), layout)


def told(found: Found) -> tuple[str, list[str], str, list[str]]:
    """How, who, what is said, who it may be."""
    return (
        found.how,
        [entry.student.id for entry in found.entries],
        found.note,
        [entry.student.id for entry in found.perhaps],
    )


SIS, LOGIN, USER, MAIL = Space.CANVAS_SIS, Space.CANVAS_LOGIN, Space.CANVAS_USER, Space.EMAIL
SID, FILE, TA, LIST = Space.GRADESCOPE_SID, Space.FILE, Space.PERSON, Space.LIST
CLASS = (
    person("Lee, Ann", (USER, "501"), (SIS, "7"), (LOGIN, "alee"), (MAIL, "ann.lee@u.edu")),
    person("Orr, Bo", (USER, "502"), (SIS, "8"), (LOGIN, "borr"), (MAIL, "bo@u.edu")),
    person("Kim, Cy", (USER, "7"), (SIS, "9"), (LOGIN, "ckim")),
    person("Kim, Cy", (USER, "504"), (SIS, "10"), (LOGIN, "ckim2")),
)
SETTLE_FILE = "name the file after the student's login, or say which column of the roster file names are from: "
SETTLE_FILE += "--id-column TITLE"
PLEASE = "and a Gradescope SID in the download: please check"
SETTLE_SID = "give Gradescope's own CSV as the first --roster"

FOUND: list[tuple[Student, tuple[str, list[str], str, list[str]]]] = [
    # an id within its own space, whatever case and blanks; a name that is another's speaks against it
    (person("", (USER, "501")), ("id", ["501"], "", [])),
    (person("Ann Lee", (LOGIN, " ALEE ")), ("id", ["501"], "", [])),
    (person("Ann Park", (LOGIN, "alee")), ("id", ["501"], "", [])),
    (
        person("Di Ng", (LOGIN, "alee")),
        ("none", [], f"the SIS Login ID alee is Lee, Ann's on list.csv: {ANOTHER}", ["501"]),
    ),
    (
        person("Bo Orr", (LOGIN, "alee")),
        ("none", [], f"the SIS Login ID alee is Lee, Ann's on list.csv: {ANOTHER}", ["501", "502"]),
    ),
    (person("Di Ng", (MAIL, "BO@u.edu")), ("id", ["502"], "", [])),
    # of group work Canvas writes the group's title, with one member's number
    (person("Red Team", (USER, "502")), ("title", ["502"], "", [])),
    (
        person("Team, Red", (USER, "502")),
        ("none", [], f"the Canvas ID 502 is Orr, Bo's on list.csv: {ANOTHER}", ["502"]),
    ),
    (
        person("Red Team", (USER, "502"), (SID, "x")),
        ("none", [], f"the Canvas ID 502 is Orr, Bo's on list.csv: {ANOTHER}", ["502"]),
    ),
    # two ids that are two people's: the one of that name, or nobody
    (person("Bo Orr", (USER, "501"), (SIS, "8")), ("id", ["502"], "", [])),
    (person("", (USER, "501"), (LOGIN, "alee")), ("id", ["501"], "", [])),
    (
        person("", (SIS, "8"), (USER, "501")),
        ("ambiguous", [], "it is Lee, Ann (501) by Canvas ID and Orr, Bo (502) by SIS User ID", ["501", "502"]),
    ),
    # a name alone is enough where it is one row's
    (person("Ann Lee", (Space.NAME, "Ann Lee")), ("name", ["501"], "", [])),
    (person("orrbo", (Space.CANVAS_ANONYMOUS, "x")), ("name", ["502"], "", [])),
    (person("", (FILE, "bo orr")), ("name", ["502"], "", [])),
    (person("", (Space.NAME, "bo orr")), ("name", ["502"], "", [])),
    (person("", (Space.CANVAS_ANONYMOUS, "bo orr")), ("none", [], "", [])),
    (
        person("Cy Kim", (Space.NAME, "Cy Kim")),
        ("ambiguous", [], "2 students on list.csv are called so: grade the submission under the student's id",
         ["7", "504"]),
    ),
    (person("Cy Kim", (SIS, "10"), (Space.NAME, "x")), ("id", ["504"], "", [])),
    (
        person("Ann Lee", (SIS, "99")),
        ("none", [], f"Lee, Ann (501) has another SIS User ID on list.csv: a namesake, or {ANOTHER}", ["501"]),
    ),
    (
        person("Cy Kim", (SIS, "99"), (LOGIN, "zz")),
        ("none", [], f"Kim, Cy (7) has another SIS User ID on list.csv: a namesake, or {ANOTHER}", ["7", "504"]),
    ),
    (person("Zed", (SIS, "99")), ("none", [], "", [])),
    # an id of another kind: where the names agree, or nobody could have counted it
    (person("Ann Lee", (SID, "7")), ("id", ["501"], "", [])),
    (
        person("Ann Park", (SID, "7")),
        ("id", ["501"], f"7 is Lee, Ann (501)'s SIS User ID on list.csv, {PLEASE}", []),
    ),
    (
        person("", (SID, "alee")),
        ("id", ["501"], f"alee is Lee, Ann (501)'s SIS Login ID on list.csv, {PLEASE}", []),
    ),
    (
        person("", (SID, "8")),
        ("none", [], "8 is Orr, Bo (502)'s SIS User ID on list.csv, but no name says that this Gradescope SID is the "
         f"same: {SETTLE_SID}", ["502"]),
    ),
    # a mark before it, or a blank, makes no more of a number than it is
    *(
        (
            person("", (SID, value)),
            ("none", [], f"{value} is Orr, Bo (502)'s SIS User ID on list.csv, but no name says that this Gradescope "
             f"SID is the same: {SETTLE_SID}", ["502"]),
        )
        for value in ("#8", " 8")
    ),
    (person("Bo Orr", (SID, "#8")), ("name", ["502"], "", [])),
    (
        person("Di Ng", (SID, "8")),
        ("none", [], f"8 is Orr, Bo (502)'s SIS User ID on list.csv, but the names differ: {SETTLE_SID}", []),
    ),
    (person("Ann Lee", (SID, "ann.lee")), ("name", ["501"], "", [])),
    (person("", (FILE, "ann.lee")), ("id", ["501"], "", [])),
    # what a file is called may be any id that people use, not an LMS's own number
    (person("", (FILE, "8")), ("id", ["502"], "", [])),
    (
        person("", (FILE, "501")),
        ("none", [], "it is Lee, Ann (501)'s Canvas ID, but a file's name does not say what number it is: "
         f"{SETTLE_FILE}", ["501"]),
    ),
    (
        person("", (FILE, "7")),
        ("ambiguous", [], "it is Lee, Ann (501)'s SIS User ID and Kim, Cy (7)'s Canvas ID", ["501", "7"]),
    ),
    (person("", (TA, "501")), ("id", ["501"], "", [])),
    (
        person("", (TA, "7")),
        ("ambiguous", [], "it is Lee, Ann (501)'s SIS User ID and Kim, Cy (7)'s Canvas ID", ["501", "7"]),
    ),
    (person("Bo Orr", (FILE, "502")), ("id", ["502"], "", [])),
    # zeros that a spreadsheet took
    (person("", (FILE, "0008")), ("zeros", ["502"], "", [])),
    (person("", (TA, "0502")), ("zeros", ["502"], "", [])),
    (person("", (FILE, "0502")), ("none", [], "", [])),
    (person("Bo Orr", (SIS, "0008")), ("zeros", ["502"], "", [])),
    (person("Di Ng", (SIS, "0008")), ("none", [], "", [])),
    (person("", (FILE, "00")), ("none", [], "", [])),
]  # fmt: skip


@pytest.mark.parametrize(("student", "expected"), FOUND, ids=range(len(FOUND)))
def test_who_somebody_is_on_a_list(student: Student, expected: tuple[Any, ...]) -> None:
    assert told(roster(*CLASS).find(student)) == expected


def test_an_id_without_a_source_is_a_persons_word() -> None:
    assert told(roster(*CLASS).find(Student(id="borr"))) == ("id", ["502"], "", [])
    assert told(roster(*CLASS).find(Student(id="Bo Orr"))) == ("name", ["502"], "", [])


def test_an_id_that_two_rows_have_is_nobodys_and_said_with_both_lines() -> None:
    twins = (person("Lee, Ann", (SIS, "7"), (MAIL, "x@u.edu")), person("Orr, Bo", (SIS, "8"), (MAIL, "X@u.edu")))
    found = roster(*twins, person("Kim, Cy", (SIS, "9"), (MAIL, "y@u.edu")))
    assert found.warnings == ("list.csv: the e-mail address 'X@u.edu' stands in lines 2 and 3: it tells nobody",)
    assert told(found.find(person("", (MAIL, "x@u.edu"))))[:2] == ("ambiguous", [])
    assert told(found.find(person("", (MAIL, "x@other.edu"))))[3] == ["7", "8"]
    assert told(found.find(person("", (MAIL, "y@u.edu")))) == ("id", ["9"], "", [])
    # a name is no id, however often it is there
    named = roster(person("A", (SIS, "1"), (Space.NAME, "A")), person("A", (SIS, "2"), (Space.NAME, "A")))
    assert named.warnings == ()


def test_numbers_that_are_counted_anew_need_a_list_of_ones_own() -> None:
    listed = roster(person("Lee, Ann", (LIST, "7")), person("Orr, Bo", (LIST, "8")))
    assert told(listed.find(person("Ann Lee", (Space.MOODLE_DOWNLOAD, "7")))) == ("id", ["7"], "", [])
    canvas = roster(*CLASS)
    assert told(canvas.find(person("Cy Kim", (Space.MOODLE_DOWNLOAD, "9"))))[:2] == ("ambiguous", [])
    assert told(canvas.find(person("Cy Kim", (Space.BRIGHTSPACE_FOLDER, "9"))))[:2] == ("id", ["7"])
    sakai = roster(person("Red", (Space.SAKAI_GROUP, "g1")), person("Blue", (Space.SAKAI_GROUP, "g2")))
    assert told(sakai.find(person("Blue", (SID, "g1"))))[:2] == ("name", ["g2"])


def test_moodles_number_is_a_participants_unless_groups_hand_in() -> None:
    people = (
        person("Lee, Ann", (Space.MOODLE_PARTICIPANT, "7")),
        person("Orr, Bo", (Space.MOODLE_PARTICIPANT, "8")),
        person("Kim, Cy", (Space.MOODLE_PARTICIPANT, "9")),
    )
    seven = person("", (Space.MOODLE_DOWNLOAD, "7"))
    assert told(roster(*people).find(seven)) == ("id", ["7"], "", [])
    groups = roster(*people, grouped=True, groups=("Red/1", "Red/1", ""))
    assert told(groups.find(seven)) == (
        "none",
        [],
        "no group of list.csv is called so: download submissions and grading worksheet again, together",
        ["7", "8", "9"],
    )
    assert told(groups.find(person("Red1", (Space.MOODLE_DOWNLOAD, "7")))) == ("group", ["7", "8"], "", [])
    assert told(groups.find(person("red 1", (Space.MOODLE_DOWNLOAD, "7")))) == ("group", ["7", "8"], "", [])
    alike = roster(*people, grouped=True, groups=("Red/1", "Red1", "Blue"))
    assert told(alike.find(person("Red1", (Space.MOODLE_DOWNLOAD, "7")))) == (
        "ambiguous",
        [],
        "the groups 'Red/1' and 'Red1' look alike in a folder's name: rename one in Moodle",
        ["7", "8"],
    )
    # who is asked for by another id on such a list is found by that, not by the number of the group
    both = person("Ann Lee", (Space.GRADESCOPE_SID, "x"), (Space.MOODLE_DOWNLOAD, "8"))
    assert told(groups.find(both)) == ("name", ["7"], "", [])


@pytest.mark.parametrize(
    ("title", "folder"),
    [
        ("Red_Team", "Red Team"), ("a/b", "ab"), ("a*b", "ab"), ("a%b?", "ab"), ("  Red  Team", "red team"),
        ("a\x1fb", "ab"), ("L'\u00e9quipe", "L\u00e9quipe"),
    ],
)  # fmt: skip
def test_a_title_as_a_folder_has_it(title: str, folder: str) -> None:
    people = (person("A", (Space.MOODLE_PARTICIPANT, "1")), person("B", (Space.MOODLE_PARTICIPANT, "2")))
    # another title of the same letters: only the exact form says which of them it is
    groups = roster(*people, grouped=True, groups=(title, "-".join(folder)))
    assert told(groups.find(person(folder, (Space.MOODLE_DOWNLOAD, "9"))))[:2] == ("group", ["1"])


def test_an_index_of_one_list_knows_nothing_of_another() -> None:
    finder = Finder("this class", roster(*CLASS).layout)
    assert finder.find(person("", (FILE, "cy kim"))).note.startswith("2 students on this class are called so: name the")
