"""What the nodes of a graph compute, read off what is written on them, and the value at the end."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product
from typing import Any

import numpy as np
import sympy as sp

from autograder.compare.reading import Unreadable
from autograder.model import Reason
from autograder.plots.graphs.labels import call, fields, formula, named_before, number, said, spellings
from autograder.plots.graphs.reading import Drawing

__all__ = ["FUNCTIONS", "Node", "computed", "label_of", "meaning", "unknown", "values"]

FUNCTIONS: dict[str, Any] = {
    "neg": lambda m, a: -a, "square": lambda m, a: a**2, "inv": lambda m, a: 1 / a, "sin": lambda m, a: m.sin(a),
    "cos": lambda m, a: m.cos(a), "tan": lambda m, a: m.tan(a), "exp": lambda m, a: m.exp(a),
    "log": lambda m, a: m.log(a), "sqrt": lambda m, a: m.sqrt(a), "tanh": lambda m, a: m.tanh(a),
    "sigmoid": lambda m, a: 1 / (1 + m.exp(-a)), "relu": lambda m, a: (a + abs(a)) / 2, "abs": lambda m, a: abs(a),
    "cube": lambda m, a: a**3, "sinh": lambda m, a: m.sinh(a), "cosh": lambda m, a: m.cosh(a),
    "asin": lambda m, a: m.asin(a) if m is sp else m.arcsin(a),
    "acos": lambda m, a: m.acos(a) if m is sp else m.arccos(a),
    "atan": lambda m, a: m.atan(a) if m is sp else m.arctan(a),
}  # fmt: skip
"""Operation of one operand → what it does, in NumPy or SymPy."""
_LARGEST, _HIGHEST = 1000.0, 1e200
"""Exponent, and value of any node, up to which a graph is worked out: 9**9**9 has more digits than there is memory."""


@dataclass(frozen=True)
class Node:
    """What a node computes: ``op`` of its operands, which are nodes by name or exact numbers.

    ``op`` is ``input``, ``number``, ``same`` or an operation; ``wrong`` says what keeps it from being computed.
    """

    op: str
    operands: tuple[Any, ...] = ()
    ordered: bool = False
    wrong: str = ""
    known: bool = True
    """False for a copy under a word that may be an operation nobody knows."""


def label_of(drawing: Drawing, name: str) -> str:
    """What a sentence calls a node: what is written on it, and its name where that does not tell."""
    label = " ".join(drawing.labels[name].split())[:60]
    alone = sum(each == drawing.labels[name] for each in drawing.labels.values()) == 1
    return label if alone or name == label else f"{label} ({name[:60]})"


def unknown(drawing: Drawing, name: str) -> Unreadable:
    """The node says nothing that a computer can do."""
    expected = "nodes that are called as an input, a number or one operation"
    return Unreadable(Reason.WRONG_TYPE, expected=expected, node=label_of(drawing, name))


def meaning(drawing: Drawing, variables: Sequence[str]) -> dict[str, Node]:
    """Every node by its name.

    Raises:
        Unreadable: a label names no operation, and is no name of what feeds its node either.
    """
    return {name: _node(name, drawing, variables) for name in drawing.labels}


def _node(name: str, drawing: Drawing, variables: Sequence[str]) -> Node:
    written, fed = fields(drawing.labels[name]), drawing.feeders[name]
    if not fed:
        found = (_source(text, variables) for text in written)
    else:
        found = (_fed(text, name, drawing, variables) for text in written)
    every = [node for node in found if node is not None]
    # of several lines, the one that says what is done: a name or a value may stand above or below it
    told = next((node for node in every if node.op != "same" and not node.wrong), None)
    if told or every:
        return told or every[0]
    if fed:
        raise unknown(drawing, name)
    return Node("same", wrong="unknown")


def _source(text: str, variables: Sequence[str]) -> Node | None:
    """A node that nothing feeds: an input, maybe a copy of one or with its value, or a number."""
    left, _, right = text.partition("=")
    for part in (text, left.strip()):
        if part in variables:
            return Node("input", (part,))
    for part in (text, right.strip()):
        if (value := number(part)) is not None:
            return Node("number", (value,))
    copied = re.fullmatch(r"(.*?)[_ ]?\(?\d*\)?'*", left.strip())
    if copied and copied[1] in variables:
        return Node("input", (copied[1],))
    return Node("same", wrong="few") if call(text) or said(text, 2) else None


def _fed(text: str, name: str, drawing: Drawing, variables: Sequence[str]) -> Node | None:
    fed = drawing.feeders[name]
    if text in variables:
        return Node("same", tuple(fed), wrong="many")  # an input takes nothing
    label = said(text, len(fed))
    if label and label.op == "copy":
        return Node("same", tuple(fed), known=label.known)
    if label:
        return _made(label.op, fed, label.constant, label.first) if label.op else None
    return _of_formula(named_before(text), name, drawing, variables)


def _made(op: str, fed: Sequence[str], constant: sp.Expr | None, first: bool) -> Node:
    operands: tuple[Any, ...] = tuple(fed)
    if constant is not None:
        operands = (constant, *operands) if first else (*operands, constant)
    few = 1 if op in FUNCTIONS else 2
    if op == "-" and len(operands) == 1:
        return Node("neg", operands)
    most = few if op in FUNCTIONS or op in "-/^" else len(operands)
    wrong = "few" if len(operands) < few else "many" if len(operands) > most else ""
    return Node(op, operands, ordered=constant is not None, wrong=wrong)


def _of_formula(text: str, name: str, drawing: Drawing, variables: Sequence[str]) -> Node | None:
    """A node on which a formula or a line ``a = x*y`` stands: one operation of what feeds it."""
    fed = [*dict.fromkeys(drawing.feeders[name])]
    spelt = {other: [*spellings(other, drawing.labels[other])] for other in fed}
    names = [*variables, *(text for texts in spelt.values() for text in texts)]
    tree = formula(text, names)
    letters = re.findall(r"(?<![^\W_])[^\W\d_](?![^\W_])", text)
    if tree is None and (tree := formula(text, [*names, *letters])) is None:
        return None
    known = {
        _key(part): other
        for other in fed
        for part in (formula(each, names) for each in spelt[other])
        # "+1" on a node that adds is no number
        if part is not None and (_number(part) is None or not drawing.feeders[other])
    }
    if (same := known.get(_key(tree))) is not None:
        return Node("same", (same,), wrong="many" if len(fed) > 1 else "")
    if isinstance(tree, int) or tree[0] == "Symbol":
        return None
    op, parts = _operation(tree)
    if not op:  # one operation that nobody knows, or several
        return Node("same", wrong="split") if any(not _simple(part) for part in tree[1:]) else None
    operands: list[Any] = []
    for part in parts:
        if (found := known.get(_key(part))) is not None:
            operands.append(found)
        elif (value := _number(part)) is not None:
            operands.append(value)
        elif part[0] == "Symbol":
            # 1/x on a node that a sum feeds: x stands for whatever comes in
            if len(fed) == 1 and fed[0] not in operands and (part[1] not in variables or drawing.feeders[fed[0]]):
                known[_key(part)] = fed[0]
                operands.append(fed[0])
            else:
                return Node(op, tuple(operands), True, wrong="few")
        else:
            return Node(op, tuple(operands), True, wrong="split")
    return Node(op, tuple(operands), True, wrong="many" if {*fed} - {*map(str, operands)} else "")


def _key(tree: Any) -> str:
    return json.dumps(tree)


def _simple(tree: Any) -> bool:
    return isinstance(tree, int) or tree[0] == "Symbol" or _number(tree) is not None


def _number(tree: Any) -> sp.Expr | None:
    if isinstance(tree, int):
        return sp.Integer(tree)
    if tree[0] in ("Rational", "Float"):
        return sp.Rational(*map(str, tree[1:3])) if tree[0] == "Rational" else number(str(tree[1]))
    if tree[0] in ("pi", "E"):
        return number(tree[0])
    if tree[0] == "Mul" and all(isinstance(part, int) for part in tree[1:2]) and len(tree) == 3:
        below = tree[2]
        if isinstance(below, list) and below[0] == "Pow" and below[2] == -1 and isinstance(below[1], int) and below[1]:
            return sp.Rational(tree[1], below[1])
    return None


def _operation(tree: Any) -> tuple[str, list[Any]]:
    """The one operation at the top of a tree and what it works on; empty where that is none or several."""
    if not isinstance(tree, list) or tree[0] == "Symbol":
        return "", []
    head, parts = tree[0], tree[1:]
    if parts and _template("sigmoid", tree):
        return "sigmoid", [tree[1][2][1][2]]
    if head == "Max" and 0 in parts and len(parts) == 2:
        return "relu", [part for part in parts if part != 0]
    if head == "Add":
        if len(parts) == 2 and _negated(parts[1]):
            return "-", [parts[0], parts[1][2]]
        return "+", parts
    if head == "Mul" and len(parts) == 2 and _raised(parts[1], -1):
        return "/", [parts[0], parts[1][1]]
    if head == "Mul":
        return ("neg", parts[1:]) if parts[0] == -1 and len(parts) == 2 else ("*", parts)
    if head == "Pow":
        if parts[0] == ["E"]:
            return "exp", parts[1:]
        return ("sqrt", parts[:1]) if parts[1] == ["Rational", 1, 2] else ("^", parts)
    op = call(head)
    return (op, parts) if op and len(parts) == 1 else ("", [])


def _template(word: str, tree: Any) -> bool:
    try:
        inside = tree[1][2][1][2]
    except (IndexError, TypeError, KeyError):
        return False
    return bool(_key(tree) == _key(formula(f"{word}(u)", ["u"])).replace(_key(["Symbol", "u", "real"]), _key(inside)))


def _negated(tree: Any) -> bool:
    return isinstance(tree, list) and tree[0] == "Mul" and len(tree) == 3 and tree[1] == -1


def _raised(tree: Any, power: int) -> bool:
    return isinstance(tree, list) and tree[0] == "Pow" and tree[2] == power


def values(nodes: Mapping[str, Node], order: Sequence[str], inputs: Mapping[str, Any], library: Any) -> dict[str, Any]:
    """What every node has, in an order in which operands come first; arrays of points, (N,), or SymPy expressions."""
    found: dict[str, Any] = {}
    for name in order:
        node = nodes[name]
        if node.op == "input":
            found[name] = inputs[node.operands[0]]
            continue
        given = [found[each] if isinstance(each, str) else _as(each, library) for each in node.operands]
        found[name] = given[0] if node.op in ("number", "same") else _applied(node.op, given, library)
    return found


def _as(value: sp.Expr, library: Any) -> Any:
    return value if library is sp else np.float64(value)


def _applied(op: str, given: Sequence[Any], library: Any) -> Any:
    if op in FUNCTIONS:
        return FUNCTIONS[op](library, given[0])
    if op == "+":
        return reduce(lambda a, b: a + b, given)
    if op == "*":
        return reduce(lambda a, b: a * b, given)
    a, b = given
    if op == "^" and library is np and np.max(np.abs(b)) > _LARGEST:
        return a * np.nan
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
            made = values(tried, order, inputs, np)
        small = all(bool(np.all(np.abs(made[name]) < _HIGHEST)) for name in order)
        if small and np.allclose(made[end], right, rtol=1e-8, atol=1e-10):
            return tried
    return None
