"""The build: what an author is told, and that what students get follows from the source alone."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from autograder import build
from autograder.batch.journal.overrides import Override, apply_overrides
from autograder.build.checks.certify import certify, graded
from autograder.build.checks.findings import leak_findings, read_findings
from autograder.build.source import is_hidden, read_source
from autograder.build.template import new_assignment
from autograder.cli.commands import build as commands
from autograder.errors import AuthorError, UsageError
from autograder.model import Status
from tests import ROOT

BEGIN = "# BEGIN QUESTION\nname: q1\npoints: 2"
TEST = "def test_q1(a):\n    assert a == 1"
HIDDEN = "# HIDDEN\ndef test_q1_more(a):\n    assert a == 1.0"


def notebook(path: Path, *cells: tuple[str, str]) -> Path:
    make = {"raw": new_raw_cell, "code": new_code_cell, "md": new_markdown_cell}
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = new_notebook(cells=[make[kind](text) for kind, text in cells], metadata={"kernelspec": kernel})
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(made, path)
    return path


def question(
    begin: str = BEGIN,
    prompt: str = "Give `a`.",
    solution: str | None = "a = 1  # SOLUTION",
    tests: tuple[str, ...] = (TEST, HIDDEN),
) -> list[tuple[str, str]]:
    cells = [("raw", begin), ("md", prompt)]
    if solution is not None:
        cells += [("raw", "# BEGIN SOLUTION"), ("code", solution), ("raw", "# END SOLUTION")]
    cells += [("raw", "# BEGIN TESTS"), *(("code", test) for test in tests), ("raw", "# END TESTS")]
    return [*cells, ("raw", "# END QUESTION")]


def points(number: object) -> str:
    return f'"""# BEGIN TEST CONFIG\npoints: {number}\n"""  # END TEST CONFIG\n'


CONFIG = ("raw", "# ASSIGNMENT CONFIG\nname: hw\ntests:\n    ok_format: false")


def codes(path: Path) -> list[str]:
    return [finding.code for finding in read_findings(read_source(path))]


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


def test_a_course_is_found_from_any_folder_inside_it(tmp_path: Path) -> None:
    (tmp_path / "solutions" / "hw01").mkdir(parents=True)
    assert build.course_root(tmp_path / "solutions" / "hw01") == tmp_path.resolve()
    with pytest.raises(UsageError, match="no course here"):
        build.course_root(Path("/"))


@pytest.mark.parametrize("name", ["hw99", "../hw01", "", "."])
def test_an_unknown_assignment_is_refused_and_the_known_are_listed(name: str) -> None:
    with pytest.raises(UsageError, match=r"unknown assignment .* has .*hw01"):
        build.source_notebook(ROOT, name)


def test_the_digest_follows_the_files_that_the_build_reads(tmp_path: Path) -> None:
    folder = tmp_path / "solutions" / "hw"
    notebook(folder / "hw.ipynb", CONFIG, *question())
    before = build.source_digest(tmp_path, "hw")
    (folder / ".build").mkdir()
    (folder / ".build" / "x").write_text("built")
    (folder / "tries.toml").write_text("")
    assert build.source_digest(tmp_path, "hw") == before
    (folder / "data.csv").write_text("1")
    assert build.source_digest(tmp_path, "hw") != before


@pytest.mark.parametrize("name", ["hw 07", "../hw", "", ".hw"])
def test_a_new_assignment_needs_a_name_that_a_folder_can_have(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot name an assignment"):
        new_assignment(tmp_path, name)


def test_a_new_assignment_has_no_findings_and_never_overwrites(tmp_path: Path) -> None:
    path = new_assignment(tmp_path, "hw07")
    assert codes(path) == []
    with pytest.raises(UsageError, match="is there already"):
        new_assignment(tmp_path, "hw07")


@pytest.mark.slow
def test_a_rebuild_gives_the_same_bytes_and_what_is_committed(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "solutions" / "hw01", tmp_path / "solutions" / "hw01", ignore=shutil.ignore_patterns(".*"))
    stray = tmp_path / "assignments" / "hw01" / "old" / "stray.txt"
    stray.parent.mkdir(parents=True)
    stray.write_text("left by hand")
    changed = build.install(tmp_path, "hw01")
    assert {path.name for path in changed} == {"hw01.ipynb", "stray.txt"}
    assert not stray.parent.exists()
    assert build.install(tmp_path, "hw01") == []
    built = {p.relative_to(tmp_path): p.read_bytes() for p in (tmp_path / "assignments").rglob("*") if p.is_file()}
    committed = {p.relative_to(ROOT): p.read_bytes() for p in (ROOT / "assignments/hw01").rglob("*") if p.is_file()}
    assert built == committed


@pytest.mark.slow
def test_otters_refusal_names_the_assignment(tmp_path: Path) -> None:
    test = "a = 1\nb = 2\nassert a == b"
    notebook(tmp_path / "solutions" / "hw" / "hw.ipynb", CONFIG, *question(tests=(test,)))
    with pytest.raises(AuthorError, match="exception-based test cell"):
        build.assemble(tmp_path, "hw")
    assert list((tmp_path / "solutions" / "hw" / ".build").iterdir()) == []


def test_the_questions_of_a_test_are_found_without_an_answer() -> None:
    source = build.read_source_of(ROOT, "hw01")
    kinds = [question.kind for cell in source.questions[8].tests for question in build.questions_of(cell)]
    assert kinds == ["DirectionalDerivative", "DirectionalDerivative"]
    public, hidden = (build.questions_of(cell)[0] for cell in source.questions[0].tests)
    assert (public.name, hidden.seed) == ("dfdx", 101)


def test_the_preview_shows_the_hint_of_each_mistake_and_never_the_answer() -> None:
    lines = list(build.preview(ROOT, "hw01", "q1", language="en"))
    assert lines[0] == "Derivative: derivative of 3*x**2 + 2*x + 10 with respect to x"
    assert any(line.startswith("const_kept: ") for line in lines)
    assert not any("6*x + 2" in line for line in lines if line.startswith("    "))
    with pytest.raises(UsageError, match="has no question 'q77'; it has q1, "):
        list(build.preview(ROOT, "hw01", "q77"))


def test_the_preview_shows_what_the_author_foresaw_as_it_is_told_at_grading() -> None:
    slip = "\n".join(build.preview(ROOT, "hw04", "q4", language="en"))
    assert "foreseen in toward_Q: 21 + 4*(16 + cos(4))/5\n    Not yet: toward_Q and" in slip
    assert "At which of the two points do you stand" in slip
    choice = "\n".join(build.preview(ROOT, "hw02", "q8", language="en"))
    assert "foreseen in why_zero: D\n    Not the right choice. What is divided?" in choice


@pytest.mark.slow
def test_a_new_assignment_is_built_and_a_wrong_one_is_refused_with_question_cell_and_fix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    assert runner.invoke(commands.new, ["hw07"]).output.startswith("wrote solutions/hw07/hw07.ipynb\n")
    assert runner.invoke(commands.build, ["hw07"]).output == (
        "hw07: wrote assignments/hw07/hw07.ipynb; the autograder.zip is new\n"
    )
    path = tmp_path / "solutions" / "hw07" / "hw07.ipynb"
    path.write_text(path.read_text().replace("(2 * x - x**2)", "(2 * x + x**2)"))
    refused = runner.invoke(commands.build, ["hw07"])
    assert "B12 error (q1, cell 11): The solution gets 0 of 4; test_q1: wrong: at x = " in refused.output
    assert "Traceback" not in refused.output
    assert isinstance(refused.exception, AuthorError)
    linted = runner.invoke(commands.lint, ["hw07"], standalone_mode=False)
    assert (linted.return_value, "B12" in linted.output) == (3, True)


FREE = '""" # BEGIN TEST CONFIG\npoints: 0\nhidden: false\n""" # END TEST CONFIG\n'
ASK = "def test_{0}({1}):\n    from autograder import {2}\n\n    {2}({3}).check({1})"
LETTER = FREE + ASK.format("q1", "shape", "Choice", '"WXYZ", name="shape"')
KEY = "# HIDDEN\n" + ASK.format("q1_key", "shape", "Choice", '"WXYZ", key="Y", name="shape"')
WORDS = FREE + ASK.format("q2", "why", "Text", 'least=3, name="why"')
READ = "# HIDDEN\n" + ASK.format("q2_read", "why", "Text", 'least=3, by_hand=True, name="why"')


def chosen(folder: Path, letter: str = LETTER) -> Path:
    """A course with one multiple choice and one text."""
    begin = "# BEGIN QUESTION\nname: q2\npoints: 3"
    second = question(begin, "Give `why`.", 'why = "It bends both ways."  # SOLUTION', (WORDS, READ))
    first = question(prompt="Give `shape`: W, X, Y or Z.", solution='shape = "Y"  # SOLUTION', tests=(letter, KEY))
    notebook(folder / "solutions" / "hw" / "hw.ipynb", CONFIG, *first, *second)
    return folder


@pytest.mark.slow
def test_a_choice_s_key_stays_with_the_judge_and_a_text_waits_for_a_person(tmp_path: Path) -> None:
    root = chosen(tmp_path)
    assert [str(finding) for finding in certify(root, "hw") if finding.error] == []
    build.install(root, "hw")
    handed_out = "".join(path.read_text() for path in (root / "assignments").rglob("*") if path.is_file())
    assert "shape" in handed_out
    for secret in ("key=", "by_hand", '"Y"', "bends"):
        assert secret not in handed_out
    blank = build.student_notebook(root, "hw")
    answers = {"right": ('"y)"', '"Both ways it bends."'), "wrong": ('"W"', "..."), "none": ('"all"', '"no"')}
    paths = []
    for name, (shape, why) in answers.items():
        opened = nbformat.read(blank, as_version=4)
        for cell in opened.cells:
            cell.source = cell.source.replace("shape = ...", f"shape = {shape}").replace("why = ...", f"why = {why}")
        paths.append(tmp_path / f"{name}.ipynb")
        nbformat.write(opened, paths[-1])
    right, wrong, none = graded(root, "hw", *paths)
    assert [[question.score for question in result.questions] for result in (right, wrong, none)] == [
        [2.0, None], [0.0, 0.0], [0.0, 0.0]
    ]  # fmt: skip
    assert (right.status, right.score, wrong.status, wrong.score) == (Status.NEEDS_REVIEW, None, Status.GRADED, 0.0)
    check = right.questions[1].cases[1].checks[0]
    assert (check.answer, check.answer_kind) == ("Both ways it bends.", "text")
    decided = apply_overrides(
        right,
        {"q2": Override(key="right", question="q2", points=2.5, why="clear", who="TA", at="2026-01-01T00:00:00+00:00")},
    )
    assert (decided.status, decided.final) == (Status.GRADED, 4.5)


@pytest.mark.slow
def test_a_check_of_the_form_that_earns_points_is_refused(tmp_path: Path) -> None:
    root = chosen(tmp_path, letter=LETTER.removeprefix(FREE))
    assert [finding.code for finding in certify(root, "hw") if finding.error] == ["B14"]


def course(folder: Path, *cells: tuple[str, str]) -> Path:
    init = ("code", 'import autograder\n\ngrader = autograder.Notebook("hw")')
    notebook(folder / "solutions" / "hw" / "hw.ipynb", ("raw", f"{CONFIG[1]}\ninit_cell: false"), init, *cells)
    return folder


@pytest.mark.slow
def test_what_stops_or_passes_without_an_answer_is_told_with_its_cell(tmp_path: Path) -> None:
    begin = "# BEGIN QUESTION\nname: q{}\npoints: 2"
    own = "def test_q1(a):\n    raise RuntimeError('oops')"
    stops = "b = 1 / 0  # SOLUTION"
    passes = ("def test_q3(c):\n    assert True", "# HIDDEN\ndef test_q3_more(c):\n    assert True")
    root = course(
        tmp_path,
        *question(begin.format(1), tests=(own, HIDDEN)),
        *question(begin.format(2), "Give `b`.", stops, ("def test_q2(b):\n    assert b == 1",)),
        *question(begin.format(3), "Give `c`.", "c = 1  # SOLUTION", passes),
        ("code", "print(a.bit_length())"),
    )
    said = certify(root, "hw")
    assert [str(finding) for finding in said if finding.code == "B11" and not finding.error] == [
        "B11 advice (cell 32): In the untouched notebook `print(a.bit_length())` raises AttributeError: 'ellipsis' "
        "object has no attribute 'bit_length'. Whoever leaves answers out meets it; let what students are given not "
        "depend on their answers.",
    ]
    assert [str(finding) for finding in said if finding.error] == [
        "B11 error (q2, cell 16): In the solution `b = 1 / 0  # SOLUTION` raises ZeroDivisionError: division by zero."
        " It must run through.",
        "B12 error (q1, cell 9): The solution gets 1 of 2; test_q1: RuntimeError: oops. Mend the test: it must not stop"
        " on a right answer.",
        "B13 error (q3, cell 28): The untouched notebook gets 2 of 2: test_q3, test_q3_more pass without an answer. A"
        " test has to fail then: let it call `.check(…)` with the name it asks for, and mark all of the solution.",
    ]


@pytest.mark.slow
def test_answers_to_try_it_with_are_judged_when_that_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_assignment(tmp_path, "hw07")
    answer = '[[q1]]\nis = "{}"\nnote = "{}"\n{}code = "df = {}"\n'
    path = tmp_path / "solutions" / "hw07" / "tries.toml"
    right = "'(2*x - x**2)*exp(-x)'"
    good = [
        ("right", "text", "", right),
        ("wrong", "kept", 'mistake = "not_diff"\ntie = ["pow_nolower"]\n', "'x**2*exp(-x)'"),
        ("invalid", "nothing", "", "None"),
    ]
    path.write_text("".join(answer.format(*each) for each in good), encoding="utf-8")
    assert build.grade_tries(tmp_path, "hw07") == []
    bad = [
        ("right", "sign", "", "'-2*x'"),
        ("wrong", "passes", "", right),
        ("invalid", "only wrong", "", "'-2*x'"),
        ("wrong", "unnamed", 'mistake = "neg"\n', "'x**2*exp(-x)'"),
        ("wrong", "no hint", 'hint = "Which rule"\n', "'x**2'"),
    ]
    path.write_text("".join(answer.format(*each) for each in bad), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(commands.lint, ["hw07"]).output == "hw07: nothing to mend\n"
    linted = CliRunner().invoke(commands.lint, ["hw07", "--tries"], standalone_mode=False)
    assert linted.return_value == 3
    before = CliRunner().invoke(commands.lint, ["hw07", "--variants"], standalone_mode=False)
    assert before.stdout == linted.stdout
    assert before.stderr.startswith("warning: --variants is called --tries now")
    told = linted.output.splitlines()
    assert [line.split("tries.toml: ")[1].split(" and ")[0] for line in told] == [
        "'sign' is called right,",
        "'passes' is called wrong,",
        "'only wrong' is called invalid,",
        "'unnamed' is to be named neg,",
        "'no hint' does not get the hint 'Which rule'. Mend the answer, or what it says of itself; a changed question"
        " needs changed answers.",
    ]
    assert all(line.startswith("hw07: V03 error (q1): ") for line in told)


def test_a_wrong_call_says_how_to_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    with pytest.raises(UsageError, match="start one with `autograder new hw01`"):
        runner.invoke(commands.lint, [], catch_exceptions=False)
    new_assignment(tmp_path, "hw07")
    with pytest.raises(UsageError, match="solutions/ has hw07; `autograder new hw08` starts one"):
        runner.invoke(commands.build, ["hw08"], catch_exceptions=False)
    (tmp_path / "solutions" / "hw07" / "hw07.ipynb").rename(tmp_path / "solutions" / "hw07" / "hw7.ipynb")
    with pytest.raises(UsageError, match=r"has hw7\.ipynb, and its source must be called hw07\.ipynb"):
        runner.invoke(commands.build, ["hw07"], catch_exceptions=False)
