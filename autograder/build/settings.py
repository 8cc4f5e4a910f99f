"""``course.toml``, beside ``solutions/``: what holds for a whole course.

Example; every part may be left out:

    install = "https://example.edu/calculus/nabla_autograder-0.1.0-py3-none-any.whl"
    language = "de"             # of what students read, whatever their machine speaks
    time_zone = "Europe/Berlin"
    lms = ["moodle"]

    [assignments.hw07]
    language = "en"

``install`` is where a student's machine gets this package: the address of a wheel, a requirement as pip takes it, or a
whole line that begins with ``pip``. The parts that grading reads (time zone, due dates, what late work costs) are those
of :mod:`autograder.lms.policy`: the same file is given to ``autograder grade --policy``.
"""

import shlex
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from autograder.build.config import own_config_of
from autograder.errors import UsageError
from autograder.locale import available
from autograder.model import Record
from autograder.origin import DISTRIBUTION

__all__ = ["COURSE_FILE", "CourseSettings", "course_settings", "install_words"]

COURSE_FILE = "course.toml"
_STUDENT = "student"


class CourseSettings(Record, frozen=True, kw_only=True):
    """What ``course.toml`` says, for one assignment."""

    install: str | None = None
    """Where students get the package; None where the course does not say."""
    language: str | None = None
    """Of what students read; None leaves it to their machine."""
    time_zone: str | None = None
    lms: tuple[str, ...] = ()
    late: dict[str, Any] = msgspec.field(default_factory=dict)
    """What late work costs, as it stands there; :mod:`autograder.lms.policy` reads it."""

    @property
    def key(self) -> str:
        """What of it changes a built notebook."""
        return f"{self.install}|{self.language}" if self.install or self.language else ""


def course_settings(root: Path, assignment: str = "") -> CourseSettings:
    """What holds for an assignment of a course, or for the course; its ``# ASSIGNMENT CONFIG`` has the last word.

    Raises:
        UsageError: the file cannot be read, or a setting is not of its kind.
    """
    source = root / "solutions" / assignment / f"{assignment}.ipynb"
    settings = _of_course(root / COURSE_FILE, assignment)
    told = own_config_of(source)
    if "language" in told:
        settings = msgspec.structs.replace(settings, language=_known(told["language"], source, "language: {}"))
    return settings


def _of_course(path: Path, assignment: str) -> CourseSettings:
    if not path.is_file():
        return CourseSettings()
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        # as tables before anything is looked up in them: `assignments = 3` is TOML as well
        own = msgspec.convert(told.get("assignments", {}), dict[str, dict[str, Any]]).get(assignment, {})
        found = msgspec.convert({**told, **_language(own)}, CourseSettings)
    except (OSError, UnicodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise UsageError(f"{path}: {error}: mend it there") from error
    if found.language is not None:
        _known(found.language, path, 'language = "{}"')
    return found


def _known(language: Any, path: Path, shown: str) -> str:
    if language not in available():
        known = ", ".join(available())
        raise UsageError(f"{path}: {shown.format(language)} is not there; choose one of {known}")
    return str(language)


def _language(own: dict[str, Any]) -> dict[str, Any]:
    return {"language": own["language"]} if "language" in own else {}


def install_words(install: str) -> str:
    """What stands behind ``pip install`` for a setting, with what the course's notebooks import.

    >>> install_words("https://example.edu/nabla_autograder-0.1.0-py3-none-any.whl")
    "'nabla-autograder[student] @ https://example.edu/nabla_autograder-0.1.0-py3-none-any.whl'"
    >>> install_words("./nabla_autograder-0.1.0-py3-none-any.whl")
    "'./nabla_autograder-0.1.0-py3-none-any.whl[student]'"
    >>> install_words("pip install --index-url https://pypi.example.edu nabla-autograder")
    '--index-url https://pypi.example.edu nabla-autograder'
    """
    words = install.lstrip("%! ")
    if words.startswith("pip "):
        return words.removeprefix("pip ").lstrip().removeprefix("install ").strip()
    if install.endswith(".whl"):
        remote = "://" in install
        return shlex.quote(f"{DISTRIBUTION}[{_STUDENT}] @ {install}" if remote else f"{install}[{_STUDENT}]")
    return shlex.quote(install)
