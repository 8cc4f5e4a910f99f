"""What one entry of the catalogue is. Adding a mistake is adding one of these to one of the lists in this folder."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from autograder.model import Raised, Record

if TYPE_CHECKING:
    from autograder.mistakes.calculus import Rule, Task
    from autograder.mistakes.tape import TapeRule


def seen_by_the_question(task: "Task", actual: Any) -> bool:
    """For entries that the question itself names: the answer is a set, a step or a search, not an array of values."""
    return False


NOTES = "mistakes of the project's notes"


class Example(Record, frozen=True, kw_only=True):
    """A question on which a mistake shows; the documentation generates the wrong answer from it."""

    function: Any = ""
    """The function as text, or a tuple of texts for a function with several outputs."""
    variables: tuple[str, ...] = ("x",)
    wrt: tuple[str, ...] = ()
    kind: str = "Derivative"
    order: int = 1
    at: tuple[float, ...] | None = None
    direction: tuple[float, ...] | None = None
    data: dict[str, Any] = msgspec.field(default_factory=dict)
    shown: str = ""
    """For mistakes in code: what the student typed."""


class Mistake(Record, frozen=True, kw_only=True):
    """One thing that students do, and how to say so without giving the answer away.

    Exactly one of ``rule``, ``whole``, ``fits`` and ``raised`` is given: it is how the mistake is recognised. ``tape``
    is given instead where it happens to functions of arrays only, and beside one of them where to these as well.
    """

    id: str
    """Short and stable: it stands in results.json, and authors declare partial credit by it."""
    code: str
    """Its number in the notes the catalogue grew from, such as ``C1``."""
    title: str
    """For the TA: what was done, in a few words."""
    applies: str
    """On what kind of question or expression it can happen."""
    transformation: str
    """What becomes of the right answer."""
    question: str
    """The first hint: a question about the concept. No value, sign, factor or part of the answer."""
    attempt: str
    """The second hint: something the student can try."""
    states: bool = False
    """Whether the first hint says of the answer what holds however it came about: it is said in a tie as well."""
    example: Example
    area: str = ""
    """Key of :data:`autograder.mistakes.catalogue.AREAS`; filled in from the list that holds the entry."""
    source: str = NOTES
    rank: int = 50
    """Which of several that fit is named first: lower is likelier."""
    themes: tuple[str, ...] = ()
    """Keys of :data:`autograder.mistakes.catalogue.THEMES`: what to say when it ties with one of another area."""
    instead_of: tuple[str, ...] = ()
    """Ids that describe the same slip less exactly: they are left out of a tie with this one."""
    values_only: bool = False
    """Nobody writes this down as a formula: it is looked for in functions, numbers and arrays only."""
    rule: "Rule | None" = None
    """A rule of differentiation gone wrong: applied at every site of the function and at one at a time."""
    tape: "TapeRule | None" = None
    """The same on the way back through a function of arrays: at every operation, and at one at a time."""
    whole: "Callable[[Task], Any] | None" = None
    """The whole answer made from the question: yields arrays of formulas."""
    fits: "Callable[[Task, Any], bool] | None" = None
    """Recognised from the student's values, where no list of wrong answers can be written down."""
    raised: Callable[[Raised], bool] | None = None
    """Recognised from the exception that the student's code raised."""
