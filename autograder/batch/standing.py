"""Workers that stay between several batches, as a batch of its own would have opened them."""

from autograder.batch.executors import Workers, default_jobs
from autograder.batch.run import JUDGE_MB, JUDGE_SECONDS, RUNS
from autograder.sandbox.limits import Limits

__all__ = ["standing_workers"]


def standing_workers(limits: Limits, jobs: int | None = None) -> Workers:
    """Open them; they keep the assignment that they loaded and the jail that they warmed.

    Args:
        limits: of one notebook.
        jobs: how many; None means one a core, fewer where memory is short.
    """
    jobs = jobs or default_jobs(memory_mb=JUDGE_MB + limits.memory_mb)
    return Workers(jobs, deadline=RUNS * limits.wall_seconds + JUDGE_SECONDS)
