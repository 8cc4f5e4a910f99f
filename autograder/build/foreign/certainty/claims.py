"""What a test compares, read off its lines: an answer, or what it gives for these arguments, with an expression."""

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

__all__ = ["Claim", "NotRead", "claims_of"]

_CLOSE = {"isclose": (1e-5, 1e-8), "allclose": (1e-5, 1e-8), "assert_allclose": (1e-7, 0.0)}
"""Functions of NumPy that compare, with their own rtol and atol."""
_WRAPPERS = ("simplify", "expand", "factor", "trigsimp", "array", "asarray", "Matrix", "Array", "float", "list",
             "tuple", "flatten", "ravel", "squeeze", "N", "nsimplify")  # fmt: skip
_MEASURES = (*_CLOSE, *_WRAPPERS, "abs", "fabs", "absolute", "norm", "all", "bool", "max", "sum", "callable")
_LIBRARIES = re.compile(r"(?:import|from) (?:numpy|jax|math|sympy|scipy|autograd|torch|nose|unittest)\b")
_AT_MOST = 1e-3
"""A looser tolerance is no comparison of a derivative."""


class NotRead(Exception):
    """A line that does something else than compare; the text says why, as the end of "it stays, since …"."""


def _more(node: ast.AST) -> NotRead:
    line = ast.unparse(node).partition("\n")[0]
    return NotRead(f"`{line}` does more than compare an answer with a formula")


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One comparison."""

    answer: str
    arguments: tuple[ast.expr, ...] | None
    """With which the answer is called; None where it is a formula or a value itself."""
    by: ast.expr | None
    """What is put in the place of, where the answer is a formula in which these arguments are put in."""
    entry: int | None
    """Of which entry of it the comparison is."""
    right: ast.expr
    rtol: float
    atol: float
    names: Mapping[str, ast.expr]
    """What the test itself has bound so far."""
    points: Mapping[str, ast.expr]
    """Loop variable → what it runs over."""


def claims_of(
    body: Sequence[ast.stmt],
    answers: frozenset[str],
    saved: str | None = None,
    *,
    imports: Mapping[str, str] = MappingProxyType({}),
    own: Collection[str] = (),
) -> list[Claim]:
    """The comparisons of a test, all of its lines understood.

    Args:
        body: the test's statements.
        answers: names that the solutions bind.
        saved: the output with which Otter compares the last line, where it is a doctest.
        imports: name → the line that imports it.
        own: names that the notebook binds otherwise.

    Raises:
        NotRead: with the line that does something else.
    """
    for node in [each for statement in body for each in ast.walk(statement)]:
        if isinstance(node, ast.Call) and _last(node.func) in _MEASURES:
            _look_whose(node, imports, own)
    found = list(_claims(body, answers, {}, {}, saved))
    if not found:
        raise NotRead("it compares nothing")
    return found


def _look_whose(node: ast.Call, imports: Mapping[str, str], own: Collection[str]) -> None:
    """Write ``math.isclose`` for whatever it is called here, and refuse a function that only has a library's name."""
    of = node.func
    root: ast.expr = of
    while isinstance(root, ast.Attribute):
        root = root.value
    line = imports.get(root.id, "") if isinstance(root, ast.Name) else ""
    theirs = bool(line) and not _LIBRARIES.match(line)
    if theirs or (isinstance(of, ast.Name) and of.id in own and not line):
        raise NotRead(f"`{ast.unparse(of)}` is the notebook's own")
    of_math = re.match(r"import math\b|from math import isclose\b", line)
    if of_math and (isinstance(of, ast.Name) or (isinstance(of, ast.Attribute) and root is of.value)):
        node.func = ast.Attribute(value=ast.Name(id="math", ctx=ast.Load()), attr=_last(of), ctx=ast.Load())


def _claims(
    body: Sequence[ast.stmt],
    answers: frozenset[str],
    names: dict[str, ast.expr],
    points: dict[str, ast.expr],
    saved: str | None,
) -> Iterator[Claim]:
    for place, node in enumerate(body):
        if isinstance(node, ast.Import | ast.ImportFrom):
            if not _LIBRARIES.match(ast.unparse(node)):
                unknown = ast.Constant(value="something else")
                names |= {(each.asname or each.name).partition(".")[0]: unknown for each in node.names}
            continue
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            names[node.targets[0].id] = node.value
        elif isinstance(node, ast.For) and not node.orelse:
            targets = node.target.elts if isinstance(node.target, ast.Tuple) else [node.target]
            if not all(isinstance(each, ast.Name) for each in targets):
                raise _more(node)
            wanted = [each.id for each in targets if isinstance(each, ast.Name)]
            if rows := _rows(node.iter, len(wanted)):
                for row in rows:
                    yield from _claims(
                        node.body, answers, {**names, **dict(zip(wanted, row, strict=True))}, points, None
                    )
                continue
            over = dict.fromkeys(wanted, node.iter)
            yield from _claims(node.body, answers, dict(names), {**points, **over}, None)
        elif isinstance(node, ast.Assert):
            yield from _of(node.test, answers, names, points)
        elif isinstance(node, ast.Expr):
            last = place == len(body) - 1
            called = isinstance(node.value, ast.Call) and _last(node.value.func) == "assert_allclose"
            if not called and not (last and saved in ("True", "np.True_")):
                raise _more(node)
            yield from _of(node.value, answers, names, points)
        else:
            raise _more(node)


def _rows(over: ast.expr, width: int) -> list[list[ast.expr]] | None:
    """What a loop runs over, a row a round, where it is written out."""
    if not isinstance(over, ast.List | ast.Tuple) or len(over.elts) > 50:
        return None
    rows = [each.elts if width > 1 and isinstance(each, ast.Tuple | ast.List) else [each] for each in over.elts]
    return rows if all(len(row) == width for row in rows) else None


def _of(
    test: ast.expr, answers: frozenset[str], names: Mapping[str, ast.expr], points: Mapping[str, ast.expr]
) -> Iterator[Claim]:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        for each in test.values:
            yield from _of(each, answers, names, points)
        return
    inner = test.args[0] if isinstance(test, ast.Call) and _last(test.func) == "all" and len(test.args) == 1 else None
    if isinstance(inner, ast.GeneratorExp | ast.ListComp):
        loop, *more = inner.generators
        if more or loop.ifs:
            raise _more(test)
        body: list[ast.stmt] = [ast.Assert(test=inner.elt)]
        as_loop = ast.For(target=loop.target, iter=loop.iter, body=body, orelse=[])
        yield from _claims([as_loop], answers, dict(names), dict(points), None)
        return
    if _is_form(test, answers):
        return  # our questions ask for it themselves
    left, right, rtol, atol = _compared(test)
    if rtol > _AT_MOST or atol > _AT_MOST:
        raise NotRead(f"`{ast.unparse(test)}` allows an error of {max(rtol, atol):g}")
    claim = Claim(answer="", arguments=None, by=None, entry=None, right=right, rtol=rtol, atol=atol, names=dict(names),
                  points=dict(points))  # fmt: skip
    sides = [(_as_answer(a, answers, names), b) for a, b in ((left, right), (right, left))]
    asked = [(found, other) for found, other in sides if found is not None]
    if len(asked) != 1:
        raise NotRead(f"`{ast.unparse(test)}` compares {'two answers' if asked else 'no answer as it stands'}")
    ((name, arguments, by, entry), other) = asked[0]
    if any(isinstance(n, ast.Name) and n.id in answers for n in ast.walk(other)):
        raise NotRead(f"`{ast.unparse(test)}` compares an answer with another")
    yield replace(claim, answer=name, arguments=arguments, by=by, entry=entry, right=_plain(other))


def _compared(test: ast.expr) -> tuple[ast.expr, ast.expr, float, float]:
    """Both sides of a comparison, rtol and atol."""
    test = _plain(test, ("bool", "all"))
    if isinstance(test, ast.Call) and _last(test.func) in _CLOSE:
        rtol, atol = _CLOSE[_last(test.func)]
        of_math = isinstance(test.func, ast.Attribute) and ast.unparse(test.func.value) == "math"
        if of_math:
            rtol, atol = 1e-9, 0.0
        given = {each.arg: each.value for each in test.keywords}
        given |= dict(zip(("rtol", "atol"), test.args[2:], strict=False))
        rtol = _literal(given.pop("rtol", given.pop("rel_tol", None)), rtol)
        atol = _literal(given.pop("atol", given.pop("abs_tol", None)), atol)
        if len(test.args) < 2 or given.keys() - {"err_msg", "verbose"}:
            raise _more(test)
        return test.args[0], test.args[1], rtol, atol
    if isinstance(test, ast.Call) and isinstance(test.func, ast.Attribute) and test.func.attr == "equals" and test.args:
        return test.func.value, test.args[0], 0.0, 0.0
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        raise _more(test)
    left, right = _plain(test.left), _plain(test.comparators[0])
    if isinstance(test.ops[0], ast.Lt | ast.LtE):
        inner = _plain(left, ("max", "sum"))
        if not isinstance(inner, ast.Call) or _last(inner.func) not in ("abs", "fabs", "absolute", "norm"):
            raise _more(test)  # max(a - b) < 1 says nothing of what lies far below
        inner = inner.args[0]
        if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Sub):
            return inner.left, inner.right, 0.0, _literal(right, 1.0)
    if not isinstance(test.ops[0], ast.Eq):
        raise _more(test)
    difference = left if isinstance(left, ast.BinOp) and isinstance(left.op, ast.Sub) else None
    if difference is not None and isinstance(right, ast.Constant) and right.value == 0:
        return difference.left, difference.right, 0.0, 0.0
    return left, right, 0.0, 0.0


def _literal(node: ast.expr | None, default: float) -> float:
    if node is None:
        return default
    try:
        return float(ast.literal_eval(node))
    except (ValueError, TypeError) as error:
        raise NotRead(f"the tolerance {ast.unparse(node)} is computed") from error


def _as_answer(
    node: ast.expr, answers: frozenset[str], names: Mapping[str, ast.expr]
) -> tuple[str, tuple[ast.expr, ...] | None, ast.expr | None, int | None] | None:
    """Name, arguments, in whose place they are put, and entry, where a node is an answer, an entry of it, a value."""
    node = _plain(node)
    entry = None
    if isinstance(node, ast.Name) and node.id in names and node.id not in answers:
        return _as_answer(names[node.id], answers, {})
    at = node.slice if isinstance(node, ast.Subscript) else None
    if isinstance(node, ast.Subscript) and isinstance(at, ast.Constant) and isinstance(at.value, int):
        node, entry = _plain(node.value), at.value
    if isinstance(node, ast.Name) and node.id in answers:
        return node.id, None, None, entry
    of = node.func if isinstance(node, ast.Call) else None
    if (
        isinstance(of, ast.Attribute)
        and of.attr == "subs"
        and isinstance(of.value, ast.Name)
        and of.value.id in answers
    ):
        assert isinstance(node, ast.Call)
        return (of.value.id, (node.args[1],), node.args[0], entry) if len(node.args) == 2 else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in answers and not node.keywords:
        return node.func.id, tuple(node.args), None, entry
    return None


def _is_form(test: ast.expr, answers: frozenset[str]) -> bool:
    """``callable(df)`` and ``df is not None``: what every question of ours asks for as well."""
    if isinstance(test, ast.Call) and _last(test.func) == "callable" and len(test.args) == 1:
        return isinstance(test.args[0], ast.Name) and test.args[0].id in answers
    if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.IsNot) and isinstance(test.left, ast.Name):
        none = test.comparators[0]
        return test.left.id in answers and isinstance(none, ast.Constant) and none.value is None
    return False


def _plain(node: ast.expr, wrappers: Sequence[str] = _WRAPPERS) -> ast.expr:
    """Without what changes nothing about a comparison: ``np.array(…)``, ``sp.simplify(…)``, ``(…).all()``."""
    while isinstance(node, ast.Call) and _last(node.func) in wrappers:
        if len(node.args) == 1 and all(map(_changes_nothing, node.keywords)):
            node = node.args[0]
        elif not node.args and isinstance(node.func, ast.Attribute):
            node = node.func.value
        else:
            break
    return node


def _changes_nothing(keyword: ast.keyword) -> bool:
    """``axis=``, and a type of floats: others cut digits off."""
    return keyword.arg == "axis" or (keyword.arg == "dtype" and "float" in ast.unparse(keyword.value))


def _last(of: Any) -> str:
    return of.id if isinstance(of, ast.Name) else of.attr if isinstance(of, ast.Attribute) else ""
