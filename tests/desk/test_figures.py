"""A student's own figures as pictures, and why there is none."""

import json
from copy import copy

import msgspec
import pytest

from autograder.desk.figures import Drawn, Problem, Why, _figures_of, png
from autograder.folder.figures import notebook_path
from tests.desk.desk_samples import given, piece
from tests.report.report_samples import run


def packed(content: bytes) -> str:
    import base64
    import zlib

    return base64.b64encode(zlib.compress(content)).decode()


def test_a_picture_is_made_of_pixels_and_of_nothing_else():
    made = png(2, 1, packed(bytes([255, 0, 0, 255, 0, 255, 0, 255])))
    assert made.startswith(b"\x89PNG\r\n")
    for width, height, content in (
        (2, 2, b"\0" * 8),
        (1, 1, b"\0" * 400),
        (10**6, 10**6, b""),
        (0, 0, b""),
        (-1, 4, b""),
    ):
        with pytest.raises(ValueError):  # noqa: PT011 - each is refused for another reason
            png(width, height, packed(content))
    with pytest.raises(ValueError):  # noqa: PT011
        png(1, 1, "<svg onload=alert(1)>")


class Session:
    """A student's process, as far as figures ask it: what it says to the list of figures and to the order to draw."""

    def __init__(self, listed, drawn="[]") -> None:
        self.replies = [listed, drawn]

    def run_inside(self, source, argument="", *, seconds):
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply


ONE = json.dumps([[0, ["fig"], True]])


@pytest.mark.parametrize(
    ("session", "why", "detail"),
    [
        (Session("[]"), Why.NONE, ""),
        (Session(TimeoutError("interrupted")), Why.TIME, "20"),
        (Session(ONE, TimeoutError("interrupted")), Why.TIME, "20"),
        (Session(ONE, ValueError("no\nbackend")), Why.RAISED, "ValueError: no backend"),
        (Session(ONE, '[[1, 1, "AAAA"]]'), Why.RAISED, "error: Error -3"),
        (Session(ONE, "[]"), Why.RAISED, "no pixels came back"),
        (Session("<svg onload=alert(1)>"), Why.RAISED, "DecodeError"),
    ],
)
@pytest.mark.parametrize("language", ["en", "de"])
def test_why_there_is_no_picture_is_said(session, why, detail, language):
    from autograder.desk import pages

    session = copy(session)
    session.replies = list(session.replies)
    pictures, problem = _figures_of(session, "check(fig)")
    assert pictures == []
    assert problem.why is why
    assert detail in problem.detail
    window = pages.Window(language=language, names=False, csrf="")
    drawn = Drawn(figures={"q1": 0}, problems={"q1": problem})
    html = pages.figures(window, "id", "q1", drawn, piece("a", given("figure", "1 line")), ["1 line"])
    begins = {
        "en": {Why.NONE: "The notebook made no figure", Why.TIME: "took longer than 20 s"},
        "de": {Why.NONE: "keine Abbildung", Why.TIME: "dauerte länger als 20 s"},
    }
    assert begins[language].get(why, problem.detail[:5]) in html


def test_what_was_drawn_before_a_notebook_was_stopped_is_shown_and_the_rest_says_why(tmp_path):
    drawn = Drawn(figures={"q1": 1, "q2": 0}, problems={"q2": Problem(why=Why.STOPPED, detail="out of memory")})
    assert drawn.why("q1") is None
    assert drawn.why("q2").detail == "out of memory"
    assert drawn.why("q3").why is Why.NONE
    assert Drawn(problem=Problem(why=Why.CLOSED)).why("q1").why is Why.CLOSED


def test_a_loose_notebook_is_found_where_it_was_given(tmp_path, monkeypatch):
    one = run(students=1).results[0].submission
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.ipynb").write_text("{}")
    monkeypatch.chdir(tmp_path)
    submission = msgspec.structs.replace(one, path="in/a.ipynb")
    assert notebook_path(tmp_path / "grades", submission) == tmp_path / "in" / "a.ipynb"
    monkeypatch.chdir(tmp_path.parent)  # and from elsewhere beside the output folder
    assert notebook_path(tmp_path / "grades", submission) == tmp_path / "in" / "a.ipynb"
    inside = tmp_path / "grades" / "in" / "a.ipynb"
    inside.parent.mkdir(parents=True)
    inside.write_text("{}")
    assert notebook_path(tmp_path / "grades", submission) == inside
