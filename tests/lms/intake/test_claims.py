"""Which LMS a path is from, and which reading of a name or a folder is taken."""

from pathlib import Path

import pytest

from autograder.lms.formats import FORMATS
from autograder.lms.formats.contract import known_as
from autograder.model import Space
from tests.lms.intake.item_samples import items

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
