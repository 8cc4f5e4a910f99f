"""Rules for late work on both sides of every edge: the minute before and after, one more unit, the cap reached."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import UsageError
from autograder.lms.policy import apply, read_policy
from autograder.lms.policy.rules import Applied, AssignmentPolicy, CoursePolicy, LateRule
from autograder.lms.policy.words import Words
from autograder.model import Student

DUE = datetime(2025, 3, 3, 12, tzinfo=UTC)
DAY, HOUR, MINUTE, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
TEN_A_DAY: dict[str, Any] = {"per": DAY, "percent": Decimal(10)}


def applied(
    by: timedelta | None,
    rule: dict[str, Any],
    *,
    score: float | Decimal | None = 8,
    possible: Decimal | float = 10,
    late: bool | None = None,
    **policy: Any,
) -> Applied:
    fields = {"due": DUE, "late": LateRule(**rule)} | policy
    submitted = None if by is None else (DUE + by).isoformat()
    of = AssignmentPolicy(assignment="hw01", **fields)
    return apply(score, submitted, Student(id="Ann"), of, possible=possible, late=late)


COSTS = [
    # late by, rule, points taken
    (timedelta(), TEN_A_DAY, 0), (SECOND, TEN_A_DAY, 1), (DAY, TEN_A_DAY, 1), (DAY + SECOND, TEN_A_DAY, 2),
    (-SECOND, TEN_A_DAY, 0), (HOUR, {"per": HOUR, "points": Decimal("0.5")}, "0.5"),
    (HOUR + SECOND, {"per": HOUR, "points": Decimal("0.5")}, 1),
    (DAY, {**TEN_A_DAY, "of": "score"}, "0.8"),
    # grace: to the minute, and a second later from the due date on
    (10 * MINUTE, {**TEN_A_DAY, "grace": 10 * MINUTE}, 0),
    (10 * MINUTE + SECOND, {**TEN_A_DAY, "grace": 10 * MINUTE}, 1),
    (DAY + SECOND, {**TEN_A_DAY, "grace": 10 * MINUTE}, 2),
    # caps, in percent of what percentages are of, or in points
    (2 * DAY, {**TEN_A_DAY, "cap_percent": Decimal(20)}, 2), (3 * DAY, {**TEN_A_DAY, "cap_percent": Decimal(20)}, 2),
    (3 * DAY, {**TEN_A_DAY, "cap_points": Decimal("1.5")}, "1.5"),
    (3 * DAY, {**TEN_A_DAY, "of": "score", "cap_percent": Decimal(20)}, "1.6"),
    # never below 0
    (8 * DAY, TEN_A_DAY, 8), (9 * DAY, TEN_A_DAY, 8),
    # closed: the last second is open
    (7 * DAY, {**TEN_A_DAY, "closes_after": 7 * DAY}, 7), (7 * DAY + SECOND, {**TEN_A_DAY, "closes_after": 7 * DAY}, 8),
    (DAY + SECOND, {"closes_after": DAY}, 8), (DAY, {"closes_after": DAY}, 0),
    # slip days come before what costs
    (DAY, {**TEN_A_DAY, "slip_days": 1}, 0), (DAY + SECOND, {**TEN_A_DAY, "slip_days": 1}, 1),
    (3 * DAY, {**TEN_A_DAY, "slip_days": 1}, 2), (DAY, {"slip_days": 1}, 0),
    ({"slip_used": {"ann": 1}}, {**TEN_A_DAY, "slip_days": 2}, 1),
    ({"slip_used": {"ann": 5}}, {**TEN_A_DAY, "slip_days": 2}, 2),
    ({"slip_used": {"bo": 5}}, {**TEN_A_DAY, "slip_days": 2}, 0),
]  # fmt: skip


@pytest.mark.parametrize(("by", "rule", "taken"), COSTS)
def test_what_late_work_costs(by: Any, rule: dict[str, Any], taken: float | str) -> None:
    more, by = (by, 2 * DAY) if isinstance(by, dict) else ({}, by)
    found = applied(by, rule, **more)
    assert (found.penalty, found.final) == (Decimal(taken), Decimal(8) - Decimal(taken))
    assert found.late_by == max(by, timedelta())
    assert (found.review, found.untimed, found.disputed) == (False, False, False)


@pytest.mark.parametrize(
    ("by", "rule", "more", "reason", "slipped"),
    [
        (DAY, TEN_A_DAY, {}, "1 day late (due 2025-03-03 12:00): −10% of 10 points = −1", 0),
        (2 * DAY, TEN_A_DAY, {}, "2 days late (due 2025-03-03 12:00): −20% of 10 points = −2", 0),
        (HOUR, {"per": HOUR, "points": Decimal(1)}, {}, "1 hour late (due 2025-03-03 12:00): −1 points = −1", 0),
        (
            3 * DAY, {**TEN_A_DAY, "cap_percent": Decimal(20)}, {},
            "3 days late (due 2025-03-03 12:00): −30% of 10 points, capped at 2 = −2", 0,
        ),
        (
            2 * DAY, {**TEN_A_DAY, "cap_percent": Decimal(20)}, {},
            "2 days late (due 2025-03-03 12:00): −20% of 10 points = −2", 0,
        ),
        (
            9 * DAY, TEN_A_DAY, {}, "9 days late (due 2025-03-03 12:00): −90% of 10 points, not below 0 = −8", 0,
        ),
        (8 * DAY, TEN_A_DAY, {}, "8 days late (due 2025-03-03 12:00): −80% of 10 points = −8", 0),
        (MINUTE, {**TEN_A_DAY, "grace": HOUR}, {}, "1 minute late, within the grace of 1 hour", 0),
        (
            DAY + SECOND, {"closes_after": DAY}, {},
            "1 day 1 minute late (due 2025-03-03 12:00): closed after 1 day, so 0", 0,
        ),
        (DAY, {**TEN_A_DAY, "slip_days": 4}, {}, "1 slip day used (due 2025-03-03 12:00)", 1),
        (
            3 * DAY, {**TEN_A_DAY, "slip_days": 2}, {},
            "2 slip days used; 1 day late (due 2025-03-03 12:00): −10% of 10 points = −1", 2,
        ),
        (HOUR, {}, {}, "1 hour late (due 2025-03-03 12:00), which costs nothing", 0),
        (
            2 * DAY, {"slip_days": 1}, {},
            "1 slip day used; 1 day late (due 2025-03-03 12:00), which costs nothing", 1,
        ),
        (-SECOND, TEN_A_DAY, {}, "", 0),
        (
            DAY, TEN_A_DAY, {"extensions": {"ann": DUE + DAY}}, "on time (extended to 2025-03-04 12:00)", 0,
        ),
        (
            DAY + SECOND, TEN_A_DAY, {"extensions": {"ann": DUE + DAY}},
            "1 day late (extended to 2025-03-04 12:00): −10% of 10 points = −1", 0,
        ),
        (-DAY, TEN_A_DAY, {"points": Decimal(20)}, "scaled from 10 to 20 points", 0),
        (-DAY, TEN_A_DAY, {"points": Decimal(10)}, "", 0),
        (DAY, TEN_A_DAY, {"excused": frozenset({"ann"})}, "excused", 0),
    ],
)  # fmt: skip
def test_the_reason_says_what_was_done(
    by: timedelta, rule: dict[str, Any], more: dict[str, Any], reason: str, slipped: int
) -> None:
    found = applied(by, rule, **more)
    assert (found.reason, found.slip_days) == (reason, slipped)
    assert found.extended is reason.startswith("on time")
    assert found.scaled is reason.startswith("scaled")
    assert found.excused is (reason == "excused")


def test_thirds_are_told_to_six_places() -> None:
    third = Decimal(2) / 3
    found = applied(DAY, {"per": DAY, "percent": Decimal(50), "cap_percent": Decimal(25), "of": "score"}, score=third)
    assert found.reason == (
        "1 day late (due 2025-03-03 12:00): −50% of 0.666667 points, capped at 0.166667 = −0.166667"
    )
    assert found.final == Decimal("0.50")
    assert found.raw == third


@pytest.mark.parametrize(
    ("by", "late", "grace", "counted", "disputed"),
    [
        # Moodle's worksheet leaves out the seconds; more than that is a contradiction
        (timedelta(), True, timedelta(), SECOND, False), (-59 * SECOND, True, timedelta(), SECOND, False),
        (-MINUTE, True, timedelta(), timedelta(), True), (SECOND, True, timedelta(), SECOND, False),
        (timedelta(), False, timedelta(), timedelta(), False), (SECOND, False, timedelta(), SECOND, True),
        (MINUTE, False, MINUTE, MINUTE, False), (MINUTE + SECOND, False, MINUTE, MINUTE + SECOND, True),
        (SECOND, None, timedelta(), SECOND, False), (-DAY, False, timedelta(), timedelta(), False),
    ],
)  # fmt: skip
def test_what_the_lms_says_is_held_against_the_dates(
    by: timedelta, late: bool | None, grace: timedelta, counted: timedelta, disputed: bool
) -> None:
    found = applied(by, {**TEN_A_DAY, "grace": grace}, late=late)
    assert (found.late_by, found.disputed) == (counted, disputed)
    # without a price there is nothing to dispute, and who has an extension was told otherwise than the LMS
    assert not applied(by, {}, late=late).disputed
    assert not applied(by, TEN_A_DAY, late=late, extensions={"ann": DUE}).disputed
    assert not applied(by, TEN_A_DAY, late=late, submitted={"ann": DUE + by}).disputed


@pytest.mark.parametrize(
    ("late", "rule", "more", "review", "untimed", "scaled"),
    [
        (None, TEN_A_DAY, {}, False, True, False), (False, TEN_A_DAY, {}, False, False, False),
        (True, TEN_A_DAY, {}, True, False, False), (True, TEN_A_DAY, {"points": Decimal(5)}, True, False, True),
        (None, {}, {}, False, False, False), (None, {"closes_after": DAY}, {}, False, True, False),
        (None, TEN_A_DAY, {"due": None}, False, False, False), (True, TEN_A_DAY, {"due": None}, False, False, False),
        (True, TEN_A_DAY, {"due": None, "extensions": {"ann": DUE}}, True, False, False),
        (None, TEN_A_DAY, {"points": Decimal(5)}, False, True, True),
    ],
)  # fmt: skip
def test_work_whose_time_nothing_says(
    late: bool | None, rule: dict[str, Any], more: dict[str, Any], review: bool, untimed: bool, scaled: bool
) -> None:
    found = applied(None, rule, late=late, **more)
    assert (found.review, found.untimed, found.scaled) == (review, untimed, scaled)
    assert found.final == (4 if "points" in more else 8)
    assert (found.penalty, found.late_by, found.extended, found.disputed) == (0, timedelta(), False, False)


def test_what_has_no_score_or_no_points_is_left() -> None:
    assert applied(DAY, TEN_A_DAY, score=None) == Applied(final=None, raw=None, reason="")
    assert applied(-DAY, {}, possible=0, points=Decimal(5)).final == 8
    assert applied(DAY, TEN_A_DAY, score=-1).penalty == 0
    assert applied(DAY, TEN_A_DAY, score=-1).final == -1
    assert applied(-DAY, {}, score=Decimal("7.125"), places=1).final == Decimal("7.1")
    assert applied(-DAY, {}, score=7.125).final == Decimal("7.13")
    assert applied(-DAY, {}, score=Decimal(1), possible=Decimal(4), points=Decimal(2)).final == Decimal("0.5")


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(), "0 days"), (SECOND, "1 minute"), (MINUTE, "1 minute"), (61 * SECOND, "2 minutes"),
        (59 * MINUTE, "59 minutes"), (HOUR, "1 hour"), (23 * HOUR + 59 * MINUTE, "23 hours 59 minutes"), (DAY, "1 day"),
        (DAY - SECOND, "1 day"), (DAY + MINUTE, "1 day 1 minute"), (25 * HOUR, "1 day 1 hour"), (2 * DAY, "2 days"),
        (49 * HOUR + 2 * MINUTE, "2 days 1 hour 2 minutes"),
    ],
)  # fmt: skip
def test_a_span_is_told_to_the_begun_minute(span: timedelta, text: str) -> None:
    assert Words().span(span) == text


def test_records_of_a_rule_begin_with_no_price() -> None:
    assert LateRule() == LateRule(
        per=None, percent=None, points=None, of="possible", grace=timedelta(), cap_percent=None, cap_points=None,
        closes_after=None, slip_days=0,
    )  # fmt: skip
    assert (LateRule().costs, LateRule(per=DAY).costs, LateRule(closes_after=DAY).costs) == (False, True, True)
    bare = AssignmentPolicy(assignment="a")
    assert (bare.zone, bare.due, bare.late, bare.points, bare.places) == ("UTC", None, LateRule(), None, 2)
    assert (bare.extensions, bare.excused, bare.submitted, bare.slip_used) == ({}, frozenset(), {}, {})


def read(folder: Path, text: str) -> CoursePolicy:
    (folder / "course.toml").write_text(text)
    return read_policy(folder / "course.toml")


REFUSED = [
    # the file, the line that is named, a part of what is said
    ("[rounding]\nplaces = 7\n", 2, "7 must be a whole number from 0 to 6"),
    ("[rounding]\nplaces = -1\n", 2, "-1 must be"), ("[rounding]\nplaces = true\n", 2, "True must be"),
    ("[rounding]\nplaces = 1.0\n", 2, "1.0 must be"),
    ("[late]\nper_day = 1000000\n", 2, "must be a number, 0 or more"),
    ("[late]\nper_day = -0.5\n", 2, "must be a number"),
    ("[late]\nper_day = true\n", 2, "must be a number"), ("[late]\nper_day = [1]\n", 2, "must be a number"),
    ('[late]\nper_day = "101%"\n', 2, "no percentage"), ('[late]\nper_day = "100.5%"\n', 2, "no percentage"),
    ('[late]\nper_day = "10"\n', 2, "no percentage"), ('[late]\n\n\ncap = "-1%"\n', 4, "no percentage"),
    ("[late]\nslip_days = 1001\n", 2, "from 0 to 1000"), ('[late]\nof = "all"\n', 2, "possible"),
    ("[late]\nper_day = 1\nper_hour = 1\n", 3, "cannot both be given"), ("late = 1\n", 1, "must be a table"),
    ("assignments = 1\n", 1, "must be tables"), ("assignments = {a = 1}\n", 1, "must be a table"),
    ("x = 1\n", 1, "unknown key"), ('\n"" = 1\n', 2, "unknown key"),
    ("[assignments.a]\nexcused = [13]\n", 2, "list of ids in quotes"),
    ('[assignments.a]\nexcused = "13"\n', 2, "list of ids in quotes"),
    ("[assignments.a]\nextensions = 1\n", 2, "table of"),
    ('[assignments.a.extensions]\n"1" = "2 days"\n', 2, "no due date to count from"),
    ("[assignments.a]\ndue = 2025-03-03\n", 2, "has no time of day"),
    ('[assignments.a]\ndue = "soon"\n', 2, "is no date"),
    ("[assignments.a]\ndue = 7\n", 2, "is no date"), ('[assignments.a.slip_days_used]\n"1" = 1001\n', 2, "0 to 1000"),
    ('time_zone = "Mars"\n', 1, "is no time zone"), ("time_zone = 1\n", 1, "is no time zone"),
    ('language = "xx"\n', 1, "choose one of"), ("install = 1\n", 1, "must be text"),
    ('install = " "\n', 1, "must be text"),
    ("lms = [1]\n", 1, "must be a list of names"), ('lms = "moodle"\n', 1, "must be a list of names"),
    ('time_zone = "Europe/Berlin"\n[assignments.a]\ndue = 2025-03-30T02:30:00\n', 3, "does not exist in Europe/Berlin"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "said"), REFUSED)
def test_what_is_wrong_in_a_file_is_said_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        read(tmp_path, text)
    assert str(raised.value).startswith(f"course.toml: line {line}: ")
    assert said in str(raised.value)


def test_the_largest_and_the_smallest_that_a_file_may_say(tmp_path: Path) -> None:
    text = (
        '[late]\nper_day = "100%"\ncap = "0%"\ngrace_minutes = 0.5\ncloses_after_days = 1.5\nslip_days = 1000\n'
        '[rounding]\nplaces = 6\n[assignments.a]\npoints = 999999\n[assignments.a.slip_days_used]\n"1" = 1000\n'
        "[assignments.b.late]\nper_hour = 0\n[assignments.c.late]\ncap = 3\n[assignments.d]\npoints = 0\n"
    )
    course = read(tmp_path, text)
    common = LateRule(
        per=DAY, percent=Decimal(100), cap_percent=Decimal(0), grace=30 * SECOND, closes_after=36 * HOUR, slip_days=1000
    )
    changed = {"per": HOUR, "percent": None, "points": Decimal(0)}
    assert [course.assignments[one].late for one in "ac"] == [
        common,
        LateRule(
            per=DAY,
            percent=Decimal(100),
            cap_points=Decimal(3),
            grace=30 * SECOND,
            closes_after=36 * HOUR,
            slip_days=1000,
        ),
    ]
    own = course.assignments["b"].late
    assert {field: getattr(own, field) for field in changed} == changed
    assert (own.cap_percent, own.slip_days) == (0, 1000)
    assert (course.assignments["a"].points, course.assignments["d"].points) == (999999, 0)
    assert course.assignments["a"].slip_used == {"1": 1000}
    assert {one.places for one in course.assignments.values()} == {6} == {course.default.places}
    nothing = read(tmp_path, "")
    assert (nothing.default.places, nothing.default.late, nothing.default.zone) == (2, LateRule(), "UTC")


def test_dates_are_in_the_zone_of_the_course(tmp_path: Path) -> None:
    text = (
        'time_zone = "Europe/Berlin"\n[assignments.hw01]\ndue = 2025-10-25T23:59:00\n'
        '[assignments.hw01.extensions]\n"A" = "1 day"\n"b" = " 2 hours "\n"c" = "2025-10-27T01:00:00+00:00"\n'
        '"d" = 2025-10-26T02:30:00\n'
    )
    policy = read(tmp_path, text).of("HW 1")
    assert policy.due is not None
    shown = {who: due.isoformat() for who, due in policy.extensions.items()}
    assert shown == {
        "a": "2025-10-26T23:59:00+01:00",
        "b": "2025-10-26T01:59:00+02:00",
        "c": "2025-10-27T01:00:00+00:00",
        "d": "2025-10-26T02:30:00+01:00",
    }
    with pytest.raises(UsageError, match=r"\[assignments\.hw01\] and \[assignments\.HW 1\] are both hw1"):
        read(tmp_path, '[assignments.hw01]\n[assignments."HW 1"]\n').of("hw1")
