"""A student's own class for automatic differentiation: its operators, its slopes, and what holds them together."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import replace
from functools import partial
from io import StringIO
from typing import Any

import numpy as np

from autograder.compare.calling import raised_verdict
from autograder.compare.reading import Unreadable, describe
from autograder.driver import FUNCTIONS, drive
from autograder.errors import AuthorError
from autograder.model import Evidence, Opaque, Outcome, Raised, Reason, Returned, Verdict, driver_of, for_questions
from autograder.questions.answers import is_function
from autograder.questions.autodiff.programs import Trial, by_jax, expected, known, trials
from autograder.questions.autodiff.slips import SLIPS, piled, walked
from autograder.questions.base import Question

__all__ = ["Autodiff"]

_STYLES = ("reverse", "forward")
_AGAIN = ("inner_slopes_kept", "slopes_added", "slopes_not_added")
"""What may go wrong between two backward passes."""
_ALIKE = 1e-9
Slopes = np.ndarray[Any, Any]


class Autodiff(Question):
    r"""A class whose objects differentiate what is computed with them, as micrograd's ``Value`` or a dual number.

    Small programs are run on its objects, the simplest first: every operator alone, with plain numbers before and
    behind it; objects used twice; graphs in which the order of the backward pass matters; long chains. Value and
    slopes are held against SymPy's, which JAX's confirm when the assignment is built. The first program that fails
    is told.

    When a work is graded this runs in the student's own process and only numbers come out of it, so the points rest
    on what that process says (``trust: student``). Where they must not, ask for a function that uses the class and
    returns numbers, with :class:`autograder.Derivative`.

    Args:
        style: ``"reverse"``: a call of ``backward`` leaves the slopes in the leaves; ``"forward"``: each object is
            made with its slope and carries it along.
        operators: what the class must have, of ``+ - * / ** neg exp log tanh relu sin cos sqrt sigmoid``. The last
            eight are methods, ``x.exp()``, or functions that are handed in beside the class.
        value: name of the attribute (or method without arguments) with the value.
        slope: likewise of the slope.
        backward: name of the method that propagates slopes back.
        zero: name of the method that sets slopes to zero, which is then asked about on every object; None: it is not.
        repeated: what a second backward pass does: ``"adds"`` to the slopes of the leaves, as in PyTorch, leaves them
            the ``"same"``, or None, which asks nothing.
        **options: ``rtol``, ``atol``, ``seed``, ``name``, ``credit``.

    Shape of the answer: a class; or a list of the class and functions, which count by their names.

    Raises:
        AuthorError: an argument is not one of these.

    Source: the tests are those of A. Karpathy's micrograd and of PyTorch's documentation of ``backward``, in more
    graphs; forward and reverse mode as in A. Griewank and A. Walther, *Evaluating Derivatives*, 2nd edition.

    >>> class Dual:
    ...     def __init__(self, real, eps):
    ...         self.real, self.eps = real, eps
    ...     def __add__(self, other):
    ...         return Dual(self.real + other.real, self.eps + getattr(other, "eps", 0))
    >>> question = Autodiff("forward", operators=("+",), value="real", slope="eps")
    >>> verdict = question.judge(Dual)
    >>> verdict.outcome.value, verdict.details["tried"], verdict.details["missing"]
    ('INVALID', '2 + x', '__radd__')
    >>> Dual.__radd__ = Dual.__add__
    >>> question.judge(Dual).outcome.value
    'CORRECT'
    """

    asks_for_slope = False
    driven = True

    def __init__(
        self,
        style: str,
        operators: Sequence[str] = ("+", "-", "*", "/", "**"),
        *,
        value: str = "data",
        slope: str = "grad",
        backward: str = "backward",
        zero: str | None = None,
        repeated: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        if style not in _STYLES:
            raise AuthorError(f'style={style!r} must be "reverse" or "forward"')
        if repeated not in (None, "adds", "same"):
            raise AuthorError(f'repeated={repeated!r} must be "adds", "same" or None')
        if style == "forward" and (zero or repeated):
            raise AuthorError("zero= and repeated= are about a backward pass; forward there is none")
        self.style = style
        self.operators = known(operators)
        if not self.operators:
            raise AuthorError("operators= names none: what should the class be able to do?")
        self.repeated = repeated
        self.names = {
            "value": value,
            "slope": slope,
            "backward": backward if style == "reverse" else "",
            "zero": zero or "",
        }
        if wrong := next((name for name in self.names.values() if name and not name.isidentifier()), None):
            raise AuthorError(f"{wrong!r} is no name of an attribute or a method")
        self.trials = trials(style, self.operators, seed=self.seed, repeated=repeated, zero=zero is not None)

    def certify(self) -> None:
        """Hold SymPy's values and slopes of every program against JAX's.

        Raises:
            AuthorError: they differ; the message shows the program.
        """
        for trial in self.trials:
            ours, theirs = np.array(expected(trial)), by_jax(trial)
            if not np.allclose(ours, theirs, rtol=1e-9, atol=1e-12):
                raise AuthorError(f"the references of {trial.text} disagree: SymPy {ours}, JAX {theirs}")

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        run, functions = self._read(answer)
        programs = [program for trial in self.trials for program in trial.programs(self.style)]
        reply = run(functions, programs, self.names)
        if isinstance(reply, Raised):
            return raised_verdict(reply), None
        replies = iter(_replies(reply.value, len(programs)))
        found: list[tuple[Slopes, Mapping[str, Any] | None]] = []
        for trial in self.trials:
            parts = [next(replies) for _ in trial.programs(self.style)]
            fault = next((fault for _, fault in parts if fault is not None), None)
            told = [*parts[0][0][:1], *(number for said, _ in parts for number in said[1:])]
            found.append((np.array(told, dtype=float), fault))
        for trial, (numbers, fault) in zip(self.trials, found, strict=True):
            if fault is not None:
                return _stopped(trial, fault), None
            if not self._agrees(numbers, self._right(trial)):
                return self._wrong(trial, numbers, [each for each, _ in found]), None
        return Verdict(outcome=Outcome.CORRECT, reason=Reason.EQUAL, points_used=len(found)), None

    def _read(self, answer: Any) -> tuple[Callable[..., Returned | Raised], dict[str, Any]]:
        """What runs programs on the class, and the functions beside it.

        Raises:
            Unreadable: MISSING or WRONG_TYPE.
        """
        parts = list(answer) if issubclass(type(answer), (list, tuple)) else [answer]
        if not parts or any(part is None or part is Ellipsis for part in parts):
            raise Unreadable(Reason.MISSING)
        run, functions = None, {}
        for part in parts:
            seen = for_questions(part)
            driver = driver_of(seen) if type(seen) is Opaque else None
            if isinstance(seen, type):
                run = _here(seen)
            elif driver is not None:
                run = driver
            elif is_function(part) and (name := getattr(part, "__name__", "")) in FUNCTIONS:
                functions[name] = part
            else:
                raise Unreadable(Reason.WRONG_TYPE, expected="a class", got=describe(seen))
        if run is None:
            raise Unreadable(Reason.WRONG_TYPE, expected="a class", got=describe(answer))
        return run, functions

    def _right(self, trial: Trial) -> Slopes:
        """The value and the slope by each leaf, shape (1 + leaves,)."""
        right = np.array(expected(trial))
        if trial.group == "again" and self.repeated == "adds":
            right[1:] *= 2
        return right

    def _agrees(self, numbers: Slopes, right: Slopes) -> bool:
        """Whether all of them, shape (1 + leaves,) both, are within the tolerance."""
        rtol = 1e-6 if self.rtol is None else self.rtol
        atol = 1e-8 if self.atol is None else self.atol
        return numbers.shape == right.shape and bool(np.all(np.abs(numbers - right) <= atol + rtol * np.abs(right)))

    def _wrong(self, trial: Trial, numbers: Slopes, said: Sequence[Slopes]) -> Verdict:
        """The verdict on the first program that gives wrong numbers, shape (1 + leaves,); ``said`` has those of all."""
        right = self._right(trial)
        if numbers.shape != right.shape:
            raise Unreadable(Reason.WRONG_TYPE, expected="numbers", got="something else")
        off = np.abs(np.nan_to_num(numbers - right, nan=np.inf)) > (self.atol or 1e-8) + (self.rtol or 1e-6) * np.abs(
            right
        )
        place = int(np.argmax(off))
        key = {"again": "again", "zero": "zeroed"}.get(trial.group, "slope_of" if place else "value_of")
        named = () if not place and trial.group in ("again", "zero") else self._named(trial, said)
        return Verdict(
            outcome=Outcome.INCORRECT,
            reason=Reason.OPERATION,
            witness=dict(zip("xyz", trial.values, strict=False)),
            actual=f"{numbers[place]:.12g}",
            desired=f"{right[place]:.12g}",
            mistakes=named,
            details={key: trial.text, "tried": trial.text},
            points_used=len(self.trials),
        )

    def _named(self, trial: Trial, said: Sequence[Slopes]) -> tuple[str, ...]:
        """Ids of the slips that give the numbers, shape (1 + leaves,) each, of all programs about the same thing.

        Of several, those that give the numbers of every program.
        """
        every = list(zip(self.trials, said, strict=True))
        same = [(each, numbers) for each, numbers in every if each.group == trial.group]
        names = _AGAIN if trial.group in ("again", "zero") else tuple(SLIPS)
        if self.style == "forward":
            names = tuple(name for name in names if name != "seed_missing")  # forward the seed is the driver's
        fitting = [name for name in names if self._fits(name, trial.group, same)]
        everywhere = [name for name in fitting if self._fits(name, trial.group, every)]
        if not fitting and trial.group == "order":
            return ("graph_order",)  # every operator is right, and so is an object that is used twice
        return tuple(everywhere or fitting)

    def _fits(self, name: str, group: str, pairs: Sequence[tuple[Trial, Slopes]]) -> bool:
        """Whether one form of a slip gives all numbers, shape (1 + leaves,) each, and not the right ones alone."""
        forms: list[Callable[[Trial], Sequence[float]]] = []
        if name in SLIPS:
            slips = [*SLIPS[name], *(replace(slip, only=group) for slip in SLIPS[name] if not slip.chained)]
            forms += [partial(walked, style=self.style, slip=slip) for slip in slips]
        else:
            forms.append(partial(_passed_again, name=name))
        for form in forms:
            made = [np.array(form(trial)) for trial, _ in pairs]
            right = [self._right(trial) for trial, _ in pairs]
            if all(map(_same, made, (numbers for _, numbers in pairs))) and not all(map(_same, made, right)):
                return True
        return False

    @property
    def prompt(self) -> str:
        how = "backward" if self.style == "reverse" else "forward"
        return f"a class that differentiates {how}: {' '.join(self.operators)}"


def _here(made: Any) -> Callable[..., Returned | Raised]:
    """Runs programs on a class of this process: the student's own notebook."""

    def run(functions: Mapping[str, Any], programs: Sequence[Any], names: Mapping[str, str]) -> Returned | Raised:
        with redirect_stdout(StringIO()):
            return Returned(value=drive(made, functions, programs, names))

    return run


def _replies(value: Any, count: int) -> list[tuple[list[float], Mapping[str, Any] | None]]:
    """What the driver said, looked at: it ran in a process that may say anything.

    Raises:
        Unreadable: WRONG_TYPE.
    """
    fits = isinstance(value, (list, tuple)) and len(value) == count
    pairs = [part for part in value if isinstance(part, (list, tuple)) and len(part) == 2] if fits else []
    if len(pairs) != count or not all(
        isinstance(said, (list, tuple))
        and all(isinstance(number, (int, float)) for number in said)
        and (fault is None or isinstance(fault, dict))
        for said, fault in pairs
    ):
        raise Unreadable(Reason.WRONG_TYPE, expected="numbers", got="something else")
    return [([float(number) for number in said], fault) for said, fault in pairs]


def _stopped(trial: Trial, fault: Mapping[str, Any]) -> Verdict:
    """The verdict on a program that did not come to its end."""
    if missing := fault.get("missing"):
        name = str(missing)[:60]
        reflected = name.startswith("__r") and name.endswith("__")
        return Verdict(
            outcome=Outcome.INVALID,
            reason=Reason.NO_OPERATION,
            details={"tried": trial.text, "missing": name},
            mistakes=("reflected_missing",) if reflected else (),
        )
    line, source = fault.get("line"), fault.get("source")
    raised = Raised(
        type=str(fault.get("type", ""))[:100],
        message=str(fault.get("message", ""))[:500],
        line=line if isinstance(line, int) else None,
        source=source[:300] if isinstance(source, str) else None,
    )
    verdict = raised_verdict(raised)
    plain = any(isinstance(part, tuple) for step in trial.steps if step[0] != "leaf" for part in step[1:])
    number = raised.message.startswith(("'int' object has no", "'float' object has no"))
    return Verdict(
        outcome=verdict.outcome,
        reason=verdict.reason,
        details={**verdict.details, "tried": trial.text},
        mistakes=("number_not_wrapped",) if plain and number and raised.type == "AttributeError" else (),
    )


def _passed_again(trial: Trial, name: str) -> Sequence[float]:
    """What a second backward pass leaves behind: slopes that pile up inside, that are added or that are not."""
    value, *slopes = expected(trial)
    if name == "inner_slopes_kept":
        return piled(trial)
    return (value, *(slope * (2 if name == "slopes_added" else 1) for slope in slopes))


def _same(made: Slopes, said: Slopes) -> bool:
    """Whether numbers of one program, shape (1 + leaves,) each, are those that a slip makes."""
    if made.shape != said.shape:
        return False
    return bool(np.all(np.abs(made - said) <= _ALIKE * (1 + np.abs(made))))
