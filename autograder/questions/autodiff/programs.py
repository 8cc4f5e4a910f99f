"""The programs that a class is tried with, and what is right for each: SymPy's slopes, which JAX's confirm."""

import ast
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp

from autograder.driver import FUNCTIONS, METHODS, Program, built
from autograder.errors import AuthorError
from autograder.untrusted import python_tree

__all__ = ["DEPTH", "Trial", "by_jax", "expected", "trials"]

LEAVES = ("x", "y", "z")
DEPTH = 200
"""Steps of the long chain: fewer than Python lets a function call itself."""
_RUNGS = 10
_AST: dict[type, str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_OF: dict[str, tuple[str, ...]] = {
    "+": ("x + y", "x + 2", "2 + x"),
    "*": ("x*y", "x*3", "3*x"),
    "-": ("x - y", "x - 2", "2 - x"),
    "neg": ("-x",),
    "**": ("x**3", "x**2", "x**-1", "x**0.5"),
    "/": ("x/y", "x/2", "2/x"),
    **{name: (f"{name}(x)",) for name in FUNCTIONS},
}
"""Operator → what is asked of it alone, in the order in which it is: a quotient is often made of a power."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One program, as it is shown and as it is run.

    Attributes:
        group: the operator that it is about, or ``fan-out``, ``order``, ``depth``, ``again``, ``zero``.
        text: for people.
        steps: as :mod:`autograder.driver` runs them; of leaves the slopes are 0.
        values: of the leaves, which are the first steps.
        passes: how often the slopes are propagated; of the last time they are read.
    """

    group: str
    text: str
    steps: tuple[tuple[Any, ...], ...]
    values: tuple[float, ...]
    passes: int = 1

    @property
    def root(self) -> int:
        return len(self.steps) - 1

    def programs(self, style: str) -> list[Program]:
        """What the driver runs: once backward, or once for each leaf forward."""
        leaves = range(len(self.values))
        if style == "reverse":
            passes: list[tuple[Any, ...]] = [("backward", self.root)]
            if self.group == "zero":
                passes += [("zero",), ("backward", self.root)]
            passes += [("backward", self.root)] * (self.passes - 1)
            return [(self.steps, [("value", self.root), *passes, *(("slope", leaf) for leaf in leaves)])]
        rest = self.steps[len(self.values) :]
        return [
            (
                (*(("leaf", value, float(k == leaf)) for k, value in enumerate(self.values)), *rest),
                [("value", self.root), ("slope", self.root)],
            )
            for leaf in leaves
        ]


def trials(style: str, operators: Sequence[str], *, seed: int, repeated: str | None, zero: bool) -> tuple[Trial, ...]:
    """All that is asked, the simplest first: each operator alone, then what holds them together."""
    rng = random.Random(seed)
    found = []
    scaled = "*" in operators
    for op in operators:
        found += [_trial(op, text, rng) for text in _OF[op]]
        if op == "relu":
            found.append(_trial(op, "relu(x)", rng, sign=-1))
    for op in operators if scaled else ():
        # what comes from outside, and what comes from inside, must be multiplied with
        for text in () if op == "*" else _OF[op]:
            alone = text.endswith(")")
            found.append(_trial(op, f"{text}*z" if alone else f"({text})*z", rng))
            found.append(_trial(op, text.replace("(x)", "(x*y)") if alone else text.replace("x", "(x*z)", 1), rng))
    if scaled and "+" in operators:
        found += [_trial("*", "(x + y)*z", rng)]
        found += [_trial("fan-out", text, rng) for text in ("x + x", "x*x", "x*y + x")]
        found += [
            _trial("order", text, rng)
            for text in (
                "b = x*y; b + b*x",
                "b = x*y; c = b + x; d = c*b; d + c",
                "b = x*y; c = b*x; d = c + b; e = d*c; e*b",
                "b = x + y; c = b*x; d = b*c; e = b + d; e*c",
            )
        ]
        found += [_chain(rng), _ladder(rng)]
    if style == "reverse" and scaled and repeated:
        twice = "b = x*y; b*x"
        found.append(_trial("again", twice, rng, passes=2))
    if style == "reverse" and scaled and zero:
        found.append(_trial("zero", "b = x*y; b*x", rng))
    return tuple(found)


def _trial(group: str, text: str, rng: random.Random, *, sign: int = 1, passes: int = 1) -> Trial:
    tree = python_tree(text)
    assert tree is not None
    names = [name for name in LEAVES if any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(tree))]
    values = tuple(sign * round(rng.uniform(0.6, 2.4), 3) for _ in names)
    steps: list[tuple[Any, ...]] = [("leaf", value, 0.0) for value in values]
    known = {name: k for k, name in enumerate(names)}
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            assert isinstance(statement.targets[0], ast.Name)
            known[statement.targets[0].id] = _added(statement.value, steps, known)
        else:
            assert isinstance(statement, ast.Expr)
            _added(statement.value, steps, known)
    return Trial(group=group, text=text, steps=tuple(steps), values=values, passes=passes)


def _added(node: ast.expr, steps: list[tuple[Any, ...]], known: Mapping[str, int]) -> Any:
    """The step that a part of a program becomes, or a number in a tuple."""
    if isinstance(node, ast.Constant):
        return (node.value,)
    if isinstance(node, ast.Name):
        return known[node.id]
    if isinstance(node, ast.UnaryOp):
        inner = _added(node.operand, steps, known)
        if isinstance(inner, tuple):
            return (-inner[0],)
        steps.append(("neg", inner))
    elif isinstance(node, ast.BinOp):
        steps.append((_AST[type(node.op)], _added(node.left, steps, known), _added(node.right, steps, known)))
    else:
        assert isinstance(node, ast.Call)
        assert isinstance(node.func, ast.Name)
        steps.append((node.func.id, _added(node.args[0], steps, known)))
    return len(steps) - 1


def _chain(rng: random.Random) -> Trial:
    values = (round(rng.uniform(0.6, 2.4), 3), round(rng.uniform(0.6, 2.4), 3))
    steps: list[tuple[Any, ...]] = [("leaf", value, 0.0) for value in values]
    for _ in range(DEPTH):
        steps.append(("+", len(steps) - 1 if len(steps) > 2 else 0, 1))
    return Trial(group="depth", text=f"x + y + … + y ({DEPTH})", steps=tuple(steps), values=values)


def _ladder(rng: random.Random) -> Trial:
    values = (round(rng.uniform(0.6, 2.4), 3),)
    steps: list[tuple[Any, ...]] = [("leaf", values[0], 0.0)]
    for _ in range(_RUNGS):
        steps.append(("+", len(steps) - 1, len(steps) - 1))
    return Trial(group="depth", text=f"b = x + x; c = b + b; … ({_RUNGS})", steps=tuple(steps), values=values)


_SYMPY = {
    "exp": sp.exp,
    "log": sp.log,
    "tanh": sp.tanh,
    "relu": lambda v: sp.Max(0, v),
    "sin": sp.sin,
    "cos": sp.cos,
    "sqrt": sp.sqrt,
    "sigmoid": lambda v: 1 / (1 + sp.exp(-v)),
}


@lru_cache(maxsize=512)
def expected(trial: Trial) -> tuple[float, ...]:
    """The value and the slope by each leaf, from SymPy's derivative of the formula that the program computes."""
    symbols = [sp.Symbol(name, real=True) for name in LEAVES[: len(trial.values)]]
    waiting = iter(symbols)
    *_, formula = built(trial.steps, lambda value, slope: next(waiting), _SYMPY)
    at = dict(zip(symbols, map(sp.Rational, map(str, trial.values)), strict=True))
    found = [formula, *(sp.diff(formula, symbol) for symbol in symbols)]
    return tuple(float(sp.N(one.subs(at), 30)) for one in found)


def by_jax(trial: Trial) -> np.ndarray[Any, Any]:
    """The same of JAX, shape (1 + leaves,), by its reverse mode in double precision."""
    import jax
    import jax.numpy as jnp

    functions = {name: getattr(jnp, name) for name in ("exp", "log", "tanh", "sin", "cos", "sqrt")}
    functions |= {"relu": jax.nn.relu, "sigmoid": jax.nn.sigmoid}

    def run(*values: Any) -> Any:
        waiting = iter(values)
        *_, last = built(trial.steps, lambda value, slope: next(waiting), functions)
        return last

    with jax.enable_x64(True):
        value, slopes = jax.value_and_grad(run, argnums=tuple(range(len(trial.values))))(*map(float, trial.values))
        return np.array([float(value), *map(float, slopes)])


def known(operators: Sequence[str]) -> tuple[str, ...]:
    """Operators that an author named, in the order in which they are tried.

    Raises:
        AuthorError: one is unknown.
    """
    names = {op: op for op in _OF} | {method: op for op, method in METHODS.items()}
    if unknown := next((op for op in operators if op not in names), None):
        raise AuthorError(f"operators= has {unknown!r}; it may hold {', '.join(_OF)}")
    asked = {names[op] for op in operators}
    return tuple(op for op in _OF if op in asked)
