"""A TA at the desk: a class of 60 decided with the keyboard alone, the server killed in the middle, hostile answers."""

import csv
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import expect

from autograder.batch.journal import Journal, in_force
from tests import ROOT
from tests.chromium import CHROMIUM, PATIENT, browser, violations, windows
from tests.desk.desk_class import COMMAND, TEXTS, class_of, folder_of, write
from tests.desk.hands import Hands, Served
from tests.report.report_samples import HOSTILE, run

__all__ = ["browser"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed: the desk was NOT tested in a browser"),
]
expect.set_options(timeout=PATIENT)
STUDENTS = 60
FIGURES = Path(".autograder", "figures")
GOOD, IDEA = "right: the slope is zero", "says where, not why"


@pytest.fixture
def serve() -> Iterator[object]:
    made: list[Served] = []

    def served(folder: Path, *options: str) -> Served:
        made.append(Served(folder, *options))
        made[-1].start()
        return made[-1]

    yield served
    for one in made:
        one.end()


@pytest.fixture(scope="module")
def graded(made_once):
    """The class of 60, graded by the real thing."""

    def grade(place: Path) -> None:
        assignment, handed_in, roster = write(place, STUDENTS)
        out = str(place / "grades")
        call = [*COMMAND, "grade", str(assignment), str(handed_in), "--roster", str(roster), "-o", out]
        done = subprocess.run(
            call, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        assert done.returncode == 3, done.stdout + done.stderr

    return made_once("class-at-the-desk", grade) / "grades"


@pytest.fixture
def own(graded, tmp_path):
    """A copy of the graded folder for one test."""
    return Path(shutil.copytree(graded, tmp_path / "grades"))


@pytest.fixture
def visit(browser):
    """A browser window, which says of a desk that is killed that it refused, reset or cut short what was asked."""
    with windows(browser, home="http://127.0.0.1:", but="Failed to load resource: net::ERR_") as opened:
        yield opened


def grades_of(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "grades.csv").open(newline="", encoding="utf-8") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def formula_points(formula: str) -> float:
    return 0.0 if "floor" in formula or "Max" in formula else 3.5


def text_points(text: str) -> float:
    """Full points where the slope is zero, one less where something is said, nothing for no idea."""
    return 0.0 if "No idea" in text else 3.0 if "zero" in text else 2.0


def decide_one(hands: Hands, page) -> None:
    """What the TA does with the group that is shown."""
    question = page.locator(".two").get_attribute("data-question")
    shown = page.locator(".given").inner_text()
    if question == "q1":
        hands.press("0") if formula_points(shown) == 0 else (hands.press("f"), hands.press("-"))
    elif "No idea" in shown:
        hands.press("0")
    else:
        comment = GOOD if "zero" in shown else IDEA
        boxes = page.locator("form.decision [name=comment]").evaluate_all("all => all.map(box => box.dataset.text)")
        if comment in boxes:
            hands.press(str(boxes.index(comment) + 1))
        else:
            hands.press("n")
            hands.type(comment)
            hands.press("Tab")
            hands.type("0" if comment == GOOD else "-1")
            hands.press("Enter")
            expect(page.locator("#comment")).not_to_be_visible()
            expect(page.locator("#reads")).to_contain_text(comment)
    hands.store()


def test_a_class_of_60_is_decided_with_the_keyboard_alone_and_nothing_is_lost(own, serve, visit):
    desk = serve(own, "--who", "ta")
    page = visit(desk.address)
    hands = Hands(page)
    groups = 0
    taken_out = ""
    while page.locator("a.open-question").count() or page.locator(".two").count():
        if not page.locator(".two").count():
            hands.leave("Enter")
            continue
        if not taken_out and page.locator("[name=member]").count() > 3:
            # one answer of a group is another matter: it comes again by itself
            hands.press("x", "Space")
            taken_out = page.locator("[name=member]").first.get_attribute("value")
        decide_one(hands, page)
        groups += 1
        if groups == 4:
            desk.kill()
            page.goto(desk.start())
    assert groups == 3 + 7 + 1, "three functions, seven texts, and the one that was taken out"
    assert taken_out
    expect(page.locator(".bar")).to_contain_text("95 of 95 undecided answers are decided")
    assert desk.stop() == 0
    rows = grades_of(own)
    with (own / "lms" / "canvas.csv").open(newline="", encoding="utf-8-sig") as file:
        cells = {row["ID"]: row["hw (1)"] for row in csv.DictReader(file)}
    for id, (formula, text, _) in class_of(STUDENTS).items():
        row = rows[id]
        assert row["status"] == "graded"
        if any(sign in formula for sign in ("10**-5000", "floor", "Max")):
            assert float(row["q1"]) == formula_points(formula), formula
        if text is not None:
            assert float(row["q2"]) == text_points(text), text
        assert float(cells[id]) == float(row["score"])
    with Journal(own / "journal.db") as journal:
        decided = journal.overrides()
    assert {one.who for one in decided} == {"ta"}
    assert len(decided) == 95
    page_of = (own / "feedback" / next(id for id, one in class_of(STUDENTS).items() if one[1] == TEXTS[3])).with_suffix(
        ".html"
    )
    assert f"{IDEA} (−1)" in page_of.read_text()


def test_two_windows_never_lose_a_decision_and_say_it(own, serve, visit):
    desk = serve(own)
    one, other = visit(desk.address), visit(desk.address)
    for page in (one, other):
        page.goto(desk.address.split("?")[0] + "question?name=q2")
    one.keyboard.press("f")
    Hands(one).store()
    other.keyboard.press("0")
    other.keyboard.press("Enter")
    expect(other.locator("#said")).to_contain_text("Nothing was stored")
    expect(other.locator(".state").first).to_have_text("3 / 3")
    other.keyboard.press("0")
    other.keyboard.press("Enter")
    expect(other.locator("#said")).to_contain_text("Stored: 0 points")
    with Journal(own / "journal.db") as journal:
        assert {one.points for own in in_force(journal.overrides()).values() for one in own.values()} == {0.0}


def test_undo_notebook_names_and_marks_have_keys(own, serve, visit):
    desk = serve(own)
    page = visit(desk.address)
    page.goto(desk.address.split("?")[0] + "question?name=q1")
    assert "Ann" not in page.content(), "names are hidden"
    first = page.locator(".two").get_attribute("data-at")
    page.keyboard.press("f")
    Hands(page).store()
    assert page.locator(".two").get_attribute("data-at") != first
    page.keyboard.press("u")
    expect(page.locator("#said")).to_contain_text("Taken back")
    expect(page.locator(".two")).to_have_attribute("data-at", first)
    page.keyboard.press("a")
    expect(page.locator("h2#group")).to_contain_text("asked again")
    page.keyboard.press("b")
    expect(page.locator("#sheet")).to_contain_text("otter.Notebook()")
    page.keyboard.press("Escape")
    expect(page.locator("#sheet")).not_to_be_visible()
    page.keyboard.press("?")
    expect(page.locator("#help")).to_contain_text("store and go on")
    page.keyboard.press("Escape")
    Hands(page).leave("v")
    expect(page.locator(".members")).to_contain_text("Ann")
    page.keyboard.press("g")
    expect(page.locator("main")).to_contain_text("Asked again")


def test_the_students_own_figure_is_shown_as_a_picture_and_comes_from_the_folder_the_second_time(own, serve, visit):
    desk = serve(own)
    page = visit(desk.address)
    page.goto(desk.address.split("?")[0] + "question?name=q3&filter=all")
    picture = page.locator(".figures img")
    expect(picture).to_have_count(1)
    picture.evaluate("image => image.decode()")
    assert picture.evaluate("image => image.naturalWidth") > 200
    assert "contour" in picture.get_attribute("alt")
    before = sorted((own / FIGURES).rglob("*.png"))
    assert before
    drawn = {path: path.stat().st_mtime_ns for path in before}
    desk.kill()
    page.goto(desk.start())
    page.goto(desk.address.split("?")[0] + "question?name=q3&filter=all")
    expect(page.locator(".figures img")).to_have_count(1)
    assert {path: path.stat().st_mtime_ns for path in before} == drawn, "they were not drawn again"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A folder whose answers, names and messages are all meant to run something."""
    evil = [
        HOSTILE,
        '"><img src=x onerror="alert(1)">',
        "</code></pre><svg onload=alert(2)>",
        "javascript:alert(3)",
        "$\\href{javascript:alert(4)}{x}$",
        "<math><mtext></mtext><mglyph><style><img src=x onerror=alert(5)>",
        "{{ self.__init__.__globals__ }}{% raw %}",
        "<base href=//evil.example><link rel=stylesheet href=//evil.example/x.css>",
        "\u202e\u2066 reversed",
        "![x](http://evil.example/p.png) [y](javascript:alert(6))",
    ]
    sample = run(students=6)
    results = []
    for number, result in enumerate(sample.results):
        text = evil[number % len(evil)]
        questions = tuple(
            msgspec.structs.replace(
                question,
                cases=tuple(
                    msgspec.structs.replace(
                        case,
                        name=text,
                        message=text,
                        checks=tuple(
                            msgspec.structs.replace(
                                check,
                                answer=evil[(number + place) % len(evil)],
                                answer_latex=evil[(number + place + 1) % len(evil)],
                                answer_kind=kind,
                                verdict=msgspec.structs.replace(
                                    check.verdict, details={"got": text, "error": text, "hint": text}, actual=text
                                ),
                            )
                            for check, kind in zip(case.checks * 3, ("expression", "text", "function"), strict=False)
                        ),
                    )
                    for case in question.cases
                ),
            )
            for place, question in enumerate(result.questions)
        )
        student = msgspec.structs.replace(result.submission.students[0], name=text)
        submission = msgspec.structs.replace(result.submission, students=(student,), file=text)
        results.append(msgspec.structs.replace(result, questions=questions, submission=submission, code=tuple(evil)))
    prompts = dict.fromkeys(sample.questions, "\n\n".join(evil))
    return folder_of(
        msgspec.structs.replace(sample, results=tuple(results), prompts=prompts), tmp_path_factory.mktemp("evil") / "g"
    )


def test_hostile_answers_run_nothing_and_ask_nobody(hostile, serve, visit):
    desk = serve(hostile)
    page = visit(desk.address)
    base = desk.address.split("?")[0]
    Hands(page).leave("v")
    expect(page.locator("[data-act=names]")).to_have_attribute("aria-pressed", "true")
    for question in ("q1", "q2", "q3"):
        page.goto(f"{base}question?name={question}&filter=all")
        while True:
            assert page.locator("script").count() == 1, "our own"
            assert (
                page.locator("main img, main svg, main iframe, main object, main base, main link, main style").count()
                == 0
            )
            assert page.locator('[href^="javascript"], [onerror], [onload]').count() == 0
            if page.locator("[data-act=forth]").is_disabled():
                break
            here = page.locator(".two").get_attribute("data-at")
            page.keyboard.press("j")
            expect(page.locator(".two")).not_to_have_attribute("data-at", here)
        page.keyboard.press("f")
        page.locator("[name=note]").fill(HOSTILE)
        Hands(page).decide("Control+Enter")
    page.goto(f"{base}history")
    assert "<script>alert" in page.locator("main").inner_text()


def test_no_accessibility_violation(graded, tmp_path, serve, visit):
    folders = {language: Path(shutil.copytree(graded, tmp_path / language)) for language in ("en", "de")}
    walk_for_violations(desk := serve(folders["en"], "--language", "en"), visit, "en")
    desk.end()
    # that figures are drawn is another test's business
    shutil.copytree(folders["en"] / FIGURES, folders["de"] / FIGURES)
    walk_for_violations(serve(folders["de"], "--language", "de"), visit, "de")


def walk_for_violations(desk: Served, visit, language: str) -> None:
    page = visit(desk.address, viewport={"width": 1024, "height": 768})
    base = desk.address.split("?")[0]

    def sound() -> None:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert violations(page) == "", scheme

    sound()
    page.goto(f"{base}question?name=q2")
    sound()
    page.keyboard.press("?")
    sound()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    sound()
    page.keyboard.type("half of it")
    page.keyboard.press("Tab")
    page.keyboard.type("-1.5")
    page.keyboard.press("Enter")
    expect(page.locator("#comment")).not_to_be_visible()
    page.keyboard.press("b")
    expect(page.locator("#sheet")).to_contain_text("otter")
    sound()
    page.keyboard.press("Escape")
    # one that was just written is chosen already, and the key would take it out
    expect(page.locator("form.decision [data-text='half of it']").last).to_be_checked()
    Hands(page).store()
    page.goto(f"{base}question?name=q3&filter=all")
    expect(page.locator(".figures img").first).to_be_visible()
    sound()
    page.goto(f"{base}history")
    sound()
    if language == "de":
        words = page.locator("body").inner_text()
        assert "Rückgängig" in words or "rückgängig" in words
        assert not re.search(r"\b(Undo|Question|decided)\b", words)


def test_fits_a_tablet_and_200_percent(own, serve, visit):
    desk = serve(own)
    page = visit(desk.address, device_scale_factor=2, has_touch=True)
    for width, height in ((1100, 800), (768, 1024), (1024, 768), (640, 400)):
        page.set_viewport_size({"width": width, "height": height})
        for path in ("", "question?name=q1", "question?name=q3&filter=all", "history"):
            page.goto(desk.address.split("?")[0] + path)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (width, path)
            wide = (
                "[...document.querySelectorAll('.columns > section')]"
                ".filter(each => each.scrollWidth > each.clientWidth)"
            )
            found = page.evaluate(f"{wide}.map(each => each.querySelector('h2').textContent)")
            assert found == [], (width, path)
