"""``autograder docs``: the manual that came with the package."""

import click

from autograder.errors import UsageError


@click.command()
@click.argument("page", required=False)
def docs(page: str | None) -> None:
    """Show PAGE of the manual; without one, list the pages."""
    from autograder.origin import shipped

    folder = shipped("docs")
    pages = {path.stem: path for path in sorted(folder.glob("*.md"))}
    if page is None:
        for name, path in pages.items():
            title = path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")
            click.echo(f"{name:12} {title}")
        click.echo(f"\nautograder docs students shows a page; all of them lie in {folder}")
        return
    name = page.removesuffix(".md")
    if name not in pages:
        raise UsageError(f"the manual has no page {page!r}; it has {', '.join(pages)}")
    click.echo_via_pager(pages[name].read_text(encoding="utf-8"))
