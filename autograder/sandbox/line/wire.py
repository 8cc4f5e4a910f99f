"""What crosses between judge and student: typed records in JSON.

Nothing here is evaluated, unpickled, imported or used as a path when it is read. A message is decoded into the union of
records that the reader expects; anything else is a :class:`~autograder.sandbox.line.channel.WireError`, which costs the
writer its own answers only.
"""

from typing import Annotated, Any

import msgspec

from autograder.model import Raised, Record
from autograder.sandbox.line.shared import Draws, Settings, Warned

LONGEST_SOURCE = 40_000
"""Characters of one function's source that cross."""
LONGEST_DOC = 2_000
MOST_PARAMETERS = 200
"""Of one function, and its attributes."""

# The jail keeps to these; a process that writes in its place and does not is cut off before anything is made of it.
_Name = Annotated[str, msgspec.Meta(max_length=200)]
_TypeName = Annotated[str, msgspec.Meta(max_length=100)]
_Text = Annotated[str, msgspec.Meta(max_length=1_000)]
_Source = Annotated[str, msgspec.Meta(max_length=LONGEST_SOURCE)]
_Doc = Annotated[str, msgspec.Meta(max_length=LONGEST_DOC)]

# --- values: what is not plain JSON has a record ---------------------------------------------------------------------


class Packed(Record, frozen=True, array_like=True):
    """Base of the value records: arrays in JSON, first item the tag."""


class BigInt(Packed, frozen=True, array_like=True, tag="int"):
    hex: str


class Special(Packed, frozen=True, array_like=True, tag="float"):
    """NaN or an infinity, which JSON does not have; a NaN's payload stays behind."""

    name: str


class Complex(Packed, frozen=True, array_like=True, tag="complex"):
    real: str
    imag: str


class Bytes(Packed, frozen=True, array_like=True, tag="bytes"):
    data: bytes


class Dots(Packed, frozen=True, array_like=True, tag="..."):
    """The Ellipsis that starter code leaves."""


class Items(Packed, frozen=True, array_like=True, tag="list"):
    kind: str
    """``list``, ``tuple``, ``set``, ``frozenset``, or ``namedtuple`` with its name and fields after spaces."""
    items: list["Value"]


class Pairs(Packed, frozen=True, array_like=True, tag="dict"):
    keys: list["Value"]
    values: list["Value"]
    kind: str = "dict"
    """``dict``, ``OrderedDict``, ``Counter``, or ``defaultdict`` with its factory after a space."""


class Array(Packed, frozen=True, array_like=True, tag="array"):
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
    tree: Any
    """:mod:`autograder.expressions.tree`; checked when it is rebuilt."""


class Ratio(Packed, frozen=True, array_like=True, tag="ratio"):
    numerator: "Value"
    denominator: "Value"


class Decimals(Packed, frozen=True, array_like=True, tag="decimal"):
    text: str


class Multiprecision(Packed, frozen=True, array_like=True, tag="mp"):
    """A number of mpmath, to its last digit."""

    parts: list[tuple[int, str, int]]
    """(sign, mantissa in hexadecimal, exponent of two) of the real part, and of the imaginary part where it has one."""


class Span(Packed, frozen=True, array_like=True, tag="range"):
    start: int
    stop: int
    step: int


class Module(Packed, frozen=True, array_like=True, tag="module"):
    name: str


class Public(Packed, frozen=True, array_like=True, tag="public"):
    """A function or class of a library, by name: the reader takes its own."""

    module: str
    name: str


class Table(Packed, frozen=True, array_like=True, tag="table"):
    """A pandas DataFrame or Series."""

    kind: str
    index: "Value"
    names: list["Value"]
    columns: list["Value"]


class Figure(Packed, frozen=True, array_like=True, tag="figure"):
    data: bytes
    """MessagePack of :class:`autograder.plots.FigureData`: unlike JSON it has NaN."""


class Shown(Packed, frozen=True, array_like=True, tag="shown"):
    """A default value or an annotation."""

    value: "Value"
    text: _Text
    """How it prints in a signature."""


class Parameter(Packed, frozen=True, array_like=True, tag="parameter"):
    name: _Name
    kind: str
    default: Shown | None = None
    annotation: Shown | None = None


class Function(Packed, frozen=True, array_like=True, tag="function"):
    """A function that stays where it is; the reader gets a stand-in that asks for it by ``handle``."""

    handle: int
    name: _Name
    source: _Source | None = None
    parameters: Annotated[list[Parameter], msgspec.Meta(max_length=MOST_PARAMETERS)] | None = None
    """None where Python knows no signature."""
    returns: Shown | None = None
    doc: _Doc | None = None
    line: int = 1
    type_name: _TypeName = "function"
    """Another one for an object that can be called: ``partial``, ``PjitFunction``, a class of the student's own."""
    attributes: Annotated[dict[_Name, "Value"], msgspec.Meta(max_length=MOST_PARAMETERS)] = msgspec.field(
        default_factory=dict
    )
    """What was set on a function: ``f.order = 2``."""


class Yours(Packed, frozen=True, array_like=True, tag="yours"):
    """A function that came from the reader's own side."""

    handle: int


class Elsewhere(Packed, frozen=True, array_like=True, tag="elsewhere"):
    """An object of the judge's under a name that a test bound: it cannot be copied, but the name is there."""

    handle: int
    type_name: _TypeName


class Same(Packed, frozen=True, array_like=True, tag="same"):
    """A call returned the very list, dict or array that it was given at this position."""

    place: int


class Kept(Packed, frozen=True, array_like=True, tag="kept"):
    """What could not be copied."""

    type_name: _TypeName
    why: _Text
    too_large: bool = False


class Reduced(Packed, frozen=True, array_like=True, tag="reduced"):
    """An object of a subclass, copied as its plain base."""

    type_name: _TypeName
    value: "Value"


class Missing(Packed, frozen=True, array_like=True, tag="missing"):
    """No such name."""


class Lent(Packed, frozen=True, array_like=True, tag="lent"):
    """A list, dict, set or array under one of the notebook's names: while a test holds a copy, what one side changes in
    place is changed on the other."""

    number: int
    """Which object of the student's."""
    value: "Value"


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
    | Ratio
    | Decimals
    | Multiprecision
    | Span
    | Module
    | Public
    | Table
    | Figure
    | Function
    | Yours
    | Elsewhere
    | Same
    | Reduced
    | Kept
    | Missing
    | Lent
)


class Good(Packed, frozen=True, array_like=True, tag="good"):
    value: Value
    printed: str = ""
    changed: tuple[tuple[int, Value], ...] = ()
    """Arguments that the call changed in place: (position, what it is now)."""
    held: tuple[tuple[int, int], ...] = ()
    """Arguments that the notebook still holds: (position, number as in :class:`Lent`)."""
    warned: tuple[Warned, ...] = ()


class Bad(Packed, frozen=True, array_like=True, tag="bad"):
    raised: Raised
    printed: str = ""
    callback: bool = False
    """The exception came out of one of the judge's own functions."""
    changed: tuple[tuple[int, Value], ...] = ()
    held: tuple[tuple[int, int], ...] = ()
    warned: tuple[Warned, ...] = ()


# --- messages from the student's process -----------------------------------------------------------------------------


class CellDone(Record, frozen=True, tag="cell"):
    index: int
    printed: str
    raised: Raised | None = None


class Check(Record, frozen=True, tag="check"):
    question: str | None
    cell: int


class Finished(Record, frozen=True, tag="finished"):
    pass


class Names(Record, frozen=True, tag="names"):
    id: int
    names: list[str]


class Values(Record, frozen=True, tag="values"):
    id: int
    values: list[Value]
    settings: Settings | None = None
    """Where they were asked for, with the states of the generators."""
    draws: tuple[Draws, Draws] | None = None


class Results(Record, frozen=True, tag="results"):
    id: int
    results: list[Good | Bad]
    more: bool = False
    lent: tuple[Lent, ...] = ()
    """Lent objects that the calls have changed."""
    draws: tuple[Draws, Draws] | None = None
    """The generators, where the calls drew from them and the test shares them."""


class Callback(Record, frozen=True, tag="callback"):
    handle: int
    arguments: list[Value]
    keywords: dict[str, Value]
    order: int | None = None
    """None: call it; else the derivative of this order at the arguments (0: the value, flattened)."""


class Stop(Record, frozen=True, tag="stop"):
    """The student's process ends itself because of a limit that it counts itself."""

    status: str


FromStudent = CellDone | Check | Finished | Names | Values | Results | Callback | Stop

# --- messages from the judge -----------------------------------------------------------------------------------------


class Run(Record, frozen=True, tag="run"):
    cells: list[tuple[str, int, list[str], int]]
    """(source, index, checks, lines of ours at its head)"""
    files: dict[str, bytes]
    output_bytes: int


class Answer(Record, frozen=True, tag="answer"):
    text: str
    known: bool = True
    """False: there is no such test, and ``grader.check`` raises as Otter's does."""


class ListNames(Record, frozen=True, tag="list"):
    id: int


class Fetch(Record, frozen=True, tag="fetch"):
    id: int
    names: list[str]
    fresh: bool = False
    """A new test begins: copies that were lent before are no longer held, and the settings are wanted."""


class Bind(Record, frozen=True, tag="bind"):
    """A test writes into its environment: in Otter that is the notebook's own names."""

    id: int
    values: dict[str, Value] = msgspec.field(default_factory=dict)
    removed: list[str] = msgspec.field(default_factory=list)
    lent: tuple[Lent, ...] = ()
    settings: Settings | None = None
    draws: tuple[Draws, Draws] | None = None


class Call(Record, frozen=True, tag="call"):
    id: int
    handle: int
    calls: list[list[Value]]
    keywords: dict[str, Value] = msgspec.field(default_factory=dict)
    order: int | None = None
    """As in :class:`Callback`."""
    tick: float = 0.25
    """Seconds after which the results so far are sent ahead, so that a slow batch is seen to go on."""
    lent: tuple[Lent, ...] = ()
    """Lent objects that the test has changed."""
    settings: Settings | None = None
    """Where the test has changed them."""
    draws: tuple[Draws, Draws] | None = None
    """The generators, where the test shares them."""
    heed: bool = False
    """The test looks at warnings."""


class Inside(Record, frozen=True, tag="inside"):
    """Run source of the judge's in the student's process: for tests that are declared to need it, and for seeds."""

    id: int
    source: str
    """Finds ``names`` (the notebook's) and ``argument``, and leaves its answer as text in ``result``."""
    argument: str = ""


class CallbackDone(Record, frozen=True, tag="done"):
    result: Good | Bad


FromJudge = Run | Answer | ListNames | Fetch | Bind | Call | Inside | CallbackDone

from_student = msgspec.json.Decoder(FromStudent)
from_judge = msgspec.json.Decoder(FromJudge)
