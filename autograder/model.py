"""Every record that passes between the rooms, frozen and documented field by field.

Records are :class:`msgspec.Struct` so that ``results.json`` and its JSON schema come from the same lines
(:func:`msgspec.json.encode`, :func:`msgspec.json.schema`). They hold data only: no record runs a test, words a
message or writes a file.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

import msgspec

from autograder.errors import CannotShip


class Record(msgspec.Struct, frozen=True):
    """Base of every record: immutable, compared by value; build it with keywords."""


# --- verdicts -------------------------------------------------------------------------------------------------------


class Outcome(StrEnum):
    """What a verdict says. UNDECIDED and FAULT never become a 0: a person looks first."""

    CORRECT = "CORRECT"
    INCORRECT = "INCORRECT"
    INVALID = "INVALID"
    """Not in answerable form: missing, wrong type or shape, raises, cannot be parsed."""
    UNDECIDED = "UNDECIDED"
    """Neither equal nor different could be established; a TA must look."""
    FAULT = "FAULT"
    """Ours or the author's: not the student's doing."""


class Certainty(StrEnum):
    """How a verdict on an expression was reached."""

    PROVED = "proved"
    """Separated balls (different), or the difference reduces to 0 symbolically (equal)."""
    SAMPLED = "sampled"
    """Agreement to about 200 bits at every sampled point."""


class Reason(StrEnum):
    """Why the outcome is what it is: one code per sentence in :mod:`autograder.feedback`."""

    EQUAL = "equal"
    DIFFERENT = "different"
    MISSING = "missing"
    """The name is not defined, or is None or an Ellipsis left from the starter code."""
    NOT_PARSED = "not-parsed"
    TOO_LARGE = "too-large"
    WRONG_TYPE = "wrong-type"
    WRONG_SHAPE = "wrong-shape"
    NO_ENTRY = "no-entry"
    """What a student's function returned has no entry of the name that was asked for."""
    WRONG_VARIABLES = "wrong-variables"
    """The expression contains a symbol that the question does not know."""
    UNEVALUATED = "unevaluated"
    """``Derivative(...)``, ``Integral(...)`` and the like: the task stated, not done."""
    NOT_FINITE = "not-finite"
    """NaN or infinity where the reference is finite."""
    COMPLEX = "complex"
    INTEGER = "integer"
    """Integers where the reference needs fractions (a truncated array)."""
    RAISED = "raised"
    TIMED_OUT = "timed-out"
    NOT_DETERMINISTIC = "not-deterministic"
    VALUE_NOT_FUNCTION = "value-not-function"
    FUNCTION_NOT_VALUE = "function-not-value"
    FORBIDDEN = "forbidden"
    """The cell uses what the task forbids (``diff`` in a by-hand task)."""
    FIGURE = "figure"
    """The figure does not show what was asked; ``details["problem"]`` is the id of what is wrong with it."""
    NOT_AN_OPTION = "not-an-option"
    WRONG_CHOICE = "wrong-choice"
    WORD_COUNT = "word-count"
    """A text with too few or too many words."""
    ORDER = "order"
    """The error of a numerical method falls with another power of the step than asked for."""
    RECORDED = "recorded"
    """Only the form was checked, and it is right (outcome CORRECT)."""
    BY_HAND = "by-hand"
    """A text that a person scores."""
    NO_POINTS = "no-points"
    """No point was found at which both sides are real and finite."""
    NOT_SEPARATED = "not-separated"
    """The precision limit was reached with the balls still overlapping."""
    UNVISITED = "unvisited"
    """Equal at every point, but a cell between kinks, or a part that others hide, was out of reach of the work allowed,
    and the formulas that hold there are not known to be the same."""
    UNSUPPORTED = "unsupported"
    """A function that neither Arb nor mpmath evaluates."""
    INTERNAL = "internal"


class Verdict(Record, frozen=True, kw_only=True):
    """Whether one answer is right, and what is known about it.

    The sentences for student, TA and author are made from this by :mod:`autograder.feedback`; nothing here is
    worded.
    """

    outcome: Outcome
    reason: Reason
    certainty: Certainty | None = None
    """None where the answer was not an expression."""
    witness: dict[str, Any] | None = None
    """The worst point: variable name to number, vector or matrix entry. For the TA only."""
    actual: str | None = None
    """The student's value at the witness, as text. For the TA only."""
    desired: str | None = None
    """The reference's value at the witness, as text. For the TA only, never shown to a student."""
    error: float | None = None
    """``|actual − desired| / (atol + rtol·|desired|)`` at the witness; above 1 is wrong."""
    points_used: int = 0
    points_tried: int = 0
    mistakes: tuple[str, ...] = ()
    """Ids from the catalogue; several only when they cannot be told apart (a tie)."""
    generated: str | None = None
    """The wrong answer that the named mistake gives, as text. For the TA only."""
    credit: float | None = None
    """Share of the points, 0…1, that the author gives for this mistake; None means none was declared."""
    details: dict[str, str] = {}
    """What the sentence needs: ``expected``, ``got``, ``name``, ``line``, ``caret``, ``error``, …; student-safe.

    ``hint`` is the author's own sentence for a wrong answer that they foresaw; the pages count it as a mistake."""


class Compared(Record, frozen=True, kw_only=True):
    """One point at which an answer was compared: three columns for the TA, never shown to a student."""

    point: dict[str, float]
    entry: tuple[int, ...]
    """Which entry of an array: the one that is farthest off there; empty for a single number."""
    answer: float | None
    """None where the answer has no value."""
    symbolic: float | None
    """SymPy's derivative; None where the author gave only Python."""
    jax: float | None
    """JAX's gradient in float64; None where JAX lacks the function or has no value."""


class Check(Record, frozen=True, kw_only=True):
    """One question asked of one answer while a test ran."""

    kind: str
    """``Derivative``, ``Gradient``, …"""
    prompt: str
    """What was asked, in words and mathematics: the public function, the variable, the point."""
    answer: str
    """What the student gave: an expression as text, a function's source, a number; 4,000 characters at most."""
    answer_kind: str
    """``expression``, ``function``, ``number``, ``array``, ``figure``, ``choice``, ``text``, ``missing`` or
    ``other``."""
    verdict: Verdict
    answer_latex: str | None = None
    """The expression typeset, where it is one."""
    points: tuple[tuple[float, float, float | None], ...] = ()
    """For a derivative of a public function of one variable, along its domain: (x, f(x), the student's slope there).

    None where the student's function was not called. Drawn as short strokes on the graph of f: a wrong slope is seen,
    the right one is not told."""
    compared: tuple[Compared, ...] = ()
    """The answer beside both references, the worst points first, where it was compared as numbers."""


class Evidence(Record, frozen=True, kw_only=True):
    """What a question hands to the diagnosis of a wrong answer: the task as asked, and the answer's values.

    The values are at the verdict's own points, so that naming the mistake costs no further call of the student's code.
    Without a function it says nothing to the diagnosis and only carries :attr:`compared`.
    """

    kind: str
    """The question's class: ``Derivative``, ``Gradient``, ``Jacobian``, ``Hessian``, ``DirectionalDerivative``, …"""
    function: Any
    """The author's form, a SymPy expression built without evaluation; a tuple of them for several outputs."""
    variables: tuple[str, ...]
    """Names in the order of a function's arguments."""
    wrt: tuple[str, ...] = ()
    """What is differentiated by; empty means all of ``variables``."""
    order: int = 1
    """Of the derivative: 2 for a second derivative."""
    at: tuple[float, ...] | None = None
    """The point of the question, in the order of ``variables``, where a value is asked for; None for a function."""
    direction: tuple[float, ...] | None = None
    """As the author wrote it, not normalised."""
    points: tuple[dict[str, float], ...] = ()
    """Where the values were taken; the one point ``at`` for a question that asks for a value."""
    actual: Any = None
    """The student's values, an array of shape (number of points, *shape of the student's answer)."""
    desired: Any = None
    """The reference's values, an array of shape (number of points, *shape of the right answer)."""
    rtol: float = 1e-9
    """Relative precision of ``actual``: about 1e-9 for float64 and formulas, 1e-5 for float32."""
    answer: Any = None
    """The student's SymPy expression (or Matrix, Array, list), if there is one; it confirms a match to many digits."""
    domain: dict[str, tuple[float | None, float | None]] = msgspec.field(default_factory=dict)
    start: tuple[float, ...] | None = None
    """Descent: where it starts, in the order of ``variables``."""
    step: float | None = None
    """Descent: the step length (learning rate)."""
    count: int | None = None
    """Descent: how many steps."""
    data: dict[str, Any] = msgspec.field(default_factory=dict)
    """Matrices and vectors of matrix tasks under the names of the notes: ``A``, ``b``, ``x``, ``W``, ``y``, …"""
    compared: tuple[Compared, ...] = ()
    """The answer beside both references, for the TA; nothing to the diagnosis."""


# --- calls across the boundary --------------------------------------------------------------------------------------


class Raised(Record, frozen=True, kw_only=True):
    """What a student's function did instead of returning."""

    type: str
    """The exception's class name, such as ``TypeError``; ``TimeoutError`` for a call that was cut off."""
    message: str
    """At most 2,000 characters."""
    line: int | None = None
    """Line in the student's own code, counted from 1 in its cell or function."""
    source: str | None = None
    """That line's text."""
    cell: int | None = None
    """Index of the notebook cell, from 0."""
    bases: tuple[str, ...] = ()
    """Built-in exceptions that a class of the student's or a library's derives from, nearest first."""


class Returned(Record, frozen=True, kw_only=True):
    """What a student's function returned, decoded."""

    value: Any
    printed: str = ""


class Keywords(dict[str, Any]):
    """Arguments given by name: last in the tuple of a call that has any."""


@runtime_checkable
class Batched(Protocol):
    """A function that answers many calls in one message: what the sandbox puts in a student's function's place."""

    def call_many(self, arguments: Sequence[tuple[Any, ...]]) -> list[Returned | Raised]:
        """Call once per tuple of arguments (:class:`Keywords` may be last); the list has the same length and order."""
        ...

    @property
    def source(self) -> str | None:
        """The function's source, where Python could find it."""
        ...


class _Nothing:
    """Stands where there is no value, not even None."""


NOTHING = _Nothing()


class Opaque:
    """Stands for an answer that was not copied whole out of the student's process: a generator, an object of a class
    of their own, a number of 60 MB.

    It has a type name and a reason. Using it in any way is noted, and most ways raise
    :class:`autograder.errors.CannotShip`: a test that used it has decided nothing.
    """

    __slots__ = ("handle", "note", "plain", "too_large", "type_name", "why")

    def __init__(
        self,
        type_name: str,
        why: str,
        *,
        too_large: bool = False,
        plain: Any = NOTHING,
        handle: int = -1,
        note: Callable[[CannotShip], None] | None = None,
    ) -> None:
        self.type_name = type_name
        self.why = why
        self.too_large = too_large
        """Refused for its size: INVALID, where other kinds are undecided."""
        self.plain = plain
        """What of it is a plain copy: all that our own questions want. A figure's description, the numbers of an array
        of a class of its own."""
        self.handle = handle
        """Under which it goes back to where it came from, as an argument; -1 for none."""
        self.note = note

    def _used(self, *, copied: bool) -> CannotShip:
        """Note that somebody looked; ``copied`` where nothing is raised."""
        type_name, why, large, note = _inner(self, "type_name", "why", "too_large", "note")
        error = CannotShip(f"{type_name}: {why}", type=type_name, too_large=large, copied=copied)
        if note is not None:
            note(error)
        return error

    def __repr__(self) -> str:
        Opaque._used(self, copied=True)
        type_name, why = _inner(self, "type_name", "why")
        return f"<{type_name}: {why}>"

    @property
    def __class__(self) -> Any:
        """What ``isinstance`` asks, where the type itself is not what it looks for."""
        Opaque._used(self, copied=True)
        return type(self)

    @__class__.setter
    def __class__(self, kind: Any) -> None:
        Opaque._refuse(self)

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise Opaque._used(self, copied=False)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_repr_") or (name.startswith("__") and name.endswith("__")):
            Opaque._used(self, copied=True)
            raise AttributeError(name)  # protocols that Python and display ask about are simply not there
        return Opaque._refuse(self)

    __iter__ = __next__ = __len__ = __bool__ = __getitem__ = __setitem__ = __delitem__ = __contains__ = _refuse
    __reversed__ = __array__ = __enter__ = __exit__ = __format__ = __round__ = __reduce_ex__ = _refuse
    __float__ = __int__ = __complex__ = __index__ = __neg__ = __pos__ = __abs__ = __invert__ = _refuse
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _refuse
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __divmod__ = __rdivmod__ = _refuse
    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = __lshift__ = __rshift__ = _refuse
    __pow__ = __rpow__ = __matmul__ = __rmatmul__ = _refuse
    __hash__ = object.__hash__


class OpaqueFunction(Opaque):
    """What can be called there and not here."""

    __slots__ = ()
    __call__ = Opaque._refuse


def _inner(value: Opaque, *names: str) -> tuple[Any, ...]:
    """What an opaque value knows of itself; its own attributes may be those of what it stands for."""
    return tuple(object.__getattribute__(value, name) for name in names)


def handle_of(value: Opaque) -> int:
    """Under which an opaque value goes back to where it came from; -1 for none."""
    handle: int = _inner(value, "handle")[0]
    return handle


def for_questions(value: Any) -> Any:
    """What our own questions see of an answer: its plain copy where there is one, else only what it is called."""
    if not issubclass(type(value), Opaque):
        return value
    plain, type_name, why, large = _inner(value, "plain", "type_name", "why", "too_large")
    return Opaque(type_name, why, too_large=large) if plain is NOTHING else plain


# --- submissions ----------------------------------------------------------------------------------------------------


class Space(StrEnum):
    """Where an id is from: the same number in two of these is, as a rule, two people's."""

    CANVAS_USER = "canvas-user"
    CANVAS_ANONYMOUS = "canvas-anonymous"
    CANVAS_SIS = "canvas-sis"
    CANVAS_LOGIN = "canvas-login"
    CANVAS_INTEGRATION = "canvas-integration"
    MOODLE_PARTICIPANT = "moodle-participant"
    """Of one assignment."""
    MOODLE_DOWNLOAD = "moodle-download"
    """In a folder's name: a participant's number, or in a group assignment the group's."""
    MOODLE_ID_NUMBER = "moodle-id-number"
    MOODLE_USERNAME = "moodle-username"
    BLACKBOARD_USERNAME = "blackboard-username"
    BLACKBOARD_STUDENT_ID = "blackboard-student-id"
    BRIGHTSPACE_FOLDER = "brightspace-folder"
    """The number that a folder of the download begins with; nothing says what it is."""
    BRIGHTSPACE_ORG = "brightspace-org-defined-id"
    BRIGHTSPACE_USERNAME = "brightspace-username"
    GRADESCOPE_SID = "gradescope-sid"
    GRADESCOPE_SUBMISSION = "gradescope-submission"
    SAKAI_EID = "sakai-eid"
    SAKAI_DISPLAY = "sakai-display-id"
    SAKAI_GROUP = "sakai-group"
    EMAIL = "e-mail"
    LIST = "class-list"
    """The column of ids of a CSV that is no LMS's."""
    NAME = "name"
    """No id was there: the name stands in its place."""
    FILE = "file-name"
    """What a file or folder is named after: an id of any kind that people use, or a name."""
    PERSON = "person"
    """What the TA wrote: any id on the roster, or a name."""


class Id(Record, frozen=True):
    """One id of somebody, and where it is from."""

    space: Space
    value: str


class Student(Record, frozen=True, kw_only=True):
    """Somebody on a roster, or known only from a file's name."""

    id: str
    """The key under which the LMS knows the student; never reformatted (leading zeros stay)."""
    name: str = ""
    ids: tuple[Id, ...] = ()
    """Every id that is known, the one that ``id`` is first; empty where nothing says where ``id`` is from."""

    @property
    def own(self) -> Id:
        """The student's id with its source."""
        return self.ids[0] if self.ids else Id(Space.PERSON, self.id)


class Submission(Record, frozen=True, kw_only=True):
    """One piece of work to grade: a notebook and the files that came with it."""

    key: str
    """Unique in a run, stable between runs, safe as a file name: the student's id where it is known."""
    students: tuple[Student, ...]
    """Several for group work; the first is the one that submitted."""
    file: str
    """The notebook's name as the student or the LMS gave it, for people to read."""
    path: str
    """Where the notebook lies on this machine; our path, never the student's."""
    files: dict[str, str] = {}
    """Other files of the submission: safe relative name in the student's folder → where it lies."""
    late: bool | None = None
    """Whether the LMS calls it late; None: it does not say."""
    submitted: str | None = None
    """ISO 8601 where the LMS says; without an offset it is the LMS's local time."""
    lms_tag: str | None = None
    """``<lms>:<prefix>``: what this LMS's own download was named by, and what it needs to take feedback back."""
    source: str = ""
    """What the TA gave and it was found in: a zip, a folder, the file itself."""
    argument: int = 0
    """The how many-th of those that is, from 1."""
    own: bool = False
    """What the TA gave is this student's work and nobody else's."""
    notes: tuple[str, ...] = ()
    """What was decided on the way in ("two notebooks, took hw01.ipynb")."""
    member_keys: tuple[str, ...] = ()
    """Of group work: a key for each further student, under which there is a page of their own."""
    part_of: str | None = None
    """Key of the group's submission, where a policy gave its members rows of their own and this is not the first
    member's; None: this row stands for the work itself."""


class Refused(Record, frozen=True, kw_only=True):
    """A file that could not become a submission."""

    file: str
    reason: str
    """``not-a-notebook``, ``bad-zip``, ``zip-slip``, ``zip-bomb``, ``several-notebooks``, ``empty``, …"""
    message: str
    """What, where, what to do."""
    students: tuple[Student, ...] = ()


# --- results --------------------------------------------------------------------------------------------------------


class Status(StrEnum):
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


class Witness(Record, frozen=True, kw_only=True):
    """What one run of a plain case came to: outside on plain copies, or inside among the student's own objects."""

    said: Said
    why: str = ""
    """For ``cannot-say`` and ``lost``: ``cannot-ship``, ``needs-process``, ``timeout``, ``crashed``, ``memory``, …"""
    about: str = ""
    """Outside, for the TA: what failed, or what could not be said (a type, a name). At most 500 characters."""


class CaseResult(Record, frozen=True, kw_only=True):
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


class QuestionResult(Record, frozen=True, kw_only=True):
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


class CellError(Record, frozen=True, kw_only=True):
    """A cell that raised while the notebook ran."""

    cell: int
    raised: Raised


class Adjustment(Record, frozen=True, kw_only=True):
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


class SubmissionResult(Record, frozen=True, kw_only=True):
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
    cell_errors: tuple[CellError, ...] = ()
    code: tuple[str, ...] = ()
    """The notebook's code cells as the student wrote them (each cut to 20,000 characters): similarity, feedback."""
    seconds: float = 0.0
    """Wall time of this submission."""
    cpu_seconds: float = 0.0
    memory_mb: float = 0.0
    """Peak resident memory of the student's process tree."""


class RunFacts(Record, frozen=True, kw_only=True):
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
    tolerances: dict[str, float] = {}
    """Relative, by the precision of the answer, where a question sets none of its own."""


class Run(Record, frozen=True, kw_only=True):
    """``results.json``: one assignment graded for one class."""

    facts: RunFacts
    questions: dict[str, float]
    """Question name → points possible, in the order of the assignment."""
    results: tuple[SubmissionResult, ...]
    prompts: dict[str, str] = {}
    """Question name → its prompt as Markdown, where the assignment's notebook is known."""
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


Progress = Callable[[SubmissionResult, int, int], None]
"""Called after each submission with its result, how many are done and how many there are."""
