"""``grades.csv`` and the numbers on the pages, cell by cell."""

import csv
import io

import msgspec
import pytest

from autograder.errors import UsageError
from autograder.model import Adjustment, Run, Status, Student
from autograder.report import number, write_atomically, write_pages, write_results
from autograder.report.pages.html import student_page
from autograder.report.statistics.assignment import of_class
from autograder.report.table import grades_csv, total
from tests.report.report_samples import run


def rows_of(run):
    return list(csv.DictReader(io.StringIO(grades_csv(run))))


def changed(result, after, *, kind="late", possible=None):
    change = Adjustment(kind=kind, why="because", before=result.score, after=after)
    return msgspec.structs.replace(result, final=after, final_possible=possible, adjustments=(change,))


@pytest.fixture
def sample():
    return run()


def test_an_excused_student_has_no_total_and_keeps_the_raw_score(sample):
    graded = sample.results[0]
    excused = changed(graded, None, kind="excused")
    assert total(excused) is None
    assert total(graded) == graded.score
    assert total(changed(graded, 0.0)) == 0.0
    table = rows_of(msgspec.structs.replace(sample, results=(excused, *sample.results[1:])))
    row = next(row for row in table if row["student_id"] == graded.submission.students[0].id)
    assert (row["score"], row["raw_score"], row["changes"]) == ("", number(graded.score), "because")


def test_a_work_that_waits_has_no_total_on_its_page_as_in_the_gradebook(sample):
    """Another's numbers: the questions have their points, and whether they count is for a person."""
    waits = msgspec.structs.replace(sample.results[0], status=Status.NEEDS_REVIEW, reason="other-numbers")
    waiting = msgspec.structs.replace(sample, results=(waits, *sample.results[1:]))

    assert waits.score is not None
    assert total(waits) is None
    assert rows_of(waiting)[0]["score"] == ""
    assert "No score yet: a person looks at this submission first." in student_page(waiting, waits)


def test_a_refused_file_is_out_of_what_the_policy_scaled_to(sample):
    graded = tuple(one for one in sample.results if one.status is Status.GRADED)
    assert sample.refused
    assert {row["possible"] for row in rows_of(sample)} == {"12"}
    scaled = tuple(changed(one, one.score, kind="scaling", possible=30.0) for one in graded)
    table = rows_of(msgspec.structs.replace(sample, results=scaled))
    assert {row["possible"] for row in table} == {"30"}
    assert {row["status"] for row in table} == {"graded", "failed"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-0.0, "0"), (-1e-9, "0"), (0.0, "0"), (1.25, "1.25"), (0.1 + 0.2, "0.3"), (1 / 3, "0.333333"), (10.0, "10"),
        (100.0, "100"), (None, ""), (-1.5, "-1.5"),
    ],
)  # fmt: skip
def test_a_number_is_as_people_write_it(value, text):
    assert number(value) == text


def test_a_page_shows_two_places_of_a_score(sample, tmp_path):
    graded = sample.results[0]
    one = changed(msgspec.structs.replace(graded, score=7.256), 1.25)
    write_pages(msgspec.structs.replace(sample, results=(one,)), tmp_path, similarity=False, language="en")
    page = (tmp_path / "feedback" / f"{graded.submission.key}.html").read_text(encoding="utf-8")
    assert "1.25" in page
    assert "1.2 " not in page
    assert "7.26" in page
    assert "7.256" not in page


def test_every_member_of_a_group_and_a_file_of_nobody_has_a_row(sample):
    graded = sample.results[0]
    two = (Student(id="=1", name="A"), Student(id="2", name="B"))
    work = msgspec.structs.replace(graded.submission, students=two)
    nobody = msgspec.structs.replace(sample.refused[0], students=())
    one = msgspec.structs.replace(
        sample, results=(msgspec.structs.replace(graded, submission=work),), refused=(nobody,)
    )
    assert [row["student_id"] for row in rows_of(one)] == ["", "'=1", "2"]


def test_a_run_is_written_as_json_that_gives_it_back(sample, tmp_path):
    write_results(sample, tmp_path / "deep" / "results.json")
    assert msgspec.json.decode((tmp_path / "deep" / "results.json").read_bytes(), type=Run) == sample
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["results.json"]


def test_a_file_that_cannot_be_written_is_left_as_it_was_and_named(tmp_path):
    (tmp_path / "grades.csv").mkdir()
    with pytest.raises(UsageError, match=r"grades.csv: cannot be written \(Is a directory\)"):
        write_atomically(tmp_path / "grades.csv", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["grades.csv"]


@pytest.mark.parametrize(
    ("scores", "quartiles"),
    [([], None), ([3.0], None), ([1 / 3, 2 / 3], (0.42, 0.58)), ([0, 1 / 3, 2 / 3, 4], (0.25, 1.5))],
)
def test_quartiles_have_two_decimals(scores, quartiles):
    results = [changed(result, score) for result, score in zip(run().results, scores, strict=False)]
    results = [msgspec.structs.replace(result, status=Status.GRADED, questions=()) for result in results]
    assert of_class(msgspec.structs.replace(run(), results=tuple(results))).quartiles == quartiles
