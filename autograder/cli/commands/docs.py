"""``autograder docs``: the manual that came with the package."""

import sys
import webbrowser
from pathlib import Path

import click

from autograder.errors import UsageError


@click.command()
@click.argument("page", required=False)
@click.option("--text", is_flag=True, help="Print it here, also where a website of it came with the package.")
def docs(page: str | None, text: bool) -> None:
    """Show the manual, or PAGE of it: in a browser where its website came with the package, else here.

    Where the output goes into a file or another program, it is always the text; without PAGE the list of pages.
    """
    from autograder.origin import shipped

    folder = shipped("docs")
    pages = {path.stem: path for path in sorted(folder.glob("*.md"))}
    name = "index" if page is None else page.removesuffix(".md")
    if name not in pages:
        raise UsageError(f"the manual has no page {page!r}; it has {', '.join(pages)}")
    if not text and sys.stdout.isatty() and (site := _site(folder, name)) and webbrowser.open(site.as_uri()):
        click.echo(f"opened {site}")
    elif page is not None:
        click.echo_via_pager(pages[name].read_text(encoding="utf-8"))
    else:
        for each, path in pages.items():
            title = path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")
            click.echo(f"{each:16} {title}")
        click.echo(f"\nautograder docs students shows a page; all of them lie in {folder}")


def _site(folder: Path, name: str) -> Path | None:
    """The page of the website: in a wheel it lies in the manual's folder, in a checkout beside it."""
    places = (folder / "site", folder.parent / "site")
    return next((path for place in places if (path := place / "docs" / f"{name}.html").is_file()), None)
