"""Cells run inside a running event loop, as in a kernel: a task is made in one cell, its result read in a later one.

Source: ``ipykernel.ipkernel.IPythonKernel.do_execute``: a cell with ``await`` at its top level is awaited, any other
runs while the loop is running, so that ``asyncio.get_running_loop()`` finds it and ``asyncio.run`` refuses. Between two
cells the loop turns, as it does while a kernel waits for the next.
"""

import asyncio
import sys
from collections.abc import Callable
from contextvars import copy_context
from typing import Any, TypeVar

__all__ = ["CellLoop"]

_STOPS = 20
"""How often one cell may stop the loop, and it goes on."""
_TURNS = 20
_PAUSE = 0.002
"""Seconds in which tasks may go on after a cell, where there are any; a kernel takes longer to get its next cell."""

Made = TypeVar("Made")


class CellLoop:
    """The one event loop of a notebook's process.

    Args:
        shell: whose ``run_cell`` is meant as it is now: a cell may replace it.
    """

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._run, self._run_async = shell.run_cell, shell.run_cell_async
        self._awaits, self._transform = shell.should_run_async, shell.transform_cell
        self._loop = asyncio.new_event_loop()
        # one for all cells: NumPy's print options, its errstate and decimal's precision are in it
        self._context = copy_context()
        asyncio.set_event_loop(self._loop)

    def within(self, work: Callable[[], Made]) -> Made:
        """Do something while the loop is running: what the notebook's functions do when they are called."""

        async def inside() -> Made:
            return work()

        return self._to_its_end(self._loop.create_task(inside(), context=self._context))

    def cell(self, source: str) -> Any:
        """Run one cell; what IPython says of it.

        Raises:
            KeyboardInterrupt: it was interrupted while it awaited something.
        """
        done: list[Any] = []
        task = self._loop.create_task(self._cell(source, done), context=self._context)
        try:
            self._to_its_end(task)
        finally:
            task.cancel()
        return done[0]

    def _to_its_end(self, task: "asyncio.Task[Made]") -> Made:
        for _ in range(_STOPS):
            try:
                return self._loop.run_until_complete(task)
            except RuntimeError:  # a cell has stopped the loop: asyncio.get_running_loop().stop()
                if task.done():
                    raise
        return self._loop.run_until_complete(task)

    async def _cell(self, source: str, done: list[Any]) -> None:
        problem = None
        try:
            transformed = self._transform(source)
        except Exception:
            transformed, problem = source, sys.exc_info()
        if self._awaits(source, transformed_cell=transformed, preprocessing_exc_tuple=problem):
            try:
                done.append(
                    await self._run_async(
                        source, store_history=True, transformed_cell=transformed, preprocessing_exc_tuple=problem
                    )
                )
            finally:
                self._shell.events.trigger("post_execute")
                self._shell.events.trigger("post_run_cell", done[0] if done else None)
        else:
            done.append(self._run(source, store_history=True))
        if len(asyncio.all_tasks()) > 1:
            for _ in range(_TURNS):
                await asyncio.sleep(0)
            await asyncio.sleep(_PAUSE)
