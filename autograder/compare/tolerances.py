"""The tolerances of questions that name none, apart from what compares, so that a report can tell them cheaply."""

__all__ = ["DEFAULT_RTOL"]

DEFAULT_RTOL = {"exact": 1e-6, "float64": 1e-6, "float32": 1e-4, "float16": 1e-2}
"""Precision of the answer → relative tolerance."""
