"""``autograder doctor``: what this machine can do, and how to get more."""

import click

from autograder.cli import NEEDS_A_PERSON


@click.command()
def doctor() -> int:
    """Say what this machine can do: the sandbox, memory, containers.

    Exit status: 0 when notebooks can be graded in the jail, 3 when something has to be done first.
    """
    from autograder.sandbox.jail import examine

    marks = {True: "ok", False: "NO", None: "--"}
    jail = True
    for finding in examine():
        click.echo(f"{marks[finding.good]:2}  {finding.name:45} {finding.text}")
        if finding.remedy and finding.good is not True:
            click.echo(f"{'':50}→ {finding.remedy}")
        if finding.name in ("jail", "memory") and finding.good is False:
            jail = False
    if not jail:
        click.echo("\nUntrusted notebooks cannot be graded in the jail on this machine yet.")
    return 0 if jail else NEEDS_A_PERSON
