"""Wrong answers beside both references, for the TA: what was answered, SymPy's value, JAX's, at the worst point."""

from collections.abc import Iterator

from autograder.model import Check, Compared, Outcome, Record, Run
from autograder.report.statistics.assignment import checks

MOST = 12
"""Different wrong answers that are shown for one question."""


class Beside(Record, frozen=True, kw_only=True):
    """One wrong answer to one question."""

    question: str
    answer: str
    students: int
    """How many gave it."""
    key: str
    """``Submission.key`` of the first who did."""
    where: str
    """The point at which it is farthest off, and the entry of an array."""
    figures: tuple[str, str, str]
    """The answer's value there, SymPy's, JAX's."""


def beside(run: Run) -> list[Beside]:
    """Question by question, what a person has to decide first, then the most frequent wrong answers."""
    found: list[Beside] = []
    works = [result for result in run.results if result.submission.part_of is None]
    for name in run.questions:
        by_answer: dict[str, list[tuple[str, Check]]] = {}
        for result in works:
            seen = set()
            for check in (each for question in result.questions if question.name == name for each in checks(question)):
                if check.compared and check.verdict.outcome is not Outcome.CORRECT and check.answer not in seen:
                    seen.add(check.answer)
                    by_answer.setdefault(check.answer, []).append((result.submission.key, check))
        ordered = sorted(by_answer.items(), key=lambda pair: (not _open(pair[1]), -len(pair[1])))
        for answer, those in ordered[:MOST]:
            key, check = those[0]
            where, *figures = cells(check.compared[0])
            found.append(
                Beside(
                    question=name,
                    answer=answer,
                    students=len(those),
                    key=key,
                    where=where,
                    figures=(figures[0], figures[1], figures[2]),
                )
            )
    return found


def _open(those: list[tuple[str, Check]]) -> bool:
    return any(check.verdict.outcome in (Outcome.UNDECIDED, Outcome.FAULT) for _, check in those)


def cells(row: Compared) -> Iterator[str]:
    """One row of the columns *at*, *answer*, *SymPy* and *JAX*."""
    where = [f"{name} = {value:.6g}" for name, value in row.point.items()]
    where += [f"entry {list(row.entry)}"] if row.entry else []
    yield ", ".join(where) or "–"
    for value in (row.answer, row.symbolic, row.jax):
        yield "–" if value is None else f"{value:.10g}"
