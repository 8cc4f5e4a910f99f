"""Questions about functions of arrays: a student's function from arrays to arrays, held against JAX's derivative.

All kinds are one mechanism, *parts × entries*: arrays are drawn, the student's function is called with them, what it
returns is taken apart into one array a part (a gradient has a part for each argument), and each part is compared entry
by entry. A kind only says what is handed in and what is right.

- ``base.py``: the mechanism
- ``replies.py``: what a student gave → one array a part: a tuple, a dictionary, a function or a formula for each
- ``products.py``: products with derivatives (JVP, VJP, HVP), derivatives as linear maps
- ``backward.py``: backward passes of layers
"""

from autograder.questions.arrays.backward import Backward
from autograder.questions.arrays.products import HVP, JVP, VJP, LinearMap

__all__ = ["HVP", "JVP", "VJP", "Backward", "LinearMap"]
