"""Are two nodes of a graph equal wherever both are real? The decision, in the process that may be killed over it.

``decide.py`` draws points until balls separate or overlap often enough, ``elsewhere.py`` looks in cells that no point
fell into, ``plane.py`` in the complex plane; ``realm.py`` says where the question's function is real; ``prove.py``
proves equality by algebra; ``decimals.py`` says what is allowed for decimal literals.
"""

from autograder.compare.decision.decide import Pair
from autograder.compare.decision.realm import Realm

__all__ = ["Pair", "Realm"]
