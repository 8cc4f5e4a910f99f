"""How often verdicts on formulas are right, and how long they take: ``pytest -m bench -s tests/benchmarks``.

Over the shared pairs where the checkout has them beside it, else over pairs made here; then, on the same 500 pairs,
beside ``simplify``, ``Expr.equals`` and math-verify (``AUTOGRADER_PAIRS`` sets another number, ``AUTOGRADER_RIVALS``
names fewer of them).
"""

import json
import os
import time
from collections import Counter
from pathlib import Path

import pytest
import sympy

from autograder.cli.judge_cases import judge_line
from autograder.compare.parent import Child

pytestmark = pytest.mark.bench

CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"
FIELDS = ("id", "kind", "vars", "wrt", "function", "reference", "answer", "domain")
FUNCTIONS = ["x**3*sin(x)", "exp(-x**2)/(x + 3)", "log(1 + x**2)", "sqrt(1 + x**4)", "x**x", "atan(x*a)", "tan(x)**2",
             "(x + a)**7", "cos(a*x)*exp(x)", "asin(x/4)", "x*log(x)**2", "cosh(a*x)/x"]  # fmt: skip
SLIPS = ["({}) + x", "-({})", "({})*1001/1000", "({}) + 1/10**9", "sqrt(({})**2)"]


def pairs(name):
    """The cases of one corpus, or of one made here."""
    path = CORPORA / f"{name}.jsonl"
    if path.exists():
        return [json.loads(line) for line in path.read_text().splitlines()]
    found = []
    for number, text in enumerate(FUNCTIONS):
        derivative = sympy.diff(sympy.sympify(text), sympy.Symbol("x"))
        forms = [sympy.expand(derivative), sympy.together(derivative), sympy.factor(derivative)]
        answers = [str(form) for form in forms] if name == "equivalent" else [slip.format(derivative) for slip in SLIPS]
        for answer in answers:
            case = {"id": f"{number}", "kind": "derivative", "vars": ["a", "x"], "wrt": "x", "function": text}
            found.append(case | {"reference": str(derivative), "answer": answer, "expected": name == "equivalent"})
    return [] if name == "hard" else found


def right(case, outcome):
    if case["expected"] is True:
        return outcome == "CORRECT"
    return outcome == "INVALID" if case["expected"] == "reject-input" else outcome in ("INCORRECT", "INVALID")


def timed(cases):
    """Outcomes and seconds of each case through what ``autograder judge`` calls."""
    judge_line(b'{"vars": ["x"], "reference": "x", "answer": "x + 1"}', 0)
    outcomes, seconds = [], []
    for number, case in enumerate(cases):
        line = json.dumps({key: case[key] for key in FIELDS if case.get(key) is not None}).encode()
        started = time.perf_counter()
        found = judge_line(line, number, mistakes=False)
        seconds.append(time.perf_counter() - started)
        outcomes.append(found["outcome"])
    return outcomes, sorted(seconds)


def row(name, cases, outcomes, seconds):
    refused = sum(c["expected"] is True and o in ("INCORRECT", "INVALID") for c, o in zip(cases, outcomes, strict=True))
    taken = sum(c["expected"] is not True and o == "CORRECT" for c, o in zip(cases, outcomes, strict=True))
    undecided = sum(o in ("UNDECIDED", "FAULT") for o in outcomes)
    median, late = (1e3 * seconds[int(len(seconds) * share)] for share in (0.5, 0.95))
    print(f"| {name} | {len(cases)} | {refused} | {taken} | {undecided} | {median:.1f} | {late:.1f} |")
    return refused, taken, undecided, median, late


def test_corpora():
    print("\n| pairs | number | right refused | wrong taken | undecided | median ms | 95th percentile ms |")
    print("|---|---|---|---|---|---|---|")
    for name in ("equivalent", "different", "hard"):
        cases = pairs(name)
        if not cases:
            continue
        outcomes, seconds = timed(cases)
        refused, _, undecided, _, _ = row(name, cases, outcomes, seconds)
        wrong = [
            (case["id"], outcome)
            for case, outcome in zip(cases, outcomes, strict=True)
            if not right(case, outcome)
            and not str(case.get("note", "")).startswith("policy")
            # A decimal within 1e-5 of the truth: the corpora leave either outcome open.
            and not (case.get("tier") == "tiny" and "." in case["reference"] + case["answer"])
        ]
        print("not as expected:", Counter(outcome for _, outcome in wrong), wrong[:10])
        assert refused == 0
        assert undecided <= 0.005 * len(cases)
        assert len(wrong) <= (0.05 * len(cases) if name == "hard" else 0)


def test_side_by_side():
    each = int(os.environ.get("AUTOGRADER_PAIRS", "500")) // 2
    cases = []
    for name in ("equivalent", "different"):
        scalar = [case for case in pairs(name) if "[" not in case["reference"]]
        cases += scalar[:: max(1, len(scalar) // each)][:each]
    print("\n| method | pairs | right refused | wrong taken | undecided | median ms | 95th percentile ms |")
    print("|---|---|---|---|---|---|---|")
    refused, taken, _, _, _ = row("autograder", cases, *timed(cases))
    assert refused == 0
    for method in os.environ.get("AUTOGRADER_RIVALS", "simplify,equals,math-verify").split(","):
        child = Child("tests.benchmarks.rivals", hard_seconds=5.0)
        outcomes, seconds = [], []
        child.ask(json.dumps({"method": method, "reference": "x", "answer": "x", "vars": ["x"]}).encode())
        for case in cases:
            asked = {key: case[key] for key in ("reference", "answer", "vars")} | {"method": method}
            started = time.perf_counter()
            reply = child.ask(json.dumps(asked).encode())
            seconds.append(time.perf_counter() - started)
            result = None if reply is None else json.loads(reply)["result"]
            outcomes.append({True: "CORRECT", False: "INCORRECT", None: "UNDECIDED"}[result])
        child.close()
        row(method, cases, outcomes, sorted(seconds))
    assert taken <= 1
