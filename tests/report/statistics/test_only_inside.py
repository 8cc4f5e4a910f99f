"""What passes only inside a notebook's own process: in words, in order, and what the notebook touches."""

import io

import msgspec
import pytest
from rich.console import Console

from autograder.model import CaseResult, QuestionResult, Run, Said, Status, SubmissionResult, Trust, Witness
from autograder.report.statistics import open_cases, ruling, witness_in_words
from autograder.report.statistics.only_inside import likely, resting, touches
from autograder.report.terminal import explanation
from autograder.witnesses import settle
from tests.report.report_samples import run, submission, witnessed


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
    assert witness_in_words(witness) == words


def work(number: int, *about: str | None) -> SubmissionResult:
    """A submission with a case a text: open, and failed outside with that text; None is one that passed."""
    passed = Witness(said=Said.PASS)
    pairs = ((passed, None) if text is None else (Witness(said=Said.FAIL, about=text), passed) for text in about)
    cases = witnessed(*pairs, possible=1.0)
    question = settle(QuestionResult(name="q1", score=None, possible=2.0, cases=cases))
    return SubmissionResult(
        submission=submission(number, f"Student {number}"), status=Status.NEEDS_REVIEW, questions=(question,), code=()
    )


def test_what_most_works_have_comes_first_and_three_of_its_reasons_are_shown() -> None:
    works = (work(1, "a", "b"), work(2, "a", None), *(work(n, f"other {n}", None) for n in (3, 4, 5)))
    class_run: Run = msgspec.structs.replace(run(), results=works)
    first, second = open_cases(class_run)
    assert (first.place, len(first.works), second.place, len(second.works)) == (0, 5, 1, 1)
    assert [line for line in first.lines() if line.startswith("outside: ")] == [
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


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import doctest, gc as g", ["imports doctest, which reaches the machinery of the tests",
                                     "imports gc, which reaches every object of the process"]),
        ("from ctypes import c_int", ["imports ctypes, which reaches memory"]),
        ("import unittest.mock", ["imports unittest, which reaches the machinery of the tests"]),
        ("import otter", []),  # as every notebook of Otter's does
        ("from otter.test_files import test_case", ["imports otter, which reaches Otter's own code"]),
        ("from . import helpers", []),
        ("def sum(): pass\nclass list: pass\nasync def max(): pass", ["gives sum another meaning",
                                                                     "gives list another meaning",
                                                                     "gives max another meaning"]),
        ("abs = 1\nsp = 2\nabs = 3", ["gives abs another meaning", "gives sp another meaning"]),
        ("for len in []: pass", ["gives len another meaning"]),
        ("def f():\n    abs = 1\nclass A:\n    max = 2\nasync def g():\n    min = 3", []),
        ("x = 1\n_ = 2\n__name__ = 3\nabs(x)", []),
        ("del np.linalg.norm\nbuiltins.len = 1", ["sets np.linalg.norm", "sets builtins.len"]),
        ("x = np.pi\nf().pi = 3", []),
        ("np.set_printoptions(precision=1)\nsetattr(np, 'a', 1)\nnp.abs(1)",
         ["changes how arrays print (set_printoptions)", "changes attributes, by name (setattr)"]),
        ("__builtins__['a'] = 2\nglobals()['f'] = 1\nsys.modules[1]",
         ["writes into __builtins__", "writes into globals()"]),
    ],
)  # fmt: skip
def test_what_a_cell_touches(code: str, found: list[str]) -> None:
    assert list(touches(["", code])) == [f"cell 2 {what}" for what in found]


def split(outside: Said, *, inside: Said | None = Said.PASS) -> CaseResult:
    (case,) = work(1, "a").questions[0].cases
    other = None if inside is None else Witness(said=inside)
    return msgspec.structs.replace(case, outside=Witness(said=outside), inside=other)


def test_why_a_case_may_pass_only_inside_is_guessed_from_the_test_and_from_the_notebook() -> None:
    needs, nothing = likely(split(Said.UNSAID), ["x = 1"])
    assert needs.startswith("The test needs what only the notebook's process has.")
    assert nothing.startswith("Nothing in the notebook's code changes a library")
    differs, look = likely(split(Said.FAIL), ["np.a = 1", "np.a = 1\nnp.a = 2"])
    assert differs.startswith("The test gives another result on plain copies")
    assert look == "Look at the notebook: cell 1 sets np.a; cell 2 sets np.a."
    _, many = likely(split(Said.FAIL), [f"np.a{number} = 1" for number in range(7)])
    assert many.count(" sets np.a") == 6
    for witness in (split(Said.PASS), split(Said.FAIL, inside=Said.FAIL), split(Said.FAIL, inside=None)):
        assert likely(witness, []) == []
    assert likely(msgspec.structs.replace(split(Said.FAIL), outside=None), []) == []


def test_the_work_of_a_group_counts_once_and_a_case_knows_where_it_was_asked() -> None:
    first = work(1, "a", None)
    member = msgspec.structs.replace(first, submission=msgspec.structs.replace(first.submission, part_of="0001"))
    own = work(3, "b", "c")
    decided = msgspec.structs.replace(own.questions[0], score=1.0)
    works = (first, member, work(2, None, None), msgspec.structs.replace(own, questions=(decided,)))
    (case,) = open_cases(msgspec.structs.replace(run(), results=works))
    assert (case.label, case.name, case.hidden, case.possible) == ("q1:1", "case 0", False, 1.0)
    assert ([one.submission.key for one in case.works], case.asked, tuple(map(witness_in_words, case.about))) == (
        ["0001"],
        3,
        ("fail: a",),
    )


def test_cases_that_as_many_wait_for_stand_in_the_order_of_questions_and_places() -> None:
    one = work(1, "a", "b")
    again = msgspec.structs.replace(one.questions[0], name="q0")
    sample = msgspec.structs.replace(run(), results=(msgspec.structs.replace(one, questions=(*one.questions, again)),))
    assert [case.label for case in open_cases(sample)] == ["q0:1", "q0:2", "q1:1", "q1:2"]


def test_questions_that_rest_on_the_students_word_are_counted_by_work() -> None:
    first = run().results[0]
    question = msgspec.structs.replace(first.questions[0], trust=Trust.STUDENT)
    unknown = msgspec.structs.replace(question, name="q77")
    mine = msgspec.structs.replace(first, questions=(question, unknown, *first.questions[1:]))
    member = msgspec.structs.replace(mine, submission=msgspec.structs.replace(mine.submission, part_of="0001"))
    assert resting(msgspec.structs.replace(run(), results=(mine, mine, member, first))) == {"q1": 2}


@pytest.mark.parametrize(
    ("outside", "inside", "rows"),
    [
        (Said.PASS, None, [("outside", "pass"), ("inside", "not asked: the outside witness was enough")]),
        (None, Said.PASS, [("outside", "not asked"), ("inside", "pass")]),
        (Said.FAIL, Said.FAIL, [("outside", "fail"), ("inside", "fail")]),
    ],
)
def test_a_witness_that_was_not_asked_is_said_to_be(
    outside: Said | None, inside: Said | None, rows: list[tuple[str, str]]
) -> None:
    one = work(1, "a")
    words = [None if said is None else Witness(said=said) for said in (outside, inside)]
    case = msgspec.structs.replace(one.questions[0].cases[0], outside=words[0], inside=words[1], message="")
    question = msgspec.structs.replace(one.questions[0], cases=(case,))
    printed = io.StringIO()
    shown = explanation(run(), msgspec.structs.replace(one, questions=(question,)), "q1")
    Console(file=printed, width=100).print(shown)
    lines = [line.strip() for line in printed.getvalue().splitlines()]
    found = [(line.split()[0], " ".join(line.split()[1:])) for line in lines if line.startswith(("outside", "inside"))]
    assert found == rows


def test_reasons_and_witnesses_are_in_the_language_of_the_page() -> None:
    differs, look = likely(split(Said.FAIL), ["np.a = 1\nsetattr(np, 'b', 1)"], "de")
    assert differs.startswith("Auf bloßen Kopien")
    assert (
        look == "Sieh im Notebook nach: Zelle 1 setzt np.a; Zelle 1 ändert etwas: Attribute über ihren Namen (setattr)."
    )
    assert witness_in_words(Witness(said=Said.FAIL, about="f(2) is 3"), "de") == "besteht nicht: f(2) is 3"
    assert witness_in_words(Witness(said=Said.UNSAID, why="cannot-ship"), "de").startswith(
        "kann nichts sagen: Der Test benutzt"
    )
