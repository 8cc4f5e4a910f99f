"""A graph of a library's own class as plain data; runs where the graph is, and needs none of these libraries."""

from typing import Any

__all__ = ["graph_data"]

_MOST = 1000


def graph_data(value: Any) -> Any:
    """Nodes with their labels and edges of a graph of NetworkX, DOT of one of Graphviz or pydot; None of anything else.

    >>> graph_data(3) is None
    True
    """
    package = type(value).__module__.partition(".")[0]
    try:
        if package == "networkx" and hasattr(value, "edges"):
            nodes = [[str(name), _label(name, facts)] for name, facts in list(value.nodes(data=True))[:_MOST]]
            return {"nodes": nodes, "edges": [[str(a), str(b)] for a, b in list(value.edges())[:_MOST]]}
        if package == "graphviz":
            return str(value.source)
        if package == "pydot":
            return str(value.to_string())
    except Exception:  # an object whose own methods raise is no graph
        return None
    return None


def _label(name: Any, facts: Any) -> str:
    return str(next((facts[key] for key in ("label", "op", "operation", "name") if key in facts), name))
