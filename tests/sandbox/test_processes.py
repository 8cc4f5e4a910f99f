"""What is left when the command is killed, and the two other ways to start the warm process."""

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from autograder.batch import warm
from autograder.errors import SandboxError, StudentGone
from autograder.otter import load
from autograder.sandbox import Limits, Program, Student, open_sandbox
from autograder.sandbox.jail import docker
from autograder.sandbox.jail.unconfined import WARNING
from tests.otter.otter_samples import autograder_zip, notebook
from tests.sandbox.jail_samples import SMALL, but, needs_jail, ran

COMMAND = """
import sys, time
from autograder.sandbox import Cell, Program, open_sandbox
with open_sandbox(sys.argv[1]) as sandbox:
    stray = "import subprocess; subprocess.Popen(['sleep', '987'], start_new_session=True)"
    with sandbox.start(Program((Cell(stray, 0),))) as student:
        list(student.run())
        print("running", flush=True)
        time.sleep(1000)
"""


def _left(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that do not end."""
    _, alive = psutil.wait_procs(processes, timeout=60)
    return [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.slow
@pytest.mark.parametrize("kind", [pytest.param("bwrap", marks=needs_jail), "none"])
def test_kill_9_leaves_no_orphans(kind: str) -> None:
    with subprocess.Popen([sys.executable, "-c", COMMAND, kind], stdout=subprocess.PIPE, text=True) as command:
        assert command.stdout is not None
        assert command.stdout.readline() == "running\n"
        below = psutil.Process(command.pid).children(recursive=True)
        assert any(process.name() == "sleep" for process in below)
        command.send_signal(signal.SIGKILL)
        command.wait()
    assert _left(below) == []


@needs_jail
@pytest.mark.slow
def test_closing_ends_everything_in_the_jail() -> None:
    with open_sandbox("bwrap", limits=SMALL) as sandbox, ran(sandbox, "import os\nif os.fork() == 0:\n    while 1: 1"):
        assert sandbox._process is not None
        below = psutil.Process(sandbox._process.pid).children(recursive=True)
        assert len(below) >= 3
    assert _left(below) == []


@pytest.mark.slow
def test_without_a_jail_the_same_program_runs() -> None:
    cells = (
        "import subprocess\nstray = subprocess.Popen(['sleep', '986'], start_new_session=True).pid",
        "import os\nwhile True:\n    pass",
        "here = os.getcwd()\nopen('left', 'w').close()\ndef f(x):\n    return x + 1",
    )
    with open_sandbox("none", limits=SMALL) as sandbox:
        assert sandbox.name == "none"
        with ran(sandbox, *cells, limits=but(cell_seconds=2)) as student:
            assert [error.raised.type for error in student.ended.cell_errors] == ["TimeoutError"]
            assert student.names["f"](1) == 2
            stray, here = student.names["stray"], Path(student.names["here"])
        assert not psutil.pid_exists(stray) or psutil.Process(stray).status() == psutil.STATUS_ZOMBIE
        assert list(here.iterdir()) == []
        with ran(sandbox, "import os\nos._exit(3)") as student:
            assert student.ended.status == "crashed"
        with ran(sandbox, "held = []\nwhile True:\n    held.append(b'x' * 10**6)") as student:
            assert student.ended.status == "memory"
        with ran(sandbox, "y = 2") as student:
            assert student.names["y"] == 2
    assert not here.exists()
    assert "WITHOUT A SANDBOX" in WARNING


@needs_jail
@pytest.mark.slow
def test_a_notebook_reads_what_the_solution_compiled_and_cannot_write_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    listen = "hits = []\njax.monitoring.register_event_listener(lambda event, **_: hits.append(event))"
    cell = "import jax, os, matplotlib.font_manager\nvalue = float(jax.grad(lambda x: x**3)(2.0))"
    test = "from otter.test_files import test_case\nOK_FORMAT = False\nname = 'q1'\npoints = 1\n"
    test += "@test_case()\ndef public(slope):\n    assert slope(3.0) == 27.0\n"
    assignment = load(autograder_zip(tmp_path, {"q1": test}))
    solution = notebook(tmp_path / "solved.ipynb", cell, "slope = jax.grad(lambda x: x**3)").read_bytes()
    cache = warm.cache_folder(solution, "digest", "bwrap")
    assert cache is not None
    assert list(cache.iterdir()) == []
    other = "other = float(jax.grad(lambda x: jax.numpy.tanh(x) * x**5)(2.0))"
    attack = "open(os.path.join(os.environ['JAX_COMPILATION_CACHE_DIR'], 'evil'), 'w')"
    with open_sandbox("bwrap", limits=SMALL, warm=cache) as sandbox:
        warm.fill(cache, solution, assignment, sandbox)
        filled = sorted(path.name for path in cache.iterdir())
        assert any(name.startswith("jit_") for name in filled)
        assert any(name.startswith("fontlist-") for name in filled)
        with ran(sandbox, "import jax", listen, cell, other, attack) as student:
            assert student.names["value"] == 12.0
            assert "/jax/compilation_cache/cache_hits" in student.names["hits"]
            assert [error.raised.type for error in student.ended.cell_errors] == ["OSError"]
            assert "Error writing" not in student.ended.printed
    assert sorted(path.name for path in cache.iterdir()) == filled
    kept = "kept = open(f'{matplotlib.get_cachedir()}/{name}').read()"
    fonts = next(cache.glob("fontlist-*.json"))
    held = fonts.read_text().replace('"fname": "', '"fname": "kept/', 1)
    fonts.write_text(held)
    with (
        open_sandbox("bwrap", limits=SMALL, warm=cache, uses=["matplotlib"]) as sandbox,
        ran(sandbox, "import matplotlib, os", f"name = {fonts.name!r}", kept) as student,
    ):
        assert student.names["kept"] == held
        assert student.ended.cell_errors == ()


def test_a_solution_that_cannot_be_run_is_tried_twice(tmp_path: Path) -> None:
    class Dying:
        starts = 0

        def start(self, program: Program) -> Student:
            self.starts += 1
            raise StudentGone("crashed", "it is gone")

    text = "OK_FORMAT = False\nname = 'q1'\npoints = 1\n"
    assignment = load(autograder_zip(tmp_path, {"q1": text}))
    solution = notebook(tmp_path / "solved.ipynb", "import jax").read_bytes()
    cache, sandbox = tmp_path / "cache", Dying()
    cache.mkdir()
    for _ in range(5):
        warm.fill(cache, solution, assignment, sandbox)
    assert sandbox.starts == 2


def test_what_compiles_nothing_has_no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert warm.cache_folder(b"import sympy", "digest", "bwrap") is None
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "autograder").mkdir()
    (tmp_path / "autograder" / "jax").mkdir(mode=0o777)
    (tmp_path / "autograder" / "jax").chmod(0o777)
    assert warm.cache_folder(b"import jax", "digest", "bwrap") is None, "others could put programs there"


@needs_jail
def test_what_a_notebook_speaks_of_is_made_ready_for_it_and_those_after_it() -> None:
    seen = "import sys\nready = 'jax' in sys.modules"
    with open_sandbox("bwrap", limits=SMALL) as sandbox:
        with ran(sandbox, "import sys\nready = 'ja' 'x' in sys.modules") as student:
            assert student.names["ready"] is False
        for _ in range(2):
            with ran(sandbox, seen) as student:
                assert student.names["ready"] is True
        assert sandbox.restarts == 0


@needs_jail
@pytest.mark.slow
def test_the_container_is_handed_its_control_through_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "docker"
    script = Path(__file__).parent / "fake_docker.py"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} {script} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda name: str(program))
    with open_sandbox("docker", limits=SMALL) as sandbox:
        assert sandbox.name == "docker"
        with ran(sandbox, "import os\nos._exit(3)") as student:
            assert student.ended.status == "crashed"
        with ran(sandbox, "import os\nseen = os.listdir('/run/autograder')\ndef f(v):\n    return v * 2") as student:
            assert student.names["f"](21) == 42
            assert student.names["seen"] == []
        process = sandbox._process
        assert process is not None
        below = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    assert _left(below) == []


def test_a_container_that_ends_is_noticed_and_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "docker"
    program.write_text('#!/bin/sh\n[ "$1" != run ] || { echo "no room left" >&2; exit 125; }\n')
    program.chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda name: str(program))
    sandbox = open_sandbox("docker", limits=SMALL)
    with pytest.raises(SandboxError, match=r"ended with status 125\. no room left"), sandbox:
        pass
    sandbox.close()


def test_in_a_container() -> None:
    try:
        docker.engine()
    except SandboxError as error:
        pytest.skip(str(error))
    with open_sandbox("docker", limits=Limits(memory_mb=600)) as sandbox:
        with ran(sandbox, "import os\nos._exit(3)") as student:
            assert student.ended.status == "crashed"
        with ran(sandbox, "x = 1\ndef f(v):\n    return v * 2") as student:
            assert student.names["f"](21) == 42
