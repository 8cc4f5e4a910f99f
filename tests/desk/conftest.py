"""A class at the desk: its folder, and the desk served."""

import http.client
import json
import threading
from pathlib import Path

import pytest

from autograder.desk import Desk, Painter, Place, serve
from autograder.sandbox.limits import Limits
from tests.desk.desk_class import folder_of
from tests.desk.desk_samples import opened
from tests.report.report_samples import run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A class of 12 in which one answer of q1 is undecided and a notebook was stopped before q2."""
    return folder_of(run(students=12), tmp_path / "grades")


@pytest.fixture
def server(folder):
    """A served desk: its place, and a function that asks it."""
    import asyncio

    with opened(folder) as desk:
        rubric_file = folder / "rubric.json"
        painter = Painter(folder, lambda: None, "none", Limits())
        place = Place(desk, painter, "en", reopened=lambda: Desk(folder, who="ta", rubric_file=rubric_file))
        up, loop, stopped = threading.Event(), asyncio.new_event_loop(), asyncio.Event()
        thread = threading.Thread(
            target=lambda: loop.run_until_complete(serve(place, 0, lambda _: up.set(), stopped)), daemon=True
        )
        thread.start()
        assert up.wait(300)

        def ask(path, *, body=None, host=None, cookie=True, csrf=True, origin=None, method=None):
            line = http.client.HTTPConnection("127.0.0.1", place.port, timeout=300)
            headers = {"Host": host or f"127.0.0.1:{place.port}"}
            if cookie:
                headers["Cookie"] = f"{place.cookie}={place.token}"
            if csrf:
                headers["X-CSRF-Token"] = place.csrf
            if origin:
                headers["Origin"] = origin
            content = None if body is None else json.dumps(body)
            line.request(method or ("GET" if body is None else "POST"), path, body=content, headers=headers)
            reply = line.getresponse()
            told = reply.read().decode()
            line.close()
            return reply, told

        yield place, ask
        loop.call_soon_threadsafe(stopped.set)
        thread.join(300)
        loop.close()
        place.painter.close()
