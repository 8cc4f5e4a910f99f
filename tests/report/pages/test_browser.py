"""The pages as a person meets them: a real browser, the keyboard, dark mode, 200 % zoom, a screen reader's rules."""

import msgspec
import pytest
from playwright.sync_api import expect

from autograder.model import Outcome, Reason, Verdict
from autograder.report import write_course, write_pages
from tests.chromium import CHROMIUM, PATIENT, browser, violations, windows
from tests.report.report_samples import check, result, run

__all__ = ["browser"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed: the pages were NOT tested in a browser"),
]


UNREADABLE = Verdict(
    outcome=Outcome.INVALID,
    reason=Reason.NOT_PARSED,
    details={"error": "the expression ends too early", "caret": f"{'6*x + ' * 20}+\n{' ' * 120}^"},
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("pages")
    sample = run(students=40)
    unread = result(41, "Early, Eve", (0.0,))
    case = msgspec.structs.replace(unread.questions[0].cases[0], checks=(check(UNREADABLE, "6*x + +"),))
    question = msgspec.structs.replace(unread.questions[0], cases=(case,))
    unread = msgspec.structs.replace(unread, questions=(question,))
    write_pages(msgspec.structs.replace(sample, results=(*sample.results, unread)), out)
    write_course([run("hw01", 40), run("hw06", 40)], out)
    return out


@pytest.fixture
def visit(browser, folder):
    """Open a page of the folder."""
    with windows(browser, home="file:") as opened:
        yield lambda name, **options: opened((folder / name).as_uri(), **options)


PAGES = (
    "report.html",
    "course.html",
    "feedback/0001.html",
    "feedback/0002.html",
    "feedback/0004.html",
    "feedback/0041.html",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_no_accessibility_violation(visit, name, scheme):
    page = visit(name, color_scheme=scheme)
    assert violations(page) == ""


@pytest.mark.parametrize("name", PAGES)
def test_readable_on_a_phone_and_at_200_percent(visit, name):
    page = visit(name, viewport={"width": 360, "height": 740}, device_scale_factor=2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def visible_names(page):
    return page.locator("#students tbody tr:visible td:first-child").all_inner_texts()


def test_search_narrows_and_says_how_many(visit):
    page = visit("report.html")
    page.get_by_label("Search").fill("brien")
    assert visible_names(page) == ["O'Brien, Al"]
    assert page.get_by_role("status").inner_text() == "1 student shown"
    page.get_by_label("Search").fill("nothing handed in")
    assert visible_names(page) == ["Absent, Amy"]
    page.get_by_label("Search").fill("")
    assert len(visible_names(page)) == 42
    assert page.get_by_role("status").inner_text() == "42 students shown"


def scores(page):
    place = page.locator("#students th", has_text="Score").evaluate("cell => cell.cellIndex + 1")
    cells = page.locator(f"#students tbody tr td:nth-child({place})").all_inner_texts()
    return [float(cell) if cell != "–" else -1.0 for cell in cells]


def test_sorts_by_mouse_and_by_keyboard(visit):
    page = visit("report.html")
    header = page.locator("#students th", has_text="Score")
    header.click()
    first = header.get_attribute("aria-sort")
    assert scores(page) in (sorted(scores(page)), sorted(scores(page), reverse=True))
    header.focus()
    page.keyboard.press("Enter")
    assert header.get_attribute("aria-sort") != first
    assert scores(page) in (sorted(scores(page)), sorted(scores(page), reverse=True))


def test_the_contents_lead_to_every_part(visit):
    page = visit("report.html")
    targets = page.locator("nav a").evaluate_all("links => links.map(link => link.getAttribute('href').slice(1))")
    assert {"attention", "notes", "questions", "mistakes", "students-heading", "run"} <= set(targets)
    for target in targets:
        assert page.locator(f"h2#{target}").count() == 1
    page = visit("feedback/0002.html")
    page.locator("nav a", has_text="q2").click()
    assert page.get_by_role("heading", name="q2").is_visible()


def test_a_command_is_selected_whole_by_one_click(visit):
    page = visit("report.html")
    command = page.locator("pre.command").first
    command.click()
    assert page.evaluate("getSelection().toString().trim()") == command.inner_text().strip()


def test_a_student_is_one_click_away(visit):
    page = visit("report.html")
    page.get_by_role("link", name="Ann Smith").first.click()
    expect(page).to_have_title("hw01: Ann Smith", timeout=PATIENT)
    expect(page.get_by_role("heading", name="q1")).to_be_visible(timeout=PATIENT)


def test_from_the_class_one_student_leads_to_the_next_as_they_were_searched(visit):
    page = visit("report.html")
    page.get_by_label("Search").fill("student")
    page.locator("#students").get_by_role("link", name="Student 7", exact=True).click()
    expect(page).to_have_title("hw01: Student 7", timeout=PATIENT)
    assert page.get_by_text("1 / 34").is_visible()
    page.get_by_role("link", name="next").click()
    expect(page).to_have_title("hw01: Student 8", timeout=PATIENT)
    page.get_by_role("link", name="previous").click()
    expect(page).to_have_title("hw01: Student 7", timeout=PATIENT)
    assert not page.get_by_role("link", name="previous").is_visible()


def test_who_opens_a_page_alone_is_led_to_nobody_and_no_address_runs_anything(visit):
    page = visit("feedback/0001.html")
    assert not page.get_by_role("link", name="next").is_visible()
    page.goto(f"{page.url}#among=0001,javascript%3Aalert(1),..%2F..%2Fetc")
    page.reload()
    link = page.get_by_role("link", name="next")
    assert link.get_attribute("href").startswith("./javascript%3A")


def test_hostile_text_runs_nothing(visit):
    page = visit("feedback/0004.html")
    # ours, which shows the next student to who comes from the class's page
    assert page.locator("script").count() == 1
    assert "<script>alert" in page.locator("main").inner_text()


def test_prints_in_black_on_white_without_the_search_box(visit):
    page = visit("report.html", color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.get_by_label("Search").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


PLACES = """text => {
    const at = offset => {
        const range = document.createRange();
        range.setStart(text.firstChild, offset);
        range.setEnd(text.firstChild, offset + 1);
        return range.getBoundingClientRect();
    };
    const caret = at(text.textContent.indexOf("^")), fault = at(120);
    return [caret.left - fault.left, caret.top - fault.bottom];
}"""


@pytest.mark.parametrize("width", [360, 1280])
def test_the_caret_stands_under_its_place(visit, width):
    page = visit("feedback/0041.html", viewport={"width": width, "height": 740})
    across, down = page.locator("pre.place").evaluate(PLACES)
    assert abs(across) < 0.5
    assert -8 < down < 12
