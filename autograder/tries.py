"""Right, wrong and invalid answers to try an assignment with, as its ``tries.toml`` holds them.

A file is looked at as a whole: every fault is told with the table that it stands in, for a file is written by hand.
"""

import ast
import difflib
import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from autograder.errors import AuthorError
from autograder.model import Record

__all__ = ["KINDS", "OLD_NAME", "Fault", "Try", "faults_of", "read_tries", "tries_beside"]

KINDS = ("right", "wrong", "invalid")


class Try(Record, frozen=True, kw_only=True):
    """One answer to try a question with, and what is to be said about it."""

    is_: str = msgspec.field(name="is")
    """``right``, ``wrong`` or ``invalid``."""
    code: str
    note: str = ""
    weight: float = 1.0
    mistake: str | None = None
    tie: tuple[str, ...] = ()
    """Ids that cannot be told from that mistake on this function."""
    hint: str | None = None
    """Words of the author's own sentence for this answer."""


class Fault(Record, frozen=True, kw_only=True):
    """What is wrong with a file of tries."""

    message: str
    fix: str
    question: str | None = None
    line: int | None = None
    """Of the table's head, from 1."""


OLD_NAME = "variants.toml"
"""What the file was called when versions of a question had no word of their own; read until the next version."""


def tries_beside(notebook: Path) -> Path:
    """The ``tries.toml`` beside a source, or where only that is there, the file under its old name."""
    path, old = notebook.with_name("tries.toml"), notebook.with_name(OLD_NAME)
    return old if old.is_file() and not path.is_file() else path


def read_tries(path: Path) -> dict[str, list[Try]]:
    """Question → its tries.

    Raises:
        AuthorError: the file cannot be read as tries; the message names the first fault and its line.
    """
    for fault in faults_of(path):
        where = f"{path}, line {fault.line}" if fault.line else str(path)
        raise AuthorError(f"{where}: {fault.message} {fault.fix}")
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), dict[str, list[Try]])


def faults_of(path: Path, questions: Sequence[str] | None = None) -> Iterator[Fault]:
    """Everything that is wrong with a file.

    Args:
        path: a ``tries.toml``.
        questions: names that the assignment's questions have; None takes any.
    """
    try:
        text = path.read_text(encoding="utf-8")
        found = tomllib.loads(text)
    except UnicodeDecodeError as error:
        yield Fault(message=f"Byte {error.start + 1} is not UTF-8.", fix="Save the file as UTF-8.")
        return
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column \d+\)", str(error))
        what = str(error).partition(" (at ")[0]
        yield Fault(message=f"Not TOML: {what}.", fix="Mend that line.", line=int(place[1]) if place else None)
        return
    for name, tables in found.items():
        lines = [n for n, line in enumerate(text.split("\n"), 1) if re.match(rf"\s*\[+\s*\"?{re.escape(name)}\b", line)]
        first = lines[0] if lines else None
        if questions is not None and name not in questions:
            near = difflib.get_close_matches(name, questions, n=1)
            fix = f"Did you mean {near[0]}?" if near else f"The questions are {', '.join(questions)}."
            yield Fault(message=f"There is no question {name}.", fix=fix, line=first)
        elif not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            yield Fault(
                message=f"{name} is no list of tries.",
                fix=f"Write [[{name}]], with two brackets, above each.",
                question=name,
                line=first,
            )
        else:
            for number, table in enumerate(tables):
                line = lines[number] if number < len(lines) else None
                for message, fix in _faults(table):
                    yield Fault(message=message, fix=fix, question=name, line=line)


def _faults(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    known = [field.encode_name for field in msgspec.structs.fields(Try)]
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            yield (
                f"A try has no key {key!r}.",
                f"Did you mean {near[0]!r}?" if near else f"It may have {', '.join(known)}.",
            )
    if table.get("is") not in KINDS:
        what = f"`is` is {table['is']!r}" if "is" in table else "`is` is missing"
        yield f"{what}.", 'Write is = "right", "wrong" or "invalid".'
    code = table.get("code")
    if not isinstance(code, str) or not code.strip():
        yield "`code` is missing.", "Give what stands in the answer cell, between ''' and '''."
    elif table.get("is") != "invalid" and (fault := _syntax(code)):
        yield fault, 'Mend the code, or write is = "invalid".'
    weight = table.get("weight", 1)
    if isinstance(weight, bool) or not isinstance(weight, int | float) or weight <= 0:
        yield f"`weight` is {weight!r}.", "Write a number above 0: how often it is chosen."
    for key in ("note", "mistake", "hint"):
        if not isinstance(table.get(key, ""), str):
            yield f"`{key}` is {table[key]!r}.", "Write it in quotes."
    tie = table.get("tie", [])
    if not isinstance(tie, list) or not all(isinstance(each, str) for each in tie):
        yield f"`tie` is {tie!r}.", 'Write a list of ids, ["…"].'


def _syntax(code: str) -> str | None:
    lines = ["pass" if line.lstrip().startswith(("%", "!")) else line for line in code.strip("\n").split("\n")]
    try:
        ast.parse("\n".join(lines))
    except SyntaxError as error:
        return f"Line {error.lineno} of its code is no Python: {error.msg}."
    return None
