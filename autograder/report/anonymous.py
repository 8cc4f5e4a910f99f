"""A run without anybody's name, id or file name: for a page that is shown around."""

import msgspec

from autograder.model import QuestionResult, Reason, Refused, Run, Student, Submission, SubmissionResult


def anonymous(run: Run) -> Run:
    """The same results under ``student-001``, ``student-002``, … in an order that follows the submissions' keys.

    Code and answers stay: they are what the page is about, and may themselves hold a name that a student typed. What
    the author foresaw goes: hidden tests hold it, and all wrong options together tell the key of a choice. So do the
    references' values beside the answers.
    """
    ordered = sorted(run.results, key=lambda result: result.submission.key)
    keys = {result.submission.key: f"student-{position:03d}" for position, result in enumerate(ordered, 1)}
    results: list[SubmissionResult] = []
    for result in ordered:
        original = result.submission
        key = keys[original.key]
        submission = Submission(
            key=key,
            students=(Student(id=key),),
            file="notebook.ipynb",
            path="",
            late=original.late,
            part_of=None if original.part_of is None else keys.get(original.part_of),
        )
        changed: dict[str, object] = {"submission": submission}
        changed["questions"] = tuple(_without_foreseen(question) for question in result.questions)
        if result.numbers_of:  # ids of people, and in words whose they are
            ids = enumerate(result.numbers_of.values(), 1)
            changed |= {"numbers_of": {f"{key}-{place}": number for place, number in ids}, "message": "", "notes": ()}
        results.append(msgspec.structs.replace(result, **changed))
    refused = tuple(Refused(file="(a file)", reason=item.reason, message="") for item in run.refused)
    facts = msgspec.structs.replace(run.facts, command="", folder="")
    nobody = {"missing": (), "unknown": (), "doubtful": (), "warnings": ()}
    return msgspec.structs.replace(run, results=tuple(results), refused=refused, facts=facts, **nobody)


def _without_foreseen(question: QuestionResult) -> QuestionResult:
    cases = []
    for case in question.cases:
        checks = []
        for check in case.checks:
            verdict = check.verdict
            details = {name: text for name, text in verdict.details.items() if name != "hint"}
            verdict = msgspec.structs.replace(verdict, details=details)
            if verdict.reason is Reason.WRONG_CHOICE:
                verdict = msgspec.structs.replace(verdict, actual=None, desired=None)
            checks.append(msgspec.structs.replace(check, verdict=verdict, compared=()))
        cases.append(msgspec.structs.replace(case, checks=tuple(checks)))
    return msgspec.structs.replace(question, cases=tuple(cases))
