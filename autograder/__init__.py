"""Grades derivative and gradient exercises in Jupyter notebooks.

What authors and students use is here; everything else has a room of its own (``docs/architecture.md`` has the map).
Names are imported when they are first used, so that ``autograder --help`` does not pay for SymPy and JAX.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_ROOM_OF = {
    "Derivative": "questions",
    "Gradient": "questions",
    "Jacobian": "questions",
    "Hessian": "questions",
    "DirectionalDerivative": "questions",
    "SteepestAscent": "questions",
    "SteepestRate": "questions",
    "TangentLine": "questions",
    "TangentPlane": "questions",
    "LevelSetTangent": "questions",
    "LevelSetNormal": "questions",
    "JVP": "questions",
    "VJP": "questions",
    "HVP": "questions",
    "LinearMap": "questions",
    "Backward": "questions",
    "Descent": "questions",
    "DifferenceQuotient": "questions",
    "StepSize": "questions",
    "Root": "questions",
    "CriticalPoints": "questions",
    "ConstrainedOptimum": "questions",
    "Minimiser": "questions",
    "Autodiff": "questions",
    "Minimum": "questions",
    "Optimiser": "questions",
    "ProjectedGradient": "questions",
    "Divergence": "questions",
    "Curl": "questions",
    "Implicit": "questions",
    "RelatedRate": "questions",
    "Antiderivative": "questions",
    "Integral": "questions",
    "Taylor": "questions",
    "Limit": "questions",
    "Where": "questions",
    "Sets": "questions",
    "Unordered": "questions",
    "Linearisation": "questions",
    "RemainderBound": "questions",
    "Equal": "questions",
    "Choice": "questions",
    "Steps": "questions",
    "Carried": "questions",
    "Text": "questions",
    "AnnotatedPlot": "plots",
    "ComputationalGraph": "plots",
    "ContourPlot": "plots",
    "CrossSectionPlot": "plots",
    "CurvesPlot": "plots",
    "ErrorPlot": "plots",
    "LossPlot": "plots",
    "PathPlot": "plots",
    "QuiverPlot": "plots",
    "StreamPlot": "plots",
    "SurfacePathPlot": "plots",
    "SurfacePlot": "plots",
    "TangentPlot": "plots",
    "Notebook": "student.notebook",
    "draw": "versions",
    "Outcome": "model",
    "Verdict": "model",
}

__all__ = [*_ROOM_OF, "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _ROOM_OF:
        raise AttributeError(f"module 'autograder' has no attribute {name!r}")
    return getattr(import_module(f"autograder.{_ROOM_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
