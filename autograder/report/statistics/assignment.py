"""What a class did, as numbers: pure functions from a :class:`~autograder.model.Run`."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from statistics import StatisticsError, correlation, mean, median, quantiles, stdev

from autograder.model import Check, Outcome, QuestionResult, Reason, Record, Run, Status, SubmissionResult
from autograder.report.table import total

FEWEST_FOR_DISCRIMINATION = 5  # a correlation over fewer students says nothing
BINS = 10
OTHER_NUMBERS = "other-numbers"


class MistakeCount(Record, frozen=True, kw_only=True):
    """How often one mistake was made, with one example to look at."""

    name: str
    """As :func:`named` calls it."""
    students: int
    questions: tuple[str, ...]
    example_key: str
    """``Submission.key`` of the first student who made it."""
    example_answer: str


class QuestionStatistics(Record, frozen=True, kw_only=True):
    """One question over the class."""

    name: str
    possible: float
    decided: int
    """Submissions with a score for this question."""
    full: int
    none: int
    difficulty: float | None
    """Mean share of the points, 0 (nobody) to 1 (everybody); None when nobody has a score."""
    discrimination: float | None
    """Correlation of this question's score with the score on all others, −1…1; None when it is not defined."""
    undecided: int
    """Works that wait for a person because of it; a file that could not be graded at all is not among them."""
    mistakes: tuple[MistakeCount, ...]


class ClassStatistics(Record, frozen=True, kw_only=True):
    """One assignment over the class."""

    graded: int
    needs_review: int
    failed: int
    missing: int
    possible: float
    """What ``mean`` and ``median`` are out of: after the policy's scaling, where it scales."""
    mean: float | None
    median: float | None
    deviation: float | None
    """Standard deviation of the sample; None for fewer than two scores."""
    quartiles: tuple[float, float] | None
    """A quarter of the scores lie below the first, a quarter above the second."""
    histogram: tuple[int, ...]
    """Submissions per tenth of the possible points; full marks count in the last."""
    questions: tuple[QuestionStatistics, ...]
    mistakes: tuple[MistakeCount, ...]


def checks(question: QuestionResult) -> Iterator[Check]:
    """Every check of a question, in the order in which they ran."""
    for case in question.cases:
        yield from case.checks


def named(question: QuestionResult, check: Check) -> str | None:
    """What the mistake in an answer is called: the author's words where they foresaw it, else the catalogue's id.

    For a choice ``<name>: <option>``; :data:`OTHER_NUMBERS` for what is right for another version. None where nothing
    is known, and for a tie: none of its ids was made for sure.
    """
    verdict = check.verdict
    if verdict.reason is Reason.WRONG_CHOICE:
        asked = verdict.details.get("name", question.name)
        return None if verdict.actual is None else f"{asked}: {verdict.actual}"
    if "numbers_of" in verdict.details:
        return OTHER_NUMBERS
    return verdict.details.get("hint") or (verdict.mistakes[0] if len(verdict.mistakes) == 1 else None)


def mistakes(question: QuestionResult) -> dict[str, Check]:
    """Mistakes that wrong answers to a question show, in order: what one is called → the first check that shows it."""
    wrong = [check for check in checks(question) if check.verdict.outcome is Outcome.INCORRECT]
    foreseen = {_of(check) for check in wrong if "hint" in check.verdict.details}
    found: dict[str, Check] = {}
    for check in wrong:
        # The public test does not hold what the author foresaw and finds the same answer in the catalogue: one mistake.
        twice = "hint" not in check.verdict.details and _of(check) in foreseen
        if not twice and (name := named(question, check)) is not None:
            found.setdefault(name, check)
    return found


def _of(check: Check) -> tuple[str | None, str]:
    return check.verdict.details.get("name"), check.answer


def discrimination(item: list[float], rest: list[float]) -> float | None:
    """Corrected item–rest correlation (Lord & Novick, Statistical Theories of Mental Test Scores, 1968, §15).

    Examples:
        >>> discrimination([0, 0, 1, 1, 1], [1, 2, 4, 5, 6])
        0.924
        >>> discrimination([1, 1, 1, 1, 1], [1, 2, 4, 5, 6]) is None
        True
    """
    if len(item) < FEWEST_FOR_DISCRIMINATION:
        return None
    try:
        return round(correlation(item, rest), 3) + 0.0  # −0.0 reads as a finding
    except StatisticsError:  # everybody has the same score
        return None


def count_mistakes(results: Iterable[SubmissionResult]) -> tuple[MistakeCount, ...]:
    """Mistakes over submissions, most frequent first, equal counts by name."""
    students: Counter[str] = Counter()
    where: defaultdict[str, list[str]] = defaultdict(list)
    example: dict[str, tuple[str, str]] = {}
    for result in results:
        seen = set()
        for question in result.questions:
            for name, check in mistakes(question).items():
                seen.add(name)
                where[name].append(question.name)
                example.setdefault(name, (result.submission.key, check.answer))
        students.update(seen)
    return tuple(
        MistakeCount(
            name=name,
            students=count,
            questions=tuple(dict.fromkeys(where[name])),
            example_key=example[name][0],
            example_answer=example[name][1],
        )
        for name, count in sorted(students.items(), key=lambda pair: (-pair[1], pair[0]))
    )


def _question(name: str, possible: float, results: list[SubmissionResult]) -> QuestionStatistics:
    pairs = [(result, question) for result in results for question in result.questions if question.name == name]
    # nobody has earned the zeros of a file without code: as a whole it waits for a person
    waits = {result.submission.key for result, _ in pairs if result.waits_whole and result.score is None}
    settled = [(result, question) for result, question in pairs if result.submission.key not in waits]
    scored = [(result, question.score) for result, question in settled if question.score is not None]
    whole = [(score, result.score - score) for result, score in scored if result.score is not None]
    shares = [score / possible for _, score in scored] if possible else []
    only_this = [
        SubmissionResult(submission=result.submission, status=result.status, questions=(question,))
        for result, question in pairs
    ]
    return QuestionStatistics(
        name=name,
        possible=possible,
        decided=len(scored),
        full=sum(score >= possible for _, score in scored),
        none=sum(score == 0 for _, score in scored),
        difficulty=round(mean(shares), 3) if shares else None,
        discrimination=discrimination([item for item, _ in whole], [rest for _, rest in whole]),
        undecided=len(waits)
        + sum(question.score is None and result.status is Status.NEEDS_REVIEW for result, question in settled),
        mistakes=count_mistakes(only_this),
    )


def _quartiles(scores: list[float]) -> tuple[float, float] | None:
    if len(scores) < 2:
        return None
    low, _, high = quantiles(scores, n=4, method="inclusive")
    return round(low, 2), round(high, 2)


def most(run: Run, result: SubmissionResult) -> float:
    """The points that this submission's final score is out of."""
    return sum(run.questions.values()) if result.final_possible is None else result.final_possible


def of_class(run: Run) -> ClassStatistics:
    """Statistics of one run. Only decided scores count in means; nothing undecided is taken for a 0.

    A group whose members have rows of their own counts once in questions and mistakes, which are about the work, and
    once a member in the scores, which are about people.
    """
    results = list(run.results)
    works = [result for result in results if result.submission.part_of is None]
    marked = [(score, most(run, result)) for result in results if (score := total(result)) is not None]
    possible = Counter(of for _, of in marked).most_common(1)[0][0] if marked else sum(run.questions.values())
    # Scores out of different maxima have no mean but that of their shares.
    scores = [score if of == possible else score / of * possible if of else 0.0 for score, of in marked]
    histogram = [0] * BINS
    for score, of in marked:
        share = score / of if of else 0.0
        # 1.2 of 12 points is a tenth, and 1.2/12 in floats is less
        histogram[min(BINS - 1, max(0, int(round(share * BINS, 9))))] += 1
    status = Counter(result.status for result in results)
    return ClassStatistics(
        graded=status[Status.GRADED],
        needs_review=status[Status.NEEDS_REVIEW],
        failed=status[Status.FAILED] + len(run.refused),
        missing=len(run.missing),
        possible=possible,
        mean=round(mean(scores), 2) if scores else None,
        median=round(median(scores), 2) if scores else None,
        deviation=round(stdev(scores), 2) if len(scores) > 1 else None,
        quartiles=_quartiles(scores),
        histogram=tuple(histogram),
        questions=tuple(_question(name, points, works) for name, points in run.questions.items()),
        mistakes=count_mistakes(works),
    )
