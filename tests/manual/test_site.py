"""The manual's site: it builds without a warning, every link leads somewhere, nothing comes from elsewhere."""

import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests import ROOT
from tests.chromium import CHROMIUM, PATIENT, browser
from tests.manual.pictures import MOST_BYTES, PICTURES
from tests.manual.site import problems

__all__ = ["browser"]

ROWS = [
    ('<a href="other.html">', ["page.html links to other.html, where nothing is"]),
    ('<a href="#there">', ["page.html links to #there; there is no such place on that page"]),
    ('<p id="here"><a href="#here">', []),
    ('<a href="https://example.edu">', []),
    ('<script src="https://example.edu/x.js">', ["page.html loads https://example.edu/x.js"]),
    ('<link rel="stylesheet" href="//example.edu/x.css">', ["page.html loads //example.edu/x.css"]),
    ('<img src="data:image/png;base64,AAAA">', []),
    ('<img src="missing.png">', ["page.html links to missing.png, where nothing is"]),
]


@pytest.mark.parametrize(("html", "wanted"), ROWS, ids=[html for html, _ in ROWS])
def test_what_the_check_of_the_links_finds(html: str, wanted: list[str], tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(html)
    assert list(problems(tmp_path)) == wanted


@pytest.mark.parametrize(
    ("css", "found"), [("url(https://example.edu/f.woff2)", 1), ("@import '//a.b/c'", 1), ("url(f)", 0)]
)
def test_a_font_from_elsewhere_is_found(css: str, found: int, tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text(css)
    assert len(list(problems(tmp_path))) == found


def test_the_pictures_are_there_and_small() -> None:
    shown = sorted(PICTURES.glob("*.webp"))
    assert [path.stem for path in shown] == ["check", "class", "desk", "student"]
    for path in shown:
        assert path.stat().st_size < MOST_BYTES
        with Image.open(path) as image:
            assert image.width > 1000


def test_every_page_of_the_manual_stands_in_its_index() -> None:
    index = (ROOT / "docs/index.md").read_text(encoding="utf-8")
    pages = [path.stem for path in ROOT.glob("docs/*.md") if path.stem != "index"]
    notebooks = [f"<../assignments/{path.stem}/{path.stem}>" for path in ROOT.glob("assignments/*/*.ipynb")]
    assert [page for page in pages if f"\n{page}\n" not in index] == []
    assert [notebook for notebook in notebooks if notebook not in index] == []


@pytest.fixture(scope="module")
def site(made_once: Callable[..., Path]) -> Path:
    """The site with the notebooks as they are handed out: they are run by other tests."""

    def build(place: Path) -> None:
        where = ["-o", str(place / "html"), "--work", str(place / "work")]
        command = [sys.executable, "-m", "tests.manual.site", "--no-run", *where]
        # on its own: what Sphinx's parts warn each other of is no error of ours
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    return made_once("site", build) / "html"


@pytest.mark.slow
def test_the_site_is_whole(site: Path) -> None:
    assert list(problems(site)) == []
    assert len(list(site.rglob("*.html"))) > 20


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed: the manual's search was NOT tested")
@pytest.mark.parametrize("asked", ["chain_drop", "inner derivative left out"])
def test_the_search_finds_a_mistake_in_files_and_asks_nobody(site, browser, asked) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.set_default_timeout(PATIENT)
    addresses, said = [], []
    page.on("request", lambda request: addresses.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{(site / 'search.html').as_uri()}?q={asked}")
    page.locator("#search-results a").first.click()
    page.wait_for_url("**/mistakes.html*")
    assert page.url.endswith("#chain-drop-inner-derivative-left-out")
    assert [address for address in addresses if not address.startswith(("file:", "data:"))] == []
    assert said == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.close()


def test_what_the_site_needs_is_pinned() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    names = {text.partition(">")[0] for text in extras["site"]} - {"nabla-autograder[grade]"}
    pinned = {line.partition("==")[0] for line in (ROOT / "requirements.lock").read_text().splitlines()}
    assert names <= pinned
