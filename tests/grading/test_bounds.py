"""What one submission may cost is bounded by what is counted, before it is paid: bytes, parts, levels, characters."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import Choice, Derivative, untrusted
from autograder.errors import NotebookError
from autograder.lms.intake import choose, slim
from autograder.lms.intake.places import misplaced
from autograder.model import Opaque, Outcome
from autograder.otter import read_notebook
from autograder.questions import CheckFailed, recording
from autograder.questions.answers.source import cells_that_make
from autograder.sandbox import Sandbox
from autograder.sandbox.line import wire
from autograder.sandbox.line.channel import encoded
from tests.lms.intake.intake_samples import notebook, zipped
from tests.sandbox.jail_samples import needs_jail, program

WHOLE: dict[str, Any] = json.loads(notebook("x = 1", assignment="hw01"))


def written(path: Path, **changed: Any) -> Path:
    path.write_text(json.dumps(WHOLE | changed))
    return path


def cell(source: object, **metadata: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": metadata, "source": source, "outputs": [], "execution_count": None}


def test_lists_are_counted_before_they_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    monkeypatch.setattr(untrusted.json, "loads", lambda text: made.append(len(text)))
    monkeypatch.setattr(untrusted, "MOST_LISTS", 1_000)
    monkeypatch.setattr(untrusted, "MOST_ITEMS", 10_000)
    for text in ("[[],[]]" * 400, '{"a":' * 600 + '[{"b":0}]' * 600, "[" + "0," * 10_001, '"[",' * 10_001):
        with pytest.raises(untrusted.TooManyParts):
            untrusted.json_of(text)
    assert made == []
    # what stands in strings is one object, whatever it is made of
    untrusted.json_of(json.dumps(['[[[[{{,,\\"[' * 2_000, '"[,' * 3_000]))
    assert len(made) == 1


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text('[{,"\\]x'),
        lambda inner: st.lists(inner) | st.dictionaries(st.text('{,"\\'), inner),
        max_leaves=20,
    )
)
@settings(max_examples=80)
def test_counting_sees_the_lists_that_json_makes(value: Any) -> None:
    def lists(inner: Any) -> int:
        inside = inner.values() if isinstance(inner, dict) else inner if isinstance(inner, list) else ()
        return isinstance(inner, dict | list) + sum(map(lists, inside))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(untrusted, "MOST_LISTS", lists(value))
        assert untrusted.json_of(json.dumps(value)) == value
        if lists(value):
            patch.setattr(untrusted, "MOST_LISTS", lists(value) - 1)
            with pytest.raises(untrusted.TooManyParts):
                untrusted.json_of(json.dumps(value))


LONG = "\x1b[31m" + "very " * 500_000 + "long\n\u202e"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"metadata": {"kernelspec": {"name": "ir", "display_name": LONG}}}, "not-python"),
        ({"metadata": {"kernelspec": {"name": "x", "language": LONG}}}, "not-python"),
        ({"metadata": {"language_info": {"name": LONG}}}, "not-python"),
        ({"nbformat": 10**4_000}, "nbformat-5"),
        ({"nbformat": -(10**4_000)}, "not-a-notebook"),
        ({"nbformat": 3, "worksheets": [[[[]]], 7, LONG]}, "not-a-notebook"),
        ({"nbformat": 2, "worksheets": [{"cells": [7, LONG]}]}, "not-a-notebook"),
        ({"nbformat": 3, "worksheets": [{"cells": []}] * 100_000}, "not-a-notebook"),
        ({"metadata": {"a": [[]] * 1_100_000}}, "too-large"),
    ],
)
def test_no_message_is_as_long_as_what_it_is_about(tmp_path: Path, changed: dict[str, Any], reason: str) -> None:
    with pytest.raises(NotebookError) as caught:
        read_notebook(written(tmp_path / "a.ipynb", **changed))
    said = str(caught.value)
    assert caught.value.reason == reason
    assert len(said) < 250
    assert said.isprintable()


def test_names_from_the_metadata_are_words(tmp_path: Path) -> None:
    lists: list[Any] = []
    for _ in range(900):
        lists = [lists]
    odd = {"kernelspec": {"name": [lists], "language": {"a": lists}}, "otter": {"assignment_name": LONG}}
    cells = [
        cell("x = 1", otter={"tests": ["q1\ud800", lists, 7, *["q"] * 1_000]}),
        cell([lists, "y", " = 2", 3]),
        cell({"z": lists}),
    ]
    found = read_notebook(written(tmp_path / "a.ipynb", metadata=odd, cells=cells))
    assert len(found.assignment_name or "") == 200
    assert [one.source for one in found.cells] == ["x = 1", "y = 23", ""]
    assert found.cells[0].tests[:3] == ("q1\N{REPLACEMENT CHARACTER}", "", "7")
    assert len(found.cells[0].tests) == 200


def test_half_a_character_is_replaced_where_it_enters(tmp_path: Path) -> None:
    found = read_notebook(written(tmp_path / "a.ipynb", cells=[cell("s = '\udcff'\nx = 3"), cell("é = '\U0001f600'")]))
    assert found.code == ("s = '\N{REPLACEMENT CHARACTER}'\nx = 3", "é = '\U0001f600'")


def test_code_for_people_is_short_and_code_for_readers_is_whole(tmp_path: Path) -> None:
    # what a task by hand forbids must not hide behind a comment of twenty thousand characters
    hidden = "#" * 30_000 + "\ng = sp.diff(f, x)"
    found = read_notebook(written(tmp_path / "a.ipynb", cells=[cell(hidden), *[cell("#" * 19_000)] * 100]))
    assert cells_that_make("g", found.sources) == [hidden]
    assert max(map(len, found.code)) == 20_000
    assert sum(map(len, found.code)) <= 1_000_000
    assert len(found.sources) < 60
    many = written(tmp_path / "b.ipynb", cells=[cell("x")] * 5_003)
    (said,) = read_notebook(many).notes
    assert said == "b.ipynb has 5,003 cells, of which the first 5,000 were run: look at the others by hand"


def test_a_large_notebook_is_read_in_a_process_of_its_own(
    tmp_path: Path, take: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choose, "SLIM_FROM", 10_000)
    asked: list[str] = []
    monkeypatch.setattr(choose, "json_of", lambda text: asked.append(text))
    printed = [{"output_type": "stream", "name": "stdout", "text": ["[1, [2, 3]]\n"] * 10_000}]
    folder = tmp_path / "in"
    folder.mkdir()
    written(folder / "ann.ipynb", cells=[cell("x = 1") | {"outputs": printed}])
    written(folder / "bob.ipynb", metadata={"a": [[] for _ in range(1_000_100)]})
    (folder / "cem.ipynb").write_text('{"nbformat": 4, "cells": [' + " " * 20_000)
    taken = take(folder)
    ann, cem = taken.submissions
    assert (Path(ann.path).stat().st_size < 1_000, json.loads(Path(ann.path).read_text())["cells"][0]["source"]) == (
        True,
        "x = 1",
    )
    assert Path(cem.path) == folder / "cem.ipynb"  # grading says what is wrong with it
    (bob,) = taken.refused
    assert (bob.file, bob.reason) == ("bob.ipynb", "too-large")
    assert "more than 1,000,000 lists" in bob.message
    assert asked == []


def test_a_reader_that_dies_of_its_memory_is_one_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "a.ipynb", metadata={"a": "é" * 2_000_000})
    assert slim.slim(path, tmp_path / "out.ipynb", "a.ipynb").written
    monkeypatch.setattr(slim.sys, "executable", "/bin/false")
    with pytest.raises(NotebookError, match="too much memory or time") as caught:
        slim.slim(path, tmp_path / "out.ipynb", "a.ipynb")
    assert caught.value.reason == "too-large"


def test_a_script_has_a_size(tmp_path: Path, take: Any) -> None:
    (tmp_path / "ann.py").write_text("\n" * (9 << 20))
    (refused,) = take(tmp_path / "ann.py").refused
    assert (refused.reason, "9 MB, more than 8 MB" in refused.message) == ("too-large", True)


ODD_PATHS = {
    "data": "1",
    "data/x.csv": "2",
    "hw01.ipynb/inside": "3",
    "/".join("d" * 5_000): "4",
    "/".join(["e" * 200] * 9) + "/y.csv": "5",
    "fine/data.csv": "6",
}


def test_files_that_cannot_lie_where_they_say_are_left_out_by_name(tmp_path: Path, take: Any) -> None:
    zipped(tmp_path / "ann.zip", {"hw01.ipynb": json.dumps(WHOLE)} | ODD_PATHS)
    taken = take(tmp_path / "ann.zip")
    (ann,) = taken.submissions
    assert sorted(ann.files) == ["data", "fine/data.csv"]
    assert len(taken.warnings) == 4
    assert any("data/x.csv is said to lie in data, which is a file" in line for line in taken.warnings)
    assert all(len(line) < 700 for line in taken.warnings)


@given(st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map(tuple), unique=True, max_size=12))
@settings(max_examples=60)
def test_what_is_left_can_all_be_written(paths: list[tuple[str, ...]]) -> None:
    left = [path for at, path in enumerate(paths) if at not in misplaced(paths)]
    assert not any(other[: len(path)] == path for path in left for other in left if other != path)


@needs_jail
def test_in_the_jail_a_file_that_cannot_be_written_is_missing_and_no_more(small_jail: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("7")
    where = str(tmp_path / "x")
    files = {
        "a": where,
        "a/b": where,
        "b/c": where,
        "b": where,
        "/".join("d" * 3_000): where,
        "f" * 300: where,
        "good": where,
    }
    with small_jail.start(program("x = open('good').read(), open('a').read()", "open('b')", files=files)) as student:
        assert list(student.run()) == []
        assert student.names["x"] == ("7", "7")
        assert [error.raised.type for error in student.ended.cell_errors] == ["IsADirectoryError"]


@pytest.mark.parametrize(
    "answer", ["9" * 100_000, sp.Integer(7) ** 90_000, "٣", "²", "A" * 100_000, Opaque("x", "y", too_large=True)]
)
def test_an_option_of_any_size_is_none_and_is_recorded(answer: Any) -> None:
    question = Choice({"A": "rises", "B": "falls"}, key="A", name="way")
    with recording(()) as checks, pytest.raises(CheckFailed):
        question.check(answer)
    (check,) = checks
    assert check.verdict.outcome is Outcome.INVALID
    assert len(check.answer) < 300


def test_an_answer_that_cannot_be_shown_is_still_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    question = Derivative("x**4", name="slope")
    monkeypatch.setattr(Derivative, "_strokes", lambda *_: 1 // 0)
    with recording(()) as checks:
        question.check(4 * sp.Symbol("x") ** 3)
    assert (checks[0].answer, checks[0].verdict.outcome) == ("a formula", Outcome.CORRECT)


WORDS = st.sampled_from(
    re.findall(
        r"\S+",
        "cells worksheets metadata nbformat cell_type code markdown source input otter tests tags ignore "
        "skip-execution kernelspec language_info name display_name language python ir assignment_name outputs",
    )
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=5)
THINGS = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4), max_leaves=12
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "nbformat": st.sampled_from([4, 4, 3, 2, True, -1, 10**30, "4"]) | THINGS,
            "cells": st.lists(st.dictionaries(WORDS, THINGS, max_size=5) | THINGS, max_size=4) | THINGS,
            "worksheets": st.lists(st.dictionaries(WORDS, THINGS, max_size=3) | THINGS, max_size=3),
            "metadata": st.dictionaries(WORDS, THINGS, max_size=4) | THINGS,
        },
    )
    | THINGS
)
@settings(max_examples=100)
def test_any_json_is_a_notebook_or_has_a_reason(tmp_path_factory: pytest.TempPathFactory, content: Any) -> None:
    path = tmp_path_factory.getbasetemp() / "any.ipynb"
    path.write_text(json.dumps(content), errors="surrogatepass")
    found = choose.assignment_of(path)
    assert found is None or isinstance(found, str)
    try:
        read: Any = read_notebook(path)
    except NotebookError as error:
        read = error
    if isinstance(read, NotebookError):
        assert read.reason in ("not-a-notebook", "nbformat-5", "not-python", "empty", "too-large")
        assert str(read).isprintable()
    else:
        encoded(wire.Run([(one.source, one.index, list(one.tests), 0) for one in read.cells], {}, 1)).decode()
        assert all(isinstance(one.source, str) for one in read.cells)
