"""Claims about the child: it cannot hang its caller, survives its worker, and dies with its parent."""

import os
import subprocess
import sys
import threading
import time

import msgspec
import psutil
import pytest

from autograder.compare.arbiter.parent import Child, verdict_of
from autograder.compare.arbiter.request import Request
from autograder.compare.criterion import Criterion
from autograder.errors import BugError
from autograder.expressions.text.parser import read
from autograder.model import Outcome, Reason

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the arbiter forks; without fork it is restarted")


def request(actual, desired, **more):
    names = ["x", "y"]
    criterion = Criterion(variables=names)
    return Request(desired=[read(desired, names)], actual=[read(actual, names)], criterion=criterion, **more)


def ask(child, asked):
    return verdict_of(child.ask(msgspec.json.encode(asked)))


@pytest.fixture
def child():
    found = Child()
    yield found
    found.close()


@pytest.fixture
def impatient():
    found = Child(hard_seconds=1)
    yield found
    found.close()


def test_nothing_is_started_before_it_is_needed(child):
    assert child.pid is None
    assert ask(child, request("x", "x + 1")).outcome is Outcome.INCORRECT
    assert child.pid is not None


def test_one_that_was_begun_is_the_one_that_is_asked(child):
    child.begin()
    arbiter = child.pid
    assert arbiter is not None
    child.begin()
    assert ask(child, request("x", "x + 1")).outcome is Outcome.INCORRECT
    assert child.pid == arbiter


def test_a_hanging_worker_is_killed_and_replaced(impatient):
    ask(impatient, request("x", "x"))
    arbiter = impatient.pid
    found = ask(impatient, request("elliptic_pi(x, y, x/2)", "x + y", seconds=1e9))
    assert (found.outcome, found.reason) == (Outcome.UNDECIDED, Reason.TIMED_OUT)
    assert ask(impatient, request("x", "x + 1")).outcome is Outcome.INCORRECT
    assert impatient.pid == arbiter


def test_waiting_for_the_processor_is_not_counted(impatient):
    """A worker that is stopped for longer than it may compute, as by a machine that has much else to do."""
    ask(impatient, request("x", "x"))
    (worker,) = psutil.Process(impatient.pid).children()
    worker.suspend()
    waker = threading.Timer(1.5, worker.resume)
    waker.start()
    assert ask(impatient, request("x", "x + 1")).outcome is Outcome.INCORRECT
    waker.join()
    assert psutil.Process(impatient.pid).children() == [worker]


def test_a_worker_that_dies_costs_one_verdict(child):
    ask(child, request("x", "x"))
    (worker,) = psutil.Process(child.pid).children()
    worker.kill()
    _until_gone(worker.pid)
    assert ask(child, request("x", "x")).outcome is Outcome.UNDECIDED
    assert ask(child, request("x", "x")).outcome is Outcome.CORRECT


def test_an_arbiter_that_dies_is_restarted(child):
    ask(child, request("x", "x"))
    arbiter = psutil.Process(child.pid)
    arbiter.kill()
    arbiter.wait(60)
    assert ask(child, request("x", "x")).outcome is Outcome.CORRECT


def test_a_child_that_cannot_start_says_why():
    broken = Child("autograder.no_such_room")
    with pytest.raises(BugError, match="no_such_room"):
        broken.ask(b"{}")
    broken.begin()  # which says nothing: whoever asks hears why
    with pytest.raises(BugError, match="no_such_room"):
        broken.ask(b"{}")
    broken.close()


def test_closing_leaves_nothing_of_one_that_was_only_begun(child):
    child.begin()
    arbiter = psutil.Process(child.pid)
    child.close()
    _, alive = psutil.wait_procs([arbiter], timeout=60)
    assert not alive


def test_closing_leaves_no_process(child):
    ask(child, request("x", "x"))
    arbiter = psutil.Process(child.pid)
    everyone = [arbiter, *arbiter.children()]
    child.close()
    _, alive = psutil.wait_procs(everyone, timeout=60)
    assert not alive


def test_threads_share_the_child(child):
    answers = []

    def work():
        for _ in range(5):
            answers.append(ask(child, request("2x", "x + x")).outcome)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [Outcome.CORRECT] * 30


def run(script, **more):
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=300, env=environment, **more
    )


@pytest.mark.slow
def test_the_child_dies_with_its_parent():
    script = (
        "import os, signal, psutil\n"
        "from autograder import compare\n"
        "from autograder.compare.arbiter import parent\n"
        "compare.expressions('x', 'x', variables=['x'])\n"
        "arbiter = psutil.Process(parent._shared.pid)\n"
        "print(arbiter.pid, *(p.pid for p in arbiter.children()), flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    pids = [int(pid) for pid in run(script).stdout.split()]
    assert len(pids) == 2
    _until_gone(*pids)


FORKING = """
import sys, sympy
from autograder import compare
from autograder.compare import arbiter
from autograder.compare.arbiter import parent
from autograder.errors import BugError
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the child is started anew")
def test_a_process_with_one_thread_and_sympy_forks_its_child():
    script = FORKING + (
        "import os, psutil, signal\n"
        "arbiter.begin()\n"
        "child = psutil.Process(parent._shared.pid)\n"
        "print(child.cmdline() == psutil.Process().cmdline())\n"
        "print(compare.expressions('2*x', 'x + x', variables=['x']).outcome)\n"
        "print(compare.expressions('2*x', 'x', variables=['x']).outcome)\n"
        "print(child.pid == parent._shared.pid)\n"
        "print(child.pid, *(p.pid for p in child.children()), flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    *said, pids = run(script).stdout.splitlines()
    assert said == ["True", "CORRECT", "INCORRECT", "True"]
    _until_gone(*map(int, pids.split()))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the child is started anew")
def test_a_forked_child_that_cannot_start_says_why_and_one_that_died_is_replaced():
    script = FORKING + (
        "import psutil\n"
        "broken = parent.Child('autograder.no_such_room')\n"
        "broken.fork()\n"
        "try:\n"
        "    broken.ask(b'{}')\n"
        "except BugError as error:\n"
        "    print('no_such_room' in str(error))\n"
        "arbiter.begin()\n"
        "first = psutil.Process(parent._shared.pid)\n"
        "first.kill()\n"
        "first.wait()\n"
        "print(compare.expressions('2*x', 'x + x', variables=['x']).outcome)\n"
        "print(parent._shared.pid != first.pid)\n"
    )
    assert run(script).stdout.split() == ["True", "CORRECT", "True"]


def _until_gone(*pids):
    """Wait until they have ended; a minute is for a machine that hardly gets round to it."""
    until = time.monotonic() + 60
    while any(_running(pid) for pid in pids):
        assert time.monotonic() < until
        time.sleep(0.01)


def _running(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.slow
def test_after_a_fork_the_copy_has_a_child_of_its_own():
    script = (
        "import os\n"
        "from autograder import compare\n"
        "ask = lambda: str(compare.expressions('2*x', 'x + x', variables=['x']).outcome)\n"
        "first = ask()\n"
        "copy = os.fork()\n"
        "second = ask()\n"
        "if copy == 0:\n"
        "    print(second, flush=True)\n"
        "    from autograder.compare.arbiter import parent\n"
        "    parent._shared.close()\n"
        "    os._exit(0)\n"
        "os.waitpid(copy, 0)\n"
        "print(first, ask())\n"
    )
    assert run(script).stdout.split() == ["CORRECT"] * 3


@pytest.mark.slow
def test_a_students_file_in_the_working_directory_is_not_imported(tmp_path):
    for name in ("sympy.py", "flint.py", "gc.py"):
        (tmp_path / name).write_text("raise SystemExit('imported')\n")
    script = (
        "import sys; sys.path = [p for p in sys.path if p]\n"
        "from autograder import compare\n"
        "print(compare.expressions('2*x', 'x + x', variables=['x']).outcome)\n"
    )
    assert run(script, cwd=tmp_path).stdout.strip() == "CORRECT"


def test_the_child_imports_nothing_heavy():
    script = (
        "import autograder.compare.arbiter.judging, autograder.compare.arbiter.child, sys\n"
        "print(sorted({'jax', 'numpy', 'matplotlib'} & sys.modules.keys()))\n"
    )
    assert run(script).stdout.strip() == "[]"
