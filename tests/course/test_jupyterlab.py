"""The students' notebook in a real JupyterLab, in a real browser: it opens, runs, and a check says its sentence."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from autograder import build
from tests import ROOT
from tests.chromium import CHROMIUM, browser

__all__ = ["browser"]
TOKEN = "only-for-this-test"
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},  # every cell in the page, also those below the window
    "apputils-extension/notification": {"fetchNews": "false"},  # no question about news in front of the cells
}
PATIENT = 300_000.0
"""Milliseconds: on a busy machine everything comes, but not soon."""
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed: NOT tried in JupyterLab"),
]


@pytest.fixture(scope="module")
def lab_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that JupyterLab shows."""
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="module")
def lab(lab_folder: Path) -> Iterator[str]:
    """Address of a JupyterLab."""
    for of, settings in SETTINGS.items():
        path = lab_folder / ".s" / "@jupyterlab" / f"{of}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(settings))
    places = {"JUPYTER_CONFIG_DIR": ".c", "JUPYTER_DATA_DIR": ".d", "JUPYTER_RUNTIME_DIR": ".r", "IPYTHONDIR": ".i"}
    environ = os.environ | {name: str(lab_folder / folder) for name, folder in places.items()}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
    command += [f"--IdentityProvider.token={TOKEN}", f"--LabApp.user_settings_dir={lab_folder / '.s'}"]
    command += ["--LabApp.expose_app_in_browser=True"]  # notebooks are opened and closed by its own commands
    with (lab_folder / "lab.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=lab_folder, env=environ, stdout=log, stderr=log)
    try:
        yield _address(server, lab_folder)
    finally:
        server.terminate()
        server.wait()


def _address(server: "subprocess.Popen[bytes]", place: Path) -> str:
    """Where it answers: it writes down which port it got."""
    while True:
        assert server.poll() is None, (place / "lab.log").read_text()
        for note in (place / ".r").glob("jpserver-*.json"):
            try:
                address = f"http://127.0.0.1:{json.loads(note.read_text())['port']}"
                with urllib.request.urlopen(f"{address}/api?token={TOKEN}", timeout=60):
                    return address
            except (OSError, ValueError):
                pass
        time.sleep(0.1)


def _answer(page: Page, before: str, text: str) -> None:
    """Put an answer into the cell that has this starter code."""
    cell = page.locator(".jp-CodeCell", has_text=before).first
    cell.scroll_into_view_if_needed()
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)
    expect(page.locator(".jp-CodeCell", has_text=text)).to_be_visible(timeout=PATIENT)


@pytest.fixture(scope="module")
def page(lab: str, browser: Browser) -> Iterator[Page]:
    """JupyterLab in a browser's window; to start it and to load it takes as long as three notebooks in it."""
    page = browser.new_page(viewport={"width": 1100, "height": 1400})
    page.set_default_timeout(PATIENT)
    page.goto(f"{lab}/lab?token={TOKEN}")
    page.wait_for_function("window.jupyterapp?.restored.then(() => true)")
    yield page
    page.close()


@contextmanager
def _opened(page: Page, name: str) -> Iterator[None]:
    """One assignment in JupyterLab, its kernel waiting; closed and its kernel ended afterwards."""
    open_it = "async path => { await window.jupyterapp.commands.execute('docmanager:open', {path}); }"
    page.evaluate(open_it, f"{name}.ipynb")
    page.wait_for_selector(".jp-NotebookPanel h1")
    page.wait_for_selector(".jp-CodeCell")
    # not the indicator in the toolbar: it says idle before there is a kernel, and then Run All does nothing
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=PATIENT)
    yield
    if shown := os.environ.get("AUTOGRADER_SHOTS"):
        page.locator(".jp-CodeCell", has_text='grader.check("q1")').first.scroll_into_view_if_needed()
        page.screenshot(path=f"{shown}/{name}.png")
    # saved first: else it asks whether to throw away what was run
    page.evaluate(
        """async () => {
            const { commands, serviceManager } = window.jupyterapp;
            await commands.execute("docmanager:save");
            await commands.execute("application:close");
            await serviceManager.sessions.shutdownAll();
        }"""
    )
    expect(page.locator(".jp-NotebookPanel")).to_have_count(0, timeout=PATIENT)


def _run_all(page: Page) -> None:
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").first.click()
    page.locator(".lm-Menu-itemLabel", has_text="Run All Cells").first.click()


def test_a_wrong_answer_gets_its_sentence_and_a_right_one_passes(page: Page, lab_folder: Path) -> None:
    shutil.copy(ROOT / "assignments/hw01/hw01.ipynb", lab_folder)
    with _opened(page, "hw01"):
        _answer(page, "dfdx = ...", 'dfdx = "6*x + 2 + 10"')
        _answer(page, "slope = ...", "slope = lambda t: 6 * t + 2")
        _run_all(page)
        page.wait_for_selector(".jp-OutputArea >> text=Not yet: dfdx")
        page.wait_for_selector(".jp-OutputArea >> text=1 of 2 checks ran here")
        said = page.locator(".jp-CodeCell", has_text='grader.check("q1")').first.inner_text()
    assert "Not yet: dfdx and what the question asks for differ." in said
    assert "Traceback" not in said
    assert "autograder/" not in said


def test_every_assignment_opens_and_every_check_says_its_sentence(page: Page, lab_folder: Path) -> None:
    for name in build.assignments(ROOT):
        shutil.copy(ROOT / "assignments" / name / f"{name}.ipynb", lab_folder)
        questions = build.read_source_of(ROOT, name).questions
        with _opened(page, name):
            _run_all(page)
            checks = page.locator(".jp-CodeCell", has_text="grader.check(")
            expect(checks.last).to_contain_text(f"{questions[-1].name}:", timeout=PATIENT)
            said = checks.all_inner_texts()
            page_text = page.locator(".jp-Notebook").inner_text()
        assert "There is no answer yet" in said[0], name
        for question, text in zip(questions, said, strict=True):
            assert f"{question.name}:" in text, (name, text)
        assert "Traceback" not in page_text, name
