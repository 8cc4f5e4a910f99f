"""An entry's example as a question, and the wrong answer that the mistake gives to it."""

from typing import Any

import numpy as np

from autograder.errors import BugError
from autograder.expressions import parse
from autograder.mistakes.calculus import Task
from autograder.mistakes.catalogue import Example, Mistake
from autograder.mistakes.diagnosis import Candidate, wrong_answers
from autograder.mistakes.tape import ArrayTask, Tape
from autograder.model import Evidence

LOW, HIGH, COUNT = 0.31, 0.93, 9
"""Where the examples are looked at: small positive numbers suit every function in them."""


def evidence(example: Example) -> Evidence:
    """The example as a question, without an answer.

    Raises:
        BugError: it is an example of code, which is no question.
    """
    if example.kind == "code":
        raise BugError("an example of code has no values")
    if "wrt" in example.data:
        return _of_arrays(example)
    forms: Any = None
    if example.function:
        texts = example.function if isinstance(example.function, tuple) else (example.function,)
        forms = tuple(parse(text, example.variables, evaluate=False) for text in texts)
    spread = np.random.default_rng(5).uniform(LOW, HIGH, (COUNT, len(example.variables)))
    points = tuple({name: float(v) for name, v in zip(example.variables, row, strict=True)} for row in spread)
    if example.at is not None and example.kind not in ("TangentPlane", "Taylor"):
        points = (dict(zip(example.variables, example.at, strict=True)),)
    if example.kind in ("Descent", "Optimiser", "Array", "Integral"):
        points = ()
    return Evidence(
        kind=example.kind,
        function=forms if forms is None or len(forms) > 1 else forms[0],
        variables=example.variables,
        wrt=example.wrt,
        order=example.order,
        at=example.at,
        direction=example.direction,
        points=points,
        data=example.data | _integrated(example),
        start=example.data.get("start"),
        step=example.data.get("step"),
        count=example.data.get("count"),
    )


def _integrated(example: Example) -> dict[str, Any]:
    """What a question hands over of its terms and their antiderivatives, where an example has them as text."""
    written = example.data.get("written", ())
    terms = tuple((parse(f, example.variables), parse(whole, example.variables)) for f, whole in written)
    if not terms:
        return {}
    if "between" not in example.data:
        return {"terms": terms}
    x = next(iter(terms[0][0].free_symbols))
    low, high = (sum(whole.subs(x, bound) for _, whole in terms) for bound in example.data["between"])
    return {"terms": terms, "bounds": example.data["between"], "right": float(high - low)}


def _of_arrays(example: Example) -> Evidence:
    """The gradient of a function of arrays at one point, by its first argument that is differentiated by."""
    from autograder.reference.arrays import layer, read_array_function

    if "layer" in example.data:
        known = layer(example.data["layer"])
        of = read_array_function(known.forward, known.shapes, domain=known.domain)
    else:
        of = read_array_function(example.function, example.data["shape"])
    point = of.draw(np.random.default_rng(7))
    places = [[*of.arguments].index(name) for name in example.data["wrt"].split(",")]
    tape = Tape(of.call, [point[name] for name in of.arguments], places)
    upstream = np.sin(np.arange(tape.output.size) + 1.0).reshape(tape.output.shape)
    parts = tape.back(upstream)
    more = {"upstream_ignored": [tape.back(np.ones(tape.output.shape))[0]]} if "upstream" in example.data else {}
    if "more" in example.data:  # what the question itself makes: of an example only that it is another answer counts
        more = {example.data["more"]: [np.cos(parts[0])]}
    arrays = ArrayTask(
        record=lambda: tape, made=lambda pull: pull(upstream), part=0, parts=parts, given=point, own=lambda tape: more
    )
    return Evidence(
        kind="Array", function=None, variables=(), desired=parts[0][None], data={"right": parts[0], "arrays": arrays}
    )


def task(example: Example) -> Task:
    """The question that an entry of the catalogue is tried with."""
    made = Task(evidence(example))
    if example.data.get("unit") is False:
        made.not_unit()
    return made


def wrong_answer(mistake: Mistake) -> Candidate | None:
    """The first wrong answer that the mistake gives to its own example; None for one recognised otherwise."""
    if mistake.rule is None and mistake.whole is None and mistake.tape is None:
        return None
    return next(wrong_answers(mistake, task(mistake.example)), None)


def right_values(made: Task) -> Any:
    """The right answer's values, shape (points, *shape)."""
    with np.errstate(all="ignore"):
        return Candidate("", made.shape, made.flat).values(made, {}).reshape(made.size, *made.shape)
