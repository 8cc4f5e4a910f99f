"""Whose is which file, when did it come, what does the LMS call it: every part of what a download's names say."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from autograder.lms.formats import FORMATS
from autograder.lms.formats.contract import known_as
from autograder.lms.intake import loose
from autograder.lms.records import Bundle, Item
from autograder.model import Space

CONTENT = {
    "HW 1_blee_Versuch_2025-03-04-21-00-01.txt": "Name: Bo Lee (blee)\nx",
    "submission_metadata.yml": """\
:x: 1
submission_12:
  :submitters:
  - :name: Bo Lee
    :sid: '0012'
    :email: b@u.edu
  - :name: Rosa Uhl
  - x
  :created_at: 2025-03-03 20:00:00.123456789 -08:00
submission_13:
  :submitters: x
""",
    "hw01/Lee, Bo(blee)/timestamp.txt": "20250303200000123",
    "hw01/grades.csv": """\
hw01,SCORE_GRADE_TYPE

Display ID,ID,Last Name,First Name,grade,Submission date,Late submission
1,ruhl,Uhl,Rosa,,2025-03-03T19:00:00Z,Late
2,blee,Lee,Bo,,2025-03-03T18:00:00Z,On time
""",
    "hw01/Red (0f1e2d3c-1111-2222-3333-444455556666)/members.txt": "Smith, Ann(asmith); M&uuml;ller, Bo(bm); x",
}


def items(folder: Path, names: Sequence[str]) -> list[Item]:
    found = []
    for number, name in enumerate(names):
        (folder / str(number)).write_text(CONTENT.get(name, "x"), encoding="utf-8")
        found.append(Item(tuple(name.split("/")), folder / str(number)))
    return found


def told(bundle: Bundle) -> dict[str, Any]:
    more = {
        "tag": bundle.tag, "late": bundle.late, "at": bundle.submitted, "order": bundle.order,
        "notes": bundle.notes or None, "tags": bundle.tags or None, "own": bundle.own or None,
    }  # fmt: skip
    return {
        "who": "; ".join(
            " ".join(filter(None, (student.name, *(f"{one.space.value}={one.value}" for one in student.ids))))
            for student in bundle.students
        ),
        "files": {"/".join(item.parts): int(item.path.name) for item in bundle.items},
        "source": bundle.source,
        **{field: value for field, value in more.items() if value is not None},
    }


BUNDLES: list[tuple[str, list[str], list[tuple[str, Space, str]], list[dict[str, Any]]]] = [
    (
        "canvas",
        [
            "leebo_12_901_hw01.ipynb",
            "leebo_12_902_data-1.csv",
            "uhlrosa_LATE_13_903_hw01-2.ipynb",
            "orral_14_text.html",
            "anon_x7_905_hw01.ipynb",
            "LATE_anon_x8_906_a.py",
            "15_907_hw01.ipynb",
            "x_2025_03_03T10_00_00_000000.zip",
        ],
        [],
        [
            {
                "who": "leebo canvas-user=12",
                "files": {"hw01.ipynb": 0, "data.csv": 1, "data-1.csv": 1},
                "source": "z.zip",
                "tag": "canvas:leebo_12_901",
                "late": False,
                "order": (902, 901),
                "tags": {"hw01.ipynb": "canvas:leebo_12_901", "data-1.csv": "canvas:leebo_12_902"},
            },
            {
                "who": "uhlrosa canvas-user=13",
                "files": {"hw01-2.ipynb": 2},
                "source": "z.zip",
                "tag": "canvas:uhlrosa_LATE_13_903",
                "late": True,
                "order": (903,),
                "tags": {"hw01-2.ipynb": "canvas:uhlrosa_LATE_13_903"},
            },
            {"who": "orral canvas-user=14", "files": {"text.html": 3}, "source": "z.zip", "late": False, "order": (0,)},
            {
                "who": "canvas-anonymous=anon_x7",
                "files": {"hw01.ipynb": 4},
                "source": "z.zip",
                "tag": "canvas:anon_x7_905",
                "late": False,
                "order": (905,),
                "tags": {"hw01.ipynb": "canvas:anon_x7_905"},
            },
            {
                "who": "canvas-anonymous=anon_x8",
                "files": {"a.py": 5},
                "source": "z.zip",
                "tag": "canvas:LATE_anon_x8_906",
                "late": True,
                "order": (906,),
                "tags": {"a.py": "canvas:LATE_anon_x8_906"},
            },
            {
                "who": "canvas-user=15",
                "files": {"hw01.ipynb": 6},
                "source": "z.zip",
                "tag": "canvas:15_907",
                "late": False,
                "order": (907,),
                "tags": {"hw01.ipynb": "canvas:15_907"},
            },
        ],
    ),
    (
        "canvas",
        ["team_7_12345_9001_hw01.ipynb"],
        [("Team 7", Space.CANVAS_USER, "12345")],
        [
            {
                "who": "team_7 canvas-user=12345",
                "files": {"hw01.ipynb": 0},
                "source": "z.zip",
                "tag": "canvas:team_7_12345_9001",
                "late": False,
                "order": (9001,),
                "tags": {"hw01.ipynb": "canvas:team_7_12345_9001"},
            }
        ],
    ),
    (
        "canvas",
        ["team_7_12345_9001_hw01.ipynb"],
        [("Al", Space.CANVAS_USER, "12345"), ("Bo", Space.CANVAS_USER, "7")],
        [
            {
                "who": "team name=team",
                "files": {"9001_hw01.ipynb": 0},
                "source": "z.zip",
                "tag": "canvas:team_7_12345",
                "late": False,
                "order": (12345,),
                "tags": {"9001_hw01.ipynb": "canvas:team_7_12345"},
            }
        ],
    ),
    (
        "canvas",
        ["team_7_12345_9001_hw01.ipynb"],
        [("Team", Space.CANVAS_USER, "7")],
        [
            {
                "who": "team canvas-user=7",
                "files": {"9001_hw01.ipynb": 0},
                "source": "z.zip",
                "tag": "canvas:team_7_12345",
                "late": False,
                "order": (12345,),
                "tags": {"9001_hw01.ipynb": "canvas:team_7_12345"},
            }
        ],
    ),
    (
        "canvas",
        ["a_1_2_data-1.csv", "a_1_3_data.csv", "a_1_4_x-123.csv"],
        [],
        [
            {
                "who": "a canvas-user=1",
                "files": {"data-1.csv": 0, "data.csv": 1, "x-123.csv": 2},
                "source": "z.zip",
                "tag": "canvas:a_1_2",
                "late": False,
                "order": (4, 3, 2),
                "tags": {"data-1.csv": "canvas:a_1_2", "data.csv": "canvas:a_1_3", "x-123.csv": "canvas:a_1_4"},
            }
        ],
    ),
    (
        "moodle",
        [
            "Bo Lee_12_assignsubmission_file_/sub/hw01.ipynb",
            "Bo Lee_12_assignsubmission_onlinetext_/onlinetext.html",
            "Participant_13_assignsubmission_file_hw01.ipynb",
            "Red_Team_14_assignsubmission_file_/hw01.ipynb",
            "Default group_assignsubmission_file_/a.ipynb",
        ],
        [],
        [
            {
                "who": "Bo Lee moodle-download=12",
                "files": {"sub/hw01.ipynb": 0},
                "source": "z.zip",
                "tag": "moodle:Bo Lee_12_assignsubmission_file_/",
            },
            {
                "who": "moodle-download=13",
                "files": {"hw01.ipynb": 2},
                "source": "z.zip",
                "tag": "moodle:Participant_13_assignsubmission_file_",
            },
            {
                "who": "Red_Team moodle-download=14",
                "files": {"hw01.ipynb": 3},
                "source": "z.zip",
                "tag": "moodle:Red Team_14_assignsubmission_file_/",
            },
            {
                "who": "Default group moodle-download=Default group",
                "files": {"a.ipynb": 4},
                "source": "z.zip",
                "tag": "moodle:Default group_assignsubmission_file_/",
            },
        ],
    ),
    (
        "moodle",
        ["Bo Lee_12_assignsubmission_onlinetext_/onlinetext.html"],
        [],
        [
            {
                "who": "Bo Lee moodle-download=12",
                "files": {"onlinetext.html": 0},
                "source": "z.zip",
                "tag": "moodle:Bo Lee_12_assignsubmission_onlinetext_/",
            }
        ],
    ),
    (
        "blackboard",
        [
            "HW 1_a_smith_attempt_2025-03-03-20-00-00_hw01.ipynb",
            "HW 1_blee_attempt_2025-03-03-21-00-01_hw01.ipynb",
            "HW 1_blee_Versuch_2025-03-04-21-00-01.txt",
            "HW 1_x_attempt_2025-13-04-21-00-01_a.ipynb",
        ],
        [("", Space.BLACKBOARD_USERNAME, "a_smith"), ("", Space.BLACKBOARD_USERNAME, "smith")],
        [
            {
                "who": "blackboard-username=a_smith",
                "files": {"hw01.ipynb": 0},
                "source": "z.zip, attempt of 2025-03-03 20:00:00",
                "tag": "blackboard:",
                "at": "2025-03-03T20:00:00",
                "order": ("2025-03-03-20-00-00",),
            },
            {
                "who": "blackboard-username=blee",
                "files": {"hw01.ipynb": 1},
                "source": "z.zip, attempt of 2025-03-03 21:00:01",
                "tag": "blackboard:",
                "at": "2025-03-03T21:00:01",
                "order": ("2025-03-03-21-00-01",),
            },
            {
                "who": "blackboard-username=blee",
                "files": {"submission.txt": 2},
                "source": "z.zip, attempt of 2025-03-04 21:00:01",
                "tag": "blackboard:",
                "at": "2025-03-04T21:00:01",
                "order": ("2025-03-04-21-00-01",),
            },
            {
                "who": "blackboard-username=x",
                "files": {"a.ipynb": 3},
                "source": "z.zip, attempt of 2025-13-04 21:00:01",
                "tag": "blackboard:",
            },
        ],
    ),
    (
        "blackboard",
        ["HW 1_a_smith_attempt_2025-03-03-20-00-00_hw01.ipynb"],
        [],
        [
            {
                "who": "blackboard-username=smith",
                "files": {"hw01.ipynb": 0},
                "source": "z.zip, attempt of 2025-03-03 20:00:00",
                "tag": "blackboard:",
                "at": "2025-03-03T20:00:00",
                "order": ("2025-03-03-20-00-00",),
            }
        ],
    ),
    (
        "blackboard",
        [
            "HW_1_asmith_attempt_2025-03-03-20-00-00_hw01.ipynb",
            "HW_1_blee_attempt_2025-03-03-20-00-00_a.py",
            "HW_1_blee_attempt_2025-03-03-20-00-00.txt",
        ],
        [],
        [
            {
                "who": "blackboard-username=asmith",
                "files": {"hw01.ipynb": 0},
                "source": "z.zip, attempt of 2025-03-03 20:00:00",
                "tag": "blackboard:",
                "at": "2025-03-03T20:00:00",
                "order": ("2025-03-03-20-00-00",),
            },
            {
                "who": "blackboard-username=blee",
                "files": {"a.py": 1},
                "source": "z.zip, attempt of 2025-03-03 20:00:00",
                "tag": "blackboard:",
                "at": "2025-03-03T20:00:00",
                "order": ("2025-03-03-20-00-00",),
            },
        ],
    ),
    (
        "brightspace",
        [
            "12-345 - Bo Lee - 3 March, 2025 805 PM/hw01.ipynb",
            "13-346 - Rosa Uhl - 3-4-2025 805 PM/hw01.ipynb",
            "13-347 - Rosa Uhl - 3-27-2025 805 PM/sub/hw01.ipynb",
            "14-1 - Al - soon 2025/a.py",
            "index.html",
        ],
        [],
        [
            {
                "who": "Bo Lee brightspace-folder=12",
                "files": {"hw01.ipynb": 0},
                "source": "z.zip: 12-345 - Bo Lee - 3 March, 2025 805 PM",
                "tag": "brightspace:12-345 - Bo Lee - 3 March, 2025 805 PM/",
                "at": "2025-03-03T20:05:00",
                "order": ("2025-03-03T20:05:00", 345),
            },
            {
                "who": "Rosa Uhl brightspace-folder=13",
                "files": {"hw01.ipynb": 1},
                "source": "z.zip: 13-346 - Rosa Uhl - 3-4-2025 805 PM",
                "tag": "brightspace:13-346 - Rosa Uhl - 3-4-2025 805 PM/",
                "at": "2025-03-04T20:05:00",
                "order": ("2025-03-04T20:05:00", 346),
            },
            {
                "who": "Rosa Uhl brightspace-folder=13",
                "files": {"sub/hw01.ipynb": 2},
                "source": "z.zip: 13-347 - Rosa Uhl - 3-27-2025 805 PM",
                "tag": "brightspace:13-347 - Rosa Uhl - 3-27-2025 805 PM/",
                "at": "2025-03-27T20:05:00",
                "order": ("2025-03-27T20:05:00", 347),
            },
            {
                "who": "Al brightspace-folder=14",
                "files": {"a.py": 3},
                "source": "z.zip: 14-1 - Al - soon 2025",
                "tag": "brightspace:14-1 - Al - soon 2025/",
            },
        ],
    ),
    (
        "gradescope",
        ["submission_metadata.yml", "submission_12/hw01.ipynb", "submission_13/a.ipynb"],
        [],
        [
            {
                "who": "Bo Lee gradescope-sid=0012 e-mail=b@u.edu; Rosa Uhl name=Rosa Uhl",
                "files": {"hw01.ipynb": 1},
                "source": "z.zip: submission_12",
                "tag": "gradescope:submission_12",
                "at": "2025-03-03T20:00:00.123456-08:00",
                "order": (12,),
            },
            {
                "who": "gradescope-submission=submission_13",
                "files": {"a.ipynb": 2},
                "source": "z.zip: submission_13",
                "tag": "gradescope:submission_13",
                "order": (13,),
                "notes": ("submission_metadata.yml does not say whose submission_13 is",),
            },
        ],
    ),
    (
        "sakai",
        [
            "hw01/Lee, Bo(blee)/Submission attachment(s)/hw01.ipynb",
            "hw01/Lee, Bo(blee)/Submission attachment(s)/d/x.csv",
            "hw01/Lee, Bo(blee)/Feedback Attachment(s)/p.html",
            "hw01/Lee, Bo(blee)/timestamp.txt",
            "hw01/grades.csv",
            "hw01/Red (0f1e2d3c-1111-2222-3333-444455556666)/members.txt",
            "hw01/Uhl, Rosa(ruhl)/ruhl_submissionText.html",
            "hw01/Red (0f1e2d3c-1111-2222-3333-444455556666)/Abgabe/hw01.ipynb",
            "Orr, Al(aorr)_Submission attachment(s)_hw01.ipynb",
        ],
        [],
        [
            {
                "who": "Lee, Bo sakai-eid=blee",
                "files": {"hw01.ipynb": 0, "d/x.csv": 1},
                "source": "z.zip: Lee, Bo(blee)",
                "tag": "sakai:hw01/Lee, Bo(blee)/",
                "late": False,
                "at": "2025-03-03T20:00:00+00:00",
            },
            {
                "who": "Smith, Ann sakai-eid=asmith sakai-group=0f1e2d3c-1111-2222-3333-444455556666; "
                "Müller, Bo sakai-eid=bm sakai-group=0f1e2d3c-1111-2222-3333-444455556666",
                "files": {"hw01.ipynb": 7},
                "source": "z.zip: Red (0f1e2d3c-1111-2222-3333-444455556666)",
                "tag": "sakai:hw01/Red (0f1e2d3c-1111-2222-3333-444455556666)/",
            },
            {
                "who": "Uhl, Rosa sakai-eid=ruhl",
                "files": {"ruhl_submissionText.html": 6},
                "source": "z.zip: Uhl, Rosa(ruhl)",
                "tag": "sakai:hw01/Uhl, Rosa(ruhl)/",
                "late": True,
                "at": "2025-03-03T19:00:00+00:00",
            },
            {
                "who": "Orr, Al sakai-eid=aorr",
                "files": {"hw01.ipynb": 8},
                "source": "z.zip: Orr, Al(aorr)",
                "tag": "sakai:",
            },
        ],
    ),
]


@pytest.mark.parametrize(("kind", "names", "people", "expected"), BUNDLES)
def test_what_a_download_of_an_lms_says(
    tmp_path: Path,
    kind: str,
    names: list[str],
    people: list[tuple[str, Space, str]],
    expected: list[dict[str, Any]],
) -> None:
    students = [known_as(name, (space, value)) for name, space, value in people]
    assert [*map(told, FORMATS[kind].bundles(items(tmp_path, names), "z.zip", students))] == expected


LOOSE: list[tuple[list[str], str | None, str | None, list[dict[str, Any]], list[dict[str, Any]] | None]] = [
    # names, assignment, container, what a folder holds, what a zip holds where it is something else
    (
        ["asmith/hw01.ipynb", "asmith/data.csv", "hw01_blee.ipynb", "Ann Kim (0012).ipynb"],
        "hw01",
        "in",
        [
            {"who": "file-name=blee", "files": {"hw01_blee.ipynb": 2}, "source": "hw01_blee.ipynb"},
            {"who": "Ann Kim file-name=0012", "files": {"Ann Kim (0012).ipynb": 3}, "source": "Ann Kim (0012).ipynb"},
            {"who": "file-name=asmith", "files": {"hw01.ipynb": 0, "data.csv": 1}, "source": "asmith"},
        ],
        None,
    ),
    (
        ["hw01.ipynb", "data.csv"],
        "hw01",
        "asmith",
        [{"who": "file-name=asmith", "files": {"hw01.ipynb": 0, "data.csv": 1}, "source": "s", "own": True}],
        None,
    ),
    (
        ["a.ipynb"],
        None,
        "asmith",
        [{"who": "file-name=a", "files": {"a.ipynb": 0}, "source": "a.ipynb"}],
        [{"who": "file-name=asmith", "files": {"a.ipynb": 0}, "source": "s", "own": True}],
    ),
    (["a.ipynb"], None, "submissions", [{"who": "file-name=a", "files": {"a.ipynb": 0}, "source": "a.ipynb"}], None),
    (
        ["hw01.ipynb", "notes.ipynb"],
        "hw01",
        "asmith",
        [{"who": "file-name=asmith", "files": {"hw01.ipynb": 0, "notes.ipynb": 1}, "source": "s", "own": True}],
        None,
    ),
    (
        ["hw01.ipynb", "b.ipynb", "c.ipynb"],
        "hw01",
        "cls",
        [
            {"who": "file-name=hw01", "files": {"hw01.ipynb": 0}, "source": "hw01.ipynb"},
            {"who": "file-name=b", "files": {"b.ipynb": 1}, "source": "b.ipynb"},
            {"who": "file-name=c", "files": {"c.ipynb": 2}, "source": "c.ipynb"},
        ],
        None,
    ),
    (
        ["hw01.ipynb", "HW 1.ipynb", "hw01 (2).ipynb"],
        "hw01",
        "cls",
        [
            {
                "who": "file-name=cls",
                "files": {"hw01.ipynb": 0, "HW 1.ipynb": 1, "hw01 (2).ipynb": 2},
                "source": "s",
                "own": True,
            }
        ],
        None,
    ),
    (
        ["top/a/x.ipynb", "top/b/x.ipynb"],
        "hw01",
        "cls",
        [
            {"who": "file-name=a", "files": {"x.ipynb": 0}, "source": "a"},
            {"who": "file-name=b", "files": {"x.ipynb": 1}, "source": "b"},
        ],
        None,
    ),
    (
        ["top/a.py", "top/b.py"],
        "hw01",
        "cls",
        [
            {"who": "file-name=a", "files": {"a.py": 0}, "source": "a.py"},
            {"who": "file-name=b", "files": {"b.py": 1}, "source": "b.py"},
        ],
        None,
    ),
    (["top/x.ipynb"], "hw01", "cls", [{"who": "file-name=top", "files": {"x.ipynb": 0}, "source": "top"}], None),
    (
        ["hw01/hw01.ipynb"],
        "hw01",
        "asmith",
        [{"who": "file-name=hw01", "files": {"hw01.ipynb": 0}, "source": "hw01"}],
        [{"who": "file-name=asmith", "files": {"hw01.ipynb": 0}, "source": "s", "own": True}],
    ),
    (
        ["other/x.ipynb"],
        "hw01",
        "asmith",
        [{"who": "file-name=other", "files": {"x.ipynb": 0}, "source": "other"}],
        None,
    ),
    (["a.zip"], "hw01", "asmith", [{"who": "file-name=a", "files": {"a.zip": 0}, "source": "a.zip"}], None),
    (["a.ipynb"], "hw01", None, [{"who": "file-name=a", "files": {"a.ipynb": 0}, "source": "a.ipynb"}], None),
]


@pytest.mark.parametrize(("names", "assignment", "container", "folder", "zipped"), LOOSE)
def test_what_a_folder_or_a_zip_of_people_holds(
    tmp_path: Path,
    names: list[str],
    assignment: str | None,
    container: str | None,
    folder: list[dict[str, Any]],
    zipped: list[dict[str, Any]] | None,
) -> None:
    given = items(tmp_path, names)
    assert [*map(told, loose.bundles(given, "s", assignment, container))] == folder
    assert [*map(told, loose.bundles(given, "s", assignment, container, zipped=True))] == (zipped or folder)


CLAIMS = [
    (("Lee, Bo(blee)", "timestamp.txt"), ["sakai"]),
    (("hw", "Lee, Bo(blee)", "timestamp.txt"), []),
    (("grades.csv",), ["sakai"]),
    (("hw", "grades.csv"), []),
    (("Lee, Bo(blee)_f",), ["sakai"]),
    (("Lee, Bo(blee)_f_x.ipynb",), ["sakai"]),
    (("Lee, Bo(blee)", "Abgabe", "a.ipynb"), ["sakai"]),
    (("Lee Bo(blee)", "Abgabe", "a.ipynb"), []),
    (("Lee, Bo(blee)", "a.ipynb"), []),
    (("Red (0f1e2d3c-1111-2222-3333-444455556666)", "Abgabe", "a.ipynb"), ["sakai"]),
    (("submission_1", "a.ipynb"), ["gradescope"]),
    (("submission_1",), []),
    (("submission_metadata.yml",), ["gradescope"]),
    (("x", "submission_metadata.yml"), []),
    (("12-3 - Bo - 3 March 2025 805 PM", "a.ipynb"), ["brightspace"]),
    (("12-3 - Bo - 3 March 2025 805 PM",), []),
    (("12-3 - Bo - 3 March 1925", "a.ipynb"), []),
    (("a_1_2_b.ipynb",), ["canvas"]),
    (("d", "a_1_2_b.ipynb"), []),
    (("hw01_2025_03_03T10_00_00_000000.zip",), []),
    (("HW_b_attempt_2025-03-03-20-00-00_a.py",), ["blackboard"]),
    (("d", "HW_b_attempt_2025-03-03-20-00-00_a.py"), []),
    (("Bo_1_assignsubmission_file_",), []),
    (("Bo_1_assignsubmission_file_", "a.py"), ["moodle"]),
    (("Bo_1_assignsubmission_file_a.py",), ["moodle"]),
]


@pytest.mark.parametrize(("parts", "lmss"), CLAIMS)
def test_a_path_is_from_the_download_of_at_most_one_lms(parts: tuple[str, ...], lmss: list[str]) -> None:
    assert [kind for kind, known in FORMATS.items() if known.claims(parts)] == lmss


@pytest.mark.parametrize(
    ("stem", "is_it", "of"),
    [
        ("hw01", True, "hw01"),
        ("HW 1", True, "HW 1"),
        ("hw01-1", True, None),
        ("hw01 (2)", True, None),
        ("hw01_copy2", True, None),
        ("hw01-123", False, None),
        ("hw01_2025_03_03T10_00_00_000000", True, "hw01"),
        ("hw02", False, "hw02"),
        ("hw01x", False, "hw01x"),
        ("hw01_asmith", False, "asmith"),
        ("Ann Smith - HW 1", False, "Ann Smith"),
        ("asmith", False, "asmith"),
        ("hw01_", True, "hw01_"),
        ("_hw01", True, "_hw01"),
        ("x_hw01_y", False, "x_hw01_y"),
        ("hw01 - Ann Smith", False, "Ann Smith"),
        ("asmith_2025_03_03T10_00_00_000000", False, "asmith"),
        ("hw01_ann_lee", False, "ann_lee"),
    ],
)
def test_a_file_is_the_assignments_own_or_names_a_student(stem: str, is_it: bool, of: str | None) -> None:
    assert loose.is_assignment(stem, "hw01") is is_it
    assert of is None or loose.student_of(stem, "hw01") == of


def parts_of(tmp_path: Path, kind: str, *names: str, **people: str) -> list[tuple[str, list[str]]]:
    students = [known_as(name.replace("_", " "), (Space.CANVAS_USER, value)) for name, value in people.items()]
    found = FORMATS[kind].bundles(items(tmp_path, names), "z.zip", students)
    return [(one.students[0].name, ["/".join(item.parts) for item in one.items]) for one in found]


def test_a_number_that_stands_twice_in_a_name_is_the_one_behind_the_students_name(tmp_path: Path) -> None:
    name = "team_7_7_9001_hw01.py"
    assert parts_of(tmp_path, "canvas", name, team_7="7") == [("team_7", ["hw01.py"])]
    assert parts_of(tmp_path, "canvas", name, team="7") == [("team", ["9001_hw01.py"])]
    assert parts_of(tmp_path, "canvas", name, Al="7") == [("team", ["9001_hw01.py"])]
    assert parts_of(tmp_path, "canvas", name) == [("team", ["9001_hw01.py"])]


@pytest.mark.parametrize(
    ("inside", "taken"),
    [
        (["Abgabe/a.pdf"], ["a.pdf"]), (["Abgabe/a.pdf", "R/a.py"], ["a.py"]), (["A/a.pdf", "B/b.pdf"], ["a.pdf"]),
        (["x_submissionText.html", "timestamp.txt"], ["x_submissionText.html"]),
        (["Feedback Attachment(s)/a.py", "R/a.pdf"], ["a.pdf"]),
        (["R/a.py", "Submission attachment(s)/b.pdf"], ["b.pdf"]),
    ],
)  # fmt: skip
def test_which_of_sakais_folders_holds_the_work(tmp_path: Path, inside: list[str], taken: list[str]) -> None:
    names = [f"hw01/Lee, Bo(blee)/{name}" for name in inside]
    assert parts_of(tmp_path, "sakai", *names) == [("Lee, Bo", taken)]


def test_a_zip_with_more_than_everybodys_folder_is_of_a_class(tmp_path: Path) -> None:
    given = items(tmp_path, ["hw01/a.ipynb", "blee/a.ipynb"])
    found = loose.bundles(given, "s", "hw01", "asmith", zipped=True)
    assert [one.students[0].id for one in found] == ["hw01", "blee"]
    given = items(tmp_path, ["homework/a.py", "homework/data.csv"])
    (one,) = loose.bundles(given, "s", None, "asmith", zipped=True)
    assert (one.students[0].id, ["/".join(item.parts) for item in one.items]) == ("asmith", ["a.py", "data.csv"])
    (one,) = loose.bundles(items(tmp_path, ["mine/a.py"]), "s", None, "asmith", zipped=True)
    assert one.students[0].id == "mine"
    names = [one.source for one in loose.empty_folders(given, [("homework",), ("x", "y"), ("x",), ()], "in")]
    assert names == ["in/x"]
