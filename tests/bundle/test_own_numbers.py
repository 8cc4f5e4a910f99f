"""A bundle in which everybody has other numbers: whose a notebook has is held against Gradescope's users."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder import build
from autograder.batch import Batch, Workers
from autograder.build.init import signed
from autograder.build.source import read_source
from autograder.build.versions import pool_of
from autograder.bundle import run
from autograder.errors import UsageError
from autograder.versions import decoded
from tests.build.drawn import copy_certified
from tests.bundle import gradescope_spec
from tests.bundle.test_bundle import METADATA, bundle, lay_out, start
from tests.sandbox.jail_samples import needs_jail

pytestmark = [pytest.mark.slow, needs_jail]

USERS = [{"email": "ann@example.com", "id": 1234, "name": "Ann Ito", "sid": "0012345"}]
LIST = "First Name,Last Name,SID,Email\nAnn,Ito,0012345,ann@example.com\nBob,Orr,0012399,bob@example.com\n"
OTHERS = "The numbers in this notebook are not those of who handed it in."


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, shared_folder: Path | None) -> Path:
    root = tmp_path_factory.mktemp("drawn")
    copy_certified(root, shared_folder)
    return root


@pytest.fixture(scope="module")
def zips(course: Path) -> dict[bool, Path]:
    """The bundle without and with the class list."""
    (course / "list.csv").write_text(LIST)
    zipped = str(build.autograder_zip(course, "hw"))
    made = {}
    for listed, more in ((False, []), (True, ["--roster", str(course / "list.csv")])):
        made[listed] = course / f"{listed}.zip"
        bundle(zipped, "--gradescope", "-o", str(made[listed]), *more)
    return made


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(1) as opened:
        yield opened


@pytest.fixture
def here(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """What the script in the zip starts, in this process and with one worker for all rows: a worker and a jail for each
    are most of what a row costs."""
    monkeypatch.setattr(run, "Batch", partial(Batch, executor=workers))
    monkeypatch.setenv("AUTOGRADER_LANGUAGE", "en")
    return run.main


def script(root: Path) -> None:
    """The script itself, as the image's harness starts it."""
    said = start(root)
    assert said.returncode == 0, said.stderr


def graded(grade: Callable[[Path], None], zipped: Path, root: Path, course: Path, student: str) -> dict[str, Any]:
    """Results of a notebook that says ``student`` and is right for the numbers of that id, handed in by Ann."""
    lay_out(zipped, root)
    (root / "submission_metadata.json").write_text(json.dumps(METADATA | {"users": USERS}))
    notebook = signed(nbformat.read(build.student_notebook(course, "hw"), 4), student)
    path = course / "solutions" / "hw" / "hw.ipynb"
    pool = pool_of(path, read_source(path))
    assert pool is not None
    values = dict(zip(pool.names, map(decoded, pool.of(student or "x").values), strict=True))
    next(
        cell for cell in notebook.cells if cell.id == "c7"
    ).source = f"slope = {2 * values['a'] * values['p'] + values['b']}"
    nbformat.write(notebook, root / "submission" / "hw.ipynb")
    grade(root)
    return gradescope_spec.results(root, scored=bool(student))


@pytest.mark.parametrize(
    ("listed", "student", "reason", "said"),
    [
        (False, "Ann@Example.com ", None, ""),
        (False, "12345", None, ""),
        (False, "anna", None, "nobody here is called so"),
        (False, "bob@example.com", "other-numbers", "the notebook says bob@example.com, and whoever handed it in is"),
        (True, "ann", None, ""),
        (True, "anne@example.com", None, "nobody here is called so"),
        (True, "bob@example.com", "other-numbers", "its numbers are those of Bob Orr: the notebook says bob@example.c"),
        (True, "12399", "other-numbers", "its numbers are those of Bob Orr: the notebook says 12399"),
        (True, "", "no-id", "the student can write the id between the quotes"),
    ],
)
def test_gradescopes_users_say_whose_the_numbers_should_be(
    listed: bool,
    student: str,
    reason: str | None,
    said: str,
    course: Path,
    zips: dict[bool, Path],
    here: Callable[[Path], None],
    tmp_path: Path,
) -> None:
    found = graded(here, zips[listed], tmp_path / "autograder", course, student)

    assert found.get("score") == (2.0 if student else None)
    assert found["extra_data"]["reason"] == reason
    instructors = json.dumps([found["extra_data"]["notes"], found["output"]])
    assert said in instructors
    seen = json.dumps([found["output"], *(row for row in found["tests"] if row["visibility"] == "visible")])
    assert "Bob" not in seen
    assert (OTHERS in seen) == (reason == "other-numbers")


def test_the_script_in_the_zip_says_the_same(
    course: Path, zips: dict[bool, Path], here: Callable[[Path], None], tmp_path: Path
) -> None:
    found = graded(script, zips[True], tmp_path / "script", course, "bob@example.com")

    assert found.pop("execution_time") > 0
    ours = graded(here, zips[True], tmp_path / "here", course, "bob@example.com")
    assert {key: value for key, value in ours.items() if key != "execution_time"} == found


def test_a_class_list_is_not_put_where_notebooks_could_read_it(course: Path, zips: dict[bool, Path]) -> None:
    call = [str(build.autograder_zip(course, "hw")), "--gradescope", "--roster", str(course / "list.csv")]
    with pytest.raises(UsageError, match="could read the class list"):
        bundle(*call, "--sandbox", "none", "-o", str(course / "x.zip"))
    assert not (course / "x.zip").exists()
