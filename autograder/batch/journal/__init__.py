"""What a run keeps in its output folder's ``journal.db``: results, and what people decided about them.

``database.py`` is the SQLite file with a result as soon as it exists, ``overrides.py`` are scores set by hand,
``rulings.py`` what a person decided about one plain case for the whole class.
"""
