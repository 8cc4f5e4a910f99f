"""What authors write in test cells: one class per kind of question, all with ``.check`` and ``.judge``."""

from autograder.questions.base import CheckFailed, CheckUndecided, Question
from autograder.questions.kinds import Derivative, DirectionalDerivative, Gradient, Hessian, Jacobian
from autograder.questions.record import recording

__all__ = [
    "CheckFailed",
    "CheckUndecided",
    "Derivative",
    "DirectionalDerivative",
    "Gradient",
    "Hessian",
    "Jacobian",
    "Question",
    "recording",
]
