"""Where a test asks for a derivative for certain, it becomes one of our questions; every other stays what it is.

Certain is: every line of the test is understood, the function is one that the notebook or the prompt gives, everything
that the test compares with is that function's derivative (or partial derivative, or gradient), a solution that can be
read is that derivative too, and the test, the solution or the prompt says that a derivative is meant.
"""

import ast
import contextlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp

from autograder.build.foreign.asked import Asked
from autograder.build.foreign.certainty.claims import Claim, NotRead, claims_of
from autograder.build.foreign.certainty.fitting import CANNOT, SAYS, called, fits, of_prompt, operators, same, unmade
from autograder.build.foreign.certainty.formulas import Given, applied, evaluate
from autograder.build.foreign.certainty.given import answered, bind, given_functions
from autograder.build.foreign.certainty.options import options
from autograder.build.foreign.tests import imports_of
from autograder.build.source import Cell, Source, SourceQuestion, is_function, parsed_text, tested

__all__ = ["asked_by"]


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
    names, functions = given_functions(source, question)
    imports: dict[str, str] = {}
    for cell in source.cells:
        if cell.kind == "code" and cell.index <= test.index:
            with contextlib.suppress(SyntaxError):  # a cell for another kernel
                imports |= imports_of(cell.text)
    imports |= imports_of("\n".join(map(ast.unparse, body)))
    try:
        claims = claims_of(body, answered(question), saved, imports=imports, own={*names, *functions})
    except NotRead as error:
        return str(error)
    answers = {claim.answer for claim in claims}
    if len(answers) > 1:
        return f"it compares several answers, {', '.join(sorted(answers))}"
    says = SAYS.search("\n".join([question.prompt, test.text, *(cell.text for cell in question.answers)]))
    if says is None:
        return "nothing says that a derivative is asked for"
    why = "no function of the notebook or the prompt has this derivative"
    for given in [*reversed([*functions.values()]), *of_prompt(question.prompt)]:
        for operator, desired in operators(given):
            found = fits(claims, given, desired, names, functions)
            solved = found and _solves(source, question, claims[0], given, desired)
            if not found or solved is False:
                continue
            if solved is None and not _is_told(given, question) and not _are_many(claims, given, names, functions):
                why = f"its few numbers fit the derivative of {given.name} too, but nothing says that this one is meant"
                continue
            more = options(claims, given, names, functions)
            arguments = f"{str(given.formula)!r}, {operator[1]}{more}"
            where = f"{given.name} of the notebook" if given.name in functions else f"{given.name} of the prompt"
            asked = Asked(kind=operator[0], arguments=arguments, name=answers.pop(), reason=(
                f"all that it compares with is the {operator[2]} of {where}, {given.formula}"))  # fmt: skip
            if (fault := unmade(asked)) is not None:
                return fault
            return asked
    return why


_OUR_KINDS = frozenset({"Derivative", "Gradient", "Jacobian", "Hessian", "Equal", "Choice", "Text"})


def _solves(source: Source, question: SourceQuestion, claim: Claim, given: Given, desired: Any) -> bool | None:
    """Whether the solution is the desired derivative; None where it cannot be read."""
    names, functions = given_functions(source, question, solved=True)
    for cell in question.answers:
        for node in parsed_text(cell.text).body:
            bind(node, names, functions, answer=False)
    formula = names.get(claim.answer)
    if not isinstance(formula, sp.Expr | list):
        function = functions.get(claim.answer)
        if (
            function is None
            or function.vector
            or isinstance(desired, list)
            or len(function.variables) != len(given.variables)
        ):
            return None
        formula = applied(function, [sp.Symbol(each, real=True) for each in given.variables])
    try:
        return same(formula, desired, given.variables, claim)
    except CANNOT:
        return None


def _is_told(given: Given, question: SourceQuestion) -> bool:
    """Whether prompt or solution names the function."""
    text = "\n".join([question.prompt, *(cell.text for cell in question.answers)])
    return re.search(rf"(?<!\w){re.escape(given.name)}(?!\w)", text) is not None


def _are_many(claims: Sequence[Claim], given: Given, names: Mapping[str, Any], functions: Mapping[str, Given]) -> bool:
    """Whether what is compared with is no coincidence: a formula, a number that is not whole, or two other than 0."""
    weight = 0
    for claim in claims:
        try:
            known, _ = called(claim, given, names, functions, numbers=True)
            right = evaluate(claim.right, known, functions)
        except CANNOT:
            return True  # a formula in what a loop runs over
        for value in right if isinstance(right, list) else [right]:
            if value.free_symbols or not value.is_rational:
                return True
            weight += value != 0
    return weight > 1
