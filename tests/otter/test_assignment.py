"""What an assignment's zip or folder says: its parts, names, order, settings, and what is refused."""

import json
import os
import stat
import zipfile
from pathlib import Path

import pytest

from autograder.errors import AuthorError, UsageError
from autograder.otter import Assignment, load, program, read_notebook
from autograder.otter import assignment as module
from autograder.otter.workplace import Scratch, Workplace
from tests.otter.otter_samples import EXCEPTION_STYLE, OK_STYLE, autograder_zip, notebook

TEST = OK_STYLE.format(name="q1")
PLUGIN = "autograder.otter.plugin.AutograderPlugin"


def zipped(path: Path, **entries: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in {"tests/q1.py": TEST, **entries}.items():
            archive.writestr(name, text)
    return path


def loaded(folder: Path, config: dict[str, object]) -> Assignment:
    return load(autograder_zip(folder, {"q1": TEST}, config))


def test_the_cases_of_both_styles(tmp_path: Path) -> None:
    stated = EXCEPTION_STYLE.format(name="q2").replace(
        "points=None, hidden=True", "points=0.5, hidden=True, success_message='yes', failure_message='no'"
    )
    ok, exception = load(autograder_zip(tmp_path, {"q1": TEST, "q2": stated})).questions
    assert (ok.name, ok.file, ok.path, ok.ok_format, ok.possible, ok.all_or_nothing, ok.has_hidden) == (
        "q1", "q1", "tests/q1.py", True, 3.0, True, True,
    )  # fmt: skip
    assert [(case.name, case.hidden, case.points, case.body) for case in ok.cases] == [
        ("q1 - 1", False, 0.0, ">>> x\n3"),
        ("q1 - 2", True, 3.0, ">>> y == 4\nTrue"),
    ]
    assert (exception.ok_format, exception.possible, exception.all_or_nothing) == (False, 2.0, False)
    assert [(case.hidden, case.points, case.body) for case in exception.cases] == [
        (False, 1.5, "public"),
        (True, 0.5, "hidden"),
    ]
    assert [(case.success_message, case.failure_message) for case in exception.cases] == [(None, None), ("yes", "no")]
    assert not exception.runs_in_student
    fresh = exception.fresh()
    assert (fresh.source, fresh.path, exception.source) == (stated, "tests/q2.py", stated)
    assert ok.fresh() is not ok.fresh()


def test_a_question_of_public_cases_alone_hides_nothing(tmp_path: Path) -> None:
    public = TEST.replace('"hidden": True', '"hidden": False')
    (question,) = load(autograder_zip(tmp_path, {"q1": public})).questions
    assert not question.has_hidden


def test_questions_are_found_by_file_and_by_name(tmp_path: Path) -> None:
    tests = {"first": OK_STYLE.format(name="q1"), "second": OK_STYLE.format(name="q1a")}
    found = load(autograder_zip(tmp_path, tests))
    assert found.possible == {"q1": 3.0, "q1a": 3.0}
    by_file = found.by_file("second")
    assert by_file is not None
    assert (by_file.name, found.by_file("q1")) == ("q1a", None)
    assert found.by_name("q1a").file == "second"


def test_names_stand_in_the_order_in_which_people_count(tmp_path: Path) -> None:
    names = ["q10", "q2", "q2b", "q2a", "q1.10", "q1.9", "intro", "10", "9"]
    tests = {f"t{number}": OK_STYLE.format(name=name) for number, name in enumerate(names)}
    assert list(load(autograder_zip(tmp_path, tests)).possible) == [
        "9", "10", "intro", "q1.9", "q1.10", "q2", "q2a", "q2b", "q10",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("config", "seed", "variable"),
    [
        ({}, None, None),
        ({"seed": 0, "seed_variable": "s"}, 0, "s"),
        ({"seed": "4", "seed_variable": ""}, None, None),
        ({"seed": 4.0, "seed_variable": 7}, None, None),
    ],
)
def test_a_seed_is_a_whole_number_and_its_variable_a_name(
    tmp_path: Path, config: dict[str, object], seed: int | None, variable: str | None
) -> None:
    found = loaded(tmp_path, config)
    assert (found.seed, found.seed_variable) == (seed, variable)


@pytest.mark.parametrize(
    ("config", "inside"),
    [
        ({}, False),
        ({"runs_in_student": ["q1"]}, True),
        ({"runs_in_student": ["q2"]}, False),
        ({"plugins": [{PLUGIN: {"runs_in_student": ["q1"]}}]}, True),
        ({"plugins": ["other", {"other": {"runs_in_student": ["q1"]}}, {PLUGIN: {"runs_in_student": ["q1"]}}]}, True),
        ({"plugins": [PLUGIN, {PLUGIN: None}]}, False),
        ({"plugins": None}, False),
    ],
)
def test_a_question_is_declared_in_the_configuration(tmp_path: Path, config: dict[str, object], inside: bool) -> None:
    assert loaded(tmp_path, config).questions[0].runs_in_student is inside


@pytest.mark.parametrize(
    ("config", "warnings"),
    [
        ({}, []),
        ({"plugins": [PLUGIN, {PLUGIN: {}}], "grade_from_log": False}, []),
        ({"grade_from_log": True}, ["grade_from_log is set"]),
        ({"points_possible": 0}, ["points_possible and score_threshold change only"]),
        ({"score_threshold": 0.5}, ["points_possible and score_threshold change only"]),
        ({"plugins": ["a.A", {"b.B": {"x": 1}}]}, ["Otter plugins are not run: a.A, b.B"]),
    ],
)
def test_what_of_the_configuration_is_not_followed_is_said(
    tmp_path: Path, config: dict[str, object], warnings: list[str]
) -> None:
    found = loaded(tmp_path, config).warnings
    assert len(found) == len(warnings)
    assert all(said.startswith(start) for said, start in zip(found, warnings, strict=True))


@pytest.mark.parametrize(
    ("content", "said"),
    [("{", "otter_config.json is not JSON"), ("[1]", "otter_config.json must be a JSON object")],
)
def test_a_configuration_that_cannot_be_read_is_refused(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        load(zipped(tmp_path / "a.zip", **{"otter_config.json": content}))


def test_a_configuration_need_not_be_there_and_a_token_is_not_kept(tmp_path: Path) -> None:
    assert load(zipped(tmp_path / "a.zip")).config == {}
    assert loaded(tmp_path, {"token": "secret", "a": 1}).config == {"a": 1}


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("hw01-autograder_2025_11_23T10_00_00_000000.zip", "hw01"),
        ("hw02_autograder.zip", "hw02"),
        ("hw03.zip", "hw03"),
        ("autograder.zip", "course"),
        ("autograder-hw04.zip", "autograder-hw04"),
    ],
)
def test_an_assignment_is_called_as_its_file_is(tmp_path: Path, file: str, name: str) -> None:
    (tmp_path / "course").mkdir()
    path = zipped(tmp_path / "course" / file)
    assert load(path).name == name
    named = zipped(tmp_path / "course" / file, **{"otter_config.json": '{"assignment_name": "own"}'})
    assert load(named).name == "own"


def test_of_several_zips_the_last_autograder_counts(tmp_path: Path) -> None:
    for age, (file, question) in enumerate(
        [("a-autograder_1.zip", "new"), ("b-autograder_2.zip", "old"), ("newest.zip", "other")]
    ):
        path = autograder_zip(tmp_path, {"q": OK_STYLE.format(name=question)}).replace(tmp_path / file)
        when = 1_000_000 + (100 if file == "newest.zip" else -age)
        os.utime(path, (when, when))
    assert list(load(tmp_path).possible) == ["new"]
    (tmp_path / "a-autograder_1.zip").unlink()
    (tmp_path / "b-autograder_2.zip").unlink()
    assert list(load(tmp_path).possible) == ["other"]  # the only one, whatever its name
    zipped(tmp_path / "another.zip")
    with pytest.raises(UsageError, match="has no tests"):
        load(tmp_path)


def test_a_folder_of_tests_holds_those_that_say_that_they_are(tmp_path: Path) -> None:
    inner = tmp_path / "autograder"
    (inner / "tests").mkdir(parents=True)
    (inner / "tests" / "q1.py").write_text(TEST)
    (inner / "tests" / "__init__.py").write_text("")
    assert list(load(tmp_path).possible) == ["q1"]
    assert load(tmp_path).name == "autograder"
    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / "q7.py").write_text(OK_STYLE.format(name="q7"))
    (bare / "helper.py").write_text("x = 'OK_FORMAT'")
    assert list(load(bare).possible) == ["q7"]


def test_an_assignment_in_r_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "q1.R").write_text("x")
    with pytest.raises(UsageError, match="is an R assignment"):
        load(tmp_path)


def test_a_zip_may_unpack_to_a_gigabyte_and_hold_no_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(tmp_path / "a.zip")
    monkeypatch.setattr(module, "MAX_UNPACKED", len(TEST))
    assert load(path).possible
    monkeypatch.setattr(module, "MAX_UNPACKED", len(TEST) - 1)
    with pytest.raises(UsageError, match="unpacks to more than 0 MB"):
        load(path)
    monkeypatch.setattr(module, "MAX_UNPACKED", 3 * 2**20)
    with pytest.raises(UsageError, match="unpacks to more than 3 MB"):
        load(zipped(path, **{"files/zeros": "0" * (3 * 2**20)}))
    path = zipped(tmp_path / "b.zip")
    monkeypatch.undo()
    link = zipfile.ZipInfo("files/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(UsageError, match=r"'files/link', which leads out of its folder"):
        load(path)
    with pytest.raises(UsageError, match=r"'C:x\.py', which leads out"):
        load(zipped(path, **{"C:x.py": ""}))


def test_a_damaged_zip_cannot_be_unpacked(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip")
    content = path.read_bytes()
    path.write_bytes(content.replace(b"OK_FORMAT", b"XX_FORMAT", 1))
    with pytest.raises(UsageError, match="cannot be unpacked"):
        load(path)


@pytest.mark.parametrize(
    ("content", "values"),
    [
        ('{"version": 1, "jax": {"a": [1.5], "b": null}}', {"a": [1.5], "b": None}),
        ('{"jax": {}}', {}),
        ('{"jax": [1]}', None),
        ("{}", None),
        ("[]", None),
        ("{", None),
    ],
)
def test_values_in_a_zip_are_every_questions_and_none_where_they_cannot_be_read(
    tmp_path: Path, content: str, values: object
) -> None:
    (question,) = load(zipped(tmp_path / "a.zip", **{"references.json": content})).questions
    assert question.references == values


def test_support_files_are_named_as_in_the_students_folder(tmp_path: Path) -> None:
    entries = {"files/data/one.csv": "1", "files/two.csv": "2"}
    found = load(zipped(tmp_path / "a.zip", **entries))
    assert list(found.files) == ["data/one.csv", "two.csv"]
    assert {name: Path(path).read_text() for name, path in found.files.items()} == {"data/one.csv": "1", "two.csv": "2"}
    other = load(zipped(tmp_path / "b.zip", **(entries | {"files/two.csv": "3"})))
    assert other.digest != found.digest
    assert load(zipped(tmp_path / "c.zip", **(entries | {"environment.yml": "x"}))).digest == found.digest


def test_a_support_folder_is_copied_where_the_student_has_none_of_its_name(tmp_path: Path) -> None:
    found = load(zipped(tmp_path / "a.zip", **{"files/data/one.csv": "1", "files/two.csv": "2"}))
    read = read_notebook(notebook(tmp_path / "a.ipynb", "x"))
    mine = {"data/own.csv": "/own", "two.csv": "/student", "a.ipynb": "/theirs"}
    assert program(read, found, path="/here", files=mine).files == {
        "data/own.csv": "/own",
        "two.csv": found.files["two.csv"],
        "a.ipynb": "/theirs",
    }
    assert program(read, found).files == found.files


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("OK_FORMAT = True", "does not define 'test', which an Otter test file needs"),
        ("1 / 0", "cannot be read: ZeroDivisionError: division by zero"),
        ("OK_FORMAT = True\ntest = 3", "cannot be read: TypeError"),
    ],
)
def test_a_test_file_that_is_none_is_named(tmp_path: Path, source: str, said: str) -> None:
    with pytest.raises(AuthorError, match=rf"^tests/q1\.py {said}"):
        load(autograder_zip(tmp_path, {"q1": source}))


def test_a_workplace_is_as_it_was_after_whatever_was_done_to_it(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "inner.txt").write_text("inner")
    (tmp_path / "top.txt").write_text("top")
    (tmp_path / "link.txt").symlink_to("/etc/passwd")
    place = Workplace(tmp_path)

    def content() -> dict[str, str]:
        files = [path for path in place.folder.rglob("*") if path.is_file()]
        return {path.relative_to(place.folder).as_posix(): path.read_text() for path in files}

    as_it_was = {"folder/inner.txt": "inner", "top.txt": "top"}
    assert content() == as_it_was
    (place.folder / "top.txt").write_text("changed")
    (place.folder / "folder" / "new").mkdir()
    (place.folder / "away").symlink_to(tmp_path, target_is_directory=True)
    place.renew()
    assert content() == as_it_was
    assert not (place.folder / "folder" / "new").exists()
    assert (tmp_path / "top.txt").exists()  # a link goes, and not what it leads to
    (place.folder / "folder" / "empty").mkdir()
    place.renew()
    assert not (place.folder / "folder" / "empty").exists()
    kept = place.folder / "__pycache__"
    kept.mkdir()
    (kept / "helper.pyc").write_bytes(b"x")
    place.renew()
    assert kept.exists()  # bytecode is no change


def test_a_scratch_folder_goes_with_whoever_holds_it() -> None:
    scratch = Scratch()
    folder = scratch.folder
    assert folder.is_dir()
    del scratch
    assert not folder.exists()


def test_a_folder_that_is_none_is_an_empty_workplace(tmp_path: Path) -> None:
    assert list(Workplace(tmp_path / "nothing").folder.iterdir()) == []


def test_the_configuration_is_part_of_what_a_score_depends_on(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    one = load(autograder_zip(tmp_path, {"q1": TEST}, {"b": 1, "a": 2}))
    other = load(autograder_zip(tmp_path / "b", {"q1": TEST}, json.loads('{"a": 2, "b": 1}')))
    assert one.digest == other.digest
    assert len(one.digest) == 64
