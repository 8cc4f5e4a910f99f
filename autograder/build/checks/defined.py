"""The functions that a notebook defines itself, held against those that its tests ask about.

A test repeats the function of its question: ``Gradient("x**2*y")``. Where the notebook has a function of the same role,
the two have to be the same, or right answers are refused. The role is read off the source: a given cell before the
question binds the name, the prompt (in code or in a formula) or the solution uses it, and it takes the variables of the
question. What defines it is run by itself, a few statements; what cannot be run so is not compared.
"""

import ast
import contextlib
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from autograder.build.checks.asked import Asked
from autograder.build.checks.finding import Finding
from autograder.build.source import Cell, Source, SourceQuestion

if TYPE_CHECKING:  # SymPy comes with it
    from autograder.reference import Function, Layout

__all__ = ["defined_findings"]

_RTOL = 1e-4
"""JAX's default is single precision."""
_SPANS = re.compile(r"(`+)(.+?)\1|\$\$?(.+?)\$\$?", re.S)
_NAME = re.compile(r"(?<![\\\w])[A-Za-z_]\w*")
_PLAIN = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)


class _Statement:
    """One statement of a cell: what it binds and what it looks up, inside functions too."""

    def __init__(self, cell: Cell, node: ast.stmt, given: bool) -> None:
        self.cell = cell
        self.node = node
        self.given = given
        names = [n for n in ast.walk(node) if isinstance(n, ast.Name)]
        self.reads = {name.id for name in names if isinstance(name.ctx, ast.Load)}
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            self.binds = {node.name}
        elif isinstance(node, ast.Import | ast.ImportFrom):
            self.binds = {(each.asname or each.name).partition(".")[0] for each in node.names}
        else:
            self.binds = {name.id for name in names if isinstance(name.ctx, ast.Store)}


def defined_findings(source: Source, question: SourceQuestion, asked: Asked) -> Iterator[Finding]:
    """Where a test asks about another function than the notebook has under the name that the question uses."""
    from autograder.questions.derivatives import Expected  # SymPy comes with it

    before = list(_statements(source, question))
    used = _used(question)
    told: set[str] = set()
    for cell, each in asked:
        function = getattr(each, "function", None)
        if function is None or isinstance(each, Expected) or function.shape:
            continue
        made = list(_candidates(before, used, function))
        found = [(name, where, rows) for name, where, value in made if (rows := _rows(each, value))]
        if not found or any(_same(rows, each) for _, _, rows in found):
            continue
        name, where, rows = found[-1]
        point, theirs, ours = max(rows, key=lambda row: abs(row[1] - row[2]))
        message = (
            f"The test asks about {function.text}, and {name} of cell {where.index} is another function: at {point} "
            f"the one is {ours:.6g}, the other {theirs:.6g}."
        )
        if message not in told:
            told.add(message)
            yield Finding(
                code="R10",
                question=question.name,
                cell=cell.index,
                message=message,
                fix=f"Mend the one that is wrong; if both are meant, write `# meant: R10 why` below `name: "
                f"{question.name}`.",
            )


def _statements(source: Source, question: SourceQuestion) -> Iterator[_Statement]:
    tests = {cell.index for each in source.questions for cell in each.tests}
    answers = {cell.index for each in source.questions for cell in each.answers}
    end = min((cell.index for cell in question.tests), default=0)
    for cell in source.cells:
        if cell.kind != "code" or cell.index in tests or cell.index >= end:
            continue
        try:
            module = ast.parse(_python(cell))
        except SyntaxError:
            continue
        yield from (_Statement(cell, node, cell.index not in answers) for node in module.body)


def _used(question: SourceQuestion) -> set[str]:
    """Names that the prompt has in code or in a formula, and names that the solution looks up."""
    spans = (match[2] or match[3] for match in _SPANS.finditer(question.prompt))
    names = {name for span in spans for name in _NAME.findall(span)}
    for cell in question.answers:
        names |= {n.id for n in ast.walk(ast.parse(_python(cell))) if isinstance(n, ast.Name)}
    return names - set(question.names)


def _python(cell: Cell) -> str:
    """Without IPython's own lines."""
    return "\n".join("pass" if line.lstrip().startswith(("%", "!")) else line for line in cell.text.split("\n"))


def _candidates(
    before: Sequence[_Statement], used: set[str], function: "Function"
) -> Iterator[tuple[str, Cell, Callable[[Mapping[str, float]], Any]]]:
    """Name, cell and values of every function of the notebook that the question may be about."""
    layout = function.layout
    last: dict[str, int] = {}
    for place, statement in enumerate(before):
        last |= dict.fromkeys(statement.binds & used, place)
    for name, place in last.items():
        statement = before[place]
        if not statement.given or not isinstance(statement.node, ast.FunctionDef | ast.Assign):
            continue
        value = _made(before, place, name)
        if (call := _of_arrays(value, layout) if layout else _values(value, function.variables)) is not None:
            yield name, statement.cell, call


def _made(before: Sequence[_Statement], place: int, name: str) -> Any:
    """What a name is after the statements that it needs; None where they are more than definitions, or stop."""
    needed, waiting = {place}, [place]
    while waiting:
        current = waiting.pop()
        inside = isinstance(before[current].node, ast.FunctionDef)
        for wanted in before[current].reads:
            until = len(before) if inside else current
            makers = [k for k in range(until) if wanted in before[k].binds and k != current]
            if makers and makers[-1] not in needed:
                needed.add(makers[-1])
                waiting.append(makers[-1])
    chosen = [before[k].node for k in sorted(needed)]
    if not all(isinstance(node, _PLAIN) for node in chosen):
        return None
    names: dict[str, Any] = {}
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(ast.Module(body=chosen, type_ignores=[]), "notebook", "exec"), names)
    except Exception:  # it needs what only a running notebook has: then there is nothing to compare
        return None
    return names.get(name)


def _values(value: Any, variables: Sequence[str]) -> Callable[[Mapping[str, float]], Any] | None:
    """How to ask a SymPy expression or a function of the question's variables; None for anything else."""
    if isinstance(value, sp.Symbol):
        return None  # `x = sp.Symbol("x")` names a variable
    if isinstance(value, sp.Expr) and {str(symbol) for symbol in value.free_symbols} == {*variables}:
        symbols = {str(symbol): symbol for symbol in value.free_symbols}
        return lambda point: value.evalf(subs={symbols[name]: x for name, x in point.items()})
    code = getattr(value, "__code__", None)
    if code is None or not callable(value):
        return None
    given = code.co_varnames[: code.co_argcount]
    if {*given} == {*variables}:
        return lambda point: value(**point)
    if len(given) == len(variables) == 1:
        return lambda point: value(point[variables[0]])
    if len(given) == 1:
        return lambda point: value(np.array([point[name] for name in variables]))
    return None


def _of_arrays(value: Any, layout: "Layout") -> Callable[[Mapping[str, float]], Any] | None:
    """How to ask a function of the question's arrays, by their names or a single one; None for anything else."""
    code = getattr(value, "__code__", None)
    if code is None or not callable(value):
        return None
    given = code.co_varnames[: code.co_argcount]
    if {*given} != {*layout.names} and not len(given) == len(layout.names) == 1:
        return None
    order = [layout.names.index(name) for name in given] if len(given) > 1 else [0]

    def call(point: Mapping[str, float]) -> Any:
        arrays = layout.assembled(np.array([point[name] for name in layout.variables]))
        return value(*(arrays[place] for place in order))

    return call


def _rows(asked: Any, value: Callable[[Mapping[str, float]], Any]) -> list[tuple[str, float, float]] | None:
    """Point, the notebook's value and the question's at each of the question's points.

    None for a function that gives no number somewhere there: it plays another role.
    """
    from autograder.reference import Operator, point_text, reference_of

    plain = reference_of(asked.function, Operator(shape=(), terms=((0, ()),)))
    rows = []
    try:
        samples = plain.samples(seed=asked.seed, domain=asked.domain)
        for point, ours in zip(samples.points, samples.values, strict=True):
            theirs = np.asarray(value({name: float(x) for name, x in point.items()}), dtype=float)
            if theirs.size != 1 or not np.all(np.isfinite(theirs)):
                return None
            rows.append((point_text(point), theirs.item(), float(ours)))
    except Exception:  # the notebook's function may do anything
        return None
    return rows


def _same(rows: Sequence[tuple[str, float, float]], asked: Any) -> bool:
    """Of a direction the sign is not compared: the way down is the way up of -f."""
    from autograder.questions import LevelSetNormal, LevelSetTangent, SteepestAscent

    signs = (1, -1) if isinstance(asked, SteepestAscent | LevelSetNormal | LevelSetTangent) else (1,)
    return any(
        all(abs(theirs - sign * ours) <= _RTOL * (1e-3 + abs(ours)) for _, theirs, ours in rows) for sign in signs
    )
