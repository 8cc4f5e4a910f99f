"""Grade a whole class: many submissions on any executor, every result journaled, nothing lost, nothing done twice.

``run.py`` hands submissions out and keeps results; ``tasks.py`` is what a worker does, in bytes and out;
``digests.py`` says what decides a result, ``warm.py`` keeps what the solution compiles and ``times.py`` what it takes,
``standing.py`` opens workers for several batches. ``executors/`` is where work is done, ``journal/`` what is kept.
"""

from typing import TYPE_CHECKING

from autograder.batch.journal import LOCAL, Journal
from autograder.modules import offered

if TYPE_CHECKING:
    from autograder.batch.executors import Workers, default_jobs
    from autograder.batch.run import Batch, grade_all
    from autograder.batch.standing import standing_workers
    from autograder.batch.tasks import Conditions, Facts

__all__ = [
    "LOCAL",
    "Batch",
    "Conditions",
    "Facts",
    "Journal",
    "Workers",
    "default_jobs",
    "grade_all",
    "standing_workers",
]

# who decides by hand needs the journal and no jail
__getattr__ = offered(
    __name__,
    {
        "Batch": "run",
        "Conditions": "tasks",
        "Facts": "tasks",
        "Workers": "executors",
        "default_jobs": "executors",
        "grade_all": "run",
        "standing_workers": "standing",
    },
)
