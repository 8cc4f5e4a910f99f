"""A number that the pages repeat is the number of what it counts."""

import re

import pytest

from autograder import questions
from autograder.compare.arbiter import child, parent
from autograder.lms.intake import archive, choose
from autograder.lms.intake.slim import CPU_SECONDS, MEMORY_BYTES
from autograder.mistakes import MISTAKES
from tests import ROOT

WORDS = {8: "eight", 9: "nine"}

NOT_KINDS = ("Question", "Carried", "CheckFailed", "CheckUndecided")
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


MB, GB = 2**20, 2**30
ONE = archive.ONE_STUDENT
PROMISED = [
    # page, the words around the numbers, what the code has
    (
        "docs/security.md",
        r"two formulas to be compared \| ([\d.]+) s of processor time, (\d+) GB",
        (parent.HARD_SECONDS, child.MEMORY_BYTES / GB),
    ),
    ("docs/security.md", r"a notebook's file \| (\d+) MB", (choose.LARGEST / MB,)),
    (
        "docs/security.md",
        r"a zip \| ([\d,]+) files, (\d+) MB unpacked, (\d+) MB a file, and a list of files of (\d+) kB",
        (ONE.entries, ONE.total / MB, ONE.entry / MB, ONE.entries * archive._ENTRY / 1000),
    ),
    (
        "docs/security.md",
        r"a notebook above (\d+) MB \| read in a process of its own: (\d+) GB, (\d+) s of processor time",
        (choose.SLIM_FROM / MB, MEMORY_BYTES / GB, CPU_SECONDS),
    ),
    ("docs/decisions.md", r"Nothing below (\d+) MB is a bomb", (ONE.ratio_from / MB,)),
]


@pytest.mark.parametrize(("page", "words", "numbers"), PROMISED)
def test_a_limit_is_what_is_promised(page: str, words: str, numbers: tuple[float, ...]) -> None:
    found = re.search(words, (ROOT / page).read_text(encoding="utf-8"))
    assert found, f"{page} says it otherwise now: {words}"
    assert tuple(float(number.replace(",", "")) for number in found.groups()) == numbers
