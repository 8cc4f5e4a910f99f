"""Questions whose answer is a derivative, or follows from one: a file a family.

``fields.py`` is what they share: a function, its derivative, points and both references (``second.py`` is JAX's).
``kinds.py`` has derivatives, gradients, Jacobians and Hessians; ``directions.py`` and ``tangents.py`` what follows at a
point; ``roots.py`` and ``critical.py`` the points where a gradient is zero.
"""
