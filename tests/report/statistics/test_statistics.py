"""What the numbers of a class and of a course count."""

import msgspec
import pytest

from autograder.model import Id, Space, Status, Student
from autograder.report.anonymous import anonymous
from autograder.report.pages import html as pages
from autograder.report.statistics import assignment as statistics
from autograder.report.statistics.course import persistent, students
from tests.report.report_samples import result, run


def test_only_decided_scores_enter_a_mean():
    numbers = statistics.of_class(run())
    # 12, 4, 8, (undecided), (stopped), 7.2 after the late penalty
    assert numbers.mean == pytest.approx((12 + 4 + 8 + 7.2) / 4)
    assert (numbers.graded, numbers.needs_review, numbers.failed, numbers.missing) == (4, 1, 2, 1)
    assert sum(numbers.histogram) == 4


def test_a_mean_is_out_of_what_the_policy_scaled_to():
    sample = run()
    scaled = [
        msgspec.structs.replace(one, final=2 * one.score, final_possible=24.0)
        for one in sample.results
        if one.score is not None
    ]
    numbers = statistics.of_class(msgspec.structs.replace(sample, results=tuple(scaled)))
    plain = statistics.of_class(msgspec.structs.replace(sample, results=tuple(r for r in sample.results if r.score)))
    assert (numbers.possible, plain.possible) == (24.0, 12.0)
    assert numbers.mean == pytest.approx(2 * statistics.mean(one.score for one in sample.results if one.score))
    assert f"<b>{pages.score_text(numbers.mean)} / 24</b>" in pages.class_page(
        msgspec.structs.replace(sample, results=tuple(scaled))
    )
    # full marks stay full marks
    assert numbers.histogram[-1] == plain.histogram[-1] > 0
    mixed = (*scaled, msgspec.structs.replace(scaled[0], final=scaled[0].score, final_possible=None))
    both = statistics.of_class(msgspec.structs.replace(sample, results=mixed))
    assert both.possible == 24.0
    assert both.mean == pytest.approx(statistics.mean([*(one.final for one in scaled), 2 * scaled[0].score]), abs=0.01)
    assert students([msgspec.structs.replace(sample, results=tuple(scaled))])[0].share <= 1.0


def test_a_group_with_a_row_a_member_is_one_piece_of_work():
    sample = run()
    first = sample.results[1]
    work = msgspec.structs.replace(first.submission, key="0002-2", part_of="0002", students=(Student(id="99"),))
    member = msgspec.structs.replace(first, submission=work)
    split = msgspec.structs.replace(sample, results=(*sample.results, member))
    before, after = statistics.of_class(sample), statistics.of_class(split)
    assert (after.questions, after.mistakes) == (before.questions, before.mistakes)
    assert sum(after.histogram) == sum(before.histogram) + 1
    # the same code twice is not two students who copied
    page = pages.class_page(split)
    assert page.count("0002-2.html") == 1
    hidden = anonymous(split)
    named = {one.submission.key: one.submission for one in hidden.results}
    assert [one.part_of in named for one in named.values() if one.part_of] == [True]


def test_an_undecided_question_is_counted_apart_from_a_zero():
    first, second, _ = statistics.of_class(run()).questions
    assert (first.decided, first.undecided, first.none) == (5, 1, 0)
    # the notebook that was stopped is among the failed, not among those that wait for a decision
    assert (second.decided, second.undecided, second.none) == (5, 0, 3)


@pytest.mark.parametrize("reason", ["no-id", "no-code"])
def test_the_zeros_of_a_work_that_waits_as_a_whole_are_nobodys(reason):
    sample = run()
    work = result(9, "Nobody", (0.0, 0.0, 0.0), status=Status.NEEDS_REVIEW, reason=reason, score=None)
    before = statistics.of_class(sample).questions
    after = statistics.of_class(msgspec.structs.replace(sample, results=(*sample.results, work))).questions
    for old, new in zip(before, after, strict=True):
        assert (new.decided, new.none, new.difficulty) == (old.decided, old.none, old.difficulty)
        assert new.undecided == old.undecided + 1


def test_points_that_another_persons_numbers_earned_count_in_a_question():
    sample = run()
    work = result(9, "Other", (2.0, 2.0, 2.0), status=Status.NEEDS_REVIEW, reason="other-numbers")
    after = statistics.of_class(msgspec.structs.replace(sample, results=(*sample.results, work))).questions
    assert after[0].decided == statistics.of_class(sample).questions[0].decided + 1


@pytest.mark.parametrize(
    ("item", "rest", "expected"),
    [
        ([0, 0, 1, 1, 1], [1, 2, 4, 5, 6], 0.924),
        ([1, 1, 1, 0, 0], [1, 2, 4, 5, 6], -0.836),
        ([1, 1, 1, 1, 1], [1, 2, 4, 5, 6], None),
        ([0, 1], [0, 1], None),
    ],
)
def test_discrimination(item, rest, expected):
    assert statistics.discrimination(item, rest) == expected


def test_a_mistake_is_counted_once_per_student_with_its_questions():
    (mistake,) = statistics.of_class(run()).mistakes
    assert (mistake.name, mistake.students, mistake.questions) == ("chain_drop", 4, ("q2", "q3"))
    assert mistake.example_answer == "3*x**2"


def test_a_mistake_persists_when_one_student_makes_it_in_two_assignments():
    rows = students([run("hw01"), run("hw06")])
    al = next(row for row in rows if row.id == "0002")
    assert al.persistent[0].where == ("hw01 q2", "hw01 q3", "hw06 q2", "hw06 q3")
    assert al.share == pytest.approx(8 / 24)
    assert [(count.name, count.students) for count in persistent(rows)] == [("chain_drop", 4)]


def test_a_number_of_another_list_is_another_person_over_the_course():
    """Moodle counts participants anew in every assignment, and a SIS number may be somebody's Canvas ID."""

    def one(assignment, *people):
        given = run(assignment)
        template = given.results[0]
        results = []
        for at, (name, *ids) in enumerate(people):
            student = Student(id=ids[0].value, name=name, ids=tuple(ids))
            own = msgspec.structs.replace(template.submission, key=f"{at}", students=(student,))
            results.append(msgspec.structs.replace(template, submission=own))
        return msgspec.structs.replace(given, results=tuple(results))

    def scores(*runs):
        return {(row.name, *(score is not None for score in row.scores)) for row in students(runs)}

    number, mail, user, sis = Space.MOODLE_PARTICIPANT, Space.EMAIL, Space.CANVAS_USER, Space.CANVAS_SIS
    first = one("hw01", ("Ann", Id(number, "12"), Id(mail, "a@u.edu")), ("Bo", Id(number, "13"), Id(mail, "b@u.edu")))
    second = one("hw02", ("Bo", Id(number, "12"), Id(mail, "b@u.edu")), ("Cy", Id(number, "13"), Id(mail, "c@u.edu")))
    assert scores(first, second) == {("Ann", True, False), ("Bo", True, True), ("Cy", False, True)}
    # without addresses only a name that is one person's in each says who is who
    first = one("hw01", ("Ann", Id(number, "12")), ("Bo", Id(number, "13")), ("Bo", Id(number, "14")))
    second = one("hw02", ("Ann", Id(number, "13")), ("Bo", Id(number, "12")))
    rows = scores(first, second)
    assert rows == {("Ann", True, True), ("Bo", True, False), ("Bo", False, True)}
    assert len(students([first, second])) == 4
    first = one("hw01", ("Ann", Id(user, "7"), Id(sis, "9")))
    second = one("hw02", ("Di", Id(user, "9"), Id(sis, "8")), ("A. N.", Id(sis, "9")))
    assert scores(first, second) == {("Ann", True, True), ("Di", False, True)}
