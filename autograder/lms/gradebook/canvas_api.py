"""Grades and comments straight into Canvas, for those who may make an access token (extra ``[canvas]``).

A dry run unless told otherwise; one request at a time, which stays under Canvas's rate limit, and patience where it
does not; what is done is written down, so that a second run sends only the rest and no comment twice.
Source: canvasapi; Canvas REST API, Submissions and Submission Comments.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from autograder.errors import UsageError
from autograder.lms.numbers import decimal_in
from autograder.lms.records import Change, Left
from autograder.model import Record, Student
from autograder.origin import install_line

__all__ = ["CanvasAssignment", "Uploaded", "Wanted", "upload"]

T = TypeVar("T")
_TRIES = 6


class Wanted(Record, frozen=True, kw_only=True):
    """What one student should have in Canvas."""

    student: Student
    """``id`` is the Canvas user id."""
    grade: str
    """A number with a point, or ``EX``."""
    comment: str = ""
    page: str | None = None
    """A file to attach as a comment."""


@dataclass(frozen=True, kw_only=True)
class CanvasAssignment:
    """One assignment in one Canvas, and the right to grade it."""

    url: str
    """``https://canvas.example.edu``."""
    token: str = field(repr=False)
    """An access token; it is sent to ``url`` only and never written or printed."""
    course: int
    """Canvas id."""
    assignment: int
    """Canvas id."""


class Uploaded(Record, frozen=True, kw_only=True):
    """What was sent, or would be."""

    column: str
    sent: bool
    """False: a dry run."""
    changes: tuple[Change, ...] = ()
    comments: int = 0
    """Comments and files, new ones only."""
    same: int = 0
    """Students whose grade Canvas has already."""
    left: tuple[Left, ...] = ()
    failed: tuple[Left, ...] = ()
    """Not taken by Canvas; run again to send only these."""


def upload(
    wanted: list[Wanted],
    at: CanvasAssignment,
    *,
    done: str | Path,
    send: bool = False,
    pause: Callable[[float], None] = time.sleep,
    progress: Callable[[int, int], None] = lambda number, of: None,
) -> Uploaded:
    """Bring Canvas to what is wanted.

    Args:
        wanted: a student each; nobody else's grade is touched.
        at: where, and with whose rights.
        done: a file of what was sent, read before and added to (JSON lines).
        send: False looks and changes nothing.
        pause: waits some seconds, when Canvas asks for patience.
        progress: called after each student with how many are done, and of how many.

    Raises:
        UsageError: canvasapi is not installed, the token or an id is wrong, or Canvas cannot be reached.
    """
    try:
        from canvasapi import Canvas
        from canvasapi.exceptions import CanvasException
        from requests.exceptions import RequestException
    except ImportError as error:
        raise UsageError(f"uploading needs canvasapi: {install_line('canvas')}") from error
    url = at.url
    site = urlsplit(url)
    if site.scheme != "https" and site.hostname not in ("127.0.0.1", "localhost"):
        raise UsageError(f"{url}: an access token goes over https only: write https://{site.hostname or url}")
    patient = _Patience(pause)
    try:
        target = patient(lambda: Canvas(url, at.token).get_course(at.course).get_assignment(at.assignment))
        held = {
            str(submission.user_id): submission
            for submission in patient(lambda: list(target.get_submissions(include=["submission_comments"])))
        }
    except CanvasException as error:
        raise UsageError(f"{url}: course {at.course}, assignment {at.assignment}: {_said(error)}") from error
    except RequestException as error:
        raise UsageError(f"{url}: cannot be reached ({type(error).__name__}): check the address") from error
    log = _Log(Path(done), f"{at.course}/{at.assignment}")
    changes: list[Change] = []
    left: list[Left] = []
    failed: list[Left] = []
    comments = same = 0
    for number, one in enumerate(wanted, start=1):
        submission = held.get(one.student.id)
        if submission is None:
            left.append(Left(student=one.student, why="not a student of this assignment in Canvas"))
            continue
        if getattr(submission, "excused", False) and one.grade != "EX":
            left.append(Left(student=one.student, why="excused in Canvas: kept"))
            continue
        old, new = _held(submission), one.grade
        todo = _comments(one, submission, log)
        if _equal(old, new):
            same += 1
        else:
            changes.append(Change(student=one.student, column=target.name, old=old, new=new))
        comments += len(todo)
        if send:
            try:
                if not _equal(old, new):
                    patient(_setting(submission, new))
                for mark, act in todo:
                    patient(act)
                    log.add(one.student.id, mark)
            except CanvasException as error:
                failed.append(Left(student=one.student, why=_said(error)))
            except RequestException as error:
                failed.append(Left(student=one.student, why=f"connection lost ({type(error).__name__})"))
        progress(number, len(wanted))
    refused = {one.student.id for one in failed}
    return Uploaded(
        column=target.name,
        sent=send,
        changes=tuple(change for change in changes if change.student.id not in refused),
        comments=comments,
        same=same,
        left=tuple(left),
        failed=tuple(failed),
    )


def _setting(submission: Any, new: str) -> Callable[[], object]:
    return lambda: submission.edit(submission={"excuse": True} if new == "EX" else {"posted_grade": new})


def _held(submission: Any) -> str:
    if getattr(submission, "excused", False):
        return "EX"
    score = getattr(submission, "score", None)
    if score is None:
        return str(getattr(submission, "grade", None) or "")
    return format(Decimal(repr(score)).normalize(), "f")


def _equal(old: str, new: str) -> bool:
    number = decimal_in(new)
    return old == new or (number is not None and decimal_in(old) == number)


def _comments(one: Wanted, submission: Any, log: "_Log") -> list[tuple[str, Callable[[], object]]]:
    """What is still to be said to a student: (mark for the log, call)."""
    todo: list[tuple[str, Callable[[], object]]] = []
    there = {entry.get("comment") for entry in getattr(submission, "submission_comments", None) or []}
    if one.comment and one.comment not in there:
        mark = _mark(one.comment.encode())
        if not log.has(one.student.id, mark):
            todo.append((mark, lambda: submission.edit(comment={"text_comment": one.comment})))
    if one.page is not None:
        try:
            mark = _mark(Path(one.page).read_bytes())
        except OSError as error:
            raise UsageError(f"{one.page}: cannot be read ({error.strerror}): check --feedback") from error
        if not log.has(one.student.id, mark):
            todo.append((mark, lambda: _attach(submission, str(one.page))))
    return todo


def _attach(submission: Any, page: str) -> None:
    from canvasapi.exceptions import CanvasException

    taken, answer = submission.upload_comment(page)
    if not taken:
        raise CanvasException(f"the file was not taken: {answer}")


def _mark(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _said(error: Exception) -> str:
    name = type(error).__name__
    known = {
        "InvalidAccessToken": "the access token is not valid: make a new one in Canvas, Account, Settings",
        "Unauthorized": "this token may not do that: your role in the course must be allowed to edit grades",
        "Forbidden": "this token may not do that: your role in the course must be allowed to edit grades",
        "ResourceDoesNotExist": "there is no such course or assignment: take the ids from the address in the browser",
        "RateLimitExceeded": "Canvas asks to slow down: run again later, what is done is not sent twice",
    }
    return known.get(name, f"{name}: {error}"[:300])


class _Patience:
    """Calls again, after a while, what Canvas refused for being too much at once or for a hiccup of its own."""

    def __init__(self, pause: Callable[[float], None]) -> None:
        self.pause = pause

    def __call__(self, call: Callable[[], T]) -> T:
        from canvasapi.exceptions import CanvasException

        for attempt in range(_TRIES):
            try:
                return call()
            except CanvasException as error:
                text = str(error)
                # older Canvas says 403 with these words, newer 429
                slow = type(error).__name__ == "RateLimitExceeded" or "Rate Limit Exceeded" in text
                hiccup = any(f"status code {status}" in text for status in (500, 502, 503, 504))
                if not (slow or hiccup) or attempt == _TRIES - 1:
                    raise
                self.pause(2.0**attempt)
        raise AssertionError("the loop returns or raises")


class _Log:
    """What was said to whom, so that nobody hears it twice."""

    def __init__(self, path: Path, assignment: str) -> None:
        self.path = path
        self.assignment = assignment
        self.said: set[tuple[str, str]] = set()
        if path.exists():
            for line in path.read_text("utf-8").splitlines():
                try:
                    entry: Mapping[str, str] = json.loads(line)
                except ValueError:
                    continue  # the last line of a run that was killed
                if entry.get("assignment") == assignment:
                    self.said.add((entry["user"], entry["mark"]))

    def has(self, user: str, mark: str) -> bool:
        return (user, mark) in self.said

    def add(self, user: str, mark: str) -> None:
        self.said.add((user, mark))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"assignment": self.assignment, "user": user, "mark": mark}) + "\n")
