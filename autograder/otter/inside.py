"""Tests that the assignment declares to need the student's objects: run in the student's process, scored outside.

What runs in there can be read and forged by the student, hidden tests included, so it happens only where the
assignment says so, and the result says so too (``trust: student``). How to declare it:

- in the test file, a global ``runs_in = "student"``;
- or in the configuration of our plugin, which Otter Assign passes on::

      plugins:
        - autograder.otter.plugin.AutograderPlugin:
            runs_in_student: [q3]

- or ``"runs_in_student": ["q3"]`` in ``otter_config.json``.
"""

from collections.abc import Callable

import msgspec

from autograder.model import Raised, Record
from autograder.otter.assignment import Question

__all__ = ["InsideCase", "run_inside"]

SECONDS = 60.0
# Sent as text: the jail needs nothing but the standard library for it. It finds ``names`` and ``argument`` and leaves
# ``result``. Otter is a stub in the jail, so the decorator of exception-style files is replaced.
_DRIVER = """
import doctest
import inspect
import json
import sys


class _Case:
    def __init__(self, *_, **__):
        self.test_func = None

    def __call__(self, function):
        self.test_func = function
        return self


def _described(error):
    return {"type": type(error).__name__, "message": str(error)[:2000]}


def _call(case):
    wanted = inspect.signature(case.test_func).parameters
    case.test_func(**{name: names if name == "env" else names.get(name) for name in wanted})


def _exception_style(order):
    otter = sys.modules["otter.test_files"] = sys.modules["otter"].__class__("otter.test_files")
    otter.test_case = _Case
    scope = {}
    exec(compile(order["source"], order["path"], "exec"), scope)
    cases = {value.test_func.__name__: value for value in scope.values() if isinstance(value, _Case)}
    for name in order["cases"]:
        try:
            _call(cases[name])
        except Exception as error:
            yield {"passed": False, "raised": _described(error)}
        else:
            yield {"passed": True}


def _ok_style(order):
    for text in order["cases"]:
        examples = [part for part in doctest.DocTestParser().parse(text) if isinstance(part, doctest.Example)]
        test = doctest.DocTest(examples, names, "test", None, None, text)
        told = []
        failed, _ = doctest.DocTestRunner(verbose=False).run(test, out=told.append, clear_globs=False)
        yield {"passed": not failed, "shown": "".join(told)[-2000:]}


_order = json.loads(argument)
result = json.dumps(list((_ok_style if _order["ok_format"] else _exception_style)(_order)))
"""


class InsideCase(Record, frozen=True, kw_only=True):
    """What one case came to, as the student's process tells it."""

    passed: bool
    shown: str = ""
    """For a doctest: the example that failed, what was expected and what came."""
    raised: Raised | None = None


def run_inside(question: Question, run: Callable[..., str]) -> list[InsideCase]:
    """Run all cases of a question in the student's process.

    Args:
        question: declared to run there.
        run: the sandbox's ``run_inside``.

    Returns:
        One per case, in order; all failed where the answer is not readable, because only the student's own process
        can have spoiled it.
    """
    test_file = question.fresh()
    count = len(test_file.test_cases)
    order = {
        "ok_format": question.ok_format,
        "source": question.source,
        "path": question.path,
        "cases": [case.body if question.ok_format else case.body.test_func.__name__ for case in test_file.test_cases],
    }
    told = run(_DRIVER, msgspec.json.encode(order).decode(), seconds=SECONDS)
    try:
        cases = msgspec.json.decode(told, type=list[InsideCase])
    except (msgspec.MsgspecError, RecursionError):
        cases = []
    return cases if len(cases) == count else [_spoiled()] * count


def _spoiled() -> InsideCase:
    return InsideCase(passed=False, shown="the test did not give a result")
