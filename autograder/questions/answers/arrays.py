"""Questions about functions of arrays: what an answer's shape is, and how one array a variable becomes one array."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import numpy as np
import sympy as sp

from autograder.compare.calling import Trial
from autograder.compare.numeric import fitted, shape_text
from autograder.compare.reading import Unreadable, describe
from autograder.model import Evidence, Reason, Returned
from autograder.reference import Layout, Reference
from autograder.reference.sampling import Point

__all__ = ["Arrays", "by_name", "each_reply"]


def by_name(answer: Any, names: Sequence[str]) -> Any:
    """The entries of a dictionary by these names, texts or symbols, in their order; anything else as it is."""
    if type(answer) is not dict or len(answer) != len(names):
        return answer
    named = {str(name): entry for name, entry in answer.items()}
    return [named[name] for name in names] if {*named} == {*names} else answer


def each_reply(trial: Trial, arranged: Callable[[Any], Any]) -> Trial:
    """What a function answered, each reply rearranged."""
    again, *replies = (
        msgspec.structs.replace(reply, value=arranged(reply.value)) if isinstance(reply, Returned) else reply
        for reply in (trial.again, *trial.replies)
    )
    return replace(trial, replies=tuple(replies), again=again)


@dataclass(frozen=True, kw_only=True)
class Arrays:
    """What a question by arrays is asked by.

    Attributes:
        layout: of the function's arguments.
        named: the arguments, or single parts of them, that are differentiated by.
    """

    layout: Layout
    named: tuple[str, ...]

    @property
    def side(self) -> tuple[int, ...]:
        """The shape of what is differentiated by: of the one array, else of one number after the other."""
        array = self.layout.shape_of(self.named[0]) if self.named[0] in self.layout.names else ()
        return array if array and len(self.named) == 1 else (len(self.layout.expanded(self.named)),)

    @property
    def several(self) -> bool:
        """Whether a gradient by them is one array for each, (dW, db)."""
        return len(self.named) > 1 and {*self.named} <= {*self.layout.names}

    def by_parts(self, domain: Any) -> Any:
        """A domain that names arrays, for all of their parts."""
        if not isinstance(domain, Mapping):
            return domain
        return {part: ends for name, ends in domain.items() for part in self.layout.expanded([str(name)])}

    def shapes(self) -> str:
        """What a gradient's answer has, in a student's words."""
        return ", ".join(shape_text(self.layout.shape_of(name)) for name in self.named)

    def joined(self, answer: Any) -> Any:
        """One list of all numbers in the place of one array for each argument; anything else as it is.

        Raises:
            Unreadable: there are as many arrays as there should be, and one has another shape.
        """
        if type(answer) not in (list, tuple) or len(answer) != len(self.named):
            return answer
        flat: list[Any] = []
        for name, part in zip(self.named, answer, strict=True):
            array = part.tolist() if isinstance(part, (sp.MatrixBase, sp.NDimArray)) else part
            try:
                numbers = np.asarray(array, dtype=None if hasattr(array, "dtype") else object)
            except Exception:  # an array of another library that cannot be read; the answer is judged as it came
                return answer
            if fitted(np.zeros(numbers.shape), self.layout.shape_of(name)) is None:
                given = [shape_text(one.shape) if hasattr(one, "shape") else describe(one) for one in answer]
                raise Unreadable(Reason.WRONG_SHAPE, expected=self.shapes(), got=", ".join(given))
            flat += list(numbers.ravel())
        return flat

    def evidence(
        self,
        reference: Reference,
        values: np.ndarray[Any, Any] | None,
        right: np.ndarray[Any, Any],
        points: Sequence[Point],
        *,
        rtol: float,
    ) -> Evidence | None:
        """All numbers of a gradient without a formula in one array, and what wrong answers are made of.

        Args:
            reference: what was differentiated.
            values: the student's, (N, *shape); None where there are none.
            right: the reference's, likewise.
            points: the N places.
            rtol: what was allowed.
        """
        if values is None or np.iscomplexobj(values) or values.size != right.size:
            return None
        data: dict[str, Any] = {"right": right.ravel(), "parts": right[0].size}
        if len(self.layout.names) == 1 and (alone := reference.of_each_part(points)) is not None:
            data["elementwise"] = alone.ravel()
        if right.ndim == 3 and right.shape[1] == right.shape[2]:
            data["transposed"] = np.swapaxes(right, 1, 2).ravel()
        return Evidence(
            kind="Array",
            function=None,
            variables=(),
            actual=values.reshape(1, -1),
            desired=right.reshape(1, -1),
            rtol=rtol if rtol < 1e-6 else 1e-3,  # single precision, after sums over the array
            data=data,
        )
