"""What students must not get of a notebook of another make, and what must not be lost of it: rows of cells."""

import re
from functools import partial
from pathlib import Path

import nbformat
import pytest

from autograder import build
from autograder.build.source import Source, is_hidden, read_source
from autograder.errors import AuthorError, UsageError
from tests.build.foreign.test_import import SOLVED, book, code, md


def graded(**more: object) -> dict[str, object]:
    return {"nbgrader": {"grade": True, "grade_id": "t", "points": 1, "solution": False, **more}}


ANSWER = code("a = 1", **SOLVED)
TESTED = code("assert a == 1", **graded())
TASK = {"grade_id": "t", "points": 2, "task": True, "solution": False, "grade": True}


def for_students(source: Source) -> str:
    """The text of a source without its solutions and hidden tests."""
    hidden = {cell.index for question in source.questions for cell in question.tests if is_hidden(cell)}
    left, solution = [], False
    for cell in source.cells:
        solution = cell.text == "# BEGIN SOLUTION" if cell.kind == "raw" else solution
        if not solution and cell.index not in hidden:
            left.append(cell.text)
        elif solution:
            # what the marks in a cell leave
            text = (
                re.sub(r"# BEGIN SOLUTION.*?# END SOLUTION", "", cell.text, flags=re.S) if cell.kind == "code" else ""
            )
            left.append(re.sub(r".*# SOLUTION$", "", text, flags=re.M))
    return "\n".join(left)


KEPT_FROM_STUDENTS = [
    # cells, in which "secret" must not reach students, and "shown" must
    [ANSWER, code("assert a # shown\n#--- BEGIN HIDDEN TESTS ---\na # secret\n#--- END HIDDEN TESTS ---", **graded())],
    [md("shown\n=== BEGIN MARK SCHEME ===\nsecret\n=== END MARK SCHEME ===", nbgrader=TASK)],
    [md("shown\n### BEGIN SOLUTION\nsecret\n### END SOLUTION", **graded(solution=True))],
    [md("### Exercise 1\nshown `a`"), md("**Solution:** by the rule\n\nsecret"), code("a = 2")],
    [md("### Exercise 1\nshown `a`"), md("### Solution\nby the rule\n\nsecret"), code("a = 2")],
    [md("### Exercise 1\nshown `a`"), md("### Exercise 1: Solution\nsecret"), code("a = 2")],
    [md("### Exercise 1\nshown `a`\n\n**Solution.** $2x$ secret"), code("a = 2")],
    [md("### Exercise 1\nshown `a`\n<details>\n<summary>Click for the solution</summary>\nsecret"), code("a = 2")],
    [md("### Aufgabe 1\nshown `a`\n\n*Lösung zu Aufgabe 1:* secret"), code("a = 2")],
    [md("### Exercise 1\n`a`\n\nSolutions of $x^2 = 2$ are shown here."), code("a = 2")],
    [md("### Exercise 1\n`a`\n\nAnswer (to two digits) as shown."), code("a = 2")],
    [md("### Exercise 1\n`a` shown\n\nSolution (by hand):\nsecret"), code("a = 2")],
    [md("### Exercise 1"), md("Answer in one line, shown, as `a`."), code("a = 2")],
    # solutions that stand far from their exercises, and other makes of marking one
    [
        md("### Exercise 1\nshown"),
        md("### Exercise 2"),
        code("# TODO"),
        md("## Solutions"),
        md("### Exercise 1\nsecret"),
        code("a = 2"),
        md("### Exercise 2"),
        code("b = 2  # secret"),
        md("## Appendix\nshown"),
    ],
    [
        md("## Exercise 1\nshown"),
        code("a = ..."),
        md("## Exercise 2"),
        code("b = 1"),
        md("## Solution to Exercise 1\nsecret"),
        code("a = 2  # secret"),
    ],
    [
        md("**Aufgabe 1.** shown"),
        md("**Aufgabe 2.** b"),
        md("# Lösungen"),
        code("# Lösung zu Aufgabe 1\na = 1"),
        md("Lösung 2: secret"),
        code("b = 1"),
    ],
    [
        md("## Coding Exercise 1.1: shown"),
        code("a = ...\nraise NotImplementedError"),
        code("# to_remove solution\na = 2  # secret"),
        code("#@title Feedback\nshown = 1"),
        md("shown"),
    ],
    [md("### Exercise 1\nshown"), md("### Exercise 2"), code("b = ..."), md("### Solution"), code("b = 2  # secret")],
    [
        md("### Exercise 1\nshown"),
        code("a = ..."),
        md("# Solutions"),
        md("## Derivation\nsecret"),
        code("a = 2  # secret"),
    ],
    [md("## Exercise 1\nshown"), code("a = ..."), md("## Summary"), md("# Solutions"), code("a = 2  # secret")],
    [md("# Solutions of equations\nshown"), md("### Exercise 1"), code("a = 2  # secret")],
    [md("### Your turn\nshown"), code("#@title Solution\na = 2  # secret")],
    [md("### Exercise: shown\n<details><summary>Solution</summary>\n\n```python\na = 2  # secret\n```\n</details>")],
    [
        md("shown"),
        code("def a(x):\n    ### START CODE HERE ###\n    return x  # secret\n    ### END CODE HERE ###"),
        code("shown = a(1)"),
    ],
    [md("### Q1. shown"), code("given = 1"), code("# BEGIN YOUR CODE\na = 2  # secret\n# END YOUR CODE"), md("shown")],
]


@pytest.mark.parametrize("cells", KEPT_FROM_STUDENTS)
def test_students_get_nothing_of_a_solution_and_all_of_a_prompt(
    tmp_path: Path, cells: list[nbformat.NotebookNode]
) -> None:
    got = for_students(read_source(Path(build.bring(book(tmp_path, *cells), tmp_path).path)))
    assert ("secret" in got, "shown" in got) == (False, True), got


NOT_DIVIDED = [
    ([ANSWER, code("assert a\n### BEGIN HIDDEN TESTS\nassert a == 1", **graded())], "cell 2: `### BEGIN HIDDEN"),
    ([code("### BEGIN SOLUTION\na = 1", **SOLVED), TESTED], "cell 1: `### BEGIN SOLUTION` is never closed"),
    ([code("a = 1\n### END SOLUTION", **SOLVED), TESTED], "`### END SOLUTION` has no BEGIN SOLUTION before it"),
    ([code("### BEGIN SOLUTION\nb = 1\n### END SOLUTION"), ANSWER, TESTED], "cell 1: students would get what stands"),
    ([ANSWER, code("from mine import *\nassert a", **graded())], "`from mine import *` in a test: write out"),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "words"), NOT_DIVIDED)
def test_a_region_that_cannot_be_divided_is_refused(
    tmp_path: Path, cells: list[nbformat.NotebookNode], words: str
) -> None:
    with pytest.raises(AuthorError) as refused:
        build.bring(book(tmp_path, *cells), tmp_path)
    assert words in str(refused.value)


def test_images_imports_and_stubs(tmp_path: Path) -> None:
    image = {"i.png": {"image/png": "AA=="}}
    task = md("Explain ![i](attachment:i.png).", nbgrader=TASK)
    task["attachments"] = image
    made = build.bring(
        book(
            tmp_path,
            code("from sympy import *"),
            task,
            ANSWER,
            code("from hashlib import sha1\nassert sha1(b'a')", **graded()),
            code("b = simplify(1)", **SOLVED),
            code("from numpy.testing import *\nassert_equal(simplify(b), 1)\nsha1(b'b')", **graded()),
        ),
        tmp_path,
    )
    cells = nbformat.read(made.path, 4).cells
    assert [cell.attachments for cell in cells if cell.get("attachments")] == [image]
    after = made.changes[-1].after
    for line in ("from numpy.testing import assert_equal", "from sympy import simplify", "from hashlib import sha1"):
        assert f"\n    {line}\n" in after
    stub = partial(code, "def a(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()")
    (tmp_path / "two").mkdir()
    cells = [md("### Exercise 1\n`a`"), stub(), code("def a(x):\n    return x"), md("### Exercise 2\n`a`"), stub()]
    made = build.bring(book(tmp_path / "two", *cells), tmp_path / "two")
    assert made.notes[0] == "q2 holds no solution but what students were to fill in: write one."
    assert [len(each.answers) for each in read_source(Path(made.path)).questions] == [1, 1]


def test_what_an_author_must_look_at_is_told(tmp_path: Path) -> None:
    cells = [md("### Exercise 1\n`a`"), code("a = 1"), md("### Exercise 1"), code("a = 2")]
    made = build.bring(book(tmp_path, *cells), tmp_path)
    assert [note.partition(";")[0] for note in made.notes] == ["q1_2: an exercise with this number was there before"]
    by_hand = build.bring(
        book(tmp_path, md("### Exercise 1\n`a`"), code("a = [k for k in range(3)]")), tmp_path, "hand"
    )
    assert by_hand.notes == ("no question has a test, and a build needs one at least: write a test for one of them.",)
    made = build.bring(book(tmp_path, ANSWER, code("%timeit a\nassert a == 1", **graded())), tmp_path, "magic")
    assert made.changes[0].after.endswith("def test_a(a):\n    assert a == 1")
    twice = otter("name: hw", "1", "assert a")
    twice += [nbformat.v4.new_code_cell(c.source) if c.cell_type == "code" else nbformat.v4.new_raw_cell(c.source)
              for c in twice[2:]]  # fmt: skip
    with pytest.raises(
        AuthorError, match=r"nb\.ipynb, in blocks of Otter Assign, cells .*two questions are called 'q1'"
    ):
        build.bring(book(tmp_path, *twice), tmp_path, "twice")


def otter(config: str, given: str, test: str) -> list[nbformat.NotebookNode]:
    cells = [f"# ASSIGNMENT CONFIG\n{config}", given, "# BEGIN QUESTION\nname: q1\npoints: 1", "# BEGIN SOLUTION",
             "a = 1 # SOLUTION", "# END SOLUTION", "# BEGIN TESTS", test, "# END TESTS", "# END QUESTION"]  # fmt: skip
    return [code(text) if number in (1, 4, 7) else nbformat.v4.new_raw_cell(text) for number, text in enumerate(cells)]


def test_files_go_to_whom_they_are_for(tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir()
    for name in ("My data.csv", "answers.csv", "helpers.py", "other.ipynb", "../out.csv"):
        (folder / name).write_text("1")
    given = "import helpers\nopen('nb.ipynb')\nopen('other.ipynb')\nopen('My data.csv')"
    path = book(folder, *otter("name: hw\nfiles: [../out.csv]", given, "# HIDDEN\nassert open('answers.csv')"))
    made = build.bring(path, tmp_path, "hw")
    config = read_source(Path(made.path)).config
    # the master itself, which the notebook names, would be every solution
    assert config == {
        "name": "hw", "files": ["../out.csv", "helpers.py", "My data.csv"], "autograder_files": ["answers.csv"]
    }  # fmt: skip
    assert made.notes == (
        "other.ipynb is named in cell 2 and was not copied, since it is a notebook.",
        "../out.csv lies outside the notebook's folder and was not copied: put it there, and name it so.",
    )
    written = {each.name for each in (tmp_path / "solutions").rglob("*") if each.is_file()}
    assert written == {"hw.ipynb", "helpers.py", "My data.csv", "answers.csv"}
    Path(made.path).unlink()
    (tmp_path / "solutions/hw/helpers.py").write_text("mine")
    with pytest.raises(UsageError, match=r"helpers\.py is there already, with another content: give --replace"):
        build.bring(path, tmp_path, "hw")
    assert not Path(made.path).exists()
