"""Calculus beyond the derivative of a function: what other courses ask.

``curves.py`` finds points on a curve and ``implicit.py`` asks for its slope; ``rates.py`` for a rate that follows from
others, in ``units.py``; ``antiderivatives.py`` and ``integrals.py`` go the other way, with ``quadrature.py`` as the
second reference; ``series.py`` has Taylor polynomials, ``limits.py`` limits; ``sets.py`` asks for sets, which
``regions.py`` reads, and ``unordered.py`` for values in any order.
"""

from autograder.questions.calculus.antiderivatives import Antiderivative
from autograder.questions.calculus.implicit import Implicit
from autograder.questions.calculus.integrals import Integral
from autograder.questions.calculus.limits import Limit
from autograder.questions.calculus.rates import RelatedRate
from autograder.questions.calculus.series import Linearisation, RemainderBound, Taylor
from autograder.questions.calculus.sets import Sets, Where
from autograder.questions.calculus.unordered import Unordered

__all__ = [
    "Antiderivative",
    "Implicit",
    "Integral",
    "Limit",
    "Linearisation",
    "RelatedRate",
    "RemainderBound",
    "Sets",
    "Taylor",
    "Unordered",
    "Where",
]
