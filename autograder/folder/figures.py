"""The figures that a student saw: taken from the notebook as it was handed in, and shown on the student's page.

They are what the notebook saved, not drawn again: that costs nothing while a class is graded, and is what the student
looked at. What was judged is the figure that the notebook drew when it was run; its description stands beside.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from autograder.model import Submission, SubmissionResult
from autograder.report import rebuilt
from autograder.untrusted import guarded, json_of

LONGEST = 30_000_000
"""Characters of a notebook that is looked through."""
MOST = 3
"""Figures of one question."""
_CHECK = re.compile(r"""grader\.check\(["']([\w.-]+)["']\)""")


def asks_for_figures(result: SubmissionResult) -> frozenset[str]:
    """Names of the questions that were answered with a figure."""
    return frozenset(
        question.name
        for question in result.questions
        if any(check.answer_kind == "figure" for case in question.cases for check in case.checks)
    )


def notebook_digest(result: SubmissionResult, folder: Path) -> str:
    """Of the file whose figures the page shows; empty where it shows none."""
    if not asks_for_figures(result):
        return ""
    try:
        return hashlib.sha256(notebook_path(folder, result.submission).read_bytes()).hexdigest()
    except OSError:
        return ""


def figures_of(result: SubmissionResult, folder: Path) -> Mapping[str, tuple[str, ...]]:
    """Question → its figures as ``data:`` addresses of PNGs that were checked and rebuilt.

    A question's are those that were shown between the check before and its own.
    """
    wanted = asks_for_figures(result)
    if not wanted:
        return {}
    try:
        text = notebook_path(folder, result.submission).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    found: Mapping[str, tuple[str, ...]] = guarded(
        lambda: {name: shown for name, shown in _by_question(json_of(text)) if name in wanted and shown},
        of=text,
        longest=LONGEST,
        otherwise=lambda why: {},
    )
    return found


def _by_question(notebook: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    since: list[str] = []
    for cell in notebook["cells"]:
        if cell.get("cell_type") != "code":
            continue
        source = cell.get("source", "")
        checks = _CHECK.findall(source if isinstance(source, str) else "".join(source))
        since += [picture for output in cell.get("outputs", []) if (picture := _picture(output))]
        for name in checks:
            yield name, tuple(since[-MOST:])
        if checks:
            since = []


def _picture(output: Any) -> str | None:
    held = output.get("data", {}).get("image/png") if isinstance(output, dict) else None
    text = "".join(held) if isinstance(held, list) else held
    if not isinstance(text, str):
        return None
    try:
        sound = rebuilt(base64.b64decode(text))
    except (binascii.Error, ValueError):
        return None
    return None if sound is None else f"data:image/png;base64,{base64.b64encode(sound).decode()}"


def notebook_path(folder: Path, submission: Submission) -> Path:
    """Where a student's notebook lies: in the folder if it was unpacked; a loose one stays where it was given.

    Then its path is as it was typed, often relative to where one stood: mostly beside the output folder.
    """
    places = [folder / submission.path, Path(submission.path).absolute(), folder.resolve().parent / submission.path]
    return next((place for place in places if place.exists()), places[1])
