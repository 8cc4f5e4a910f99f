"""A course's rules in one TOML file: due dates, late work, extensions, excused students, rounding, scaling.

The file is described in :mod:`autograder.lms.policy.file`.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from autograder.errors import UsageError
from autograder.lms.names import fold, same_title
from autograder.lms.numbers import number_text, rounded
from autograder.lms.policy.words import Words
from autograder.model import Record, Student

__all__ = ["Applied", "AssignmentPolicy", "CoursePolicy", "LateRule", "apply"]


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

    @property
    def costs(self) -> bool:
        """Whether work can be late at a price."""
        return self.per is not None or self.closes_after is not None


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
    scaled: bool = False
    extended: bool = False
    """There was an extension, and the work was not late by it."""
    untimed: bool = False
    """There is a rule for late work and nothing says when this came, so the rule was not applied."""
    disputed: bool = False
    """The LMS calls it late and the dates do not, or the reverse."""


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
    late: bool | None = None,
    language: str = "en",
) -> Applied:
    """Apply a policy to one score. Pure: the same arguments give the same result, whatever the clock says.

    Args:
        score: as graded; None where there is none, which stays none.
        submitted: ISO 8601; without an offset it is in the policy's zone.
        student: whose it is: extensions and excuses go by id.
        policy: the assignment's rules.
        possible: points possible of the assignment as graded.
        late: whether the LMS calls it late; None: it does not say.
        language: of the reason, which the student reads.

    Example:
        >>> from datetime import UTC
        >>> rule = LateRule(per=timedelta(days=1), percent=Decimal(10))
        >>> policy = AssignmentPolicy(assignment="hw01", due=datetime(2025, 3, 3, 23, 59, tzinfo=UTC), late=rule)
        >>> applied = apply(9, "2025-03-04T08:00:00", Student(id="1"), policy, possible=10)
        >>> str(applied.final), applied.reason
        ('8.00', '1 day late (due 2025-03-03 23:59): −10% of 10 points = −1')
    """
    words = Words(language)
    raw = None if score is None else score if isinstance(score, Decimal) else Decimal(repr(float(score)))
    key = fold(student.id)
    if key in policy.excused:
        return Applied(final=None, raw=raw, reason=words.say("excused"), excused=True)
    if raw is None:
        return Applied(final=None, raw=None, reason="")
    full = possible if isinstance(possible, Decimal) else Decimal(repr(float(possible)))
    reasons: list[str] = []
    scaled = raw
    if policy.points is not None and full and policy.points != full:
        scaled = raw * policy.points / full
        reasons.append(words.say("scaled", was=number_text(full), of=number_text(policy.points)))
        full = policy.points
    late_by, disputed = _late_by(submitted, late, key, policy)
    unknown = late_by is None and _due_of(key, policy) is not None
    if unknown and late:
        reasons.append(words.say("unknown"))
        return Applied(
            final=rounded(scaled, policy.places),
            raw=raw,
            reason="; ".join(reasons),
            review=True,
            scaled=len(reasons) > 1,
        )
    extended = late_by is not None and late_by <= timedelta() and key in policy.extensions
    late_by = late_by or timedelta()
    if extended:
        penalty, said, slipped = Decimal(0), words.say("on-time", due=_due(key, policy, words)), 0
    else:
        penalty, said, slipped = _penalty(scaled, full, late_by, key, policy, words)
    final = rounded(scaled - penalty, policy.places)
    return Applied(
        final=final,
        raw=raw,
        reason="; ".join([*reasons, *filter(None, (said,))]),
        penalty=penalty,
        late_by=max(late_by, timedelta()),
        slip_days=slipped,
        scaled=bool(reasons),
        extended=extended,
        untimed=unknown and late is None and policy.late.costs,
        disputed=disputed and policy.late.costs,
    )


def _due_of(key: str, policy: AssignmentPolicy) -> datetime | None:
    return policy.extensions.get(key, policy.due)


def _late_by(
    submitted: str | None, late: bool | None, key: str, policy: AssignmentPolicy
) -> tuple[timedelta | None, bool]:
    """How late, by the wall clock, None where nothing says so; and whether the LMS says otherwise."""
    due = _due_of(key, policy)
    when = policy.submitted.get(key) or _moment(submitted, policy)
    if due is None or when is None:
        return None, False
    zone = ZoneInfo(policy.zone)
    # so that the night in which clocks change has one day like any other
    late_by = when.astimezone(zone).replace(tzinfo=None) - due.astimezone(zone).replace(tzinfo=None)
    if late is None or key in policy.extensions or key in policy.submitted:
        # what the TA wrote is an answer to what the LMS says
        return late_by, False
    if late and -timedelta(minutes=1) < late_by <= timedelta():
        # a worksheet of Moodle's leaves out the seconds by which it was late
        return timedelta(seconds=1), False
    return late_by, late != (late_by > (timedelta() if late else policy.late.grace))


def _moment(submitted: str | None, policy: AssignmentPolicy) -> datetime | None:
    try:
        read = datetime.fromisoformat(submitted or "")
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=ZoneInfo(policy.zone))


def _due(key: str, policy: AssignmentPolicy, words: Words) -> str:
    due = _due_of(key, policy)
    when = "" if due is None else f"{due.astimezone(ZoneInfo(policy.zone)):%Y-%m-%d %H:%M}"
    return words.say("extended" if key in policy.extensions else "due", when=when)


def _penalty(
    score: Decimal, possible: Decimal, late_by: timedelta, key: str, policy: AssignmentPolicy, words: Words
) -> tuple[Decimal, str, int]:
    """(points off, in words, free days taken)."""
    rule = policy.late
    due, nothing = _due(key, policy, words), Decimal(0)
    if late_by <= timedelta():
        return nothing, "", 0
    if late_by <= rule.grace:
        return nothing, words.say("grace", span=words.span(late_by), grace=words.span(rule.grace)), 0
    if rule.closes_after is not None and late_by > rule.closes_after:
        return score, words.say("closed", span=words.span(late_by), due=due, after=words.span(rule.closes_after)), 0
    slipped = 0
    if rule.slip_days:
        left = max(rule.slip_days - policy.slip_used.get(key, 0), 0)
        slipped = min(left, _units(late_by, timedelta(days=1)))
        late_by -= timedelta(days=slipped)
    taken = words.say("slipped", days=words.count(slipped, "slip day")) if slipped else ""
    if late_by <= timedelta():
        return nothing, f"{taken} ({due})", slipped
    if rule.per is None:
        free = words.say("free", span=words.span(late_by), due=due)
        return nothing, "; ".join(filter(None, (taken, free))), slipped
    units = _units(late_by, rule.per)
    base = possible if rule.of == "possible" else score
    percent = (rule.percent or Decimal(0)) * units
    if rule.percent is not None:
        cost = base * percent / 100
        shown = [words.say("percent", percent=number_text(percent), base=number_text(rounded(base, 6)))]
    else:
        cost = (rule.points or Decimal(0)) * units
        shown = [words.say("points", points=number_text(cost))]
    cap = rule.cap_points if rule.cap_percent is None else base * rule.cap_percent / 100
    if cap is not None and cost > cap:
        cost = cap
        shown.append(words.say("capped", cap=number_text(rounded(cap, 6))))
    if cost > score:
        cost = max(score, nothing)
        shown.append(words.say("floor"))
    unit = words.count(units, "day" if rule.per == timedelta(days=1) else "hour")
    told = words.say("cost", span=unit, due=due, how=", ".join(shown), cost=number_text(rounded(cost, 6)))
    return cost, "; ".join(filter(None, (taken, told))), slipped


def _units(span: timedelta, unit: timedelta) -> int:
    return -(-span // unit)
