"""What an author is told: a code, a place, what is wrong and what to do."""

from autograder.model import Record


class Finding(Record, frozen=True, kw_only=True):
    """One thing that an author should look at."""

    code: str
    """``S…`` the source, ``B…`` what is built from it, ``R…`` a question's references, ``M…`` its mistakes,
    ``V…`` the answers to try it with."""
    message: str
    fix: str
    question: str | None = None
    cell: int | None = None
    """Cell of the source, from 1."""
    error: bool = True
    """Whether the build is refused; else it is advice."""
    shown: str = ""
    """Lines to show under the message, such as a formula with a caret under its fault."""

    def __str__(self) -> str:
        places = [self.question or "", f"cell {self.cell}" if self.cell else ""]
        where = ", ".join(place for place in places if place)
        kind = "error" if self.error else "advice"
        text = f"{self.code} {kind}{f' ({where})' if where else ''}: {self.message} {self.fix}"
        return "\n    ".join([text, *self.shown.split("\n")]) if self.shown else text
