"""Mistakes with functions of several variables, area by area; built like its neighbour for one variable.

- ``partials.py``: partial derivatives
- ``gradients.py``: entries and their order
- ``shapes.py``: a number, a matrix or an arrow of another length instead of the gradient
- ``directional.py``: directional derivatives, steepest ascent, level sets
- ``tangents.py``: tangent lines and planes
- ``matrices.py``: Jacobians and Hessians
- ``algebra.py``: derivatives of matrix expressions, recognised from the matrices that the author names
- ``arrays.py``: gradients of functions of arrays
- ``layers.py``: backward passes and losses
- ``linear_maps.py``: matrix functions, derivatives as linear maps, products with Hessians
- ``vector_fields.py``: divergence and curl
- ``examples.py``: functions of arrays on which these show
"""

from collections.abc import Sequence

from autograder.mistakes.catalogue.entry import Mistake
from autograder.mistakes.catalogue.several_variables import (
    algebra,
    arrays,
    directional,
    gradients,
    layers,
    linear_maps,
    matrices,
    partials,
    shapes,
    tangents,
    vector_fields,
)
from autograder.mistakes.catalogue.several_variables.algebra import fits_data

__all__ = ["BY_AREA", "fits_data"]

BY_AREA: dict[str, Sequence[Mistake]] = {
    "several": (*partials.ENTRIES, *gradients.ENTRIES, *shapes.ENTRIES),
    "directions": (*directional.ENTRIES, *tangents.ENTRIES),
    "matrices": (*matrices.ENTRIES, *algebra.ENTRIES, *arrays.ENTRIES, *linear_maps.ENTRIES),
    "fields": vector_fields.ENTRIES,
    "backward": layers.ENTRIES,
}
"""Area → entries, in the order of the documentation."""
