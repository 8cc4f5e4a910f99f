"""What the cells above a test give: formulas by their names, and functions."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sympy as sp

from autograder.build.foreign.certainty.formulas import UNREAD, Given, Unsure, evaluate, is_usual, last_name
from autograder.build.source import Cell, Source, SourceQuestion, bound, parsed_text

__all__ = ["answered", "bind", "given_functions"]


def answered(question: SourceQuestion) -> frozenset[str]:
    """Names that students bind themselves.

    Students get a solution's cell without its marked lines: of ``a = 3`` and ``b = 2*a  # SOLUTION`` they bind ``b``.
    """
    from autograder.otter import students_text

    own = set(question.assigned)
    for cell in question.answers:
        given = Cell(index=cell.index, id="", kind="code", text=students_text(cell.text))
        try:
            left = bound(given)
        except SyntaxError:
            continue
        own -= {name for name, how in bound(cell).items() if left.get(name) == how}
    return frozenset(own)


def given_functions(
    source: Source, question: SourceQuestion, *, solved: bool = False
) -> tuple[dict[str, Any], dict[str, Given]]:
    """What the cells above a question's tests bind: formulas by their names, and functions.

    Symbols are real, as the variables of a question are.

    Args:
        source: the assignment.
        question: of it.
        solved: take the answers of earlier questions for given.
    """
    tests = {cell.index for each in source.questions for cell in each.tests}
    own = {cell.index: answered(each) for each in source.questions for cell in each.answers}
    mine = {cell.index for cell in question.answers}
    end = min((cell.index for cell in question.tests), default=max(mine, default=0) + 1)
    names: dict[str, Any] = {}
    functions: dict[str, Given] = {}
    for cell in source.cells:
        if cell.kind != "code" or cell.index in tests or cell.index >= end:
            continue
        for node in _statements(cell):
            own_here = own.get(cell.index, frozenset())
            answer = bool(_stored(node) & own_here) and not (solved and cell.index not in mine)
            bind(node, names, functions, answer=answer)
    return names, functions


def _stored(node: ast.stmt) -> set[str]:
    """Names that a statement binds, in whatever it holds."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    found = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            found.add(each.id)
        elif isinstance(each, ast.FunctionDef | ast.ClassDef):
            found.add(each.name)
        elif isinstance(each, ast.alias):
            found.add((each.asname or each.name).partition(".")[0])
    return found


def _mutated(node: ast.stmt) -> set[str]:
    """Names of what a statement changes in place: ``w[0] = 3``, ``w.append(3)``."""
    found = set()
    for each in ast.walk(node):
        root: ast.AST | None = None
        if isinstance(each, ast.Subscript | ast.Attribute) and isinstance(each.ctx, ast.Store | ast.Del):
            root = each.value
        elif isinstance(each, ast.Expr) and isinstance(each.value, ast.Call):
            root = each.value.func if isinstance(each.value.func, ast.Attribute) else None
        while isinstance(root, ast.Subscript | ast.Attribute):
            root = root.value
        if isinstance(root, ast.Name):
            found.add(root.id)
    return found


def _statements(cell: Cell) -> list[ast.stmt]:
    try:
        return parsed_text(cell.text).body
    except SyntaxError:
        return []


def bind(node: ast.stmt, names: dict[str, Any], functions: dict[str, Given], *, answer: bool) -> None:
    """Enter what a statement binds; what cannot be read takes the name away, since it is then another thing."""
    stored = _stored(node)
    found = {} if isinstance(node, ast.FunctionDef) else dict(_assigned(node, names, functions))
    made = None if answer or not isinstance(node, ast.FunctionDef) else _function(node, names, functions)
    if not isinstance(node, ast.Import | ast.ImportFrom):
        stored |= _mutated(node) & {*names, *functions}
    for name in stored:
        functions.pop(name, None)
        names[name] = UNREAD
    if isinstance(node, ast.Import | ast.ImportFrom):
        for name in stored:  # the library's, again
            names.pop(name)
        return
    others = {*stored}
    while stale := {name for name, each in functions.items() if each.reads & others}:
        others |= stale
        for name in stale:
            del functions[name]
            names[name] = UNREAD
    if made is not None:
        functions[made.name] = made
    # symbols that an answer's cell makes are there for later cells too; its formulas are answers
    names |= {name: value for name, value in found.items() if not answer or isinstance(value, sp.Symbol)}
    if not answer and isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
        (target, *_) = node.targets
        if isinstance(target, ast.Name) and (made := _of_lambda(target.id, node.value, names, functions)) is not None:
            functions[target.id] = made
    if not answer:
        for name, value in found.items():
            free = sorted(str(each) for each in getattr(value, "free_symbols", ()))
            if free and not isinstance(value, sp.Symbol | list):
                functions[name] = Given(name=name, variables=tuple(free), formula=value)


def _assigned(node: ast.stmt, names: Mapping[str, Any], functions: Mapping[str, Given]) -> Iterator[tuple[str, Any]]:
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return
    target, value = node.targets[0], node.value
    if isinstance(value, ast.Call) and last_name(value.func) in ("symbols", "Symbol") and value.args:
        text = value.args[0]
        if any(ast.unparse(each) != "real=True" for each in value.keywords):
            return  # what is true of a positive x need not be true of -x
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            made = [sp.Symbol(name, real=True) for name in text.value.replace(",", " ").split()]
            targets = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
            if len(targets) == len(made):
                yield from ((each.id, symbol) for each, symbol in zip(targets, made, strict=True)
                            if isinstance(each, ast.Name))  # fmt: skip
        return
    if isinstance(target, ast.Name):
        try:
            yield target.id, evaluate(value, names, functions)
        except (Unsure, TypeError, ValueError, ZeroDivisionError):
            return


def _function(node: ast.FunctionDef, names: Mapping[str, Any], functions: Mapping[str, Given]) -> Given | None:
    """A function of assignments and one return, as a formula of its arguments."""
    arguments = node.args
    if arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.defaults or node.decorator_list:
        return None
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    parameters = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
    if not body or not isinstance(body[-1], ast.Return) or body[-1].value is None or not parameters:
        return None
    if not all(isinstance(each, ast.Assign) for each in body[:-1]):
        return None
    for size in [0, 1, 2, 3, 4, 5] if len(parameters) == 1 else [0]:
        variables, known = _arguments(parameters, size)
        inside = {**names, **known}
        try:
            used = _run(body[:-1], inside, functions)
            formula = evaluate(body[-1].value, used, functions)
        except (Unsure, TypeError, ValueError, ZeroDivisionError):
            continue
        free = {str(each) for each in formula.free_symbols} if isinstance(formula, sp.Expr) else {""}
        if free <= {*variables} and (not size or variables[-1] in free):
            reads = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} - {*parameters}
            looked_up = frozenset(each for each in reads if each in {*names, *functions} or not is_usual(each))
            return Given(name=node.name, variables=variables, formula=formula, vector=bool(size), reads=looked_up)
    return None


def _arguments(parameters: Sequence[str], size: int) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The variables of a function, and what its parameters are: numbers, or one array of so many."""
    if not size:
        return tuple(parameters), {name: sp.Symbol(name, real=True) for name in parameters}
    (only,) = parameters
    variables = tuple(f"{only}{k}" for k in range(size))
    return variables, {only: [sp.Symbol(name, real=True) for name in variables]}


def _run(body: Sequence[ast.stmt], names: Mapping[str, Any], functions: Mapping[str, Given]) -> dict[str, Any]:
    known = dict(names)
    for node in body:
        assert isinstance(node, ast.Assign)
        (target, *more) = node.targets
        value = evaluate(node.value, known, functions)
        if more:
            raise Unsure(ast.unparse(node))
        if isinstance(target, ast.Name):
            known[target.id] = value
        elif isinstance(target, ast.Tuple | ast.List) and isinstance(value, list) and len(value) == len(target.elts):
            known |= {each.id: part for each, part in zip(target.elts, value, strict=True)
                      if isinstance(each, ast.Name)}  # fmt: skip
        else:
            raise Unsure(ast.unparse(node))
    return known


def _of_lambda(name: str, node: ast.Lambda, names: Mapping[str, Any], functions: Mapping[str, Given]) -> Given | None:
    made = ast.FunctionDef(name=name, args=node.args, body=[ast.Return(value=node.body)], decorator_list=[])
    return _function(made, names, functions)
