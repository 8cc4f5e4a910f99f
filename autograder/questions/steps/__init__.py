"""Derivations: an answer of several lines, each equal to the one before.

``marks.py`` takes the text of a line apart, ``lines.py`` reads lines with it; ``derivation.py`` goes through them, and
``question.py`` says what becomes of it: which line is wrong, its mistake, what follows. ``forms.py`` looks at the form
of the last line.
"""

from autograder.questions.steps.question import Steps

__all__ = ["Steps"]
