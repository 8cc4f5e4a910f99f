"""Whether an assignment may be handed out: its references agree, its solution passes, its blank fails."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from autograder.build.assemble import assemble, solution_notebook, student_notebook
from autograder.build.checks.asked import asked_findings, asked_in, questions_of
from autograder.build.checks.defined import defined_findings
from autograder.build.checks.finding import Finding
from autograder.build.checks.findings import leak_findings, read_findings
from autograder.build.checks.runs import graded, run_findings, unsolved_versions
from autograder.build.course import assignments, source_notebook
from autograder.build.source import Source, read_notebook, read_source_of
from autograder.build.versions import concrete, draw_cells, pool_of, read_standing, template_digest
from autograder.model import SubmissionResult
from autograder.versions import Version

__all__ = ["certify", "grade_tries", "graded", "questions_of", "without_meant"]

_ROUNDS = 5
"""How often numbers with which the solution fails are drawn anew."""
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d*)?(?:e[+-]?\d+)?(?![\w.])")


def certify(root: Path, name: str, *, again: bool = True) -> list[Finding]:
    """Everything that an author should know about the assignment ``name`` before students get it.

    Reads the source; if nothing is wrong there, builds it, holds every question's references against each other, and
    runs the solution and the untouched notebook as submissions.

    Args:
        root: the course.
        name: the assignment's.
        again: look at each version of what is drawn again after a change of this package; else those are believed that
            stand beside a source which is as it was when they were looked at, and only the first of them is run.

    Raises:
        UsageError: there is no such assignment.
        AuthorError: the source cannot be read, or Otter Assign refuses it.
    """
    # SymPy comes with them, and who only grades imports this room as well
    from autograder.build.checks.draws import anew_findings, lost_findings
    from autograder.build.checks.hints import answer_findings, hint_findings
    from autograder.build.checks.pool import looked_at, note_looked_at, pool_findings
    from autograder.build.checks.tried import findings_of_tries

    template = read_source_of(root, name)
    others = [other for other in assignments(root) if other != name]
    path = source_notebook(root, name)
    findings = [*read_findings(template, others), *findings_of_tries(path, template)]
    known = looked_at(path, template, again=again)
    handed_out = _of_students(path, template)
    anew: Counter[str] = Counter()
    if not known:
        findings += pool_findings(path, template)
    if any(finding.error for finding in findings):
        return findings
    assemble(root, name)
    pool = pool_of(path, template)
    solved, unsolved = None, {}
    if pool is not None and not known:
        [solved] = graded(root, name, solution_notebook(root, name))
        unsolved = unsolved_versions(root, name, template, pool, solved)
    for _ in range(_ROUNDS):
        if pool is None or len(unsolved) in (0, len(pool.versions)):
            break
        theirs = {place: why for place, why in unsolved.items() if pool.versions[place] == handed_out.get(place)}
        findings += lost_findings(template, theirs)
        anew.update(why for place, why in unsolved.items() if place not in theirs)
        findings += pool_findings(path, template, unsolved)
        if any(finding.error for finding in findings):
            return findings
        assemble(root, name)
        pool = pool_of(path, template)
        assert pool is not None
        [solved] = graded(root, name, solution_notebook(root, name))
        unsolved = unsolved_versions(root, name, template, pool, solved, unsolved)
    else:
        return [*findings, _never_solved(template, unsolved)]
    findings += anew_findings(template, anew)
    # what follows looks at the first version; the others were looked at when they were drawn
    source = template if pool is None else concrete(template, pool, pool.versions[0])
    findings += leak_findings(source, read_notebook(student_notebook(root, name)))
    asked = {}
    for question in source.questions:
        asked[question.name], unmade = asked_in(question)
        findings += [*unmade, *asked_findings(question, asked[question.name])]
        findings += defined_findings(source, question, asked[question.name])
        findings += answer_findings(source, question, asked[question.name])
    wrong = {finding.question for finding in findings if finding.code.startswith("R") and finding.error}
    solved, run = run_findings(root, name, source, solved)
    # what a run says of a question that cannot be made follows from that
    findings += [finding for finding in run if finding.question not in wrong]
    for question in source.questions:
        if question.name in wrong:
            continue
        findings += hint_findings(question, asked[question.name], list(_numbers(solved, question.name)))
    if not known and not any(finding.error for finding in findings):
        note_looked_at(path, template)
    return list(without_meant(findings, source))


def _of_students(path: Path, source: Source) -> dict[int, Version]:
    """The versions that students may have before a build, by their places; none where others are drawn anyhow."""
    standing = read_standing(path) if draw_cells(source) else None
    kept = standing is not None and standing.template == template_digest(source)
    return dict(enumerate(standing.pool.versions)) if standing is not None and kept else {}


def _never_solved(source: Source, unsolved: Mapping[int, str]) -> Finding:
    number, why = min(unsolved.items())
    return Finding(
        code="N06",
        cell=next(iter(draw_cells(source))),
        message=f"Of the numbers that were drawn in the place of others, there are still some with which the solution "
        f"fails, as in version {number + 1} ({why}).",
        fix="Mend the solution for these numbers, or do not draw them.",
    )


def without_meant(findings: Sequence[Finding], source: Source) -> Iterator[Finding]:
    """The findings without those of which the author says that they are meant, and with such words that fit none."""
    meant = {(question.name, code): question for question in source.questions for code in question.meant}
    fitting = {(finding.question, finding.code) for finding in findings}
    yield from (finding for finding in findings if (finding.question, finding.code) not in meant)
    for (name, code), question in meant.items():
        if (name, code) not in fitting:
            yield Finding(
                code="S26",
                question=name,
                cell=question.begin.index,
                message=f"It says that {code} is meant, and there is no {code} here.",
                fix="Take the line out.",
                error=False,
            )


def grade_tries(root: Path, name: str) -> list[Finding]:
    """Grade every answer of the ``tries.toml`` of ``name``, and tell those that are judged otherwise than they say.

    It costs a run of the notebook for each answer of the question that has most of them.

    Raises:
        UsageError, AuthorError: as for :func:`certify`.
    """
    from autograder.build.checks.tried import tried_findings

    return list(tried_findings(root, name, source_notebook(root, name)))


def _numbers(solved: SubmissionResult, name: str) -> Iterator[float]:
    """The numbers that the solution of a question consists of."""
    for question in solved.questions:
        for case in question.cases if question.name == name else ():
            for check in case.checks:
                if check.answer_kind in ("number", "array"):
                    yield from (float(number) for number in _NUMBER.findall(check.answer))
