"""What a class did, as numbers and lists: pure functions from one run, or several, to records that pages draw.

``assignment.py`` counts one run, ``course.py`` puts several together (``persons.py``: who is the same in them),
``similarity.py`` finds alike code, ``only_inside.py`` lists plain cases that pass only in the notebook's own process.
"""
