"""What a student gave, before it is judged: nothing, a formula, a function, numbers, or something else.

``reading.py`` tells them apart, ``arrays.py`` and ``values.py`` shape and name numbers, ``source.py`` looks in the
notebook's own cells for what makes an answer. On the other side of the comparison ``given.py`` reads what authors give
besides the function, ``handed.py`` makes what a student's own function is called with, and ``called.py`` calls it.
"""

from autograder.questions.answers.arrays import Arrays, by_name, each_reply
from autograder.questions.answers.called import Called, counted_arguments, returned, shown_argument
from autograder.questions.answers.given import exact_number, read_domain, read_point
from autograder.questions.answers.handed import gradient_function, hessian_function, value_function
from autograder.questions.answers.reading import (
    Answer,
    as_formula,
    is_function,
    left_blank,
    library_name,
    read_answer,
    shown_answer,
)
from autograder.questions.answers.source import cells_that_make, forbidden_name, formula_of, notebook_cells, why_missing
from autograder.questions.answers.values import (
    constant_numbers,
    entry_of,
    floats,
    has_shape,
    has_variable,
    precision_of,
    wrong_shape,
)

__all__ = [
    "Answer",
    "Arrays",
    "Called",
    "as_formula",
    "by_name",
    "cells_that_make",
    "constant_numbers",
    "counted_arguments",
    "each_reply",
    "entry_of",
    "exact_number",
    "floats",
    "forbidden_name",
    "formula_of",
    "gradient_function",
    "has_shape",
    "has_variable",
    "hessian_function",
    "is_function",
    "left_blank",
    "library_name",
    "notebook_cells",
    "precision_of",
    "read_answer",
    "read_domain",
    "read_point",
    "returned",
    "shown_answer",
    "shown_argument",
    "value_function",
    "why_missing",
    "wrong_shape",
]
