"""Formulas that keep the form in which they were written, and a differentiator whose rules can be swapped.

In come SymPy expressions and a question's :class:`~autograder.model.Evidence`; out go trees with sites at which a rule
can go wrong, and their values. Open ``formula.py`` for the tree, ``differentiator.py`` for how rules are applied,
``task.py`` for what the catalogue may ask about a question, ``integral.py`` for antiderivatives,
``rewriting.py`` for slips of algebra, ``updates.py`` for the rules of optimisation, ``steps.py`` for a step of
each and ``projections.py`` for those that stay in a set.
"""

from autograder.mistakes.calculus import rewriting
from autograder.mistakes.calculus.differentiator import SLOPES, Calculus, Layer, Rule, derivative, holders, sites
from autograder.mistakes.calculus.formula import (
    ONE,
    ZERO,
    Complex,
    Node,
    add,
    div,
    dot,
    evaluate,
    fn,
    mul,
    neg,
    norm,
    num,
    power,
    read,
    sqrt,
    sub,
    substitute,
    to_sympy,
    var,
)
from autograder.mistakes.calculus.integral import is_integral
from autograder.mistakes.calculus.projections import nearest
from autograder.mistakes.calculus.task import CURL, KINDS, Task, paths
from autograder.mistakes.calculus.updates import RULES, Problem, Tie, UpdateRule, iterates

__all__ = [
    "CURL",
    "KINDS",
    "ONE",
    "RULES",
    "SLOPES",
    "ZERO",
    "Calculus",
    "Complex",
    "Layer",
    "Node",
    "Problem",
    "Rule",
    "Task",
    "Tie",
    "UpdateRule",
    "add",
    "derivative",
    "div",
    "dot",
    "evaluate",
    "fn",
    "holders",
    "is_integral",
    "iterates",
    "mul",
    "nearest",
    "neg",
    "norm",
    "num",
    "paths",
    "power",
    "read",
    "rewriting",
    "sites",
    "sqrt",
    "sub",
    "substitute",
    "to_sympy",
    "var",
]
