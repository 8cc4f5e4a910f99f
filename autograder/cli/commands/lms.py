"""``autograder roster``, ``intake``, ``export`` and ``upload``: between the LMS and the grades."""

import os
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.cli import NEEDS_A_PERSON
from autograder.errors import UsageError

if TYPE_CHECKING:
    from autograder.lms import AssignmentPolicy, FeedbackZip, Roster, Written
    from autograder.model import Run, Student, Submission

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _named(student: "Student") -> str:
    return f"{student.name} ({student.id})" if student.name else student.id


def _listed(title: str, lines: Iterable[str]) -> None:
    entries = list(lines)
    if entries:
        click.echo(f"{title}: {len(entries)}")
        for line in entries:
            # names come from students: no control characters reach the terminal
            click.echo("  " + "".join(c if c.isprintable() else "�" for c in line))


@click.command()
@click.argument("file", type=_FILE)
@click.option("--lms", metavar="NAME", help="The LMS, where the columns do not tell.")
@click.option("--id-column", metavar="TITLE", help="Column of ids, for any CSV.")
@click.option("--name-column", metavar="TITLE", help="Its column of names.")
def roster(file: Path, lms: str | None, id_column: str | None, name_column: str | None) -> None:
    """Show what is recognised in a class list: whose export it is, its students and its columns for grades."""
    from autograder.lms import read_roster

    found = read_roster(file, kind=lms, id_column=id_column, name_column=name_column)
    click.echo(f"{file.name}: {found.layout.form} ({found.kind}), {len(found.students)} students")
    _listed(
        "columns for grades",
        (
            column.title
            + (f", id {column.id}" if column.id else "")
            + (f", out of {column.possible:f}" if column.possible is not None else "")
            for column in found.columns
        ),
    )
    _listed("students", (_named(entry.student) for entry in found.students))
    if timed := [entry for entry in found.students if entry.submitted or entry.late or entry.due]:
        late, own = sum(bool(entry.late) for entry in timed), sum(entry.due is not None for entry in timed)
        click.echo(f"when work came: of {len(timed)}; late there: {late}; with a due date of their own: {own}")
    _listed("to know", found.warnings)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path())
@click.option("--assignment", metavar="NAME", help="Its name, which tells its notebook from others of a student.")
@click.option("--roster", "rosters", multiple=True, type=_FILE, help="Class list to match with.")
def intake(paths: tuple[str, ...], assignment: str | None, rosters: tuple[Path, ...]) -> int:
    """Show what a download would give: whose submissions, what is refused and why. Nothing is run or written."""
    from tempfile import TemporaryDirectory

    from autograder.lms import collect, match_submissions, read_roster, who_is_who

    lists = [read_roster(path) for path in rosters]
    people = [entry.student for one in lists for entry in one.students]
    with TemporaryDirectory() as work:
        found = collect(paths, workdir=work, assignment=assignment, people=people)
        submissions, refused = found.submissions, found.refused
        for line in found.recognised:
            click.echo(line)
        if lists:
            matched = match_submissions(who_is_who(lists, submissions), submissions, refused)
            submissions, refused = matched.submissions, matched.refused
        _listed(
            "to grade",
            (
                f"{', '.join(map(_named, one.students))}: {one.file}"
                + (" LATE" if one.late else "")
                + (f" {one.submitted}" if one.submitted else "")
                + "".join(f"; {note}" for note in one.notes)
                for one in submissions
            ),
        )
        _listed("refused", (f"{one.reason}: {one.message}" for one in refused))
        if lists:
            _listed("on the roster without a submission", map(_named, matched.match.missing))
            _listed("submitted, not on the roster", map(_named, matched.match.unknown))
            _listed("on the roster, perhaps among those", map(_named, matched.match.doubtful))
            _listed("to know", (*matched.match.warnings, *matched.match.group_notes))
        _listed("warnings", found.warnings)
        lost = bool(lists) and (matched.match.unknown or matched.match.doubtful)
    return NEEDS_A_PERSON if refused or lost else 0


@click.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@click.option("--roster", "rosters", multiple=True, type=_FILE, help="The LMS's export to fill in; may be repeated.")
@click.option("--id-column", metavar="TITLE", help="Column of ids, for a roster that is no LMS's export.")
@click.option("--name-column", metavar="TITLE", help="Its column of names; with --id-column.")
@click.option("--policy", "policy_file", type=_FILE, help="The course's TOML file: due dates, late work, excuses.")
@click.option("--column", metavar="TITLE", help="Id or exact title of the column; default: by the assignment's name.")
@click.option("--scale", is_flag=True, help="Rescale scores to the column's maximum.")
@click.option("--missing", type=click.Choice(["blank", "zero"]), default="blank", show_default=True)
@click.option("--feedback", is_flag=True, help="Also pack the zip that gives the pages back to the students.")
@click.option("--dry-run", is_flag=True, help="Print what would change, old → new, and write nothing.")
def export(
    folder: Path,
    rosters: tuple[Path, ...],
    id_column: str | None,
    name_column: str | None,
    policy_file: Path | None,
    feedback: bool,
    dry_run: bool,
    **rule: Any,
) -> int:
    """Bring a graded run into the LMS: apply the policy, fill the grade files, pack the feedback.

    FOLDER is what `autograder grade -o` wrote. Nothing is graded again.
    """
    from autograder import lms
    from autograder.folder import figures_of, fill, kept, read_run
    from autograder.locale import chosen
    from autograder.report import write_pages, write_results, write_table

    run = read_run(folder)
    lists = [lms.read_roster(path, id_column=id_column, name_column=name_column) for path in rosters]
    policy: AssignmentPolicy | None = None
    warnings: list[str] = []
    if policy_file is not None:
        run = lms.timed(run, lists)
        policy, lost = lms.fitted(lms.read_policy(policy_file).of(run.facts.assignment), run, lists)
        warnings += lost
        run, review = lms.adjust(run, policy)
        warnings += review
        _listed(
            "by the policy",
            (
                f"{', '.join(map(_named, result.submission.students))}: {change.before} → {change.after}, {change.why}"
                for result in run.results
                for change in result.adjustments
                if change.kind in lms.POLICY_KINDS
            ),
        )
    into = lms.ColumnRule(**rule)  # --column, --scale and --missing
    warnings += lms.doubtful_zeros(run, into.missing)
    written = fill(
        run,
        lists,
        folder,
        matched=None,
        policy=policy,
        rule=into,
        dry_run=dry_run,
    )
    for one in written:
        _listed(
            f"{one.column} ({one.lms})", (f"{_named(c.student)}: {c.old or 'blank'} → {c.new}" for c in one.changed)
        )
        if same := len(one.changes) - len(one.changed):
            click.echo(f"there already: {same}")
        _listed("left as they are", (f"{_named(left.student)}: {left.why}" for left in one.left))
        warnings += one.warnings
        if one.path:
            click.echo(f"wrote {one.path}")
    if policy is not None and not dry_run:
        if (held := kept(folder)) is not None:
            # later decisions go by this policy, too
            graded = lms.timed(held.graded.run, lists)
            held.change(run=graded, policy=policy, unsettled=tuple(lost))
        write_results(run, folder / "results.json")
        write_table(run, folder / "grades.csv")
        # each student's page says what was changed and why; a member of a group may have got a row of their own
        words = chosen(run.facts.language or None)
        figures = partial(figures_of, folder=folder)
        warnings += write_pages(run, folder, similarity=_similarity(folder), language=words, figures=figures)
        click.echo(f"wrote {folder / 'grades.csv'}, results.json and the pages with the policy's reasons")
    zips = _pack(run, folder, written) if feedback and not dry_run else ()
    _listed("please check", dict.fromkeys(warnings))
    inside = {one.lms for one in zips}
    files = [one for one in written if one.path and one.upload and not (one.packed and one.lms in inside)]
    steps = [*files, *zips]
    _listed(
        "to upload, in this order" if len(steps) > 1 else "to upload", (f"{one.path}: {one.upload}" for one in steps)
    )
    # a page that the LMS cannot be given is somebody's to give
    return NEEDS_A_PERSON if warnings or any(one.left for one in zips) else 0


def _similarity(folder: Path) -> bool:
    """Whether the run's page has the list of similar submissions."""
    from autograder.batch.journal import order_of

    order = order_of(folder)
    return order is None or order.similarity


def _pack(run: "Run", folder: Path, written: Sequence["Written"]) -> list["FeedbackZip"]:
    from autograder.lms import FEEDBACK_KINDS, feedback_zip

    submissions = [result.submission for result in run.results]
    kinds = {(one.lms_tag or "").partition(":")[0] for one in submissions} & set(FEEDBACK_KINDS)
    if not kinds:
        raise UsageError("these submissions did not come from a download of " + ", ".join(FEEDBACK_KINDS))
    pages = {one.key: folder / "feedback" / f"{one.key}.html" for one in submissions}
    zips = []
    for kind in sorted(kinds):
        list_of_grades = next((one.path for one in written if one.lms == kind and one.packed and one.path), None)
        packed = feedback_zip(
            kind,
            submissions,
            {key: page for key, page in pages.items() if page.is_file()},
            folder / "lms" / f"{kind}-feedback.zip",
            grades=None if list_of_grades is None else Path(list_of_grades).read_bytes(),
        )
        zips.append(packed)
        click.echo(f"wrote {packed.path}: {len(packed.sent)} students")
        _listed("without feedback", (f"{_named(left.student)}: {left.why}" for left in packed.left))
        _listed("to know", packed.warnings)
    return zips


def _pages(roster: "Roster", feedback: Path) -> dict[str, str]:
    """Roster's student id → the page; a page is named after the run's own id, which may be another's number here."""
    from autograder.folder import read_run

    run = read_run(feedback.parent)
    keys: dict[Student, str] = {}
    for result in run.results:
        keys |= dict(zip(result.submission.students, _keys(result.submission), strict=False))
    rows = roster.match(keys).rows
    places = {entry.student.id: feedback / f"{keys[who]}.html" for who, entries in rows.items() for entry in entries}
    return {student: str(page) for student, page in places.items() if page.is_file()}


def _keys(submission: "Submission") -> tuple[str, ...]:
    """A key a student: of group work that of each member."""
    return (submission.key, *submission.member_keys)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--url", envvar="CANVAS_API_URL", required=True, help="https://canvas.example.edu; or CANVAS_API_URL.")
@click.option("--course", type=int, required=True, help="Canvas id of the course.")
@click.option("--assignment", type=int, help="Canvas id of the assignment; default: the one in the column's title.")
@click.option("--feedback", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of pages.")
@click.option("--send", is_flag=True, help="Really send; without it only what would change is shown.")
def upload(file: Path, url: str, course: int, assignment: int | None, feedback: Path | None, send: bool) -> int:
    """Send a grade file that `autograder` wrote (lms/canvas.csv) through the Canvas API.

    The access token is taken from CANVAS_API_TOKEN. Shows what would change unless --send is given.
    """
    from autograder.lms import CanvasAssignment, Wanted, decimal_in, read_roster
    from autograder.lms import upload as to_canvas

    token = os.environ.get("CANVAS_API_TOKEN", "")
    if not token:
        raise UsageError("CANVAS_API_TOKEN is not set: make a token in Canvas under Account, Settings, and export it")
    found = read_roster(file, kind="canvas")
    if len(found.columns) != 1:
        raise UsageError(
            f"{file.name}: {len(found.columns)} columns of grades: give the lms/canvas.csv of a graded run"
        )
    column = found.columns[0]
    if assignment is None and column.id is None:
        raise UsageError(f"{file.name}: the column {column.header!r} has no id: give --assignment")
    wanted = []
    pages = _pages(found, feedback) if feedback else {}
    for entry in found.students:
        cell = found.table.rows[entry.row].cell(column.index).strip()
        number = decimal_in(cell)
        grade = "EX" if cell.upper() == "EX" else "" if number is None else format(number, "f")
        if not grade:
            continue
        wanted.append(Wanted(student=entry.student, grade=grade, page=pages.get(entry.student.id)))
    done = to_canvas(
        wanted,
        CanvasAssignment(
            url=url,
            token=token,
            course=course,
            assignment=assignment if assignment is not None else int(column.id or 0),
        ),
        done=file.with_name("canvas-uploaded.jsonl"),
        send=send,
    )
    what = "sent" if send else "would be sent"
    _listed(f"{done.column}: {what}", (f"{_named(c.student)}: {c.old or 'blank'} → {c.new}" for c in done.changes))
    click.echo(f"as it is: {done.same}; comments and files {what}: {done.comments}")
    _listed("left", (f"{_named(one.student)}: {one.why}" for one in done.left))
    _listed("not taken by Canvas; run again to send these", (f"{_named(o.student)}: {o.why}" for o in done.failed))
    if not send and (done.changes or done.comments):
        click.echo("nothing was sent: add --send")
    return NEEDS_A_PERSON if done.failed or done.left else 0
