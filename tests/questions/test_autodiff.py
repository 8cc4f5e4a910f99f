"""Classes that differentiate: hand-written ones, right and wrong, what is missing, and the programs themselves."""

from typing import Any

import numpy as np
import pytest

from autograder import Autodiff, feedback
from autograder.errors import AuthorError
from autograder.mistakes import MISTAKES
from autograder.model import Outcome, Reason
from autograder.questions import recording
from autograder.questions.autodiff.programs import expected
from autograder.questions.autodiff.slips import SLIPS, Slip, walked
from tests.questions.autodiff_answers import ADDS, DUAL, DUAL_SMALL, MICROGRAD, RIGHT, SAME, SMALL, Dual, Micrograd, exp
from tests.questions.autodiff_slips import WRONG

ALL = (MICROGRAD, SMALL, ADDS, SAME, DUAL, DUAL_SMALL)


@pytest.mark.parametrize(("question", "answer"), RIGHT)
def test_right_classes_are_taken_and_nothing_is_diagnosed(question: Autodiff, answer: Any) -> None:
    verdict = question.judge(answer)
    assert (verdict.outcome, verdict.mistakes) == (Outcome.CORRECT, ()), verdict


@pytest.mark.parametrize(("question", "answer", "mistake"), WRONG)
def test_wrong_classes_are_refused_and_the_mistake_is_named(question: Autodiff, answer: Any, mistake: str) -> None:
    verdict = question.judge(answer)
    assert verdict.outcome in (Outcome.INCORRECT, Outcome.INVALID)
    assert verdict.mistakes == ((mistake,) if mistake else ())


@pytest.mark.parametrize("question", ALL)
def test_both_references_agree_and_the_walk_without_a_slip_is_right(question: Autodiff) -> None:
    question.certify()
    for trial in question.trials:
        for style in ("reverse", "forward"):
            np.testing.assert_allclose(walked(trial, style, Slip()), expected(trial), rtol=1e-12)


def test_every_slip_shows_in_some_program_and_is_in_the_catalogue() -> None:
    both = {"reverse": MICROGRAD, "forward": DUAL}
    for name, slips in SLIPS.items():
        assert name in MISTAKES
        for slip in slips:
            assert any(
                not np.allclose(walked(trial, style, slip), expected(trial), rtol=1e-6)
                for style, question in both.items()
                for trial in question.trials
            ) or set(slip.slopes) & {"sqrt", "sigmoid"}, (name, slip)


MISSING = [
    ({"__radd__": None}, "2 + x", "__radd__"),
    ({"__sub__": None}, "x - y", "__sub__"),
    ({"__rtruediv__": None}, "2/x", "__rtruediv__"),
    ({"__pow__": None}, "x**3", "__pow__"),
    ({"tanh": None}, "tanh(x)", "tanh"),
    ({"backward": None}, "x + y", "backward"),
]


@pytest.mark.parametrize(("without", "tried", "name"), MISSING)
def test_what_is_missing_is_named(without: dict[str, Any], tried: str, name: str) -> None:
    verdict = MICROGRAD.judge(type("Value", (Micrograd,), without))
    assert (verdict.outcome, verdict.reason) == (Outcome.INVALID, Reason.NO_OPERATION)
    assert (verdict.details["tried"], verdict.details["missing"]) == (tried, name)
    said = feedback.student(verdict, language="en")
    assert said.startswith(f"{tried} does not work yet: {name} is not defined.")
    assert tried not in feedback.student(verdict, language="en", hidden=True)


OTHERS = [
    (None, Outcome.INVALID, Reason.MISSING),
    (3.0, Outcome.INVALID, Reason.WRONG_TYPE),
    (Micrograd(2.0), Outcome.INVALID, Reason.WRONG_TYPE),
    ("x", Outcome.INVALID, Reason.WRONG_TYPE),
    (lambda x: x, Outcome.INVALID, Reason.WRONG_TYPE),
    ([exp], Outcome.INVALID, Reason.WRONG_TYPE),
    (int, Outcome.INVALID, Reason.NO_OPERATION),
    (dict, Outcome.INVALID, Reason.RAISED),
]


@pytest.mark.parametrize(("answer", "outcome", "reason"), OTHERS)
def test_anything_else_is_no_class_that_differentiates(answer: Any, outcome: Outcome, reason: Reason) -> None:
    verdict = MICROGRAD.judge(answer)
    assert (verdict.outcome, verdict.reason) == (outcome, reason), verdict


class Stopping(Micrograd):
    def __mul__(self, other: Any) -> Any:
        raise SystemExit("enough")


class Printing(Micrograd):
    def __init__(self, data: Any, children: Any = (), op: str = "") -> None:
        print("made", data)
        super().__init__(data, children, op)


def test_a_class_that_stops_is_told_where(capsys: pytest.CaptureFixture[str]) -> None:
    verdict = MICROGRAD.judge(Stopping)
    assert (verdict.reason, verdict.details["type"], verdict.details["tried"]) == (Reason.RAISED, "SystemExit", "x*y")
    assert "That was in x*y." in feedback.student(verdict, language="en")
    assert MICROGRAD.judge(Printing).outcome is Outcome.CORRECT
    assert capsys.readouterr().out == ""


def test_a_record_says_that_it_was_computed_in_the_students_process() -> None:
    with recording() as checks:
        DUAL.check(Dual)
    assert checks[0].driven
    assert checks[0].answer_kind in ("other", "function")


def test_hints_show_no_number_and_the_sentence_no_right_value() -> None:
    for question, answer, _ in WRONG:
        verdict = question.judge(answer)
        for language in ("en", "de"):
            for level in (1, 2):
                said = feedback.student(verdict, language=language, level=level)
                assert verdict.desired is None or len(verdict.desired) < 3 or verdict.desired not in said
                assert all(part not in said for part in ("cos(x)*", "math.cos(self"))


REFUSED = [
    (("backward",), {}, "reverse"),
    (("reverse", ("%",)), {}, "'%'"),
    (("reverse", ()), {}, "none"),
    (("forward",), {"zero": "zero_grad"}, "forward"),
    (("reverse",), {"repeated": "twice"}, "adds"),
    (("reverse",), {"value": "the data"}, "the data"),
]


@pytest.mark.parametrize(("given", "options", "words"), REFUSED)
def test_an_author_is_told_what_to_write(given: tuple[Any, ...], options: dict[str, Any], words: str) -> None:
    with pytest.raises(AuthorError, match=words):
        Autodiff(*given, **options)
