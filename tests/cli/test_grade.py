"""``autograder grade`` from the command line to its files: with fake workers here, with real ones in test_cli_real."""

import csv
import os
import shutil
import sys
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from autograder import cli
from autograder.cli import class_run
from autograder.cli.commands.grade import grade, order_from
from autograder.errors import AutograderError, UsageError
from autograder.model import Run
from tests import ROOT
from tests.batch.fake_workers import FakeWorkers, work_of

CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,hw01 (4757),Final Score
    Points Possible,,,,,3.5,(read only)
"O'Neil, Ann",101,007,aoneil,Lec 1,,
"Müller, Bo",102,008,bmuller,Lec 1,,
"Ito, Cem",103,009,cito,Lec 1 and Lab 3,2,
"Zed, Zoe",104,010,zzed,Lec 1,,
"Student, Test",199,,test,Lec 1,,
"""


@pytest.fixture(autouse=True)
def workers(monkeypatch: pytest.MonkeyPatch) -> type[FakeWorkers]:
    monkeypatch.setattr("autograder.batch.run.Workers", FakeWorkers)
    return FakeWorkers


@pytest.fixture
def place(place: Path) -> Path:
    """A folder with an assignment, a gradebook and a class's submissions, named as Canvas does."""
    (place / "canvas.csv").write_text(CANVAS)
    (place / "in").mkdir()
    for name, id, text in [("oneilann", 101, "q1=2 q2=1.5"), ("müllerbo", 102, "q1=1 q2=0"), ("itocem", 103, "q1=?")]:
        hand_in(place / "in", f"{name}_{id}_9{id}_hw01.ipynb", text)
    return place


def hand_in(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(work_of(text))


def call(*arguments: str) -> Result:
    """As ``main`` does it: named errors become one line and a status."""
    result = CliRunner().invoke(cli.group, ["grade", *arguments], standalone_mode=False)
    if isinstance(result.exception, AutograderError):
        assert "\n" not in str(result.exception)
    elif result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_class_becomes_every_file_that_is_promised(place: Path) -> None:
    result = call("hw01", "in", "--roster", "canvas.csv", "-o", "out")
    assert result.return_value == cli.NEEDS_A_PERSON
    assert (place / "out" / "grades.csv").read_text().splitlines() == [
        "student_id,name,file,status,q1,q2,score,possible,reason",
        '101,"O\'Neil, Ann",hw01.ipynb,graded,2,1.5,3.5,3.5,',
        '102,"Müller, Bo",hw01.ipynb,graded,1,0,1,3.5,',
        '103,"Ito, Cem",hw01.ipynb,needs-review,,,,3.5,undecided',
    ]
    run = msgspec.json.decode((place / "out" / "results.json").read_bytes(), type=Run)
    assert [student.name for student in run.missing] == ["Zed, Zoe"]
    assert run.facts.assignment == "hw01"
    assert {path.name for path in (place / "out").iterdir()} == {
        "feedback", "grades.csv", "journal.db", "lms", "report.html", "results.json", "submissions", ".autograder",
    }  # fmt: skip
    assert len(list((place / "out" / "feedback").iterdir())) == 3
    canvas = {row["ID"]: row for row in rows(place / "out" / "lms" / "canvas.csv")}
    assert {id: row["hw01 (4757)"] for id, row in canvas.items() if id in ("101", "102")} == {"101": "3.5", "102": "1"}
    # a grade that could not be decided leaves what the gradebook has, and is never a 0
    assert canvas.get("103", {"hw01 (4757)": "2"})["hw01 (4757)"] == "2"
    assert canvas.get("104", {"hw01 (4757)": ""})["hw01 (4757)"] == ""


@pytest.mark.parametrize(
    ("options", "cell"),
    [
        ([], 60),
        (["--timeout", "900"], 60),
        (["--timeout", "100"], 20),
        (["--timeout", "10"], 5),
        (["--timeout", "2"], 2),
        (["--timeout", "100", "--cell-timeout", "90"], 90),
    ],
)
def test_a_time_for_the_notebook_bounds_its_cells(options: list[str], cell: float) -> None:
    context = grade.make_context("grade", ["hw01", "in", *options])
    limits = order_from(**context.params).limits
    assert limits.cell_seconds == cell
    assert limits.cells_by_usual is ("--cell-timeout" not in options)


def test_the_summary_says_who_needs_a_person_and_what_comes_next(place: Path) -> None:
    said = call("hw01", "in", "--roster", "canvas.csv").output
    assert "hw01: 2 graded, 1 to review, 0 failed" in said
    assert "Ito, Cem (hw01.ipynb): undecided: please decide" in said
    assert "on the roster, nothing handed in (1): Zed, Zoe" in said
    assert "grades: grades/grades.csv" in said
    assert "for canvas: grades/lms/canvas.csv, column 'hw01 (4757)', 2 cells changed" in said
    assert "next: autograder show grades STUDENT" in said


def test_all_graded_is_status_0(place: Path) -> None:
    (place / "in" / "itocem_103_9103_hw01.ipynb").unlink()
    result = call("hw01", "in")
    assert result.return_value == 0
    assert "next: open grades/report.html" in result.output


def test_missing_zero_is_only_for_those_who_handed_in_nothing(place: Path) -> None:
    (place / "in" / "müllerbo_102_9102_hw01.ipynb").write_text('{"cells": [')
    call("hw01", "in", "--roster", "canvas.csv", "--missing", "zero")
    canvas = {row["ID"]: row["hw01 (4757)"] for row in rows(place / "grades" / "lms" / "canvas.csv")}
    assert canvas["104"] == "0"
    assert canvas.get("102", "") == ""
    assert canvas.get("103", "2") == "2"


def test_two_runs_and_any_order_and_any_jobs_give_the_same_bytes(place: Path) -> None:
    files = sorted(str(path.relative_to(place)) for path in (place / "in").iterdir())
    call("hw01", *files, "--roster", "canvas.csv", "-o", "a", "--jobs", "1")
    call("hw01", *reversed(files), "--roster", "canvas.csv", "-o", "b", "--jobs", "3")
    for name in ("grades.csv", "lms/canvas.csv"):
        assert (place / "a" / name).read_bytes() == (place / "b" / name).read_bytes()
    before = (place / "a" / "results.json").read_bytes()
    call("hw01", *files, "--roster", "canvas.csv", "-o", "a", "--jobs", "1")
    assert (place / "a" / "results.json").read_bytes() == before


def test_a_file_that_is_no_notebook_is_a_row_with_its_reason(place: Path) -> None:
    (place / "in" / "zedzoe_104_9104_hw01.pdf").write_bytes(b"%PDF-1.7 this is my homework")
    result = call("hw01", "in", "--roster", "canvas.csv")
    assert result.return_value == cli.NEEDS_A_PERSON
    (row,) = [row for row in rows(place / "grades" / "grades.csv") if row["student_id"] == "104"]
    assert (row["status"], row["score"], row["q1"]) == ("failed", "", "")
    assert row["reason"]
    assert "Zed, Zoe" in result.output


def test_who_is_not_on_the_roster_is_graded_and_listed(place: Path) -> None:
    hand_in(place / "in", "strangersam_777_9777_hw01.ipynb", "q1=2 q2=1")
    result = call("hw01", "in", "--roster", "canvas.csv")
    assert "handed in, not on the roster (1):" in result.output
    assert {row["student_id"]: row["score"] for row in rows(place / "grades" / "grades.csv")}["777"] == "3"


def test_a_dry_run_shows_old_and_new_and_writes_no_grades(place: Path) -> None:
    result = call("hw01", "in", "--roster", "canvas.csv", "--dry-run")
    assert "O'Neil, Ann: blank → 3.5" in result.output
    assert "no grade file was written" in result.output
    assert not (place / "grades" / "grades.csv").exists()
    assert not (place / "grades" / "lms").exists()


def test_no_jail_is_said_and_recorded(place: Path) -> None:
    result = call("hw01", "in", "--sandbox", "none")
    assert f"note: {class_run.WARN_NONE}" in result.output
    run = msgspec.json.decode((place / "grades" / "results.json").read_bytes(), type=Run)
    assert run.facts.sandbox == "none"
    assert run.warnings[0] == class_run.WARN_NONE


def test_paths_in_the_results_move_with_the_folder(place: Path) -> None:
    shutil.make_archive("all", "zip", "in")
    call("hw01", "all.zip")
    run = msgspec.json.decode((place / "grades" / "results.json").read_bytes(), type=Run)
    assert all((place / "grades" / result.submission.path).is_file() for result in run.results)
    assert all(not os.path.isabs(result.submission.path) for result in run.results)


def test_names_that_a_spreadsheet_would_run_are_inert(place: Path) -> None:
    hand_in(place / "in", "=cmd|' -C calc'!A0_555_9555_hw01.ipynb", "q1=2 q2=1")
    call("hw01", "in")
    assert not any(
        cell.startswith(("=", "+", "@")) for row in rows(place / "grades" / "grades.csv") for cell in row.values()
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["hw99", "in"], "hw99"),
        (["canvas.csv", "in"], "canvas.csv is not a zip that can be read"),
        (["hw01", "nowhere"], "nowhere: no such file or folder"),
        (["hw01", "in", "-o", "canvas.csv/out"], "canvas.csv/out: cannot be made"),
        (["hw01", "in", "--lms", "canvas"], "--lms canvas needs the class list"),
        (["hw01", "in", "--roster", "in/oneilann_101_9101_hw01.ipynb"], "oneilann"),
        (["hw01", "in", "--only", "nobody"], "--only nobody: nobody of this id or name"),
        (["hw01", "in", "--roster", "other.csv"], "other.csv: not the export of an LMS that is known here"),
        (["hw01", "in", "--roster", "canvas.csv", "--column", "hw"], "several columns fit 'hw'"),
    ],
)
def test_a_wrong_call_is_one_line(place: Path, arguments: list[str], said: str) -> None:
    (place / "other.csv").write_text(CANVAS.replace("Student,ID,", "Name,Number,"))
    twice = CANVAS.replace("hw01 (4757)", "HW (1),HW (2)").replace(",,3.5,", ",,3.5,3.5,")
    (place / "canvas.csv").write_text(twice)
    result = call(*arguments)
    assert isinstance(result.exception, UsageError), result.output
    assert said in str(result.exception)
    assert not (place / "grades" / "grades.csv").exists()


def test_what_every_run_empties_is_not_taken_as_input(place: Path) -> None:
    shutil.make_archive("all", "zip", "in")
    call("hw01", "all.zip")
    result = call("hw01", "grades/submissions")
    assert "which every run empties" in str(result.exception)
    assert list((place / "grades" / "submissions").rglob("*.ipynb"))


def test_ctrl_c_says_how_to_go_on(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("autograder.cli.commands.grade._lines", lambda counts: interrupted)
    result = call("hw01", "in")
    assert result.exit_code == 130
    assert "kept in grades/journal.db. Give the same command again to go on" in result.output


def test_a_file_that_cannot_be_replaced_is_one_line_and_the_old_one_stays(place: Path) -> None:
    call("hw01", "in")
    before = (place / "grades" / "results.json").read_bytes()
    (place / "grades" / "grades.csv").unlink()
    (place / "grades" / "grades.csv").mkdir()
    result = call("hw01", "in")
    assert isinstance(result.exception, UsageError)
    assert "grades.csv: cannot be written" in str(result.exception)
    assert (place / "grades" / "results.json").read_bytes() == before
    assert not list((place / "grades").glob(".*.new"))


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_reader_that_goes_away_does_not_stop_the_grading(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdout", "stderr"):
        end, start = os.pipe()
        os.close(end)
        monkeypatch.setattr(sys, name, os.fdopen(start, "w", buffering=1))
    monkeypatch.setattr(sys, "argv", ["autograder", "grade", "hw01", "in", "--language", "de"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == cli.NEEDS_A_PERSON
    assert [row["student_id"] for row in rows(place / "grades" / "grades.csv")] == ["101", "102", "103"]
    assert 'lang="de"' in (place / "grades" / "report.html").read_text()


def test_grades_are_there_whatever_happens_to_a_page(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call("hw01", "in", "--roster", "canvas.csv", "-o", "without")
    hand_in(place / "in", "zedzoe_104_9104_hw01.ipynb", "q1=2 q2=1.5")

    def broken(run: Run, result: object, **_: object) -> str:
        # whatever is drawn comes after what counts
        assert (place / "out" / "lms" / "canvas.csv").exists()
        assert len(rows(place / "out" / "grades.csv")) == len(run.results) == 4
        raise MemoryError

    monkeypatch.setattr("autograder.report.pages.student_page", broken)
    monkeypatch.setattr("autograder.report.pages.class_page", broken)
    (place / "in" / "itocem_103_9103_hw01.ipynb").unlink()
    hand_in(place / "in", "itocem_103_9103_hw01.ipynb", "q1=2 q2=0")
    result = call("hw01", "in", "--roster", "canvas.csv", "-o", "out")
    assert result.return_value == cli.NEEDS_A_PERSON
    assert "note: feedback/104.html: the page of Zed, Zoe could not be drawn (MemoryError)" in result.output
    assert "note: report.html: the page of the class could not be drawn" in result.output
    before = {row["student_id"]: row for row in rows(place / "without" / "grades.csv")}
    after = {row["student_id"]: row for row in rows(place / "out" / "grades.csv")}
    assert {one: after[one] for one in ("101", "102")} == {one: before[one] for one in ("101", "102")}
    assert msgspec.json.decode((place / "out" / "results.json").read_bytes(), type=Run).results[3].score == 3.5


def test_grades_are_there_when_the_lms_file_cannot_be_written(place: Path) -> None:
    (place / "out").mkdir()
    (place / "out" / "lms").write_text("a file where a folder should be")
    assert call("hw01", "in", "--roster", "canvas.csv", "-o", "out").exception is not None
    assert len(rows(place / "out" / "grades.csv")) == 3
    assert len(msgspec.json.decode((place / "out" / "results.json").read_bytes(), type=Run).results) == 3


def test_a_name_whose_bytes_are_no_text_is_somebody_like_others(place: Path) -> None:
    # what unzip on Linux makes of a zip from an old Windows
    folder = place / os.fsdecode(b"abg\xe4ben")
    folder.mkdir()
    hand_in(folder, os.fsdecode(b"m\xfcller.ipynb"), "q1=2 q2=1")
    hand_in(folder, "ito.ipynb", "q1=1 q2=1")
    (folder / os.fsdecode(b"l\xe4nk.ipynb")).symlink_to("ito.ipynb")
    (folder / "ito_files").mkdir()
    result = call("hw01", str(folder), "-o", "out")
    assert result.return_value == cli.NEEDS_A_PERSON
    assert {row["student_id"]: row["score"] for row in rows(place / "out" / "grades.csv")} == {
        "ito": "2",
        "m_ller": "3",
        "l_nk": "",
        "ito_files": "",
    }
    run = msgspec.json.decode((place / "out" / "results.json").read_bytes(), type=Run)
    assert any("l\N{REPLACEMENT CHARACTER}nk.ipynb is a link" in refused.message for refused in run.refused)
    assert result.output.replace("\n", "").isprintable()
    assert "the bytes of this name are no text" in str(call("hw01", "in", "-o", str(folder / "out")).exception)


@pytest.mark.parametrize("given", ["assignments/hw01", "solutions/hw01", "solutions/hw01/hw01.ipynb"])
def test_a_path_into_a_course_means_that_courses_assignment_for_every_command(
    given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from autograder.build import assignment_meant, course_root
    from autograder.cli.class_run import course_language, find_assignment

    root = course_root(ROOT)
    named = find_assignment("hw01")
    assert find_assignment(str(root / given)) == named, "not the public tests alone that students get"
    monkeypatch.chdir(tmp_path)
    assert assignment_meant(str(root / given)) == (root, "hw01")
    assert course_language(str(root / given)) == course_language("hw01")
    monkeypatch.chdir(root / "assignments")
    assert find_assignment("hw01") == named, "a folder of this name lies here"
