"""What an author has to know of a question before a class answers it.

Can the mistakes that are counted on be told apart on this function, and do the hints keep the answer to themselves?
"""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import combinations, islice
from typing import Any

import msgspec
import numpy as np

from autograder.locale import available, translate
from autograder.mistakes.calculus import Node, num, read, to_sympy
from autograder.mistakes.catalogue import MISTAKES, hint
from autograder.mistakes.diagnosis import Candidate, Table, agree, table_of
from autograder.mistakes.leak_check import leak_search
from autograder.model import Evidence, Record

SIGNIFICANT = 1e-7
PLACES = (3.0, 2.0, 5.0, 4.0, 7.0)
POINTS_TRIED = 8
"""Other points at which it is looked which mistakes are right there."""
VARIATIONS = 24
_ON_A_SET = frozenset({"Implicit", "ProjectedGradient"})
"""Kinds whose point meets an equation: another one, which does not, is no advice."""


class Finding(Record, frozen=True, kw_only=True):
    """What an author should know about the mistakes of one question."""

    code: str
    """``M01`` unknown id, ``M02`` does not occur here, ``M03`` gives the right answer, ``M04`` two give the same wrong
    answer, ``M05`` a hint shows a part of the answer, ``M06`` (advice) one is right at the question's point."""
    question: str
    message: str
    fix: str


def certify(question: Any, *, claimed: Iterable[str] | None = None, name: str = "") -> list[Finding]:
    """Check the mistakes that a question claims to name.

    Args:
        question: a question with ``task()`` (its :class:`autograder.model.Evidence`) and ``credit``, or the evidence.
        claimed: ids; None takes those that the question gives credit for.
        name: the question's name, for the message.

    Returns:
        Empty when every claimed mistake occurs, differs from the right answer and from every other claimed one at the
        question's points, and no hint of any mistake that fits shows a part of the answer.
    """
    evidence = question if isinstance(question, Evidence) else _evidence(question)
    label = name or getattr(question, "name", None) or ""
    ids = list(getattr(question, "credit", {}) if claimed is None else claimed)
    findings = [
        Finding(
            code="M01",
            question=label,
            message=f"There is no mistake {each!r} in the catalogue.",
            fix="Take an id from docs/mistakes.md.",
        )
        for each in ids
        if each not in MISTAKES
    ]
    if evidence is None:
        return findings
    if (table := table_of(evidence)) is None:
        return findings
    made = _made(table)
    findings += _claims(table, made, [each for each in ids if each in MISTAKES], evidence, label)
    findings += _hints(table, made, evidence, label)
    findings += _lucky(table, made, evidence, label)
    return findings


def possible(question: Any) -> set[str]:
    """Ids of the mistakes that can be made in a question: of which wrong answers can be generated."""
    found = {mistake for mistake, _ in question.wrong_answers()}
    evidence = _evidence(question)
    table = None if evidence is None else table_of(evidence)
    return found if table is None else found | {*_made(table)}


def same_mistakes(question: Any) -> Any:
    """What :func:`certify` and :func:`possible` say of a question hangs on this alone; None where on more.

    A hidden test asks what the public one does, at other points. For shares of the points (``credit=``) two mistakes
    must differ at each test's own.
    """
    evidence = None if getattr(question, "credit", None) else _evidence(question)
    if evidence is None or evidence.function is None or evidence.data:
        return None
    function = evidence.function if isinstance(evidence.function, tuple) else (evidence.function,)
    # another point to ask at is looked for inside the domain
    domain = None if evidence.at is None else tuple(sorted(evidence.domain.items()))
    return (
        *(evidence.kind, function, evidence.variables, evidence.wrt, evidence.order, evidence.at, evidence.direction),
        *(evidence.start, evidence.step, evidence.count, evidence.rtol, domain),
    )


def _evidence(question: Any) -> Evidence | None:
    task = getattr(question, "task", None)
    found = task() if callable(task) else None
    return found if isinstance(found, Evidence) else None


def _made(table: Table) -> dict[str, list[tuple[tuple[int, ...], Candidate, Any]]]:
    found: dict[str, list[tuple[tuple[int, ...], Candidate, Any]]] = {}
    for values_only in (False, True):
        for shape, (candidates, values) in table.made(values_only).items():
            for candidate, value in zip(candidates, values, strict=True):
                found.setdefault(candidate.id, []).append((shape, candidate, value))
    return found


def _same(a: tuple[tuple[int, ...], Candidate, Any], b: tuple[tuple[int, ...], Candidate, Any]) -> bool:
    return a[0] == b[0] and bool(agree(a[2][None], b[2][None], SIGNIFICANT)[0])


def _right(table: Table, row: tuple[tuple[int, ...], Candidate, Any]) -> bool:
    return row[0] == table.task.shape and bool(agree(row[2][None], table.right[None], SIGNIFICANT)[0])


def _claims(
    table: Table, made: Mapping[str, list[Any]], ids: list[str], evidence: Evidence, label: str
) -> Iterator[Finding]:
    with np.errstate(all="ignore"):
        for each in ids:
            entry = MISTAKES[each]
            # what goes wrong between two lines hangs on the lines that a student writes
            if entry.fits is not None or entry.raised is not None or entry.area == "lines":
                continue
            if each not in made:
                yield Finding(
                    code="M02",
                    question=label,
                    message=f"The mistake {each!r} ({entry.title}) cannot be made on this function.",
                    fix=f"It needs {entry.applies}: change the function, or leave the mistake out.",
                )
            elif all(_right(table, row) for row in made[each]):
                yield Finding(
                    code="M03",
                    question=label,
                    message=f"The mistake {each!r} ({entry.title}) gives the right answer here.",
                    fix=_better(evidence, each, each) or "Choose another function or another point.",
                )
        for one, two in combinations([each for each in ids if each in made], 2):
            for a in made[one]:
                b = next((row for row in made[two] if _same(a, row) and not _right(table, a)), None)
                if b is None or two in MISTAKES[one].instead_of or one in MISTAKES[two].instead_of:
                    continue
                where = "at this point" if evidence.at is not None else "on this function"
                yield Finding(
                    code="M04",
                    question=label,
                    message=f"The mistakes {one!r} and {two!r} give the same wrong answer {where}: {a[1].text()}.",
                    fix=_better(evidence, one, two) or "Choose a function with more different parts, or another point.",
                )
                break


def _elsewhere(evidence: Evidence) -> Iterator[tuple[str, Evidence]]:
    """The question a little changed, with what to do in words: another point, or more steps of an update rule."""
    if evidence.kind == "Optimiser":
        for more in (1, 2, 4):
            count = (evidence.count or 0) + more
            yield f"ask for {count} steps", msgspec.structs.replace(evidence, count=count)
        return
    if evidence.kind in _ON_A_SET:
        return
    for at in islice(_other_points(evidence), POINTS_TRIED):
        point = dict(zip(evidence.variables, at, strict=True))
        words = "ask at " + ", ".join(f"{name} = {value:g}" for name, value in point.items())
        data = evidence.data
        if data and "place" in data:  # a polynomial's derivatives are taken there
            data = {**data, "place": {name: Fraction(value) for name, value in point.items()}}
        yield words, msgspec.structs.replace(evidence, at=at, points=(point,), data=data)


def _right_elsewhere(evidence: Evidence) -> Iterator[tuple[str, set[str]]]:
    """What else the question could ask, in words, and the mistakes that give the right value there."""
    for words, changed in _elsewhere(evidence):
        try:
            with np.errstate(all="ignore"):
                other = Table(msgspec.structs.replace(changed, desired=None, actual=None))
                if not np.all(np.isfinite(other.right)) or np.any(np.abs(other.right.imag) > 0):
                    continue
                right = _right_ids(other, _made(other))
        except (TypeError, ValueError, ArithmeticError, RecursionError):
            continue
        yield words, right


def _lucky(table: Table, made: Mapping[str, list[Any]], evidence: Evidence, label: str) -> Iterator[Finding]:
    """Mistakes that give the right value here and not elsewhere: x = 1 hides a power, one step what is remembered."""
    if evidence.kind != "Optimiser" and (evidence.at is None or not evidence.variables):
        return
    with np.errstate(all="ignore"):
        here = _right_ids(table, made)
    if not here:
        return
    elsewhere = list(_right_elsewhere(evidence))
    if not elsewhere:
        return
    # what is right at every point is no mistake on this function at all: a sign lost from 0·x, say
    always = set.intersection(*(right for _, right in elsewhere))
    if not (lucky := sorted(here - always, key=lambda name: MISTAKES[name].rank)):
        return
    named = ", ".join(f"{name!r} ({MISTAKES[name].title})" for name in lucky[:3]) + (" and others" * (len(lucky) > 3))
    better = next((words for words, right in elsewhere if right <= always), None)
    best, _ = min(elsewhere, key=lambda pair: len(pair[1]))
    where = "After so few steps" if evidence.kind == "Optimiser" else "At this point"
    yield Finding(
        code="M06",
        question=label,
        message=f"{where} a mistake earns full marks: {named}.",
        fix=f"For example, {better}." if better else f"Fewer mistakes are right if you {best}.",
    )


def _right_ids(table: Table, made: Mapping[str, list[Any]]) -> set[str]:
    # a difference quotient that is near enough is no luck
    return {
        name
        for name, rows in made.items()
        if MISTAKES[name].area != "numerics" and any(_right(table, row) for row in rows)
    }


def _other_points(evidence: Evidence) -> Iterator[tuple[float, ...]]:
    """Points that hide little, inside the domain: different whole numbers first, above one."""
    count = len(evidence.variables)
    for scale in (1.0, 0.5, -1.0, 0.1):
        for start in range(len(PLACES)):
            for step in (1, -1):
                at = tuple(scale * PLACES[(start + step * k) % len(PLACES)] for k in range(count))
                ends = (evidence.domain.get(name, (None, None)) for name in evidence.variables)
                if all(
                    (low is None or low < x) and (high is None or x < high)
                    for x, (low, high) in zip(at, ends, strict=True)
                ):
                    yield at


def _hints(table: Table, made: Mapping[str, list[Any]], evidence: Evidence, label: str) -> Iterator[Finding]:
    search = leak_search([to_sympy(entry) for entry in table.task.flat], strict=True)
    hints = [
        (each, level, language, translate(hint([each], level), language))
        for each in made
        for level in (1, 2)
        for language in available()
    ]
    # most show nothing; no formula and no number goes on from one to the next
    if not search("\n;\n".join(text for *_, text in hints)):
        return
    for each, level, language, text in hints:
        found = search(text)
        if found:
            shown = found[0].found
            yield Finding(
                code="M05",
                question=label,
                message=f"Hint {level} of {each!r} ({language}) shows {shown!r} of the answer: {text}",
                fix="Word the hint without formulas and numbers.",
            )


def _better(evidence: Evidence, one: str, two: str) -> str | None:
    """A point, or a function with one number changed, at which the two differ and neither is right."""
    for changed, words in _variations(evidence):
        try:
            table = Table(msgspec.structs.replace(changed, desired=None, actual=None))
        except (TypeError, ValueError, ArithmeticError, RecursionError):
            continue
        made = _made(table)
        with np.errstate(all="ignore"):
            rows = [row for each in {one, two} for row in made.get(each, [])]
            if not rows or any(each not in made for each in (one, two)) or any(_right(table, row) for row in rows):
                continue
            if one != two and any(_same(a, b) for a in made[one] for b in made[two]):
                continue
        return words
    return None


def _variations(evidence: Evidence) -> Iterator[tuple[Evidence, str]]:
    if evidence.at is not None:
        for shift in (0.5, 1.0, -0.5, 2.0, 1.7):
            at = tuple(value + shift * (k + 1) for k, value in enumerate(evidence.at))
            point = dict(zip(evidence.variables, at, strict=True))
            shown = ", ".join(f"{name} = {value:g}" for name, value in point.items())
            yield msgspec.structs.replace(evidence, at=at, points=(point,)), f"For example, ask at {shown}."
    if isinstance(evidence.function, tuple):
        return
    root = read(evidence.function)
    numbers = [node for node in root.walk() if node.op == "num" and isinstance(node.value, int)]
    for node in numbers[:VARIATIONS]:
        for step in (1, 2):
            changed = to_sympy(_replaced(root, node, num(node.value + step)))
            yield msgspec.structs.replace(evidence, function=changed), f"For example, take {changed}."
    for name in evidence.variables:
        changed = to_sympy(root) + 3 * _symbol(name) ** 2
        yield msgspec.structs.replace(evidence, function=changed), f"For example, take {changed}."


def _symbol(name: str) -> Any:
    return to_sympy(Node("var", (), name))


def _replaced(node: Node, old: Node, new: Node) -> Node:
    if node is old:
        return new
    return Node(node.op, tuple(_replaced(arg, old, new) for arg in node.args), node.value) if node.args else node
