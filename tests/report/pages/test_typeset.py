"""Text, code, prose and formulas as HTML: where each is cut, what is escaped, which attribute passes."""

import pytest
from markupsafe import escape

from autograder.report.pages import typeset
from autograder.report.pages.typeset import code, figure_in_words, formula, lines_of, plain, prose


@pytest.mark.parametrize(
    ("length", "shown"),
    [
        (4_000 - 1, "x" * (4_000 - 1)),
        (4_000, "x" * 4_000),
        (4_000 + 1, "x" * 4_000 + " … (1 more characters)"),
        (4_000 + 7, "x" * 4_000 + " … (7 more characters)"),
    ],
)
def test_a_text_is_cut_and_says_by_how_much(length: int, shown: str) -> None:
    assert plain("x" * length) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\nc", "a\tb\nc"),
        ("a\rb\x0cc\x7fd\x85e", "a�b�c�d�e"),
        ("a\ud800b", "a�b"),
        ("é\u0301 李 🙂", "é\u0301 李 🙂"),
        ("a\u202eb\u2066c\u061cd", "a�b�c�d"),
    ],
)
def test_what_steers_a_screen_is_replaced_and_nothing_else(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize(("length", "drawn"), [(2_000, True), (2_000 + 1, False)])
def test_a_formula_that_is_wider_than_any_screen_is_code(length: int, drawn: bool) -> None:
    latex = "x" * length
    assert str(formula(latex)).startswith("<math" if drawn else "<code>xxx") is True


def test_a_formula_stands_in_a_line_or_in_one_of_its_own() -> None:
    assert 'display="inline"' in formula("x^2")
    assert 'display="block"' in formula("x^2", display=True)


@pytest.mark.parametrize(
    ("latex", "raised"),
    [("f'(x)", False), ("f''(x)", False), ("f'''(x)", False), ("x^{2}", True), ("x^{a+b}", True), ("x^{}", True)],
)
def test_only_what_is_no_prime_is_an_exponent(latex: str, raised: bool) -> None:
    assert ("<msup>" in formula(latex)) is raised


@pytest.mark.parametrize(
    ("latex", "absent", "there"),
    [
        (r"\href{javascript:a}{x}", "href", "<mi>x</mi>"),
        (r"\style{color:red}{y}", "style=", "<mi>y</mi>"),
        (r"\class{evil}{z}", "class=", "<mi>z</mi>"),
        (r"\color{red}{w}", "mathcolor", "<mi>w</mi>"),
        (r"\begin{array}{lr} a & b \end{array}", "href", '<mtd columnalign="right"><mi>b</mi>'),
        (r"a < b & c", "<b", "&lt;"),
    ],
)
def test_an_attribute_that_is_not_on_the_list_is_dropped(latex: str, absent: str, there: str) -> None:
    made = str(formula(latex))
    assert absent not in made.replace("displaystyle=", "")
    assert there in made


@pytest.mark.parametrize(
    ("markdown", "made"),
    [
        ("a *b*\n\nc", "<p>a <em>b</em></p>\n<p>c</p>\n"),
        ("<b>x</b> & y", "<p>&lt;b&gt;x&lt;/b&gt; &amp; y</p>\n"),
        ("[here](https://example.org) <https://example.org>", "<p>here https://example.org</p>\n"),
        ("[a]: https://example.org\n\n[a] abbr", "<p>a abbr</p>\n"),
        ("![p](https://example.org/p.png)", "<p>!p</p>\n"),
        ("`<a href=x>`", "<p><code>&lt;a href=x&gt;</code></p>\n"),
    ],
)
def test_prose_is_markdown_without_html_links_and_pictures(markdown: str, made: str) -> None:
    assert prose(markdown) == made


def test_prose_has_tables_and_formulas_of_both_kinds() -> None:
    assert "<th>a</th>" in prose("| a |\n|---|\n| 1 |")
    assert 'display="inline"' in prose("one $x$ two")
    assert 'display="block"' in prose("$$x$$")
    assert 'display="block"' in prose("one $$x$$ two")
    assert typeset.prose_line("one *two*") == "one <em>two</em>"


@pytest.mark.parametrize("length", [4_000, 4_000 + 1, 2 * 4_000, 10 * 4_000])
def test_prose_and_code_of_any_length_are_set_after_the_cut(length: int) -> None:
    assert prose("*a* " + "x" * (length - 4)).startswith("<p><em>a</em> x")
    assert '<span class="k">def</span>' in code("def f(x):\n    return '" + "x" * (length - 23) + "'")
    assert escape("<") in code("a < b")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("one", ["one"]),
        ("one\ntwo", ["one", "two"]),
        ("one\n  ^\ntwo", ["one\n  ^", "two"]),
        ("^\none", ["^", "one"]),
        ("one\n^ two", ["one", "^ two"]),
    ],
)
def test_a_caret_stays_under_what_it_points_at(text: str, lines: list[str]) -> None:
    assert lines_of(text) == lines


@pytest.mark.parametrize(
    ("recorded", "german"),
    [
        ("an empty figure", "eine leere Abbildung"),
        ("1 line; labels: none", "1 Linie; Beschriftungen: keine"),
        (
            "2 lines, 1 scatter, 3 contour plots; labels: x\ny, none",
            "2 Linien, 1 Punktwolke, 3 Höhenlinienbilder; Beschriftungen: x\ny, none",
        ),
        ("12 surfaces; labels: nothing", "12 Flächen; Beschriftungen: nothing"),
        ("7 odd things; labels: a", "7 odd things; Beschriftungen: a"),
        ("sin(x)", "sin(x)"),
        ("2 lines", "2 lines"),
    ],
)
def test_a_recorded_figure_is_told_in_the_language_of_the_page(recorded: str, german: str) -> None:
    assert figure_in_words(recorded, "en") == recorded
    assert figure_in_words(recorded, "de") == german
    assert figure_in_words(f"{recorded} | {recorded}", "de") in (f"{german} | {german}", f"{recorded} | {recorded}")
