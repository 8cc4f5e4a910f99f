"""Whether what a test compares with is a derivative of a function that is given."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sympy as sp

from autograder.build.foreign.asked import Asked
from autograder.build.foreign.certainty.claims import Claim
from autograder.build.foreign.certainty.formulas import UNREAD, Given, Unsure, evaluate
from autograder.errors import AuthorError
from autograder.model import Outcome

__all__ = ["CANNOT", "SAYS", "called", "fits", "of_prompt", "operators", "same", "unmade"]

SAYS = re.compile(
    r"derivative|differentiat|gradient|\bgrad\b|slope|partial|tangent|ableit|steigung|dérivé|pente|derivad|\bdiff\("
    r"|f'|\\nabla|\\frac\{d|d[fy]/d",
    re.IGNORECASE,
)
"""Words and signs that say that a derivative is meant."""
_IN_PROMPT = re.compile(r"\$\$?\s*([A-Za-z])\s*\(([\w\s,]+)\)\s*=\s*([^$]+?)[.,;]?\s*\$\$?")
CANNOT = (Unsure, TypeError, ValueError, ZeroDivisionError, AttributeError, RecursionError)
"""What a formula that cannot be evaluated raises."""


def of_prompt(prompt: str) -> Iterator[Given]:
    """Functions that a prompt defines between dollars, as f(x) = x^2."""
    from autograder.reference import read_function

    for name, arguments, formula in _IN_PROMPT.findall(prompt):
        variables = tuple(arguments.replace(",", " ").split())
        try:
            read = read_function(formula.replace(r"\,", " ").strip(), variables=variables)
        except AuthorError:
            continue
        if read.exprs is not None and read.shape == ():
            yield Given(name=name, variables=variables, formula=read.exprs[0])


def operators(given: Given) -> Iterator[tuple[tuple[str, str, str], Any]]:
    """(kind, arguments, words) and what it gives, for each derivative that may be asked for."""
    variables = given.variables
    if len(variables) == 1 and not given.vector:
        (wrt,) = variables
        yield ("Derivative", f"wrt={wrt!r}", "derivative"), given.derivatives()
        yield ("Derivative", f"wrt={wrt!r}, order=2", "second derivative"), given.derivatives(2)
        return
    gradient = given.derivatives()
    yield ("Gradient", f"wrt={variables!r}", "gradient"), gradient
    for wrt, partial in zip(variables, gradient, strict=True):
        if not given.vector:
            yield ("Derivative", f"wrt={wrt!r}, variables={variables!r}", f"partial derivative by {wrt}"), partial


def fits(
    claims: Sequence[Claim], given: Given, desired: Any, names: Mapping[str, Any], functions: Mapping[str, Given]
) -> bool | None:
    """True where everything that is compared with is the desired derivative, else None."""
    try:
        wanted = set(range(len(desired))) if isinstance(desired, list) else set()
        whole = any(claim.entry is None for claim in claims)
        entries = {claim.entry % len(desired) if wanted else -1 for claim in claims if claim.entry is not None}
        if not whole and entries != wanted:
            return None  # some entries are never looked at
        return True if all(_fits_one(claim, given, desired, names, functions) for claim in claims) else None
    except CANNOT:
        return None


def _fits_one(
    claim: Claim, given: Given, desired: Any, names: Mapping[str, Any], functions: Mapping[str, Given]
) -> bool:
    symbols = [sp.Symbol(name, real=True) for name in given.variables]
    functions = {name: each for name, each in functions.items() if name not in {*claim.names, *claim.points}}
    want = desired if claim.entry is None else desired[claim.entry]
    for numbers in (False, True):  # a name in the arguments is a variable; or, where that fails, its value
        known, values = called(claim, given, names, functions, numbers=numbers)
        try:
            right = evaluate(claim.right, known, functions)
        except CANNOT:
            continue
        pairs = dict(zip(symbols, values, strict=True))
        if same(right, _at(want, pairs), given.variables, claim):
            return True
    return False


def called(
    claim: Claim, given: Given, names: Mapping[str, Any], functions: Mapping[str, Given], *, numbers: bool
) -> tuple[dict[str, Any], list[Any]]:
    """What names stand for on the right side, and the values of the function's variables."""
    symbols = [sp.Symbol(name, real=True) for name in given.variables]
    known: dict[str, Any] = dict(names)
    for name, node in claim.names.items():
        try:
            known[name] = evaluate(node, known, functions)
        except CANNOT:
            known[name] = UNREAD
    known |= dict.fromkeys(claim.points, UNREAD)
    if claim.arguments is None:
        return known, list(symbols)
    if claim.by is not None and evaluate(claim.by, known) not in symbols:
        raise Unsure("another variable is put in")
    arguments = list(claim.arguments)
    whole = len(arguments) == 1 and (len(symbols) > 1 or given.vector)
    values: list[Any] = []
    for place, node in enumerate(arguments):
        free = isinstance(node, ast.Name) and (node.id in claim.points or (node.id in claim.names and not numbers))
        if isinstance(node, ast.Name) and free:
            known[node.id] = list(symbols) if whole else symbols[place]
            values += symbols if whole else [symbols[place]]
        else:
            value = evaluate(node, known, functions)
            values += value if isinstance(value, list) else [value]
    return known, values


def _at(want: Any, pairs: Mapping[Any, Any]) -> Any:
    return [_at(each, pairs) for each in want] if isinstance(want, list) else want.subs(pairs, simultaneous=True)


def same(right: Any, want: Any, variables: tuple[str, ...], claim: Claim) -> bool:
    """Whether two formulas are equal, or two numbers within the test's tolerance."""
    from autograder.questions import Equal

    if isinstance(want, list):
        if not isinstance(right, list) or len(right) != len(want):
            return False
        return all(same(a, b, variables, claim) for a, b in zip(right, want, strict=True))
    if isinstance(right, list) or not {str(symbol) for symbol in right.free_symbols} <= {*variables}:
        return False
    if not right.free_symbols and not want.free_symbols:
        allowed = max(claim.atol, 1e-8) + max(claim.rtol, 1e-6) * abs(float(right))
        return abs(float(right) - float(want)) <= allowed
    try:
        return Equal(want, variables=variables).judge(right).outcome is Outcome.CORRECT
    except AuthorError:
        return False


def unmade(asked: Asked) -> str | None:
    """Why the question as it is written cannot be made; None where it can."""
    from autograder import questions

    made = ast.parse(asked.written(), mode="eval").body
    assert isinstance(made, ast.Call)
    try:
        options = {each.arg: ast.literal_eval(each.value) for each in made.keywords if each.arg}
        getattr(questions, asked.kind)(*map(ast.literal_eval, made.args), **options)
    except AuthorError as error:
        return f"the question cannot be made: {str(error).partition(chr(10))[0]}"
    return None
