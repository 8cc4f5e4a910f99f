"""What a test sees as its environment: the student's names from outside, and whatever the test itself binds.

In Otter this is the notebook's ``globals()``, a real dict, so this is one as well: doctests execute in it, and
exception-style tests take names out of it. Reading a name asks the sandbox; writing one stays here.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import CodeType, ModuleType
from typing import Any

from autograder.model import Opaque

__all__ = ["Environment", "mentioned", "needs_process"]

_STATE = {"gcf", "gca", "get_fignums", "get_ipython", "__code__", "__defaults__", "__closure__", "__globals__"}
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
    """

    def __init__(self, names: Mapping[str, object], *, live: bool = True) -> None:
        super().__init__()
        self._live = live
        self._names = names
        self._ready: dict[str, object] = {}
        self._absent: set[str] = set()
        self._calls = 0
        self.opaque: dict[str, Opaque] = {}
        self.needs_process = False

    def prefetch(self, wanted: Iterable[str]) -> None:
        """Get several names in one message.

        Raises:
            StudentGone: the student's process has ended.
        """
        fetch = getattr(self._names, "fetch", None)
        if fetch is not None:
            names = sorted(set(wanted) - set(super().keys()))
            self._ready = fetch(names) if names else {}
            self._absent = set(names) - set(self._ready)
            self._calls = getattr(self._names, "calls", 0)

    def __missing__(self, name: str) -> Any:
        if self._live and self._calls != getattr(self._names, "calls", 0):
            self._refresh()
        if name in self._absent:
            raise KeyError(name)
        value = self._ready[name] if name in self._ready else self._names[name]
        if isinstance(value, Opaque):
            self.opaque[name] = value
        return value

    def _refresh(self) -> None:
        lasting = {name: value for name, value in self._ready.items() if _lasts(value)}
        self.prefetch([*(self._ready.keys() - lasting.keys()), *self._absent])
        self._ready |= lasting

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self._names

    def get(self, name: str, default: Any = None) -> Any:
        """As a dict's, with the student's names behind it."""
        try:
            return self[name]
        except KeyError:
            return default

    def copy(self) -> "Environment":
        """A copy that shares the student's names; what is bound in one is not seen in the other."""
        copied = Environment(self._names, live=self._live)
        copied.update(super().items())
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
    return isinstance(value, ModuleType) or callable(value)


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
    return names
