"""A course's policy as a TOML file.

Example of the file; every part may be left out:

    time_zone = "America/Los_Angeles"

    [late]                      # for every assignment; an assignment's own [….late] changes it
    per_day = "10%"             # or per_hour; "10%" or a number of points
    of = "possible"             # what the percentage is of: possible, or score
    grace_minutes = 10
    cap = "50%"                 # never more than this in all
    closes_after_days = 7       # later than this counts as 0; left out: never
    slip_days = 4               # a student's free late days in the whole course

    [rounding]
    places = 2                  # half up

    [assignments.hw01]
    due = 2025-03-03T23:59:00   # in time_zone, or with an offset
    points = 20                 # scale the score to this
    excused = ["0013"]

    [assignments.hw01.extensions]
    "0012" = 2025-03-05T23:59:00        # a new due date; or "2 days"

    [assignments.hw01.submitted]
    "0014" = 2025-03-04T08:00:00        # when it came, where the LMS only says LATE

    [assignments.hw01.slip_days_used]
    "0012" = 1                  # what earlier assignments took
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from autograder.errors import UsageError
from autograder.lms.names import fold
from autograder.lms.policy.rules import AssignmentPolicy, CoursePolicy, LateRule
from autograder.locale import available

__all__ = ["read_policy"]

_TOP = ("time_zone", "late", "rounding", "assignments", "install", "language", "lms")
"""The last three are for building (:mod:`autograder.build.settings`), and are looked at here too: one file says all of
a course, and says what is wrong in it with its line."""
_LATE = ("per_day", "per_hour", "of", "grace_minutes", "cap", "closes_after_days", "slip_days")
_ASSIGNMENT = ("due", "points", "excused", "extensions", "submitted", "slip_days_used", "late", "language")

_KEY = r"""(?:"[^"]*"|'[^']*'|[\w-]+)"""
_KEYS = rf"{_KEY}(?:\s*\.\s*{_KEY})*"


def _dotted(keys: str) -> str:
    """As a message names them: ``assignments . "hw 1"`` is assignments.hw 1."""
    return ".".join(key.strip("\"'") for key in re.findall(_KEY, keys))


def read_policy(path: str | Path) -> CoursePolicy:
    """Read a course's policy.

    Raises:
        UsageError: not readable, not TOML, or a key is wrong; the message names the key, its line and the fix.
    """
    name = Path(path).name
    try:
        text = Path(path).read_text("utf-8-sig")
    except (OSError, UnicodeError) as error:
        raise UsageError(f"{path}: cannot be read ({error}): check the path") from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{name}: {error}: fix the TOML there") from error
    return _Reader(name, text).course(data)


class _Reader:
    """Turns the file's tables into records; knows where a key stands, for messages."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.lines = text.splitlines()
        self.zone = "UTC"

    def wrong(self, table: str, key: str, message: str) -> UsageError:
        where = f"[{table}] {key}" if table else key
        line = self.line_of(f"{table}.{key}" if table else key)
        return UsageError(f"{self.name}: {f'line {line}: ' if line else ''}{where}: {message}")

    def line_of(self, path: str) -> int:
        """Where a key stands, else the table around it that has a line (``late = {per_day = 1}``); 0: nowhere."""
        found, best, header = 0, -1, ""
        for number, line in enumerate(self.lines, start=1):
            if table := re.match(rf"\s*\[\[?\s*({_KEYS})\s*\]", line):
                here = header = _dotted(table[1])
            elif key := re.match(rf"\s*({_KEYS})\s*=", line):
                here = f"{header}.{_dotted(key[1])}" if header else _dotted(key[1])
            else:
                continue
            if f"{path}.".startswith(f"{here}.") and len(here) > best:
                found, best = number, len(here)
        return found

    def known(self, table: str, data: Any, keys: tuple[str, ...]) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise self.wrong("", table, f"must be a table: [{table}]")
        for key in data:
            if key not in keys:
                raise self.wrong(table, key, f"unknown key; known are {', '.join(keys)}")
        return data

    def course(self, data: dict[str, Any]) -> CoursePolicy:
        self.known("", data, _TOP)
        self.for_building(data)
        self.zone = data.get("time_zone", "UTC")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
            raise self.wrong(
                "", "time_zone", f"{self.zone!r} is no time zone; write one as America/Los_Angeles"
            ) from error
        rounding = self.known("rounding", data.get("rounding", {}), ("places",))
        places = self.whole("rounding", "places", rounding.get("places", 2), 6)
        common = data.get("late", {})
        late = self.late("late", common)
        default = AssignmentPolicy(assignment="", zone=self.zone, late=late, places=places)
        entries = data.get("assignments", {})
        if not isinstance(entries, dict):
            raise self.wrong("", "assignments", "must be tables: [assignments.hw01]")
        assignments = {}
        for assignment, entry in entries.items():
            table = f"assignments.{assignment}"
            self.known(table, entry, _ASSIGNMENT)
            self.language(table, entry)
            own = entry.get("late", {})
            changed = late
            if own:
                self.known(f"{table}.late", own, _LATE)
                # per_day here replaces per_hour there
                kept = {
                    k: v for k, v in common.items() if not (k.startswith("per_") and {"per_day", "per_hour"} & set(own))
                }
                changed = self.late(f"{table}.late", {**kept, **own})
            assignments[assignment] = self.assignment(assignment, table, entry, changed, places)
        return CoursePolicy(name=self.name, assignments=assignments, default=default)

    def for_building(self, data: dict[str, Any]) -> None:
        self.language("", data)
        install = data.get("install", "a wheel")
        if not isinstance(install, str) or not install.strip():
            raise self.wrong("", "install", f"{install!r} must be text: a wheel's address, or what stands after pip")
        lms = data.get("lms", [])
        if not isinstance(lms, list) or not all(isinstance(one, str) for one in lms):
            raise self.wrong("", "lms", f'{lms!r} must be a list of names in quotes: ["moodle"]')

    def language(self, table: str, data: dict[str, Any]) -> None:
        language = data.get("language", "en")
        if language not in available():
            known = ", ".join(available())
            raise self.wrong(table, "language", f"{language!r} is not there; choose one of {known}")

    def assignment(
        self, assignment: str, table: str, entry: dict[str, Any], late: LateRule, places: int
    ) -> AssignmentPolicy:
        due = self.moment(table, "due", entry["due"]) if "due" in entry else None
        excused = entry.get("excused", [])
        if not isinstance(excused, list) or not all(isinstance(one, str) for one in excused):
            raise self.wrong(table, "excused", 'must be a list of ids in quotes: ["0013"]')
        extensions = {
            fold(student): self.extension(f"{table}.extensions", student, value, due)
            for student, value in self.students(table, "extensions", entry).items()
        }
        return AssignmentPolicy(
            assignment=assignment,
            zone=self.zone,
            due=due,
            late=late,
            points=self.number(table, "points", entry["points"]) if "points" in entry else None,
            places=places,
            extensions=extensions,
            excused=frozenset(fold(one) for one in excused),
            submitted={
                fold(student): self.moment(f"{table}.submitted", student, value)
                for student, value in self.students(table, "submitted", entry).items()
            },
            slip_used={
                fold(student): self.whole(f"{table}.slip_days_used", student, value, 1000)
                for student, value in self.students(table, "slip_days_used", entry).items()
            },
        )

    def students(self, table: str, key: str, entry: Mapping[str, Any]) -> dict[str, Any]:
        found = entry.get(key, {})
        if not isinstance(found, dict):
            raise self.wrong(table, key, f'must be a table of students: [{table}.{key}] with "id" = value')
        return found

    def late(self, table: str, data: Any) -> LateRule:
        self.known(table, data, _LATE)
        if "per_day" in data and "per_hour" in data:
            raise self.wrong(table, "per_hour", "per_day and per_hour cannot both be given: leave one")
        if data.get("of", "possible") not in ("possible", "score"):
            raise self.wrong(table, "of", 'must be "possible" or "score"')
        unit = next((key for key in ("per_day", "per_hour") if key in data), None)
        percent, points = self.amount(table, unit, data[unit]) if unit else (None, None)
        cap_percent, cap_points = self.amount(table, "cap", data["cap"]) if "cap" in data else (None, None)
        closes = data.get("closes_after_days")
        return LateRule(
            per=None if unit is None else timedelta(days=1) if unit == "per_day" else timedelta(hours=1),
            percent=percent,
            points=points,
            of=data.get("of", "possible"),
            grace=timedelta(minutes=float(self.number(table, "grace_minutes", data.get("grace_minutes", 0)))),
            cap_percent=cap_percent,
            cap_points=cap_points,
            closes_after=None
            if closes is None
            else timedelta(days=float(self.number(table, "closes_after_days", closes))),
            slip_days=self.whole(table, "slip_days", data.get("slip_days", 0), 1000),
        )

    def amount(self, table: str, key: str, value: Any) -> tuple[Decimal | None, Decimal | None]:
        """(percent, points): one of them."""
        if isinstance(value, str):
            matched = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*%\s*", value)
            if matched and Decimal(matched[1]) <= 100:
                return Decimal(matched[1]), None
            raise self.wrong(table, key, f'{value!r} is no percentage from "0%" to "100%"; points have no quotes')
        return None, self.number(table, key, value)

    def number(self, table: str, key: str, value: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e6:
            raise self.wrong(table, key, f"{value!r} must be a number, 0 or more")
        return Decimal(repr(value))

    def whole(self, table: str, key: str, value: Any, most: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            raise self.wrong(table, key, f"{value!r} must be a whole number from 0 to {most}")
        return value

    def extension(self, table: str, student: str, value: Any, due: datetime | None) -> datetime:
        if isinstance(value, str) and (matched := re.fullmatch(r"\s*(\d+)\s*(day|hour)s?\s*", value)):
            if due is None:
                raise self.wrong(table, student, "there is no due date to count from: set due, or write a date here")
            span = timedelta(**{f"{matched[2]}s": int(matched[1])})
            # aware arithmetic in one zone goes by the wall clock: 23:59 stays 23:59
            return due.astimezone(ZoneInfo(self.zone)) + span
        return self.moment(table, student, value)

    def moment(self, table: str, key: str, value: Any) -> datetime:
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError as error:
                raise self.wrong(table, key, f"{value!r} is no date; write 2025-03-03T23:59:00") from error
        if isinstance(value, date) and not isinstance(value, datetime):
            raise self.wrong(table, key, f"{value} has no time of day; write {value}T23:59:00")
        if not isinstance(value, datetime):
            raise self.wrong(table, key, f"{value!r} is no date; write 2025-03-03T23:59:00")
        if value.tzinfo is not None:
            return value
        zone = ZoneInfo(self.zone)
        # of the two 01:30s of the night in which clocks go back the later is meant: in the student's favour
        local = value.replace(tzinfo=zone, fold=1)
        if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != value.replace(tzinfo=None):
            raise self.wrong(table, key, f"{value} does not exist in {self.zone}: clocks go forward over it")
        return local
