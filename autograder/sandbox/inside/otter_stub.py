"""What ``import otter`` gives inside the jail: a notebook object that can only ask the judge for a check."""

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

Ask = Callable[[str | None], str]


class Result:
    """What ``grader.check`` returns: its text, shown as the last value of a cell."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


class Notebook:
    """Otter's notebook object with the same calls; only checks do something.

    Like Otter's it reads the notebook that it is given, so where the LMS has renamed the file the cell raises, there is
    no ``grader``, and the tests run at the end.
    """

    _ask: Ask = staticmethod(lambda question: "")
    _grading_mode = True
    """Otter's own sign for code that behaves differently where a work is graded."""

    def __init__(self, nb_path: str | None = None, *_: Any, **__: Any) -> None:
        if nb_path:
            with open(nb_path, encoding="utf-8"):
                pass

    def check(self, question: str, global_env: Any = None) -> Result:
        return Result(self._ask(str(question)))

    def check_all(self) -> Result:
        return Result(self._ask(None))

    def export(self, *_: Any, **__: Any) -> None:
        print("Your notebook is graded; there is nothing to export here.")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *_, **__: None


class _Stub(ModuleType):
    """Any other name that a notebook imports from otter is there and does nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: None


def install(ask: Ask) -> None:
    """Put the stub where ``import otter`` finds it."""
    Notebook._ask = staticmethod(ask)
    for name in ("otter", "otter.check", "otter.check.notebook", "otter.utils", "otter.plugins", "otter.export"):
        module = _Stub(name)
        module.__path__ = []
        module.Notebook = Notebook  # type: ignore[attr-defined]
        sys.modules[name] = module
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)
    sys.modules["otter"].check = sys.modules["otter.check"]  # type: ignore[attr-defined]
    sys.modules["otter"].__version__ = "7.0.0"  # type: ignore[attr-defined]
