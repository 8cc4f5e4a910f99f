"""Without an id, cells that use its numbers wait: each row is a notebook's cells after the first, run one by one."""

import ast
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.student.waiting import go_on, said, unknown, wait

WAITS = "This cell waits"
ROWS: list[tuple[list[str], list[bool], dict[str, Any]]] = [
    # cells, which wait, what is known afterwards
    (["x = 3"], [False], {"x": 3}),
    (["slope = 2 * a", "slope + 1", "x = 3"], [True, True, False], {"x": 3}),
    (["def df(x):\n    return a * x", "y = df(2)", "print(y)"], [True, True, True], {}),
    (["import math\nhalf = a / 2", "math.sqrt(4)"], [True, False], {}),
    (["xs = []\nfor x in xs: pass", "xs += [a]", "len(xs)"], [False, True, True], {}),
    (["answer = ...\n", "answer = {'at': a}", "answer['at']"], [False, True, True], {}),
    (["if a > 2:\n    def g(): pass", "g()"], [True, True], {}),
    (["class Hill:\n    height = a", "Hill().height"], [True, True], {}),
    (["x = 1", "x += a", "x"], [False, True, True], {}),
    (["total = 1", "total = [each for each in range(3)]", "await_ = a"], [False, False, True], {"total": [0, 1, 2]}),
    (["slope = a", "slope = 3", "slope + 1"], [True, False, False], {"slope": 3}),
    (["a = 5", "slope = 2 * a"], [False, False], {"slope": 10}),
    (["df = lambda t: t * a", "[value, *rest] = df(1), 2", "rest"], [True, True, True], {}),
]


def notebook() -> Any:
    shell = SimpleNamespace(ast_transformers=[], user_ns={})
    (shell.user_ns["a"],) = wait(shell, 1)
    return shell


def run(shell: Any, source: str) -> Any:
    cell = ast.parse(source)
    for transformer in shell.ast_transformers:
        cell = transformer.visit(cell)
    *body, last = cell.body
    exec(compile(ast.Module(body, []), "cell", "exec"), shell.user_ns)
    if isinstance(last, ast.Expr):
        return eval(compile(ast.Expression(last.value), "cell", "eval"), shell.user_ns)
    exec(compile(ast.Module([last], []), "cell", "exec"), shell.user_ns)
    return None


@pytest.mark.parametrize(("cells", "waits", "known"), ROWS, ids=[row[0][0].split("\n")[0] for row in ROWS])
def test_a_cell_that_reads_what_is_not_known_waits_and_so_does_what_it_makes(cells, waits, known):
    shell = notebook()

    shown = [run(shell, cell) for cell in cells]

    assert [WAITS in repr(each) for each in shown] == waits
    assert {name: shell.user_ns[name] for name in known} == known


def test_what_is_not_known_says_so_itself():
    assert repr(unknown) == repr(said())


def test_with_the_id_cells_run_and_nothing_unknown_is_left():
    shell = notebook()
    wait(shell, 1)
    run(shell, "slope = 2 * a")
    run(shell, "x = 3")

    go_on(shell)
    shell.user_ns["a"] = 4
    run(shell, "slope = 2 * a")

    assert shell.ast_transformers == []
    assert (shell.user_ns["slope"], shell.user_ns["x"]) == (8, 3)
    go_on(notebook())
    go_on(None)


def test_what_was_made_of_unknown_numbers_is_gone_with_the_id():
    shell = notebook()
    run(shell, "slope = 2 * a")
    go_on(shell)
    with pytest.raises(NameError, match="slope"):
        run(shell, "slope")
