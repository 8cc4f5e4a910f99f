"""Multiple choice and texts: what is an answer, what is right, and that nothing public knows the key."""

import numpy as np
import pytest
import sympy as sp

from autograder import feedback
from autograder.errors import AuthorError
from autograder.model import Opaque, Outcome, Reason
from autograder.questions import CheckFailed, CheckUndecided, Choice, Text, recording

RIGHT, WRONG, INVALID, OPEN = Outcome.CORRECT, Outcome.INCORRECT, Outcome.INVALID, Outcome.UNDECIDED

FORM = Choice("ABCD", name="shape")
ONE = Choice("ABCD", key="B")
NAMED = Choice({"A": "a peak", "B": "a mountain pass", "C": "a valley"}, key="B")
WORDS = Choice(("minimum", "maximum", "saddle"), key="saddle")
LINES = Choice(range(1, 6), key=4)
STEPS = Choice((2, 3, 5), key=5)
LIES = Choice((True, False), key=False)
MANY = Choice("ABCD", key={"A", "C"}, several=True)
MANY_FORM = Choice("ABCD", several=True)
ESSAY = Text(least=3, most=8, name="why")
READ = Text(least=3, most=8, by_hand=True, name="why")

ROWS = [
    (FORM, "A", RIGHT),
    (FORM, "D", RIGHT),
    (FORM, "E", INVALID),
    (FORM, "AB", INVALID),
    (FORM, ["A", "B"], INVALID),
    (FORM, None, INVALID),
    (FORM, ..., INVALID),
    (FORM, "", INVALID),
    (FORM, " ... ", INVALID),
    (FORM, [], INVALID),
    (FORM, 0, INVALID),
    (FORM, 5, INVALID),
    (FORM, 1.5, INVALID),
    (FORM, print, INVALID),
    (FORM, {"A": True}, INVALID),
    (ONE, "B", RIGHT),
    (ONE, "b", RIGHT),
    (ONE, " (b) ", RIGHT),
    (ONE, "B.", RIGHT),
    (ONE, 2, RIGHT),
    (ONE, np.int64(2), RIGHT),
    (ONE, 2.0, RIGHT),
    (ONE, "2", RIGHT),
    (ONE, sp.Symbol("B"), RIGHT),
    (ONE, sp.Integer(2), RIGHT),
    (ONE, np.str_("B"), RIGHT),
    (ONE, ["B"], RIGHT),
    (ONE, {"B"}, RIGHT),
    (ONE, "A", WRONG),
    (ONE, 1, WRONG),
    (NAMED, "A mountain  pass", RIGHT),
    (NAMED, "B) a mountain pass", RIGHT),
    (NAMED, "B: a peak", INVALID),
    (NAMED, "a peak", WRONG),
    (NAMED, "a lake", INVALID),
    (WORDS, "Saddle", RIGHT),
    (WORDS, 3, RIGHT),
    (WORDS, "c", RIGHT),
    (WORDS, "minimum", WRONG),
    (LINES, 4, RIGHT),
    (LINES, "4", RIGHT),
    (LINES, "line 4", RIGHT),
    (LINES, "Zeile 4", RIGHT),
    (ONE, "Option B", RIGHT),
    (ONE, "answer", INVALID),
    (LINES, 3, WRONG),
    (LINES, 6, INVALID),
    (STEPS, 5, RIGHT),
    (STEPS, 1, INVALID),  # no step is called so, and the first is called 2
    (LIES, False, RIGHT),
    (LIES, np.bool_(False), RIGHT),
    (LIES, "false", RIGHT),
    (LIES, True, WRONG),
    (MANY, {"A", "C"}, RIGHT),
    (MANY, ["c", 1], RIGHT),
    (MANY, "A, C", RIGHT),
    (MANY, "A and C", RIGHT),
    (MANY, "a und c", RIGHT),
    (MANY, "{A; C}", RIGHT),
    (MANY, "CA", RIGHT),
    (MANY, np.array(["A", "C"]), RIGHT),
    (MANY, sp.FiniteSet(*sp.symbols("A C")), RIGHT),
    (MANY, ["A", "A", "C"], RIGHT),
    (MANY, "A", WRONG),
    (MANY, "ABC", WRONG),
    (MANY, "A, E", INVALID),
    (MANY, set(), INVALID),
    (MANY_FORM, "AD", RIGHT),
    (MANY_FORM, "B", RIGHT),
    (ESSAY, "It bends both ways.", RIGHT),
    (ESSAY, "Both ways", INVALID),
    (ESSAY, "It bends up along one axis and down along the other.", INVALID),
    (ESSAY, "  ", INVALID),
    (ESSAY, None, INVALID),
    (ESSAY, 7, INVALID),
    (READ, "It bends both ways.", OPEN),
    (READ, "...", INVALID),
    (READ, "Both ways", INVALID),
]


@pytest.mark.parametrize(
    ("question", "answer", "outcome"), ROWS, ids=[f"{i}-{q.kind}" for i, (q, _, _) in enumerate(ROWS)]
)
def test_claims(question, answer, outcome):
    verdict = question.judge(answer)
    assert verdict.outcome is outcome, verdict


def test_a_form_check_says_recorded_and_never_correct():
    for question, answer in ((FORM, "A"), (ESSAY, "It bends both ways.")):
        verdict = question.judge(answer)
        assert verdict.reason is Reason.RECORDED
        said = feedback.student(verdict, language="en")
        assert "recorded" in said
        assert "orrect" not in said


def test_a_wrong_choice_reads_its_own_hint_and_not_the_key():
    hints = {"A": "Which way does it bend along the second axis?", "C": "Is every direction uphill?"}
    question = Choice("ABC", key="B", hints=hints, name="shape")
    for label in "AC":
        with recording() as checks, pytest.raises(CheckFailed) as caught:
            question.check(label)
        assert str(caught.value).endswith(hints[label])
        (check,) = checks
        assert (check.answer, check.answer_kind) == (label, "choice")
        assert (check.verdict.actual, check.verdict.desired) == (label, "B")
        for text in (str(caught.value), check.prompt.removesuffix("A, B, C"), *check.verdict.details.values()):
            assert "B" not in text
    several = Choice("ABC", key="B", several=True, hints=hints)
    assert feedback.student(several.judge("AC"), language="en").endswith(" ".join(hints.values()))


def test_what_is_no_option_is_read_back():
    assert "“E”" in feedback.student(FORM.judge("E"), language="en")
    assert "shape" in feedback.student(FORM.judge("E"), language="de")
    assert FORM.judge("E" * 1000).details["got"] == f"“{'E' * 60}”"


def test_points_for_a_part():
    assert Choice("ABC", key="B", shares={"A": 0.5}).judge("A").credit == 0.5
    assert Choice("ABC", key="B", shares={"A": 0.5}).judge("C").credit is None
    question = Choice("ABCDE", key="ABC", several=True, shares=True)
    shares = [question.judge(answer).credit for answer in ("A", "AB", "ABD", "D", "ABCDE")]
    assert shares == pytest.approx([1 / 3, 2 / 3, 1 / 3, 0, 1 / 3])


@pytest.mark.parametrize(
    "options",
    [
        {"options": "A"},
        {"options": ["A", "a"]},
        {"options": {"A": "a peak", "B": "A peak"}},
        {"options": ["", "A"]},
        {"options": "ABC", "key": "D"},
        {"options": "ABC", "key": "AB"},
        {"options": "ABC", "key": ["A", "B"]},
        {"options": "ABC", "hints": {"A": "why?"}},
        {"options": "ABC", "shares": True},
        {"options": "ABC", "key": "B", "hints": {"E": "why?"}},
        {"options": "ABC", "key": "B", "shares": {"A": 2}},
        {"options": "ABC", "key": "B", "shares": {"B": 0.5}},
        {"options": "ABC", "key": "B", "shares": True},
    ],
)
def test_an_author_s_slip_is_refused(options):
    with pytest.raises(AuthorError):
        Choice(**options)


def test_a_hint_that_names_a_right_option_is_refused_when_the_assignment_is_built():
    for key, hint in (
        ("B", "Look at B again."),
        ("B", "Is it a valley, perhaps?"),
        ("B", "A VALLEY bends upwards."),
        ("A", "Think of a peak."),
    ):
        question = Choice({"A": "a peak", "B": "a valley", "C": "a pass"}, key=key, hints={"C": hint})
        with pytest.raises(AuthorError, match="names a right option"):
            question.certify()
    Choice("ABC", key="A", hints={"C": "A slope is a number. Is it the same in all directions?"}).certify()
    Choice("ABC", key="B", hints={"C": "Is it better in all directions?"}).certify()
    FORM.certify()


def test_key_ideas_are_for_the_person_who_reads_and_stand_in_no_public_test():
    question = Text(by_hand=True, ideas={"names  the rule": 1, "an example": 0.5}, name="why")
    with recording() as checks, pytest.raises(CheckUndecided) as caught:
        question.check("names the rule")  # no word decides
    assert [(idea.text, idea.points) for idea in checks[0].ideas] == [("names the rule", 1.0), ("an example", 0.5)]
    assert "example" not in f"{caught.value} {checks[0].prompt} {checks[0].verdict.details}"
    for wrong in (
        {"ideas": ["a"]},
        *({"by_hand": True, "ideas": ideas} for ideas in ("ab", [""], [3], {"a": -1}, ["a"] * 2)),
    ):
        with pytest.raises(AuthorError):
            Text(**wrong)


def test_a_text_is_kept_for_the_person_who_reads_it():
    text = "It bends\nboth ways."
    with recording() as checks, pytest.raises(CheckUndecided):
        READ.check(text)
    (check,) = checks
    assert (check.answer, check.answer_kind, check.verdict.reason) == (text, "text", Reason.BY_HAND)
    with pytest.raises(AuthorError):
        Text(least=0)
    with pytest.raises(AuthorError):
        Text(least=5, most=4)


def test_what_could_not_be_copied_is_no_answer():
    for question in (ONE, READ):
        assert question.judge(Opaque("Box", "cannot be copied")).outcome is INVALID
