"""A student's own figure is on the page: rebuilt from its pixels, and nothing else of what the notebook holds."""

import base64
import json
import struct
import zlib
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from autograder.folder import figures_of
from autograder.report import rebuilt, write_pages
from tests.report.report_samples import result, run


def png(mode: str = "RGBA", size: tuple[int, int] = (12, 7), **saved: object) -> bytes:
    out = BytesIO()
    Image.effect_noise(size, 90).convert(mode).save(out, "PNG", **saved)
    return out.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


@pytest.mark.parametrize("mode", ["RGBA", "RGB", "L", "LA", "P", "1"])
def test_a_picture_keeps_its_pixels(mode):
    given_ = png(mode)
    made = rebuilt(given_)
    assert made is not None
    shown, meant = (Image.open(BytesIO(one)).convert("RGBA").tobytes() for one in (made, given_))
    assert shown == meant


def test_what_is_beside_the_pixels_is_left_behind():
    good = png()
    secret = b"<script>alert(1)</script>"
    loaded = good[:33] + chunk(b"tEXt", b"a\0" + secret) + chunk(b"iCCP", secret) + good[33:] + secret
    made = rebuilt(loaded)
    assert made is not None
    assert b"script" not in made
    assert made == rebuilt(good)


HEAD = b"\x89PNG\r\n\x1a\n"


def header(width: int, height: int, depth: int = 8, colour: int = 2, last: bytes = b"\0\0\0") -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBB", width, height, depth, colour) + last)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        png()[:-20],
        png()[:40] + b"\0" + png()[41:],
        HEAD + header(100_000, 100_000) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b""),
        HEAD + header(10, 10) + chunk(b"IDAT", zlib.compress(b"\0" * 100_000_000)) + chunk(b"IEND", b""),
        HEAD + header(10, 10) + chunk(b"IDAT", zlib.compress(b"\0" * 10)) + chunk(b"IEND", b""),
        HEAD + header(1, 1) + chunk(b"IDAT", zlib.compress(b"\x09abc")) + chunk(b"IEND", b""),
        HEAD + header(1, 1) + chunk(b"EVIL", b"") + chunk(b"IDAT", zlib.compress(b"\0abc")) + chunk(b"IEND", b""),
        HEAD + header(1, 1, depth=3) + chunk(b"IDAT", zlib.compress(b"\0abc")) + chunk(b"IEND", b""),
        HEAD + header(0, 1) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b""),
        HEAD + header(1, 1) + chunk(b"IDAT", b"no zlib") + chunk(b"IEND", b""),
    ],
)
def test_what_is_no_sound_png_is_no_picture(content):
    assert rebuilt(content) is None


@given(st.binary(max_size=400), st.integers(0, 200))
def test_no_bytes_are_more_than_no_picture(noise, place):
    good = png()
    for content in (noise, HEAD + noise, good[:place] + noise + good[place + len(noise) :]):
        made = rebuilt(content)
        assert made is None or made.startswith(HEAD)


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
