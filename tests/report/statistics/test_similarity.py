"""A rare function that two of 300 share is found, whatever else agrees."""

import random

import msgspec
import pytest

from autograder.report import write_class_page, write_pages
from autograder.report.statistics.similarity import similar, similar_pairs
from tests.report.report_samples import FUNCTION, result, run

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


def with_numbers(number: int, place: int, *, of: int | None = None) -> tuple[str, ...]:
    """What everybody writes with their own numbers, or with those of another version."""
    a, b, k = 11 + (place if of is None else of), 31 + (place if of is None else of), 2 + number % 5
    return (
        f"slope = ({k} - {k}) + 2 * {a} * np.cos(3) + {b}",
        f"dg = lambda x: {a} * np.exp({a} * x) * np.sin(x) + np.exp({a} * x) * np.cos({b} * x) * {b}",
        f"curve = [{a} * t ** 3 - {b} * np.log({a} + t) for t in grid if t > {b} or t < -{a}]",
    )


def of_versions(students: int = 200, versions: int = 20):
    """Everybody answers right, by one formula, with the numbers of their version."""
    results = [
        result(n, f"S{n}", (2.0,), code=with_numbers(n, n % versions), numbers_of={f"s{n}": n % versions})
        for n in range(students)
    ]
    prompts = tuple(
        {"q1": f"Question 1: $f(x) = {11 + place} x^{{2}} + {31 + place}x$ at 3"} for place in range(versions)
    )
    return results, prompts


def test_two_with_the_same_version_are_not_alike_for_its_numbers():
    results, prompts = of_versions()

    assert similar(results, versions=prompts) == []
    assert similar(results) != [], "else this test says nothing"


def test_a_function_that_two_versions_share_is_found_under_either_numbers():
    results, prompts = of_versions()
    for number, function in ((40, FUNCTION), (201 - 10, RENAMED.replace("** 2", "** 31"))):
        results[number] = msgspec.structs.replace(results[number], code=(*results[number].code, function))

    (found,) = similar(results, versions=prompts)

    assert (found.left, found.right, found.left_foreign) == ("0040", "0191", ())


def test_anothers_numbers_in_shared_code_make_a_pair_stronger_and_are_named():
    results, prompts = of_versions()
    own = FUNCTION.replace("0.5", "{a}").replace("** 2", "** {b}")
    for number, place in ((40, 0), (41, 0)):  # 41 has version 1 and the numbers of 40's
        line = own.format(a=11 + place, b=31 + place)
        results[number] = msgspec.structs.replace(results[number], code=(*results[number].code, line))
    adapted = list(results)
    adapted[41] = msgspec.structs.replace(results[41], code=(*with_numbers(41, 1), own.format(a=12, b=32)))

    (copied,), (rewritten,) = similar(results, versions=prompts), similar(adapted, versions=prompts)

    assert (copied.left, copied.right) == (rewritten.left, rewritten.right) == ("0040", "0041")
    assert (copied.left_foreign, copied.right_foreign) == ((), ("11", "31"))
    assert (rewritten.left_foreign, rewritten.right_foreign) == ((), ())
    assert copied.surprise > rewritten.surprise + 10


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "S41 has numbers of S40’s version that their own version does not have: 11, 31"),
        ("de", "S41 Zahlen aus der Version von S40, die in der eigenen nicht vorkommen: 11, 31"),
    ],
)
def test_the_page_says_whose_numbers_are_in_whose_code(tmp_path, language, said):
    results, prompts = of_versions()
    shared = f"{FUNCTION}\nscale = 11 / 31"
    for number in (40, 41):
        results[number] = msgspec.structs.replace(results[number], code=(shared,))
    write_pages(msgspec.structs.replace(run(), results=tuple(results), versions=prompts), tmp_path, language=language)

    page = (tmp_path / "report.html").read_text(encoding="utf-8")

    assert said in page


def a_line(seed: int) -> str:
    """A line of code that nobody else writes by chance."""
    draw = random.Random(seed)
    return "y = " + " + ".join(f"{draw.randrange(10**6)} * x ** {draw.randrange(10**6)}" for _ in range(6))


@pytest.mark.parametrize(
    ("works", "sharing", "found"),
    [(2, 2, 1), (9, 2, 1), (9, 3, 0), (29, 3, 0), (30, 3, 3), (39, 4, 0), (40, 4, 6)],
)
def test_what_a_tenth_of_the_class_or_three_have_is_no_sign(works, sharing, found):
    shared = "\n".join(a_line(seed) for seed in range(4))
    results = [
        result(n, f"S{n}", (2.0,), code=(a_line(1000 + n), shared if n < sharing else "pass")) for n in range(works)
    ]
    assert len(similar(results)) == found


def test_a_pair_says_how_much_of_the_smaller_side_it_is_and_shows_the_lines_as_written():
    shared = [f"{a_line(seed)}  # {seed}" for seed in range(3)]
    long = f"z = [{', '.join(str(n) for n in range(100))}]"
    left = "\n\n".join(["# first", *shared, long])
    right = "\n".join([*(a_line(seed) for seed in range(50, 53)), *shared, long])
    (pair,) = similar([result(n, f"S{n}", (2.0,), code=code) for n, code in enumerate(((left,), (right,)))])
    assert (pair.left, pair.right) == ("0000", "0001")
    assert 0.98 < pair.share <= 1.0  # the other side has three lines more, which do not count against it
    # two have it of two: nothing that surprises
    assert pair.surprise == 0.0
    assert pair.left_lines == pair.right_lines == (*shared, long[:200])
    others = [result(n, f"S{n}", (2.0,), code=(a_line(n),)) for n in range(100, 106)]
    (again,) = similar(
        [*(result(n, f"S{n}", (2.0,), code=code) for n, code in enumerate(((left,), (right,)))), *others]
    )
    # four lines that two of eight have: two bits each
    assert again.surprise == 8.0


def test_at_most_forty_lines_and_fifty_pairs_are_shown():
    shared = "\n".join(a_line(seed) for seed in range(60))
    (pair,) = similar([result(n, f"S{n}", (2.0,), code=(shared,)) for n in range(2)])
    assert (len(pair.left_lines), pair.left_lines[0]) == (40, a_line(0))
    pairs = [
        result(n, f"S{n}", (2.0,), code=("\n".join(a_line(n // 2 * 10 + k) for k in range(4)),)) for n in range(104)
    ]
    assert (len(similar(pairs)), len(similar(pairs, most=3))) == (50, 3)


def test_a_work_that_stands_in_two_rows_is_one():
    shared = "\n".join(a_line(seed) for seed in range(4))
    first, second = (result(n, f"S{n}", (2.0,), code=(shared,)) for n in range(2))
    sample = msgspec.structs.replace(run(), results=(first, second))
    assert len(similar_pairs(sample)) == 1
    row = msgspec.structs.replace(second.submission, part_of=first.submission.key)
    row = msgspec.structs.replace(second, submission=row)
    assert similar_pairs(msgspec.structs.replace(sample, results=(first, row))) == []
    assert similar_pairs(msgspec.structs.replace(sample, starter=(shared,))) == []


def test_the_class_page_shows_the_pairs_unless_they_are_not_wanted(tmp_path):
    shared = "\n".join(a_line(seed) for seed in range(4))
    sample = msgspec.structs.replace(run(), results=tuple(result(n, f"S{n}", (2.0,), code=(shared,)) for n in range(2)))

    def page() -> str:
        return (tmp_path / "report.html").read_text(encoding="utf-8")

    assert write_pages(sample, tmp_path) == ()
    assert ('id="similar"' in page(), 'lang="en"' in page()) == (True, True)
    write_pages(sample, tmp_path, similarity=False, language="de")
    assert ('id="similar"' in page(), 'lang="de"' in page()) == (False, True)
    assert 'lang="de"' in (tmp_path / "feedback" / "0000.html").read_text(encoding="utf-8")
    write_class_page(sample, tmp_path)
    assert ('id="similar"' in page(), 'lang="en"' in page()) == (False, True)
