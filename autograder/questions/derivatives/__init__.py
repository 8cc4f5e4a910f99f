"""Questions whose answer is a derivative, or follows from one: a file a family.

``functions.py`` is what they share: a function, its derivative, points and both references (``second.py`` is JAX's);
``fields.py`` decides on an answer, ``formulas.py`` compares those that are formulas, ``rounding.py`` sees decimals that
were cut short in one.
``kinds.py`` has derivatives, gradients, Jacobians and Hessians, ``vector_fields.py`` divergence and curl;
``directions.py`` and ``tangents.py`` what follows at a point; ``roots.py`` and ``critical.py`` the points where a
gradient is zero, ``constrained.py`` those under constraints.
"""

from autograder.questions.derivatives.constrained import ConstrainedOptimum
from autograder.questions.derivatives.critical import CriticalPoints
from autograder.questions.derivatives.directions import LevelSetNormal, LevelSetTangent, SteepestAscent
from autograder.questions.derivatives.fields import Expected, Field
from autograder.questions.derivatives.kinds import (
    Derivative,
    DirectionalDerivative,
    Gradient,
    Hessian,
    Jacobian,
    names_of,
)
from autograder.questions.derivatives.roots import Minimum, Root
from autograder.questions.derivatives.second import Second, columns
from autograder.questions.derivatives.tangents import Made, SteepestRate, TangentLine, TangentPlane
from autograder.questions.derivatives.vector_fields import Curl, Divergence

__all__ = [
    "ConstrainedOptimum",
    "CriticalPoints",
    "Curl",
    "Derivative",
    "DirectionalDerivative",
    "Divergence",
    "Expected",
    "Field",
    "Gradient",
    "Hessian",
    "Jacobian",
    "LevelSetNormal",
    "LevelSetTangent",
    "Made",
    "Minimum",
    "Root",
    "Second",
    "SteepestAscent",
    "SteepestRate",
    "TangentLine",
    "TangentPlane",
    "columns",
    "names_of",
]
