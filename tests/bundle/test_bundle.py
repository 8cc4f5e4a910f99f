"""``autograder bundle --gradescope``: what is in the zip, and what its two scripts do in a laid-out /autograder."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from autograder import __version__, cli
from autograder.bundle import run
from autograder.errors import SandboxError, UsageError
from tests.batch.fake_workers import FakeWorkers
from tests.bundle import gradescope_spec
from tests.otter.otter_samples import autograder_zip, notebook
from tests.sandbox.jail_samples import needs_jail

TEST = """
from otter.test_files import test_case
OK_FORMAT = False
name = "{name}"
points = [1, 2]

@test_case(points=None, hidden=False)
def public({name}):
    assert {name} > 0, "{name} should be positive"

@test_case(points=None, hidden=True)
def hidden({name}):
    assert {name} == 3, "SECRET-3"
"""
METADATA = {
    "id": 123456,
    "created_at": "2018-07-01T14:22:32.365935-07:00",
    "assignment": {"due_date": "2018-07-31T23:00:00.000000-07:00", "id": 25828, "title": "HW 9", "total_points": "6.0"},
    "submission_method": "upload",
    "users": [{"email": "ann@example.com", "id": 1234, "name": "Ann Ito"}, {"email": "b@example.com", "id": 5}],
    "previous_submissions": [],
}
CHECKED = "import otter\ngrader = otter.Notebook()\nq1 = 3"
ENDLESS = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"


def bundle(*arguments: str) -> Result:
    command = ["bundle", *arguments]
    return CliRunner().invoke(cli.group, command, standalone_mode=False, catch_exceptions=False)


@pytest.fixture(scope="module")
def zipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of two questions of three points, with limits that a test can wait for."""
    place = tmp_path_factory.mktemp("bundle")
    tests = {name: TEST.format(name=name) for name in ("q1", "q2")}
    source = autograder_zip(place, tests, {"assignment_name": "hw09"}).rename(place / "hw09.zip")
    limits = ["--cell-timeout", "5", "--timeout", "60", "--memory", "600"]
    said = bundle(str(source), "--gradescope", "-o", str(place / "gs.zip"), *limits).output
    assert "hw09, sandbox bwrap, 10 minutes" in said
    return place / "gs.zip"


def lay_out(zipped: Path, root: Path, *cells: str, **changed: Any) -> Path:
    """``/autograder`` as Gradescope lays it out, at ``root``; ``changed`` are settings of the bundle."""
    with zipfile.ZipFile(zipped) as archive:
        archive.extractall(root / "source")
    about = root / "source" / "bundle.json"
    about.write_text(json.dumps(json.loads(about.read_text()) | changed))
    shutil.copy(root / "source" / "run_autograder", root / "run_autograder")
    (root / "run_autograder").chmod(0o755)
    (root / "submission").mkdir()
    (root / "submission_metadata.json").write_text(json.dumps(METADATA))
    if cells:
        notebook(root / "submission" / "hw09.ipynb", *cells)
    return root


def start(root: Path, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
    """As the image's harness starts it; the package is the one in the zip."""
    environment = {"AUTOGRADER_ROOT": str(root), "AUTOGRADER_PYTHON": python, "PYTHONPATH": str(root / "source")}
    return subprocess.run(
        [str(root / "run_autograder")],
        cwd=root,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_zip_holds_the_package_the_assignment_and_pins_without_an_address(zipped: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.zip"
    limits = ["--cell-timeout", "5", "--timeout", "60", "--memory", "600"]
    bundle(str(zipped.with_name("hw09.zip")), "--gradescope", "-o", str(again), *limits)
    assert again.read_bytes() == zipped.read_bytes()
    with zipfile.ZipFile(zipped) as archive:
        modes = {info.filename: info.external_attr >> 16 & 0o777 for info in archive.infolist()}
        pins = archive.read("requirements.txt").decode().splitlines()
        inner = archive.read("assignment/autograder.zip")
    assert (modes["setup.sh"], modes["run_autograder"]) == (0o755, 0o755)
    assert {"autograder/cli/__init__.py", "autograder/report/pages/templates/class.html.j2"} <= set(modes)
    assert not [name for name in modes if "__pycache__" in name or name.startswith(("/", ".."))]
    with zipfile.ZipFile(io.BytesIO(inner)) as ours, zipfile.ZipFile(zipped.with_name("hw09.zip")) as given:
        assert {name: ours.read(name) for name in given.namelist()} == {
            name: given.read(name) for name in given.namelist()
        }
        assert set(ours.namelist()) - set(given.namelist()) == {"references.json"}
    assert all(re.fullmatch(r"[a-z0-9.-]+==[\w.+!]+", pin) for pin in pins), pins
    assert {"otter-grader", "jax", "jaxlib", "sympy", "msgspec"} <= {pin.partition("==")[0] for pin in pins}
    assert not {"pytest", "mypy", "nabla-autograder"} & {pin.partition("==")[0] for pin in pins}


@pytest.mark.parametrize("script", ["setup.sh", "run_autograder"])
def test_the_scripts_are_shell_and_complete(script: str, zipped: Path, tmp_path: Path) -> None:
    root = lay_out(zipped, tmp_path / "autograder")
    subprocess.run(["bash", "-n", str(root / "source" / script)], check=True)
    text = (root / "source" / script).read_text()
    assert text.startswith("#!/usr/bin/env bash\n")
    assert not re.search(r"PYTHON_VERSION|SECONDS|https?:|index", text)
    if script == "setup.sh":
        steps = ["apt-get install", "-m venv", "requirements.txt", 'cp -R "$source/autograder"']
        assert [text.index(step) for step in steps] == sorted(text.index(step) for step in steps)
        assert "set -euo pipefail" in text
    else:
        assert "timeout --kill-after=10 570 " in text


@pytest.fixture(scope="module")
def run_for_real(zipped: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, str]]:
    """Four submissions through the script itself, in the jail: name → where and what it printed."""
    submissions = {
        "right": ["q1 = 3", "q2 = 3"],
        "half": ["q1 = 3", "q2 = 2", "1 / 0"],
        "crash": ["q1 = 3", "import os; os._exit(3)"],
        "hang": [CHECKED, "grader.check('q1')", ENDLESS, "q2 = 3"],
    }
    place = tmp_path_factory.mktemp("roots")
    roots = {name: lay_out(zipped, place / name, *cells) for name, cells in submissions.items()}
    with ThreadPoolExecutor(2) as threads:
        done = dict(zip(roots, threads.map(start, roots.values()), strict=True))
    return {name: (roots[name], done[name].stdout + done[name].stderr) for name in roots}


@pytest.mark.slow
@needs_jail
def test_right_and_half_right_get_their_points_case_by_case(run_for_real: dict[str, tuple[Path, str]]) -> None:
    right = gradescope_spec.results(run_for_real["right"][0])
    assert right["score"] == 6.0
    assert {test["status"] for test in gradescope_spec.named(right).values()} == {"passed"}
    assert right["execution_time"] > 0
    extra = right["extra_data"]
    assert (extra["autograder_version"], extra["sandbox"], extra["outcomes"]) == (
        __version__,
        "bwrap",
        {"q1": "full", "q2": "full"},
    )
    assert (extra["students"], extra["submitted"]) == (["Ann Ito", "b@example.com"], METADATA["created_at"])
    assert "Ann" not in run_for_real["right"][1], "nothing personal in what is printed"

    half = gradescope_spec.results(run_for_real["half"][0])
    tests = gradescope_spec.named(half)
    assert half["score"] == 4.0
    assert {place: test["score"] for place, test in tests.items()} == {"1.1": 1.0, "1.2": 2.0, "2.1": 1.0, "2.2": 0.0}
    assert [tests[place]["visibility"] for place in ("2.1", "2.2")] == ["visible", "hidden"]
    assert "SECRET-3" in tests["2.2"]["output"]
    assert "ZeroDivisionError" in half["output"]


@pytest.mark.slow
@needs_jail
def test_a_crash_gets_no_score_and_a_hang_keeps_what_was_checked(run_for_real: dict[str, tuple[Path, str]]) -> None:
    crash = gradescope_spec.results(run_for_real["crash"][0], scored=False)
    assert "not a 0" in crash["output"]
    assert "crashed" in gradescope_spec.notes(crash)
    assert crash["extra_data"]["status"] == "failed"

    hang = gradescope_spec.results(run_for_real["hang"][0])
    tests = gradescope_spec.named(hang)
    assert (hang["score"], hang["extra_data"]["reason"]) == (3.0, "timeout")
    assert "score" not in tests["2"]
    assert "No score yet for these 3 points" in tests["2"]["output"]
    assert "A person decides q2 (3 points). The score shown is without them." in hang["output"]
    assert "add the points by hand" in gradescope_spec.notes(hang)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Grades without a jail; see :mod:`fake_workers`."""
    monkeypatch.setattr("autograder.batch.run.Workers", FakeWorkers)
    monkeypatch.setattr("autograder.sandbox.jail.bubblewrap.find", lambda: "bwrap")


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"essay.pdf": "%PDF"}, "not-a-notebook"),
        ({}, "empty"),
        ({"a.ipynb": "x = 1", "b.ipynb": "x = 2"}, "several-notebooks"),
    ],
)
def test_files_that_are_no_submission_get_words_and_no_score(
    files: dict[str, str], reason: str, zipped: Path, tmp_path: Path
) -> None:
    root = lay_out(zipped, tmp_path / "autograder")
    for name, text in files.items():
        if name.endswith(".ipynb"):
            notebook(root / "submission" / name, text, name=None)
        else:
            (root / "submission" / name).write_text(text)
    run.main(root)
    found = gradescope_spec.results(root, scored=False)
    assert found["extra_data"]["reason"] == reason
    assert "Hand in one notebook, hw09.ipynb." in found["output"]
    assert "not a 0" in found["output"]


@pytest.mark.usefixtures("fake")
def test_two_notebooks_of_which_one_is_the_assignments(zipped: Path, tmp_path: Path) -> None:
    root = lay_out(zipped, tmp_path / "autograder", "q1=2 q2=1.5")
    notebook(root / "submission" / "scratch.ipynb", "x = 1", name=None)
    run.main(root)
    found = gradescope_spec.results(root)
    assert found["score"] == 3.5
    assert "hw09.ipynb" in found["output"]


@pytest.mark.usefixtures("fake")
def test_without_a_jail_every_result_says_so(zipped: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = lay_out(zipped, tmp_path / "autograder", "q1=2 q2=1.5", sandbox="none")
    run.main(root)
    found = gradescope_spec.results(root)
    assert run.UNCONFINED in found["extra_data"]["notes"]
    assert run.UNCONFINED in capsys.readouterr().out
    assert found["stdout_visibility"] == "hidden"
    # no test is hidden here, and a hidden note would hide the student's total
    assert gradescope_spec.notes(found) == ""


def test_a_container_without_namespaces_is_said_and_never_worked_around(
    zipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find() -> str:
        raise SandboxError("The jail cannot be built on this machine.")

    monkeypatch.setattr("autograder.sandbox.jail.find", find)
    root = lay_out(zipped, tmp_path / "autograder", "q1 = 3")
    run.main(root)
    found = gradescope_spec.results(root, scored=False)
    assert "The jail cannot be built" in gradescope_spec.notes(found)
    assert "--sandbox none" in gradescope_spec.notes(found)
    assert "namespaces" not in found["output"]


@pytest.mark.parametrize("broken", ["bundle.json", "assignment/autograder.zip"])
@pytest.mark.usefixtures("fake")
def test_our_own_failures_are_told_without_a_score(broken: str, zipped: Path, tmp_path: Path) -> None:
    root = lay_out(zipped, tmp_path / "autograder", "q1=2 q2=2")
    (root / "source" / broken).write_text("{")
    run.main(root)
    found = gradescope_spec.results(root, scored=False)
    assert "No score was recorded." in gradescope_spec.notes(found)


@pytest.mark.parametrize(
    ("script", "wanted"),
    [(None, "setup.sh failed"), ("exit 124", "--minutes"), ("exit 137", "memory"), ("exit 1", "error")],
)
def test_the_script_writes_results_when_python_cannot(
    script: str | None, wanted: str, zipped: Path, tmp_path: Path
) -> None:
    root = lay_out(zipped, tmp_path / "autograder", "q1 = 3")
    (root / "results").mkdir()
    (root / "results" / "results.json").write_text('{"score": 0}')  # of an earlier run
    python = tmp_path / "python"
    if script is not None:
        python.write_text(f"#!/bin/sh\n{script}\n")
        python.chmod(0o755)
    start(root, str(python))
    found = gradescope_spec.results(root, scored=False)
    assert wanted in gradescope_spec.notes(found)


@pytest.mark.parametrize(
    ("content", "students", "submitted", "known"),
    [
        (json.dumps(METADATA), ["Ann Ito", ""], METADATA["created_at"], True),
        ('{"users": [], "created_at": "<script>"}', [], None, True),
        ("[]", [], None, False),
        ("{", [], None, False),
        ('{"users": ["x"]}', [], None, False),
    ],
)
def test_metadata_never_decides_a_grade(
    content: str, students: list[str], submitted: str | None, known: bool, tmp_path: Path
) -> None:
    path = tmp_path / "submission_metadata.json"
    path.write_text(content)
    found, when, complaint = run.read_metadata(path)
    assert ([student.name for student in found], when, not complaint) == (students, submitted, known)


def test_a_call_that_cannot_work_is_refused(zipped: Path, tmp_path: Path) -> None:
    source = str(zipped.with_name("hw09.zip"))
    with pytest.raises(UsageError, match="--gradescope"):
        bundle(source)
    with pytest.raises(UsageError, match="raise --minutes"):
        bundle(source, "--gradescope", "--minutes", "5", "-o", str(tmp_path / "x.zip"))
    assert not (tmp_path / "x.zip").exists()
