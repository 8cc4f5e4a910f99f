"""The judge's half of what a test and the notebook share: see :mod:`autograder.sandbox.line.shared`."""

import os
import warnings
from typing import Any

import msgspec

from autograder.sandbox.line import shared
from autograder.sandbox.line.shared import Draws, Settings


class Agreement:
    """What both sides agreed on last."""

    def __init__(self) -> None:
        self._settings: Settings | None = None
        self._environ: dict[str, str] = {}
        self._draws: tuple[Draws, Draws] | None = None
        self._theirs: tuple[Draws, Draws] | None = None
        self._shares_draws = False
        self._reseeded: tuple[Draws, Draws] | None = None
        self._shows: Any = None
        self.formatter = False
        """The notebook prints arrays with functions of its own, which a test out here cannot."""

    def begin(self, settings: Settings, draws: tuple[Draws, Draws]) -> None:
        """A test begins: take over the notebook's settings; never its environment, which our processes inherit."""
        shared.apply_settings(msgspec.structs.replace(settings, environ={}))
        self.formatter = settings.formatter
        self._environ = dict(os.environ)
        self._settings = shared.read_settings(self._environ)
        self._reseeded = None
        if self._shares_draws and not self._follow(draws):
            self._shares_draws = False
        self._theirs = draws
        self._shows = getattr(warnings, "_showwarnmsg_impl", None)

    def share_draws(self, on: bool = True, *, theirs: bool = False) -> None:
        """From now on the generators are one.

        With ``theirs`` the test goes on where the notebook stands, if drawing from the assignment's seed leads there: a
        notebook that sets another state would choose the test's points.
        """
        self._shares_draws, self._reseeded = on, None
        self._draws = shared.read_draws() if on else None
        if on and theirs and self._theirs is not None:
            self._follow(self._theirs)

    def changed(self) -> tuple[Settings | None, tuple[Draws, Draws] | None]:
        """What the other side has to be told now."""
        if self._settings is None:
            return None, None
        now = shared.read_settings(self._environ)
        settings = None if now == self._settings else now
        self._settings = now
        if not self._shares_draws:
            return settings, None
        self._draws = shared.read_draws()
        return settings, self._draws

    def drawn(self, draws: tuple[Draws, Draws]) -> bool:
        """The notebook's functions have drawn; False for what is no state of a generator.

        Who seeds inside a function is not followed: a test's next points would be the notebook's choice.
        """
        return not self._shares_draws or self._follow(draws)

    def _follow(self, draws: tuple[Draws, Draws]) -> bool:
        if self._draws is None or self._reseeded is not None or draws == self._draws:
            return True
        if not shared.drawn_from(self._draws, draws):
            self._reseeded = self._draws
            return True
        try:
            shared.apply_draws(draws)
        except (ValueError, TypeError):
            return False
        self._draws = draws
        return True

    @property
    def lost_track(self) -> bool:
        """The notebook has seeded inside a function, and the test has drawn since: in Otter it drew something else."""
        return self._reseeded is not None and shared.read_draws() != self._reseeded

    @property
    def heeds_warnings(self) -> bool:
        """Whether a warning of the notebook's would do anything in the test."""
        if self._settings is None:
            return False
        shows = getattr(warnings, "_showwarnmsg_impl", None)
        return shows is not self._shows or any(one[0] == "error" for one in warnings.filters)

    def end(self) -> None:
        """The test is over."""
        self._settings = None
