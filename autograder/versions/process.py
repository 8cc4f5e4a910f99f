"""Runs an author's draws in a process of their own: one that never ends costs that process."""

import ast
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from types import FrameType
from typing import Any, TextIO

import msgspec

from autograder.errors import AuthorError
from autograder.model import Record
from autograder.versions.drawing import Draw
from autograder.versions.filling import written
from autograder.versions.values import encoded

__all__ = ["Drawn", "bound", "drawings"]

_CELL = "cell "
_SECONDS = 60.0
"""For one draw, the start of the process included: far more than whole numbers need, on a busy machine too."""

_LONGER = 10.0
"""Seconds more until the process is ended from here: a loop within a library does not let it tell its line."""


class Drawn(Record, frozen=True, kw_only=True):
    """What one seed gave."""

    seed: int
    values: dict[str, Any]
    """Name → value, encoded."""
    shown: dict[str, tuple[str, ...]]
    """Prompt → what its placeholders say."""
    fault: str = ""
    """Why there is nothing: a draw raised, a placeholder names what was not drawn."""
    place: str = ""
    """Where: the number of the draw's cell, or the prompt."""
    line: int | None = None
    """Of that cell, from 1."""


class _Fault(Exception):
    def __init__(self, said: str, place: str, line: int | None = None) -> None:
        super().__init__(said)
        self.place, self.line = place, line


def drawings(
    cells: Mapping[int, str],
    prompts: Mapping[str, Sequence[tuple[str, str]]],
    seeds: Sequence[int],
    *,
    seconds: float | None = None,
) -> Iterator[Drawn]:
    """Draw once for each seed.

    Args:
        cells: number of a cell → the author's code; they share their names.
        prompts: prompt → its placeholders, (expression, ``math`` | ``code`` | ``text``).
        seeds: one draw each.
        seconds: for one draw; None: far more than whole numbers need.

    Raises:
        AuthorError: a draw does not end, or ends the process.
    """
    patience = seconds or _SECONDS
    told = {"cells": [*cells.items()], "prompts": dict(prompts), "seeds": list(seeds), "seconds": patience}
    job = json.dumps(told)
    command = [sys.executable, "-c", "from autograder.versions.process import main; main()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(job)
        child.stdin.close()
        late = threading.Event()
        try:
            for seed in seeds:
                clock = threading.Timer(patience + _LONGER, _end, (child, late))
                clock.start()
                line = child.stdout.readline()
                clock.cancel()
                if not line:
                    child.kill()
                    what = "does not end; is there a loop without a way out?" if late.is_set() else "ended its process"
                    raise AuthorError(f"the draw with seed {seed} {what}")
                try:
                    drawn = msgspec.json.decode(line, type=Drawn)
                except msgspec.MsgspecError as error:  # written past sys.stdout, into our line
                    child.kill()
                    raise AuthorError(f"the draw with seed {seed} writes to the process's own output") from error
                yield drawn
        finally:
            child.kill()  # who stops at a fault reads no further, and the process would tell of a broken pipe


def _end(child: subprocess.Popen[str], late: threading.Event) -> None:
    late.set()
    child.kill()


def main() -> None:
    """The process: a job on standard input, a line for each seed on standard output."""
    job, answers = json.load(sys.stdin), sys.stdout
    sys.stdout = sys.stderr  # what a draw prints is no answer
    for seed in job["seeds"]:
        clock = threading.Timer(job["seconds"], _tell_where, (seed, answers))
        clock.daemon = True
        clock.start()
        try:
            drawn = _drawn(dict(job["cells"]), job["prompts"], seed)
        except _Fault as error:
            drawn = _nothing(str(error), error.place, error.line)
        clock.cancel()
        answers.write(json.dumps({"seed": seed, **drawn}) + "\n")
        answers.flush()


def _nothing(fault: str, place: str, line: int | None) -> dict[str, Any]:
    return {"values": {}, "shown": {}, "fault": fault, "place": place, "line": line}


def _tell_where(seed: int, answers: TextIO) -> None:
    """What the draw is doing that has not come to an end, as the last word of the process."""
    frame: FrameType | None = sys._current_frames()[threading.main_thread().ident or 0]
    place, line = "", None
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(_CELL):
            place, line = file.removeprefix(_CELL), frame.f_lineno  # the outermost, where the author looks first
        frame = frame.f_back
    told = _nothing("the draw does not end; is there a loop without a way out?", place, line)
    answers.write(json.dumps({"seed": seed, **told}) + "\n")
    answers.flush()
    os._exit(1)


def _drawn(cells: Mapping[int, str], prompts: Mapping[str, Any], seed: int) -> dict[str, Any]:
    import autograder

    draw = Draw(seed)
    autograder.draw = draw  # for `from autograder import draw`, which an author's Jupyter needs
    names: dict[str, Any] = {"draw": draw}
    found: dict[str, tuple[int, int]] = {}
    for number, code in cells.items():
        try:
            exec(compile(code, f"{_CELL}{number}", "exec"), names)
        except (Exception, SystemExit) as error:  # an author's code: whatever it raises is told with its place
            # of a SyntaxError without the place, which is told beside it
            words = error.msg if isinstance(error, SyntaxError) else str(error)
            said = words if isinstance(error, AuthorError) else f"the draw raises {type(error).__name__}: {words}"
            raise _Fault(said, str(number), _line(error, f"{_CELL}{number}")) from error
        found |= {name: (number, line) for name, line in bound(code)}
    values = {}
    for name, (number, line) in found.items():
        try:
            values[name] = encoded(names[name])
        except AuthorError as error:
            raise _Fault(f"{name}: {error}", str(number), line) from error
    own = {name: names[name] for name in found}
    shown = {prompt: [_shown(what, where, own, prompt) for what, where in parts] for prompt, parts in prompts.items()}
    return {"values": values, "shown": shown}


def bound(code: str) -> Iterator[tuple[str, int]]:
    """Names that a cell draws, each with its line: what it assigns at its top level, private ones aside."""
    for node in ast.parse(code).body:
        if not isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        # not the names in the value: those of a comprehension are gone when it ends
        for each in (part for target in targets for part in ast.walk(target)):
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store) and not each.id.startswith("_"):
                yield each.id, each.lineno


def _shown(what: str, where: str, names: Mapping[str, Any], prompt: str) -> str:
    try:
        return written(eval(compile(what, f"{{{{ {what} }}}}", "eval"), dict(names)), where)
    except NameError as error:
        drawn = ", ".join(names) or "nothing"
        raise _Fault(f"{{{{ {what} }}}} uses {error.name!r}, which is not drawn; drawn are {drawn}", prompt) from error
    except Exception as error:  # an author's expression
        raise _Fault(f"{{{{ {what} }}}} raises {type(error).__name__}: {error}", prompt) from error


def _line(error: BaseException, file: str) -> int | None:
    frame, line = error.__traceback__, error.lineno if isinstance(error, SyntaxError) else None
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == file:
            line = frame.tb_lineno
        frame = frame.tb_next
    return line
