"""A course's rules on late work, extensions, excuses, rounding and scaling.

In come a TOML file (``file.py`` reads it) and a score with its time; out goes what the rules make of it
(``rules.py``), with the reason in words (``words.py``). ``people.py`` says whom the file means, and takes times and due
dates from the lists that have them.
"""

from autograder.lms.policy.file import read_policy
from autograder.lms.policy.people import fitted, timed
from autograder.lms.policy.rules import Applied, AssignmentPolicy, CoursePolicy, LateRule, apply
from autograder.lms.policy.words import Words

__all__ = [
    "Applied", "AssignmentPolicy", "CoursePolicy", "LateRule", "Words", "apply", "fitted", "read_policy", "timed",
]  # fmt: skip
