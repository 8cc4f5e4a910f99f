"""Text → expression, by an allow-list and without ``eval``: what students and authors type, as SymPy or LaTeX.

In comes a text and the context of its question, out goes a tree (:mod:`autograder.expressions.tree`) or an error with
an offset and a caret. ``lexer.py`` makes tokens (``characters.py``: what keyboards and copied pages write for a sign),
``parser.py`` reads them with ``factors.py``, ``brackets.py``, ``calls.py``, ``vectors.py`` and ``sides.py`` (a left
side as in ``f'(x) = …``); ``latex.py`` and ``environments.py`` read TeX. To change what a name stands for open
``names.py``; what a call such as ``np.where`` stands for, ``made.py``.
"""

from autograder.expressions.text import names
from autograder.expressions.text.characters import latin
from autograder.expressions.text.parser import parse, read

__all__ = ["latin", "names", "parse", "read"]
