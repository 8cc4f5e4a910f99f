"""A graded folder: the class as it was graded, what people decided since, and the files that are made of both.

``kept.py`` (the class as graded), ``standing.py`` (with decisions and policy), ``fill.py`` (the LMS's files),
``figures.py`` (what a student saw), ``similar.py`` (similar submissions, looked for once), ``files.py`` (every file, of
which only what changed is written, as ``ledger.py`` tells), ``deciding.py`` (a folder open for decisions).
"""

from autograder.folder.deciding import Folder
from autograder.folder.figures import figures_of
from autograder.folder.files import Graded, rosters_of, write_class
from autograder.folder.fill import fill
from autograder.folder.kept import keep, kept
from autograder.folder.standing import Decisions, decisions_in, read_run

__all__ = [
    "Decisions",
    "Folder",
    "Graded",
    "decisions_in",
    "figures_of",
    "fill",
    "keep",
    "kept",
    "read_run",
    "rosters_of",
    "write_class",
]
