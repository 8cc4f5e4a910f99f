"""Limits that follow from what the solution takes: processor time counts, whatever else the machine does."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest

from autograder.model import Raised
from autograder.sandbox import Cell, Limits, Program, Sandbox, limits, open_sandbox
from autograder.sandbox.outside.budget import for_call, for_cell
from tests.sandbox.jail_samples import SMALL, but, needs_jail

pytestmark = needs_jail

LEAST = 0.5
"""Instead of 5 s, so that the tests need not loop so long."""
BURN = """
import time
def burn(seconds, x=0):
    began = time.process_time()
    while time.process_time() - began < seconds:
        pass
    return x
"""


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_LEAST_SECONDS", LEAST)


def of(*cells: str, usual: float | None = 0.01, calls: dict[str, float] | None = None) -> Program:
    numbered = (Cell(source, place, usual=usual) for place, source in enumerate((BURN, *cells)))
    return Program(tuple(numbered), calls=calls or {})


def run(sandbox: Sandbox, program: Program, allowed: Limits = SMALL) -> tuple[tuple[tuple[str, str], ...], float]:
    """The cells' errors, and the processor time of all."""
    with sandbox.start(program, allowed) as student:
        for asked in student.run():
            student.answer(asked, "")
        ended = student.ended
        assert ended.status == "ok"
        assert student.names["last"] == "reached"
        return tuple((error.raised.type, error.raised.message) for error in ended.cell_errors), ended.cpu_seconds


LOOP = "while True: pass"
LAST = "last = 'reached'"
CUT_OFF = (("TimeoutError", "the cell was cut off after 0.5 s of processor time"),)


@pytest.mark.parametrize(
    ("usual", "allowed"), [(0.01, (0.5, 60.0)), (0.1, (3.0, 60.0)), (4.0, (60.0, 60.0)), (None, (float("inf"), 60.0))]
)
def test_a_cell_may_take_thirty_times_what_the_solution_s_takes(
    usual: float | None, allowed: tuple[float, float]
) -> None:
    budget = for_cell(Limits(), usual)
    assert (budget.cpu_left, budget.left) == (pytest.approx(allowed[0]), allowed[1])


@pytest.mark.parametrize(
    ("usual", "allowed"), [(0.01, (0.5, 10.0)), (1.0, (30.0, 60.0)), (9.0, (60.0, 60.0)), (None, (float("inf"), 10.0))]
)
def test_and_so_may_a_call(usual: float | None, allowed: tuple[float, float]) -> None:
    budget = for_call(Limits(), usual)
    assert (budget.cpu_left, budget.left) == (pytest.approx(allowed[0]), allowed[1])


def test_what_a_person_says_of_cells_counts() -> None:
    budget = for_cell(Limits(cell_seconds=100, cells_by_usual=False), 0.01)
    assert (budget.cpu_left, budget.left) == (float("inf"), 100)


def test_what_speaks_often_is_looked_at_as_often_as_what_is_silent() -> None:
    budget = for_cell(SMALL, 0.01)
    looks, used = 0, 0.0
    for _ in range(20):  # a message every tenth of a second, all of it spent
        used += 0.1
        budget.goes_on(0.1)
        if budget.next_look == 0:
            looks += 1
            if budget.spends(used):
                break
    assert budget.struck == "0.5 s of processor time"
    assert used < 1.2
    assert looks > 1


def test_who_is_interrupted_has_no_processor_time_anew() -> None:
    budget = for_cell(SMALL, 0.01)
    assert not budget.spends(1.0)
    assert budget.spends(1.0 + LEAST)
    budget.interrupted(30.0)
    assert (budget.next_look, budget.left) == (0.0, 30.0)
    assert budget.spends(2.0)  # nothing was left


def test_a_loop_costs_its_cell_only_and_the_limit_is_told(small_jail: Sandbox) -> None:
    errors, spent = run(small_jail, of(LOOP, LAST))
    assert errors == CUT_OFF
    assert LEAST <= spent < 4 * LEAST


def test_a_loop_that_checks_on_its_way_has_no_more(small_jail: Sandbox) -> None:
    checks = "import otter\ngrader = otter.Notebook()\nwhile True: burn(0.1); grader.check('q1')"
    errors, _ = run(small_jail, of(checks, LAST))
    assert errors == CUT_OFF


def test_what_only_waits_has_the_clock_s_limit(small_jail: Sandbox) -> None:
    assert run(small_jail, of("import time; time.sleep(0.8)", LAST))[0] == ()
    errors, _ = run(small_jail, of("time.sleep(60)", LAST), but(cell_seconds=0.7))
    assert errors == (("TimeoutError", "the cell was cut off after 0.7 s"),)


def test_threads_and_processes_count(small_jail: Sandbox) -> None:
    errors, _ = run(small_jail, of("import subprocess\nsubprocess.run(['sh', '-c', 'while :; do :; done'])", LAST))
    assert errors == CUT_OFF


def test_a_call_that_loops_is_cut_off_and_those_before_it_count(small_jail: Sandbox) -> None:
    with small_jail.start(of("f = lambda x: burn(60 if x == 2 else 0.2, x)", calls={"q1": 0.01})) as student:
        for asked in student.run():
            student.answer(asked, "")
        student.begin_test("q1")
        f = student.names["f"]
        told = student.call(student._handles[id(f)], [(0,), (1,), (2,), (3,)], {}, None)
    assert [getattr(result, "value", None) for result in told[:2]] == [0, 1]
    cut_off, skipped = told[2:]
    assert isinstance(cut_off, Raised)
    assert isinstance(skipped, Raised)
    assert (cut_off.type, cut_off.message) == ("TimeoutError", "the call was cut off after 0.5 s of processor time")
    assert skipped.message == "not called: the call before it was cut off"


@contextmanager
def busy(processor: int) -> Iterator[None]:
    """One processor has other things to do; each in a session of its own, among which a kernel shares evenly."""
    command = [sys.executable, "-c", "while True: pass"]
    loops = [subprocess.Popen(command, start_new_session=True) for _ in range(4)]
    for loop in loops:
        psutil.Process(loop.pid).cpu_affinity([processor])
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


@pytest.mark.slow
def test_a_slow_machine_changes_no_result() -> None:
    """A cell below its limit that takes longer than the clock's, because the notebook is the last to be served."""
    program = of("burn(0.3)", LOOP, LAST)
    # alone, 0.5 s of processor time and the 0.25 s before the first look end well before the clock does
    allowed = but(cell_seconds=1.5)
    with open_sandbox("bwrap", limits=SMALL) as sandbox:
        alone = run(sandbox, program, allowed)[0]
        assert sandbox._process is not None
        processor = min(os.sched_getaffinity(0))
        for process in psutil.Process(sandbox._process.pid).children(recursive=True):
            process.nice(5)
            process.cpu_affinity([processor])
        with busy(processor):
            assert run(sandbox, program, allowed)[0] == alone == CUT_OFF


def test_what_cells_and_calls_take_is_measured(small_jail: Sandbox) -> None:
    small_jail.measure = True
    try:
        with small_jail.start(of("burn(0.2)", "f = lambda x: burn(x)", usual=None)) as student:
            for asked in student.run():
                student.answer(asked, "")
            student.begin_test("q1")
            for seconds in (0.02, 0.2, 0.02):
                student.names["f"](seconds)
    finally:
        small_jail.measure = False
    measured = small_jail.measured[-1]
    assert measured.cells == {
        0: pytest.approx(0, abs=0.1),
        1: pytest.approx(0.2, abs=0.1),
        2: pytest.approx(0, abs=0.1),
    }
    assert measured.calls == {"q1": pytest.approx(0.2, abs=0.1)}
