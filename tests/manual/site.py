"""``make site``: the manual as a website that needs no network, built by Sphinx and then looked through.

What ``docs/site/conf.py`` says, in strict mode: a warning is an error. Then every link of every page is followed, and
nothing that a browser loads by itself may lie on another host.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sphinx.cmd.build import build_main

from tests import ROOT

_HOME = """\
<!doctype html>
<html lang="en"><meta charset="utf-8"><title>The manual</title>
<meta http-equiv="refresh" content="0; url=docs/index.html"><p><a href="docs/index.html">The manual</a></p></html>
"""
_LOADED = {"img": "src", "script": "src", "iframe": "src", "source": "srcset", "object": "data", "audio": "src"}
_STYLES = re.compile(r"""@import\s+["']([^"']+)|url\(\s*["']?([^"')]+)""")


def build(out: Path, work: Path, *options: str) -> int:
    """Build the site, keeping in ``work`` what the notebooks said; the status of sphinx-build."""
    strict = ["-q", "-E", "-W", "--keep-going", "-j", "2", "-b", "html"]
    places = ["-c", str(ROOT / "docs" / "site"), "-d", str(work), f"-Dnb_execution_cache_path={work / 'notebooks'}"]
    status = build_main([*strict, *places, *options, str(ROOT), str(out)])
    (out / "index.html").write_text(_HOME, encoding="utf-8")
    return status


class _Page(HTMLParser):
    """What a page's links lead to, what it loads by itself, and the places in it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.loads: set[str] = set()
        self.places: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.places |= {said[name] for name in ("id", "name") if name in said}
        if tag == "a" and "href" in said:
            self.links.add(said["href"])
        elif tag == "link" and said.get("rel") not in ("canonical", "search", "next", "prev", "index"):
            self.loads.add(said.get("href", ""))
        elif tag in _LOADED and said.get(_LOADED[tag]):
            self.loads.add(said[_LOADED[tag]])


def problems(site: Path) -> Iterator[str]:
    """A sentence for each link that leads nowhere and for each thing that would be loaded from another host."""
    pages = {path.resolve(): _Page(path) for path in site.rglob("*.html")}
    for path, page in pages.items():
        where = path.relative_to(site.resolve())
        for target in sorted(page.links | page.loads):
            parts = urlsplit(target)
            if parts.scheme == "data" or (target in page.links and parts.scheme in ("http", "https", "mailto")):
                continue
            if parts.scheme or parts.netloc:
                yield f"{where} loads {target}"
                continue
            file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not file.is_file():
                yield f"{where} links to {target}, where nothing is"
            elif parts.fragment and file in pages and unquote(parts.fragment) not in pages[file].places:
                yield f"{where} links to {target}; there is no such place on that page"
    for path in site.rglob("*.css"):
        for found in _STYLES.finditer(path.read_text(encoding="utf-8")):
            target = found[1] or found[2]
            if urlsplit(target).scheme not in ("", "data") or target.startswith("//"):
                yield f"{path.relative_to(site)} loads {target}"


def main() -> int:
    """Build and look through."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("-o", "--out", type=Path, default=ROOT / "site")
    asked.add_argument("--work", type=Path, default=ROOT / ".site", help="where what the notebooks said is kept")
    asked.add_argument("--no-run", action="store_true", help="show the notebooks without running them")
    given = asked.parse_args()
    status = build(given.out, given.work, *(["-Dnb_execution_mode=off"] if given.no_run else []))
    found = list(problems(given.out))
    print(*found, f"the manual: {given.out / 'index.html'}", sep="\n")
    return 1 if status or found else 0


if __name__ == "__main__":
    sys.exit(main())
