"""Values ⇄ wire records: what arrives is a copy of the type that was sent, and whole, or it is not a copy.

``codec.py`` goes both ways, ``reading.py`` rebuilds records that hold no others, ``rebuilding.py`` takes libraries'
values apart (``tables.py``: pandas) by the ``recipes.py`` of their classes. A new class of values is a new recipe.
"""

from autograder.sandbox.line.copies.codec import Codec

__all__ = ["Codec"]
