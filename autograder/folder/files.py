"""Writes a class as it stands: results, table, the LMS's files and the pages, and of these only what has changed."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from autograder import lms, report
from autograder.batch.journal import Order
from autograder.folder.figures import figures_of
from autograder.folder.fill import fill
from autograder.folder.kept import Kept
from autograder.folder.ledger import Ledger, digest
from autograder.folder.similar import similar_in
from autograder.folder.standing import Decisions, stands
from autograder.lms import ColumnRule, Roster, Written
from autograder.model import Record, Run, Status, SubmissionResult

RESULTS = "results.json"


class Graded(Record, frozen=True, kw_only=True):
    """What came of a call."""

    run: Run
    out: Path
    written: tuple[Written, ...] = ()
    recognised: tuple[str, ...] = ()
    undrawn: tuple[str, ...] = ()
    """A line for each page that could not be drawn; no grade is missing because of it."""
    unsettled: tuple[str, ...] = ()
    """What the policy could not settle; part of the run's warnings."""

    @property
    def needs_a_person(self) -> bool:
        """Some row has no grade, some grade no row or cell on the list or no settled penalty, or a page no answers."""
        run = self.run
        return (
            bool(run.refused or run.unknown or run.doubtful or self.undrawn or self.unsettled)
            or any(one.withheld for one in self.written)
            or any(result.status is not Status.GRADED for result in run.results)
        )


def rosters_of(order: Order) -> tuple[list[Roster], tuple[str, ...]]:
    """The lists that the call named and that are still there, and a line for each that is not."""
    kinds: Sequence[str | None] = order.lms or (None,) * len(order.rosters)
    rosters, lost = [], []
    for path, kind in zip(order.rosters, kinds, strict=True):
        if path.exists():
            rosters.append(lms.read_roster(path, kind=kind, id_column=order.id_column, name_column=order.name_column))
        else:
            lost.append(f"{path} is not there any more, so its file for the LMS is as it was: autograder export")
    return rosters, tuple(lost)


def write_class(
    kept: Kept, decisions: Decisions, order: Order, rosters: Sequence[Roster], *, recognised: tuple[str, ...] = ()
) -> Graded:
    """Bring every file of the folder up to what is known now; in a dry run none.

    Raises:
        UsageError: a file cannot be written.
    """
    graded, out = kept.graded, order.out
    standing = stands(graded, decisions, folder=out, missing=order.missing)
    run = standing.run
    # What counts first: whatever happens to a page or to the LMS's file, the grades are there.
    if not order.dry_run:
        _write_results(kept, run, out)
        report.write_table(run, out / "grades.csv")
    written = fill(
        run,
        rosters,
        out,
        matched=graded.matched,
        policy=graded.policy,
        rule=ColumnRule(column=order.column, scale=order.scale, missing=order.missing),
        dry_run=order.dry_run,
    )
    found_there = tuple(warning for one in written for warning in one.warnings)
    run = msgspec.structs.replace(run, warnings=(*run.warnings, *found_there))
    undrawn: tuple[str, ...] = ()
    if not order.dry_run:
        if found_there:
            _write_results(kept, run, out)
        undrawn = (*write_students(kept, run, run.results, out), *_write_class_page(kept, run, order))
    return Graded(
        run=run,
        out=out,
        written=written,
        recognised=recognised,
        undrawn=undrawn,
        unsettled=standing.unsettled,
    )


def write_students(kept: Kept, run: Run, results: Iterable[SubmissionResult], out: Path) -> tuple[str, ...]:
    """Write those pages of these students that are not as they should be; a line for each that could not be drawn."""
    common = digest(run.facts.assignment, run.facts.package_version, run.prompts, run.versions, run.facts.language)
    by_name = {name: result for result in results for name in report.page_names(result)}
    wanted = {name: digest(common, kept.made_from(result)) for name, result in by_name.items()}
    ledger = Ledger(out)
    stale = ledger.stale(wanted)
    ledger.forget(stale)
    changed = {by_name[name].submission.key: by_name[name] for name in stale}
    lost: dict[str, tuple[str, ...]] = {}
    for result in kept.full(list(changed.values())):
        lost[result.submission.key] = report.write_student(
            run, result, out, language=run.facts.language, figures=figures_of(result, out)
        )
    # one that could not be drawn is tried again the next time, and said again
    done = {name: wanted[name] for name in stale if not lost[by_name[name].submission.key]}
    if done:
        ledger.remember(done)
    return tuple(line for lines in lost.values() for line in lines)


def _write_class_page(kept: Kept, run: Run, order: Order) -> tuple[str, ...]:
    similar = similar_in(kept, order.out) if order.similarity else []
    made_from = digest(run, similar)
    ledger = Ledger(order.out)
    if not ledger.stale({report.CLASS_PAGE: made_from}):
        return ()
    ledger.forget([report.CLASS_PAGE])
    lost = report.write_class_page(run, order.out, similar=similar, language=run.facts.language)
    if not lost:
        ledger.remember({report.CLASS_PAGE: made_from})
    return lost


def _write_results(kept: Kept, run: Run, out: Path) -> None:
    """Write results.json, of which the lines that are as they should be are taken from the old one."""
    ledger, path = Ledger(out), out / RESULTS
    of = [digest(kept.made_from(result)) for result in run.results]
    facts = digest(msgspec.structs.replace(run, results=()))
    made_from = " ".join((facts, *of))
    if not ledger.stale({RESULTS: made_from}):
        return
    before = (ledger.made_from(RESULTS) or "").split()[1:]
    old = dict(zip(before, _lines_in(path.read_bytes(), len(before)), strict=True)) if before else {}
    new = [result for result, digest_ in zip(run.results, of, strict=True) if digest_ not in old]
    whole = {result.submission.key: result for result in kept.full(new)}
    lines = [
        old[digest_] if digest_ in old else report.result_line(whole[result.submission.key])
        for result, digest_ in zip(run.results, of, strict=True)
    ]
    ledger.forget([RESULTS])
    report.write_atomically(path, report.results_json(run, lines), durable=True)
    ledger.remember({RESULTS: made_from})


def _lines_in(content: bytes, count: int) -> Iterator[memoryview]:
    """The lines of the submissions in results.json, without the commas between them, as views of what was read."""
    whole = memoryview(content)
    start = content.index(b"\n") + 1
    for number in range(1, count + 1):
        end = content.index(b"\n", start)
        yield whole[start : end - (number < count)]
        start = end + 1
