"""How many keys and seconds a class costs at the desk: ``python -m tests.desk.keys``.

A class of 60 with 40 formulas that no engine decides and 25 texts is written, graded and decided in headless Chromium
with the keyboard alone, by a TA who needs no time to think: what is left of the seconds is the desk's and the
browser's.
"""

import os
import subprocess
import tempfile
import time
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tests import ROOT
from tests.chromium import CHROMIUM, PATIENT, QUIET
from tests.desk.desk_class import write
from tests.desk.test_browser import COMMAND, Hands, Served, decide_one

STUDENTS, TEXTS = 60, 25


def graded(place: Path) -> Path:
    """The class, graded by the real thing."""
    assignment, handed_in, roster = write(place, STUDENTS, TEXTS)
    call = [*COMMAND, "grade", str(assignment), str(handed_in), "--roster", str(roster), "-o", str(place / "grades")]
    done = subprocess.run(
        call, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert done.returncode == 3, done.stdout + done.stderr
    return place / "grades"


def main() -> None:
    """Decide, count, print."""
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        desk = Served(graded(Path(scratch)))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET, timeout=PATIENT)
        page = browser.new_page()
        violations = 0
        try:
            page.goto(desk.start())
            violations += Axe().run(page).violations_count
            for question, what in (("q1", "undecided formulas"), ("q2", "texts")):
                page.goto(f"{desk.address.split('?')[0]}question?name={question}")
                answers = int(page.locator(".where progress").get_attribute("max") or 0)
                hands, groups, began = Hands(page), 0, time.perf_counter()
                while page.locator(".two").count() and page.locator(".two").get_attribute("data-question") == question:
                    decide_one(hands, page)
                    groups += 1
                took = time.perf_counter() - began
                print(f"{answers} {what}: {groups} decisions, {hands.keys} keys, {took:.1f} s", flush=True)
                page.goto(f"{desk.address.split('?')[0]}question?name={question}&filter=all")
                violations += Axe().run(page).violations_count
            print(f"axe: {violations} violations on three pages")
            assert desk.stop() == 0
        finally:
            desk.end()
            browser.close()


if __name__ == "__main__":
    main()
