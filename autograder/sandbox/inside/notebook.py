"""The process of one submission: runs its cells, then answers questions about its names until the judge hangs up."""

import inspect
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from types import BuiltinFunctionType, ModuleType
from typing import Any

import numpy as np

from autograder.model import Keywords, Raised
from autograder.sandbox.inside import shell as kernel
from autograder.sandbox.inside.loop import CellLoop
from autograder.sandbox.line import OPERATIONS, Codec, Line, describe, described, encoded, find, name_of, type_of, wire
from autograder.traced import Traced

_MOST_BYTES, _MOST_PARTS = 20 << 20, 250_000
"""Of all names together; what does not fit beside the others stays."""
_MOST_MODULES = 4_000
_FIXED = (ModuleType, BuiltinFunctionType, type, str, int, float, complex, bytes, bool, type(None))
"""What cannot change without becoming another object, for what is copied of it."""
_CUT_OFF = "cut off: it took too long"


class CallbackError(Exception):
    """One of the judge's functions raised; the original waits there."""


class Notebook:
    """One submission's process.

    Args:
        line: the connection to the judge.
        shell: the warm shell.
    """

    def __init__(self, line: Line, shell: kernel.Shell) -> None:
        self._line = line
        self._shell: Any = shell  # whose run_cell has no types
        self._loop = CellLoop(shell)
        # as it is now: %pylab hides what it imports, which a test finds all the same
        self._own = dict(self._shell.user_ns_hidden)
        self._functions: list[Any] = []
        self._handles: dict[int, int] = {}
        self._traced: tuple[int, Traced] | None = None
        """The function that was called last, by its handle: nothing has run since that could change what it does."""
        self._describing: set[int] = set()
        self._callbacks: dict[int, Any] = {}
        self._told: dict[str, tuple[Any, wire.Value]] = {}
        """What the judge was told last, by name."""
        self._modules = 0
        self._codec = Codec(self._function_out, self._function_in, keep=self._handle, module=import_module)
        self._running = False
        self._late = False
        self._cell = 0
        self._cells: dict[str, int] = {}
        self._ours: dict[int, int] = {}
        self._sources: dict[int, str] = {}
        self._printed = kernel.Printed(1 << 40, self._too_much)
        self._complaints = kernel.Complaints(self._printed)

    def main(self) -> None:
        """Everything, from the first message to the end of the connection."""
        signal.signal(signal.SIGINT, self._interrupted)
        job = self._line.receive()
        for name, data in job.files.items():
            _put(name, data)
        self._printed = kernel.Printed(job.output_bytes, self._too_much)
        self._complaints = kernel.Complaints(self._printed)
        sys.stdout, sys.stderr = self._printed, self._complaints
        kernel.deny_stdin()
        for source, index, checks, ours in job.cells:
            self._ours[index] = ours
            self._run_cell(source, index)
            for question in checks:
                try:
                    self._loop.within(partial(self.check, question))
                except FileNotFoundError:  # no such test: Otter's cell of checks ends there
                    break
        self._line.send(wire.Finished())
        while True:
            self._loop.within(partial(self._serve, self._line.receive()))

    def _run_cell(self, source: str, index: int) -> None:
        self._cell = index
        self._sources[index] = source
        self._traced = None
        if sys.stdout is None or sys.stderr is None:
            sys.stdout = sys.stderr = self._printed
        self._cells[f"<cell {self._shell.execution_count}>"] = index
        error: BaseException | None = None
        self._running = True
        try:
            result = self._loop.cell(source)
            error = result.error_before_exec or result.error_in_exec
        except BaseException as unexpected:
            error = unexpected
        finally:
            self._running = False
        printed = self._printed.take()
        failed = None if error is None else kernel.raised(error, self._cells, self._sources, self._ours)
        self._line.send(wire.CellDone(index, printed, failed))

    def check(self, question: str | None) -> str:
        """Ask the judge to check one question (None: all) now, and serve what it wants to know meanwhile."""
        with self._paused():
            held = self._printed.take()  # what the cell has printed so far is no part of what a call prints
            try:
                self._line.send(wire.Check(question, self._cell))
                message = self._line.receive()
                while not isinstance(message, wire.Answer):
                    self._serve(message)
                    message = self._line.receive()
            finally:
                self._printed.put_back(held)
        if not message.known:
            raise FileNotFoundError(f"Test {question} does not exist")
        text = message.text
        if text:
            self._printed.write(text if text.endswith("\n") else text + "\n")
        return text

    def _interrupted(self, *_: Any) -> None:
        if self._running:
            raise KeyboardInterrupt(_CUT_OFF)
        self._late = True

    @contextmanager
    def _paused(self) -> Iterator[None]:
        """While the student's code waits for the judge no interrupt may tear a message; it comes afterwards."""
        was, self._running, self._late = self._running, False, False
        try:
            yield
        finally:
            self._running = was
        if was and self._late:
            raise KeyboardInterrupt(_CUT_OFF)

    def _too_much(self) -> None:
        self._line.send(wire.Stop("output"))
        os._exit(1)

    def _serve(self, message: Any) -> None:
        if isinstance(message, wire.Look):
            self._line.send(self._look(message))
        elif isinstance(message, wire.Call):
            was, self._complaints.in_call = self._complaints.in_call, True
            try:
                self._call(message)
            finally:
                self._complaints.in_call = was
        elif isinstance(message, wire.Inside):
            self._inside(message)

    def _look(self, message: wire.Look) -> wire.Values:
        """All names that the notebook has now, as far as they are others than at the last look."""
        names, own = self._shell.user_ns, self._own
        mine = {
            name: value
            for name, value in list(names.items())
            if isinstance(name, str) and not name.startswith("__") and len(name) <= 200 and not _same(own, name, value)
        }
        self._codec.figures = message.figures
        changed: dict[str, wire.Value] = {}
        size = parts = 0
        try:
            for name, value in mine.items():
                known = self._told.get(name)
                if known is not None and known[0] is value and isinstance(value, _FIXED):
                    continue
                record = self._codec.encode_or_keep(value)
                if not message.figures and known is not None and known[0] is value and wire.has_figure(record):
                    continue  # what is known of it was not asked for again
                if known is not None and known[1] == record:
                    self._told[name] = value, known[1]
                    continue
                written = encoded(record)
                if size + len(written) > _MOST_BYTES or parts + written.count(b",") + written.count(b"[") > _MOST_PARTS:
                    record = self._codec.kept(value, "it does not fit beside the other names", too_large=True)
                else:
                    size, parts = size + len(written), parts + written.count(b",") + written.count(b"[")
                self._told[name] = value, record
                changed[name] = record
        finally:
            self._codec.figures = True
        gone = [name for name in self._told if name not in mine]
        for name in gone:
            del self._told[name]
        loaded = None
        if len(sys.modules) != self._modules:
            self._modules = len(sys.modules)
            loaded = [name for name in list(sys.modules) if _is_submodule(name)][:_MOST_MODULES]
        legacy = np.get_printoptions().get("legacy")
        return wire.Values(message.id, changed, gone, loaded, str(legacy)[:10] if legacy else None)

    def _handle(self, value: Any) -> int:
        """The number under which an object that stays here may be asked."""
        handle = self._handles.get(id(value))
        if handle is None:
            handle = self._handles[id(value)] = len(self._functions)
            self._functions.append(value)
        return handle

    def _call(self, message: wire.Call) -> None:
        function = OPERATIONS[-1 - message.handle] if message.handle < 0 else self._functions[message.handle]
        if message.order is None:
            if self._traced is None or self._traced[0] != message.handle:
                self._traced = message.handle, Traced(function)
            function = self._traced[1].expecting(len(message.calls))
        keywords = {name: self._codec.decode(value) for name, value in message.keywords.items()}
        results: list[wire.Good | wire.Bad] = []
        sent_at = time.monotonic()
        cut_off = False
        for given in message.calls:
            if cut_off:
                skipped = Raised(type="TimeoutError", message="not called: the call before it was cut off")
                results.append(wire.Bad(skipped))
                continue
            result, cut_off = self._outcome(function, given, keywords, message.order)
            results.append(result)
            if time.monotonic() - sent_at > message.tick:
                self._line.send(wire.Results(message.id, results, more=True))
                results, sent_at = [], time.monotonic()
        self._line.send(wire.Results(message.id, results))

    def _inside(self, message: wire.Inside) -> None:
        """Run what the judge sent among the student's objects; its result is worth what the student's process is."""
        self._traced = None
        scope: dict[str, Any] = {"__name__": "inside", "names": self._shell.user_ns, "argument": message.argument}
        result: wire.Good | wire.Bad
        held = self._printed.take()
        self._running = True
        try:
            exec(compile(message.source, "<inside>", "exec"), scope)
            result = wire.Good(str(scope.get("result", "")))
        except BaseException as error:
            result = wire.Bad(kernel.raised(error, self._cells, self._sources, self._ours))
        finally:
            self._running = False
            self._printed.take()
            self._printed.put_back(held)
        self._line.send(wire.Results(message.id, [result]))

    def _outcome(
        self,
        function: Any,
        encoded: list[wire.Value],
        keywords: dict[str, Any],
        order: int | None,
    ) -> tuple[wire.Good | wire.Bad, bool]:
        """The result of one call, and whether it was cut off."""
        try:
            arguments = [self._codec.decode(value) for value in encoded]
            self._running = True
            try:
                if order is None:
                    given = arguments
                    if arguments and type(arguments[-1]) is Keywords:
                        *given, named = arguments
                        keywords = {**keywords, **named}
                    value = function(*given, **keywords)
                else:
                    from autograder.sandbox.line import derivative

                    value = derivative(function, arguments, order)
                record = self._codec.encode_or_keep(value)
            finally:
                self._running = False
            return wire.Good(record, self._printed.take()), False
        except KeyboardInterrupt as error:
            told = kernel.raised(error, self._cells, self._sources, self._ours)
            late = Raised(
                type="TimeoutError",
                message=wire.TOO_LONG,
                line=told.line,
                source=told.source,
                cell=told.cell,
            )
            return wire.Bad(late, self._printed.take()), True
        except BaseException as error:
            told = kernel.raised(error, self._cells, self._sources, self._ours)
            return wire.Bad(told, self._printed.take(), callback=isinstance(error, CallbackError)), False

    def _function_out(self, function: Any) -> wire.Value:
        mine = getattr(function, "__autograder_handle__", None)
        if mine is not None and self._callbacks.get(mine) is function:  # functools.wraps copies attributes
            return wire.Yours(mine)
        handle = self._handle(function)
        public = name_of(function)
        if public is not None:
            return wire.Function(handle, public.rpartition(".")[2].rpartition(":")[2][:200], public=public)
        if handle in self._describing:  # a function that is its own default, or an attribute of itself
            return wire.Function(handle, "function")
        self._describing.add(handle)
        try:
            source, line = _source(function)
            return described(function, handle, self._codec.encode_or_keep, source=source, line=line)
        finally:
            self._describing.remove(handle)

    def _function_in(self, record: wire.Function | wire.Yours) -> Any:
        if isinstance(record, wire.Yours):
            return self._functions[record.handle]
        if record.public:
            return find(record.public)
        known = self._callbacks.get(record.handle)
        if known is None:
            known = self._callbacks[record.handle] = self._callback(record)
        return known

    def _callback(self, record: wire.Function) -> Callable[..., Any]:
        handle, name = record.handle, record.name

        def ask(arguments: tuple[Any, ...], order: int | None, keywords: dict[str, Any] | None = None) -> Any:
            given = [self._codec.encode(value) for value in arguments]
            named = {name: self._codec.encode(value) for name, value in (keywords or {}).items()}
            with self._paused():
                self._line.send(wire.Callback(handle, given, named, order))
                done = self._line.receive()
                while not isinstance(done, wire.CallbackDone):  # lambda v: loss(v), where loss is the notebook's
                    self._serve(done)
                    done = self._line.receive()
            if isinstance(done.result, wire.Bad):
                told = done.result.raised
                raise type_of(CallbackError, told.type, told.bases)(told.message)
            return self._codec.decode(done.result.value)

        def callback(*arguments: Any, **keywords: Any) -> Any:
            jax = sys.modules.get("jax")
            if jax is not None and any(
                isinstance(leaf, jax.core.Tracer) for leaf in jax.tree_util.tree_leaves(arguments)
            ):
                from autograder.sandbox.line import differentiable

                return differentiable(ask, arguments)
            return ask(arguments, None, keywords)

        callback.__name__ = callback.__qualname__ = name if name.isidentifier() or name == "<lambda>" else "function"
        describe(callback, record, self._codec.decode, lambda error: None)
        callback.__autograder_handle__ = handle  # type: ignore[attr-defined]
        return callback


def _put(name: str, data: bytes) -> None:
    """Write a file of the submission.

    One that cannot lie there (its folder is a file) is missing, as it would be where the student made it, and the
    notebook that opens it says so.
    """
    with suppress(OSError, RecursionError):  # makedirs calls itself for every level
        folder = os.path.dirname(name)
        if folder:
            os.makedirs(folder, exist_ok=True)
        with open(name, "wb") as file:
            file.write(data)


def _same(own: dict[str, Any], name: str, value: Any) -> bool:
    """Whether IPython itself has put this under the name."""
    return own.get(name, own) is value


def _is_submodule(name: str) -> bool:
    return "." in name and "._" not in name and len(name) <= 100 and not name.startswith(("_", "autograder."))


def _source(function: Any) -> tuple[str | None, int]:
    try:
        lines, first = inspect.getsourcelines(function)
    except (OSError, TypeError, IndexError, SyntaxError, ValueError, AttributeError):
        return None, 1
    text = "".join(lines)
    return (text if len(text) <= wire.LONGEST_SOURCE else None), max(1, first)
