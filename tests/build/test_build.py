"""The build: what students get follows from the source alone."""

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder import build
from autograder.build.course import Shown
from autograder.build.template import new_assignment
from autograder.cli.commands import build as commands
from autograder.errors import AuthorError, UsageError
from tests import ROOT
from tests.build.source_samples import CONFIG, codes, notebook, question


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


def test_who_comes_while_an_assignment_is_made_waits_and_finds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook(tmp_path / "solutions" / "hw" / "hw.ipynb", CONFIG, *question())
    made = []

    def arrange(root: Path, name: str, scratch: Path) -> Shown:
        made.append(name)
        time.sleep(0.5)
        return Shown(prompts={})

    monkeypatch.setattr("autograder.build.arrange.arrange", arrange)
    with ThreadPoolExecutor(2) as pool:
        folders = {*pool.map(lambda _: build.assemble(tmp_path, "hw"), range(2))}
    assert [folder.name for folder in folders] == [build.outcome_folder(tmp_path, "hw").name]
    assert made == ["hw"]


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
    assert "Derivative: derivative of 3*x**2 + 2*x + 10 with respect to x" in lines
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
