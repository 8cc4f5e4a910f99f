"""That nothing hidden or hostile gets onto a page, and what stands there."""

import io
import re
from urllib.parse import unquote

import msgspec
import pytest
from markupsafe import escape
from rich.console import Console

from autograder.model import Outcome, Reason, Verdict
from autograder.report import similar_pairs, terminal, write_course, write_pages
from autograder.report.anonymous import anonymous
from autograder.report.pages import html as pages
from autograder.report.pages import typeset
from autograder.report.pages.charts import bars, slopes
from autograder.report.statistics.similarity import similar
from tests.report.report_samples import HOSTILE, check, run
from tests.report.report_samples import result as result_sample


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


def test_an_answer_that_follows_from_a_wrong_one_is_a_consequence_and_not_called_wrong():
    sample = run()
    result = sample.results[1]
    wrong = result.questions[1]
    marks = lambda of: re.findall(r"<h3>.*?</h3>", pages.student_page(sample, of))[0]  # noqa: E731 - wrong ones first
    assert ">not right<" in marks(result)
    public, *hidden = wrong.cases
    verdict = msgspec.structs.replace(public.checks[0].verdict, credit=1.0, details={"carried": "df"})
    check_of_it = msgspec.structs.replace(public.checks[0], verdict=verdict)
    follows = msgspec.structs.replace(public, score=public.possible, checks=(check_of_it,))
    question = msgspec.structs.replace(wrong, cases=(follows, *hidden))
    carried = msgspec.structs.replace(result, questions=(result.questions[0], question, *result.questions[2:]))
    assert ">a consequence<" in marks(carried)


def test_the_picture_is_told_in_words():
    xs = [x / 10 for x in range(-20, 21)]
    right, steep, turned = (slopes([(x, x**2, factor * 2 * x) for x in xs]) for factor in (1, 5, -1))
    assert (right.along, right.steeper, right.flatter, right.against) == (len(right.strokes), 0, 0, 0)
    assert steep.steeper == len(steep.strokes) - steep.along > 0
    assert turned.against == len(turned.strokes) - turned.along > 0
    drawn = pages._environment("en").get_template("parts.html.j2").module.slopes
    assert "All of your strokes lie along the curve." in drawn(right, True)
    assert "differs elsewhere, or by less than can be seen" in drawn(right, False)
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


def test_hostile_name_is_the_sample_that_the_pages_are_tested_with():
    assert any(student.name == HOSTILE for result in run().results for student in result.submission.students)


def test_german_pages_are_german():
    assert "Punkte" in page_of("0001", "de")
    assert 'lang="de"' in page_of("0001", "de")


def test_code_is_coloured_however_long_it_is():
    assert 'class="k"' in typeset.code("def f(x): return x")
    assert 'class="k"' in typeset.code("def f(x): return x\n" * typeset.LONGEST)


UNREADABLE = Verdict(
    outcome=Outcome.INVALID,
    reason=Reason.NOT_PARSED,
    details={"error": "the expression ends too early", "caret": "6*x <\n     ^"},
)


def test_the_caret_stands_in_one_text_with_what_it_points_into() -> None:
    """Not in a block of its own, which loses the spaces in front of it."""
    sample = result_sample(2, "Ann", (0.0,))
    case = msgspec.structs.replace(sample.questions[0].cases[0], checks=(check(UNREADABLE, "6*x <"),))
    asked = msgspec.structs.replace(sample.questions[0], cases=(case,))
    page = pages.student_page(run(), msgspec.structs.replace(sample, questions=(asked,)))
    (place,) = re.findall(r'<pre class="hint place"[^>]*>(.*?)</pre>', page, re.S)
    assert place == "6*x &lt;\n     ^"
    assert "ends too early</p>" in page


def test_where_nobodys_numbers_are_known_no_check_has_found_an_answer_wrong() -> None:
    sample = result_sample(2, "Ann", (0.0,))
    case = msgspec.structs.replace(sample.questions[0].cases[0], passed=False, checks=(), message="no id")
    asked = msgspec.structs.replace(sample.questions[0], cases=(case,), score=None, reason="no-id")
    page = pages.student_page(run(), msgspec.structs.replace(sample, questions=(asked,)))
    assert "not right" not in page
    assert page.count("a person will look") >= 2
    assert "no id</p>" in page
