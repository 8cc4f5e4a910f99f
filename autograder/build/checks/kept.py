"""What an assignment was certified as, kept beside what was built of it until something that decides it changes."""

import hashlib
from pathlib import Path

import msgspec

from autograder.build.assemble import outcome_folder
from autograder.build.checks.certify import certify
from autograder.build.checks.finding import Finding
from autograder.build.course import assignments, source_notebook
from autograder.model import Record
from autograder.origin import installed
from autograder.tries import tries_beside

__all__ = ["certified"]

_FILE = "certified.json"


class _Kept(Record, frozen=True, kw_only=True):
    deciding: str
    """:func:`_deciding` at that time."""
    findings: tuple[Finding, ...]


def certified(root: Path, name: str) -> list[Finding]:
    """:func:`~autograder.build.checks.certify.certify`, from the last time where nothing has changed since.

    Only what may be handed out is kept: an error is looked at again each time, since a machine that was too slow or
    out of memory can have been the reason.

    Raises:
        UsageError, AuthorError: as for ``certify``.
    """
    deciding = _deciding(root, name)
    place = outcome_folder(root, name) / _FILE
    kept = _read(place)
    if kept is not None and kept.deciding == deciding:
        return list(kept.findings)
    findings = certify(root, name)
    if not any(finding.error for finding in findings) and place.parent.is_dir():  # the source is as it was before
        beside = place.with_suffix(".new")
        beside.write_bytes(msgspec.json.encode(_Kept(deciding=deciding, findings=tuple(findings))))
        beside.replace(place)
    return findings


def _read(place: Path) -> _Kept | None:
    try:
        return msgspec.json.decode(place.read_bytes(), type=_Kept)
    except (OSError, msgspec.MsgspecError):
        return None


def _deciding(root: Path, name: str) -> str:
    """A digest of all that certifying reads beside the source.

    That is this package, every other one, the answers to try it with and which other assignments there are.
    """
    tries = tries_beside(source_notebook(root, name))
    parts = [installed(), *assignments(root), tries.read_bytes().hex() if tries.is_file() else ""]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
