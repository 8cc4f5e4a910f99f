"""What an author is told of a source before anything is built, and which sources are refused."""

import json
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.build.checks.findings import leak_findings, read_findings
from autograder.build.source import is_hidden, read_source
from autograder.errors import AuthorError
from tests.build.source_samples import BEGIN, CONFIG, HIDDEN, TEST, codes, notebook, points, question


def test_a_source_without_fault_has_no_findings(tmp_path: Path) -> None:
    assert codes(notebook(tmp_path / "hw.ipynb", CONFIG, *question())) == []


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ([CONFIG, ("md", "only text")], "S01"),
        ([*question()], "S03"),
        ([CONFIG, *question(), *question(begin="# BEGIN QUESTION\nname: q2\npoints: 1")], "S10"),
        ([CONFIG, *question(tests=())], "S11"),
        ([CONFIG, *question(begin="# BEGIN QUESTION\nname: q1")], "S12"),
        ([CONFIG, *question(tests=(HIDDEN,))], "S13"),
        ([CONFIG, *question(tests=(TEST,))], "S14"),
        ([CONFIG, *question(solution=None)], "S15"),
        ([CONFIG, *question(solution="b = 1  # SOLUTION")], "S16"),
        ([CONFIG, *question(prompt="Give it.")], "S17"),
        ([CONFIG, *question(tests=(f"{TEST}  # slips={{2: 'hint'}}", HIDDEN))], "S18"),
        ([CONFIG, *question(tests=('def test_q1(a):\n    Choice("AB", key="A").check(a)', HIDDEN))], "S18"),
        ([CONFIG, *question(tests=('def test_q1(a):\n    Choice("AB", "A").check(a)', HIDDEN))], "S18"),
        ([CONFIG, *question(tests=(TEST, HIDDEN.replace("# HIDDEN", "# HIDEN")))], "S22"),
        ([CONFIG, *question(tests=(TEST, f"\n{HIDDEN}"))], "S22"),
        ([CONFIG, *question(tests=("def check_q1(c):\n    assert c == 1", HIDDEN))], "S16"),
        ([CONFIG, *question(tests=("assert a == 1\nassert a\nassert a > 0", HIDDEN))], "S24"),
        ([("raw", "# ASSIGNMENT CONFIG\nname: hw"), *question()], "S04"),
        ([("raw", f"{CONFIG[1]}\ninit_cell: false"), *question()], "S05"),
        ([CONFIG, *question(solution="a = 1")], "S19"),
        ([CONFIG, *question(solution="a = 1  # SOLUTON")], "S19"),
        ([CONFIG, *question(solution="# BEGIN SOLUTION\na = 1")], "S19"),
        ([CONFIG, *question(solution="a = 1  # SOLUTION\n# END SOLUTION")], "S19"),
        ([CONFIG, *question(begin=BEGIN.replace("2", "two"))], "S20"),
        ([CONFIG, *question(begin=BEGIN.replace("2", "-2"))], "S20"),
        ([CONFIG, *question(begin=BEGIN.replace("2", "[1, 1, 1]"))], "S20"),
        ([CONFIG, *question(tests=(TEST, points(3) + HIDDEN))], "S20"),
        ([CONFIG, *question(tests=(points(1) + TEST, points(0) + HIDDEN))], "S20"),
        ([CONFIG, *question(tests=(points("two") + TEST, HIDDEN))], "S20"),
        ([CONFIG, *question(begin=f"{BEGIN}\nmanul: true")], "S21"),
        ([CONFIG, *question(tests=(points(1).replace("points", "point") + TEST, HIDDEN))], "S21"),
        ([CONFIG, ("md", "# Title\n\nOne question, 40 points."), *question()], "S07"),
        ([CONFIG, *question(prompt="### Question 1 (3 points)\nGive `a`.")], "S23"),
        ([CONFIG, *question(solution="b = 2\ndef a(x): return b * x  # SOLUTION"), ("code", "w, b = 1, 3")], "S25"),
        ([CONFIG, ("code", "b = 2"), *question(solution="a = lambda x: b  # SOLUTION"), ("code", "b = 3")], "S25"),
    ],
)
def test_each_fault_of_a_source_is_told_with_its_code(tmp_path: Path, cells: list[tuple[str, str]], code: str) -> None:
    path = notebook(tmp_path / "hw.ipynb", *cells)
    assert code in codes(path)
    found = next(finding for finding in read_findings(read_source(path)) if finding.code == code)
    assert found.message.endswith(".")
    assert found.fix.endswith(".")
    assert str(found).startswith(code)


def test_points_may_be_given_for_each_test(tmp_path: Path) -> None:
    assert codes(notebook(tmp_path / "hw.ipynb", CONFIG, *question(begin=BEGIN.replace("2", "{each: 2}")))) == []


@pytest.mark.parametrize(
    ("solution", "later"),
    [
        ("b = 2\na = b  # SOLUTION", "b = 3"),
        ("b = 2\na = [b * x for x in range(3)]  # SOLUTION", "b = 3"),
        ("b = 2\na = lambda b: b  # SOLUTION", "b = 3"),
        ("b = 2\na = lambda x: b  # SOLUTION", "b = 2"),
        ("b = 2\na = lambda x: b  # SOLUTION", "def other(b):\n    return b"),
        ("b = 2\na = lambda x: b  # SOLUTION", "%%bash\nb=3; echo $b"),
    ],
)
def test_a_later_cell_may_use_a_name_that_no_answer_looks_up(tmp_path: Path, solution: str, later: str) -> None:
    cells = [CONFIG, *question(solution=solution), ("code", later)]
    assert codes(notebook(tmp_path / "hw.ipynb", *cells)) == []


def test_saved_outputs_of_a_source_are_told(tmp_path: Path) -> None:
    path = notebook(tmp_path / "hw.ipynb", CONFIG, *question())
    opened = nbformat.read(path, as_version=4)
    opened.cells[4]["outputs"] = [nbformat.v4.new_output("stream", text="1")]
    nbformat.write(opened, path)
    assert codes(path) == ["S02"]


def without(text: str) -> list[tuple[str, str]]:
    return [cell for cell in question() if cell[1] != text]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (question()[:-1], "BEGIN QUESTION q1 (cell 1) is still open: add a raw cell `# END QUESTION`"),
        ([*question()[:-1], *question()], "cell 10: # BEGIN QUESTION does not belong here: BEGIN QUESTION q1 (cell 1)"),
        (without("# END TESTS"), "BEGIN TESTS (cell 6) is still open; add a raw cell `# END TESTS` before this one"),
        (without("# BEGIN TESTS"), "is open in BEGIN QUESTION q1 (cell 1); add a raw cell `# BEGIN TESTS`"),
        (without("# END SOLUTION"), "cell 5: # BEGIN TESTS does not belong here: BEGIN SOLUTION (cell 3)"),
        ([("raw", "# END TESTS")], "nothing that it closes is open; add a raw cell `# BEGIN TESTS`"),
        ([("raw", "# BEGIN TESTS")], "no question is open; add a raw cell `# BEGIN QUESTION`"),
        ([("raw", "# BEGIN TEST")], "`# BEGIN TEST` opens or closes no block: write `# BEGIN TESTS`"),
        (
            [("raw", "#BEGIN QUESTION\nname: q1")],
            "`#BEGIN QUESTION` opens or closes no block: write `# BEGIN QUESTION`",
        ),
        ([("raw", "# BEGIN EXTRA")], "blocks are QUESTION, PROMPT, SOLUTION and TESTS"),
        (
            [("code", "# END TESTS")],
            "cell 1: `# END TESTS` stands in a code cell, where it does nothing: make it a raw",
        ),
        ([("md", "# END SOLUTION")], "stands in a Markdown cell"),
        ([*question(), *question()], "cells 1 and 11: two questions are called 'q1'"),
        (question(begin="# BEGIN QUESTION\npoints: 2"), "needs `name:`"),
        (question(begin="# BEGIN QUESTION\nname: [q1"), "cell 1, line 2: not YAML: expected ',' or ']'"),
        (question(solution="a = = 1"), "question q1, cell 4, line 1: invalid syntax: a = = 1"),
        (question(tests=(points("[1") + TEST,)), "question q1, cell 7, line 2: not YAML"),
        (question(tests=(points(1).partition('\n"')[0],)), "question q1, cell 7: the test's configuration is never"),
    ],
)
def test_a_source_that_cannot_be_read_is_refused_with_the_place(
    tmp_path: Path, cells: list[tuple[str, str]], words: str
) -> None:
    with pytest.raises(AuthorError) as refused:
        read_source(notebook(tmp_path / "hw.ipynb", *cells))
    assert words in str(refused.value)


def test_a_solution_may_be_marked_in_each_of_otter_s_ways(tmp_path: Path) -> None:
    for solution in (
        "a = 1 #SOLUTION",
        "# BEGIN SOLUTION NO PROMPT\na = 1\n# END SOLUTION",
        'a = 1  # SOLUTION NO PROMPT\n""" # BEGIN PROMPT\na = ...\n""" # END PROMPT',
        "a = 1  # SOLUTION\nb = 2  # resolution",
    ):
        assert codes(notebook(tmp_path / "hw.ipynb", CONFIG, *question(solution=solution))) == []


def test_a_name_of_another_assignment_is_told(tmp_path: Path) -> None:
    source = read_source(notebook(tmp_path / "hw.ipynb", CONFIG, *question()))
    assert [finding.code for finding in read_findings(source, ["hw", "hw01"])] == ["S06"]
    assert list(read_findings(source, ["hw01"])) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"hello", "not JSON: Expecting value"),
        (b" \n", "the file is empty"),
        (b"[]", "without a list of cells"),
        (b"{}", "without a list of cells"),
        (b'{"cells": "\xe4"}', "byte 12 is not UTF-8"),
        (b'{\n<<<<<<< HEAD\n "cells": []}', "line 2 holds the marks of a merge"),
    ],
)
def test_what_is_no_notebook_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "hw.ipynb"
    path.write_bytes(content)
    with pytest.raises(AuthorError, match="not a notebook") as refused:
        read_source(path)
    assert words in str(refused.value)


@pytest.mark.parametrize("ids", [[None, None], ["same", "same"], ["cell-2", None]])
def test_cells_without_an_id_of_their_own_get_the_same_one_each_time(tmp_path: Path, ids: list[str | None]) -> None:
    path = notebook(tmp_path / "hw.ipynb", CONFIG, ("md", "text"))
    opened = json.loads(path.read_text())
    for cell, name in zip(opened["cells"], ids, strict=True):
        cell.pop("id")
        if name:
            cell["id"] = name
    path.write_text(json.dumps(opened))
    one, two = ([cell.id for cell in read_source(path).cells] for _ in range(2))
    assert one == two
    assert len(set(one)) == 2


def test_hidden_is_read_as_otter_reads_it(tmp_path: Path) -> None:
    config = '""" # BEGIN TEST CONFIG\nhidden: true\n""" # END TEST CONFIG\ndef test_q1(a):\n    assert a'
    path = notebook(tmp_path / "hw.ipynb", CONFIG, *question(tests=(TEST, HIDDEN, config)))
    assert [is_hidden(test) for test in read_source(path).questions[0].tests] == [False, True, True]


def test_a_test_may_take_what_the_notebook_gives_and_earlier_answers(tmp_path: Path) -> None:
    data = ("code", "X = np.arange(3)\nstudent_id = 0")
    first = question()
    begin = "# BEGIN QUESTION\nname: q2\npoints: 2"
    test, hidden = (
        "def test_q2(b, X, a):\n    assert b == X[a]",
        "# HIDDEN\ndef test_q2_more(b, student_id):\n    assert b",
    )
    second = question(begin, prompt="Give `b`.", solution="b = 1  # SOLUTION", tests=(test, hidden))
    assert codes(notebook(tmp_path / "hw.ipynb", CONFIG, data, *first, *second)) == []
    # what comes after the question is not there when its check runs
    assert codes(notebook(tmp_path / "hw.ipynb", CONFIG, *first, *second, data)) == ["S16", "S17"] * 2
    rebound = question(begin, prompt="Give `a`.", solution="a = 1  # SOLUTION", tests=(test.replace("b, ", ""), hidden))
    assert "S10" in codes(notebook(tmp_path / "hw.ipynb", CONFIG, data, *first, *rebound))


def test_headers_and_prompts_are_no_leaks_and_the_cell_that_leaks_is_named(tmp_path: Path) -> None:
    solution = """\
def slope(f, x):
    # BEGIN SOLUTION NO PROMPT
    total = f(x + 1) - f(x)
    for _ in range(count):
        total = total + x
    return total
    # END SOLUTION
    """
    prompt = '""" # BEGIN PROMPT\ntotal = total + x  # mend this line\n...\n""" # END PROMPT'
    public = "def test_q1(slope):\n    for _ in range(count):\n        total = f(x + 1) - f(x)"
    cells = question(
        prompt="Give `slope`.", solution=solution + prompt, tests=(public, HIDDEN.replace("(a)", "(slope)"))
    )
    source = read_source(notebook(tmp_path / "hw.ipynb", CONFIG, *cells))
    student = new_notebook(
        cells=[
            new_code_cell("def slope(f, x):\n    total = total + x  # mend this line\n    ..."),
            new_code_cell(public),
        ]
    )
    (found,) = leak_findings(source, student)
    assert "`f(x + 1) - f(x)`" in str(found)
    assert source.cells[found.cell - 1].text == public


def test_a_solution_left_in_the_students_notebook_is_found(tmp_path: Path) -> None:
    solution = "a = np.sin(1.0) ** 2 + 7  # SOLUTION"
    source = read_source(notebook(tmp_path / "hw.ipynb", CONFIG, *question(solution=solution)))
    clean = new_notebook(cells=[new_code_cell("a = ...")])
    assert list(leak_findings(source, clean)) == []
    shown = new_notebook(cells=[new_markdown_cell("as in `np.sin(1.0) ** 2 + 7`")])
    assert [finding.code for finding in leak_findings(source, shown)] == ["B02"]
    hidden = new_notebook(cells=[], metadata={"otter": {"tests": {"q1": HIDDEN}}})
    assert [finding.code for finding in leak_findings(source, hidden)] == ["B01"]
    same = question(tests=(TEST, HIDDEN.replace("test_q1_more", "test_q1")))
    (found,) = leak_findings(
        read_source(notebook(tmp_path / "hw.ipynb", CONFIG, *same)), new_notebook(cells=[new_code_cell(TEST)])
    )
    assert found.fix == "Give it a name of its own: a public test has the same."
    short = read_source(
        notebook(tmp_path / "hw.ipynb", CONFIG, *question(prompt="It is `a = 4`.", solution="a = 4  # SOLUTION"))
    )
    (found,) = leak_findings(short, new_notebook(cells=[new_markdown_cell("It is `a = 4`.")]))
    assert str(found).startswith("B02 error (q1, cell 3): Students get a line of the solution of cell 5: `a = 4`. ")
    assert str(found).endswith(" Take it out, or write `# meant: B02 why` below the question's name.")
    quoted = read_source(notebook(tmp_path / "hw.ipynb", CONFIG, *question(solution='a = "2*x + cos(x)"  # SOLUTION')))
    (found,) = leak_findings(quoted, new_notebook(cells=[new_markdown_cell("that is, $2*x + cos(x)$")]))
    assert found.code == "B02"
    printed = new_notebook(cells=[new_code_cell("a", outputs=[nbformat.v4.new_output("stream", text="1")])])
    assert [finding.code for finding in leak_findings(source, printed)] == ["B03"]
