"""Many submissions, one assignment, any executor: results go into the journal as they come."""

from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from autograder.batch import digests, tasks
from autograder.batch.executors import Retries, Stopped, WorkerCrashed, WorkerFault, Workers, default_jobs
from autograder.batch.journal import LOCAL, Journal, names_of, same_people
from autograder.batch.tasks import Conditions, Facts, Reply, Setup, Task
from autograder.errors import SandboxError, UsageError
from autograder.model import Progress, Status, Submission, SubmissionResult
from autograder.witnesses import ONLY_INSIDE, decide

JUDGE_MB = 700.0
"""What a judge with JAX and SymPy takes beside the student's process, in MB."""
JUDGE_SECONDS = 120.0
"""What the judge's side of one submission may take beyond the student's wall seconds before it is killed."""
RUNS = 3
"""Of one notebook, at most: see :mod:`autograder.grading`."""
SOLUTION = "//solution"
"""The solution's key in the journal; no submission's is like it."""


class Batch:
    """One assignment, one output folder, one executor, open for grading.

    Args:
        assignment: an Otter autograder.zip or an unpacked folder.
        out: the folder of the journal; made when absent.
        executor: ``local``, the address of a Dask scheduler, or any :class:`concurrent.futures.Executor` that runs
            where this package is installed.
        jobs: number of local workers; None means one a core, fewer where memory is short.
        conditions: under which every notebook is graded.
        solution: the solved notebook; makes JAX notebooks faster, and a plain case that passes only inside the
            notebook's process counts where the solution shows the same.

    Raises:
        UsageError: the folder cannot be written or holds another assignment, another run is using it, the
            assignment cannot be read, no scheduler answers.
    """

    def __init__(
        self,
        assignment: Path,
        out: Path,
        *,
        executor: str | Executor = LOCAL,
        jobs: int | None = None,
        conditions: Conditions | None = None,
        solution: Path | None = None,
    ) -> None:
        self.out = out
        conditions = conditions or Conditions()
        self.limits = conditions.limits
        self.jobs = jobs or default_jobs(memory_mb=JUDGE_MB + self.limits.memory_mb)
        self.digest = digests.assignment_digest(assignment)
        setup = Setup(
            assignment=str(assignment.resolve()),
            digest=self.digest,
            package=digests.package_digest(),
            conditions=conditions,
            archive=None if executor == LOCAL else digests.files_of(assignment),
            solution=None if solution is None else solution.read_bytes(),
        )
        self._solution = solution
        self._setup = msgspec.msgpack.encode(setup)
        self._ships_files = executor != LOCAL
        ran = [conditions.sandbox, conditions.limits, conditions.seed]
        self._options = digests.digest_of({"options": msgspec.json.encode([*ran, setup.package, conditions.as_otter])})
        self._conversation = digests.digest_of({"run": msgspec.json.encode([*ran, digests.versions()])})
        self._journal = _open_journal(out)
        self._executor: Executor | None = None
        self._asked_for = executor
        self._facts: Facts | None = None
        self._describing: list[Future[bytes]] = []
        self.kept = 0
        """How many results of the last :meth:`grade` were in the journal before."""

    @property
    def facts(self) -> Facts:
        """The assignment's name and questions; loads it in a worker where the journal does not know them.

        Raises:
            UsageError: the assignment cannot be loaded, or the folder holds another one.
            SandboxError: the sandbox does not open on the worker's machine.
        """
        if self._facts is None:
            known = self._journal.fact(self._facts_key)
            if known is not None:
                self._facts = msgspec.json.decode(known, type=Facts)
            else:
                self._facts = self._describe()
                self._refuse_another(self._facts.name)
                self._journal.set_fact("assignment", self._facts.name)
                self._journal.set_fact(self._facts_key, msgspec.json.encode(self._facts).decode())
        return self._facts

    @property
    def _facts_key(self) -> str:
        return f"facts {self.digest} {digests.package_digest()}"

    def start(self, *, ahead: bool = False) -> None:
        """Let the workers load the assignment while the caller goes on; nothing where the journal knows it.

        With ``ahead`` they do so in any case, and bring all that the first submission would wait for.
        """
        if ahead or (not self._describing and self._journal.fact(self._facts_key) is None):
            workers = self._workers()
            # One a worker, so that all of them load and warm up at the same time; the first that is ready tells.
            slots = getattr(workers, "local_slots", 1)
            load = tasks.make_ready if ahead else tasks.describe
            self._describing = [workers.submit(load, self._setup) for _ in range(slots)]

    def _describe(self) -> Facts:
        self.start()
        finished, _ = wait(self._describing, return_when=FIRST_COMPLETED)
        try:
            reply = msgspec.json.decode(finished.pop().result(), type=Reply)
        except (BrokenExecutor, Stopped) as error:
            raise SandboxError(f"the assignment cannot be loaded: {error}") from error
        if reply.facts is None:
            raise UsageError(reply.error or "the assignment cannot be loaded")
        return reply.facts

    def _refuse_another(self, name: str) -> None:
        held = self._journal.fact("assignment")
        if held is not None and held != name:
            raise UsageError(f"{self.out} holds the grades of {held}: give {name} a folder of its own with -o")

    def grade(
        self,
        submissions: Iterable[Submission],
        *,
        progress: Progress | None = None,
        force: bool = False,
        only: Sequence[str] = (),
    ) -> list[SubmissionResult]:
        """Grade what the journal does not hold yet; the results come sorted by key, whatever finished first.

        Args:
            submissions: keys are unique.
            progress: called in this thread after each submission, those from the journal included.
            force: grade all of them again.
            only: keys, student ids or names; grade these again, and no others, whose last results stay. One that
                was never graded then has the reason ``not-graded``.

        Raises:
            UsageError: ``only`` names nobody, the journal cannot be written, the cluster is gone.
            KeyboardInterrupt: the journal holds what was done.
        """
        todo: list[tuple[Submission, str]] = []
        done: dict[str, SubmissionResult] = {}
        ordered = sorted(submissions, key=lambda submission: submission.key)
        chosen = _chosen(ordered, only)
        for submission in ordered:
            try:
                digest = self._digest(submission)
            except OSError as error:
                message = f"{submission.file}: cannot be read ({error.strerror})"
                done[submission.key] = _unfinished(submission, "unreadable", message)
                continue
            again = submission.key in chosen if only else force
            kept = None if again else self._journal.get(submission.key, digest)
            if kept is None and only and not again:
                # Grading one must not blank the others, whatever has changed since they were graded.
                kept = _of_the_same(self._journal.latest(submission.key), submission)
            if kept is not None:
                done[submission.key] = msgspec.structs.replace(kept, submission=submission)
            elif only and not again:
                done[submission.key] = _unfinished(submission, "not-graded", "left out by --only")
            else:
                todo.append((submission, digest))
        self.kept = sum(result.reason not in ("not-graded", "unreadable") for result in done.values())
        there = len(done)
        for number, result in enumerate(list(done.values()), start=1):
            if progress:
                progress(result, number, len(ordered), there)
        for submission, digest, result in self._finished(todo, hear=not (force or only)):
            # The journal comes first: what progress shows is never lost.
            self._journal.put(submission.key, digest, result)
            done[submission.key] = result
            if progress:
                progress(result, len(done), len(ordered), there)
        return self._decided([done[submission.key] for submission in ordered])

    def _decided(self, results: list[SubmissionResult]) -> list[SubmissionResult]:
        """What the recorded witnesses of the whole class come to; the journal keeps them undecided."""
        results = decide(results)
        if not any(map(_only_inside, results)):
            return results
        return decide(results, self.graded_solution())

    def graded_solution(self) -> SubmissionResult | None:
        """The solution as a submission of this run, from the journal where it was graded before."""
        if self._solution is None:
            return None
        file = f"{self.facts.name}{self._solution.suffix}"
        work = Submission(key=SOLUTION, students=(), file=file, path=str(self._solution))
        digest = self._digest(work)
        known = self._journal.get(SOLUTION, digest)
        if known is None:
            ((_, _, known),) = self._finished([(work, digest)], hear=True)
            self._journal.put(SOLUTION, digest, known)
        return known

    def _finished(
        self, todo: list[tuple[Submission, str]], *, hear: bool
    ) -> Iterable[tuple[Submission, str, SubmissionResult]]:
        """Yield each submission with its result as it is finished, keeping a bounded number in flight.

        With ``hear`` a notebook that was run before is not run again as long as the same is asked of it.
        """
        waiting: dict[Future[bytes], tuple[Submission, str]] = {}
        tried: dict[str, Retries] = {}
        coming = iter(sorted(todo, key=_loops, reverse=True))
        left = len(todo)
        while left:
            window = 2 * int(getattr(self._workers(), "slots", self.jobs)) + 2
            while len(waiting) < window and (following := next(coming, None)) is not None:
                task = self._task(following[0], hear=hear)
                waiting[self._workers().submit(tasks.grade_one, self._setup, task)] = following
            finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in finished:
                submission, digest = waiting.pop(future)
                tries = tried.setdefault(submission.key, Retries(self._seconds))
                if tries.again(future):
                    task = self._task(submission, tries, hear=hear)
                    waiting[self._workers().submit(tasks.grade_one, self._setup, task)] = submission, digest
                    continue
                left -= 1
                result, said = _result(future, submission, tries)
                if said:
                    self._journal.put_transcripts(self._notebook_digest(submission), said)
                yield submission, digest, msgspec.structs.replace(result, submission=submission)

    def _task(self, submission: Submission, tries: Retries | None = None, *, hear: bool) -> bytes:
        contents = None
        if self._ships_files:
            contents = {path: Path(path).read_bytes() for path in (submission.path, *submission.files.values())}
        heard = self._journal.transcripts(self._notebook_digest(submission)) if hear else ()
        task = Task(
            submission=submission,
            contents=contents,
            skip=tries.skip if tries else {},
            seconds=tries.left if tries else None,
            transcripts=heard,
        )
        return msgspec.msgpack.encode(task)

    def _digest(self, submission: Submission) -> str:
        """Of everything that decides the result."""
        notebook = self._notebook_digest(submission).encode()
        options = self._options.encode()
        return digests.digest_of({"notebook": notebook, "assignment": self.digest.encode(), "options": options})

    def _notebook_digest(self, submission: Submission) -> str:
        """Of everything that decides what the notebook answers when the same is asked."""
        files = {name: digests.file_digest(Path(path)) for name, path in submission.files.items()}
        parts = {
            "notebook": digests.file_digest(Path(submission.path)),
            # Otter checks a renamed notebook in another order, so the name is part of what is graded.
            "name": submission.file.encode(),
            "files": digests.digest_of(files).encode(),
            "run": self._conversation.encode(),
        }
        return digests.digest_of(parts)

    @property
    def _seconds(self) -> float:
        """How long one submission may hold a worker, all tries together."""
        return RUNS * self.limits.wall_seconds + JUDGE_SECONDS

    def _workers(self) -> Executor:
        if self._executor is None:
            if isinstance(self._asked_for, Executor):
                self._executor = self._asked_for
            elif self._asked_for == LOCAL:
                self._executor = Workers(self.jobs, deadline=self._seconds)
            else:
                from autograder.batch.executors import Cluster

                self._executor = Cluster(self._asked_for, deadline=self._seconds)
        return self._executor

    def release(self) -> None:
        """Let own workers end while the caller writes what they found; nothing can be graded any more."""
        if isinstance(self._executor, Workers) and self._executor is not self._asked_for:
            self._executor.shutdown(wait=False)

    @property
    def journal(self) -> Journal:
        """Open as long as the batch is: what people decided is in it."""
        return self._journal

    def remember(self, name: str, value: str) -> str:
        """Keep ``value`` under ``name`` unless this run continues another, which has one; return what is kept.

        So a run that was interrupted and went on has one start, not two.
        """
        if self.kept and (held := self._journal.fact(name)) is not None:
            return held
        self._journal.set_fact(name, value)
        return value

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._executor is not None and self._executor is not self._asked_for:
            stop: Any = getattr(self._executor, "kill", None)
            if error is not None and stop is not None:
                stop()
            else:
                self._executor.shutdown()
        self._journal.close()


def grade_all(
    submissions: Iterable[Submission],
    assignment_path: Path,
    *,
    out: Path,
    progress: Progress | None = None,
    force: bool = False,
    only: Sequence[str] = (),
    **options: Any,
) -> list[SubmissionResult]:
    """Grade a class in one call: :meth:`Batch.grade` says what the named arguments mean, :class:`Batch` the others."""
    with Batch(assignment_path, out, **options) as batch:
        return batch.grade(submissions, progress=progress, force=force, only=only)


def _open_journal(out: Path) -> Journal:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{out}: cannot be made ({error.strerror}); use another folder with -o") from error
    return Journal(out / "journal.db")


def _only_inside(result: SubmissionResult) -> bool:
    return any(case.reason == ONLY_INSIDE for question in result.questions for case in question.cases)


def _loops(work: tuple[Submission, str]) -> int:
    """How often a notebook says ``while``: what may run into its time limit starts first, beside the others.

    It decides the order of work, and no result.
    """
    try:
        return Path(work[0].path).read_bytes().count(b"while ")
    except OSError:
        return 0


def _of_the_same(result: SubmissionResult | None, submission: Submission) -> SubmissionResult | None:
    """The result, unless what is known of its people says that the key was somebody else's then."""
    if result is None or not same_people(result.submission.students, submission.students):
        return None
    return result


def _chosen(submissions: Sequence[Submission], only: Sequence[str]) -> set[str]:
    chosen = set()
    for name in only:
        keys = {s.key for s in submissions if s.key == name or any(name.casefold() in names_of(t) for t in s.students)}
        if not keys:
            raise UsageError(f"--only {name}: nobody of this id or name handed anything in")
        chosen |= keys
    return chosen


def _result(
    future: Future[bytes], submission: Submission, tries: Retries
) -> tuple[SubmissionResult, tuple[bytes, ...]]:
    """What a future holds, or the named way in which its worker failed; and the packed transcripts of real runs."""
    try:
        reply = msgspec.json.decode(future.result(), type=Reply)
    except Stopped as stopped:
        return tries.result(stopped, submission), ()
    except WorkerFault as fault:
        last = str(fault).strip().splitlines()[-1]
        message = f"this is a bug in autograder ({last}); please report it"
        return _unfinished(submission, "internal", message, Status.NEEDS_REVIEW), ()
    except WorkerCrashed as crashed:
        return _unfinished(submission, "crashed", f"the grading process died twice ({crashed.how})"), ()
    except BrokenExecutor as broken:
        return _unfinished(submission, "crashed", f"the grading process died ({broken})"), ()
    if reply.result is None:
        raise SandboxError(reply.error or "a worker cannot grade")
    return reply.result, reply.transcripts


def _unfinished(submission: Submission, reason: str, message: str, status: Status = Status.FAILED) -> SubmissionResult:
    return SubmissionResult(submission=submission, status=status, reason=reason, message=message)
