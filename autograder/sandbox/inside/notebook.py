"""The process of one submission: runs its cells, then answers questions about its names until the judge hangs up."""

import inspect
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from autograder.errors import CannotShip
from autograder.model import Raised
from autograder.sandbox import wire
from autograder.sandbox.codec import Codec
from autograder.sandbox.in_place import can_change, put_content
from autograder.sandbox.inside import shell as kernel
from autograder.sandbox.wire import Line

_SOURCE = 40_000
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
        self._run: Any = self._shell.run_cell  # bound now: a cell may replace it
        self._functions: list[Any] = []
        self._handles: dict[int, int] = {}
        self._lent: dict[int, tuple[Any, wire.Value]] = {}
        self._codec = Codec(self._function_out, self._function_in)
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
            folder = os.path.dirname(name)
            if folder:
                os.makedirs(folder, exist_ok=True)
            with open(name, "wb") as file:
                file.write(data)
        self._printed = kernel.Printed(job.output_bytes, self._too_much)
        self._complaints = kernel.Complaints(self._printed)
        sys.stdout, sys.stderr = self._printed, self._complaints
        kernel.deny_stdin()
        for source, index, checks, ours in job.cells:
            self._ours[index] = ours
            self._run_cell(source, index)
            for question in checks:
                try:
                    self.check(question)
                except FileNotFoundError:  # no such test: Otter's cell of checks ends there
                    break
        self._line.send(wire.Finished())
        while True:
            self._serve(self._line.receive())

    # --- cells -------------------------------------------------------------------------------------------------------

    def _run_cell(self, source: str, index: int) -> None:
        self._cell = index
        self._sources[index] = source
        if sys.stdout is None or sys.stderr is None:
            sys.stdout = sys.stderr = self._printed
        self._cells[f"<cell {self._shell.execution_count}>"] = index
        error: BaseException | None = None
        self._running = True
        try:
            result = self._run(source, store_history=True)
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

    # --- questions ---------------------------------------------------------------------------------------------------

    def _serve(self, message: Any) -> None:
        names = self._shell.user_ns
        if isinstance(message, wire.Fetch):
            if message.fresh:
                self._lent.clear()
            values = [self._lend(names[name]) if name in names else wire.Missing() for name in message.names]
            self._line.send(wire.Values(message.id, values))
        elif isinstance(message, wire.ListNames):
            hidden = self._shell.user_ns_hidden
            mine = [name for name, value in names.items() if hidden.get(name, hidden) is not value]
            visible = [name for name in mine if isinstance(name, str) and not name.startswith("__")]
            self._line.send(wire.Names(message.id, visible))
        elif isinstance(message, wire.Call):
            self._complaints.in_call = True
            try:
                self._call(message)
            finally:
                self._complaints.in_call = False
        elif isinstance(message, wire.Inside):
            self._inside(message)

    def _lend(self, value: Any) -> wire.Value:
        record = self._codec.encode_or_keep(value)
        if not can_change(record):
            return record
        number = next((number for number, (known, _) in self._lent.items() if known is value), len(self._lent))
        self._lent[number] = (value, record)
        return wire.Lent(number, record)

    def _lent_changes(self) -> tuple[wire.Lent, ...]:
        changes = []
        for number, (value, record) in self._lent.items():
            if (now := self._codec.encode_or_keep(value)) != record:
                self._lent[number] = (value, now)
                changes.append(wire.Lent(number, now))
        return tuple(changes)

    def _call(self, message: wire.Call) -> None:
        for lent in message.lent:
            put_content(self._lent[lent.number][0], self._codec.decode(lent.value))
            self._lent[lent.number] = (self._lent[lent.number][0], lent.value)
        function = self._functions[message.handle]
        keywords = {name: self._codec.decode(value) for name, value in message.keywords.items()}
        results: list[wire.Good | wire.Bad] = []
        sent_at = time.monotonic()
        cut_off = False
        for encoded in message.calls:
            if cut_off:
                skipped = Raised(type="TimeoutError", message="not called: the call before it was cut off")
                results.append(wire.Bad(skipped))
                continue
            result, cut_off = self._call_once(function, encoded, keywords, message.order)
            results.append(result)
            if time.monotonic() - sent_at > message.tick:
                self._line.send(wire.Results(message.id, results, more=True))
                results, sent_at = [], time.monotonic()
        self._line.send(wire.Results(message.id, results, lent=self._lent_changes()))

    def _inside(self, message: wire.Inside) -> None:
        """Run what the judge sent among the student's objects; its result is worth what the student's process is."""
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

    def _call_once(
        self, function: Any, encoded: list[wire.Value], keywords: dict[str, Any], order: int | None
    ) -> tuple[wire.Good | wire.Bad, bool]:
        """The result of one call, and whether it was cut off."""
        arguments: list[Any] = []
        result, cut_off = self._outcome(function, encoded, arguments, keywords, order)
        changed: list[tuple[int, wire.Value]] = []
        for place, (before, after) in enumerate(zip(encoded, arguments, strict=False)):
            if can_change(before) and (now := self._codec.encode_or_keep(after)) != before:
                changed.append((place, now))
        return (msgspec.structs.replace(result, changed=tuple(changed)) if changed else result), cut_off

    def _outcome(
        self,
        function: Any,
        encoded: list[wire.Value],
        arguments: list[Any],
        keywords: dict[str, Any],
        order: int | None,
    ) -> tuple[wire.Good | wire.Bad, bool]:
        try:
            arguments += [self._codec.decode(value) for value in encoded]
            self._running = True
            try:
                if order is None:
                    value = function(*arguments, **keywords)
                else:
                    from autograder.sandbox.remote_jax import derivative

                    value = derivative(function, arguments, order)
                record = self._codec.encode(value)
            finally:
                self._running = False
            return wire.Good(record, self._printed.take()), False
        except CannotShip as error:
            kept = wire.Kept(error.type or "object", str(error)[:300], error.too_large)
            return wire.Good(kept, self._printed.take()), False
        except KeyboardInterrupt as error:
            told = kernel.raised(error, self._cells, self._sources, self._ours)
            late = Raised(
                type="TimeoutError",
                message="the call took too long and was cut off",
                line=told.line,
                source=told.source,
                cell=told.cell,
            )
            return wire.Bad(late, self._printed.take()), True
        except BaseException as error:
            told = kernel.raised(error, self._cells, self._sources, self._ours)
            return wire.Bad(told, self._printed.take(), callback=isinstance(error, CallbackError)), False

    # --- functions ---------------------------------------------------------------------------------------------------

    def _function_out(self, function: Any) -> wire.Value:
        mine = getattr(function, "__autograder_handle__", None)
        if mine is not None:
            return wire.Yours(mine)
        handle = self._handles.get(id(function))
        if handle is None:
            handle = self._handles[id(function)] = len(self._functions)
            self._functions.append(function)
        name = getattr(function, "__name__", type(function).__name__)
        source, line = _source(function)
        doc = getattr(function, "__doc__", None)
        return wire.Function(
            handle,
            str(name)[:200],
            source,
            _parameters(function),
            doc[:2000] if isinstance(doc, str) else None,
            line,
        )

    def _function_in(self, record: wire.Function | wire.Yours) -> Any:
        if isinstance(record, wire.Yours):
            return self._functions[record.handle]
        return self._callback(record.handle, record.name)

    def _callback(self, handle: int, name: str) -> Callable[..., Any]:
        def ask(arguments: tuple[Any, ...], order: int | None, keywords: dict[str, Any] | None = None) -> Any:
            given = [self._codec.encode(value) for value in arguments]
            named = {name: self._codec.encode(value) for name, value in (keywords or {}).items()}
            with self._paused():
                self._line.send(wire.Callback(handle, given, named, order))
                done = self._line.receive()
            if isinstance(done.result, wire.Bad):
                raise CallbackError(f"{done.result.raised.type}: {done.result.raised.message}")
            return self._codec.decode(done.result.value)

        def callback(*arguments: Any, **keywords: Any) -> Any:
            jax = sys.modules.get("jax")
            if jax is not None and any(
                isinstance(leaf, jax.core.Tracer) for leaf in jax.tree_util.tree_leaves(arguments)
            ):
                from autograder.sandbox.remote_jax import differentiable

                return differentiable(ask, arguments)
            return ask(arguments, None, keywords)

        callback.__name__ = callback.__qualname__ = name if name.isidentifier() else "function"
        callback.__autograder_handle__ = handle  # type: ignore[attr-defined]
        return callback


def _source(function: Any) -> tuple[str | None, int]:
    try:
        lines, first = inspect.getsourcelines(function)
    except (OSError, TypeError, IndexError, SyntaxError, ValueError, AttributeError):
        return None, 1
    text = "".join(lines)
    return (text if len(text) <= _SOURCE else None), max(1, first)


def _parameters(function: Any) -> list[tuple[str, str, bool]] | None:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    return [
        (parameter.name, parameter.kind.name, parameter.default is not parameter.empty)
        for parameter in signature.parameters.values()
    ][:200]
