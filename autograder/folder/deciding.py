"""A graded folder that is open for decisions: each is kept, and seen on its student's page, at once."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import msgspec

from autograder.batch.journal import Journal, Order, Override, Ruling, check_points, now, order_in, whose
from autograder.errors import UsageError
from autograder.folder.files import Graded, rosters_of, write_class, write_students
from autograder.folder.kept import kept
from autograder.folder.standing import Decisions, Standing, changed, decisions_in, stands
from autograder.model import Run, SubmissionResult


class Folder:
    """One graded folder, wherever it lies; nothing here grades anything or needs the course.

    The journal is opened for each decision only, so that a second window, a command in a terminal and this object see
    each other's decisions.

    Args:
        path: what ``autograder grade -o`` wrote.

    Raises:
        UsageError: nothing was graded into it, or by another version.

    Example:
        >>> folder = Folder(Path("grades"))                                                    # doctest: +SKIP
        >>> folder.decide([folder.decision("0012", "q3", 1.5, why="right idea", who="ta")])    # doctest: +SKIP
        ('0012',)
        >>> folder.write()                                                                     # doctest: +SKIP
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        held = kept(path)
        if held is None or not (path / "journal.db").is_file():
            raise UsageError(f"{path}: graded by another version: give autograder regrade -o {path} once")
        self._kept = held
        with Journal(path / "journal.db") as journal:
            order = order_in(journal)
            self._decisions = decisions_in(journal)
        if order is None:
            raise UsageError(f"{path} does not say how it was graded: give the command of `autograder grade` again")
        self._order: Order = msgspec.structs.replace(order, out=path)
        self._standing = self._stands()

    @property
    def run(self) -> Run:
        """The class with every decision that this object knows of; of each result what tables and statistics need."""
        return self._standing.run

    def full(self, keys: Sequence[str]) -> list[SubmissionResult]:
        """The results under these keys as they stand, with every check's prompt, formula and points and with the code.

        Raises:
            UsageError: the class was graded again meanwhile.
        """
        wanted = frozenset(keys)
        return self._kept.full([result for result in self.run.results if result.submission.key in wanted])

    def as_graded(self) -> Run:
        """The class before anybody decided anything, with everything in it.

        Raises:
            UsageError: the class was graded again meanwhile.
        """
        run = self._kept.graded.run
        return msgspec.structs.replace(run, results=tuple(self._kept.full(run.results)))

    @property
    def decisions(self) -> Decisions:
        """Everything that was ever decided, withdrawn decisions included, oldest first."""
        return self._decisions

    def decision(self, key: str, question: str, points: float | None, *, why: str, who: str, at: str = "") -> Override:
        """A decision about the submission under ``key``; points None withdraws what was decided before.

        Raises:
            UsageError: there is no such submission or question, or not so many points.
        """
        result = next((one for one in self.run.results if one.submission.key == key), None)
        if result is None:
            raise UsageError(f"no submission has the key {key!r}")
        check_points(self.run.questions, question, points)
        return Override(
            # the work's own key: a member's row is made anew from it by the policy
            key=result.submission.part_of or key,
            question=question,
            points=points,
            why=why,
            who=who,
            at=at or now(),
            students=whose(result.submission.students),
        )

    def decide(
        self,
        overrides: Sequence[Override] = (),
        rulings: Sequence[Ruling] = (),
        *,
        unless: Callable[[Decisions], None] = lambda decisions: None,
        draw: bool = True,
    ) -> tuple[str, ...]:
        """Keep decisions, all or none, and draw the pages of those whom they change; no other file is touched.

        Args:
            unless: is told what was decided until now, while nobody else can decide, and raises where these do not fit.
            draw: False leaves the pages to :meth:`draw`.

        Returns:
            Keys of the submissions whose results changed, by this or by decisions of others since.

        Raises:
            UsageError: too many points, a file cannot be written, or a run is grading into the folder.
            GradedAgainError: the class was graded again since this object saw it; nothing is kept.
        """
        for one in overrides:
            check_points(self.run.questions, one.question, one.points)

        def add(journal: Journal) -> None:
            unless(decisions_in(journal))
            journal.add_decisions(overrides, rulings)

        return self._with_journal(add, draw=draw)

    def draw(self, keys: Collection[str]) -> None:
        """Draw the pages of these submissions that are not as they should be."""
        # the journal is held, so that of two processes the later decision's page stays
        with Journal(self.path / "journal.db") as journal:
            self._kept.check()
            if journal.decided() != self._decisions.count:
                self._decisions = decisions_in(journal)
                self._standing = self._stands()
            results = [one for one in self.run.results if one.submission.key in keys]
            write_students(self._kept, self.run, results, self.path)

    def refresh(self) -> tuple[str, ...]:
        """See what others decided since; the keys of those whose results changed."""
        return self._with_journal(lambda journal: None)

    def _with_journal(self, work: Callable[[Journal], None], *, draw: bool = True) -> tuple[str, ...]:
        before = self.run
        # the pages are drawn while the journal is held, so that of two processes the later decision's page stays
        with Journal(self.path / "journal.db") as journal:
            self._kept.check()
            work(journal)
            self._decisions = decisions_in(journal)
            self._standing = self._stands()
            keys = changed(before, self.run)
            if draw:
                results = [one for one in self.run.results if one.submission.key in keys]
                write_students(self._kept, self.run, results, self.path)
        return keys

    def write(self) -> Graded:
        """Bring results, table, class page and the LMS's files up to what was decided.

        Raises:
            UsageError: a file cannot be written, or a run is grading into the folder.
        """
        rosters, lost = rosters_of(self._order)
        with Journal(self.path / "journal.db") as journal:
            self._kept.check()
            self._decisions = decisions_in(journal)
            self._standing = self._stands()
            graded = write_class(self._kept, self._decisions, self._order, rosters)
        run = msgspec.structs.replace(graded.run, warnings=(*graded.run.warnings, *lost))
        return msgspec.structs.replace(graded, run=run)

    def _stands(self) -> Standing:
        return stands(self._kept.graded, self._decisions, folder=self.path, missing=self._order.missing)
