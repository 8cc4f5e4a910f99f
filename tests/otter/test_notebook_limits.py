"""What of a notebook's file is taken, what is cut, and the reason that each file has that is no notebook."""

import json
from pathlib import Path

import pytest

from autograder.errors import NotebookError
from autograder.otter import Notebook, read_notebook
from autograder.otter import notebook as module


def written(folder: Path, content: object, name: str = "a.ipynb") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def of_cells(folder: Path, *cells: object, **more: object) -> Notebook:
    return read_notebook(written(folder, {"nbformat": 4, "metadata": {}, "cells": cells} | more))


def code(source: object, **metadata: object) -> dict[str, object]:
    return {"cell_type": "code", "source": source, "metadata": metadata}


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("x = 1", "x = 1"),
        (["x = 1\n", "y = 2"], "x = 1\ny = 2"),
        (["x = ", 1, None, ["z"], 2.5], "x = 12.5"),
        (None, ""),
        (7, "7"),
        ({"a": 1}, ""),
        ("a\r\nb\rc", "a\nb\nc"),
        ("half \ud800", "half \ufffd"),
    ],
)
def test_a_cells_source_is_text_whatever_stands_there(tmp_path: Path, source: object, read: str) -> None:
    (cell,) = of_cells(tmp_path, code(source)).cells
    assert (cell.source, cell.code, cell.skipped, cell.tests) == (read, True, False, ())


@pytest.mark.parametrize(
    ("metadata", "kept", "skipped", "tests"),
    [
        ({"tags": ["otter_ignore"]}, False, False, ()),
        ({"tags": ["skip-execution", "other"]}, True, True, ()),
        ({"tags": "otter_ignore"}, True, False, ()),
        ({"tags": None}, True, False, ()),
        ({"otter": {"ignore": True}}, False, False, ()),
        ({"otter": {"ignore": False}}, True, False, ()),
        ({"otter": ["ignore"]}, True, False, ()),
        ({"otter": {"tests": ["q1", 2, None]}}, True, False, ("q1", "2", "")),
        ({"otter": {"tests": "q1"}}, True, False, ()),
        ({"otter": {"tests": ["q\n 1"]}}, True, False, ("q 1",)),
    ],
)
def test_what_a_cells_metadata_say(
    tmp_path: Path, metadata: dict[str, object], kept: bool, skipped: bool, tests: tuple[str, ...]
) -> None:
    cells = of_cells(tmp_path, code("first"), code("x", **metadata)).cells
    assert [cell.source for cell in cells] == (["first", "x"] if kept else ["first"])
    assert not kept or (cells[1].index, cells[1].skipped, cells[1].tests) == (1, skipped, tests)


def test_what_is_no_cell_is_passed_over_and_other_kinds_are_counted(tmp_path: Path) -> None:
    cells = of_cells(tmp_path, "text", {"cell_type": "markdown", "source": "# A"}, {"source": "?"}, code("x")).cells
    assert [(cell.index, cell.code) for cell in cells] == [(1, False), (2, False), (3, True)]


def test_a_notebook_of_blanks_has_no_code(tmp_path: Path) -> None:
    blank = of_cells(tmp_path, code(" \n"), {"cell_type": "markdown", "source": "words"})
    assert (blank.has_code, blank.code) == (False, (" \n",))
    assert of_cells(tmp_path, code(" \n"), code("x")).has_code


def test_the_first_cells_the_first_tests_and_the_first_characters_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_CELLS", 3)
    monkeypatch.setattr(module, "_MOST_TESTS", 2)
    monkeypatch.setattr(module, "_LONGEST_CELL", 4)
    monkeypatch.setattr(module, "_LONGEST_CODE", 10)
    found = of_cells(tmp_path, *(code("123456", otter={"tests": ["a", "b", "c"]}) for _ in range(4)))
    assert [cell.tests for cell in found.cells] == [("a", "b")] * 3
    assert found.notes == ("a.ipynb has 4 cells, of which the first 3 were run: look at the others by hand",)
    assert found.code == ("1234", "1234")  # a third would be more than ten together
    assert found.sources == ("123456",)
    just = of_cells(tmp_path, code("12345"), code("67890"), code(""))
    assert (just.notes, just.sources) == ((), ("12345", "67890", ""))


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({}, None),
        ({"kernelspec": {"name": "python3"}}, None),
        ({"kernelspec": {"name": "my-env"}}, None),
        ({"kernelspec": {"name": "irkernel-of-mine"}}, None),
        ({"kernelspec": {"name": "ir", "language": "Python"}}, None),
        ({"kernelspec": {"language": "sage"}}, None),
        ({"kernelspec": {"name": "x", "language": "R", "display_name": "R 4.2"}}, "R 4.2"),
        ({"kernelspec": {"name": "x", "language": "R", "display_name": "  "}}, "r"),
        ({"kernelspec": {"name": "x", "language": "R", "display_name": 3}}, "r"),
        ({"kernelspec": {"name": "ir"}}, "ir"),
        ({"kernelspec": {"name": "Julia-1.9"}}, "julia-1.9"),
        ({"kernelspec": {"name": "c++-17"}}, "c++-17"),
        ({"kernelspec": {"name": "ir"}, "language_info": {"name": "python"}}, "ir"),
        ({"language_info": {"name": "python"}}, None),
        ({"language_info": {"name": "julia"}}, "julia"),
        ({"language_info": {"name": ["julia"]}}, None),
    ],
)
def test_a_notebook_is_for_python_unless_it_says_otherwise(
    tmp_path: Path, metadata: dict[str, object], language: str | None
) -> None:
    if language is None:
        assert of_cells(tmp_path, metadata=metadata).cells == ()
        return
    with pytest.raises(NotebookError) as refused:
        of_cells(tmp_path, metadata=metadata)
    assert (refused.value.reason, str(refused.value)) == (
        "not-python",
        f"a.ipynb is a notebook for {language}, not for Python.",
    )


NO_NOTEBOOK = [
    (" \n", "empty", "a.ipynb is empty: save the notebook and submit again."),
    ('{"nbformat": 4, "cells": [', "truncated", "a.ipynb ends in the middle (line 1)"),
    ('{"nbformat": 4,\n"cells": ["x = 1', "truncated", "a.ipynb ends in the middle (line 2)"),
    *(
        (f'{{"nbformat": 4,\n"x": {cut}', "truncated", "a.ipynb ends in the middle (line 2): the upload was cut off")
        for cut in ("", "-", "tru", "nul\n ", "Na", "-Infinit", "[1, 2", "1.", "1e", '"\\u00e', '"\\', '{"y"', '["a" ')
    ),
    ('{"nbformat": 4} more', "not-a-notebook", "a.ipynb is not a notebook: Extra data"),
    ('{"nbformat": 4]', "not-a-notebook", "a.ipynb is not a notebook: "),
    ('{"nbformat": four\n"x": 1}', "not-a-notebook", "a.ipynb is not a notebook: "),
    ('{"nbformat": 4} and more', "not-a-notebook", "a.ipynb is not a notebook: Extra data"),
    ("[1, 2", "not-a-notebook", "a.ipynb is not a notebook: "),
    ("[" * 100_000, "not-a-notebook", "a.ipynb is not a notebook: "),
    ("[]", "not-a-notebook", "a.ipynb is JSON, but not a notebook."),
    ('{"nbformat": "4", "cells": []}', "not-a-notebook", "a.ipynb is JSON, but not a notebook."),
    ('{"nbformat": 4, "cells": {}}', "not-a-notebook", "a.ipynb is JSON, but has no list of cells."),
    ('{"nbformat": 4, "worksheets": []}', "not-a-notebook", "a.ipynb is JSON, but has no list of cells."),
    ('{"nbformat": 3, "cells": []}', "not-a-notebook", "a.ipynb is JSON, but has no list of cells."),
    ('{"nbformat": 5, "cells": []}', "nbformat-5", "a.ipynb has notebook format 5, which"),
    ('{"nbformat": 999, "cells": []}', "nbformat-5", "a.ipynb has notebook format 999, which"),
    ('{"nbformat": 1000, "cells": []}', "nbformat-5", "a.ipynb has notebook format of many digits, which"),
    ('{"nbformat": -1000, "worksheets": []}', "not-a-notebook", "a.ipynb (format of many digits) cannot be converted"),
    ('{"nbformat": 1, "worksheets": [{"cells": [{"cell_type": "code"}]}]}', "not-a-notebook", "a.ipynb (format 1) "),
]


@pytest.mark.parametrize(("content", "reason", "said"), NO_NOTEBOOK, ids=[row[0][:30] for row in NO_NOTEBOOK])
def test_what_is_no_notebook_says_why(tmp_path: Path, content: str, reason: str, said: str) -> None:
    with pytest.raises(NotebookError) as refused:
        read_notebook(written(tmp_path, content))
    assert refused.value.reason == reason
    assert str(refused.value).startswith(said)


def test_too_many_parts_are_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.untrusted.MOST_LISTS", 5)
    with pytest.raises(NotebookError, match="clear its outputs and submit again") as refused:
        of_cells(tmp_path, *(code(["x"]) for _ in range(9)))
    assert refused.value.reason == "too-large"


def test_a_notebook_of_2013_is_converted_without_its_outputs(tmp_path: Path) -> None:
    output = {"output_type": "pyout", "text": "x" * module._LONGEST_OLD, "prompt_number": 1, "metadata": {}}
    cell = {"cell_type": "code", "input": ["x = 1\n", "y = 2"], "language": "python", "outputs": [output]}
    text = {"cell_type": "markdown", "source": "words", "metadata": {}}
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": "A"}, "worksheets": [{"cells": [cell, text]}]}
    assert [(one.source, one.code) for one in read_notebook(written(tmp_path, old)).cells] == [
        ("x = 1\ny = 2", True),
        ("words", False),
    ]


def test_the_name_is_what_was_submitted_and_the_kind_what_the_file_is(tmp_path: Path) -> None:
    metadata = {"otter": {"assignment_name": f"hw  01\n{'x' * 300}"}}
    path = written(tmp_path, {"nbformat": 4, "metadata": metadata, "cells": []})
    found = read_notebook(path, name="mine.py")
    assert (found.name, found.script) == ("mine.py", False)
    assert found.assignment_name is not None
    assert (found.assignment_name[:8], len(found.assignment_name)) == ("hw 01 xx", 200)
    assert of_cells(tmp_path, metadata={"otter": {"assignment_name": 3}}).assignment_name is None
    script = read_notebook(written(tmp_path, "x = 1", "b.PY"))
    assert (script.name, script.script, script.cells[0].index, script.assignment_name) == ("b.PY", True, 0, None)
    assert (script.cells[0].code, script.cells[0].skipped, script.cells[0].tests) == (True, False, ())
