"""A notebook in which everybody has other numbers: shown filled in, asked for an id, and told when it changes."""

import json
import os
import sys
from pathlib import Path

import pytest

from autograder.student.notebook import Notebook
from autograder.versions import NoStudent, chosen
from tests import ROOT
from tests.student.test_light import GRADING, UNIX, answered

POOL = json.dumps(
    {
        "assignment": "hw",
        "names": ["a", "f"],
        "versions": [
            {"values": [number, {"formula": [f"{number}*x", "x"]}], "shown": {"intro": [f"{number} x"]}}
            for number in range(2, 9)
        ],
    }
)
CHECK = """\
OK_FORMAT = False
from autograder.student.testfile import _Decorated as test_case
name = "q1"
points = 1
@test_case()
def test_q1(slope, STUDENT):
    from autograder.versions import drawn
    [a] = drawn(STUDENT, "hw", ["a"], VERSIONS)
    assert slope == a
""".replace("VERSIONS", repr(json.dumps([{"a": number} for number in range(2, 9)])))

ASKED = CHECK.replace(
    "    assert slope == a\n",
    "    from autograder import Derivative\n    Derivative(f'{a}*x', wrt='x', name='slope').check(slope)\n",
)
"""The same asked by a question of ours, whose comparison is a process of its own."""


def notebook(student: object) -> Notebook:
    return Notebook("hw", student=student, versions=POOL, tests={"q1": CHECK}, at_grading={"q1": 1})


def own(student: str) -> int:
    return 2 + chosen("hw", student, 7)


def test_a_student_sees_and_is_checked_on_their_own_numbers():
    grader = notebook("ann@example.edu")
    a, f = grader.drawn

    assert (a, f, f(2)) == (own("ann@example.edu"), f"{a}*x", 2 * a)
    assert grader.task("intro", "\n$f(x) = {{ f }}$").data == f"$f(x) = {a} x$"
    assert grader.check("q1", {"slope": a, "STUDENT": " Ann@Example.edu "}).passed == 1
    assert grader.check("q1", {"slope": a + 1, "STUDENT": "ann@example.edu"}).passed == 0


def test_of_two_ids_one_is_asked_for():
    grader = notebook("ann@example.edu, bob@example.edu")

    with pytest.raises(NoStudent, match="STUDENT holds more than one id"):
        _ = grader.drawn
    assert "What is asked here appears" in repr(grader.task("intro", "{{ f }}"))
    assert "more than one id" in repr(grader.check("q1", {"slope": 1, "STUDENT": "1234;5678"}))


@pytest.mark.parametrize("student", ["", "  ", None])
def test_without_an_id_everything_waits(student):
    grader = notebook(student)

    with pytest.raises(NoStudent, match="First write your e-mail address"):
        _ = grader.drawn
    assert "What is asked here appears" in repr(grader.task("intro", "{{ f }}"))
    assert "First write" in repr(grader.check("q1", {"slope": 1, "STUDENT": student}))
    STUDENT = student  # noqa: F841 - what a student's cell binds
    assert "First write" in repr(grader.check_all())


def test_an_export_without_an_id_says_so_in_the_place_of_its_checks(tmp_path, monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    monkeypatch.chdir(tmp_path)
    STUDENT = ""  # noqa: F841 - what a student's cell binds

    notebook("").export(run_tests=True, pdf=False)

    assert "First write" in repr(shown[0])
    assert "NoStudent" not in "".join(map(repr, shown))


def test_an_export_without_an_id_says_so_before_the_notebook_is_handed_in(tmp_path, monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    monkeypatch.chdir(tmp_path)

    def said(student, made_for):
        shown.clear()
        names = {**globals(), "STUDENT": student, "grader": notebook(made_for)}
        exec("grader.export(pdf=False)", names)
        return repr(shown)

    assert "First write your e-mail address" in said("", "")
    assert "STUDENT has changed" in said("bob@example.edu", "ann@example.edu")
    own_id = said("ann@example.edu", "ann@example.edu")
    assert "First write" not in own_id
    assert "STUDENT" not in own_id


def test_a_changed_id_says_what_happens_to_the_answers():
    grader = notebook("ann@example.edu")

    said = repr(grader.check("q1", {"slope": own("bob@example.edu"), "STUDENT": "bob@example.edu"}))

    assert "STUDENT has changed" in said
    assert "answered anew" in said


def test_in_a_notebook_a_missing_id_is_one_sentence():
    assert NoStudent("First.")._render_traceback_() == ["First."]
    long = "First write your e-mail address or student number into the cell above, between the quotes, and run it."
    assert " ".join(NoStudent(long)._render_traceback_()) == long
    assert max(map(len, NoStudent(long)._render_traceback_())) <= 72, "JupyterLab would break a word"


def practising() -> Notebook:
    grader = notebook("ann@example.edu")
    grader.task("intro", "$f(x) = {{ f }}$", "q1")
    return grader


def test_practice_gives_every_other_version_before_any_comes_again():
    STUDENT = "ann@example.edu"  # noqa: F841 - what a student's cell binds
    grader = practising()

    texts = [grader.practice("q1").text.partition("\n")[0] for _ in range(12)]

    assert sorted(texts[:6]) == sorted(texts[6:])
    assert f"$f(x) = {own('ann@example.edu')} x$" not in texts
    assert len(set(texts)) == 6


def test_other_words_around_the_same_numbers_are_no_other_task():
    """A hill in one version and a valley in the next: what is asked is the same."""
    STUDENT = "ann@example.edu"
    pool = json.loads(POOL)
    table = [{"a": 2 + number // 3} for number in range(7)]
    for number, version in enumerate(pool["versions"]):
        version["values"][0] = table[number]["a"]
        version["shown"]["intro"] = [f"place {number}"]
    test = CHECK.replace(repr(json.dumps([{"a": number} for number in range(2, 9)])), repr(json.dumps(table)))
    grader = Notebook("hw", student=STUDENT, versions=json.dumps(pool), tests={"q1": test}, at_grading={"q1": 1})
    grader.task("intro", "{{ f }}", "q1")

    texts = {grader.practice("q1").text.partition("\n")[0] for _ in range(12)}

    own_place = chosen("hw", STUDENT, 7)
    firsts = {f"place {3 * group}" for group in range(3) if group != own_place // 3}
    assert texts == firsts


def test_practice_is_checked_as_the_question_is_and_never_counted():
    grader = practising()
    task = grader.practice("q1")
    right = int(task.text.partition(" x$")[0].rpartition(" ")[2])

    assert task.check(right).passed == 1
    assert "not counted" in repr(task.check(slope=right))
    assert "Not yet" in repr(task.check(right + 1))
    assert grader._checked == {}


def test_practice_shows_what_is_asked_for_where_another_questions_prompt_has_the_numbers():
    """A gradient of a loss, and in the next question three steps with it: the data stand in the first prompt alone."""
    STUDENT = "ann@example.edu"
    pool = json.loads(POOL)
    for version in pool["versions"]:
        version["shown"]["own"] = version["shown"]["intro"]
    grader = Notebook("hw", student=STUDENT, versions=json.dumps(pool), tests={"q1": CHECK}, at_grading={"q1": 1})
    grader.task("intro", "The data: {{ a }}.", "q0")
    grader.task("own", "A start: {{ f }}.", "q1")

    first, second, *_ = grader.practice("q1").text.split("\n\n")

    assert (first[:9], second[:8]) == ("The data:", "A start:")
    assert first.removeprefix("The data: ") == second.removeprefix("A start: ")


@pytest.mark.parametrize("answer", [((), {}), ((1, 2), {}), ((), {"a": 1})])
def test_practice_says_which_answers_it_wants(answer):
    given, named = answer

    assert "slope" in repr(practising().practice("q1").check(*given, **named))


def test_practice_on_the_last_mistake_repeats_what_was_said():
    grader = practising()
    grader.check("q1", {"slope": 0, "STUDENT": "ann@example.edu"})

    assert "The last check" in grader.practice("q1", on="last mistake").text
    assert "The last check" not in grader.practice("q1").text
    assert "last mistake" in repr(grader.practice("q1", on="hints"))


@pytest.mark.parametrize(
    ("grader", "question", "said"),
    [
        (notebook("ann@example.edu"), "q1", "no other numbers for q1"),
        (Notebook("hw", tests={"q1": CHECK}), "q1", "no other numbers for q1"),
        (notebook("ann@example.edu"), "q9", "no question q9"),
    ],
)
def test_without_other_numbers_there_is_one_sentence(grader, question, said):
    assert said in repr(grader.practice(question))


OWN_NUMBERS = f"""
from autograder.student.notebook import Notebook
STUDENT = "ann@example.edu"
grader = Notebook("hw", student=STUDENT, versions={POOL!r}, tests={{"q1": {ASKED!r}}}, at_grading={{"q1": 1}})
a, f = grader.drawn
shown = grader.task("intro", "$f(x) = {{{{ f }}}}$", "q1").data
given = [grader.check("q1", {{"slope": slope, "STUDENT": STUDENT}}).passed for slope in (f"{{a}}", f"{{a}} + x")]
said = [a, shown, given, f"{{a}} x" in grader.practice("q1").text]
"""


def test_ones_own_numbers_use_nothing_that_only_unix_has_and_none_of_what_grading_needs(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(UNIX)
    found = answered(Path(sys.executable), OWN_NUMBERS, PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    number = own("ann@example.edu")
    assert found["said"] == [number, f"$f(x) = {number} x$", [1, 0], False]
    assert {str(name).partition(".")[0] for name in found["modules"]} & GRADING == set()


def test_where_nothing_can_be_practised_the_cell_below_says_so_again():
    STUDENT = ""
    grader = notebook(STUDENT)
    grader.task("intro", "{{ f }}", "q1")
    waiting = grader.practice("q1", on="last mistake")

    assert repr(waiting.check(...)) == repr(waiting)
    assert "First write" in repr(waiting)


def test_while_a_notebook_is_graded_its_practice_cells_do_nothing(monkeypatch):
    from types import ModuleType, SimpleNamespace

    otters = ModuleType("otter.check.notebook")
    otters.Notebook = type("Otters", (SimpleNamespace,), {"_grading_mode": True})
    monkeypatch.setitem(sys.modules, "otter.check.notebook", otters)
    grader = notebook("ann@example.edu")

    assert grader.practice("q1", on="last mistake").check(3) is None
    assert grader.task("intro", "{{ f }}") is None
