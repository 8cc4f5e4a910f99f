"""What somebody else wrote costs one answer or one page, never the run."""

import re
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.model import Run
from autograder.questions.answers.reading import shown_answer
from autograder.report import write_course, write_pages
from autograder.report.pages import html as pages
from autograder.report.pages import typeset
from autograder.report.statistics import similarity
from autograder.untrusted import guarded, one_line, python_tree, short, whole
from tests.report.report_samples import run


class Panic(BaseException):
    """As PyO3 raises it: no Exception."""


def _endless(depth: int) -> int:
    return _endless(depth + 1)


@pytest.mark.parametrize(
    ("work", "why"),
    [
        (lambda: 1 // 0, "ZeroDivisionError"),
        (lambda: _endless(0), "RecursionError"),
        (lambda: "x" * (1 << 62), "MemoryError"),
        (lambda: sys.exit(3), "SystemExit"),
        (lambda: (_ for _ in ()).throw(Panic), "Panic"),
        (lambda: next(iter(())), "StopIteration"),
        (lambda: {}["a"], "KeyError"),
    ],
)
def test_nothing_passes_the_guard_but_ctrl_c(work, why: str) -> None:
    assert guarded(work, otherwise=lambda said: said) == why

    def stopped() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        guarded(stopped, otherwise=lambda said: said)


def test_what_is_too_long_is_not_handed_on() -> None:
    asked: list[int] = []
    for length in (10, 11):
        guarded(lambda n=length: asked.append(n), of="x" * length, longest=10, otherwise=lambda why: None)
    assert asked == [10]


@pytest.mark.parametrize(
    "source",
    [
        "-" * 90_000,
        "(" * 5_000,
        "lambda:" * 9_000,
        "x" + ".x" * 40_000,
        "1" + "+1" * 40_000,
        "a = 1\n" * 20_000,
        "\0",
        None,
    ],
)
def test_python_that_breaks_a_parser_is_no_tree(source: str | None) -> None:
    tree = python_tree(source)
    assert tree is None or not source


@given(st.text(alphabet=st.characters(categories=["Lu", "Cc", "Cs", "Cf", "Zl", "Nd"]), max_size=60))
@settings(max_examples=60)
def test_cleaned_text_can_be_written_and_steers_nothing(text: str) -> None:
    assert len(whole(text).encode()) >= len(text) == len(whole(text))
    for cleaned in (short(text, 20), one_line(text, 20)):
        assert len(cleaned) <= 20
        cleaned.encode()  # raises for half a character
        assert not set(cleaned) & {"\x1b", "\u202e", "\u2066", "\x9b", "\r"}
    assert "\n" not in one_line(text, 20)


COMMANDS = re.findall(
    r"\S+",
    r"\skew \style \stackrel \rule \of \limits \begin{array} \end{array} \left \right \operatorname \frac \sqrt \over"
    r" \href \mathbf \overset \hspace \color \binom \substack \middle \big \hline & \\ { } ^ _ [ ] ' 1 x \text",
)


@given(st.lists(st.sampled_from(COMMANDS), max_size=8))
@settings(max_examples=400)
def test_any_latex_is_drawn_or_shown(pieces: list[str]) -> None:
    latex = " ".join(pieces)
    html = str(typeset.formula(latex))
    assert html.startswith(("<math", "<code>"))


@pytest.mark.parametrize(
    "name", [r"\rule\stackrel", r"\style", r"\binom{", "x" * 500, "a_b__c^d", "_", "{", "\\", "^^", "é\u0301"]
)
def test_a_symbol_of_any_name_is_an_answer_that_is_shown(name: str) -> None:
    import sympy as sp

    text, kind, latex = shown_answer(sp.Symbol(name) ** 2 + 1)
    assert kind == "expression"
    assert text
    assert str(typeset.formula(latex or "", display=True))


@pytest.mark.parametrize(
    "markdown", ["[" * 4_000, "> " * 2_000, "*a_ " * 1_000, "$" * 3_999, "|" * 4_000, "- " * 2_000]
)
def test_odd_markdown_is_prose(markdown: str) -> None:
    assert str(typeset.prose(markdown))
    assert str(typeset.code(markdown))


def test_a_converter_that_breaks_leaves_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("convert_to_element", "highlight", "_markdown"):
        monkeypatch.setattr(typeset, name, lambda *_, **__: _endless(0))
    assert str(typeset.formula("x^7 < y")) == "<code>x^7 &lt; y</code>"
    assert str(typeset.code("x < 7")) == "x &lt; 7"
    assert str(typeset.prose("x < 7 &")) == "<p>x &lt; 7 &amp;</p>"


def test_a_page_that_cannot_be_drawn_says_so_and_the_others_are_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample, draw = run(), pages.student_page

    def broken(whole_run: Run, result, **options) -> str:
        if result.submission.key == "0002":
            raise RecursionError
        return draw(whole_run, result, **options)

    monkeypatch.setattr("autograder.report.pages.student_page", broken)
    (said,) = write_pages(sample, tmp_path)
    assert said.startswith("feedback/0002.html: ")
    assert said.endswith("could not be drawn (RecursionError); please report it")
    page = (tmp_path / "feedback" / "0002.html").read_text()
    assert "Your score is not affected" in page
    assert "4 / 12" in page
    assert "could not be drawn" not in (tmp_path / "feedback" / "0001.html").read_text()
    assert "could not be drawn" not in (tmp_path / "report.html").read_text()


def test_a_class_page_that_cannot_be_drawn_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages.charts, "bars", lambda *_: _endless(0))
    (said,) = write_pages(run(), tmp_path, similarity=False, language="de")
    assert said.startswith("report.html: the page of the class")
    assert "konnte nicht gezeichnet werden" in (tmp_path / "report.html").read_text()


def test_a_course_page_that_cannot_be_drawn_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages.course, "persistent", lambda *_: _endless(0))
    (said,) = write_course([run(), run()], tmp_path)
    assert said == "course.html could not be drawn (RecursionError); please report it"
    assert "could not be drawn" in (tmp_path / "course.html").read_text()


def test_similarity_of_anything_ends_and_leaves_the_others_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    sample = run(students=8)
    results = list(sample.results)
    before = similarity.similar(results)
    # blank lines cost the lexer the square of their number; one line of a megabyte, a megabyte of lines
    for place, text in enumerate(["\t\n" * 400_000, "ab " * 300_000, "x1 = y2\n" * 200_000, "'''\n" * 200_000]):
        results[place] = msgspec.structs.replace(results[place], code=(text,))
    lexed: list[int] = []
    blank = similarity.blanked
    monkeypatch.setattr(similarity, "blanked", lambda code: (lexed.append(len(code)), blank(code))[1])
    assert similarity.similar(results) == before
    assert max(lexed) <= similarity.LONGEST
    assert sum(lexed) < 3 * similarity.LONGEST + 4_000


def test_lines_that_two_share_are_found_in_long_code() -> None:
    sample = run(students=4)
    shared = "\n".join(f"value_{n} = table[{n}] * {n * n % 97} - other({n}, 'a')" for n in range(900))
    left, right = (msgspec.structs.replace(sample.results[n], code=(f"mine = {n}", shared)) for n in (0, 1))
    (pair,) = similarity.similar([left, right, *sample.results[2:]])
    assert (pair.share, len(pair.left_lines)) == (1.0, 40)
    assert pair.left_lines[0].startswith("value_0 = table[0]")


def test_a_formula_is_read_in_the_order_in_which_it_was_written() -> None:
    html = str(typeset.formula("x\u202e + \u2066y_{\x07}"))
    assert html.startswith("<math")
    assert not set(html) & {"\u202e", "\u2066", "\x07"}
