"""Tests of the desk: what is decided, who may ask, and a whole class in a browser."""
