"""``make pictures``: what the manual shows of a notebook, of the pages and of the desk, taken from the real things.

A class is simulated and graded as by ``autograder demo``; its pages, its desk, and hw01 in JupyterLab are opened in
Chromium. The pictures are taken twice as fine as shown and kept in few colours, so that the repository stays small.
"""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests import ROOT
from tests.chromium import CHROMIUM, PATIENT, QUIET
from tests.course.own_numbers import signed_notebook
from tests.jupyterlab import answer, jupyterlab, opened, window

PICTURES = ROOT / "docs" / "pictures"
WIDEST = 1600
"""Pixels: twice what a page of the manual has room for."""
MOST_BYTES = 150_000
_COMMAND = [sys.executable, "-c", "from autograder.cli import main; main()"]
_RUN = (
    "STUDENT = ",
    "autograder.Notebook(",
    "import sympy",
    "dfdx = ",
    'grader.check("q1")',
    "slope = ",
    'grader.check("q2")',
)
"""What stands in the cells that are run."""
_SEEN: ViewportSize = {"width": 1100, "height": 900}


def _keep(name: str, shot: bytes) -> None:
    with Image.open(io.BytesIO(shot)) as image:
        image = image.convert("RGB")
        image.thumbnail((WIDEST, 3 * WIDEST))
        image.save(PICTURES / f"{name}.webp", quality=80, method=6)
    size = (PICTURES / f"{name}.webp").stat().st_size
    print(f"{name}.webp: {image.width} x {image.height}, {size // 1000} KB")
    assert size < MOST_BYTES, f"{name}.webp is too large for a repository: show less of the page"


def _check(browser: Browser, place: Path) -> None:
    """Two questions in JupyterLab, one answered wrong and one right."""
    nbformat.write(signed_notebook(ROOT / "assignments/hw01/hw01.ipynb", "hw01"), place / "hw01.ipynb")
    with jupyterlab(place) as lab, window(browser, lab, sharpness=2) as page, opened(page, "hw01"):
        answer(page, "dfdx = ...", 'dfdx = "6x + 12"')
        answer(page, "slope = ...", "slope = lambda t: 6 * t + 2")
        for text in _RUN:
            page.locator(".jp-CodeCell", has_text=text).first.locator(".cm-content").click()
            page.keyboard.press("Control+Enter")
        page.wait_for_selector(".jp-OutputArea >> text=Not yet: dfdx")
        page.wait_for_selector(".jp-OutputArea >> text=1 of 2 checks ran here")
        page.locator(".jp-CodeCell", has_text="import sympy").first.locator(".cm-content").click()  # not in the picture
        first = page.locator(".jp-MarkdownCell", has_text="Question 1").first
        first.evaluate("cell => cell.scrollIntoView({block: 'start'})")
        last = page.locator(".jp-CodeCell", has_text=_RUN[-1]).first
        _keep("check", _between(page, first.bounding_box(), last.bounding_box()))


def _between(page: Page, first: dict[str, float] | None, last: dict[str, float] | None) -> bytes:
    """The part of a page from the top of one thing to the bottom of another."""
    assert first, last
    height = last["y"] + last["height"] - first["y"]
    return page.screenshot(clip={"x": first["x"], "y": first["y"], "width": first["width"], "height": height})


@contextmanager
def _desk(folder: Path) -> Iterator[str]:
    command = [*_COMMAND, "desk", str(folder), "--no-open"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"})
    assert process.stdout is not None
    try:
        yield process.stdout.readline().removeprefix("the desk: ").strip()
    finally:
        process.terminate()
        process.communicate()


def _pages(browser: Browser, demo: Path) -> None:
    """The class page, a student's page, the desk."""
    page = browser.new_page(viewport=_SEEN, device_scale_factor=2)
    page.goto((demo / "report.html").as_uri())
    _keep("class", page.screenshot())
    (named, *_) = (path for path in sorted((demo / "feedback").glob("*.html")) if "Not right" in path.read_text())
    page.goto(named.as_uri())
    _keep("student", page.screenshot())
    with _desk(demo) as address:
        page.goto(address)
        question = f"{address.partition('?')[0]}question?name=q12&filter="
        page.goto(f"{question}wrong")
        known = page.locator("option[value^='mistake:']").first.get_attribute("value")
        page.goto(f"{question}{known}")
        page.wait_for_load_state("networkidle")
        _keep("desk", page.screenshot())


def main() -> None:
    """Take all of them."""
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory() as place:
        lab = Path(place, "lab")
        lab.mkdir()
        # started in its place: the pages show the commands as they were typed
        subprocess.run([*_COMMAND, "demo"], cwd=place, check=True, stdout=subprocess.DEVNULL)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET, timeout=PATIENT)
            _pages(browser, Path(place, "demo"))
            _check(browser, lab)
            browser.close()


if __name__ == "__main__":
    main()
