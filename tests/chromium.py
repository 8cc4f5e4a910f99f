"""Debian's chromium, for the tests that look at pages as people do."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
PATIENT = 180_000.0
"""Milliseconds; playwright's own half a minute is short for a browser that starts on a busy machine."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of a file."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET, timeout=PATIENT)
        yield chromium
        chromium.close()


def violations(page: Page) -> str:
    """What axe finds wrong on a page for those who cannot see it, empty where it finds nothing."""
    # half a megabyte of script, which costs as much as what it looks for: once a document, however often it is asked
    there = page.evaluate("'axe' in window")
    found = (Axe("") if there else Axe()).run(page)
    return str(found.generate_report()) if found.violations_count else ""


@contextmanager
def windows(browser: Browser, *, home: str, but: str | None = None) -> Iterator[Callable[..., Page]]:
    """Opens addresses, each in a window of its own; closes them and looks at what they did.

    Nothing was asked of anybody else than ``home``, the beginning of an address, and nothing was said on the console
    except lines with ``but``.
    """
    said: list[str] = []
    asked: list[str] = []
    contexts: list[BrowserContext] = []

    def opened(address: str, **options: Any) -> Page:
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENT)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    unexpected = [line for line in said if but is None or but not in line]
    assert not unexpected, unexpected
    strangers = [url for url in asked if not url.startswith((home, "data:"))]
    assert not strangers, strangers
