"""How often the right mistake is named, on wrong answers that the catalogue's code did not make, and what it costs."""

import json
import os
import statistics
import time
from collections import Counter
from pathlib import Path

import pytest

from autograder.mistakes import diagnose_text
from autograder.mistakes.diagnosis import diagnosing
from tests.mistakes.measure import cases, tally
from tests.mistakes.rewrites import rewritten

pytestmark = pytest.mark.bench

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "corpora"
CORPUS = Path(os.environ.get("AUTOGRADER_CORPORA", BESIDE)) / "different.jsonl"

# The corpus names a mutation in words of its own; what it calls one may be several of the catalogue's.
NAMES = {
    "chain_eval_at_inner": "chain_outer_at_du log_of_deriv",
    "chain_missing": "chain_drop chain_one_layer",
    "const_factor_lost": "coef_drop factor_dropped",
    "const_kept": "const_kept other_kept",
    "degrees": "degrees",
    "exp_power_rule": "exp_as_power",
    "gradient_component_zero": "component_zero",
    "gradient_swapped": "swap",
    "power_factor_lost": "pow_nocoef sqrt_nohalf",
    "power_not_lowered": "pow_nolower",
    "power_raised": "pow_up",
    "product_as_product": "prod_fpgp",
    "product_one_term": "prod_one_term",
    "quotient_of_derivs": "quot_ratio",
    "quotient_swapped": "quot_swap",
    "second_derivative": "second",
    "submitted_function": "not_diff",
    "trig_sign": "trig_sign",
    "wrong_variable": "wrong_var",
}


def test_the_right_mistake_is_named_first() -> None:
    every = cases()
    functions = {case.function for case in every if case.kind == "Derivative"}
    gradients = {case.function for case in every if case.kind == "Gradient"}
    counts, missed = tally(every)
    total = sum(counts.values())
    print(
        f"\n{total} wrong answers typed by hand, {len(functions)} functions, {len(gradients)} gradients: {dict(counts)}"
    )
    assert len(functions) >= 100
    assert len(gradients) >= 40
    assert counts["first"] >= 0.95 * total, missed
    assert counts["wrong"] <= 0.01 * total, missed


def test_no_right_answer_is_diagnosed() -> None:
    found = []
    for kind, function, answer in rewritten(5_000, seed=7):
        names = ["x"] if kind == "Derivative" else ["x", "y"]
        domain = dict.fromkeys(names, (0.2, 1.9))
        said = diagnose_text(kind, function, answer, variables=names, wrt=names, domain=domain)
        if said.mistakes or said.generated:
            found.append((function, answer, said))
    print(f"\n5000 rewrites of right answers: {len(found)} diagnosed")
    assert not found


def test_what_a_diagnosis_costs() -> None:
    cold, warm = [], []
    for case in cases()[::5]:
        diagnosing.forget()
        for times in (cold, warm):
            start = time.process_time()
            case.named()
            times.append(1000 * (time.process_time() - start))
    first, later = statistics.median(cold), statistics.median(warm)
    print(f"\nCPU ms with parsing and sampling: first answer to a question {first:.1f}, later ones {later:.1f}")
    assert later <= 10


def test_another_hand_s_mutations() -> None:
    """Where the corpora are: mutations by other code, of functions in SymPy's own order of terms."""
    if not CORPUS.exists():
        pytest.skip("the corpora are not here")
    counts: Counter[str] = Counter()
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        wanted = NAMES.get((row.get("mutation") or "").removesuffix("_once"))
        if wanted is None or row["kind"] not in ("derivative", "gradient"):
            continue
        wrt = row.get("wrt") or row["vars"]
        found = diagnose_text(
            row["kind"].capitalize(),
            row["function"],
            row["answer"],
            variables=row["vars"],
            wrt=[wrt] if isinstance(wrt, str) else wrt,
            domain=row.get("domain"),
        ).mistakes
        hit = {*wanted.split()} & {*found}
        counts["first" if found[:1] and found[0] in hit else "tie" if hit else "other" if found else "none"] += 1
    print(f"\nmutations of the corpus: {dict(counts)}")
    assert counts["first"] >= 0.6 * sum(counts.values())
