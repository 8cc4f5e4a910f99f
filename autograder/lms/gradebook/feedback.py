"""Feedback on its way back: the zip that an LMS gives out to its students.

Source: Canvas's ``infer_comment_context_from_filename``, Moodle's ``importziplib.php``, Sakai's "Upload All" as
described in docs/lms.md.
"""

import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.errors import UsageError
from autograder.lms.formats import FORMATS
from autograder.lms.records import Left
from autograder.model import Record, Student, Submission

__all__ = ["FEEDBACK_KINDS", "FeedbackZip", "feedback_zip"]

_FORMS = {kind: known.FEEDBACK for kind, known in FORMATS.items() if known.FEEDBACK is not None}
FEEDBACK_KINDS = (*_FORMS,)
"""LMSs that take feedback as a zip."""


class FeedbackZip(Record, frozen=True, kw_only=True):
    """What was packed."""

    lms: str
    path: str
    sent: tuple[Student, ...]
    left: tuple[Left, ...] = ()
    """Students without a page, or whose submission did not come from this LMS's download."""
    upload: str = ""
    """What to do with it in the LMS."""
    warnings: tuple[str, ...] = ()


def feedback_zip(
    lms: str,
    submissions: Sequence[Submission],
    pages: Mapping[str, str | Path],
    out: str | Path,
    *,
    comments: Mapping[str, str] | None = None,
    grades: bytes | None = None,
) -> FeedbackZip:
    """Pack a page a submission under the name by which the LMS finds its student.

    Args:
        lms: one of :data:`FEEDBACK_KINDS`.
        submissions: as graded; their ``lms_tag`` is from the download.
        pages: submission key → its page (HTML).
        out: the zip to write.
        comments: submission key → plain text, where the format has a file for it (Sakai).
        grades: Sakai's filled ``grades.csv``, to go up in the same zip.

    Raises:
        UsageError: the LMS takes no zip, none of the submissions came from its download, or the file cannot be written.
    """
    if lms not in _FORMS:
        raise UsageError(
            f"{lms} takes no feedback as a zip (these do: {', '.join(_FORMS)}): use its grade file's comment column"
        )
    form = _FORMS[lms]
    sent: list[Student] = []
    left: list[Left] = []
    files: dict[str, bytes] = {}
    grouped = False
    for submission in submissions:
        kind, _, tag = (submission.lms_tag or "").partition(":")
        page = pages.get(submission.key)
        if kind != lms or not tag:
            left += [Left(student=s, why=f"not from {lms}'s download: {submission.file}") for s in submission.students]
            continue
        if page is None:
            left += [Left(student=s, why="no feedback page") for s in submission.students]
            continue
        if not re.match(form.finds, tag):
            why = f"{lms} finds nobody by the folder {tag.rstrip('/')!r}: give this page by hand"
            left += [Left(student=s, why=why) for s in submission.students]
            continue
        if f"{tag}{form.page}" in files:
            # The LMS knows one submission and takes one page for it, whoever of the group opens it.
            why = "in a group that gets the page of its first member: the due dates differ, give this page by hand"
            left += [Left(student=s, why=why) for s in submission.students]
            continue
        try:
            files[f"{tag}{form.page}"] = Path(page).read_bytes()
        except OSError as error:
            raise UsageError(f"{page}: cannot be read ({error.strerror}): grade again with the same -o") from error
        comment = (comments or {}).get(submission.key)
        if comment and form.comment is not None:
            files[f"{tag}{form.comment}"] = comment.encode()
        if grades is not None and form.grades is not None:
            files[f"{tag.partition('/')[0]}/{form.grades}"] = grades
        sent += submission.students
        grouped = grouped or len(submission.students) > 1
    if not files:
        raise UsageError(
            f"no submission came from {lms}'s own download, and its names are what {lms} finds students by: grade the "
            f"zip that {lms} gives, as it is"
        )
    try:
        Path(out).parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
            for name in sorted(files):
                # a fixed date: the same feedback is the same zip, and Moodle skips what it has already
                made.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), files[name], zipfile.ZIP_DEFLATED)
    except OSError as error:
        raise UsageError(f"{out}: cannot be written ({error.strerror}): choose another folder with -o") from error
    return FeedbackZip(
        lms=lms,
        path=str(out),
        sent=tuple(sent),
        left=tuple(left),
        upload=form.upload + (form.upload_grades if grades is not None else ""),
        warnings=tuple(filter(None, (form.warning, form.of_groups if grouped else ""))),
    )
