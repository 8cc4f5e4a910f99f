"""Several assignments together: who earned what, and which mistakes come back."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from autograder.model import Reason, Record, Run
from autograder.report import statistics
from autograder.report.names import page_name
from autograder.report.table import total


class Persistent(Record, frozen=True, kw_only=True):
    """A mistake that one student made in at least two assignments."""

    name: str
    """The catalogue's id, or the author's words for a wrong answer that was foreseen."""
    where: tuple[str, ...]
    """``hw01 q5``, in the order of the assignments."""


class PersistentCount(Record, frozen=True, kw_only=True):
    name: str
    students: int


class CourseRow(Record, frozen=True, kw_only=True):
    id: str
    name: str
    scores: tuple[float | None, ...]
    """One per assignment; None where there is no score."""
    pages: tuple[str | None, ...]
    """The student's page in each assignment's folder; None where nothing was handed in."""
    share: float | None
    """Points earned over points possible in the assignments that have a score, 0…1."""
    persistent: tuple[Persistent, ...]


def students(runs: Sequence[Run]) -> list[CourseRow]:
    """One row per student over all runs, by name then id. Group work counts for each member."""
    names: dict[str, str] = {}
    scores: defaultdict[str, dict[int, float]] = defaultdict(dict)
    own_pages: defaultdict[str, dict[int, str]] = defaultdict(dict)
    possible: defaultdict[str, dict[int, float]] = defaultdict(dict)
    made: defaultdict[str, defaultdict[str, dict[int, list[str]]]] = defaultdict(lambda: defaultdict(dict))
    for i, run in enumerate(runs):
        for result in run.results:
            for student in result.submission.students:
                names.setdefault(student.id, student.name)
                own_pages[student.id][i] = page_name(result)
                if (score := total(result)) is not None:
                    scores[student.id][i] = score
                    possible[student.id][i] = statistics.most(run, result)
                for question in result.questions:
                    for mistake, check in statistics.mistakes(question).items():
                        if check.verdict.reason is Reason.WRONG_CHOICE:
                            continue  # an option belongs to its question: "B" elsewhere is another mistake
                        where = made[student.id][mistake].setdefault(i, [])
                        where.append(f"{run.facts.assignment} {question.name}")
    rows = []
    for key in sorted(names, key=lambda k: (names[k].casefold(), k)):
        own = scores[key]
        most = sum(possible[key].values())
        rows.append(
            CourseRow(
                id=key,
                name=names[key] or key,
                scores=tuple(own.get(i) for i in range(len(runs))),
                pages=tuple(own_pages[key].get(i) for i in range(len(runs))),
                share=sum(own.values()) / most if most else None,
                persistent=tuple(
                    Persistent(name=mistake, where=tuple(place for i in sorted(places) for place in places[i]))
                    for mistake, places in sorted(made[key].items())
                    if len(places) > 1
                ),
            )
        )
    return rows


def persistent(rows: Sequence[CourseRow]) -> list[PersistentCount]:
    """How many students each persistent mistake has, most first."""
    counts = Counter(mistake.name for row in rows for mistake in row.persistent)
    return [
        PersistentCount(name=name, students=count)
        for name, count in sorted(counts.items(), key=lambda p: (-p[1], p[0]))
    ]
