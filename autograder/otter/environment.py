"""What a test sees as its environment: the student's names from outside, and whatever the test itself binds.

In Otter this is the notebook's ``globals()``, a real dict, so this is one as well: doctests execute in it, and
exception-style tests take names out of it. Reading a name asks the sandbox; writing one stays here.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import CodeType
from typing import Any

from autograder.errors import StudentGone
from autograder.model import Opaque

__all__ = ["Environment", "mentioned"]


class Environment(dict[str, Any]):
    """A dict whose missing keys are looked up among the student's names.

    Attributes:
        opaque: answers that were read and cannot cross the boundary; whatever a plain test concluded after that does
            not count.
        gone: why the student's process ended, where that showed while a name was read.
    """

    def __init__(self, names: Mapping[str, object]) -> None:
        super().__init__()
        self._names = names
        self._ready: dict[str, object] = {}
        self.opaque: dict[str, Opaque] = {}
        self.gone: StudentGone | None = None

    def prefetch(self, wanted: Iterable[str]) -> None:
        """Get several names in one message; names that do not exist are asked for again when they are read."""
        fetch = getattr(self._names, "fetch", None)
        if fetch is not None:
            try:
                self._ready |= fetch(sorted(wanted))
            except StudentGone as gone:
                self.gone = gone

    def __missing__(self, name: str) -> Any:
        try:
            value = self._ready[name] if name in self._ready else self._names[name]
        except StudentGone as gone:
            self.gone = gone
            raise
        if isinstance(value, Opaque):
            self.opaque[name] = value
        return value

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self._ready or name in self._names

    def get(self, name: str, default: Any = None) -> Any:
        """As a dict's, with the student's names behind it."""
        try:
            return self[name]
        except KeyError:
            return default

    def copy(self) -> "Environment":
        """A copy that shares the student's names; what is bound in one is not seen in the other."""
        copied = Environment(self._names)
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
