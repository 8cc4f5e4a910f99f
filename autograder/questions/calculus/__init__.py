"""Calculus beyond the derivative of a function: what other courses ask.

``curves.py`` finds points on a curve and ``implicit.py`` asks for its slope; ``rates.py`` for a rate that follows from
others, in ``units.py``; ``antiderivatives.py`` goes the other way, with ``quadrature.py`` as its second reference.
"""

from autograder.questions.calculus.antiderivatives import Antiderivative, Integral
from autograder.questions.calculus.implicit import Implicit
from autograder.questions.calculus.rates import RelatedRate

__all__ = ["Antiderivative", "Implicit", "Integral", "RelatedRate"]
