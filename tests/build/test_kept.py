"""What was certified is kept as long as nothing that decides it changes."""

from pathlib import Path

import pytest

from autograder import build
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
