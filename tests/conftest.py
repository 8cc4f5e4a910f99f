"""Fixtures that several rooms' tests share. No test talks to the network."""

import gc
import ipaddress
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import jax
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from autograder import build, lms
from autograder.modules import SLOW, without
from autograder.sandbox import Sandbox, open_sandbox
from tests import ROOT
from tests.batch.fake_workers import FakeWorkers
from tests.lms.intake.intake_samples import zipped
from tests.sandbox.jail_samples import SMALL
from tests.shared import once

with without(*SLOW):  # the grammar of addresses alone would take each worker longer than all other imports of a file
    import nbformat  # noqa: F401  # for all that import it later

# The same examples on every machine, however slow: what is landed was tested with what CI tests.
hypothesis.register_profile(
    "suite", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis.load_profile("suite")


def pytest_configure(config: pytest.Config) -> None:
    """Keep what JAX compiles from run to run, in pytest's own cache: tests that ask JAX spend half of their time in
    compiling the same few hundred small functions, and so do the kernels, judges and commands that tests start.
    Notebooks in the jail do not have it. ``pytest --cache-clear`` starts afresh."""
    if (kept := getattr(config, "cache", None)) is not None:
        settings = {
            "jax_compilation_cache_dir": str(kept.mkdir("jax")),
            "jax_persistent_cache_min_compile_time_secs": 0.0,
            "jax_persistent_cache_min_entry_size_bytes": -1,
            "jax_persistent_cache_enable_xla_caches": "none",
        }
        for name, value in settings.items():
            jax.config.update(name, value)
            os.environ[name.upper()] = str(value)


@pytest.hookimpl(trylast=True)  # when those that were not asked for are left out
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long is started first, then what is slow, by each worker a part of it: the last test is waited for by
    all the others.

    At the beginning each worker has as many tests as the others, in this order; a file's long tests stay together.

    Raises:
        UsageError: a row is named by an address, so that no two workers would collect the same tests.
    """
    if named := next((item.nodeid for item in items if " at 0x" in item.nodeid), None):
        raise pytest.UsageError(f"{named}: give the row another name, as with ids=row_name")
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    long = {item: None for name in ("long", "slow") for item in items if item.get_closest_marker(name)}
    rest = iter([item for item in items if item not in long])
    files = list(dict.fromkeys(item.path for item in long))
    ordered: list[pytest.Item] = []
    for place in range(workers):
        mine = set(files[place::workers])
        ordered += [item for item in long if item.path in mine]
        ordered += islice(rest, max(0, (place + 1) * len(items) // workers - len(ordered)))
    items[:] = [*ordered, *rest]


def pytest_collection() -> None:
    """Ten thousand tests and the libraries that they import stay to the end: no search for garbage looks at them."""
    gc.disable()


def pytest_collection_finish() -> None:
    """From here on there is garbage again."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Only this machine may be called: a test that needs more would pass here and fail on a train."""
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = address[0]
            if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
                raise AssertionError(f"a test tried to reach {host}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", only_here)
        yield


@pytest.fixture(scope="session", autouse=True)
def _same_terminal() -> Iterator[None]:
    """What the person who runs the tests has set for their own eyes changes what commands print."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTOGRADER_LANGUAGE", "en")
        patch.setenv("COLUMNS", "80")
        for name in ("LINES", "FORCE_COLOR", "CLICOLOR_FORCE", "NO_COLOR"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="session")
def shared_folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """A folder of all the workers of a run, for what one of them has found out and the others need as well.

    None where one process runs the tests: there each finds out for itself what it looks at, so that it can be run alone
    or in a fork, and what is known of it (its length, the lines that it runs through) is its own.
    """
    if not hasattr(request.config, "workerinput"):
        return None
    folder = tmp_path_factory.getbasetemp().parent / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def made_once(
    shared_folder: Path | None, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, Callable[[Path], object]], Path]:
    """A folder that whoever comes first fills, for all workers of a run: :func:`tests.shared.once`."""

    def made(name: str, fill: Callable[[Path], object]) -> Path:
        def make(place: Path) -> None:
            place.mkdir()
            fill(place)

        return once((shared_folder or tmp_path_factory.mktemp("made")) / name, make)

    return made


@pytest.fixture(scope="session")
def course_root() -> Path:
    """The checkout: read it, never write to it."""
    return ROOT


@pytest.fixture(scope="session")
def hw01_zip() -> Path:
    """hw01's autograder.zip with all its tests, built once."""
    return build.autograder_zip(ROOT, "hw01")


@pytest.fixture
def course(tmp_path: Path, hw01_zip: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A scratch copy of the course, already built, as the current folder."""
    copy = tmp_path / "course"
    for part in ("solutions", "assignments"):
        # what another worker is building just now is gone when the copy comes to it
        shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("new-*"))
    monkeypatch.chdir(copy)
    return copy


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with an assignment hw01; its notebooks are graded by what their text says."""
    monkeypatch.setattr("autograder.batch.run.Workers", FakeWorkers)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hw01" / "tests").mkdir(parents=True)
    (tmp_path / "hw01" / "tests" / "q1.py").write_text("OK_FORMAT = False")
    return tmp_path


@pytest.fixture(scope="session")
def small_jail() -> Iterator[Sandbox]:
    """One warm jail with small limits for all tests of the sandbox; tests that use it are marked ``needs_jail``."""
    with open_sandbox("bwrap", limits=SMALL) as sandbox:
        yield sandbox


@pytest.fixture
def take(tmp_path: Path) -> Callable[..., lms.Intake]:
    """The intake of paths."""

    def taken(*paths: Path, assignment: str = "hw01", **more: Any) -> lms.Intake:
        return lms.collect(paths, workdir=tmp_path / "work", assignment=assignment, **more)

    return taken


@pytest.fixture
def take_entries(tmp_path: Path, take: Callable[..., lms.Intake]) -> Callable[..., lms.Intake]:
    """The intake of a zip with these entries."""
    return lambda entries, **more: take(zipped(tmp_path / "submissions.zip", entries), **more)
