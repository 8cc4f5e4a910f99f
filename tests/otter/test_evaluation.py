"""A student's text is not run in the judge, however a test comes to evaluate it; what a test says itself is."""

import ast
import collections
import contextlib
import csv
import dataclasses
import importlib
import inspect
import pickle
import timeit
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pandas as pd
import pytest
import sympy as sp
from click.testing import CliRunner
from sympy.parsing.sympy_parser import parse_expr

from autograder import cli
from autograder.errors import CannotShip
from autograder.otter.running.evaluation import no_foreign_code
from tests.otter.otter_samples import autograder_zip
from tests.sandbox.jail_samples import needs_jail

TEST = """
def test(slope, x, text):
    assert sp.sympify(text) - 2*x == 0
    assert all(eval(name) > 0 for name in ("first", "second"))
    eval(f"{name}(2)")
"""
HERE: dict[str, Any] = {"savetxt": np.savetxt, "first": 3, "second": 4, "slope": lambda v: v, "x": 5}


def annotated(value: "print(value)") -> None:  # type: ignore[valid-type]  # noqa: F821
    """Has an annotation that is code."""


def a_dataclass() -> Any:
    @dataclasses.dataclass
    class Pair:
        first: int = 1

    return Pair()


RUN: list[tuple[str, Callable[[], Any]]] = [
    ("a name of the notebook", lambda: eval("first", HERE)),
    ("a call made of two of them", lambda: eval("slope(2)", HERE)),
    ("a formula in the test's letters", lambda: sp.sympify("6*x + 2")),
    ("numbers", lambda: eval("12.5 + 3")),
    ("a table's rows", lambda: pd.DataFrame({"x": [1]}).query("x > 0")),
    ("a literal", lambda: ast.literal_eval("{'a': [1]}")),
    ("SymPy's own code", lambda: sp.lambdify(sp.Symbol("x"), sp.sin(sp.Symbol("x")))(2)),
    ("the standard library's", lambda: collections.namedtuple("Point", "first second")(1, 2)),
    ("a dataclass", a_dataclass),
    ("a module", lambda: importlib.reload(importlib.import_module("wave"))),
    ("a time", lambda: timeit.timeit("first + 1", number=1, globals=HERE)),
    ("an array", lambda: np.array2string(np.ones(3))),
]
REFUSED: list[tuple[str, Callable[[], Any]]] = [
    ("eval", lambda: eval("print(1)")),
    ("a library's function under a name of the notebook", lambda: eval("savetxt(x, first)", HERE)),
    ("an attribute that the test does not name", lambda: eval("x.tofile", HERE)),
    ("eval of an attribute", lambda: eval("().__class__")),
    ("exec", lambda: exec("import os")),
    ("compile", lambda: compile("open('x')", "<answer>", "eval")),
    ("a tree", lambda: exec(compile(ast.parse("print(1)"), "<answer>", "exec"))),
    ("sympify", lambda: sp.sympify("__import__('os').getcwd()")),
    ("S", lambda: sp.S("print(x)")),
    ("parse_expr", lambda: parse_expr("exit()")),
    ("a query", lambda: pd.DataFrame({"x": [1]}).query("@pd.io.common.os.getcwd()")),
    ("annotations", lambda: typing.get_type_hints(annotated)),
    ("a signature", lambda: inspect.signature(annotated, eval_str=True)),
    ("pickled bytes", lambda: pickle.loads(pickle.dumps(collections.OrderedDict()))),
    ("a time", lambda: timeit.timeit("print(1)", number=1)),
]


@pytest.mark.parametrize(("what", "do"), RUN, ids=[row[0] for row in RUN])
def test_what_a_test_says_itself_is_evaluated(what: str, do: Callable[[], Any]) -> None:
    refused: list[Any] = []
    with no_foreign_code(TEST, refused):
        do()
    assert refused == []


@pytest.mark.parametrize(("what", "do"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_a_student_says_is_not(what: str, do: Callable[[], Any]) -> None:
    refused: list[Any] = []
    with no_foreign_code(TEST, refused), pytest.raises(CannotShip):
        do()
    assert refused
    assert eval("print") is print  # outside of a case nothing is refused


PLAIN = """
import sympy as sp
from otter.test_files import test_case

OK_FORMAT = False
name = "{name}"
points = 1

@test_case(points=1, hidden=True)
def case(text):
    {body}
"""


@needs_jail
@pytest.mark.slow
def test_a_text_that_would_write_a_file_writes_none(tmp_path: Path) -> None:
    bodies = {
        "q1": "assert eval(text) is not None",
        "q2": "assert sp.sympify(text) is not None",
        "q3": "try:\n        eval(text)\n    except Exception:\n        pass",
        "q4": "assert eval('1 + 1') == 2",
    }
    tests = {name: PLAIN.format(name=name, body=body) for name, body in bodies.items()}
    marker = tmp_path / "written"
    code = f"text = \"__import__('pathlib').Path('{marker}').write_text('here') or 1\""
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)]), tmp_path / "a.ipynb")
    arguments = [
        str(autograder_zip(tmp_path, tests)),
        str(tmp_path / "a.ipynb"),
        "-o",
        str(tmp_path / "out"),
        "--jobs",
        "1",
    ]
    CliRunner().invoke(cli.group, ["grade", *arguments], standalone_mode=False)
    assert not marker.exists()
    with (tmp_path / "out" / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    # in the jail there is no such folder, and what passes there only because the test swallows that is a person's
    assert [row[name] for name in bodies] == ["0", "0", "", "1"]


SAYS = "assert eval(answer) == first + second  # open the door, getattr of it, x_1 and __dunder__"


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("first", True),
        ("  first + second\n", True),
        ("", True),
        (" \n", True),
        ("answer) == first", True),  # it stands in the test, whatever it is
        ("2*first - second/3 + 1.5", True),
        ("[first, second][0] <= 3", True),
        ("x_1 % 2", True),
        ("True and not None or False", True),
        ("1 if first else 2 for second in 3", True),
        ("third", False),
        ("first if third else second", False),
        ("open", True),  # as a word of the test's own; as a call it is not
        ("open(first)", False),
        ("getattr(first, second)", False),
        ("__dunder__", True),
        ("__dunder__ + 1", False),
        ("'first'", False),
        ("first; second", False),
        ("{first}", False),
        ("first" + " " * 1_990 + "+1", True),
        ("first" + " " * 2_000 + "+1", False),
    ],
)
def test_a_text_may_say_what_the_test_says(text: str, runs: bool) -> None:
    refused: list[Any] = []
    with no_foreign_code(SAYS, refused), contextlib.suppress(SyntaxError, CannotShip):
        compile(text or " ", "<answer>", "exec")
    said = [] if runs else [("the test evaluates a text, which is not run out here", "str")]
    assert [(str(error), error.type) for error in refused] == said


def test_a_block_within_a_block_is_its_own_and_after_it_the_outer_one_holds() -> None:
    outer: list[Any] = []
    inner: list[Any] = []
    with no_foreign_code("first", outer):
        with no_foreign_code("second", inner):
            compile("second", "<answer>", "eval")
            with pytest.raises(CannotShip):
                compile("first", "<answer>", "eval")
        compile("first", "<answer>", "eval")
        with pytest.raises(CannotShip):
            compile("second", "<answer>", "eval")
    assert (len(outer), len(inner)) == (1, 1)
    compile("third", "<answer>", "eval")


def test_bytes_are_read_as_text_and_a_tree_is_no_text() -> None:
    refused: list[Any] = []
    with no_foreign_code("first", refused):
        compile(b"first + 1", "<answer>", "eval")
        with pytest.raises(CannotShip):
            compile(b"third", "<answer>", "eval")
        with pytest.raises(CannotShip):
            compile(ast.Module(body=[], type_ignores=[]), "<answer>", "exec")
    assert len(refused) == 2
