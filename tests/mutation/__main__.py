"""``make mutants``: does a small change in what matters fail a test?

A clone of the last commit is changed, never this tree. Cosmic Ray makes the changes, coverage.py says which tests run
through a line, those tests run on each change, fastest first. A session that was stopped goes on where it was.
"""

import argparse
import fcntl
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from collected import Collected
from cosmic_ray.work_db import WorkDB
from covering import Covering, Test, covering
from running import try_out, warm
from sample import AREAS, area_of, files, sample
from survivors import key, survivors

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WORK = ROOT / ".mutants"
TREE = WORK / "tree"

# Seconds of processor time that the tests of one mutant may take; what would take longer is not run.
BUDGET = 12


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--sample", type=int, default=100, help="how many mutants")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--areas", nargs="+", default=list(AREAS), choices=AREAS)
    parser.add_argument("--tests", nargs="+", default=["tests"], help="test files or folders")
    parser.add_argument("--again", action="store_true", help="hold the survivors against the tests of today")
    parser.add_argument("--minutes", type=float, default=1e9, help="stop then; the same call goes on")
    chosen = parser.parse_args()
    WORK.mkdir(exist_ok=True)
    with (WORK / "lock").open("w") as alone:  # two that change one clone would see each other's changes
        fcntl.flock(alone, fcntl.LOCK_EX)
        return _work(chosen)


def _work(chosen: argparse.Namespace) -> int:
    _clone()
    os.chdir(TREE)
    os.environ["PYTHONPATH"] = str(TREE)
    sys.path.insert(0, str(TREE))
    session = WORK / f"{'-'.join(chosen.areas)}-{chosen.sample}-{chosen.seed}.sqlite"
    if not session.exists():
        sample(session, chosen.areas, chosen.sample, chosen.seed)
    sources = [path for area in AREAS for path in files(area)]
    tests = sorted(
        {file for path in map(Path, chosen.tests) for file in ([path] if path.is_file() else path.rglob("test_*.py"))}
    )
    run(session, covering(WORK / "covering", sources, tests), again=chosen.again, seconds=60 * chosen.minutes)
    return report(session)


def _clone() -> None:
    """The last commit in a tree of its own, with this tree's environment."""
    if not TREE.exists():
        subprocess.run(["git", "clone", "-q", "--no-checkout", str(ROOT), str(TREE)], check=True)
    head = subprocess.check_output(["git", "-C", str(ROOT), "rev-parse", "HEAD"], text=True).strip()
    for step in (["fetch", "-q", "origin", "HEAD"], ["checkout", "-q", "-f", "--detach", head]):
        subprocess.run(["git", "-C", str(TREE), *step], check=True)
    if not (TREE / ".venv").exists():
        (TREE / ".venv").symlink_to(sys.prefix)


def run(session: Path, covered: Covering, *, again: bool, seconds: float) -> None:
    warm()
    collected = Collected(sorted({name.partition("::")[0] for name in covered.tests}), WORK / "collected.log")
    database = WorkDB(str(session), WorkDB.Mode.open)
    alive = {job for job, result in database.results if not result.is_killed} if again else set()
    end = time.monotonic() + seconds
    waiting = [*database.pending_work_items, *(item for item in database.work_items if item.job_id in alive)]
    for number, item in enumerate(sorted(waiting, key=lambda item: item.mutations[0].start_pos), 1):
        if time.monotonic() > end:
            break
        (change,) = item.mutations
        path = str(change.module_path)
        tests = _order(area_of(path), covered.tests_of(path, change.start_pos[0]))
        result = try_out(change, tests, WORK / "pytest.log", collected)
        database.set_result(item.job_id, result)
        told = f"{number}/{len(waiting)} {path}:{change.start_pos[0]} {change.operator_name}"
        print(f"{told} {result.test_outcome} of {len(tests)} tests: {result.output}", flush=True)
    database.close()
    collected.close()


def _order(area: str, tests: list[Test]) -> list[Test]:
    """The area's own and the package's first, the fast ones first; of slow ones only these; as the budget allows."""

    def own(test: Test) -> bool:
        return test.name.startswith((f"tests/{area}/", "tests/test_"))

    ordered = sorted(tests, key=lambda test: (test.slow, not own(test), test.seconds))
    spent, kept = 0.0, []
    for test in ordered:
        spent += test.seconds
        if spent <= BUDGET and (own(test) or not test.slow):
            kept.append(test)
    return kept


def report(session: Path) -> int:
    """Print the survivors that nobody has looked at, and the figures; 1 where too many survive."""
    database = WorkDB(str(session), WorkDB.Mode.open)
    counted: dict[str, Counter[str]] = {area: Counter() for area in AREAS}
    known = survivors(HERE / "survivors.toml")
    for item, result in sorted(database.completed_work_items, key=lambda done: str(done[0].mutations[0].module_path)):
        (change,) = item.mutations
        count = counted[area_of(str(change.module_path))]
        count["made"] += 1
        if result.is_killed:
            count["killed"] += 1
            continue
        listed = known.get(key(str(change.module_path), result.diff or ""))
        count["equivalent"] += listed is not None and listed.equivalent
        if listed is None:
            print(f"{change.module_path}:{change.start_pos[0]} {result.output or 'survives'}\n{result.diff}\n")
    enough = True
    for area, count in counted.items():
        if made := count["made"] - count["equivalent"]:
            enough &= count["killed"] >= 0.9 * made
            shares = f"{count['equivalent']} equivalent, {count['killed']} killed = {count['killed'] / made:.0%}"
            print(f"{area}: {count['made']} made, {shares}")
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
