"""What ``course.toml`` says reaches the first cell and the students' page; no name is taken from an index."""

import ast
import base64
import csv
import hashlib
import io
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from autograder import build
from autograder.build.config import without_own
from autograder.build.init import bring_checks
from autograder.build.settings import CourseSettings, course_settings, install_words
from autograder.build.source import read_notebook
from autograder.cli import group
from autograder.errors import UsageError
from autograder.feedback.notebook import OTTERS
from autograder.lms.policy import read_policy
from autograder.origin import write_wheel
from tests import ROOT, SUBMISSIONS

WHEEL = "https://example.edu/nabla_autograder-0.1.0-py3-none-any.whl"
TEXT = f"""
install = "{WHEEL}"
language = "de"
lms = ["moodle"]
time_zone = "Europe/Berlin"
[late]
per_day = "10%"
grace_minutes = 15
[assignments.hw07]
language = "en"
"""


def course_with(folder: Path, text: str) -> Path:
    (folder / "solutions").mkdir(exist_ok=True)
    (folder / "course.toml").write_text(text, encoding="utf-8")
    return folder


def first_cell(root: Path, name: str, tmp_path: Path) -> str:
    """What the build makes of a course's first cell, with another assignment's tests."""
    given = SUBMISSIONS / "parity" / "exception" / "autograder"
    cell = nbformat.v4.new_code_cell('import autograder\n\ngrader = autograder.Notebook("given")')
    book = nbformat.v4.new_notebook(cells=[cell])
    zipped = tmp_path / "autograder.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        for path in given.rglob("*"):
            archive.write(path, path.relative_to(given))
    bring_checks(book, name, given / "tests", zipped, course_settings(root, name))
    return str(book.cells[0].source)


def test_the_first_cell_installs_from_where_the_course_says_in_its_language(tmp_path: Path) -> None:
    source = first_cell(course_with(tmp_path, TEXT), "hw01", tmp_path)
    assert f"    %pip install --quiet 'nabla-autograder[student] @ {WHEEL}'\n" in source
    assert '    language="de",\n' in source
    assert '    language="en",\n' in first_cell(tmp_path, "hw07", tmp_path)


def test_without_a_word_the_first_cell_takes_a_wheel_beside_it_or_says_whom_to_ask(tmp_path: Path) -> None:
    source = first_cell(tmp_path, "hw01", tmp_path)
    assert not re.search(r"pip install[^\n]* nabla-autograder", source)
    assert "language" not in source
    code = "import sys\nsys.modules['autograder'] = None\n" + re.sub(
        r"^ +%pip (.*)\n", r"    print('pip', wheels[-1])\n", source, flags=re.M
    )
    ast.parse(code)
    empty = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert empty.stderr.splitlines()[-1].startswith("ImportError: Your course's package is missing: your instructor")
    for version in ("0.1.0", "0.10.0", "0.10.0rc1", "0.9.1"):  # the newest of several, and none before it is released
        (tmp_path / f"nabla_autograder-{version}-py3-none-any.whl").write_bytes(b"")
    beside = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert beside.stdout == "pip nabla_autograder-0.10.0-py3-none-any.whl\n"


def test_nothing_that_is_handed_out_names_a_package_on_an_index() -> None:
    built = [*ROOT.glob("assignments/*/*.ipynb"), *ROOT.glob("solutions/*/*.ipynb"), *ROOT.glob("docs/*.md")]
    assert len(built) > 10
    for path in built:
        named = re.findall(r"pip install\s[^`;]*?nabla-autograder[^`]*", path.read_text(encoding="utf-8"))
        assert [line for line in named if " @ " not in line] == [], path


@pytest.mark.parametrize(
    ("install", "words"),
    [
        (WHEEL, f"'nabla-autograder[student] @ {WHEEL}'"),
        ("wheels/nabla_autograder-0.1.0-py3-none-any.whl", "'wheels/nabla_autograder-0.1.0-py3-none-any.whl[student]'"),
        ("nabla-autograder[student]==0.1.0", "'nabla-autograder[student]==0.1.0'"),
        ("%pip install --find-links . nabla-autograder", "--find-links . nabla-autograder"),
        ("x; rm -rf /", "'x; rm -rf /'"),
    ],
)
def test_any_way_to_say_it_is_what_pip_takes(install: str, words: str) -> None:
    assert install_words(install) == words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('language = "xx"', 'language = "xx" is not there; choose one of de, en'),
        ("install = 3", "Expected `str"),
        ("install = ", "Invalid value"),
        ('lms = "moodle"', "Expected `array"),
    ],
)
def test_a_setting_that_is_wrong_is_told_with_its_file(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=re.escape(said)) as raised:
        course_settings(course_with(tmp_path, text))
    assert str(tmp_path / "course.toml") in str(raised.value)


@pytest.mark.parametrize(
    "command", [("build",), ("lint", "hw01"), ("preview", "hw01", "q1")], ids=lambda words: words[0]
)
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('instal = "x.whl"', "line 2: instal: unknown key; known are time_zone, late, rounding, assignments, install"),
        ("install = 3", "line 2: install: 3 must be text: a wheel's address, or what stands after pip"),
        ('install = ""', "line 2: install: '' must be text"),
        ("language = 3", "line 2: language: 3 is not there; choose one of de, en"),
        ('language = ["de"]', "line 2: language: ['de'] is not there"),
        ('lms = "moodle"', "line 2: lms: 'moodle' must be a list of names in quotes: [\"moodle\"]"),
        ("lms = [3]", "line 2: lms: [3] must be a list of names"),
        ("time_zone = 3", "line 2: time_zone: 3 is no time zone; write one as America/Los_Angeles"),
        ("rounding = []", "line 2: rounding: must be a table: [rounding]"),
        ("assignments = 3", "line 2: assignments: must be tables: [assignments.hw01]"),
        ("[assignments]\nhw01 = 3", "line 3: assignments.hw01: must be a table"),
        ('[assignments.hw01]\nlangage = "de"', "line 3: [assignments.hw01] langage: unknown key; known are due"),
        ('[assignments.hw01]\nlanguage = "xx"', "line 3: [assignments.hw01] language: 'xx' is not there"),
        ("[late]\nper_dy = 1", "line 3: [late] per_dy: unknown key; known are per_day"),
        ("language = ", "Invalid value (at line 2, column 12): fix the TOML there"),
    ],
)
def test_every_command_of_an_instructor_says_what_is_wrong_in_the_settings_and_in_which_line(
    command: tuple[str, ...], text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (course_with(tmp_path, f"# ours\n{text}\n") / "solutions" / "hw01").mkdir()
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(group, command)
    assert isinstance(done.exception, UsageError)
    assert str(done.exception).startswith(f"course.toml: {said}")


def test_grading_reads_the_same_file(tmp_path: Path) -> None:
    policy = read_policy(course_with(tmp_path, TEXT) / "course.toml")
    assert policy.default.zone == "Europe/Berlin"


def test_another_setting_makes_another_build(tmp_path: Path) -> None:
    folder = tmp_path / "solutions/hw01"
    folder.mkdir(parents=True)
    (folder / "hw01.ipynb").write_text("{}")
    before = build.source_digest(tmp_path, "hw01")
    course_with(tmp_path, 'time_zone = "UTC"')
    assert build.source_digest(tmp_path, "hw01") == before
    course_with(tmp_path, 'language = "de"')
    assert build.source_digest(tmp_path, "hw01") != before


def test_the_students_page_says_what_holds_for_the_course(tmp_path: Path) -> None:
    assert build.write_guide(tmp_path) is None
    page = build.write_guide(course_with(tmp_path, TEXT))
    assert page is not None
    text = page.read_text(encoding="utf-8")
    assert f"pip install 'nabla-autograder[student] @ {WHEEL}'" in text
    assert "Hand in on Moodle." in text
    assert "Late work costs 10% for each day, after 15 minutes of grace." in text
    assert "(`autograder docs readings`)" in text
    assert build.write_guide(tmp_path) is None  # nothing to change


def test_the_students_wheel_has_what_runs_and_no_solutions(tmp_path: Path) -> None:
    wheel = write_wheel(tmp_path)
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (record,) = (name for name in names if name.endswith(".dist-info/RECORD"))
        rows = list(csv.reader(io.StringIO(archive.read(record).decode())))
        for name, told, size in rows[:-1]:
            content = archive.read(name)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            assert (told, int(size)) == (f"sha256={digest}", len(content))
        assert b"Name: nabla-autograder" in archive.read(record.replace("RECORD", "METADATA"))
    assert sorted(row[0] for row in rows) == sorted(names)
    assert "autograder/student/notebook.py" in names
    assert not [name for name in names if name.endswith(".ipynb") or "tries.toml" in name or "manual/" in name]
    assert write_wheel(tmp_path / "again").read_bytes() == wheel.read_bytes()


def test_a_course_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(group, ["course", "-o", "mine"])
    assert done.exit_code == 0, done.output
    mine = tmp_path / "mine"
    assert build.assignments(mine) == build.assignments(ROOT)
    assert (mine / "solutions/hw01/tries.toml").is_file()
    assert not list(mine.rglob(".build"))
    assert course_settings(mine) == course_settings(tmp_path)  # every setting is a comment
    assert read_policy(mine / "course.toml").default.zone == "UTC"
    again = CliRunner().invoke(group, ["course", "-o", "mine"])
    assert isinstance(again.exception, UsageError)
    assert "has a course already" in str(again.exception)
    assert "nabla-autograder" not in (mine / "README.md").read_text()  # the name is nobody's on an index


def test_a_course_leaves_alone_what_a_folder_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    own = {"README.md": "mine\n", "course.toml": 'language = "de"\n', ".gitignore": "secret\n"}
    for name, text in own.items():
        Path(name).write_text(text)
    done = CliRunner().invoke(group, ["course", "-o", "."])
    assert done.exit_code == 0, done.output
    assert {name: Path(name).read_text() for name in own} == own
    assert all(f"kept {name}" in done.output for name in own)
    assert "wrote solutions" in done.output
    shutil.rmtree("solutions")
    Path("assignments/hw01").mkdir(parents=True)  # a build would empty it
    refused = CliRunner().invoke(group, ["course", "-o", "."])
    assert "holds assignments/" in str(refused.exception)
    assert not Path("solutions").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('langauge = "de"', "line 1: langauge: unknown key"),
        ('time_zone = "Europe/Berln"', "is no time zone"),
        ('[assignments.hw00]\nlangage = "de"', "line 2: [assignments.hw00] langage: unknown key"),
        ('[late]\nper_dya = "10%"', "line 2: [late] per_dya: unknown key"),
        ("late = 3", "must be a table"),
        ("assignments = 3", "must be tables"),
        ("[assignments]\nhw00 = 3", "must be a table"),
    ],
)
@pytest.mark.parametrize("command", [["build"], ["lint"], ["preview", "hw00", "q1"]])
def test_what_grading_would_refuse_is_refused_when_the_course_is_built(
    command: list[str], text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(course_with(tmp_path, text))
    shutil.copytree(ROOT / "solutions/hw00", "solutions/hw00", ignore=shutil.ignore_patterns(".*"))
    done = CliRunner().invoke(group, command)
    assert isinstance(done.exception, UsageError)
    assert said in str(done.exception)


@pytest.mark.parametrize("text", ["late = 3", "assignments = 3", "[assignments]\nhw00 = 3"])
def test_a_table_that_is_none_is_told_by_whoever_reads_it(text: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Expected `object`"):
        course_settings(course_with(tmp_path, text), "hw00")


@pytest.mark.slow
def test_a_build_that_takes_a_file_away_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(course_with(tmp_path, ""))
    shutil.copytree(ROOT / "solutions/hw00", "solutions/hw00", ignore=shutil.ignore_patterns(".*"))
    command = ["build", "hw00", "--no-certify"]
    wheel = "assignments/hw00/nabla_autograder-0.1.0-py3-none-any.whl"
    assert wheel in CliRunner().invoke(group, [*command, "--with-wheel"]).output
    assert f"hw00: removed {wheel}\n" in CliRunner().invoke(group, command).output
    assert not Path(wheel).exists()


def test_the_manual_came_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    listed = CliRunner().invoke(group, ["docs"]).output
    assert re.search(r"^students +For students$", listed, re.M)
    assert CliRunner().invoke(group, ["docs", "students.md"]).output.startswith("# For students\n")
    assert "it has algorithms, architecture" in str(CliRunner().invoke(group, ["docs", "nothing"]).exception)


def test_the_table_of_dependencies_has_what_the_package_asks_for() -> None:
    about = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [about["optional-dependencies"][name] for name in ("student", "grade", "canvas", "dask", "parquet")]
    asked = {re.match(r"[\w.-]+", text)[0] for part in (about["dependencies"], *extras) for text in part}  # type: ignore[index]
    rows = [line for line in (ROOT / "docs/dependencies.md").read_text().splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`([\w.-]+)`", row.split(" | ")[0])} | {
        "canvasapi", "distributed", "pyarrow", "nabla-autograder"
    } == asked  # fmt: skip


@pytest.mark.slow
def test_a_class_is_simulated_anywhere_from_the_course_that_came_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "package" / "course" / "solutions"  # as a wheel lays it out
    shutil.copytree(ROOT / "solutions", package, ignore=shutil.ignore_patterns(".build"))
    monkeypatch.setattr("autograder.build.course.shipped", lambda folder: package)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    done = CliRunner().invoke(group, ["simulate", "hw00", "--students", "2", "-o", "class"])
    assert done.exit_code == 0, done.output
    root = build.course_root(example=True)
    assert root.parent == tmp_path / "cache" / "nabla-autograder"
    assert build.course_root(example=True) == root
    assert [path.name for path in root.parent.iterdir()] == [root.name]  # no half-made copy is left
    assert sorted(path.name for path in (empty / "class").iterdir()) == ["canvas.csv", "submissions.zip", "truth.csv"]
    assert not list(package.rglob(".build"))


CONFIG_CELL = "# ASSIGNMENT CONFIG\nname: hw07\nlanguage: {}\ntests:\n    ok_format: false"


def with_config(folder: Path, text: str) -> Path:
    """A course whose hw07 has this configuration, and data beside it."""
    book = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_raw_cell(text), nbformat.v4.new_markdown_cell("language: x")]
    )
    place = folder / "solutions" / "hw07"
    (place / "data").mkdir(parents=True)
    (place / "data" / "rows.csv").write_text("1\n")
    (place / ".build").mkdir()
    nbformat.write(book, place / "hw07.ipynb")
    return folder


def test_an_assignment_s_own_configuration_has_the_last_word_on_its_language(tmp_path: Path) -> None:
    root = with_config(tmp_path, CONFIG_CELL.format("de"))
    assert course_settings(root, "hw07").language == "de"
    course_with(root, TEXT)
    assert (course_settings(root, "hw07").language, course_settings(root, "hw07").install) == ("de", WHEEL)
    assert course_settings(root, "hw08").language == "de"
    assert course_settings(with_config(tmp_path / "en", CONFIG_CELL.format("en")), "hw07").language == "en"


def test_a_language_that_is_not_there_is_refused_with_the_notebook(tmp_path: Path) -> None:
    root = with_config(tmp_path, CONFIG_CELL.format("eo"))
    with pytest.raises(UsageError, match=r"hw07\.ipynb: language: eo is not there; choose one of de, en"):
        course_settings(root, "hw07")


def test_otter_gets_the_configuration_without_what_is_not_its_own(tmp_path: Path) -> None:
    root = with_config(tmp_path, CONFIG_CELL.format("de"))
    source = root / "solutions" / "hw07" / "hw07.ipynb"
    before = source.read_bytes()
    copy = without_own(source, read_notebook(source), source.parent / ".build" / "source")
    assert [cell.source for cell in read_notebook(copy).cells] == [
        "# ASSIGNMENT CONFIG\nname: hw07\ntests:\n    ok_format: false",
        "language: x",
    ]
    assert (copy.parent / "data" / "rows.csv").read_text() == "1\n"
    assert (sorted(path.name for path in copy.parent.iterdir()), source.read_bytes()) == (
        ["data", "hw07.ipynb"],
        before,
    )
    plain = with_config(tmp_path / "plain", "# ASSIGNMENT CONFIG\nname: hw07") / "solutions" / "hw07" / "hw07.ipynb"
    assert without_own(plain, read_notebook(plain), tmp_path / "unused") == plain


def test_what_otter_writes_into_a_notebook_is_in_the_course_s_language(tmp_path: Path) -> None:
    shown = f"## Submission\n\n{OTTERS[2]}"
    otters, own = nbformat.v4.new_markdown_cell(shown, id="otter-1"), nbformat.v4.new_markdown_cell(shown, id="mine")
    book = nbformat.v4.new_notebook(cells=[otters, own])
    bring_checks(book, "hw", tmp_path, tmp_path / "none.zip", CourseSettings(language="de"))
    assert book.cells[0].source.startswith("## Abgabe\n\nFühre vor der Zelle unten")
    assert book.cells[1].source == shown
