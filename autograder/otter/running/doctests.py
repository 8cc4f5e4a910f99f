"""One doctest case, run as Otter runs it, with what happened kept as data.

Source: ``otter.test_files.ok_test.run_doctest``: the same parser and runner, all examples of a case are run, and the
case passes when none failed. Printing inside a student's function is part of what is compared, as there.
"""

import doctest
from dataclasses import dataclass, replace
from typing import Any

__all__ = ["DoctestOutcome", "run_doctest"]


@dataclass(frozen=True)
class DoctestOutcome:
    """What came of one case."""

    passed: bool = True
    failures: tuple[tuple[str, str, str], ...] = ()
    """(source, expected, got) of each example that printed something else."""
    raised: tuple[tuple[str, BaseException], ...] = ()
    """(source, exception) of each example that raised without being expected to."""


class _Runner(doctest.DocTestRunner):
    """Keeps failures as values; prints nothing."""

    def __init__(self) -> None:
        super().__init__(verbose=False)
        self.outcome = DoctestOutcome()

    def report_start(self, out: Any, test: doctest.DocTest, example: doctest.Example) -> None:
        pass

    def report_success(self, out: Any, test: doctest.DocTest, example: doctest.Example, got: str) -> None:
        pass

    def report_failure(self, out: Any, test: doctest.DocTest, example: doctest.Example, got: str) -> None:
        failures = (*self.outcome.failures, (example.source, example.want, got))
        self.outcome = replace(self.outcome, passed=False, failures=failures)

    def report_unexpected_exception(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, exc_info: Any
    ) -> None:
        raised = (*self.outcome.raised, (example.source, exc_info[1]))
        self.outcome = replace(self.outcome, passed=False, raised=raised)


def run_doctest(name: str, text: str, names: dict[str, Any]) -> DoctestOutcome:
    """Run one case.

    Args:
        name: as Otter calls it, ``q1 0``.
        text: the case's code, dedented.
        names: the student's; each case gets its own copy of the dict for what it binds, as in Otter.
    """
    examples = [part for part in doctest.DocTestParser().parse(text, name) if isinstance(part, doctest.Example)]
    test = doctest.DocTest(examples, names, name, None, None, text)
    runner = _Runner()
    runner.run(test, out=lambda _: None, clear_globs=False)
    return runner.outcome
