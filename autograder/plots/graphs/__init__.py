"""Computational graphs: which operation takes what, as a student drew it, and whether it computes the function.

``objects.py`` makes plain data of a graph of NetworkX, Graphviz or pydot, where the graph is; ``reading.py`` reads
that, dictionaries, pairs and DOT; ``meaning.py`` says what a node computes, ``slips.py`` which change makes a wrong
graph right, and ``question.py`` asks.
"""

from autograder.plots.graphs.objects import graph_data

__all__ = ["graph_data"]
