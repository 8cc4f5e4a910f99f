"""From an Otter Assign source to what students get and what grading needs, kept beside the source until that changes.

``arrange.py`` makes it, and is imported only then: who grades finds what was made, and waits for none of what makes it.
"""

import hashlib
import shutil
import tempfile
from pathlib import Path

import msgspec

from autograder.build.course import BUILT, Shown, source_digest, source_notebook
from autograder.errors import UsageError
from autograder.modules import SLOW, without
from autograder.origin import alone, digest_of, write_wheel

_MAKERS = ("build/*.py", "otter/*.py", "versions/*.py", "student/testfile.py", "feedback/notebook.py", "modules.py")
"""Files of this package that decide what is made of a source: an outcome of other ones is not taken for the present's.

Not those in their folders (``build/checks``, ``otter/running``), which look at an outcome, and not what only JAX's
values at the points come from: those are kept under a key that names points and formula.
"""

_SHOWN = "shown.json"


def assemble(root: Path, name: str) -> Path:
    """Run Otter Assign on ``name`` unless this package did that for these very bytes; return the folder of the outcome.

    The folder holds ``student/`` (to be handed out), ``solution.ipynb`` (the student's notebook with the solution in
    it), ``autograder.zip`` (all tests, public and hidden) and what :func:`shown_of` reads.

    Raises:
        UsageError: unknown assignment, or the folder of its source cannot be written.
        AuthorError: Otter Assign refuses the source; the message is Otter's.
    """
    source = source_notebook(root, name)
    outcome = outcome_folder(root, name)
    built = outcome.parent
    if outcome.is_dir():
        return outcome
    try:
        built.mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write into {source.parent}: {error.strerror}") from error
    with alone(built):  # who comes while another process makes it waits, and finds it made
        if not outcome.is_dir():
            _make(root, name, outcome)
    return outcome


def _make(root: Path, name: str, outcome: Path) -> None:
    built = outcome.parent
    try:
        scratch = Path(tempfile.mkdtemp(dir=built, prefix="new-"))
    except OSError as error:
        raise UsageError(f"cannot write into {built.parent}: {error.strerror}") from error
    try:
        with without(*SLOW):
            from autograder.build.arrange import arrange

        (scratch / _SHOWN).write_bytes(msgspec.json.encode(arrange(root, name, scratch)))
        # Where no lock can be had two processes make it: the second finds the folder there and its own is thrown away.
        if not outcome.exists():
            scratch.rename(outcome)
    except OSError:
        if not outcome.is_dir():
            raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    for old in built.iterdir():
        if old.is_dir() and old != outcome and not old.name.startswith("new-"):
            shutil.rmtree(old, ignore_errors=True)


def is_assembled(root: Path, name: str) -> bool:
    """Whether :func:`assemble` has made what it makes of the present source."""
    return outcome_folder(root, name).is_dir()


def outcome_folder(root: Path, name: str) -> Path:
    """Where :func:`assemble` puts what it makes of the present source."""
    key = hashlib.sha256(f"{source_digest(root, name)} {digest_of(*_MAKERS)}".encode()).hexdigest()
    return source_notebook(root, name).parent / BUILT / key[:16]


def autograder_zip(root: Path, name: str) -> Path:
    """The zip with all tests of ``name``, as Otter Assign makes it; built when there is none for the present source.

    Raises:
        UsageError: unknown assignment, or the folder of its source cannot be written.
        AuthorError: Otter Assign refuses the source.

    Example:
        >>> autograder_zip(course_root(), "hw01").name  # doctest: +SKIP
        'autograder.zip'
    """
    return assemble(root, name) / "autograder.zip"


def solution_notebook(root: Path, name: str) -> Path:
    """The student's notebook of ``name`` with every solution in place; see :func:`assemble` for what it raises."""
    return assemble(root, name) / "solution.ipynb"


def student_notebook(root: Path, name: str) -> Path:
    """The notebook of ``name`` as students get it, freshly built; see :func:`assemble` for what it raises."""
    return assemble(root, name) / "student" / f"{name}.ipynb"


def shown_of(root: Path, name: str) -> Shown:
    """What pages show of ``name``; see :func:`assemble` for what it raises."""
    return msgspec.json.decode((assemble(root, name) / _SHOWN).read_bytes(), type=Shown)


def install(root: Path, name: str, *, with_wheel: bool = False) -> list[Path]:
    """Write the student's folder of ``name`` to ``assignments/<name>/`` and return the files whose content changed.

    Files there that the build does not produce are removed: the folder is built, never edited by hand.

    Args:
        root: the course.
        name: the assignment's.
        with_wheel: put this package beside the notebook, whose first cell installs it from there.

    Raises:
        UsageError: unknown assignment, or the folder cannot be written.
        AuthorError: Otter Assign refuses the source.
    """
    student = assemble(root, name) / "student"
    target = root / "assignments" / name
    wanted = {path.relative_to(student): path.read_bytes() for path in student.rglob("*") if path.is_file()}
    if with_wheel:
        with tempfile.TemporaryDirectory() as made:
            wheel = write_wheel(Path(made))
            wanted[Path(wheel.name)] = wheel.read_bytes()
    changed = []
    try:
        for path in sorted(target.rglob("*"), reverse=True):
            if path.is_file() and path.relative_to(target) not in wanted:
                path.unlink()
                changed.append(path)
            elif path.is_dir() and not any(path.iterdir()):
                path.rmdir()
        for relative, content in wanted.items():
            path = target / relative
            if not path.is_file() or path.read_bytes() != content:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                changed.append(path)
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror}") from error
    return sorted(changed)
