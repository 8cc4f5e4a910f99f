"""Pure functions from a run to files that people and programs read."""

from autograder.report.answers import answers_csv, write_answers_parquet
from autograder.report.files import schema_json, write_course, write_pages
from autograder.report.table import grades_csv, number, total, write_atomically, write_results, write_table

__all__ = [
    "answers_csv",
    "grades_csv",
    "number",
    "schema_json",
    "total",
    "write_answers_parquet",
    "write_atomically",
    "write_course",
    "write_pages",
    "write_results",
    "write_table",
]
