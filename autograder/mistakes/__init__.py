"""Which mistake is this? The catalogue of wrong answers, generated from the function itself."""

from autograder.mistakes.algebra import fits_data
from autograder.mistakes.catalogue import AREAS, MISTAKES, hint
from autograder.mistakes.certifying import Finding, certify
from autograder.mistakes.code import explain
from autograder.mistakes.diagnosing import Diagnosis, diagnose, from_verdict
from autograder.mistakes.entry import Example, Mistake
from autograder.mistakes.leaks import Leak, leaks
from autograder.mistakes.texts import diagnose_text

__all__ = [
    "AREAS",
    "MISTAKES",
    "Diagnosis",
    "Example",
    "Finding",
    "Leak",
    "Mistake",
    "certify",
    "diagnose",
    "diagnose_text",
    "explain",
    "fits_data",
    "from_verdict",
    "hint",
    "leaks",
]
