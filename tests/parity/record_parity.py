"""Writes what ``otter run`` gives for every notebook of the parity set: ``submissions/parity/otter_run.json``, and
``submissions/parity/groups/otter_run.json`` for the groups of ``parity_groups.py``.

    .venv/bin/python -m tests.parity.record_parity [PART OF A NAME]...

Run it after changing a notebook, a test or the pinned Otter. It starts ``otter run`` as a TA would, two at a time,
each in an empty folder; a notebook costs 4 to 8 seconds. ``null`` means that ``otter run`` gives no result. A group is
recorded with the digest of what was run, and again only where that has changed or its name is given.
``test_parity.py`` and ``test_parity_groups.py`` compare with these files, and run a handful live so that
they cannot go stale unseen.
"""

import json
import os
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

from tests import SUBMISSIONS
from tests.parity import parity_groups
from tests.parity.otter_child import otter

PARITY = SUBMISSIONS / "parity"
RECORD = PARITY / "otter_run.json"
STYLES = ("doctest", "exception", "odd", "process", "nested")
SECONDS = 600


def notebooks(style: str) -> list[Path]:
    """The submissions of one assignment."""
    return sorted(path for path in (PARITY / style / "submissions").iterdir() if path.suffix in (".ipynb", ".py"))


def zipped(style: str, folder: Path) -> Path:
    """The assignment's autograder.zip, from the files that Otter Assign put into it."""
    return Path(shutil.make_archive(str(folder / f"{style}-autograder"), "zip", PARITY / style / "autograder"))


def otter_run(submission: Path, autograder: Path) -> dict[str, float] | None:
    """Question → score as plain ``otter run`` reports it, or None where it gives no result."""
    with tempfile.TemporaryDirectory(prefix="otter-run-") as folder:
        environ = dict(os.environ, IPYTHONDIR=folder, JUPYTER_ALLOW_INSECURE_WRITES="1")
        environ.pop("PYTHONDONTWRITEBYTECODE", None)
        words = ["run", str(submission), "-a", str(autograder), "-o", folder]
        if not otter(*words, folder=folder, environ=environ, seconds=SECONDS):
            return None
        results = Path(folder) / "results.json"
        if not results.exists():
            return None
        scores = {test["name"]: test["score"] for test in json.loads(results.read_text())["tests"] if "score" in test}
        return scores or None


def main() -> None:
    """Record all notebooks, or those whose name contains one of the arguments."""
    wanted = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        record_groups(wanted, Path(folder), pool)
        record_notebooks(wanted or [""], Path(folder), pool)


def record_notebooks(wanted: list[str], folder: Path, pool: ThreadPoolExecutor) -> None:
    """The assignments that are kept as files."""
    record = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    runs = {}
    for style in STYLES:
        autograder = zipped(style, folder)
        for path in notebooks(style):
            name = f"{style}/{path.name}"
            if any(part in name for part in wanted):
                runs[name] = pool.submit(otter_run, path, autograder)
    for name, run in runs.items():
        record[name] = run.result()
        print(name, record[name])
    present = {f"{style}/{path.name}" for style in STYLES for path in notebooks(style)}
    kept = {name: record[name] for name in sorted(present & set(record))}
    RECORD.write_text(json.dumps(kept, indent=1) + "\n")


def record_groups(wanted: list[str], folder: Path, pool: ThreadPoolExecutor) -> None:
    """The groups, each as soon as its three notebooks have run."""
    record = parity_groups.recorded()
    runs = {}
    for group in parity_groups.groups(wanted):
        if wanted or record.get(group.name, {}).get("digest") != group.digest:
            archive, paths = group.write(folder / group.name)
            runs[group.name] = group, {name: pool.submit(otter_run, path, archive) for name, path in paths.items()}
    present = {group.name for group in parity_groups.groups()}
    for name, (group, three) in runs.items():
        scores = {form: run.result() for form, run in three.items()}
        record[name] = {"digest": group.digest, "scores": scores}
        print(name, scores["right"])
        kept = {known: record[known] for known in sorted(present & set(record))}
        told = json.dumps({"otter": version("otter-grader"), "groups": kept}, separators=(",", ":"))
        parity_groups.RECORD.write_text(told.replace('{"digest', '\n{"digest') + "\n")


if __name__ == "__main__":
    main()
