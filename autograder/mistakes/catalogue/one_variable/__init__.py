"""Mistakes in the derivative of a function of one variable, area by area.

A file holds the entries of a topic and, above them, the rules that make their wrong answers. To add a mistake, add a
:class:`~autograder.mistakes.catalogue.entry.Mistake` to the list of its topic; nothing else has to know.

- ``chain.py``: the chain rule
- ``products.py``: products, sums and quotients taken for one another
- ``powers.py``: powers, exponentials and logarithms
- ``functions.py``: the table of derivatives misread
- ``whole.py``: constants and signs, and answers to another question
"""

from collections.abc import Sequence

from autograder.mistakes.catalogue.entry import Mistake
from autograder.mistakes.catalogue.one_variable import chain, functions, powers, products, whole

__all__ = ["BY_AREA"]

BY_AREA: dict[str, Sequence[Mistake]] = {
    "chain": chain.ENTRIES,
    "products": products.PRODUCTS,
    "quotients": products.QUOTIENTS,
    "powers": powers.POWERS,
    "exponentials": powers.EXPONENTIALS,
    "trigonometry": functions.TRIG,
    "functions": functions.INVERSES,
    "constants": whole.CONSTANTS,
    "whole": whole.WHOLE,
}
"""Area → entries, in the order of the documentation."""
