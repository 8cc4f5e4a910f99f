"""Pure functions from a run to files that people and programs read.

``files.py`` writes the pages of ``pages/``, of which ``names.py`` says what each is called and ``anonymous.py``
leaves the people out; ``table.py`` and ``answers.py`` are tables, ``terminal.py`` is for a terminal.
``statistics/`` has the numbers that they show.
"""

from autograder.report.answers import answers_csv, write_answers_parquet
from autograder.report.files import (
    CLASS_PAGE,
    Figures,
    schema_json,
    write_class_page,
    write_course,
    write_pages,
    write_student,
)
from autograder.report.names import page_names
from autograder.report.pages import rebuilt
from autograder.report.statistics import Similar, similar_pairs
from autograder.report.table import (
    grades_csv,
    number,
    result_line,
    results_json,
    total,
    write_atomically,
    write_results,
    write_table,
)

__all__ = [
    "CLASS_PAGE",
    "Figures",
    "Similar",
    "answers_csv",
    "grades_csv",
    "number",
    "page_names",
    "rebuilt",
    "result_line",
    "results_json",
    "schema_json",
    "similar_pairs",
    "total",
    "write_answers_parquet",
    "write_atomically",
    "write_class_page",
    "write_course",
    "write_pages",
    "write_results",
    "write_student",
    "write_table",
]
