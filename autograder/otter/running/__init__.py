"""One question asked of the student's names with Otter's own test files, by the outside witness or the inside one.

``outside.py`` runs a test on plain copies in this process, ``inside.py`` has it run where the notebook is;
``others.py`` asks whether a wrong answer is right for other numbers than the student's own;
``doctests.py`` runs one case as Otter does, ``evaluation.py`` keeps a student's text from being run as Python,
``handed.py`` finds the answers of which our own questions see the numbers alone.
"""

from autograder.otter.running.inside import InsideCase, ask_inside, declared, witnessed
from autograder.otter.running.others import look_for_others, with_others
from autograder.otter.running.outside import public_text, run_test

__all__ = [
    "InsideCase",
    "ask_inside",
    "declared",
    "look_for_others",
    "public_text",
    "run_test",
    "with_others",
    "witnessed",
]  # fmt: skip
