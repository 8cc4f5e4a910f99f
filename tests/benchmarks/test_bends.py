"""How often verdicts are right where functions bend: ``pytest -m bench -s -p no:xdist tests/benchmarks/test_bends.py``.

Over random pairs of :mod:`tests.benchmarks.bending`, each with several seeds for the points. ``AUTOGRADER_PAIRS`` says
how many pairs, ``AUTOGRADER_FIRST`` from which on, ``AUTOGRADER_SEEDS`` how many seeds.
"""

import os
import time
from collections import Counter

import pytest

from autograder import Derivative
from autograder.cli.judge_cases import judge_case
from autograder.compare import arbiter
from autograder.compare.arbiter.judging import judged
from tests.benchmarks.bending import pair
from tests.benchmarks.bending_formulas import plain

pytestmark = pytest.mark.bench

PAIRS = int(os.environ.get("AUTOGRADER_PAIRS", "1000"))
FIRST = int(os.environ.get("AUTOGRADER_FIRST", "0"))
SEEDS = int(os.environ.get("AUTOGRADER_SEEDS", "5"))


def test_pairs(monkeypatch):
    monkeypatch.setattr(arbiter, "ask", judged)  # in this process, so that its processor time can be measured
    seen, wrong, unlike, seconds = Counter(), [], [], []
    for number in range(FIRST, FIRST + PAIRS):
        made = pair(number)
        if made is None:
            continue
        outcomes = []
        for seed in range(SEEDS):
            started = time.process_time()
            outcomes.append(judge_case(made.case, seed=seed, mistakes=False).outcome.value)
            seconds.append(time.process_time() - started)
        seen.update(("bends" if made.bends else "smooth", made.expected, outcome) for outcome in outcomes)
        if len(set(outcomes)) > 1:
            unlike.append(number)
        if any(outcome not in (["INCORRECT", "CORRECT"][made.expected], "UNDECIDED") for outcome in outcomes):
            wrong.append((number, outcomes))
    seconds.sort()
    median, late = (1e3 * seconds[int(len(seconds) * share)] for share in (0.5, 0.95))
    print("\n", dict(seen), f"median {median:.1f} ms, 95th percentile {late:.1f} ms of processor time", wrong, unlike)
    assert not wrong
    assert not unlike
    assert sum(count for key, count in seen.items() if key[2] == "UNDECIDED") <= 0.005 * len(seconds)


def test_python_functions():
    """As a student's function in floats: nothing right is refused, and of the wrong none that differs by its size."""
    taken, refused, count = [], [], 0
    for number in range(FIRST, FIRST + PAIRS // 5):
        made = pair(number)
        if made is None or "function" not in made.case:
            continue
        count += 1
        domain = {name: tuple(ends) for name, ends in made.case["domain"].items()}
        names = made.case["vars"]
        question = Derivative(made.case["function"], wrt="x", variables=names, domain=domain or None)
        verdict = question.judge(plain(made.answer, names))
        if made.expected and verdict.outcome.value != "CORRECT":
            refused.append(number)
        elif not made.expected and verdict.outcome.value == "CORRECT":
            taken.append(number)
    print(f"\n{count} functions, right refused {refused}, wrong taken (most of them within the tolerance) {taken}")
    assert not refused
    assert len(taken) <= 0.15 * count
