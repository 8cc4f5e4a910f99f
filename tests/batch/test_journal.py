"""The journal keeps what it was given, says in one line what is wrong with it, and lets one run in."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from autograder.batch import Journal
from autograder.batch.journal import Override
from autograder.errors import UsageError
from autograder.model import QuestionResult, Status, Student, Submission, SubmissionResult
from tests import ROOT


def result(key: str = "ann", score: float | None = 1.0) -> SubmissionResult:
    submission = Submission(key=key, students=(Student(id=key),), file=f"{key}.ipynb", path=f"/in/{key}.ipynb")
    question = QuestionResult(name="q1", score=score, possible=2.0)
    return SubmissionResult(submission=submission, status=Status.GRADED, questions=(question,), score=score, possible=2)


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file behind the journal's back, committed and closed afterwards."""
    with closing(sqlite3.connect(path)) as db, db:
        yield db


def test_what_was_put_comes_back_after_reopening(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.db") as journal:
        journal.put("ann", "d1", result())
    with Journal(tmp_path / "journal.db") as journal:
        assert journal.get("ann", "d1") == result()
        assert journal.get("ann", "another digest") is None
        # a roster that came later gives the same bytes another key
        assert journal.get("12345", "d1") == result()


def test_two_students_with_equal_bytes_have_a_record_each(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.db") as journal:
        for key, score in (("zed", 2.0), ("ann", 1.0), ("max", 0.5)):
            journal.put(key, "the same bytes", result(key, score))
        for key, score in (("ann", 1.0), ("zed", 2.0), ("max", 0.5)):
            assert journal.get(key, "the same bytes") == result(key, score)
        # for somebody new any of them will do, and always the same one
        assert journal.get("bob", "the same bytes") == result("ann", 1.0)


def test_a_later_result_replaces_the_earlier_one_and_is_counted(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.db") as journal:
        journal.put("ann", "d1", result())
        journal.put("ann", "d2", result(score=None))
        assert journal.get("ann", "d1") is None
        assert journal.get("ann", "d2") == result(score=None)
    with opened(tmp_path / "journal.db") as db:
        assert db.execute("SELECT times FROM results").fetchall() == [(2,)]


def test_a_result_of_another_shape_is_graded_again(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.db") as journal:
        journal.put("ann", "d1", result())
    with opened(tmp_path / "journal.db") as db:
        db.execute("UPDATE results SET result = '{\"old\": 1}'")
    with Journal(tmp_path / "journal.db") as journal:
        assert journal.get("ann", "d1") is None


def _newer(path: Path) -> None:
    Journal(path).close()
    with opened(path) as db:
        db.execute("PRAGMA user_version = 99")


def _foreign(path: Path) -> None:
    with opened(path) as db:
        db.execute("CREATE TABLE theirs (x)")


def _not_a_database(path: Path) -> None:
    path.write_bytes(b"these are not the pages you are looking for" * 100)


def _cut_in_the_middle(path: Path) -> None:
    with Journal(path) as journal:
        for number in range(200):
            journal.put(f"s{number}", f"d{number}", result(f"s{number}"))
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * 8192 + content[12288:])


def _a_decision_of_other_bytes(path: Path) -> None:
    with Journal(path) as journal:
        journal.add_decisions([decision()])
    with opened(path) as db:
        db.execute("UPDATE overrides SET decision = 'x' || substr(decision, 2)")


def decision() -> Override:
    return Override(key="s1", question="q1", points=1.0, why="w", who="ta", at="now")


def read(path: Path) -> None:
    with Journal(path) as journal:
        for number in range(200):
            journal.get(f"s{number}", f"d{number}")
        journal.overrides()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_newer, "written by a newer autograder"),
        (_foreign, "is not a journal of autograder"),
        (_not_a_database, "is damaged. What people decided is in it and nowhere else"),
        (_cut_in_the_middle, "is damaged. What people decided is in it and nowhere else"),
        (_a_decision_of_other_bytes, "is damaged. What people decided is in it and nowhere else"),
        (Path.mkdir, "cannot be written"),
    ],
)
def test_a_spoiled_journal_is_one_clear_line(tmp_path: Path, spoil, said: str) -> None:
    path = tmp_path / "journal.db"
    spoil(path)
    with pytest.raises(UsageError, match=said) as caught:
        read(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_second_run_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from autograder.batch import Journal; Journal(Path(sys.argv[1]))"
    with Journal(tmp_path / "journal.db") as journal:
        second = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "journal.db")], capture_output=True, text=True, check=False
        )
        assert "another run is writing to this folder" in second.stderr
        journal.put("ann", "d1", result())
    Journal(tmp_path / "journal.db").close()


FILLER = """
import resource, signal, sys
from pathlib import Path
from autograder.batch import Journal
from autograder.batch.journal import Override
from autograder.errors import UsageError
sys.path.insert(0, sys.argv[2])
from tests.batch.test_journal import result
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with Journal(Path(sys.argv[1])) as journal:
    resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
    try:
        for number in range(10_000):
            journal.put(f"s{number:05}", f"d{number}", result())
    except UsageError as error:
        print(number, error)
"""


def test_a_full_disk_is_one_clear_line_and_the_journal_still_opens(tmp_path: Path) -> None:
    # A limit on the file's size stands in for the full disk: SQLite sees a write that fails either way.
    path = tmp_path / "journal.db"
    filled = subprocess.run(
        [sys.executable, "-c", FILLER, str(path), str(ROOT)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ,
    )
    number, _, said = filled.stdout.strip().partition(" ")
    assert "give the same command again" in said
    with Journal(path) as journal:
        assert journal.get("before", f"d{int(number) - 1}") == result()
        assert journal.get("full", f"d{number}") is None
        journal.put("after", "d", result())


def test_kill_9_in_the_middle_of_writing_leaves_a_journal_that_opens(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    code = FILLER.replace("resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))", "print('go', flush=True)")
    writer = subprocess.Popen([sys.executable, "-c", code, str(path), str(ROOT)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "go\n"
    deadline = time.monotonic() + 60
    while path.stat().st_size <= 60_000:
        assert writer.poll() is None, "the writer ended by itself"
        assert time.monotonic() < deadline, "the writer writes nothing"
        time.sleep(0.01)
    writer.kill()
    writer.wait()
    writer.stdout.close()
    with Journal(path) as journal:
        assert journal.get("s00000", "d0") == result()
        journal.put("after", "d", result())
