"""What Gradescope takes as ``results.json``, field by field, written from its specification and not from our code.

Source: gradescope/autograder_samples, docs/specs.md.
"""

import json
import math
import re
from pathlib import Path
from typing import Any

FORMATS = {"text", "html", "simple_format", "md", "ansi"}
VISIBILITIES = {"hidden", "after_due_date", "after_published", "visible"}
TOP = {
    "score", "execution_time", "output", "output_format", "test_output_format", "test_name_format", "visibility",
    "stdout_visibility", "extra_data", "leaderboard", "tests",
}  # fmt: skip
TEST = {
    "score", "max_score", "status", "name", "name_format", "number", "output", "output_format", "tags", "visibility",
    "extra_data",
}  # fmt: skip


def results(root: Path, *, scored: bool = True) -> dict[str, Any]:
    """The results below ``root``, which Gradescope would take; ``scored=False``: it would show them without a score."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    path = root / "results" / "results.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)
    check(found, scored=scored)
    assert [other.name for other in path.parent.iterdir() if other != path] == []
    return found


def check(found: dict[str, Any], *, scored: bool = True) -> None:
    assert set(found) <= TOP
    number(found.get("execution_time", 0.0))
    assert isinstance(found.get("output", ""), str)
    assert {found.get(key, "text") for key in ("output_format", "test_output_format", "test_name_format")} <= FORMATS
    assert {found.get(key, "hidden") for key in ("visibility", "stdout_visibility")} <= VISIBILITIES
    assert isinstance(found.get("extra_data", {}), dict)
    scores = [test["score"] for test in found["tests"] if "score" in test]
    assert ("score" in found or bool(scores)) == scored, "score: required if tests lack scores"
    if "score" in found:
        number(found["score"])
    for test in found["tests"]:
        assert set(test) <= TEST
        assert isinstance(test["name"], str)
        assert isinstance(test.get("output", ""), str)
        assert {test.get("output_format", "text"), test.get("name_format", "text")} <= FORMATS
        assert test.get("visibility", "visible") in VISIBILITIES
        assert test.get("status", "passed") in {"passed", "failed"}
        assert re.fullmatch(r"\d+(\.\d+)*", test.get("number", "1"))
        assert isinstance(test.get("extra_data", {}), dict)
        assert ("score" in test) == ("max_score" in test)
        if "score" in test:
            assert 0 <= number(test["score"]) <= number(test["max_score"])
    numbers = [test["number"] for test in found["tests"] if "number" in test]
    assert len(set(numbers)) == len(numbers)


def number(value: object) -> float:
    assert isinstance(value, int | float)
    assert not isinstance(value, bool)
    assert math.isfinite(value)
    return value


def named(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The tests by their number."""
    return {test["number"]: test for test in found["tests"] if "number" in test}


def notes(found: dict[str, Any]) -> str:
    """What instructors read in the results themselves."""
    return "\n".join(test["output"] for test in found["tests"] if test["name"] == "For instructors")
