"""An assignment whose numbers are drawn: what its author is told, and that each student is graded on their own."""

import base64
import re
import shutil
from unittest.mock import Mock

import msgspec
import nbformat
import pytest
from click.testing import CliRunner

from autograder import build
from autograder.build.assemble import autograder_zip
from autograder.build.checks.certify import certify, graded
from autograder.build.checks.pool import pool_findings
from autograder.build.init import _task, show_tasks, signed
from autograder.build.source import read_source
from autograder.build.versions import POOL_FILE, Standing, concrete, pool_of, read_standing, somebody
from autograder.cli.commands import build as commands
from autograder.errors import AuthorError, UsageError
from autograder.model import Outcome
from autograder.otter import load
from autograder.otter.references import second_values
from autograder.versions import chosen, decoded, drawings, fill
from tests import ROOT
from tests.build.drawn import DRAW, HIDDEN, PROMPT, copy_certified, write_drawn

BROUGHT = HIDDEN.replace("import Derivative\n", "import Derivative, draw\n\n    own = draw.whole(2, 5)\n")
SLIPS = [
    ({"draw": DRAW.replace("draw.whole(2, 9)", "1 / 0")}, "N01", "Line 4: the draw raises ZeroDivisionError"),
    ({"draw": DRAW.replace("(2, 9)", "(9, 2)")}, "N01", "Line 4: there is no whole number from 9 to 2"),
    ({"draw": DRAW + "\nwhile True: pass"}, "N01", "Line 8: the draw does not end"),
    ({"draw": DRAW + "\nimport os\nos.write(1, b'here')"}, "N01", "writes to the process's own output"),
    ({"draw": DRAW + "\nraise SystemExit"}, "N01", "Line 8: the draw raises SystemExit"),
    ({"draw": DRAW + "\nimport os\nos._exit(0)"}, "N01", "the draw with seed 0 ended its process"),
    (
        {"draw": DRAW + "\nunused = draw.sign()"},
        "N02",
        "Line 8: unused is drawn, and no prompt, solution or test uses it",
    ),
    ({"prompt": PROMPT + " {{ q }}"}, "N01", "{{ q }} uses 'q', which is not drawn; drawn are a, b, f, p"),
    ({"hidden": HIDDEN.replace("at=p", "at=draw.whole(2, 5)")}, "N04", "Line 5: This test draws by itself"),
    ({"hidden": BROUGHT.replace("at=p", "at=own")}, "N04", "Line 3: This test draws by itself"),
    (
        {"draw": DRAW + "\nanswer = 2 * a * p + b", "solution": "slope = answer  # SOLUTION"},
        "N09",
        "answer is the right",
    ),
    ({"prompt": PROMPT + " Not {{f}}, but \\frac{{x}}{2}."}, "N03", "{{f}} has no blanks inside of its braces"),
    ({"draw": DRAW.replace("(2, 9)", "(2, 2)").replace("(-9, 9)", "(3, 3)")}, "N06", "4 of 7 versions stand"),
    ({"hidden": HIDDEN.replace("Derivative(f", "Derivative(f + '/0'")}, "N06", "0 of 7 versions stand"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("change", "code", "said"), SLIPS)
def test_an_author_is_told_what_is_wrong_with_a_draw(tmp_path, monkeypatch, change, code, said):
    if "does not end" in said:
        monkeypatch.setattr("autograder.versions.process._SECONDS", 4.0)
    path = write_drawn(tmp_path, versions=7, **change)
    drawn = Mock(wraps=drawings)
    monkeypatch.setattr("autograder.build.checks.draws.drawings", drawn)

    findings = {finding.code: finding for finding in pool_findings(path, read_source(path))}

    assert drawn.call_count <= 8, "each starts a process"
    assert code in findings
    assert said in findings[code].message
    assert findings[code].fix
    assert findings[code].cell
    assert str(findings[code]).count(f"cell {findings[code].cell}") == 1, "the place is said once"
    assert path.with_name(POOL_FILE).exists() == (not findings[code].error)


@pytest.fixture(scope="module")
def course(tmp_path_factory, shared_folder):
    """A course with one certified assignment of three versions."""
    root = tmp_path_factory.mktemp("drawn")
    copy_certified(root, shared_folder)
    return root


@pytest.mark.slow
def test_the_zip_has_jaxs_values_in_every_version_as_if_they_were_asked_for_anew(course):
    assignment = load(autograder_zip(course, "hw"))
    (question,) = assignment.questions

    assert len(question.references) == 3
    assert second_values(assignment) == question.references


@pytest.mark.slow
def test_each_version_is_graded_on_its_own_numbers(course):
    path = course / "solutions" / "hw" / "hw.ipynb"
    pool = pool_of(path, read_source(path))
    students = somebody(pool)
    solution = build.solution_notebook(course, "hw")

    results = graded(course, "hw", *[solution] * 3, students=students)

    assert [result.score for result in results] == [2.0] * 3
    assert [result.numbers_of for result in results] == [{student: number} for number, student in enumerate(students)]
    assert len({repr(version.values) for version in pool.versions}) == 3
    assert [len(each["q1"]) > 0 and "{{" not in each["q1"] for each in build.shown_of(course, "hw").versions] == [
        True
    ] * 3


@pytest.mark.slow
def test_the_answer_to_anothers_numbers_is_wrong_and_the_foreseen_hint_is_of_ones_own(course, tmp_path):
    path = course / "solutions" / "hw" / "hw.ipynb"
    pool = pool_of(path, read_source(path))
    own = [dict(zip(pool.names, map(decoded, version.values), strict=True)) for version in pool.versions]
    blank = nbformat.read(build.student_notebook(course, "hw"), 4)
    files = []
    for number, answer in enumerate((own[1]["p"] * 2 * own[1]["a"] + own[1]["b"], own[0]["f"](own[0]["p"]))):
        wrong = signed(blank, somebody(pool)[0])
        next(cell for cell in wrong.cells if cell.id == "c7").source = f"slope = {answer}"
        files.append(tmp_path / f"{number}.ipynb")
        nbformat.write(wrong, files[-1])

    others, height = graded(course, "hw", *files, students=somebody(pool)[:1] * 2)

    assert others.score == 0
    assert "This is how high it is." in "".join(case.message for case in height.questions[0].cases)


@pytest.mark.slow
def test_the_preview_is_of_a_students_own_version(course):
    path = course / "solutions" / "hw" / "hw.ipynb"
    pool = pool_of(path, read_source(path))
    values = [dict(zip(pool.names, map(decoded, version.values), strict=True)) for version in pool.versions]
    student = somebody(pool)[2]

    first = list(build.preview(course, "hw", "q1", language="en"))
    own = list(build.preview(course, "hw", language="en", student=student.upper()))
    header, *table = build.preview_versions(course, "hw", "q1")

    assert (first[0], own[0]) == ("version 1 of 3", f"version 3 of 3: what {student} has")
    for lines, drawn in ((first, values[0]), (own, values[2])):
        assert any(line.startswith("`slope`: the slope of") and f"at ${drawn['p']}$." in line for line in lines)
        assert f"Derivative: derivative of {drawn['f']} with respect to x at x = {drawn['p']}" in lines
        assert any(line.startswith(f"foreseen in slope: {drawn['f'](drawn['p'])}") for line in lines)
    assert header.split("  ")[0] == "version"
    for number, (row, drawn) in enumerate(zip(table, values, strict=True), 1):
        answer = 2 * drawn["a"] * drawn["p"] + drawn["b"]
        assert row.startswith(str(number))
        assert f"f = {drawn['f']}, p = {drawn['p']}  " in row
        assert re.search(rf"\${drawn['p']}\$ +{float(answer)} ", row)
        assert int(row.split()[-1]) > 0


@pytest.mark.slow
def test_a_preview_that_cannot_be_is_refused(course):
    with pytest.raises(UsageError, match="--student is empty"):
        list(build.preview(course, "hw", "q1", student="  "))
    with pytest.raises(UsageError, match="hw02 draws no numbers: everybody sees the same"):
        list(build.preview(ROOT, "hw02", "q1", student="ann"))
    with pytest.raises(UsageError, match="hw02 draws no numbers: there is one version"):
        list(build.preview_versions(ROOT, "hw02", "q1"))
    refused = CliRunner().invoke(commands.preview, ["hw", "--all"], standalone_mode=False)
    assert "name the question" in str(refused.exception)


@pytest.mark.slow
def test_the_template_with_versions_builds_as_it_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    assert runner.invoke(commands.new, ["hw07", "--variants"]).output.startswith("wrote solutions/hw07/hw07.ipynb\n")
    path = tmp_path / "solutions" / "hw07" / "hw07.ipynb"
    assert path.read_text().count("versions: 40") == 1
    path.write_text(path.read_text().replace("versions: 40", "versions: 3"))

    assert runner.invoke(commands.build, ["hw07"]).output == (
        "hw07: wrote assignments/hw07/hw07.ipynb; the autograder.zip is new\n"
    )
    assert [list(each) for each in build.shown_of(tmp_path, "hw07").versions] == [["q1", "q2"]] * 3


@pytest.mark.slow
def test_without_an_id_each_question_says_so_in_a_sentence_and_one_cell_stops(course, tmp_path):
    blank = nbformat.read(build.student_notebook(course, "hw"), 4)
    next(cell for cell in blank.cells if cell.id == "c7").source = "slope = 3"
    files = [tmp_path / "empty.ipynb", tmp_path / "deleted.ipynb"]
    nbformat.write(blank, files[0])
    blank.cells = [cell for cell in blank.cells if cell.id != "student"]
    nbformat.write(blank, files[1])

    results = graded(course, "hw", *files, students=["", ""])

    for result in results:
        assert (result.score, result.numbers_of) == (0.0, {})
        for case in result.questions[0].cases:
            assert case.message.startswith("The notebook does not say whose it is, so your numbers are not known")
            assert "NoStudent" not in case.message
    assert [error.raised.type for error in results[0].cell_errors] == ["NoStudent"]


@pytest.mark.slow
def test_a_notebook_for_each_is_filled_in_and_graded_as_everybodys_is(course, tmp_path):
    path = course / "solutions" / "hw" / "hw.ipynb"
    pool = pool_of(path, read_source(path))
    student = somebody(pool)[1]
    own = dict(zip(pool.names, map(decoded, pool.versions[1].values), strict=True))

    notebook = nbformat.reads(build.notebook_of_each(course, "hw")(student), 4)
    (prompt,) = (cell for cell in notebook.cells if cell.id == "c5")
    next(cell for cell in notebook.cells if cell.id == "c7").source = f"slope = {2 * own['a'] * own['p'] + own['b']}"
    file = tmp_path / "own.ipynb"
    nbformat.write(notebook, file)
    (result,) = graded(course, "hw", file, students=[student])

    assert prompt.cell_type == "markdown"
    assert prompt.source.endswith(f"at ${own['p']}$.")
    assert not any("grader.task" in cell.source for cell in notebook.cells)
    assert not any("{{" in cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert next(cell for cell in notebook.cells if cell.id == "student").source.endswith(f'STUDENT = "{student}"')
    assert (result.score, result.numbers_of) == (2.0, {student: 1})
    with pytest.raises(UsageError, match="hw02 draws no numbers: everybody gets the same notebook"):
        build.notebook_of_each(ROOT, "hw02")


@pytest.mark.slow
def test_versions_stay_as_long_as_the_draws_do(course, tmp_path):
    path = course / "solutions" / "hw" / "hw.ipynb"
    before = read_standing(path)
    notebook = nbformat.read(path, 4)
    notebook.cells[10].source += "  # another tolerance some day"
    nbformat.write(notebook, path)

    assert list(pool_findings(path, read_source(path))) == []
    assert read_standing(path).pool == before.pool

    notebook.cells[2].source = notebook.cells[2].source.replace("whole(2, 5)", "whole(3, 6)")
    nbformat.write(notebook, path)
    with pytest.raises(AuthorError, match="autograder build hw"):
        pool_of(path, read_source(path))
    assert [finding.code for finding in pool_findings(path, read_source(path))] == ["N07"]
    assert read_standing(path).pool != before.pool


def test_what_is_asked_for_first_is_in_the_courses_language_and_fits_the_cell(tmp_path):
    from autograder.versions import Pool, Version

    path = write_drawn(tmp_path)
    version = Version(values=(), shown={"c5": ("3 x^{2} - 2 x", "$4$")})
    pool = Pool(assignment="hw", names=(), versions=(version,))
    for language, asked, waiting in (
        (None, "# Write your e-mail address", "What is asked here appears"),
        ("de", "# Schreib deine E-Mail-Adresse", "Was hier gefragt ist, erscheint"),
    ):
        notebook = nbformat.read(path, 4)
        show_tasks(notebook, read_source(path), pool, language)
        (student,) = (cell for cell in notebook.cells if cell.id == "student")
        (task,) = (cell for cell in notebook.cells if cell.id == "c5")
        assert student.source.startswith(asked)
        assert max(map(len, student.source.split("\n"))) <= 76
        assert task.outputs[0].data["text/plain"].startswith(waiting)
        assert task.source.split("\n")[1].startswith("grader.task(")
        (own,) = (cell for cell in signed(notebook, "ann").cells if cell.id == "student")
        assert own.source == student.source.replace('""', '"ann"')


def test_a_version_read_as_a_source_of_its_own(tmp_path):
    from autograder.versions import Pool, Version

    path = write_drawn(tmp_path)
    source = read_source(path)
    version = Version(values=(3, -2, {"formula": ["3*x**2 + -2*x", "x"]}, 4), shown={"c5": ("3 x^{2} - 2 x", "$4$")})
    pool = Pool(assignment="hw", names=("a", "b", "f", "p"), versions=(version,))

    of_version = concrete(source, pool, version)

    assert of_version.prompts == {
        "q1": "### Question 1: a slope\n\n`slope`: the slope of $f(x) = 3 x^{2} - 2 x$ at $4$."
    }
    (asked,) = build.questions_of(of_version.questions[0].tests[0])
    assert asked.judge(22).outcome is Outcome.CORRECT


def test_a_file_of_versions_that_was_edited_is_refused(tmp_path):
    path = write_drawn(tmp_path)
    path.with_name(POOL_FILE).write_text("{}")

    with pytest.raises(AuthorError, match=r"versions\.json is not what the build wrote"):
        pool_of(path, read_source(path))


@pytest.mark.parametrize("versions", [0, "many", 1001, True])
def test_a_number_of_versions_that_is_none_is_refused(tmp_path, versions):
    path = write_drawn(tmp_path)
    source = read_source(path)
    changed = msgspec.structs.replace(source, config=source.config | {"versions": versions})

    with pytest.raises(AuthorError, match="no whole number from 1 to 1000"):
        list(pool_findings(path, changed))


def test_somebody_has_each_version(tmp_path):
    from autograder.versions import Pool, Version

    pool = Pool(assignment="hw", names=(), versions=(Version(values=(), shown={}),) * 7)

    assert [chosen("hw", student, 7) for student in somebody(pool)] == list(range(7))


@pytest.mark.slow
def test_a_version_that_students_have_stays_unless_something_is_wrong_with_it(tmp_path):
    path = write_drawn(tmp_path)
    assert list(pool_findings(path, read_source(path))) == []
    before = read_standing(path)
    longer = {"formula": ["123456789*x**2 + -123456789*x", "x"]}
    odd = msgspec.structs.replace(before.pool.versions[1], values=(123456789, -123456789, longer, 2))
    wrong = msgspec.structs.replace(before.pool.versions[2], values=(2, 3, {"formula": ["2*x**2 + 3*", "x"]}, 2))
    pool = msgspec.structs.replace(before.pool, versions=(before.pool.versions[0], odd, wrong))
    changed = msgspec.structs.replace(before, pool=pool, looked="another package", seal="")
    path.with_name(POOL_FILE).write_bytes(msgspec.json.encode(changed))

    (found,) = pool_findings(path, read_source(path))

    after = read_standing(path).pool.versions
    assert after[:2] == pool.versions[:2]
    assert after[2] not in (wrong, *pool.versions[:2])
    assert (found.code, found.error) == ("N08", False)
    assert "Version 3 does not stand any more (q1: " in found.message


def _without_a_value(standing):
    first = standing.pool.versions[0]
    versions = (msgspec.structs.replace(first, values=first.values[1:]), *standing.pool.versions[1:])
    pool = msgspec.structs.replace(standing.pool, versions=versions)
    return msgspec.json.encode(msgspec.structs.replace(standing, pool=pool, seal=""))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda old: old[: len(old) // 2], "Input data was truncated"),
        (lambda old: b"", "Input data was truncated"),
        (lambda old: b"\xff" + old, "invalid"),
        (lambda old: b"<<<<<<< HEAD\n" + old, "malformed"),
        (lambda old: old.replace(b'"looked"', b'"seen"'), "missing required field `looked`"),
        (lambda old: old.replace(b'"x"', b'"y"'), "changed by hand"),
        (lambda old: _without_a_value(msgspec.json.decode(old, type=Standing)), "changed by hand"),
    ],
)
def test_versions_that_somebody_changed_are_refused_and_nothing_is_written(course, tmp_path, damage, said):
    shutil.copytree(course / "solutions", tmp_path / "solutions", ignore=shutil.ignore_patterns(".build"))
    path = tmp_path / "solutions" / "hw" / "hw.ipynb"
    changed = damage(path.with_name(POOL_FILE).read_bytes())
    path.with_name(POOL_FILE).write_bytes(changed)

    with pytest.raises(AuthorError, match=f"versions.json is not what the build wrote: .*{said}.*as it was committed"):
        certify(tmp_path, "hw")

    assert path.with_name(POOL_FILE).read_bytes() == changed
    assert {each.name for each in path.parent.iterdir()} == {"hw.ipynb", POOL_FILE}
    assert not (tmp_path / "assignments").exists()


PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="


@pytest.mark.parametrize(
    ("name", "written", "content"),
    [
        ("image.png", "attachment:image.png", {"image/png": PIXEL}),
        ("Bild ä 1.png", "attachment:Bild%20%C3%A4%201.png", {"image/png": PIXEL[:40] + "\n" + PIXEL[40:]}),
        ("p.svg", "attachment:p.svg", {"image/svg+xml": ["<svg>", "</svg>"]}),
    ],
)
def test_a_pasted_picture_and_html_stay_in_a_prompt_with_numbers(name, written, content):
    asked = f"<b>At</b> {{{{ p }}}}: ![]({written})\n\n<table><tr><td>{{{{ p }}}}</td></tr></table>"
    prompt = nbformat.v4.new_markdown_cell(asked, id="c5", attachments={name: content})
    grader = Said()

    exec(_task(prompt, "q1", None).source, {"grader": grader})

    ((_, text, question),) = grader.tasks
    assert question == "q1"
    kind, data = re.search(r"!\[\]\(data:([\w/+]+);base64,([\w+/=]+)\)", text).groups()
    assert {kind} == set(content)
    assert base64.b64decode(data) == (b"<svg></svg>" if kind == "image/svg+xml" else base64.b64decode(PIXEL))
    assert fill(text.strip("\n"), ["3", "3"]).startswith("<b>At</b> 3: ")
    assert "<table><tr><td>{{ p }}</td></tr></table>" in text


class Said:
    def __init__(self):
        self.tasks = []

    def task(self, *given):
        self.tasks.append(given)
