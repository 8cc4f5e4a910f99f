"""``build``, ``lint``, ``preview`` and ``new``: an instructor's commands."""

import click

from autograder.errors import AuthorError


@click.command()
@click.argument("assignment", required=False)
def build(assignment: str | None) -> None:
    """Build ASSIGNMENT (default: every one) from solutions/ into assignments/."""
    from autograder import build as room

    root = room.course_root()
    names = [assignment] if assignment else room.assignments(root)
    if not names:
        raise AuthorError(f"{root / 'solutions'} holds no assignment; start one with `autograder new hw01`")
    for name in names:
        changed = room.install(root, name)
        files = ", ".join(str(path.relative_to(root)) for path in changed)
        click.echo(f"{name}: wrote {files}" if changed else f"{name}: nothing to change")
