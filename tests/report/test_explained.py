"""``autograder explain`` and ``show`` of one work to the letter: which column, which row, how far from the next."""

import io

import msgspec
import pytest
from rich.console import Console

from autograder.model import (
    CaseResult,
    Check,
    Compared,
    Outcome,
    QuestionResult,
    Reason,
    Run,
    Said,
    SubmissionResult,
    Verdict,
    Witness,
)
from autograder.report.terminal import _Under, class_table, explanation, student_view
from tests.report.report_samples import result, run, witnessed

ROW = Compared(point={"x": 0.5}, entry=(1,), answer=1.5, symbolic=2.0, jax=2.25)
CLOSE = Verdict(
    outcome=Outcome.UNDECIDED,
    reason=Reason.NOT_SEPARATED,
    witness={"x": 1.0},
    actual="6",
    desired="8",
    error=2.0,
    points_tried=7,
    details={"note": "n", "asked": "not told", "returned": "not told", "part": "not told"},
)
EXPLAINED = """\
hw01 q1: Ann
– / 3 (undecided)

c1 (hidden): undecided, 0.5 / 2
asked          d
answered       3*x
outcome        UNDECIDED
reason         not-separated
at             x = 1.0
answer there   6
reference      8
error          2 times the tolerance
points         0 used of 7 tried
note           n
student reads  Your answer is so close to the expected one that a person will look at it. You lose
               nothing by waiting.
at                  answer  SymPy   JAX
x = 0.5, entry [1]     1.5      2  2.25
x = 0.5, entry [1]     1.5      2  2.25
x = 0.5, entry [1]     1.5      2  2.25

case 0: undecided, 0 / 1
outside        fail: f is 3
inside         pass
likely         The test gives another result on plain copies of the answers: the notebook has
               changed a library or a setting, or the test's own data, or the test relies on
               something that does not leave the process.
likely         Look at the notebook: cell 1 sets np.a.
student reads  look
"""
SHOWN = """\
hw01: Ann (Ann_hw01.ipynb)
graded: 0 / 0

q1  – / 3
  c1 (hidden): undecided
    answer: 3*x
    neither equal nor different at the highest precision: decide by hand: at x = 1.0 the answer
      gives 6, the reference 8
    at                      answer      SymPy       JAX
    x = 0.5, entry [1]         1.5          2      2.25
    x = 0.5, entry [1]         1.5          2      2.25
  case 0: undecided
    look
"""


def work() -> SubmissionResult:
    check = Check(
        kind="Derivative", prompt="d", answer="3*x", answer_kind="expression", verdict=CLOSE, compared=(ROW,) * 3
    )
    own = CaseResult(name="c1", hidden=True, passed=None, score=0.5, possible=2.0, message="m", checks=(check,))
    (plain,) = witnessed((Witness(said=Said.FAIL, about="f is 3"), Witness(said=Said.PASS)), possible=1.0)
    cases = (own, msgspec.structs.replace(plain, message="look"))
    question = QuestionResult(name="q1", score=None, possible=3.0, cases=cases, reason="undecided")
    return msgspec.structs.replace(result(1, "Ann", ()), questions=(question,), code=("np.a = 1",))


@pytest.mark.parametrize(("view", "lines"), [(lambda run, one: explanation(run, one, "q1"), EXPLAINED),
                                             (student_view, SHOWN)], ids=["explain", "show"])  # fmt: skip
def test_a_work_is_printed_as(view, lines: str) -> None:
    printed = io.StringIO()
    Console(file=printed, width=100).print(view(run(), work()))
    assert [line.rstrip() for line in printed.getvalue().splitlines()] == lines.splitlines()


@pytest.mark.parametrize(("width", "longest"), [(1, 20), (21, 20), (22, 20), (23, 21), (40, 38)])
def test_a_narrow_terminal_leaves_twenty_columns_to_a_text(width: int, longest: int) -> None:
    console = Console(width=width)
    lines = [str(line) for line in _Under("", "0123456789" * 4, 2).__rich_console__(console, console.options)]
    assert "".join(line.strip() for line in lines) == "0123456789" * 4
    assert max(map(len, (line.strip() for line in lines))) == longest
    assert [line[:2] for line in lines] == ["01", *["  "] * (len(lines) - 1)]


def test_a_label_is_whole_where_its_text_is_folded() -> None:
    printed = io.StringIO()
    Console(file=printed, width=24).print(explanation(run(), work(), "q1"))
    lines = printed.getvalue().splitlines()
    assert [line.split("  ")[0] for line in lines if line.startswith(("student", "answer there"))] == [
        "answer there",
        "student reads",
        "student reads",
    ]


def table(sample: Run, width: int) -> list[str]:
    printed = io.StringIO()
    Console(file=printed, width=width).print(class_table(sample, width))
    return [line.rstrip() for line in printed.getvalue().splitlines()]


def test_an_empty_class_has_its_columns() -> None:
    assert table(msgspec.structs.replace(run(), results=()), 80) == ["hw01", "id  name  q1  q2  q3  score  status"]


@pytest.mark.parametrize(
    ("score", "sign"), [(None, "?"), (0.0, "-"), (-1.0, "-"), (0.01, "/"), (3.99, "/"), (4.0, "+"), (5.0, "+")]
)
def test_a_sign_says_all_some_none_or_undecided(score: float | None, sign: str) -> None:
    question = QuestionResult(name="q1", score=score, possible=4.0)
    one = msgspec.structs.replace(result(1, "Ann", ()), questions=(question,), score=score)
    sample = msgspec.structs.replace(run(), questions={"q1": 4.0}, results=(one,))
    assert table(sample, 30)[2].split()[1] == sign


def test_names_of_questions_have_the_room_that_they_need_and_four_columns_at_least() -> None:
    """4 of a name, 4 of an id, 14, 6 and 8 beside: with `gradients` and `q` it takes 36 + 11 + 6."""
    one = msgspec.structs.replace(result(1, "Anna", ()), questions=())
    sample = msgspec.structs.replace(run(), questions={"gradients": 4.0, "q": 1.0}, results=(one,))
    assert table(sample, 53)[1] == "id    name  gradients  q  score  status"
    assert table(sample, 52)[1] == "id    name  by question  score  status"
    assert table(sample, 40)[1] == "id    name  by question  score  status"
    assert table(sample, 39)[1] == "name  by question  score  status"
