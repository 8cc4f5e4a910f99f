"""From what a TA downloaded to one notebook a student.

In come paths; out goes :class:`~autograder.lms.records.Intake`: submissions with their files unpacked below a folder of
ours, and what was refused, each with its reason. ``paths.py`` takes the paths in turn, ``archive.py`` unpacks a zip
that nobody vouches for, ``loose.py`` reads whose a folder or file is where no LMS named it, ``choose.py`` tells which
of a student's files is the notebook, ``works.py`` which of several works of one student counts, ``places.py`` which
files can lie beside it, ``slim.py`` reads a large one in a process of its own, ``whose.py`` tells whether a zip's
name is somebody's, ``keys.py`` gives a submission its key.
"""

from autograder.lms.intake.keys import key_of, with_member_keys
from autograder.lms.intake.paths import collect, collect_one, replacement
from autograder.lms.intake.works import settle

__all__ = ["collect", "collect_one", "key_of", "replacement", "settle", "with_member_keys"]
