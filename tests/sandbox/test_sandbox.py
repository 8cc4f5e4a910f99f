"""The sandbox as its users see it: checks in order, values as they are, functions that are called in the jail."""

import fractions
import inspect
import math
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import sympy as sp

from autograder.errors import CannotShip, StudentGone, UsageError
from autograder.model import Batched, Opaque, Raised, Returned, for_questions
from autograder.sandbox import Program, Sandbox, StudentError, open_sandbox
from autograder.sandbox.line.orders import Notice
from tests.sandbox.jail_samples import but, needs_jail, program, ran

pytestmark = needs_jail


def test_checks_come_in_order_and_see_the_names_of_that_moment(small_jail: Sandbox) -> None:
    cells = program(
        "import otter\ngrader = otter.Notebook(colab=True)\nx = 1",
        "shown = grader.check('q1')\nx = 2",
        "grader.check_all()\ngrader.export(pdf=False)\ngrader.to_pdf()",
        "x = 3",
        checks=("q2", "q3"),
    )
    seen = []
    with small_jail.start(cells) as student:
        for asked in student.run():
            seen.append((asked.question, asked.cell, student.names["x"]))
            student.answer(asked, f"{asked.question} checked")
        assert seen == [("q1", 1, 1), (None, 2, 2), ("q2", 3, 3), ("q3", 3, 3)]
        assert repr(student.names["shown"]) == "q1 checked"
        assert "q1 checked" in student.ended.printed
        assert student.ended.finished


def test_other_ways_to_import_otter(small_jail: Sandbox) -> None:
    imports = "from otter import Notebook\nfrom otter.check.notebook import Notebook as N\nimport otter.utils\n"
    cell = imports + "N().check('q1')"
    with small_jail.start(program(cell)) as student:
        assert [asked.question for asked in student.run()] == ["q1"]


VALUES: list[tuple[str, Any]] = [
    ("None", None),
    ("True", True),
    ("7", 7),
    ("2**70", 2**70),
    ("0.1 + 0.2", 0.1 + 0.2),
    ("float('nan')", math.nan),
    ("float('-inf')", -math.inf),
    ("1 - 2j", 1 - 2j),
    ("'naïve ✓'", "naïve ✓"),
    ("b'\\x00\\xff'", b"\x00\xff"),
    ("...", ...),
    ("[1, (2.0, 'x'), None]", [1, (2.0, "x"), None]),
    ("{'a': {1, 2}, (1, 2): frozenset()}", {"a": {1, 2}, (1, 2): frozenset()}),
    ("range(1, 9, 2)", range(1, 9, 2)),
    ("fractions.Fraction(1, 3)", fractions.Fraction(1, 3)),
    ("decimal.Decimal('1.50')", Decimal("1.50")),
    ("np.float32(0.1)", np.float32(0.1)),
    ("np.int8(-3)", np.int8(-3)),
    ("np.bool_(True)", np.bool_(True)),
    ("np.arange(6).reshape(2, 3)", np.arange(6).reshape(2, 3)),
    ("np.array([[1.5, np.nan]], dtype='>f4')", np.array([[1.5, np.nan]], dtype=">f4")),
    ("np.array(['a', 'bc'])", np.array(["a", "bc"])),
    ("np.array([], dtype=complex)", np.array([], dtype=complex)),
    ("sp.Symbol('x', real=True) ** 2 / 3", sp.Symbol("x", real=True) ** 2 / 3),
    ("sp.Matrix([[1, sp.pi]])", sp.Matrix([[1, sp.pi]])),
    ("sp.derive_by_array(sp.Symbol('x') ** 2, [sp.Symbol('x')])", sp.Array([2 * sp.Symbol("x")])),
    ("sp.Rational(2, 3)", sp.Rational(2, 3)),
]


def test_values_arrive_as_the_type_they_had(small_jail: Sandbox) -> None:
    source = "import decimal, fractions, numpy as np, sympy as sp\n" + "\n".join(
        f"v{place} = {text}" for place, (text, _) in enumerate(VALUES)
    )
    with ran(small_jail, source) as student:
        arrived = student.look()
    for place, (text, value) in enumerate(VALUES):
        actual = arrived[f"v{place}"]
        assert type(actual) is type(value), text
        if isinstance(value, np.ndarray | np.generic):
            assert actual.dtype == value.dtype, text
            np.testing.assert_array_equal(actual, value)
        elif isinstance(value, float) and math.isnan(value):
            assert math.isnan(actual)
        else:
            assert actual == value, text


def test_what_cannot_be_copied_is_asked_where_it_is_and_noted_when_it_would_decide(small_jail: Sandbox) -> None:
    source = (
        "class Mine:\n    width = 3\n    def area(self, height): return self.width * height\n"
        "    def __eq__(self, other): return True\n    def __sub__(self, other): return 0\n"
        "    def __len__(self): return 7\nmine, objects = Mine(), [Mine(), 1]\ndef numbers():\n    yield from (1, 2)"
    )
    with ran(small_jail, source) as student:
        names = student.look()
        mine = names["mine"]
        assert type(mine).__name__ == "Mine"
        assert (mine.width, mine.area(5), len(mine), names["Mine"]().area(2)) == (3, 15, 7, 6)
        assert list(names["numbers"]()) == [1, 2]
        with pytest.raises(AttributeError):
            _ = mine.depth
        assert student.troubles == []
        for use in (
            lambda: mine == 3,
            lambda: abs(mine - 3) < 1,
            lambda: bool(mine),
            lambda: np.isclose(mine, 3),
            lambda: mine.isclose(3),
            lambda: 3 in mine,
        ):
            student.troubles.clear()
            with pytest.raises((CannotShip, TypeError)):
                use()
            assert student.troubles
        student.troubles.clear()
        assert not isinstance(mine, int)
        assert [error.copied for error in student.troubles] == [True]
        assert issubclass(type(names["objects"]), Opaque)


def test_names_are_a_mapping(small_jail: Sandbox) -> None:
    with ran(small_jail, "a, b = 1, 2") as student:
        names = student.names
        assert {"a", "b"} <= set(names)
        assert "a" in names
        assert "c" not in names
        assert names.get("c") is None
        with pytest.raises(KeyError):
            names["c"]


FUNCTIONS = """
def f(x, scale=2):
    '''Doubles.'''
    print('called')
    return scale * x

def quotient(x):
    y = x - 2
    return 1 / y

def mapping(x):
    return {}['missing']

def own(x):
    class MyError(Exception):
        pass
    raise MyError('mine')

twice = lambda v: v * 2
"""


def test_a_function_stays_in_the_jail(small_jail: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    with ran(small_jail, FUNCTIONS) as student:
        f = student.names["f"]
        assert f(3) == 6
        assert capsys.readouterr().out == "called\n"
        assert f(3, scale=5) == 15
        assert isinstance(f, Batched)
        assert inspect.isfunction(f)
        assert (f.__name__, f.__doc__) == ("f", "Doubles.")
        assert str(inspect.signature(f)) == "(x, scale=2)"
        assert inspect.getsource(f).startswith("def f(x, scale=2):")
        assert f.source == inspect.getsource(f)
        assert f.call_many([(1,), (2,)]) == [
            Returned(value=2, printed="called\n"),
            Returned(value=4, printed="called\n"),
        ]
        assert student.names["f"] is f
        np.testing.assert_array_equal(student.names["twice"](np.array([1.0, 2.0])), [2.0, 4.0])


def test_exceptions_come_back_as_the_type_they_had(small_jail: Sandbox) -> None:
    with ran(small_jail, "pass", FUNCTIONS) as student:
        with pytest.raises(ZeroDivisionError, match="division by zero") as caught:
            student.names["quotient"](2)
        error = caught.value
        assert isinstance(error, StudentError)
        assert error.raised == Raised(
            type="ZeroDivisionError", message="division by zero", line=9, source="return 1 / y", cell=1
        )
        with pytest.raises(KeyError, match=r"^'missing'$"):
            student.names["mapping"](1)
        with pytest.raises(StudentError, match="mine") as caught:
            student.names["own"](1)
        assert type(caught.value).__name__ == "MyError"


TAKES_FUNCTIONS = """
def apply(g, x):
    return g(x) + 1

def safe(g):
    try:
        return g(1)
    except Exception:
        return 'caught'

def same(g):
    return g

def own(x):
    return x * 10
"""


def test_functions_given_as_arguments_are_served_here(small_jail: Sandbox) -> None:
    x = sp.Symbol("x")

    def fails(_: float) -> float:
        raise LookupError("judge's own")

    with ran(small_jail, TAKES_FUNCTIONS) as student:
        names = student.names
        assert names["apply"](math.sqrt, 9.0) == 4.0
        assert names["apply"](lambda v: v**2, x) == x**2 + 1
        assert names["apply"](names["own"], 2) == 21
        with pytest.raises(LookupError, match="judge's own"):
            names["apply"](fails, 1)
        assert names["safe"](fails) == "caught"
        assert names["same"](math.sqrt) is math.sqrt


WITH_JAX = """
import math
import jax
import jax.numpy as jnp

def h(v):
    return jnp.sum(v**3) + v[0] * v[1]

def slope(g, x):
    return jax.grad(g)(x)

def plain(x):
    return math.sin(x)
"""


@pytest.mark.slow
def test_jax_differentiates_through_the_wall(small_jail: Sandbox) -> None:
    import jax
    import jax.numpy as jnp

    v = jnp.array([1.0, 2.0])
    with ran(small_jail, WITH_JAX) as student:
        h = student.names["h"]
        np.testing.assert_allclose(jax.grad(h)(v), [5.0, 13.0])
        np.testing.assert_allclose(jax.hessian(h)(v), [[6.0, 1.0], [1.0, 12.0]])
        np.testing.assert_allclose(jax.vmap(h)(jnp.stack([v, v])), [11.0, 11.0])
        np.testing.assert_allclose(jax.jit(h)(v), 11.0)
        np.testing.assert_allclose(jax.vmap(jax.grad(h))(jnp.stack([v, 2 * v])), [[5.0, 13.0], [16.0, 50.0]])
        np.testing.assert_allclose(
            student.names["slope"](lambda x: jnp.sin(x) * x, 2.0), np.sin(2) + 2 * np.cos(2), rtol=1e-6
        )
        array = h(v)
        assert isinstance(array, jax.Array)
        assert array.dtype == jnp.float32
        with pytest.raises(StudentError) as caught:
            jax.grad(student.names["plain"])(1.0)
        assert "Tracer" in caught.value.raised.type or "Concretization" in caught.value.raised.type


def test_figures_are_described_and_cells_close_them(small_jail: Sandbox) -> None:
    from autograder.plots import FigureData

    source = "%matplotlib inline\nimport matplotlib.pyplot as plt\nfig, ax = plt.subplots()\n"
    source += "ax.plot([0, 1], [1, 0])\nplt.show()"
    with ran(small_jail, source, "left = plt.get_fignums()") as student:
        assert isinstance(for_questions(student.names["fig"]), FigureData)
        assert for_questions(student.names["ax"]) == for_questions(student.names["fig"])
        assert student.names["left"] == []


def test_cells_see_what_a_kernel_shows(small_jail: Sandbox) -> None:
    cells = (
        "name = __name__\n3 * 7",
        "last, out, asked = _, Out[1], In[1]",
        "display(4)\nshell = get_ipython().__class__.__name__",
        "%%time\nn = sum(range(10))",
        "x: int = 'a",
        "1 / 0",
        "import sys\nsys.path[0]\nhere = sys.path[0] == ''",
    )
    with ran(small_jail, *cells) as student:
        names = student.names
        assert (names["name"], names["last"], names["out"]) == ("__main__", 21, 21)
        assert names["asked"] == cells[0]
        assert names["n"] == 45
        assert names["here"] is True
        assert [(error.cell, error.raised.type) for error in student.ended.cell_errors] == [
            (4, "SyntaxError"),
            (5, "ZeroDivisionError"),
        ]


def test_files_lie_in_the_students_folder(small_jail: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1,2")
    (tmp_path / "b").write_text("value = 5")
    files = {
        "data/table.csv": str(tmp_path / "a"),
        "mine.py": str(tmp_path / "b"),
        "../escape": str(tmp_path / "a"),
        "/tmp/absolute": str(tmp_path / "a"),
    }
    cell = "import os, mine\ntext = open('data/table.csv').read()\n"
    cell += "found = sorted(os.listdir('.'))\n"
    cell += "escaped = [name for name in ('escape', 'absolute') if os.path.exists('/tmp/' + name)]"
    with small_jail.start(program(cell, files=files)) as student:
        assert list(student.run()) == []
        assert student.names["text"] == "1,2"
        assert student.names["found"] == ["data", "mine.py"]
        assert student.names["escaped"] == []


@pytest.mark.slow
def test_a_dead_template_costs_one_submission(small_jail: Sandbox) -> None:
    again = small_jail.restarts
    with small_jail.start(program("x = 1")) as student:
        assert list(student.run()) == []
        process = small_jail._process
        assert process is not None
        process.kill()
        process.wait()
        gone = False
        until = time.monotonic() + 60
        while not gone and time.monotonic() < until:  # the kernel takes a moment to end what is in the jail
            try:
                student.look()
            except StudentGone:
                gone = True
        assert gone
        assert student.ended.status == "sandbox"
    with ran(small_jail, "x = 2") as student:
        assert student.names["x"] == 2
    assert small_jail.restarts == again + 1


@pytest.mark.slow
def test_a_call_may_wait_for_a_processor(small_jail: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(order: str) -> Notice | None:
        notice = Sandbox.order(small_jail, order)
        return notice and msgspec.structs.replace(notice, delayed_seconds=100.0)

    limits = but(call_seconds=2)
    source = "import time\ndef f(seconds):\n    time.sleep(seconds)\n    return seconds"
    with ran(small_jail, source, limits=limits) as student:
        (cut_off,) = student.names["f"].call_many([(1000,)])
        assert cut_off.type == "TimeoutError"
    monkeypatch.setattr(small_jail, "order", busy)
    with ran(small_jail, source, limits=limits) as student:
        assert student.names["f"](3) == 3


def test_an_answer_that_nobody_waits_for_is_refused(small_jail: Sandbox) -> None:
    with small_jail.start(program("import otter\notter.Notebook().check('q1')")) as student:
        (asked,) = student.run()
        with pytest.raises(ValueError, match="not waiting"):
            student.answer(asked, "late")


def test_an_unknown_kind_is_a_wrong_call() -> None:
    with pytest.raises(UsageError, match="bwrap, docker or none"):
        open_sandbox("chroot")


def test_an_empty_notebook_is_a_notebook(small_jail: Sandbox) -> None:
    with small_jail.start(Program(())) as student:
        assert list(student.run()) == []
        assert student.ended.finished
