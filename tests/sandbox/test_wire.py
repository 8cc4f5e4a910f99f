"""The wire and the codec by themselves, and students whose process was taken over: what they can cost the judge."""

import json
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec
import numpy as np
import pytest
from matplotlib.figure import Figure

from autograder import ContourPlot
from autograder.errors import CannotShip, StudentGone
from autograder.model import Opaque
from autograder.plots import AxesData, FigureData
from autograder.sandbox import Sandbox
from autograder.sandbox.line import wire
from autograder.sandbox.line.channel import Gone, Late, Line, WireError
from autograder.sandbox.line.copies import reading
from autograder.sandbox.line.copies.codec import Codec
from autograder.sandbox.line.copies.reading import MAX_KEYS
from autograder.sandbox.outside.callbacks import Callbacks
from tests.sandbox.jail_samples import but, needs_jail, program, ran


def no_functions(_: Any) -> Any:
    raise AssertionError("no function is in this value")


codec = Codec(no_functions, no_functions)


def read(text: str) -> Any:
    """What the judge makes of one value that a student's process wrote."""
    message = b'{"type":"values","id":1,"changed":{"x":' + text.encode() + b"}}"
    return codec.decode(wire.from_student.decode(message).changed["x"])


FORGED = [
    '["array","numpy","O",[1],"AAAAAAAAAAA="]',
    '["array","numpy","V8",[1],"AAAAAAAAAAA="]',
    '["array","numpy","<f8",[1000000000,1000000000,0],""]',
    '["array","numpy","<f8",[-1],"AAAAAAAAAAA="]',
    '["array","numpy","<f8",[7],"AAAAAAAAAAA="]',
    '["array","numpy","float8; import os",[1],"AA=="]',
    '["array","jax","os",[1],"AA=="]',
    '["module","os"]',
    '["module","autograder.reference"]',
    '["rebuilt","os.system",["ls"]]',
    '["rebuilt","builtins.eval",["1"]]',
    '["rebuilt","numpy.dtype",["O,O,O,O,O,O,O,O,O,O,O,O"]]',
    '["rebuilt","numpy.structured",[[["a","O",[]]],[1],["bytes","AAAAAAAAAAA="]]]',
    '["rebuilt","sympy.sympify",["__import__(1)"]]',
    '["rebuilt","sympy.Lambda",["__import__(1)", 2]]',
    '["rebuilt","sympy.applied",[1, 2]]',
    '["rebuilt","pandas.read_pickle",["x"]]',
    '["rebuilt","pandas.core.frame.DataFrame",[[["numpy",1]],2,3,4]]',
    '["rebuilt","scipy.io.matlab.Result",[]]',
    '["rebuilt","re.Pattern",["(",0]]',
    '["expr",["Function","__import__"]]',
    '["expr",["Symbol","exec(1)"]]',
    '["expr",["Integer","9**9**9"]]',
    '["rebuilt","decimal.Decimal",["1e99999999"]]',
    '["rebuilt","decimal.Decimal",["sNaN"]]',
    '["mp",[[0,"0x1",1000000000]]]',
    '["mp",[[7,"0x1",0]]]',
    '["mp",[]]',
    '["mp",[[0,"__import__",0]]]',
    '["list","mpmath.matrix",["1e999999999"]]',
    '["list","mpmath.matrix",[["list","list",["1e999999999"]]]]',
    '["list","mpmath.matrix",[["list","list",[1.0]],["list","list",[]]]]',
    '["dict",[1],[2],"keywords"]',
    '["rebuilt","builtins.range",[0,1000000000000,1]]',
    '["rebuilt","builtins.range",[0,1,0]]',
    '["rebuilt","fractions.Fraction",["1",2]]',
    '["rebuilt","fractions.Fraction",[1,0]]',
    '["same",0]',
    '["elsewhere",0,"int"]',
    '["lent",0,[1]]',
    '["complex","x","y"]',
    '["int","zz"]',
    '["int","' + "f" * 5000 + '"]',
    '["list","bytearray",[]]',
    '["list","namedtuple A import",[1]]',
    '["list","namedtuple A b;c",[1]]',
    '["dict",[["list","list",[]]],[1]]',
    '["figure","AAAA"]',
]


@pytest.mark.parametrize("text", FORGED)
def test_a_forged_value_is_refused(text: str) -> None:
    with pytest.raises((WireError, msgspec.MsgspecError)):
        read(text)


def test_keys_with_equal_hashes_do_not_stop_the_judge() -> None:
    prime = (1 << 61) - 1  # hash(n * prime) == 0
    keys = ",".join(f'["int","{n * prime:#x}"]' for n in range(MAX_KEYS + 1))
    with pytest.raises(WireError):
        read(f'["list","set",[{keys}]]')


@pytest.mark.parametrize("depth", [190, 900, 5_000, 100_000])
def test_deep_nesting_is_refused(depth: int) -> None:
    text = '["list","list",[' * depth + "]]" * depth
    with pytest.raises((WireError, msgspec.MsgspecError, RecursionError)):
        read(text)
    with pytest.raises((WireError, msgspec.MsgspecError, RecursionError)):
        read(f'["expr",{"[" * depth}{"]" * depth}]')


def line_with(data: bytes) -> Line:
    ours, theirs = socket.socketpair()

    def write() -> None:
        with theirs:
            theirs.sendall(data)

    threading.Thread(target=write, daemon=True).start()
    return Line(ours, wire.from_student, 1 << 20, 1000)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", Gone),
        (b"\x00\x00\x00\x10half", Gone),
        (b"\xff\xff\xff\xff", WireError),
        (b"\x00\x00\x00\x02{}", WireError),
        (b"\x00\x00\x00\x04\xff\xfe\x00\x00", WireError),
        ((3000).to_bytes(4, "big") + b"[" * 3000, WireError),
    ],
)
def test_a_line_reads_messages_or_says_why_not(data: bytes, error: type[Exception]) -> None:
    line = line_with(data)
    try:
        with pytest.raises(error):
            line.receive(1)
    finally:
        line.close()


def test_a_silent_line_is_late() -> None:
    ours, theirs = socket.socketpair()
    line = Line(ours, wire.from_student, 1 << 20, None)
    with theirs, pytest.raises(Late):
        line.receive(0.01)
    line.close()


def test_what_is_too_large_is_not_sent() -> None:
    for value in (
        1 << 20_000,
        "x" * (5 << 20),
        np.zeros(3 << 20),
        list(range(200_000)),
        [object(), *range(200_000)],
        range(10**9),
        b"x" * (17 << 20),
    ):
        with pytest.raises(CannotShip) as caught:
            codec.encode(value)
        assert caught.value.too_large
    record = codec.encode_or_keep(object())
    assert isinstance(record, wire.Kept)
    assert type(codec.decode(record)) is Opaque


def test_schema_of_the_messages_is_closed() -> None:
    schema = msgspec.json.schema(wire.FromStudent)
    assert "pickle" not in json.dumps(schema)


def test_what_was_lent_is_taken_back() -> None:
    callbacks = Callbacks()

    def own(x: float) -> float:
        return x

    record = callbacks.lend(own, codec.encode_or_keep)
    assert callbacks.lend(own, codec.encode_or_keep) == record
    assert callbacks.find(record.handle) is own
    callbacks.take_back()
    with pytest.raises(WireError):
        callbacks.find(record.handle)
    assert callbacks.lend(own, codec.encode_or_keep).handle != record.handle


def test_derivatives_of_our_functions_have_a_size() -> None:
    callbacks = Callbacks()
    handle = callbacks.lend(abs, codec.encode_or_keep).handle
    done = callbacks.serve(wire.Callback(handle, [1.0], {}, 40), codec.decode, codec)
    assert isinstance(done.result, wire.Bad)
    assert "too large" in done.result.raised.message


KEEPS = """
kept = []
def keep(g):
    kept.append(g)
    return g(1.0)
def later(x):
    return kept[0](x)
def hammer(g):
    while True:
        g(1.0)
def stubborn(g):
    while True:
        try:
            g(1.0)
        except BaseException:
            pass
"""


@needs_jail
def test_a_reference_that_a_notebook_keeps_is_of_no_use_later(small_jail: Sandbox) -> None:
    with ran(small_jail, KEEPS) as student:
        names = student.names
        assert names["keep"](lambda x: 10 * x) == 10.0
        assert names["later"](2.0) == 20.0  # the same test may go on with what it gave
        student.begin_test()
        (result,) = names["later"].call_many([(2.0,)])
        assert "not given any more" in result.message
        assert type(names["kept"]) is Opaque


@needs_jail
def test_our_function_may_call_theirs_again(small_jail: Sandbox) -> None:
    with ran(small_jail, "def slope(x): return 2 * x", "def descend(g, x): return x - 0.25 * g(x)") as student:
        slope, descend = student.names["slope"], student.names["descend"]
        assert descend(lambda x: slope(x) + 1, 2.0) == 0.75


@needs_jail
@pytest.mark.slow
def test_calling_back_without_end_is_cut_off(small_jail: Sandbox) -> None:
    with ran(small_jail, KEEPS, limits=but(call_seconds=0.5, grace_seconds=0.3)) as student:
        (result,) = student.names["hammer"].call_many([(lambda x: x,)])
        assert result.type == "TimeoutError"
        with pytest.raises(StudentGone):
            student.names["stubborn"].call_many([(lambda x: x,)])
        assert student.ended.status == "timeout"


@needs_jail
@pytest.mark.slow
def test_checking_without_end_is_cut_off(small_jail: Sandbox) -> None:
    cells = program("import otter\ngrader = otter.Notebook()\nwhile True:\n    grader.check('q1')", "after = 1")
    asked = 0
    with small_jail.start(cells, but(cell_seconds=1)) as student:
        for request in student.run():
            asked += 1
            student.answer(request, "")
        assert 1 < asked <= 200
        assert student.names["after"] == 1
        assert [error.raised.type for error in student.ended.cell_errors] == ["TimeoutError"]


TAKEN_OVER = """
import gc, json, os, time
from autograder.sandbox.inside.notebook import Notebook
us = next(thing for thing in gc.get_objects() if type(thing) is Notebook)
def tell(**fields):
    data = json.dumps(fields).encode()
    os.write(us._line.fileno(), len(data).to_bytes(4, "big") + data)
"""


@needs_jail
@pytest.mark.parametrize(
    "attack",
    [
        "while True: tell(type='cell', index=0, printed='')",
        "tell(type='finished')",
        "tell(type='cell', index=1, printed='x' * 1000)",
        "tell(type='callback', handle=0, arguments=[])",
        "tell(type='stop', status='graded')",
        "tell(type='results', id=1, results=[], more=True)",
    ],
)
def test_messages_out_of_turn_end_it(attack: str, small_jail: Sandbox) -> None:
    with ran(small_jail, TAKEN_OVER, attack) as student:
        with pytest.raises(StudentGone):
            student.names["us"]
        assert student.ended.status in ("protocol", "crashed")


@needs_jail
def test_batches_that_never_end_are_cut_off(small_jail: Sandbox) -> None:
    endless = "def f(x):\n    while True:\n        tell(type='results', id=us.now, results=[], more=True)\n"
    patch = "old = us._call\ndef _call(message):\n    us.now = message.id\n    old(message)\nus._call = _call"
    with ran(small_jail, TAKEN_OVER, endless, patch) as student:
        with pytest.raises(StudentGone):
            student.names["f"](1)
        assert student.ended.status == "protocol"


def test_a_figure_tells_when_another_test_than_ours_looks_at_it() -> None:
    looks: list[CannotShip] = []
    figure = Opaque("Figure", "only a part of it", plain=FigureData(axes=(AxesData(xlabel="x"),)), note=looks.append)

    def looked(ask: Callable[[Any], object]) -> bool:
        looks.clear()
        with suppress(AttributeError, CannotShip):
            ask(figure)
        return bool(looks)

    assert not looked(lambda figure: figure is not None)
    assert looked(lambda figure: isinstance(figure, Figure))
    assert looked(lambda figure: len(figure.axes))
    assert looked(lambda figure: figure.get_suptitle())
    assert looked(repr)
    assert ContourPlot("x*y", wrt=("x", "y")).judge(figure).mistakes == ("plot_no_contours",)


def test_jax_is_not_imported_for_what_our_own_questions_are_told(
    small_jail: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its import takes longer than to judge a notebook, and a third of the judge's memory."""
    made: list[Any] = []
    monkeypatch.setattr(reading, "_jax_array", lambda array: made.append(array) or array)
    cells = (
        "import jax, jax.numpy as jnp\nslopes = jax.grad(lambda v: jnp.sum(v**3))",
        "point = jnp.array([1.0, 2.0])\nhalf = {'a': [jnp.bfloat16(0.5)]}\nother = jnp.arange(3)",
    )
    with ran(small_jail, *cells) as student:
        (reply,) = student.names["slopes"].call_many([(np.array([1.0, 2.0], dtype=np.float32),)])
        asked = {"slopes", "point", "half", "check"}
        made.clear()
        names = student.look(frozenset(asked), frozenset({"point", "half"}))
        (again,) = names["slopes"].call_many([(np.array([1.0, 2.0], dtype=np.float32),)])
        assert not made
        for value in (reply.value, again.value):
            assert (value.dtype, value.tolist()) == (np.float32, [3.0, 12.0])
        assert (names["point"].dtype, names["point"].tolist()) == (np.float32, [1.0, 2.0])
        assert [float(each) for each in names["half"]["a"]] == [0.5]
        with pytest.raises(CannotShip, match="does not speak of it"):
            len(names["other"])
        for words, told in ((asked, 2), ({"globals"}, 3), ({"other"}, 1)):
            made.clear()
            student.look(frozenset(words))
            assert len(made) == told
