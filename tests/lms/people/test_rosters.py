"""Class lists in: which column, who is who, and what must be refused."""

from decimal import Decimal

import pytest

from autograder.errors import UsageError
from autograder.lms import ColumnRule, Grade, Roster, choose_column, read_roster, together, write_grades
from autograder.model import Id, Space, Student
from tests import ROOT
from tests.lms import lms_importers as importers

FILES = ROOT / "tests" / "lms" / "files"


def grade(score, comment="", **more):
    return Grade(score=None if score is None else Decimal(score), comment=comment, **more)


# --- columns --------------------------------------------------------------------------------------------------------

TWINS = "Student,ID,Section,HW 1 (1),Homework 01 (2),hw 1 (extra) (3)\n    Points Possible,,,10,10,10\nA,5,S,,,\n"


def roster_of(tmp_path, text, name="roster.csv", **more) -> Roster:
    (tmp_path / name).write_bytes(text.encode())
    return read_roster(tmp_path / name, **more)


def test_a_column_is_found_by_id_title_or_assignment_and_never_guessed(tmp_path):
    roster = roster_of(tmp_path, TWINS)
    assert choose_column(roster, "2", None).title == "Homework 01"
    assert choose_column(roster, "hw 1 (extra)", None).id == "3"
    assert choose_column(roster, "Homework 01 (2)", None).id == "2"
    with pytest.raises(UsageError, match=r"several columns fit 'hw01': 'HW 1' \(id 1\); 'Homework 01' \(id 2\)"):
        choose_column(roster, None, "hw01")
    with pytest.raises(UsageError, match=r"no column for 'hw02'\. Columns: 'HW 1'"):
        choose_column(roster, None, "hw02")


# --- identities -----------------------------------------------------------------------------------------------------


def test_ids_first_names_only_when_unique_and_said():
    roster = read_roster(FILES / "canvas.csv")
    asked = [
        Student(id="12345"),
        Student(id="0013"),
        Student(id="obrien"),
        Student(id="12", name=""),
        Student(id="LEE_林"),
        Student(id="Ann Kim"),
        Student(id="nobody"),
    ]
    match = roster.match(asked)
    assert {asked.id: entries[0].student.id for asked, entries in match.rows.items()} == {
        "12345": "12345", "0013": "12346", "obrien": "12348", "LEE_林": "12350",
    }  # fmt: skip
    assert [(was.id, student.id) for was, student in match.by_name] == [("LEE_林", "12350")]
    assert [student.id for student in match.unknown] == ["12", "Ann Kim", "nobody"]
    # whose work the unknown ones are nobody knows, so nobody is surely missing
    assert (match.missing, {student.id for student in match.doubtful}) == ((), {"12347", "12349"})
    assert any("Ann Kim: not matched: 2 students on canvas.csv are called so" in one for one in match.warnings)


def test_lost_leading_zeros_and_decomposed_accents_are_found_and_said():
    roster = read_roster(FILES / "moodle-gradebook.csv")
    match = roster.match([Student(id="12")])
    assert [entry.student.id for (entry,) in match.rows.values()] == ["0012"]
    assert "as a spreadsheet changes numbers" in match.warnings[0]
    # macOS zips decompose: A + combining acute
    found = read_roster(FILES / "canvas.csv").match([Student(id="zoe\u0308 a\u0301lvarez")])
    assert [student.id for _, student in found.by_name] == ["12345"]


def known(space, id, name="", *more):
    return Student(id=id, name=name, ids=(Id(space, id), *(Id(kind, value) for kind, value in more)))


def test_a_number_that_is_one_students_own_and_anothers_in_another_space_is_not_guessed(tmp_path):
    text = "Student,ID,SIS User ID,Section,HW 1 (1)\nA A,1001,1002,S,\nB B,1002,1003,S,\n"
    roster = roster_of(tmp_path, text)
    assert roster.find(known(Space.CANVAS_USER, "1002")).entries[0].student.name == "B B"
    for space in (Space.FILE, Space.PERSON):
        found = roster.find(known(space, "1002"))
        assert (found.entries, found.how) == ((), "ambiguous")
        assert "A A (1001)'s SIS User ID and B B (1002)'s Canvas ID" in found.note
    # a name settles it
    assert roster.find(known(Space.GRADESCOPE_SID, "1002", "A. A")).entries[0].student.id == "1001"


CLASH = Space.GRADESCOPE_SID, Space.SAKAI_EID, Space.BRIGHTSPACE_FOLDER, Space.MOODLE_DOWNLOAD, Space.FILE


@pytest.mark.parametrize(
    ("space", "id", "name", "found"),
    [
        # a namesake who left the course is in Canvas's zip under an id of her own
        (Space.CANVAS_USER, "777", "álvarezzoë", None),
        (Space.BRIGHTSPACE_FOLDER, "777", "álvarezzoë", "12345"),
        # a group's title with a member's number, and somebody with that number in another Canvas
        (Space.CANVAS_USER, "12345", "team7", "12345"),
        (Space.CANVAS_USER, "12345", "Team, Otto", None),
        # another LMS's number is somebody's Canvas id by chance
        *((space, "12346", "Zoë Álvarez", "12345") for space in CLASH[:-1]),
        *((space, "12346", "Nobody Here", None) for space in CLASH),
        *((space, "12346", "", None) for space in CLASH),
        *((space, "12346", "Ann Kim", "12346") for space in CLASH if space is not Space.MOODLE_DOWNLOAD),
        # two are called so, and what Moodle counts for each assignment does not say which of them it is
        (Space.MOODLE_DOWNLOAD, "12346", "Ann Kim", None),
        (Space.MOODLE_PARTICIPANT, "12346", "Ann Kim", None),
        # somebody else's SIS id, and one's own under a preferred name
        (Space.GRADESCOPE_SID, "0012", "Al O'Brien", "12348"),
        (Space.GRADESCOPE_SID, "0012", "Di Ng", None),
        (Space.GRADESCOPE_SID, "0013", "Annie K", "12346"),
        (Space.GRADESCOPE_SID, "0012", "Ann Kim", None),
        # a login without a name is believed, a number without one is not
        (Space.BLACKBOARD_USERNAME, "zalvarez", "", "12345"),
        (Space.BLACKBOARD_USERNAME, "0013", "", None),
        (Space.FILE, "0013", "", "12346"),
        # zeros come back in what people write, not in another LMS's numbers
        (Space.FILE, "15", "", "12349"),
        (Space.GRADESCOPE_SID, "15", "", None),
        (Space.MOODLE_DOWNLOAD, "12", "", None),
        (Space.PERSON, "12345", "", "12345"),
        (Space.EMAIL, "akim@gmail.example", "Someone Else", None),
        (Space.EMAIL, "akim@gmail.example", "Ann Kim", "12346"),
        (Space.EMAIL, "akim2@gmail.example", "Ann Kim", "12347"),
    ],
)
def test_an_id_is_believed_as_far_as_it_comes(space, id, name, found):
    entries = read_roster(FILES / "canvas.csv").find(known(space, id, name)).entries
    assert [entry.student.id for entry in entries] == ([] if found is None else [found])


def test_what_settles_moodle_namesakes_is_said():
    for space in (Space.MOODLE_DOWNLOAD, Space.MOODLE_PARTICIPANT):
        found = read_roster(FILES / "canvas.csv").find(known(space, "12346", "Ann Kim"))
        assert "2 students on canvas.csv are called so: give this assignment's grading worksheet" in found.note


def test_another_canvas_of_equal_numbers_is_another_list(tmp_path):
    roster = roster_of(tmp_path, "Student,ID,SIS User ID,Section,HW 1 (1)\nA A,1001,S7,S,\n")
    found = roster.find(known(Space.CANVAS_USER, "1001", "Otto Team", (Space.CANVAS_SIS, "S8")))
    assert (found.entries, found.how) == ((), "none")


def test_canvas_pretended_student_is_the_last_and_a_real_one_is_not(tmp_path):
    text = 'Student,ID,Section,HW 1 (1)\n"Student, Test",5,S,\nZed,6,S,\n"Student, Test",7,S,\n'
    assert [entry.student.id for entry in roster_of(tmp_path, text).students] == ["5", "6"]


def test_a_name_does_not_take_a_row_that_an_id_has():
    roster = read_roster(FILES / "moodle-worksheet.csv")
    numbered = known(Space.MOODLE_DOWNLOAD, "1234567", "Ann Smith")
    match = roster.match([Student(id="Ann Smith"), numbered])
    assert list(match.rows) == [numbered]
    assert match.unknown == (Student(id="Ann Smith"),)


def test_different_people_with_ids_of_one_row_leave_it_to_whom_its_name_is():
    roster = read_roster(FILES / "canvas.csv")  # 0013 is Ann Kim's SIS id, akim her login
    sid, mail = Space.GRADESCOPE_SID, Space.EMAIL
    ann = known(sid, "0013", "Ann Kim")
    for other in (known(sid, "0013", "Anna Kim"), known(sid, "99", "Kim A.", (mail, "akim@u.edu"))):
        for asked in ((ann, other), (other, ann)):
            match = roster.match(asked)
            assert {one.id: entry.student.id for one, (entry,) in match.rows.items()} == {"0013": "12346"}
            assert match.unknown == (other,)
    both = known(sid, "0013", "Annie Kim"), known(sid, "0013", "Anna Kim")
    match = roster.match(both)
    assert (match.rows, match.unknown) == ({}, both)
    assert "cannot all be Kim, Ann (12346)" in match.warnings[0]
    assert "12346" in {student.id for student in match.doubtful}
    # the same person under ids of two kinds is one person
    twice = known(sid, "0013", "Ann Kim"), known(Space.CANVAS_USER, "12346", "kimann")
    assert set(roster.match(twice).rows) == set(twice)


def test_a_section_of_those_who_handed_in_is_found_by_name_and_a_group_called_as_somebody_is_not(tmp_path):
    rows = "".join(f"{name},Poe,{name}@u.edu,-\n" for name in ("Ann", "Bo", "Cy", "Di"))
    roster = roster_of(tmp_path, f'First name,Last name,Email address,"Assignment: hw01 (Real)"\n{rows}')

    def found(*names):
        asked = [known(Space.MOODLE_DOWNLOAD, str(at), name) for at, name in enumerate(names)]
        return [one.name for one in roster.match(asked).rows]

    others = [f"Other {letter}" for letter in "abcdefgh"]
    assert found("Ann Poe", "Bo Poe", "Cy Poe", *others) == ["Ann Poe", "Bo Poe", "Cy Poe"]
    assert found("Ann Poe", "Team 1", "Team 2") == []
    assert found("Ann Poe", "Bo Poe") == ["Ann Poe", "Bo Poe"]


def test_lists_on_which_one_number_is_two_people_are_not_one_class(tmp_path):
    head = "Identifier,Full name,Status,Grade,Maximum grade,Grade can be changed,Last modified (grade)\n"
    lists = [
        roster_of(tmp_path, f"{head}Participant 12,{name},x,,10,Yes,-\n", name=f"{at}.csv")
        for at, name in enumerate(("Ann Kim", "Bo Lee", "Kim Ann"))
    ]
    assert len(together([lists[0], lists[2]]).students) == 1
    with pytest.raises(UsageError, match=r"participant number 12 is .* lists of different assignments or courses"):
        together(lists[:2])


def test_a_list_without_names_says_what_it_lacks(tmp_path):
    roster = roster_of(tmp_path, "id,who\n301,Ann Kim\nakim,Ann Kim\n", id_column="id")
    for space in (Space.CANVAS_USER, Space.MOODLE_DOWNLOAD, Space.GRADESCOPE_SID):
        found = roster.find(known(space, "301", "Ann Kim"))
        assert found.entries == ()
        assert "name the column of names, too: --name-column" in found.note
    named = roster_of(tmp_path, "id,who\n301,Ann Kim\n302,Ann Kim\n", id_column="id", name_column="who")
    assert [one.student.id for one in named.find(known(Space.CANVAS_USER, "302", "kimann")).entries] == ["302"]


# --- what is refused, and how it is said ------------------------------------------------------------------------------

HEAD = "Student,ID,SIS User ID,SIS Login ID,Section,HW 1 (1)\n"
REFUSED = {
    "twice": (HEAD + "A,1,,,S,\nB,2,,,S,\nA,1,,,S,\n", "lines 2 and 4 are both student 1"),
    "no id": (HEAD + "A,1,,,S,\nB,,s1,bb,S,\n", "line 3, column ID is empty for B"),
    "nobody": (HEAD, "Canvas gradebook without a student"),
    "two lines": (HEAD + '"A\nB",,s1,bb,S,\n', "line 2, column ID is empty for A B"),
    "odd column": ("Student,ID,Pronouns,Section,HW 1 (1)\nA,1,x,S,\n", "'Pronouns' stands before Section"),
    "unknown": ("who,what\na,b\n", "not the export of an LMS that is known here. Columns: 'who', 'what'"),
    "quote": (HEAD + '"A,1,,,S,\n', "line 2: a quote is opened and not closed"),
    "empty": ("", "the file is empty"),
    "blank": (" \n\n", "the file is empty"),
    "workbook": ("PK\x03\x04", "a spreadsheet file, not CSV"),
    "binary": ("a,b\n\x00,1\n", "not a text file"),
    "scale": (
        "Identifier,Full name,Status,Grade,Scale,Grade can be changed,Last modified (grade)\n"
        "Participant 1,A,,,x,Yes,-\n",
        "graded on a scale",
    ),
    "worksheet": ("Identifier,Status,Grade,Maximum Grade\nParticipant 1,,,10\n", "no column 'Last modified (grade)'"),
    "sakai twice": ("Student ID,Name,HW 1,HW 1\na,A,,\n", "the heading 'HW 1' is there twice"),
    "sakai students": ("Student ID,Name,HW 1 [10]\na,A,\nb,B,\na,A,\n", "lines 2 and 4 are both student a"),
    "blackboard": ('"Username","HW 1 [Total Pts: 10] |5"\n"a",""\n"","3"\n', "line 3, column Username is empty"),
    "brightspace": ("OrgDefinedId,Username,HW 1 Points Grade\n#1,#a,\n,,4\n", "line 3: OrgDefinedId and Username"),
    "no maximum": ("First name,Email address,Assignment: HW 1 (Real)\nA,a@x.edu,\nB,,\n", "aborts on the first user"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_list_gets_one_line_with_file_and_place(tmp_path, case):
    text, said = REFUSED[case]
    with pytest.raises(UsageError) as raised:
        roster_of(tmp_path, text)
    assert said in str(raised.value)
    assert "roster.csv" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_plain_list_names_its_columns(tmp_path):
    for options, said in (
        ({"id_column": "id"}, "no column 'id'. Columns: 'number', 'who', 'group'"),
        ({"id_column": "number", "name_column": "n"}, "no column 'n'"),
    ):
        with pytest.raises(UsageError) as raised:
            read_roster(FILES / "class-list.csv", **options)
        assert said in str(raised.value)
    with pytest.raises(UsageError, match="line 3, column id is empty"):
        roster_of(tmp_path, "id,x\n1,\n,2\n", id_column="id")
    with pytest.raises(UsageError, match="cannot be read"):
        read_roster(tmp_path / "nowhere.csv")
    with pytest.raises(UsageError, match="not a Canvas export"):
        read_roster(FILES / "sakai.csv", kind="canvas")
    with pytest.raises(UsageError, match="unknown LMS 'ilias'"):
        read_roster(FILES / "sakai.csv", kind="ilias")


def test_grades_for_a_stranger_or_into_a_folder_that_cannot_be_written_are_refused(tmp_path):
    roster = read_roster(FILES / "sakai.csv")
    with pytest.raises(UsageError, match="has no student 'x'"):
        write_grades(roster, {"x": grade(1)}, out=None, assignment="hw01")
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be written"):
        write_grades(roster, {"asmith": grade(1)}, out=tmp_path / "file" / "x.csv", assignment="hw01")
    with pytest.raises(UsageError, match="cannot scale"):
        write_grades(roster, {}, out=None, assignment="hw01", rule=ColumnRule(scale=True))


def test_windows_text_is_read_and_said(tmp_path):
    (tmp_path / "r.csv").write_bytes("Student ID,Name,HW 1 [10]\na,Müller,\n".encode("cp1252"))
    roster = read_roster(tmp_path / "r.csv")
    assert roster.students[0].student.name == "Müller"
    assert "Windows-1252" in roster.warnings[0]
    for content, said in (
        ("\ufeffa,b".encode("utf-16-le") + b"\x00", "byte 6 is not utf-16"),
        (b"\xef\xbb\xbfName,\xff", "byte 5 is not utf-8"),
        ("Name,HW".encode("utf-16-le") + b"x", "looks like UTF-16 but is cut off"),
        (b"Name,\x81", "not UTF-8, UTF-16 or Windows-1252 text"),
    ):
        (tmp_path / "r.csv").write_bytes(content)
        with pytest.raises(UsageError, match=said):
            read_roster(tmp_path / "r.csv")


def test_an_empty_line_in_sakais_list_is_passed_over(tmp_path):
    roster = roster_of(tmp_path, 'Student ID,Name,HW 1 [10]\na,"A, A",\n,,\nb,"B, B",\n')
    assert [(entry.student.id, entry.line) for entry in roster.students] == [("a", 2), ("b", 4)]


def test_a_gradescope_export_without_a_maximum_lists_its_columns(tmp_path):
    roster = roster_of(tmp_path, "Name,SID,Email,Total Score\nA,1,a@x.edu,\n")
    with pytest.raises(UsageError, match=r"no column for 'hw01'\. Columns: none"):
        choose_column(roster, None, "hw01")


def test_an_address_that_two_students_share_tells_nothing(tmp_path):
    text = "Name,SID,Email,Sections,HW 1,HW 1 - Max Points\nA,1,x@y.z,,,10\nB,2,x@y.z,,,10\n"
    roster = roster_of(tmp_path, text)
    assert roster.find(known(Space.EMAIL, "x@y.z")).entries == roster.find(Student(id="x@y.z")).entries == ()
    assert any("x@y.z" in warning for warning in roster.warnings)


@pytest.mark.parametrize(
    "identity",
    [
        "Student,ID,Section",
        "Student,ID,SIS Login ID,Section",
        "Student,ID,SIS User ID,SIS Login ID,Section",
        "Student,ID,SIS User ID,SIS Login ID,Integration ID,Root Account,Section",
        "LastName,FirstName,ID,SIS User ID,Section",
    ],
)
def test_every_shape_of_canvas_header_comes_back_in_that_shape(tmp_path, identity):
    names = identity.split(",")
    values = {"Student": '"Smith, Ann"', "LastName": "Smith", "FirstName": "Ann", "ID": "5"}
    blanks = "," * len(names)
    row = ",".join(values.get(name, name[:3]) for name in names)
    text = f"{identity},Notes,HW 1 (77)\n{blanks},Manual Posting\n    Points Possible{blanks},10\n{row},hi,\n"
    roster = roster_of(tmp_path, text)
    found = roster.students[0].student
    assert (found.id, found.name, found.own.space) == ("5", "Smith, Ann", Space.CANVAS_USER)
    write_grades(roster, {"5": grade("1.5")}, out=tmp_path / "out.csv", assignment="hw01")
    content = (tmp_path / "out.csv").read_bytes()
    assert content.decode().splitlines() == [
        f"{identity},HW 1 (77)",
        f"    Points Possible{blanks[1:]},10",
        f"{row},1.5",
    ]
    assert importers.canvas(content, {"5"}, {"77": "HW 1"}) == {("5", "77"): "1.5"}


@pytest.mark.parametrize("options", [{}, {"id_column": "Email", "name_column": "First Name"}])
def test_staff_on_a_class_roster_are_no_students(tmp_path, options):
    text = (
        "First Name,Last Name,SID,Email,Role,Section\nAda,Lin,11,a@u.edu,Student,1\nTim,Ta,,t@u.edu,TA,\n"
        "Ida,Inst,12,i@u.edu,Instructor,\nRea,Der,13,r@u.edu,reader,\nAud,It,14,d@u.edu,Auditor,\n"
    )
    roster = roster_of(tmp_path, text, **options)
    assert [entry.line for entry in roster.students] == [2, 6]
    assert any("3 with the role of staff left out" in warning for warning in roster.warnings)
    assert roster.match([known(Space.EMAIL, "t@u.edu", "Tim Ta")]).rows == {}


def test_whose_ids_are_two_rows_is_the_one_with_their_name_or_nobody(tmp_path):
    text = "Student,ID,SIS User ID,Section,HW 1 (1)\nA A,1001,s1,S,\nB B,1002,s2,S,\n"
    roster = roster_of(tmp_path, text)

    def found(name):
        return roster.find(known(Space.CANVAS_USER, "1001", name, (Space.CANVAS_SIS, "s2")))

    assert [entry.student.id for entry in found("A A").entries] == ["1001"]
    assert [entry.student.id for entry in found("B B").entries] == ["1002"]
    assert (found("C C").entries, found("C C").how) == ((), "ambiguous")
    twins = roster_of(tmp_path, text.replace("B B", "A A"))
    both = twins.find(known(Space.CANVAS_USER, "1001", "A A", (Space.CANVAS_SIS, "s2")))
    assert (both.entries, both.how, len(both.perhaps)) == ((), "ambiguous", 2)


def test_lost_zeros_that_fit_two_students_are_neithers_and_a_mark_before_an_id_is_none(tmp_path):
    """Small changes to the finding that no quick test saw."""
    roster = roster_of(tmp_path, "id,who\n012,Ann\n0012,Bo\n007,Cy\n", id_column="id", name_column="who")
    assert roster.find(known(Space.FILE, "12")).how == "ambiguous"
    assert [entry.student.name for entry in roster.find(known(Space.FILE, "012")).entries] == ["Ann"]
    assert [entry.student.name for entry in roster.find(known(Space.FILE, "7")).entries] == ["Cy"]
    # Brightspace writes #1400001 so that spreadsheets leave its ids alone
    brightspace = read_roster(FILES / "brightspace.csv")
    wanted = brightspace.students[0].student
    for space in (Space.FILE, Space.PERSON, Space.GRADESCOPE_SID):
        found = brightspace.find(known(space, f"#{wanted.id}", wanted.name if space is Space.GRADESCOPE_SID else ""))
        assert [one.student for one in found.entries] == [wanted]
