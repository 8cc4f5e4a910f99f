"""A number that the pages repeat is the number of what it counts."""

import re

import pytest

from autograder import questions
from autograder.mistakes import MISTAKES
from tests import ROOT

WORDS = {7: "seven", 8: "eight"}

NOT_KINDS = ("Question", "CheckFailed", "CheckUndecided")
KINDS = [name for name in questions.__all__ if name[0].isupper() and name not in NOT_KINDS]
COURSE = list((ROOT / "solutions").glob("*/*.ipynb"))
GENERATED = [mistake for mistake in MISTAKES.values() if mistake.rule is not None or mistake.whole is not None]

REPEATED = [
    # page, the words around the number, how many there are
    ("CHANGELOG.md", r"([\w-]+) kinds of questions judge", len(KINDS)),
    ("CHANGELOG.md", r"([\w-]+) assignments from slopes", len(COURSE)),
    ("README.md", r"the course of ([\w-]+) notebooks", len(COURSE)),
    ("docs/course.md", r"([\w-]+) notebooks", len(COURSE)),
    ("README.md", r"([\w-]+) mistakes are generated", len(GENERATED)),
    ("docs/mistakes.md", r"([\w-]+) mistakes\. A wrong answer", len(MISTAKES)),
]


@pytest.mark.parametrize(("page", "words", "number"), REPEATED)
def test_a_repeated_number_is_counted(page: str, words: str, number: int) -> None:
    found = re.search(words, (ROOT / page).read_text(encoding="utf-8"))
    assert found, f"{page} says it otherwise now: {words}"
    assert found[1].lower() in (str(number), WORDS.get(number))
