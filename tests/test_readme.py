"""README and manual are true: their commands and the README's Python are run, and say what it says they say."""

import doctest
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = sorted((ROOT / "docs").glob("*.md"))
AUTOGRADER = [sys.executable, "-c", "from autograder.cli import main; main()"]


def blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.M | re.S)


def steps(block: str) -> list[tuple[str, str]]:
    """(command, what it prints) for each line that begins with ``$``."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.M)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


SESSIONS = [steps(block) for page in DOCS for block in blocks("console", page.read_text(encoding="utf-8"))]
LINES = 60
"""What a screen shows of the README, the pictures counted by the lines that name them."""


def test_the_readme_is_one_screen_with_two_pictures() -> None:
    assert len(README.splitlines()) <= LINES
    assert README.count("[![") == 2


def test_the_two_commands_stand_first() -> None:
    first = README.split("```")[1]
    assert [line.split("#")[0].strip() for line in first.strip().splitlines()] == ["make demo", "make test"]
    makefile = (ROOT / "Makefile").read_text()
    assert all(re.search(rf"^{target}:", makefile, re.M) for target in ("demo", "test"))


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: session[-1][0].split(" -")[0])
def test_a_session_says_what_the_manual_says(session: list[tuple[str, str]], course: Path) -> None:
    for command, wanted in session:
        program, *arguments = shlex.split(command)
        if program == "cat":
            # A file that is shown is a file that the next command reads.
            (course / arguments[0]).write_text(wanted)
            continue
        assert program == "autograder", f"the manual calls {program}, which this test does not run"
        done = subprocess.run([*AUTOGRADER, *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert doctest.OutputChecker().check_output(wanted, done.stdout, doctest.ELLIPSIS), done.stdout


def test_the_sessions_are_found() -> None:
    called = {command.split()[1] for session in SESSIONS for command, _ in session if command.startswith("autograder")}
    assert {"grade", "simulate", "lint", "judge"} <= called


@pytest.mark.parametrize("block", blocks("python"), ids=lambda block: block.splitlines()[0])
def test_python_says_what_the_readme_says(block: str) -> None:
    test = doctest.DocTestParser().get_doctest(block, {}, "README.md", "README.md", 0)
    said: list[str] = []
    failed, tried = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=said.append)
    assert tried
    assert not failed, "".join(said)


@pytest.mark.parametrize("page", [ROOT / "README.md", *DOCS], ids=lambda path: path.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", [ROOT / "README.md", *DOCS], ids=lambda path: path.name)
def test_commands_and_options_in_the_docs_exist(page: Path) -> None:
    from autograder.cli import COMMANDS, group

    for code in re.findall(r"\bautograder ([a-z][a-z-]+)((?: +[^\s`|]+)*)", page.read_text(encoding="utf-8")):
        name, rest = code
        command = group.get_command(None, name) if name in COMMANDS else None  # type: ignore[arg-type]
        if command is None:
            continue
        options = {option for parameter in command.params for option in parameter.opts}
        for given in re.findall(r"(?<!\S)(--[a-z][a-z-]+)", rest):
            assert given in options, f"{page.name}: autograder {name} has no {given}"
