"""What a test sees as its environment: the student's names from outside, and whatever the test itself binds.

In Otter this is the notebook's ``globals()``, a real dict, so this is one as well: doctests execute in a copy of
it, and exception-style tests take names out of it. Reading a name asks the sandbox, and so does writing one in
exception style: ``env["rate"] = 0.5`` is seen by the student's functions, by later cells and by later tests.
"""

import dis
import sys
from collections.abc import Iterable, Iterator, Mapping
from types import CodeType, ModuleType
from typing import Any

from autograder.model import Opaque

__all__ = ["Environment", "mentioned", "needs_process"]

_STATE = {
    *("gcf", "gca", "get_fignums", "get_ipython", "__builtins__", "In", "Out"),
    *("__code__", "__closure__", "__globals__", "__wrapped__", "unwrap", "getclosurevars"),
    *("isgeneratorfunction", "iscoroutinefunction", "isasyncgenfunction", "get_instructions", "make_jaxpr"),
}
_PATCHES = {"patch", "MonkeyPatch", "setattr"}
_VARIABLES, _SETS_VARIABLES = {"environ", "getenv"}, ("environ", "putenv", "%env", "%set_env")
_WRITES = {"open", "write_text", "write_bytes", "savetxt", "save", "savez", "to_csv", "tempfile", "dump"}
_LIBRARIES = ("builtins", "math", "random", "numpy", "numpy.linalg", "numpy.random", "sympy", "jax", "jax.numpy")
_FILES = {"os", "pathlib", "Path", "glob"}
_LOOKS = {"exists", "isfile", "isdir", "is_file", "is_dir", "listdir", "glob", "iterdir", "getsize", "stat"}


class Environment(dict[str, Any]):
    """A dict whose missing keys are looked up among the student's names.

    What :meth:`prefetch` got in one message serves for the whole case in a doctest, which has a copy of the globals in
    Otter too. Where ``live``, values (but not functions and modules) are asked for again after one of the student's
    functions was called, because the call may have rebound them. Lists, dicts, sets and arrays that are changed in
    place change on both sides either way.

    Attributes:
        opaque: answers that were read and cannot cross the boundary; whatever a plain test concluded after that does
            not count.
        needs_process: the test speaks of what only the student's process has.
        patches: the test may replace functions of libraries (``np.gradient = forbidden``), which the notebook's own
            calls would not see.
        writes_files: the test may write files, which the notebook would not find.
    """

    def __init__(self, names: Mapping[str, object], *, live: bool = True) -> None:
        super().__init__()
        self._bind = getattr(names, "bind", None) if live else None
        self._live = live
        self._names = names
        self._ready: dict[str, object] = {}
        self._absent: set[str] = set()
        self._calls = 0
        self.opaque: dict[str, Opaque] = {}
        self.needs_process = False
        self.patches = False
        self.writes_files = False
        self._first_call = getattr(names, "calls", 0)

    def prefetch(self, wanted: Iterable[str]) -> None:
        """Get several names in one message.

        Raises:
            StudentGone: the student's process has ended.
        """
        fetch = getattr(self._names, "fetch", None)
        if fetch is not None:
            names = sorted(set(wanted) - set(super().keys()))
            self._ready = fetch(names)  # also where there are none: the settings come with it
            self._absent = set(names) - set(self._ready)
            self._calls = getattr(self._names, "calls", 0)

    def expect(self, names: Iterable[str], cells: Iterable[str] = ()) -> None:
        """Note what a test with these names in its code may do, beside a notebook of these cells."""
        said = set(names)
        self.needs_process = needs_process(said)
        self.patches = bool(said & _PATCHES)
        self.writes_files = bool(said & _WRITES)
        if said & _VARIABLES and any(word in cell for cell in cells for word in _SETS_VARIABLES):
            self.needs_process = True

    @property
    def called(self) -> bool:
        """Whether a function of the notebook's was called since this was made."""
        return bool(getattr(self._names, "calls", 0) != self._first_call)

    def __missing__(self, name: str) -> Any:
        if self._live and self._calls != getattr(self._names, "calls", 0):
            self._refresh()
        if name in self._absent:
            raise KeyError(name)
        value = self._ready[name] if name in self._ready else self._names[name]
        if type(value) is Opaque:  # isinstance would look into a figure, which counts as the test's looking
            self.opaque[name] = value
        return value

    def _refresh(self) -> None:
        lasting = {name: value for name, value in self._ready.items() if _lasts(value)}
        self.prefetch([*(self._ready.keys() - lasting.keys()), *self._absent])
        self._ready |= lasting

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self._names

    def __setitem__(self, name: str, value: Any) -> None:
        if self._bind is None or not isinstance(name, str):
            super().__setitem__(name, value)
            return
        self._bind({name: value}, ())
        self._absent.discard(name)
        self._ready[name] = value

    def __delitem__(self, name: str) -> None:
        if super().__contains__(name):
            super().__delitem__(name)
            return
        if self._bind is None or name not in self._names:
            raise KeyError(name)
        self._bind({}, (name,))
        self._ready.pop(name, None)
        self._absent.add(name)

    def update(self, *pairs: Any, **named: Any) -> None:
        """As a dict's."""
        for name, value in dict(*pairs, **named).items():
            self[name] = value

    def __ior__(self, pairs: Any) -> "Environment":  # type: ignore[override,misc]  # dict's own has three overloads
        self.update(pairs)
        return self

    def setdefault(self, name: str, default: Any = None) -> Any:
        """As a dict's."""
        if name not in self:
            self[name] = default
        return self[name]

    def pop(self, name: str, *default: Any) -> Any:
        """As a dict's."""
        if default and name not in self:
            return default[0]
        value = self[name]
        del self[name]
        return value

    def popitem(self) -> tuple[str, Any]:
        """As a dict's: the last name."""
        name = list(self)[-1]
        return name, self.pop(name)

    def clear(self) -> None:
        """As a dict's."""
        for name in list(self):
            del self[name]

    def get(self, name: str, default: Any = None) -> Any:
        """As a dict's, with the student's names behind it."""
        try:
            return self[name]
        except KeyError:
            return default

    def copy(self) -> "Environment":
        """A copy that shares the student's names; what is bound in one is not seen in the other."""
        copied = Environment(self._names, live=self._live)
        dict.update(copied, super().items())
        return copied

    def _all(self) -> dict[str, Any]:
        self.prefetch(self._names)
        return {name: self[name] for name in self}

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys([*self._names, *super().__iter__()]))

    def __len__(self) -> int:
        return len(dict.fromkeys(self))

    def keys(self) -> Any:
        """The student's names and the test's own."""
        return dict.fromkeys(self).keys()

    def values(self) -> Any:
        """Every value, fetched in one message."""
        return self._all().values()

    def items(self) -> Any:
        """Every pair, fetched in one message."""
        return self._all().items()


def needs_process(names: Iterable[str]) -> bool:
    """Whether code with these names asks for the current figure, the shell, files in the working directory, or what is
    inside a function.

    In Otter the test shares them with the notebook. Out here it would find nothing and call a right answer wrong, so
    it is a person's to decide unless the assignment declares that the test runs inside.

    >>> needs_process({"plt", "gca"}), needs_process({"os", "path", "exists"}), needs_process({"np", "allclose"})
    (True, True, False)
    """
    names = set(names)
    return bool(names & _STATE) or bool(names & _FILES and names & _LOOKS)


def _lasts(value: object) -> bool:
    return issubclass(type(value), ModuleType) or callable(value)


def mentioned(code: CodeType) -> set[str]:
    """Every global name that this code may read, also inside functions, lambdas and comprehensions that it defines.

    >>> sorted(mentioned(compile("f = lambda v: g(v) + h", "<test>", "exec")))
    ['f', 'g', 'h']
    """
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            names |= mentioned(constant)
        elif isinstance(constant, str) and constant.isidentifier():
            names.add(constant)  # env.get("x"), "x" in globals()
    if any(step.opname == "STORE_ATTR" and _of_a_library(step.argval) for step in dis.get_instructions(code)):
        names.add("setattr")
    return names


def _of_a_library(name: str) -> bool:
    return any(hasattr(sys.modules.get(module), name) for module in _LIBRARIES)
