"""The versions of an assignment whose numbers are drawn: each is looked at as if it were the only one.

A draw stands when its references agree, none of its mistakes is right or hidden, its answers are about as long and as
large as those of the others, and the same mistakes can be made in it. What was handed out stays: versions that stand
are kept in ``versions.json`` beside the source, in their places, as long as the draws are the same.
"""

import itertools
import json
import math
import os
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import msgspec

from autograder.build.checks.asked import asked_findings, asked_in, possible_mistakes
from autograder.build.checks.draws import (
    drawn_from,
    fault_finding,
    lost_findings,
    refusal,
    template_findings,
    told_findings,
    unused_findings,
)
from autograder.build.checks.finding import Finding
from autograder.build.course import BUILT
from autograder.build.source import Source, SourceQuestion
from autograder.build.versions import (
    POOL_FILE,
    Standing,
    concrete,
    draw_cells,
    drawn_names,
    keep_values,
    looked_digest,
    read_standing,
    sealed,
    template_digest,
    wanted,
)
from autograder.errors import AuthorError
from autograder.model import Record
from autograder.origin import installed
from autograder.versions import Drawn, Pool, Version

__all__ = ["looked_at", "note_looked_at", "pool_findings"]

_TRIED = 12
"""Draws for each version that is wanted, before it is said that there are not enough."""
_LONGER, _LARGER = 1.6, 30.0
"""How much longer, and how much larger, an answer may be than the middle one of its question."""
_COMPARED = 3
"""Draws that are looked at together at least, where only one is wanted as well: one alone is the middle of itself."""
_WORTH_A_START = 8
_SAME = "the same numbers again"


class _Look(Record, frozen=True, kw_only=True):
    """What one version of one question is like."""

    question: str
    refused: str = ""
    """The code and the words of what is wrong with it."""
    length: int = 0
    """Characters of the right answers."""
    size: float = 0.0
    """The largest number in them."""
    mistakes: tuple[str, ...] = ()
    """Which can be made in it."""
    values: dict[str, list[float] | None] = msgspec.field(default_factory=dict)
    """JAX's, as :func:`~autograder.build.versions.keep_values` takes them."""


_Looker = Callable[[Source, Sequence[Drawn]], list[list[_Look]]]
"""What looks at draws: for each of them at every question that depends on it."""


def pool_findings(path: Path, source: Source, unsolved: Mapping[int, str] | None = None) -> Iterator[Finding]:
    """What is wrong with the draws of a source; where nothing is, ``versions.json`` holds the versions afterwards.

    Args:
        path: the source's file.
        source: as it was read.
        unsolved: versions, counted from 0, in which the solution failed, and why: others take their places. The caller
            knows whose they are, and tells it.
    """
    cells = draw_cells(source)
    if not cells:
        return
    findings = list(template_findings(source))
    yield from findings
    if any(finding.error for finding in findings):
        return
    digest = template_digest(source)
    before = read_standing(path)
    kept = before if before is not None and before.template == digest else None
    try:
        standing, values, short = _stand(source, digest, kept, unsolved or {})
    except AuthorError as error:
        yield fault_finding(source, error)
        return
    yield from short
    if any(finding.error for finding in short):
        return
    if before is not None and kept is None:
        yield Finding(
            code="N07",
            cell=next(iter(cells)),
            message="The draws are others than before: a student who has the notebook already keeps the numbers in it, "
            "and would be graded on other ones.",
            fix="Hand the notebook out anew, or take the old draws back.",
            error=False,
        )
    if standing != before:
        beside = path.with_name(f".{POOL_FILE}.new")
        beside.write_bytes(msgspec.json.format(msgspec.json.encode(standing), indent=1))
        beside.replace(path.with_name(POOL_FILE))
    keep_values(path, source, values)


def looked_at(path: Path, source: Source, *, again: bool = True) -> bool:
    """Whether the versions in ``versions.json`` were all looked at, and solved, as source and package are now.

    Args:
        path: the source's file.
        source: as it was read.
        again: not believed after a change of this package; else what is committed is, while the source stays the same.
    """
    if not draw_cells(source):
        return True
    kept = read_standing(path)
    if kept is None or kept.template != template_digest(source) or kept.looked != looked_digest(source):
        return False
    if not again:
        return True
    mark = _mark(path)
    return mark.is_file() and mark.read_text(encoding="utf-8") == _marked(source)


def note_looked_at(path: Path, source: Source) -> None:
    """Remember on this machine that every version stands with this package."""
    if draw_cells(source):
        _mark(path).write_text(_marked(source), encoding="utf-8")


def _mark(path: Path) -> Path:
    return path.parent / BUILT / "looked-at"


def _marked(source: Source) -> str:
    return f"{installed()} {looked_digest(source)}"


def _stand(
    source: Source, digest: str, kept: Standing | None, unsolved: Mapping[int, str]
) -> tuple[Standing, dict[str, list[float] | None], list[Finding]]:
    count = wanted(source)
    search = _Search(source, count, kept.refused if kept is not None else {})
    search.refused.update(unsolved.values())
    seeds = itertools.count(0 if kept is None else kept.seeds)
    with _processes(count) as look:
        if kept is not None:
            search.keep(_versions_of(kept, count, unsolved), look)
        fruitless = 0
        while search.missing and search.tried <= _TRIED * count:
            missing = len(search.missing)
            least = max(missing + 2, missing * 5 // 4)
            # What gave nothing will seldom give much the next time, and each time starts a process that draws.
            more = max(least, min(least << fruitless, _TRIED * count - search.tried + 1))
            search.offer(list(drawn_from(source, [next(seeds) for _ in range(more)])), look)
            fruitless = fruitless + 1 if len(search.missing) == missing else 0
    drawn = [search.standing[place][0] for place in sorted(search.standing)]
    names = tuple(drawn[0].values) if drawn else ()
    findings = list(lost_findings(source, search.lost if kept is not None else {}))
    if search.missing:
        findings.append(_too_few(source, search.standing, search.refused, count))
    else:
        findings += unused_findings(source, names)
    versions = tuple(Version(values=tuple(each.values[name] for name in names), shown=each.shown) for each in drawn)
    pool = Pool(assignment=str(source.config.get("name") or Path(source.path).stem), names=names, versions=versions)
    findings += [] if search.missing else told_findings(source, pool)
    standing = Standing(
        template=digest,
        looked=looked_digest(source),
        seeds=next(seeds),
        seal=sealed(pool),
        refused=dict(search.refused.most_common()),
        pool=pool,
    )
    looks = (look for _, found in search.standing.values() for look in found)
    values = {key: row for look in looks for key, row in look.values.items()}
    return standing, values, findings


def _versions_of(kept: Standing, count: int, unsolved: Mapping[int, str]) -> dict[int, Drawn]:
    """The versions that students have: place → what was drawn, those aside in which the solution failed."""
    names = kept.pool.names
    return {
        place: Drawn(seed=-1, values=dict(zip(names, each.values, strict=True)), shown=each.shown)
        for place, each in enumerate(kept.pool.versions[:count])
        if place not in unsolved
    }


class _Search:
    """Fills the places of a pool with draws that stand.

    Args:
        source: the template.
        count: how many versions there are to be.
        refused: reason → how many draws were refused for it before.
    """

    def __init__(self, source: Source, count: int, refused: Mapping[str, int]) -> None:
        self._source, self._count = source, count
        self.refused: Counter[str] = Counter(refused)
        self.standing: dict[int, tuple[Drawn, list[_Look]]] = {}
        """Place → what stands there."""
        self.lost: dict[int, str] = {}
        """Places whose version students have and that does not stand any more, and why."""
        self.tried = 0

    @property
    def missing(self) -> list[int]:
        """Places that are free."""
        return [place for place in range(self._count) if place not in self.standing]

    def keep(self, versions: Mapping[int, Drawn], look: _Looker) -> None:
        """Leave what students have in its place, unless something is wrong with it: to be longer than others is not."""
        looks = look(self._source, list(versions.values()))
        for (place, drawn), found in zip(versions.items(), looks, strict=True):
            if why := _wrong(found):
                self.refused[why] += 1
                self.lost[place] = why
            else:
                self.standing[place] = (drawn, found)

    def offer(self, candidates: Sequence[Drawn], look: _Looker) -> None:
        """Put draws that stand into free places; no more are looked at than it takes."""
        self.tried += len(candidates)
        known = {_key(drawn) for drawn, _ in self.standing.values()}
        new = {_key(drawn): drawn for drawn in candidates if _key(drawn) not in known}
        if again := len(candidates) - len(new):
            self.refused[_SAME] += again
        waiting = list(new.values())
        while waiting and self.missing:
            several = max(len(self.missing), _COMPARED)
            now, waiting = waiting[:several], waiting[several:]
            looks = look(self._source, now)
            middle = _middle([*(found for _, found in self.standing.values()), *looks])
            for drawn, found in zip(now, looks, strict=True):
                if why := _wrong(found) or _uneven(found, middle):
                    self.refused[why] += 1
                elif free := self.missing:
                    self.standing[free[0]] = (drawn, found)


def _wrong(looks: Sequence[_Look]) -> str:
    return next((look.refused for look in looks if look.refused), "")


def _key(drawn: Drawn) -> str:
    return json.dumps(drawn.values, sort_keys=True)


@contextmanager
def _processes(count: int) -> Iterator[_Looker]:
    """What looks at versions on every core: each is independent of the others, and a few are not worth a start."""
    others = min(4, os.cpu_count() or 1) - 1
    if count < _WORTH_A_START or not others:
        yield lambda source, drawn: [_look(source, each) for each in drawn]
        return
    with ProcessPoolExecutor(others, mp_context=get_context("spawn")) as pool:

        def looks(source: Source, drawn: Sequence[Drawn]) -> list[list[_Look]]:
            coming = [pool.submit(_look, source, each) for each in drawn]
            # this process has read and compiled already what another one begins with: it takes what nobody has begun
            own = {
                place: _look(source, drawn[place]) for place in reversed(range(len(drawn))) if coming[place].cancel()
            }
            return [own[place] if place in own else each.result() for place, each in enumerate(coming)]

        yield looks


def _look(source: Source, drawn: Drawn) -> list[_Look]:
    """Every question that depends on what was drawn, in this version."""
    names = tuple(drawn.values)
    version = Version(values=tuple(drawn.values.values()), shown=drawn.shown)
    pool = Pool(assignment="", names=names, versions=(version,))
    of_version = concrete(source, pool, version)
    looks = []
    for template, question in zip(source.questions, of_version.questions, strict=True):
        if drawn_names(template, names):
            looks.append(_look_at(of_version, question))
            if looks[-1].refused:
                break
    return looks


def _look_at(source: Source, question: SourceQuestion) -> _Look:
    from autograder.build.checks.hints import answer_findings, entries_of_answer, hint_findings

    asked, unmade = asked_in(question)
    findings = [*unmade, *asked_findings(question, asked)]
    findings += [*answer_findings(source, question, asked), *hint_findings(question, asked)]
    against = [each for each in findings if (each.error or each.code == "M06") and each.code not in question.meant]
    if against:
        return _Look(question=question.name, refused=f"{question.name}: {refusal(against[0])}")
    answers = [answer for _, each in asked for answer in entries_of_answer(each)]
    return _Look(
        question=question.name,
        length=sum(map(_length, answers)),
        size=max((size for answer in answers for size in _numbers(answer)), default=0.0),
        mistakes=tuple(sorted(possible_mistakes(asked))),
        values={key: row for _, each in asked for key, row in getattr(each, "second_values", dict)().items()},
    )


def _length(answer: Any) -> int:
    """Characters of a right answer; of a decimal four digits, for 47.153… is no harder to find than 21.6."""
    import numpy as np

    if isinstance(answer, np.ndarray):
        return sum(len(f"{float(each):.4g}") for each in answer.ravel())
    return len(str(answer))


def _numbers(answer: Any) -> Iterable[float]:
    import numpy as np
    import sympy as sp

    if isinstance(answer, np.ndarray):
        return [abs(float(each)) for each in answer.ravel() if math.isfinite(float(each))]
    return [abs(float(each)) for each in answer.atoms(sp.Number) if each.is_finite]


def _middle(looks: Sequence[Sequence[_Look]]) -> dict[str, _Look]:
    """Of each question the middle length and size, and the mistakes that most versions have."""
    by_question: dict[str, list[_Look]] = {}
    for found in looks:
        for each in found:
            if not each.refused:
                by_question.setdefault(each.question, []).append(each)
    return {
        question: _Look(
            question=question,
            length=int(statistics.median(each.length for each in those)),
            size=statistics.median(each.size for each in those),
            mistakes=Counter(each.mistakes for each in those).most_common(1)[0][0],
        )
        for question, those in by_question.items()
    }


def _uneven(looks: Sequence[_Look], middle: dict[str, _Look]) -> str:
    for each in looks:
        usual = middle[each.question]
        if not usual.length / _LONGER - 4 <= each.length <= usual.length * _LONGER + 4:
            return f"{each.question}: its answer is longer or shorter than the others'"
        if each.size > usual.size * _LARGER + 10:
            return f"{each.question}: its answer has larger numbers than the others'"
        if each.mistakes != usual.mistakes:
            return f"{each.question}: other mistakes can be made in it"
    return ""


def _too_few(source: Source, standing: dict[int, Any], refused: Counter[str], count: int) -> Finding:
    reasons = "; ".join(f"{number} times {why}" for why, number in refused.most_common(4))
    worst = refused.most_common(1)[0][0] if refused else ""
    draws = draw_cells(source)
    question = next((each for each in source.questions if worst.startswith(f"{each.name}: ")), None)
    if question is None:
        change = (
            f"Give {', '.join(_names(source))} more values to draw from, or write a smaller `versions:` into "
            "# ASSIGNMENT CONFIG."
        )
    else:
        names = ", ".join(drawn_names(question, _names(source)))
        change = f"Change what {names} may be, which decides {question.name}, or write a smaller `versions:`."
    return Finding(
        code="N06",
        question=question.name if question else None,
        cell=next(iter(draws)),
        message=f"{len(standing)} of {count} versions stand. Refused: {reasons}.",
        fix=change,
    )


def _names(source: Source) -> list[str]:
    return list(next(iter(drawn_from(source, [0]))).values)
