"""Debian's chromium, for the tests that look at pages as people do."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
PATIENT = 180_000.0
"""Milliseconds; playwright's own half a minute is short for a browser that starts on a busy machine."""


_idle: dict[str, list[Page]] = {}
"""Windows that nobody looks at, by what cannot be changed of one: to open one costs half a second of processor time."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of a file."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET, timeout=PATIENT)
        yield chromium
        _idle.clear()
        chromium.close()


def violations(page: Page) -> str:
    """What axe finds wrong on a page for those who cannot see it, empty where it finds nothing."""
    # half a megabyte of script, which costs as much as what it looks for: once a document, however often it is asked
    there = page.evaluate("'axe' in window")
    found = (Axe("") if there else Axe()).run(page)
    return str(found.generate_report()) if found.violations_count else ""


@contextmanager
def windows(browser: Browser, *, home: str, but: str | None = None) -> Iterator[Callable[..., Page]]:
    """Opens addresses, each in a window of its own, empty and without cookies; looks at what they did in the end.

    Nothing was asked of anybody else than ``home``, the beginning of an address, and nothing was said on the console
    except lines with ``but``.
    """
    said: list[str] = []
    asked: list[str] = []
    heard: dict[str, Callable[..., Any]] = {
        "console": lambda message: said.append(message.text),
        "pageerror": lambda error: said.append(str(error)),
        "dialog": lambda dialog: (said.append(dialog.message), dialog.dismiss()),
        "request": lambda request: asked.append(request.url),
    }
    taken: list[tuple[Page, str]] = []

    def opened(address: str, *, viewport: Any = None, color_scheme: Any = "light", **fixed: Any) -> Page:
        kind = repr(sorted(fixed.items()))
        if idle := _idle.get(kind):
            page = idle.pop()
        else:
            page = browser.new_context(**fixed).new_page()
            page.context.set_default_timeout(PATIENT)
        taken.append((page, kind))
        page.set_viewport_size(viewport or {"width": 1280, "height": 720})
        page.emulate_media(media="null", color_scheme=color_scheme)
        for event, hear in heard.items():
            page.on(event, hear)
        page.goto(address)
        return page

    yield opened
    for page, kind in taken:
        page.goto("about:blank")
        for event, hear in heard.items():
            page.remove_listener(event, hear)
        page.context.clear_cookies()
        _idle.setdefault(kind, []).append(page)
    unexpected = [line for line in said if but is None or but not in line]
    assert not unexpected, unexpected
    strangers = [url for url in asked if not url.startswith((home, "data:"))]
    assert not strangers, strangers
