"""What a TA knows better than the download: a mended file, two that are exchanged, who worked together."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder import cli
from autograder.errors import UsageError
from tests.batch.fake_workers import work_of
from tests.lms.intake.intake_samples import zipped

CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,hw01 (4757)\n    Points Possible,,,,,3.5\n"
    '"Abel, Ann",301,0071,aabel,L,\n"Berg, Bo",302,0072,bberg,L,\n'
    '"Cruz, Cy",303,0073,ccruz,L,\n"Diaz, Di",304,0074,ddiaz,L,\n'
)
FILES = {
    "abelann_301_51_hw01.ipynb": "q1=2 q2=1",
    "bergbo_LATE_302_52_hw01.ipynb": "q1=0 q2=0",
    "cruzcy_303_53_hw01.ipynb": None,
}


@pytest.fixture
def place(place):
    zipped(place / "s.zip", {name: "" if text is None else work_of(text) for name, text in FILES.items()})
    (place / "canvas.csv").write_text(CANVAS)
    (place / "mended.ipynb").write_text(work_of("q1=1 q2=0.5"))
    return place


def call(*arguments, status=0):
    command = [str(one) for one in arguments]
    result = CliRunner().invoke(cli.group, command, standalone_mode=False, catch_exceptions=False)
    assert (result.return_value or 0) == status, result.output
    return result.output


def grade(*more, status=0):
    return call("grade", "hw01", "s.zip", "--roster", "canvas.csv", "--missing", "zero", *more, status=status)


def refused(*more):
    with pytest.raises(UsageError) as raised:
        grade(*more)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def written():
    with Path("grades/lms/canvas.csv").open(newline="") as file:
        return {row["ID"]: row["hw01 (4757)"] for row in csv.DictReader(file) if row["ID"]}


def pages():
    return {path.stem for path in Path("grades/feedback").iterdir()}


@pytest.mark.parametrize("who", ["303", "0073", "ccruz", "Cy Cruz", "Cruz, Cy"])
def test_a_mended_file_takes_the_place_of_the_broken_one(place, who):
    grade(status=3)
    assert written() == {"301": "3", "302": "0", "304": "0"}
    said = grade("--replace", who, "mended.ipynb")
    assert "Cruz, Cy (303): took mended.ipynb, as --replace says" in said
    assert written() == {"301": "3", "302": "0", "303": "1.5", "304": "0"}
    # a whole zip, for somebody who had a readable file; and a later regrade knows of both
    zipped(place / "anns.zip", {"work/hw01.ipynb": work_of("q1=2 q2=1.5"), "work/x.csv": "1"})
    grade("--replace", who, "mended.ipynb", "--replace", "Abel, Ann", "anns.zip")
    assert written() == {"301": "3.5", "302": "0", "303": "1.5", "304": "0"}
    call("regrade", "hw01")
    assert written()["303"] == "1.5"
    assert "mended.ipynb" in json.loads(Path("grades/results.json").read_text())["facts"]["command"]
    Path("mended.ipynb").unlink()
    with pytest.raises(UsageError, match=r"mended\.ipynb is not there any more"):
        call("regrade", "hw01")


def test_a_file_for_somebody_who_handed_in_nothing(place):
    grade("--replace", "304", "mended.ipynb", status=3)
    assert written() == {"301": "3", "302": "0", "304": "1.5"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--replace", "Nobody", "mended.ipynb"), "--replace Nobody mended.ipynb: 'Nobody': nobody on the class list"),
        (("--replace", "301", "empty.zip"), "--replace 301 empty.zip: Abel, Ann: empty.zip is not a complete zip"),
        (("--swap", "301", "304"), "--swap 301 304: Diaz, Di (304) has no file that can be graded"),
        (("--swap", "301", "aabel"), "--swap 301 aabel: both have the same work"),
        (("--groups", "one.csv"), "one.csv: line 2: a group of one"),
        (("--groups", "twice.csv"), "twice.csv: line 2: Abel, Ann (301) is in the group of line 1, too"),
        (("--groups", "who.csv"), "who.csv: line 1: 'zoe': nobody on the class list"),
        (("--groups", "none.csv"), "none.csv: no group in it"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_graded(place, options, said):
    (place / "empty.zip").write_bytes(b"PK")
    (place / "one.csv").write_text("# partners\naabel\n")
    (place / "twice.csv").write_text("301,302\naabel,ddiaz\n")
    (place / "who.csv").write_text("zoe,bberg\n")
    (place / "none.csv").write_text("# nothing\n")
    assert said in refused(*options)
    assert not Path("grades/grades.csv").exists()


def test_two_exchanged_files_are_put_right_by_one_command_and_back_by_the_same(place):
    grade(status=3)
    said = call("swap", "hw01", "Ann Abel", "bberg", status=3)
    assert "Abel, Ann (301) and Berg, Bo (302): files exchanged" in said
    assert "Abel, Ann (301) total: 3 → 0" in said
    assert written() == {"301": "0", "302": "3", "304": "0"}
    # lateness and the place in Canvas are the person's
    works = {one["submission"]["key"]: one["submission"] for one in results()}
    assert {key: (one["late"], one["lms_tag"]) for key, one in works.items()} == {
        "301": (False, "canvas:abelann_301_51"), "302": (True, "canvas:bergbo_LATE_302_52")
    }  # fmt: skip
    call("regrade", "hw01", status=3)
    assert written()["302"] == "3"
    # the first command again, which knows nothing of it
    grade(status=3)
    assert written()["302"] == "3"
    with pytest.raises(UsageError, match="nobody on the class list"):
        call("swap", "hw01", "bberg", "nobody")
    grade(status=3)
    call("swap", "hw01", "bberg", "Ann Abel", status=3)
    assert written() == {"301": "3", "302": "0", "304": "0"}
    with pytest.raises(UsageError, match="not of hw02"):
        call("swap", "hw02", "301", "302")


def test_points_that_a_person_gave_to_the_other_file_are_looked_at_again(place):
    zipped(place / "s.zip", {name: work_of(text) for name, text in FILES.items() if text})
    grade()
    call("override", "hw01", "302", "q1", "1", "--why", "read it")
    said = call("swap", "hw01", "301", "302", status=3)
    assert [line.split(" by hand")[0] for line in said.splitlines() if " by hand" in line] == [
        "note: the points that were given 302"
    ]
    call("override", "hw01", "302", "q1", "--withdraw", "--why", "another file")
    assert " by hand" not in call("swap", "hw01", "302", "301")


def test_points_given_by_hand_go_with_whom_a_list_names_and_are_said_where_nobody_is_left(place):
    (place / "in").mkdir()
    for name in ("aabel", "bberg"):
        (place / "in" / f"{name}.ipynb").write_text(work_of("q1=1 q2=0"))
    call("grade", "hw01", "in")
    for name in ("aabel", "bberg"):
        call("override", "hw01", name, "total", "3", "--why", "oral")
    (place / "in" / "bberg.ipynb").unlink()
    said = call("grade", "hw01", "in", "--roster", "canvas.csv")
    assert written() == {"301": "3"}
    assert "bberg: the points that" in said
    assert "aabel: the points that" not in said


def test_a_grade_that_the_lms_file_does_not_take_needs_a_person(place):
    zipped(place / "s.zip", {name: work_of(text) for name, text in FILES.items() if text})
    grade()
    (place / "canvas.csv").write_text(CANVAS.replace("aabel,L,", "aabel,L,EX"))
    assert "Abel, Ann: not written: the LMS has 'EX' here: kept" in grade(status=3)


def results():
    return json.loads(Path("grades/results.json").read_text())["results"]


@pytest.mark.parametrize(
    "text",
    [
        "aabel,ddiaz\n",
        '# partners\n"Abel, Ann";"Diaz, Di"\n'.replace(";", ","),
        "0071\t0074\n",
        "group,login\nRed,ddiaz\nRed,aabel\n,ccruz\n",
        "name,canvas_user_id,user_id,login_id,sections,group_name,canvas_group_id\n"
        "Di Diaz,304,0074,ddiaz,L,Red,304\nAnn Abel,301,0071,aabel,L,Red,304\nCy Cruz,303,0073,ccruz,L,,\n",
    ],
)
def test_partners_have_one_work_and_a_row_and_a_page_for_each(place, text):
    (place / "groups.csv").write_text(text)
    grade("--groups", "groups.csv", status=3)
    assert written() == {"301": "3", "302": "0", "304": "3"}
    with Path("grades/grades.csv").open(newline="") as file:
        assert {row["student_id"]: row["score"] for row in csv.DictReader(file)} == {
            "301": "3", "302": "0", "303": "", "304": "3"
        }  # fmt: skip
    assert pages() == {"301", "302", "304"}
    call("override", "hw01", "ddiaz", "q1", "1", "--why", "read again", status=3)
    assert written()["301"] == written()["304"] == "2"


def test_a_partners_good_file_counts_for_the_one_whose_file_is_broken(place):
    (place / "groups.csv").write_text("ccruz,bberg\n")
    grade("--groups", "groups.csv")
    assert written() == {"301": "3", "302": "0", "303": "0", "304": "0"}


def test_two_works_in_one_group_are_nobodys_until_one_is_named(place):
    (place / "groups.csv").write_text("aabel,bberg,ddiaz\n")
    said = grade("--groups", "groups.csv", status=3)
    assert "several-submissions" in said
    assert written() == {}
    grade("--groups", "groups.csv", "--replace", "ddiaz", "mended.ipynb", status=3)
    assert written() == {"301": "1.5", "302": "1.5", "304": "1.5"}


def test_groups_settle_what_an_lms_only_has_a_title_for(place):
    zipped(
        place / "s.zip",
        {"group1_301_51_hw01.ipynb": work_of("q1=2 q2=1"), "bergbo_302_52_hw01.ipynb": work_of("q1=1 q2=0")},
    )
    assert "2 on the roster got no 0" in grade(status=3)
    assert written() == {"301": "3", "302": "1"}
    (place / "groups.csv").write_text("group_name,login_id\nGroup 1,aabel\nGroup 1,ccruz\n")
    assert "carry another name" not in grade("--groups", "groups.csv")
    assert written() == {"301": "3", "302": "1", "303": "3", "304": "0"}
    # Blackboard's file has the title in the place of a username
    stamp = "attempt_2025-03-03-10-00-00_hw01.ipynb"
    zipped(
        place / "s.zip", {f"HW 1_Group 1_{stamp}": work_of("q1=2 q2=1"), f"HW 1_bberg_{stamp}": work_of("q1=1 q2=0")}
    )
    assert written() == {"301": "3", "302": "1", "303": "3", "304": "0"}
    grade("--groups", "groups.csv")
    assert written() == {"301": "3", "302": "1", "303": "3", "304": "0"}
    (place / "groups.csv").write_text("Group 1,aabel,ccruz\n")
    grade("--groups", "groups.csv")
    assert written() == {"301": "3", "302": "1", "303": "3", "304": "0"}


def test_each_group_gets_the_work_that_carries_its_own_title(place):
    names = ("group1_301_51_hw01.ipynb", "group2_302_52_hw01.ipynb")
    zipped(place / "s.zip", dict(zip(names, (work_of("q1=2 q2=1"), work_of("q1=1 q2=0")), strict=True)))
    (place / "groups.csv").write_text("Group 1,aabel,ccruz\nGroup 2,bberg,ddiaz\n")
    grade("--groups", "groups.csv")
    assert written() == {"301": "3", "302": "1", "303": "3", "304": "1"}


@pytest.mark.parametrize("line", ["Team Otto 7,aabel,ccruz\n", "team otto 7,ccruz\n", "aabel,ccruz\n"])
def test_a_title_that_canvas_wrote_may_begin_the_line_of_its_group(place, line):
    name = "team otto 7_LATE_301_51_hw01.ipynb"
    zipped(place / "s.zip", {name: work_of("q1=2 q2=1"), "bergbo_302_52_hw01.ipynb": work_of("q1=1 q2=0")})
    (place / "groups.csv").write_text(line)
    grade("--groups", "groups.csv")
    assert written() == {"301": "3", "302": "1", "303": "3", "304": "0"}


def test_a_number_under_another_name_gives_its_row_neither_grade_nor_page(place):
    """Whose number a work carries that is not theirs has handed in their own, or nothing."""
    (place / "sakai.csv").write_text('Student ID,Name,hw01 [3.5]\n71,"Abel, Ann",\n72,"Berg, Bo",\n73,"Cruz, Cy",\n')
    sakai = "hw01/{}({})/Submission attachment(s)/hw01.ipynb"
    works = {sakai.format("Cruz, Cy", 71): "q1=2 q2=1", sakai.format("Berg, Bo", 72): "q1=1 q2=0"}

    def scores():
        call("grade", "hw01", "s.zip", "--roster", "sakai.csv", "--missing", "zero", status=3)
        with Path("grades/lms/sakai.csv").open(newline="") as file:
            return {row["Student ID"]: row["hw01 [3.5]"] for row in csv.DictReader(file)}

    def keys():
        return {
            student["name"]: one["submission"]["key"] for one in results() for student in one["submission"]["students"]
        }

    def results():
        return json.loads(Path("grades/results.json").read_text())["results"]

    zipped(place / "s.zip", {name: work_of(text) for name, text in works.items()})
    # neither the one whose number it is nor the one whose name it is has it, or a 0
    assert scores() == {"72": "1"}
    assert keys()["Cruz, Cy"] != "71"
    # beside the row's own work it is somebody else's, and no second attempt
    works[sakai.format("Abel, Ann", 71)] = "q1=0.5 q2=0"
    zipped(place / "s.zip", {name: work_of(text) for name, text in works.items()})
    assert scores() == {"71": "0.5", "72": "1"}
    assert (keys()["Abel, Ann"], len(results())) == ("71", 3)


def test_partners_without_a_class_list(place):
    zipped(place / "s.zip", {"aabel.ipynb": work_of("q1=2 q2=1"), "bberg.ipynb": work_of("q1=1 q2=0")})
    (place / "groups.csv").write_text("aabel,bberg\n")
    said = call("grade", "hw01", "s.zip", "--groups", "groups.csv", status=3)
    assert "several-submissions" in said
