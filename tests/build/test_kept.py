"""What was certified is kept as long as nothing that decides it changes."""

import shutil
from pathlib import Path

import pytest

from autograder import build, origin
from autograder.build import Finding
from autograder.build.checks import kept
from autograder.build.template import new_assignment


def test_what_was_certified_stands_until_something_that_decides_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    advice = Finding(code="M06", message="Ask elsewhere.", fix="", error=False)
    error = Finding(code="B12", message="The solution gets 0.", fix="")
    told = [[advice], [error], [error], []]
    asked: list[str] = []

    def once(root: Path, name: str) -> list[Finding]:
        build.outcome_folder(root, name).mkdir(parents=True, exist_ok=True)
        asked.append(name)
        return told[len(asked) - 1]

    monkeypatch.setattr(kept, "certify", once)
    path = new_assignment(tmp_path, "hw07")
    assert [build.certified(tmp_path, "hw07") for _ in range(3)] == [[advice]] * 3
    assert len(asked) == 1
    path.write_text(path.read_text().replace("(2 * x - x**2)", "(2 * x + x**2)"))
    assert [build.certified(tmp_path, "hw07") for _ in range(2)] == [[error]] * 2
    assert len(asked) == 3  # an error may have been the machine's
    assert [build.certified(tmp_path, "hw07") for _ in range(2)] == [[]] * 2
    told += [[], [], [], []]
    for change in (
        lambda: (path.parent / "tries.toml").write_text("[[q1]]\n"),
        lambda: new_assignment(tmp_path, "hw08"),
        lambda: monkeypatch.setattr(kept, "installed", lambda: "another package"),
        lambda: (build.outcome_folder(tmp_path, "hw07") / "certified.json").write_text("{"),
    ):
        before = len(asked)
        change()
        assert [build.certified(tmp_path, "hw07") for _ in range(2)] == [[]] * 2
        assert len(asked) == before + 1


@pytest.mark.parametrize(
    ("changed", "another"),
    [
        ("build/assemble.py", True),
        ("build/init.py", True),
        ("otter/assign.py", True),
        ("versions/values.py", True),
        ("student/testfile.py", True),
        ("build/checks/kept.py", False),
        ("otter/running/doctests.py", False),
        ("compare/numeric.py", False),
        ("student/notebook.py", False),
        ("feedback/sentences.py", False),
    ],
)
def test_an_outcome_is_of_the_code_that_made_it(
    changed: str, another: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a teacher who installs a newer version hands out what the older one made of the same source."""
    new_assignment(tmp_path, "hw07")
    package = tmp_path / "autograder"
    shutil.copytree(origin.PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "locale"))
    monkeypatch.setattr(origin, "PACKAGE", package)
    before = _outcome(tmp_path)
    assert (package / changed).is_file()
    with (package / changed).open("a") as file:
        file.write("# another version\n")
    assert (_outcome(tmp_path) != before) is another


def _outcome(root: Path) -> str:
    origin.digest_of.cache_clear()
    try:
        return build.outcome_folder(root, "hw07").name
    finally:
        origin.digest_of.cache_clear()
