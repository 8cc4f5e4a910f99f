"""What users import says what it is, what it takes, what it raises and how it is used; arrays say their shapes.

Every example in a docstring runs.
"""

import ast
import doctest
import inspect
import re
import warnings
from collections.abc import Iterator
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path

import pytest

import autograder
from autograder.questions import Question

ROOT = Path(autograder.__file__).resolve().parent
SOURCES = {
    ".".join(("autograder", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__"): path.read_text(
        encoding="utf-8"
    )
    for path in sorted(ROOT.rglob("*.py"))
}
NAMES = [name for name in autograder.__all__ if not name.startswith("__")]
QUESTIONS = [
    name
    for name in NAMES
    if inspect.isclass(getattr(autograder, name)) and issubclass(getattr(autograder, name), Question)
]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tree_of(module: str) -> ast.Module:
    """Read when it is asked for: every worker imports this file, and one of them looks at the sources."""
    return ast.parse(SOURCES[module])


def docstrings(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, Function | ast.ClassDef | ast.Module):
            yield ast.get_docstring(node) or ""


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_and_whatever_it_offers_has_a_docstring(name: str) -> None:
    found = getattr(autograder, name)
    if not inspect.isclass(found):  # draw, an object
        found = type(found)
    assert inspect.getdoc(found)
    # an inherited one counts: what a method that overrides adds is said where it is overridden, or there is nothing
    offered = [
        each
        for each, member in inspect.getmembers_static(found)
        if not each.startswith("_") and (inspect.isroutine(member) or isinstance(member, property | cached_property))
    ]
    assert [
        each for each in offered if not any(getattr(vars(base).get(each), "__doc__", None) for base in found.__mro__)
    ] == []


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_tells_arguments_errors_and_an_example(name: str) -> None:
    said = inspect.getdoc(getattr(autograder, name)) or ""
    assert "Args:\n" in said
    assert "Raises:\n    AuthorError: " in said
    assert ">>> " in said


WITH_EXAMPLES = [
    name
    for name, text in SOURCES.items()
    if ">>> " in text and any(">>> " in said for said in docstrings(tree_of(name)))
]


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_the_examples_are_true(module: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of the libraries that are imported here for the first time
        loaded = import_module(module)
    found = doctest.testmod(loaded)
    assert not found.failed
    assert found.attempted or module in NEEDS_A_COURSE


NEEDS_A_COURSE = {"autograder.build.assemble", "autograder.folder.deciding"}
"""Their examples build an assignment or read a graded class, and are skipped."""


SHAPE = re.compile(r"shape|scalar|\([*\w]+,[*\w, +]*\)", re.IGNORECASE)


def arrays(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Every function that takes or gives an array, and its docstring."""
    for node in ast.walk(tree):
        if isinstance(node, Function) and any(_is_array(one, _aliases(tree)) for one in _annotations(node)):
            yield node.name, ast.get_docstring(node) or ""


def _annotations(function: Function) -> Iterator[ast.expr]:
    every = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs, function.args.vararg)
    yield from (one.annotation for one in every if one is not None and one.annotation is not None)
    if function.returns is not None:
        yield function.returns


def _is_array(annotation: ast.expr, named: frozenset[str] = frozenset()) -> bool:
    """Whether an array is in it; a function of arrays is none."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str) and "ndarray" in annotation.value:
        annotation = ast.parse(annotation.value, mode="eval").body
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Callable":
        return False
    if isinstance(annotation, ast.Name):
        return annotation.id in named
    inside = [inner for inner in ast.iter_child_nodes(annotation) if isinstance(inner, ast.expr)]
    return getattr(annotation, "attr", "") == "ndarray" or any(_is_array(inner, named) for inner in inside)


@cache
def _defines(tree: ast.Module) -> frozenset[str]:
    """What a module calls an array: ``Floats = np.ndarray[...]``."""
    made = [node for node in tree.body if isinstance(node, ast.Assign) and _is_array(node.value)]
    return frozenset(target.id for node in made for target in node.targets if isinstance(target, ast.Name))


@cache
def _aliases(tree: ast.Module) -> frozenset[str]:
    """What annotations of a module call arrays, besides ``np.ndarray``."""
    taken = {alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    return _defines(tree) | (taken & frozenset().union(*(_defines(tree_of(name)) for name in SOURCES)))


def test_what_takes_or_gives_an_array_says_its_shape() -> None:
    said = [(module, *one) for module in SOURCES for one in arrays(tree_of(module))]
    assert len(said) > 100
    told = {name for _, name, text in said if SHAPE.search(text)}
    # what overrides has the docstring of what it overrides
    silent = [
        f"{module}.{name}" for module, name, text in said if not SHAPE.search(text) and (text or name not in told)
    ]
    assert silent == []
