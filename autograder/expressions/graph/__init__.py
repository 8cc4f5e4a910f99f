"""Trees → one graph in which equal parts are one node: what ball arithmetic, proofs and the search for kinks work on.

``nodes.py`` is the graph. ``balls.py`` gives its values with proved error bounds and ``functions.py`` the functions for
that; ``slopes.py`` gives derivatives; ``bends.py`` says where the formula that holds changes, ``branches.py`` which one
holds on a side.
"""
