"""Whether an answer is right: the verdict, why it is what it is, and what was asked and compared."""

from enum import StrEnum
from typing import Any

import msgspec

from autograder.model.record import Record


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
    NO_OPERATION = "no-operation"
    """A class lacks an operator, a method or an attribute that was asked for."""
    OPERATION = "operation"
    """A class computes another value or slope than it should."""
    STEP = "step"
    """A line of a derivation is wrong, or something is missing where all are right."""
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


class Verdict(Record, frozen=True, gc=False, kw_only=True):
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
    details: dict[str, str] = msgspec.field(default_factory=dict)
    """What the sentence needs: ``expected``, ``got``, ``name``, ``line``, ``caret``, ``error``, …; student-safe.

    ``hint`` is the author's own sentence for a wrong answer that they foresaw; the pages count it as a mistake."""


class Compared(Record, frozen=True, gc=False, kw_only=True):
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


class Idea(Record, frozen=True, kw_only=True):
    """A key idea of a text, which the person who reads it ticks where it is there: no words are looked for."""

    text: str
    points: float | None = None
    """None: an equal share of what the question is worth."""

    @property
    def said(self) -> str:
        """With its points, as the person reads it."""
        return self.text if self.points is None else f"{self.text} ({self.points:g})"


class Check(Record, frozen=True, gc=False, kw_only=True):
    """One question asked of one answer while a test ran."""

    kind: str
    """``Derivative``, ``Gradient``, …"""
    prompt: str
    """What was asked, in words and mathematics: the public function, the variable, the point."""
    answer: str
    """What the student gave: an expression as text, a function's source, a number; 4,000 characters at most."""
    answer_kind: str
    """``expression``, ``function``, ``number``, ``array``, ``figure``, ``choice``, ``text``, ``lines`` (of a
    derivation, each with a mark before it), ``missing`` or ``other``."""
    verdict: Verdict
    answer_latex: str | None = None
    """The expression typeset, where it is one."""
    points: tuple[tuple[float, float, float | None], ...] = ()
    """For a derivative of a public function of one variable, along its domain: (x, f(x), the student's slope there).

    None where the student's function was not called. Drawn as short strokes on the graph of f: a wrong slope is seen,
    the right one is not told."""
    compared: tuple[Compared, ...] = ()
    """The answer beside both references, the worst points first, where it was compared as numbers."""
    drawn: str = ""
    """Of a figure that is not right: a digest of all that it shows, so that two that show the same can be told; empty
    where some of it was left out."""
    driven: bool = False
    """Whether what was compared was computed by our driver in the student's own process, as of a class: then the points
    are marked ``trust: student``."""
    ideas: tuple[Idea, ...] = ()
    """Of a text that a person scores: what its author wants in it. For the TA only."""
    values: str = ""
    """Of a function that is not right: a digest of its values to six digits at every point, of which :attr:`compared`
    has the worst; empty where one of them is not a number."""


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
