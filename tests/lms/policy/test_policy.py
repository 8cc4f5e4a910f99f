"""Late days, extensions, excuses and rounding: every cost with its reason in words."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import UsageError
from autograder.lms import apply, read_policy
from autograder.lms.policy import AssignmentPolicy, LateRule
from autograder.model import Student

COURSE = """\
time_zone = "America/Los_Angeles"

[late]
per_day = "10%"
grace_minutes = 10
cap = "50%"
closes_after_days = 14

[rounding]
places = 2

[assignments.hw01]
due = 2025-03-03T23:59:00
excused = ["0013"]

[assignments.hw01.extensions]
"0012" = 2025-03-05T23:59:00
"0014" = "1 day"

[assignments.hw01.submitted]
"0016" = 2025-03-04T08:00:00

[assignments.hw02]
due = 2025-03-08T23:59:00
points = 20

[assignments.hw02.late]
per_hour = 0.5
cap = 3

[assignments.slip]
due = 2025-03-03T23:59:00
late = { slip_days = 2, grace_minutes = 0, of = "score" }

[assignments.slip.slip_days_used]
"0012" = 1
"""


@pytest.fixture
def course(tmp_path):
    (tmp_path / "course.toml").write_text(COURSE)
    return read_policy(tmp_path / "course.toml")


# assignment, student, score, submitted, late mark → final, what the reason says
CASES = [
    ("hw01", "1", 9, "2025-03-03T23:59:00", False, "9.00", ""),
    ("hw01", "1", 9, None, False, "9.00", ""),
    ("HW 1", "1", 9, "2025-03-04T00:09:00", False, "9.00", "10 minutes late, within the grace of 10 minutes"),
    ("hw01", "1", 9, "2025-03-04T00:10:00", False, "8.00", "1 day late (due 2025-03-03 23:59): −10% of 10 points = −1"),
    ("hw01", "1", 9, "2025-03-04T07:59:00+00:00", False, "9.00", ""),
    ("hw01", "1", 9, "2025-03-06T00:00:00", False, "6.00", "3 days late"),
    # clocks go forward on 9 March: by the wall clock it is the seventh day, not an hour into it
    ("hw01", "1", 9, "2025-03-10T23:59:00", False, "4.00", "7 days late (due 2025-03-03 23:59): −70% of 10 points"),
    ("hw01", "1", 3, "2025-03-10T23:59:00", False, "0.00", "capped at 5, not below 0 = −3"),
    ("hw01", "1", 9, "2025-03-18T00:00:00", False, "0.00", "closed after 14 days, so 0"),
    ("hw01", "0012", 9, "2025-03-05T12:00:00", True, "9.00", "on time (extended to 2025-03-05 23:59)"),
    ("hw01", "0012", 9, "2025-03-06T12:00:00", True, "8.00", "1 day late (extended to 2025-03-05 23:59)"),
    ("hw01", "0014", 9, "2025-03-04T23:59:00", True, "9.00", "on time (extended to 2025-03-04 23:59)"),
    ("hw01", "0013", 9, "2025-03-09T12:00:00", True, None, "excused"),
    ("hw01", "0016", 9, None, True, "8.00", "1 day late"),
    ("hw01", "1", None, "2025-03-09T12:00:00", True, None, ""),
    ("hw01", "1", 2.675, None, False, "2.68", ""),
    ("hw02", "1", 9, None, False, "18.00", "scaled from 10 to 20 points"),
    ("hw02", "1", 9, "2025-03-09T01:59:00", False, "17.00", "2 hours late (due 2025-03-08 23:59): −1 points = −1"),
    ("hw02", "1", 9, "2025-03-09T23:00:00", False, "15.00", "−12 points, capped at 3 = −3"),
    ("slip", "1", 9, "2025-03-05T23:59:00", False, "9.00", "2 slip days used (due 2025-03-03 23:59)"),
    ("slip", "1", 9, "2025-03-06T00:00:00", False, "8.10", "2 slip days used; 1 day late (due 2025-03-03 23:59)"),
    ("slip", "0012", 9, "2025-03-05T10:00:00", False, "8.10", "1 slip day used; 1 day late"),
    ("hw09", "1", 9, "2030-01-01T00:00:00", True, "9.00", ""),
]  # fmt: skip


@pytest.mark.parametrize(("assignment", "student", "score", "submitted", "late", "final", "words"), CASES)
def test_scores_and_reasons(course, assignment, student, score, submitted, late, final, words):
    done = apply(score, submitted, Student(id=student), course.of(assignment), possible=10, late=late)
    assert (None if done.final is None else str(done.final)) == final
    assert words in done.reason if words else done.reason == ""
    assert done.raw == (None if score is None else Decimal(str(score)))


def test_late_by_nobody_knows_how_much_costs_nothing_and_needs_a_person(course):
    done = apply(9, None, Student(id="1"), course.of("hw01"), possible=10, late=True)
    assert (str(done.final), done.review) == ("9.00", True)
    assert "not by how much" in done.reason


@given(
    st.decimals(0, 10, places=2),
    st.integers(0, 60 * 24 * 30),
    st.integers(0, 60 * 24 * 30),
    st.integers(0, 100),
    st.integers(0, 5),
)
def test_coming_later_never_helps_and_no_penalty_leaves_the_scale(score, one, other, percent, slip):
    due = datetime(2025, 3, 3, 23, 59, tzinfo=UTC)
    rule = LateRule(per=timedelta(days=1), percent=Decimal(percent), slip_days=slip, grace=timedelta(minutes=30))
    policy = AssignmentPolicy(assignment="hw01", due=due, late=rule)

    def final(minutes):
        when = (due + timedelta(minutes=minutes)).isoformat()
        return apply(score, when, Student(id="1"), policy, possible=10).final

    early, late = sorted((one, other))
    assert 0 <= final(late) <= final(early) <= score


WRONG = {
    "zone": ('time_zone = "Mars/Olympus"', "line 1: time_zone: 'Mars/Olympus' is no time zone"),
    "typo": ("[late]\nper_days = 1", "line 2: [late] per_days: unknown key; known are per_day"),
    "percent": ('[late]\nper_day = "10"', "line 2: [late] per_day: '10' is no percentage"),
    "both": ("[late]\nper_day = 1\nper_hour = 1", "line 3: [late] per_hour: per_day and per_hour"),
    "of": ('[late]\nof = "points"', 'line 2: [late] of: must be "possible" or "score"'),
    "negative": ("[late]\ncap = -1", "line 2: [late] cap: -1 must be a number"),
    "places": ("[rounding]\nplaces = 2.5", "line 2: [rounding] places: 2.5 must be a whole number"),
    "date": ("[assignments.hw01]\ndue = 2025-03-03", "line 2: [assignments.hw01] due: 2025-03-03 has no time of day"),
    "text": ('[assignments.hw01]\ndue = "soon"', "line 2: [assignments.hw01] due: 'soon' is no date"),
    "gap": (
        'time_zone = "America/Los_Angeles"\n[assignments.hw01]\ndue = 2025-03-09T02:30:00',
        "line 3: [assignments.hw01] due: 2025-03-09 02:30:00 does not exist in America/Los_Angeles",
    ),
    "excused": ("[assignments.hw01]\nexcused = [13]", "line 2: [assignments.hw01] excused: must be a list of ids"),
    "days": (
        '[assignments.hw01.extensions]\n"0012" = "2 days"',
        "line 2: [assignments.hw01.extensions] 0012: there is no due date",
    ),
    "table": ("[assignments.hw01]\nextensions = 3", "line 2: [assignments.hw01] extensions: must be a table of"),
    "toml": ("[late\n", "fix the TOML there"),
    "late": ("late = 3", "line 1: late: must be a table: [late]"),
    "inline": ("\nlate = {per_dy = 1}", "line 2: [late] per_dy: unknown key; known are per_day"),
    "dotted": ('assignments.hw01.due = "soon"', "line 1: [assignments.hw01] due: 'soon' is no date"),
    "below": ("[assignments]\nhw01.due = 3", "line 2: [assignments.hw01] due: 3 is no date"),
    "array": ("[[late]]\nper_day = 1", "line 1: late: must be a table"),
    "quoted": ('[assignments . "hw 1"]\nx = 1', "line 2: [assignments.hw 1] x: unknown key"),
    "same": ('language = "de"\n[assignments.hw01]\nlanguage = "xx"', "line 3: [assignments.hw01] language: 'xx'"),
    "used": ('[assignments.a.slip_days_used]\nx = "1"', "line 2: [assignments.a.slip_days_used] x: '1' must be"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_names_key_line_and_fix(tmp_path, case):
    text, said = WRONG[case]
    (tmp_path / "course.toml").write_text(text)
    with pytest.raises(UsageError) as raised:
        read_policy(tmp_path / "course.toml")
    assert said in str(raised.value)
    assert str(raised.value).startswith("course.toml: ")


def test_a_due_time_that_comes_twice_means_the_later(tmp_path):
    (tmp_path / "c.toml").write_text('time_zone = "America/Los_Angeles"\n[assignments.hw01]\ndue = 2025-11-02T01:30:00')
    policy = read_policy(tmp_path / "c.toml").of("hw01")
    assert policy.due.astimezone(UTC) == datetime(2025, 11, 2, 9, 30, tzinfo=UTC)


def test_two_entries_for_one_assignment_are_said(tmp_path):
    (tmp_path / "c.toml").write_text("[assignments.hw01]\n[assignments.'HW 1']\n")
    course = read_policy(tmp_path / "c.toml")
    assert course.of("hw01").assignment == "hw01"
    with pytest.raises(UsageError, match=r"\[assignments.hw01\] and \[assignments.HW 1\] are both homework 1"):
        course.of("homework 1")
    with pytest.raises(UsageError, match="cannot be read"):
        read_policy(tmp_path / "nowhere.toml")
