"""One open folder at which somebody decides: questions, groups, what is open, who is next."""

import hashlib
import hmac
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from autograder.batch.journal import Basis, Override
from autograder.desk import filters, rubric
from autograder.desk.answers import WHOLE, Member, Piece, pieces
from autograder.desk.book import Act, Book
from autograder.desk.groups import Group, Progress, View, groups
from autograder.errors import GradedAgainError, RefusedError, UsageError
from autograder.folder import Folder
from autograder.locale import translate
from autograder.model import SubmissionResult
from autograder.report.statistics import only_inside

N_ = str  # marks a sentence for translation where it is not yet translated
QUIET = 0.4
"""Seconds after a decision in which no page is drawn, so that the next answer comes at once."""


class Desk:
    """The open folder.

    Args:
        path: what ``autograder grade -o`` wrote.
        who: whose decisions are made here.
        rubric_file: where comments are kept.

    Raises:
        UsageError: nothing was graded into it, or a run is grading into it now.
    """

    def __init__(self, path: Path, *, who: str, rubric_file: Path) -> None:
        self.folder = Folder(path)
        self.book = Book(self.folder, who)
        self.rubric_file = rubric_file
        rubric.read(rubric_file)  # what is no rubric is said now
        self.lock = threading.RLock()
        """Held by whoever reads or writes decisions: the pages are drawn in another thread."""
        graded = self.folder.as_graded()
        self.pieces = pieces(graded)
        self.works: dict[str, SubmissionResult] = {result.submission.key: result for result in graded.results}
        self._ids: dict[str, tuple[str, Piece]] = {}
        self._id_of: dict[tuple[str, str], str] = {}
        for question, own in self.pieces.items():
            for piece in own:
                id = self._pseudonym(question, piece.key)
                self._ids[id] = question, piece
                self._id_of[question, piece.key] = id
        self._expected = {name: rubric.expected(own, self.questions[name]) for name, own in self.pieces.items()}
        self._numbers: dict[str, dict[str, int]] = {}
        self._quiet = 0.0
        self._closing = False
        self._now: tuple[Any, dict[str, SubmissionResult]] = (None, {})
        self._grouping = ThreadPoolExecutor(max_workers=1, thread_name_prefix="groups")
        self._drawing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pages")
        # those that somebody has to decide come first
        order = sorted(self.pieces, key=lambda name: not any(piece.graded is None for piece in self.pieces[name]))
        self._groups: dict[str, Future[list[Group]]] = {
            question: self._grouping.submit(partial(groups, self.pieces[question], seed=self.book.seed))
            for question in order
        }
        self.draw(self.stale())

    def close(self) -> None:
        """Wait for what is being drawn."""
        self._closing = True
        self._grouping.shutdown(wait=False, cancel_futures=True)
        self._drawing.shutdown(wait=True)

    @property
    def questions(self) -> Mapping[str, float]:
        """Name → points possible, of the questions and of the work as a whole where there are such."""
        run = self.folder.run
        whole = {WHOLE: float(sum(run.questions.values()))} if WHOLE in self.pieces else {}
        return {**run.questions, **whole}

    def piece_of(self, id: str) -> tuple[str, Piece]:
        """Question and answer of an id.

        Raises:
            UsageError: there is none.
        """
        if id not in self._ids:
            raise RefusedError(N_("This answer is not here any more: reload the page."))
        return self._ids[id]

    def keys_of(self, question: str, ids: Iterable[str]) -> list[str]:
        """Whose answers to a question these ids are.

        Raises:
            UsageError: one of them is none, or an answer to another question.
        """
        found = [self.piece_of(id) for id in ids]
        if any(own != question for own, _ in found):
            raise RefusedError(
                N_("This is an answer to another question than %(question)s: reload the page."), question=question
            )
        return [piece.key for _, piece in found]

    def id_of(self, question: str, key: str) -> str:
        return self._id_of.get((question, key), "")

    def _pseudonym(self, question: str, key: str) -> str:
        return hmac.new(self.book.seed.encode(), f"{question}\n{key}".encode(), hashlib.sha256).hexdigest()[:12]

    def ready(self, question: str) -> "Future[list[Group]]":
        """The groups of a question, which may take a moment the first time."""
        if question not in self._groups:
            raise UsageError(f"there is no question {question!r}: there are {', '.join(self._groups)}")
        return self._groups[question]

    def member(self, question: str, piece: Piece) -> Member:
        """An answer as it stands now."""
        decision = self.book.decision(piece.key, question)
        again = (piece.key, question) in self.book.asked_again
        return Member(
            id=self.id_of(question, piece.key),
            number=self._number(question, piece.key),
            piece=piece,
            points=self._points(question, piece) if decision is None else decision.points,
            decision=decision,
            version=self.book.version(piece.key, question),
            again=again,
        )

    def _number(self, question: str, key: str) -> int:
        if question not in self._numbers:
            # by pseudonym: an order that nobody can guess and that stays
            order = sorted(piece.key for piece in self.pieces[question])
            order.sort(key=lambda one: self.id_of(question, one))
            self._numbers[question] = {one: place for place, one in enumerate(order, start=1)}
        return self._numbers[question][key]

    def _points(self, question: str, piece: Piece) -> float | None:
        """With what was ruled about cases for everybody, where that is about this answer."""
        if not piece.only_inside:
            return piece.graded
        run = self.folder.run
        if self._now[0] is not run:
            self._now = run, {result.submission.key: result for result in run.results}
        return next((one.score for one in self._now[1][piece.key].questions if one.name == question), piece.graded)

    def chosen(self, question: str, filter: str) -> list[tuple[Group, list[Member]]]:
        """The groups of a question with those members that a filter lets through, open ones first."""
        wanted = {piece.key for piece in filters.chosen(self.pieces[question], filter, self.book)}
        found = []
        for group in self.ready(question).result():
            members = [self.member(question, piece) for piece in group.pieces if piece.key in wanted]
            if members:
                found.append((group, sorted(members, key=lambda one: not one.open)))
        return found

    def show(self, question: str, filter: str, at: str = "") -> View | None:
        """The group with the answer ``at``, else the first open one, else the first; None where there is none."""
        every = self.chosen(question, filter)
        if not every:
            return None
        place = next((n for n, (_, members) in enumerate(every) if any(one.id == at for one in members)), None)
        if place is None:
            place = next((n for n, (_, members) in enumerate(every) if any(one.open for one in members)), 0)
        group, members = every[place]
        return View(
            question=question,
            filter=filter,
            group=group,
            members=tuple(members),
            place=place,
            of=len(every),
            before=every[place - 1][1][0].id if place else "",
            after=every[place + 1][1][0].id if place + 1 < len(every) else "",
        )

    def following(self, question: str, filter: str, at: str) -> str:
        """Where to go on after the group with ``at``: the next open one, round and round; where none is open, the next.

        Returns:
            An id of it; empty at the end.
        """
        every = self.chosen(question, filter)
        here = next((n for n, (_, members) in enumerate(every) if any(one.id == at for one in members)), -1)
        behind, ahead = every[: here + 1], every[here + 1 :]
        for _, members in (*ahead, *behind):
            if members[0].open:
                return members[0].id
        undecided = filter == filters.FIRST
        return "" if undecided or not ahead else ahead[0][1][0].id

    def progress(self) -> list[Progress]:
        """Question by question."""
        return [self._progress(question) for question in self.pieces]

    def _progress(self, question: str) -> Progress:
        undecided = [piece for piece in self.pieces[question] if piece.graded is None]
        left = {piece.key for piece in undecided if self.member(question, piece).open}
        future = self._groups[question]
        known = future.done() and not future.cancelled()
        return Progress(
            question=question,
            answers=len(self.pieces[question]),
            undecided=len(undecided),
            open=len(left),
            groups=sum(any(one.key in left for one in group.pieces) for group in future.result()) if known else None,
        )

    def open_cases(self, question: str) -> list[only_inside.OpenCase]:
        """Plain cases of a question that pass only inside for somebody who still waits."""
        return [case for case in only_inside.open_cases(self.folder.run) if case.question == question]

    def current_rubric(self) -> rubric.Rubric:
        """As the file has it now, behind the authors' key ideas: somebody else may have added to it."""
        return rubric.read(self.rubric_file).beginning(self._expected)

    def decide(
        self,
        question: str,
        versions: Mapping[str, int],
        *,
        points: float | None,
        comments: Sequence[str] = (),
        note: str = "",
        seen: Mapping[str, str] | None = None,
    ) -> Act:
        """Score answers.

        Args:
            versions: id → version, as they were seen.
            points: None takes what the comments come to.
            comments: ids in the rubric.
            seen: id → :func:`autograder.desk.rubric.mark` of what each said on the page; None where there was no page.

        Raises:
            Meanwhile: somebody else was faster.
            Reworded: somebody else has changed a comment or taken it out.
            UsageError: no points, or more than there are.
        """
        possible, note = self.questions[question], rubric.typed(note)
        known = self.current_rubric()
        if seen is not None:
            known.check(question, {id: seen.get(id, "") for id in comments})
        chosen = known.chosen(question, comments)
        summed = points is None
        worth = rubric.points_of(chosen, possible) if summed else points
        if worth is None:
            raise RefusedError(N_("Give points first: f for all of them, 0 for none, or a comment that has points."))
        if not 0 <= worth <= possible:
            raise RefusedError(
                N_("%(points)s points: give a number from 0 to %(most)s."), points=f"{worth:g}", most=f"{possible:g}"
            )
        basis = Basis(comments=tuple(one.id for one in chosen), note=note, summed=summed)
        why = rubric.sentence(chosen, note) or self.to_students(N_("scored by a person"))
        keys = dict(zip(self.keys_of(question, versions), versions.values(), strict=True))
        return self._done(lambda: self.book.decide(question, keys, worth, why, basis), keys)

    def to_students(self, sentence: str) -> str:
        """In the language of their pages."""
        return translate(sentence, self.folder.run.facts.language or None)

    def undo(self, id: str) -> tuple[Act | None, tuple[str, ...]]:
        """Take an act back; see :meth:`Book.undo`."""
        with self.lock:
            act, kept = self.book.undo(id)
        self.draw(() if act is None else act.keys)
        return act, kept

    def rule(self, case: only_inside.OpenCase, *, accepted: bool, why: str) -> None:
        """Accept or refuse a case for everybody who passes it only inside."""
        with self.lock:
            self.book.rule(case.question, case.place, case.name, accepted, why)
        self.draw(result.submission.key for result in case.works)

    def unrule(self, question: str, place: int, name: str) -> None:
        """Take back what was ruled about a case.

        Raises:
            UsageError: nothing was, or somebody else has taken it back.
        """
        self.refresh()
        if not self.book.is_ruled(question, place, name):
            raise RefusedError(N_("There is nothing to undo."))
        before = {result.submission.key: result for result in self.folder.run.results}
        with self.lock:
            self.book.rule(question, place, name, None, "")
        self.draw(one.submission.key for one in self.folder.run.results if before[one.submission.key] != one)

    def refresh(self) -> None:
        """See what others have decided since; a run that grades into the folder now keeps that to itself.

        Raises:
            GradedAgainError: this desk shows another grading than the folder has.
        """
        with self.lock:
            try:
                self.folder.refresh()
                self.book.read()
            except UsageError as error:  # that a run is in the way is said when somebody decides
                if isinstance(error, GradedAgainError):
                    raise

    def affected(self, question: str, changed: rubric.Comment) -> list[tuple[Override, Override]]:
        """Decisions that a changed comment changes, as they are and as they would be."""
        after = self.current_rubric().having(question, changed)
        keys = [piece.key for piece in self.pieces[question]]
        return self.book.affected(question, keys, after, changed.id, self.questions[question])

    def change(self, question: str, comment: rubric.Comment) -> Act | None:
        """Keep a new or changed comment, and give everybody who got it what it says now: both, or neither.

        Raises:
            Meanwhile: somebody else was faster; the comment is as it was.
            UsageError: the rubric's file cannot be written.
        """

        def having(known: rubric.Rubric) -> rubric.Rubric:
            return known.having(question, comment)

        with self.lock:
            pairs = self.affected(question, comment)
            versions = {(one.key, one.question): self.book.version(one.key, one.question) for one, _ in pairs}
            if not pairs:
                self._rewrite(having)
                return None
            changed = [after for _, after in pairs]
            act = self.book.replace(changed, versions, beside=lambda: self._rewritten(having))
        self.draw(act.keys)
        return act

    def remove(self, question: str, id: str) -> None:
        """Take a comment out of the rubric; who got it keeps what it said."""
        with self.lock:
            self._rewrite(lambda known: known.without(question, id))

    def bring_in(self, content: bytes, name: str) -> int:
        """Add a file's comments to the rubric; how many were new."""
        with self.lock:
            other = rubric.parsed(content, name)
            mine, after = self._rewrite(lambda known: rubric.merged(known, other, self.questions))
        return sum(map(len, after.questions.values())) - sum(map(len, mine.questions.values()))

    def _rewrite(self, change: Callable[[rubric.Rubric], rubric.Rubric]) -> tuple[rubric.Rubric, rubric.Rubric]:
        """Change the rubric's file, before and after: two desks at once lose nobody's comment."""
        with self.book.alone():
            return self._rewritten(change)

    def _rewritten(self, change: Callable[[rubric.Rubric], rubric.Rubric]) -> tuple[rubric.Rubric, rubric.Rubric]:
        before = self.current_rubric()
        after = self._named(change(before))
        rubric.write(after, self.rubric_file)
        return before, after

    def _named(self, own: rubric.Rubric) -> rubric.Rubric:
        return msgspec.structs.replace(own, assignment=self.folder.run.facts.assignment)

    def look_for(self, text: str) -> list[str]:
        """Keep whose regrade requests are looked at, from a pasted list with a line each; lines that are nobody."""
        found, lost = filters.people(self.works.values(), text)
        with self.lock:
            self.book.ask_for(found)
        return lost

    def _done(self, work: Callable[[], Act], keys: Iterable[str]) -> Act:
        self._quiet = time.monotonic() + QUIET
        with self.lock:
            act = work()
        self.draw(keys)
        return act

    def stale(self) -> list[str]:
        """Keys of everybody about whom something was decided: a desk that was killed may not have drawn them."""
        return sorted({override.key for override in self.book.overrides} & self.works.keys())

    def draw(self, keys: Iterable[str]) -> None:
        """Draw the pages of these works, one after another, while others are decided."""
        for key in keys:
            self._drawing.submit(self._draw, key)

    def _draw(self, key: str) -> None:
        # a page can wait for a moment in which nobody waits for the desk
        while not self._closing and (left := self._quiet - time.monotonic()) > 0:
            time.sleep(left)
        # what cannot be drawn now is drawn by the run that is in the way, or when a desk is opened
        with self.lock, suppress(UsageError):
            self.folder.draw([key])

    def write(self) -> tuple[str, ...]:
        """Bring every file of the folder up to what was decided; lines that somebody should read."""
        with self.lock:
            graded = self.folder.write()
        return graded.run.warnings
