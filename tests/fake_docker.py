"""A stand-in for the docker program: the same arguments, but bubblewrap in the engine's place.

It shows that our half works (command line, the socket through which control is handed over, process 1, clearing up);
what an engine does with the command line is tested where there is one.
"""

import os
import sys

from autograder.sandbox import jail


def main() -> None:
    command, *rest = sys.argv[1:]
    if command != "run":  # info, image inspect, rm
        return
    line = [jail.find(), "--unshare-all", "--die-with-parent", "--as-pid-1", "--ro-bind", "/", "/", "--dev", "/dev"]
    line += ["--proc", "/proc", "--tmpfs", "/tmp", "--tmpfs", "/dev/shm", "--tmpfs", "/run", "--clearenv"]
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
