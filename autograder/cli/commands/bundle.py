"""``autograder bundle``: an assignment as a zip that another system grades with."""

from pathlib import Path
from typing import Any

import click

from autograder.errors import UsageError
from autograder.locale import available


@click.command()
@click.argument("assignment")
@click.option("--gradescope", is_flag=True, help="For Gradescope, the one system there is a form for.")
@click.option(
    "-o", "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="The zip to write [default: ASSIGNMENT-gradescope.zip].",
)  # fmt: skip
@click.option(
    "--sandbox",
    type=click.Choice(["bwrap", "none"]),
    default="bwrap",
    show_default=True,
    help="The jail that notebooks run in there; none is no protection at all.",
)
@click.option(
    "--minutes", type=click.FloatRange(1, 40), default=10.0, show_default=True,
    help="The time limit that is set on Gradescope.",
)  # fmt: skip
@click.option(
    "--timeout", type=click.FloatRange(min=1), metavar="S", help="Seconds for a whole notebook [default: 300]."
)
@click.option("--cell-timeout", type=click.FloatRange(min=0.1), metavar="S", help="Seconds for one cell [default: 60].")
@click.option(
    "--memory",
    type=click.IntRange(min=64),
    default=1024,
    metavar="MB",
    show_default=True,
    help="Memory for one notebook.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="For tests that draw random numbers.")
@click.option(
    "--language",
    metavar="|".join(available()),
    help="Of what students read; default: the course's, else AUTOGRADER_LANGUAGE.",
)
@click.option(
    "--roster", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
    help="The class list: where everybody has other numbers, it says whose a notebook has.",
)  # fmt: skip
def bundle(
    assignment: str,
    gradescope: bool,
    out: Path | None,
    sandbox: str,
    minutes: float,
    seed: int,
    language: str | None,
    roster: Path | None,
    **limits: Any,
) -> None:
    """Write ASSIGNMENT as a zip that grades on Gradescope with this package.

    ASSIGNMENT is a name under assignments/, or any Otter autograder.zip. Upload the zip there under Configure
    Autograder; docs/gradescope.md says which settings it needs.
    """
    from autograder.bundle import write_bundle
    from autograder.cli.class_run import course_language, find_assignment
    from autograder.lms import read_roster
    from autograder.locale import chosen
    from autograder.sandbox.limits import limits_of

    if not gradescope:
        raise UsageError("say what the bundle is for: --gradescope")
    path = find_assignment(assignment).path
    target = out or Path(f"{Path(assignment).stem}-gradescope.zip")
    words = chosen(language or course_language(assignment))
    people = () if roster is None else tuple(entry.student for entry in read_roster(roster).students)
    settings = write_bundle(
        path,
        target,
        sandbox=sandbox,
        limits=limits_of(**limits),
        seed=seed,
        minutes=minutes,
        language=words,
        people=people,
    )
    size = target.stat().st_size / 2**20
    click.echo(f"wrote {target} ({size:.1f} MB): {settings.assignment}, sandbox {sandbox}, {minutes:g} minutes")
    if sandbox == "none":
        click.echo("note: without a jail, notebooks can read the hidden tests there and forge results", err=True)
    click.echo("next: upload it on Gradescope under Configure Autograder; choose a container with 3 GB or more")
