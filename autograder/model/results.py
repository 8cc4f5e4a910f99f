"""What a class got: cases, questions, submissions and the run, as ``results.json`` has them."""

from collections.abc import Callable
from enum import StrEnum

import msgspec

from autograder.model.calls import Raised
from autograder.model.record import Record
from autograder.model.submissions import Refused, Student, Submission
from autograder.model.verdicts import Check


class Status(StrEnum):
    """What became of a submission: a number, a person's work, or no notebook to run to its end."""

    GRADED = "graded"
    NEEDS_REVIEW = "needs-review"
    FAILED = "failed"


class Trust(StrEnum):
    """Where a test ran: outside with plain copies of the answers, or inside the student's process."""

    JUDGE = "judge"
    STUDENT = "student"


class Said(StrEnum):
    """What one witness says about one plain case."""

    PASS = "pass"
    FAIL = "fail"
    UNSAID = "cannot-say"
    """Outside only: the case used what cannot be copied, or what only the notebook's process has."""
    LOST = "lost"
    """Inside only: the process ended, or did not answer in time or in order."""


class Witness(Record, frozen=True, gc=False, kw_only=True):
    """What one run of a plain case came to: outside on plain copies, or inside among the student's own objects."""

    said: Said
    why: str = ""
    """For ``cannot-say`` and ``lost``: ``cannot-ship``, ``needs-process``, ``timeout``, ``crashed``, ``memory``, …"""
    about: str = ""
    """Outside, for the TA: what failed, or what could not be said (a type, a name). At most 500 characters."""


class CaseResult(Record, frozen=True, gc=False, kw_only=True):
    """One test case of a question."""

    name: str
    hidden: bool
    passed: bool | None
    """None: undecided, a person must look."""
    score: float
    """Points earned; with declared partial credit between 0 and ``possible``."""
    possible: float
    message: str
    """What a student may read (empty when it passed silently). For a hidden case it is for the TA."""
    checks: tuple[Check, ...] = ()
    raised: Raised | None = None
    """The exception that failed the case, when it was not a verdict."""
    outside: Witness | None = None
    """Of a plain case, on plain copies; None for a case that hands answers to our own questions and is decided by
    their verdicts, and where only the inside witness counts."""
    inside: Witness | None = None
    """Of a plain case, in the student's own process; None where nobody had to ask."""
    trust: Trust = Trust.JUDGE
    """``student``: the points rest on the inside witness."""
    reason: str | None = None
    """Why ``passed`` is None: ``undecided``, ``only-inside``, ``timeout``, …"""


class QuestionResult(Record, frozen=True, gc=False, kw_only=True):
    """One question of one submission: its cases as they came out, and the points that follow."""

    name: str
    score: float | None
    """None: not decided, so no number may be exported."""
    possible: float
    cases: tuple[CaseResult, ...] = ()
    all_or_nothing: bool = False
    """One lost case loses the question."""
    trust: Trust = Trust.JUDGE
    """``student`` where it is for one of the cases that earned something."""
    reason: str | None = None
    """Why the score is None, or what happened to the notebook before this question: ``undecided``, ``timeout``, …"""


CUT_OFF = "the cell was cut off after "
"""What the sandbox says of a cell that reached a limit, before the limit."""


class CellError(Record, frozen=True, gc=False, kw_only=True):
    """A cell that raised while the notebook ran."""

    cell: int
    raised: Raised

    @property
    def cut_off_after(self) -> str:
        """The limit that ended it, such as ``5 s of processor time``; empty for a cell that stopped by itself."""
        limit = self.raised.message.removeprefix(CUT_OFF)
        return limit if self.raised.type == "TimeoutError" and limit != self.raised.message else ""


class Adjustment(Record, frozen=True, gc=False, kw_only=True):
    """What changed a score after the tests: policy or a person."""

    kind: str
    """``late``, ``extension``, ``slip-days``, ``excused``, ``override``, ``rounding``, …"""
    why: str
    """In words that the student may read."""
    question: str | None = None
    """None: the whole submission."""
    before: float | None = None
    after: float | None = None
    who: str | None = None
    when: str | None = None
    """ISO 8601 with offset."""


_AS_A_WHOLE = frozenset({"no-code", "no-id", "other-numbers"})


class SubmissionResult(Record, frozen=True, gc=False, kw_only=True):
    """Everything known about one graded submission."""

    submission: Submission
    status: Status
    reason: str | None = None
    """None when graded; else ``undecided``, ``timeout``, ``memory``, ``output``, ``crashed``, ``not-a-notebook``, …"""
    message: str = ""
    """One line for the TA: what, where, what to do."""
    notes: tuple[str, ...] = ()
    """What was left out of a notebook while it was graded, in words."""
    questions: tuple[QuestionResult, ...] = ()
    score: float | None = None
    """Sum over the questions as graded; None when any of them is None."""
    possible: float = 0.0
    adjustments: tuple[Adjustment, ...] = ()
    """In the order in which they were applied; they lead from ``score`` to ``final``."""
    final: float | None = None
    """The score after policy and overrides, for the LMS; None where ``score`` is None and no person decided."""
    final_possible: float | None = None
    """What ``final`` is out of, where the policy scales; None: ``possible``."""
    numbers_of: dict[str, int] = msgspec.field(default_factory=dict)
    """Where everybody has other numbers: the id in the notebook → which version that is, from 0. Several where the
    notebook gave one id to one question and another to the next."""
    cell_errors: tuple[CellError, ...] = ()
    code: tuple[str, ...] = ()
    """The notebook's code cells as the student wrote them (each cut to 20,000 characters): similarity, feedback."""
    seconds: float = 0.0
    """Wall time of this submission."""
    cpu_seconds: float = 0.0
    memory_mb: float = 0.0
    """Peak resident memory of the student's process tree."""

    @property
    def waits_whole(self) -> bool:
        """Whether a person decides about the work and not about one of its questions: whose numbers, no code."""
        return self.status is Status.NEEDS_REVIEW and bool(self.questions) and self.reason in _AS_A_WHOLE


class RunFacts(Record, frozen=True, gc=False, kw_only=True):
    """How the run was made, so that it can be repeated."""

    assignment: str
    assignment_digest: str
    """SHA-256 over the assignment's tests and configuration."""
    package_version: str
    versions: dict[str, str]
    """python, sympy, jax, numpy, otter-grader, python-flint."""
    sandbox: str
    """``bwrap``, ``docker`` or ``none``."""
    seed: int
    jobs: int
    started: str
    """ISO 8601 with offset."""
    seconds: float
    command: str = ""
    """The call that made it, as it can be given again."""
    folder: str = "grades"
    """Where everything was written, as the call named it: commands to run next need it."""
    language: str = ""
    """Of the pages: ``en``, ``de``; empty where it was not said."""
    tolerances: dict[str, float] = msgspec.field(default_factory=dict)
    """Relative, by the precision of the answer, where a question sets none of its own."""


class Run(Record, frozen=True, gc=False, kw_only=True):
    """``results.json``: one assignment graded for one class."""

    facts: RunFacts
    questions: dict[str, float]
    """Question name → points possible, in the order of the assignment."""
    results: tuple[SubmissionResult, ...]
    prompts: dict[str, str] = msgspec.field(default_factory=dict)
    """Question name → its prompt as Markdown, where the assignment's notebook is known."""
    versions: tuple[dict[str, str], ...] = ()
    """Where everybody has other numbers: for each version the prompts of the questions that differ, filled in."""
    starter: tuple[str, ...] = ()
    """Code cells that everybody was given, where the students' notebook is known: no sign of copying."""
    refused: tuple[Refused, ...] = ()
    missing: tuple[Student, ...] = ()
    """On the roster, no submission."""
    unknown: tuple[Student, ...] = ()
    """Submitted, not on the roster."""
    doubtful: tuple[Student, ...] = ()
    """On the roster, and work that could not be told apart may be theirs: not missing, and never given a 0."""
    excused: tuple[Student, ...] = ()
    """Whom the course's policy excuses although there is no graded work of theirs."""
    warnings: tuple[str, ...] = ()
    decisions: int = 0
    """How many decisions of the journal, counted from the first, are in it."""
    schema_version: int = 1
    """Raised when a field changes its meaning or goes; a new field leaves it as it is."""


Progress = Callable[[SubmissionResult, int, int, int], None]
"""Called after each submission with its result, how many are done, how many there are, and how many of those that are
done were done in an earlier run."""
