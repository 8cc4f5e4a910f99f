"""A course's rules in one TOML file: due dates, late work, extensions, excused students, rounding, scaling.

The file is described in :mod:`autograder.lms.policy_file`.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from autograder.errors import UsageError
from autograder.lms.names import fold, same_title
from autograder.lms.roster import Roster
from autograder.lms.write import number_text, rounded
from autograder.model import Record, Student

__all__ = ["Applied", "AssignmentPolicy", "CoursePolicy", "LateRule", "apply", "resolve"]


class LateRule(Record, frozen=True, kw_only=True):
    """What late work costs."""

    per: timedelta | None = None
    """The unit that is counted, begun units in full: a day or an hour; None: late work costs nothing."""
    percent: Decimal | None = None
    """Of ``of``, a unit."""
    points: Decimal | None = None
    """A unit, where the cost is in points."""
    of: str = "possible"
    """``possible`` or ``score``: what percentages are of."""
    grace: timedelta = timedelta()
    """Up to this late is on time; a minute later counts from the due date."""
    cap_percent: Decimal | None = None
    cap_points: Decimal | None = None
    closes_after: timedelta | None = None
    """Later than this is a 0 with that reason; None: never."""
    slip_days: int = 0
    """Free late days that a student has in the whole course."""


class AssignmentPolicy(Record, frozen=True, kw_only=True):
    """The rules of one assignment, ready to apply."""

    assignment: str
    zone: str = "UTC"
    due: datetime | None = None
    """With its zone; None: no due date, so nothing is late."""
    late: LateRule = msgspec.field(default_factory=LateRule)
    points: Decimal | None = None
    """Scale scores to this; None: leave them."""
    places: int = 2
    extensions: dict[str, datetime] = msgspec.field(default_factory=dict)
    """Student (folded id) → due date."""
    excused: frozenset[str] = frozenset()
    submitted: dict[str, datetime] = msgspec.field(default_factory=dict)
    slip_used: dict[str, int] = msgspec.field(default_factory=dict)
    """Student → free days that other assignments took."""


class Applied(Record, frozen=True, kw_only=True):
    """What the policy made of one score."""

    final: Decimal | None
    """None: excused, or there was no score."""
    raw: Decimal | None
    """As graded, unrounded and unscaled."""
    reason: str
    """In words, empty when nothing was done: "2 days late: −20% of 10; …"."""
    excused: bool = False
    review: bool = False
    """A person must decide: it is late and nothing says by how much."""
    penalty: Decimal = Decimal(0)
    """Points taken off, after scaling."""
    late_by: timedelta = timedelta()
    slip_days: int = 0
    """Free days that this submission took."""


class CoursePolicy(Record, frozen=True, kw_only=True):
    """The whole file."""

    name: str
    assignments: dict[str, AssignmentPolicy]
    default: AssignmentPolicy

    def of(self, assignment: str) -> AssignmentPolicy:
        """The rules of an assignment, under any form of its name; without an entry: no due date."""
        exact = [key for key in self.assignments if fold(key) == fold(assignment)]
        found = exact or [key for key in self.assignments if same_title(key, assignment)]
        if len(found) > 1:
            raise UsageError(
                f"{self.name}: [assignments.{found[0]}] and [assignments.{found[1]}] are both {assignment}"
            )
        if found:
            return self.assignments[found[0]]
        return msgspec.structs.replace(self.default, assignment=assignment)


def apply(
    score: Decimal | float | None,
    submitted: str | None,
    student: Student,
    policy: AssignmentPolicy,
    *,
    possible: Decimal | float,
    late: bool = False,
) -> Applied:
    """Apply a policy to one score. Pure: the same arguments give the same result, whatever the clock says.

    Args:
        score: as graded; None where there is none, which stays none.
        submitted: ISO 8601; without an offset it is in the policy's zone.
        student: whose it is: extensions and excuses go by id.
        policy: the assignment's rules.
        possible: points possible of the assignment as graded.
        late: the LMS's LATE mark.

    Example:
        >>> from datetime import UTC
        >>> rule = LateRule(per=timedelta(days=1), percent=Decimal(10))
        >>> policy = AssignmentPolicy(assignment="hw01", due=datetime(2025, 3, 3, 23, 59, tzinfo=UTC), late=rule)
        >>> applied = apply(9, "2025-03-04T08:00:00", Student(id="1"), policy, possible=10)
        >>> str(applied.final), applied.reason
        ('8.00', '1 day late (due 2025-03-03 23:59): −10% of 10 points = −1')
    """
    raw = None if score is None else score if isinstance(score, Decimal) else Decimal(repr(float(score)))
    key = fold(student.id)
    if key in policy.excused:
        return Applied(final=None, raw=raw, reason="excused", excused=True)
    if raw is None:
        return Applied(final=None, raw=None, reason="")
    full = possible if isinstance(possible, Decimal) else Decimal(repr(float(possible)))
    reasons: list[str] = []
    scaled = raw
    if policy.points is not None and full and policy.points != full:
        scaled = raw * policy.points / full
        reasons.append(f"scaled from {number_text(full)} to {number_text(policy.points)} points")
        full = policy.points
    lateness = _lateness(submitted, key, policy, late)
    if lateness is None:
        reasons.append("the LMS says LATE but not by how much: no penalty taken, set [submitted] for this student")
        return Applied(final=rounded(scaled, policy.places), raw=raw, reason="; ".join(reasons), review=True)
    late_by, due_words = lateness
    penalty, words, slipped = _penalty(scaled, full, late_by, due_words, key, policy)
    if words:
        reasons.append(words)
    final = rounded(scaled - penalty, policy.places)
    return Applied(
        final=final,
        raw=raw,
        reason="; ".join(reasons),
        penalty=penalty,
        late_by=max(late_by, timedelta()),
        slip_days=slipped,
    )


def resolve(policy: AssignmentPolicy, roster: Roster) -> tuple[AssignmentPolicy, tuple[str, ...]]:
    """The policy under the roster's own ids, whatever id or name the file gives; and whom it names in vain."""
    lost: list[str] = []

    def own(table: str, student: str) -> str:
        entry, _ = roster.find(Student(id=student))
        if entry is None:
            lost.append(
                f"the policy's {table} name {student!r}, who is not on {roster.name}: it changes nobody's grade"
            )
            return student
        return fold(entry.student.id)

    return (
        msgspec.structs.replace(
            policy,
            extensions={own("extensions", student): due for student, due in policy.extensions.items()},
            excused=frozenset(own("excused", student) for student in sorted(policy.excused)),
            submitted={own("submitted", student): when for student, when in policy.submitted.items()},
            slip_used={own("slip_days_used", student): used for student, used in policy.slip_used.items()},
        ),
        tuple(lost),
    )


def _lateness(submitted: str | None, key: str, policy: AssignmentPolicy, late: bool) -> tuple[timedelta, str] | None:
    """How late, by the wall clock; and the due date in words. None when it is late by nobody knows how much."""
    due = policy.extensions.get(key, policy.due)
    when = policy.submitted.get(key)
    zone = ZoneInfo(policy.zone)
    if when is None and submitted:
        read = datetime.fromisoformat(submitted)
        when = read if read.tzinfo else read.replace(tzinfo=zone)
    if due is None:
        return timedelta(), ""
    if when is None:
        # an extension answers the LMS's mark only if the time is known
        return None if late else (timedelta(), "")
    # by the wall clock, so that the night in which clocks change has one day like any other
    local_due, local_when = due.astimezone(zone).replace(tzinfo=None), when.astimezone(zone).replace(tzinfo=None)
    extended = "extended to" if key in policy.extensions else "due"
    return local_when - local_due, f"{extended} {local_due:%Y-%m-%d %H:%M}"


def _penalty(
    score: Decimal, possible: Decimal, late_by: timedelta, due: str, key: str, policy: AssignmentPolicy
) -> tuple[Decimal, str, int]:
    """(points off, in words, free days taken)."""
    rule = policy.late
    extended = f"on time ({due})" if due.startswith("extended") else ""
    if late_by <= timedelta():
        return Decimal(0), extended, 0
    if late_by <= rule.grace:
        return Decimal(0), f"{_span(late_by)} late, within the grace of {_span(rule.grace)}", 0
    if rule.closes_after is not None and late_by > rule.closes_after:
        return score, f"{_span(late_by)} late ({due}): closed after {_span(rule.closes_after)}, so 0", 0
    slipped = 0
    if rule.slip_days:
        left = max(rule.slip_days - policy.slip_used.get(key, 0), 0)
        slipped = min(left, _units(late_by, timedelta(days=1)))
        late_by -= timedelta(days=slipped)
    taken = f"{_count(slipped, 'slip day')} used" if slipped else ""
    if late_by <= timedelta():
        return Decimal(0), f"{taken} ({due})", slipped
    if rule.per is None:
        return (
            Decimal(0),
            "; ".join(filter(None, (taken, f"{_span(late_by)} late ({due}), which costs nothing"))),
            slipped,
        )
    units = _units(late_by, rule.per)
    base = possible if rule.of == "possible" else score
    percent = (rule.percent or Decimal(0)) * units
    if rule.percent is not None:
        cost = base * percent / 100
        shown = f"−{number_text(percent)}% of {number_text(rounded(base, 6))} points"
    else:
        cost = (rule.points or Decimal(0)) * units
        shown = f"−{number_text(cost)} points"
    cap = rule.cap_points if rule.cap_percent is None else base * rule.cap_percent / 100
    if cap is not None and cost > cap:
        cost = cap
        shown += f", capped at {number_text(rounded(cap, 6))}"
    if cost > score:
        cost = max(score, Decimal(0))
        shown += ", not below 0"
    unit = "day" if rule.per == timedelta(days=1) else "hour"
    words = f"{_count(units, unit)} late ({due}): {shown} = −{number_text(rounded(cost, 6))}"
    return cost, "; ".join(filter(None, (taken, words))), slipped


def _units(span: timedelta, unit: timedelta) -> int:
    return -(-span // unit)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _span(span: timedelta) -> str:
    minutes = _units(span, timedelta(minutes=1))
    if minutes % 1440 == 0:
        return _count(minutes // 1440, "day")
    days, hours = divmod(minutes // 60, 24)
    parts = [_count(days, "day") if days else "", _count(hours, "hour") if hours else ""]
    return " ".join(filter(None, [*parts, _count(minutes % 60, "minute") if minutes % 60 else ""]))
