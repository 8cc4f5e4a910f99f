"""Who is who: the class list, and whose submission is whose.

In come a gradebook's file and submissions under the names that a download gave them; out go the same submissions under
the roster's ids and names, and whom a person must look at. ``read.py`` opens a list, ``roster.py`` finds students on
it by ``finding.py``, which holds ids to their own space, ``identity.py`` knows the spaces and how alike two names are,
and ``matching.py`` gives each submission its student; ``own_numbers.py`` holds a notebook's own numbers to whose it
is. ``corrections.py`` is what the TA knows better: files replaced or exchanged, and who worked together, from a file
that ``groups.py`` reads.
"""

from autograder.lms.people.corrections import Corrections, corrected
from autograder.lms.people.finding import Finder
from autograder.lms.people.identity import Person, person_of
from autograder.lms.people.matching import match_submissions, together, who_is_who
from autograder.lms.people.own_numbers import own_id, whose_numbers
from autograder.lms.people.read import read_roster
from autograder.lms.people.roster import Match, Matched, Roster

__all__ = [
    "Corrections", "Finder", "Match", "Matched", "Person", "Roster", "corrected", "match_submissions", "own_id",
    "person_of", "read_roster", "together", "who_is_who", "whose_numbers",
]  # fmt: skip
