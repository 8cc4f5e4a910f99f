"""Pairs rewritten so that what is true of them stays true: renamed, scaled, a term added, sides swapped, by SymPy."""

import json
import re
from collections.abc import Iterator
from random import Random

import sympy

from autograder.compare.arbiter.parent import Child
from autograder.expressions import parse

FORMS = ("expand", "factor", "together")
_WORD = re.compile(r"[^\W\d]\w*")


def _renamed(case, generator):
    fresh = [name for name in ("t", "u", "w", "p", "q_1", "theta", "r2") if name not in case["vars"]]
    generator.shuffle(fresh)
    names = dict(zip(case["vars"], fresh, strict=False))
    if len(names) < len(case["vars"]):
        return None

    def turned(value):
        if isinstance(value, str):
            return _WORD.sub(lambda match: names.get(match[0], match[0]), value)
        if isinstance(value, list):
            return [turned(part) for part in value]
        return {names[name]: ends for name, ends in value.items()} if isinstance(value, dict) else value

    fields = ("vars", "wrt", "function", "reference", "answer", "domain")
    return case | {field: turned(case[field]) for field in fields if case.get(field) is not None}


def _both(case, shape):
    """Both sides changed alike; what they were the derivative of is then no more."""
    return _expression(case) | {side: shape.format(case[side]) for side in ("reference", "answer")}


def _expression(case):
    return {key: value for key, value in case.items() if key not in ("function", "wrt")} | {"kind": "expression"}


def rewritten(cases, seed, forms=True):
    """Cases with the same truth as those given, several for each."""
    generator = Random(seed)
    child = Child("tests.benchmarks.rewriting", hard_seconds=3.0)
    found = []
    for case in cases:
        new = [_renamed(case, generator)]
        if isinstance(case["reference"], str) and isinstance(case["answer"], str) and "[" not in case["reference"]:
            factor = f"{generator.randint(2, 97)}/{generator.choice((89, 83, 1000003))}"
            name = case["vars"][0] if case["vars"] else "pi"
            terms = (f"cos({name})", f"{name}**3/7", f"exp({name}/9)", "sqrt(2)", f"{name}*atan({name})")
            term = generator.choice(terms)
            new += [_both(case, f"({factor})*({{}})"), _both(case, f"({{}}) + {term}")]
            new.append(_expression(case) | {"reference": case["answer"], "answer": case["reference"]})
            if forms:
                asked = {"text": case["answer"], "vars": case["vars"], "form": generator.choice(FORMS)}
                reply = child.ask(json.dumps(asked).encode())
                text = None if reply is None else json.loads(reply)["text"]
                new.append(None if text is None else case | {"answer": text})
        found += [rewrite for rewrite in new if rewrite is not None]
    child.close()
    return found


def serve(content: bytes) -> Iterator[bytes]:
    """One text in another form of SymPy's, or null where it cannot be read."""
    asked = json.loads(content)
    try:
        text = str(getattr(sympy, asked["form"])(parse(asked["text"], asked["vars"])))
    except Exception as error:
        yield json.dumps({"final": True, "text": None, "error": repr(error)[:200]}).encode()
        return
    yield json.dumps({"final": True, "text": text if len(text) < 5_000 else None}).encode()
