"""Writes ``tests/submissions/course/otter_run.json``: what ``otter run`` gives for each solution and each blank.

    .venv/bin/python -m tests.course.record_course [ASSIGNMENT]...

Without arguments it runs those whose source changed since. A record holds the digest of the source that it was made
from; ``tests/course/test_otter.py`` believes it only while that fits, and runs the notebook itself otherwise.
"""

import json
import sys
import tempfile
from pathlib import Path

import nbformat

from autograder import build
from autograder.build.course import source_digest
from tests import ROOT, SUBMISSIONS
from tests.course.own_numbers import signed_notebook
from tests.parity.record_parity import otter_run

RECORD = SUBMISSIONS / "course" / "otter_run.json"

Scores = dict[str, dict[str, float] | None]


def live(name: str) -> Scores:
    """Question → score by ``otter run``, for the notebook with all solutions and for the untouched one."""
    zipped = build.autograder_zip(ROOT, name)
    blank = ROOT / "assignments" / name / f"{name}.ipynb"
    with tempfile.TemporaryDirectory() as folder:
        solved = Path(folder) / f"{name}.ipynb"
        nbformat.write(signed_notebook(build.solution_notebook(ROOT, name), name), solved)
        return {"solution": otter_run(solved, zipped), "blank": otter_run(blank, zipped)}


def recorded(name: str) -> Scores | None:
    """What was recorded for the present source; None where nothing was."""
    found = json.loads(RECORD.read_text(encoding="utf-8")).get(name)
    return found["scores"] if found and found["source"] == source_digest(ROOT, name) else None


def main() -> None:
    """Run what is out of date, or what is named."""
    record = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    names = build.assignments(ROOT)
    for name in sys.argv[1:] or [name for name in names if name not in record or recorded(name) is None]:
        record[name] = {"source": source_digest(ROOT, name), "scores": live(name)}
        print(name, record[name]["scores"])
        kept = {each: record[each] for each in names if each in record}
        RECORD.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
