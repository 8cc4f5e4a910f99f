"""Functions of arrays: read from Python or from a formula without indices, drawn points, JAX's derivatives there.

In come what an author wrote and the shapes of its arguments; out go arrays, in float64, and a check of every one of
them by differences along lines, and by SymPy where there is a formula.

- ``formula.py``: ``sum(log(softmax(W x + b))[y])`` as a function, for JAX, NumPy and SymPy
- ``names.py``: the functions that such a formula may name
- ``function.py``: the author's function, its arguments and points
- ``layers.py``: forward passes that are known by their names
- ``slopes.py``: gradients, Jacobians, Hessians and products with them, and their checks
"""

from autograder.reference.arrays.formula import ArrayFormula, FormulaError, read_formula
from autograder.reference.arrays.function import ArrayFunction, Shape, draw, read_array_function, read_shapes
from autograder.reference.arrays.layers import LAYERS, layer
from autograder.reference.arrays.slopes import agree_along, by_sympy, run

__all__ = [
    "LAYERS",
    "ArrayFormula",
    "ArrayFunction",
    "FormulaError",
    "Shape",
    "agree_along",
    "by_sympy",
    "draw",
    "layer",
    "read_array_function",
    "read_formula",
    "read_shapes",
    "run",
]
