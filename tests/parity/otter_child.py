"""``otter run`` in a fork of one process that has imported Otter: importing it is a third of what a run costs.

Nothing else is shared: each run has its own process, folder, environment and kernel, and ends as the command does.
"""

import multiprocessing
import os
from collections.abc import Mapping

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["otter.cli"])


def otter(*words: str, folder: str, environ: Mapping[str, str], seconds: float) -> bool:
    """``otter WORDS`` in a folder, what it prints thrown away; whether it ended by itself, however it did."""
    process = _FORKS.Process(target=_run, args=(words, folder, dict(environ)), daemon=True)
    process.start()
    process.join(seconds)
    ended = process.exitcode is not None
    if not ended:
        process.kill()
        process.join()
    process.close()
    return ended


def _run(words: tuple[str, ...], folder: str, environ: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(folder)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    from otter.cli import cli

    cli(list(words))
