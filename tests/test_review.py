"""What waits for a person goes out as a table and comes back as decisions, or as one line that says what is wrong."""

import csv
import io

import msgspec
import pytest
from click.testing import CliRunner
from report_samples import run

from autograder.cli import group
from autograder.cli.review import COLUMNS, decided, waiting
from autograder.errors import UsageError
from autograder.model import Status


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder of results in which one answer is undecided, one notebook was stopped and one could not be read."""
    sample = run()
    unread = msgspec.structs.replace(
        sample.results[2], status=Status.FAILED, reason="truncated", questions=(), score=None
    )
    sample = msgspec.structs.replace(sample, results=(*sample.results[:2], unread, *sample.results[3:]))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "grades").mkdir()
    (tmp_path / "grades" / "results.json").write_bytes(msgspec.json.encode(sample))
    return sample


def invoke(*arguments):
    return CliRunner().invoke(group, ["review", *map(str, arguments)], standalone_mode=False)


def test_the_table_has_a_row_for_everything_undecided_and_nothing_that_a_spreadsheet_runs(place, tmp_path):
    said = invoke().output
    assert "3 to decide: grades/review.csv" in said
    assert "autograder review grades --from grades/review.csv" in said
    with (tmp_path / "grades" / "review.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["student"], row["question"], row["possible"], row["reason"]) for row in rows] == [
        ("0003", "total", "12", "truncated"),
        ("0004", "q1", "4", "undecided"),
        ("0005", "q2", "4", "timeout"),
    ]
    assert rows[1]["answer"] == "3*x**2"
    assert {row["points"] for row in rows} == {""}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_comes_back_through_any_spreadsheet(place, tmp_path, delimiter, encoding):
    filled = io.StringIO()
    table = csv.writer(filled, delimiter=delimiter)
    table.writerow(COLUMNS)
    points = iter(["1,5", "", "0"])
    table.writerows([*row[:6], next(points), "saw it; fine"] for row in waiting(place))
    path = tmp_path / "filled.csv"
    path.write_text(filled.getvalue(), encoding=encoding)
    assert [(one.key, one.question, one.points, one.why, one.who) for one in decided(place, path, "ta")] == [
        ("0003", "total", 1.5, "saw it; fine", "ta"),
        ("0005", "q2", 0.0, "saw it; fine", "ta"),
    ]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("0099,,q1,4,,,2,", "line 3: no submission has the key '0099'"),
        ("0004,,q9,4,,,2,", "line 3: no question 'q9'"),
        ("0004,,q1,4,,,two,", "line 3: 'two' are no points"),
        ("0004,,q1,4,,,-1,", "line 3: '-1' are no points"),
    ],
)
def test_one_wrong_row_and_nothing_counts(place, tmp_path, row, problem):
    (tmp_path / "filled.csv").write_text(f"{','.join(COLUMNS)}\n0005,,q2,4,,,2,\n{row}\n")
    result = invoke("grades", "--from", tmp_path / "filled.csv")
    assert isinstance(result.exception, UsageError)
    assert problem in str(result.exception)
    assert not (tmp_path / "grades" / "journal.db").exists()


def test_a_table_without_points_or_without_its_columns_is_said(place, tmp_path):
    (tmp_path / "filled.csv").write_text(f"{','.join(COLUMNS)}\n0005,,q2,4,,,,\n")
    assert "no row has points" in str(invoke("grades", "--from", tmp_path / "filled.csv").exception)
    (tmp_path / "filled.csv").write_text("who,what\nA,1\n")
    assert "no column 'student'" in str(invoke("grades", "--from", tmp_path / "filled.csv").exception)
