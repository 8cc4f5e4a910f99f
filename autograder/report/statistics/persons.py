"""Who is the same person in several runs: by an id from the same list, never by an equal number of another."""

from collections.abc import Iterator, Sequence

from autograder.model import Id, Run, Space, Student

_OF_ONE_RUN = frozenset({Space.MOODLE_PARTICIPANT, Space.MOODLE_DOWNLOAD, Space.GRADESCOPE_SUBMISSION, Space.NAME})
"""Numbers that the next assignment gives to somebody else, and names, which two people may have."""


class Persons:
    """The people of several runs, each under one key.

    Moodle counts participants anew in every assignment, so that only a further id on its list (an e-mail address, an ID
    number), or else a name that one person has in each run, says that two are the same.
    """

    def __init__(self, runs: Sequence[Run]) -> None:
        self._above: dict[tuple[int, Id], tuple[int, Id]] = {}
        known: dict[Id, tuple[int, Id]] = {}
        fleeting: set[tuple[int, Id]] = set()
        named: dict[str, dict[int, set[tuple[int, Id]]]] = {}
        for at, student in _everybody(runs):
            node = (at, student.own)
            self._above.setdefault(node, node)
            lasting = [one for one in student.ids or (student.own,) if one.space not in _OF_ONE_RUN]
            if not lasting:
                fleeting.add(node)
            for one in lasting:
                self._join(known.setdefault(one, node), node)
            name = " ".join(student.name.casefold().split())
            if name:
                named.setdefault(name, {}).setdefault(at, set()).add(node)
        for by_run in named.values():
            nodes = [node for own in by_run.values() for node in own]
            if len(nodes) == len(by_run) and fleeting.intersection(nodes):
                for node in nodes[1:]:
                    self._join(nodes[0], node)

    def key(self, run: int, student: Student) -> tuple[int, Id]:
        """The same for the same person in every run."""
        return self._top((run, student.own))

    def _top(self, node: tuple[int, Id]) -> tuple[int, Id]:
        while self._above[node] != node:
            node = self._above[node]
        return node

    def _join(self, one: tuple[int, Id], other: tuple[int, Id]) -> None:
        first, second = self._top(one), self._top(other)
        # the earliest run's stands above: it gives the id and the name on the page
        above, below = sorted((first, second), key=lambda node: node[0])
        self._above[below] = above


def _everybody(runs: Sequence[Run]) -> Iterator[tuple[int, Student]]:
    for at, run in enumerate(runs):
        for result in run.results:
            for student in result.submission.students:
                yield at, student
