"""A student's text is never run as Python in the judge, whatever a test does with it.

``eval(answer)``, ``sp.sympify(answer)``, ``df.query(answer)``, ``typing.get_type_hints(function)`` evaluate text. In
the notebook's own process that is the student's business; out here it would be code of theirs beside the truth.
Python's audit hooks (PEP 578) tell of every text that is compiled, before it is. While a case runs, a text passes if it
says nothing but what the test says itself: it stands in the test's source, or it is made of numbers, signs and words
of the test (``slope_a`` in ``eval(name)``, ``6*x + 2`` where the test speaks of x). Names of the notebook do not count:
``from numpy import savetxt`` would be one. Any other text is refused as :class:`~autograder.errors.CannotShip`, also
where the test catches that, and the inside witness decides.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from autograder.errors import CannotShip

__all__ = ["no_foreign_code"]

_WRITE_CODE = (
    "attr", "collections", "dataclasses", "doctest", "enum", "functools", "importlib", "jax", "matplotlib",
    "mpmath", "numpy", "pandas", "scipy", "sympy",
)  # fmt: skip
"""Packages that make functions out of text of their own."""
_EVALUATE = ("pandas.core.computation", "sympy.core.sympify", "sympy.parsing", "timeit")
"""What evaluates text that it is given."""
_GIVEN = ("a", "s", "expr", "stmt", "setup")
"""Under which of its names an evaluator holds that text, where what it compiles is made from it."""
_WORD = re.compile(r"[^\W\d]\w*")
_SIGNS = re.compile(r"[\w\s()+\-*/^.,\[\]<>=%:]*")
_REACHING = frozenset({
    "breakpoint", "compile", "delattr", "eval", "exec", "exit", "getattr", "globals", "import", "input", "lambda",
    "locals", "open", "os", "quit", "setattr", "subprocess", "sys", "vars",
})  # fmt: skip
_PYTHON = frozenset({"False", "None", "True", "and", "else", "for", "if", "in", "is", "not", "or", "pass"})
_LONGEST = 2_000


class _Watched:
    """What may be compiled while one case runs."""

    def __init__(self, source: str, refused: list[Any]) -> None:
        self.source = source
        self.words = {*_WORD.findall(source), *_PYTHON}
        self.refused = refused

    def may_run(self, text: str) -> bool:
        """Whether a text says nothing but what the test says itself."""
        text = text.strip()
        if not text or text in self.source:
            return True
        if len(text) > _LONGEST or "__" in text or not _SIGNS.fullmatch(text):
            return False
        words = set(_WORD.findall(text))
        return words <= self.words and not words & _REACHING

    def refuse(self, what: str) -> None:
        error = CannotShip(f"the test evaluates {what}, which is not run out here", type="str")
        self.refused.append(error)
        raise error


_now: _Watched | None = None
_hooked = False


@contextmanager
def no_foreign_code(source: str, refused: list[Any]) -> Iterator[None]:
    """Refuse to compile a student's text inside the block.

    Args:
        source: of the test file.
        refused: gets the error as well, since the test may catch it.

    >>> refused = []
    >>> with no_foreign_code("assert eval(answer) == 3", refused):
    ...     seven = eval("1 + 2") + eval("answer", {"answer": 4})
    ...     try:
    ...         found = eval("().__class__")
    ...     except CannotShip:
    ...         found = None
    >>> seven, found
    (7, None)
    >>> len(refused)
    1
    """
    global _now, _hooked
    if not _hooked:
        _hooked = True
        sys.addaudithook(_hook)  # cannot be taken back, and does nothing outside of a block
    before, _now = _now, _Watched(source, refused)
    try:
        yield
    finally:
        _now = before


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    global _now
    watched = _now
    if watched is None or event not in ("compile", "pickle.find_class"):
        return
    _now = None  # what is done to decide is not itself decided about
    try:
        if event == "pickle.find_class":
            watched.refuse("pickled bytes")
        text, file = arguments
        caller = sys._getframe(1)
        if isinstance(text, bytes):
            text = text.decode(errors="replace")
        evaluator, importing = _around(caller)
        if importing or (
            evaluator is None and (_package(caller) in (*_WRITE_CODE, "ast") or str(file).startswith("<doctest"))
        ):
            return
        given = [value for name in _GIVEN if evaluator and isinstance(value := evaluator.f_locals.get(name), str)]
        for each in given or [text]:
            if not isinstance(each, str) or not watched.may_run(each):
                watched.refuse("a text")
    finally:
        _now = watched


def _package(frame: FrameType) -> str:
    """The first name of the module whose code runs in a frame, as ``numpy``; empty where it has none."""
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def _around(frame: FrameType | None) -> tuple[FrameType | None, bool]:
    """The outermost frame in which a library evaluates text that it was given; whether a module is being imported."""
    found = None
    for _ in range(40):
        if frame is None:
            break
        name = str(frame.f_globals.get("__name__", ""))
        if name == "importlib._bootstrap":
            return None, True
        if name.startswith(_EVALUATE):
            found = frame
        frame = frame.f_back
    return found, False
