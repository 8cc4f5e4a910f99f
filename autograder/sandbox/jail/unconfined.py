"""``--sandbox none``: the same warm process without a jail, for trusted notebooks where there is no other way."""

import os
import shutil
import socket
import subprocess
import tempfile
from typing import IO

from autograder.sandbox.jail.bubblewrap import environment, jax_cache_environment, python
from autograder.sandbox.jail.starting import popen
from autograder.sandbox.line import Config

WARNING = (
    "These notebooks run WITHOUT A SANDBOX: they can read and change everything that you can, use the network, and "
    "read the hidden tests. Use this only for notebooks that you trust."
)


class Unconfined:
    """Starts templates as ordinary processes."""

    name = "none"

    def __init__(self, *, cache: str | None) -> None:
        self._cache = cache
        self._folder = tempfile.mkdtemp(prefix="autograder-")

    def start(self, control: socket.socket, words: IO[bytes], uses: tuple[str, ...]) -> subprocess.Popen[bytes]:
        """The template as a child of this process."""
        home = os.path.join(self._folder, "home")
        work = os.path.join(self._folder, "work")
        os.makedirs(work, exist_ok=True)
        config = Config(
            confined=False,
            scratch=work,
            wipe=(work, home),
            remove=self._folder,
            uses=uses,
            control=control.fileno(),
        )
        variables = environment(home) | {"TMPDIR": work}
        if self._cache is not None:
            variables |= jax_cache_environment(self._cache)
        path = [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
        variables["PYTHONPATH"] = os.pathsep.join(path)
        return popen(python(config), (control.fileno(),), words, env=variables)

    def close(self) -> None:
        """Remove the folder in which the notebooks ran."""
        shutil.rmtree(self._folder, ignore_errors=True)
