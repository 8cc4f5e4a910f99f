"""What every question does: judge an answer, fail a test with a sentence, leave a record."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, ClassVar

import msgspec
import numpy as np

from autograder.compare.conventions import source_of
from autograder.compare.reading import Unreadable, describe
from autograder.errors import AuthorError, StudentGone
from autograder.model import Check, Compared, Evidence, Outcome, Reason, Verdict, for_questions
from autograder.questions.answers import (
    Called,
    counted_arguments,
    is_function,
    left_blank,
    returned,
    shown_answer,
    shown_argument,
)
from autograder.questions.carried import Carried
from autograder.questions.record import is_deciding, is_recording, known_cells, note
from autograder.untrusted import guarded

__all__ = ["CheckFailed", "CheckUndecided", "Question"]

RIGHT_SHOWN = 2
"""Points that the results keep of a right answer: most answers are right, and their columns are the same."""

Call = Sequence[Any] | Callable[..., Sequence[Any]]
"""The arguments of one call, or a function that makes them of a point."""

_log = logging.getLogger("autograder")


class CheckFailed(AssertionError):
    """An answer is not right; its text is the sentence for the student.

    Attributes:
        verdict: what was found.
        credit: the share of the points that the author gives for this mistake, or None.
    """

    marked: ClassVar[bool] = False
    """Whether the text ends with the credit, as ``[credit=0.5]``: how it reaches the Otter plugin, which gets
    texts only and takes the mark off again."""

    def __init__(self, message: str, verdict: Verdict) -> None:
        super().__init__(message)
        self.verdict = verdict
        self.credit = verdict.credit

    def __str__(self) -> str:
        text = super().__str__()
        return f"{text} [credit={self.credit:g}]" if self.marked and self.credit is not None else text


class CheckUndecided(CheckFailed):
    """Neither right nor wrong could be established; a person looks, and the case has no score until then."""


class Question:
    """Base of all kinds.

    A subclass says what is asked (:attr:`prompt`) and decides (``_decide``); everything around it is here.

    Args:
        rtol, atol: tolerance for numbers and functions; None for the defaults by precision
            (:mod:`autograder.compare.numeric`). Formulas without decimals are compared exactly.
        seed: of the random points.
        name: the student's name for the answer, for the sentence ("dfdx and what the question asks for differ").
        credit: mistake id → share of the points, ``{"trig_sign": 0.5}``.
        forbid: names that the answer's source must not use, ``("diff", "grad")``.

    Raises:
        AuthorError: an argument is out of its range.
    """

    kind: ClassVar[str] = "Question"
    driven: ClassVar[bool] = False
    """Whether what is compared is computed by our driver in the student's own process: ``trust: student``."""
    asks_for_slope: ClassVar[bool] = True
    """Whether a nudge of the input shows if an answer is right; where it does not, another thing to try is named."""

    def __init__(
        self,
        *,
        rtol: float | None = None,
        atol: float | None = None,
        seed: int = 0,
        name: str | None = None,
        credit: Mapping[str, float] | None = None,
        forbid: Sequence[str] = (),
    ) -> None:
        for label, value in (("rtol", rtol), ("atol", atol)):
            if value is not None and not 0 <= float(value) < float("inf"):
                raise AuthorError(f"{label}={value!r} must be a number that is not negative")
        if not isinstance(seed, int):
            raise AuthorError(f"seed={seed!r} must be a whole number")
        for mistake, share in (credit or {}).items():
            if not 0 <= float(share) <= 1:
                raise AuthorError(f"credit[{mistake!r}] = {share!r} must lie between 0 and 1")
        self.rtol = rtol
        self.atol = atol
        self.seed = seed
        self.name = name
        self.credit = dict(credit or {})
        self.forbid = (forbid,) if isinstance(forbid, str) else tuple(forbid)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.kind = cls.__name__.removeprefix("Array")  # a Gradient, also of a function of arrays

    @property
    def prompt(self) -> str:
        """What is asked, in words; public."""
        raise NotImplementedError

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        """The verdict, and what the diagnosis of a wrong answer needs.

        Raises:
            Unreadable: the answer is not in answerable form.
            AuthorError: the question itself is wrong.
        """
        raise NotImplementedError

    def certify(self) -> None:
        """Hold the references against each other at this question's points; ``autograder build`` calls it.

        Raises:
            AuthorError: they disagree, or there is nothing to compare; the message names the point.
        """

    def wrong_answers(self) -> Iterator[tuple[str, Any]]:
        """(mistake, an answer that makes it), which an author looks at; a kind with ``task()`` has them of that."""
        return iter(())

    def judge(
        self, answer: Any, *, call: Call | None = None, entry: Any = None, carried: Carried | None = None
    ) -> Verdict:
        """Whether an answer is right.

        Args:
            answer: whatever stands under the student's name, None where nothing does.
            call: arguments with which the student's function is to be called; what it returns is judged then. Where
                the question has variables, a function of them that makes the arguments, as
                ``lambda x: (cube, x, 0.25)``. Leave it out where the student's function takes the variables themselves.
            entry: of what the call returns, the key of a dictionary or the place in a list or tuple that is meant.
            carried: an earlier answer of the student's that this one goes on with: what is wrong here and right for
                that one is a consequence.

        Returns:
            The verdict. Whatever the student did becomes CORRECT, INCORRECT or INVALID; what could not be decided is
            UNDECIDED; what is our or the author's fault is FAULT. Nothing is raised.
        """
        return self._examined(for_questions(answer), call, entry, carried)[0]

    def _examined(
        self, answer: Any, call: Call | None = None, entry: Any = None, carried: Carried | None = None
    ) -> tuple[Verdict, Evidence | None]:
        """The verdict, and the answer's values where they were computed."""
        evidence: Evidence | None = None
        judged = answer
        try:
            found = self._forbidden(answer)
            if found is None and call is not None:
                judged = self._of_call(answer, call, entry)
            verdict, evidence = (found, None) if found else self._decide(judged)
            if verdict.outcome in (Outcome.INCORRECT, Outcome.INVALID) and "rounded" not in verdict.details:
                verdict = _diagnosed(verdict, evidence)
            if verdict.outcome is Outcome.INCORRECT and (hint := self._foreseen(judged)):
                verdict = msgspec.structs.replace(verdict, details={**verdict.details, "hint": hint})
            if carried is not None and verdict.outcome is Outcome.INCORRECT:
                verdict = carried.seen(self, judged, verdict)
        except Unreadable as unreadable:
            verdict = _diagnosed(unreadable.verdict, None)
        except AuthorError as error:
            _log.warning("%s: %s", self, error)
            verdict = Verdict(outcome=Outcome.FAULT, reason=Reason.INTERNAL, details={"error": str(error)[:1000]})
        except StudentGone as gone:
            verdict = Verdict(outcome=Outcome.UNDECIDED, reason=Reason.INTERNAL, details={"error": str(gone)[:1000]})
        except (RecursionError, MemoryError):
            verdict = Verdict(outcome=Outcome.INVALID, reason=Reason.TOO_LARGE)
        except Exception as error:  # ours, and logged; never a wrong "wrong"
            _log.exception("judging %s", self)
            details = {"error": f"{type(error).__name__}: {error}"[:1000]}
            verdict = Verdict(outcome=Outcome.FAULT, reason=Reason.INTERNAL, details=details)
        if verdict.outcome is Outcome.INVALID and left_blank(answer):
            verdict, evidence = Verdict(outcome=Outcome.INVALID, reason=Reason.MISSING), None
        if call is None and is_function(answer):
            call = self._handed()
        if call is not None and verdict.reason is not Reason.MISSING:
            verdict = self._of_a_call(verdict, answer, judged, call, entry)
        if verdict.reason is Reason.MISSING and self.name:
            from autograder.questions.answers import notebook_cells, why_missing

            why = why_missing(self.name, answer, known_cells() or notebook_cells())
            verdict = msgspec.structs.replace(verdict, details={**verdict.details, **why})
        return self._finished(verdict), evidence

    def _of_call(self, answer: Any, call: Call, entry: Any) -> Any:
        if not callable(call):
            return for_questions(returned(answer, call, entry))
        if not (names := getattr(self, "variables", ())) or getattr(self, "at", None) is not None:
            raise AuthorError("call= is a function of the variables, and this question asks about none")
        return Called(answer, call, entry, names)

    def _handed(self) -> Sequence[Any] | None:
        """What a kind that calls the student's function once, by itself, hands to it; None of every other kind."""
        return None

    def _of_a_call(self, verdict: Verdict, answer: Any, judged: Any, call: Call, entry: Any) -> Verdict:
        """The verdict with what a sentence needs to say which call gave the answer, and which part of it is meant.

        Args:
            verdict: on what the call gave.
            answer: the student's function.
            judged: what stands for it: a :class:`Called`, what was returned, or still the function where that stopped.
            call: as for :meth:`judge`.
            entry: as for :meth:`judge`.
        """
        if verdict.reason in (Reason.VALUE_NOT_FUNCTION, Reason.FORBIDDEN):
            return msgspec.structs.replace(verdict, mistakes=())  # nothing was called, and no variable is asked for
        if verdict.outcome is Outcome.CORRECT:
            return verdict
        name = self.name or "f"
        arguments: Sequence[Any] = () if callable(call) else call
        if isinstance(judged, Called):
            point = [(verdict.witness or {}).get(each) for each in getattr(self, "variables", ())]
            arguments = judged.first if None in point or not callable(call) else call(*point)
        shown = {"called": f"{name}({', '.join(map(shown_argument, arguments))})"}
        if verdict.reason is not Reason.RAISED and self.name:
            # what was returned may have no such entry
            met = judged.entered if isinstance(judged, Called) else judged is not answer
            part = repr(entry) if met and entry is not None else verdict.details.get("part")
            shown["name"] = shown["returned"] = f"{name}(…)" + (f"[{part}]" if part else "")
        if verdict.witness and "entry" in verdict.witness:
            shown["where"] = str(verdict.witness["entry"])
        if verdict.details.get("type") == "TypeError" and (counted := counted_arguments(answer, arguments)):
            shown |= {"function": name, **counted}
        return msgspec.structs.replace(verdict, details=verdict.details | shown)

    def _foreseen(self, answer: Any) -> str | None:
        """The author's own hint for a wrong answer; None where they foresaw none."""
        return None

    def _finished(self, verdict: Verdict) -> Verdict:
        changes: dict[str, Any] = {}
        if self.name and "name" not in verdict.details:
            changes["details"] = {**verdict.details, "name": self.name}
        if verdict.reason is Reason.DIFFERENT and not self.asks_for_slope:
            changes["details"] = {**changes.get("details", verdict.details), "asked": "value"}
        shares = [self.credit[mistake] for mistake in verdict.mistakes if mistake in self.credit]
        if shares and len(shares) == len(verdict.mistakes) and verdict.credit is None:
            # Of several that cannot be told apart, the one that costs the student least.
            changes["credit"] = max(shares)
        return msgspec.structs.replace(verdict, **changes) if changes else verdict

    def check(
        self, answer: Any, *, call: Call | None = None, entry: Any = None, carried: Carried | None = None
    ) -> None:
        """Pass silently on a right answer; what an Otter test case calls.

        Args:
            answer: whatever stands under the student's name.
            call: as for :meth:`judge`; the sentence says with which arguments the function was called. It never shows
                the test's own lines.
            entry: as for :meth:`judge`; the sentence names it where it is wrong.
            carried: as for :meth:`judge`; the sentence says from which answer the mistake comes.

        >>> from autograder import Equal
        >>> def backward(w, x):
        ...     return {"w": [2 * w * value for value in x], "x": [w, w]}
        >>> question = Equal([0.5, 0.25], name="backward")
        >>> details = question.judge(backward, call=(0.5, [2.0, 3.0]), entry="x").details
        >>> details["name"], details["where"], details["called"]
        ("backward(…)['x']", '[1]', 'backward(0.5, [2.0, 3.0])')

        Raises:
            CheckFailed: the answer is wrong or not in answerable form; the text is for the student.
            CheckUndecided: a person must look.
        """
        answer = for_questions(answer)
        verdict, evidence = self._examined(answer, call, entry, carried)
        if is_recording():
            note(
                guarded(
                    lambda: self._record(answer, verdict, evidence), otherwise=lambda why: self._bare(answer, verdict)
                )
            )
        if verdict.outcome is Outcome.CORRECT:
            if _counter is not None:
                _counter.level(self._key(), verdict)  # the next wrong answer is a first one again
            return
        from autograder import feedback

        # A judge serves many students in one process: only a student's own kernel counts attempts.
        level = 1 if is_recording() else _attempts().level(self._key(), verdict)
        message = feedback.student(verdict, level=level)
        undecided = verdict.outcome in (Outcome.UNDECIDED, Outcome.FAULT)
        failure = (CheckUndecided if undecided else CheckFailed)(message, verdict)
        raise failure from None

    def _key(self) -> str:
        # Two cases of one run often ask the same with other points or tolerances; they are one attempt each.
        judged = (getattr(self, "domain", None), self.seed, self.rtol, self.atol)
        return f"{self.kind} {self.name} {self.prompt} {judged}"

    def _bare(self, answer: Any, verdict: Verdict) -> Check:
        """The record of an answer that cannot be shown; the verdict stands."""
        return Check(
            kind=self.kind,
            prompt=self.prompt,
            answer=describe(answer),
            answer_kind="other",
            verdict=verdict,
            driven=self.driven,
        )

    def _record(self, answer: Any, verdict: Verdict, evidence: Evidence | None) -> Check:
        text, kind, latex = shown_answer(answer, source_of(answer) if callable(answer) else None)
        wrong = verdict.outcome is Outcome.INCORRECT
        return Check(
            kind=self.kind,
            prompt=self.prompt,
            answer=text,
            answer_kind=kind,
            verdict=verdict,
            answer_latex=latex,
            points=self._strokes(answer, evidence),
            compared=_few(evidence.compared, verdict) if evidence else (),
            driven=self.driven,
            values=_digest(evidence) if evidence and kind == "function" and wrong else "",
        )

    def _strokes(self, answer: Any, evidence: Evidence | None) -> tuple[tuple[float, float, float | None], ...]:
        """(x, f(x), the student's slope) along the domain, where that can be drawn."""
        return ()

    def _forbidden(self, answer: Any) -> Verdict | None:
        if not self.forbid:
            return None
        from autograder.questions.answers import cells_that_make, forbidden_name, notebook_cells

        sources = [source_of(answer)] if callable(answer) else []
        if self.name:
            sources += cells_that_make(self.name, known_cells() or notebook_cells())
        found = next((name for source in sources if (name := forbidden_name(source, self.forbid))), None)
        if found is None:
            return None
        return Verdict(outcome=Outcome.INVALID, reason=Reason.FORBIDDEN, details={"got": found})

    def __repr__(self) -> str:
        return f"<{self.kind}: {self.prompt}>"


_counter: Any = None


def _attempts() -> Any:
    """How often this process was wrong on which question: the second hint says more."""
    global _counter
    if _counter is None:
        from autograder.feedback import Attempts

        _counter = Attempts()
    return _counter


def _few(rows: tuple[Compared, ...], verdict: Verdict) -> tuple[Compared, ...]:
    return rows[:RIGHT_SHOWN] if verdict.outcome is Outcome.CORRECT else rows


def _digest(evidence: Evidence) -> str:
    """Of all values of an answer, rounded to six digits: ``x*x`` and ``x**2`` differ in the last."""
    values = np.asarray(evidence.actual)
    if values.dtype.kind not in "iuf" or not values.size or not np.isfinite(values).all():
        return ""
    rounded = [float(f"{value:.6g}") + 0.0 for value in values.ravel().tolist()]
    return sha256(msgspec.msgpack.encode((evidence.points, values.shape, rounded))).hexdigest()


def _diagnosed(verdict: Verdict, evidence: Evidence | None) -> Verdict:
    from autograder import mistakes

    if is_deciding():
        return verdict
    if named := mistakes.from_verdict(verdict):
        return msgspec.structs.replace(verdict, mistakes=named)
    if evidence is None:
        return verdict
    found = mistakes.diagnose(evidence)
    return msgspec.structs.replace(verdict, mistakes=found.mistakes, generated=found.generated)
