"""Questions about numerical methods: what is judged is how a student's procedure behaves, not which formula it has.

``descent.py`` (iterates of gradient descent), ``optimiser.py`` (of other update rules), ``minimiser.py`` (a search for
a minimum), ``quotients.py`` (the order of a difference quotient), ``steps.py`` (its step).
``sets.py`` has the sets onto which steps are projected, ``tangential.py`` asks for a gradient along constraints.
"""

from autograder.questions.methods.descent import Descent
from autograder.questions.methods.minimiser import Minimiser
from autograder.questions.methods.optimiser import Optimiser
from autograder.questions.methods.quotients import DifferenceQuotient
from autograder.questions.methods.steps import StepSize
from autograder.questions.methods.tangential import ProjectedGradient

__all__ = ["Descent", "DifferenceQuotient", "Minimiser", "Optimiser", "ProjectedGradient", "StepSize"]
