"""What every LMS's file in this folder must offer, in one place."""

from collections.abc import Collection, Sequence
from typing import Protocol

from autograder.lms.records import Bundle, Column, Item, Layout
from autograder.lms.table import Table
from autograder.model import Record

__all__ = ["FeedbackForm", "Format", "mail_aliases"]


class FeedbackForm(Record, frozen=True, kw_only=True):
    """How an LMS takes a zip of pages back; names are joined to :attr:`autograder.model.Submission.lms_tag`."""

    page: str
    """Name of a submission's page."""
    comment: str | None = None
    """Name of a file of plain text beside it, where the LMS reads one."""
    grades: str | None = None
    """Name of the file of grades at the top of the zip, where one goes up with the pages."""
    warning: str = ""
    """What to know before uploading."""


class Format(Protocol):
    """One LMS, a module of its own."""

    KIND: str
    """Its name for ``--lms``."""
    OWN_FILES: tuple[str, ...]
    """Files (without case) that the LMS itself puts beside the submissions: an index, a list of grades."""
    FEEDBACK: FeedbackForm | None
    """None: it takes no pages as a zip."""

    def claims(self, parts: tuple[str, ...]) -> bool:
        """Whether this LMS's download of all submissions would give a file this path."""
        ...

    def bundles(self, items: Sequence[Item], source: str, usernames: Collection[str]) -> list[Bundle]:
        """The submissions among the files that it claims.

        Args:
            items: the files.
            source: the download's name, for messages.
            usernames: ids on the roster, for an LMS whose names cannot be read without them.
        """
        ...

    def recognises(self, table: Table) -> int | None:
        """Index of the header row, when this is its gradebook; None when it is not."""
        ...

    def layout(self, table: Table, header_row: int) -> Layout:
        """Where everything stands in its gradebook.

        Raises:
            UsageError: a column or cell is not as the LMS takes it back.
        """
        ...

    def warn(self, column: Column) -> list[str]:
        """What the LMS will do to grades in this column without saying so."""
        ...


def mail_aliases(address: str) -> tuple[str, ...]:
    """The address, and what stands before the ``@``: files are often named after it."""
    return (address, address.partition("@")[0]) if "@" in address else (address,)
