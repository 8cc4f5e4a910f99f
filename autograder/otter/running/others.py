"""A wrong answer that is right for other numbers than the student's own: for which?"""

import re
import time
from collections.abc import Callable, Sequence

import msgspec

from autograder.model import CaseResult, Check, Outcome, QuestionResult
from autograder.otter.assignment import Assignment
from autograder.otter.isolation import as_main, silence, undisturbed
from autograder.otter.running.evaluation import no_foreign_code
from autograder.otter.running.handed import handed_on
from autograder.otter.running.outside import Session, run_case
from autograder.versions import seeing_asked, with_numbers_of

__all__ = ["look_for_others", "with_others"]

OF, CHANCE = "numbers_of", "numbers_chance"
"""Details of a verdict: versions, from 1, for which the answer is right; and the share of whole numbers that are right
for somebody, which :func:`with_others` takes out again."""
RARE = 0.05
SECONDS = 10.0
"""Of processor time, the judge's and the student's, after which no further version of a question is tried: on the clock
a sign would depend on what else the machine does."""
_NUMBER = re.compile(r"(?:[\w.]+\()?([-+]?\d*\.?\d+(?:e[-+]?\d+)?)\)?", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_Run = tuple[bool, list[Check]]
"""Whether a case passed, and what it asked."""


def look_for_others(
    assignment: Assignment, result: QuestionResult, session: Session, *, cells: Sequence[str] = ()
) -> QuestionResult:
    """Note in wrong answers for which versions they are right.

    The cases that failed are run again, each with the numbers of every version. Nothing is tried where an answer shows
    a known mistake, which says more, or where the notebook has given the name to something else since.

    Args:
        assignment: as for :func:`autograder.otter.run_test`.
        result: what that gave.
        session: the student's process, in which everything else has been asked.
        cells: as for :func:`autograder.otter.run_test`.
    """
    question = assignment.by_name(result.name)
    test_file = question.fresh()
    wrong = [number for number, case in enumerate(result.cases) if _unnamed(case)]
    if question.ok_format or not wrong or len(result.cases) != len(test_file.test_cases):
        return result
    from autograder.questions import deciding

    folder = str(assignment.workplace.folder) if assignment.workplace is not None else None
    cases = list(result.cases)
    with undisturbed(seed=assignment.seed, folder=folder), silence(), as_main({}) as names:
        names.update(session.look(frozenset(_WORD.findall(question.source)), handed_on(question.source)))
        for number in wrong:

            def again(number: int = number) -> _Run:
                session.begin_test(question.name)
                with deciding(cells, references=question.references) as checks:
                    with no_foreign_code(question.source, session.troubles):
                        outcome = run_case(question, test_file.test_cases[number], number, names)
                    return bool(outcome.passed), checks

            cases[number] = _looked_at(cases[number], again, lambda: time.process_time() + session.cpu_seconds)
    return msgspec.structs.replace(result, cases=tuple(cases))


def _unnamed(case: CaseResult) -> bool:
    """Whether a case ended at a wrong answer of which nothing is known."""
    verdict = case.checks[-1].verdict if case.checks and case.passed is False else None
    return (
        verdict is not None
        and verdict.outcome is Outcome.INCORRECT
        and not verdict.mistakes
        and "hint" not in verdict.details
    )


def _looked_at(case: CaseResult, again: Callable[[], _Run], spent: Callable[[], float]) -> CaseResult:
    last = case.checks[-1]
    with seeing_asked() as asked:
        _, own = again()
    if [check.answer for check in own] != [check.answer for check in case.checks]:
        return case
    fits: list[int] = []
    right = set()
    until = spent() + SECONDS
    for versions in asked.others:
        if spent() > until:
            break
        with with_numbers_of(versions[0]):
            passed, checks = again()
        if passed:
            fits += versions
        if len(checks) == len(case.checks):
            right.add(last.answer if passed else checks[-1].verdict.desired or "")
    if not fits:
        return case
    told = {OF: ", ".join(str(version + 1) for version in sorted(fits)), CHANCE: f"{_chance(last.answer, right):.3f}"}
    return msgspec.structs.replace(case, checks=(*case.checks[:-1], _with(last, told)))


def _chance(answer: str, right: set[str]) -> float:
    """Which share of the whole numbers between the smallest and the largest right one are right for somebody.

    >>> _chance("12", {"12", "10", "14.0", "19"}), _chance("1.25", {"1.25", "3"}), _chance("2*x", {"3*x"})
    (0.4, 0.0, 0.0)
    """
    given = _number(answer)
    if given is None or given != int(given):
        return 0.0
    whole = {int(value) for text in right if (value := _number(text)) is not None and value == int(value)}
    return len(whole) / (max(whole) - min(whole) + 1) if whole else 0.0


def _number(text: str) -> float | None:
    """A single number, also as ``np.float64(3.0)``; None for a formula or several."""
    found = _NUMBER.fullmatch(text.strip())
    value = float(found[1]) if found else None
    return value if value is not None and abs(value) < 1e15 else None


def _with(check: Check, details: dict[str, str]) -> Check:
    kept = {key: text for key, text in check.verdict.details.items() if key not in (OF, CHANCE)}
    verdict = msgspec.structs.replace(check.verdict, details=kept | details)
    return msgspec.structs.replace(check, verdict=verdict)


def with_others(questions: Sequence[QuestionResult]) -> tuple[QuestionResult, ...]:
    """The questions of one work, of whose signs those stand that chance does not explain.

    A formula, or a number of which few are right for anybody, stands by itself; another number does when a second
    question of the same work is right for the same version.
    """
    found: dict[str, set[str]] = {}
    for question in questions:
        for check in _signs(question):
            found.setdefault(question.name, set()).update(check.verdict.details[OF].split(", "))
    if not found:
        return tuple(questions)

    def stands(name: str, check: Check) -> bool:
        if float(check.verdict.details.get(CHANCE, 0)) <= RARE:
            return True
        own = set(check.verdict.details[OF].split(", "))
        return any(own & versions for other, versions in found.items() if other != name)

    def settled(name: str, check: Check) -> Check:
        if OF not in check.verdict.details:
            return check
        return _with(check, {OF: check.verdict.details[OF]} if stands(name, check) else {})

    def case_of(name: str, case: CaseResult) -> CaseResult:
        checks = tuple(settled(name, check) for check in case.checks)
        said = case.message
        if any(OF in check.verdict.details for check in checks):
            from autograder.feedback import other_numbers

            said = "\n".join(part for part in (said, other_numbers()) if part)
        return msgspec.structs.replace(case, checks=checks, message=said)

    return tuple(
        msgspec.structs.replace(question, cases=tuple(case_of(question.name, case) for case in question.cases))
        if question.name in found
        else question
        for question in questions
    )


def _signs(question: QuestionResult) -> list[Check]:
    return [check for case in question.cases for check in case.checks if OF in check.verdict.details]
