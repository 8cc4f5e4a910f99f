"""``autograder docs``: the website where it came with the package and somebody looks, else the text."""

import io
import shutil
import sys
from pathlib import Path

import pytest

from autograder import origin
from autograder.cli.commands.docs import docs
from autograder.errors import UsageError
from tests import ROOT


class Terminal(io.StringIO):
    """What is written is looked at by somebody, or not."""

    def __init__(self, looked_at: bool) -> None:
        super().__init__()
        self.looked_at = looked_at

    def isatty(self) -> bool:
        return self.looked_at


@pytest.fixture
def manual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The manual as a wheel has it, with a website of two pages."""
    folder = tmp_path / "manual"
    folder.mkdir()
    for name in ("index", "students"):
        shutil.copy(ROOT / "docs" / f"{name}.md", folder)
        page = folder / "site" / "docs" / f"{name}.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text("<title>")
    monkeypatch.setattr(origin, "shipped", lambda name: folder)
    monkeypatch.setenv("PAGER", "cat")
    return folder


ROWS = [
    # arguments, is a terminal, has a browser, what is opened, what is printed
    ([], True, True, "index.html", "opened "),
    (["students"], True, True, "students.html", "opened "),
    (["students.md"], True, True, "students.html", "opened "),
    (["--text", "students"], True, True, None, "# For students"),
    (["students"], False, True, None, "# For students"),
    (["students"], True, False, "students.html", "# For students"),
    ([], False, True, None, "students         For students"),
]


@pytest.mark.parametrize(("arguments", "looked_at", "browser", "wanted", "said"), ROWS)
def test_what_is_opened_and_what_is_printed(
    arguments: list[str], looked_at: bool, browser: bool, wanted: str | None, said: str,
    manual: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address: (opened.append(address), browser)[1])
    monkeypatch.setattr(sys, "stdout", terminal := Terminal(looked_at))
    monkeypatch.setattr("click.echo_via_pager", lambda text: terminal.write(text))
    docs.main(arguments, standalone_mode=False)
    assert [Path(address).name for address in opened] == ([wanted] if wanted else [])
    assert said in terminal.getvalue()


def test_a_page_that_is_not_there_is_told_with_those_that_are(manual: Path) -> None:
    with pytest.raises(UsageError, match="no page 'teachers'; it has index, students"):
        docs.main(["teachers"], standalone_mode=False)
