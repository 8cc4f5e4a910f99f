"""Which mistake is this? The catalogue of wrong answers, generated from the function itself."""

from autograder.mistakes.catalogue import AREAS, MISTAKES, hint
from autograder.mistakes.code import explain
from autograder.mistakes.diagnose import Diagnosis, diagnose, from_verdict
from autograder.mistakes.entry import Example, Mistake

__all__ = ["AREAS", "MISTAKES", "Diagnosis", "Example", "Mistake", "diagnose", "explain", "from_verdict", "hint"]
