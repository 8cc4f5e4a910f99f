"""Imports without what a package loads for everybody, another's or one of ours."""

import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from typing import Any

__all__ = ["SLOW", "Later", "import_jax", "offered", "without", "without_init"]


class Later:
    """A module that is imported when something of it is first asked for, for rooms of which many want the words alone.

    >>> words = Later("string")
    >>> words.digits
    '0123456789'
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        found = getattr(import_module(self._name), attribute)
        setattr(self, attribute, found)
        return found


def offered(door: str, places: Mapping[str, str]) -> Callable[[str], Any]:
    """The ``__getattr__`` of a folder's door that imports what it offers when it is used.

    Who wants the journal waits for no jail, and who wants a limit for no NumPy.

    Args:
        door: the folder's ``__name__``.
        places: name → the file or folder in it that has it, whose own name is none of these: whoever imported it
            would put it in the name's place.

    >>> offered("wsgiref", {"Headers": "headers"})("Headers").__name__
    'Headers'
    """
    if both := places.keys() & set(places.values()):
        raise ValueError(f"{door} would offer {both.pop()} as a file and as what is in it")

    def load(name: str) -> Any:
        if name not in places:
            raise AttributeError(f"module {door!r} has no attribute {name!r}")
        found = getattr(import_module(f"{door}.{places[name]}"), name)
        setattr(sys.modules[door], name, found)
        return found

    return load


SLOW = ("rfc3987_syntax", "rfc3986_validator", "isoduration", "fqdn", "webcolors", "uri_template")
"""jsonschema imports them where Jupyter has installed them, for checks of addresses, dates and colours that no notebook
has; the first compiles a grammar as it is imported, which takes longer than all the rest of Otter, and the others are
half of nbformat's import."""


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Within it, optional modules that are not loaded yet look absent.

    >>> with without("this", "antigravity"):
    ...     import this
    Traceback (most recent call last):
    ModuleNotFoundError: import of this halted; None in sys.modules
    """
    absent = [name for name in names if name not in sys.modules]
    for name in absent:
        sys.modules[name] = None  # type: ignore[assignment]  # Python's own sign for "cannot be imported"
    try:
        yield
    finally:
        for name in absent:
            sys.modules.pop(name, None)


@contextmanager
def without_init(name: str) -> Iterator[None]:
    """Within it, modules of a package are imported without its ``__init__``.

    Otter's imports pandas, nbconvert and widgets, of which its test files need nothing; copydetect's imports pyplot. It
    runs as soon as anything else of the package is asked for, then or later. A package that is loaded already, or is
    not installed, stays as it is.

    >>> with without_init("wsgiref"):
    ...     import wsgiref.headers
    >>> wsgiref.headers.Headers().items()
    []
    """
    spec = None if name in sys.modules else find_spec(name)
    if spec is None or spec.loader is None:
        yield
        return
    loader, package = spec.loader, module_from_spec(spec)
    path = package.__path__

    def load(attribute: str) -> Any:
        vars(package).pop("__getattr__", None)
        package.__path__ = path
        with warnings.catch_warnings():
            # Whoever asks first is not who can mend what Otter's imports warn of.
            warnings.simplefilter("ignore")
            loader.exec_module(package)
        return getattr(package, attribute)

    vars(package)["__getattr__"] = load
    sys.modules[name] = package
    yield
    if "__getattr__" in vars(package):
        del package.__path__  # asked for by the import of any further module, whose package must be whole


def import_jax() -> None:
    """Import JAX without its look through the metadata of everything that is installed.

    ``jax._src.numpy.array_constructors`` looks there for a plugin that makes arrays of those on one kind of GPU, which
    nobody has who is graded on the processor; it takes longer than importing NumPy.
    """
    if "jax" in sys.modules:
        return
    from importlib import metadata

    looked = metadata.distributions
    metadata.distributions = lambda **_: iter(())
    try:
        import_module("jax.numpy")
    finally:
        metadata.distributions = looked
