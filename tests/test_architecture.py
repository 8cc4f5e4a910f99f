"""The layout is the architecture: imports point one way, no room is an orphan, and ``__all__`` is the truth."""

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import autograder

ROOT = Path(autograder.__file__).resolve().parent

ORDER = (
    "errors", "untrusted", "model", "modules", "cells", "locale", "origin", "driver", "traced", "expressions",
    "versions", "points", "reference", "compare", "mistakes", "feedback", "questions", "plots", "student", "sandbox",
    "witnesses", "otter", "grading", "batch", "tries", "build", "lms", "report", "folder", "bundle", "simulate", "desk",
    "cli",
)  # fmt: skip
"""A room imports only rooms to its left."""

APART = {
    "lms": {"batch", "grading", "otter", "sandbox", "build", "questions"},
    "report": {"batch", "grading", "otter", "sandbox", "build", "questions", "lms"},
    "feedback": {"sympy", "jax", "otter"},
    "simulate": {"batch", "grading", "otter", "sandbox", "lms", "report", "build"},
}
"""Room → what it must not import although the order would let it."""

ENTRIES = {
    "autograder.cli",
    "autograder.batch.executors.child",
    "autograder.bundle.run",
    "autograder.otter.plugin",
    "autograder.mistakes.document",
    "autograder.feedback.translations",
}
"""Modules that a command, a process, Otter or ``python -m`` starts, so that nobody imports them."""

HEAVY = ("sympy", "jax", "otter", "numpy", "matplotlib", "nbformat", "IPython", "flint", "rich", "msgspec")


def modules() -> dict[str, Path]:
    """Every module of the package by its name."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = ("autograder", *path.relative_to(ROOT).with_suffix("").parts)
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def imports(module: str, *, running: bool = False) -> Iterator[str]:
    """Modules that this one imports, at its top or inside a function, ours in full and others by their first name.

    ``running`` leaves out what only the type checker sees.
    """
    path = MODULES[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in _statements(_tree(module), running=running):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            whole = [f"{base}.{alias.name}" for alias in node.names]
            names = [name if name in MODULES else base for name in whole]
        else:
            continue
        yield from (name if name.startswith("autograder") else name.partition(".")[0] for name in names)


@cache
def _tree(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def _statements(node: ast.AST, *, running: bool) -> Iterator[ast.AST]:
    """It and all statements in it, without their expressions: no import stands in one."""
    if running and _for_types(node):
        return
    yield node
    for part in ("body", "handlers", "cases", "orelse", "finalbody"):
        for inner in getattr(node, part, None) or ():
            yield from _statements(inner, running=running)


def _for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def named_lazily(module: str) -> Iterator[str]:
    """Modules that this one names as text, to be imported when they are used or run in a process of their own."""
    below = [name for name in MODULES if name.startswith(f"{module}.") and MODULES[name].name == "__init__.py"]
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
            places = (text, *(f"{folder}.{text}" for folder in ("autograder", module, *below)))
            yield from (name for name in places if name in MODULES)


@cache
def imported(module: str) -> list[str]:
    """What a module imports, each once."""
    return sorted(set(imports(module)))


def test_every_room_has_its_place() -> None:
    assert {room(module) for module in MODULES} - {""} == set(ORDER)


@pytest.mark.parametrize("module", [module for module in MODULES if room(module)])
def test_imports_point_one_way(module: str) -> None:
    here = ORDER.index(room(module))
    for name in imported(module):
        if name.startswith("autograder.") and room(name) != room(module):
            assert ORDER.index(room(name)) < here, f"{module} imports {name}: the arrow points the wrong way"


SEALED = ("lms", "mistakes", "model")
"""Rooms of which other rooms know the front door alone; of every room the folders are."""

FOLDERS = [
    name
    for name, path in MODULES.items()
    if path.name == "__init__.py" and (name.count(".") > 1 or room(name) in SEALED) and path.parent.name != "locale"
]


def entered(module: str) -> Iterator[tuple[str, str]]:
    """Every import of ours here: the module that it loads, and the folder whose door offers it, or nothing."""
    for node in _statements(_tree(module), running=False):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES:
            for alias in node.names:
                inside = f"{node.module}.{alias.name}"
                offered = inside in MODULES and alias.name in offers(node.module)
                yield (inside if inside in MODULES else node.module, node.module if offered else "")


@cache
def offers(folder: str) -> list[str]:
    """What a door's ``__all__`` names."""
    return list(getattr(importlib.import_module(folder), "__all__", []))


@pytest.mark.parametrize("module", MODULES)
def test_a_folder_is_entered_by_its_front_door(module: str) -> None:
    for name, door in entered(module):
        above = [folder for folder in FOLDERS if name == folder or name.startswith(f"{folder}.")]
        closed = [folder for folder in above if module != folder and not module.startswith(f"{folder}.")]
        if closed:
            outermost = min(closed, key=len)
            assert outermost in (name, door), f"{module} imports {name}: ask {outermost} for it"


DOORS = [name for name, path in MODULES.items() if path.name == "__init__.py" and room(name)]
"""Front doors of rooms and of the folders in them; of the package itself ``docs/architecture.md`` is the map."""


@pytest.mark.parametrize("folder", DOORS)
def test_a_folder_says_what_is_inside_and_is_read_at_a_glance(folder: str) -> None:
    path = MODULES[folder]
    files = [file.name for file in path.parent.glob("*.py") if file.name != "__init__.py"]
    files += [inner.parent.name for inner in path.parent.glob("*/__init__.py")]
    said = ast.get_docstring(_tree(folder)) or ""
    silent = [name for name in files if not _told(name, said)]
    assert not silent, f"{folder}/__init__ does not say what {silent[0]} is for"


TABLES = {"expressions/reading_table.py"}
"""Files of ``tests/`` that are one table of claims: they may be longer, for their length is that of a list."""


def test_no_file_is_longer_than_what_is_read_in_one_go() -> None:
    tests = Path(__file__).parent
    paths = {path: path.relative_to(tests).as_posix() for path in tests.rglob("*.py")}
    paths |= {path: name for name, path in MODULES.items()}
    long = {name for path, name in paths.items() if len(path.read_text(encoding="utf-8").splitlines()) > 400}
    assert long == TABLES, "a noun is missing"


MANY_PARAMETERS = {
    "autograder.student.notebook.Notebook.export": "Otter's own signature, which notebooks call",
    "autograder.questions.derivatives.functions.FunctionQuestion.__init__": "what authors write, as keywords",
    "autograder.plots.losses.LossPlot.__init__": "the same",
}
"""Functions of more than eight parameters, and why each has them."""


def test_what_takes_many_parameters_takes_a_record() -> None:
    many = {name for module in MODULES for name, count in _parameters(_tree(module), module) if count > 8}
    assert many == set(MANY_PARAMETERS)


def _parameters(tree: ast.AST, inside: str) -> Iterator[tuple[str, int]]:
    """Every function below a node, by its full name, and how many parameters it has besides ``self``."""
    for node in ast.iter_child_nodes(tree):
        name = f"{inside}.{node.name}" if isinstance(node, ast.FunctionDef | ast.ClassDef) else inside
        if isinstance(node, ast.FunctionDef):
            named = [one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
            yield name, len([one for one in named if one not in ("self", "cls")])
        yield from _parameters(node, name)


@pytest.mark.parametrize("folder", sorted({path.parent for path in MODULES.values()}), ids=str)
def test_no_folder_is_a_hall(folder: Path) -> None:
    assert len([file for file in folder.glob("*.py") if file.name != "__init__.py"]) <= 12


def _told(file: str, said: str) -> bool:
    """Files of one shape (an LMS, a command) are told together; the others by name."""
    name = file.removesuffix(".py")
    return file in said or f"``{name}``" in said or said.startswith(("One file an LMS", "One module a command"))


@pytest.mark.parametrize("name", sorted(APART))
def test_rooms_that_are_kept_apart(name: str) -> None:
    for module in MODULES:
        if room(module) == name:
            used = {room(found) if found.startswith("autograder") else found for found in imported(module)}
            assert not used & APART[name], f"{module} imports {used & APART[name]}"


PARSERS = {"latex2mathml", "markdown_it", "mdit_py_plugins", "pygments", "copydetect", "yaml"}
"""Other people's parsers and converters that are given what students wrote."""


def test_what_parses_a_students_text_stands_behind_the_guard() -> None:
    # build, tries and versions read the author's
    here = [module for module in MODULES if room(module) not in ("build", "tries", "versions")]
    users = [module for module in here if PARSERS & set(imported(module))]
    assert len(users) > 2
    for module in users:
        text = MODULES[module].read_text(encoding="utf-8")
        assert "guarded(" in text, f"{module} calls a parser outside of autograder.untrusted.guarded"
    parsing = {module for module in here if "ast.parse(" in MODULES[module].read_text(encoding="utf-8")}
    assert parsing == {"autograder.untrusted"}


def test_no_module_imports_itself_in_a_circle() -> None:
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        if module in trail:
            raise AssertionError(" → ".join((*trail[trail.index(module) :], module)))
        if module not in done:
            for name in sorted(set(imports(module, running=True))):
                # a package's front door imports its own rooms, and they may be imported through it from outside only
                if name in MODULES and not (MODULES[name].name == "__init__.py" and module.startswith(f"{name}.")):
                    visit(name, (*trail, module))
            done.add(module)

    for module in MODULES:
        visit(module, ())


def test_no_module_is_an_orphan() -> None:
    used = {name for module in MODULES for name in imported(module) if name != module}
    used |= {name for module in MODULES for name in named_lazily(module) if name != module}
    # what is in a package is reached through its front door
    used |= {module for module in MODULES if any(other.startswith(f"{module}.") for other in used)}
    assert set(MODULES) - used - ENTRIES - {"autograder"} == set()


@pytest.mark.parametrize("module", [module for module, path in MODULES.items() if path.name == "__init__.py"])
def test_all_is_what_can_be_imported(module: str) -> None:
    loaded = importlib.import_module(module)
    promised = getattr(loaded, "__all__", None)
    if promised is None:
        return
    assert list(promised) == sorted(set(promised), key=promised.index), "a name twice"
    for name in promised:
        getattr(loaded, name)
    told = set(promised) | {name for name in MODULES if name.startswith(module)}
    assert reexported(module) <= told, f"{module} has public names that __all__ does not tell"


def reexported(module: str) -> set[str]:
    """Public names that a front door defines, or takes from its rooms without using them itself."""
    tree = _tree(module)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("autograder"):
            names |= {alias.asname or alias.name for alias in node.names} - used
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
    return {name for name in names if not name.startswith("_")}


def test_nothing_heavy_is_imported_for_the_help() -> None:
    code = (
        "import sys; from autograder.cli import main\n"
        "sys.argv = ['autograder', '--help']\n"
        "try: main()\nexcept SystemExit as end: assert not end.code\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.splitlines()[-1] == "[]"
    assert "grade" in said


def test_the_process_that_waits_for_the_workers_imports_none_of_what_they_need() -> None:
    code = "import sys, autograder.cli.class_run, autograder.report\n"
    code += f"print([name for name in {HEAVY[:3]!r} + ('matplotlib', 'IPython') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


DECIDING = "import autograder.batch.journal, autograder.folder, autograder.cli.commands.regrade, autograder.feedback"
CONTINUING = "from autograder.cli.class_run import find_assignment; find_assignment('hw01')"


@pytest.mark.parametrize("code", [DECIDING, CONTINUING])
def test_who_decides_by_hand_or_continues_a_run_waits_for_nothing_that_is_not_used(code: str) -> None:
    from autograder.cli.class_run import find_assignment

    find_assignment("hw01")  # where it has to be assembled first, that brings Otter
    absent = ("sympy", "jax", "otter", "matplotlib", "IPython", "numpy", "nbformat", *(("yaml",) * (code == DECIDING)))
    code = f"import sys\n{code}\nfrom autograder import feedback\nassert feedback.title('neg') == 'overall sign'\n"
    code += f"print([name for name in {absent!r} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


STARTING = """
import sys
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace as Made

from autograder.batch.tasks import _Desk

def said():
    from autograder.compare.arbiter import parent
    looked = metadata.distributions.__name__ == "distributions"
    return ["sympy" in sys.modules, "jax" in sys.modules, parent._shared.pid is not None, looked]

desk = _Desk.__new__(_Desk)
desk.setup = Made(solution=b"import sympy, jax")
desk._cache = Path()
desk._imported = False
desk.assignment = Made(questions=[Made(source="from autograder import Derivative"), Made(source=sys.argv[1])])
desk.sandbox = Made(wait=lambda: sys.exit(f"{before} {said()}"))
before = said()
desk.ready()
"""


@pytest.mark.parametrize(
    ("line", "jax"),
    [("from autograder import Gradient as jax_g", False), ("assert g(1)", True), ("import autograder, jax", True)],
)
def test_what_the_first_answer_needs_is_imported_while_the_jail_starts(line: str, jax: bool) -> None:
    said = subprocess.run([sys.executable, "-c", STARTING, line], capture_output=True, text=True, check=False).stderr
    assert said.splitlines()[-1] == f"{[False, False, False, True]} {[True, jax, True, True]}"


def test_every_command_has_its_module() -> None:
    from autograder.cli import COMMANDS, group

    for name in COMMANDS:
        command = group.get_command(None, name)  # type: ignore[arg-type]
        assert command is not None
        assert command.help, f"{name} says nothing in its --help"
