"""What a test finds and what it may not leave behind, one thing at a time."""

import contextlib
import io
import os
import random
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sympy

from autograder.otter.isolation import as_main, silence, undisturbed

LEFT: list[tuple[str, Callable[[], Any], Callable[[], Any]]] = [
    # what, how it is looked at, what a test does
    ("a function of NumPy", lambda: np.isclose, lambda: setattr(np, "isclose", abs)),
    ("a deleted function", lambda: np.linalg.norm, lambda: delattr(np.linalg, "norm")),
    ("a built-in", lambda: len, lambda: setattr(sys.modules["builtins"], "len", abs)),
    ("a function of SymPy", lambda: sympy.diff, lambda: setattr(sympy, "diff", abs)),
    ("a generator", random.getstate, lambda: random.seed(0)),
    ("NumPy's generator", lambda: np.random.get_state()[1].tolist(), lambda: np.random.seed(0)),  # type: ignore[index,union-attr]
    ("printing", np.get_printoptions, lambda: np.set_printoptions(precision=1)),
    ("errors of NumPy", np.geterr, lambda: np.seterr(all="raise")),
    ("warnings", lambda: list(warnings.filters), lambda: warnings.simplefilter("error")),
    ("a folder", os.getcwd, lambda: os.chdir("/")),
    ("a variable of the environment", lambda: dict(os.environ), lambda: os.environ.update(LEFT="behind")),
    ("a deleted one", lambda: dict(os.environ), lambda: os.environ.pop("HOME", None)),
    ("the stack", sys.getrecursionlimit, lambda: sys.setrecursionlimit(5_000)),
    ("tables", lambda: pd.get_option("display.max_rows"), lambda: pd.set_option("display.max_rows", 3)),
    (
        "the precision of tables",
        lambda: pd.get_option("display.precision"),
        lambda: pd.set_option("display.precision", 1),
    ),
]


@pytest.mark.parametrize(("look", "do"), [row[1:] for row in LEFT], ids=[row[0] for row in LEFT])
@pytest.mark.parametrize("fails", [False, True])
def test_what_a_test_changes_is_as_it_was_also_where_it_fails(
    look: Callable[[], Any], do: Callable[[], Any], fails: bool
) -> None:
    before = look()
    with contextlib.suppress(ZeroDivisionError), undisturbed():
        do()
        if fails:
            raise ZeroDivisionError
    assert look() == before


@pytest.mark.parametrize("double", [False, True])
def test_jax_stays_as_precise_as_it_was(double: bool) -> None:
    import jax

    with undisturbed():
        jax.config.update("jax_enable_x64", double)
        with undisturbed():
            jax.config.update("jax_enable_x64", not double)
        assert jax.config.jax_enable_x64 is double


@pytest.mark.parametrize("name", ["jax", "pandas"])
def test_what_is_not_loaded_is_left_alone(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, name)
    with undisturbed():
        assert name not in sys.modules
    assert name not in sys.modules


def test_jax_is_as_it_was_where_it_came_during_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    import jax

    with undisturbed():
        jax.config.update("jax_enable_x64", False)
        monkeypatch.delitem(sys.modules, "jax")
        with undisturbed():
            monkeypatch.undo()
            jax.config.update("jax_enable_x64", True)
        assert jax.config.jax_enable_x64 is False


def test_a_test_draws_what_otter_would_let_it_draw_and_else_what_comes() -> None:
    with undisturbed(seed=4):
        drawn = float(np.random.rand()), random.random()
    assert drawn == pytest.approx((0.9670298, 0.2360480897), abs=1e-6)
    random.seed(8)
    expected = random.random()
    random.seed(8)
    with undisturbed():
        assert random.random() == expected


def test_a_test_stands_among_the_assignments_files_and_may_import_them(tmp_path: Path) -> None:
    (tmp_path / "helper_of_mine.py").write_text("VALUE = 1")
    path, folder = list(sys.path), os.getcwd()
    with undisturbed(folder=str(tmp_path)):
        import helper_of_mine  # type: ignore[import-not-found]

        assert (helper_of_mine.VALUE, os.getcwd(), sys.path[-1]) == (1, str(tmp_path.resolve()), str(tmp_path))
    assert (sys.path, os.getcwd(), "helper_of_mine" in sys.modules) == (path, folder, False)
    assert str(tmp_path) not in sys.path_importer_cache
    (tmp_path / "helper_of_mine.py").write_text("VALUE = 22")
    with undisturbed(folder=str(tmp_path)):
        import helper_of_mine

        assert helper_of_mine.VALUE == 22  # another assignment's


def test_what_a_library_imports_meanwhile_stays(tmp_path: Path) -> None:
    sys.modules.pop("this_is_no_module", None)
    with undisturbed(folder=str(tmp_path)):
        import colorsys

        np.added_by_a_test = 1  # type: ignore[attr-defined]
    assert sys.modules["colorsys"] is colorsys
    assert np.added_by_a_test == 1  # type: ignore[attr-defined]
    del np.added_by_a_test  # type: ignore[attr-defined]


def test_warnings_are_told_as_in_a_notebook() -> None:
    with undisturbed(), warnings.catch_warnings(record=True) as told:
        warnings.warn("one", UserWarning, stacklevel=1)
        warnings.warn("two", DeprecationWarning, stacklevel=1)
        warnings.warn("three", ResourceWarning, stacklevel=1)
        warnings.warn("four", PendingDeprecationWarning, stacklevel=1)
        warnings.warn("five", ImportWarning, stacklevel=1)
    assert [str(one.message) for one in told] == ["one"]


def test_what_a_test_prints_goes_nowhere() -> None:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), silence():
        print("out")
        print("err", file=sys.stderr)
    assert (out.getvalue(), err.getvalue()) == ("", "")


def test_the_names_are_those_of_main_as_long_as_a_test_runs() -> None:
    before = sys.modules["__main__"]
    with contextlib.suppress(ZeroDivisionError), as_main({"x": 3, "__name__": "other"}) as names:
        import __main__ as main

        names["y"] = 4
        assert (vars(main) is names, main.x, main.y, main.__name__) == (True, 3, 4, "__main__")
        assert names["__builtins__"] is sys.modules["builtins"]
        assert eval("x + y", names) == 7
        raise ZeroDivisionError
    assert sys.modules["__main__"] is before
