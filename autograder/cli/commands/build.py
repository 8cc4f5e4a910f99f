"""``build``, ``lint``, ``preview`` and ``new``: an instructor's commands."""

import difflib
from collections.abc import Sequence
from pathlib import Path

import click

from autograder.errors import AuthorError, UsageError

NEEDS_A_PERSON = 3


@click.command()
@click.argument("assignment", required=False)
@click.option("--no-certify", is_flag=True, help="Only write the files; do not run the solution and the blank.")
@click.option("--with-wheel", is_flag=True, help="Put this package beside each notebook: nothing has to be downloaded.")
@click.option("--each", is_flag=True, help="Also a zip with a filled-in notebook for each student of --roster.")
@click.option(
    "--roster",
    type=click.Path(dir_okay=False, path_type=Path),
    help="For --each: the class list, as the LMS exports it.",
)
@click.option(
    "-o",
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="For --each: the zip; default: ASSIGNMENT-each.zip.",
)
def build(
    assignment: str | None, no_certify: bool, with_wheel: bool, each: bool, roster: Path | None, out: Path | None
) -> None:
    """Build ASSIGNMENT (default: every one) from solutions/ into assignments/, and refuse what does not certify.

    It certifies when the references of every question agree, the solution gets all points, the untouched notebook
    none, and nothing of the solution or of a hidden test is in what students get.
    """
    from autograder import build as room

    if each != (roster is not None):
        raise UsageError("--each and --roster FILE go together: a notebook for each student of a class list")
    if each and assignment is None:
        raise UsageError("--each is for one assignment: autograder build hw01 --roster FILE --each")
    root, names = _chosen(assignment)
    for name in names:
        known = room.is_assembled(root, name)
        findings = [] if no_certify else room.certified(root, name)
        for finding in findings:
            click.echo(f"{name}: {finding}", err=finding.error)
        errors = sum(finding.error for finding in findings)
        if errors:
            raise AuthorError(f"{name} is not built: {errors} finding{'s' if errors > 1 else ''} above to mend first")
        changed = room.install(root, name, with_wheel=with_wheel)
        written = ", ".join(str(path.relative_to(root)) for path in changed if path.exists())
        removed = ", ".join(str(path.relative_to(root)) for path in changed if not path.exists())
        done = [f"wrote {written}"] * bool(written) + [f"removed {removed}"] * bool(removed)
        zipped = "" if known else "; the autograder.zip is new"
        nothing = "nothing to change" if known else "nothing to change in what students get"
        click.echo(f"{name}: {', '.join(done) or nothing}" + zipped)
    if guide := room.write_guide(root):
        click.echo(f"wrote {guide.relative_to(root)}")
    if roster is not None:
        _hand_out(root, names[0], roster, out or Path(f"{names[0]}-each.zip"))


def _hand_out(root: Path, name: str, roster: Path, out: Path) -> None:
    from autograder import build as room
    from autograder import lms

    everybody = lms.read_roster(roster)
    for warning in everybody.warnings:
        click.echo(f"warning: {warning}", err=True)
    done = lms.hand_out(everybody, f"{name}.ipynb", room.notebook_of_each(root, name), out)
    for one in done.left:
        click.echo(f"left out: {one.student.name or one.student.id}: {one.why}", err=True)
    count = len(done.students)
    click.echo(f"wrote {done.path}: a notebook for each of {count} student{'s' if count != 1 else ''}")
    click.echo(f"next: {done.upload}")


@click.command()
@click.argument("assignment", required=False)
@click.option("--tries", is_flag=True, help="Also grade the answers of tries.toml: is each judged as it says?")
@click.option("--variants", is_flag=True, hidden=True, help="What --tries was called; until the next version.")
def lint(assignment: str | None, tries: bool, variants: bool) -> int:
    """Print what is wrong with ASSIGNMENT (default: every one): code, question, cell and fix."""
    from autograder import build as room

    if variants:
        click.echo("warning: --variants is called --tries now; the next version will not know the old name", err=True)
        tries = True

    root, names = _chosen(assignment)
    errors = 0
    for name in names:
        try:
            found = room.certified(root, name)
            if tries and not any(finding.error for finding in found):
                found += room.grade_tries(root, name)
            findings: Sequence[object] = found
        except AuthorError as error:
            findings = [f"S00 error: {error}"]
        errors += sum(getattr(finding, "error", True) for finding in findings)
        for finding in findings:
            click.echo(f"{name}: {finding}")
        if not findings:
            click.echo(f"{name}: nothing to mend")
    return NEEDS_A_PERSON if errors else 0


@click.command()
@click.argument("assignment")
@click.argument("question", required=False)
@click.option("--language", help="Such as de; default: the course's, else English.")
@click.option("--student", metavar="ID", help="With the numbers of this student; default: those of the first version.")
@click.option("--all", "all_versions", is_flag=True, help="A table of QUESTION's versions instead.")
def preview(
    assignment: str, question: str | None, language: str | None, student: str | None, all_versions: bool
) -> None:
    """Show what a student would read for each mistake in QUESTION (default: every one) of ASSIGNMENT."""
    from autograder import build as room

    if all_versions and (question is None or student is not None):
        raise UsageError("--all shows every version of one question: name the question, and leave --student out")
    root, (name,) = _chosen(assignment)
    if question is not None and all_versions:
        lines = room.preview_versions(root, name, question)
    else:
        language = language or room.course_settings(root, name).language
        lines = room.preview(root, name, question, language=language, student=student)
    for line in lines:
        click.echo(line)


@click.command()
@click.argument("assignment")
@click.option(
    "--versions",
    "--variants",
    "versions",
    is_flag=True,
    help="Two questions whose numbers are drawn, others for each student.",
)
def new(assignment: str, versions: bool) -> None:
    """Start ASSIGNMENT from a template: one question that builds, to be copied and changed."""
    from autograder import build as room

    try:
        root = room.course_root()
    except UsageError:
        root = Path.cwd()
    path = room.new_assignment(root, assignment, versions=versions)
    click.echo(f"wrote {path.relative_to(root)}")
    click.echo(f"Open it in Jupyter, change the question, then: autograder build {assignment}")


@click.command("import")
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option("--name", help="Of the assignment; default: the file's.")
@click.option("--plain", is_flag=True, help="Leave every test as it is.")
@click.option("--replace", is_flag=True, help="Write over a source that is there.")
def import_(notebook: Path, name: str | None, plain: bool, replace: bool) -> None:
    """Write a source under solutions/ from NOTEBOOK: a master of Otter Assign, a source of nbgrader, a solved notebook.

    A test that asks for a derivative for certain becomes one of our questions, shown as a diff with the reason; every
    other stays what it is. Nothing of the notebook is run.
    """
    from autograder import build as room

    try:
        root = room.course_root()
    except UsageError:
        root = Path.cwd()
    made = room.bring(notebook, root, name, plain=plain, replace=replace)
    for change in made.changes:
        title = f"{change.question}, {'hidden' if change.hidden else 'public'} test"
        if not change.is_ours:
            click.echo(
                f"{title}: stays as it is: {change.reason}" if change.before else f"{change.question}: {change.reason}"
            )
            continue
        click.echo(f"{title}: one of our questions, because {change.reason}")
        lines = difflib.unified_diff(change.before.splitlines(), change.after.splitlines(), lineterm="", n=99)
        for line in list(lines)[3:]:
            click.echo(f"    {line}")
    for note in made.notes:
        click.echo(f"note: {note}")
    ours = sum(change.is_ours for change in made.changes)
    tests = sum(bool(change.after) for change in made.changes)
    count = len(made.questions)
    said = f"{count} question{'s' if count != 1 else ''}, {made.points:g} points, {tests} tests"
    click.echo(f"{made.kind}: {said}, of which {ours} are our questions now")
    path = Path(made.path)
    for file in made.files:
        click.echo(f"copied {file}")
    click.echo(f"wrote {path.relative_to(root) if path.is_relative_to(root) else path}")
    click.echo(f"next: autograder build {path.stem}")


@click.command()
@click.option(
    "-o", "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("my-course"), show_default=True,
    help="A new folder, or one without a course.",
)  # fmt: skip
def course(out: Path) -> None:
    """Write the course that comes with the package as your own: sources, settings, and what to do next."""
    from autograder import build as room

    written, kept = room.write_course(out)
    for path in written:
        click.echo(f"wrote {path}")
    for path in kept:
        click.echo(f"kept {path}, which was there already")
    click.echo(f"next: read {out / 'README.md'}, then, in {out}: autograder build")


def _chosen(assignment: str | None) -> tuple[Path, list[str]]:
    from autograder import build as room
    from autograder.lms import read_policy

    try:
        root, assignment = (room.course_root(), None) if assignment is None else room.assignment_meant(assignment)
    except UsageError as error:
        raise UsageError(
            f"{error}; go to your course's, start one with `autograder new hw01`, or take the one that came with this "
            "package: `autograder course -o my-course`"
        ) from error
    if (settings := root / room.COURSE_FILE).is_file():
        read_policy(settings)  # all of it, now: a misspelt key would be found when grades are due
    names = room.assignments(root) if assignment is None else [assignment]
    if assignment is not None and not (root / "solutions" / assignment).is_dir():
        known = ", ".join(room.assignments(root)) or "none"
        raise UsageError(
            f"unknown assignment {assignment!r}: solutions/ has {known}; `autograder new {assignment}` starts one"
        )
    if not names:
        raise AuthorError(f"{root / 'solutions'} holds no assignment; start one with `autograder new hw01`")
    return root, names
