"""Where work runs: processes of this machine, or a Dask cluster, each a :class:`concurrent.futures.Executor`.

In go a function's name and bytes, out come bytes. ``workers.py`` starts and watches processes, ``child.py`` is what
runs in one, ``scratch.py`` keeps their folders from outliving them; ``dask.py`` is the cluster; ``retries.py`` says how
often a submission is tried, and for how long.
"""

from autograder.batch.executors.dask import Cluster
from autograder.batch.executors.retries import Retries
from autograder.batch.executors.workers import Stopped, WorkerCrashed, WorkerFault, Workers, default_jobs

__all__ = ["Cluster", "Retries", "Stopped", "WorkerCrashed", "WorkerFault", "Workers", "default_jobs"]
