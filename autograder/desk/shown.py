"""What somebody sees of a class at a desk: one group, how far a question is."""

from autograder.desk.answers import Member
from autograder.desk.groups import Group
from autograder.model import Record


class Shown(Record, frozen=True, kw_only=True):
    """One group as somebody sees it."""

    question: str
    filter: str
    group: Group
    members: tuple[Member, ...]
    """Those that the filter lets through; the open ones first."""
    place: int
    """Among the groups, from 0."""
    of: int
    before: str
    """Id of an answer in the group before, and after; empty where there is none."""
    after: str

    @property
    def first(self) -> Member:
        """Whose answer stands for all."""
        return self.members[0]


class Progress(Record, frozen=True, kw_only=True):
    """How far one question is."""

    question: str
    answers: int
    undecided: int
    """That the tests left to a person."""
    open: int
    """Of these, those that still are."""
    groups: int | None
    """In how many groups the open ones are; None before that is known."""
