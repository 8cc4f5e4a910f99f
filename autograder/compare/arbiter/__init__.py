"""A child process that decides and can be killed: an arbiter that imports once and forks workers.

``parent.py`` is this side, ``child.py`` the other, ``forked.py`` makes it a fork of this process, ``frames.py`` is how
they write to each other, ``request.py`` what crosses; ``judging.py`` answers a request about two expressions in the
child. What the child runs is not imported here: it is started by its name.
"""

from autograder.compare.arbiter.parent import Child, ask, begin
from autograder.compare.arbiter.request import Request

__all__ = ["Child", "Request", "ask", "begin"]
