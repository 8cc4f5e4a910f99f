"""What authors write in test cells: one class per kind of question, all with ``.check`` and ``.judge``.

``base.py`` is what all do and ``record.py`` what is kept of it; ``derivatives/`` and ``methods/`` ask about functions,
``calculus/`` about what follows from them (curves, rates), ``arrays/`` about functions of arrays, ``autodiff/`` about
classes, ``steps/`` about derivations line by line, ``equal.py``, ``choice.py`` and ``text.py`` about values, options
and words; ``answers/`` reads what a student gives, and ``carried.py`` goes on with an earlier answer.
"""

from autograder.questions.arrays import HVP, JVP, VJP, Backward, LinearMap
from autograder.questions.autodiff import Autodiff
from autograder.questions.base import CheckFailed, CheckUndecided, Question
from autograder.questions.calculus import (
    Antiderivative,
    Implicit,
    Integral,
    Limit,
    Linearisation,
    RelatedRate,
    RemainderBound,
    Sets,
    Taylor,
    Unordered,
    Where,
)
from autograder.questions.carried import Carried
from autograder.questions.choice import Choice
from autograder.questions.derivatives import (
    ConstrainedOptimum,
    CriticalPoints,
    Curl,
    Derivative,
    DirectionalDerivative,
    Divergence,
    Gradient,
    Hessian,
    Jacobian,
    LevelSetNormal,
    LevelSetTangent,
    Minimum,
    Root,
    SteepestAscent,
    SteepestRate,
    TangentLine,
    TangentPlane,
)
from autograder.questions.equal import Equal
from autograder.questions.methods import Descent, DifferenceQuotient, Minimiser, Optimiser, ProjectedGradient, StepSize
from autograder.questions.record import deciding, recording
from autograder.questions.steps import Steps
from autograder.questions.text import Text

__all__ = [
    "HVP",
    "JVP",
    "VJP",
    "Antiderivative",
    "Autodiff",
    "Backward",
    "Carried",
    "CheckFailed",
    "CheckUndecided",
    "Choice",
    "ConstrainedOptimum",
    "CriticalPoints",
    "Curl",
    "Derivative",
    "Descent",
    "DifferenceQuotient",
    "DirectionalDerivative",
    "Divergence",
    "Equal",
    "Gradient",
    "Hessian",
    "Implicit",
    "Integral",
    "Jacobian",
    "LevelSetNormal",
    "LevelSetTangent",
    "Limit",
    "LinearMap",
    "Linearisation",
    "Minimiser",
    "Minimum",
    "Optimiser",
    "ProjectedGradient",
    "Question",
    "RelatedRate",
    "RemainderBound",
    "Root",
    "Sets",
    "SteepestAscent",
    "SteepestRate",
    "StepSize",
    "Steps",
    "TangentLine",
    "TangentPlane",
    "Taylor",
    "Text",
    "Unordered",
    "Where",
    "deciding",
    "recording",
]
