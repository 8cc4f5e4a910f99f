"""The build: what an author is told, and that what students get follows from the source alone."""

import shutil
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from autograder import build
from autograder.batch.overrides import Override, apply_overrides
from autograder.build.certify import certify, graded
from autograder.build.findings import leak_findings, read_findings
from autograder.build.source import is_hidden, read_source
from autograder.build.template import new_assignment
from autograder.cli import build as commands
from autograder.errors import AuthorError, UsageError
from autograder.model import Status

ROOT = Path(__file__).parent.parent

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
    ],
)
def test_each_fault_of_a_source_is_told_with_its_code(tmp_path: Path, cells: list[tuple[str, str]], code: str) -> None:
    path = notebook(tmp_path / "hw.ipynb", *cells)
    assert code in codes(path)
    found = next(finding for finding in read_findings(read_source(path)) if finding.code == code)
    assert found.message.endswith(".")
    assert found.fix.endswith(".")
    assert str(found).startswith(code)


def test_saved_outputs_of_a_source_are_told(tmp_path: Path) -> None:
    path = notebook(tmp_path / "hw.ipynb", CONFIG, *question())
    opened = nbformat.read(path, as_version=4)
    opened.cells[4]["outputs"] = [nbformat.v4.new_output("stream", text="1")]
    nbformat.write(opened, path)
    assert codes(path) == ["S02"]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (question()[:-1], "BEGIN QUESTION still open"),
        ([("raw", "# END TESTS")], "closes nothing"),
        ([("raw", "# BEGIN TESTS")], "no question is open"),
        ([*question(), *question()], "two questions are called 'q1'"),
        (question(begin="# BEGIN QUESTION\npoints: 2"), "needs `name:`"),
        (question(begin="# BEGIN QUESTION\nname: [q1"), "not YAML"),
        (question(solution="a = = 1"), "question q1, cell 4, line 1"),
    ],
)
def test_a_source_that_cannot_be_read_is_refused_with_the_place(
    tmp_path: Path, cells: list[tuple[str, str]], words: str
) -> None:
    with pytest.raises(AuthorError) as refused:
        read_source(notebook(tmp_path / "hw.ipynb", *cells))
    assert words in str(refused.value)


def test_what_is_no_notebook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hw.ipynb"
    path.write_text("hello")
    with pytest.raises(AuthorError, match="not a notebook"):
        read_source(path)


def test_hidden_is_read_as_otter_reads_it(tmp_path: Path) -> None:
    config = '""" # BEGIN TEST CONFIG\nhidden: true\n""" # END TEST CONFIG\ndef test_q1(a):\n    assert a'
    path = notebook(tmp_path / "hw.ipynb", CONFIG, *question(tests=(TEST, HIDDEN, config)))
    assert [is_hidden(test) for test in read_source(path).questions[0].tests] == [False, True, True]


def test_a_solution_left_in_the_students_notebook_is_found(tmp_path: Path) -> None:
    solution = "a = np.sin(1.0) ** 2 + 7  # SOLUTION"
    source = read_source(notebook(tmp_path / "hw.ipynb", CONFIG, *question(solution=solution)))
    clean = new_notebook(cells=[new_code_cell("a = ...")])
    assert list(leak_findings(source, clean)) == []
    shown = new_notebook(cells=[new_markdown_cell("as in `np.sin(1.0) ** 2 + 7`")])
    assert [finding.code for finding in leak_findings(source, shown)] == ["B02"]
    hidden = new_notebook(cells=[], metadata={"otter": {"tests": {"q1": HIDDEN}}})
    assert [finding.code for finding in leak_findings(source, hidden)] == ["B01"]
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
    (folder / "variants.toml").write_text("")
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


@pytest.mark.slow
def test_a_new_assignment_is_built_and_a_wrong_one_is_refused_with_question_cell_and_fix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    assert runner.invoke(commands.new, ["hw07"]).output.startswith("wrote solutions/hw07/hw07.ipynb\n")
    assert runner.invoke(commands.build, ["hw07"]).output == "hw07: wrote assignments/hw07/hw07.ipynb\n"
    path = tmp_path / "solutions" / "hw07" / "hw07.ipynb"
    path.write_text(path.read_text().replace("(2 * x - x**2)", "(2 * x + x**2)"))
    refused = runner.invoke(commands.build, ["hw07"])
    assert "B12 error (q1, cell 5): The solution gets 0" in refused.output
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
