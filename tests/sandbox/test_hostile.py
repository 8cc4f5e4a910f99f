"""Every attack and oddity under ``submissions/hostile``: what the sandbox makes of it, one row each.

The first cell of each notebook answers q1 and checks it; the last sets ``last``. Whatever the cells between them do,
q1 was checked before, nothing of the machine is touched, and the warm process goes on to the next notebook.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

import autograder
from autograder.errors import CannotShip, StudentGone
from autograder.model import Opaque, Raised, Record, Returned, for_questions
from autograder.sandbox import Ended, Limits, Sandbox
from tests.sandbox.jail_samples import HOSTILE, SMALL, but, needs_jail, notebook, ran

pytestmark = needs_jail

LAST = {"last": "reached"}


class Row(Record, frozen=True, kw_only=True):
    """What one notebook must give."""

    status: tuple[str, ...] = ("ok",)
    """Any of these."""
    reads: dict[str, Any] = msgspec.field(default_factory=lambda: dict(LAST))
    """Name → value on the judge's side, compared there; ``OPAQUE`` for what may not arrive as data."""
    errors: tuple[str, ...] = ()
    """Exception types of the cells, in order."""
    calls: dict[str, Any] = msgspec.field(default_factory=dict)
    """Function → what calling it with 1.5 gives: a value, or the exception type's name."""
    limits: Limits = SMALL
    instead: str = ""
    """Where there are many cores or much memory, a status by which it ends before the above can happen."""
    slow: bool = False


STUBBORN = but(cell_seconds=1, call_seconds=1, grace_seconds=0.3)
"""For what does not stop when it is interrupted: a long grace would only be waited for."""
OPAQUE = "(opaque)"
GONE: dict[str, Any] = {}
"""No name can be read any more."""


def gone(*status: str, slow: bool = False, errors: tuple[str, ...] = (), limits: Limits = SMALL) -> Row:
    return Row(status=status, reads=GONE, errors=errors, slow=slow, limits=limits)


ROWS: dict[str, Row] = {
    # --- it uses too much ---
    "fork_bomb": gone("processes"),
    "thread_bomb": Row(errors=("RuntimeError",), instead="processes", slow=True),
    "memory_one_array": Row(errors=("MemoryError",)),
    "memory_small_pieces": gone("memory", slow=True),
    "memory_in_children": gone("memory", slow=True),
    "memory_in_shm": Row(errors=("OSError",), slow=True),
    "disk_full": Row(errors=("OSError",), slow=True),
    "file_too_large": Row(errors=("OSError",)),
    "file_descriptors": Row(errors=("OSError",)),
    "output_endless": gone("output"),
    "output_50_mb": Row(),
    "output_past_python": Row(),
    "endless_cell": Row(errors=("TimeoutError",), slow=True, limits=but(cell_seconds=1)),
    "endless_cell_swallows": gone("timeout", slow=True, limits=STUBBORN),
    "sleep_ignores_interrupt": gone("timeout", slow=True, limits=STUBBORN),
    "endless_cells": gone("timeout", slow=True, limits=but(wall_seconds=2)),
    "processor_hog": gone("timeout", slow=True, limits=but(cpu_seconds=1)),
    "endless_answer": Row(calls={"f": "TimeoutError"}, slow=True, limits=but(call_seconds=1)),
    "sleeping_answer": Row(calls={"f": "TimeoutError"}, slow=True, limits=but(call_seconds=1)),
    "stubborn_answer": Row(status=("timeout",), calls={"f": StudentGone}, slow=True, limits=STUBBORN),
    # --- it ends ---
    "os_exit": gone("crashed"),
    "exit_call": Row(errors=("SystemExit",)),
    "sys_exit": Row(errors=("SystemExit",)),
    "exit_in_answer": Row(status=("crashed",), calls={"f": StudentGone}),
    "kill_self": gone("crashed"),
    "stop_self": gone("timeout", slow=True, limits=STUBBORN),
    "alarm_self": gone("crashed", slow=True),
    "stack_overflow": gone("crashed"),
    "deep_recursion": Row(errors=("RecursionError",)),
    # --- it attacks other processes ---
    "kill_parent": Row(reads={"survived": True}),
    "kill_everything": Row(reads={"told": "[Errno 3] No such process"}),
    "ptrace_parent": Row(reads={"answer": -1, "code": 1}),
    "read_parent_memory": Row(reads={"found": 0}),
    "open_parent_files": Row(reads={"opened": 0}),
    "stray_process": Row(reads={"alive": True}),
    "double_fork": Row(),
    "exit_tricks": Row(),
    "fork_in_answer": Row(status=("protocol", "ok"), calls={"f": 1.5}),
    # --- it reaches out ---
    "network": Row(reads={"reached": 0, "interfaces": ["lo"]}),
    "write_outside": Row(reads={"written": []}),
    "read_host": Row(reads={"found": [], "passwd": 1}),
    "find_hidden_tests": Row(reads={"found": []}, slow=True),
    "environment": Row(),
    "new_namespace": Row(reads={"answers": [-1] * 5}),
    "system_v_memory": Row(reads={"answers": [-1] * 3}),
    "kernel_keyring": Row(reads={"answers": [-1] * 3}),
    "leftover_files": Row(),
    "forged_results": Row(),
    "pip_install": Row(slow=True),
    # --- it forges ---
    "patched_builtins": gone("timeout", slow=True, limits=but(cpu_seconds=1)),  # the event loop never turns again
    "patched_numpy": Row(reads={"wrong": np.array([4.0, 5.0])}),
    "patched_sympy": Row(),
    "patched_jax": Row(),
    "patched_otter": Row(),
    "patched_modules": Row(reads={"answer": 3}),
    "server_patched": Row(reads={"answer": OPAQUE, "last": OPAQUE}),
    "lying_array": Row(reads={"answer": np.zeros(2)}),
    "lying_numbers": Row(reads={"number": 0.5, "integer": 3}),
    "lying_containers": Row(reads={"items": [0], "pairs": {"a": 0}, "text": "plain"}),
    "lying_expression": Row(),
    "lying_object": Row(reads={"answer": OPAQUE}),
    "unpickle_me": Row(reads={"answer": OPAQUE}),
    "code_in_names": Row(reads={"answer": OPAQUE, "other": OPAQUE}),
    "changing_answer": Row(calls={"f": 1.5}),
    # --- it attacks the wire ---
    "wire_garbage": gone("protocol"),
    "wire_flood": gone("protocol"),
    "wire_nested": gone("protocol"),
    "wire_forged_answers": gone("protocol"),
    "wire_half_message": gone("protocol", slow=True, limits=but(call_seconds=1, grace_seconds=0.3)),
    "wire_stolen": gone("timeout", "crashed", "protocol", slow=True, limits=STUBBORN),
    "wire_closed": gone("crashed", slow=True),
    "callback_escape": Row(),
    # --- its answers are odd ---
    "number_60_mb": Row(reads={"answer": OPAQUE, "text": OPAQUE}),
    "nan_payload": Row(reads={"answer": float("nan"), "infinity": float("-inf")}),
    "million_nodes": Row(reads={"answer": OPAQUE}),
    "deep_expression": Row(reads={"answer": OPAQUE}),
    "circular_list": Row(reads={"answer": OPAQUE, "pairs": OPAQUE}),
    "generator_answer": Row(reads={"answer": OPAQUE, "opened": OPAQUE}),
    "strange_exceptions": Row(errors=("Odd",), calls={"f": "Odd", "g": "SystemExit", "h": "KeyError"}),
    "raises_stopiteration": Row(calls={"f": "StopIteration", "g": "GeneratorExit"}),
    "redefined_names": Row(reads={"answer": np.float64(2.5), "np": None, "sum": None}),
    "warnings_everywhere": Row(calls={"f": "UserWarning"}),
    # --- it is only unusual ---
    "stdout_closed": Row(errors=("ZeroDivisionError",)),
    "input_call": Row(errors=("StdinNotImplementedError",)),
    "bash_cell": Row(reads={"note": "from bash\n", "lines": ["from bash"]}),
    "replaces_get_ipython": Row(),
    "reset_magic": Row(reads={"after_reset": 1}),
    "top_level_await": Row(reads={"waited": True}),
    "worker_pool": Row(reads={"squares": [1, 4, 9]}),
    "unknown_kernel": Row(reads={"answer": 4}),
    "r_notebook": Row(errors=("NameError",)),
    "julia_notebook": Row(errors=("SyntaxError",)),
}


# What `otter run` 7.0 made of the same attack, where it was measured; starter answers, 0 of 18 points deserved.
OTTER = {
    "patched_numpy": "18 of 18 points",
    "patched_sympy": "18 of 18 points",
    "patched_otter": "18 of 18 points",
    "patched_builtins": "18 of 18 points",
    "server_patched": "6,000 of 18 points (scores rewritten in its process)",
    "forged_results": "full marks, from a process that outlives it",
    "double_fork": "full marks; the process outlives it",
    "stray_process": "outlives it",
    "unpickle_me": "code runs in the grader",
    "wire_garbage": "its log server un-pickles what it is sent",
    "lying_array": "9 of 18 points",
    "lying_numbers": "9 of 18 points",
    "lying_expression": "9 of 18 points",
    "find_hidden_tests": "read, and shown in the output",
    "network": "reachable",
    "write_outside": "written",
    "endless_cell": "never ends",
    "endless_answer": "never ends",
    "sleep_ignores_interrupt": "never ends",
    "memory_small_pieces": "took 7.4 GB",
    "os_exit": "no result; an older one stays in place",
    "exit_call": "no result",
    "output_50_mb": "graded, 600 MB",
    "sys_exit": "graded",
    "input_call": "graded",
    "unknown_kernel": "no result",
    "redefined_names": "3 of 18 points",
    "million_nodes": "hangs, over 120 s",
    "nan_payload": "3 of 18 points",
}

_ENDS = {
    "timeout": "cut off: `timeout`",
    "memory": "ended: `memory`",
    "processes": "ended: `processes`",
    "output": "ended: `output`",
    "crashed": "`crashed`",
    "protocol": "ended: `protocol`",
}


def _outcome(row: Row) -> str:
    """What the table in the documentation says of a row."""
    if row.status[0] != "ok":
        later = " at that call" if row.reads and row.calls and row.reads is not GONE else ""
        return f"{_ENDS[row.status[0]]}{later}; what was checked before stays"
    parts = []
    if row.errors:
        parts.append(f"the cell fails ({', '.join(row.errors)}), the rest runs")
    hidden = [name for name, value in row.reads.items() if value is OPAQUE]
    if hidden:
        parts.append("the answer cannot be copied: it earns nothing by itself")
    if any(isinstance(value, str) for value in row.calls.values()):
        parts.append("the call fails, the rest is graded")
    return "; ".join(parts) or "runs; nothing reached, nothing earned, nothing left"


def table() -> str:
    """The table of ``docs/security.md``."""
    lines = ["| notebook | what it does | `otter run` | here |", "|---|---|---|---|"]
    for name, row in ROWS.items():
        first = json.loads((HOSTILE / f"{name}.ipynb").read_text())["cells"][0]["source"]
        lines.append(f"| `{name}` | {''.join(first).rstrip('.')} | {OTTER.get(name, '')} | {_outcome(row)} |")
    return "\n".join(lines)


def test_the_documentation_has_this_table(course_root: Path) -> None:
    assert table() in (course_root / "docs" / "security.md").read_text()


def test_every_notebook_has_a_row() -> None:
    assert sorted(path.stem for path in HOSTILE.glob("*.ipynb")) == sorted(ROWS)
    assert len(ROWS) >= 40


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if row.slow else name for name, row in ROWS.items()]
)
def test_hostile(name: str, small_jail: Sandbox) -> None:
    row = ROWS[name]
    started_again = small_jail.restarts
    checked = []
    with small_jail.start(notebook(name), row.limits) as student:
        for asked in student.run():
            checked.append((asked.question, student.names["q1"]))
            student.answer(asked, "fine")
        if row.instead and student.ended.status == row.instead:
            assert checked == [("q1", 1)]
            return
        if row.reads:
            for wanted, value in {**(LAST if row.status == ("ok",) else {}), **row.reads}.items():
                _assert_reads(student.names[wanted], value)
        for function, value in row.calls.items():
            _assert_gives(student.names[function], value)
        if row.reads is GONE and "ok" not in row.status:
            with pytest.raises(StudentGone):
                student.names["q1"]
    assert checked == [("q1", 1)]
    ended: Ended = student.ended
    assert ended.status in row.status, ended.detail
    assert tuple(error.raised.type for error in ended.cell_errors) == row.errors
    assert len(ended.printed) <= 100_000
    assert small_jail.restarts == started_again


def _assert_reads(actual: Any, value: Any) -> None:
    if value is OPAQUE:
        assert issubclass(type(actual), Opaque)
        with pytest.raises(CannotShip):
            _ = actual == 1
        return
    actual = for_questions(actual)
    assert type(actual) is type(value)
    np.testing.assert_array_equal(actual, value)


def _assert_gives(function: Any, value: Any) -> None:
    if value is StudentGone:
        with pytest.raises(StudentGone):
            function.call_many([(1.5,)])
        return
    (result,) = function.call_many([(1.5,)])
    if isinstance(value, str):
        assert isinstance(result, Raised)
        assert result.type == value
    else:
        assert result == Returned(value=value)


SPY = """
import os
# what is mounted below /tmp (a checkout, a virtual environment) is on another device
own = os.stat('/tmp').st_dev, os.stat('/dev/shm').st_dev
paths = (f'{at}/{name}' for top in ('/tmp', '/dev/shm') for at, _, names in os.walk(top) for name in names)
files = sorted(path for path in paths if os.lstat(path).st_dev in own)
folders = sorted(os.listdir('/tmp'))
processes = [int(name) for name in os.listdir('/proc') if name.isdigit()]
others = [number for number in processes if number not in (1, os.getpid())]
names = [name for name in globals() if name in ('stray', 'kept', 'q1')]
"""


@pytest.mark.parametrize("name", ["leftover_files", "stray_process", "double_fork", "exit_tricks", "unpickle_me"])
def test_nothing_reaches_the_next_submission(name: str, small_jail: Sandbox) -> None:
    with small_jail.start(notebook(name)) as student:
        for asked in student.run():
            student.answer(asked, "")
    if name == "exit_tricks":
        time.sleep(0.4)  # its timer would fire now
    with ran(small_jail, SPY) as student:
        found = {name: student.look()[name] for name in ("files", "folders", "others", "names")}
    seen = {
        Path(path).parts[2] for path in (autograder.__file__, sys.prefix, sys.base_prefix) if path.startswith("/tmp/")
    }
    assert found == {"files": [], "folders": sorted({"work"} | seen), "others": [], "names": []}
    assert not os.path.exists("/tmp/pwned")


def test_what_it_did_is_said_also_when_it_ended_meanwhile(small_jail: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(order: str) -> object:
        time.sleep(0.5)
        return Sandbox.order(small_jail, order)

    monkeypatch.setattr(small_jail, "order", late)
    with small_jail.start(notebook("output_endless"), SMALL) as student:
        for asked in student.run():
            student.answer(asked, "")
    assert student.ended.status == "output"


@pytest.mark.slow
def test_the_judge_keeps_its_own_libraries(small_jail: Sandbox) -> None:
    for name, module in (("patched_numpy", "np"), ("patched_sympy", "sp"), ("patched_jax", "jax")):
        with small_jail.start(notebook(name)) as student:
            for asked in student.run():
                student.answer(asked, "")
            library = student.names[module]
        if module == "np":
            assert library is np
            assert not library.isclose(1.0, 2.0)
        elif module == "sp":
            assert library.simplify(library.Symbol("x") + 1) != 0
        else:
            assert library.grad(lambda x: x**2)(3.0) == 6.0


def test_a_callback_gives_no_way_into_the_judge(small_jail: Sandbox) -> None:
    received = []
    with small_jail.start(notebook("callback_escape")) as student:
        for asked in student.run():
            student.answer(asked, "")
        assert student.names["f"](received.append) is None
        assert "standins" not in str(student.names["probe"](received.append))
    assert received == ["../../etc/passwd"]


def test_the_environment_holds_nothing_of_ours(small_jail: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "hunter2")
    with small_jail.start(notebook("environment")) as student:
        for asked in student.run():
            student.answer(asked, "")
        names = student.names["names"]
    assert "HOME" in names
    assert "SECRET_TOKEN" not in names


if __name__ == "__main__":
    print(table())
