"""What a TA and a student can read at a glance: a table that fits the terminal, titles, what is wrong first."""

import io

import msgspec
import pytest
from rich.console import Console

from autograder.cli.commands.grade import Estimate
from autograder.model import CaseResult, Status
from autograder.report import terminal
from autograder.report.names import question_title
from autograder.report.pages import class_page, student_page
from autograder.report.pages.typeset import formula
from autograder.report.statistics import assignment
from tests.report.report_samples import RIGHT, WRONG, check, result, run, submission


def printed(width: int, questions: int = 3) -> list[str]:
    sample = run(students=8)
    named = {f"q{number}": 4.0 for number in range(1, questions + 1)}
    marks = (2.0, 0.0, 1.0, None, *(2.0,) * questions)[:questions]
    results = [result(number, "Wolfeschlegelsteinhausenbergerdorff, Hubert Blaine", marks) for number in range(1, 9)]
    sample = msgspec.structs.replace(sample, questions=named, results=tuple(results))
    out = io.StringIO()
    console = Console(file=out, width=width)
    console.print(terminal.class_table(sample, console.width))
    return out.getvalue().splitlines()


@pytest.mark.parametrize(("width", "questions"), [(80, 17), (80, 3), (120, 17), (60, 17)])
def test_the_class_is_a_row_a_student_in_any_terminal(width, questions):
    lines = printed(width, questions)
    rows = [line for line in lines if "Wolfe" in line]
    assert len(rows) == 8
    assert max(map(len, lines)) <= width
    assert all("undecided" in row or questions < 4 or width < 80 for row in rows)
    assert all("–" in row or "4" in row for row in rows)  # the score is there


def test_signs_stand_for_points_where_those_do_not_fit():
    row = next(line for line in printed(80, 17) if "Wolfe" in line)
    assert "+-/?" + "+" * 13 in row


def test_a_file_that_failed_is_not_undecided():
    sample = run()
    numbers = {question.name: question.undecided for question in assignment.of_class(sample).questions}
    # one answer is undecided; the notebook that was stopped waits for other reasons
    assert numbers == {"q1": 1, "q2": 0, "q3": 0}


def test_deviation_and_quartiles_are_those_of_the_scores():
    numbers = assignment.of_class(run(students=30))
    assert numbers.quartiles is not None
    assert numbers.median is not None
    assert numbers.quartiles[0] <= numbers.median <= numbers.quartiles[1]
    assert numbers.deviation == pytest.approx(assignment.stdev(_scores(run(students=30))), abs=0.01)
    assert f"<b>{numbers.deviation:g}</b>standard deviation" in class_page(run(students=30))
    one = msgspec.structs.replace(run(), results=run().results[:1])
    assert (assignment.of_class(one).deviation, assignment.of_class(one).quartiles) == (None, None)


def _scores(sample):
    return [mark for one in sample.results if (mark := one.final if one.adjustments else one.score) is not None]


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("### Question 4: `jax.grad`  (2 points)\n\n**Asked:** …", "`jax.grad`"),
        ("## Aufgabe 3a) Die Kettenregel (4 Punkte)", "Die Kettenregel"),
        ("# Newton (1690)", "Newton (1690)"),
        ("The derivative of $x^2$.", ""),
    ],
)
def test_a_question_is_called_as_its_prompt_calls_it(prompt, title):
    assert question_title(prompt) == title


def test_titles_and_sections_stand_in_the_tables():
    sample = run()
    work = msgspec.structs.replace(sample.results[0].submission, section="Tuesday <b>")
    first = msgspec.structs.replace(sample.results[0], submission=work)
    sample = msgspec.structs.replace(
        sample, results=(first, *sample.results[1:]), prompts={"q1": "### Question 1: a slope (4 points)"}
    )
    page = class_page(sample)
    assert 'q1 <span class="soft">a slope</span>' in page
    assert "Tuesday &lt;b&gt;" in page
    assert "Section</th>" not in class_page(run())


def test_what_is_not_right_comes_first_and_nothing_final_is_not_yet_right():
    page = student_page(run(), result(9, "Nine", (2.0, 1.0, 0.0)))
    places = [page.index(f'id="{name}"') for name in ("q2", "q3", "q1")]
    assert places == sorted(places)
    assert "partly right" in page
    assert "not yet" not in page


def test_a_file_that_must_come_again_says_so_once():
    sample = run()
    cut = msgspec.structs.replace(sample.results[4], status=Status.FAILED, reason="truncated", message="")
    page = student_page(sample, cut)
    assert page.count("Hand it in again") == 1
    assert "a person" not in page
    assert "not graded" in page


def test_a_second_answer_is_shown_where_the_student_wrote_it():
    def case(name, answer, hidden):
        seen = (check(WRONG if hidden else RIGHT, answer),)
        return CaseResult(name=name, hidden=hidden, passed=not hidden, score=0.0, possible=1.0, message="", checks=seen)

    one = result(1, "Ann", (2.0,), code=("first = 3*x\ntrue_sentence = 'D'",))
    cases = (case("a", "3*x", False), case("b", "D", True), case("c", "12345.678", True), case("d", "x", True))
    asked = msgspec.structs.replace(one.questions[0], cases=cases)
    page = student_page(run(), msgspec.structs.replace(one, questions=(asked,)))
    assert '<span class="n">D</span>' in page
    # what a hidden test made of the student's function is the test's own
    assert "12345" not in page


def test_a_prime_stands_beside_its_letter():
    assert "<msup>" not in formula("f'(2)")
    assert "<msup>" in formula("x^2")


def test_the_time_left_comes_from_what_this_run_graded():
    estimate = Estimate()
    assert [estimate.left(done, 300, 61, 0.01 * done) for done in range(1, 62)] == [""] * 61
    said = [estimate.left(61 + n, 300, 61, 100 + 2.0 * n) for n in range(1, 12)]
    assert said[:4] == [""] * 4
    assert said[4] == "about 7 min left"
    assert estimate.left(290, 300, 61, 100 + 2.0 * 229) == "about 20 s left"
    assert estimate.left(300, 300, 61, 700) == ""


def test_the_page_of_a_student_names_nobody_else():
    assert submission(2, "O'Brien, Al").key not in student_page(run(), run().results[0])
