"""The student's side: the ``grader`` of a handed-out notebook, what its checks say, and whether the file was saved.

Light on purpose: it needs nothing but the standard library, our sentences and, to show them, the IPython that runs the
notebook. ``testfile.py`` runs Otter's test files; Otter itself is imported only for what students rarely ask (a PDF).

``notebook.py`` is the ``grader``, ``messages.py`` what it says, ``practice.py`` a question with other numbers;
``waiting.py`` holds cells back until there is an id; ``saved.py`` looks at the file on disk, and ``submission.py``
packs it to be handed in.
"""
