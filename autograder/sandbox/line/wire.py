"""What crosses between judge and student: typed records in JSON.

Nothing here is evaluated, unpickled, imported or used as a path when it is read. A message is decoded into the union of
records that the reader expects; anything else is a :class:`~autograder.sandbox.line.channel.WireError`, which costs the
writer its own answers only.
"""

from typing import Annotated, Any

import msgspec

from autograder.model import Raised, Record

LONGEST_SOURCE = 40_000
"""Characters of one function's source that cross."""
LONGEST_DOC = 2_000
MOST_PARAMETERS = 200
"""Of one function, and its attributes."""
TOO_LONG = "the call took too long and was cut off"
"""Says the jail; which limit it was is known outside."""

# The jail keeps to these; a process that writes in its place and does not is cut off before anything is made of it.
_Name = Annotated[str, msgspec.Meta(max_length=200)]
_TypeName = Annotated[str, msgspec.Meta(max_length=100)]
_Text = Annotated[str, msgspec.Meta(max_length=1_000)]
_Source = Annotated[str, msgspec.Meta(max_length=LONGEST_SOURCE)]
_Doc = Annotated[str, msgspec.Meta(max_length=LONGEST_DOC)]

# Values: what is not plain JSON has a record.


class Packed(Record, frozen=True, array_like=True):
    """Base of the value records: arrays in JSON, first item the tag."""


class BigInt(Packed, frozen=True, array_like=True, tag="int"):
    """A whole number beyond what JSON readers keep exactly."""

    hex: str


class Special(Packed, frozen=True, array_like=True, tag="float"):
    """NaN or an infinity, which JSON does not have; a NaN's payload stays behind."""

    name: str


class Complex(Packed, frozen=True, array_like=True, tag="complex"):
    """Both parts as hexadecimal floats, to the last bit."""

    real: str
    imag: str


class Bytes(Packed, frozen=True, array_like=True, tag="bytes"):
    """Bytes."""

    data: bytes


class Dots(Packed, frozen=True, array_like=True, tag="..."):
    """The Ellipsis that starter code leaves."""


class Items(Packed, frozen=True, array_like=True, tag="list"):
    """A sequence or a set."""

    kind: str
    """``list``, ``tuple``, ``set``, ``frozenset``, or ``namedtuple`` with its name and fields after spaces."""
    items: list["Value"]


class Pairs(Packed, frozen=True, array_like=True, tag="dict"):
    """A dictionary, its keys and values in their order."""

    keys: list["Value"]
    values: list["Value"]
    kind: str = "dict"
    """``dict``, ``OrderedDict``, ``Counter``, or ``defaultdict`` with its factory after a space."""


class Array(Packed, frozen=True, array_like=True, tag="array"):
    """Numbers in a row, with their shape."""

    kind: str
    """``numpy``, ``matrix`` (``numpy.matrix``), ``jax`` or ``scalar``."""
    dtype: Annotated[str, msgspec.Meta(max_length=20)]
    """One of numbers; NumPy would read a list of a hundred thousand fields, at length."""
    shape: Annotated[list[int], msgspec.Meta(max_length=64)]
    data: bytes


class Objects(Packed, frozen=True, array_like=True, tag="objects"):
    """A NumPy array of dtype object."""

    shape: list[int]
    items: list["Value"]


class Expression(Packed, frozen=True, array_like=True, tag="expr"):
    """A SymPy expression."""

    tree: Any
    """:mod:`autograder.expressions.tree`; checked when it is rebuilt."""


class Multiprecision(Packed, frozen=True, array_like=True, tag="mp"):
    """A number of mpmath, to its last digit."""

    parts: list[tuple[int, str, int]]
    """(sign, mantissa in hexadecimal, exponent of two) of the real part, and of the imaginary part where it has one."""


class Rebuilt(Packed, frozen=True, array_like=True, tag="rebuilt"):
    """A value of a library's class, as the parts that :mod:`autograder.sandbox.line.copies.rebuilding` makes it of."""

    kind: _TypeName
    parts: list["Value"]


class Module(Packed, frozen=True, array_like=True, tag="module"):
    """A module, by its name."""

    name: str


class Figure(Packed, frozen=True, array_like=True, tag="figure"):
    """A figure of Matplotlib's: what it shows, and a handle to ask for more."""

    data: bytes
    """MessagePack of :class:`autograder.plots.FigureData`: unlike JSON it has NaN. Empty where it was not asked for."""
    handle: int = -1
    type_name: _TypeName = "Figure"


class ValueText(Packed, frozen=True, array_like=True, tag="shown"):
    """A default value or an annotation."""

    value: "Value"
    text: _Text
    """How it prints in a signature."""


class Parameter(Packed, frozen=True, array_like=True, tag="parameter"):
    """One parameter of a function's signature."""

    name: _Name
    kind: str
    default: ValueText | None = None
    annotation: ValueText | None = None


class Function(Packed, frozen=True, array_like=True, tag="function"):
    """A function that stays where it is; the reader gets a stand-in that asks for it by ``handle``."""

    handle: int
    name: _Name
    source: _Source | None = None
    parameters: Annotated[list[Parameter], msgspec.Meta(max_length=MOST_PARAMETERS)] | None = None
    """None where Python knows no signature."""
    returns: ValueText | None = None
    doc: _Doc | None = None
    line: int = 1
    public: Annotated[str, msgspec.Meta(max_length=300)] = ""
    """``module:name`` of a library's own function or class; nothing else is told of it."""
    type_name: _TypeName = "function"
    """Another one for an object that can be called: ``partial``, ``PjitFunction``, a class of the student's own."""
    attributes: Annotated[dict[_Name, "Value"], msgspec.Meta(max_length=MOST_PARAMETERS)] = msgspec.field(
        default_factory=dict
    )
    """What was set on a function: ``f.order = 2``."""


class Yours(Packed, frozen=True, array_like=True, tag="yours"):
    """A function that came from the reader's own side."""

    handle: int


class Kept(Packed, frozen=True, array_like=True, tag="kept"):
    """What could not be copied and stays where it is."""

    type_name: _TypeName
    why: _Text
    too_large: bool = False
    handle: int = -1
    """Under which it may be asked; -1 where it may not."""


class Reduced(Packed, frozen=True, array_like=True, tag="reduced"):
    """An object of a subclass, copied as its plain base."""

    type_name: _TypeName
    value: "Value"
    handle: int = -1


Value = (
    None
    | bool
    | int
    | float
    | str
    | BigInt
    | Special
    | Complex
    | Bytes
    | Dots
    | Items
    | Pairs
    | Array
    | Objects
    | Expression
    | Multiprecision
    | Rebuilt
    | Module
    | Figure
    | Function
    | Yours
    | Reduced
    | Kept
)


def has_figure(value: Value) -> bool:
    """Whether a figure is in this value, described or not: alone, or in a tuple of a figure and its axes."""
    if isinstance(value, Items | Objects):
        return any(has_figure(item) for item in value.items[:20])
    if isinstance(value, Pairs):
        return any(has_figure(item) for item in value.values[:20])
    return isinstance(value, Figure)


class Good(Packed, frozen=True, array_like=True, tag="good"):
    """What a call gave, and what it printed."""

    value: Value
    printed: str = ""


class Bad(Packed, frozen=True, array_like=True, tag="bad"):
    """What a call raised, and what it printed."""

    raised: Raised
    printed: str = ""
    callback: bool = False
    """The exception came out of one of the judge's own functions."""


# Messages from the student's process.


class CellDone(Record, frozen=True, tag="cell"):
    """A cell was run."""

    index: int
    printed: str
    raised: Raised | None = None


class Check(Record, frozen=True, tag="check"):
    """The notebook called ``grader.check``, and waits."""

    question: str | None
    cell: int


class Finished(Record, frozen=True, tag="finished"):
    """The last cell was run."""


class Values(Record, frozen=True, tag="values"):
    """All names of the notebook, as far as they are others than when they were last told."""

    id: int
    changed: dict[_Name, Value]
    gone: list[_Name] = msgspec.field(default_factory=list)
    modules: list[_Name] | None = None
    """Sub-modules that are loaded; None where no more are than the last time."""
    legacy: str | None = None
    """NumPy's way of printing, where the notebook has chosen that of an older version: ``1.13``, ``1.25``, …"""


class Results(Record, frozen=True, tag="results"):
    """What some of a :class:`Call`'s calls came to."""

    id: int
    results: list[Good | Bad]
    more: bool = False


class Callback(Record, frozen=True, tag="callback"):
    """The notebook calls one of the judge's own functions, and waits."""

    handle: int
    arguments: list[Value]
    keywords: dict[str, Value]
    order: int | None = None
    """None: call it; else the derivative of this order at the arguments (0: the value, flattened)."""


class Stop(Record, frozen=True, tag="stop"):
    """The student's process ends itself because of a limit that it counts itself."""

    status: str


FromStudent = CellDone | Check | Finished | Values | Results | Callback | Stop

# Messages from the judge.


class Run(Record, frozen=True, tag="run"):
    """Run these cells."""

    cells: list[tuple[str, int, list[str], int]]
    """(source, index, checks, lines of ours at its head)"""
    files: dict[str, bytes]
    output_bytes: int


class Answer(Record, frozen=True, tag="answer"):
    """What a check says to the notebook."""

    text: str
    known: bool = True
    """False: there is no such test, and ``grader.check`` raises as Otter's does."""


class Look(Record, frozen=True, tag="look"):
    """Tell all names. The message is the same for every test, so it says nothing about one."""

    id: int
    figures: bool = False
    """Describe figures as well, all of them: that takes a while."""


class Call(Record, frozen=True, tag="call"):
    """Call a function of the notebook's, once for each list of arguments."""

    id: int
    handle: int
    calls: list[list[Value]]
    keywords: dict[str, Value] = msgspec.field(default_factory=dict)
    order: int | None = None
    """As in :class:`Callback`."""
    tick: float = 0.25
    """Seconds after which the results so far are sent ahead, so that a slow batch is seen to go on."""


class Inside(Record, frozen=True, tag="inside"):
    """Run source of the judge's in the student's process: for tests that are declared to need it, and for seeds."""

    id: int
    source: str
    """Finds ``names`` (the notebook's) and ``argument``, and leaves its answer as text in ``result``."""
    argument: str = ""


class CallbackDone(Record, frozen=True, tag="done"):
    """What a :class:`Callback` came to."""

    result: Good | Bad


FromJudge = Run | Answer | Look | Call | Inside | CallbackDone

from_student = msgspec.json.Decoder(FromStudent)
from_judge = msgspec.json.Decoder(FromJudge)
