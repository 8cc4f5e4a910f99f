"""What the nodes of a graph compute, read off what is written on them, and the value at the end."""

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import product
from typing import Any

import numpy as np
import sympy as sp

from autograder.compare.reading import Unreadable
from autograder.model import Reason
from autograder.plots.graphs.reading import Drawing

__all__ = ["FUNCTIONS", "Node", "computed", "meaning", "values"]

_CALLED = {
    "+": "+ add plus sum addition summe", "-": "- − sub minus subtract subtraction difference",
    "*": "* × · ⋅ mul times multiply mult prod product multiplication mal",
    "/": "/ ÷ : div divide division quotient frac durch", "^": "^ ** pow power", "neg": "neg negate negative negation",
    "square": "square sq squared quadrat", "inv": "inv reciprocal", "sin": "sin sine sinus",
    "cos": "cos cosine cosinus",
    "tan": "tan", "exp": "exp exponential", "log": "log ln", "sqrt": "sqrt root wurzel", "tanh": "tanh",
    "sigmoid": "sigmoid σ sigma logistic", "relu": "relu", "abs": "abs", "sinh": "sinh", "cosh": "cosh",
    "atan": "atan arctan",
}  # fmt: skip
_OPERATION = {word: op for op, words in _CALLED.items() for word in words.split()}
FUNCTIONS: dict[str, Any] = {
    "neg": lambda m, a: -a, "square": lambda m, a: a**2, "inv": lambda m, a: 1 / a, "sin": lambda m, a: m.sin(a),
    "cos": lambda m, a: m.cos(a), "tan": lambda m, a: m.tan(a), "exp": lambda m, a: m.exp(a),
    "log": lambda m, a: m.log(a), "sqrt": lambda m, a: m.sqrt(a), "tanh": lambda m, a: m.tanh(a),
    "sigmoid": lambda m, a: 1 / (1 + m.exp(-a)), "relu": lambda m, a: (a + abs(a)) / 2, "abs": lambda m, a: abs(a),
    "sinh": lambda m, a: m.sinh(a), "cosh": lambda m, a: m.cosh(a),
    "atan": lambda m, a: m.atan(a) if m is sp else m.arctan(a),
}  # fmt: skip
"""Operation of one operand → what it does, in NumPy or SymPy."""
_SIGNED = re.compile(r"(\*\*|[+\-−*×·⋅/÷^])\s*([_#]?)\s*\(?(\d+(?:\.\d+)?)?\)?")
_BEFORE = re.compile(r"(\d+(?:\.\d+)?)\s*(\*\*|[+\-−*×·⋅/÷^])")
_WORD = re.compile(r"(?:np|jnp|math|torch|sp|sympy|numpy)?\.?([^\W\d_]+)(?:\(\))?([ _]?)(\d+(?:\.\d+)?)?", re.UNICODE)
_AST = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "^"}


@dataclass(frozen=True)
class Node:
    """What a node computes: ``op`` of its operands, which are nodes by name or numbers.

    ``op`` is ``input``, ``number``, ``same`` or an operation; ``wrong`` says what keeps it from being computed.
    """

    op: str
    operands: tuple[Any, ...] = ()
    ordered: bool = False
    wrong: str = ""
    more: dict[str, Any] = field(default_factory=dict)


def meaning(drawing: Drawing, variables: Sequence[str]) -> dict[str, Node]:
    """Every node by its name.

    Raises:
        Unreadable: a node with several operands has a label that names no operation.
    """
    return {name: _node(name, drawing, variables) for name in drawing.labels}


def _node(name: str, drawing: Drawing, variables: Sequence[str]) -> Node:
    label, fed = drawing.labels[name], drawing.into(name)
    if not fed and (label in variables or (same := _copy_of(label, variables))):
        return Node("input", (label if label in variables else same,))
    if not fed and re.fullmatch(r"[-−]?\d+(\.\d+)?", label):
        return Node("number", (float(label.replace("−", "-")),))
    if signed := _SIGNED.fullmatch(label):
        constant = signed[3] if not signed[2] and len(fed) == 1 else None
        return _made(_OPERATION[signed[1]], fed, constant)
    if before := _BEFORE.fullmatch(label):
        made = _made(_OPERATION[before[2]], fed, before[1])
        return Node(made.op, (*made.operands[::-1],), True, made.wrong)
    if (word := _WORD.fullmatch(label)) and (op := _OPERATION.get(word[1].lower())):
        return _made(op, fed, word[3] if len(fed) == 1 and (word[2] == " " or op == "^") else None)
    text = label.partition("=")[2] or label
    if re.search(r"[+\-*/^(]", text) and (tree := _parsed(text)) is not None:
        return _of_formula(tree, name, drawing)
    if len(fed) > 1:
        expected = "nodes that are called as an input, a number or one operation"
        raise Unreadable(Reason.WRONG_TYPE, expected=expected, got=f"“{label[:60]}”")
    return Node("same", tuple(fed), wrong="" if fed else "unknown")


def _copy_of(label: str, variables: Sequence[str]) -> str:
    """The variable of which this is a copy, as x1 or x' is of x; empty where it is none."""
    found = re.fullmatch(r"(.*?)[_ ]?\(?\d*\)?'*", label)
    return found[1] if found and found[1] in variables else ""


def _made(op: str, fed: Sequence[str], constant: str | None) -> Node:
    operands = (*fed, *([float(constant)] if constant else []))
    few = 1 if op in FUNCTIONS else 2
    if op == "-" and len(operands) == 1:
        return Node("neg", operands)
    most = few if op in FUNCTIONS or op in "-/^" else len(operands)
    wrong = "few" if len(operands) < few else "many" if len(operands) > most else ""
    return Node(op, operands, ordered=constant is not None, wrong=wrong)


def _parsed(text: str) -> ast.expr | None:
    try:
        return ast.parse(text.strip().replace("^", "**"), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _of_formula(tree: ast.expr, name: str, drawing: Drawing) -> Node:
    """A node on which the whole formula or a line ``a = x*y`` stands: one operation of what feeds it."""
    known: dict[str, str] = {}
    for other in drawing.into(name):
        label = drawing.labels[other]
        for text in (other, label, *label.split("=", 1)):
            if (part := _parsed(text)) is not None:
                known[ast.dump(part)] = other
    operands: list[Any] = []
    op = _operation(tree)
    if op is None:
        return Node("same", wrong="split")
    for part in _parts(tree, op):
        if (found := known.get(ast.dump(part))) is not None:
            operands.append(found)
        elif isinstance(part, ast.Constant) and isinstance(part.value, int | float):
            operands.append(float(part.value))
        elif isinstance(part, ast.Name):
            return Node(op, tuple(operands), True, wrong="few")
        else:
            return Node(op, tuple(operands), True, wrong="split")
    unused = {*drawing.into(name)} - {each for each in operands if isinstance(each, str)}
    return Node(op, tuple(operands), True, wrong="many" if unused else "")


def _operation(tree: ast.expr) -> str | None:
    if isinstance(tree, ast.BinOp):
        return _AST.get(type(tree.op))
    if isinstance(tree, ast.UnaryOp):
        return "neg"
    if isinstance(tree, ast.Call) and len(tree.args) == 1:
        called = tree.func.id if isinstance(tree.func, ast.Name) else getattr(tree.func, "attr", "")
        return _OPERATION.get(str(called).lower())
    return None


def _parts(tree: ast.expr, op: str) -> list[ast.expr]:
    if isinstance(tree, ast.Call):
        return tree.args
    if isinstance(tree, ast.UnaryOp):
        return [tree.operand]
    assert isinstance(tree, ast.BinOp)
    left = tree.left
    chained = op in "+*" and isinstance(left, ast.BinOp) and _operation(left) == op
    return [*(_parts(left, op) if chained else [left]), tree.right]


def values(nodes: Mapping[str, Node], order: Sequence[str], inputs: Mapping[str, Any], library: Any) -> dict[str, Any]:
    """What every node has, in an order in which operands come first; arrays of points, (N,), or SymPy expressions."""
    found: dict[str, Any] = {}
    for name in order:
        node = nodes[name]
        given = [found[each] if isinstance(each, str) and node.op != "input" else each for each in node.operands]
        if node.op == "input":
            found[name] = inputs[given[0]]
        elif node.op in ("number", "same"):
            found[name] = sp.nsimplify(given[0]) if library is sp and node.op == "number" else given[0]
        else:
            if library is sp:
                given = [sp.nsimplify(each) if isinstance(each, float) else each for each in given]
            found[name] = _applied(node.op, given, library)
    return found


def _applied(op: str, given: Sequence[Any], library: Any) -> Any:
    if op in FUNCTIONS:
        return FUNCTIONS[op](library, given[0])
    if op == "+":
        return reduce(lambda a, b: a + b, given)
    if op == "*":
        return reduce(lambda a, b: a * b, given)
    a, b = given
    return a - b if op == "-" else a / b if op == "/" else a**b


def computed(
    nodes: Mapping[str, Node], order: Sequence[str], end: str, inputs: Mapping[str, Any], right: Any
) -> dict[str, Node] | None:
    """The nodes with their operands in the order with which the end has the right values, (N,); None with none."""
    free = [name for name in order if nodes[name].op in "-/^" and not nodes[name].ordered][:6]
    for turns in product((1, -1), repeat=len(free)):
        turned = {
            name: Node(nodes[name].op, nodes[name].operands[::turn]) for name, turn in zip(free, turns, strict=True)
        }
        tried = {**nodes, **turned}
        with np.errstate(all="ignore"):
            made = values(tried, order, inputs, np)[end]
        if np.allclose(made, right, rtol=1e-8, atol=1e-10):
            return tried
    return None
