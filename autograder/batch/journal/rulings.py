"""What a person decided about one case of a plain test, for the whole class.

The case needs the notebook's process, or those who pass it only there have not earned it.
Kept in the journal like an override, and applied to every later run as long as the test has a case of this name at
this place.
"""

from collections.abc import Mapping, Sequence

import msgspec

from autograder.errors import UsageError
from autograder.model import Adjustment, Record, Run, SubmissionResult
from autograder.witnesses import ONLY_INSIDE, Split, conclude, settle

ACCEPTED = "a person looked at this test: it counts as passed"
REFUSED = "a person looked at this test: it does not count"
"""What the student reads where nobody wrote a reason."""


class Ruling(Record, frozen=True, kw_only=True):
    """One decision. The last one about a case counts."""

    question: str
    place: int
    """Of the case in its test, from 0."""
    name: str
    """Of the case; a test that has been written anew is decided anew."""
    accepted: bool | None
    """None: an earlier ruling is withdrawn."""
    why: str
    who: str
    at: str
    """ISO 8601 with offset."""


def standing(rulings: Sequence[Ruling]) -> dict[Split, Ruling]:
    """Case → the ruling that counts."""
    last = {(ruling.question, ruling.place): ruling for ruling in rulings}
    return {case: ruling for case, ruling in last.items() if ruling.accepted is not None}


def case_named(run: Run, label: str) -> tuple[str, int, str]:
    """Question, place and name of the case that a person calls ``q3:2``.

    Raises:
        UsageError: there is no such case.
    """
    question, _, number = label.rpartition(":")
    names = {
        (asked.name, place): case.name
        for result in run.results
        for asked in result.questions
        for place, case in enumerate(asked.cases)
    }
    at = question, int(number) - 1 if number.isdecimal() else -1
    if at not in names:
        raise UsageError(f"{label}: no such case: give QUESTION:NUMBER as `autograder review` lists them, such as q3:2")
    return (*at, names[at])


def apply_rulings(result: SubmissionResult, rulings: Mapping[Split, Ruling]) -> SubmissionResult:
    """The result with the cases that pass only inside as a person has ruled."""
    mine = {
        (question.name, place): ruling
        for question in result.questions
        for place, case in enumerate(question.cases)
        if case.reason == ONLY_INSIDE
        and (ruling := rulings.get((question.name, place))) is not None
        and ruling.name == case.name
    }
    if not mine:
        return result
    accepted = {at for at, ruling in mine.items() if ruling.accepted}
    questions = tuple(settle(question, accepted, mine.keys() - accepted) for question in result.questions)
    scores = {question.name: question.score for question in questions}
    told = {name: ruling for (name, _), ruling in mine.items() if scores[name] is not None}
    adjustments = tuple(
        Adjustment(kind="override", why=ruling.why, question=name, after=scores[name], who=ruling.who, when=ruling.at)
        for name, ruling in told.items()
    )
    ruled = msgspec.structs.replace(result, questions=questions, adjustments=(*result.adjustments, *adjustments))
    if result.reason == ONLY_INSIDE:
        ruled = conclude(ruled)
    return msgspec.structs.replace(ruled, final=ruled.score) if adjustments else ruled
