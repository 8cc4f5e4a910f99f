"""``python -m autograder.bundle.run ROOT``: grade the one submission that Gradescope put there.

``ROOT`` is ``/autograder`` there: ``source/`` is the bundle, ``submission/`` what was handed in,
``submission_metadata.json`` who and when, ``results/results.json`` what is written.
"""

import json
import os
import re
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

import msgspec

from autograder.batch import Batch, Conditions
from autograder.bundle.making import SORRY
from autograder.bundle.results import of_submission, without_score
from autograder.bundle.settings import PEOPLE, SETTINGS, Settings
from autograder.errors import AutograderError, BugError, SandboxError
from autograder.lms import collect_one, whose_numbers
from autograder.locale import translate
from autograder.model import Id, Refused, Space, Status, Student, Submission, SubmissionResult
from autograder.report import write_atomically

__all__ = ["main"]

METADATA = "submission_metadata.json"
NO_JAIL = (
    "The notebook was not run, because the sandbox that this bundle asks for does not work in this container: "
    "{why}\n\nGradescope's containers may allow no user namespaces. Grade the exported submissions on a machine of "
    "your own (autograder grade {assignment} submissions.zip), or make the bundle again with --sandbox none if you "
    "accept that notebooks then run with the autograder's rights: they can read the hidden tests and forge results. "
    "No score was recorded."
)
UNCONFINED = (
    "This bundle was made with --sandbox none: the notebook ran without a jail, with the autograder's own rights. It "
    "could have read the hidden tests and forged this result."
)
_ADVICE = {
    "other-numbers": "the score is for the numbers in the notebook: ask, and change it by hand if they are not theirs",
    "no-id": "there is no score: the student can write the id between the quotes and hand in again",
}
N_ = str  # marks a sentence for translation where it is not yet translated
HAND_IN = N_("Hand in one notebook, {name}.")
_LONGEST = 1_000_000


def main(root: Path) -> None:
    """Write ``results/results.json``, whatever happens; see :mod:`autograder.bundle.results` for what is in it."""
    started = time.monotonic()
    settings = None
    try:
        settings = msgspec.json.decode((root / "source" / SETTINGS).read_bytes(), type=Settings)
        # the judge words the checks' messages, and its processes inherit this
        os.environ["AUTOGRADER_LANGUAGE"] = settings.language
        results = _grade(root, settings, started)
    except SandboxError as error:
        assignment = "ASSIGNMENT" if settings is None else settings.assignment
        results = _failed(settings, "sandbox", NO_JAIL.format(why=error, assignment=assignment), started)
    except Exception as error:
        # Ours, whatever it is: told with all we know, and the submission keeps whatever score it may get later.
        traceback.print_exc(file=sys.stdout)
        bug = isinstance(error, BugError) or not isinstance(error, AutograderError)
        advice = (
            f"This is a bug in autograder ({type(error).__name__}: {error}); please report it." if bug else str(error)
        )
        results = _failed(settings, "internal" if bug else "usage", f"{advice} No score was recorded.", started)
    for note in results["extra_data"]["notes"]:
        print(note)
    write_atomically(root / "results" / "results.json", json.dumps(results, allow_nan=False, indent=1).encode())


def _failed(settings: Settings | None, reason: str, advice: str, started: float) -> dict[str, Any]:
    sorry = translate(SORRY, "en" if settings is None else settings.language)
    return without_score(sorry, advice, settings, reason=reason, seconds=time.monotonic() - started)


def _grade(root: Path, settings: Settings, started: float) -> dict[str, Any]:
    notes = [UNCONFINED] if settings.sandbox == "none" else []
    if settings.sandbox == "bwrap":
        from autograder.sandbox.jail import find

        find()
    with tempfile.TemporaryDirectory(prefix="autograder-gradescope-", ignore_cleanup_errors=True) as folder:
        students, submitted, complaint = read_metadata(root / METADATA)
        notes += complaint
        found = collect_one(
            root / "submission",
            workdir=Path(folder) / "unpacked",
            assignment=settings.assignment,
            students=students,
            submitted=submitted,
        )
        if isinstance(found, Refused):
            return _of_refused(found, settings, submitted, time.monotonic() - started, notes)
        with Batch(
            root / "source" / settings.path,
            Path(folder) / "out",
            jobs=1,
            conditions=Conditions(limits=settings.limits, sandbox=settings.sandbox, seed=settings.seed),
        ) as batch:
            result = batch.grade([found])[0]
            possible = batch.facts.questions
        (result,) = whose_numbers([result], _people(root / "source" / PEOPLE), advice=_ADVICE)
        if not result.questions:
            result = msgspec.structs.replace(result, possible=sum(possible.values()))
    return of_submission(result, settings, seconds=time.monotonic() - started, notes=notes)


def _people(path: Path) -> tuple[Student, ...] | None:
    return msgspec.json.decode(path.read_bytes(), type=tuple[Student, ...]) if path.is_file() else None


def _of_refused(
    refused: Refused, settings: Settings, submitted: str | None, seconds: float, notes: list[str]
) -> dict[str, Any]:
    work = Submission(key="submission", students=refused.students, file=refused.file, path="", submitted=submitted)
    # What is wrong with their files is the student's to read: without a score they have to hand in again.
    advice = translate(HAND_IN, settings.language).format(name=f"{settings.assignment}.ipynb")
    result = SubmissionResult(
        submission=msgspec.structs.replace(work, notes=(refused.message, advice)),
        status=Status.FAILED,
        reason=refused.reason,
        message=refused.message,
    )
    return of_submission(result, settings, seconds=seconds, notes=notes)


def read_metadata(path: Path) -> tuple[tuple[Student, ...], str | None, list[str]]:
    """Who handed in, and when (ISO 8601 as Gradescope wrote it); and what is wrong with the file, for instructors.

    Older containers have no such file, and a grade must not depend on it.
    """
    try:
        known = json.loads(path.read_bytes()[:_LONGEST])
        users = known.get("users") or []
        students = tuple(map(_student, users))
        submitted = known.get("created_at")
    except (OSError, ValueError, AttributeError, TypeError) as error:
        return (), None, [f"{path.name} cannot be read ({type(error).__name__}), so the names are not known"]
    good = isinstance(submitted, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+([+-]\d\d:?\d\d|Z)?", submitted)
    return students, submitted if good else None, []


def _student(user: dict[str, Any]) -> Student:
    given = ((Space.EMAIL, user.get("email")), (Space.GRADESCOPE_SID, user.get("sid")))
    ids = tuple(Id(space, str(value)) for space, value in given if value)
    name = str(user.get("name") or "")
    return Student(id=ids[0].value if ids else str(user.get("id") or name), name=name, ids=ids)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
