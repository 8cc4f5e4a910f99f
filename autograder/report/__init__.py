"""Pure functions from a run to files that people and programs read."""

from autograder.report.table import grades_csv, number, total, write_atomically, write_results, write_table

__all__ = ["grades_csv", "number", "total", "write_atomically", "write_results", "write_table"]
