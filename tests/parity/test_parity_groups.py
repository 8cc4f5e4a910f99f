"""Questions of every kind that plain Otter courses ask, each with the score that ``otter run`` gives it.

The assignments are texts under ``submissions/parity/groups``; ``parity_groups.py`` says how they are read and shows
what we make of one of them, ``record_parity.py`` runs ``otter run`` on them.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.batch import Workers
from tests.parity.parity_groups import FORMS, GROUPS, compared, graded, groups, recorded
from tests.parity.record_parity import otter_run
from tests.sandbox.jail_samples import needs_jail

ALL = {group.name: group for group in groups()}
LAST_JAX = sorted(ALL, key=lambda name: ("import jax" in ALL[name].notebook("right"), name))
"""What is imported for one group is there for those after it, and JAX is the largest."""
RECORDED = recorded()
LIVE = (("modules-blank", "mixed"), ("star-future", "right"))
LEFT: dict[str, list[str]] = {}
"""Group → the scores that are left to a person, each as ``form/question``; at most 1 % of all."""

pytestmark = needs_jail


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """One judge and one jail for all groups.

    It imports what each of them asks for, and would be replaced on the way for what it has grown by. Where nothing can
    be kept no group's solution is run once more, and none has a jail of its own that shows what this compiles.
    """
    with pytest.MonkeyPatch.context() as patch, Workers(1, growth_mb=1_024) as opened:
        patch.setenv("XDG_CACHE_HOME", os.devnull)
        yield opened


def test_there_are_questions_of_both_styles_on_every_kind() -> None:
    questions = [question for group in ALL.values() for question in group.questions]
    doctests = sum(question.all_of("test")[0].startswith(">>>") for question in questions)
    assert len(questions) >= 400
    assert doctests >= 300
    assert len(questions) - doctests >= 60
    assert {path.stem for path in GROUPS.glob("*.txt")} == set(RECORDED)


@pytest.mark.parametrize("name", sorted(ALL))
def test_the_record_is_of_what_the_text_says_now(name: str) -> None:
    again = f"{name}.txt has changed: record it again with python -m tests.parity.record_parity {name}"
    assert RECORDED[name]["digest"] == ALL[name].digest, again
    for form in FORMS:
        assert set(RECORDED[name]["scores"][form]) == {question.name for question in ALL[name].questions}


@pytest.mark.slow
@pytest.mark.parametrize("name", LAST_JAX)
def test_scores_are_those_of_otter_run(name: str, tmp_path: Path, workers: Workers) -> None:
    found = compared(ALL[name], graded(ALL[name], tmp_path, workers))
    assert found["different"] == []
    assert found["left"] == LEFT.get(name, [])


def test_hardly_anything_is_left_to_a_person() -> None:
    assert 100 * sum(map(len, LEFT.values())) <= len(FORMS) * sum(len(group.questions) for group in ALL.values())


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize(("name", "form"), LIVE)
def test_the_record_is_what_otter_run_gives_now(name: str, form: str, tmp_path: Path) -> None:
    archive, paths = ALL[name].write(tmp_path)
    assert otter_run(paths[form], archive) == RECORDED[name]["scores"][form]
