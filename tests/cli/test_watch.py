"""``autograder grade --watch``: what arrives in a folder is graded by workers that stay."""

import csv
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from autograder.cli.watch import state
from tests.otter.otter_samples import EXCEPTION_STYLE, autograder_zip, notebook
from tests.sandbox.jail_samples import needs_jail

COMMAND = [sys.executable, "-c", "from autograder.cli import main; main()", "grade"]
PATIENT = 300.0
"""Seconds: on a busy machine everything comes, but not soon."""


def test_what_is_in_a_folder_is_told_apart_by_size_and_time(tmp_path: Path) -> None:
    (tmp_path / "in" / ".copying").mkdir(parents=True)
    (tmp_path / "in" / ".copying" / "a.ipynb").touch()
    (tmp_path / "in" / ".b.ipynb.part").touch()
    given = [str(tmp_path / "in"), str(tmp_path / "one.ipynb")]
    assert state(given) == {}
    (tmp_path / "one.ipynb").write_text("{}")
    (tmp_path / "in" / "deep").mkdir()
    (tmp_path / "in" / "deep" / "b.ipynb").touch()
    first = state(given)
    assert set(first) == {given[1], str(tmp_path / "in" / "deep" / "b.ipynb")}
    b, other = tmp_path / "in" / "deep" / "b.ipynb", tmp_path / "other"
    b.write_text("{}")
    second = state(given)
    assert second != first
    other.write_text("[]")
    os.utime(other, ns=(b.stat().st_atime_ns, b.stat().st_mtime_ns))
    shutil.move(other, b)  # as large and as old
    assert state(given) != second


@pytest.fixture
def place(tmp_path: Path) -> Path:
    autograder_zip(tmp_path, {"q1": EXCEPTION_STYLE.format(name="q1")}).rename(tmp_path / "hw09.zip")
    (tmp_path / "in").mkdir()
    (tmp_path / "made").mkdir()
    return tmp_path


@pytest.fixture
def watching(place: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [*COMMAND, "hw09.zip", "in", "--watch", "--jobs", "1"]
    with (place / "said").open("w") as said:
        # what runs in a shell's background ignores Ctrl-C, and so does whatever it starts
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        process = subprocess.Popen(command, cwd=place, stdout=said, stderr=subprocess.STDOUT, text=True)
        signal.signal(signal.SIGINT, before)
        yield process
        if process.poll() is None:
            process.kill()
        process.wait()


def until(process: "subprocess.Popen[str]", place: Path, reached: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENT
    while not reached():
        assert process.poll() is None, (place / "said").read_text()
        assert time.monotonic() < end, (place / "said").read_text()
        time.sleep(0.1)


def grades(place: Path) -> dict[str, str]:
    path = place / "grades" / "grades.csv"
    if not path.is_file():
        return {}
    with path.open() as file:
        return {Path(row["file"]).stem: row["score"] for row in csv.DictReader(file)}


def judges(process: "subprocess.Popen[str]") -> set[int]:
    return {
        child.pid
        for child in psutil.Process(process.pid).children(recursive=True)
        if "autograder.batch.executors.child" in child.cmdline()
    }


@needs_jail
@pytest.mark.slow
def test_what_arrives_is_graded_by_the_same_workers_until_ctrl_c(
    place: Path, watching: "subprocess.Popen[str]"
) -> None:
    def hand_in(name: str, *cells: str) -> None:
        shutil.move(notebook(place / "made" / f"{name}.ipynb", *cells), place / "in" / f"{name}.ipynb")

    until(watching, place, lambda: "watching in" in (place / "said").read_text())
    until(watching, place, lambda: len(judges(watching)) == 1)  # before anything has arrived
    first = judges(watching)
    hand_in("ada", "x = 3")
    until(watching, place, lambda: grades(place) == {"ada": "2"})
    hand_in("bob", "x = 4")
    until(watching, place, lambda: grades(place) == {"ada": "2", "bob": "1"})
    (place / "in" / "half.zip").write_bytes(b"PK\x03\x04 not all of it")
    hand_in("bob", "x = 3  # the second time")
    until(watching, place, lambda: grades(place).get("bob") == "2")
    (place / "in" / "half.zip").unlink()
    assert judges(watching) == first
    watching.send_signal(signal.SIGINT)
    # 130 in the middle of a round: the file that was taken away is a change too
    assert watching.wait(PATIENT) in (0, 3, 130)
    assert "Traceback" not in (place / "said").read_text()


def test_a_wrong_call_ends_at_once(place: Path) -> None:
    command = [*COMMAND, "nothing.zip", "in", "--watch"]  # and nothing has arrived yet
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=PATIENT, check=False)
    assert done.returncode == 2
    assert "nothing.zip" in done.stderr
