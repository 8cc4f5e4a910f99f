"""Every number of a layout: which row is whose, which column is worth what, what goes back and what stays."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from autograder.lms.formats import layout_of, moodle
from autograder.lms.records import Column, Layout, RosterStudent
from autograder.lms.table import read_table


def stands(found: Layout) -> dict[str, Any]:
    """A layout in few words: what is as it is where a format says nothing is left out."""
    bare = Layout(kind="", form="", header=-1, students=(), columns=(), identity=None)
    told = {"form": None, "upload": None, "warnings": None}
    told |= {field: value for field, value in msgspec.structs.asdict(bare).items() if value == getattr(found, field)}
    shown = {"students": [*map(_student, found.students)], "columns": [*map(_column, found.columns)]}
    return {field: shown.get(field, getattr(found, field)) for field in Layout.__struct_fields__ if field not in told}


def _student(entry: RosterStudent) -> str:
    said = {
        "section": entry.section, "group": entry.group, "at": entry.submitted or "", "due": entry.due or "",
        "late": "" if entry.late is None else str(entry.late),
    }  # fmt: skip
    ids = (f"{one.space.value}={one.value}" for one in entry.student.ids)
    more = (f"{field}={value}" for field, value in said.items() if value)
    return " ".join(filter(None, (f"{entry.row}:{entry.line}", entry.student.name, *ids, *more)))


def _column(column: Column) -> str:
    more = f" id={column.id}" if column.id else ""
    return f"{column.index}:{column.title}{more}" + ("" if column.possible is None else f" of={column.possible}")


LOCKED = "line {}: '{}' is what a spreadsheet made of an id, by which nobody is found: export the file again"
FILES: dict[str, tuple[str, dict[str, Any]]] = {
    "Canvas": (
        """\
Student,ID,SIS User ID,SIS Login ID,Section,HW 1 (77),HW 2 (78),Final Score,Note,HW 3 (79),Bonus,Blank
,,,,,Manual Posting,,,,,,
    Points Possible,,,,,10,"7,5",(read only),,(read only),3,
"Lee, Bo",12,0012,blee,S1,9,-,90,x,3,,
,,,,,,,,,,,
"Uhl, Rosa",1.23E+05,0013,,S2 and S3,EX,,80,,4,1,
"Student, Test",99,,abc,S1,,,,,,,
""",
        {
            "kind": "canvas",
            "header": 0,
            "students": [
                "3:4 Lee, Bo canvas-user=12 canvas-sis=0012 canvas-login=blee section=S1",
                "5:6 Uhl, Rosa canvas-user=1.23E+05 canvas-sis=0013 section=S2 and S3",
            ],
            "columns": ["5:HW 1 id=77 of=10", "6:HW 2 id=78 of=7.5", "10:Bonus of=3"],
            "identity": (0, 1, 2, 3, 4),
            "keep": (2,),
            "excused": "EX",
            "settled": frozenset({"ex", "excused", "n/a"}),
            "locked": {5: LOCKED.format(6, "1.23E+05")},
        },
    ),
    "Canvas in German, names apart": (
        """\
LastName,FirstName,ID,Section,HW 1 (77)
,,,,
    Mögliche Punkte,,,,10
Lee,Bo,12,S1,9
Orr,,13,S1,
""",
        {
            "kind": "canvas",
            "header": 0,
            "students": ["3:4 Lee, Bo canvas-user=12 section=S1", "4:5 Orr canvas-user=13 section=S1"],
            "columns": ["4:HW 1 id=77 of=10"],
            "identity": (0, 1, 2, 3),
            "excused": "EX",
            "settled": frozenset({"ex", "excused", "n/a"}),
        },
    ),
    "Canvas with names as formulas, no points": (
        '''\
Student,ID,SIS User ID,SIS Login ID,Integration ID,Section
"=""Lee, Bo""",12,,b@u.edu,i7,S1
"Student, Test",13,0013,,,S1
''',
        {
            "kind": "canvas",
            "header": 0,
            "students": [
                "1:2 Lee, Bo canvas-user=12 canvas-login=b@u.edu canvas-integration=i7 e-mail=b@u.edu section=S1",
                "2:3 Student, Test canvas-user=13 canvas-sis=0013 section=S1",
            ],
            "identity": (0, 1, 2, 3, 4, 5),
            "excused": "EX",
            "settled": frozenset({"ex", "excused", "n/a"}),
        },
    ),
    "Blackboard": (
        """\
Last Name,First Name,Username,Student ID,Last Access,HW 1 [Total Pts: 10 Score] |123,\
Total [Total Pts: up to 20] |124,HW 2 [Total Pts: 7.5] |125
Lee,Bo,blee,0012,x,9,9,
Uhl,Rosa,ruhl,,x,,,
P,V,ruhl_previewuser,,,,,
,,,,,,,
Orr,Al,1.00E+05,7,,,,
""",
        {
            "kind": "blackboard",
            "header": 0,
            "students": [
                "1:2 Lee, Bo blackboard-username=blee blackboard-student-id=0012",
                "2:3 Uhl, Rosa blackboard-username=ruhl",
                "5:6 Orr, Al blackboard-username=1.00E+05 blackboard-student-id=7",
            ],
            "columns": ["5:HW 1 id=123 of=10", "7:HW 2 id=125 of=7.5"],
            "identity": (0, 1, 2, 3, 4),
            "bom": True,
            "locked": {5: LOCKED.format(6, "1.00E+05")},
        },
    ),
    "Blackboard with feedback": (
        """\
Username,HW 1 |5,Feedback to Learner,Feedback Format
blee,9,,
""",
        {
            "kind": "blackboard",
            "header": 0,
            "students": ["1:2 blackboard-username=blee"],
            "columns": ["1:HW 1 id=5"],
            "identity": (0,),
            "bom": True,
            "comments": {1: 2},
            "comment_format": (3, "SMART_TEXT"),
        },
    ),
    "Brightspace": (
        """\
OrgDefinedId,Username,Last Name,First Name,Email,hw01 Points Grade <Numeric MaxPoints:10 Weight:5>,\
hw02 Points Grade,End-of-Line Indicator
#0012,#blee,Lee,Bo,b@u.edu,9,,#
,,,,,,,#
#1.00E+05,#,Uhl,Rosa,,,,#
""",
        {
            "kind": "brightspace",
            "header": 0,
            "students": [
                "1:2 Lee, Bo brightspace-org-defined-id=0012 brightspace-username=blee e-mail=b@u.edu",
                "3:4 Uhl, Rosa brightspace-org-defined-id=1.00E+05",
            ],
            "columns": ["5:hw01 of=10", "6:hw02"],
            "identity": (0, 1),
            "after": (7,),
            "locked": {3: LOCKED.format(4, "1.00E+05")},
        },
    ),
    "Brightspace without an end": (
        """\
Username,hw01 Points Grade <Numeric MaxPoints:10>
#blee,9
""",
        {
            "kind": "brightspace",
            "header": 0,
            "students": ["1:2 brightspace-username=blee"],
            "columns": ["1:hw01 of=10"],
            "identity": (0,),
            "tail": ("End-of-Line Indicator", "#"),
        },
    ),
    "Gradescope, an assignment": (
        """\
First Name,Last Name,SID,Email,Sections,Total Score,Max Points,Status,Submission Time,Lateness (H:M:S)
Bo,Lee,0012,b@u.edu,S1,9,,Graded,2025-03-03 20:00:00 -0800,00:00:00
Rosa,Uhl,0013,,S2,,10,Missing,,26:03:10
,,,,,,,,,
Al,Orr,,a@u.edu,,5,10,Graded,2025-03-03 20:00:00 -0800,x
""",
        {
            "kind": "gradescope",
            "header": 0,
            "students": [
                "1:2 Bo Lee gradescope-sid=0012 e-mail=b@u.edu section=S1 at=2025-03-03T20:00:00-08:00 late=False",
                "2:3 Rosa Uhl gradescope-sid=0013 section=S2 late=True",
                "4:5 Al Orr e-mail=a@u.edu at=2025-03-03T20:00:00-08:00",
            ],
            "columns": ["5:Total Score of=10"],
            "sole": True,
            "only_graded": False,
            "bom": True,
        },
    ),
    "Gradescope, the course": (
        """\
Name,SID,Email,section_name,hw01,hw01 - Max Points,hw02,hw02 - Max Points,Role
Bo Lee,0012,b@u.edu,S1,9,10,,5,Student
Tea Cher,99,t@u.edu,,,,,,Instructor
""",
        {
            "kind": "gradescope",
            "header": 0,
            "students": ["1:2 Bo Lee gradescope-sid=0012 e-mail=b@u.edu section=S1"],
            "columns": ["4:hw01 of=10", "6:hw02 of=5"],
            "only_graded": False,
            "bom": True,
        },
    ),
    "Moodle's worksheet": (
        """\
Identifier,Full name,Email address,Status,Group,Grade,Maximum Grade,Grade can be changed,\
Last modified (submission),Last modified (grade),Due date,Feedback comments
Participant 12,Bo Lee,b@u.edu,Submitted for grading - 2 days late,Red,9,10,Yes,"Monday, 3 March 2025, 7:27 PM",\
-,"Sunday, 2 March 2025, 7:00 PM",
Participant 13,Rosa Uhl,r@u.edu,"Submitted for grading - Extension granted until: Tuesday, 4 March 2025,\
 7:00 PM",Red,,10,No,"Monday, 3 March 2025, 7:27 PM",-,"Sunday, 2 March 2025, 7:00 PM",
Participant 14,Al Orr,a@u.edu,No submission,,,10,Yes,-,-,"Wednesday, 5 March 2025, 7:00 PM",hm
,,,,,,,,,,,
""",
        {
            "kind": "moodle",
            "header": 0,
            "students": [
                "1:2 Bo Lee moodle-participant=12 e-mail=b@u.edu group=Red at=2025-03-03T19:27:00 late=True",
                "2:3 Rosa Uhl moodle-participant=13 e-mail=r@u.edu group=Red at=2025-03-03T19:27:00 "
                "due=2025-03-04T19:00:00 late=False",
                "3:4 Al Orr moodle-participant=14 e-mail=a@u.edu due=2025-03-05T19:00:00",
            ],
            "columns": ["5:Grade of=10"],
            "sole": True,
            "grouped": True,
            "decimal_mark": ".",
            "comments": {5: 11},
            "locked": {2: moodle._LOCKED},
            "strict_maximum": True,
        },
    ),
    "Moodle's gradebook": (
        """\
First name,Last name,ID number,Username,Email address,Assignment: hw01 (Real),Assignment: hw01 (Feedback),\
Assignment: hw01 (Percentage),Quiz: q (Real),Last downloaded
Bo,Lee,0012,blee,b@u.edu,9,x,90 %,-,1
Rosa,Uhl,,ruhl,r@u.edu,-,,,3,1
""",
        {
            "kind": "moodle",
            "header": 0,
            "students": [
                "1:2 Bo Lee moodle-username=blee moodle-id-number=0012 e-mail=b@u.edu",
                "2:3 Rosa Uhl moodle-username=ruhl e-mail=r@u.edu",
            ],
            "columns": ["5:hw01", "8:q"],
            "identity": (0, 1, 2, 3, 4),
            "decimal_mark": ".",
            "comments": {5: 6},
            "strict_maximum": True,
        },
    ),
    "Sakai's gradebook": (
        """\
Student ID,Name,HW 1 [10],* HW 1,"HW 2 [7,5]",# Total,Note
0012,"Lee, Bo",9,hm,,9,
1.00E+05,"Uhl, Rosa",,,,,
,,,,,,
""",
        {
            "kind": "sakai",
            "header": 0,
            "students": ["1:2 Lee, Bo sakai-eid=0012", "2:3 Uhl, Rosa sakai-eid=1.00E+05"],
            "columns": ["2:HW 1 of=10", "4:HW 2 of=7.5", "6:Note"],
            "identity": (0, 1),
            "comments": {2: 3},
            "comments_are_html": False,
            "locked": {2: LOCKED.format(3, "1.00E+05")},
        },
    ),
    "Sakai's assignment": (
        """\
hw01,SCORE_GRADE_TYPE

Display ID,ID,Last Name,First Name,grade,Submission date,Late submission
0012,blee,Lee,Bo,9,2025-03-03T20:00:00Z,Late
,,,,,,
0013,ruhl,Uhl,Rosa,,2025-03-03T19:00:00Z,On time
0014,aorr,Orr,Al,,,
""",
        {
            "kind": "sakai",
            "header": 2,
            "students": [
                "3:4 Lee, Bo sakai-display-id=0012 sakai-eid=blee at=2025-03-03T20:00:00+00:00 late=True",
                "5:6 Uhl, Rosa sakai-display-id=0013 sakai-eid=ruhl at=2025-03-03T19:00:00+00:00 late=False",
                "6:7 Orr, Al sakai-display-id=0014 sakai-eid=aorr",
            ],
            "columns": ["4:hw01"],
            "sole": True,
            "packed": True,
        },
    ),
    "Sakai's groups": (
        """\
hw01,SCORE_GRADE_TYPE

Group,ID,Users,grade,Submission date,Late
Red,0f1e2d3c-1111-2222-3333-444455556666,"Lee, Bo",9,2025-03-03T20:00:00Z,On Time
Blue,0f1e2d3c-1111-2222-3333-444455556667,"Uhl, Rosa",,,
""",
        {
            "kind": "sakai",
            "header": 2,
            "students": [
                "3:4 Red sakai-group=0f1e2d3c-1111-2222-3333-444455556666 at=2025-03-03T20:00:00+00:00 late=False",
                "4:5 Blue sakai-group=0f1e2d3c-1111-2222-3333-444455556667",
            ],
            "columns": ["3:hw01"],
            "sole": True,
            "packed": True,
        },
    ),
    "Sakai's assignment in German": (
        """\
hw01,SCORE_GRADE_TYPE

Anzeige,Kennung,Nachname,Vorname,Note,Wann,Ob
0012,blee,Lee,Bo,9,20250303200000000,late
""",
        {
            "kind": "sakai",
            "header": 2,
            "students": ["3:4 Lee, Bo sakai-display-id=0012 sakai-eid=blee at=2025-03-03T20:00:00+00:00 late=True"],
            "columns": ["4:hw01"],
            "sole": True,
            "packed": True,
        },
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_everything_stands_where_the_file_has_it(tmp_path: Path, name: str) -> None:
    text, expected = FILES[name]
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    assert stands(layout_of(read_table(tmp_path / "list.csv"), None, None, None)) == expected
    assert stands(layout_of(read_table(tmp_path / "list.csv"), expected["kind"], None, None)) == expected


PLAIN = """\

number,who,grade,,role
0012,"Lee, Bo",9,,Student
,,,,
99,Teach,,,Instructor
0013,Uhl,,,
"""


def test_any_list_is_filled_where_it_is_or_in_a_new_column(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(PLAIN)
    table = read_table(tmp_path / "list.csv")
    assert stands(layout_of(table, None, "Number", "who")) == {
        "kind": "plain",
        "header": 1,
        "students": ["2:3 Lee, Bo class-list=0012", "5:6 Uhl class-list=0013"],
        "columns": ["2:grade", "4:role"],
        "only_graded": False,
        "bom": True,
        "append": "{title}",
    }
    bare = layout_of(table, None, "number", None)
    assert [entry.student.name for entry in bare.students] == ["", ""]
    assert [*map(_column, bare.columns)] == ["1:who", "2:grade", "4:role"]
    assert bare.warnings == ("list.csv: 1 with the role of staff left out: they are no students",)
