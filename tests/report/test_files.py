"""What is written where: pages, tables and results, whole or not at all."""

import os
from pathlib import Path

import msgspec
import pytest

from autograder.errors import UsageError
from autograder.model import Run
from autograder.report import (
    result_line,
    results_json,
    write_atomically,
    write_class_page,
    write_course,
    write_pages,
    write_results,
    write_student,
    write_table,
)
from autograder.report.files import schema_json
from tests.report.report_samples import result, run


def broken(*_: object, **__: object) -> str:
    raise RecursionError


@pytest.fixture
def undrawable(monkeypatch: pytest.MonkeyPatch) -> None:
    for page in ("student_page", "class_page", "course_page"):
        monkeypatch.setattr(f"autograder.report.pages.{page}", broken)


def group() -> Run:
    one = result(1, "Ann", (2.0, 2.0, 2.0))
    work = msgspec.structs.replace(one.submission, member_keys=("0002", "0003"))
    return msgspec.structs.replace(run(), results=(msgspec.structs.replace(one, submission=work),))


@pytest.mark.usefixtures("undrawable")
def test_each_page_that_cannot_be_drawn_is_told_by_the_name_of_its_first_file(tmp_path: Path) -> None:
    told = write_pages(group(), tmp_path, language="de")
    why = "could not be drawn (RecursionError); please report it"
    assert told == (f"feedback/0001.html: the page of Ann {why}", f"report.html: the page of the class {why}")
    assert write_course([group(), group()], tmp_path, language="de") == (f"course.html {why}",)
    for name in ("feedback/0001.html", "feedback/0003.html", "report.html", "course.html"):
        page = (tmp_path / name).read_text(encoding="utf-8")
        assert 'lang="de"' in page
        assert ("12 / 12" in page) is name.startswith("feedback")


def test_a_page_that_can_be_drawn_is_not_told_of_and_is_the_same_for_each_member(tmp_path: Path) -> None:
    sample = group()
    assert write_student(sample, sample.results[0], tmp_path) == ()
    assert write_class_page(sample, tmp_path) == ()
    assert write_course([sample], tmp_path, homes=[tmp_path]) == ()
    pages = {path.name: path.read_bytes() for path in (tmp_path / "feedback").iterdir()}
    assert sorted(pages) == ["0001.html", "0002.html", "0003.html"]
    assert len(set(pages.values())) == 1
    assert b'lang="en"' in pages["0001.html"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["course.html", "feedback", "report.html"]


def test_figures_are_asked_for_by_work(tmp_path: Path) -> None:
    sample = run()
    address = "data:image/png;base64,AAAA"
    write_pages(sample, tmp_path, figures=lambda one: {"q2": [address]} if one.submission.key == "0002" else {})
    assert (tmp_path / "feedback/0002.html").read_text(encoding="utf-8").count(address) == 1
    assert address not in (tmp_path / "feedback/0001.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["\ud800", "é"])
def test_half_a_character_costs_no_page(tmp_path: Path, text: str) -> None:
    sample = run()
    facts = msgspec.structs.replace(sample.facts, assignment=text)
    sample = msgspec.structs.replace(sample, facts=facts)
    assert write_pages(sample, tmp_path) == ()
    assert write_course([sample], tmp_path) == ()
    for name in ("report.html", "feedback/0001.html", "course.html"):
        shown = (tmp_path / name).read_text(encoding="utf-8")
        assert f"<h1>{text if text.isprintable() else '?'}</h1>" in shown or name == "course.html"


@pytest.mark.parametrize(
    ("write", "durable"),
    [
        (lambda path: write_results(run(), path), True),
        (lambda path: write_table(run(), path), True),
        (lambda path: write_atomically(path, b"x"), False),
        (lambda path: write_atomically(path, b"x", durable=True), True),
    ],
    ids=["results", "table", "page", "durable"],
)
def test_what_holds_grades_is_on_the_disk_before_it_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write, durable: bool
) -> None:
    steps: list[str] = []
    kept, replaced = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda number: (steps.append("disk"), kept(number)))
    monkeypatch.setattr(Path, "replace", lambda self, to: (steps.append("rename"), replaced(self, to))[1])
    write(tmp_path / "new" / "deep" / "file")
    assert steps == (["disk", "rename"] if durable else ["rename"])
    assert [path.name for path in (tmp_path / "new" / "deep").iterdir()] == ["file"]


def test_a_table_that_is_there_already_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    write_table(run(), path)
    before = path.stat()
    write_table(run(), path)
    assert path.stat().st_ino == before.st_ino
    path.write_bytes(path.read_bytes() + b"\n")
    write_table(run(), path)
    assert path.stat().st_ino != before.st_ino
    assert path.read_bytes().endswith(b"\n")
    assert not path.read_bytes().endswith(b"\n\n")


def test_what_cannot_be_written_leaves_no_half_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "grades.csv"
    path.write_bytes(b"old")

    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match=r"grades.csv: cannot be written \(No space left on device\); make room"):
        write_atomically(path, b"new", durable=True)
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["grades.csv"]
    with pytest.raises(UsageError, match=r"cannot be written \(File exists\)"):
        write_atomically(path / "below", b"new")


@pytest.mark.parametrize("works", [0, 1, 2, 5])
def test_results_are_a_submission_a_line(works: int) -> None:
    sample = run()
    sample = msgspec.structs.replace(sample, results=sample.results[:works])
    written = results_json(sample, map(result_line, sample.results))
    assert msgspec.json.decode(written, type=Run) == sample
    first, *lines, last = written.splitlines()
    assert first.endswith(b'"results":[')
    assert last.startswith(b"]")
    # what is written about a class without works has a blank line, which JSON has no meaning for
    assert [line.removesuffix(b",") for line in lines if line] == [result_line(one) for one in sample.results]
    assert written.endswith(b"}\n")


def test_the_schema_says_what_a_record_is_without_its_indentation() -> None:
    schema = msgspec.json.decode(schema_json())
    texts = [record.get("description", "") for record in schema["$defs"].values()]
    assert any("\n" in text for text in texts)
    assert not any("\n    " in text for text in texts)
    assert schema_json().startswith('{\n  "')


def test_a_course_links_from_where_its_page_lies(tmp_path: Path) -> None:
    write_course([run("hw01"), run("hw02")], tmp_path / "a" / "b", homes=[tmp_path / "c", tmp_path / "a" / "b" / "d"])
    page = (tmp_path / "a" / "b" / "course.html").read_text(encoding="utf-8")
    assert '<a href="../../c/report.html">hw01</a>' in page
    assert '<a href="d/report.html">hw02</a>' in page
    assert page.count('href="../../c/feedback/') == len(run().results)
