"""Claims about ``autograder judge``: the fields, the order, the exit status, and what a broken line does."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from autograder.cli.commands.judge import judge
from autograder.cli.judge_cases import judge_line
from tests import ROOT


def case(**more):
    return {"id": "a", "kind": "derivative", "vars": ["x"], "wrt": "x", "function": "x**2", "answer": "2*x"} | more


def result(**more):
    return judge_line(json.dumps(case(**more)).encode(), 7)


def run(text, *arguments):
    found = CliRunner().invoke(judge, ["-", *arguments], input=text, standalone_mode=False)
    assert found.exception is None, found.exception
    return found.return_value, [json.loads(line) for line in found.stdout.splitlines()]


def test_the_fields():
    assert result() == {"id": "a", "outcome": "CORRECT", "certainty": "proved", "mistakes": [], "message": "Correct."}
    wrong = result(answer="x", id=3)
    assert wrong.keys() == {"id", "outcome", "certainty", "mistakes", "message", "witness"}
    assert (wrong["id"], wrong["outcome"], wrong["certainty"], wrong["mistakes"]) == (
        3,
        "INCORRECT",
        "proved",
        ["pow_nocoef"],
    )
    assert wrong["witness"].keys() == {"x"}


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({}, "CORRECT"),
        ({"answer": "2x"}, "CORRECT"),
        ({"answer": 2}, "INCORRECT"),
        ({"answer": ["2*x"]}, "INVALID"),
        ({"answer": None}, "INVALID"),
        ({"answer": True}, "INVALID"),
        ({"answer": {"a": 1}}, "INVALID"),
        ({"answer": "y"}, "INVALID"),
        ({"answer": "2*x == 2*x"}, "INVALID"),
        ({"answer": "x" * 50_000}, "INVALID"),
        ({"answer": "(" * 9_999}, "INVALID"),
        ({"reference": "2*x"}, "CORRECT"),
        ({"function": "0.1*x**3", "answer": "3*x**2/10"}, "CORRECT"),
        ({"function": "besselj(0, x)", "answer": "-besselj(1, x)"}, "CORRECT"),
        ({"function": "asec(x)*x", "answer": "asec(x)"}, "INCORRECT"),
        ({"vars": ["lambda", "x"], "function": "x**2 lambda", "answer": "2x lambda"}, "CORRECT"),
        ({"function": None, "reference": "2*x"}, "CORRECT"),
        ({"function": "Abs(x)", "answer": "sign(x)"}, "CORRECT"),
        ({"function": "Heaviside(x)*x", "answer": "Heaviside(x)"}, "CORRECT"),
        ({"reference": "2*x + 1"}, "FAULT"),
        ({"reference": "2*x + 1", "answer": "2*x + 1"}, "FAULT"),
        ({"function": "f(x)", "reference": "2*x"}, "CORRECT"),
        ({"kind": "derivative2", "answer": "2"}, "CORRECT"),
        ({"kind": "expression", "function": "x**2", "answer": "x*x"}, "CORRECT"),
        ({"kind": "expression", "function": None, "reference": "x", "answer": "sqrt(x**2)"}, "INCORRECT"),
        ({"function": None, "reference": "x", "answer": "sqrt(x**2)", "domain": {"x": [0, None]}}, "CORRECT"),
        ({"kind": "gradient", "vars": ["x", "y"], "wrt": None, "function": "x*y", "answer": "[y, x]"}, "FAULT"),
    ],
    ids=str,
)
def test_outcomes(change, outcome):
    assert result(**change)["outcome"] == outcome


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        # A slope that is made on the graph, and that the function's own differences confirm.
        ({"function": "x**3", "answer": "3*x"}, "INCORRECT"),
        ({"function": "asec(x)", "answer": "1/(x*sqrt(x**2 - 1))"}, "INCORRECT"),
        ({"function": "Max(x, x**2)", "answer": "2*x"}, "INCORRECT"),
        ({"function": "Max(x, x**2)", "answer": "Piecewise((1, And(x > 0, x < 1)), (2*x, True))"}, "CORRECT"),
        ({"function": "Piecewise((x**2, x < 0), (x**3, True))", "answer": "2*x"}, "INCORRECT"),
        ({"kind": "derivative2", "function": "x**2*sin(x)", "answer": "2*sin(x) + 4*x*cos(x)"}, "INCORRECT"),
        ({"vars": ["x", "a"], "function": "x**2 + a", "answer": "x"}, "INCORRECT"),
        # Where they cannot: the function is not real at the witness, or is a numeric one.
        ({"function": "log(x)", "answer": "1/Abs(x)"}, "CORRECT"),
        ({"function": "0.1*x**3", "answer": "0.2*x**2"}, "INCORRECT"),
    ],
    ids=str,
)
def test_a_function_in_the_place_of_a_reference(change, outcome):
    assert result(**change)["outcome"] == outcome


def test_a_slope_that_the_function_contradicts_decides_nothing(monkeypatch):
    from autograder.compare.arbiter import judging
    from autograder.compare.arbiter.request import Request
    from autograder.compare.criterion import Criterion

    def wrong(graph, root, name):
        return graph.number(7)

    asked = {"actual": [["Mul", 2, ["Symbol", "x", "real"]]], "terms": [(0, ["x"])]}
    asked["criterion"] = Criterion(variables=["x"])
    request = Request(desired=None, functions=[["Pow", ["Symbol", "x", "real"], 2]], **asked)
    monkeypatch.setattr(judging, "slope", wrong)
    assert judging.judged(request).outcome.value == "CORRECT"


GRADIENT = {
    "id": 1,
    "kind": "gradient",
    "vars": ["a", "x", "y"],
    "wrt": ["x", "y"],
    "function": "a*x*y",
    "answer": "[a*y, a*x]",
}


def test_gradients():
    assert judge_line(json.dumps(GRADIENT).encode(), 1)["outcome"] == "CORRECT"
    assert judge_line(json.dumps(GRADIENT | {"answer": ["a*y", "a*x"]}).encode(), 1)["outcome"] == "CORRECT"
    assert judge_line(json.dumps(GRADIENT | {"answer": "[a*x, a*y]"}).encode(), 1)["outcome"] == "INCORRECT"
    assert judge_line(json.dumps(GRADIENT | {"answer": "a*y"}).encode(), 1)["outcome"] == "INVALID"
    assert judge_line(json.dumps(GRADIENT | {"reference": "[a*y, a*x]"}).encode(), 1)["outcome"] == "CORRECT"
    unsaid = {key: value for key, value in GRADIENT.items() if key != "wrt"} | {"reference": "[a*y, a*x]"}
    assert judge_line(json.dumps(unsaid).encode(), 1)["outcome"] == "CORRECT"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"kind": "integral"}, "kind"),
        ({"kind": ["derivative"]}, "kind"),
        ({"vars": "x"}, "vars"),
        ({"wrt": "y"}, "wrt"),
        ({"function": None}, "function"),
        ({"function": "x**"}, "function"),
        ({"function": "z"}, "function"),
        ({"domain": [0, 1]}, "domain"),
        ({"domain": {"y": [0, 1]}}, "domain"),
        ({"domain": {"x": [1, 0]}}, "domain"),
        ({"domain": {"x": ["0", 1]}}, "domain"),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_case_is_said(change, word):
    found = result(**change)
    assert (found["id"], found["outcome"], found["line"]) == ("a", "FAULT", 7)
    assert word in found["message"]


def test_the_disagreement_of_two_references_names_the_point():
    found = result(reference="3*x")
    assert "x = " in found["message"]
    assert found["witness"].keys() == {"x"}


def test_order_and_status_and_lines_that_are_no_cases():
    good = json.dumps(case())
    status, found = run(
        "\n".join([good, "", "nonsense", "[1]", "null", '"x"', '{"id": "b"', "{}", "\x00", "9" * 5000, good])
    )
    assert status == 3
    assert [row["outcome"] for row in found] == ["CORRECT", *["FAULT"] * 8, "CORRECT"]
    assert [row.get("line") for row in found] == [None, 3, 4, 5, 6, 7, 8, 9, 10, None]
    assert all(row["id"] is None for row in found[1:-1])


def test_status_zero_when_all_is_decided():
    status, found = run(json.dumps(case()) + "\n" + json.dumps(case(answer="x")))
    assert (status, len(found)) == (0, 2)
    assert found[1]["mistakes"]
    assert run(json.dumps(case(answer="x")), "--no-mistakes")[1][0]["mistakes"] == []


def test_seed_and_no_prove():
    _, found = run(json.dumps(case(answer="x + x*(2 - 1)")), "--no-prove", "--seed", "5")
    assert found[0]["certainty"] == "sampled"


def test_a_file_that_is_not_there(tmp_path):
    from autograder.errors import UsageError

    found = CliRunner().invoke(judge, [str(tmp_path / "none.jsonl")], standalone_mode=False)
    assert isinstance(found.exception, UsageError)
    assert "none.jsonl" in str(found.exception)


@pytest.mark.slow
def test_it_streams():
    command = [sys.executable, "-c", "from autograder.cli import main; main()", "judge", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        for answer, outcome in (("2*x", "CORRECT"), ("x", "INCORRECT"), ("2*", "INVALID")):
            process.stdin.write(json.dumps(case(answer=answer)).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["outcome"] == outcome
        process.stdin.write(b"\xff\xfe\n")
        process.stdin.close()
        assert json.loads(process.stdout.readline())["outcome"] == "FAULT"
        assert process.wait(300) == 3


def test_the_example_in_the_docs():
    text = (ROOT / "docs" / "verdicts.md").read_text()
    asked, told = (json.loads(line) for line in text.split("```json\n")[1].split("```")[0].splitlines())
    found = judge_line(json.dumps(asked).encode(), 1)
    assert found.keys() == told.keys()
    assert {key: found[key] for key in ("id", "outcome", "certainty", "mistakes")} == {
        key: told[key] for key in ("id", "outcome", "certainty", "mistakes")
    }
    assert round(found["witness"]["x"], 1) == round(told["witness"]["x"], 1)
