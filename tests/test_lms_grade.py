"""``autograder grade`` with rosters and a policy, with fake workers: what ends up in which file."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from fake_workers import FakeWorkers

from autograder import cli

POLICY = """\
time_zone = "UTC"
[late]
per_day = "10%"
[assignments.hw01]
due = 2025-03-03T23:59:00
excused = ["Zed, Zoe"]
points = 7
[assignments.hw01.submitted]
"007" = 2025-03-05T12:00:00
"""
HEAD = "Student,ID,SIS User ID,SIS Login ID,Section,hw01 (4757)\n"
CANVAS = HEAD + (
    "    Points Possible,,,,,7\n"
    '"O\'Neil, Ann",101,007,aoneil,Lec 1,\n'
    '"Müller, Bo",102,008,bmuller,Lec 1,\n'
    '"Ito, Cem",103,009,cito,Lec 1,\n'
    '"Zed, Zoe",104,010,zzed,Lec 1,\n'
)
OTHER = 'Student ID,Name,hw01 [7],* hw01\nbmuller,"Müller, Bo",,\naoneil,"O\'Neil, Ann",,\nsomebody,"Else, Any",,\n'


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr("autograder.batch.run.Workers", FakeWorkers)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hw01" / "tests").mkdir(parents=True)
    (tmp_path / "hw01" / "tests" / "q1.py").write_text("OK_FORMAT = False")
    (tmp_path / "in").mkdir()
    for name, text in (
        ("oneilann_LATE_101_901_hw01.ipynb", "q1=2 q2=1.5"),
        ("müllerbo_102_902_hw01.ipynb", "q1=1 q2=0"),
    ):
        cell = {"cell_type": "markdown", "metadata": {}, "source": text}
        (tmp_path / "in" / name).write_text(
            json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
        )
    (tmp_path / "in" / "itocem_103_903_essay.pdf").write_text("%PDF")
    (tmp_path / "canvas.csv").write_text(CANVAS)
    (tmp_path / "sakai.csv").write_text(OTHER)
    (tmp_path / "course.toml").write_text(POLICY)
    return tmp_path


def grade(*arguments):
    command = ["grade", "hw01", "in", "--roster", "canvas.csv", *arguments]
    return CliRunner().invoke(cli.group, command, standalone_mode=False, catch_exceptions=False)


def test_policy_scores_reasons_and_every_file(place):
    result = grade("--roster", "sakai.csv", "--policy", "course.toml")
    assert result.return_value == cli.NEEDS_A_PERSON
    with Path("grades/grades.csv").open(newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert (rows["101"]["score"], rows["101"]["possible"], rows["101"]["raw_score"]) == ("5.6", "7", "3.5")
    assert rows["101"]["changes"] == (
        "scaled from 3.5 to 7 points; 2 days late (due 2025-03-03 23:59): −20% of 7 points = −1.4"
    )
    assert (rows["102"]["score"], rows["103"]["reason"]) == ("2", "not-a-notebook")
    assert Path("grades/lms/canvas.csv").read_text() == HEAD + (
        "    Points Possible,,,,,7\n"
        '"O\'Neil, Ann",101,007,aoneil,Lec 1,5.6\n'
        '"Müller, Bo",102,008,bmuller,Lec 1,2\n'
        '"Zed, Zoe",104,010,zzed,Lec 1,EX\n'
    )
    sakai = Path("grades/lms/sakai.csv").read_text()
    assert (
        '\naoneil,"O\'Neil, Ann",5.6,autograder: 5.6 of 7 points; q1 2 of 2; q2 1.5 of 1.5; scaled from 3.5 to 7'
        in sakai
    )
    assert '\nbmuller,"Müller, Bo",2,' in sakai
    assert "somebody" not in sakai
    # who handed in something that is no notebook has not handed in nothing
    assert "on the roster, nothing handed in (1): Zed, Zoe" in result.output


def test_a_zero_for_the_missing_is_not_for_the_failed_or_the_excused(place):
    grade("--missing", "zero", "--policy", "course.toml")
    cells = {
        line.split(",")[2]: line.rpartition(",")[2]
        for line in Path("grades/lms/canvas.csv").read_text().splitlines()[2:]
    }
    assert {id: cell for id, cell in cells.items() if id in ("103", "104")} == {"104": "EX"}
    grade("--missing", "zero")
    cells = {
        line.split(",")[2]: line.rpartition(",")[2]
        for line in Path("grades/lms/canvas.csv").read_text().splitlines()[2:]
    }
    assert {id: cell for id, cell in cells.items() if id in ("103", "104")} == {"104": "0"}


def test_two_sections_of_one_lms_are_two_files(place):
    (place / "second.csv").write_text(HEAD + '"Else, Any",201,020,x,Lec 2,\n"Müller, Bo",102,008,bmuller,Lec 2,\n')
    grade("--roster", "second.csv")
    assert {path.name for path in Path("grades/lms").iterdir()} == {"canvas.csv", "canvas-2.csv"}
    assert "102,008,bmuller,Lec 2,1\n" in Path("grades/lms/canvas-2.csv").read_text()


def test_a_wrong_policy_is_said_before_anything_is_graded(place):
    (place / "course.toml").write_text("[late]\nper_week = 1\n")
    result = CliRunner().invoke(cli.group, ["grade", "hw01", "in", "--policy", "course.toml"], standalone_mode=False)
    assert "line 2: [late] per_week: unknown key" in str(result.exception)
    assert not Path("grades/grades.csv").exists()
