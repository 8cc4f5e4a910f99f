"""How long a TA waits at the desk, and in the terminal: ``python -m tests.desk.times FOLDER [--browser]``.

FOLDER is what ``autograder grade`` wrote; it is copied, and nothing in it is changed. A line a figure: seconds on the
clock, and of processor time of everything that works for it. The first is a command that starts anew each time; answers
and decisions are asked for one after another at a desk that is open, with nothing else to do on the machine if the
clock is to say anything. ``--browser`` shows them in headless Chromium too, from the key to the next answer; there
whole groups are decided, and drawing the pages of those decided before counts in the processor's time.
"""

import argparse
import asyncio
import csv
import http.client
import json
import resource
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from autograder.desk import Desk, Painter, Place, serve
from autograder.sandbox.limits import Limits
from tests.desk.desk_class import COMMAND, HERE

MOST = 60
"""Answers that are looked at, and decisions that are made."""
REPEATED = 5
"""Times that a command is given."""


def say(what: str, clock: list[float], worked: list[float]) -> None:
    """Print one line: median and the 95th of 100, in milliseconds."""

    def both(values: list[float]) -> str:
        ordered = sorted(values)
        return f"{statistics.median(ordered) * 1000:8.0f}{ordered[int(0.95 * (len(ordered) - 1))] * 1000:8.0f}"

    print(f"{what:<44}{len(clock):>4}{both(clock)}{both(worked)}", flush=True)


def command(*words: str) -> tuple[float, float]:
    """Clock and processor time of one command in a process of its own."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run([*COMMAND, *words], capture_output=True, text=True, check=False, env=HERE)
    if done.returncode not in (0, 3):
        raise SystemExit(done.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - began, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def first_page(folder: Path) -> tuple[float, float]:
    """From the command to the bytes of the first page."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [*COMMAND, "desk", str(folder), "--no-open"], stdout=subprocess.PIPE, text=True, env=HERE
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().removeprefix("the desk: ").strip()
        port, token = int(address.split(":")[2].split("/")[0]), address.split("token=")[1]
        line = http.client.HTTPConnection("127.0.0.1", port)
        line.request("GET", "/", headers={"Cookie": f"desk-{port}={token}"})
        reply = line.getresponse()
        assert reply.status == 200
        reply.read()
        took, used = time.perf_counter() - began, psutil.Process(process.pid).cpu_times()
        return took, used.user + used.system
    finally:
        process.kill()
        process.communicate()


@contextmanager
def opened(folder: Path) -> Iterator[tuple[Place, Callable[..., dict[str, object]]]]:
    """A desk in this process, and a function that asks it for an address, or sends it something."""
    desk = Desk(folder, who="times", rubric_file=folder / "rubric.json")
    place = Place(desk, Painter(folder, lambda: None, "none", Limits()), "en")
    started, stopped, loop = threading.Event(), asyncio.Event(), asyncio.new_event_loop()
    thread = threading.Thread(
        target=lambda: loop.run_until_complete(serve(place, 0, lambda address: started.set(), stopped))
    )
    thread.start()
    assert started.wait(300)
    line = http.client.HTTPConnection("127.0.0.1", place.port)

    def ask(path: str, body: object = None) -> dict[str, object]:
        headers = {"Cookie": f"{place.cookie}={place.token}", "X-CSRF-Token": place.csrf}
        line.request("GET" if body is None else "POST", path, None if body is None else json.dumps(body), headers)
        reply = line.getresponse()
        assert reply.status == 200, reply.status
        told: dict[str, object] = json.loads(reply.read())
        return told

    try:
        yield place, ask
    finally:
        line.close()
        loop.call_soon_threadsafe(stopped.set)
        thread.join(30)
        loop.close()
        place.painter.close()
        desk.close()


def timed(work: Callable[[], object], clock: list[float], worked: list[float]) -> None:
    """Add what some work took to both lists."""
    began, used = time.perf_counter(), time.process_time()
    work()
    clock.append(time.perf_counter() - began)
    worked.append(time.process_time() - used)


def answers_and_decisions(folder: Path) -> None:
    """The next answer, a decision with the answer after it, and a decision alone."""
    with opened(folder) as (place, ask):
        desk = place.desk
        at: list[tuple[str, str]] = []
        for question in desk.pieces:
            desk.ready(question).result()
            at += [(question, members[0].id) for _, members in desk.chosen(question, "all")]
        ask(f"/part?name={at[0][0]}&filter=all&at={at[0][1]}")  # what the first answer imports
        step = max(1, len(at) // MOST)
        looked, decided, stored = ([], []), ([], []), ([], [])
        for question, id in at[::step][:MOST]:
            timed(lambda q=question, i=id: ask(f"/part?name={q}&filter=all&at={i}"), *looked)
        for question, id in at[::step][:MOST]:
            member = desk.member(question, desk.piece_of(id)[1])
            sent = {"question": question, "filter": "all", "at": id, "versions": {id: member.version}, "points": 0.5,
                    "comments": [], "note": "looked at"}  # fmt: skip
            timed(lambda body=sent: ask("/decide", body), *decided)
        for question, id in at[::step][:MOST]:
            member = desk.member(question, desk.piece_of(id)[1])
            timed(lambda q=question, i=id, v=member.version: desk.decide(q, {i: v}, points=1.0), *stored)
    say("next answer", *looked)
    say("decision, until the answer after it is there", *decided)
    say("decision, until it is stored", *stored)


def in_the_terminal(folder: Path) -> None:
    """``override`` and ``review --from``, each time with other points."""
    with (folder / "grades.csv").open(newline="", encoding="utf-8") as file:
        keys = [row["student_id"] for row in csv.DictReader(file) if row["status"] == "graded"]
    name = Desk(folder, who="times", rubric_file=folder / "rubric.json")
    assignment, question = name.folder.run.facts.assignment, next(iter(name.pieces))
    name.close()
    overrides, reviews = ([], []), ([], [])
    command(
        "override", assignment, keys[0], question, "0.25", "--why", "first", "-o", str(folder)
    )  # draws what is owed
    for number in range(REPEATED):
        points = f"{0.1 * (number + 1):.1f}"
        one = command("override", assignment, keys[1], question, points, "--why", "looked at", "-o", str(folder))
        table = folder / "requests.csv"
        rows = "".join(f"{key},{question},{points},looked at\n" for key in keys[2:12])
        table.write_text(f"student,question,points,why\n{rows}")
        other = command("review", str(folder), "--from", str(table))
        for found, took in ((overrides, one), (reviews, other)):
            found[0].append(took[0])
            found[1].append(took[1])
    say("override", *overrides)
    say("review --from, ten rows", *reviews)


def in_the_browser(folder: Path) -> None:
    """From the key to the next answer in headless Chromium; the processor's time is the desk's."""
    from playwright.sync_api import sync_playwright

    from tests.chromium import CHROMIUM

    with opened(folder) as (place, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        page = browser.new_page()
        page.goto(place.address)
        base = place.address.split("?")[0]
        looked, decided = ([], []), ([], [])

        def until_another(key: str) -> None:
            page.locator(".two").evaluate("group => { group.dataset.stood = '1' }")
            page.keyboard.press(key)
            page.locator(".two:not([data-stood])").wait_for()

        for question in place.desk.pieces:
            page.goto(f"{base}question?name={question}&filter=all")
            while len(looked[0]) < MOST and not page.locator("[data-act=forth]").is_disabled():
                timed(lambda: until_another("j"), *looked)
        for question in place.desk.pieces:
            page.goto(f"{base}question?name={question}&filter=all")
            while len(decided[0]) < MOST and not page.locator("[data-act=forth]").is_disabled():
                page.keyboard.press("f")
                timed(lambda: until_another("Enter"), *decided)
        browser.close()
    say("next answer, in the browser", *looked)
    say("decision and next answer, in the browser", *decided)


def main() -> None:
    """Measure, and print."""
    said = argparse.ArgumentParser(prog="python -m tests.desk.times", description=__doc__.split("\n")[0])
    said.add_argument("folder", type=Path)
    said.add_argument("--browser", action="store_true")
    given = said.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(shutil.copytree(given.folder, Path(scratch) / "grades"))
        print(f"{'milliseconds':<44}{'':>4}{'clock':>16}{'processor':>16}")
        print(f"{'':<44}{'n':>4}" + f"{'median':>8}{'p95':>8}" * 2)
        pages = [first_page(folder) for _ in range(REPEATED)]
        say("first page, from the command", [one for one, _ in pages], [one for _, one in pages])
        answers_and_decisions(folder)
        in_the_terminal(folder)
        if given.browser:
            in_the_browser(folder)


if __name__ == "__main__":
    main()
