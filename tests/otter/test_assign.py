"""How ``otter assign`` is called and what is made of what it leaves: a fake child keeps how it was called."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.errors import AuthorError, UsageError
from autograder.otter import assign

KERNEL = {"kernelspec": {"name": "python3"}}


class Otter:
    """Takes the place of the child process: leaves these zips in the order in which they are given."""

    def __init__(self, *zips: str, code: int = 0, out: str = "", err: str = "") -> None:
        self.zips, self.done = zips, SimpleNamespace(returncode=code, stdout=out, stderr=err)
        self.command: list[str] = []
        self.options: dict[str, Any] = {}

    def __call__(self, command: list[str], **options: Any) -> Any:
        self.command, self.options = command, options
        assert Path(options["env"]["IPYTHONDIR"]).is_dir()
        folder = Path(command[-1]) / "autograder"
        folder.mkdir(exist_ok=True)
        for age, name in enumerate(self.zips):
            (folder / name).write_bytes(b"")
            os.utime(folder / name, (age + 1, age + 1))
        return self.done


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "course" / "hw.ipynb"
    path.parent.mkdir()
    path.write_text(json.dumps({"metadata": KERNEL, "cells": []}))
    return path


def test_the_child_sees_few_variables_and_its_own_folders(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    otter = Otter("hw-autograder_2.zip", "hw-autograder_1.zip", "other.zip", out="out\n", err="err")
    monkeypatch.setattr(subprocess, "run", otter)
    monkeypatch.setenv("PATH", "/usr/bin")
    monkeypatch.setenv("SECRET", "token")
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    made = assign(source, tmp_path / "out" / "deep")
    out = (tmp_path / "out" / "deep").resolve()
    assert otter.command[:2] == [sys.executable, "-c"]
    assert otter.command[3:] == ["assign", "--no-pdfs", "hw.ipynb", str(out)]
    assert (otter.options["cwd"], otter.options["timeout"]) == (source.parent.resolve(), 300.0)
    how = {name: otter.options[name] for name in ("capture_output", "text", "errors", "stdin", "check")}
    assert how == {
        "capture_output": True,
        "text": True,
        "errors": "replace",
        "stdin": subprocess.DEVNULL,
        "check": False,
    }
    environ = otter.options["env"]
    assert "SECRET" not in environ
    assert (environ["LANG"], environ["MPLBACKEND"], environ["PYTHONUTF8"]) == ("de_DE.UTF-8", "agg", "1")
    assert environ["PATH"] == os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin"])
    assert not Path(environ["IPYTHONDIR"]).exists()
    # the newest that is an autograder
    assert made.zip == str(out / "autograder" / "hw-autograder_1.zip")
    assert (made.student, made.autograder, made.log) == (str(out / "student"), str(out / "autograder"), "out\n\nerr")


def test_the_tests_need_not_be_run_and_the_time_is_the_callers(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    otter = Otter("a-autograder.zip")
    monkeypatch.setattr(subprocess, "run", otter)
    assign(source.parent, tmp_path / "out", run_tests=False, timeout=7)
    assert otter.command[3:6] == ["assign", "--no-pdfs", "--no-run-tests"]
    assert otter.options["timeout"] == 7

    def endless(command: list[str], **options: Any) -> None:
        raise subprocess.TimeoutExpired(command, options["timeout"])

    monkeypatch.setattr(subprocess, "run", endless)
    with pytest.raises(AuthorError, match=r"hw\.ipynb: otter assign did not end within 2\.5 s; is a cell endless\?"):
        assign(source, tmp_path / "out", timeout=2.5)


LOG = (
    "Reading\nValueError: an early one\n  File x\nTraceback\n  line\nnbformat.MyError: the last\n  and why\n"
    + "more\n" * 60
)


@pytest.mark.parametrize(
    ("otter", "said"),
    [
        (Otter(err=LOG), LOG.split("Traceback\n  line\n")[1].splitlines()[:40]),
        (Otter("a-autograder.zip", code=1, out="KeyError: 'x'"), ["KeyError: 'x'"]),
        (Otter(out="\n".join(map(str, range(30)))), [str(number) for number in range(18, 30)]),
        (Otter("other.zip", out="done"), ["done"]),
    ],
)
def test_where_it_fails_its_last_words_are_told(
    otter: Otter, said: list[str], source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "run", otter)
    with pytest.raises(AuthorError) as refused:
        assign(source, tmp_path / "out")
    first, *others = str(refused.value).splitlines()
    assert first == f"{source.resolve()}: otter assign failed."
    assert others == said


def test_a_folder_has_one_notebook(source: Path, tmp_path: Path) -> None:
    (source.parent / "b.ipynb").write_text("{}")
    with pytest.raises(UsageError, match=r"needs one notebook, found b\.ipynb, hw\.ipynb\."):
        assign(source.parent, tmp_path / "out")
    with pytest.raises(UsageError, match=r"found none\."):
        assign(tmp_path / "nowhere", tmp_path / "out")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "is not a notebook"),
        ("[]", "is not a notebook"),
        ("{}", "names no kernel"),
        ('{"metadata": {}}', "names no kernel"),
    ],
)
def test_what_otter_cannot_read_is_said_before(content: str, said: str, source: Path, tmp_path: Path) -> None:
    source.write_text(content)
    with pytest.raises(AuthorError, match=said):
        assign(source, tmp_path / "out")
