"""What a solution without tests answers for certain."""

import ast
import re
from collections.abc import Collection, Mapping
from typing import Any

import sympy as sp

from autograder.build.foreign.asked import Asked
from autograder.build.foreign.certainty.claims import Claim
from autograder.build.foreign.certainty.fitting import CANNOT, SAYS, of_prompt, operators, same, unmade
from autograder.build.foreign.certainty.formulas import Given, is_derivative
from autograder.build.foreign.certainty.given import answered, bind, given_functions
from autograder.build.source import Source, SourceQuestion, parsed_text

__all__ = ["asked_of_solution"]

_CHOICE = re.compile(
    r"\b(?:choose|pick|guess|experiment|your (?:own|favou?rite)|any (?:number|value|function)|wähle?|beliebig\w*)\b",
    re.IGNORECASE,
)
"""Where another answer than the solution's may be right."""


def asked_of_solution(source: Source, question: SourceQuestion) -> list[Asked] | str:
    """The questions that a solution without tests answers for certain, or why there are none."""
    if _CHOICE.search(question.prompt):
        return "its prompt leaves a choice"
    if any(_is_rounded(node) for cell in question.answers for node in ast.walk(parsed_text(cell.text))):
        return "a decimal in its solution may be rounded"
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
                if (found := _library_derivative(node, before, {*names, *functions})) is not None:
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


def _is_rounded(node: ast.AST) -> bool:
    """Whether a node is a decimal such as 3.14, and not 0.25."""
    return isinstance(node, ast.Constant) and isinstance(node.value, float) and not (8 * node.value).is_integer()


def _library_derivative(node: ast.Assign, functions: Mapping[str, Given], own: Collection[str]) -> Asked | None:
    """``df = jax.grad(f)`` with a function of the notebook."""
    value, target = node.value, node.targets[0]
    if not isinstance(value, ast.Call) or not isinstance(target, ast.Name) or len(value.args) != 1 or value.keywords:
        return None
    of = value.args[0]
    given = functions.get(of.id) if isinstance(of, ast.Name) else None
    if not is_derivative(value.func, own) or given is None or (len(given.variables) > 1 and not given.vector):
        return None
    (kind, arguments, words), _ = next(operators(given))
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
    says = SAYS.search("\n".join([question.prompt, *(cell.text for cell in question.answers)]))
    claim = Claim(
        answer=name,
        arguments=None,
        by=None,
        entry=None,
        right=ast.Constant(value=0),
        rtol=0,
        atol=0,
        names={},
        points={},
    )
    for given in [*reversed([*before.values()]), *of_prompt(question.prompt)] if says else []:
        for (kind, arguments, words), desired in operators(given):
            try:
                is_it = variables in ((), given.variables) and same(formula, desired, given.variables, claim)
            except CANNOT:
                continue
            if is_it:
                asked = Asked(
                    kind=kind, arguments=f"{str(given.formula)!r}, {arguments}", name=name,
                    reason=f"the solution is the {words} of {given.name}, {given.formula}",
                )  # fmt: skip
                return asked if unmade(asked) is None else None
    shown = str(formula) if not isinstance(formula, list) else [str(each) for each in formula]
    more = f", variables={variables!r}" if variables else ""
    asked = Asked(
        kind="Equal", arguments=f"{shown!r}{more}", name=name, hidden_only=True,
        reason="the solution is written out; the test holds it and is hidden",
    )  # fmt: skip
    return asked if unmade(asked) is None else None
