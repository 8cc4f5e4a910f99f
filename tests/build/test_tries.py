"""Answers to try an assignment with: every fault of the file is told with its line."""

from pathlib import Path

import pytest

from autograder.build.checks.tried import findings_of_tries
from autograder.build.source import read_source
from autograder.build.template import new_assignment
from autograder.errors import AuthorError
from autograder.tries import Try, faults_of, read_tries, tries_beside
from tests import ROOT

GOOD = """
[[q1]]
is = "right"
note = "by hand"
code = '''
df = lambda x: 2 * x
'''

[[q1]]
is = "wrong"
mistake = "neg"
tie = ["minus_lost"]
weight = 2
code = "df = -1"

[[q1]]
is = "invalid"
code = "df = = 1"
"""


def test_a_file_without_fault_is_read(tmp_path: Path) -> None:
    path = tmp_path / "tries.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert list(faults_of(path, ["q1", "q2"])) == []
    right, wrong, invalid = read_tries(path)["q1"]
    assert (right.is_, right.note, wrong.weight, wrong.tie) == ("right", "by hand", 2, ("minus_lost",))
    assert invalid == Try(is_="invalid", code="df = = 1")


@pytest.mark.parametrize(
    ("old", "new", "words", "line"),
    [
        ("[[q1]]", "[[q1]", "Not TOML: Expected ']]' at the end of an array declaration. Mend that line.", 2),
        ("[[q1]]", "[[q7]]", "There is no question q7. The questions are q1, q2.", 2),
        ('[[q1]]\nis = "right"', '[extra]\nis = "right"', "There is no question extra. The questions are q1, q2.", 2),
        (GOOD, '[q1]\nis = "right"\ncode = "1"', "q1 is no list of tries. Write [[q1]], with two brackets", 1),
        ("tie = ", "tied = ", "A try has no key 'tied'. Did you mean 'tie'?", 9),
        ("tie = ", "colour = ", "A try has no key 'colour'. It may have is, code, note,", 9),
        ('"right"', '"rigth"', "`is` is 'rigth'. Write is = ", 2),
        ('is = "wrong"\n', "", "`is` is missing. Write is = ", 9),
        ('code = "df = -1"\n', "", "`code` is missing. Give what stands in the answer cell", 9),
        ("df = -1", "df = (1", "Line 1 of its code is no Python: '(' was never closed. Mend the code, or", 9),
        ("weight = 2", "weight = 0", "`weight` is 0. Write a number above 0", 9),
        ('mistake = "neg"', "mistake = 3", "`mistake` is 3. Write it in quotes.", 9),
        ('["minus_lost"]', '"minus_lost"', "`tie` is 'minus_lost'. Write a list of ids", 9),
    ],
)
def test_each_fault_is_told_with_its_line(tmp_path: Path, old: str, new: str, words: str, line: int) -> None:
    path = tmp_path / "tries.toml"
    assert old in GOOD
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    fault = next(faults_of(path, ["q1", "q2"]))
    assert f"{fault.message} {fault.fix}".startswith(words)
    assert fault.line == line
    if "no question" not in words:
        with pytest.raises(AuthorError, match=rf"tries\.toml, line {line}: "):
            read_tries(path)


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    path = tmp_path / "tries.toml"
    path.write_bytes(b'[[q1]]\nnote = "\xe4"\n')
    assert [fault.message for fault in faults_of(path)] == ["Byte 16 is not UTF-8."]


def test_the_build_tells_the_faults_and_the_ids_that_nobody_knows(tmp_path: Path) -> None:
    notebook = new_assignment(tmp_path, "hw07")
    source = read_source(notebook)
    assert list(findings_of_tries(notebook, source)) == []
    path = notebook.with_name("tries.toml")
    path.write_text(GOOD, encoding="utf-8")
    assert list(findings_of_tries(notebook, source)) == []
    path.write_text(GOOD.replace('"neg"', '"negg"').replace("minus_lost", "lost_plots"), encoding="utf-8")
    found = [str(finding) for finding in findings_of_tries(notebook, source)]
    assert found[0] == ("V02 error (q1): tries.toml: there is no mistake 'negg' in the catalogue. Did you mean neg?")
    assert len(found) == 2
    path.write_text(GOOD.replace('is = "right"', ""), encoding="utf-8")
    (finding,) = findings_of_tries(notebook, source)
    assert str(finding).startswith("V01 error (q1): tries.toml, line 2: `is` is missing.")


def test_the_course_s_files_have_no_fault() -> None:
    for path in sorted((ROOT / "solutions").glob("*/tries.toml")):
        assert list(faults_of(path)) == [], path


def test_the_file_under_its_old_name_is_read_and_the_new_name_is_told(tmp_path: Path) -> None:
    notebook = new_assignment(tmp_path, "hw07")
    old = notebook.with_name("variants.toml")
    old.write_text(GOOD, encoding="utf-8")
    assert tries_beside(notebook) == old
    (finding,) = findings_of_tries(notebook, read_source(notebook))
    assert (finding.code, finding.error, finding.fix) == ("V04", False, "Rename the file.")
    new = old.with_name("tries.toml")
    new.write_text(GOOD, encoding="utf-8")
    assert tries_beside(notebook) == new
    assert list(findings_of_tries(notebook, read_source(notebook))) == []
