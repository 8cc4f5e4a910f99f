"""An IPython shell that behaves as a notebook's kernel does and formats nothing that nobody looks at."""

import builtins
import getpass
import sys
import traceback
from typing import Any, ClassVar, cast

from IPython.core.displayhook import DisplayHook
from IPython.core.error import StdinNotImplementedError
from IPython.core.formatters import DisplayFormatter
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from autograder.model import Raised
from autograder.sandbox.line import bases_of

KEPT_TEXT = 100_000
KEPT_FIGURES = 40


class Printed:
    """The text stream that stands for ``sys.stdout``: keeps the head, counts the rest."""

    encoding = "utf-8"
    errors = "replace"
    closed = False

    def __init__(self, limit: int, too_much: Any) -> None:
        self.name = "<stdout>"
        self._parts: list[str] = []
        self._kept = 0
        self._written = 0
        self._limit = limit
        self._too_much = too_much
        self.buffer = _Bytes(self)

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.count(text)
        if self._kept < KEPT_TEXT:
            part = text[: KEPT_TEXT - self._kept]
            self._parts.append(part)
            self._kept += len(part)
        return len(text)

    def count(self, text: str) -> None:
        """Let text count towards the limit without keeping it."""
        self._written += len(text)
        if self._written > self._limit:
            self._too_much()

    def put_back(self, text: str) -> None:
        """Undo :meth:`take`: this text stands before whatever is printed next."""
        self._parts.insert(0, text)
        self._kept += len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def take(self) -> str:
        """What was printed since the last time."""
        text = "".join(self._parts)
        self._parts.clear()
        self._kept = 0
        return text

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return False

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return 1

    def close(self) -> None:
        pass


class Complaints(Printed):
    """``sys.stderr``: goes where the cells' text goes.

    What a call prints there is no part of its result, so that a warning in a right function does not fail a doctest.
    """

    def __init__(self, printed: Printed) -> None:
        super().__init__(1 << 40, None)
        self.name = "<stderr>"
        self._printed = printed
        self.in_call = False

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self.in_call:
            self._printed.count(text)
            return len(text)
        return self._printed.write(text)


class _Bytes:
    """``sys.stdout.buffer``."""

    def __init__(self, text: Printed) -> None:
        self._text = text

    def write(self, data: bytes) -> int:
        self._text.write(bytes(data).decode("utf-8", "replace"))
        return len(data)

    def flush(self) -> None:
        pass


class _Hook(DisplayHook):
    """Keeps ``_``, ``__``, ``Out`` as a kernel does, without the text that a browser would show."""

    def __call__(self, result: Any = None) -> None:
        base: Any = super()  # IPython's own methods have no types
        base.check_for_underscore()
        if result is not None and not base.quiet():
            base.update_user_ns(result)
            base.fill_exec_result(result)


class _Formatter(DisplayFormatter):
    """``display`` and the inline figures end here: nothing is rendered; figures are remembered."""

    def format(self, obj: Any, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        shell = cast(Shell, self.parent)
        if type(obj).__name__ == "Figure" and len(shell.figures) < KEPT_FIGURES and obj not in shell.figures:
            shell.figures.append(obj)
        self.ipython_display_formatter(obj)
        return {}, {}


class Shell(InteractiveShell):
    """The shell of one notebook."""

    displayhook_class = Type(_Hook)
    figures: ClassVar[list[Any]] = []
    """Figures that were shown, in order; a pyplot figure has no name once its cell is over."""

    def init_display_formatter(self) -> None:
        self.display_formatter = formatter = _Formatter(parent=self)
        configurables: list[Any] = self.configurables
        configurables.append(formatter)

    def enable_gui(self, gui: Any = None) -> None:
        """A notebook's kernel has no window; ``%matplotlib inline`` asks for none."""

    def ask_exit(self) -> None:
        """``exit`` and ``quit``: the cell ends, the notebook goes on."""
        raise SystemExit

    def showtraceback(self, *args: Any, **kwargs: Any) -> None:
        """One line instead of a coloured traceback: what raised is kept and sent as data."""
        try:
            kind, value, _ = sys.exc_info() if not args or args[0] is None else args[0]
            text = "".join(traceback.format_exception_only(kind, value)).rstrip()[:4000]
        except Exception:  # an exception whose own __str__ raises
            text = "an exception that cannot be printed"
        print(text, file=sys.stderr)

    def showsyntaxerror(self, *args: Any, **kwargs: Any) -> None:
        self.showtraceback()

    def showindentationerror(self) -> None:
        self.showtraceback()

    def show_usage_error(self, exc: Any) -> None:
        print(f"UsageError: {exc}", file=sys.stderr)

    def _format_exception_for_storage(self, *args: Any, **kwargs: Any) -> Any:
        return []


def make_shell() -> Shell:
    """The one shell of this process, ready for cells; nothing is written to disk."""
    Shell.__name__ = "ZMQInteractiveShell"  # what notebooks compare with to know that they are one
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "NoColor"
    config.InteractiveShell.xmode = "Plain"
    config.InteractiveShell.loop_runner = "asyncio"
    shell = Shell.instance(config=config)
    # a name that tells which cell a line of a traceback is in
    shell.compile.get_code_name = _code_name  # type: ignore[method-assign]
    return shell


def _code_name(raw_code: str, transformed_code: str, number: int) -> str:
    return f"<cell {number}>"


def no_stdin(*_: Any, **__: Any) -> str:
    """``input()`` as in a kernel whose client has no keyboard."""
    raise StdinNotImplementedError("raw_input was called, but this frontend does not support input requests.")


def deny_stdin() -> None:
    """Let ``input`` and ``getpass`` raise: nobody is there to answer."""
    builtins.input = no_stdin
    getpass.getpass = no_stdin


def _leading_blank(source: str) -> int:
    """Empty lines at the top of a cell, which IPython takes away and does not count."""
    count = 0
    for text in source.splitlines():
        if text.strip():
            break
        count += 1
    return count


def raised(error: BaseException, cells: dict[str, int], sources: dict[int, str], ours: dict[int, int]) -> Raised:
    """What an exception says, with the last line of the student's own code that it came through.

    Args:
        cells: file name of a cell's code → the cell's index.
        sources: the cell's index → its source.
        ours: the cell's index → how many lines at its head are not the student's.
    """
    line = cell = source = None
    if isinstance(error, SyntaxError) and error.filename in cells:
        cell, line = cells[error.filename], error.lineno
    else:
        frame = error.__traceback__
        while frame is not None:
            name = frame.tb_frame.f_code.co_filename
            if name in cells:
                cell, line = cells[name], frame.tb_lineno
            frame = frame.tb_next
    if cell is not None and line is not None:
        text = sources.get(cell, "")
        line += _leading_blank(text)
        lines = text.splitlines()
        source = lines[line - 1].strip()[:300] if 0 < line <= len(lines) else None
        line = max(1, line - ours.get(cell, 0))
        if isinstance(error, SyntaxError) and error.filename in cells:
            error.lineno = line  # its text names the line as well
    try:
        message = str(error)
        # str(KeyError("x")) has the quotes of repr; the reader's KeyError puts none
        message = error.args[0] if type(error) is KeyError and error.args and type(error.args[0]) is str else message
    except Exception:  # an exception whose own __str__ raises
        message = "(its text cannot be read)"
    return Raised(
        type=type(error).__name__[:100],
        message=str(message)[:2000],
        line=line,
        source=source,
        cell=cell,
        bases=bases_of(type(error)),
    )
