"""Whose is which file, when did it come, what does the LMS call it: every part of what a download's names say."""

from pathlib import Path
from typing import Any

import pytest

from autograder.lms.formats import FORMATS
from autograder.lms.formats.contract import known_as
from autograder.model import Space
from tests.lms.intake.item_samples import items, told

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
