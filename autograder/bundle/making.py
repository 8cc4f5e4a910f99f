"""Writes the zip: this package, the assignment, pinned requirements and the two scripts that Gradescope starts."""

import io
import json
import sys
import tomllib
import zipfile
from collections.abc import Iterator, Sequence
from importlib import resources
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import msgspec
from packaging.requirements import Requirement

import autograder
from autograder.batch.digests import assignment_digest, files_of
from autograder.bundle.results import without_score
from autograder.bundle.settings import PEOPLE, SETTINGS, Settings
from autograder.errors import UsageError
from autograder.locale import translate
from autograder.model import Student
from autograder.origin import DISTRIBUTION, package_files
from autograder.otter import lacks_references, load
from autograder.otter.references import REFERENCES, brought, second_values, written
from autograder.report import write_atomically
from autograder.sandbox.limits import Limits

__all__ = ["pinned", "write_bundle"]

MARGIN = 30
"""Seconds that are left of Gradescope's time when we stop: for writing results, and for a slow start."""
_STARTED = ("setup.sh", "run_autograder")
_LINUX = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "extra": ""}
_AGAIN = "Run the autograder again on this submission, or grade it by hand; no score was recorded."
FAILURES = {
    "no-setup": "The image has no Python environment: setup.sh failed. Read the log of the build under Configure "
    f"Autograder, mend it, build again. {_AGAIN}",
    "too-late": "Grading did not end within the time that this bundle was made for (--minutes). Raise Gradescope's "
    f"time limit and make the bundle again with the same --minutes. {_AGAIN}",
    "killed": "Grading was killed, most likely because the container ran out of memory. Choose a container with at "
    f"least 3 GB under Settings. {_AGAIN}",
    "broken": f"Grading ended with an error that is shown in the autograder's output above or below. {_AGAIN}",
}
"""What happened → what instructors read when nobody is left to write results."""
N_ = str  # marks a sentence for translation where it is not yet translated
SORRY = N_("Your submission could not be graded automatically, and it is kept. There is no score yet; this is not a 0.")


def write_bundle(
    assignment: Path,
    out: Path,
    *,
    sandbox: str = "bwrap",
    limits: Limits | None = None,
    seed: int = 0,
    minutes: float = 10.0,
    language: str = "en",
    people: Sequence[Student] = (),
) -> Settings:
    """Write the zip that is uploaded under *Configure Autograder*; the same input gives the same bytes.

    Args:
        assignment: an Otter autograder.zip or an unpacked folder; it is loaded, so a broken one is refused here.
        out: the file to write.
        sandbox: ``bwrap``, or ``none`` for notebooks that may do what the autograder may.
        limits: what a student's process may use.
        seed: for tests that draw random numbers.
        minutes: Gradescope's time limit for the assignment. Ours is a little shorter.
        language: of what students read there.
        people: the class list, against which a notebook's own numbers are held; without one only who handed in is
            known.

    Returns:
        What the bundle says about itself.

    Raises:
        UsageError: the assignment cannot be read, a limit is longer than ``minutes``, the file cannot be written, or
            notebooks without a jail could read the class list.
        AuthorError: a test file is broken.
    """
    if people and sandbox == "none":
        raise UsageError("--sandbox none: notebooks could read the class list there; leave --roster out")
    limits = limits or Limits()
    seconds = 60 * minutes - MARGIN
    if limits.wall_seconds >= seconds:
        raise UsageError(
            f"a notebook may take {limits.wall_seconds:g} s, which leaves no time of the {minutes:g} minutes to grade "
            "it: lower --timeout, or raise --minutes and Gradescope's own limit (40 at most)"
        )
    loaded = load(assignment)
    files = files_of(assignment)
    place = "assignment/autograder.zip" if assignment.is_file() else "assignment"
    settings = Settings(
        assignment=loaded.name,
        path=place,
        digest=assignment_digest(assignment),
        version=autograder.__version__,
        sandbox=sandbox,
        limits=limits,
        seed=seed,
        language=language,
        config=loaded.config,
    )
    contents = dict(package_files())
    if lacks_references(loaded):
        files = _with_references(files, second_values(loaded), zipped=assignment.is_file())
    contents |= {place if assignment.is_file() else f"{place}/{file}": content for file, content in files.items()}
    contents["requirements.txt"] = "".join(f"{line}\n" for line in pinned()).encode()
    contents[SETTINGS] = msgspec.json.format(msgspec.json.encode(settings), indent=1)
    if people:
        contents[PEOPLE] = msgspec.json.format(msgspec.json.encode(people), indent=1)
    for what, advice in FAILURES.items():
        failure = without_score(translate(SORRY, language), advice, settings, reason=what, seconds=0.0)
        contents[f"failures/{what}.json"] = json.dumps(failure, allow_nan=False, indent=1).encode()
    scripts = resources.files("autograder.bundle") / "scripts"
    values = {"PYTHON_VERSION": f"{sys.version_info.major}.{sys.version_info.minor}", "SECONDS": f"{seconds:g}"}
    for script in _STARTED:
        text = (scripts / script).read_text(encoding="utf-8")
        for placeholder, value in values.items():
            text = text.replace(placeholder, value)
        contents[script] = text.encode()
    write_atomically(out, _zip(contents))
    return settings


def _with_references(
    files: dict[str, bytes], values: dict[str, list[float] | None], *, zipped: bool
) -> dict[str, bytes]:
    """The assignment's files with JAX's values, beside its tests or in the zip that holds them."""
    if not zipped and any(name.startswith("tests/") for name in files):
        return files | {REFERENCES: written(values)}
    return {
        name: brought(content, values) if zipped or name.endswith(".zip") else content
        for name, content in files.items()
    }


def pinned() -> list[str]:
    """The packages that this one needs on Linux, and that those need, each at the version installed here.

    One that is not installed here (this is not Linux) stands as it is required.

    Raises:
        UsageError: this package is not installed, so that nothing says what it needs.
    """
    waiting = [Requirement(text) for text in _required()]
    found: dict[str, str] = {}
    extras: set[tuple[str, str]] = set()
    while waiting:
        wanted = waiting.pop()
        if wanted.marker is not None and not wanted.marker.evaluate(_LINUX):
            continue
        key = wanted.name.lower().replace("_", "-").replace(".", "-")
        asked = {(key, extra) for extra in wanted.extras or {""}} | {(key, "")}
        if asked <= extras:
            continue
        extras |= asked
        try:
            here = distribution(wanted.name)
        except PackageNotFoundError:
            found.setdefault(key, f"{wanted.name}{wanted.specifier}")
            continue
        found[key] = f"{key}=={here.version}"
        for text in here.requires or ():
            needed = Requirement(text)
            environments = [_LINUX | {"extra": extra} for extra in {"", *wanted.extras}]
            if needed.marker is None or any(needed.marker.evaluate(one) for one in environments):
                needed.marker = None
                waiting.append(needed)
    return [found[key] for key in sorted(found) if key != DISTRIBUTION]


def _required() -> list[str]:
    """What grading asks for; in a checkout by its pyproject.toml, which an old editable install knows nothing of."""
    project = Path(autograder.__file__).resolve().parent.parent / "pyproject.toml"
    if project.is_file():
        about = tomllib.loads(project.read_text(encoding="utf-8")).get("project", {})
        if about.get("name") == DISTRIBUTION:
            return [*about["dependencies"], *_extra(about["optional-dependencies"], "grade")]
    try:
        distribution(DISTRIBUTION)
    except PackageNotFoundError as error:
        raise UsageError(f"{DISTRIBUTION} is not installed here: pip install . in its folder, then again") from error
    return [f"{DISTRIBUTION}[grade]"]


def _extra(extras: dict[str, list[str]], name: str) -> Iterator[str]:
    """The requirements of an extra, those of the extras that it names among them."""
    for text in extras[name]:
        wanted = Requirement(text)
        if wanted.name == DISTRIBUTION:
            for other in sorted(wanted.extras):
                yield from _extra(extras, other)
        else:
            yield text


def _zip(contents: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(contents):
            info = zipfile.ZipInfo(name)  # with the zip format's first day as its date: the same bytes every time
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0o100755 if name in _STARTED else 0o100644) << 16
            archive.writestr(info, contents[name])
    return written.getvalue()
