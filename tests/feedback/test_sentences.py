"""The three voices, in every language that there is."""

import string

import msgspec
import pytest
from babel.messages.pofile import read_po

from autograder import Derivative, feedback
from autograder.feedback import sentences
from autograder.feedback.translations import TEMPLATE, compiled, files, messages, template
from autograder.locale import available, chosen, translate
from autograder.mistakes import MISTAKES
from autograder.model import Outcome, Raised, Reason, Verdict
from autograder.versions import NoStudent

WRONG = Verdict(
    outcome=Outcome.INCORRECT,
    reason=Reason.DIFFERENT,
    witness={"x": 1.5},
    actual="3.25",
    desired="-7.125",
    mistakes=("chain_drop",),
    generated="cos(3*x)",
)
FIELDS = {
    "name": "dfdx",
    "expected": "a formula",
    "got": "a list",
    "error": "a bracket is open",
    "caret": "  ^",
    "line": "3",
    "source": "return np.sin(x)",
    "incident": "a1b2",
}


def verdict(reason: Reason, **details: str) -> Verdict:
    right = reason is Reason.EQUAL
    return Verdict(outcome=Outcome.CORRECT if right else Outcome.INVALID, reason=reason, details=details)


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("language", available())
def test_every_reason_has_its_sentences(reason: Reason, language: str) -> None:
    bare = feedback.student(verdict(reason), language=language)
    full = feedback.student(verdict(reason, **FIELDS), language=language)
    for text in (bare, full):
        assert text
        assert "{" not in text
        assert "Traceback" not in text
        assert "Error" not in text
    assert feedback.ta(verdict(reason, **FIELDS))
    assert feedback.author(verdict(reason), file="hw01.ipynb", question="q2").startswith("hw01.ipynb: q2: ")


def test_a_student_reads_a_hint_and_no_value() -> None:
    for level in (1, 2):
        for language in available():
            text = feedback.student(WRONG, level=level, language=language)
            assert not set(string.digits) & set(text)
            assert "cos" not in text
            assert "chain_drop" not in text
            assert len(text.splitlines()) == 2
    assert MISTAKES["chain_drop"].question in feedback.student(WRONG, language="en")
    assert MISTAKES["chain_drop"].attempt in feedback.student(WRONG, level=2, language="en")


def test_a_ta_reads_everything() -> None:
    assert feedback.ta(WRONG) == (
        "wrong: at x = 1.5 the answer gives 3.25, the reference -7.125 [chain_drop: cos(3*x)]"
    )
    foreseen = {"hint": "Which way does it curve?", "name": "shape"}
    choice = Verdict(
        outcome=Outcome.INCORRECT, reason=Reason.WRONG_CHOICE, actual="A", desired="B", credit=0.5, details=foreseen
    )
    assert feedback.ta(choice) == (
        "wrong choice: the answer gives A, the reference B (foreseen: Which way does it curve?) (credit 0.5)"
    )


def test_a_ta_reads_of_no_values_where_the_answer_raised() -> None:
    raised = verdict(Reason.RAISED, error="division by zero")
    assert (
        feedback.ta(msgspec.structs.replace(raised, witness={"x": 1.5}))
        == "raised: at x = 1.5; error: division by zero"
    )


def test_a_right_answer_has_no_hint() -> None:
    assert feedback.student(Verdict(outcome=Outcome.CORRECT, reason=Reason.EQUAL), language="en") == "Correct."


def test_single_precision_is_mentioned_where_it_mattered() -> None:
    wrong = verdict(Reason.DIFFERENT, dtype="float32")
    near = msgspec.structs.replace(wrong, outcome=Outcome.INCORRECT, error=3.0)
    assert "float32" in feedback.student(near, language="en")
    # (2, 1) for (1, 2) is not wrong for lack of digits, and what has no numbers has no precision
    far = msgspec.structs.replace(near, error=8000.0)
    assert "float32" not in feedback.student(far, language="en")
    assert "float32" not in feedback.student(verdict(Reason.WRONG_SHAPE, dtype="float32"), language="en")


def test_an_unknown_id_from_another_version_is_passed_over() -> None:
    other = Verdict(outcome=Outcome.INCORRECT, reason=Reason.DIFFERENT, mistakes=("gone",))
    assert "Try:" in feedback.student(other, language="en")


# --- languages ------------------------------------------------------------------------------------------------------


def test_the_language_is_asked_for_or_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "de_AT.UTF-8")
    monkeypatch.delenv("AUTOGRADER_LANGUAGE", raising=False)
    assert chosen() == "de"
    monkeypatch.setenv("AUTOGRADER_LANGUAGE", "en")
    assert chosen() == "en"
    assert chosen("de") == "de"
    assert chosen("tlh") == "en"
    monkeypatch.setenv("AUTOGRADER_LANGUAGE", "")
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert chosen() == "en"


def test_german_is_there() -> None:
    assert feedback.student(Verdict(outcome=Outcome.CORRECT, reason=Reason.EQUAL), language="de") == "Richtig."
    assert "eine Zahl" in feedback.student(verdict(Reason.WRONG_TYPE, expected="a number", got="text"), language="de")


@pytest.mark.parametrize("path", files(), ids=lambda path: path.parent.parent.name)
def test_a_translation_is_complete_and_keeps_the_fields(path) -> None:
    with path.open("rb") as file:
        catalog = read_po(file)
    for message in messages():
        key = message[0] if isinstance(message, tuple) else message
        entry = catalog.get(key)
        assert entry is not None, f"run python -m autograder.feedback.translations: {key!r} is missing"
        said = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        assert all(said), f"{path.name}: {key!r} has no translation"
        assert not entry.fuzzy
        assert all(_fields(text) <= _fields(" ".join(_both(message))) for text in said), key


def _both(message: str | tuple[str, str]) -> tuple[str, ...]:
    return message if isinstance(message, tuple) else (message,)


def _fields(text: str) -> set[str]:
    if "%(" in text:
        return set()
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("path", files(), ids=lambda path: path.parent.parent.name)
def test_the_compiled_file_is_current(path) -> None:
    assert path.with_suffix(".mo").read_bytes() == compiled(path.read_bytes())


def test_the_template_is_current() -> None:
    assert TEMPLATE.read_bytes() == template()


def test_a_missing_translation_reads_in_english() -> None:
    assert translate("A sentence that nobody has translated.", "de") == "A sentence that nobody has translated."
    assert translate("", "de") == ""


# --- attempts -------------------------------------------------------------------------------------------------------


def test_the_second_wrong_attempt_gets_the_second_hint() -> None:
    attempts = feedback.Attempts()
    right = Verdict(outcome=Outcome.CORRECT, reason=Reason.EQUAL)
    assert [attempts.level("q1", WRONG), attempts.level("q1", WRONG), attempts.level("q1", WRONG)] == [1, 2, 2]
    assert attempts.level("q2", WRONG) == 1
    attempts.level("q1", right)
    assert attempts.level("q1", WRONG) == 1
    attempts.clear()
    assert attempts.level("q2", WRONG) == 1


def test_a_missing_answer_is_no_attempt() -> None:
    attempts = feedback.Attempts()
    attempts.level("q1", verdict(Reason.MISSING))
    assert attempts.level("q1", WRONG) == 1


def test_attempts_are_bounded() -> None:
    attempts = feedback.Attempts(limit=2)
    for question in ("q1", "q2", "q3"):
        attempts.level(question, WRONG)
    assert [attempts.level("q1", WRONG), attempts.level("q3", WRONG)] == [1, 2]


def test_a_question_s_check_counts_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRADER_LANGUAGE", "en")
    question = Derivative("x**2*sin(x) + 17", wrt="x")
    said = []
    for _ in range(2):
        with pytest.raises(AssertionError) as failed:
            question.check("2*x*cos(x)")
        said.append(str(failed.value))
    assert MISTAKES["prod_fpgp"].question in said[0]
    assert MISTAKES["prod_fpgp"].attempt in said[1]


def test_every_sentence_that_stands_alone_is_listed_for_translators() -> None:
    single = {value for key, value in vars(sentences).items() if key.isupper() and isinstance(value, str)}
    assert single <= set(map(str, messages()))


def test_a_page_of_graded_work_says_nothing_about_yet():
    for language, begins in (("en", "Not right: "), ("de", "Nicht richtig: ")):
        said = feedback.student(WRONG, language=language, graded=True)
        assert said.startswith(begins)
        assert said.split("\n")[1:] == feedback.student(WRONG, language=language).split("\n")[1:]


def test_a_notebook_without_an_id_is_told_what_to_do_and_not_the_name_of_an_exception():
    said = feedback.error_text(Raised(type=NoStudent.__name__, message="STUDENT is empty."), "en")
    assert said.startswith("The notebook does not say whose it is")
    assert NoStudent.__name__ not in said
