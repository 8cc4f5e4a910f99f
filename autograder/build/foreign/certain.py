"""Where a test asks for a derivative for certain, it becomes one of our questions; every other stays what it is.

Certain is: every line of the test is understood, the function is one that the notebook or the prompt gives, everything
that the test compares with is that function's derivative (or partial derivative, or gradient), and the test, the
solution or the prompt says that a derivative is meant.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sympy as sp

from autograder.build.foreign.asked import Asked
from autograder.build.foreign.claims import Claim, NotRead, claims_of
from autograder.build.foreign.formulas import (
    DIFFERENTIATE,
    UNREAD,
    Given,
    Unsure,
    answered,
    bind,
    evaluate,
    given_functions,
)
from autograder.build.source import Cell, Source, SourceQuestion, is_function, parsed_text, tested
from autograder.errors import AuthorError
from autograder.model import Outcome

__all__ = ["asked_by", "asked_of_solution"]

_SAYS = re.compile(
    r"derivative|differentiat|gradient|\bgrad\b|slope|partial|tangent|ableit|steigung|dérivé|pente|derivad|\bdiff\("
    r"|f'|\\nabla|\\frac\{d|d[fy]/d",
    re.IGNORECASE,
)
_IN_PROMPT = re.compile(r"\$\$?\s*([A-Za-z])\s*\(([\w\s,]+)\)\s*=\s*([^$]+?)[.,;]?\s*\$\$?")
_OURS = (1e-6, 1e-8)
"""Our questions' own rtol and atol."""
_NUMBERS = ("linspace", "uniform", "arange")
_CANNOT = (Unsure, TypeError, ValueError, ZeroDivisionError, AttributeError, RecursionError)


def asked_by(source: Source, question: SourceQuestion, test: Cell, saved: str | None = None) -> Asked | str:
    """The question that a test asks for certain, or why it is none.

    Args:
        source: the assignment.
        question: that the test belongs to.
        test: its cell.
        saved: the output in it, where it is a doctest.
    """
    _, module = tested(test)
    body = module.body
    if is_function(test):
        (function, *_) = body
        assert isinstance(function, ast.FunctionDef)
        body = function.body
    if any(isinstance(node, ast.Name) and node.id in _OUR_KINDS for node in ast.walk(module)):
        return "it is one of our questions already"
    try:
        claims = claims_of(body, answered(question), saved)
    except NotRead as error:
        return str(error)
    answers = {claim.answer for claim in claims}
    if len(answers) > 1:
        return f"it compares several answers, {', '.join(sorted(answers))}"
    names, functions = given_functions(source, question)
    says = _SAYS.search("\n".join([question.prompt, test.text, *(cell.text for cell in question.answers)]))
    if says is None:
        return "nothing says that a derivative is asked for"
    why = "no function of the notebook or the prompt has this derivative"
    for given in [*reversed([*functions.values()]), *_of_prompt(question.prompt)]:
        for operator, desired in _operators(given):
            found = _fits(claims, given, desired, names, functions)
            if found is None:
                continue
            options = _options(claims, given, names, functions)
            arguments = f"{str(given.formula)!r}, {operator[1]}{options}"
            where = f"{given.name} of the notebook" if given.name in functions else f"{given.name} of the prompt"
            asked = Asked(kind=operator[0], arguments=arguments, name=answers.pop(), reason=(
                f"all that it compares with is the {operator[2]} of {where}, {given.formula}"))  # fmt: skip
            if (fault := _unmade(asked)) is not None:
                return fault
            return asked
    return why


_OUR_KINDS = frozenset({"Derivative", "Gradient", "Jacobian", "Hessian", "Equal", "Choice", "Text"})


def _of_prompt(prompt: str) -> Iterator[Given]:
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


def _operators(given: Given) -> Iterator[tuple[tuple[str, str, str], Any]]:
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


def _fits(
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
    except _CANNOT:
        return None


def _fits_one(
    claim: Claim, given: Given, desired: Any, names: Mapping[str, Any], functions: Mapping[str, Given]
) -> bool:
    symbols = [sp.Symbol(name, real=True) for name in given.variables]
    want = desired if claim.entry is None else desired[claim.entry]
    for numbers in (False, True):  # a name in the arguments is a variable; or, where that fails, its value
        known, values = _called(claim, given, names, functions, numbers=numbers)
        try:
            right = evaluate(claim.right, known, functions)
        except _CANNOT:
            continue
        pairs = dict(zip(symbols, values, strict=True))
        if _same(right, _at(want, pairs), given.variables, claim):
            return True
    return False


def _called(
    claim: Claim, given: Given, names: Mapping[str, Any], functions: Mapping[str, Given], *, numbers: bool
) -> tuple[dict[str, Any], list[Any]]:
    """What names stand for on the right side, and the values of the function's variables."""
    symbols = [sp.Symbol(name, real=True) for name in given.variables]
    known: dict[str, Any] = dict(names)
    for name, node in claim.names.items():
        try:
            known[name] = evaluate(node, known, functions)
        except _CANNOT:
            known[name] = UNREAD
    known |= dict.fromkeys(claim.points, UNREAD)
    if claim.arguments is None:
        return known, list(symbols)
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


def _same(right: Any, want: Any, variables: tuple[str, ...], claim: Claim) -> bool:
    """Whether two formulas are equal, or two numbers within the test's tolerance."""
    from autograder.questions import Equal

    if isinstance(want, list):
        if not isinstance(right, list) or len(right) != len(want):
            return False
        return all(_same(a, b, variables, claim) for a, b in zip(right, want, strict=True))
    if isinstance(right, list) or not {str(symbol) for symbol in right.free_symbols} <= {*variables}:
        return False
    if not right.free_symbols and not want.free_symbols:
        allowed = max(claim.atol, 1e-8) + max(claim.rtol, 1e-6) * abs(float(right))
        return abs(float(right) - float(want)) <= allowed
    try:
        return Equal(want, variables=variables).judge(right).outcome is Outcome.CORRECT
    except AuthorError:
        return False


def _options(claims: Sequence[Claim], given: Given, names: Mapping[str, Any], functions: Mapping[str, Given]) -> str:
    """Tolerance, points and domain of a test, for the question."""
    options = ""
    rtol, atol = max(claim.rtol for claim in claims), max(claim.atol for claim in claims)
    if rtol > _OURS[0]:
        options += f", rtol={rtol:g}"
    if atol > _OURS[1]:
        options += f", atol={atol:g}"
    points: dict[tuple[Any, ...], None] = {}
    for claim in claims:
        if claim.arguments is None:
            continue
        try:
            _, values = _called(claim, given, names, functions, numbers=True)
        except _CANNOT:
            continue  # a name that runs over points
        if len(values) == len(given.variables) and all(getattr(value, "is_number", False) for value in values):
            points[tuple(_short(value) for value in values)] = None
    if points:
        shown = [point[0] if len(point) == 1 else point for point in points]
        options += f", points={shown!r}"
    if len(given.variables) == 1:
        over = [_bounds(claim) for claim in claims if claim.arguments]
        if over and all(over):
            low, high = min(low for low, _ in filter(None, over)), max(high for _, high in filter(None, over))
            options += f", domain={{{given.variables[0]!r}: ({low:g}, {high:g})}}"
        if any(_whole_array(claim) for claim in claims):
            options += ", vectorised=True"
    return options


def _short(value: Any) -> int | float:
    number = float(value)
    return int(number) if number == int(number) else number


def _over(claim: Claim) -> ast.expr | None:
    (first, *_) = claim.arguments or (None,)
    return {**claim.names, **claim.points}.get(first.id) if isinstance(first, ast.Name) else None


def _bounds(claim: Claim) -> tuple[float, float] | None:
    node = _over(claim)
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in _NUMBERS and len(node.args) >= 2:
        try:
            low, high = (float(ast.literal_eval(each)) for each in node.args[:2])
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


def _unmade(asked: Asked) -> str | None:
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


def asked_of_solution(source: Source, question: SourceQuestion) -> list[Asked] | str:
    """The questions that a solution without tests answers for certain, or why there are none."""
    names, functions = given_functions(source, question, solved=True)
    before = dict(functions)
    own = answered(question)
    derived: dict[str, Asked] = {}
    last: list[str] = []
    for cell in question.answers:
        for node in parsed_text(cell.text).body:
            bind(node, names, functions, answer=False)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                last.append(node.targets[0].id)
                if (found := _library_derivative(node, before)) is not None:
                    derived[node.targets[0].id] = found
            elif isinstance(node, ast.FunctionDef):
                last.append(node.name)
    last = [name for name in last if name in own]
    told = [name for name in dict.fromkeys(last) if re.search(rf"\b{re.escape(name)}\b", question.prompt)]
    asked = []
    for name in told or last[-1:]:
        found = derived.get(name) or _of_formula(name, names, functions, before, question)
        if found is None:
            return f"what {name} is cannot be said without running it"
        asked.append(found)
    return asked or "no answer has a name"


def _library_derivative(node: ast.Assign, functions: Mapping[str, Given]) -> Asked | None:
    """``df = jax.grad(f)`` with a function of the notebook."""
    value, target = node.value, node.targets[0]
    if not isinstance(value, ast.Call) or not isinstance(target, ast.Name) or len(value.args) != 1 or value.keywords:
        return None
    called = value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")
    of = value.args[0]
    given = functions.get(of.id) if isinstance(of, ast.Name) else None
    if called not in DIFFERENTIATE or given is None or (len(given.variables) > 1 and not given.vector):
        return None
    (kind, arguments, words), _ = next(_operators(given))
    return Asked(
        kind=kind, arguments=f"{str(given.formula)!r}, {arguments}", name=target.id,
        reason=f"the solution is the {words} of {given.name}, {given.formula}",
    )  # fmt: skip


def _of_formula(
    name: str,
    names: Mapping[str, Any],
    functions: Mapping[str, Given],
    before: Mapping[str, Given],
    question: SourceQuestion,
) -> Asked | None:
    function = functions.get(name)
    value = function.derivatives(0) if function is not None and function.vector else None
    formula = function.formula if function is not None else names.get(name)
    if not isinstance(formula, sp.Expr | list) or value is not None or isinstance(formula, sp.Symbol):
        return None
    variables = function.variables if function is not None else ()
    says = _SAYS.search("\n".join([question.prompt, *(cell.text for cell in question.answers)]))
    claim = Claim(
        answer=name, arguments=None, entry=None, right=ast.Constant(value=0), rtol=0, atol=0, names={}, points={}
    )
    for given in [*reversed([*before.values()]), *_of_prompt(question.prompt)] if says else []:
        for (kind, arguments, words), desired in _operators(given):
            try:
                same = {*variables} <= {*given.variables} and _same(formula, desired, given.variables, claim)
            except _CANNOT:
                continue
            if same:
                asked = Asked(
                    kind=kind, arguments=f"{str(given.formula)!r}, {arguments}", name=name,
                    reason=f"the solution is the {words} of {given.name}, {given.formula}",
                )  # fmt: skip
                return asked if _unmade(asked) is None else None
    shown = str(formula) if not isinstance(formula, list) else [str(each) for each in formula]
    more = f", variables={variables!r}" if variables else ""
    asked = Asked(
        kind="Equal", arguments=f"{shown!r}{more}", name=name, hidden_only=True,
        reason="the solution is written out; the test holds it and is hidden",
    )  # fmt: skip
    return asked if _unmade(asked) is None else None
