"""What a vector field does around a point: its divergence and its curl."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import sympy as sp

from autograder.compare.reading import Unreadable
from autograder.errors import AuthorError
from autograder.model import Evidence, Verdict
from autograder.questions.answers import read_answer
from autograder.questions.derivatives.fields import Field
from autograder.questions.derivatives.kinds import names_of
from autograder.reference import Operator

__all__ = ["Curl", "Divergence"]


class VectorField(Field):
    """Base of the questions about a field with as many components as variables.

    Args:
        field: a list of texts or expressions, text ``"[-y, x]"``, a Matrix, or a Python function that returns as many
            numbers as it has variables.
        wrt: the variables in the order of the components.
        **options: as for :class:`autograder.Derivative`.

    Raises:
        AuthorError: there are not as many components as variables, or as for :class:`autograder.Derivative`.
    """

    is_derivative = False
    dimensions: tuple[int, ...] = ()
    """How many variables there may be; any number where it is empty."""

    def __init__(self, field: Any, wrt: str | Sequence[str] | None = None, **options: Any) -> None:
        super().__init__(field, operator_wrt=names_of(wrt), **options)
        n = len(self.wrt)
        components = self.function.shape[0] if self.function.shape else n if self.function.exprs is None else 1
        if components != n or n < 2:
            raise AuthorError(
                f"{self.function.text} has {components} components and the variables are {', '.join(self.wrt)}: a "
                "field has as many components as variables; name them with wrt= in the order of the components"
            )
        if self.dimensions and n not in self.dimensions:
            raise AuthorError(f"a curl is asked for of two or three variables, not of {n}")
        self._settle()


class Divergence(VectorField):
    r"""The divergence of a field: :math:`\partial F_1/\partial x_1 + … + \partial F_n/\partial x_n`.

    Args:
        field, wrt, **options: as for :class:`VectorField`.

    Shape of the answer: a single number at a point.

    Raises:
        AuthorError: as for :class:`VectorField`.

    >>> question = Divergence(["x**2*y", "x*y**2"], wrt=("x", "y"))
    >>> question.judge("4xy").outcome.value, question.judge(lambda x, y: 4*x*y).outcome.value
    ('CORRECT', 'CORRECT')
    >>> question.judge("[2xy, 2xy]").mistakes, question.judge("x^2 + y^2").mistakes
    (('div_not_added',), ('div_other_variable',))
    """

    def _asked_for(self) -> Operator:
        terms = tuple((k, (self.variables.index(name),)) for k, name in enumerate(self.wrt))
        return Operator(shape=(), terms=terms, weights=(sp.S.One,) * len(terms))

    @property
    def prompt(self) -> str:
        return f"divergence of {self.function.text} with respect to ({', '.join(self.wrt)}){self._where()}"


class Curl(VectorField):
    r"""The curl of a field in space; of one in the plane :math:`\partial Q/\partial x - \partial P/\partial y`.

    Args:
        field, wrt, **options: as for :class:`VectorField`; two or three components.

    Shape of the answer: (3,) in space; in the plane a single number, or the vector (0, 0, that number).

    Raises:
        AuthorError: as for :class:`VectorField`, or another number of components.

    >>> question = Curl(["-y", "x"], wrt=("x", "y"))
    >>> question.judge(2).outcome.value, question.judge([0, 0, 2]).outcome.value, question.judge(-2).mistakes
    ('CORRECT', 'CORRECT', ('curl_sign',))
    >>> question = Curl(["y*z", "x**2", "x*y"], wrt=("x", "y", "z"))
    >>> question.judge("[x, 0, 2x - z]").outcome.value, question.judge("[x, y, 2x + z]").mistakes
    ('CORRECT', ())
    """

    dimensions = (2, 3)

    def _asked_for(self) -> Operator:
        n = len(self.wrt)
        place = [self.variables.index(name) for name in self.wrt]
        turns = [(2, 1), (0, 2), (1, 0)] if n == 3 else [(1, 0)]
        return Operator(
            shape=(3,) if n == 3 else (),
            terms=tuple(term for i, j in turns for term in ((i, (place[j],)), (j, (place[i],)))),
            weights=(sp.S.One, sp.S.NegativeOne) * len(turns),
        )

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        return super()._decide(self._upright(answer) if len(self.wrt) == 2 else answer)

    def _upright(self, answer: Any) -> Any:
        """Of a vector that stands upright on the plane its third entry; any other answer as it is."""
        try:
            read = read_answer(answer, self.variables, self.context)
        except Unreadable:
            return answer
        if read.kind == "function" or len(read.exprs) != 3 or any(entry != 0 for entry in read.exprs[:2]):
            return answer
        return read.exprs[2]

    def _in_order(self, answer: Any) -> Any:
        """As of every field; of a function's reply in the plane the third entry where the others are zero."""
        if len(self.wrt) == 2 and not callable(answer) and not isinstance(answer, str | Mapping):
            listed = np.asarray(answer, dtype=object).ravel()
            if listed.size == 3 and all(entry == 0 for entry in listed[:2]):
                return listed[2]
        return super()._in_order(answer)

    @property
    def prompt(self) -> str:
        return f"curl of {self.function.text} with respect to ({', '.join(self.wrt)}){self._where()}"
