"""``--sandbox docker``: the same warm process in a container, for machines without user namespaces."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import IO

import msgspec

from autograder import __version__
from autograder.errors import SandboxError
from autograder.sandbox.jail.bubblewrap import CACHE, SCRATCH, environment, jax_cache_environment
from autograder.sandbox.jail.starting import popen
from autograder.sandbox.limits import Limits
from autograder.sandbox.line import Config

IMAGE = f"nabla-autograder:{__version__}"
_CONTROL = "/run/autograder/control"

DOCKERFILE = """\
FROM python:3.12-slim
COPY requirements.txt /requirements.txt
RUN pip install --no-cache-dir -r /requirements.txt
COPY autograder /opt/autograder/autograder
ENV PYTHONPATH=/opt/autograder
USER 65534:65534
"""
PACKAGES = ("ipython", "jax", "matplotlib", "msgspec", "numpy", "psutil", "sympy", "python-flint", "mpmath", "pandas")
"""What runs in the container: the judge's own packages (Otter among them) stay outside."""


def engine() -> str:
    """The container program of this machine.

    Raises:
        SandboxError: none is installed, or its service does not answer.
    """
    if sys.platform != "linux":
        raise SandboxError(
            "--sandbox docker hands a connection into the container, which works between processes of one Linux kernel "
            "only. Run autograder itself inside a Linux container or virtual machine."
        )
    for name in ("docker", "podman"):
        path = shutil.which(name)
        if path is None:
            continue
        try:
            tried = subprocess.run([path, "info"], capture_output=True, text=True, timeout=30)
        except subprocess.TimeoutExpired as error:
            raise SandboxError(f"{name} is installed but does not answer. Start its service.") from error
        if tried.returncode != 0:
            raise SandboxError(f"{name} is installed but cannot be used: {tried.stderr.strip()[-300:]}")
        return path
    raise SandboxError("There is neither docker nor podman on this machine. Install one, or use --sandbox bwrap.")


def in_a_container() -> str:
    """A line to paste where no jail and no engine of this machine can be used: the whole command in a Linux container.

    The options let bubblewrap make its namespaces there, and show it a /proc of its own; Docker and Podman have
    different words for the second. The package is a wheel in the folder, as ``build --with-wheel`` writes it.
    """
    program = "podman" if shutil.which("podman") and not shutil.which("docker") else "docker"
    proc = "unmask=ALL" if program == "podman" else "systempaths=unconfined"
    python = f"python:{sys.version_info.major}.{sys.version_info.minor}"
    grade = "autograder doctor && autograder grade hw01 submissions.zip --roster gradebook.csv"
    return (
        f'{program} run --rm -it -v "$PWD":/course -w /course --security-opt seccomp=unconfined --security-opt {proc} '
        f"{python} sh -c \"pip install './nabla_autograder-{__version__}-py3-none-any.whl[grade]' && {grade}\""
    )


def pins() -> str:
    """Lines of requirements.txt for the image: the versions that the judge runs, so that values mean the same."""
    from importlib import metadata

    lines = []
    for name in PACKAGES:
        try:
            lines.append(f"{name}=={metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    return "\n".join(lines) + "\n"


def build(program: str) -> None:
    """Build the image if it is not there.

    Raises:
        SandboxError: the build failed; the message has its last lines.
    """
    if subprocess.run([program, "image", "inspect", IMAGE], capture_output=True).returncode == 0:
        return
    with tempfile.TemporaryDirectory(prefix="autograder-image-") as folder:
        package = Path(__file__).resolve().parents[2]
        shutil.copytree(package, Path(folder) / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
        (Path(folder) / "requirements.txt").write_text(pins())
        (Path(folder) / "Dockerfile").write_text(DOCKERFILE)
        built = subprocess.run([program, "build", "-t", IMAGE, folder], capture_output=True, text=True)
    if built.returncode != 0:
        raise SandboxError(f"The image {IMAGE} cannot be built:\n{(built.stdout + built.stderr).strip()[-1500:]}")


def command(program: str, name: str, folder: str, limits: Limits, config: Config, cache: str | None) -> list[str]:
    """The command line of a template in a container: no network, no capabilities, nothing writable but memory."""
    size = f"size={limits.memory_mb}m,mode=1777"
    line = [program, "run", "--rm", "--name", name, "--network", "none", "--read-only", "--cap-drop", "ALL"]
    line += ["--security-opt", "no-new-privileges", "--pids-limit", "2048", "--ipc", "private", "--hostname", "jail"]
    line += [
        "--memory",
        f"{limits.memory_mb * 2 + 1024}m",
        "--tmpfs",
        f"/tmp:{size}",
        "--shm-size",
        f"{limits.memory_mb}m",
    ]
    line += ["--volume", f"{folder}:/run/autograder:ro"]
    variables = environment("/tmp/home")
    variables["PATH"] = "/usr/local/bin:/usr/bin:/bin"
    if cache is not None:
        line += ["--volume", f"{cache}:{CACHE}:ro"]
        variables |= jax_cache_environment(CACHE)
    for key, value in variables.items():
        line += ["--env", f"{key}={value}"]
    command = msgspec.json.encode(config).decode()
    return [*line, IMAGE, "python", "-P", "-m", "autograder.sandbox.inside.template", command]


class Docker:
    """Starts templates in containers."""

    name = "docker"

    def __init__(self, *, limits: Limits, cache: str | None) -> None:
        self._program = engine()
        build(self._program)
        self._limits = limits
        self._cache = cache
        self._folder = tempfile.mkdtemp(prefix="autograder-")
        os.chmod(self._folder, 0o755)
        self._name = ""

    def start(self, control: socket.socket, words: IO[bytes], uses: tuple[str, ...]) -> subprocess.Popen[bytes]:
        """The template in a new container.

        A container inherits no descriptors, so the template connects to a socket in a mounted folder and is sent its
        control connection through it. The socket is gone before the first submission starts.
        """
        self._remove()
        self._name = f"autograder-{uuid.uuid4().hex[:12]}"
        path = os.path.join(self._folder, "control")
        config = Config(confined=True, scratch=SCRATCH, wipe=("/tmp", "/dev/shm"), uses=uses, connect=_CONTROL)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
            door.bind(path)
            os.chmod(path, 0o666)
            door.listen(1)
            door.settimeout(1)
            line = command(self._program, self._name, self._folder, self._limits, config, self._cache)
            process = popen(line, (), words)
            try:
                with _connected(door, process) as connection:
                    socket.send_fds(connection, [b"control"], [control.fileno()])
            except OSError as error:
                process.kill()
                process.wait()
                words.seek(0)
                said = words.read(1 << 20).decode("utf-8", "replace").strip()[-600:]
                raise SandboxError(f"The container {self._name} does not connect: {error}. {said}".strip()) from error
            finally:
                os.unlink(path)
        return process

    def close(self) -> None:
        """Remove the container and the folder of its socket."""
        self._remove()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _remove(self) -> None:
        if self._name:
            subprocess.run([self._program, "rm", "--force", self._name], capture_output=True)
            self._name = ""


def _connected(door: socket.socket, process: "subprocess.Popen[bytes]") -> socket.socket:
    """The template's connection; TimeoutError where it does not come, ConnectionError where the container has ended."""
    until = time.monotonic() + 120
    while process.poll() is None:
        with suppress(TimeoutError):
            return door.accept()[0]
        if time.monotonic() > until:
            raise TimeoutError("timed out")
    raise ConnectionError(f"it ended with status {process.returncode}")
