"""An executor that grades by what a notebook's text says: the seam at which the batch room is tested without a jail."""

import json
import threading
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec

from autograder.batch import digests, tasks
from autograder.batch.executors.workers import DeadlinePassed, MemoryPassed, WorkerCrashed, WorkerFault
from autograder.batch.tasks import Facts, HungQuestion, Reply, Setup, Task
from autograder.model import QuestionResult, Status, SubmissionResult

QUESTIONS = {"q1": 2.0, "q2": 1.5}


def work_of(text: str) -> str:
    """A notebook with one text, as ``FakeWorkers`` grade it."""
    cell = {"cell_type": "markdown", "metadata": {}, "source": text}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


class FakeWorkers(Executor):
    """Grades ``q1=2 q2=0``; ``die``, ``hang q1``, ``swell q1``, ``silent``, ``bug`` do what they say."""

    name = "hw01"
    lock = threading.Lock()

    def __init__(self, jobs: int = 2, *, deadline: float | None = None) -> None:
        self.deadline = deadline
        self.asked: list[str] = []
        self.tasks: list[Task] = []
        self._threads = ThreadPoolExecutor(jobs)

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        if fn is tasks.describe:
            return self._threads.submit(self._describe, *args)
        assert fn is tasks.grade_one
        return self._threads.submit(self._grade, *args)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._threads.shutdown(wait=wait, cancel_futures=cancel_futures)

    def _describe(self, setup: bytes) -> bytes:
        assert msgspec.msgpack.decode(setup, type=Setup).package == digests.package_digest()
        return msgspec.json.encode(Reply(facts=Facts(name=self.name, questions=QUESTIONS)))

    def _grade(self, setup: bytes, task: bytes) -> bytes:
        work = msgspec.msgpack.decode(task, type=Task)
        path = work.submission.path
        text = Path(path).read_text() if work.contents is None else work.contents[path].decode()
        with self.lock:
            self.asked.append(work.submission.key)
            self.tasks.append(work)
        if "die" in text:
            raise WorkerCrashed("SIGKILL")
        if "bug" in text:
            raise WorkerFault('Traceback…\n  File "x.py"\nZeroDivisionError: division by zero')
        if "silent" in text:
            raise DeadlinePassed(420.0, None)
        scores = dict(word.split("=") for word in text.replace('"', " ").split() if word.startswith(("q1=", "q2=")))
        questions = tuple(
            QuestionResult(name=name, possible=possible, score=_score(scores.get(name)), reason=work.skip.get(name))
            for name, possible in QUESTIONS.items()
        )
        whole = [question.score for question in questions]
        decided = all(score is not None for score in whole)
        result = SubmissionResult(
            submission=work.submission,
            status=Status.GRADED if decided else Status.NEEDS_REVIEW,
            reason=None if decided else "undecided",
            message="" if decided else "please decide",
            questions=questions,
            score=sum(score for score in whole if score is not None) if decided else None,
            possible=3.5,
            seconds=0.25,
        )
        for question in QUESTIONS:
            partial = msgspec.json.encode(HungQuestion(question=question, so_far=result))
            if f"hang {question}" in text and question not in work.skip:
                raise DeadlinePassed(60.0, partial)
            if f"swell {question}" in text and question not in work.skip:
                raise MemoryPassed(2048.0, partial, 7.0)
        return msgspec.json.encode(Reply(result=result))


def _score(text: str | None) -> float | None:
    return None if text in (None, "?") else float(text)
