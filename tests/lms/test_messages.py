"""What people are told: how many names stand in a message, and that those beyond are only counted."""

from pathlib import Path
from typing import Any

import pytest

import autograder.lms.intake.slim as slim
from autograder.lms.gradebook.final import _some, doubtful_zeros
from autograder.lms.gradebook.write import added_to, comment_cell, write_grades
from autograder.lms.intake.choose import choose
from autograder.lms.people import Roster, read_roster
from autograder.lms.records import Bundle, Grade, Item
from autograder.model import Id, Refused, Run, RunFacts, Space, Student
from tests.lms.intake.intake_samples import notebook


def people(count: int, space: Space = Space.FILE) -> tuple[Student, ...]:
    return tuple(Student(id=f"p{at}", name=f"P{at}", ids=(Id(space, f"p{at}"),)) for at in range(1, count + 1))


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "P1"),
        (5, "P1, P2, P3, P4, P5"),
        (6, "P1, P2, P3, P4, P5 and 1 more"),
        (8, "P1, P2, P3, P4, P5 and 3 more"),
        (11, "P1, P2, P3, P4, P5 and 6 more"),
    ],
)
def test_of_many_five_are_named(count: int, said: str) -> None:
    assert _some(people(count)) == said


def run(**more: Any) -> Run:
    facts = RunFacts(
        assignment="hw01", assignment_digest="", package_version="", versions={}, sandbox="bwrap", seed=0, jobs=1,
        started="2025-03-05T10:00:00+00:00", seconds=1.0,
    )  # fmt: skip
    return Run(facts=facts, questions={}, results=(), **more)


def test_who_may_have_got_a_zero_in_vain() -> None:
    nameless = Refused(file="x.zip", reason="bad-zip", message="", students=())
    named = Refused(file="y.zip", reason="bad-zip", message="", students=people(1))
    gone = run(unknown=people(4), missing=people(2), refused=(nameless, named))
    assert doubtful_zeros(gone, "blank") == ()
    (said,) = doubtful_zeros(gone, "zero")
    assert "4 submitted but are not on the roster (P1, P2, P3, P4, x.zip)" in said
    (said,) = doubtful_zeros(run(unknown=people(6), missing=people(1)), "zero")
    assert "6 submitted but are not on the roster (P1, P2, P3, P4, P5)" in said
    assert doubtful_zeros(run(unknown=people(1)), "zero") == ()
    (said,) = doubtful_zeros(run(doubtful=people(2), refused=(nameless,)), "zero")
    assert "2 on the roster got no 0, because work that is nobody's may be theirs (x.zip): settle" in said
    (said,) = doubtful_zeros(run(doubtful=people(2)), "zero")
    assert "may be theirs: settle" in said
    assert len(doubtful_zeros(run(doubtful=people(1), unknown=people(1), missing=people(1)), "zero")) == 2


@pytest.fixture
def roster(tmp_path: Path) -> Roster:
    rows = [f'"=x{at}",{at},S,,\n' for at in range(1, 8)]
    (tmp_path / "canvas.csv").write_text("Student,ID,Section,HW 1 (77),HW 2 (78)\n" + "".join(rows))
    return read_roster(tmp_path / "canvas.csv")


def test_of_groups_three_are_named(roster: Roster) -> None:
    (said,) = roster.group_notes(people(4), ())
    assert said.startswith("4 submissions carry another name than their student's (of P1, P2, P3): Canvas")
    (said,) = roster.group_notes((), people(4, Space.BRIGHTSPACE_FOLDER))
    assert said == "'P1', 'P2', 'P3': not on canvas.csv. If groups handed in: say who is in each: --groups FILE"
    assert roster.group_notes((), people(4)) == ()


def test_of_formulas_five_lines_are_named(roster: Roster) -> None:
    grades = {str(at): Grade(score=None, excused=True) for at in range(1, 8)}
    written = write_grades(roster, grades, out=None, assignment="hw01")
    assert "a cell of line 2, 3, 4, 5, 6 as a formula" in written.warnings[-1]
    assert len(written.changes) == 7
    only = write_grades(roster, {"7": Grade(score=None, excused=True)}, out=None, assignment="hw01")
    assert "a cell of line 8 as a formula" in only.warnings[-1]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([f"{at}.txt" for at in range(7)], "no notebook among the files (0.txt, 1.txt, 2.txt, 3.txt, 4.txt): ask"),
        ([f"{at}.ipynb" for at in range(7)], "7 notebooks (0.ipynb, 1.ipynb, 2.ipynb, 3.ipynb, 4.ipynb) and neither"),
    ],
)
def test_of_files_five_are_named(tmp_path: Path, names: list[str], said: str) -> None:
    items = []
    for name in names:
        (tmp_path / name).write_text(notebook(name))
        items.append(Item((name,), tmp_path / name))
    refused = choose(Bundle(students=people(1), items=tuple(items), source="s"), tmp_path / "work", "hw01")
    assert isinstance(refused, Refused)
    assert refused.message.startswith(f"P1: {said}")
    assert refused.file == "s"


@pytest.mark.parametrize(
    ("said", "rest"),
    [
        ("", ""), ("autograder: 3 of 4", ""), ("autograder: 3 of 4\nwell done", "well done"), ("see me", None),
        ("<p>autograder: 3</p><p>see me</p>", "<p>see me</p>"), ("<b> autograder: 3</b>", ""),
        ("my autograder: 3", None),
        ("autograder: 3;\nq1 2\nsee me", "see me"), ("autograder: 3; <br>q1 2<br/>see me", "see me"),
        ("autograder: 3\r\nsee me", "see me"), ("autograder: 3<br><br>", ""), ("autograder: 3<br>a<br>b", "a<br>b"),
    ],
)  # fmt: skip
def test_what_a_person_wrote_below_stays(said: str, rest: str | None) -> None:
    assert added_to(said) == rest


@pytest.mark.parametrize(
    ("text", "html", "plain"),
    [
        ("a < b", "a &lt; b", "a < b"), ("a\nb", "a<br>b", "a\nb"), ("=1", " =1", " =1"), ("-1", " -1", " -1"),
        ("a\\", "a&#92;", "a\\"), ("a\x00b\x1b", "ab", "ab"), ("\tx", " \tx", " \tx"), ('"a"', '"a"', '"a"'),
        ("1=", "1=", "1="),
    ],
)  # fmt: skip
def test_a_comment_is_no_formula(text: str, html: str, plain: str) -> None:
    assert comment_cell(text, as_html=True) == html
    assert comment_cell(text, as_html=False) == plain


CELL = '{"cell_type": "code", "source": "x", "outputs": [1], "attachments": {"a": 1}}'
SLIM = [
    # the file, was it written, the assignment that it names, what is left
    (b"\xff\xfe", False, None, None), (b"{", False, None, None), (b"[" * 5000, False, None, None),
    (b"[]", False, None, None),
    (b"{}", False, None, None), (b'{"cells": {}}', False, None, None), (b'{"cells": [1]}', True, None, '{"cells":[1]}'),
    (b'\xef\xbb\xbf{"cells": [], "metadata": {"otter": {"assignment_name": "hw01"}}}', True, "hw01",
     '{"cells":[],"metadata":{"otter":{"assignment_name":"hw01"}}}'),
    (f'{{"cells": [{CELL}, {{"source": "y"}}], "metadata": {{"otter": []}}}}'.encode(), True, None,
     '{"cells":[{"cell_type":"code","source":"x","outputs":[]},{"source":"y"}],"metadata":{"otter":[]}}'),
    (b'{"cells": [], "metadata": {"otter": {"assignment_name": 1}}}', True, None,
     '{"cells":[],"metadata":{"otter":{"assignment_name":1}}}'),
]  # fmt: skip


@pytest.mark.parametrize(("content", "written", "assignment", "left"), SLIM, ids=range(len(SLIM)))
def test_what_is_left_of_a_large_notebook(
    tmp_path: Path, content: bytes, written: bool, assignment: str | None, left: str | None
) -> None:
    (tmp_path / "a.ipynb").write_bytes(content)
    target = tmp_path / "new" / "b.ipynb"
    for _ in range(2):  # into a new folder, and into one that is there
        assert slim._slim(tmp_path / "a.ipynb", target) == slim.Slim(written=written, assignment=assignment)
    assert (target.read_text() if target.exists() else None) == left
    assert (slim.MEMORY_BYTES, slim.CPU_SECONDS) == (3_221_225_472, 60)
