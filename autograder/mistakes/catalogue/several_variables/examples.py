"""Functions of arrays on which the mistakes of the neighbouring files show."""

from typing import Any

from autograder.mistakes.catalogue.entry import Example

__all__ = ["LAYER", "LOSS", "NORM", "on_tape"]


def on_tape(formula: str, wrt: str, **shape: Any) -> Example:
    """The gradient of a formula of arrays, whose arguments have these shapes."""
    return Example(kind="Array", function=formula, data={"wrt": wrt, "shape": shape}, variables=())


LAYER = on_tape("sum(sin(tanh(W x + b)))", "W", W=(2, 3), x=(3,), b=(2,))
LOSS = on_tape("-sum(t * logsoftmax(W x))", "W", W=(3, 2), x=(2,), t=(3,))
NORM = on_tape("sum(sin(x - sum(x) / 5))", "x", x=(4,))
