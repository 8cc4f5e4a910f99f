"""A question once more with other numbers, as often as wanted: the same checks and hints, never counted."""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.feedback import notebook as sentences
from autograder.student.messages import CheckMessage, Message, check_message, worded
from autograder.student.testfile import run_test_file
from autograder.versions import Pool, Version, chosen, fill, names_taken, normalised, placeholders

__all__ = ["NoPractice", "Practice", "practices", "prompts_needed"]

_OURS = ("STUDENT", "env")
"""What a test asks for that is no answer."""


@dataclass(frozen=True, kw_only=True)
class Practice:
    """One question with other numbers; Jupyter shows its text."""

    question: str
    text: str
    """Markdown."""
    test: str
    """The question's public test file."""
    names: Mapping[str, Any]
    """The notebook's, for a test that asks for more than the answer."""
    student: str
    """An id that has these numbers."""

    def _repr_markdown_(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    def check(self, *answers: Any, **by_name: Any) -> Message:
        """What the question's checks say of an answer to these numbers.

        Args:
            answers: in the order in which the question's tests ask for them.
            by_name: the same by name: ``check(slope=3)``.
        """
        # once without an answer: only a run tells what the tests ask for
        wanted = [name for name in run_test_file(self.test, {}).names_wanted if name not in _OURS]
        answer = dict(zip(wanted, answers, strict=False)) | by_name
        if len(answers) > len(wanted) or not answer or not set(answer) <= {*wanted}:
            return Message(lines=(worded(sentences.PRACTICE_ANSWER, names=", ".join(wanted)),))
        names = {**self.names, **answer, "STUDENT": self.student}
        said = check_message(run_test_file(self.test, names, path=f"tests/{self.question}.py"), 0)
        lines = [line for line in said.lines if said.passed < said.here]
        head = worded(sentences.PRACTICE_RIGHT if said.passed == said.here else sentences.PRACTICE_NOT_YET)
        return CheckMessage(question=self.question, passed=said.passed, here=said.here, head=head, lines=tuple(lines))


@dataclass(frozen=True, kw_only=True, repr=False)
class NoPractice(Message):
    """Why there is nothing to practise; a check of an answer says it again, in the place of a stack."""

    def check(self, *_: Any, **__: Any) -> Message:
        """The same sentence."""
        return self


def practices(
    question: str, texts: Mapping[str, str], test: str, pool: Pool, student: object, names: Mapping[str, Any]
) -> Iterator[Practice]:
    """Endlessly: the question with every other version's numbers, in an order of the student's own.

    Args:
        question: its name.
        texts: its prompts as their author wrote them: cell → Markdown.
        test: its public test file.
        pool: the versions; nothing comes where no other gives the checks other numbers.
        student: whose own version is left out.
        names: the notebook's.
    """
    places = [pool.names.index(name) for name in names_taken(test)]
    tasks = [_task(version, texts, places) for version in pool.versions]
    mine = tasks[chosen(pool.assignment, student, len(tasks))]
    # each task once, whatever the hill is called in it
    others = [number for number, task in enumerate(tasks) if task != mine and tasks.index(task) == number]
    random.Random(f"{question} {normalised(student)}").shuffle(others)
    ids = _ids(pool, others)
    while others:
        for number in others:
            filled = [fill(text, pool.versions[number].shown.get(cell, ())) for cell, text in texts.items()]
            yield Practice(
                question=question,
                text="\n\n".join([*map(str.strip, filled), worded(sentences.PRACTICE, question=question)]),
                test=test,
                names=names,
                student=ids[number],
            )


def _task(version: Version, texts: Mapping[str, str], places: Sequence[int]) -> Any:
    """What makes a version another task: the values that the question's checks take; where they take none, its prompts.

    Args:
        version: of the pool.
        texts: the question's prompts.
        places: of the names that its checks take, in the pool.
    """
    if places:
        return [version.values[place] for place in places]
    return {cell: version.shown.get(cell) for cell in texts}


def prompts_needed(question: str, prompts: Mapping[str, Mapping[str, str]], test: str) -> dict[str, str]:
    """The prompts of a question, after those of others that show numbers which only its checks take.

    Args:
        question: its name.
        prompts: question → cell → Markdown as the author wrote it.
        test: the question's public test file.
    """
    own = prompts[question]
    missing = {name for name in names_taken(test) if not _shows(own, name)}
    before = {
        cell: text
        for other, texts in prompts.items()
        if other != question
        for cell, text in texts.items()
        if any(_shows({cell: text}, name) for name in missing)
    }
    return {**before, **own}


def _shows(texts: Mapping[str, str], name: str) -> bool:
    whole = (each.what for text in texts.values() for each in placeholders(text))
    return any(re.search(rf"\b{re.escape(name)}\b", what) for what in whole)


def _ids(pool: Pool, numbers: Sequence[int]) -> dict[int, str]:
    """For each of these versions an id that has it."""
    found: dict[int, str] = {}
    tried = 0
    while not found.keys() >= {*numbers}:
        tried += 1
        found.setdefault(chosen(pool.assignment, f"practice{tried}", len(pool.versions)), f"practice{tried}")
    return found
