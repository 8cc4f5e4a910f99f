"""A picture that a student's notebook holds is rebuilt from its pixels, and nothing else of it comes along."""

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from autograder.report import rebuilt
from autograder.report.pages.png import MOST_BYTES
from tests import row_name
from tests.report.report_samples import png


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
        HEAD + header(10, 10) + chunk(b"IDAT", zlib.compress(b"\0" * 100_000_000, level=1)) + chunk(b"IEND", b""),
        HEAD + header(10, 10) + chunk(b"IDAT", zlib.compress(b"\0" * 10)) + chunk(b"IEND", b""),
        HEAD + header(1, 1) + chunk(b"IDAT", zlib.compress(b"\x09abc")) + chunk(b"IEND", b""),
        HEAD + header(1, 1) + chunk(b"EVIL", b"") + chunk(b"IDAT", zlib.compress(b"\0abc")) + chunk(b"IEND", b""),
        HEAD + header(1, 1, depth=3) + chunk(b"IDAT", zlib.compress(b"\0abc")) + chunk(b"IEND", b""),
        HEAD + header(0, 1) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b""),
        HEAD + header(1, 1) + chunk(b"IDAT", b"no zlib") + chunk(b"IEND", b""),
    ],
    ids=row_name,  # else whole pictures would go from process to process as the names of rows
)
def test_what_is_no_sound_png_is_no_picture(content):
    assert rebuilt(content) is None


SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # of one pixel, by colour type
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}


def bare(colour: int, depth: int, width: int, row: int, height: int = 2, **parts: bytes) -> bytes:
    """A picture all of zeros whose rows are ``row`` bytes long."""
    palette = chunk(b"PLTE", parts.get("palette", b"\0\0\0")) if colour == 3 else b""
    pixels = chunk(b"IDAT", zlib.compress(bytes(1 + row) * height))
    head = header(width, height, depth, colour, parts.get("last", b"\0\0\0"))
    return HEAD + head + palette + pixels + chunk(b"IEND", b"")


@pytest.mark.parametrize("colour", range(8))
@pytest.mark.parametrize("depth", [0, 1, 2, 3, 4, 8, 16, 32])
@pytest.mark.parametrize("width", [1, 2, 7, 8, 9])
def test_rows_are_as_long_as_colour_and_depth_make_them(colour, depth, width):
    row = -(-width * SAMPLES.get(colour, 1) * depth // 8)
    sound = depth in DEPTHS.get(colour, ())
    assert (rebuilt(bare(colour, depth, width, row)) is not None) is sound
    assert rebuilt(bare(colour, depth, width, row + 1)) is None
    assert row == 0 or rebuilt(bare(colour, depth, width, row - 1)) is None


@pytest.mark.parametrize(
    ("content", "sound"),
    [
        (bare(0, 1, 2**14, 2**11, 1), True),
        (bare(0, 1, 2**14 + 1, 2**11 + 1, 1), False),
        (bare(0, 1, 2000, 250, 2000), True),
        (bare(0, 1, 2000, 250, 2001), False),
        (bare(3, 8, 1, 1, palette=bytes(768)), True),
        (bare(3, 8, 1, 1, palette=bytes(769)), False),
        # a palette belongs to colour type 3, may stand in 2 and 6, and is an error in 0 and 4
        *((bare(colour, 8, 1, SAMPLES[colour]).replace(chunk(b"IDAT", zlib.compress(bytes(1 + SAMPLES[colour]) * 2)),
           chunk(b"PLTE", bytes(3)) + chunk(b"IDAT", zlib.compress(bytes(1 + SAMPLES[colour]) * 2))), colour in (2, 6))
          for colour in (0, 2, 4, 6)),
        (bare(3, 8, 1, 1).replace(chunk(b"PLTE", bytes(3)), b""), False),
        (bare(2, 8, 1, 3, last=b"\1\0\0"), False),
        (bare(2, 8, 1, 3, last=b"\0\1\0"), False),
        (bare(2, 8, 1, 3, last=b"\0\0\1"), False),
        (bare(2, 8, 1, 3).replace(chunk(b"IEND", b""), chunk(b"prIV", b"") + chunk(b"IEND", b"")), True),
        *((HEAD + header(1, 1) + chunk(b"IDAT", zlib.compress(bytes([kind, 0, 0, 0]))) + chunk(b"IEND", b""), kind < 5)
          for kind in range(6)),
    ],
)  # fmt: skip
def test_the_limits_of_a_picture(content, sound):
    assert (rebuilt(content) is not None) is sound


@given(st.binary(max_size=400), st.integers(0, 200))
def test_no_bytes_are_more_than_no_picture(noise, place):
    good = png()
    for content in (noise, HEAD + noise, good[:place] + noise + good[place + len(noise) :]):
        made = rebuilt(content)
        assert made is None or made.startswith(HEAD)


@pytest.mark.parametrize(("over", "sound"), [(0, True), (1, False)])
def test_a_file_of_three_million_bytes_is_the_largest(over, sound):
    good = bare(2, 8, 1, 3)
    assert MOST_BYTES == 3_000_000
    filled = good[:33] + chunk(b"prIV", bytes(MOST_BYTES - len(good) - 12 + over)) + good[33:]
    assert len(filled) == MOST_BYTES + over
    assert (rebuilt(filled) is not None) is sound


IDAT, IEND = chunk(b"IDAT", zlib.compress(b"\0abc")), chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("parts", "sound"),
    [
        ((header(1, 1), IDAT, IEND), True),
        # what follows the end is not looked at
        ((header(1, 1), IDAT, IEND, b"anything"), True),
        ((header(1, 1), IDAT, chunk(b"IEND", b"x")), False),
        ((header(1, 1), IDAT), False),
        ((IDAT, header(1, 1), IEND), False),
        ((chunk(b"IHDR", struct.pack(">IIBB", 1, 1, 8, 2) + b"\0\0"), IDAT, IEND), False),
        ((chunk(b"IHDR", struct.pack(">IIBB", 1, 1, 8, 2) + b"\0\0\0\0"), IDAT, IEND), False),
        # pixels in two parts are one stream; a picture has one palette
        ((header(1, 1), chunk(b"IDAT", zlib.compress(b"\0abc")[:5]), chunk(b"IDAT", zlib.compress(b"\0abc")[5:]), IEND),
         True),
        ((header(1, 1), chunk(b"PLTE", bytes(3)), IDAT, IEND), True),
        ((header(1, 1), chunk(b"PLTE", bytes(3)), chunk(b"PLTE", bytes(3)), IDAT, IEND), False),
        ((header(1, 1), chunk(b"tRNS", bytes(768)), IDAT, IEND), True),
        ((header(1, 1), chunk(b"tRNS", bytes(769)), IDAT, IEND), False),
        # a length that goes beyond the file; half a checksum
        ((header(1, 1), IDAT, struct.pack(">I", 2**31) + b"IEND"), False),
        ((header(1, 1), IDAT, IEND[:-1]), False),
        ((header(1, 1), IDAT[:-1] + bytes([IDAT[-1] ^ 1]), IEND), False),
        # too many bytes of pixels by one, too few by one
        ((header(1, 1), chunk(b"IDAT", zlib.compress(b"\0abcd")), IEND), False),
        ((header(1, 1), chunk(b"IDAT", zlib.compress(b"\0ab")), IEND), False),
    ],
)  # fmt: skip
def test_parts_are_whole_and_in_their_order(parts, sound):
    assert (rebuilt(HEAD + b"".join(parts)) is not None) is sound


def test_what_is_made_of_a_picture_is_read_by_others_and_made_again_the_same():
    for mode in ("RGBA", "P", "1"):
        made = rebuilt(png(mode))
        assert rebuilt(made) == made
        picture = Image.open(BytesIO(made))
        picture.verify()
        assert picture.size == (12, 7)
        assert made.endswith(chunk(b"IEND", b""))
