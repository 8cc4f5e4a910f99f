"""Which mutants are made: a place in the code drawn by a seed, then one of the changes that Cosmic Ray knows for it."""

import ast
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from cosmic_ray.commands.init import init
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import WorkDB
from cosmic_ray.work_item import WorkItem

AREAS = ("compare", "grading", "otter", "lms", "report")

Place = tuple[str, tuple[int, int]]

_SAME = {f"core/ReplaceComparisonOperator_{change}" for change in ("Is_Eq", "IsNot_NotEq")}
"""What ``is`` is asked of here, None, a member of an enumeration, a node, is equal to nothing else."""


def files(area: str) -> list[Path]:
    """The modules of an area, as paths below the checkout that is the current folder."""
    folder = Path("autograder", area)
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]


def area_of(path: str) -> str:
    return next(area for area in AREAS if Path(path) in files(area))


def sample(session: Path, areas: list[str], size: int, seed: int) -> None:
    """Fill Cosmic Ray's ``session`` with ``size`` mutants, as many of each area as of the others.

    Drawn by place and not by mutant: a single ``<`` has eight mutants, an ``and`` has one, and what is asked is how
    many places could be wrong unseen.
    """
    drawn: list[WorkItem] = []
    for number, area in enumerate(areas):
        everything = WorkDB(":memory:", WorkDB.Mode.create)
        init(files(area), everything, {})
        chance = random.Random(f"{seed} {area}")
        by_place: dict[Place, list[WorkItem]] = defaultdict(list)
        for item in sorted(everything.work_items, key=_order):
            by_place[_place(item)].append(item)
        places = sorted(by_place.keys() - _unread(by_place.keys()))
        share = size // len(areas) + (number < size % len(areas))
        for place in chance.sample(places, min(share, len(places))):
            shuffled = chance.sample(by_place[place], len(by_place[place]))
            able = (item for item in shuffled if _can_be_made(item))
            drawn += islice(able, 1)
    database = WorkDB(str(session), WorkDB.Mode.create)
    database.clear()
    database.add_work_items(drawn)
    database.close()


def _can_be_made(item: WorkItem) -> bool:
    """Not where nothing changes; and Cosmic Ray stops at an exception with a dot in its name."""
    (change,) = item.mutations
    if change.operator_name in _SAME:
        return False
    operator = get_operator(change.operator_name)(**change.operator_args)
    try:
        mutate_code(Path(change.module_path).read_text(encoding="utf-8"), operator, change.occurrence)
    except AttributeError:
        return False
    return True


def _order(item: WorkItem) -> tuple[str, tuple[int, int], str, int]:
    (change,) = item.mutations
    return str(change.module_path), change.start_pos, change.operator_name, change.occurrence


def _place(item: WorkItem) -> Place:
    (change,) = item.mutations
    return str(change.module_path), change.start_pos


def _unread(places: Iterable[Place]) -> set[Place]:
    """Those of the places where nothing that runs stands: ``X | None`` in an annotation is no or."""
    spans = {path: [*_annotations(Path(path)), *_contracts(Path(path))] for path in {path for path, _ in places}}
    return {(path, at) for path, at in places if any(start <= at < end for start, end in spans[path])}


def _annotations(path: Path) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        for child in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if isinstance(child, ast.expr):
                yield (child.lineno, child.col_offset), (child.end_lineno or 0, child.end_col_offset or 0)


def _contracts(path: Path) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """A Protocol is never called, nor are its defaults asked for."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef) and any("Protocol" in ast.unparse(base) for base in node.bases):
            yield (node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)
