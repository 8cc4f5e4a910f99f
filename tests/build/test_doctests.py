"""Masters whose tests are doctests, Otter's default: read and checked as they are."""

from pathlib import Path

import nbformat
import pytest

from autograder import build
from autograder.build.checks.asked import asked_in
from autograder.build.checks.findings import leak_findings, read_findings
from autograder.build.source import Source, read_source
from autograder.errors import AuthorError
from tests.build.foreign.make import HERE
from tests.build.source_samples import BEGIN, notebook, question

CONFIG = ("raw", "# ASSIGNMENT CONFIG\nname: hw")
GIVEN = ("code", "import numpy as np\nX = np.arange(3)")
CHECK = "from autograder import Derivative\n{}Derivative({}, name='a', seed=7).check(a)"
MESSAGE = '""" # BEGIN TEST CONFIG\npoints: 1\nfailure_message: Look at the sum.\n""" # END TEST CONFIG\nassert a == 1'


def source(path: Path, *tests: str, begin: str = BEGIN, saved: str | None = "True") -> Source:
    """A master of one question, with this output saved in each test."""
    made = notebook(path / "hw.ipynb", CONFIG, GIVEN, *question(begin, tests=tests))
    opened = nbformat.read(made, as_version=4)
    for cell in opened.cells:
        if cell.cell_type == "code" and cell.source in tests and saved is not None:
            cell.outputs = [nbformat.v4.new_output("execute_result", data={"text/plain": saved})]
    nbformat.write(opened, made)
    return read_source(made)


@pytest.mark.parametrize(
    ("tests", "begin"),
    [
        (("a == 1", "# HIDDEN\na == X[1]"), BEGIN),
        (("assert a == 1\nassert a\na > 0", "# hidden\nfor k in X:\n    assert a > k - 2\nTrue"), BEGIN),
        (("a == 1", "# HIDDEN\na > 0"), BEGIN.replace("2", "[1, 1]")),
        ((MESSAGE, "# HIDDEN\na > 0"), BEGIN),
    ],
)
def test_a_doctest_master_has_no_findings(tmp_path: Path, tests: tuple[str, ...], begin: str) -> None:
    read = source(tmp_path, *tests, begin=begin)
    assert list(read_findings(read)) == []
    assert read.questions[0].names == ("a",)


def test_a_value_that_is_compared_with_no_saved_output_is_told(tmp_path: Path) -> None:
    tests = ("a == 1", "# HIDDEN\nnp.testing.assert_allclose(a, 1)")
    found = list(read_findings(source(tmp_path, *tests, saved=None)))
    assert [(finding.code, finding.cell, finding.error) for finding in found] == [("S27", 9, True)]
    assert list(read_findings(source(tmp_path, f"{tests[0]}\nNone", tests[1], saved=None))) == []


def test_the_questions_of_a_doctest_are_found_without_running_what_else_it_does(tmp_path: Path) -> None:
    right = CHECK.format("f = 'x**2'\n", "f")
    of_notebook = CHECK.format("print(1 / 0)\n", "X[0]")
    for text, count in ((right, 1), (of_notebook, 0), ("1 / 0", 0), ("import no_such_module", 0)):
        asked, unmade = asked_in(source(tmp_path, text).questions[0])
        assert ([each.seed for _, each in asked], unmade) == ([7] * count, [])
    for text, words in (
        (CHECK.format("", "'x**2', wtr='x'"), "did you mean wrt=?"),
        (right.replace("import Derivative", "import Derivativ"), "did you mean Derivative?"),
    ):
        read = source(tmp_path, text).questions[0]
        _, (finding,) = asked_in(read)
        assert (finding.code, words in finding.message) == ("R01", True)


def test_a_hidden_doctest_in_what_students_get_is_found_by_its_own_lines(tmp_path: Path) -> None:
    read = source(tmp_path, "import math\na == 1", "# HIDDEN\nimport math\na == math.cos(0)")
    held = {"otter": {"tests": {"q1": {"suites": [{"cases": [{"code": ">>> import math\n>>> a == 1\nTrue"}]}]}}}}
    student = nbformat.v4.new_notebook(metadata=held)
    assert list(leak_findings(read, student)) == []
    held["otter"]["tests"]["q1"]["suites"][0]["cases"].append({"code": ">>> a == math.cos(0)\nTrue"})
    assert [finding.code for finding in leak_findings(read, nbformat.v4.new_notebook(metadata=held))] == ["B01"]


def test_prompts_of_the_shell_are_no_python_and_refused_with_the_place(tmp_path: Path) -> None:
    with pytest.raises(AuthorError, match=r"cell 9, line 1: .*>>> a == 1.*Otter writes the `>>> ` itself"):
        source(tmp_path, ">>> a == 1\nTrue")


@pytest.mark.slow
def test_a_doctest_master_is_built_and_graded_as_it_is(tmp_path: Path) -> None:
    check = CHECK.format("", "'x**2'").replace("check(a)", "check(b)")
    first = question(BEGIN.replace("2", "[1, 2]"), tests=(MESSAGE, "# HIDDEN\nassert a == X[1]"))
    second = question(
        BEGIN.replace("q1", "q2"), "Give `b`.", 'b = "2*x"  # SOLUTION', (check, f"# HIDDEN\n{check.replace('7', '8')}")
    )
    config = ("raw", f"{CONFIG[1]}\nlanguage: de")
    notebook(tmp_path / "solutions" / "hw" / "hw.ipynb", config, GIVEN, *first, *second)
    assert [str(finding) for finding in build.certified(tmp_path, "hw") if finding.error] == []
    build.install(tmp_path, "hw")
    handed_out = (tmp_path / "assignments" / "hw" / "hw.ipynb").read_text()
    assert ('language=\\"de\\"' in handed_out, "a == X[1]" in handed_out) == (True, False)


def test_a_function_that_is_called_in_its_cell_and_takes_an_import_is_otter_s_too(tmp_path: Path) -> None:
    config = ("raw", "# ASSIGNMENT CONFIG\nname: hw\ntests:\n    ok_format: false")
    test = "def test_q1(a, np):\n    assert a == np.cos(0)\n\ntest_q1(a, np)"
    ask = "def test_q1_more(a):\n    from autograder import Equal\n\n    Equal(1).check(a)\n\ntest_q1_more(a)"
    read = read_source(
        notebook(tmp_path / "hw.ipynb", config, GIVEN, *question(BEGIN, tests=(test, f"# HIDDEN\n{ask}")))
    )
    assert list(read_findings(read)) == []
    asked, unmade = asked_in(read.questions[0])
    assert ([each.kind for _, each in asked], unmade) == (["Equal"], [])


def test_what_has_no_points_needs_no_test_and_a_lecture_no_grader(tmp_path: Path) -> None:
    config = ("raw", "# ASSIGNMENT CONFIG\nname: hw\ninit_cell: false")
    read = read_source(notebook(tmp_path / "hw.ipynb", config, *question("# BEGIN QUESTION\nname: q1", tests=())))
    assert [(finding.code, finding.error) for finding in read_findings(read)] == [("S11", False)]
    worth = read_source(notebook(tmp_path / "worth.ipynb", config, *question(BEGIN, tests=())))
    assert [(finding.code, finding.error) for finding in read_findings(worth)] == [("S11", True)]


def test_blocks_in_fences_may_stand_beside_words_in_one_cell(tmp_path: Path) -> None:
    read = read_source(HERE / "hidden_doctests.ipynb")
    assert [each.name for each in read.questions] == ["q1", "q2"]
    assert read.questions[0].prompt == "Mit $k(x) = \\sin(x^2)$: gib die Ableitung `dk` an."
    assert {cell.index for cell in read.cells if "BEGIN TESTS" in cell.text} == {6, 15}
    made = notebook(tmp_path / "hw.ipynb", CONFIG, ("md", "Words\n```otter\n# BEGIN QUESTION\nname: q1"))
    with pytest.raises(AuthorError, match="cell 2: a fence ```otter is never closed"):
        read_source(made)
