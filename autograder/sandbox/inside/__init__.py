"""What runs in the jail: the warm template process, and the process of one submission that is forked from it.

In come a notebook's cells and questions about its names, out go answers. Nothing in here is trusted once a student's
cell has run: all of it is the student's memory then.

| to change | open |
|---|---|
| what is imported before the fork | ``prepare`` |
| forking, limits, clearing up | ``template``, ``processes``, ``scratch`` |
| how cells run and questions are answered | ``notebook`` |
| what a cell sees of Jupyter | ``shell``, ``loop`` (its running event loop) |
| what ``import otter`` gives | ``otter_stub`` |
"""

from autograder.sandbox.inside.prepare import uses

__all__ = ["uses"]
