"""Right answers written in other ways, by rules on text that no part of the package knows."""

import random
from collections.abc import Iterator

from tests.mistakes import gradients, one_variable

WAYS = [
    "{a}",
    "0 + {a}",
    "{a}*1",
    "-(-({a}))",
    "2*({a}) - ({a})",
    "({a})/2 + ({a})/2",
    "(({a})*(x + 3))/(x + 3)",
    "({a}) + sin(x)**2 + cos(x)**2 - 1",
    "({a})*(sin(x)**2 + cos(x)**2)",
    "({a}) + (x + 1)**2 - x**2 - 2*x - 1",
    "({a})*exp(x)*exp(-x)",
    "({a}) + log(x**2) - 2*log(x)",
    "3*({a})/3",
    "(({a})*x - ({a}))/(x - 1)",
    "({a}) + x - x",
    "({a})*(x**2 - 1)/((x - 1)*(x + 1))",
    "({a})/(1/(1))",
    "({a}) + cosh(x)**2 - sinh(x)**2 - 1",
    "sqrt(x**2)*({a})/x",
    "({a})*2**x/exp(x*log(2))",
]


def rewritten(count: int, seed: int) -> Iterator[tuple[str, str, str | list[str]]]:
    """(kind, function, right answer in another form), ``count`` of them; a form may be applied twice."""
    draw = random.Random(seed)
    single = sorted({(f, right) for f, right, _, _ in one_variable.rows()})
    plane = sorted({(f, tuple(right)) for f, right, _, _ in gradients.rows()})
    for k in range(count):
        first, second = draw.choice(WAYS), draw.choice(WAYS)
        if k % 4:
            f, right = draw.choice(single)
            yield "Derivative", f, second.format(a=first.format(a=right))
        else:
            g, rights = draw.choice(plane)
            yield "Gradient", g, [second.format(a=first.format(a=right)) for right in rights]
