"""The class as it was graded, kept beside the journal: what decisions and policy start from.

One file: first the class without what only a student's own page needs, then each whole result under its place and
digest, so that one decision reads one result. It only saves time: where it is missing, or of another version, the
folder's own call is made again.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from autograder import __version__
from autograder.errors import GradedAgainError, UsageError
from autograder.folder.figures import notebook_digest
from autograder.lms import AssignmentPolicy
from autograder.model import CaseResult, Outcome, Record, Run, SubmissionResult
from autograder.report import write_atomically
from autograder.witnesses import ONLY_INSIDE

HIDDEN = ".autograder"
"""Folder of what is kept to save time; it may be removed at any moment."""
_HEAD = 8
"""Bytes that say how long the first part is."""


class Whole(Record, frozen=True):
    """Where a whole result lies in the second part."""

    place: int
    length: int
    digest: str
    code: str
    """Digest of the notebook's code alone."""
    notebook: str
    """Digest of the file, where the page shows its figures."""


class AsGraded(Record, frozen=True, kw_only=True):
    """A run before anybody decided anything about it."""

    run: Run
    """Its results are light: see :func:`light`."""
    whole: dict[str, Whole]
    """By ``Submission.key``."""
    policy: AssignmentPolicy | None = None
    """With the run's own people in it."""
    unsettled: tuple[str, ...] = ()
    """What of the policy's people is on no list."""
    matched: str | None = None
    """The form of the lists that the run was matched with."""
    version: str = __version__


class Kept:
    """The file of one folder, open for reading."""

    def __init__(self, path: Path, graded: AsGraded, start: int) -> None:
        self.graded = graded
        self._path = path
        self._start = start
        self._seen = _seen(path)

    def check(self) -> None:
        """Refuse to go on with a class that is not the one that lies there now.

        Raises:
            GradedAgainError: it was graded again meanwhile.
        """
        if _seen(self._path) != self._seen:
            raise GradedAgainError(f"{self._path.parent.parent} was graded again meanwhile: begin again")

    def made_from(self, result: SubmissionResult) -> tuple[str, str, SubmissionResult]:
        """What a result as it stands is made from: digests of the whole one and its figures, and what changed since."""
        whole = self._whole(result)
        return whole.digest, whole.notebook, result

    def change(self, *, run: Run, policy: AssignmentPolicy, unsettled: tuple[str, ...]) -> None:
        """Keep another policy and other times with the same results.

        Raises:
            UsageError: the file cannot be written.
        """
        graded = msgspec.structs.replace(self.graded, run=run, policy=policy, unsettled=unsettled)
        first = msgspec.msgpack.encode(graded)
        content = self._path.read_bytes()[self._start :]
        write_atomically(self._path, b"".join((len(first).to_bytes(_HEAD, "little"), first, content)))
        self.graded, self._start, self._seen = graded, _HEAD + len(first), _seen(self._path)

    def _whole(self, result: SubmissionResult) -> Whole:
        return self.graded.whole[result.submission.part_of or result.submission.key]

    def full(self, results: Sequence[SubmissionResult]) -> list[SubmissionResult]:
        """Light results, whatever was decided about them since, with everything that was left out of them.

        Raises:
            UsageError: the class was graded again meanwhile.
        """
        done = []
        try:
            with self._path.open("rb") as file:
                for result in results:
                    whole = self._whole(result)
                    file.seek(self._start + whole.place)
                    content = file.read(whole.length)
                    if _digest(content) != whole.digest:
                        raise GradedAgainError(f"{self._path.parent.parent} was graded again meanwhile: begin again")
                    done.append(_restored(result, msgspec.msgpack.decode(content, type=SubmissionResult)))
        except OSError as error:
            raise UsageError(f"{self._path}: cannot be read ({error.strerror}): begin again") from error
        return done


def keep(
    run: Run,
    folder: Path,
    *,
    policy: AssignmentPolicy | None = None,
    unsettled: tuple[str, ...] = (),
    matched: str | None = None,
    dry_run: bool = False,
) -> Kept:
    """Keep a run as it was graded below ``folder``; in a dry run only as long as it is needed.

    Raises:
        UsageError: the file cannot be written.
    """
    encode = msgspec.msgpack.Encoder().encode
    whole: dict[str, Whole] = {}
    contents: list[bytes] = []
    place = 0
    for result in run.results:
        content = encode(result)
        whole[result.submission.key] = Whole(
            place,
            len(content),
            _digest(content),
            _digest(encode(result.code)),
            notebook_digest(result, folder),
        )
        contents.append(content)
        place += len(content)
    slim = msgspec.structs.replace(run, results=tuple(map(light, run.results)))
    graded = AsGraded(run=slim, whole=whole, policy=policy, unsettled=unsettled, matched=matched)
    first = encode(graded)
    content = b"".join((len(first).to_bytes(_HEAD, "little"), first, *contents))
    path = folder / HIDDEN / "graded"
    if not dry_run and not (path.is_file() and path.read_bytes() == content):
        write_atomically(path, content)
    return Kept(path, graded, _HEAD + len(first))


def kept(folder: Path) -> Kept | None:
    """What :func:`keep` kept; None where there is nothing, or nothing that this version wrote."""
    path = folder / HIDDEN / "graded"
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(_HEAD), "little")
            graded = msgspec.msgpack.decode(file.read(length), type=AsGraded)
    except (OSError, msgspec.MsgspecError):
        return None
    return Kept(path, graded, _HEAD + length) if graded.version == __version__ else None


def light(result: SubmissionResult) -> SubmissionResult:
    """A result without what only its own page and results.json need.

    Tables, statistics and the class's page want of a wrong answer which mistake it shows and its worst point, and of
    the code only what passes only inside. What people decide and what a policy changes is in no part that is left out.
    """
    wanted = any(case.reason == ONLY_INSIDE for question in result.questions for case in question.cases)
    questions = tuple(
        msgspec.structs.replace(question, cases=tuple(map(_light_case, question.cases)))
        for question in result.questions
    )
    return msgspec.structs.replace(result, questions=questions, code=result.code if wanted else ())


def _light_case(case: CaseResult) -> CaseResult:
    checks = tuple(
        msgspec.structs.replace(check, prompt="", points=(), compared=check.compared[:1], answer_latex=None)
        for check in case.checks
        if check.verdict.outcome is not Outcome.CORRECT
    )
    return msgspec.structs.replace(case, checks=checks)


def _restored(result: SubmissionResult, whole: SubmissionResult) -> SubmissionResult:
    questions = tuple(
        msgspec.structs.replace(
            question,
            cases=tuple(
                msgspec.structs.replace(case, checks=held.checks)
                for case, held in zip(question.cases, asked.cases, strict=True)
            ),
        )
        for question, asked in zip(result.questions, whole.questions, strict=True)
    )
    return msgspec.structs.replace(result, questions=questions, code=whole.code)


def _seen(path: Path) -> tuple[int, int, int]:
    """Which file lies there: whoever grades puts another one in its place, unless it would be the same."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0, 0
    return found.st_ino, found.st_size, found.st_mtime_ns


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
