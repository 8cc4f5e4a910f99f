"""Notebooks of another make, small ones written in the style of public courses, and what becomes of them."""
