"""Attacks on plain tests, each a small Otter assignment under ``submissions/attacks``: what every one of them earns.

``attack_texts.py`` says how the texts are read. Every attacker's answer gives what its text says: 0, or a person's
decision, and what of it is deserved; every honest answer gives all points, in the same class.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.batch import Workers
from autograder.model import Status, SubmissionResult, Trust
from tests.parity.attack_texts import ALL, KINDS, attack, deserved, full, honest, left, table
from tests.parity.parity_groups import graded_class, notebook_of, read, written
from tests.sandbox.jail_samples import needs_jail

pytestmark = needs_jail


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(1) as opened:
        yield opened


def scores(result: SubmissionResult) -> dict[str, float | None]:
    return {question.name: question.score for question in result.questions}


def test_each_class_has_three_attacks_and_each_question_an_honest_answer() -> None:
    kinds = [group.settings["kind"] for group in ALL.values()]
    assert set(kinds) == set(KINDS)
    assert all(kinds.count(kind) >= 3 for kind in KINDS)
    assert all(part.one_of("honest") for group in ALL.values() for part in group.questions)


def test_the_documentation_has_this_table(course_root: Path) -> None:
    assert table() in (course_root / "docs" / "security.md").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(ALL))
def test_an_attack_earns_nothing(name: str, tmp_path: Path, workers: Workers) -> None:
    group = ALL[name]
    paths = written(tmp_path, name, {"attack": attack(group), "honest": honest(group)})
    archive = group.archive(tmp_path)
    results = graded_class(archive, paths, tmp_path / "grades", workers, solution=paths["honest"])
    assert scores(results["honest"]) == full(group)
    assert results["honest"].status is Status.GRADED
    assert scores(results["attack"]) == deserved(group) | dict.fromkeys(left(group))
    assert all(question.trust is Trust.JUDGE for question in results["attack"].questions)
    ends = group.settings.get("ends")
    status = Status.FAILED if ends else Status.NEEDS_REVIEW if left(group) else Status.GRADED
    assert results["attack"].status is status
    assert ends in (None, results["attack"].reason)


FORGED: dict[str, Any] = {
    "a function that nobody gave": ["yours", 0],
    "a function that is not there": ["function", 9999, "f"],
    "an object that is not there": ["kept", "float", "it stays", False, 9999],
    "an object that is plain and stays": ["reduced", "float", ["kept", "float", "it stays"], 9999],
    "a module that runs commands": ["module", "os"],
    "a module of ours": ["module", "autograder.otter"],
    "a class that nobody rebuilds": ["rebuilt", "subprocess.Popen", ["true"]],
    "parts of which nothing is made": ["rebuilt", "re.Pattern", ["(", 0]],
    "a figure of nothing": ["figure", "AAAA"],
    "an array of another size": ["array", "numpy", "<f8", [7], "AAAA"],
    "a list of what is no list": ["list", "deque of everything", [1, 2]],
    "a record of the judge's": ["elsewhere", 0, "int"],
    "an argument that was handed back": ["same", 0],
    "an object that was lent": ["lent", 0, 5],
    "no name at all": ["missing"],
    "what nobody has heard of": ["never", 1],
}
SWALLOWS = """Whatever a test does with a forged record, it earns nothing
== control
control = "<77>"
-- test
>>> control
77
== seen
answer = "<forged>"
-- test
def test_swallows(answer):
    try:
        fine = answer == 5
    except BaseException:
        fine = True
    assert fine
-- test
def test_counts(answer):
    try:
        fine = len([answer]) == 2 or [answer] == [5]
    except BaseException:
        fine = True
    assert fine
== called
def call(x):
    return "<forged>"
-- test
def test_called(call):
    try:
        fine = call(2) == 5
    except BaseException:
        fine = True
    assert fine
== nested
parts = ["<forged>", {"key": "<forged>"}]
-- test
>>> try:
...     fine = parts[0] == parts[1]['key'] == 5
... except BaseException:
...     fine = True
>>> fine
True
"""
FORGER = """
import sys, msgspec
for name, module in list(sys.modules.items()):
    if name.startswith("autograder.") and hasattr(module, "_encoder") and hasattr(module, "Line"):
        plain = module._encoder
        class Forger:
            def encode(self, message):
                told = plain.encode(message).replace(b'"<77>"', b"77")
                return told.replace(b'"<forged>"', RECORD)
        module._encoder = Forger()
"""


@pytest.mark.slow
def test_no_forged_record_is_swallowed_into_points(tmp_path: Path, workers: Workers) -> None:
    (tmp_path / "forged.txt").write_text(SWALLOWS)
    group = read(tmp_path / "forged.txt")
    cells = [part.right for part in group.questions]
    notebooks = {
        f"{place:02}": notebook_of([FORGER.replace("RECORD", repr(json.dumps(record).encode())), *cells])
        for place, record in enumerate(FORGED.values())
    }
    notebooks["plain"] = notebook_of([FORGER.replace("RECORD", 'b"5"'), *cells])
    results = graded_class(
        group.archive(tmp_path), written(tmp_path, "forged", notebooks), tmp_path / "grades", workers
    )
    assert scores(results.pop("plain")) == full(group)
    for name, result in zip(FORGED, results.values(), strict=True):
        earned = {question: score for question, score in scores(result).items() if question != "control"}
        assert set(earned.values()) <= {None, 0.0}, name
        assert all(question.trust is Trust.JUDGE for question in result.questions), name


@pytest.mark.slow
def test_two_who_patch_are_no_half_of_a_class(tmp_path: Path, workers: Workers) -> None:
    group = ALL["only-inside-numpy"]
    archive = group.archive(tmp_path)
    for honest_ones, patched, wanted in ((0, 1, None), (0, 2, None), (3, 2, None), (4, 1, None)):
        folder = tmp_path / f"{honest_ones}-{patched}"
        notebooks = {f"honest{n}": honest(group) for n in range(honest_ones)}
        notebooks |= {f"patched{n}": attack(group) for n in range(patched)}
        results = graded_class(archive, written(folder, group.name, notebooks), folder / "grades", workers)
        for key, result in results.items():
            expected = dict.fromkeys(full(group), wanted) if key.startswith("patched") else full(group)
            assert scores(result) == expected
