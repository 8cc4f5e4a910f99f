"""One line of ``autograder judge``: a case given as text → its result as plain data."""

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import msgspec

from autograder.compare.criterion import Criterion
from autograder.compare.symbolic import compare_trees, components, invalid
from autograder.errors import ExpressionError, ParseError
from autograder.expressions.context import AUTHOR, Context, context_of
from autograder.expressions.text import read
from autograder.expressions.tree import Tree
from autograder.model import Outcome, Reason, Verdict
from autograder.points import Interval, parts

KINDS = {"expression": 0, "derivative": 1, "derivative2": 2, "gradient": 1}
"""Kind → how often the function is differentiated."""


class NotACase(ValueError):
    """A line, or a field of it, that whoever wrote the file has to mend."""


def judge_line(line: bytes, number: int, *, seed: int = 0, prove: bool = True, mistakes: bool = True) -> dict[str, Any]:
    """The result of one line, whatever the line is.

    Args:
        line: one JSON object, as ``docs/verdicts.md`` describes it.
        number: of the line, from 1; it stands in the message about a line that is not a case.
        mistakes: whether the mistake behind a wrong answer is looked for, which takes longer than the verdict.

    Returns:
        ``id``, ``outcome``, ``certainty``, ``mistakes``, ``message`` and, where there is one, ``witness``. A line that
        is not a case has the outcome FAULT, the id null unless one could be read, and the field ``line``.
    """
    case: Any = None
    try:
        try:
            case = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise NotACase(f"it is not JSON: {error}") from None
        verdict = judge_case(case, seed=seed, prove=prove, mistakes=mistakes)
    except NotACase as error:
        known = case.get("id") if isinstance(case, dict) else None
        return {
            "id": known if isinstance(known, str | int) else None,
            "outcome": Outcome.FAULT.value,
            "certainty": None,
            "mistakes": [],
            "message": f"line {number} is not a case: {error}",
            "line": number,
        }
    return _result(case.get("id"), verdict)


def judge_case(case: Any, *, seed: int = 0, prove: bool = True, mistakes: bool = True) -> Verdict:
    """The verdict on one decoded case.

    Raises:
        NotACase: a field is missing or cannot be used.
    """
    if not isinstance(case, dict):
        raise NotACase("it is not an object")
    kind = case.get("kind", "expression")
    if not isinstance(kind, str) or kind not in KINDS:
        raise NotACase(f'"kind" must be one of {", ".join(KINDS)}')
    variables = case.get("vars")
    if not isinstance(variables, list) or not all(isinstance(name, str) and name for name in variables):
        raise NotACase('"vars" must be a list of names')
    domain = _domain(case.get("domain"), variables)
    reference = _author_text(case, "reference", variables)
    function = _author_text(case, "function", variables, needed=reference is None)
    if reference is None and function is None:
        raise NotACase('"reference" or "function" is missing')
    wrt = _wrt(case, kind, variables, needed=reference is None)
    if reference is None and kind == "expression":
        reference, function = function, None
    try:
        answer = _answer(case.get("answer"), variables, _context(function, reference, wrt, kind))
    except ExpressionError as error:
        return invalid(error, variables)
    verdict = compare_trees(
        answer,
        reference,
        Criterion(variables=variables, domain=domain, seed=seed, prove=prove),
        functions=[] if function is None or wrt is None else [function],
        terms=[] if function is None else [(0, names) for names in wrt or ()],
        wanted_shape=(len(wrt or ()),) if kind == "gradient" else (),
    )
    return _diagnosed(verdict, case, kind, variables, wrt, domain, seed) if mistakes else verdict


def _diagnosed(
    verdict: Verdict,
    case: dict[str, Any],
    kind: str,
    variables: Sequence[str],
    wrt: list[list[str]] | None,
    domain: dict[str, Interval],
    seed: int,
) -> Verdict:
    """With the mistake that gives this wrong answer, where the function is known."""
    function, wrong = case.get("function"), (Reason.DIFFERENT, Reason.NOT_FINITE, Reason.WRONG_SHAPE)
    if verdict.reason not in wrong or kind == "expression" or not isinstance(function, str) or wrt is None:
        return verdict
    from autograder.cli.judge_mistakes import name_mistakes

    found = name_mistakes(
        "Gradient" if kind == "gradient" else "Derivative",
        function,
        case.get("answer"),
        variables=variables,
        wrt=[names[0] for names in wrt],
        order=KINDS[kind],
        domain=domain,
        seed=seed,
    )
    return msgspec.structs.replace(verdict, mistakes=found.mistakes, generated=found.generated)


def _context(function: Tree | None, reference: Tree | None, wrt: list[list[str]] | None, kind: str) -> Context:
    """What the case tells about how its answer is meant."""
    known = function if function is not None else reference
    size = 0 if kind != "gradient" else len(wrt or ())
    if kind == "expression":
        shape, entries = components(known)
        size = len(entries) if shape else 0
    by = [names[0] for names in wrt or ()]
    return context_of([known], wrt=by, order=KINDS[kind] or 1, size=size)


def _answer(given: Any, variables: Sequence[str], context: Context) -> Tree:
    if isinstance(given, list):
        entry = replace(context, wrt=(), size=None)
        return ["List", *(_answer(part, variables, entry) for part in given[:1000])]
    if isinstance(given, bool | dict):
        raise ExpressionError("this is not a formula", reason="wrong-type", name="not a formula")
    if given is None:
        raise ExpressionError("there is no answer", reason="missing")
    return read(given if isinstance(given, str) else repr(given), variables, context=context)


@lru_cache(maxsize=512)
def _author_tree(text: str, variables: tuple[str, ...]) -> Tree:
    """Read once for all the answers to a question."""
    return _answer(text, variables, AUTHOR)


def _author_text(case: dict[str, Any], field: str, variables: Sequence[str], *, needed: bool = True) -> Tree | None:
    given = case.get(field)
    if given is None:
        return None
    try:
        return _author_tree(given, tuple(variables)) if isinstance(given, str) else _answer(given, variables, AUTHOR)
    except ParseError as error:
        if needed:
            raise NotACase(f'"{field}": {error} (character {error.offset + 1})') from None
    except ExpressionError as error:
        if needed:
            raise NotACase(f'"{field}": {error}') from None
    # A reference is there: the function would only have been a check of it.
    return None


def _wrt(case: dict[str, Any], kind: str, variables: Sequence[str], *, needed: bool) -> list[list[str]] | None:
    times = KINDS[kind]
    if kind == "gradient":
        names = case.get("wrt", list(variables))
        if not isinstance(names, list) or not names or not all(name in variables for name in names):
            raise NotACase('"wrt" of a gradient must be a list of names from "vars"')
        return [[name] for name in names]
    if times == 0:
        return None
    name = case.get("wrt", variables[0] if len(variables) == 1 else None)
    if isinstance(name, str) and name in variables:
        return [[name] * times]
    if needed or name is not None:
        raise NotACase('"wrt" must be one of "vars"')
    return None


def _domain(given: Any, variables: Sequence[str]) -> dict[str, Interval]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise NotACase('"domain" must be an object: variable to [low, high]')
    domain: dict[str, Interval] = {}
    for name, ends in given.items():
        if name not in variables:
            raise NotACase(f'"domain" names {name!r}, which is not in "vars"')
        if not isinstance(ends, list) or len(ends) != 2:
            raise NotACase(f'"domain" of {name!r} must be [low, high]')
        low, high = (_end(end, name) for end in ends)
        try:
            parts((low, high))
        except ValueError as error:
            raise NotACase(f'"domain" of {name!r}: {error}') from None
        domain[name] = (low, high)
    return domain


def _end(end: Any, name: str) -> float | None:
    if end is None:
        return None
    if isinstance(end, bool) or not isinstance(end, int | float) or abs(end) > 1e300:
        raise NotACase(f'"domain" of {name!r} must hold numbers, or null for an open end')
    return None if math.isinf(end) else float(end)


def _result(identity: Any, verdict: Verdict) -> dict[str, Any]:
    from autograder.feedback import student

    fault = verdict.outcome is Outcome.FAULT and verdict.reason is Reason.INTERNAL
    # Whoever reads a fault here is the author of the case, not a student.
    message = verdict.details.get("error", "") if fault else student(verdict)
    found = {
        "id": identity,
        "outcome": verdict.outcome.value,
        "certainty": verdict.certainty.value if verdict.certainty is not None else None,
        "mistakes": list(verdict.mistakes),
        "message": message,
    }
    if verdict.witness is not None:
        found["witness"] = verdict.witness
    return found
