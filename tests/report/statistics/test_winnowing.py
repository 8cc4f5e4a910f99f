"""Fingerprints against winnowing as its authors define it, written down here once more and slowly."""

import random
import zlib
from collections import Counter
from math import log2

import msgspec
import pytest

from autograder.model import SubmissionResult
from autograder.report.statistics.similarity import _fingerprints, blanked, similar
from tests.report.report_samples import FUNCTION, result


def chosen(text: str) -> Counter[int]:
    """Of the eight hashes that end anywhere the least, of equal ones the rightmost; at the start there are fewer."""
    hashes = [zlib.crc32(text[at : at + 24].encode()) for at in range(len(text) - 23)]
    windows = [range(max(0, end - 8), end) for end in range(1, len(hashes) + 1)]
    places = {min(own, key=lambda at: (hashes[at], -at)) for own in windows}
    return Counter(hashes[at] for at in places)


def a_line(seed: int, terms: int = 6) -> str:
    draw = random.Random(seed)
    return "y = " + " + ".join(f"{draw.randrange(10**6)} * x ** {draw.randrange(10**6)}" for _ in range(terms))


@pytest.mark.parametrize("lines", [1, 2, 5, 20])
def test_what_is_kept_of_a_cell_is_what_winnowing_keeps(lines: int) -> None:
    code = "\n".join(f"{a_line(seed, 1 + seed % 4)}  # {seed}" for seed in range(lines))
    text, _ = blanked(code)
    assert "#" not in text
    assert _fingerprints([code]).places.keys() == chosen(text).keys()


@pytest.mark.parametrize(("longer", "found"), [(-1, False), (0, False), (1, True)])
def test_a_cell_shorter_than_one_piece_says_nothing(longer: int, found: bool) -> None:
    code = f"x={'1' * (22 + longer)}"
    text, _ = blanked(code)
    assert len(text) == 24 + longer, "a name is one letter when it is blanked"
    assert bool(_fingerprints([code]).places) is found


def test_a_piece_is_shown_at_the_line_in_which_it_begins() -> None:
    lines = [a_line(seed) for seed in range(12)]
    first, second = "\n\n".join(["# a comment", *lines[:5]]), "\n".join(["import x", "", "   ", *lines[5:]])
    prints = _fingerprints([first, second])
    assert prints.lines == ("# a comment", *lines[:5], "import x", *lines[5:])
    for line in range(len(prints.lines)):
        alone = set(_fingerprints([prints.lines[line]]).places)
        # what begins and ends in a line is found there, alone or among others
        assert {prints.places[each] for each in alone & prints.places.keys()} <= {line}
    assert set(prints.places.values()) >= {1, 2, 3, 4, 5, 7, 8, 9}


def test_a_piece_that_comes_twice_stands_where_it_came_first() -> None:
    prints = _fingerprints([a_line(1), a_line(2), a_line(1)])
    assert set(prints.places.values()) == {0, 1}


@pytest.mark.parametrize(("over", "compared"), [(0, True), (1, False)])
def test_what_one_notebook_can_cost_has_an_end(over: int, compared: bool) -> None:
    """The room is that of one notebook: what stands after a hundred thousand characters is not compared."""
    full = "\n".join(["#" * 999] * 100)[: 100_000 - len(a_line(5)) + over]
    prints = _fingerprints([full, a_line(5)])
    whole = _fingerprints([a_line(5)]).places.keys()
    assert (whole <= prints.places.keys()) is compared
    assert prints.places, "what fits is compared"
    assert not _fingerprints(["#" * 1_999 + "\n"] * 51 + [a_line(6)]).places


def test_a_line_is_read_to_its_two_thousandth_character() -> None:
    start = "y = [" + ", ".join(str(n) for n in range(1000))
    for beyond, same in ((2_000, True), (1_970, False)):
        kept = start[:beyond] + "0" * (2_000 - beyond)
        first, second = (_fingerprints([kept + end]).places.keys() for end in ("1" * 50, "2" * 50))
        assert first == second
        assert (_fingerprints([start[:2_000]]).places.keys() == first) is same


def works(*codes: str, **fields: object) -> list[SubmissionResult]:
    return [result(n, f"S{n}", (2.0,), code=(code,), **fields) for n, code in enumerate(codes)]


def test_a_pair_is_as_surprising_as_its_lines_are_rare() -> None:
    """log2(class / holders), once a line, of the side with fewer lines; pieces of a line count once."""
    two, three = [a_line(seed) for seed in range(3)], [a_line(seed) for seed in range(3, 5)]
    shared = "\n".join([*two, *three])
    others = ["\n".join(a_line(100 * n + k) for k in range(2)) for n in range(1, 62)]
    # three of 64 have what is in `three`, which a class of this size still takes for rare
    found = similar(works(shared, shared, "\n".join([*three, a_line(7)]), *others))
    (first, *_) = found
    assert (first.left, first.right) == ("0000", "0001")
    # the piece that begins at the end of a line goes on in the next: nobody but these two has it
    assert first.surprise == pytest.approx(3 * log2(64 / 2) + log2(64 / 2) + log2(64 / 3), abs=0.51 + log2(3 / 2))
    assert {(pair.left, pair.right) for pair in found} == {("0000", "0001"), ("0000", "0002"), ("0001", "0002")}
    assert found[1].surprise == found[2].surprise == round(2 * log2(64 / 3), 3)
    assert found[0].shared > found[1].shared == found[2].shared >= 12


def test_pairs_that_surprise_as_much_stand_by_what_they_share_and_then_by_key() -> None:
    pairs = [["\n".join(a_line(50 * n + k, 6 + n % 2) for k in range(3))] * 2 for n in range(4)]
    found = similar(works(*(code for pair in pairs for code in pair)))
    assert [one.surprise for one in found] == [found[0].surprise] * 4
    assert [(one.left, one.right) for one in found] == [
        pair for _, pair in sorted((-one.shared, (one.left, one.right)) for one in found)
    ]
    assert [one.shared for one in found] == sorted((one.shared for one in found), reverse=True)


def test_the_share_is_of_the_smaller_side() -> None:
    shared = "\n".join(a_line(seed) for seed in range(3))
    (pair,) = similar(works(shared, "\n".join([shared, *(a_line(seed) for seed in range(10, 16))])))
    left, right = (_fingerprints([code]).places for code in works_code(shared))
    assert pair.shared == len(left.keys() & right.keys())
    assert pair.share == round(pair.shared / len(left), 3)
    assert 0.9 < pair.share <= 1.0


def works_code(shared: str) -> tuple[str, str]:
    return shared, "\n".join([shared, *(a_line(seed) for seed in range(10, 16))])


def foreign_of(others: int, having: int) -> tuple[str, ...]:
    """Of S1, who has version 2 and S0's code with a number of version 1, in a class where ``having`` write it too."""
    shared = "\n".join(f"{line} + 77" if "=" in line else line for line in FUNCTION.split("\n"))
    mine = [msgspec.structs.replace(one, numbers_of={f"s{n}": n}) for n, one in enumerate(works(shared, shared))]
    beside = [
        result(n, f"S{n}", (2.0,), code=(f"z = {77 if n - 2 < having else 5}",), numbers_of={f"s{n}": 1})
        for n in range(2, 2 + others)
    ]
    prompts = ({"q1": "the slope at 77"}, {"q1": "the slope at 88"})
    (pair,) = similar([*mine, *beside], versions=prompts)
    assert pair.left_foreign == ()
    return pair.right_foreign


@pytest.mark.parametrize(("others", "having", "named"), [(3, 0, True), (2, 0, False), (7, 1, True), (6, 1, False)])
def test_a_number_that_a_quarter_of_the_others_write_is_nobodys(others: int, having: int, named: bool) -> None:
    assert foreign_of(others, having) == (("77",) if named else ())


def test_of_pairs_that_are_equal_in_all_the_first_keys_stand_first() -> None:
    """Whoever's code comes first in the notebook that both share it with."""
    blocks: dict[int, list[str]] = {}
    for seed in range(40):
        block = "\n".join(a_line(1000 * seed + line) for line in range(3))
        blocks.setdefault(len(_fingerprints([block]).places), []).append(block)
    earlier, later = max(blocks.values(), key=len)[:2]
    both = result(0, "S0", (2.0,), code=(later, earlier))
    found = similar([both, result(1, "S1", (2.0,), code=(earlier,)), result(2, "S2", (2.0,), code=(later,))])
    assert found[0].shared == found[1].shared
    assert [(pair.left, pair.right) for pair in found] == [("0000", "0001"), ("0000", "0002")]


@pytest.mark.parametrize(("length", "lines"), [(199, 199), (200, 200), (201, 200)])
def test_a_shown_line_is_cut_at_two_hundred(length: int, lines: int) -> None:
    line = a_line(3, 40).replace(" ", "")[:length]
    (pair,) = similar(works(line, line))
    assert [len(shown) for shown in pair.left_lines + pair.right_lines] == [lines, lines]


def test_what_has_no_code_or_breaks_the_lexer_is_like_nobody() -> None:
    shared = "\n".join(a_line(seed) for seed in range(4))
    empty = [result(n, f"S{n}", (2.0,), code=code) for n, code in ((5, ()), (6, ("",)), (7, ("\0" * 50, "# x")))]
    (pair,) = similar([*works(shared, shared), *empty])
    assert (pair.left, pair.right) == ("0000", "0001")
    assert _fingerprints([]).lines == ()


@pytest.mark.parametrize(("pieces", "found"), [(11, 0), (12, 1)])
def test_two_are_alike_from_twelve_pieces_on(pieces: int, found: int) -> None:
    long = a_line(8, 60)
    ends = (end for end in range(30, len(long)) if len(_fingerprints([long[:end]]).places) == pieces)
    assert len(similar(works(*[long[: next(ends)]] * 2))) == found
