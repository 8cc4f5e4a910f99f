"""Derivations: an answer of several lines, each equal to the one before.

``remarks.py`` takes words and arrows off a line, ``marks.py`` takes its formulas apart, ``lines.py`` reads lines with
both into those of ``pieces.py``; ``derivation.py`` goes through them, and
``question.py`` says what becomes of it: which line is wrong, its mistake, what follows. ``forms.py`` looks at the form
of the last line.
"""

from autograder.questions.steps.question import Steps

__all__ = ["Steps"]
