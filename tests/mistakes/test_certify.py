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
        (Derivative("x**2", at=1, credit={"not_diff": 0.5, "pow_nocoef": 0.25}), ["M04", "M06"]),
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
    finding = certify(Derivative("x**2", at=1, credit=claimed))[0]
    assert finding.code == "M04"
    assert "not_diff" in finding.message
    assert "pow_nocoef" in finding.message
    place = float(finding.fix.removeprefix("For example, ask at x = ").removesuffix("."))
    # x**2 and x stay apart at every other point
    assert [found.code for found in certify(Derivative("x**2", at=place, credit=claimed)) if found.code == "M04"] == []


def test_a_question_without_a_formula_has_nothing_to_certify() -> None:
    assert certify(object(), claimed=["neg"]) == []


def test_a_hint_that_shows_the_answer_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from autograder.mistakes import certifying as room

    monkeypatch.setattr(room, "hint", lambda ids, level: "Try 2*x first.")
    found = certify(Derivative("x**2 + sin(x)", wrt="x"))
    assert {finding.code for finding in found} == {"M05"}
    assert leaks("Try 2*x first.", Derivative("x**2 + sin(x)").reference.exprs)


@pytest.mark.parametrize(
    ("question", "lucky"),
    [
        (Gradient("x*y**2 + sin(x)", wrt=("x", "y"), at=(2, 1)), "pow_nolower"),
        (Derivative("x**4", at=1), "pow_up"),
        (Derivative("exp(3*x)*x", at=0), ""),
        (Derivative("x**3 + x", at=5), ""),
        (Derivative("7*x - 2", at=1), ""),
        (Gradient("x*y**2 + sin(x)", wrt=("x", "y")), ""),
    ],
)
def test_a_point_at_which_a_mistake_is_right_is_advised_against_with_a_better_one(question, lucky):
    found = [finding for finding in certify(question) if finding.code == "M06"]
    if not lucky:
        assert [finding.message for finding in found if "pow_" in finding.message] == []
        return
    assert lucky in found[0].message
    at = tuple(float(part.partition("=")[2]) for part in found[0].fix.removesuffix(".").split("at ")[1].split(", "))
    better = type(question)(question.function.form, wrt=question.wrt, at=at)
    assert [finding for finding in certify(better) if finding.code == "M06"] == []


def test_a_better_point_lies_in_the_domain():
    (found,) = [f for f in certify(Derivative("x**4", at=1, domain={"x": (0, 2.2)})) if f.code == "M06"]
    assert float(found.fix.removesuffix(".").rpartition("= ")[2]) < 2.2
