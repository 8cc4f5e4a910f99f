"""The mistake behind a wrong answer of ``autograder judge``, named in a child that can be killed.

The answer is a stranger's: SymPy rewrites it while it is read, and nobody knows how long that takes.
"""

import atexit
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from autograder.compare.arbiter import Child
from autograder.mistakes import diagnose_text
from autograder.model import Record
from autograder.points import Interval

SECONDS = 2.0
"""After which a verdict goes out without a named mistake."""


class Request(Record, frozen=True, kw_only=True):
    """The arguments of :func:`autograder.mistakes.diagnose_text`."""

    kind: str
    function: str
    answer: Any
    variables: list[str]
    wrt: list[str]
    order: int
    domain: dict[str, tuple[float | None, float | None]]
    seed: int


class Named(Record, frozen=True, kw_only=True):
    """The mistakes' ids, and the wrong answer that they give."""

    mistakes: tuple[str, ...] = ()
    generated: str | None = None
    final: bool = True


_child = Child("autograder.cli.judge_mistakes", hard_seconds=SECONDS)
atexit.register(_child.close)


def name_mistakes(
    kind: str,
    function: str,
    answer: Any,
    *,
    variables: Sequence[str],
    wrt: Sequence[str],
    order: int,
    domain: dict[str, Interval],
    seed: int,
) -> Named:
    """Nothing where no mistake fits or naming it takes too long."""
    request = Request(
        kind=kind,
        function=function,
        answer=answer,
        variables=list(variables),
        wrt=list(wrt),
        order=order,
        domain=domain,
        seed=seed,
    )
    reply = _child.ask(msgspec.json.encode(request))
    return Named() if reply is None else msgspec.json.decode(reply, type=Named)


def serve(content: bytes) -> Iterator[bytes]:
    """The child's side: one request → one reply."""
    request = msgspec.json.decode(content, type=Request)
    found = diagnose_text(
        request.kind,
        request.function,
        request.answer,
        variables=request.variables,
        wrt=request.wrt,
        order=request.order,
        domain=request.domain,
        seed=request.seed,
    )
    yield msgspec.json.encode(Named(mistakes=tuple(found.mistakes), generated=found.generated))
