"""What ``autograder show`` and ``explain`` print of one submission, line by line."""

import io

import msgspec
import pytest
from rich.console import Console

from autograder.model import (
    CUT_OFF,
    Adjustment,
    CaseResult,
    CellError,
    Certainty,
    Check,
    Compared,
    Idea,
    Outcome,
    QuestionResult,
    Raised,
    Reason,
    Run,
    Student,
    SubmissionResult,
    Trust,
    Verdict,
)
from autograder.report.terminal import class_table, explanation, student_view
from tests.report.report_samples import result, run


def printed(what: object) -> str:
    file = io.StringIO()
    Console(file=file, width=200).print(what)
    return file.getvalue()


@pytest.fixture
def sample() -> Run:
    return run()


def case(passed: bool | None, message: str) -> CaseResult:
    return CaseResult(name="plain", hidden=False, passed=passed, score=0.0, possible=1.0, message=message)


def with_cases(result: SubmissionResult, *cases: CaseResult) -> SubmissionResult:
    question = QuestionResult(name="q9", score=None, possible=2.0, cases=cases, reason="only-inside")
    return msgspec.structs.replace(result, questions=(question,))


@pytest.mark.parametrize(("passed", "told"), [(True, False), (False, True), (None, True)])
def test_a_plain_case_shows_its_message_unless_it_passed(sample: Run, passed: bool | None, told: bool) -> None:
    text = printed(student_view(sample, with_cases(sample.results[0], case(passed, "f(2) is not four"))))
    assert ("f(2) is not four" in text) is told


def test_a_case_of_our_own_shows_its_answer_and_no_message_beside(sample: Run) -> None:
    text = printed(student_view(sample, sample.results[1]))
    assert "answer: 3*x**2\n" in text
    assert "HIDDEN-MESSAGE" not in text


def test_a_text_has_the_authors_key_ideas_beside_it(sample: Run) -> None:
    verdict = Verdict(outcome=Outcome.UNDECIDED, reason=Reason.BY_HAND)
    ideas = (Idea(text="names the rule", points=2.0), Idea(text="an example"))
    check = Check(kind="Text", prompt="why: a text", answer="because", answer_kind="text", verdict=verdict, ideas=ideas)
    result = with_cases(sample.results[0], msgspec.structs.replace(case(None, ""), checks=(check,)))
    assert "key idea: names the rule (2)\n    key idea: an example\n" in printed(student_view(sample, result))
    assert "names the rule (2); an example" in printed(explanation(sample, result, "q9"))


def test_cells_are_counted_from_one(sample: Run) -> None:
    error = CellError(cell=3, raised=Raised(type="NameError", message="x"))
    text = printed(student_view(sample, msgspec.structs.replace(sample.results[0], cell_errors=(error,))))
    assert "cell 4: NameError: x" in text


def test_a_cell_that_was_cut_off_is_told_before_what_follows_from_it(sample: Run) -> None:
    raised = Raised(type="TimeoutError", message=f"{CUT_OFF}5 s", line=1, source="while True:")
    errors = (CellError(cell=2, raised=Raised(type="NameError", message="x")), CellError(cell=3, raised=raised))
    result = with_cases(sample.results[0], case(False, "no d"))
    lines = printed(student_view(sample, msgspec.structs.replace(result, cell_errors=errors))).splitlines()
    told = [line.strip() for line in lines if line.startswith(("cell", "    no d"))]
    assert told == ["cell 4 was cut off after 5 s, in its line 1: while True:", "no d", "cell 3: NameError: x"]


def test_an_open_question_says_why_it_is_open_and_one_that_was_not_asked_says_so(sample: Run) -> None:
    opened = with_cases(sample.results[0], case(None, "look"))
    assert "– / 2 (only-inside)" in printed(explanation(sample, opened, "q9"))
    decided = printed(explanation(sample, sample.results[0], "q1"))
    assert "4 / 4\n" in decided
    assert "(" not in decided.splitlines()[1]
    assert "not asked: timeout: stopped in cell 5" in printed(explanation(sample, sample.results[4], "q3"))


FULL = Verdict(
    outcome=Outcome.INCORRECT,
    reason=Reason.DIFFERENT,
    certainty=Certainty.PROVED,
    witness={"x": 1.0, "y": -2.5},
    actual="6",
    desired="8",
    error=1234.5678,
    points_used=3,
    points_tried=7,
    mistakes=("chain_drop", "trig_sign"),
    generated="3*x",
    credit=0.25,
    details={"zeta": "last", "alpha": "first", "name": "p", "sentence": "SENTENCE", "what": "WHAT"},
)
BARE = Verdict(outcome=Outcome.CORRECT, reason=Reason.EQUAL)


def asked(verdict: Verdict, answer: str = "") -> CaseResult:
    one = Check(
        kind="Derivative", prompt="the derivative of x", answer=answer, answer_kind="expression", verdict=verdict
    )
    return CaseResult(name="c1", hidden=True, passed=False, score=0.5, possible=2.0, message="m", checks=(one,))


def facts_of(sample: Run, verdict: Verdict, answer: str = "") -> list[tuple[str, ...]]:
    """Label and text of each line of the table that explains a check."""
    lines = printed(explanation(sample, with_cases(sample.results[0], asked(verdict, answer)), "q9")).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("asked "))
    return [tuple(part for part in line.rstrip().split("  ") if part) for line in lines[start:] if line.strip()]


def test_everything_that_a_verdict_carries_is_told_in_the_order_in_which_one_asks(sample: Run) -> None:
    told = [(label, text.strip()) for label, text, *_ in (line for line in facts_of(sample, FULL) if len(line) > 1)]
    assert told[:-1] == [
        ("asked", "the derivative of x"),
        ("answered", "nothing"),
        ("outcome", "INCORRECT (proved)"),
        ("reason", "different"),
        ("differs at", "x = 1.0, y = -2.5"),
        ("answer there", "6"),
        ("reference", "8"),
        ("error", "1.23e+03 times the tolerance"),
        ("points", "3 used of 7 tried"),
        ("mistake", "chain_drop or trig_sign, which gives 3*x"),
        ("credit", "25% of the points"),
        ("alpha", "first"),
        ("zeta", "last"),
    ]
    assert told[-1][0] == "student reads"


def test_what_a_verdict_does_not_carry_is_not_told(sample: Run) -> None:
    assert [line[0] for line in facts_of(sample, BARE, "1")] == ["asked", "answered", "outcome", "reason"]
    assert ("answered", "1") in [tuple(part.strip() for part in line) for line in facts_of(sample, BARE, "1")]
    one_sided = msgspec.structs.replace(BARE, desired="8", mistakes=("chain_drop",))
    told = {line[0]: line[1].strip() for line in facts_of(sample, one_sided, "1")}
    assert (told["answer there"], told["reference"], told["mistake"]) == ("None", "8", "chain_drop")


def test_a_question_says_whose_word_it_rests_on_and_what_changed_it(sample: Run) -> None:
    case_ = msgspec.structs.replace(asked(FULL), hidden=False)
    resting = with_cases(sample.results[0], case_)
    question = msgspec.structs.replace(resting.questions[0], score=0.5, reason=None, trust=Trust.STUDENT)
    changes = (
        Adjustment(kind="late", why="1 day", before=1.0, after=0.5),
        Adjustment(kind="override", why="read", before=1.0, after=0.5, question="q9", who="Tia"),
        Adjustment(kind="override", why="another", before=1.0, after=0.5, question="q2", who="Tia"),
    )
    result = msgspec.structs.replace(resting, questions=(question,), adjustments=changes)
    lines = [line.rstrip() for line in printed(explanation(sample, result, "q9")).splitlines()]
    assert lines[:7] == [
        "hw01 q9: Ann Smith",
        "0.5 / 2",
        "points of this question rest on what the student's own process says (trust: student)",
        "late by the policy: 1 day",
        "override by Tia: read",
        "",
        "c1: not passed, 0.5 / 2",
    ]
    assert "rest on" not in printed(explanation(sample, resting, "q9"))


@pytest.mark.parametrize(
    ("raised", "message", "said"),
    [
        (None, "", "a plain Otter test: no more is known"),
        (None, "look again", "look again"),
        (Raised(type="NameError", message="x"), "look again", "NameError: x"),
    ],
)
def test_a_case_without_checks_and_witnesses_says_what_is_known(
    sample: Run, raised: Raised | None, message: str, said: str
) -> None:
    plain = msgspec.structs.replace(case(False, message), raised=raised)
    assert printed(explanation(sample, with_cases(sample.results[0], plain), "q9")).splitlines()[-1].rstrip() == said


def test_one_submission_has_its_final_score_its_message_and_every_change(sample: Run) -> None:
    changes = (Adjustment(kind="late", why="1 day", before=1.0, after=0.5),)
    cases = (asked(msgspec.structs.replace(FULL, generated=None)), case(True, "fine"), asked(BARE, "6*x"))
    result = msgspec.structs.replace(
        with_cases(sample.results[0], *cases), adjustments=changes, final=3.0, final_possible=24.0, message="two\nlines"
    )
    lines = [line.rstrip() for line in printed(student_view(sample, result)).splitlines()]
    assert lines == [
        "hw01: Ann Smith (Ann Smith_hw01.ipynb)",
        "graded: 3 / 24",
        "two",
        "  lines",
        "late: 1 day",
        "",
        "q9  – / 2",
        "  c1 (hidden): not passed",
        "    answer:",
        "    wrong: at x = 1.0, y = -2.5 the answer gives 6, the reference 8; error: SENTENCE"
        " [chain_drop or trig_sign] (credit 0.25)",
        "  plain: passed",
        "  c1 (hidden): not passed",
        "    answer: 6*x",
    ]
    scored = printed(student_view(sample, sample.results[0])).splitlines()
    assert scored[1].rstrip() == "graded: 12 / 12"


def class_lines(width: int, *names: str) -> list[str]:
    marks = ((2.0, 0.0, None), (1.0, 2.0, 2.0))
    results = tuple(result(n, name, own) for n, (name, own) in enumerate(zip(names, marks, strict=True), 1))
    file = io.StringIO()
    table = class_table(msgspec.structs.replace(run(), results=results), width)
    Console(file=file, width=width).print(table)
    return [line.rstrip() for line in file.getvalue().splitlines()]


def test_the_class_has_points_where_they_fit_else_signs_and_ids_where_those_fit() -> None:
    # 4 of names, 4 of ids, 14 of status, 6 of score, 8 between; three questions take 6 each
    assert class_lines(54, "Ann", "Bo") == [
        "hw01",
        "id    name  q1  q2  q3  score  status",
        "0001  Ann    4   0   –      –  undecided",
        "0002  Bo     2   4   4     10  graded",
    ]
    for width in (53, 41):
        assert class_lines(width, "Ann", "Bo")[:5] == [
            "hw01",
            "id    name  by question  score  status",
            "0001  Ann   +-?              –  undecided",
            "0002  Bo    /++             10  graded",
            "",
        ]
    assert class_lines(40, "Ann", "Bo")[1] == "name  by question  score  status"
    legend = " ".join(class_lines(53, "Ann", "Bo")[5:])
    assert legend == "by question (q1, q2, q3): + all points, / some, - none, ? undecided"


def test_a_long_name_or_id_is_cut_and_takes_no_more_room() -> None:
    long = "Wolfeschlegelsteinhausenbergerdorff"
    assert class_lines(74, long, "Bo")[2] == "0001  Wolfeschlegelsteinhause…   4   0   –      –  undecided"
    assert "+-?" in class_lines(73, long, "Bo")[2]


def test_no_row_is_folded_however_many_words_it_has() -> None:
    lines = class_lines(60, "Ann Bea Cem Dan Eve Flo Gus Hal Ida", "Bo")
    assert len(lines) == 7  # title, columns, two rows, a blank and two of the legend
    members = tuple(Student(id=f"{number} {number}", name="N") for number in range(6))
    group = result(1, "", (2.0, 0.0, 2.0))
    group = msgspec.structs.replace(group, submission=msgspec.structs.replace(group.submission, students=members))
    table = printed(class_table(msgspec.structs.replace(run(), results=(group,)), 200))
    assert len(table.splitlines()) == 3
    assert "0 0, 1 1, 2…" in table


def test_every_further_line_of_a_text_stands_under_its_first(sample: Run) -> None:
    row = Compared(point={"x": 1.0}, entry=(), answer=1.0, symbolic=2.0, jax=2.0)
    (check,) = asked(FULL, "first\nsecond").checks
    wrong = msgspec.structs.replace(
        asked(FULL), checks=(msgspec.structs.replace(check, compared=(row, row, row)),), hidden=False
    )
    error = CellError(cell=0, raised=Raised(type="E", message="first\nsecond"))
    result = with_cases(sample.results[0], wrong, case(False, "first\nsecond"))
    lines = printed(student_view(sample, msgspec.structs.replace(result, cell_errors=(error,)))).splitlines()
    told = [line.rstrip() for line in lines if line.rstrip().endswith(("first", "second"))]
    assert told == [
        "    answer: first",
        " " * 12 + "second",
        "    first",
        "      second",
        "cell 1: E: first",
        "      second",
    ]
    table = [line.rstrip() for line in lines if "SymPy" in line or "x = 1 " in line]
    assert table == ["    at         answer      SymPy      JAX"] + 2 * ["    x = 1           1          2        2"]


def test_a_long_line_goes_on_under_its_first_word(sample: Run) -> None:
    result = with_cases(sample.results[0], case(False, "words " * 40 + "\nanswer: 7"))
    file = io.StringIO()
    Console(file=file, width=60).print(student_view(sample, result))
    lines = [line.rstrip() for line in file.getvalue().splitlines()]
    first = next(n for n, line in enumerate(lines) if line.startswith("    words"))
    assert len(lines[first:]) > 3
    assert all(line.startswith("      ") for line in lines[first + 1 :])
    assert lines[-1] == "      answer: 7"
