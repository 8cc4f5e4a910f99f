"""Who may ask the served desk, and what its answers hold."""

import json
import re

import pytest

from tests.desk.desk_samples import first_open
from tests.report.report_samples import HOSTILE


def test_only_who_has_the_address_gets_in(server):
    place, ask = server
    assert ask("/")[0].status == 200
    assert ask("/", cookie=False)[0].status == 403
    assert ask(f"/?token={place.token}x", cookie=False)[0].status == 403
    reply, _ = ask(f"/?token={place.token}", cookie=False)
    assert reply.status == 302
    assert "HttpOnly" in reply.getheader("Set-Cookie")
    assert "SameSite=Strict" in reply.getheader("Set-Cookie")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "localhost.evil.example:{port}"])
def test_a_name_that_is_bound_to_this_machine_is_refused(server, host):
    place, ask = server
    assert ask("/", host=host.format(port=place.port))[0].status == 403
    assert ask("/", host=f"localhost:{place.port}")[0].status == 200


def test_nothing_changes_without_the_pages_own_token(server):
    place, ask = server
    id = next(iter(first_open(place.desk, "q1")))
    sent = {
        "question": "q1",
        "filter": "undecided",
        "at": id,
        "versions": {id: 0},
        "points": 1,
        "comments": [],
        "note": "",
    }
    assert ask("/decide", body=sent, csrf=False)[0].status == 403
    assert ask("/decide", body=sent, origin="http://evil.example")[0].status == 403
    assert ask("/decide", body=sent, cookie=False)[0].status == 403
    assert ask("/names", body={"on": True}, csrf=False)[0].status == 403
    assert place.desk.book.overrides == []
    assert ask("/decide", body=sent, origin=f"http://127.0.0.1:{place.port}")[0].status == 200
    assert len(place.desk.book.overrides) == 1


def test_every_answer_forbids_scripts_and_frames_from_anywhere(server):
    _, ask = server
    for path in ("/", "/question?name=q1", "/history", "/nowhere", "/static/desk.js", "/question?name=<script>"):
        reply, told = ask(path)
        policy = reply.getheader("Content-Security-Policy")
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert reply.getheader("X-Content-Type-Options") == "nosniff"
        assert reply.getheader("Cache-Control") == "no-store"
        assert "<script>alert" not in told


@pytest.mark.parametrize(
    ("path", "status"),
    [("/static/../server.py", 404), ("/static/%2e%2e/server.py", 404), ("/figure?id=../../x&n=0", 404),
     ("/figure?id=zz&n=-1", 404), ("/notebook?id=0004", 404), ("/question?name=nothing", 404), ("/decide", 405)],
)  # fmt: skip
def test_no_address_leads_elsewhere(server, path, status):
    assert server[1](path)[0].status == status


@pytest.mark.parametrize("body", [[], {}, {"question": "q1"}, {"question": "nothing", "filter": "", "at": ""}, "x", 1])
def test_what_no_page_sends_changes_nothing(server, body):
    place, ask = server
    for path in ("/decide", "/comment", "/rule", "/unrule", "/again", "/undo", "/comment/remove"):
        reply, _ = ask(path, body=body)
        assert reply.status in (200, 400)
        assert reply.status == 400 or place.desk.book.overrides == []
    assert not place.desk.book.overrides
    assert not place.desk.book.rulings


@pytest.mark.parametrize("wrong", [{"filter": {}}, {"at": 5}, {"versions": [1]}, {"seen": []}, {"comments": 5}])
def test_a_request_that_is_half_right_decides_nothing(server, wrong):
    place, ask = server
    own = first_open(place.desk, "q1")
    sent = {"question": "q1", "filter": "all", "at": "", "versions": own, "points": 1, "comments": [], "note": ""}
    assert ask("/decide", body={**sent, **wrong})[0].status == 400
    assert place.desk.book.overrides == []


def test_what_is_not_there_is_not_taken_back(server):
    place, ask = server
    for path, body in (("/undo", {"id": "nothing"}), ("/unrule", {"question": "q1", "place": 7, "name": "nothing"})):
        assert json.loads(ask(path, body=body)[1])["said"] == "There is nothing to undo."
    assert not place.desk.book.overrides
    assert not place.desk.book.rulings


def test_what_a_student_wrote_is_text(server):
    _, ask = server
    ask("/names", body={"on": True})
    _, told = ask("/question?name=q1&filter=all")
    assert HOSTILE[:20] not in told
    assert not re.search(r"<(img|iframe|object|embed|base|link rel=.import)", told)
