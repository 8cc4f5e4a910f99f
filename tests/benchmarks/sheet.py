"""One exercise sheet for three graders: the same cells and the same assertions for us, for Otter and for nbgrader."""

import json
import textwrap
import zipfile
from pathlib import Path
from typing import Any, NamedTuple


class Task(NamedTuple):
    """One question."""

    name: str
    answer: str
    shown: str
    """What the student looks at afterwards: a plot, or nothing."""
    parameters: str
    assertions: str


_HEAD = "import numpy as np\nimport sympy as sp\n"
_HEAD_PLOTS = _HEAD + "import jax\nimport jax.numpy as jnp\nimport matplotlib.pyplot as plt\n%matplotlib inline\n"

_GRID = "u, v = np.meshgrid(np.linspace(-3, 3, 60), np.linspace(-3, 3, 60))\n"

_DERIVATIVE = Task(
    "q1",
    'x = sp.symbols("x")\ndfdx = sp.diff(3 * x**2 + 2 * x + 10, x)',
    "",
    "dfdx",
    'import sympy as sp\nx = sp.symbols("x")\nassert sp.simplify(dfdx - (6 * x + 2)) == 0',
)
_LAMBDIFIED = Task(
    "q2",
    "slope = sp.lambdify(x, dfdx)",
    "",
    "slope",
    "import numpy as np\npoints = np.linspace(-3, 3, 20)\n"
    "assert np.allclose([slope(p) for p in points], 6 * points + 2)",
)
_SYMBOLIC_GRADIENT = Task(
    "q4",
    'x1, x2 = sp.symbols("x1 x2")\nh = -(x1**2) - x2**2 / 2\ngrad_h = sp.derive_by_array(h, (x1, x2))',
    "",
    "grad_h",
    'import sympy as sp\nx1, x2 = sp.symbols("x1 x2")\n'
    "assert sp.simplify(grad_h[0] + 2 * x1) == 0\nassert sp.simplify(grad_h[1] + x2) == 0",
)
_RATE = Task(
    "q6",
    "rate = float(np.dot([-4.0, -1.0], np.array([3.0, 4.0]) / 5))",
    "",
    "rate",
    "assert abs(rate + 3.2) < 1e-6",
)

WITHOUT = (_DERIVATIVE, _LAMBDIFIED, _SYMBOLIC_GRADIENT, _RATE)
"""No JAX, no plots."""

WITH = (
    _DERIVATIVE,
    _LAMBDIFIED._replace(
        shown="t = np.linspace(-3, 3, 200)\nplt.plot(t, 3 * t**2 + 2 * t + 10)\nplt.plot(t, slope(t))\nplt.show()"
    ),
    Task(
        "q3",
        "def f(x):\n    return 3.0 * x**2 + 2.0 * x + 10.0\n\n\njax_slope = jax.grad(f)",
        "",
        "jax_slope",
        "import numpy as np\npoints = np.linspace(-3, 3, 20)\n"
        "assert np.allclose([float(jax_slope(float(p))) for p in points], 6 * points + 2, rtol=1e-4)",
    ),
    _SYMBOLIC_GRADIENT._replace(shown=_GRID + "plt.contour(u, v, -(u**2) - v**2 / 2, levels=12)\nplt.show()"),
    Task(
        "q5",
        "def height(p):\n    return -(p[0] ** 2) - p[1] ** 2 / 2\n\n\njax_grad_h = jax.grad(height)",
        _GRID + 'ax = plt.figure().add_subplot(projection="3d")\nax.plot_surface(u, v, -(u**2) - v**2 / 2)\nplt.show()',
        "jax_grad_h",
        "import numpy as np\nfor p in np.linspace(-3, 3, 20):\n"
        "    assert np.allclose(jax_grad_h(np.array([p, 1.0])), [-2 * p, -1.0], rtol=1e-4)",
    ),
    _RATE._replace(shown="t = np.linspace(-3, 3, 200)\nplt.plot(t, -(t**2) - 0.5)\nplt.title('x2 = 1')\nplt.show()"),
)
"""Six questions with JAX and four plots: contour, surface, cross-section, a function with its slope."""


def code(tasks: tuple[Task, ...], student: int) -> list[str]:
    """The cells of one student's notebook; every student's differ, so that nothing is graded once for two."""
    head = _HEAD_PLOTS if any("jax" in task.answer for task in tasks) else _HEAD
    cells = [f"# student {student}\n{head}"]
    for task in tasks:
        cells += [part for part in (task.answer, task.shown) if part]
    return cells


def notebook(sources: list[str], metadata: list[dict[str, Any]] | None = None) -> str:
    """A notebook of code cells as JSON."""
    described = metadata or [{} for _ in sources]
    cells = [
        {"cell_type": "code", "execution_count": None, "metadata": about, "outputs": [], "source": source}
        for source, about in zip(sources, described, strict=True)
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return json.dumps({"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 4})


def write_otter(tasks: tuple[Task, ...], folder: Path, students: int) -> tuple[Path, list[Path]]:
    """The autograder.zip and the submissions for us and for ``otter run``."""
    folder.mkdir(parents=True, exist_ok=True)
    zipped = folder / "autograder.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("otter_config.json", json.dumps({"lang": "python"}))
        for task in tasks:
            body = textwrap.indent(task.assertions, "    ")
            archive.writestr(
                f"tests/{task.name}.py",
                "from otter.test_files import test_case\n\nOK_FORMAT = False\n\n"
                f'name = "{task.name}"\npoints = 3\n\n\n@test_case()\ndef test_it({task.parameters}):\n{body}\n',
            )
    submitted = folder / "submitted"
    submitted.mkdir()
    paths = [submitted / f"s{number:04}_hw.ipynb" for number in range(students)]
    for number, path in enumerate(paths):
        path.write_text(notebook(code(tasks, number)))
    return zipped, paths


def write_nbgrader(tasks: tuple[Task, ...], folder: Path, students: range) -> None:
    """A course folder with a source and submissions for ``nbgrader``."""
    tests = [(task.name, task.assertions) for task in tasks]
    locked = [
        {
            "nbgrader": {
                "grade": True, "grade_id": f"test-{name}", "locked": True, "points": 3, "schema_version": 3,
                "solution": False, "task": False, "cell_type": "code",
            }
        }
        for name, _ in tests
    ]  # fmt: skip
    for number in students:
        cells = code(tasks, number)
        text = notebook([*cells, *(body for _, body in tests)], [*({} for _ in cells), *locked])
        place = folder / "submitted" / f"s{number:04}" / "hw"
        place.mkdir(parents=True)
        (place / "hw.ipynb").write_text(text)
    source = folder / "source" / "hw"
    source.mkdir(parents=True)
    head = code(tasks, 0)
    (source / "hw.ipynb").write_text(notebook([*head, *(body for _, body in tests)], [*({} for _ in head), *locked]))
