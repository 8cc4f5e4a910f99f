"""What a figure shows, and whether it shows what was asked.

:func:`describe` turns a figure into plain data where the figure is, in the student's process; everything else works on
that data alone, so that a figure is judged without Matplotlib and without anything of the student's.
"""

from autograder.plots.data import AxesData, FigureData
from autograder.plots.describe import describe, figure_of

__all__ = ["AxesData", "FigureData", "describe", "figure_of"]
