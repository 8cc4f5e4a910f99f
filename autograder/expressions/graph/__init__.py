"""Trees → one graph in which equal parts are one node: what ball arithmetic, proofs and the search for kinks work on.

``nodes.py`` is the graph. ``balls.py`` gives its values with proved error bounds and ``functions.py`` the functions for
that; ``slopes.py`` gives derivatives; ``bends.py`` says where the formula that holds changes, ``definite.py`` where it
never does, ``periods.py`` when it repeats, ``inner.py`` what is a function of one part alone, ``branches.py`` which
formula holds on a side.
"""

from autograder.expressions.graph.balls import Outside, Program, Unsupported, Wide, evaluate, is_short, point_balls
from autograder.expressions.graph.bends import (
    CONSTANT,
    difference,
    edges,
    factors,
    focuses,
    key,
    kinks,
    names_in,
    terms_of,
)
from autograder.expressions.graph.branches import branch
from autograder.expressions.graph.definite import one_sign
from autograder.expressions.graph.functions import Ball
from autograder.expressions.graph.inner import LETTER, of_one_part
from autograder.expressions.graph.nodes import Graph, Node, children
from autograder.expressions.graph.periods import period
from autograder.expressions.graph.slopes import NoRule, slope

__all__ = [
    "CONSTANT",
    "LETTER",
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
    "is_short",
    "key",
    "kinks",
    "names_in",
    "of_one_part",
    "one_sign",
    "period",
    "point_balls",
    "slope",
    "terms_of",
]
