"""What a student's check says in a browser's Python; prints one JSON object an answer. Run by ``run.mjs``."""

import json
import os
import sys
import zipfile
from pathlib import Path

for wheel in Path("/wheels").glob("*.whl"):
    place = Path("/kept") / wheel.stem
    if not place.exists():  # whole or not at all, and with whatever is compiled of it later
        unpacked = place.with_name(f"{wheel.stem}.{os.urandom(4).hex()}")
        zipfile.ZipFile(wheel).extractall(unpacked)
        unpacked.rename(place)
    sys.path.insert(0, str(place))
sys.path[:0] = ["/checkout", "/checkout/tests/student/browser"]
sys.dont_write_bytecode = False  # Pyodide says True, and compiles all of SymPy each time

import sympy as sp  # noqa: E402

from autograder import Derivative  # noqa: E402
from autograder.compare.arbiter.parent import ask  # noqa: E402
from autograder.compare.arbiter.request import Request  # noqa: E402
from autograder.compare.criterion import Criterion  # noqa: E402
from autograder.expressions.tree import to_tree  # noqa: E402
from autograder.student.testfile import run_test_file  # noqa: E402

TEST = """
from otter.test_files import test_case
OK_FORMAT = False
name = "q1"
points = 2

@test_case(points=None, hidden=False)
def test_q1(dfdx):
    from autograder import Derivative

    Derivative("3*x**2 + 2*x + 10", wrt="x", domain={"x": (-3, 3)}, name="dfdx").check(dfdx)
"""

x = sp.Symbol("x")
question = Derivative("3*x**2 + 2*x + 10", wrt="x", domain={"x": (-3, 3)})
product = Derivative("x**2*sin(3*x)", wrt="x", domain={"x": (-2, 2)})
for asked, answer in [
    (question, "6x + 2"),
    (question, "2(3x+1)"),
    (question, 6 * x + 2),
    (product, "2x sin(3x) + 3x^2 cos(3x)"),
    (question, "6*x +"),
    (question, "6y + 2"),
]:
    try:
        asked.check(answer)
        said = "passed"
    except AssertionError as error:
        said = str(error)
    print(json.dumps([str(answer), said]))
right, wrong = to_tree(6 * x + 2), to_tree(6 * x + 12)
criterion = Criterion(variables=["x"], domain={"x": (-3.0, 3.0)})
verdict = ask(Request(desired=[right], actual=[wrong], criterion=criterion))
print(json.dumps(["6*x + 12", verdict.outcome]))
checked = run_test_file(TEST, {"dfdx": "6x + 2"})
print(json.dumps(["a notebook's check", f"{checked.score} of {checked.possible}"]))
