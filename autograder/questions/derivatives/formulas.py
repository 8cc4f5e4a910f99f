"""An answer that is a formula, compared: with SymPy's derivative in a child, or at points where there is none."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import sympy as sp

from autograder.compare.criterion import Criterion
from autograder.compare.numeric import usual_size, verdict_on
from autograder.compare.reading import Numbers
from autograder.compare.symbolic import compare_trees
from autograder.expressions import to_tree
from autograder.expressions.tree import Tree
from autograder.model import Outcome, Reason, Verdict
from autograder.questions.answers import Answer, entry_of, floats
from autograder.questions.derivatives.functions import FunctionQuestion
from autograder.reference.exact import evaluator

__all__ = ["FormulaAnswers"]


class FormulaAnswers(FunctionQuestion):
    """A question about a function that takes formulas."""

    def _compare_formula(self, read: Answer) -> Verdict:
        """As ``autograder judge`` compares: the child makes the derivative, and looks where the function is real."""
        reference, operator = self.reference, self.reference.operator
        assert reference.exprs is not None
        functions = list(self.function.trees) if operator.order else []
        made = operator.order > 0 and operator.weights is None
        terms = [(output, [self.variables[i] for i in wrt]) for output, wrt in operator.terms] if made else []
        one = self.shape == () and len(read.trees) == 1
        return compare_trees(
            read.trees[0] if one else ["List", *read.trees],
            None if made else _listed(reference.exprs, one),
            Criterion(
                variables=list(self.variables),
                domain=self.domain or {},
                seed=self.seed,
                rtol=self.rtol,
                atol=self.atol,
            ),
            functions=functions,
            terms=terms,
            wanted_shape=() if one else (operator.size,),
        )

    def _values_of(self, read: Answer) -> np.ndarray[Any, Any] | None:
        """The student's formula at the sampled points, in the student's shape; None where one is not real."""
        evaluate = evaluator(read.exprs, (), self.function.symbols)
        rows = [evaluate(point) for point in self.samples.points]
        if any(row is None for row in rows):
            return None
        return np.stack([row for row in rows if row is not None]).reshape(len(rows), *read.shape)

    def _compare_by_points(self, read: Answer) -> Verdict:
        """A formula against a function that has none."""
        samples = self.samples
        evaluate = evaluator(read.exprs, (), self.function.symbols)
        rtol, atol, scale = self.rtol, self.atol, usual_size(samples.values)
        worst: Verdict | None = None
        for i, point in enumerate(samples.points):
            row = evaluate(point)
            if row is None:
                return Verdict(
                    outcome=Outcome.INCORRECT, reason=Reason.NOT_FINITE, witness=floats(point), details={"got": "nan"}
                )
            numbers = Numbers(values=row.reshape(self.shape), precision="float64", integers=False)
            verdict, where = verdict_on(
                numbers, samples.values[i], rtol=rtol, atol=atol, moves=samples.moves[i], scale=scale
            )
            verdict = msgspec.structs.replace(verdict, witness={**floats(point), **entry_of(where)})
            if worst is None or (verdict.error or 0) > (worst.error or 0):
                worst = verdict
        assert worst is not None
        return msgspec.structs.replace(worst, points_used=len(samples.points), points_tried=samples.tried)


def _listed(exprs: Sequence[sp.Expr], one: bool) -> Tree:
    trees = [to_tree(e) for e in exprs]
    return trees[0] if one else ["List", *trees]
