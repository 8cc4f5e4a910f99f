"""Results in the form that Gradescope reads, made by Otter itself."""

from collections.abc import Sequence
from typing import Any

from autograder.model import QuestionResult
from autograder.otter.assignment import Assignment
from autograder.otter.upstream import upstream

__all__ = ["gradescope_results"]


def gradescope_results(assignment: Assignment, questions: Sequence[QuestionResult]) -> dict[str, Any]:
    """``results.json`` as ``otter run`` writes it, from ``GradingResults.to_gradescope_dict``.

    Visibility, ``points_possible`` and ``score_threshold`` follow the assignment's configuration. A question without
    a score is left out, because Gradescope would show the missing number as 0.

    Args:
        assignment: whose configuration and test files apply.
        questions: what :func:`autograder.otter.run_test` gave.
    """
    case_result = upstream("otter.test_files.abstract_test").TestCaseResult
    config = upstream("otter.run").AutograderConfig(assignment.config)
    test_files, missing = [], []
    for result in questions:
        if result.score is None:
            missing.append(result.name)
            continue
        test_file = assignment.by_name(result.name).fresh()
        test_file.test_case_results = [
            case_result(test_case=case, message=_said(given.passed, given.message), passed=bool(given.passed))
            for case, given in zip(test_file.test_cases, result.cases, strict=True)
        ]
        if test_file.score != result.score:  # partial credit, which Otter has no other place for
            test_file.update_score(result.score)
        test_files.append(test_file)
    results = upstream("otter.test_files").GradingResults(test_files)
    if missing:
        results.set_output(f"A person will decide {', '.join(missing)}.")
    gradescope: dict[str, Any] = results.to_gradescope_dict(config)
    return gradescope


def _said(passed: bool | None, message: str) -> str:
    return "✅ Test case passed" if passed else f"❌ Test case failed\n{message}"
