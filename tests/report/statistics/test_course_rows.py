"""Several assignments together, row by row: who, which scores, which share, which mistakes come back."""

import msgspec
import pytest

from autograder.model import Run, Student, SubmissionResult
from autograder.report.pages import html as pages
from autograder.report.statistics import persons
from autograder.report.statistics.course import CourseRow, Persistent, persistent, students
from tests.report.report_samples import result, run


def course_run(assignment: str, *results: SubmissionResult) -> Run:
    return msgspec.structs.replace(run(assignment), results=results)


def of(number: int, name: str, marks: tuple[float | None, ...], **fields: object) -> SubmissionResult:
    return result(number, name, marks, **fields)


FIRST = course_run("hw01", of(1, "ann", (2.0, 0.0, 2.0)), of(2, "Bo", (2.0, 2.0, 2.0)))
SECOND = course_run(
    "hw02",
    of(1, "Ann", (0.0, 2.0, 0.0)),
    of(3, "", (None, 2.0, 2.0)),
    of(2, "Bo", (2.0, 2.0, 2.0), final=24.0, final_possible=30.0),
)


def test_a_row_has_scores_pages_and_what_came_back_in_the_order_of_the_assignments() -> None:
    rows = students([FIRST, SECOND])
    nobody, ann, bo = rows
    places = ("hw01 q2", "hw02 q1", "hw02 q3")
    assert ann == CourseRow(
        id="0001",
        name="ann",  # as the earliest list writes it
        scores=(8.0, 4.0),
        pages=("feedback/0001.html", "feedback/0001.html"),
        share=pytest.approx(12 / 24),
        persistent=(Persistent(name="chain_drop", where=places),),
    )
    assert (nobody.name, nobody.scores, nobody.pages, nobody.share) == (
        "0003",
        (None, None),
        (None, "feedback/0003.html"),
        None,
    )
    assert (bo.scores, bo.share, bo.persistent) == ((12.0, 24.0), pytest.approx(36 / 42), ())


def test_group_work_counts_for_each_member() -> None:
    two = (Student(id="7", name="Al"), Student(id="8", name="Cy"))
    work = of(1, "Al", (2.0, 2.0, 2.0))
    work = msgspec.structs.replace(work, submission=msgspec.structs.replace(work.submission, students=two))
    rows = students([course_run("hw01", work)])
    assert [(row.id, row.name, row.scores) for row in rows] == [("7", "Al", (12.0,)), ("8", "Cy", (12.0,))]


def test_the_most_frequent_of_what_comes_back_is_first_and_equals_are_in_the_order_of_names() -> None:
    def row(*names: str) -> CourseRow:
        kept = tuple(Persistent(name=name, where=()) for name in names)
        return CourseRow(id="1", name="A", scores=(), pages=(), share=None, persistent=kept)

    counted = persistent([row("b", "c"), row("a", "c")])
    assert [(count.name, count.students) for count in counted] == [("c", 2), ("a", 1), ("b", 1)]


def test_the_page_links_what_there_is() -> None:
    page = pages.course_page([FIRST, SECOND], homes=["x y", "hw02"])
    assert page.count('href="x%20y/report.html"') == 1
    assert page.count('href="hw02/feedback/0003.html"') == 1
    assert 'href="x%20y/feedback/0003.html"' not in page
    assert "/report.html" not in pages.course_page([FIRST, SECOND])


def test_two_of_one_name_in_one_assignment_are_two_persons_all_the_same() -> None:
    same = course_run("hw01", of(1, "Ann", (2.0,)), of(2, "Ann", (2.0,)))
    found = persons.Persons([same, course_run("hw02", of(1, "Ann", (2.0,)))])
    keys = [found.key(at, Student(id=id_, name="Ann")) for at, id_ in ((0, "0001"), (0, "0002"), (1, "0001"))]
    assert keys[0] != keys[1]
    assert keys[0] == keys[2]
