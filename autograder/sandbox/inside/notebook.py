"""The process of one submission: runs its cells, then answers questions about its names until the judge hangs up."""

import inspect
import os
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

import msgspec

from autograder.errors import CannotShip
from autograder.model import Keywords, Raised
from autograder.sandbox.inside import shell as kernel
from autograder.sandbox.line import shared, wire
from autograder.sandbox.line.channel import Line
from autograder.sandbox.line.codec import Codec
from autograder.sandbox.line.described import describe, described
from autograder.sandbox.line.in_place import can_change, put_content
from autograder.sandbox.line.raising import type_of

_WARNINGS = 100
_BUILT_IN = ("open", "exit", "quit")
_HELD = 30
"""Objects that are followed at the same time; each is compared after every call."""
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
        self._describing: set[int] = set()
        self._callbacks: dict[int, Any] = {}
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
            values = [wire.Missing() if self._hidden(name) else self._lend(names[name]) for name in message.names]
            state = (shared.read_settings(), shared.read_draws()) if message.fresh else (None, None)
            self._line.send(wire.Values(message.id, values, *state))
        elif isinstance(message, wire.ListNames):
            hidden = self._shell.user_ns_hidden
            mine = [name for name, value in names.items() if hidden.get(name, hidden) is not value]
            visible = [name for name in mine if isinstance(name, str) and not name.startswith("__")]
            self._line.send(wire.Names(message.id, visible))
        elif isinstance(message, wire.Bind):
            self._bind(message)
        elif isinstance(message, wire.Call):
            was, self._complaints.in_call = self._complaints.in_call, True
            try:
                self._call(message)
            finally:
                self._complaints.in_call = was
        elif isinstance(message, wire.Inside):
            self._inside(message)

    def _hidden(self, name: str) -> bool:
        """Whether there is no such name, or IPython has put it there in a built-in's place."""
        names, own = self._shell.user_ns, self._shell.user_ns_hidden
        return name not in names or (name in _BUILT_IN and own.get(name) is names[name])

    def _bind(self, message: wire.Bind) -> None:
        names = self._shell.user_ns
        self._take(message)
        for name in message.removed:
            names.pop(name, None)
        for name, value in message.values.items():
            names[name] = self._codec.decode(value)
        self._line.send(wire.Values(message.id, [self._lend(names[name]) for name in message.values]))

    def _lend(self, value: Any) -> wire.Value:
        record = self._codec.encode_or_keep(value)
        if not can_change(record):
            return record
        number = next((number for number, (known, _) in self._lent.items() if known is value), None)
        number = max(self._lent, default=-1) + 1 if number is None else number
        self._lent[number] = (value, record)
        return wire.Lent(number, record)

    def _lent_one(self, value: Any) -> wire.Lent | None:
        """A call that returns an object that the test holds already returns that one."""
        held = any(known is value for known, _ in self._lent.values())
        record = self._lend(value) if held else None
        return record if isinstance(record, wire.Lent) else None

    def _lent_changes(self) -> tuple[wire.Lent, ...]:
        changes = []
        for number, (value, record) in self._lent.items():
            if (now := self._codec.encode_or_keep(value)) != record:
                self._lent[number] = (value, now)
                changes.append(wire.Lent(number, now))
        return tuple(changes)

    def _take(self, message: wire.Call | wire.Bind) -> None:
        """What the test has changed of what it shares with the notebook."""
        for lent in message.lent:
            put_content(self._lent[lent.number][0], self._codec.decode(lent.value))
            self._lent[lent.number] = (self._lent[lent.number][0], lent.value)
        if message.settings is not None:
            shared.apply_settings(message.settings)
        if message.draws is not None:
            shared.apply_draws(message.draws)

    def _call(self, message: wire.Call) -> None:
        self._take(message)
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
            with warnings.catch_warnings(record=True) if message.heed else nullcontext(()) as caught:
                if message.heed:
                    warnings.simplefilter("always")
                result, cut_off = self._call_once(function, encoded, keywords, message.order)
            if caught:
                warned = tuple(shared.as_warned(one) for one in caught[:_WARNINGS])
                result = msgspec.structs.replace(result, warned=warned)
            results.append(result)
            if time.monotonic() - sent_at > message.tick:
                self._line.send(wire.Results(message.id, results, more=True))
                results, sent_at = [], time.monotonic()
        draws = shared.read_draws() if message.draws is not None else None
        self._line.send(wire.Results(message.id, results, lent=self._lent_changes(), draws=draws))

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
        held = tuple(self._hold(arguments, encoded))
        if changed or held:
            result = msgspec.structs.replace(result, changed=tuple(changed), held=held)
        return result, cut_off

    def _hold(self, arguments: list[Any], encoded: list[wire.Value]) -> Iterator[tuple[int, int]]:
        """Arguments that the notebook keeps and may change in a later call, as ``history.append(x0)`` does."""
        for place, before in enumerate(encoded[: len(arguments)]):
            # two references are ours: the list and getrefcount's own argument
            if can_change(before) and sys.getrefcount(arguments[place]) > 2 and len(self._lent) < _HELD:
                number = max(self._lent, default=-1) + 1
                self._lent[number] = (arguments[place], self._codec.encode_or_keep(arguments[place]))
                yield place, number

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
                    given = arguments
                    if arguments and type(arguments[-1]) is Keywords:
                        *given, named = arguments
                        keywords = {**keywords, **named}
                    value = function(*given, **keywords)
                else:
                    from autograder.sandbox.line.remote_jax import derivative

                    value = derivative(function, arguments, order)
                record = _same(value, arguments, encoded) or self._lent_one(value) or self._codec.encode(value)
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
        if mine is not None and self._callbacks.get(mine) is function:  # functools.wraps copies attributes
            return wire.Yours(mine)
        handle = self._handles.get(id(function))
        if handle is None:
            handle = self._handles[id(function)] = len(self._functions)
            self._functions.append(function)
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
                from autograder.sandbox.line.remote_jax import differentiable

                return differentiable(ask, arguments)
            return ask(arguments, None, keywords)

        callback.__name__ = callback.__qualname__ = name if name.isidentifier() or name == "<lambda>" else "function"
        describe(callback, record, self._codec.decode, lambda error: None)
        callback.__autograder_handle__ = handle  # type: ignore[attr-defined]
        return callback


def _put(name: str, data: bytes) -> None:
    """Write a file of the submission; one that cannot lie there (its folder is a file) is missing, as it would be where
    the student made it, and the notebook that opens it says so."""
    with suppress(OSError, RecursionError):  # makedirs calls itself for every level
        folder = os.path.dirname(name)
        if folder:
            os.makedirs(folder, exist_ok=True)
        with open(name, "wb") as file:
            file.write(data)


def _same(value: Any, arguments: list[Any], encoded: list[wire.Value]) -> wire.Same | None:
    for place, (argument, record) in enumerate(zip(arguments, encoded, strict=True)):
        if argument is value and can_change(record):
            return wire.Same(place)
    return None


def _source(function: Any) -> tuple[str | None, int]:
    try:
        lines, first = inspect.getsourcelines(function)
    except (OSError, TypeError, IndexError, SyntaxError, ValueError, AttributeError):
        return None, 1
    text = "".join(lines)
    return (text if len(text) <= wire.LONGEST_SOURCE else None), max(1, first)
