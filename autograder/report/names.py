"""What a submission is called on the pages, and where its own page lies."""

from autograder.model import SubmissionResult


def display_name(result: SubmissionResult) -> str:
    """The names of everybody who handed this in, or the ids where there is no name."""
    return ", ".join(student.name or student.id for student in result.submission.students) or result.submission.key


def page_name(result: SubmissionResult) -> str:
    """Where this submission's page lies, relative to ``report.html``; keys are safe as file names."""
    return f"feedback/{result.submission.key}.html"


def page_names(result: SubmissionResult) -> list[str]:
    """The page, and of group work the same under the key of each further member."""
    return [f"feedback/{key}.html" for key in (result.submission.key, *result.submission.member_keys)]
