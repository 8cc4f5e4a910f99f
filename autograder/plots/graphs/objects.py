"""A graph of a library's own class as plain data; runs where the graph is, and needs none of these libraries."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

__all__ = ["graph_data"]

_MOST = 1000
_SAYS = ("label", "op", "operation", "operator", "func", "function", "name")
"""Attributes of a node in which people write what it does."""


def graph_data(value: Any) -> Any:
    """Nodes with their labels and edges of a graph of NetworkX, DOT of one of Graphviz or pydot; None of anything else.

    What a library makes of its graphs counts as well: a list with the one graph of a text in DOT, a view of edges.

    >>> graph_data(3) is None
    True
    """
    if isinstance(value, list) and len(value) == 1 and _package(value[0]) == "pydot":
        value = value[0]
    package = _package(value)
    try:
        if package == "networkx" and hasattr(value, "edges"):
            nodes = [[str(name), _label(name, facts)] for name, facts in islice(value.nodes(data=True), _MOST)]
            edges = [[str(a), str(b)] for a, b, *_ in islice(value.edges(), _MOST)]
            directed = getattr(value, "is_directed", None)
            return {"directed": bool(directed()) if directed else True, "nodes": nodes, "edges": edges}
        if package == "networkx":
            return [[str(a), str(b)] for a, b, *_ in islice(iter(value), _MOST)] or None
        if package == "graphviz":
            return str(value.source)
        if package == "pydot":
            return str(value.to_string())
    except Exception:  # an object whose own methods raise is no graph
        return None
    return None


def _package(value: Any) -> str:
    return type(value).__module__.partition(".")[0]


def _label(name: Any, facts: Any) -> str:
    said = facts if isinstance(facts, Mapping) else {}
    return str(next((said[key] for key in _SAYS if key in said), name))
