"""Questions about functions of arrays: a student's function from arrays to arrays, held against JAX's derivative.

All kinds are one mechanism, *parts × entries*: arrays are drawn, the student's function is called with them, what it
returns is taken apart into one array a part (a gradient has a part for each argument), and each part is compared entry
by entry. A kind only says what is handed in and what is right.

- ``base.py``: the mechanism
- ``settled.py``: right values that were held against differences once
- ``replies.py``: what a student gave → one array a part: a tuple, a dictionary, a function or a formula for each
- ``derivatives.py``: what `Gradient`, `Jacobian` and `Hessian` make of a function of arrays
- ``products.py``: products with derivatives (JVP, VJP, HVP), derivatives as linear maps
- ``backward.py``: backward passes of layers
"""

from collections.abc import Mapping
from math import prod
from typing import Any

from autograder.questions.arrays.backward import Backward
from autograder.questions.arrays.derivatives import ArrayGradient, ArrayHessian, ArrayJacobian
from autograder.questions.arrays.products import HVP, JVP, VJP, LinearMap

MOST_PARTS = 64


def by_arrays(function: Any, options: Mapping[str, Any]) -> bool:
    """Whether a derivative is one of this room's.

    It is of a formula of arrays, of arrays too large for a name a number, and where the parts have points of their own;
    a Python function of few numbers may be answered by formulas in these as well, and stays where it was.

    Args:
        function: as the author gave it.
        options: of the question.
    """
    shape = options.get("shape")
    if not shape:
        return False
    if isinstance(function, str) or options.get("shares") or options.get("value"):
        return True
    sides = [side if isinstance(side, (tuple, list)) else (side,) for side in shape.values()]
    return all(isinstance(n, int) for side in sides for n in side) and sum(map(prod, sides)) > MOST_PARTS


__all__ = ["HVP", "JVP", "VJP", "ArrayGradient", "ArrayHessian", "ArrayJacobian", "Backward", "LinearMap", "by_arrays"]
