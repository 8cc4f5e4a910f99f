"""What passes only inside a notebook's own process: in words, in order, and what the notebook touches."""

import io

import msgspec
import pytest
from rich.console import Console

from autograder.model import CaseResult, QuestionResult, Run, Said, Status, SubmissionResult, Witness
from autograder.report.statistics import open_cases, ruling, said
from autograder.report.statistics.only_inside import touches
from autograder.report.terminal import explanation
from autograder.witnesses import settle
from tests.report.report_samples import run, submission


@pytest.mark.parametrize(
    ("witness", "words"),
    [
        (Witness(said=Said.PASS), "pass"),
        (Witness(said=Said.FAIL, about="f(2)\n  is  3"), "fail: f(2) is 3"),
        (Witness(said=Said.FAIL, about="x" * 300), "fail: " + "x" * 200),
        (Witness(said=Said.UNSAID), "cannot say"),
        (Witness(said=Said.UNSAID, why="odd"), "cannot say (odd)"),
        (Witness(said=Said.UNSAID, why="odd", about="meter"), "cannot say (odd): meter"),
        (
            Witness(said=Said.UNSAID, why="needs-process"),
            "cannot say: the test asks for what only the notebook's process has",
        ),
        (Witness(said=Said.LOST), "lost"),
        (Witness(said=Said.LOST, why="memory"), "lost (memory)"),
    ],
)
def test_a_witness_in_words(witness: Witness, words: str) -> None:
    assert said(witness) == words


def work(number: int, *about: str | None) -> SubmissionResult:
    """A submission with a case a text: open, and failed outside with that text; None is one that passed."""
    cases = tuple(
        CaseResult(
            name=f"case {place}",
            hidden=False,
            passed=None,
            score=0.0,
            possible=1.0,
            message="",
            outside=Witness(said=Said.PASS) if text is None else Witness(said=Said.FAIL, about=text),
            inside=None if text is None else Witness(said=Said.PASS),
        )
        for place, text in enumerate(about)
    )
    question = settle(QuestionResult(name="q1", score=None, possible=2.0, cases=cases))
    return SubmissionResult(
        submission=submission(number, f"Student {number}"), status=Status.NEEDS_REVIEW, questions=(question,), code=()
    )


def test_what_most_works_have_comes_first_and_three_of_its_reasons_are_shown() -> None:
    works = (work(1, "a", "b"), work(2, "a", None), *(work(n, f"other {n}", None) for n in (3, 4, 5)))
    class_run: Run = msgspec.structs.replace(run(), results=works)
    first, second = open_cases(class_run)
    assert (first.place, len(first.works), second.place, len(second.works)) == (0, 5, 1, 1)
    assert [line for line in first.lines if line.startswith("outside: ")] == [
        "outside: fail: a",
        "outside: fail: other 3",
        "outside: fail: other 4",
    ]
    assert ruling("grades", first, "--accept").startswith("autograder review --accept ")
    assert ruling("my grades", first, "--accept").startswith("autograder review 'my grades' --accept ")


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import os\nos.environ['A'] = '1'", "cell 1 writes into os.environ"),
        ("import sys\nsys.modules['numpy'] = None", "cell 1 writes into sys.modules"),
        ("globals()['f'] = 1", "cell 1 writes into globals()"),
        ("table = {}\ntable['f'] = 1", None),
        ("rows()['f'] = 1", None),
        ("x = os.environ['A']", None),
        ("%matplotlib inline", None),
    ],
)
def test_what_a_cell_writes_into(code: str, found: str | None) -> None:
    assert [what for what in touches([code]) if "writes into" in what] == ([] if found is None else [found])


@pytest.mark.parametrize("message", ["", "This does not pass."])
def test_a_ta_sees_both_witnesses_and_what_the_student_reads(message: str) -> None:
    one = work(1, "f(2) is 3")
    case = msgspec.structs.replace(one.questions[0].cases[0], message=message)
    question = msgspec.structs.replace(one.questions[0], cases=(case,))
    printed = io.StringIO()
    shown = explanation(run(), msgspec.structs.replace(one, questions=(question,)), "q1")
    Console(file=printed, width=100).print(shown)
    rows = [line.split() for line in printed.getvalue().splitlines()]
    assert ["outside", *["fail:", "f(2)", "is", "3"]] in rows
    assert ["inside", "pass"] in rows
    assert ("student reads" in printed.getvalue()) is bool(message)
    assert message in printed.getvalue()


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import helpers\nhelpers.rate = 1", "cell 1 sets helpers.rate"),
        ("import helpers as h\nh.rate = 1", "cell 1 sets h.rate"),
        ("import helpers as h\nhelpers = 1", None),
        ("import scipy.stats\nscipy.rate = 1", "cell 1 sets scipy.rate"),
        ("box = object()\nbox.rate = 1", None),
    ],
)
def test_a_library_is_known_by_the_name_that_it_was_imported_as(code: str, found: str | None) -> None:
    assert [what for what in touches([code]) if " sets " in what] == ([] if found is None else [found])
