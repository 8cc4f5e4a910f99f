"""What one message of a notebook may cost is bounded by what is counted: bytes, parts, levels, characters."""

import math
from typing import Any

import msgspec
import numpy as np
import pytest

from autograder.model import Raised
from autograder.sandbox import Sandbox
from autograder.sandbox.line import wire
from autograder.sandbox.line.channel import WireError, encoded
from autograder.sandbox.line.copies.codec import Codec
from autograder.sandbox.outside import callbacks
from autograder.sandbox.outside.callbacks import Callbacks
from tests.sandbox.jail_samples import SMALL, needs_jail, ran

RIGHTS = """
import os, resource
status = dict(line.split(":\\t") for line in open("/proc/self/status").read().splitlines() if ":\\t" in line)
rights = [status[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")]
alone = status["NoNewPrivs"], os.getsid(1)
limits = {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}")) for name in ("NOFILE", "FSIZE", "CORE")}
"""


@needs_jail
def test_a_notebook_has_no_rights_no_terminal_and_its_limits(small_jail: Sandbox) -> None:
    with ran(small_jail, RIGHTS) as student:
        assert student.ended.cell_errors == ()
        assert set(student.names["rights"]) == {"0" * 16}
        # process 1 leads a session of its own: from that of the command's terminal a notebook could type into it
        assert student.names["alone"] == ("1", 1)
        size = SMALL.file_mb << 20
        assert student.names["limits"] == {
            "NOFILE": (SMALL.open_files, SMALL.open_files),
            "FSIZE": (size, size),
            "CORE": (0, 0),
        }


def function(**changed: Any) -> str:
    record = wire.Function(0, "f")
    return msgspec.json.encode(msgspec.structs.replace(record, **changed)).decode()


@pytest.mark.parametrize(
    "value",
    [
        f'["array","numpy","{",".join(["f4"] * 5_000)}",[1],""]',
        '["array","numpy","f8",[' + ",".join("1" * 70) + '],""]',
        function(source="-" * 40_001),
        function(doc="d" * 2_001),
        function(name="n" * 201),
        function(type_name="t" * 101),
        function(attributes={f"a{n}": 1 for n in range(201)}),
        function(attributes={"a" * 201: 1}),
        function(parameters=[wire.Parameter(f"p{n}", "POSITIONAL_ONLY") for n in range(201)]),
        function(returns=wire.ValueText(1, "1" * 1_001)),
        '["kept","' + "k" * 101 + '","why"]',
        '["kept","k","' + "w" * 1_001 + '"]',
        '["reduced","' + "r" * 101 + '",1]',
    ],
)
def test_what_the_jail_would_not_have_written_is_no_message(value: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        wire.from_student.decode(b'{"type":"values","id":1,"values":[' + value.encode() + b"]}")


HALF = """
import sympy as sp
def f(x, y="\\udcff", *, z=None):
    raise {error}("text \\udfff")
f.__doc__ = "doc \\ud800"  # as a docstring Python 3.13 does not compile it
f.note = "\\ud800"
s = sp.Symbol("a\\ud800")
d = {{"\\ud801": ["\\udc00"]}}
vars()["n\\ud800"] = 1
print("out \\ud800")
{last}
"""


@needs_jail
def test_half_characters_cost_nothing_that_comes_later(small_jail: Sandbox) -> None:
    cells = [HALF.format(error="KeyError", last="raise ValueError('\\ud800')"), "after = 5"]
    with ran(small_jail, *cells) as student:
        assert student.ended.status == "ok"
        (error,) = student.ended.cell_errors
        assert (error.raised.type, error.raised.message) == ("ValueError", "\N{REPLACEMENT CHARACTER}")
        assert student.names["after"] == 5
        assert student.names["f"].__doc__ == "doc \N{REPLACEMENT CHARACTER}"
        assert student.names["d"] == {"?": ["?"]}
        assert student.names["s"].name.startswith("a")
        (raised,) = student.names["f"].call_many([(1.0,)])
        assert isinstance(raised, Raised)
        assert raised.message == "text \N{REPLACEMENT CHARACTER}"
        assert "after" in student.look()
        assert student.ended.status == "ok"


def test_a_message_with_half_characters_is_the_same_message_otherwise() -> None:
    value = wire.Items("list", ["a\ud800", wire.Bytes(b"\xff"), wire.Pairs(["\udfff"], [math.pi]), None])
    read = wire.from_student.decode(encoded(wire.Values(4, {"x": value})))
    whole = wire.Items("list", ["a�", wire.Bytes(b"\xff"), wire.Pairs(["�"], [math.pi]), None])
    assert read == wire.Values(4, {"x": whole})


@pytest.mark.parametrize(("size", "order"), [(9_000, 1), (500, 2), (100, 3), (3, 4), (3, -1)])
def test_a_derivative_that_a_notebook_asks_for_has_a_size(size: int, order: int) -> None:
    called: list[Any] = []
    codec = Codec(lambda _: None, lambda _: None)
    lent = Callbacks()
    handle = lent.lend(called.append, codec.encode_or_keep).handle
    asked = wire.Callback(handle, [codec.encode(np.ones(size))], {}, order)
    done = lent.serve(asked, codec.decode, codec)
    assert isinstance(done.result, wire.Bad)
    assert "too large" in done.result.raised.message
    assert called == []
    assert callbacks.MAX_WORK * 8 <= 1 << 30


@pytest.mark.parametrize(
    "value",
    [
        # every text of NumPy's takes the room of the longest: 16 MB here, 16 GB there
        '["objects",[-1,1000],["' + "A" * 4_000_000 + '"' + ',""' * 999 + "]]",
        '["objects",[-1,2],["a",["list","list",[]]]]',
        '["rebuilt","pandas.core.series.Series",[["list","list",[]],1,null,1]]',
        '["dict",[1],[["list","set",[["list","list",[]]]]],"Counter"]',
        '["list","namedtuple P x __x",[1,2]]',
        '["array","jax","<f16",[1],"AAAAAAAAAAAAAAAAAAAAAA=="]',
    ],
)
def test_what_a_library_cannot_make_is_refused_and_not_raised(value: str) -> None:
    codec = Codec(lambda _: None, lambda _: None)
    read = wire.from_student.decode(b'{"type":"values","id":1,"changed":{"x":' + value.encode() + b"}}")
    with pytest.raises(WireError):
        codec.decode(read.changed["x"])


@needs_jail
def test_a_thousand_cells_that_raise_are_not_a_thousand_messages(small_jail: Sandbox) -> None:
    with ran(small_jail, *["1/0"] * 230, "x = 1") as student:
        assert len(student.ended.cell_errors) == 200
        assert student.names["x"] == 1
