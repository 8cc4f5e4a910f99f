"""The journal's decisions as the desk needs them: what counts for whom, in which version, and how to take it back.

Every write holds the journal, which lets nobody else in, reads what others have written since, and refuses where that
touches the same answers. So two windows, two desks and a terminal can work on one folder.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from autograder.batch.journal import Basis, Journal, Override, Ruling, now
from autograder.desk import rubric
from autograder.errors import RefusedError
from autograder.folder import Decisions, Folder
from autograder.model import Record

N_ = str  # marks a sentence for translation where it is not yet translated
At = tuple[str, str]
"""A submission's key and a question's name."""
_MARKS, _SEED, _REQUESTS = "desk asked again", "desk order", "desk requests"
"""Under these names the journal keeps marks, what orders are shuffled by, and who asked for a regrade."""


class Mark(Record, frozen=True, kw_only=True):
    """An answer about which somebody is asked again."""

    key: str
    question: str
    on: bool
    who: str
    at: str


class Act(Record, frozen=True, kw_only=True):
    """What was decided by one key press: one decision for one or many answers."""

    id: str
    question: str
    keys: tuple[str, ...]
    points: float | None
    """None: decisions were withdrawn, or the points differ."""
    why: str
    who: str
    at: str
    undoes: str = ""
    """Id of the act that it took back."""
    undone: bool = False


class Meanwhile(Exception):
    """Somebody else has decided about these answers since they were shown; nothing was stored."""

    def __init__(self, by: Mapping[str, Override]) -> None:
        super().__init__(", ".join(by))
        self.by = dict(by)
        """Key → the decision that is there now."""


class Book:
    """What was decided about one folder's class.

    Args:
        folder: open for decisions.
        who: whose decisions are made here.

    Raises:
        UsageError: the journal cannot be read, or another run holds it. Every method that writes raises it as well.
    """

    def __init__(self, folder: Folder, who: str) -> None:
        self._folder = folder
        self.who = who
        self.overrides: list[Override] = []
        self.asked_again: dict[At, Mark] = {}
        """Answers about which somebody is asked again."""
        self._last: dict[At, int] = {}
        self._acts: dict[str, list[int]] = {}
        self._stack: dict[At, list[int]] = {}
        """Answer → decisions that were not taken back, the one that counts last."""
        self._moved: dict[tuple[At, str], int] = {}
        """Answer and act → the decision that the act put on the stack, or took from it."""
        self.requests: frozenset[str] = frozenset()
        """Keys of those whose regrade requests are looked at."""
        with self._journal() as journal:
            self.seed = journal.fact(_SEED) or secrets.token_hex(8)
            """What orders are shuffled by: the same in every session."""
            journal.set_fact(_SEED, self.seed)
        self.read()

    def _journal(self) -> Journal:
        return Journal(self._folder.path / "journal.db")

    def alone(self) -> Journal:
        """Keep everybody else out for a moment, as for a change of the rubric's file.

        Raises:
            UsageError: a run is grading into the folder.
        """
        return self._journal()

    def read(self) -> None:
        """Read what the folder and the journal know by now."""
        self._read_decisions()
        with self._journal() as journal:
            self._mark(_marks(journal))
            self.requests = frozenset(journal.record(_REQUESTS, list[str]) or ())

    def _read_decisions(self) -> None:
        """What the folder knows, without the journal, which somebody else may hold after a decision was stored."""
        for override in self._folder.decisions.overrides[len(self.overrides) :]:
            self._take(override)

    def _take(self, override: Override) -> None:
        place, at = len(self.overrides), (override.key, override.question)
        act = override.act or f"#{place}"
        self.overrides.append(override)
        self._last[at] = place
        self._acts.setdefault(act, []).append(place)
        stack = self._stack.setdefault(at, [])
        moved = self._moved.get((at, override.undoes), place)
        self._moved[at, act] = moved
        if moved in stack:
            stack.remove(moved)
        else:
            stack.append(moved)

    @property
    def rulings(self) -> Sequence[Ruling]:
        """Every ruling about a case, oldest first."""
        return self._folder.decisions.rulings

    def version(self, key: str, question: str) -> int:
        """Of what was decided about an answer; 0 where nothing was."""
        return self._last.get((key, question), -1) + 1

    def decision(self, key: str, question: str) -> Override | None:
        """The one that counts."""
        place = self._last.get((key, question))
        found = None if place is None else self.overrides[place]
        return None if found is None or found.points is None else found

    def acts(self) -> list[Act]:
        """Everything that was decided, newest first."""
        return [self._act(id, places) for id, places in reversed(list(self._acts.items()))]

    def _is_undone(self, id: str, places: Sequence[int]) -> bool:
        """Whether nothing of an act counts any more because it was taken back; of one that took back, the reverse."""
        took_back = bool(self.overrides[places[0]].undoes)
        there = [self._moved[self._at(place), id] in self._stack[self._at(place)] for place in places]
        return all(there) if took_back else not any(there)

    def _at(self, place: int) -> At:
        return self.overrides[place].key, self.overrides[place].question

    def _act(self, id: str, places: Sequence[int]) -> Act:
        own = [self.overrides[place] for place in places]
        points = {one.points for one in own}
        return Act(
            id=id,
            question=own[0].question,
            keys=tuple(one.key for one in own),
            points=points.pop() if len(points) == 1 else None,
            why=own[0].why,
            who=own[0].who,
            at=own[0].at,
            undoes=own[0].undoes,
            undone=self._is_undone(id, places),
        )

    def decide(
        self, question: str, versions: Mapping[str, int], points: float, why: str, basis: Basis | None = None
    ) -> Act:
        """Give the same points to several answers.

        Args:
            versions: key → the version of its decision that the person saw.

        Raises:
            Meanwhile: another decision has come since about one of them.
        """
        act = secrets.token_hex(6)
        made = [self._made(key, question, points, why, act, basis=basis) for key in versions]
        return self._write(act, made, {(key, question): version for key, version in versions.items()})

    def replace(
        self,
        changed: Sequence[Override],
        versions: Mapping[At, int],
        *,
        beside: Callable[[], object] = lambda: None,
    ) -> Act:
        """Put other points, words or both in the place of decisions, as one act.

        Args:
            beside: what has to be done before them, while nobody else can write; where it raises, nothing is decided.

        Raises:
            Meanwhile: another decision has come since about one of them.
        """
        act, at = secrets.token_hex(6), now()
        made = [msgspec.structs.replace(one, act=act, undoes="", who=self.who, at=at) for one in changed]
        return self._write(act, made, versions, beside)

    def affected(
        self, question: str, keys: Iterable[str], after: rubric.Rubric, id: str, possible: float
    ) -> list[tuple[Override, Override]]:
        """Decisions that a changed comment changes, as they are and as they would be.

        One that has a comment of another rubric as well stays: nobody knows here what that one said.

        Args:
            keys: whose decisions are looked at.
            after: the rubric with the changed comment.
            id: of the comment.
            possible: the question's points.
        """
        pairs = []
        for key in keys:
            decision = self.decision(key, question)
            if decision is None or decision.basis is None or id not in decision.basis.comments:
                continue
            chosen = after.chosen(question, decision.basis.comments, removed=True)
            if len(chosen) < len(set(decision.basis.comments)):
                continue
            points = decision.points
            if decision.basis.summed:
                points = rubric.points_of(chosen, possible)
                points = decision.points if points is None else points
            why = rubric.sentence(chosen, decision.basis.note) or decision.why
            if (points, why) != (decision.points, decision.why):
                pairs.append((decision, msgspec.structs.replace(decision, points=points, why=why)))
        return pairs

    def undo(self, id: str) -> tuple[Act | None, tuple[str, ...]]:
        """Take an act back: what counted before it counts again.

        Returns:
            The act of undoing, None where nothing of it counts any more; and keys that were decided anew since.

        Raises:
            UsageError: there is no such act.
        """
        self._folder.refresh()
        self._read_decisions()
        if id not in self._acts:
            raise RefusedError(N_("There is nothing to undo."))
        back = secrets.token_hex(6)
        kept, made, versions = [], [], {}
        for place in self._acts.get(id, ()):
            at = self._at(place)
            moved, stack = self._moved[at, id], list(self._stack[at])
            if stack[-1:] == [moved]:
                stack.pop()
            elif moved in stack or self._last[at] != place:
                kept.append(at[0])
                continue
            else:
                stack.append(moved)
            before = self.overrides[stack[-1]] if stack else None
            points, why, basis = (None, "", None) if before is None else (before.points, before.why, before.basis)
            made.append(self._made(*at, points, why, back, basis=basis, undoes=id))
            versions[at] = self._last[at] + 1
        return (self._write(back, made, versions) if made else None), tuple(kept)

    def latest(self) -> tuple[Act | None, tuple[Act, str] | None]:
        """The last act of this person's that can be taken back.

        Returns:
            It; and the last one that was passed over, with who has decided all of it anew since, where one was.
        """
        passed: tuple[Act, str] | None = None
        for id, places in reversed(list(self._acts.items())):
            first = self.overrides[places[0]]
            if first.who != self.who or first.undoes or self._is_undone(id, places):
                continue
            if any(self._is_top(place) for place in places):
                return self._act(id, places), passed
            tops = [self.overrides[stack[-1]] for place in places if (stack := self._stack[self._at(place)])]
            others = [one.who for one in tops if one.who != self.who]
            if passed is None and others:
                passed = self._act(id, places), others[0]
        return None, passed

    def _is_top(self, place: int) -> bool:
        return self._stack[self._at(place)][-1:] == [place]

    def is_ruled(self, question: str, place: int, name: str) -> bool:
        """Whether a ruling about this very case counts."""
        own = [one for one in self.rulings if (one.question, one.place) == (question, place)]
        return bool(own) and own[-1].accepted is not None and own[-1].name == name

    def rule(self, question: str, place: int, name: str, accepted: bool | None, why: str) -> None:
        """Decide a case that passes only inside for everybody; None takes it back."""
        ruling = Ruling(question=question, place=place, name=name, accepted=accepted, why=why, who=self.who, at=now())
        self._folder.decide(rulings=[ruling], draw=False)
        self._read_decisions()

    def ask_again(self, question: str, keys: Iterable[str], *, on: bool) -> None:
        """Mark answers about which somebody is to be asked, or take the mark away."""
        at = now()
        with self._journal() as journal:
            marks = _marks(journal)
            marks += [Mark(key=key, question=question, on=on, who=self.who, at=at) for key in keys]
            journal.set_fact(_MARKS, msgspec.json.encode(marks).decode())
        self._mark(marks)

    def _mark(self, marks: Iterable[Mark]) -> None:
        last = {(mark.key, mark.question): mark for mark in marks}
        self.asked_again = {at: mark for at, mark in last.items() if mark.on}

    def ask_for(self, keys: Iterable[str]) -> None:
        """Keep whose regrade requests are looked at."""
        self.requests = frozenset(keys)
        with self._journal() as journal:
            journal.set_fact(_REQUESTS, msgspec.json.encode(sorted(self.requests)).decode())

    def _made(
        self,
        key: str,
        question: str,
        points: float | None,
        why: str,
        act: str,
        *,
        basis: Basis | None = None,
        undoes: str = "",
    ) -> Override:
        made = self._folder.decision(key, question, points, why=why, who=self.who)
        return msgspec.structs.replace(made, act=act, undoes=undoes, basis=basis)

    def _write(
        self,
        act: str,
        made: Sequence[Override],
        versions: Mapping[At, int],
        beside: Callable[[], object] = lambda: None,
    ) -> Act:
        def unchanged(decisions: Decisions) -> None:
            since = {(one.key, one.question): n for n, one in enumerate(decisions.overrides, start=1)}
            others = {at: since[at] for at, version in versions.items() if since.get(at, 0) != version}
            if others:
                raise Meanwhile({key: decisions.overrides[n - 1] for (key, _), n in others.items()})
            beside()

        try:
            self._folder.decide(made, unless=unchanged, draw=False)
        except Meanwhile:
            self._folder.refresh()
            self._read_decisions()
            raise
        self._read_decisions()
        return self._act(act, self._acts[act])


def _marks(journal: Journal) -> list[Mark]:
    return journal.record(_MARKS, list[Mark]) or []
