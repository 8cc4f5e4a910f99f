"""Trees → one graph in which equal parts are one node: what ball arithmetic, proofs and the search for kinks work on.

``nodes.py`` is the graph. ``balls.py`` gives its values with proved error bounds and ``functions.py`` the functions for
that; ``slopes.py`` gives derivatives; ``bends.py`` says where the formula that holds changes, ``definite.py`` where it
never does, ``branches.py`` which one holds on a side.
"""

from autograder.expressions.graph.balls import Outside, Program, Unsupported, Wide, evaluate, point_balls
from autograder.expressions.graph.bends import difference, edges, factors, focuses, key, kinks, names_in
from autograder.expressions.graph.branches import branch
from autograder.expressions.graph.definite import one_sign
from autograder.expressions.graph.functions import Ball
from autograder.expressions.graph.nodes import Graph, Node, children
from autograder.expressions.graph.slopes import NoRule, slope

__all__ = [
    "Ball",
    "Graph",
    "NoRule",
    "Node",
    "Outside",
    "Program",
    "Unsupported",
    "Wide",
    "branch",
    "children",
    "difference",
    "edges",
    "evaluate",
    "factors",
    "focuses",
    "key",
    "kinks",
    "names_in",
    "one_sign",
    "point_balls",
    "slope",
]
