"""Is one expression equal to another? Decided in ball arithmetic, in a child process that can be killed."""

from collections.abc import Mapping, Sequence
from typing import Any

from autograder.errors import BugError
from autograder.model import Verdict
from autograder.points import Interval


def expressions(
    actual: Any,
    desired: Any,
    *,
    variables: Sequence[str],
    domain: Mapping[str, Interval] | None = None,
    seed: int = 0,
    rtol: float | None = None,
    atol: float | None = None,
    prove: bool = True,
) -> Verdict:
    """Whether ``actual`` equals ``desired`` wherever both are real; see ``docs/verdicts.md``."""
    raise BugError("being written")
