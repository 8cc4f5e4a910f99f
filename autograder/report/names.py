"""What a submission is called on the pages, and where its own page lies."""

from autograder.model import SubmissionResult


def display_name(result: SubmissionResult) -> str:
    """The names of everybody who handed this in, or the ids where there is no name."""
    return ", ".join(student.name or student.id for student in result.submission.students) or result.submission.key


def page_name(result: SubmissionResult) -> str:
    """Where this submission's page lies, relative to ``report.html``; keys are safe as file names."""
    return f"feedback/{result.submission.key}.html"
