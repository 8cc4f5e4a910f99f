"""``autograder grade`` with rosters and a policy, with fake workers: what ends up in which file."""

import csv
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder import cli
from autograder.errors import UsageError
from tests.batch.fake_workers import work_of

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
def place(place):
    (place / "in").mkdir()
    for name, text in (
        ("oneilann_LATE_101_901_hw01.ipynb", "q1=2 q2=1.5"),
        ("müllerbo_102_902_hw01.ipynb", "q1=1 q2=0"),
    ):
        (place / "in" / name).write_text(work_of(text))
    (place / "in" / "itocem_103_903_essay.pdf").write_text("%PDF")
    (place / "canvas.csv").write_text(CANVAS)
    (place / "sakai.csv").write_text(OTHER)
    (place / "course.toml").write_text(POLICY)
    return place


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


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("rest.zip", b"PK\x03\x04 and no more", "bad-zip"),
        ("rest", None, "empty"),
        ("in/from the chat.ipynb", b"{}", "nameless"),
        ("in/more/all.zip", b"PK\x03\x04", "nameless"),
    ],
)
def test_work_that_names_nobody_holds_zeros_back_in_the_run_and_in_a_later_export(place, name, content, reason):
    path = place / name
    path.parent.mkdir(exist_ok=True)
    path.mkdir() if content is None else path.write_bytes(content)
    more = () if name.startswith("in/") else (name,)
    command = ["grade", "hw01", "in", *more, "--roster", "canvas.csv", "--missing", "zero"]
    result = CliRunner().invoke(cli.group, command, standalone_mode=False, catch_exceptions=False)
    assert result.return_value == cli.NEEDS_A_PERSON
    assert "1 on the roster got no 0, because work that is nobody's may be theirs" in result.output
    with Path("grades/grades.csv").open(newline="") as file:
        assert [row["file"] for row in csv.DictReader(file) if row["reason"] == reason] == [name.removeprefix("in/")]
    assert "Zed" not in Path("grades/lms/canvas.csv").read_text()
    command = ["export", "grades", "--roster", "sakai.csv", "--missing", "zero"]
    CliRunner().invoke(cli.group, command, standalone_mode=False, catch_exceptions=False)
    assert "somebody" not in Path("grades/lms/sakai.csv").read_text()


def test_a_damaged_zip_that_is_called_as_somebody_is_is_theirs(place):
    (place / "zzed.zip").write_bytes(b"PK")
    command = ["grade", "hw01", "in", "zzed.zip", "--roster", "canvas.csv", "--missing", "zero"]
    CliRunner().invoke(cli.group, command, standalone_mode=False, catch_exceptions=False)
    with Path("grades/grades.csv").open(newline="") as file:
        assert [row["name"] for row in csv.DictReader(file) if row["reason"] == "bad-zip"] == ["Zed, Zoe"]
    assert "Zed" not in Path("grades/lms/canvas.csv").read_text()


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
    shutil.copy("in/müllerbo_102_902_hw01.ipynb", "in/elseany_201_904_hw01.ipynb")
    result = grade("--roster", "second.csv")
    assert {path.name for path in Path("grades/lms").iterdir()} == {"canvas.csv", "canvas-2.csv"}
    assert Path("grades/lms/canvas-2.csv").read_text().splitlines()[1:] == [
        '"Else, Any",201,020,x,Lec 2,1',
        '"Müller, Bo",102,008,bmuller,Lec 2,1',
    ]
    assert "not on the roster" not in result.output
    assert "nothing handed in (1): Zed, Zoe" in result.output


def test_a_wrong_policy_is_said_before_anything_is_graded(place):
    (place / "course.toml").write_text("[late]\nper_week = 1\n")
    result = CliRunner().invoke(cli.group, ["grade", "hw01", "in", "--policy", "course.toml"], standalone_mode=False)
    assert "line 2: [late] per_week: unknown key" in str(result.exception)
    assert not Path("grades/grades.csv").exists()


def test_a_class_list_of_ones_own_gives_names_too(place):
    (place / "class.csv").write_text("number;who;grade\n101;Ann O'Neil;\n102;Bo Müller;\n")
    command = ["grade", "hw01", "in", "--roster", "class.csv", "--id-column", "number", "--column", "grade"]

    def call(*more):
        return CliRunner().invoke(cli.group, [*command, *more], standalone_mode=False, catch_exceptions=False)

    call("--name-column", "who")
    with Path("grades/grades.csv").open(newline="") as file:
        names = {row["student_id"]: row["name"] for row in csv.DictReader(file)}
    assert (names["101"], names["102"]) == ("Ann O'Neil", "Bo Müller")
    with pytest.raises(UsageError, match="no column 'whom'"):
        call("--name-column", "whom")
    command.remove("--id-column"), command.remove("number")
    with pytest.raises(UsageError, match="--id-column"):
        call("--name-column", "who")


GROUP = """\
---
submission_11:
  :submitters:
  - :name: Ann
    :sid: '7'
  - :name: Bo
    :sid: '8'
  :created_at: 2025-03-04 12:00:00 +0000
submission_12:
  :submitters:
  - :name: Cem
    :sid: 7-2
  :created_at: 2025-03-02 12:00:00 +0000
"""
EXTENDED = """\
time_zone = "UTC"
[late]
per_day = "10%"
[assignments.hw01]
due = 2025-03-03T23:59:00
points = 7
[assignments.hw01.extensions]
"8" = "2 days"
"""


@pytest.fixture
def group(place):
    """Ann and Bo hand in together and late, Bo has an extension; Cem's id looks like a second row of Ann's."""
    for number, text in (("11", "q1=2 q2=1.5"), ("12", "q1=1 q2=0")):
        work = place / "all" / f"submission_{number}"
        work.mkdir(parents=True)
        (work / "hw01.ipynb").write_text(work_of(text))
    (place / "all" / "submission_metadata.yml").write_text(GROUP)
    (place / "course.toml").write_text(EXTENDED)
    command = ["grade", "hw01", "all", "--policy", "course.toml"]
    CliRunner().invoke(cli.group, command, standalone_mode=False, catch_exceptions=False)
    return place


def scores():
    with Path("grades/grades.csv").open(newline="") as file:
        return {row["student_id"]: row["score"] for row in csv.DictReader(file)}


def test_every_member_of_a_group_has_a_page_with_their_own_score(group):
    assert scores() == {"7": "6.3", "8": "7", "7-2": "2"}
    pages = {path.stem: path.read_text(encoding="utf-8") for path in Path("grades/feedback").iterdir()}
    assert set(pages) == {"7", "7-3", "7-2"}
    assert [name for name in ("Ann", "Bo", "Cem") for page in ("7", "7-3", "7-2") if name in pages[page]] == [
        "Ann",
        "Bo",
        "Cem",
    ]
    assert "<b>6.3 / 7</b>" in pages["7"]
    assert "<b>7 / 7</b>" in pages["7-3"]
    assert all(f'href="feedback/{key}.html"' in Path("grades/report.html").read_text() for key in pages)


def test_the_policy_and_a_members_override_survive_a_regrade(group):
    command = ["override", "hw01", "Bo", "q2", "0.5", "--why", "read again", "--who", "ta"]
    said = CliRunner().invoke(cli.group, command, standalone_mode=False, catch_exceptions=False)
    assert "this is group work" in said.output
    # 2.5 of 3.5 is 5 of 7; Ann is a day late, Bo is not
    assert scores() == {"7": "4.3", "8": "5", "7-2": "2"}
    Path("course.toml").write_text(EXTENDED.replace("10%", "20%"))
    CliRunner().invoke(cli.group, ["regrade", "hw01"], standalone_mode=False, catch_exceptions=False)
    assert scores() == {"7": "3.6", "8": "5", "7-2": "2"}
    Path("course.toml").unlink()
    with pytest.raises(UsageError, match=r"course\.toml is not there any more"):
        CliRunner().invoke(cli.group, ["regrade", "hw01"], standalone_mode=False, catch_exceptions=False)
