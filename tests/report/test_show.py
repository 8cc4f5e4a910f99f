"""What `show`, `explain` and `report` read and write of a graded folder."""

import csv
import json
import sys

import jsonschema
import msgspec
import pytest
from click.testing import CliRunner

from autograder.cli import group
from autograder.model import Run
from autograder.origin import install_line
from autograder.report import answers_csv, schema_json
from tests.report.report_samples import run


def _unordered(part: dict) -> dict:
    """A part of a schema in which what may be is in one order: msgspec's releases have different ones."""
    return part | {"anyOf": sorted(part["anyOf"], key=json.dumps)} if "anyOf" in part else part


def test_results_follow_the_documented_schema(pytestconfig):
    documented = (pytestconfig.rootpath / "docs" / "results.schema.json").read_text(encoding="utf-8")
    made = json.loads(schema_json(), object_hook=_unordered)
    assert json.loads(documented, object_hook=_unordered) == made, (
        "run: autograder show . --schema > docs/results.schema.json"
    )
    jsonschema.validate(json.loads(msgspec.json.encode(run())), json.loads(documented))


def test_answers_csv_has_a_row_a_check_and_no_formula_for_a_spreadsheet():
    lines = answers_csv(run()).splitlines()
    assert lines[0].startswith("student_id,question,case,hidden,kind,outcome")
    checks = sum(len(case.checks) for r in run().results for q in r.questions for case in q.cases)
    assert len(lines) == 1 + checks


def test_answers_come_back_from_parquet_as_they_were(graded):
    from pyarrow import parquet

    assert invoke("show", str(graded), "--parquet", str(graded / "answers.parquet")).exit_code == 0
    table = parquet.read_table(graded / "answers.parquet")
    rows = list(csv.DictReader(answers_csv(run()).splitlines()))
    assert table.column_names == list(rows[0])
    back = table.to_pylist()
    assert [(one["student_id"], one["question"]) for one in back] == [(r["student_id"], r["question"]) for r in rows]
    checks = [check for r in run().results for q in r.questions for case in q.cases for check in case.checks]
    assert [(one["answer"], one["mistakes"], one["certainty"], one["points_used"]) for one in back] == [
        (check.answer, list(check.verdict.mistakes), check.verdict.certainty, check.verdict.points_used)
        for check in checks
    ]
    assert {type(one["hidden"]) for one in back} == {bool}


def test_parquet_without_pyarrow_says_what_to_install(graded, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    result = invoke("show", str(graded), "--parquet", str(graded / "answers.parquet"))
    assert install_line("parquet") in str(result.exception)
    assert not (graded / "answers.parquet").exists()


@pytest.fixture
def graded(tmp_path):
    (tmp_path / "results.json").write_bytes(msgspec.json.encode(run()))
    return tmp_path


def invoke(*arguments: str):
    return CliRunner().invoke(group, list(arguments), catch_exceptions=True)


def test_show_prints_the_class_and_one_student(graded):
    assert "Ann Smith" in invoke("show", str(graded)).output
    one = invoke("show", str(graded), "o'brien, al").output
    assert "3*x**2" in one
    assert "chain_drop" in one


@pytest.mark.parametrize(("who", "problem"), [("nobody", "no submission of"), ("", "no submission of")])
def test_show_says_who_there_is(graded, who, problem):
    assert problem in str(invoke("show", str(graded), who).exception)


def test_explain_tells_a_ta_everything_about_one_question(graded):
    told = invoke("explain", str(graded), "o'brien, al", "q2").output
    for fact in (
        "0 / 4",
        "chain_drop, which gives GENERATED",
        "x = 1.0",
        "DESIRED-8",
        "INCORRECT (proved)",
        "different",
    ):
        assert fact in told
    assert "20 used" not in told
    assert "timeout" in invoke("explain", str(graded), "0005", "q3").output
    assert "no question 'q7'" in str(invoke("explain", str(graded), "0002", "q7").exception)


def test_show_says_what_a_folder_lacks(tmp_path):
    assert "cannot be read" in str(invoke("show", str(tmp_path)).exception)
    (tmp_path / "results.json").write_text('{"schema_version": 1}', encoding="utf-8")
    assert "not the results of a run" in str(invoke("show", str(tmp_path)).exception)


def test_report_draws_again_and_without_names(graded):
    assert invoke("report", str(graded)).exit_code == 0
    assert "Ann Smith" in (graded / "report.html").read_text(encoding="utf-8")
    assert invoke("report", str(graded), "--anonymous").exit_code == 0
    assert "Ann Smith" not in (graded / "anonymous" / "report.html").read_text(encoding="utf-8")


def test_the_run_read_back_is_the_run_written(graded):
    assert msgspec.json.decode((graded / "results.json").read_bytes(), type=Run) == run()
