"""What stands on each page where: the parts of the class's page, of a student's and of the course's, as text."""

import html
import re

import msgspec
import pytest

from autograder.model import (
    Adjustment,
    CaseResult,
    Check,
    Compared,
    Outcome,
    QuestionResult,
    Reason,
    Record,
    Run,
    Student,
    SubmissionResult,
    Trust,
    Verdict,
)
from autograder.report.pages import html as pages
from autograder.report.pages.html import Item, QuestionView, class_page, course_page, score_text, student_page
from autograder.report.statistics import Similar
from tests.report.report_samples import CURVE, RIGHT, WRONG, check, result, run


def read(page: str, begin: str, end: str) -> str:
    """The text between two pieces of a page's HTML, blanks put together."""
    part = page[page.index(begin) :]
    part = part[: part.index(end)]
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", part)).split())


def cells(page: str, begin: str) -> list[list[str]]:
    """Rows of the table after a piece of HTML, the head's first."""
    part = page[page.index(begin) :]
    part = part[: part.index("</table>")]
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in part.split("<tr>")[1:]]
    return [[" ".join(html.unescape(re.sub("<[^>]*>", "", cell)).split()) for cell in row] for row in rows]


def of(*works: SubmissionResult, **fields: object) -> Run:
    return msgspec.structs.replace(run(), results=works, refused=(), missing=(), warnings=(), **fields)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0.0, "0"),
        (-0.001, "0"),
        (1.005, "1"),
        (1.006, "1.01"),
        (1.5, "1.5"),
        (2 / 3, "0.67"),
        (100, "100"),
    ],
)
def test_a_person_reads_two_decimals(value: float | None, text: str) -> None:
    assert score_text(value) == text


def test_the_numbers_on_top_of_the_class() -> None:
    facts = read(class_page(run()), '<ul class="facts">', "</ul>")
    assert facts == (
        "4 graded 1 need review 2 could not be graded 1 without a submission 7.8 / 12 mean 7.6 median 6.4 – 9 quartiles"
        " 3.29 standard deviation"
    )
    assert read(class_page(of()), '<ul class="facts">', "</ul>") == (
        "0 graded 0 need review 0 could not be graded 0 without a submission"
    )


def test_every_column_of_the_questions() -> None:
    works = [result(n, f"S{n}", marks) for n, marks in enumerate(((2.0, 0.0), (2.0, 2.0), (None, 1.0)), 1)]
    page = class_page(of(*works, questions={"q1": 4.0, "q2": 4.0}, prompts={"q2": "# Question 2: $x^2$ (4 points)"}))
    assert cells(page, 'aria-label="Questions"') == [
        [
            "Question",
            "Possible",
            "Mean share",
            "Discrimination",
            "Full marks",
            "No points",
            "Undecided",
            "Most frequent mistake",
        ],
        ["q1", "4", "100 %", "–", "2", "0", "1", ""],
        ["q2 x2", "4", "50 %", "–", "1", "1", "0", "inner derivative left out chain_drop (1)"],
    ]
    nobody = class_page(of(questions={"q1": 4.0}))
    assert cells(nobody, 'aria-label="Questions"')[1] == ["q1", "4", "–", "–", "0", "0", "0", ""]


def test_the_histogram_has_ten_bars_that_say_where_they_begin() -> None:
    page = class_page(of(*(result(n, f"S{n}", (2.0, 2.0, mark)) for n, mark in enumerate((2.0, 0.0, 0.0)))))
    figure = page[page.index('id="distribution"') : page.index('id="questions"')]
    texts = re.findall(r"<text [^>]*>([^<]*)</text>", figure)
    assert texts == ["0", "10", "20", "30", "40", "50", "2", "60", "70", "80", "1", "90"]
    assert figure.count('class="bar"') == 10
    assert figure.count("Submissions by share of the points: 60–70 %: 2, 90–100 %: 1") == 2  # and for who cannot see it


@pytest.mark.parametrize(("students", "said"), [(1, "(1 student)"), (2, "(2 students)")])
def test_what_comes_back_is_counted_in_people(students: int, said: str) -> None:
    works = [result(n, f"S{n}", (0.0,)) for n in range(students)]
    page = course_page([of(*works), of(*works)])
    assert said in read(page, "Made by the same student", "</ul>")


def test_a_course_has_a_row_a_person_and_a_column_an_assignment() -> None:
    works = [result(1, "Ann", (2.0, 0.0)), result(2, "Bo", (None, 2.0))]
    first, second = of(*works), msgspec.structs.replace(of(works[0]), facts=run("hw02").facts)
    assert cells(course_page([first, second]), 'id="students"') == [
        ["Name", "Id", "hw01", "hw02", "Share of graded work", "Mistakes that persist"],
        ["Ann", "0001", "4", "4", "33 %", "inner derivative left out chain_drop (hw01 q2, hw02 q2)"],
        ["Bo", "0002", "–", "–", "–", ""],
    ]
    page = course_page([first, second], homes=["a", "b"])
    ann, bo = page[page.index("<bdi>Ann") : page.index("<bdi>Bo")], page[page.index("<bdi>Bo") :]
    assert re.findall('href="([^"]*)"', ann) == ["a/feedback/0001.html", "b/feedback/0001.html"]
    assert re.findall('href="([^"]*)"', bo[: bo.index("</tr>")]) == ["a/feedback/0002.html"]
    assert re.findall('data-sort="([^"]*)"', bo[: bo.index("</tr>")]) == ["-1", "-1"]
    assert re.findall('data-sort="([^"]*)"', ann) == ["4.0", "4.0"]
    assert 'lang="de"' in course_page([first], language="de")


CHANGES = (
    Adjustment(kind="late", why="1 day late", before=8.0, after=7.2),
    Adjustment(kind="scaling", why="out of 10", before=7.2, after=6.0),
    Adjustment(kind="rounding", why="rounded up", before=6.0, after=6.0),
    Adjustment(kind="override", why="read by hand", before=None, after=5.0, question="q1", who="Tia"),
    Adjustment(kind="excused", why="ill", before=1.0, after=None),
    Adjustment(kind="override", why="", before=1.0, after=2.0),
)


def test_the_class_reads_what_changed_one_score_and_the_student_every_change() -> None:
    one = result(1, "Ann", (2.0, 2.0, 2.0), adjustments=CHANGES, final=5.0)
    (_, row) = cells(class_page(of(one)), 'id="students"')
    assert row[-1] == "1 day late; read by hand; ill"
    assert read(student_page(run(), one), "<h2>What was changed</h2>", "</ul>") == (
        "What was changed 1 day late (8 → 7.2) out of 10 (7.2 → 6) rounded up (6 → 6) q1: read by hand (5) ill (1 → 2)"
    )
    assert "What was changed" not in student_page(run(), result(1, "Ann", (2.0,)))
    everybody = result(1, "Ann", (2.0,), adjustments=CHANGES[1:3], final=5.0)
    assert "What was changed" not in class_page(of(everybody))


def questions_of(page: str) -> list[str]:
    return [read(part, "<h3>", "</section>") for part in page.split('<section class="question"')[1:]]


def asked(*cases: CaseResult, score: float | None = 0.0) -> SubmissionResult:
    question = QuestionResult(name="q1", score=score, possible=4.0, cases=cases)
    return msgspec.structs.replace(result(1, "Ann", ()), questions=(question,), code=("area = 3",))


def case(verdict: Verdict, answer: str, *, hidden: bool = False, passed: bool | None = False, **more: object):
    checked = msgspec.structs.replace(check(verdict, answer), **more)
    return CaseResult(name="c", hidden=hidden, passed=passed, score=0.0, possible=2.0, message="", checks=(checked,))


RECORDED = Verdict(outcome=Outcome.CORRECT, reason=Reason.RECORDED)


def test_cases_are_counted_and_say_where_they_run() -> None:
    page = student_page(run(), asked(case(RIGHT, "a", passed=True), case(WRONG, "area", hidden=True)))
    titles = re.findall(r"<h3>(.*?)</h3>", page, re.S)
    assert [" ".join(re.sub("<[^>]*>", "", title).split()) for title in titles] == [
        "1. check in the notebook right",
        "2. check at grading not right",
    ]


@pytest.mark.parametrize(
    ("cases", "word"),
    [
        ((case(RECORDED, "a", passed=True),), "recorded"),
        ((case(RIGHT, "a", passed=True),), "right"),
        ((case(RIGHT, "a", passed=None),), "a person will look"),
        ((CaseResult(name="c", hidden=False, passed=True, score=0, possible=1, message=""),), "right"),
    ],
)
def test_a_case_whose_form_alone_was_checked_is_not_called_right(cases: tuple[CaseResult, ...], word: str) -> None:
    title = re.search(r"<h3>(.*?)</h3>", student_page(run(), asked(*cases)), re.S)
    assert title is not None
    assert " ".join(re.sub("<[^>]*>", "", title[1]).split()) == f"1. check in the notebook {word}"


def test_of_a_case_the_first_wrong_answer_is_shown_else_the_first() -> None:
    both = msgspec.structs.replace(case(RIGHT, "good"), checks=(check(RIGHT, "good"), check(WRONG, "bad")))
    page = student_page(run(), asked(both))
    assert ('<span class="n">bad</span>' in page, '<span class="n">good</span>' in page) == (True, False)
    right = msgspec.structs.replace(both, passed=True, checks=(check(RIGHT, "one"), check(RIGHT, "two")))
    page = student_page(run(), asked(right))
    assert ('<span class="n">one</span>' in page, '<span class="n">two</span>' in page) == (True, False)


def test_both_levels_of_a_hint_are_read_once() -> None:
    page = student_page(run(), asked(case(WRONG, "3*x"), case(WRONG, "4*x")))
    hints = [html.unescape(hint) for hint in re.findall(r'<p class="hint">(.*?)</p>', page, re.S)]
    feedback = pages._feedback()
    expected = [
        line
        for level in (1, 2)
        for line in feedback.student(WRONG, level=level, language="en", hidden=False, graded=True).split("\n")
    ]
    assert hints == list(dict.fromkeys(expected))
    assert len(hints) >= 2


@pytest.mark.parametrize(
    ("answer", "shown"),
    [("area", True), ("rea", False), ("are", False), ("3", True), ("= 3", True), ("area2", False), ("", False)],
)
def test_a_hidden_check_shows_what_stands_in_the_code_as_a_word(answer: str, shown: bool) -> None:
    page = student_page(run(), asked(case(RIGHT, "first", passed=True), case(WRONG, answer, hidden=True)))
    second = page[page.index("2. check at grading") :]
    assert ("<pre><code>" in second) is shown


@pytest.mark.parametrize(("hidden", "drawn"), [(False, True), (True, False)])
def test_a_picture_is_of_a_public_check(hidden: bool, drawn: bool) -> None:
    assert ("<polyline" in student_page(run(), asked(case(WRONG, "area", hidden=hidden)))) is drawn
    assert "<polyline" not in student_page(run(), asked(case(WRONG, "area", hidden=hidden, points=())))
    assert len(CURVE) > 3


@pytest.mark.parametrize(
    ("kind", "figures", "said"),
    [
        ("figure", {}, ["Your figure is not shown here"]),
        ("figure", {"q1": ["data:a", "data:b"]}, ["Your figure, as", "Your figure, as"]),
        ("expression", {}, []),
    ],
)
def test_a_figure_that_is_not_there_is_said_to_be_missing(kind: str, figures: dict, said: list[str]) -> None:
    page = student_page(run(), asked(case(RIGHT, "1 line; labels: none", answer_kind=kind)), figures=figures)
    assert re.findall(r"Your figure is not shown here|Your figure, as(?= your notebook saved it.<)", page) == said


def test_of_several_undecided_things_the_names_of_people_are_cut_after_ten() -> None:
    verdict = Verdict(outcome=Outcome.INCORRECT, reason=Reason.DIFFERENT, details={"numbers_of": "2"})
    wrong = msgspec.structs.replace(asked(case(verdict, "7*x")), numbers_of={"a": 0})
    for others, more in ((10, False), (11, True)):
        having = [result(n, f"S{n}", (2.0,), numbers_of={f"s{n}": 1}) for n in range(2, 2 + others)]
        (_, row) = cells(class_page(of(wrong, *having)), 'aria-labelledby="right-for-others"')
        assert row[:4] == ["Ann", "q1", "7*x", "2"]
        assert (row[4].count("S"), row[4].endswith(" …")) == (10, more)


def test_points_that_rest_on_the_students_word_are_counted_below_the_questions() -> None:
    one = asked(case(RIGHT, "a"))
    question = msgspec.structs.replace(one.questions[0], trust=Trust.STUDENT)
    resting = msgspec.structs.replace(one, questions=(question,))
    page = class_page(of(resting))
    assert read(page, "Points that rest", "</p>").endswith("(trust: student): q1 (1 notebook)")
    assert "q1 (2 notebooks)" in class_page(of(resting, resting))


def test_a_pair_is_shown_side_by_side_with_links_to_both() -> None:
    works = [result(1, "Ann", (2.0,)), result(2, "Bo", (2.0,))]
    pair = Similar(
        left="0001",
        right="0002",
        shared=12,
        share=0.5,
        surprise=7.6,
        left_lines=("a = 1",),
        right_lines=("b = 1", "c = 2"),
        right_foreign=("11", "31"),
    )
    page = class_page(of(*works), similar=[pair])
    assert read(page, "<details>", "</summary>") == "Ann – Bo : 1 line, 8 bits"
    assert "Bo has numbers of Ann’s version that their own version does not have: 11, 31" in html.unescape(page)
    assert "Ann has numbers of" not in html.unescape(page)
    assert "Similar submissions (1)" in html.unescape(page)
    two = msgspec.structs.replace(pair, left_lines=("a = 1", "d = 2"), surprise=7.4)
    assert read(class_page(of(*works), similar=[two]), "<details>", "</summary>") == "Ann – Bo : 2 lines, 7 bits"
    one = msgspec.structs.replace(pair, surprise=1.2)
    assert read(class_page(of(*works), similar=[one]), "<details>", "</summary>") == "Ann – Bo : 1 line, 1 bit"


def test_what_stands_in_a_table_and_on_a_page_is_filled_by_names() -> None:
    for record in (Item, QuestionView):
        assert issubclass(record, Record)
        assert record.__match_args__ == ()


def test_people_on_no_list_and_warnings_are_known_before_an_import() -> None:
    sample = msgspec.structs.replace(of(), unknown=(Student(id="7"), Student(id="8", name="Di")), warnings=("<w>",))
    page = class_page(sample)
    assert "To know before you import (3)" in read(page, "<nav", "</nav>")
    assert read(page, 'id="notes">', "</ul>").endswith("in no LMS file: Di <w>")
    assert 'id="notes"' not in class_page(of())


def test_a_row_beside_both_references_has_its_answer_its_value_and_who() -> None:
    row = Compared(point={"x": 2.0}, entry=(), answer=7.0, symbolic=8.0, jax=8.5)
    one = asked(case(WRONG, "7*x", compared=(row,)))
    assert cells(class_page(of(one)), 'aria-labelledby="beside"') == [
        ["Question", "Answer", "Students", "At", "Answer there", "SymPy", "JAX"],
        ["q1", "7*x · Ann", "1", "x = 2", "7", "8", "8.5"],
    ]


def test_a_check_kept_for_a_page_is_the_one_that_is_shown_there() -> None:
    kept = Check(kind="Derivative", prompt="p", answer="a", answer_kind="text", verdict=RIGHT)
    page = student_page(run(), asked(msgspec.structs.replace(case(RIGHT, "a"), checks=(kept,))))
    assert '<div class="answer">a</div>' in page
    latex = msgspec.structs.replace(kept, answer_latex="x^2")
    assert "<msup>" in student_page(run(), asked(msgspec.structs.replace(case(RIGHT, "a"), checks=(latex,))))
    nothing = msgspec.structs.replace(kept, answer="")
    page = student_page(run(), asked(msgspec.structs.replace(case(RIGHT, "a"), checks=(nothing,))))
    assert "No answer was found." in page
