"""Several assignments together: who earned what, and which mistakes come back."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from autograder.model import Id, Reason, Record, Run, Student
from autograder.report.names import page_name
from autograder.report.statistics import assignment as statistics
from autograder.report.statistics.persons import Persons
from autograder.report.table import total

Key = tuple[int, Id]


class Persistent(Record, frozen=True, kw_only=True):
    """A mistake that one student made in at least two assignments."""

    name: str
    """The catalogue's id, or the author's words for a wrong answer that was foreseen."""
    where: tuple[str, ...]
    """``hw01 q5``, in the order of the assignments."""


class PersistentCount(Record, frozen=True, kw_only=True):
    """A mistake and how many keep making it."""

    name: str
    students: int


class CourseRow(Record, frozen=True, kw_only=True):
    """One student over the assignments."""

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
    persons = Persons(runs)
    people: dict[Key, Student] = {}
    scores: defaultdict[Key, dict[int, float]] = defaultdict(dict)
    own_pages: defaultdict[Key, dict[int, str]] = defaultdict(dict)
    possible: defaultdict[Key, dict[int, float]] = defaultdict(dict)
    made: defaultdict[Key, defaultdict[str, dict[int, list[str]]]] = defaultdict(lambda: defaultdict(dict))
    for i, run in enumerate(runs):
        for result in run.results:
            for student in result.submission.students:
                key = persons.key(i, student)
                people.setdefault(key, student)
                own_pages[key][i] = page_name(result)
                if (score := total(result)) is not None:
                    scores[key][i] = score
                    possible[key][i] = statistics.most(run, result)
                for question in result.questions:
                    for mistake, check in statistics.mistakes(question).items():
                        if check.verdict.reason is Reason.WRONG_CHOICE:
                            continue  # an option belongs to its question: "B" elsewhere is another mistake
                        where = made[key][mistake].setdefault(i, [])
                        where.append(f"{run.facts.assignment} {question.name}")
    rows = []
    for key in sorted(people, key=lambda k: (people[k].name.casefold(), people[k].id)):
        own = scores[key]
        most = sum(possible[key].values())
        rows.append(
            CourseRow(
                id=people[key].id,
                name=people[key].name or people[key].id,
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
