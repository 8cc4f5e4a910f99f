"""The simulated class: the same bytes from the same seed, in the shape that Canvas gives, and graded as it was made."""

import csv
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from autograder import build, lms
from autograder.cli.commands.simulate import SHOWN, _first
from autograder.errors import AuthorError, UsageError
from autograder.simulate import SimulatedClass, simulate
from autograder.versions import chosen, normalised
from tests.report.report_samples import result, run

IN_PARTS = {"q13", "q14", "q16"}
"""They ask for two derivatives, or for several things in one figure, and each part has points of its own."""


def a_class(course_root: Path, out: Path, *, students: int = 24, seed: int = 0, tries: bool = True) -> SimulatedClass:
    return simulate(
        build.student_notebook(course_root, "hw01"),
        build.solution_notebook(course_root, "hw01"),
        assignment="hw01",
        out=out,
        students=students,
        seed=seed,
        tries=course_root / "solutions" / "hw01" / "tries.toml" if tries else None,
        possible=40,
    )


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others(tmp_path: Path, course_root: Path) -> None:
    one, same, other = (
        a_class(course_root, tmp_path / name, seed=seed) for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    for file in ("submissions", "roster", "truth"):
        assert getattr(one, file).read_bytes() == getattr(same, file).read_bytes()
    assert one.truth.read_bytes() != other.truth.read_bytes()


def test_the_lms_room_takes_it_for_a_canvas_download(tmp_path: Path, course_root: Path) -> None:
    made = a_class(course_root, tmp_path / "class", students=48)
    intake = lms.collect([made.submissions], workdir=tmp_path / "work", assignment="hw01")
    assert len(intake.submissions) == 48
    assert intake.refused == ()
    assert "canvas download" in intake.recognised[0]
    assert any(submission.late for submission in intake.submissions)
    roster = lms.read_roster(made.roster)
    matched = lms.match_submissions(roster, intake.submissions)
    assert matched.match.unknown == ()
    assert len(matched.match.missing) == 4
    assert len({submission.key for submission in matched.submissions}) == 48


def test_the_gradebook_has_the_traps_of_a_real_one(tmp_path: Path, course_root: Path) -> None:
    made = a_class(course_root, tmp_path / "class")
    text = made.roster.read_text(encoding="utf-8")
    assert "    Points Possible" in text
    assert "Student, Test" in text.splitlines()[-1]
    entries = rows(made.roster)[1:-1]
    assert all(entry["SIS User ID"].startswith("00") for entry in entries)
    names = [entry["Student"] for entry in entries]
    assert len(set(names)) < len(names), "two students of one name"
    assert any("é" in name for name in names)


def test_a_class_has_odd_notebooks_but_one_endless_loop_at_most(tmp_path: Path, course_root: Path) -> None:
    made = a_class(course_root, tmp_path / "class", students=240)
    odd = [row["oddity"] for row in rows(made.truth) if row["oddity"]]
    assert odd.count("loop") == 1
    assert {"cut", "syntax", "half", "plain", "windows", "late", "untouched"} <= set(odd)
    with zipfile.ZipFile(made.submissions) as archive:
        broken = 0
        for name in archive.namelist():
            try:
                json.loads(archive.read(name))
            except ValueError:
                broken += 1
    assert broken == odd.count("cut")


def test_where_numbers_are_drawn_everybody_has_an_id_some_with_a_slip(tmp_path: Path, course_root: Path) -> None:
    made = a_class(course_root, tmp_path / "class", students=48)
    login = {row["ID"]: row["SIS Login ID"].replace(" ", "") for row in rows(made.roster)}
    truth = {row["id"]: row for row in rows(made.truth)}
    with zipfile.ZipFile(made.submissions) as archive:
        texts = {id: archive.read(name).decode() for name in archive.namelist() for id in truth if f"_{id}_" in name}
    said = {id: re.search(r'STUDENT = \\\\?"(.*?)\\\\?"', text) for id, text in texts.items()}
    written = {id: normalised(found[1]) for id, found in said.items() if found is not None}
    odd = {id: row["numbers"] for id, row in truth.items() if row["numbers"]}
    swapped = {id: what.removeprefix("another's: ") for id, what in odd.items() if what.startswith("another's: ")}

    assert sorted(what.partition(":")[0] for what in odd.values()) == ["a typing error"] * 2 + ["another's"] * 2
    assert {other: id for id, other in swapped.items()} == swapped
    for id, word in written.items():
        if truth[id]["oddity"] == "untouched":
            assert word == ""
        elif id in odd and id not in swapped:
            assert word not in login.values()
        else:
            assert word == login[swapped.get(id, id)]
    assert len({chosen("hw01", word, 40) for word in written.values() if word}) > 20
    assert any(found is not None and found[1] != normalised(found[1]) for found in said.values()), "blanks, capitals"


def test_without_tries_the_solution_is_mutated(tmp_path: Path, course_root: Path) -> None:
    made = a_class(course_root, tmp_path / "class", students=40, tries=False)
    kinds = {row[question].partition(":")[0] for row in rows(made.truth) for question in made.questions}
    assert kinds == {"right", "wrong", "invalid", "blank"}
    assert {"wrong: a sign flipped", "right: the solution"} <= {
        row[question] for row in rows(made.truth) for question in made.questions
    }


def test_bad_input_is_named(tmp_path: Path, course_root: Path) -> None:
    student = build.student_notebook(course_root, "hw01")
    with pytest.raises(UsageError, match=r"gone\.ipynb: cannot be read"):
        simulate(tmp_path / "gone.ipynb", student, assignment="hw01", out=tmp_path)
    with pytest.raises(AuthorError, match="no cell to answer"):
        simulate(student, student, assignment="hw01", out=tmp_path)
    (tmp_path / "tries.toml").write_text("[[q1]]\nis = 'right'\n")
    with pytest.raises(AuthorError, match=r"tries\.toml, line 1: `code` is missing"):
        simulate(
            student,
            build.solution_notebook(course_root, "hw01"),
            assignment="hw01",
            out=tmp_path,
            tries=tmp_path / "tries.toml",
        )
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="use another folder with -o"):
        a_class(course_root, tmp_path / "file" / "class")


def test_a_screen_of_80_columns_cuts_nothing_of_the_demos_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sixteen questions, as hw01 has them, and more students than are shown."""
    monkeypatch.setenv("COLUMNS", "80")
    marks = (1.25, 0.0, None, 2.0) * 4
    graded = msgspec.structs.replace(
        run(),
        facts=msgspec.structs.replace(run().facts, folder="de mo"),
        questions={f"q{number}": 4.0 for number in range(1, 17)},
        results=tuple(result(number, "Nguyen-Watanabe, Fatima", marks) for number in range(SHOWN + 3)),
    )
    Console(width=80).print(_first(graded))
    lines = capsys.readouterr().out.splitlines()
    assert "…" not in "".join(lines)
    assert max(map(len, lines)) <= 80
    assert sum("Nguyen-Watanabe, Fatima" in line for line in lines) == SHOWN
    assert lines[-1].rstrip() == "and 3 more: autograder show 'de mo'"


@pytest.mark.slow
@pytest.mark.long
def test_the_demo_grades_what_was_simulated_as_it_was_made(course: Path) -> None:
    call = [sys.executable, "-c", "from autograder.cli import main; main()", "demo", "--students", "7", "-o", "demo"]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "demo/report.html" in done.stdout
    grades = {row["student_id"]: row for row in rows(course / "demo" / "grades.csv")}
    truth = rows(course / "demo" / "class" / "truth.csv")
    assert len(grades) == len(truth) == 7
    possible = json.loads((course / "demo" / "results.json").read_text())["questions"]
    for student in truth:
        row = grades[student["id"]]
        if student["oddity"] == "cut":
            assert (row["status"], row["score"]) == ("failed", "")
            continue
        for question, points in possible.items():
            told = (student["id"], question, student[question])
            right = student[question].startswith("right")
            if question in IN_PARTS and not right:
                assert float(row[question]) < points, told
            else:
                assert float(row[question]) == (points if right else 0), told
