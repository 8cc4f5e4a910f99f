"""Which version is whose, and how a prompt is filled in."""

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.versions import NoStudent, chosen, drawn, fill, normalised, noting_students, placeholders

CLAIMS = [
    ("$f(x) = {{ f }}$ at {{ a }}", ["math", "text"]),
    ("`df({{ a }})` and ``{{ b }} ` {{ c }}``", ["code", "code", "code"]),
    ("$$\n{{ f }}\n$$ then {{ a }}", ["math", "text"]),
    (r"costs \$5 and {{ a }}", ["text"]),
    (r"$\frac{{x}}{2}$", []),
    ("`$` {{ a }} `$`", ["text"]),
    ("no place", []),
]


@pytest.mark.parametrize(("text", "where"), CLAIMS)
def test_what_stands_around_a_placeholder_says_how_it_is_written(text, where):
    assert [each.where for each in placeholders(text)] == where


@pytest.mark.parametrize(("text", "where"), CLAIMS)
def test_a_prompt_is_filled_in_place_by_place(text, where):
    filled = fill(text, [f"<{number}>" for number in range(len(where))])

    assert placeholders(filled) == []
    assert [filled.count(f"<{number}>") for number in range(len(where))] == [1] * len(where)


@given(st.emails(), st.sampled_from([str.upper, str.title, lambda text: f"  {text}\t"]))
def test_blanks_and_capitals_do_not_change_whose_numbers_they_are(student, spelt):
    if normalised(spelt(student)) == normalised(student):  # "ß".upper() is "SS": another address
        assert chosen("hw01", spelt(student), 40) == chosen("hw01", student, 40)


@pytest.mark.parametrize("unseen", ["\u200b", "\ufeff", "\u00ad", "\u200e", "\u2060"])
def test_a_character_that_nobody_sees_does_not_change_whose_numbers_they_are(unseen):
    """As copied from a page or a mail."""
    assert normalised(f"{unseen}ann@{unseen}example.edu{unseen}") == "ann@example.edu"
    with pytest.raises(NoStudent):
        chosen("hw", unseen, 40)


def test_versions_are_spread_over_a_class():
    got = Counter(chosen("hw01", f"student{number}@example.edu", 40) for number in range(4000))

    assert len(got) == 40
    assert max(got.values()) < 2 * min(got.values())


def test_another_assignment_gives_a_student_another_place():
    places = [[chosen(name, f"s{number}", 40) for number in range(50)] for name in ("hw01", "hw02")]

    assert sum(a == b for a, b in zip(*places, strict=True)) < 10


def test_the_version_of_an_id_never_changes():
    """A notebook that was handed out keeps its numbers: this digest is part of it."""
    assert [chosen("hw01", who, 40) for who in ("ann@example.edu", "0123", "Zoë")] == [4, 3, 7]


@pytest.mark.parametrize("student", ["", "   ", None, True, 3.5, ["ann"], ...])
def test_who_gives_no_id_has_no_numbers(student):
    with pytest.raises(NoStudent):
        drawn(student, "hw01", ["a"], '[{"a": 1}]')


def test_a_test_notes_whose_numbers_it_asked_for():
    table = json.dumps([{"a": number} for number in range(40)])
    noted: dict[str, int] = {}

    with noting_students(noted):
        (a,) = drawn(" Ann@Example.edu", "hw01", ["a"], table)
    drawn("bob", "hw01", ["a"], table)

    assert noted == {"ann@example.edu": a}
