"""The students' notebook where students open it: Colab, VS Code, Jupyter, renamed, copied, not saved."""

import ast
import json
import os
import re
import shutil
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.build.init import bring_checks
from autograder.otter.upstream import upstream
from autograder.student.messages import check_message
from autograder.student.saved import Run, Runs, SavedNotebook, copies, found_again, open_notebook, unsaved
from tests import ROOT
from tests.course.own_numbers import signed_notebook

HW01 = ROOT / "assignments/hw01/hw01.ipynb"
HERE = sum(test.count("@test_case(") for test in nbformat.read(HW01, as_version=4).metadata.otter.tests.values())
COLAB = """\
import sys
import types

sys.modules["google"] = types.ModuleType("google")
sys.modules["google.colab"] = colab = types.ModuleType("google.colab")
colab.output = sys.modules["google.colab.output"] = types.ModuleType("google.colab.output")  # JAX asks for it
Shell = type("Shell", (type(get_ipython()),), {"__module__": "google.colab._shell"})
get_ipython().__class__ = Shell
print(get_ipython())"""


def notebook(path: Path, *sources: str, assignment: str | None = "hw01", saved_at: float = 100.0) -> Path:
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    metadata = {"otter": {"assignment_name": assignment}} if assignment else {}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)
    os.utime(path, (saved_at, saved_at))
    return path


def saved(path: Path) -> SavedNotebook:
    found = SavedNotebook.read(path)
    assert found is not None
    return found


# --- what was run and what is on disk ---


def test_a_cell_that_was_run_after_the_save_and_is_not_in_the_file_is_named(tmp_path: Path) -> None:
    file = saved(notebook(tmp_path / "hw01.ipynb", "a = 1", "b = ..."))
    runs = [Run(1, "a = 1", 150.0), Run(2, "# my answer\nb = 2", 160.0)]
    assert [found_again(run, file) for run in unsaved(runs, file)] == ["[2] b = 2"]


@pytest.mark.parametrize(
    "runs",
    [
        [Run(1, "a = 1", 150.0)],
        [Run(1, "a = 1  \r\n", 150.0)],  # another editor's line ends
        [Run(1, "a = 7", 50.0)],  # run, changed, and saved without being run again
        [Run(1, "a = 7", 150.0, "x"), Run(2, "a = 1", 160.0, "x")],  # changed back: the last run of a cell counts
    ],
)
def test_no_alarm_where_the_file_holds_what_the_student_sees(runs: list[Run], tmp_path: Path) -> None:
    assert unsaved(runs, saved(notebook(tmp_path / "hw01.ipynb", "a = 1"))) == []


def test_runs_are_noted_once_and_without_the_cell_that_asks() -> None:
    seen: list[Any] = []
    shell = SimpleNamespace(
        events=SimpleNamespace(register=lambda name, call: seen.append((name, call))),
        history_manager=SimpleNamespace(input_hist_raw=[""]),
    )
    runs = Runs()
    runs.watch(shell)
    runs.watch(shell)
    (name, call), (ends, _) = seen
    assert (name, ends) == ("pre_run_cell", "post_run_cell")
    for source, kept in [("a = 1", True), ("hidden = 1", False), ("  ", True), ("b = 2", True), ("export()", True)]:
        call(SimpleNamespace(raw_cell=source, store_history=kept, silent=False, cell_id=None))
        shell.history_manager.input_hist_raw += [source] if kept else []
    assert [(run.number, run.source) for run in runs.before_this()] == [(1, "a = 1"), (3, "b = 2")]


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        ([("dfdx = 6*x +", False)], ["dfdx"]),
        ([("dfdx = 6*x", True), ("def dfdx(x:", False)], ["dfdx"]),
        ([("dfdx, other = 1", False)], ["dfdx"]),
        ([("other, dfdx = 1", False)], ["dfdx"]),
        ([("dfdx = 6*x +", False), ("dfdx = 6*x", True)], []),
        ([("print(dfdx = 3)", False), ("dfdx == 3", False), ("dfdx2 = (", False)], []),
    ],
)
def test_an_answer_whose_cell_stopped_when_it_ran_last_may_be_from_before(
    cells: list[tuple[str, bool]], names: list[str]
) -> None:
    register: dict[str, Any] = {}
    history = SimpleNamespace(input_hist_raw=[""])
    runs = Runs()
    runs.watch(SimpleNamespace(events=SimpleNamespace(register=register.__setitem__), history_manager=history))
    for source, success in [*cells, ("grader.check('q1')", True)]:
        info = SimpleNamespace(raw_cell=source, store_history=True, silent=False, cell_id=None)
        register["pre_run_cell"](info)
        register["post_run_cell"](SimpleNamespace(info=info, success=success))
    assert runs.stopped(["dfdx", "slope"]) == names


# --- which file it is ---


def test_jupyter_and_vs_code_tell_which_of_several_copies_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    old = notebook(tmp_path / "hw01.ipynb", "a = 1", saved_at=900.0)
    mine = notebook(tmp_path / "hw01 (1).ipynb", "a = 1")
    assert open_notebook("hw01", [], {"__vsc_ipynb_file__": str(mine)}, tmp_path) == mine
    monkeypatch.setenv("JPY_SESSION_NAME", str(mine))
    assert open_notebook("hw01", [], {}, tmp_path) == mine
    # renamed after the kernel was started
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "gone.ipynb"))
    assert open_notebook("hw01", [], {}, tmp_path) == old


def test_the_copy_that_holds_what_was_run_is_the_open_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    notebook(tmp_path / "hw01.ipynb", "a = ...", saved_at=900.0)
    mine = notebook(tmp_path / "hw01_Jane.ipynb", "a = 1")
    notebook(tmp_path / "hw02.ipynb", "a = 1", assignment="hw02")
    (tmp_path / "broken.ipynb").write_text("{")
    assert open_notebook("hw01", [Run(1, "a = 1", 0.0)], {}, tmp_path) == mine
    assert [one.path.name for one in copies("hw01", tmp_path)] == ["hw01.ipynb", "hw01_Jane.ipynb"]


def test_a_notebook_that_runs_another_one_is_not_taken_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outer = notebook(tmp_path / "outer.ipynb", "!jupyter execute hw01.ipynb", assignment="hw02")
    monkeypatch.setenv("JPY_SESSION_NAME", str(outer))
    assert open_notebook("hw01", [], {}, tmp_path) is None


# --- what a check says ---


def case(passed: bool, message: str = "", success: str | None = None, failure: str | None = None) -> Any:
    test_case = SimpleNamespace(success_message=success, failure_message=failure)
    return SimpleNamespace(passed=passed, message=message, test_case=test_case)


def said(*cases: Any, total: int) -> str:
    return repr(check_message(SimpleNamespace(name="q1", test_case_results=list(cases)), total))


FAILED = (
    "❌ Test case failed\nError at line 9 in test q1:\n  question.check(f)\nCheckFailed: Not yet: <f>. [credit=0.5]"
)


def test_a_check_says_its_sentence_and_how_many_more_run_at_grading() -> None:
    assert said(case(True), case(True), total=5) == (
        "q1: passed, as far as it is checked here.\n2 of 5 checks ran here; the rest runs when the work is graded."
    )
    assert said(case(True), total=1).endswith("1 of 1 checks ran here; no others run when the work is graded.")
    # two cases that say the same say it once
    assert said(case(False, FAILED), case(False, FAILED), total=5) == "q1:\nNot yet: <f>."
    mixed = said(case(True, success="Good."), case(False, FAILED, failure="See page 3."), total=5)
    assert mixed == "q1:\nGood.\nNot yet: <f>.\nSee page 3.\nPassed here: 1 of 2."


def test_an_authors_own_assertion_keeps_otters_words() -> None:
    message = "❌ Test case failed\nError at line 3 in test q1:\n  assert f == 2, 'two?'\nAssertionError: two?"
    assert "AssertionError: two?" in said(case(False, message), total=1)


def test_the_page_shows_text_as_text() -> None:
    shown = check_message(SimpleNamespace(name="q1", test_case_results=[case(False, FAILED)]), 5)._repr_html_()
    assert "Not yet: &lt;f&gt;." in shown
    assert "color" not in shown  # readable on light and on dark


# --- in a real kernel ---


def answered(**answers: str) -> nbformat.NotebookNode:
    """hw01 as handed out, with an id and some answers filled in."""
    found = signed_notebook(HW01, "hw01")
    for cell in found.cells:
        for name, answer in answers.items():
            cell.source = re.sub(rf"^{name} = \.\.\.", f"{name} = {answer}", cell.source, flags=re.M)
    return found


def run(book: nbformat.NotebookNode, folder: Path) -> dict[str, str]:
    """Source → what its cell showed, after the notebook was run in ``folder``."""
    client = NotebookClient(book, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    client.execute()
    shown = {}
    for cell in book.cells:
        if cell.cell_type == "code":
            texts = [out.get("text") or out.get("data", {}).get("text/plain", "") for out in cell.outputs]
            shown[cell.source] = "\n".join(texts)
    return shown


@pytest.mark.slow
def test_in_colab_the_checks_come_with_the_first_cell(tmp_path: Path) -> None:
    book = answered(dfdx='"6*x + 2"', slope="lambda t: 6 * t")
    # only what is asked about: a test of the whole course runs the other cells
    wanted = re.compile(r"^(STUDENT = |grader = |import jax|dfdx = |slope = |grader.export)", re.M)
    book.cells = [cell for cell in book.cells if wanted.search(cell.source)]
    checks = ('grader.check("q1")', 'grader.check("q2")', 'grader.check("q77")', "grader.check_all()")
    export = next(place for place, cell in enumerate(book.cells) if "grader.export" in cell.source)
    book.cells[export:export] = [nbformat.v4.new_code_cell(source) for source in checks]
    book.cells.insert(0, nbformat.v4.new_code_cell(COLAB))
    shown = run(book, tmp_path)
    assert "google.colab" in shown[COLAB]
    assert "1 of 2 checks ran here" in shown['grader.check("q1")']
    assert shown['grader.check("q2")'].startswith("q2:\nNot yet: slope and what the question asks for differ.")
    assert "no question q77" in shown['grader.check("q77")']
    assert shown["grader.check_all()"].startswith(f"{HERE} of ")
    assert "Download .ipynb" in next(text for source, text in shown.items() if "grader.export" in source)
    assert not list(tmp_path.glob("*.zip"))


@pytest.mark.slow
def test_a_renamed_and_unsaved_notebook_is_told_of_before_it_is_exported(tmp_path: Path) -> None:
    on_disk = answered(dfdx='"6*x + 2"')
    nbformat.write(on_disk, tmp_path / "hw01 (1).ipynb")
    nbformat.write(answered(), tmp_path / "hw01.ipynb")
    book = answered(dfdx='"6*x + 2"', slope="lambda t: 6 * t + 2")
    os.utime(tmp_path / "hw01 (1).ipynb", (1e9, 1e9))
    shown = run(book, tmp_path)
    said = next(text for source, text in shown.items() if "grader.export" in source)
    assert "This notebook is now called hw01 (1).ipynb" in said
    assert "not handed in: hw01.ipynb." in said
    assert "Save first" in said
    cell = next(cell for cell in book.cells if "slope = lambda" in cell.source)
    assert f"[{cell.execution_count}] slope = lambda t: 6 * t + 2" in said
    assert said.count("    [") == 1  # no other cell is blamed
    assert f"{HERE} of " in said
    assert "Not right yet: q3" in said
    (made,) = tmp_path.glob("*.zip")
    with zipfile.ZipFile(made) as archive:
        assert json.loads(archive.read("hw01 (1).ipynb")) == json.loads((tmp_path / "hw01 (1).ipynb").read_text())


# --- what the build puts into the first cell ---


@pytest.mark.parametrize("style", ["doctest", "exception"])
@pytest.mark.parametrize("in_files", [True, False])
def test_any_assignment_brings_its_checks_where_otter_makes_the_first_cell(
    style: str, in_files: bool, tmp_path: Path
) -> None:
    given = ROOT / "tests/submissions/parity" / style / "autograder"
    book = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell('# Initialize Otter\nimport otter\ngrader = otter.Notebook("given.ipynb")')]
    )
    if not in_files:
        book.metadata["otter"] = {"tests": {path.stem: in_metadata(path) for path in (given / "tests").glob("*.py")}}
    zipped = Path(shutil.make_archive(str(tmp_path / "autograder"), "zip", given))
    bring_checks(book, "given", given / "tests" if in_files else tmp_path / "none", zipped)
    source = re.sub(r"^ +%pip .*\n", "", book.cells[0].source, flags=re.M)
    made = ast.parse(source).body[-1]
    assert isinstance(made, ast.Assign)
    assert isinstance(made.value, ast.Call)
    brought = {keyword.arg: ast.literal_eval(keyword.value) for keyword in made.value.keywords}
    assert set(brought["tests"]) == {path.stem for path in (given / "tests").glob("*.py")}
    for question, text in brought["tests"].items():
        (tmp_path / f"{question}.py").write_text(text, encoding="utf-8")
        test_file = upstream("otter.test_files").create_test_file(str(tmp_path / f"{question}.py"), None)
        assert len(test_file.test_cases) == brought["at_grading"][question]


def in_metadata(path: Path) -> Any:
    """A test as Otter Assign puts it into a notebook: doctest style as data, exception style as text."""
    names: dict[str, Any] = {}
    text = path.read_text(encoding="utf-8")
    exec(text, names)
    return names["test"] if names["OK_FORMAT"] else text


def test_a_notebook_without_a_grader_is_left_as_it_is(tmp_path: Path) -> None:
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import otter")])
    bring_checks(book, "given", tmp_path, tmp_path / "none.zip")
    assert [cell.source for cell in book.cells] == ["import otter"]
