"""An entry's example as a question, and the wrong answer that the mistake gives to it."""

from typing import Any

import numpy as np

from autograder.errors import BugError
from autograder.expressions import parse
from autograder.mistakes.calculus import Task
from autograder.mistakes.catalogue import Example, Mistake
from autograder.mistakes.diagnosis import Candidate, wrong_answers
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
    forms: Any = None
    if example.function:
        texts = example.function if isinstance(example.function, tuple) else (example.function,)
        forms = tuple(parse(text, example.variables, evaluate=False) for text in texts)
    spread = np.random.default_rng(5).uniform(LOW, HIGH, (COUNT, len(example.variables)))
    points = tuple({name: float(v) for name, v in zip(example.variables, row, strict=True)} for row in spread)
    if example.at is not None and example.kind != "TangentPlane":
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


def task(example: Example) -> Task:
    """The question that an entry of the catalogue is tried with."""
    made = Task(evidence(example))
    if example.data.get("unit") is False:
        made.not_unit()
    return made


def wrong_answer(mistake: Mistake) -> Candidate | None:
    """The first wrong answer that the mistake gives to its own example; None for one recognised otherwise."""
    if mistake.rule is None and mistake.whole is None:
        return None
    return next(wrong_answers(mistake, task(mistake.example)), None)


def right_values(made: Task) -> Any:
    """The right answer's values, shape (points, *shape)."""
    with np.errstate(all="ignore"):
        return Candidate("", made.shape, made.flat).values(made, {}).reshape(made.size, *made.shape)
