"""The students' notebook in a real JupyterLab, in a real browser: it opens, runs, and a check says its sentence."""

import base64
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Page, expect

from autograder import build
from autograder.build.checks.certify import certify
from tests import ROOT
from tests.build.drawn import PROMPT, write_drawn
from tests.chromium import CHROMIUM, browser
from tests.course.executed import Executed, executed
from tests.course.own_numbers import signed_notebook
from tests.jupyterlab import PATIENT, answer, ask, jupyterlab, opened, run_all, window

__all__ = ["browser", "executed"]
RUN_HERE = "hw03"
"""Run in JupyterLab itself: it has the most figures."""
PROMISE = "new Promise(() => {})"
LOOP = "(() => { for (const end = Date.now() + 4000; Date.now() < end;); })()"
"""A page that is busy for longer than is waited; one that never ended would keep a processor from the next tests."""
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed: NOT tried in JupyterLab"),
]


@pytest.fixture(scope="module")
def lab_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that JupyterLab shows."""
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="module")
def page(lab_folder: Path, browser: Browser) -> Iterator[Page]:
    """The window of a JupyterLab."""
    with jupyterlab(lab_folder) as lab, window(browser, lab) as page:
        yield page


def put(name: str, folder: Path) -> None:
    """An assignment as a student has it who has written the id into it, where it asks for one."""
    nbformat.write(signed_notebook(ROOT / "assignments" / name / f"{name}.ipynb", name), folder / f"{name}.ipynb")


@pytest.mark.parametrize("never", [PROMISE, LOOP], ids=["a promise", "a loop"])
def test_what_never_comes_is_told_in_a_sentence(browser: Browser, never: str) -> None:
    blank = browser.new_page()
    with (
        closing(blank),
        pytest.raises(AssertionError, match=r"^JupyterLab was asked to open hw01 and did not within 0\.5 s$"),
    ):
        ask(blank, "open hw01", never, patience=500)


def test_a_wrong_answer_gets_its_sentence_and_a_right_one_passes(page: Page, lab_folder: Path) -> None:
    put("hw01", lab_folder)
    with opened(page, "hw01"):
        answer(page, "dfdx = ...", 'dfdx = "6*x + 2 + 10"')
        answer(page, "slope = ...", "slope = lambda t: 6 * t + 2")
        run_all(page)
        page.wait_for_selector(".jp-OutputArea >> text=Not yet: dfdx")
        page.wait_for_selector(".jp-OutputArea >> text=1 of 2 checks ran here")
        said = page.locator(".jp-CodeCell", has_text='grader.check("q1")').first.inner_text()
    assert "Not yet: dfdx and what the question asks for differ." in said
    assert "Traceback" not in said
    assert "autograder/" not in said


def test_every_assignment_opens_and_every_check_says_its_sentence(
    page: Page, lab_folder: Path, executed: Executed
) -> None:
    """As it is saved after a run; one is run in JupyterLab itself, as hw01 is above."""
    names = build.assignments(ROOT)
    for name in names:
        if name == RUN_HERE:
            put(name, lab_folder)
        else:
            nbformat.write(executed(name)[0], lab_folder / f"{name}.ipynb")
        questions = build.read_source_of(ROOT, name).questions
        with opened(page, name, kept=name != names[-1]):
            if name == RUN_HERE:
                run_all(page)
            checks = page.locator(".jp-CodeCell", has_text="grader.check(")
            expect(checks.last).to_contain_text(f"{questions[-1].name}:", timeout=PATIENT)
            said = checks.all_inner_texts()
            page_text = page.locator(".jp-Notebook").inner_text()
        assert "There is no answer yet" in said[0], name
        for question, text in zip(questions, said, strict=True):
            assert f"{question.name}:" in text, (name, text)
        assert "Traceback" not in page_text, name


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="40" height="30" fill="teal"/></svg>'


def test_a_picture_and_a_table_in_a_prompt_with_numbers_are_shown_with_them(
    page: Page, lab_folder: Path, tmp_path: Path
) -> None:
    html = "\n\n<table><tr><td>at <b>{{ p }}</b></td></tr></table>\n\n![the hill](attachment:my%20hill.svg)"
    path = write_drawn(tmp_path, prompt=PROMPT + html)
    source = nbformat.read(path, 4)
    prompt = next(cell for cell in source.cells if cell.id == "c5")
    prompt.attachments = {"my hill.svg": {"image/svg+xml": base64.b64encode(SVG.encode()).decode()}}
    nbformat.write(source, path)
    assert [str(finding) for finding in certify(tmp_path, "hw") if finding.error] == []
    blank = nbformat.read(build.student_notebook(tmp_path, "hw"), 4)
    blank.cells.insert(0, nbformat.v4.new_markdown_cell("# hw"))
    nbformat.write(blank, lab_folder / "hw.ipynb")
    with opened(page, "hw"):
        task = page.locator(".jp-CodeCell", has_text="What is asked, with your own numbers").first
        run_all(page)
        first = page.locator(".jp-CodeCell", has_text="autograder.Notebook(").first
        expect(first.locator(".jp-OutputArea")).to_contain_text("First write your e-mail address", timeout=PATIENT)
        # not ended by an error, which would take the sentences of the cells below away
        last = page.locator(".jp-CodeCell", has_text="grader.check(").last
        expect(last.locator(".jp-OutputArea")).to_contain_text("First write your e-mail address", timeout=PATIENT)
        expect(task.locator(".jp-OutputArea")).to_contain_text("What is asked here appears")
        answer(page, 'STUDENT = ""', 'STUDENT = "ann@example.edu"')
        run_all(page)
        picture = task.locator("img[alt='the hill']")
        expect(picture).to_be_visible(timeout=PATIENT)
        assert picture.evaluate("each => each.naturalWidth") == 40
        expect(task.locator("table td b")).to_be_visible()
        assert "{{" not in task.locator(".jp-OutputArea").inner_text()
