"""What an author is told about the mistakes that a question claims to name."""

import pytest

from autograder import Derivative, Gradient
from autograder.mistakes import certify, leaks


@pytest.mark.parametrize(
    ("question", "codes"),
    [
        (Derivative("x**2*exp(3*x) + 5*x", credit={"prod_fpgp": 0.5, "chain_drop": 0.5}), []),
        (Derivative("x**2*sin(x)", credit={"chainrule": 0.5}), ["M01"]),
        (Derivative("x**2*sin(x)", credit={"chain_drop": 0.5}), ["M02"]),
        (Derivative("exp(x)", credit={"not_diff": 0.5}), ["M03"]),
        (Derivative("x**2*sin(x)", credit={"trig_sign": 0.5, "prod_minus": 0.25}), ["M04"]),
        (Derivative("x**2", at=1, credit={"not_diff": 0.5, "pow_nocoef": 0.25}), ["M04"]),
        (Gradient("x**2*y + 3*x + sin(y)", credit={"swap": 0.5, "other_kept": 0.5, "factor_dropped": 0.25}), []),
        (Gradient("x**2 + y**2", credit={"other_zero": 0.5}), ["M03"]),
        (Derivative("x**3", wrt="x"), []),
    ],
)
def test_findings(question, codes) -> None:
    found = certify(question, name="q1")
    assert [finding.code for finding in found] == codes
    for finding in found:
        assert finding.question == "q1"
        assert finding.message.endswith(".")
        assert finding.fix.endswith(".")


def test_a_better_function_is_suggested_and_is_better() -> None:
    (finding,) = certify(Derivative("exp(x)", credit={"not_diff": 0.5}))
    function = finding.fix.removeprefix("For example, take ").removesuffix(".")
    assert certify(Derivative(function, credit={"not_diff": 0.5})) == []


def test_a_better_point_is_suggested_and_is_better() -> None:
    claimed = {"not_diff": 0.5, "pow_nocoef": 0.25}
    (finding,) = certify(Derivative("x**2", at=1, credit=claimed))
    assert "not_diff" in finding.message
    assert "pow_nocoef" in finding.message
    place = float(finding.fix.removeprefix("For example, ask at x = ").removesuffix("."))
    # x**2 and x stay apart at every other point
    assert certify(Derivative("x**2", at=place, credit=claimed)) == []


def test_a_question_without_a_formula_has_nothing_to_certify() -> None:
    assert certify(object(), claimed=["neg"]) == []


def test_a_hint_that_shows_the_answer_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from autograder.mistakes import certifying as room

    monkeypatch.setattr(room, "hint", lambda ids, level: "Try 2*x first.")
    found = certify(Derivative("x**2 + sin(x)", wrt="x"))
    assert {finding.code for finding in found} == {"M05"}
    assert leaks("Try 2*x first.", Derivative("x**2 + sin(x)").reference.exprs)
