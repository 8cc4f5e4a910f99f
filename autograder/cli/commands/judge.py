"""``autograder judge``: answers given as text, one verdict a line."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click
import msgspec

from autograder.cli import NEEDS_A_PERSON
from autograder.errors import UsageError


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        with Path(name).open("rb") as file:
            yield file
    except OSError as error:
        raise UsageError(f"{name}: {error.strerror or error}; give a file of cases, or - for standard input") from error


@click.command()
@click.argument("cases", metavar="CASES.jsonl")
@click.option("--seed", default=0, show_default=True, help="Of the points at which answers are compared.")
@click.option("--prove/--no-prove", default=True, help="Try to prove an equality by algebra, not only by points.")
@click.option("--mistakes/--no-mistakes", default=True, help="Name the mistake behind a wrong answer (slower).")
def judge(cases: str, seed: int, prove: bool, mistakes: bool) -> int:
    """Judge answers given as text: one JSON object a line in, one verdict a line out, in the same order.

    CASES.jsonl may be - for standard input. A case is {"id", "kind": "expression"|"derivative"|"gradient", "vars",
    "wrt"?, "function"?, "reference"?, "answer", "domain"?}. A line that is not a case gets the outcome FAULT and the
    rest goes on; the exit status is then 3, as it is when an answer is UNDECIDED.
    """
    with _opened(cases) as lines:
        return _judge(lines, seed, prove, mistakes)


def _judge(lines: Iterable[bytes], seed: int, prove: bool, mistakes: bool) -> int:
    from autograder.cli.judge_cases import judge_line

    encode = msgspec.json.Encoder().encode
    status = 0
    out = sys.stdout.buffer
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        result = judge_line(line, number, seed=seed, prove=prove, mistakes=mistakes)
        if result["outcome"] in ("UNDECIDED", "FAULT"):
            status = NEEDS_A_PERSON
        try:
            out.write(encode(result) + b"\n")
            out.flush()
        except BrokenPipeError:
            # "| head" has read enough.
            sys.stderr.close()
            return status
    return status
