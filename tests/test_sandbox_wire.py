"""The wire and the codec by themselves, and students whose process was taken over: what they can cost the judge."""

import json
import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec
import numpy as np
import pytest
from jail_samples import but, needs_jail, program, ran
from matplotlib.figure import Figure

from autograder import ContourPlot
from autograder.errors import CannotShip, StudentGone
from autograder.model import Opaque
from autograder.plots import AxesData, FigureData
from autograder.sandbox import Sandbox
from autograder.sandbox.line import shared, wire
from autograder.sandbox.line.channel import Gone, Late, Line, WireError
from autograder.sandbox.line.codec import Codec
from autograder.sandbox.line.figures import shipped
from autograder.sandbox.line.reading import MAX_KEYS
from autograder.sandbox.outside.agreement import Agreement
from autograder.sandbox.outside.given import Given


def no_functions(_: Any) -> Any:
    raise AssertionError("no function is in this value")


codec = Codec(no_functions, no_functions)


def read(text: str) -> Any:
    """What the judge makes of one value that a student's process wrote."""
    message = b'{"type":"values","id":1,"values":[' + text.encode() + b"]}"
    return codec.decode(wire.from_student.decode(message).values[0])


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
    '["public","os","system"]',
    '["public","builtins","eval"]',
    '["public","numpy","load"]',
    '["expr",["Function","__import__"]]',
    '["expr",["Symbol","exec(1)"]]',
    '["expr",["Integer","9**9**9"]]',
    '["decimal","1e99999999"]',
    '["decimal","sNaN"]',
    '["mp",[[0,"0x1",1000000000]]]',
    '["mp",[[7,"0x1",0]]]',
    '["mp",[]]',
    '["mp",[[0,"__import__",0]]]',
    '["list","mpmath.matrix",["1e999999999"]]',
    '["list","mpmath.matrix",[["list","list",["1e999999999"]]]]',
    '["list","mpmath.matrix",[["list","list",[1.0]],["list","list",[]]]]',
    '["dict",[1],[2],"keywords"]',
    '["range",0,1000000000000,1]',
    '["range",0,1,0]',
    '["ratio","1",2]',
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


@pytest.mark.parametrize("depth", [900, 5_000, 100_000])
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
    given = Given()
    record = given.lend(len, codec.encode_or_keep)
    assert given.lend(len, codec.encode_or_keep) == record
    assert given.find(record.handle) is len
    given.take_back()
    with pytest.raises(WireError):
        given.find(record.handle)
    assert given.lend(len, codec.encode_or_keep).handle != record.handle


def test_derivatives_of_our_functions_have_a_size() -> None:
    given = Given()
    handle = given.lend(abs, codec.encode_or_keep).handle
    done = given.serve(wire.Callback(handle, [1.0], {}, 40), codec.decode, codec)
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
        names.begin_test()
        (result,) = names["later"].call_many([(2.0,)])
        assert "not given any more" in result.message
        assert type(names["kept"]) is Opaque


@needs_jail
def test_our_function_may_call_theirs_again(small_jail: Sandbox) -> None:
    with ran(small_jail, "def slope(x): return 2 * x", "def descend(g, x): return x - 0.25 * g(x)") as student:
        slope, descend = student.names["slope"], student.names["descend"]
        assert descend(lambda x: slope(x) + 1, 2.0) == 0.75


@needs_jail
def test_a_name_that_a_test_binds_is_the_notebooks(small_jail: Sandbox) -> None:
    rate, own = [0.5], object()
    with ran(small_jail, "rate = [1.0]", "def step(x): return f(x) - rate[0]") as student:
        names = student.names
        names.bind({"rate": rate, "f": lambda x: 3 * x, "own": own})
        assert names["step"](2.0) == 5.5
        assert names["rate"] is rate
        names.begin_test()  # in the next test as well
        assert (names["rate"], names["own"] is own, names["f"](1)) == ([0.5], True, 3)
        names.bind({}, ["rate"])
        with pytest.raises(NameError):
            names["step"](2.0)


@needs_jail
@pytest.mark.slow
def test_calling_back_without_end_is_cut_off(small_jail: Sandbox) -> None:
    with ran(small_jail, KEEPS, limits=but(call_seconds=1, grace_seconds=0.3)) as student:
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
    with small_jail.start(cells, but(cell_seconds=2)) as student:
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


def test_the_judge_takes_neither_environment_nor_chosen_points_from_a_notebook() -> None:
    """What a process of ours inherits, and the state from which a seeded test draws, are not the notebook's to say."""
    settings = msgspec.structs.replace(shared.read_settings(), environ={"PYTHONPATH": "/elsewhere"})
    ours = shared.read_draws()
    zeros = tuple(msgspec.structs.replace(one, words=bytes(len(one.words))) for one in ours)
    agreement = Agreement()
    before = dict(os.environ)
    agreement.share_draws()
    agreement.begin(settings, (zeros[0], zeros[1]))
    assert dict(os.environ) == before
    assert shared.read_draws() == ours
    assert not agreement.lost_track
    np.random.random()
    assert agreement.lost_track
    agreement.share_draws(theirs=True)
    assert shared.read_draws() != zeros


def test_a_figure_tells_when_another_test_than_ours_looks_at_it() -> None:
    looks: list[CannotShip] = []
    data = msgspec.msgpack.encode(FigureData(axes=(AxesData(xlabel="x"),)))

    def looked(ask: Callable[[Any], object]) -> bool:
        looks.clear()
        with suppress(AttributeError):
            ask(shipped(data, looks.append))
        assert all(look.copied for look in looks)
        return bool(looks)

    assert not looked(lambda figure: figure is not None)
    assert not looked(lambda figure: isinstance(figure, FigureData))
    assert looked(lambda figure: isinstance(figure, Figure))
    assert looked(lambda figure: len(figure.axes))
    assert looked(lambda figure: figure.get_suptitle())
    assert ContourPlot("x*y", wrt=("x", "y")).judge(shipped(data, None)).mistakes == ("plot_no_contours",)
