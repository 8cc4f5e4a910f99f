"""What a submission is called on the pages, and where its own page lies."""

import re
from collections.abc import Mapping

from autograder.model import Run, SubmissionResult

_HEADING = re.compile(r"#{1,6} +(.+)")
_NUMBER = re.compile(r"^(?:question|exercise|task|frage|aufgabe)?\s*\d+\w?\s*[:.)–-]\s*", re.IGNORECASE)
_DRAWN = re.compile(r"\$\s*\{\{ .+? \}\}\s*\$|`\{\{ .+? \}\}`|\{\{ .+? \}\}")
_POINTS = re.compile(r"\s*\([^()]*\b(?:points?|punkte?|pts?)\b\.?\)\s*$", re.IGNORECASE)


def question_title(prompt: str) -> str:
    r"""What a question is called in its prompt's heading, without its number and points; nothing where it has none.

    What is drawn is left out: a class has many numbers in one place.

    >>> question_title("### Question 5: a product with a chain inside  (4 points)\n\n**Asked:** …")
    'a product with a chain inside'
    >>> question_title("## Question 2: the slope of $f(x) = {{ f }}$ at {{ p }}")
    'the slope of $f(x) = …$ at …'
    """
    found = _HEADING.match(prompt.lstrip())
    return "" if found is None else _NUMBER.sub("", _POINTS.sub("", _DRAWN.sub("…", found[1].strip()))).strip("# ")


def prompt_of(run: Run, result: SubmissionResult, question: str) -> str:
    """What this student was asked, in Markdown: with the numbers of their own, where everybody has other ones."""
    return _own_prompts(run, result).get(question) or everybodys_prompt(run, question)


def everybodys_prompt(run: Run, question: str) -> str:
    """What a question asks of everybody, in Markdown: a sign stands where each has numbers of their own."""
    text = run.prompts.get(question, "")
    return _DRAWN.sub("…", text) if run.versions else text


def version_of(run: Run, result: SubmissionResult, question: str) -> int | None:
    """Which version of a question this student was asked, from 0; None for a question that is everybody's."""
    return version(result) if question in _own_prompts(run, result) else None


def version(result: SubmissionResult) -> int | None:
    """On which version's numbers a work was graded, from 0: of several the last; None where there are none."""
    return next(reversed(result.numbers_of.values()), None)


def _own_prompts(run: Run, result: SubmissionResult) -> Mapping[str, str]:
    number = version(result)
    return run.versions[number] if number is not None and number < len(run.versions) else {}


def display_name(result: SubmissionResult) -> str:
    """The names of everybody who handed this in, or the ids where there is no name."""
    return ", ".join(student.name or student.id for student in result.submission.students) or result.submission.key


def page_name(result: SubmissionResult) -> str:
    """Where this submission's page lies, relative to ``report.html``; keys are safe as file names."""
    return f"feedback/{result.submission.key}.html"


def page_names(result: SubmissionResult) -> list[str]:
    """The page, and of group work the same under the key of each further member."""
    return [f"feedback/{key}.html" for key in (result.submission.key, *result.submission.member_keys)]
