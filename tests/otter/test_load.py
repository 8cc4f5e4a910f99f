"""Reading an autograder: zips, folders, what is refused and what it says."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.errors import AuthorError, UsageError
from autograder.otter import load
from tests.otter.otter_samples import EXCEPTION_STYLE, OK_STYLE, autograder_zip


def test_reads_both_styles_in_natural_order(tmp_path: Path) -> None:
    tests = {name: EXCEPTION_STYLE.format(name=name) for name in ("q10", "q2", "q1")}
    tests["q3"] = OK_STYLE.format(name="q3")
    assignment = load(autograder_zip(tmp_path, tests, {"seed": 42, "seed_variable": "rng_seed"}, data="1,2"))
    assert assignment.name == "hw09"
    assert assignment.possible == {"q1": 2.0, "q2": 2.0, "q3": 3.0, "q10": 2.0}
    assert [question.name for question in assignment.in_otters_order] == ["q1", "q10", "q2", "q3"]
    assert (assignment.seed, assignment.seed_variable) == (42, "rng_seed")
    assert Path(assignment.files["data"]).read_text() == "1,2"


def test_the_digest_follows_what_a_score_depends_on(tmp_path: Path) -> None:
    def digest(name: str, text: str, config: dict[str, object]) -> str:
        (tmp_path / name).mkdir()
        return load(autograder_zip(tmp_path / name, {"q1": text}, config)).digest

    text = EXCEPTION_STYLE.format(name="q1")
    first = digest("a", text, {"seed": 1, "token": "secret"})
    assert first == digest("b", text, {"seed": 1})
    assert first != digest("c", text, {"seed": 2})
    assert first != digest("d", text.replace("== 3", "== 4"), {"seed": 1})


def test_a_folder_of_tests_or_of_a_build_will_do(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "q1.py").write_text(OK_STYLE.format(name="q1"))
    assert load(tmp_path).possible == load(tmp_path / "tests").possible == {"q1": 3.0}
    built = tmp_path / "dist" / "autograder"
    built.mkdir(parents=True)
    autograder_zip(built, {"q7": OK_STYLE.format(name="q7")})
    assert load(built).possible == {"q7": 3.0}
    assert load(tmp_path / "dist").possible == {"q7": 3.0}


def test_a_declared_test_runs_inside(tmp_path: Path) -> None:
    tests = {"q1": EXCEPTION_STYLE.format(name="q1") + 'runs_in = "student"\n', "q2": EXCEPTION_STYLE.format(name="q2")}
    tests["q3"] = EXCEPTION_STYLE.format(name="q3")
    plugin = {"autograder.otter.plugin.AutograderPlugin": {"runs_in_student": ["q3"]}}
    assignment = load(autograder_zip(tmp_path, tests, {"plugins": [plugin, "some.Plugin"]}))
    assert [question.runs_in_student for question in assignment.questions] == [True, False, True]
    assert "some.Plugin" in assignment.warnings[0]


@pytest.mark.parametrize("name", ["../../evil.py", "/etc/evil.py", "tests\\..\\..\\evil.py"])
def test_a_zip_that_climbs_out_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "autograder.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "x = 1")
    with pytest.raises(UsageError, match="leads out of its folder"):
        load(path)


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        load(tmp_path / "nothing.zip")
    (tmp_path / "text.zip").write_text("hello")
    with pytest.raises(UsageError, match="not a zip"):
        load(tmp_path / "text.zip")
    with pytest.raises(UsageError, match=r"no tests/\*\.py"):
        load(autograder_zip(tmp_path, {}))
    with pytest.raises(UsageError, match="R assignment"):
        load(autograder_zip(tmp_path, {}, {"lang": "r"}))
    with pytest.raises(AuthorError, match=r"tests/q1\.py cannot be read: SyntaxError"):
        load(autograder_zip(tmp_path, {"q1": "OK_FORMAT = = True"}))
    with pytest.raises(AuthorError, match="does not define 'name'"):
        load(autograder_zip(tmp_path, {"q1": "OK_FORMAT = False"}))
    twice = {"q1": OK_STYLE.format(name="q1"), "q2": OK_STYLE.format(name="q1")}
    with pytest.raises(AuthorError, match="both call themselves 'q1'"):
        load(autograder_zip(tmp_path, twice))


def test_what_otters_imports_warn_of_is_no_error_whoever_asks_first() -> None:
    asked = 'from autograder.otter.upstream import upstream; upstream("otter.test_files"); upstream("otter").Notebook'
    subprocess.run([sys.executable, "-W", "error::DeprecationWarning", "-c", asked], check=True)
