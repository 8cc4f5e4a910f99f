"""A rare function that two of 300 share is found, whatever else agrees."""

import random

import msgspec

from autograder.report.statistics.similarity import similar
from tests.report.report_samples import result

FUNCTION = """def path_length(points, weights):
    total = 0.0
    previous = points[0]
    for place, here in enumerate(points[1:], start=1):
        step = ((here[0] - previous[0]) ** 2 + (here[1] - previous[1]) ** 2) ** 0.5
        total = total + weights[place % len(weights)] * step
        previous = here
    return total / max(len(points) - 1, 1)"""
RENAMED = FUNCTION
for old, new in (
    ("path_length", "walk"), ("points", "p"), ("weights", "w"), ("total", "acc"), ("previous", "last"),
    ("place", "k"), ("here", "now"), ("step", "d"),
):  # fmt: skip
    RENAMED = RENAMED.replace(old, new)
ANSWERS = [
    [
        f"answer_{question} = sp.sin({a} * x) ** {b} + {question} * x * y - sp.exp({b} * y) / {a}"
        for a, b in ((1, 2), (2, 1), (3, 5), (5, 3), (7, 2), (2, 7), (4, 9), (9, 4))
    ]
    for question in range(11)
]


def a_class(students: int = 300):
    """Everybody draws each one-line answer: mostly the right one, else one of seven wrong ones."""
    draw = random.Random(3)
    results = []
    for number in range(students):
        cells = tuple(answers[draw.choice((0,) * 12 + tuple(range(1, 8)))] for answers in ANSWERS)
        results.append(result(number, f"S{number}", (2.0,), code=cells))
    return results


def test_a_renamed_function_of_two_in_300_is_first_and_short_answers_do_not_drown_it():
    results = a_class()
    before = similar(results)
    results[40] = msgspec.structs.replace(results[40], code=(*results[40].code, FUNCTION))
    results[200] = msgspec.structs.replace(results[200], code=(RENAMED, *results[200].code))
    found = similar(results)
    assert (found[0].left, found[0].right) == ("0040", "0200")
    assert any("path_length" in line for line in found[0].left_lines)
    assert any("def walk" in line for line in found[0].right_lines)
    assert not before or found[0].surprise > 1.2 * before[0].surprise


def test_a_whole_notebook_under_other_names_is_first_too():
    results = a_class()
    rare = tuple(f"own_{n} = np.cos({n} * t) * np.sin({n + 1} / t) - {n * n} * t ** {n}" for n in range(2, 12))
    results[7] = msgspec.structs.replace(results[7], code=rare)
    renamed = tuple(cell.replace("own_", "mine_").replace("t", "tt", 1) for cell in rare)
    results[9] = msgspec.structs.replace(results[9], code=renamed)
    assert (similar(results)[0].left, similar(results)[0].right) == ("0007", "0009")
