"""A diagnosis of an answer given as text: what ``autograder judge`` has."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import sympy as sp

from autograder.errors import ExpressionError
from autograder.expressions import parse, to_tree
from autograder.expressions.context import AUTHOR, Context, context_of
from autograder.mistakes.calculus import Complex, Task, evaluate, read
from autograder.mistakes.diagnosis.confirm import flat
from autograder.mistakes.diagnosis.diagnosing import NOTHING, Diagnosis, diagnose
from autograder.model import Evidence
from autograder.points import Interval, stratified

WANTED = 9
TRIED = 60
FEWEST = 4


def _is_real(values: Complex) -> Any:
    """Which points of (points, entries) have real values only.

    What a complex power leaves behind is small beside the value.
    """
    return (np.abs(values.imag) <= 1e-9 * np.abs(values.real)).all(axis=1)


def diagnose_text(
    kind: str,
    function: str,
    answer: Any,
    *,
    variables: Sequence[str],
    wrt: Sequence[str],
    order: int = 1,
    domain: Mapping[str, Interval] | None = None,
    seed: int = 0,
) -> Diagnosis:
    """Name the mistake behind an answer that was found wrong.

    Args:
        kind: ``Derivative`` or ``Gradient``.
        function, answer: text in SymPy syntax; the answer may be a list of texts.
        variables, wrt, order, domain: as in :class:`autograder.model.Evidence`.
        seed: of the points.

    Returns:
        Nothing where one of the texts cannot be read or the function has no values at enough points.

    >>> diagnose_text("Derivative", "x**2*sin(x)", "2*x*cos(x)", variables=["x"], wrt=["x"]).mistakes
    ('prod_fpgp',)
    """
    names = tuple(variables)
    try:
        form = parse(function, names, evaluate=False, context=AUTHOR)
        size = len(wrt) if kind == "Gradient" else 0
        given = _parsed(answer, names, context_of([to_tree(form)], wrt=wrt, order=order, size=size))
        task = Task(Evidence(kind=kind, function=form, variables=names, wrt=tuple(wrt), order=order))
        entries = [read(entry) for entry in flat(given)]
    except (ExpressionError, TypeError, ValueError, ArithmeticError, RecursionError):
        return NOTHING
    rows: list[dict[str, Any]] = list(islice(stratified(dict(domain or {}), names, seed=seed), TRIED))
    columns: dict[str, Complex] = {name: np.array([complex(row[name]) for row in rows]) for name in names}
    with np.errstate(all="ignore"):
        values = _columns(entries, columns, len(rows))
        right = _columns(task.flat, columns, len(rows))
    whole = np.isfinite(values).all(axis=1) & np.isfinite(right).all(axis=1)
    real = whole & _is_real(values) & _is_real(right)
    chosen = np.flatnonzero(real)[:WANTED]
    if len(chosen) < FEWEST:
        return NOTHING
    shape = () if not isinstance(given, (list, sp.MatrixBase, sp.NDimArray)) else (len(entries),)
    return diagnose(
        Evidence(
            kind=kind,
            function=form,
            variables=names,
            wrt=tuple(wrt),
            order=order,
            points=tuple({name: float(rows[k][name]) for name in names} for k in chosen),
            actual=values[chosen].real.reshape(len(chosen), *shape),
            answer=given,
        ),
        two=False,
    )


def _parsed(answer: Any, variables: tuple[str, ...], context: Context) -> Any:
    if isinstance(answer, (list, tuple)):
        return [_parsed(entry, variables, replace(context, wrt=(), size=None)) for entry in answer]
    # not evaluated: what a student types may take SymPy hours (a factorial), and floats a microsecond
    return parse(answer if isinstance(answer, str) else repr(answer), variables, evaluate=False, context=context)


def _columns(entries: Sequence[Any], columns: dict[str, Complex], count: int) -> Complex:
    """The values of the entries at ``count`` points, shape (count, entries)."""
    out = np.empty((count, len(entries)), dtype=np.complex128)
    memo: dict[int, Complex] = {}
    for k, entry in enumerate(entries):
        out[:, k] = evaluate(entry, columns, memo)
    return out
