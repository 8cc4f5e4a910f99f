"""Small Otter autograders for tests, made on the spot."""

import json
import zipfile
from pathlib import Path

EXCEPTION_STYLE = """
from otter.test_files import test_case

OK_FORMAT = False
name = "{name}"
points = 2

@test_case(points=None, hidden=False)
def public(x):
    assert x == 3

@test_case(points=None, hidden=True)
def hidden(x):
    assert isinstance(x, int)
"""
OK_STYLE = """
OK_FORMAT = True
test = {{
    "name": "{name}", "points": None, "all_or_nothing": True,
    "suites": [{{"cases": [
        {{"code": ">>> x\\n3", "hidden": False}},
        {{"code": ">>> y == 4\\nTrue", "hidden": True, "points": 3}},
    ], "scored": True, "setup": "", "teardown": "", "type": "doctest"}}],
}}
"""


def autograder_zip(folder: Path, tests: dict[str, str], config: dict[str, object] | None = None, **files: str) -> Path:
    path = folder / "hw09-autograder_2025_11_23T10_00_00_000000.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in tests.items():
            archive.writestr(f"tests/{name}.py", text)
        archive.writestr("otter_config.json", json.dumps(config or {}))
        for name, text in files.items():
            archive.writestr(f"files/{name}", text)
    return path


def notebook(path: Path, *sources: str, name: str | None = "hw09", **metadata: object) -> Path:
    """Write a notebook of these code cells; ``name`` is the assignment that its metadata names."""
    cells = [
        {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None}
        for source in sources
    ]
    metadata["otter"] = {"assignment_name": name} if name else {}
    content = {"nbformat": 4, "nbformat_minor": 4, "cells": cells, "metadata": metadata}
    path.write_text(json.dumps(content))
    return path
