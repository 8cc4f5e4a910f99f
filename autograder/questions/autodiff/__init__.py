"""A class that differentiates, judged by what small programs compute with its objects.

In comes a class, or a stand-in for one in the jail; out goes a verdict on the first program that fails. ``question.py``
decides, ``programs.py`` has the programs and what is right, ``slips.py`` what a class with a slip would give; what runs
the programs is :mod:`autograder.driver`.
"""

from autograder.questions.autodiff.question import Autodiff

__all__ = ["Autodiff"]
