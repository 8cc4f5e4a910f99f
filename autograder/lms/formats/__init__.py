"""One file an LMS: how its download names submissions, where everything stands in its gradebook, how it takes pages.

In come a download's file names and a table; out go :class:`~autograder.lms.records.Bundle` and
:class:`~autograder.lms.records.Layout`. ``contract.py`` says what every LMS's file must offer, ``listed.py`` lists them
in one table; a new LMS is a new file and a line there. ``plain.py`` is any CSV with a column of ids,
``staff.py`` tells who on a list is no student.
"""

from autograder.lms.formats.contract import FeedbackForm, Format
from autograder.lms.formats.listed import FORMATS, KINDS, layout_of

__all__ = ["FORMATS", "KINDS", "FeedbackForm", "Format", "layout_of"]
