"""A graded folder: decisions count at once, only what changed is written, and the bytes are those of a whole run."""

import os
import shutil
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from autograder import cli, folder, report
from autograder.batch.journal import Journal, Order, order_as_kept
from autograder.errors import AutograderError, UsageError
from autograder.folder import Folder, keep, read_run
from autograder.folder.kept import light
from autograder.lms import read_policy
from autograder.model import Id, Run, Space, Student
from autograder.report.pages import class_page
from tests.report.report_samples import run, submission

AT = "2026-01-01T00:00:00+00:00"


def graded(out: Path, sample: Run, **fields: object) -> Path:
    """A folder as ``autograder grade`` leaves it."""
    out.mkdir(exist_ok=True)
    keep(sample, out, **fields)  # type: ignore[arg-type]
    with Journal(out / "journal.db") as journal:
        journal.set_fact(*order_as_kept(Order(assignment="hw01", submissions=(), out=out)))
    Folder(out).write()
    return out


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return graded(tmp_path / "out", run(students=30))


def files(out: Path) -> dict[str, bytes]:
    """What a TA finds there."""
    found = (path for path in out.rglob("*") if path.is_file() and ".autograder" not in path.parts)
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in found if path.name != "journal.db"}


def all_anew(out: Path, into: Path) -> dict[str, bytes]:
    """The files of a run that begins with an empty folder and the same journal."""
    (into / ".autograder").mkdir(parents=True)
    for name in ("journal.db", ".autograder/graded"):
        shutil.copy(out / name, into / name)
    again = Folder(into)
    again.write()
    return files(into)


def same_but_for_the_place(some: dict[str, bytes], others: dict[str, bytes], out: Path, into: Path) -> bool:
    return some == {name: content.replace(bytes(into), bytes(out)) for name, content in others.items()}


def test_what_is_left_out_comes_back(place: Path) -> None:
    sample = run(students=30)
    held = folder.kept(place)
    assert held is not None
    slim = [light(result) for result in sample.results]
    assert list(held.graded.run.results) == slim
    assert held.full(slim) == list(sample.results)
    assert read_run(place).results == sample.results
    # the class's files need nothing of it
    without = msgspec.structs.replace(sample, results=tuple(slim))
    assert class_page(without) == class_page(sample)
    assert report.grades_csv(without) == report.grades_csv(sample)


def test_a_decision_counts_at_once_and_touches_one_page(place: Path) -> None:
    before = files(place)
    desk = Folder(place)
    assert desk.decide([desk.decision("0004", "q1", 1.5, why="the idea is right", who="ta")]) == ("0004",)
    after = files(place)
    assert {name for name in after if after[name] != before[name]} == {"feedback/0004.html"}
    assert b"the idea is right" in after["feedback/0004.html"]
    # others see it though results.json does not have it yet
    found = next(one for one in read_run(place).results if one.submission.key == "0004")
    assert (found.final, found.status) == (5.5, "graded")
    assert found.code == run().results[3].code


def test_two_windows_see_each_others_decisions(place: Path) -> None:
    one, other = Folder(place), Folder(place)
    one.decide([one.decision("0004", "q1", 1.0, why="a", who="ann")])
    assert other.refresh() == ("0004",)
    other.decide([other.decision("0001", "q1", 2.0, why="b", who="bo")])
    one.write()
    assert [result.final for result in read_run(place).results[:4]][::3] == [10.0, 5.0]


def test_what_changed_is_written_as_a_whole_run_writes_it(place: Path, tmp_path: Path) -> None:
    desk = Folder(place)
    desk.decide([desk.decision("0004", "q1", 1.5, why="idea", who="ta", at=AT)])
    desk.write()
    desk.decide([desk.decision("0007", "total", 3.0, why="on paper", who="ta", at=AT)])
    desk.decide([desk.decision("0004", "q1", None, why="wrong person", who="ta", at=AT)])
    desk.write()
    assert same_but_for_the_place(files(place), all_anew(place, tmp_path / "anew"), place, tmp_path / "anew")


def on_a_roster(out: Path) -> Path:
    """A folder whose students are on a gradebook of Canvas."""
    out.mkdir()
    roster = out / "gradebook.csv"
    sample = run(students=12)
    results = []
    rows = ["Student,ID,SIS Login ID,Section,hw01 (1)", "    Points Possible,,,,12"]
    for one in sample.results:
        key = one.submission.key
        student = Student(id=key, ids=(Id(Space.CANVAS_USER, key),))
        work = msgspec.structs.replace(one.submission, students=(student,))
        results.append(msgspec.structs.replace(one, submission=work))
        rows.append(f'"{key}, Ann",{key},,Lec,')
    roster.write_text("\n".join(rows) + "\n")
    keep(msgspec.structs.replace(sample, results=tuple(results), missing=(), doubtful=()), out)
    with Journal(out / "journal.db") as journal:
        journal.set_fact(*order_as_kept(Order(assignment="hw01", submissions=(), out=out, rosters=(roster,))))
    Folder(out).write()
    return out


@pytest.mark.parametrize("listed", [False, True])
def test_nothing_is_written_where_nothing_changed(place: Path, tmp_path: Path, listed: bool) -> None:
    if listed:
        place = on_a_roster(tmp_path / "listed")
        assert (place / "lms" / "canvas.csv").is_file()
    before = {path: path.stat().st_mtime_ns for path in place.rglob("*.*") if path.name != "journal.db"}
    Folder(place).write()
    after = {path: path.stat().st_mtime_ns for path in place.rglob("*.*") if path.name != "journal.db"}
    assert {path.name for path in after if after[path] != before.get(path)} <= {"journal.db-journal"}


@pytest.mark.parametrize("stop", range(1, 12))
def test_a_run_that_is_killed_anywhere_is_finished_by_the_next(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    desk = Folder(place)
    told = [desk.decision(key, "q1", 1.0, why="w", who="ta", at=AT) for key in ("0002", "0004")]
    left = stop
    replace = Path.replace

    def replacing(self: Path, target: Path) -> Path:
        nonlocal left
        left -= 1
        if left == 0:
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", replacing)
    try:
        desk.decide(told)
        desk.write()
    except KeyboardInterrupt:
        pass
    monkeypatch.setattr(Path, "replace", replace)
    again = Folder(place)
    # what was decided is taken back: a page that has it must not be taken for the one without
    back = [again.decision(key, "q1", None, why="w", who="ta", at=AT) for key in ("0002", "0004")]
    again.decide(back)
    again.write()
    found = {name: content for name, content in files(place).items() if not name.rpartition("/")[2].startswith(".")}
    assert same_but_for_the_place(found, all_anew(place, tmp_path / "anew"), place, tmp_path / "anew")


def test_a_page_that_somebody_changed_is_made_again(place: Path) -> None:
    page = place / "feedback" / "0001.html"
    good = page.read_bytes()
    page.write_bytes(b"changed")
    (place / "feedback" / "0002.html").unlink()
    Folder(place).write()
    assert page.read_bytes() == good
    assert (place / "feedback" / "0002.html").exists()


def test_a_policy_is_applied_to_what_was_decided(tmp_path: Path) -> None:
    sample = run()
    late = msgspec.structs.replace(submission(1, "Ann Smith"), submitted="2026-01-02T12:00:00+00:00")
    sample = msgspec.structs.replace(
        sample, results=(msgspec.structs.replace(sample.results[0], submission=late), *sample.results[1:])
    )
    course = tmp_path / "course.toml"
    course.write_text('[late]\nper_day = "10%"\n[assignments.hw01]\ndue = 2026-01-01T23:00:00Z\n')
    policy = read_policy(course).of("hw01")
    out = graded(tmp_path / "out", sample, policy=policy)
    assert read_run(out).results[0].final == 10.8
    desk = Folder(out)
    desk.decide([desk.decision("0001", "q1", 3.0, why="w", who="ta")])
    assert desk.run.results[0].final == 9.8


@pytest.mark.parametrize(
    ("question", "points", "problem"),
    [("q1", 7, "7 points for q1: it has 4"), ("total", 13, "it has 12"), ("q9", 1, "no question 'q9'"),
     ("q1", -1, "from 0 to 4"), ("q1", float("nan"), "from 0 to 4")],
)  # fmt: skip
def test_points_are_bounded_and_a_refused_decision_leaves_no_trace(
    place: Path, question: str, points: float, problem: str
) -> None:
    before = files(place)
    desk = Folder(place)
    with pytest.raises(UsageError, match=problem):
        desk.decision("0004", question, points, why="w", who="ta")
    good = desk.decision("0004", "q1", 1.0, why="w", who="ta")
    with pytest.raises(UsageError, match=problem):
        desk.decide([good, msgspec.structs.replace(good, question=question, points=points)])
    assert Folder(place).decisions.count == 0
    assert files(place) == before


def call(*arguments: str) -> Result:
    result = CliRunner().invoke(cli.group, list(arguments), standalone_mode=False)
    if result.exception is not None and not isinstance(result.exception, SystemExit | AutograderError):
        raise result.exception
    return result


def test_override_works_on_any_folder_and_says_little(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = tmp_path / "elsewhere" / "grades"
    moved.parent.mkdir()
    shutil.move(place, moved)
    monkeypatch.chdir(tmp_path)
    result = call("override", "hw01", "0004", "q1", "1", "--why", "w", "-o", str(moved))
    assert result.return_value == cli.NEEDS_A_PERSON
    assert "q1: none → 1" in result.output
    assert len(result.output.splitlines()) < 6
    assert ",q1,,1\n" in (moved / "changes.csv").read_text()
    refused = call("override", "hw01", "0004", "q1", "7", "--why", "w", "-o", str(moved))
    assert "it has 4" in str(refused.exception)


def test_a_filled_table_is_taken_back_without_the_course(place: Path, tmp_path: Path) -> None:
    table = tmp_path / "review.csv"
    table.write_text("student,name,question,possible,reason,answer,points,why\n4,,q1,4,,,2,fine\n")
    assert call("review", str(place), "--from", str(table)).return_value == cli.NEEDS_A_PERSON
    assert next(one for one in read_run(place).results if one.submission.key == "0004").final == 6.0


def test_a_folder_of_another_version_says_what_to_do(place: Path) -> None:
    os.unlink(place / ".autograder" / "graded")
    with pytest.raises(UsageError, match="autograder regrade"):
        Folder(place)


def test_students_with_a_roster_that_went_away_are_still_decided(tmp_path: Path) -> None:
    out = graded(tmp_path / "out", msgspec.structs.replace(run(), missing=(Student(id="9", name="Nobody"),)))
    with Journal(out / "journal.db") as journal:
        order = Order(assignment="hw01", submissions=(), out=out, rosters=(tmp_path / "gone.csv",))
        journal.set_fact(*order_as_kept(order))
    desk = Folder(out)
    desk.decide([desk.decision("0004", "q1", 1.0, why="w", who="ta")])
    assert "gone.csv is not there any more" in desk.write().run.warnings[-1]
    assert report.CLASS_PAGE in files(out)
