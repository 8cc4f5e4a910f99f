"""What needs a person: everybody is listed, and the commands on the page are calls that the command line takes."""

import shlex

import click
import msgspec
import pytest

from autograder.cli import group
from autograder.cli.commands.grade import typed
from autograder.model import Refused, Status, Student
from autograder.report.anonymous import anonymous
from autograder.report.pages import html as pages
from autograder.report.pages.attention import at_once, tasks
from tests.report.report_samples import run


def parsed(command: str) -> dict[str, object]:
    """What the command line makes of a command from the page, filled in as a person would."""
    program, name, *words = shlex.split(command.replace("POINTS", "2").replace("WHY", "read it"))
    assert program == "autograder"
    found = group.get_command(click.Context(group), name)
    assert found is not None
    return found.make_context(name, words).params


def told(folder: str = "out", **changes: object):
    sample = run()
    facts = msgspec.structs.replace(sample.facts, folder=folder)
    return msgspec.structs.replace(sample, facts=facts, **changes)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder in which the commands' paths exist."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "grades").mkdir()
    return tmp_path


def test_undecided_answers_come_first_then_failures_then_files(place):
    first, second, third = tasks(told())
    assert (first.link, second.link, third.link) == ("feedback/0004.html", "feedback/0005.html", None)
    assert first.why.endswith("(q1)")
    looked, decided = map(parsed, first.commands)
    assert (looked["student"], looked["question"]) == ("0004", "q1")
    assert (decided["question"], decided["points"], decided["why"]) == ("q1", 2.0, "read it")
    assert str(decided["out"]) == "out"
    again, decided = map(parsed, second.commands)
    assert (again["only"], again["timeout"]) == (("0005",), 600.0)
    assert (decided["student"], decided["question"]) == ("0005", "total")
    assert third.commands == ()


def test_a_file_that_cannot_be_read_is_not_graded_again_in_vain():
    stopped = run().results[4]
    cut = msgspec.structs.replace(stopped, status=Status.FAILED, reason="truncated", questions=())
    (task,) = tasks(told(results=(cut,), refused=()))
    assert [command.split()[1] for command in task.commands] == ["override"]


def test_keys_and_folders_with_blanks_and_quotes_stay_one_word(place):
    (place / "my grades").mkdir()
    odd = run().results[3]
    odd = msgspec.structs.replace(odd, submission=msgspec.structs.replace(odd.submission, key="o'neil al"))
    (task,) = tasks(told(folder="my grades", results=(odd,), refused=()))
    for command in map(parsed, task.commands):
        assert command["student"] == "o'neil al"


def test_the_usual_folder_is_not_repeated():
    assert not any("-o" in command.split() for task in tasks(told(folder="grades")) for command in task.commands)


def test_an_anonymous_page_has_no_commands():
    assert all(task.commands == () for task in tasks(anonymous(told())))


def test_refused_work_and_missing_students_are_in_the_table_by_name():
    file = Refused(
        file="a.zip", reason="bad-zip", message="a.zip is broken", students=(Student(id="77", name="Zip, Zed"),)
    )
    page = pages.class_page(told(refused=(file,), unknown=(Student(id="x", name="Who, Knows"),)))
    table = page[page.index('id="students"') :]
    for words in ("Zip, Zed", "failed: bad-zip", "Absent, Amy", "nothing handed in"):
        assert words in table
    assert "not on the roster, so in no LMS file: <bdi>Who, Knows" in page


def test_the_call_can_be_given_again_as_it_was_typed(place):
    for name in ("it's here.zip", "r.csv"):
        (place / name).write_text("x")
    words = ["hw01", "it's here.zip", "--roster", "r.csv", "--scale", "--timeout", "400", "--only", "7", "--force"]
    grade = group.get_command(click.Context(group), "grade")
    given = grade.make_context("grade", list(words)).params
    again = typed(given.pop("assignment"), given.pop("submissions"), given)
    assert again == "autograder grade hw01 'it'\"'\"'s here.zip' --roster r.csv --scale --timeout 400"
    kept = parsed(again)
    assert {name for name in given if given[name] != kept[name]} == {"only", "force"}


@pytest.mark.parametrize(
    ("undecided", "folder", "command"),
    [
        (2, "out", "autograder review out"),
        (2, "my grades", "autograder review 'my grades'"),
        (2, "grades", "autograder review"),
        (1, "out", None),
        (0, "out", None),
        (2, "", None),
    ],
)
def test_several_that_need_a_person_are_written_as_one_table(undecided, folder, command):
    graded = run().results[0]
    opened = msgspec.structs.replace(graded, status=Status.NEEDS_REVIEW, reason="undecided")
    assert at_once(told(folder, results=(graded, *[opened] * undecided))) == command


def test_a_file_of_nobodys_is_told_by_its_name_and_one_of_somebodys_by_both():
    work = Refused(file="a.txt", reason="not-a-notebook", message="a.txt is text")
    (of_nobody,) = tasks(told(results=(), refused=(work,)))
    assert (of_nobody.who, of_nobody.file, of_nobody.why) == ("a.txt", "", "not-a-notebook: a.txt is text")
    both = (Student(id="1", name="Ann"), Student(id="2"))
    (of_two,) = tasks(told(results=(), refused=(msgspec.structs.replace(work, students=both),)))
    assert (of_two.who, of_two.file) == ("Ann, 2", "a.txt")


@pytest.mark.parametrize(
    ("message", "why"), [("please decide q1", "undecided: please decide q1"), ("", "undecided (q1)")]
)
def test_the_questions_to_decide_are_named_once(message, why):
    sample = told()
    waiting = next(one for one in sample.results if any(question.score is None for question in one.questions))
    asked = [msgspec.structs.replace(one, score=None if n == 0 else 1.0) for n, one in enumerate(waiting.questions)]
    asked[0] = msgspec.structs.replace(asked[0], name="q1")
    result = msgspec.structs.replace(
        waiting, questions=tuple(asked), status=Status.NEEDS_REVIEW, reason="undecided", message=message
    )
    assert tasks(msgspec.structs.replace(sample, results=(result,), refused=()))[0].why == why
