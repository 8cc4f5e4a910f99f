"""The policy in docs/lms.md is one, and the page names every LMS and every reason."""

import re

import pytest

from autograder import lms
from autograder.lms import read_policy
from autograder.lms.policy import file
from tests import ROOT

REASONS = (
    "bad-zip", "duplicate-name", "empty", "encrypted", "misplaced", "nested-zip", "not-a-file", "not-a-notebook",
    "not-found", "several-notebooks", "several-submissions", "symlink", "too-large", "unreadable", "zip-bomb",
    "zip-slip",
)  # fmt: skip
PAGE = ROOT / "docs" / "lms.md"


@pytest.mark.parametrize("source", ["page", "docstring"])
def test_the_policy_that_is_shown_is_one(tmp_path, source):
    if source == "page":
        text = re.search(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[1]
    else:
        text = file.__doc__.partition("may be left out:")[2].replace("\n    ", "\n")
    (tmp_path / "course.toml").write_text(text, encoding="utf-8")
    policy = read_policy(tmp_path / "course.toml").of("HW 1")
    assert policy.late.slip_days == 4
    assert policy.slip_used == {"0012": 1}


def test_the_page_names_every_lms_and_every_reason():
    page = PAGE.read_text(encoding="utf-8")
    for reason in REASONS:
        assert f"`{reason}`" in page, reason
    for kind in lms.KINDS:
        assert kind == "plain" or f"| {kind.capitalize()} |" in page
