"""The catalogue itself: what it holds, and that each entry is recognised on its own example."""

import re

import msgspec
import numpy as np
import pytest

from autograder.mistakes import AREAS, MISTAKES, THEMES, diagnose, examples, hint, sentences
from autograder.mistakes.document import document
from tests import ROOT

MUST_HAVE = """
chain_drop chain_mul_inner chain_bare_arg chain_inside prod_fpgp prod_ffp prod_minus prod_one_term quot_ratio
quot_swap quot_plus quot_over_g pow_nolower pow_nocoef pow_up pow_int sqrt_nohalf exp_as_power exp_noln log_base
log_inner_over_x log_of_deriv trig_sign trig_same arc_sign arc_plusminus arc_recip coef_drop const_kept const_one
minus_lost neg not_diff integrated second value_not_function wrong_var swap other_zero other_kept other_one
factor_dropped total scalar_sum norm unit rot extra_component nonunit norm_sq vector norm_of_grad unit_grad
max_rate_vector transposed Ax 2Ax ATx ls_no_AT ascent_sign stale forward_crude central_no2 backward_sign h_too_small
int_input nonscalar returns_none np_inside math_inside lambdify_numpy inplace control_flow no_argnums
"""

# Two of the notes' mistakes give the same number on the shortest example; which ones is known.
TIES = {
    "chain_one_layer": {"chain_mul_inner"},
    "prod_minus": {"trig_sign"},
    "quot_swap": {"neg"},
    "sqrt_nohalf": {"central_no2"},
    "exp_noln": {"forward_crude", "not_diff"},
    "abs_one": {"chain_bare_arg", "chain_outer_at_du"},
    "other_zero": {"term_lost"},
}

GENERATED = [entry.id for entry in MISTAKES.values() if entry.rule is not None or entry.whole is not None]


def test_the_must_have_list_and_more() -> None:
    assert not {*MUST_HAVE.split()} - {*MISTAKES}
    assert len(MISTAKES) >= 125


def test_an_entry_says_everything() -> None:
    for name, entry in MISTAKES.items():
        assert name == entry.id
        assert re.fullmatch(r"\w{2,30}", entry.id)
        assert entry.area in AREAS, name
        assert {*entry.themes} <= {*THEMES}, name
        assert {*entry.instead_of} <= {*MISTAKES}, name
        ways = sum(way is not None for way in (entry.rule, entry.whole, entry.fits, entry.raised))
        assert ways == 1 or (ways == 0 and entry.tape is not None), name
        for text in (entry.title, entry.applies, entry.transformation, entry.question, entry.attempt, entry.source):
            assert text.strip(), name
        assert "?" in entry.question, name
        assert entry.attempt.endswith((".", "?")), name


def test_no_hint_holds_a_number_or_a_formula() -> None:
    for text in sentences():
        assert not re.search(r"\d|[=^]|\*\*|[a-z]'\(", text), text


@pytest.mark.parametrize("name", GENERATED)
def test_the_example_is_recognised(name: str) -> None:
    entry = MISTAKES[name]
    task = examples.task(entry.example)
    wrong = examples.wrong_answer(entry)
    assert wrong is not None
    with np.errstate(all="ignore"):
        actual = wrong.values(task, {}).reshape(task.size, *wrong.shape)
    found = diagnose(
        msgspec.structs.replace(examples.evidence(entry.example), actual=actual, desired=examples.right_values(task))
    )
    assert name in found.mistakes
    assert {*found.mistakes} - {name} == TIES.get(name, set())


def test_the_right_answer_of_every_example_is_left_alone() -> None:
    for name in GENERATED:
        example = MISTAKES[name].example
        task = examples.task(example)
        right = examples.right_values(task)
        found = diagnose(msgspec.structs.replace(examples.evidence(example), actual=right, desired=right))
        assert not found.mistakes, name


def test_hints_of_ties() -> None:
    assert hint(["chain_drop"]) == MISTAKES["chain_drop"].question
    assert hint(["chain_drop"], 2) == MISTAKES["chain_drop"].attempt
    assert hint(["quot_swap", "neg"]) == THEMES["sign"][0]
    assert hint(["prod_fpgp", "prod_one_term"]) == AREAS["products"][1]
    assert hint(["degrees", "swap"]) not in {entry.question for entry in MISTAKES.values()}
    assert hint(["gone in this version"]) == ""


def test_the_documentation_is_current() -> None:
    page = ROOT / "docs" / "mistakes.md"
    assert page.read_text(encoding="utf-8") == document(), (
        "run: python -m autograder.mistakes.document > docs/mistakes.md"
    )
