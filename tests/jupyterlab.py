"""A real JupyterLab on a folder of notebooks, and its window in a real browser."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

TOKEN = "only-for-this-test"
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},  # every cell in the page, also those below the window
    "apputils-extension/notification": {"fetchNews": "false"},  # no question about news in front of the cells
}
PATIENT = 300_000.0
"""Milliseconds: on a busy machine everything comes, but not soon."""
FORGET = "import gc; gc.freeze()\n%reset -f"
"""Makes a kernel forget all names. It searches for garbage as well, in all that JAX and SymPy have made as they were
imported, which takes as long as four checks, unless that is left out."""


@contextmanager
def jupyterlab(folder: Path) -> Iterator[str]:
    """Address of a JupyterLab that shows a folder."""
    for of, settings in SETTINGS.items():
        path = folder / ".s" / "@jupyterlab" / f"{of}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(settings))
    places = {"JUPYTER_CONFIG_DIR": ".c", "JUPYTER_DATA_DIR": ".d", "JUPYTER_RUNTIME_DIR": ".r", "IPYTHONDIR": ".i"}
    environ = os.environ | {name: str(folder / place) for name, place in places.items()}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
    command += [f"--IdentityProvider.token={TOKEN}", f"--LabApp.user_settings_dir={folder / '.s'}"]
    command += ["--LabApp.expose_app_in_browser=True"]  # notebooks are opened and closed by its own commands
    with (folder / "lab.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, env=environ, stdout=log, stderr=log)
    try:
        yield _address(server, folder)
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


def answer(page: Page, before: str, text: str) -> None:
    """Put an answer into the cell that has this starter code."""
    cell = page.locator(".jp-CodeCell", has_text=before).first
    cell.scroll_into_view_if_needed()
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)
    expect(page.locator(".jp-CodeCell", has_text=text)).to_be_visible(timeout=PATIENT)


def ask(page: Page, what: str, promised: str, patience: float = PATIENT) -> None:
    """Have JupyterLab do something, and wait until it is done.

    Not with ``page.evaluate``, which has no time-out: a promise that is never kept would hold the tests for ever.
    """
    try:
        page.wait_for_function(f"async () => {{ await {promised}; return true; }}", timeout=patience)
    except PlaywrightTimeout:
        raise AssertionError(f"JupyterLab was asked to {what} and did not within {patience / 1000:g} s") from None


@contextmanager
def window(browser: Browser, lab: str, sharpness: float = 1) -> Iterator[Page]:
    """JupyterLab in a browser's window; to start it and to load it takes as long as three notebooks in it."""
    page = browser.new_page(viewport={"width": 1100, "height": 1400}, device_scale_factor=sharpness)
    page.set_default_timeout(PATIENT)
    page.goto(f"{lab}/lab?token={TOKEN}")
    page.wait_for_function("window.jupyterapp?.restored.then(() => true)")
    yield page
    page.close()


@contextmanager
def opened(page: Page, name: str, *, kept: bool = False) -> Iterator[None]:
    """One assignment in JupyterLab, its kernel waiting; closed and its kernel ended afterwards.

    Args:
        page: the window of JupyterLab.
        name: the notebook's, without its suffix.
        kept: leave the kernel, and take the one that was left, where it has forgotten all names: to start one and to
            import JAX costs more than to run a notebook.
    """
    ask(page, "find a kernel", "window.jupyterapp.serviceManager.kernels.refreshRunning()")
    old = page.evaluate("[...window.jupyterapp.serviceManager.kernels.running()].map(({id, name}) => ({id, name}))[0]")
    if old:
        code = json.dumps(FORGET)
        connected = f"window.jupyterapp.serviceManager.kernels.connectTo({{model: {json.dumps(old)}}})"
        ask(page, "forget names", f"{connected}.requestExecute({{code: {code}}}).done")
    what = json.dumps({"path": f"{name}.ipynb", **({"kernel": old} if old else {})})
    ask(page, f"open {name}", f"window.jupyterapp.commands.execute('docmanager:open', {what})")
    page.wait_for_selector(".jp-NotebookPanel h1")
    page.wait_for_selector(".jp-CodeCell")
    # not the indicator in the toolbar: it says idle before there is a kernel, and then Run All does nothing
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=PATIENT)
    yield
    if shown := os.environ.get("AUTOGRADER_SHOTS"):
        page.locator(".jp-CodeCell", has_text='grader.check("q1")').first.scroll_into_view_if_needed()
        page.screenshot(path=f"{shown}/{name}.png")
    # not the command that closes: it asks whether to save where an output came after the last saving
    ask(page, f"close {name}", "[...window.jupyterapp.shell.widgets('main')].map(widget => widget.dispose())")
    if not kept:
        ask(page, f"end the kernel of {name}", "window.jupyterapp.serviceManager.sessions.shutdownAll()")
    expect(page.locator(".jp-NotebookPanel")).to_have_count(0, timeout=PATIENT)


def run_all(page: Page) -> None:
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").first.click()
    page.locator(".lm-Menu-itemLabel", has_text="Run All Cells").first.click()
