"""What authors write in test cells: one class per kind of question, all with ``.check`` and ``.judge``."""

from autograder.questions.base import CheckFailed, CheckUndecided, Question
from autograder.questions.choice import Choice
from autograder.questions.derivatives.critical import CriticalPoints
from autograder.questions.derivatives.directions import LevelSetNormal, LevelSetTangent, SteepestAscent
from autograder.questions.derivatives.kinds import Derivative, DirectionalDerivative, Gradient, Hessian, Jacobian
from autograder.questions.derivatives.roots import Minimum, Root
from autograder.questions.derivatives.tangents import SteepestRate, TangentLine, TangentPlane
from autograder.questions.equal import Equal
from autograder.questions.methods.descent import Descent
from autograder.questions.methods.minimiser import Minimiser
from autograder.questions.methods.quotients import DifferenceQuotient
from autograder.questions.methods.steps import StepSize
from autograder.questions.record import recording
from autograder.questions.text import Text

__all__ = [
    "CheckFailed",
    "CheckUndecided",
    "Choice",
    "CriticalPoints",
    "Derivative",
    "Descent",
    "DifferenceQuotient",
    "DirectionalDerivative",
    "Equal",
    "Gradient",
    "Hessian",
    "Jacobian",
    "LevelSetNormal",
    "LevelSetTangent",
    "Minimiser",
    "Minimum",
    "Question",
    "Root",
    "SteepestAscent",
    "SteepestRate",
    "StepSize",
    "TangentLine",
    "TangentPlane",
    "Text",
    "recording",
]
