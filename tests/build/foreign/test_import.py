"""`autograder import`: what becomes of each question and each test of five notebooks of different make."""

import shutil
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from autograder import build
from autograder.build.checks.runs import graded
from autograder.build.source import read_source
from autograder.cli import group
from autograder.errors import AuthorError, UsageError
from tests.build.foreign.make import HERE, NOTEBOOKS

OURS, PLAIN, NONE = "ours", "plain", "by hand"
BECAME = {
    # notebook → question, hidden, what it is now and a part of it, or of the reason
    "data_course": [
        ("q1_1", False, PLAIN, "`highest > 0` does more"),
        ("q1_1", True, PLAIN, "nothing says that a derivative"),
        (
            "q1_2",
            False,
            OURS,
            'Derivative("-5*t**2 + 30*t", wrt="t", rtol=1e-05, points=[0], name="speed").check(speed)',
        ),
        ("q1_2", True, OURS, 'wrt="t", rtol=1e-05, name="speed", seed=101)'),
        ("q1_3", False, PLAIN, "isinstance"),
        ("q1_3", True, PLAIN, "round"),
    ],
    "old_format": [
        ("q1", False, OURS, 'Derivative("x**2*sin(x)", wrt="x", name="f_prime")'),
        ("q1", True, OURS, 'Derivative("x**2*sin(x)", wrt="x", points=[1], name="f_prime", seed=101)'),
        ("q2", False, PLAIN, "len(grad_g)"),
        ("q2", True, OURS, 'Gradient("x**2*y + exp(y)", wrt=("x", "y"), name="grad_g", seed=101)'),
    ],
    "ml_course": [
        ("loss-gradient", False, OURS, 'Derivative("(w - 3)**2 + exp(-w)", wrt="w", rtol=1e-05, points=[0]'),
        ("loss-gradient", True, OURS, "points=[0, -1, 0.5, 2]"),
        ("sigmoid", False, PLAIN, "assert_equal"),
        ("sigmoid", True, PLAIN, "np.diff(sigmoid(z)) > 0"),
        ("descend", False, PLAIN, "abs(loss_gradient(w_best)) < 0.001"),
    ],
    "lecture": [
        ("q1", False, OURS, 'Derivative("exp(-x)*sin(x)", wrt="x", name="df").check(df)'),
        ("q1", True, OURS, "seed=101"),
        (
            "q2",
            False,
            OURS,
            'Derivative("t**3 - 4*t", wrt="t", points=[0, 1, 2], domain={"t": (0, 2)}, name="slope").check(slope)',
        ),
        ("q3", False, OURS, 'Gradient("v0**2*v1 + sin(v1)", wrt=("v0", "v1"), name="grad_q").check(grad_q)'),
        ("q3", True, OURS, "seed=101"),
        ("q4", True, OURS, 'Equal("1", name="at_zero", seed=101)'),
        ("q5", False, NONE, "what picture is cannot be said without running it"),
    ],
    "tutorial": [
        ("q1_1", False, OURS, 'Derivative("t*exp(-t/2)", wrt="t", name="df_dt").check(df_dt)'),
        ("q1_1", True, OURS, "seed=101"),
    ],
    "assignment": [
        ("q3", False, OURS, 'Derivative("1/(1 + exp(-x))", wrt="x", rtol=1e-05, points=[0], name="sigmoid_grad")'),
        ("q4", False, NONE, "what affine_backward is cannot be said without running it"),
        ("q1", False, NONE, "what slope_at_10 is cannot be said without running it"),
        ("q2", False, OURS, 'Derivative("w**3 - 2*w", wrt="w", name="dp").check(dp)'),
        ("q2", True, OURS, "seed=101"),
    ],
    "hidden_doctests": [
        ("q1", False, OURS, 'wrt="x", rtol=1e-05, domain={"x": (-2, 2)}, vectorised=True, name="dk")'),
        (
            "q1",
            True,
            OURS,
            'wrt="x", atol=1e-06, points=[0.3, 1.7], domain={"x": (0.3, 1.7)}, name="dk", seed=101)',
        ),
        ("q2", False, PLAIN, "count(n)"),
        ("q2", True, PLAIN, "count"),
    ],
}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("course")
    (root / "solutions").mkdir()
    return root


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_of_each_test_it_is_told_what_became_of_it(course: Path, name: str) -> None:
    made = build.bring(HERE / f"{name}.ipynb", course, f"{name}-told")
    rows = BECAME[name]
    assert [(change.question, change.hidden) for change in made.changes] == [row[:2] for row in rows]
    for change, (*_, kind, part) in zip(made.changes, rows, strict=True):
        now = OURS if change.is_ours else PLAIN if change.before else NONE
        assert (now, part in (change.after if kind == OURS else change.reason)) == (kind, True), change
    source = read_source(Path(made.path))
    assert [question.name for question in source.questions] == list(made.questions)
    kept = [cell.text for question in source.questions for cell in question.tests]
    assert kept == [change.after for change in made.changes if change.after]


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_of_another_make_is_imported_built_and_graded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "solutions").mkdir()
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(group, ["import", str(HERE / f"{name}.ipynb"), "--name", "hw"], catch_exceptions=False)
    assert said.output.endswith("wrote solutions/hw/hw.ipynb\nnext: autograder build hw\n")
    built = CliRunner().invoke(group, ["build", "hw"], catch_exceptions=False)
    assert "hw: wrote assignments/hw/" in built.output
    solved, blank = graded(
        tmp_path, "hw", build.solution_notebook(tmp_path, "hw"), build.student_notebook(tmp_path, "hw")
    )
    assert (solved.score, solved.score == solved.possible, blank.score) == (solved.possible, True, 0)


def test_nothing_is_written_over_unless_that_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "solutions").mkdir()
    monkeypatch.chdir(tmp_path)
    shutil.copy(HERE / "old_format.ipynb", tmp_path / "My homework (3).ipynb")
    call = ["import", "My homework (3).ipynb", "--plain"]
    first = CliRunner().invoke(group, call, catch_exceptions=False)
    assert "q1, public test: stays as it is: it was to stay as it is\n" in first.output
    assert first.output.endswith("next: autograder build My-homework-3\n")
    path = tmp_path / "solutions" / "My-homework-3" / "My-homework-3.ipynb"
    path.write_text("mine")
    with pytest.raises(UsageError, match="is there already: give --name for another, or --replace to write over it"):
        CliRunner().invoke(group, call, catch_exceptions=False)
    assert path.read_text() == "mine"
    CliRunner().invoke(group, [*call, "--replace"], catch_exceptions=False)
    assert len(read_source(path).questions) == 3


def book(folder: Path, *cells: nbformat.NotebookNode, **metadata: object) -> Path:
    path = folder / "nb.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells), metadata=metadata), path)
    return path


def md(text: str, **metadata: object) -> nbformat.NotebookNode:
    return nbformat.v4.new_markdown_cell(text, metadata=metadata)


def code(text: str, **metadata: object) -> nbformat.NotebookNode:
    return nbformat.v4.new_code_cell(text, metadata=metadata)


SOLVED = {"nbgrader": {"solution": True, "grade": False, "grade_id": "a"}}


@pytest.mark.parametrize(
    ("cells", "metadata", "words"),
    [
        ([md("# Notes"), code("1 + 1")], {}, "no question found. It has no blocks of Otter Assign"),
        ([md("### Exercise 1"), code("a = 1")], {"language_info": {"name": "R"}}, "a notebook in R; only Python"),
        ([code("# YOUR CODE HERE\nraise NotImplementedError()", **SOLVED)], {}, "nbgrader's version for students"),
        ([code("1", nbgrader={"solution": False, "grade": False})], {}, "no cell of nbgrader's is a solution"),
        ([code('grader.check("q1")')], {}, "what Otter Assign gives to students"),
        ([md("<!-- BEGIN QUESTION -->\n\nWhy?"), code('grader.check("q1")')], {}, "gives to students"),
        ([nbformat.v4.new_raw_cell("Here:\n# BEGIN QUESTION\nname: q1")], {}, "stands in a raw cell of its own"),
        ([nbformat.v4.new_raw_cell("# ASSIGNMENT CONFIG")], {}, "a master of Otter Assign without a question"),
        ([md("```\nBEGIN QUESTION\npoints: 1\n```"), code("a = 1")], {}, "cell 1: the question has no `name:`"),
        ([md("```\nBEGIN QUESTION\nname: [\n```"), code("a = 1")], {}, "cell 1: not YAML"),
        ([nbformat.v4.new_raw_cell("# BEGIN QUESTION\nname: q1")], {}, "BEGIN QUESTION q1 (cell 2) is still open"),
    ],
)
def test_what_cannot_be_imported_is_refused_with_what_it_is(
    tmp_path: Path, cells: list[nbformat.NotebookNode], metadata: dict[str, object], words: str
) -> None:
    with pytest.raises(AuthorError) as refused:
        build.bring(book(tmp_path, *cells, **metadata), tmp_path)
    assert words in str(refused.value)
    assert not (tmp_path / "solutions").exists()


def test_a_file_that_is_no_notebook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    with pytest.raises(UsageError, match="there is no such file"):
        build.bring(path, tmp_path)
    path.write_text("print(1)")
    with pytest.raises(AuthorError, match="not a notebook: not JSON"):
        build.bring(path, tmp_path)
    with pytest.raises(UsageError, match="cannot name an assignment: give --name"):
        build.bring(path, tmp_path, "../x")


def test_a_question_that_its_author_scores_by_hand_stays_so(tmp_path: Path) -> None:
    blocks = [
        "# BEGIN QUESTION\nname: q1\nmanual: true\npoints: 3",
        "# BEGIN SOLUTION",
        "# END SOLUTION",
        "# END QUESTION",
    ]
    begin, opened, closed, end = map(nbformat.v4.new_raw_cell, blocks)
    made = build.bring(
        book(
            tmp_path,
            begin,
            md("The derivative `d` of $f(x) = x^2$."),
            opened,
            code("d = 2 * x  # SOLUTION"),
            closed,
            end,
        ),
        tmp_path,
    )
    assert (made.changes, made.points) == ((), 3.0)
    assert read_source(Path(made.path)).questions[0].manual
