"""Every record that passes between the rooms, frozen and documented field by field: a file a noun.

``verdicts.py`` (one answer), ``calls.py`` and ``opaque.py`` (what crosses between judge and notebook),
``submissions.py`` (people and their work), ``results.py`` (a class's results); ``record.py`` is what they are made of.

Records are :class:`msgspec.Struct` so that ``results.json`` and its JSON schema come from the same lines
(:func:`msgspec.json.encode`, :func:`msgspec.json.schema`). They hold data only: no record runs a test, words a
message or writes a file.
"""

from autograder.model.calls import Batched, Keywords, Raised, Returned
from autograder.model.opaque import NOTHING, Opaque, OpaqueFunction, driver_of, for_questions, handle_of
from autograder.model.record import Record
from autograder.model.results import (
    CUT_OFF,
    Adjustment,
    CaseResult,
    CellError,
    Progress,
    QuestionResult,
    Run,
    RunFacts,
    Said,
    Status,
    SubmissionResult,
    Trust,
    Witness,
)
from autograder.model.submissions import Id, Refused, Space, Student, Submission
from autograder.model.verdicts import Certainty, Check, Compared, Evidence, Idea, Outcome, Reason, Verdict

__all__ = [
    "CUT_OFF",
    "NOTHING",
    "Adjustment",
    "Batched",
    "CaseResult",
    "CellError",
    "Certainty",
    "Check",
    "Compared",
    "Evidence",
    "Id",
    "Idea",
    "Keywords",
    "Opaque",
    "OpaqueFunction",
    "Outcome",
    "Progress",
    "QuestionResult",
    "Raised",
    "Reason",
    "Record",
    "Refused",
    "Returned",
    "Run",
    "RunFacts",
    "Said",
    "Space",
    "Status",
    "Student",
    "Submission",
    "SubmissionResult",
    "Trust",
    "Verdict",
    "Witness",
    "driver_of",
    "for_questions",
    "handle_of",
]
