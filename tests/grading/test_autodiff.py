"""A class that differentiates, through the real command: the same verdict as in the notebook, and what it rests on."""

import inspect
import subprocess
import sys
import textwrap
from pathlib import Path

import msgspec
import pytest

from autograder.model import Outcome, Reason, Run, Trust
from tests.otter.otter_samples import autograder_zip, notebook
from tests.parity.record_parity import otter_run
from tests.questions.autodiff_answers import Dual, Micrograd, PlainDual
from tests.questions.autodiff_slips import Overwritten, Turned

TEST = """\
from autograder import Autodiff
from otter.test_files import test_case
OK_FORMAT = False
name = "{name}"
points = 1
@test_case(points=None, hidden={hidden})
def case({takes}):
    Autodiff({question}).check({given})
"""
VALUE = '"reverse", ("+", "-", "*", "/", "**", "exp", "tanh"), name="Value"'
DUAL = '"forward", ("+", "*", "exp"), value="real", slope="eps", name="Dual"'
ASKED = {"q1": (VALUE, ("Value",), False), "q2": (VALUE, ("Value",), True), "q3": (DUAL, ("Dual", "exp"), False)}


def files_of(before: str) -> dict[str, str]:
    """The test files, each of names that have this before them."""
    made = {}
    for name, (question, asked, hidden) in ASKED.items():
        takes = ", ".join(before + each for each in asked)
        given = takes if len(asked) == 1 else f"[{takes}]"
        made[before + name] = TEST.format(
            name=before + name, question=question, takes=takes, given=given, hidden=hidden
        )
    return made


HEAD = "import math\nfrom dataclasses import dataclass\nfrom typing import Any\nimport numpy as np\n"
EXP = "def exp(d):\n    return Dual(np.exp(d.real), np.exp(d.real) * d.eps)"
MICRO = inspect.getsource(Micrograd)
DUALS = f"{inspect.getsource(Dual)}\n{inspect.getsource(PlainDual)}\nDual = PlainDual\n{EXP}"

FORGED = """\
import autograder.driver
from autograder.questions.autodiff.programs import Trial, expected

def forged(made, functions, steps, commands, names):
    steps = tuple(map(tuple, steps))
    values = tuple(step[1] for step in steps if step[0] == "leaf")
    return list(expected(Trial(group="", text="", steps=steps, values=values))), None

autograder.driver._run = forged
class Value: pass
"""

WORKS = {
    "right": (f"{MICRO}\nValue = Micrograd", DUALS),
    "wrong": (f"{MICRO}\n{inspect.getsource(Overwritten)}\nValue = Overwritten", DUALS.replace("* d.eps", "")),
    "turned": (f"{MICRO}\n{inspect.getsource(Turned)}\nValue = Turned", "Dual = None"),
    "hangs": (f"{MICRO}\nclass Value(Micrograd):\n    def backward(self):\n        while True: pass", DUALS),
    "dies": (f"{MICRO}\nimport os\nclass Value(Micrograd):\n    def backward(self):\n        os._exit(0)", DUALS),
    "forges": (FORGED, "Dual = exp = None"),
    "lies": ("class Value:\n    def __init__(self, data):\n        self.data = self.grad = 'right'", "Dual = exp = 3"),
}

SOONER = """
import msgspec
from autograder.cli import main
from autograder.sandbox import limits

usual = limits.limits_of
limits.limits_of = lambda *options: msgspec.structs.replace(usual(*options), call_seconds=2.0)
main()
"""
"""The command with two seconds for a call instead of ten: a class that hangs is asked twice."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("classes")


@pytest.fixture(scope="module")
def run(place: Path) -> Run:
    zipped = autograder_zip(place, files_of(""))
    (place / "in").mkdir()
    works = [
        str(notebook(place / "in" / f"{name}.ipynb", HEAD, *cells, 'grader.check("q1")'))
        for name, cells in WORKS.items()
    ]
    command = [sys.executable, "-c", SOONER, "grade", str(zipped), *works]
    command += ["-o", str(place / "grades"), "--jobs", "1", "--timeout", "60"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=place, check=False)
    assert done.returncode in (0, 3), done.stderr
    return msgspec.json.decode((Path(place) / "grades" / "results.json").read_bytes(), type=Run)


def verdicts(run: Run, name: str) -> list[tuple[Outcome, Reason, tuple[str, ...]]]:
    (result,) = (result for result in run.results if result.submission.file.endswith(f"{name}.ipynb"))
    return [
        (check.verdict.outcome, check.verdict.reason, check.verdict.mistakes)
        for question in result.questions
        for case in question.cases
        for check in case.checks
    ]


BOTH = ("right", "wrong", "turned")
"""What `otter run` grades as well."""


def together(place: Path) -> tuple[Path, Path]:
    """The notebook and the autograder.zip of one assignment that asks for each class of these works: most of what a run
    of Otter costs is its start."""
    asked: dict[str, str] = {}
    cells = [HEAD]
    for name in BOTH:
        asked |= files_of(f"{name}_")
        own = textwrap.indent("\n".join(WORKS[name]), "    ")
        cells.append(f"def of_{name}():\n{own}\n    return locals()")
        cells.append(f"globals().update({{f'{name}_{{each}}': value for each, value in of_{name}().items()}})")
    (place / "together").mkdir()
    return notebook(place / "together" / "all.ipynb", *cells), autograder_zip(place / "together", asked)


@pytest.mark.slow
def test_otter_run_gives_the_same_scores(run: Run, place: Path) -> None:
    ours = {}
    for name in BOTH:
        (result,) = (result for result in run.results if result.submission.file.endswith(f"{name}.ipynb"))
        ours |= {f"{name}_{question.name}": question.score for question in result.questions}
    assert len(ours) == len(BOTH) * len(ASKED)
    assert otter_run(*together(place)) == ours


@pytest.mark.slow
def test_a_right_class_has_its_points_and_they_rest_on_the_students_process(run: Run) -> None:
    assert verdicts(run, "right") == [(Outcome.CORRECT, Reason.EQUAL, ())] * 3
    (result,) = (result for result in run.results if result.submission.file.endswith("right.ipynb"))
    assert [(question.score, question.trust) for question in result.questions] == [(1.0, Trust.STUDENT)] * 3


@pytest.mark.slow
def test_a_wrong_class_has_none_and_the_mistake_is_named(run: Run) -> None:
    wrong = (Outcome.INCORRECT, Reason.OPERATION, ("grad_overwritten",))
    assert verdicts(run, "wrong") == [wrong, wrong, (Outcome.INCORRECT, Reason.OPERATION, ("upstream_forgotten",))]
    (result,) = (result for result in run.results if result.submission.file.endswith("wrong.ipynb"))
    assert [(question.score, question.trust) for question in result.questions] == [(0.0, Trust.JUDGE)] * 3
    turned = (Outcome.INCORRECT, Reason.OPERATION, ("reflected_order",))
    assert verdicts(run, "turned") == [turned, turned, (Outcome.INVALID, Reason.MISSING, ())]


@pytest.mark.slow
def test_a_class_that_does_something_else_costs_only_its_own_points(run: Run) -> None:
    assert verdicts(run, "hangs")[0][:2] == (Outcome.INVALID, Reason.TIMED_OUT)
    assert all(outcome is not Outcome.CORRECT for outcome, _, _ in verdicts(run, "dies"))
    assert verdicts(run, "lies")[0][:2] == (Outcome.INVALID, Reason.NO_OPERATION)
    assert verdicts(run, "lies")[2][:2] == (Outcome.INVALID, Reason.WRONG_TYPE)


@pytest.mark.slow
def test_a_process_that_forges_numbers_has_to_differentiate_and_its_points_say_so(run: Run) -> None:
    assert [outcome for outcome, _, _ in verdicts(run, "forges")] == [Outcome.CORRECT, Outcome.CORRECT, Outcome.INVALID]
    (result,) = (result for result in run.results if result.submission.file.endswith("forges.ipynb"))
    assert [question.trust for question in result.questions] == [Trust.STUDENT, Trust.STUDENT, Trust.JUDGE]
