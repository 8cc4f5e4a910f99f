"""A stand-in for the docker program: the same arguments, but bubblewrap in the engine's place.

It shows that our half works (command line, the socket through which control is handed over, process 1, clearing up);
what an engine does with the command line is tested where there is one.
"""

import os
import sys
from pathlib import Path

import autograder
from autograder.sandbox.jail import bubblewrap as jail


def main() -> None:
    command, *rest = sys.argv[1:]
    if command != "run":  # info, image inspect, rm
        return
    line = [jail.find(), "--unshare-all", "--die-with-parent", "--as-pid-1", "--ro-bind", "/", "/", "--dev", "/dev"]
    line += ["--proc", "/proc", "--tmpfs", "/tmp", "--tmpfs", "/dev/shm", "--tmpfs", "/run", "--clearenv"]
    # what the image would hold, where it lies below /tmp on this machine
    for held in (str(Path(autograder.__file__).parents[1]), sys.prefix, sys.base_prefix):
        line += ["--ro-bind", held, held]
    while rest:
        word = rest.pop(0)
        if word == "--volume":
            outside, inside, *_ = rest.pop(0).split(":")
            line += ["--ro-bind", outside, inside]
        elif word == "--env":
            line += ["--setenv", *rest.pop(0).split("=", 1)]
        elif word.startswith("nabla-autograder:"):
            break
    program = [sys.executable if rest[0] == "python" else rest[0], *rest[1:]]
    os.execv(line[0], [*line, "--", *program])


if __name__ == "__main__":
    main()
