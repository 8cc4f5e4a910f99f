"""Comments with points: written once, used again by one key, kept in a small file with the assignment for next year.

A comment's points are signed. Where a chosen comment gives points, a decision starts at 0; else it starts at the full
points, and comments take from them. Nothing goes below 0 or above what the question is worth.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from math import isfinite
from pathlib import Path
from unicodedata import category

import msgspec

from autograder.desk.answers import Piece
from autograder.errors import RefusedError, UsageError
from autograder.model import Record
from autograder.report import number, write_atomically

N_ = str  # marks a sentence for translation where it is not yet translated
FILE = "rubric.json"
LONGEST = 2_000
MOST = 60
"""Comments of one question, and characters and number of what a file may bring in."""


class Comment(Record, frozen=True, kw_only=True):
    """One sentence that several students may get."""

    id: str
    text: str
    points: float | None = None
    """Added to what the decision starts at; None: it says something and is worth nothing."""
    removed: bool = False
    """Taken out: nobody gets it any more, and who got it keeps what it said."""


class Reworded(Exception):
    """A comment says something else than it did on the page, or was taken out; nothing was stored."""


class Rubric(Record, frozen=True, kw_only=True):
    """The comments of an assignment."""

    assignment: str = ""
    questions: dict[str, tuple[Comment, ...]] = msgspec.field(default_factory=dict)

    def of(self, question: str) -> tuple[Comment, ...]:
        """Those that can be given."""
        return tuple(one for one in self.questions.get(question, ()) if not one.removed)

    def chosen(self, question: str, ids: Iterable[str], *, removed: bool = False) -> tuple[Comment, ...]:
        """The comments of these ids, in the rubric's order; where ``removed``, those that were taken out as well."""
        wanted = set(ids)
        every = self.questions.get(question, ())
        return tuple(one for one in every if one.id in wanted and (removed or not one.removed))

    def check(self, question: str, seen: Mapping[str, str]) -> None:
        """Whether comments say what somebody saw.

        Args:
            seen: id → :func:`mark` of what the page showed.

        Raises:
            Reworded: one of them does not.
        """
        now = {one.id: mark(one) for one in self.of(question)}
        if any(now.get(id) != shown for id, shown in seen.items()):
            raise Reworded

    def having(self, question: str, comment: Comment) -> "Rubric":
        """With a comment added, or changed where there is one of its id."""
        known = self.questions.get(question, ())
        if any(one.id == comment.id for one in known):
            after = tuple(comment if one.id == comment.id else one for one in known)
        else:
            after = (*known, comment)
        if _given(after) > MOST:
            raise RefusedError(
                N_("%(question)s has %(most)d comments already: change one, or take one out."),
                question=question,
                most=MOST,
            )
        return msgspec.structs.replace(self, questions={**self.questions, question: after})

    def beginning(self, expected: Mapping[str, Sequence[Comment]]) -> "Rubric":
        """With these before its own; one that somebody has changed or taken out since stays as it is now."""
        changed = dict(self.questions)
        for question, comments in expected.items():
            known = self.questions.get(question, ())
            if new := tuple(one for one in comments if all(one.id != other.id for other in known)):
                changed[question] = (*new, *known)
        return msgspec.structs.replace(self, questions=changed)

    def without(self, question: str, id: str) -> "Rubric":
        """With a comment taken out."""
        known = self.questions.get(question, ())
        after = tuple(msgspec.structs.replace(one, removed=True) if one.id == id else one for one in known)
        return msgspec.structs.replace(self, questions={**self.questions, question: after})


def expected(pieces: Iterable[Piece], possible: float) -> tuple[Comment, ...]:
    """A question's key ideas, as its author wrote them, as comments: each gives its points, or its share.

    Args:
        pieces: answers to the question; what was asked of one has the ideas.
        possible: the question's points.
    """
    ideas = next((check.ideas for piece in pieces for check in piece.all_checks if check.ideas), ())
    made = []
    for idea in ideas:
        points = possible / len(ideas) if idea.points is None else min(idea.points, possible)
        id = sha256(idea.text.encode()).hexdigest()[:8]
        made.append(comment(idea.text, points, possible=possible, id=f"idea-{id}"))
    return tuple(made)


def typed(text: str) -> str:
    r"""What somebody typed or pasted, in one line and without characters that no file can hold or nobody sees.

    >>> typed("sign\x00 lost\n here")
    'sign lost here'
    """
    return " ".join("".join(c for c in text if c.isspace() or category(c) not in ("Cc", "Cs")).split())


def mark(comment: Comment) -> str:
    """What tells whether a comment is as it was."""
    return sha256(f"{comment.points} {comment.text}".encode()).hexdigest()[:12]


def comment(text: str, points: float | None, *, possible: float, id: str = "") -> Comment:
    """A comment as somebody typed it.

    Raises:
        UsageError: it has no text, too much of it, or more points than there are.
    """
    text = typed(text)
    if not text or len(text) > LONGEST:
        raise RefusedError(N_("A comment needs a text of at most %(most)d characters."), most=LONGEST)
    if points is not None and not (isfinite(points) and abs(points) <= possible):
        raise RefusedError(
            N_("%(points)s: give points between %(least)s and %(most)s."),
            points=number(points),
            least=number(-possible),
            most=number(possible),
        )
    return Comment(id=id or secrets.token_hex(4), text=text, points=points)


def _given(comments: Iterable[Comment]) -> int:
    """How many of them can be given."""
    return sum(not one.removed for one in comments)


def points_of(comments: Sequence[Comment], possible: float) -> float | None:
    """What the comments come to; None where none of them has points.

    >>> points_of([Comment(id="a", text="sign lost", points=-0.5), Comment(id="b", text="nice")], 3.0)
    2.5
    >>> points_of([Comment(id="a", text="rule named", points=1), Comment(id="b", text="example", points=1)], 3.0)
    2.0
    """
    worth = [comment.points for comment in comments if comment.points is not None]
    if not worth:
        return None
    start = 0.0 if any(one > 0 for one in worth) else possible
    return min(max(start + sum(worth), 0.0), possible)


def sentence(comments: Sequence[Comment], note: str = "") -> str:
    """What the student reads.

    >>> sentence([Comment(id="a", text="sign lost", points=-0.5)], "look at the second term")
    'sign lost (−0.5); look at the second term'
    """
    parts = [f"{one.text} ({signed(one.points)})" if one.points else one.text for one in comments]
    return "; ".join(part for part in (*parts, " ".join(note.split())) if part)


def signed(points: float) -> str:
    """``+1``, ``−0.5``: with a real minus sign."""
    return f"{'+' if points > 0 else '−'}{number(abs(points))}"


def read(path: Path) -> Rubric:
    """The rubric in a file; an empty one where there is no file.

    Raises:
        UsageError: it cannot be read, or is no rubric.
    """
    try:
        return parsed(path.read_bytes(), path.name)
    except FileNotFoundError:
        return Rubric()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from error


def parsed(content: bytes, name: str = FILE) -> Rubric:
    """The rubric that a file's bytes hold.

    Raises:
        UsageError: it is none.
    """
    try:
        found = msgspec.json.decode(content, type=Rubric)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise RefusedError(N_("%(file)s: no rubric: %(why)s"), file=name, why=error) from error
    everything = [one for comments in found.questions.values() for one in comments]
    if any(_given(comments) > MOST for comments in found.questions.values()) or any(
        len(one.text) > LONGEST or not one.text.strip() or not isfinite(one.points or 0.0) for one in everything
    ):
        raise RefusedError(
            N_("%(file)s: at most %(most)d comments a question, each with at most %(longest)d characters."),
            file=name,
            most=MOST,
            longest=LONGEST,
        )
    return found


def write(rubric: Rubric, path: Path) -> None:
    """Keep the rubric.

    Raises:
        UsageError: the file cannot be written.
    """
    write_atomically(path, text(rubric), durable=True)


def text(rubric: Rubric) -> bytes:
    """The file's bytes."""
    return msgspec.json.format(msgspec.json.encode(rubric), indent=1) + b"\n"


def merged(mine: Rubric, other: Rubric, questions: Mapping[str, float]) -> Rubric:
    """Mine with what the other has besides: comments of the same id or the same text are there already.

    Points beyond a question's are cut to it; questions that the assignment does not have are left out.
    """
    for question, comments in other.questions.items():
        if question not in questions:
            continue
        for one in comments:
            known = mine.of(question)
            if one.removed or any(one.id == other.id or one.text == other.text for other in known):
                continue
            most = questions[question]
            points = None if one.points is None else min(max(one.points, -most), most)
            mine = mine.having(question, comment(one.text, points, possible=most, id=one.id))
    return msgspec.structs.replace(mine, assignment=mine.assignment or other.assignment)
