"""``autograder demo`` and ``autograder simulate``: a class that never was."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import RenderableType

    from autograder.model import Run
    from autograder.simulate import SimulatedClass

DEMO_SEED = 7
SHOWN = 24
"""Rows of the demo's table; the rest is in the files."""
DEMO_CELL_SECONDS = 10.0
"""One student of the demo's class has an endless loop; nobody wants to watch it for a minute."""


@click.command(short_help="Write a simulated class's submissions.")
@click.argument("assignment")
@click.option("--students", type=click.IntRange(1, 100_000), default=24, show_default=True, help="How many hand in.")
@click.option("--seed", type=int, default=DEMO_SEED, show_default=True, help="Everything is drawn from it.")
@click.option(
    "-o", "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("class"), show_default=True,
    help="Folder for submissions.zip, canvas.csv and truth.csv.",
)  # fmt: skip
def simulate(assignment: str, students: int, seed: int, out: Path) -> None:
    """Write submissions, a Canvas gradebook and the truth about them for a class that answers ASSIGNMENT."""
    made = make_class(assignment, students=students, seed=seed, out=out)
    click.echo(f"{made.students} submissions: {made.submissions}")
    click.echo(f"gradebook: {made.roster}")
    click.echo(f"who answered what: {made.truth}")
    click.echo(f"next: autograder grade {assignment} {made.submissions} --roster {made.roster}")


@click.command(short_help="Simulate a class for hw01 and grade it.")
@click.option(
    "-o", "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("demo"), show_default=True,
    help="Folder for everything.",
)  # fmt: skip
@click.option("--students", type=click.IntRange(1, 100_000), default=24, show_default=True, help="How many hand in.")
@click.option("--seed", type=int, default=DEMO_SEED, show_default=True, help="Everything is drawn from it.")
@click.option("--jobs", type=click.IntRange(min=1), help="Worker processes [default: one a core, as memory allows].")
@click.option("--sandbox", type=click.Choice(["bwrap", "docker", "none"]), default="bwrap", show_default=True,
              help="The jail that notebooks run in.")  # fmt: skip
def demo(out: Path, students: int, seed: int, jobs: int | None, sandbox: str) -> None:
    """Simulate a class for hw01, grade it as a TA would, and write every file.

    Some notebooks are meant to fail; the exit status is 0 when everything was written.
    """
    from rich.console import Console

    from autograder.batch.journal import Order
    from autograder.cli.commands.grade import run, typed
    from autograder.sandbox.limits import Limits

    made = make_class("hw01", students=students, seed=seed, out=out / "class")
    submissions = (str(made.submissions),)
    again = {"rosters": (made.roster,), "out": out, "jobs": jobs, "sandbox": sandbox, "cell_timeout": DEMO_CELL_SECONDS}
    order = Order(
        assignment="hw01",
        submissions=submissions,
        rosters=(made.roster,),
        out=out,
        jobs=jobs,
        sandbox=sandbox,
        limits=Limits(cell_seconds=DEMO_CELL_SECONDS, cells_by_usual=False),
        command=typed("hw01", submissions, again),
    )
    run(order, show=lambda graded: Console().print(_first(graded.run)))


def _first(run: "Run") -> "RenderableType":
    """So much of a run as fits on a screen."""
    import msgspec
    from rich.console import Console, Group

    from autograder.report import terminal

    more = len(run.results) - SHOWN
    table = terminal.class_table(msgspec.structs.replace(run, results=run.results[:SHOWN]), Console().width)
    return Group(table, f"and {more} more: autograder show {shlex.quote(run.facts.folder)}") if more > 0 else table


def make_class(assignment: str, *, students: int, seed: int, out: Path) -> "SimulatedClass":
    """Simulate a class for an assignment of a course: the one around the current folder, else the one that we bring."""
    from autograder import build
    from autograder.build.source import read_source
    from autograder.simulate import simulate as write
    from autograder.tries import tries_beside

    root, assignment = build.assignment_meant(assignment, example=True)
    source = build.source_notebook(root, assignment)
    return write(
        build.student_notebook(root, assignment),
        build.solution_notebook(root, assignment),
        assignment=assignment,
        out=out,
        students=students,
        seed=seed,
        tries=tries_beside(source),
        possible=sum(
            points
            for question in read_source(source).questions
            if isinstance(points := question.config.get("points", 1), int | float)
        ),
    )
