"""What Otter Assign makes of a source, arranged: the same bytes every time.

Otter Assign does the work; what is added is that cells it generates get names instead of random ids, so that a rebuild
changes nothing.
"""

import re
import shutil
from pathlib import Path

import nbformat

from autograder import otter
from autograder.build.config import without_own
from autograder.build.course import Shown, source_notebook
from autograder.build.init import MADE, bring_checks, handed_out, show_tasks
from autograder.build.settings import CourseSettings, course_settings
from autograder.build.source import read_notebook, read_source
from autograder.build.versions import kept_values, pool_of, prompts_of_versions, ship
from autograder.errors import AuthorError
from autograder.versions import Pool

__all__ = ["arrange"]

_CHECK = re.compile(r"""grader\.check\(["']([\w.-]+)["']\)""")


def arrange(root: Path, name: str, scratch: Path) -> Shown:
    """Fill an empty folder with the outcome of ``name``, and say what pages show of it.

    Raises:
        AuthorError: Otter Assign refuses the source; the message is Otter's.
        OSError: the folder cannot be written.
    """
    source = source_notebook(root, name)
    written = read_source(source)
    pool = pool_of(source, written)
    notebook = read_notebook(source)
    if pool is not None:
        ship(notebook, written, pool)
    master = without_own(source, notebook, scratch / "source", changed=pool is not None)
    made = otter.assign(master, scratch, run_tests=False)
    shutil.rmtree(scratch / "source", ignore_errors=True)
    _arrange(source, scratch, Path(made.zip), course_settings(root, name), pool)
    _add_references(scratch / "autograder.zip", None if pool is None else kept_values(source, written))
    starter = otter.read_notebook(scratch / "student" / source.name).code
    return Shown(prompts=written.prompts, versions=prompts_of_versions(written, pool), starter=tuple(starter))


def _arrange(source: Path, scratch: Path, zipped: Path, settings: CourseSettings, pool: Pool | None) -> None:
    """Name the generated cells and keep what is needed under names without a date."""
    known = {cell.get("id") for cell in read_notebook(source).cells}
    student, autograder = scratch / "student", scratch / "autograder"
    own = read_source(source)
    held = None if pool is None else handed_out(own, pool)
    for path in (student / source.name, autograder / source.name):
        notebook = read_notebook(path)
        _name_cells(notebook, known)
        bring_checks(notebook, source.stem, student / "tests", zipped, settings, held)
        if pool is not None:
            show_tasks(notebook, own, pool, settings.language)
        nbformat.write(notebook, path)
    zipped.rename(scratch / "autograder.zip")
    (autograder / source.name).rename(scratch / "solution.ipynb")
    shutil.rmtree(autograder)


def _add_references(zipped: Path, known: dict[str, list[float] | None] | None) -> None:
    """Keep JAX's values at every question's points in the zip: grading holds answers against them and pays nothing.

    Args:
        zipped: the zip.
        known: the values of what is drawn, of every version; None: they are asked for anew.
    """
    from autograder.otter import load
    from autograder.otter.references import brought, second_values

    try:
        values = second_values(load(zipped), known)
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
