"""Questions about numerical methods: what is judged is how a student's procedure behaves, not which formula it has.

``descent.py`` (iterates of gradient descent), ``minimiser.py`` (a search for a minimum), ``quotients.py`` (the order of
a difference quotient), ``steps.py`` (its step).
"""
