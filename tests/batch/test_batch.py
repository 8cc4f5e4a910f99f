"""A batch over any executor: what was graded is never lost and never done twice, and the order changes nothing."""

from concurrent.futures import Future
from pathlib import Path

import msgspec
import pytest

from autograder.batch import Batch, Conditions, Journal, grade_all, run
from autograder.batch.executors.retries import Retries
from autograder.batch.executors.workers import MemoryPassed
from autograder.batch.journal import Override, with_decisions
from autograder.errors import SandboxError, UsageError
from autograder.model import Id, Space, Status, Student, Submission, SubmissionResult
from autograder.sandbox.limits import Limits
from tests.batch.fake_workers import QUESTIONS, FakeWorkers


@pytest.fixture
def assignment(tmp_path: Path) -> Path:
    folder = tmp_path / "assignment"
    (folder / "tests").mkdir(parents=True)
    (folder / "tests" / "q1.py").write_text("OK_FORMAT = False")
    return folder


@pytest.fixture
def submissions(tmp_path: Path) -> list[Submission]:
    texts = {"ann": "q1=2 q2=1.5", "bob": "q1=0 q2=1", "cem": "q1=2 q2=?", "dee": "q1=1 q2=1"}
    return [submission(tmp_path, key, text) for key, text in texts.items()]


def submission(folder: Path, key: str, text: str) -> Submission:
    path = folder / f"{key}.ipynb"
    path.write_text(text)
    return Submission(key=key, students=(Student(id=key),), file="hw01.ipynb", path=str(path))


def graded(
    workers: FakeWorkers, submissions: list[Submission], assignment: Path, out: Path, **options: object
) -> list[SubmissionResult]:
    return grade_all(submissions, assignment, out=out, executor=workers, **options)  # type: ignore[arg-type]


def test_results_come_sorted_by_key_whatever_the_order_of_the_files(tmp_path, assignment, submissions) -> None:
    forward = graded(FakeWorkers(), submissions, assignment, tmp_path / "a")
    backward = graded(FakeWorkers(1), submissions[::-1], assignment, tmp_path / "b")
    assert forward == backward
    assert [result.submission.key for result in forward] == ["ann", "bob", "cem", "dee"]
    assert [result.score for result in forward] == [3.5, 1.0, None, 2.0]


def test_a_second_run_grades_nothing(tmp_path, assignment, submissions) -> None:
    first = graded(FakeWorkers(), submissions, assignment, tmp_path / "out")
    workers = FakeWorkers()
    assert graded(workers, submissions, assignment, tmp_path / "out") == first
    assert workers.asked == []


def test_only_what_changed_is_graded_again(tmp_path, assignment, submissions) -> None:
    graded(FakeWorkers(), submissions, assignment, tmp_path / "out")
    Path(submissions[1].path).write_text("q1=2 q2=1")
    workers = FakeWorkers()
    results = graded(workers, submissions, assignment, tmp_path / "out")
    assert workers.asked == ["bob"]
    assert results[1].score == 3.0


def test_what_may_loop_is_started_before_the_others_and_listed_where_it_belongs(
    tmp_path, assignment, submissions
) -> None:
    Path(submissions[2].path).write_text("q1=2 q2=0 while True: pass")
    workers = FakeWorkers(1)
    results = graded(workers, submissions, assignment, tmp_path / "out")
    assert workers.asked == ["cem", "ann", "bob", "dee"]
    assert [result.submission.key for result in results] == ["ann", "bob", "cem", "dee"]


def test_a_new_file_beside_the_notebook_is_a_change(tmp_path, assignment, submissions) -> None:
    graded(FakeWorkers(), submissions[:1], assignment, tmp_path / "out")
    (tmp_path / "data.csv").write_text("1,2")
    with_file = Submission(
        key="ann",
        students=submissions[0].students,
        file="hw01.ipynb",
        path=submissions[0].path,
        files={"data.csv": str(tmp_path / "data.csv")},
    )
    workers = FakeWorkers()
    graded(workers, [with_file], assignment, tmp_path / "out")
    assert workers.asked == ["ann"]
    assert workers.tasks[0].contents == {
        submissions[0].path: b"q1=2 q2=1.5",
        str(tmp_path / "data.csv"): b"1,2",
    }


def test_a_changed_test_file_or_limit_or_seed_grades_all_again(tmp_path, assignment, submissions) -> None:
    def asked(**options: object) -> list[str]:
        workers = FakeWorkers()
        graded(workers, submissions, assignment, tmp_path / "out", **options)
        return sorted(workers.asked)

    everybody, short = ["ann", "bob", "cem", "dee"], Limits(cpu_seconds=5)
    assert asked() == everybody
    assert asked() == []
    (assignment / "tests" / "q1.py").write_text("OK_FORMAT = True")
    assert asked() == everybody
    assert asked(conditions=Conditions(limits=short)) == everybody
    assert asked(conditions=Conditions(limits=short, seed=3)) == everybody
    assert asked(conditions=Conditions(limits=short, seed=3), force=True) == everybody


def test_a_changed_package_grades_all_again(tmp_path, assignment, submissions, monkeypatch) -> None:
    graded(FakeWorkers(), submissions, assignment, tmp_path / "out")
    monkeypatch.setattr("autograder.batch.digests.package_digest", lambda: "another")
    workers = FakeWorkers()
    graded(workers, submissions, assignment, tmp_path / "out")
    assert sorted(workers.asked) == ["ann", "bob", "cem", "dee"]


def test_a_roster_that_comes_later_grades_nothing_again(tmp_path, assignment, submissions) -> None:
    graded(FakeWorkers(), submissions, assignment, tmp_path / "out")
    renamed = Submission(key="0012", students=(Student(id="0012"),), file="hw01.ipynb", path=submissions[0].path)
    workers = FakeWorkers()
    (result,) = graded(workers, [renamed], assignment, tmp_path / "out")
    assert workers.asked == []
    assert result.submission == renamed


def test_only_one_student_leaves_the_others_as_they_were(tmp_path, assignment, submissions) -> None:
    before = graded(FakeWorkers(), submissions, assignment, tmp_path / "out")
    (assignment / "tests" / "q1.py").write_text("OK_FORMAT = True")
    workers = FakeWorkers()
    assert graded(workers, submissions, assignment, tmp_path / "out", only=["bob"]) == before
    assert workers.asked == ["bob"]


def test_a_key_that_is_somebody_elses_now_keeps_nothing_of_the_first(tmp_path, assignment) -> None:
    """Ann's student number is Cy's number in Canvas: with another list, her key becomes his."""

    def by(space: Space, text: str, name: str) -> Submission:
        who = Student(id="20417", name=name, ids=(Id(space, "20417"),))
        return msgspec.structs.replace(submission(tmp_path, name, text), key="20417", students=(who,))

    ann, cy = by(Space.GRADESCOPE_SID, "q1=2 q2=1.5", "Ann"), by(Space.CANVAS_USER, "q1=0 q2=0", "Cy")
    out = tmp_path / "out"
    graded(FakeWorkers(), [ann], assignment, out)
    with Journal(out / "journal.db") as journal:
        journal.add_decisions(
            [Override(key="20417", question="q1", points=9.0, why="w", who="ta", at="", students=ann.students)]
        )
    other = submission(tmp_path, "bob", "q1=1 q2=1")
    with Batch(assignment, out, executor=FakeWorkers()) as batch:
        (found, _) = batch.grade([cy, other], only=["bob"])
        assert (found.score, found.reason) == (None, "not-graded")
        (found, _), (lost,) = with_decisions(batch.grade([cy, other]), batch.journal.overrides(), [])
        assert (found.score, found.final) == (0.0, None)
        assert "20417: the points that ta gave for q1 are not applied: this key was Ann's" in lost
    with Batch(assignment, out, executor=FakeWorkers()) as batch:
        (found,), lost = with_decisions(batch.grade([ann]), batch.journal.overrides(), [])
        assert (found.questions[0].score, lost) == (9.0, [])


def test_only_one_student(tmp_path, assignment, submissions) -> None:
    graded(FakeWorkers(), submissions[:2], assignment, tmp_path / "out")
    workers = FakeWorkers()
    results = graded(workers, submissions, assignment, tmp_path / "out", only=["bob"])
    assert workers.asked == ["bob"]
    assert [(result.status, result.reason) for result in results] == [
        (Status.GRADED, None),
        (Status.GRADED, None),
        (Status.FAILED, "not-graded"),
        (Status.FAILED, "not-graded"),
    ]
    with pytest.raises(UsageError, match="--only zoe: nobody"):
        graded(workers, submissions, assignment, tmp_path / "out", only=["zoe"])


@pytest.mark.parametrize(
    ("text", "status", "reason", "said"),
    [
        ("die", Status.FAILED, "crashed", "died twice (SIGKILL)"),
        ("bug", Status.NEEDS_REVIEW, "internal", "ZeroDivisionError: division by zero"),
        ("silent", Status.NEEDS_REVIEW, "judge-timeout", "longer than 420 s"),
    ],
)
def test_one_bad_notebook_costs_nobody_else_anything(tmp_path, assignment, submissions, text, status, reason, said):
    bad = submission(tmp_path, "bad", text)
    results = {
        result.submission.key: result
        for result in graded(FakeWorkers(), [bad, *submissions], assignment, tmp_path / "out")
    }
    assert (results["bad"].status, results["bad"].reason, results["bad"].score) == (status, reason, None)
    assert said in results["bad"].message
    assert results["ann"].score == 3.5


def test_a_question_whose_tests_hang_is_left_out_and_the_others_keep_their_points(tmp_path, assignment) -> None:
    workers = FakeWorkers()
    (result,) = graded(workers, [submission(tmp_path, "ann", "hang q1 q1=? q2=1")], assignment, tmp_path / "out")
    assert [task.skip for task in workers.tasks] == [{}, {"q1": "judge-timeout"}]
    assert [(question.score, question.reason) for question in result.questions] == [
        (None, "judge-timeout"),
        (1.0, None),
    ]
    assert result.status is Status.NEEDS_REVIEW


def test_a_question_whose_tests_swell_is_left_out_and_named(tmp_path, assignment) -> None:
    workers = FakeWorkers()
    text = "swell q1 hang q2 q1=? q2=?"
    (result,) = graded(workers, [submission(tmp_path, "ann", text)], assignment, tmp_path / "out")
    assert [task.skip for task in workers.tasks][1:] == [
        {"q1": "judge-memory"},
        {"q1": "judge-memory", "q2": "judge-timeout"},
    ]
    # what one submission may take is for all its tries together
    whole = 3 * [run.RUNS * Limits().wall_seconds + run.JUDGE_SECONDS]
    assert [task.seconds for task in workers.tasks] == [None, whole[0] - 7.0, whole[0] - 67.0]
    assert [question.reason for question in result.questions] == ["judge-memory", "judge-timeout"]


@pytest.mark.parametrize(
    ("seconds", "tries", "said"),
    [(50.0, 1, "the 50 s that one submission may take are used up"), (100.0, 2, "the 100 s that"), (900.0, 3, None)],
)
def test_tests_that_hang_hold_a_worker_no_longer_than_the_limits_add_up_to(
    tmp_path, assignment, monkeypatch, seconds, tries, said
) -> None:
    monkeypatch.setattr("autograder.batch.run.Batch._seconds", seconds)
    workers = FakeWorkers()
    text = "hang q1 hang q2 q1=? q2=?"
    (result,) = graded(workers, [submission(tmp_path, "ann", text)], assignment, tmp_path / "out")
    assert len(workers.tasks) == tries
    assert result.status is Status.NEEDS_REVIEW
    assert result.score is None
    assert said is None or said in result.message


def test_what_swells_before_any_test_is_said(tmp_path, assignment) -> None:
    tries = Retries(100.0)
    failed: Future[bytes] = Future()
    failed.set_exception(MemoryPassed(2048.0, None, 3.0))
    assert not tries.again(failed)
    result = tries.result(failed.exception(), submission(tmp_path, "ann", "q1=1"))  # type: ignore[arg-type]
    assert (result.status, result.reason) == (Status.NEEDS_REVIEW, "judge-memory")
    assert "took more than 2,048 MB of memory" in result.message


def test_a_file_that_vanishes_is_named(tmp_path, assignment, submissions) -> None:
    Path(submissions[0].path).unlink()
    results = graded(FakeWorkers(), submissions, assignment, tmp_path / "out")
    assert (results[0].status, results[0].reason) == (Status.FAILED, "unreadable")
    assert results[1].score == 1.0


def test_ctrl_c_keeps_what_was_done(tmp_path, assignment, submissions) -> None:
    def stop(result: SubmissionResult, done: int, of: int, there: int) -> None:
        assert of == 4
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        graded(FakeWorkers(1), submissions, assignment, tmp_path / "out", progress=stop)
    workers = FakeWorkers()
    results = graded(workers, submissions, assignment, tmp_path / "out")
    assert len(workers.asked) == 2
    assert results == graded(FakeWorkers(), submissions, assignment, tmp_path / "elsewhere")


def test_progress_counts_what_the_journal_had_as_well(tmp_path, assignment, submissions) -> None:
    graded(FakeWorkers(), submissions[:3], assignment, tmp_path / "out")
    seen: list[tuple[str, int, int]] = []
    graded(
        FakeWorkers(),
        submissions,
        assignment,
        tmp_path / "out",
        progress=lambda result, done, of, there: seen.append((result.submission.key, done, of)),
    )
    assert seen == [("ann", 1, 4), ("bob", 2, 4), ("cem", 3, 4), ("dee", 4, 4)]


def test_the_questions_are_asked_once_and_remembered(tmp_path, assignment, submissions) -> None:
    with Batch(assignment, tmp_path / "out", executor=FakeWorkers()) as batch:
        assert batch.facts.questions == QUESTIONS
        assert batch.remember("started", "monday") == "monday"
        batch.grade(submissions)

    class Dumb(FakeWorkers):
        def submit(self, fn, /, *args, **kwargs):
            raise AssertionError("nothing is to be asked")

    with Batch(assignment, tmp_path / "out", executor=Dumb()) as batch:
        assert batch.facts.questions == QUESTIONS
        batch.grade(submissions)
        assert batch.remember("started", "tuesday") == "monday"
        assert batch.kept == 4


def test_a_run_that_continues_nothing_starts_anew(tmp_path, assignment, submissions) -> None:
    for day, options in (("monday", {}), ("tuesday", {"force": True})):
        with Batch(assignment, tmp_path / "out", executor=FakeWorkers()) as batch:
            batch.grade(submissions, **options)
            assert batch.remember("started", day) == day


def test_a_folder_of_another_assignment_is_refused(tmp_path, assignment, submissions) -> None:
    class Other(FakeWorkers):
        name = "hw02"

    with Batch(assignment, tmp_path / "out", executor=FakeWorkers()) as batch:
        assert batch.facts.name == "hw01"
    (assignment / "tests" / "q9.py").write_text("")
    with (
        Batch(assignment, tmp_path / "out", executor=Other()) as batch,
        pytest.raises(UsageError, match="holds the grades of hw01: give hw02 a folder of its own with -o"),
    ):
        _ = batch.facts


def test_a_folder_in_use_is_refused(tmp_path, assignment) -> None:
    (tmp_path / "out").mkdir()
    with (
        Journal(tmp_path / "out" / "journal.db"),
        pytest.raises(UsageError, match="another run is writing to this folder"),
    ):
        Batch(assignment, tmp_path / "out", executor=FakeWorkers())


def test_an_output_folder_that_cannot_be_made_is_one_line(tmp_path, assignment) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"file/out: cannot be made .*use another folder with -o"):
        Batch(assignment, tmp_path / "file" / "out", executor=FakeWorkers())


def test_a_worker_that_cannot_grade_at_all_stops_the_run(tmp_path, assignment, submissions) -> None:
    class NoJail(FakeWorkers):
        def _grade(self, setup: bytes, task: bytes) -> bytes:
            return b'{"error": "this machine gives no user namespaces"}'

    with pytest.raises(SandboxError, match="no user namespaces"):
        graded(NoJail(), submissions, assignment, tmp_path / "out")
