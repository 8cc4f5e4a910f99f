"""Whether an assignment may be handed out, and if not, what an author has to change and where.

In comes a :class:`~autograder.build.source.Source`, out go records of ``finding.py``. ``findings.py`` reads the source
with ``cells.py`` and ``hints.py``; ``asked.py`` makes the questions that its tests ask; ``runs.py`` grades the solution
and the blank, ``variants.py`` the answers of ``variants.toml``; ``certify.py`` asks all of them.
"""
