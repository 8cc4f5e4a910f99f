"""Computational graphs: which operation takes what, as a student drew it, and whether it computes the function.

``objects.py`` makes plain data of a graph of NetworkX, Graphviz or pydot, where the graph is; ``reading.py`` reads
that, dictionaries, pairs and DOT; ``labels.py`` reads what is written on a node, ``meaning.py`` says what it computes,
``slips.py`` which change makes a wrong graph right, and ``question.py`` asks.
"""

from typing import Any

from autograder.plots.graphs.objects import graph_data

__all__ = ["ComputationalGraph", "graph_data"]


def __getattr__(name: str) -> Any:
    """Import the question when it is used: the student's process needs :func:`graph_data` only."""
    if name != "ComputationalGraph":
        raise AttributeError(f"module 'autograder.plots.graphs' has no attribute {name!r}")
    from autograder.plots.graphs.question import ComputationalGraph

    return ComputationalGraph
