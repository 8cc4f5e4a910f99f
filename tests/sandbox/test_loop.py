"""Cells run inside a running event loop, as in a kernel, whatever they do to it."""

from typing import Any

import pytest

from autograder.sandbox import Sandbox
from tests.sandbox.jail_samples import but, needs_jail, ran

pytestmark = needs_jail

BEGIN = "import asyncio\nasync def later(v, s=0):\n    await asyncio.sleep(s)\n    return v"
ROWS: dict[str, tuple[list[str], dict[str, Any], tuple[str, ...]]] = {
    "a task is read in a later cell": (["task = asyncio.create_task(later(3))", "x = task.result()"], {"x": 3}, ()),
    "a task that waits goes on meanwhile": (
        ["task = asyncio.create_task(later(4, 0.05))", "await asyncio.sleep(0.2)\nx = task.done()"],
        {"x": True},
        (),
    ),
    "asyncio.run refuses": (
        ["try:\n    x = asyncio.run(later(1))\nexcept RuntimeError:\n    x = 'refused'"],
        {"x": "refused"},
        (),
    ),
    "there is a running loop": (["x = asyncio.get_running_loop().is_running()"], {"x": True}, ()),
    "every cell has the same": (
        ["one = id(asyncio.get_running_loop())", "await later(1)\nx = one == id(asyncio.get_running_loop())"],
        {"x": True},
        (),
    ),
    "what is awaited raises": (
        ["async def bad():\n    raise KeyError('k')\nawait bad()", "x = await later(5)"],
        {"x": 5},
        ("KeyError",),
    ),
    "a task raises": (
        ["async def bad():\n    raise ValueError\nt = asyncio.create_task(bad())", "x = 6"],
        {"x": 6},
        (),
    ),
    "a cell stops the loop": (["asyncio.get_running_loop().stop()", "x = await later(7)"], {"x": 7}, ()),
    "a cell closes the loop": (
        ["asyncio.get_running_loop().close()", "x = await later(8)"],
        {"x": 8},
        ("RuntimeError",),
    ),
    "a task leaves": (
        ["async def out():\n    raise SystemExit\nt = asyncio.create_task(out())", "x = 9"],
        {"x": 9},
        ("SystemExit",),
    ),
    "a name of IPython's is replaced": (
        ["get_ipython().run_cell_async = None\nget_ipython().should_run_async = None", "x = await later(10)"],
        {"x": 10},
        (),
    ),
    "what a cell sets for all that comes": (
        [
            "import decimal, numpy as np\nnp.set_printoptions(precision=2)\ndecimal.getcontext().prec = 3",
            "x = str(np.array([1 / 3])), str(decimal.Decimal(1) / 3)",
            "await later(0)\nnp.set_printoptions(precision=4)",
            "y = str(np.array([1 / 3]))",
        ],
        {"x": ("[0.33]", "0.333"), "y": "[0.3333]"},
        (),
    ),
    "a cell that is no Python": (["x = = 1", "x = 11"], {"x": 11}, ("SyntaxError",)),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_cell_finds_the_loop_that_a_kernel_has(name: str, small_jail: Sandbox) -> None:
    cells, reads, errors = ROWS[name]
    with ran(small_jail, BEGIN, *cells) as student:
        assert {name: student.names[name] for name in reads} == reads
        assert tuple(error.raised.type for error in student.ended.cell_errors) == errors
        assert student.ended.status == "ok"


def test_a_function_that_is_called_finds_it_too(small_jail: Sandbox) -> None:
    source = (
        "def ask():\n    try:\n        return asyncio.run(later(1))\n    except RuntimeError:\n        return 'refused'"
    )
    with ran(small_jail, BEGIN, source) as student:
        assert student.names["ask"]() == "refused"


@pytest.mark.slow
@pytest.mark.parametrize(
    "source",
    [
        "await asyncio.sleep(1000)",
        "async def hold():\n    while True:\n        pass\nt = asyncio.create_task(hold())",
    ],
)
def test_what_does_not_come_back_costs_its_cell(source: str, small_jail: Sandbox) -> None:
    with ran(small_jail, BEGIN, source, "x = await later(2)", limits=but(cell_seconds=1)) as student:
        assert student.names["x"] == 2
        assert [error.raised.type for error in student.ended.cell_errors] == ["TimeoutError"]
