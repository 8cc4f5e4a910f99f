"""A student's own figure is on the page: the pictures of the cells before the question's check."""

import base64
import json
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from autograder.folder import figures_of
from autograder.report import write_pages
from tests.report.report_samples import png, result, run


def with_figures(folder: Path, cells: list[dict]) -> msgspec.Struct:
    (folder / "hw.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4}))
    one = result(1, "Ann", (2.0, 2.0, 2.0))
    check = msgspec.structs.replace(one.questions[1].cases[0].checks[0], answer_kind="figure", answer="1 contour plot")
    case = msgspec.structs.replace(one.questions[1].cases[0], checks=(check,))
    second = msgspec.structs.replace(one.questions[1], cases=(case,))
    work = msgspec.structs.replace(one.submission, path="hw.ipynb")
    return msgspec.structs.replace(one, submission=work, questions=(one.questions[0], second, one.questions[2]))


def cell(source: str, *pictures: object) -> dict:
    outputs = [{"output_type": "display_data", "data": {"image/png": picture}} for picture in pictures]
    return {"cell_type": "code", "source": source.splitlines(keepends=True), "outputs": outputs}


def test_the_figures_since_the_check_before_are_the_questions(tmp_path):
    mine, other = (base64.b64encode(png(size=size)).decode() for size in ((12, 7), (5, 5)))
    one = with_figures(
        tmp_path,
        [
            cell("plt.plot()", other),
            cell('grader.check("q1")'),
            cell("fig = plt.figure()", [mine[:10], mine[10:]], "no base64!", 7, base64.b64encode(b"<svg>").decode()),
            cell('grader.check("q2")'),
            cell("more()", other),
        ],
    )
    found = figures_of(one, tmp_path)
    assert list(found) == ["q2"]
    (address,) = found["q2"]
    assert Image.open(BytesIO(base64.b64decode(address.partition(",")[2]))).size == (12, 7)
    sample = msgspec.structs.replace(run(), results=(one,))
    write_pages(sample, tmp_path, figures=lambda result: figures_of(result, tmp_path))
    page = (tmp_path / "feedback" / "0001.html").read_text()
    assert page.count('<img src="data:image/png;base64,') == 1


@pytest.mark.parametrize("text", ["{", '{"cells": [7]}', '{"cells": {"a": 1}}', "[" * 100_000, "\ud800"])
def test_a_notebook_that_is_none_has_no_figures(tmp_path, text):
    one = with_figures(tmp_path, [])
    (tmp_path / "hw.ipynb").write_text(text, errors="surrogatepass")
    assert figures_of(one, tmp_path) == {}
    (tmp_path / "hw.ipynb").unlink()
    assert figures_of(one, tmp_path) == {}
