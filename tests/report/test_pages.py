"""What the numbers on the pages mean, and that nothing hidden or hostile gets onto them."""

import csv
import io
import json
import re
import sys
from urllib.parse import unquote

import jsonschema
import msgspec
import pytest
from click.testing import CliRunner
from markupsafe import escape
from rich.console import Console

from autograder.cli import group
from autograder.model import Id, Run, Space, Student
from autograder.origin import install_line
from autograder.report import answers_csv, schema_json, similar_pairs, terminal, write_course, write_pages
from autograder.report.anonymous import anonymous
from autograder.report.pages import html as pages
from autograder.report.pages import typeset
from autograder.report.pages.charts import bars, slopes
from autograder.report.statistics import assignment as statistics
from autograder.report.statistics.course import persistent, students
from autograder.report.statistics.similarity import similar
from tests.report.report_samples import HOSTILE, run


def test_only_decided_scores_enter_a_mean():
    numbers = statistics.of_class(run())
    # 12, 4, 8, (undecided), (stopped), 7.2 after the late penalty
    assert numbers.mean == pytest.approx((12 + 4 + 8 + 7.2) / 4)
    assert (numbers.graded, numbers.needs_review, numbers.failed, numbers.missing) == (4, 1, 2, 1)
    assert sum(numbers.histogram) == 4


def test_a_mean_is_out_of_what_the_policy_scaled_to():
    sample = run()
    scaled = [
        msgspec.structs.replace(one, final=2 * one.score, final_possible=24.0)
        for one in sample.results
        if one.score is not None
    ]
    numbers = statistics.of_class(msgspec.structs.replace(sample, results=tuple(scaled)))
    plain = statistics.of_class(msgspec.structs.replace(sample, results=tuple(r for r in sample.results if r.score)))
    assert (numbers.possible, plain.possible) == (24.0, 12.0)
    assert numbers.mean == pytest.approx(2 * statistics.mean(one.score for one in sample.results if one.score))
    assert f"<b>{pages.shown(numbers.mean)} / 24</b>" in pages.class_page(
        msgspec.structs.replace(sample, results=tuple(scaled))
    )
    # full marks stay full marks
    assert numbers.histogram[-1] == plain.histogram[-1] > 0
    mixed = (*scaled, msgspec.structs.replace(scaled[0], final=scaled[0].score, final_possible=None))
    both = statistics.of_class(msgspec.structs.replace(sample, results=mixed))
    assert both.possible == 24.0
    assert both.mean == pytest.approx(statistics.mean([*(one.final for one in scaled), 2 * scaled[0].score]), abs=0.01)
    assert students([msgspec.structs.replace(sample, results=tuple(scaled))])[0].share <= 1.0


def test_a_group_with_a_row_a_member_is_one_piece_of_work():
    sample = run()
    first = sample.results[1]
    work = msgspec.structs.replace(first.submission, key="0002-2", part_of="0002", students=(Student(id="99"),))
    member = msgspec.structs.replace(first, submission=work)
    split = msgspec.structs.replace(sample, results=(*sample.results, member))
    before, after = statistics.of_class(sample), statistics.of_class(split)
    assert (after.questions, after.mistakes) == (before.questions, before.mistakes)
    assert sum(after.histogram) == sum(before.histogram) + 1
    # the same code twice is not two students who copied
    page = pages.class_page(split)
    assert page.count("0002-2.html") == 1
    hidden = anonymous(split)
    named = {one.submission.key: one.submission for one in hidden.results}
    assert [one.part_of in named for one in named.values() if one.part_of] == [True]


def test_an_undecided_question_is_counted_apart_from_a_zero():
    first, second, _ = statistics.of_class(run()).questions
    assert (first.decided, first.undecided, first.none) == (5, 1, 0)
    # the notebook that was stopped is among the failed, not among those that wait for a decision
    assert (second.decided, second.undecided, second.none) == (5, 0, 3)


@pytest.mark.parametrize(
    ("item", "rest", "expected"),
    [
        ([0, 0, 1, 1, 1], [1, 2, 4, 5, 6], 0.924),
        ([1, 1, 1, 0, 0], [1, 2, 4, 5, 6], -0.836),
        ([1, 1, 1, 1, 1], [1, 2, 4, 5, 6], None),
        ([0, 1], [0, 1], None),
    ],
)
def test_discrimination(item, rest, expected):
    assert statistics.discrimination(item, rest) == expected


def test_a_mistake_is_counted_once_per_student_with_its_questions():
    (mistake,) = statistics.of_class(run()).mistakes
    assert (mistake.name, mistake.students, mistake.questions) == ("chain_drop", 4, ("q2", "q3"))
    assert mistake.example_answer == "3*x**2"


def test_a_mistake_persists_when_one_student_makes_it_in_two_assignments():
    rows = students([run("hw01"), run("hw06")])
    al = next(row for row in rows if row.id == "0002")
    assert al.persistent[0].where == ("hw01 q2", "hw01 q3", "hw06 q2", "hw06 q3")
    assert al.share == pytest.approx(8 / 24)
    assert [(count.name, count.students) for count in persistent(rows)] == [("chain_drop", 4)]


def page_of(key: str, language: str = "en") -> str:
    sample = run()
    result = next(r for r in sample.results if r.submission.key == key)
    return pages.student_page(sample, result, language=language)


@pytest.mark.parametrize("key", ["0001", "0002", "0004", "0005", "0006"])
def test_a_student_page_shows_nothing_hidden_and_nobody_else(key):
    page = page_of(key)
    for secret in ("DESIRED-8", "GENERATED", "HIDDEN-NAME", "HIDDEN-MESSAGE", "chain_drop", "x = 1.0"):
        assert secret not in page
    for other in ("Ann Smith", "O&#39;Brien", "Stopped, Sam"):
        assert (other in page) == (other in escape(pages.display_name(result_of(key))))


def result_of(key: str):
    return next(r for r in run().results if r.submission.key == key)


def test_a_page_makes_no_request():
    text = pages.class_page(run(), similar=similar_pairs(run())) + page_of("0001") + pages.course_page([run()])
    for reference in ("src=", "@import", "url(", 'href="http', "href='http"):
        assert reference not in text


def test_hostile_text_stays_text():
    for page in (page_of("0004"), page_of("0005"), pages.class_page(run(), similar=similar_pairs(run()))):
        assert "<script>alert" not in page
        assert "\u202e" not in page
        assert "\x00" not in page
        assert "{{ 7*7 }}" in page


def test_what_reorders_text_is_replaced_and_no_other_mark():
    replaced = {chr(c) for c in range(0x600, 0x2100) if "\ufffd" in typeset.plain(chr(c))}
    assert {f"{ord(c):04X}" for c in replaced} == {
        *("061C", "200E", "200F", "202A", "202B", "202C", "202D", "202E", "2066", "2067", "2068", "2069"),
    }


def test_a_megabyte_in_one_line_is_cut_and_said():
    shown = typeset.plain("x" * 1_000_000)
    assert len(shown) < 5_000
    assert "996000 more characters" in shown


@pytest.mark.parametrize(
    "latex",
    [r"\text{<script>alert(1)</script>}", r"\href{javascript:alert(1)}{x}", r'\style{x:"}{y}', r"\frac{", "{" * 1_500],
)
def test_latex_from_a_student_is_never_markup(latex):
    html = str(typeset.formula(latex))
    for danger in ("<script", "javascript:alert(1)&quot;", "href=", "style="):
        assert danger not in html


def test_prose_keeps_formulas_and_drops_links_and_html():
    html = str(typeset.prose("Slope of $x^2$ <b>now</b> [here](http://example.org) ![p](http://example.org/p.png)"))
    assert "<msup>" in html
    assert "&lt;b&gt;" in html
    assert "<a " not in html
    assert "<img" not in html


def test_strokes_have_the_students_slope():
    picture = slopes([(x / 10, (x / 10) ** 2, 2 * x / 10) for x in range(-10, 11)])
    falling, *_, rising = picture.strokes
    middle = picture.strokes[len(picture.strokes) // 2]
    assert falling[1] < falling[3]  # y grows downwards in SVG
    assert rising[1] > rising[3]
    assert middle[1] == pytest.approx(middle[3], abs=0.1)
    assert slopes([(0.0, 1.0, 1.0)]) is None
    sparse = slopes([(x / 10, (x / 10) ** 2, 2 * x / 10 if x % 5 == 0 else None) for x in range(-10, 11)])
    assert len(sparse.strokes) == 5
    assert len(sparse.graph[0].split()) == 21
    assert slopes([(0.0, float("nan"), 1.0)] * 5) is None


def test_no_line_of_a_students_text_can_pass_for_one_of_ours():
    text = "1\nq2  4 / 4\n  q2 hidden (hidden): passed"
    sample = run()
    bad = next(result for result in sample.results if result.cell_errors)
    error = bad.cell_errors[0]
    bad = msgspec.structs.replace(
        bad,
        message=text,
        cell_errors=(msgspec.structs.replace(error, raised=msgspec.structs.replace(error.raised, message=text)),),
    )
    printed = io.StringIO()
    Console(file=printed, width=200).print(terminal.student_view(sample, bad))
    lines = printed.getvalue().splitlines()
    said = [line for line in lines if "q2  4 / 4" in line]
    assert len(said) == 2
    assert all(line.startswith("  ") for line in said)


def test_the_largest_count_fills_the_histogram():
    low, high = bars([1, 4], ["a", "b"])
    assert high.height == pytest.approx(4 * low.height, abs=0.2)


COPIED = """
def my_unusual_descent(point, rate, rounds):
    history = [point]
    for round_number in range(rounds):
        direction = [2 * point[0] + point[1], point[0] - 7 * point[1] ** 3]
        point = [point[0] - rate * direction[0], point[1] - rate * direction[1]]
        history.append(point)
    return history[::-1][0], len(history) * 3 - 1
"""


def test_a_copied_answer_ranks_first_and_starter_code_does_not_count():
    sample = run(students=20)
    results = list(sample.results)
    for i in (2, 9):
        renamed = COPIED.replace("point", "p" * (i + 1))  # renaming variables hides nothing
        results[i] = msgspec.structs.replace(results[i], code=(*results[i].code, renamed))
    pairs = similar(results)
    assert [(pair.left, pair.right) for pair in pairs] == [("0003", "0010")]
    assert any("direction" in line for line in pairs[0].left_lines)
    assert similar(sample.results) == []
    # what everybody was given is no sign, even where only two left it as it was
    assert similar(results, starter=[COPIED.replace("point", "place")]) == []


def test_the_picture_is_told_in_words():
    xs = [x / 10 for x in range(-20, 21)]
    right, steep, turned = (slopes([(x, x**2, factor * 2 * x) for x in xs]) for factor in (1, 5, -1))
    assert (right.along, right.steeper, right.flatter, right.against) == (len(right.strokes), 0, 0, 0)
    assert steep.steeper == len(steep.strokes) - steep.along > 0
    assert turned.against == len(turned.strokes) - turned.along > 0
    # on the pages of the sample the slope lacks its −1
    words = " ".join(page_of("0002").split())
    assert "Some of your strokes lie along the curve. Some are too steep. Some are too flat. Some rise where" in words


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_class_page_names_mistakes_and_facts_in_words(language):
    sample = run()
    facts = msgspec.structs.replace(sample.facts, tolerances={"float64": 1e-6, "float32": 1e-4})
    page = pages.class_page(msgspec.structs.replace(sample, facts=facts), language=language)
    assert {"en": "inner derivative left out", "de": "innere Ableitung weggelassen"}[language] in page
    assert "chain_drop" in page
    assert "float64 1e-06, float32 0.0001" in page
    assert "1 day late" in page[page.index('id="students"') :]


def test_an_anonymous_run_names_nobody():
    page = pages.class_page(anonymous(run()), similar=similar_pairs(anonymous(run())))
    for name in ("Ann Smith", "Brien", "李小龍", "0099", "submissions.zip", "holiday"):
        assert name not in page
    assert "student-001" in page


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


def test_written_pages_link_to_each_other(tmp_path):
    write_pages(run(), tmp_path, language="en")
    report = (tmp_path / "report.html").read_text(encoding="utf-8")
    for result in run().results:
        assert pages.page_name(result) in report
        assert (tmp_path / pages.page_name(result)).exists()
    homes = [tmp_path, tmp_path / "a b#c"]
    write_pages(run("hw02"), homes[1])
    write_course([run(), run("hw02")], tmp_path / "course", homes=homes)
    course = (tmp_path / "course" / "course.html").read_text(encoding="utf-8")
    links = re.findall(r'<a href="(\.[^"]+)"', course)
    # every student of both assignments, and both class pages
    assert len(links) == 2 * (len(run().results) + 1)
    assert all((tmp_path / "course" / unquote(link)).is_file() for link in links)
    write_course([run(), run("hw02")], tmp_path)
    assert re.findall(r'<a href="(?!#)', (tmp_path / "course.html").read_text(encoding="utf-8")) == []


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


def test_hostile_name_is_the_sample_that_the_pages_are_tested_with():
    assert any(student.name == HOSTILE for result in run().results for student in result.submission.students)


def test_german_pages_are_german():
    assert "Punkte" in page_of("0001", "de")
    assert 'lang="de"' in page_of("0001", "de")


def test_a_number_of_another_list_is_another_person_over_the_course():
    """Moodle counts participants anew in every assignment, and a SIS number may be somebody's Canvas ID."""

    def one(assignment, *people):
        given = run(assignment)
        template = given.results[0]
        results = []
        for at, (name, *ids) in enumerate(people):
            student = Student(id=ids[0].value, name=name, ids=tuple(ids))
            own = msgspec.structs.replace(template.submission, key=f"{at}", students=(student,))
            results.append(msgspec.structs.replace(template, submission=own))
        return msgspec.structs.replace(given, results=tuple(results))

    def scores(*runs):
        return {(row.name, *(score is not None for score in row.scores)) for row in students(runs)}

    number, mail, user, sis = Space.MOODLE_PARTICIPANT, Space.EMAIL, Space.CANVAS_USER, Space.CANVAS_SIS
    first = one("hw01", ("Ann", Id(number, "12"), Id(mail, "a@u.edu")), ("Bo", Id(number, "13"), Id(mail, "b@u.edu")))
    second = one("hw02", ("Bo", Id(number, "12"), Id(mail, "b@u.edu")), ("Cy", Id(number, "13"), Id(mail, "c@u.edu")))
    assert scores(first, second) == {("Ann", True, False), ("Bo", True, True), ("Cy", False, True)}
    # without addresses only a name that is one person's in each says who is who
    first = one("hw01", ("Ann", Id(number, "12")), ("Bo", Id(number, "13")), ("Bo", Id(number, "14")))
    second = one("hw02", ("Ann", Id(number, "13")), ("Bo", Id(number, "12")))
    rows = scores(first, second)
    assert rows == {("Ann", True, True), ("Bo", True, False), ("Bo", False, True)}
    assert len(students([first, second])) == 4
    first = one("hw01", ("Ann", Id(user, "7"), Id(sis, "9")))
    second = one("hw02", ("Di", Id(user, "9"), Id(sis, "8")), ("A. N.", Id(sis, "9")))
    assert scores(first, second) == {("Ann", True, True), ("Di", False, True)}


def test_code_is_coloured_however_long_it_is():
    assert 'class="k"' in typeset.code("def f(x): return x")
    assert 'class="k"' in typeset.code("def f(x): return x\n" * typeset.LONGEST)
