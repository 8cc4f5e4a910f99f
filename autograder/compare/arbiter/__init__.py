"""A child process that decides and can be killed: an arbiter that imports once and forks workers.

``parent.py`` is this side, ``child.py`` the other, ``frames.py`` how they write to each other, ``request.py`` what
crosses; ``judging.py`` answers a request about two expressions in the child. Its own door imports none of them, because
the child must not import what the parent does.
"""
