"""How often verdicts on formulas are right, and how long they take: ``pytest -m bench -s tests/benchmarks``.

Over the pairs in the folder that ``AUTOGRADER_CORPORA`` names, or beside the checkout, else over pairs made here; over
rewrites of them; with the function only, and no reference; then, on the same 500 pairs, beside ``simplify``,
``Expr.equals`` and math-verify (``AUTOGRADER_PAIRS`` sets another number, ``AUTOGRADER_RIVALS`` names fewer of them).
"""

import json
import os
import time
from collections import Counter
from pathlib import Path

import pytest
import sympy

from autograder.cli.judge_cases import judge_line
from autograder.compare.arbiter.parent import Child
from tests.benchmarks.rewriting import rewritten

pytestmark = pytest.mark.bench

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "corpora"
CORPORA = Path(os.environ.get("AUTOGRADER_CORPORA", BESIDE))
FIELDS = ("id", "kind", "vars", "wrt", "function", "reference", "answer", "domain")
FUNCTIONS = ["x**3*sin(x)", "exp(-x**2)/(x + 3)", "log(1 + x**2)", "sqrt(1 + x**4)", "x**x", "atan(x*a)", "tan(x)**2",
             "(x + a)**7", "cos(a*x)*exp(x)", "asin(x/4)", "x*log(x)**2", "cosh(a*x)/x"]  # fmt: skip
REAL_THERE = "mut-rubi-02556-06"
"""2/|x| for 2/x, which is right where log(x) is real: wrong only beside a reference."""
SLIPS = ["({}) + x", "-({})", "({})*1001/1000", "({}) + 1/10**9", "({}) + cos(x)/50"]


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


def test_rewritten():
    """What is true of a pair is true of its rewrites."""
    print("\n| pairs | number | right refused | wrong taken | undecided | median ms | 95th percentile ms |")
    print("|---|---|---|---|---|---|---|")
    for name in ("equivalent", "different"):
        # Eight correct digits in place of a factor are more or less right after a term was added.
        every = [case for case in pairs(name) if not _has_decimals(case)]
        for seed in (1, 2):
            cases = rewritten(every[seed :: max(1, len(every) // 420)], seed)
            outcomes, seconds = timed(cases)
            refused, taken, undecided, _, _ = row(f"{name}, rewritten, seed {seed}", cases, outcomes, seconds)
            wrong = [(c, o) for c, o in zip(cases, outcomes, strict=True) if not right(c, o)]
            print(*wrong[:5], sep="\n")
            assert (refused, taken) == (0, 0)
            assert undecided <= 0.005 * len(cases)


def _has_decimals(case):
    return "." in f"{case['reference']}{case['answer']}"


def test_functions_only():
    """The derivative is made, not given."""
    print("\n| pairs | number | right refused | wrong taken | undecided | median ms | 95th percentile ms |")
    print("|---|---|---|---|---|---|---|")
    for name in ("equivalent", "different"):
        cases = [case | {"reference": None} for case in pairs(name) if case.get("function")]
        cases = [case for case in cases if not _has_decimals(case) and case["id"] != REAL_THERE]
        refused, taken, undecided, _, _ = row(f"{name}, function only", cases, *timed(cases))
        assert (refused, taken) == (0, 0)
        assert undecided <= 0.005 * len(cases)


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
