"""What waits for a person goes out as a table and comes back as decisions, or as one line that says what is wrong."""

import csv
import io
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from autograder.batch.journal import Journal
from autograder.cli import group
from autograder.cli.commands.review import COLUMNS, IDEAS, OF_A_VERSION, columns, decided, waiting
from autograder.desk.answers import WHOLE
from autograder.errors import UsageError
from autograder.folder import Folder
from autograder.model import Idea, Status
from autograder.report.pages.html import class_page
from tests.desk.desk_class import folder_of
from tests.desk.desk_samples import opened
from tests.report.report_samples import run


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder of results in which one answer is undecided, one notebook was stopped and one could not be read."""
    sample = run()
    unread = msgspec.structs.replace(
        sample.results[2], status=Status.FAILED, reason="truncated", questions=(), score=None
    )
    sample = msgspec.structs.replace(sample, results=(*sample.results[:2], unread, *sample.results[3:]))
    monkeypatch.chdir(tmp_path)
    Folder(folder_of(sample, Path("grades"))).write()
    return sample


def invoke(*arguments):
    return CliRunner().invoke(group, ["review", *map(str, arguments)], standalone_mode=False)


def test_the_table_has_a_row_for_everything_undecided_and_nothing_that_a_spreadsheet_runs(place, tmp_path):
    said = invoke().output
    assert "3 to decide: grades/review.csv" in said
    assert "autograder review grades --from grades/review.csv" in said
    with (tmp_path / "grades" / "review.csv").open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["student"], row["question"], row["possible"], row["reason"]) for row in rows] == [
        ("0003", "total", "12", "truncated"),
        ("0004", "q1", "4", "undecided"),
        ("0005", "q2", "4", "timeout"),
    ]
    assert rows[1]["answer"] == "3*x**2"
    assert {row["points"] for row in rows} == {""}


def test_what_the_author_of_a_text_looks_for_stands_beside_the_answer(place):
    ideas = (Idea(text="names the second derivative", points=1.5), Idea(text="=says what its sign means"))
    *before, case = place.results[3].questions[0].cases
    looked_for = msgspec.structs.replace(
        case, checks=tuple(msgspec.structs.replace(c, ideas=ideas) for c in case.checks)
    )
    question = msgspec.structs.replace(place.results[3].questions[0], cases=(*before, looked_for))
    result = msgspec.structs.replace(place.results[3], questions=(question, *place.results[3].questions[1:]))
    run = msgspec.structs.replace(place, results=(*place.results[:3], result, *place.results[4:]))

    assert columns(run) == (*COLUMNS, IDEAS)
    assert [row[len(COLUMNS) :] for row in waiting(run)] == [
        [""],
        ["names the second derivative (1.5)\n=says what its sign means"],
        [""],
    ]
    assert columns(place) == COLUMNS


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
        ("0004,,q1,4,,,7,", "line 3: 7 points for q1: it has 4, so give a number from 0 to 4"),
        ("0003,,total,12,,,12.5,", "line 3: 12.5 points for total: it has 12"),
        ("5,,q2,4,,,1,", "lines 2 and 3 give 0005 different points for q2"),
    ],
)
def test_one_wrong_row_and_nothing_counts(place, tmp_path, row, problem):
    (tmp_path / "filled.csv").write_text(f"{','.join(COLUMNS)}\n0005,,q2,4,,,2,\n{row}\n")
    result = invoke("grades", "--from", tmp_path / "filled.csv")
    assert isinstance(result.exception, UsageError)
    assert problem in str(result.exception)
    with Journal(tmp_path / "grades" / "journal.db") as journal:
        assert journal.decided() == 0


def test_a_table_without_points_or_without_its_columns_is_said(place, tmp_path):
    (tmp_path / "filled.csv").write_text(f"{','.join(COLUMNS)}\n0005,,q2,4,,,,\n")
    assert "no row has points" in str(invoke("grades", "--from", tmp_path / "filled.csv").exception)
    (tmp_path / "filled.csv").write_text("who,what\nA,1\n")
    assert "no column 'student'" in str(invoke("grades", "--from", tmp_path / "filled.csv").exception)


KEYS = ("0012", "12", "1E5", "100001", "1234567890123456", "1234567890123999", "7-2")


@pytest.fixture
def keyed():
    """Results under keys that a spreadsheet takes for numbers."""
    sample = run()
    results = tuple(
        msgspec.structs.replace(
            sample.results[0], submission=msgspec.structs.replace(sample.results[0].submission, key=key)
        )
        for key in KEYS
    )
    return msgspec.structs.replace(sample, results=results)


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        ("0012", "0012"), ("12", "12"), ("1.00E+05", "1E5"), ("1,00E+05", "1E5"), ("100000", "1E5"),
        ("100001", "100001"), ("1234567890123460", "1234567890123456"),
        ("1234567890123450", "1234567890123456"), ("1234567890124000", "1234567890123999"),
        ("7-2", "7-2"),
    ],
)  # fmt: skip
def test_a_key_that_a_spreadsheet_changed_is_known_where_only_one_can_be_meant(keyed, tmp_path, cell, key):
    (tmp_path / "f.csv").write_text(f"student;question;points;why\n{cell};q1;2;\n")
    assert [one.key for one in decided(keyed, tmp_path / "f.csv", "ta")] == [key]


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("1.23457E+15", "line 2: '1.23457E+15' may be 1234567890123456 or 1234567890123999, since a spreadsheet"),
        ("1.00E+06", "line 2: no submission has the key '1.00E+06': copy the key from grades.csv, as text"),
        ("02. Jul", "line 2: no submission has the key '02. Jul'"),
    ],
)
def test_a_key_that_could_be_anybodys_is_refused_with_its_line(keyed, tmp_path, cell, problem):
    (tmp_path / "f.csv").write_text(f"student;question;points;why\n{cell};q1;2;\n")
    with pytest.raises(UsageError) as raised:
        list(decided(keyed, tmp_path / "f.csv", "ta"))
    assert problem in str(raised.value)


@pytest.fixture
def drawn(tmp_path, monkeypatch):
    """A folder in which everybody has other numbers: one work has another's, one answer of version 2 is undecided."""
    sample = run()
    others = msgspec.structs.replace(
        sample.results[0],
        status=Status.NEEDS_REVIEW,
        reason="other-numbers",
        message="its numbers are those of Bo Lee: the notebook says bo@x.edu",
        numbers_of={"bo@x.edu": 2},
    )
    undecided = msgspec.structs.replace(sample.results[3], numbers_of={"di@x.edu": 1})
    prompts = {"q1": "### The slope of $f(x) = {{ f }}$ at {{ p }}"}
    versions = tuple({"q1": f"### The slope of $f(x) = {a} x$ at ${a}$"} for a in (3, 4, 5))
    sample = msgspec.structs.replace(
        sample, results=(others, sample.results[1], undecided), prompts=prompts, versions=versions, refused=()
    )
    monkeypatch.chdir(tmp_path)
    Folder(folder_of(sample, Path("grades"))).write()
    return sample


def rows_of(*arguments):
    assert invoke(*arguments).exit_code == 0
    with Path("grades/review.csv").open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_where_everybody_has_other_numbers_the_table_says_which_and_what_was_asked(drawn):
    other, undecided = rows_of()

    assert tuple(other) == (*COLUMNS, *OF_A_VERSION)
    assert [other[name] for name in ("question", "reason", "version")] == ["total", "other-numbers", "3"]
    assert other["answer"] == "its numbers are those of Bo Lee: the notebook says bo@x.edu"
    assert [undecided[name] for name in ("question", "version", "asked")] == [
        "q1", "2", "### The slope of $f(x) = 4 x$ at $4$",
    ]  # fmt: skip
    assert [row["version"] for row in rows_of("--version", "2")] == ["2"]
    assert rows_of("--version", "1") == []
    assert "--version 4: there are 3 here" in str(invoke("--version", "4").exception)


def test_a_work_with_anothers_numbers_is_decided_as_a_whole(drawn):
    rows = rows_of()
    rows[0] |= {"points": "7", "why": "we have spoken"}
    with Path("filled.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, rows[0])
        table.writeheader()
        table.writerows(rows)

    assert invoke("--from", "filled.csv").exit_code == 0

    (decided_on,) = [result for result in Folder(Path("grades")).run.results if result.final == 7.0]
    assert (decided_on.status, decided_on.submission.key) == (Status.GRADED, drawn.results[0].submission.key)
    assert [row["question"] for row in rows_of()] == ["q1"]


def test_the_desk_and_the_class_page_ask_whose_numbers_they_are(drawn):
    with opened(Path("grades")) as desk:
        (whole,) = desk.pieces[WHOLE]
    page = class_page(drawn)

    assert (whole.key, whole.graded, whole.reason) == (drawn.results[0].submission.key, None, "other-numbers")
    assert f"autograder override hw01 {drawn.results[0].submission.key} total POINTS" in page
    assert "{{ f" not in page
    assert "{{ p" not in page
    assert "The slope of" in page
