"""``autograder report`` and ``autograder show``: read what a run wrote, draw it again or print it."""

from functools import partial
from pathlib import Path

import click

from autograder.cli import NEEDS_A_PERSON
from autograder.errors import UsageError
from autograder.locale import available


@click.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Where to write; default: the folder, or course/."
)
@click.option("--anonymous", is_flag=True, help="Leave out names, ids, file names and the author's hints.")
@click.option("--no-similarity", is_flag=True, help="Do not look for similar submissions.")
@click.option("--language", default=None, metavar="|".join(available()), help="Of the pages; default: as they were.")
def report(
    folders: tuple[Path, ...], output: Path | None, anonymous: bool, no_similarity: bool, language: str | None
) -> int:
    """Draw the pages of a run again, or put several assignments together.

    One folder: its report.html and feedback/ anew. Several: course.html with every student over time.
    """
    from autograder.folder import figures_of, read_run
    from autograder.locale import chosen
    from autograder.report import Figures, write_course, write_pages
    from autograder.report.anonymous import anonymous as without_names

    runs = [read_run(folder) for folder in folders]
    words = chosen(language or runs[0].facts.language or None)
    if anonymous:
        if len(runs) > 1:
            raise UsageError("--anonymous takes one folder: who is who over time is what course.html shows")
        runs = [without_names(runs[0])]
    if len(runs) == 1:
        home = folders[0] if folders[0].is_dir() else folders[0].parent
        figures: Figures = (lambda result: {}) if anonymous else partial(figures_of, folder=home)
        target = output or (folders[0] / "anonymous" if anonymous else folders[0])
        undrawn = write_pages(runs[0], target, similarity=not no_similarity, language=words, figures=figures)
        click.echo(f"wrote {target / 'report.html'}")
    else:
        target = output or Path("course")
        homes = [folder if folder.is_dir() else folder.parent for folder in folders]
        undrawn = write_course(runs, target, homes=homes, language=words)
        click.echo(f"wrote {target / 'course.html'}")
    for line in undrawn:
        click.echo(f"note: {line}")
    return NEEDS_A_PERSON if undrawn else 0


@click.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@click.argument("student", required=False)
@click.option("--answers", is_flag=True, help="Print every check as CSV instead.")
@click.option(
    "--parquet", type=click.Path(dir_okay=False, path_type=Path), help="Write every check to this Parquet file instead."
)
@click.option("--schema", is_flag=True, help="Print the JSON schema of results.json instead.")
def show(folder: Path, student: str | None, answers: bool, parquet: Path | None, schema: bool) -> None:
    """Print a run in the terminal: the class, or one STUDENT (id, name or key) question by question."""
    from rich.console import Console

    from autograder.batch.journal import find
    from autograder.folder import read_run
    from autograder.report import answers_csv, schema_json, terminal, write_answers_parquet

    if schema:
        click.echo(schema_json())
        return
    run = read_run(folder)
    if parquet is not None:
        write_answers_parquet(run, parquet)
        click.echo(f"wrote {parquet}")
        return
    if answers:
        click.echo(answers_csv(run), nl=False)
        return
    console = Console()
    if student is None:
        console.print(terminal.class_table(run, console.width))
        return
    console.print(terminal.student_view(run, find(run.results, student)))


@click.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@click.argument("student")
@click.argument("question")
def explain(folder: Path, student: str, question: str) -> None:
    """Say why STUDENT (id, name or key) got what they got for QUESTION: every check with its points and its reason."""
    from rich.console import Console

    from autograder.batch.journal import find
    from autograder.folder import read_run
    from autograder.report import terminal

    run = read_run(folder)
    if question not in run.questions:
        raise UsageError(f"{run.facts.assignment} has no question {question!r}: it has {', '.join(run.questions)}")
    Console().print(terminal.explanation(run, find(run.results, student), question))
