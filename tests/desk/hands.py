"""The desk as a person meets it: served by a process of its own, with hands that press keys."""

import signal
import subprocess
from pathlib import Path

from playwright.sync_api import expect

from tests.desk.desk_class import COMMAND, HERE


class Served:
    """``autograder desk`` in a process of its own."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.options = options
        self.address = ""
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> str:
        command = [*COMMAND, "desk", str(self.folder), "--no-open", *self.options]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=HERE)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        self.address = line.removeprefix("the desk: ").strip()
        assert self.address.startswith("http://127.0.0.1:"), line
        return self.address

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.communicate()

    def stop(self) -> int:
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        self._process.communicate(timeout=120)
        return self._process.returncode

    def end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self.kill()


class Hands:
    """Presses keys on the page, and counts them."""

    def __init__(self, page) -> None:
        self.page = page
        self.keys = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text)

    def store(self) -> None:
        """Enter, and wait for what comes next."""
        self.decide("Enter")

    def decide(self, key: str) -> None:
        """Press a key that decides, and wait until another group, or another page, stands where this one stood."""
        self.page.locator(".two").evaluate("group => { group.dataset.stood = 'decided' }")
        self.press(key)
        expect(self.page.locator(".two[data-stood=decided]")).to_have_count(0)
        self.page.wait_for_load_state()

    def leave(self, key: str) -> None:
        """Press a key after which a page is loaded, be it the same."""
        with self.page.expect_event("load"):
            self.press(key)
