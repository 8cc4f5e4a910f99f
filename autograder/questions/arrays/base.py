"""The one mechanism of questions about arrays: a student's function, called with drawn arrays, part by part."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from typing import Any

import msgspec
import numpy as np

from autograder.compare.numeric import fitted, shape_text, usual_size, verdict_on
from autograder.compare.reading import Numbers, Unreadable, describe, read_numbers
from autograder.errors import AuthorError
from autograder.mistakes import ArrayTask, Pull, Tape
from autograder.model import Compared, Evidence, Outcome, Reason, Verdict
from autograder.questions.answers import is_function
from autograder.questions.arrays.replies import computed, replies_of, several, split
from autograder.questions.arrays.settled import Settling, settled
from autograder.questions.base import Question
from autograder.questions.record import is_recording
from autograder.reference.arrays import ArrayFunction, Shape, run

__all__ = ["ArrayQuestion", "plain"]

COUNT = 3
"""Times that a function is called: every call is judged in all entries of all parts."""
_DOUBLE, _SINGLE = 1e-7, 1e-4
"""How near an answer's numbers must come to those of a mistake, in double and in single precision."""
_LARGEST_TASK = 4096
"""Entries of a part of which mistakes are named."""
Array = np.ndarray[Any, Any]
Point = Mapping[str, Array]


class ArrayQuestion(Question):
    """Base of the kinds whose answer is a function from arrays to arrays, or at a point the arrays themselves.

    A subclass says what is handed in (:attr:`inputs`, :meth:`_drawn`), what is right (:meth:`_right`), and of what the
    right answer is made, so that mistakes can be made on the way (:meth:`_recorded`, :meth:`_made`).

    Args:
        function: the function of arrays that is asked about.
        wrt: the arguments that are differentiated by; all but whole numbers when left out.
        at: a point at which values are asked for: argument → array; None asks for a function.
        shares: True gives each part of the answer that is right an equal share of the points, ``{"W": 2, "b": 1}``
            other ones; None gives no points unless all are right.
        **common: ``rtol``, ``atol``, ``seed``, ``name``, ``credit``, ``forbid``, as of every question.
    """

    asks_for_slope = False

    def __init__(
        self,
        function: ArrayFunction,
        wrt: str | Sequence[str] | None,
        *,
        at: Mapping[str, Any] | None = None,
        shares: bool | Mapping[str, float] | None = None,
        **common: Any,
    ) -> None:
        super().__init__(**common)
        self.of = function
        self._earlier: ArrayQuestion | None = None
        named = tuple(wrt.replace(",", " ").split()) if isinstance(wrt, str) else tuple(wrt or function.continuous)
        if missing := [name for name in named if name not in function.continuous]:
            raise AuthorError(
                f"wrt={missing[0]!r} is not among the arguments that can be differentiated by: "
                f"{', '.join(function.continuous)}"
            )
        if not named:
            raise AuthorError(f"{function.text} has no argument to differentiate by")
        self.wrt = named
        self.places = tuple([*function.arguments].index(name) for name in named)
        self.at = at
        self.shares = shares

    def _settle(self) -> None:
        """At the end of a subclass's constructor: what can be refused at once is, and the derivative is checked.

        By differences alone: SymPy takes seconds for a small network, and a question is made anew for every check. A
        formula that was asked about in the same way before has its references from then.

        Raises:
            AuthorError: the function cannot be differentiated, or differences say something else.
        """
        if (about := self._about()) is not None and (earlier := settled(Settling(self, about))) is not self:
            self._earlier = earlier
        elif about is None:
            self.hold()
        if isinstance(self.shares, Mapping) and {*self.shares} != {*self.parts}:
            raise AuthorError(f"shares={dict(self.shares)!r} must name exactly {', '.join(self.parts)}")

    def _about(self) -> tuple[Any, ...] | None:
        """All that the right values hang on, to be compared; None where an author's Python or arrays are among it."""
        if self.alike is None or self.at is not None:
            return None
        domain = tuple((name, str(ends)) for name, ends in self.of.domain.items())
        return (*self.alike, *self.of.arguments.items(), *domain, self.seed)

    @property
    def alike(self) -> tuple[Any, ...] | None:
        """What is asked, whatever the shapes; None where the author's Python or arrays are among it."""
        known = self._known_as
        return None if known is None or self.of.constants else (type(self), known, self.wrt, self.part_names)

    @property
    def _known_as(self) -> str | None:
        """A text that stands for the function, and for no other one."""
        return None if self.of.formula is None else self.of.text

    def hold(self) -> None:
        """Hold the right values against differences.

        Raises:
            AuthorError: they are not finite, or differences say something else.
        """
        if not all(np.all(np.isfinite(part)) for row in self.desired for part in row):
            raise AuthorError(f"the derivative of {self.of.text} is not finite at a drawn point: give it a domain")
        for point, row in zip(self.points, self.desired, strict=True):
            self._check(point, row)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of what the student's function is handed, in order."""
        raise NotImplementedError

    def _drawn(self, rng: np.random.Generator) -> dict[str, Array]:
        """One point: each input's name → array of its shape."""
        raise NotImplementedError

    def _right(self, *given: Any) -> Any:
        """The right parts for these inputs, as JAX can run it: a tuple of arrays."""
        raise NotImplementedError

    def _check(self, point: Point, parts: Sequence[Array], *, symbolic: bool = False) -> None:
        """Hold the right parts, arrays of their own shapes, against differences, or SymPy's where there is a formula.

        Args:
            point: the inputs.
            parts: what is right there.
            symbolic: against SymPy's derivative instead of differences.
        """
        raise NotImplementedError

    def _recorded(self, point: Point) -> Tape:
        """The function at a point, taken apart."""
        return Tape(self.of.call, [point[name] for name in self.of.arguments], self.places)

    def _made(self, point: Point, pull: Pull) -> Sequence[Array]:
        """The answer's parts, arrays of their own shapes, as a way back through the function makes them."""
        raise NotImplementedError

    def _more(self, point: Point, part: int, tape: Tape) -> Mapping[str, Sequence[Array]]:
        """Mistakes that this kind makes itself: id → wrong values of a part, of whatever shape."""
        return {}

    @property
    def part_names(self) -> tuple[str, ...]:
        """What the answer's parts are called: the arguments that are differentiated by."""
        return self.wrt

    @cached_property
    def points(self) -> list[Point]:
        """The inputs with which functions are called; from the seed alone, or the author's own point."""
        if self.at is not None:
            return [self._given()]
        rng = np.random.default_rng([self.seed, 2026])
        return [self._drawn(rng) for _ in range(COUNT)]

    def _given(self) -> dict[str, Array]:
        """The author's own point: each input's name → array of its shape."""
        assert self.at is not None
        shapes = {name: np.shape(value) for name, value in self._drawn(np.random.default_rng(0)).items()}
        if {*self.at} != {*shapes}:
            raise AuthorError(f"at= must name exactly {', '.join(shapes)}")
        found = {}
        for name, shape in shapes.items():
            value = np.asarray(self.at[name])
            if value.shape != shape:
                raise AuthorError(f"at[{name!r}] has the shape {value.shape}, but {name} has {shape}")
            found[name] = value if isinstance(self.of.domain.get(name), range) else value.astype(float)
        return found

    @cached_property
    def desired(self) -> list[list[Array]]:
        """For each point the right parts, arrays of their own shapes."""
        if self._earlier is not None:
            return self._earlier.desired
        rows = [[point[name] for name in self._drawn_names] for point in self.points]
        return run(self._right, rows, text=self.of.text)

    @property
    def _drawn_names(self) -> tuple[str, ...]:
        return tuple(self.points[0])

    @cached_property
    def _single(self) -> list[list[Array]]:
        """How far single precision is off at each point, part by part, arrays of their shapes."""
        if self._earlier is not None:
            return self._earlier._single
        rows = [[point[name] for name in self._drawn_names] for point in self.points]
        found = run(self._right, rows, text=self.of.text, single=True)
        return [
            [np.nan_to_num(np.abs(a - b), nan=0.0, posinf=0.0) for a, b in zip(*pair, strict=True)]
            for pair in zip(found, self.desired, strict=True)
        ]

    @property
    def parts(self) -> dict[str, Shape]:
        """What is asked for: name → shape."""
        return dict(zip(self.part_names, (part.shape for part in self.desired[0]), strict=True))

    def certify(self) -> None:
        """Differences were compared when the question was made; here a formula's derivative is held against SymPy's.

        Raises:
            AuthorError: they disagree.
        """
        self._check(self.points[0], self.desired[0], symbolic=True)  # a random line through a random point

    def _calls(self) -> list[tuple[Any, ...]]:
        return [tuple(plain(point[name]) for name in self.inputs) for point in self.points]

    def _values(self, answer: Any) -> list[Any]:
        """The value of a function or a formula at each point."""
        if isinstance(answer, str):
            return computed(answer, self.points, self.of.constants)
        return replies_of(answer, self.inputs, self._calls())

    def _rows(self, answer: Any) -> list[list[Any]]:
        """For each point one value a part.

        Raises:
            Unreadable: the answer has no such parts.
        """
        if answer is None or answer is Ellipsis or (isinstance(answer, str) and answer.strip() in ("", "...", "…")):
            raise Unreadable(Reason.MISSING)
        if self.at is not None and is_function(answer):
            raise Unreadable(Reason.FUNCTION_NOT_VALUE, got=describe(answer))
        each = several(answer, self.parts, self._values)
        if each is not None:
            return each
        if isinstance(answer, str) or is_function(answer):
            return [split(value, self.parts) for value in self._values(answer)]
        fixed = all(np.allclose(a, b) for row in self.desired[1:] for a, b in zip(row, self.desired[0], strict=True))
        if self.at is None and not fixed:
            raise Unreadable(Reason.VALUE_NOT_FUNCTION, got=describe(answer))
        return [split(answer, self.parts)] * len(self.points)

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        rows = [list(map(read_numbers, row)) for row in self._rows(answer)]
        found: list[tuple[int, int, Verdict, Numbers]] = []
        for part, shape in enumerate(self.parts.values()):
            scale = usual_size(np.stack([row[part] for row in self.desired]))
            judged = [
                (part, at, self._compared(row[part], shape, at, part, scale), row[part]) for at, row in enumerate(rows)
            ]
            found.append(max(judged, key=lambda each: _badness(each[2])))
        wrong = [each for each in found if each[2].outcome is not Outcome.CORRECT]
        if not wrong:
            return found[0][2], self._columns(found[0])
        evidences = [(each, self._evidence(*each)) for each in wrong]
        (part, at, verdict, numbers), evidence = next(
            (pair for pair in evidences if pair[1] is not None and _named(pair[1])), evidences[0]
        )
        return self._worded(verdict, part, [self.part_names[each[0]] for each in wrong]), (
            evidence or self._columns((part, at, verdict, numbers))
        )

    def _compared(self, numbers: Numbers, shape: Shape, at: int, part: int, scale: float) -> Verdict:
        """The verdict on one part at one point, with the entry that is farthest off."""
        values = fitted(numbers.values, shape)
        if values is None:
            details = {"expected": shape_text(shape), "got": shape_text(numbers.values.shape)}
            return Verdict(outcome=Outcome.INVALID, reason=Reason.WRONG_SHAPE, details=details)
        placed = Numbers(values=values, precision=numbers.precision, integers=numbers.integers)
        right = self.desired[at][part]

        def compare(moves: Array | None) -> tuple[Verdict, tuple[int, ...] | None]:
            """By how far single precision is off, of the part's shape."""
            return verdict_on(placed, right, rtol=self.rtol, atol=self.atol, scale=scale, moves=moves)

        verdict, where = compare(None)
        if verdict.outcome is Outcome.INCORRECT and verdict.details.get("dtype"):
            verdict, where = compare(self._single[at][part])
        witness = {"entry": list(where)} if where else None
        return msgspec.structs.replace(
            verdict, witness=witness, points_used=len(self.points), points_tried=len(self.points)
        )

    def _worded(self, verdict: Verdict, part: int, wrong: Sequence[str]) -> Verdict:
        """With what a sentence needs: which part, which entry, with arrays of which shapes the function was called."""
        several_parts = len(self.part_names) > 1
        witness: dict[str, Any] = {"part": self.part_names[part]} if several_parts else {}
        if len(wrong) > 1:
            witness["wrong"] = ", ".join(wrong)
        witness |= verdict.witness or {}
        details = dict(verdict.details)
        name = self.name or "f"
        if several_parts or self.at is None:
            called = f"{name}(…)" if self.at is None else name
            details["name"] = details["returned"] = called + (f"[{self.part_names[part]!r}]" if several_parts else "")
        if self.at is None:
            shapes = (f"{each}: {shape_text(np.shape(self.points[0][each]))}" for each in self.inputs if each != "f")
            details["called"] = f"{name}({', '.join(shapes)})"
        if verdict.witness and "entry" in verdict.witness:
            details["where"] = str(verdict.witness["entry"])
        return msgspec.structs.replace(
            verdict, witness=witness or None, details=details, credit=self._credit(wrong, verdict)
        )

    def _credit(self, wrong: Sequence[str], verdict: Verdict) -> float | None:
        if not self.shares or len(self.part_names) < 2:
            return None
        weights = self.shares if isinstance(self.shares, Mapping) else dict.fromkeys(self.part_names, 1.0)
        share = sum(weights[name] for name in self.part_names if name not in wrong) / sum(weights.values())
        return share or None

    def _evidence(self, part: int, at: int, verdict: Verdict, numbers: Numbers) -> Evidence | None:
        """What a mistake is named from: the part's values at the point, and all wrong ones."""
        if np.iscomplexobj(numbers.values) or numbers.values.size > _LARGEST_TASK:
            return None
        coarse = verdict.details.get("dtype") in ("float32", "float16")
        task = self._task(part, at)
        evidence = msgspec.structs.replace(task, actual=numbers.values[None], rtol=_SINGLE if coarse else _DOUBLE)
        columns = self._columns((part, at, verdict, numbers))
        return evidence if columns is None else msgspec.structs.replace(evidence, compared=columns.compared)

    def _columns(self, found: tuple[int, int, Verdict, Numbers]) -> Evidence | None:
        """The answer beside JAX's value at the entry that is farthest off, where somebody reads that."""
        part, at, verdict, numbers = found
        right = self.desired[at][part]
        values = fitted(numbers.values, right.shape)
        if values is None or np.iscomplexobj(values) or not is_recording():
            return None
        entry = tuple((verdict.witness or {}).get("entry", (0,) * right.ndim))
        answer = float(values[entry])
        row = Compared(
            point={},
            entry=entry,
            answer=answer if np.isfinite(answer) else None,
            symbolic=None,
            jax=float(right[entry]),
        )
        return Evidence(kind=self.kind, function=None, variables=(), compared=(row,))

    def _task(self, part: int, at: int) -> Evidence:
        if self._earlier is not None:
            return self._earlier._task(part, at)
        if (part, at) not in self._tasks:
            right, point = self.desired[at][part], self.points[at]
            arrays = ArrayTask(
                record=cache(lambda: self._recorded(point)) if at not in self._tapes else self._tapes[at],
                made=lambda pull: self._made(point, pull),
                part=part,
                parts=self.desired[at],
                given=point,
                own=lambda tape: self._more(point, part, tape),
            )
            self._tapes[at] = arrays.record
            self._tasks[part, at] = Evidence(
                kind="Array",
                function=None,
                variables=(),
                desired=right[None],
                actual=right[None],
                data={"right": right, "arrays": arrays},
            )
        return self._tasks[part, at]

    @cached_property
    def _tasks(self) -> dict[tuple[int, int], Evidence]:
        return {}

    @cached_property
    def _tapes(self) -> dict[int, Callable[[], Tape]]:
        return {}

    def task(self) -> Evidence | None:
        """What is asked at the first point, of the part with the most entries: wrong answers are made of it."""
        sizes = [int(np.prod(shape)) for shape in self.parts.values()]
        return self._task(sizes.index(max(sizes)), 0) if max(sizes) <= _LARGEST_TASK else None

    def _asked_text(self) -> str:
        return "" if self.at is None else " at the given point"


def plain(value: Array) -> Any:
    """An array of any shape as it is, a number as Python's."""
    return value if np.ndim(value) else np.asarray(value).item()


def _badness(verdict: Verdict) -> float:
    error = verdict.error
    return (error or 0.0) if verdict.outcome is Outcome.CORRECT else float("inf") if error is None else 1.0 + error


def _named(evidence: Evidence) -> bool:
    from autograder import mistakes

    return bool(mistakes.diagnose(evidence).mistakes)
