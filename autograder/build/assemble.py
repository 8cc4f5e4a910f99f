"""From an Otter Assign source to what students get and what grading needs, the same bytes every time.

Otter Assign does the work; what is added is that cells it generates get names instead of random ids, so that a rebuild
changes nothing, and that the outcome is kept beside the source until the source changes.
"""

import hashlib
import re
import shutil
import tempfile
from pathlib import Path

import nbformat

from autograder.build.config import without_own
from autograder.build.course import BUILT, source_digest, source_notebook
from autograder.build.init import MADE, bring_checks
from autograder.build.settings import CourseSettings, course_settings
from autograder.build.source import read_notebook, read_source
from autograder.build.versions import pool_of, ship, show_tasks
from autograder.errors import AuthorError, UsageError
from autograder.origin import digest_of, write_wheel
from autograder.versions import Pool

_MAKERS = ("build/*.py", "otter/*.py", "versions/*.py", "student/testfile.py", "feedback/notebook.py", "modules.py")
"""Files of this package that decide what is made of a source: an outcome of other ones is not taken for the present's.

Not those in their folders (``build/checks``, ``otter/running``), which look at an outcome, and not what only JAX's
values at the points come from: those are kept under a key that names points and formula.
"""

_CHECK = re.compile(r"""grader\.check\(["']([\w.-]+)["']\)""")


def assemble(root: Path, name: str) -> Path:
    """Run Otter Assign on ``name`` unless this package did that for these very bytes; return the folder of the outcome.

    The folder holds ``student/`` (to be handed out), ``solution.ipynb`` (the student's notebook with the solution in
    it) and ``autograder.zip`` (all tests, public and hidden).

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
        scratch = Path(tempfile.mkdtemp(dir=built, prefix="new-"))
    except OSError as error:
        raise UsageError(f"cannot write into {source.parent}: {error.strerror}") from error
    try:
        from autograder.otter import assign

        written = read_source(source)
        pool = pool_of(source, written)
        notebook = read_notebook(source)
        if pool is not None:
            ship(notebook, written, pool)
        master = without_own(source, notebook, scratch / "source", changed=pool is not None)
        made = assign(master, scratch, run_tests=False)
        shutil.rmtree(scratch / "source", ignore_errors=True)
        _arrange(source, scratch, Path(made.zip), course_settings(root, name), pool)
        _add_references(scratch / "autograder.zip")
        # Two processes may build at once: the second finds the folder there and its own work is thrown away.
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
    return outcome


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


def _arrange(source: Path, scratch: Path, zipped: Path, settings: CourseSettings, pool: Pool | None) -> None:
    """Name the generated cells and keep what is needed under names without a date."""
    known = {cell.get("id") for cell in read_notebook(source).cells}
    student, autograder = scratch / "student", scratch / "autograder"
    for path in (student / source.name, autograder / source.name):
        notebook = read_notebook(path)
        _name_cells(notebook, known)
        bring_checks(notebook, source.stem, student / "tests", zipped, settings, pool)
        if pool is not None:
            show_tasks(notebook, read_source(source), pool, settings.language)
        nbformat.write(notebook, path)
    zipped.rename(scratch / "autograder.zip")
    (autograder / source.name).rename(scratch / "solution.ipynb")
    shutil.rmtree(autograder)


def _add_references(zipped: Path) -> None:
    """Keep JAX's values at every question's points in the zip: grading holds answers against them and pays nothing."""
    from autograder.otter import load
    from autograder.otter.references import brought, second_values

    try:
        values = second_values(load(zipped))
    except AuthorError:
        return  # a test file that cannot be read: it is named where the tests are looked at
    zipped.write_bytes(brought(zipped.read_bytes(), values))


def _name_cells(notebook: nbformat.NotebookNode, known: set[str | None]) -> None:
    """Give cells that Otter generated an id that a rebuild gives again."""
    taken = {cell.get("id") for cell in notebook.cells} & known
    made = 0
    for cell in notebook.cells:
        if cell.get("id") in known:
            continue
        check = _CHECK.search(cell.source)
        name = f"{check[1]}-check" if check else ""
        if not name or name in taken:
            made += 1
            name = f"{MADE}{made}"
        taken.add(name)
        cell["id"] = name
