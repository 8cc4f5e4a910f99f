"""Tolerance, points and domain of a test, for the question that it becomes."""

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from autograder.build.foreign.certainty.claims import Claim
from autograder.build.foreign.certainty.fitting import CANNOT, called
from autograder.build.foreign.certainty.formulas import Given, last_name

__all__ = ["options"]

_OURS = (1e-6, 1e-8)
"""Our questions' own rtol and atol."""
_EXACT = 1e-12
"""Less than this differ two right answers in another form."""
_NUMBERS = ("linspace", "uniform", "arange", "range", "integers", "randint")


def options(claims: Sequence[Claim], given: Given, names: Mapping[str, Any], functions: Mapping[str, Given]) -> str:
    """Tolerance, points and domain of a test, for the question."""
    found = ""
    rtol, atol = max(claim.rtol for claim in claims), max(claim.atol for claim in claims)
    if 0 < max(rtol, atol) < _OURS[0]:
        # a difference quotient may be right to ours, and wrong to the test's
        rtol = atol = max(rtol, atol, _EXACT)
        found += f", rtol={rtol:g}"
    elif rtol > _OURS[0]:
        found += f", rtol={rtol:g}"
    if atol > _OURS[1] or 0 < atol == rtol:
        found += f", atol={atol:g}"
    points: dict[tuple[Any, ...], None] = {}
    for claim in claims:
        if claim.arguments is None:
            continue
        try:
            _, values = called(claim, given, names, functions, numbers=True)
        except CANNOT:
            continue  # a name that runs over points
        if len(values) == len(given.variables) and all(getattr(value, "is_number", False) for value in values):
            points[tuple(_short(value) for value in values)] = None
    if points:
        shown = [point[0] if len(point) == 1 else point for point in points]
        found += f", points={shown!r}"
    if len(given.variables) == 1:
        at = [point[0] for point in points]
        over = [_bounds(claim) for claim in claims if claim.arguments]
        spans = [each for each in over if each is not None]
        if over and len(spans) + len(at) >= len(over):
            low, high = min([*at, *(low for low, _ in spans)]), max([*at, *(high for _, high in spans)])
        else:
            low, high = 0, 0
        # of points on both sides of 0 nothing follows for those between and beyond
        if high - low >= 0.1 and (spans or low >= 0 or high <= 0):
            found += f", domain={{{given.variables[0]!r}: ({low:g}, {high:g})}}"
        if any(_whole_array(claim) for claim in claims):
            found += ", vectorised=True"
    return found


def _short(value: Any) -> int | float:
    number = float(value)
    return int(number) if number == int(number) else number


def _over(claim: Claim) -> ast.expr | None:
    (first, *_) = claim.arguments or (None,)
    return {**claim.names, **claim.points}.get(first.id) if isinstance(first, ast.Name) else None


def _bounds(claim: Claim) -> tuple[float, float] | None:
    node = _over(claim)
    if isinstance(node, ast.Call) and last_name(node.func) in _NUMBERS and node.args:
        try:
            ends = [float(ast.literal_eval(each)) for each in node.args[:2]]
            low, high = ends if len(ends) == 2 else (0.0, *ends)
        except (ValueError, TypeError):
            return None
        return (low, high) if low < high else None
    return None


def _whole_array(claim: Claim) -> bool:
    """Whether the answer is called with all points at once."""
    node = _over(claim)
    first = claim.arguments[0] if claim.arguments else None
    looped = isinstance(first, ast.Name) and first.id in claim.points
    return isinstance(node, ast.Call) and not looped and getattr(node.func, "attr", "") in (*_NUMBERS, "array")
