"""Verdict → sentences for the student, the TA and the author. The only place that words things.

A student reads what was seen, what kind of thing was expected and what to try; never a class name, a traceback or a
part of the answer. :func:`leaks` checks that.

``sentences.py`` has a row for each reason, ``figures.py`` those of figures, ``notebook.py`` what a notebook says
beside them; ``attempts.py`` counts, ``translations.py`` gathers what is to be translated.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from autograder.feedback import sentences
from autograder.feedback.attempts import Attempts
from autograder.feedback.figures import FIGURES
from autograder.locale import translate
from autograder.mistakes import MISTAKES, explain, hint
from autograder.model import CellError, Outcome, Raised, Reason, Verdict

if TYPE_CHECKING:
    from autograder.mistakes import Leak, leak_search, leaks

__all__ = [
    "Attempts", "Leak", "author", "error_text", "explain_error", "leak_search", "leaks", "other_numbers", "stopped",
    "student", "ta", "title",
]  # fmt: skip


_NO_ID = "NoStudent"
"""What :mod:`autograder.versions` raises where a notebook does not say whose it is."""


def _fill(templates: tuple[str, ...], details: Mapping[str, str], language: str | None) -> str:
    details = {key: translate(text, language) if text in sentences.WORDS else text for key, text in details.items()}
    for template in templates:
        try:
            return translate(template, language).format_map(details)
        except KeyError:
            continue
    return ""


def _reworded(details: Mapping[str, str], language: str | None) -> dict[str, str]:
    """Why text cannot be read, in the student's language; the part of the text that it speaks of stays as it is."""
    found = dict(details)
    if "sentence" in found:
        sentence = translate(found["sentence"], language)
        found["error"] = sentence.replace("{other}", found.get("other", "")).replace("{what}", found.get("what", ""))
    return found


def _attempt(reason: Reason, details: Mapping[str, str]) -> str:
    """What to try where no mistake is named."""
    if reason not in sentences.TRY or (reason is Reason.STEP and "step" not in details):
        return ""  # no line is wrong, and the sentence says what is missing
    if "called" in details:
        return sentences.TRY_CALLED
    return sentences.TRY_OTHERWISE if details.get("asked") == "value" else sentences.TRY[reason]


_NEAR = 30.0
"""Up to how many times the error that is allowed to single precision a wrong answer may owe its error to it."""


def _is_near(verdict: Verdict) -> bool:
    """Whether the error is of the size that single precision makes: (2, 1) for (1, 2) lacks no digits."""
    return verdict.outcome is Outcome.INCORRECT and verdict.error is not None and verdict.error <= _NEAR


_OF_THE_TEST = {Reason.WRONG_SHAPE: ("expected", "got", "comma"), Reason.RAISED: ("error",)}
"""Details that repeat what the test asked with: how many steps, which function it passed in."""
_PROGRAMS = ("tried", "value_of", "slope_of", "again", "zeroed")
"""Details with a program that a class was tried with."""


def student(
    verdict: Verdict, *, level: int = 1, language: str | None = None, hidden: bool = False, graded: bool = False
) -> str:
    """What a student reads: one sentence on what was seen, then one hint.

    Args:
        verdict: from any room that judges.
        level: 1 for a question about the concept, 2 for something to try (the second wrong attempt).
        language: ``"de"``, ``"en"``; None follows ``AUTOGRADER_LANGUAGE``, then ``LANG``.
        hidden: the test runs at grading only, so nothing is said that shows what it asked with.
        graded: it stands on a page of graded work, where no "not yet" is left.

    Returns:
        One to three lines of plain text without a class name, a value of the reference or a traceback.

    >>> student(Verdict(outcome=Outcome.CORRECT, reason=Reason.EQUAL), language="en")
    'Correct.'
    """
    details = _reworded(verdict.details, language)
    if verdict.reason is Reason.WRONG_VARIABLES and verdict.details.get("expected") in ("a number", "numbers"):
        details["letters"] = details.get("got", "")
    if hidden:
        kept_back = ("called", *_PROGRAMS, *_OF_THE_TEST.get(verdict.reason, ()))
        details = {key: text for key, text in details.items() if key not in kept_back}
    rows = sentences.GRADED.get(verdict.reason) if graded else None
    lines = [_fill(rows or sentences.STUDENT[verdict.reason], details, language)]
    counted = "takes" in verdict.details
    if verdict.reason is Reason.RAISED and verdict.mistakes and not counted:
        # the library's own words would say the same less clearly
        lines = [_fill((sentences.STOPPED, sentences.STOPPED_SOMEWHERE), details, language)]
    if "called" in verdict.details and verdict.outcome is not Outcome.CORRECT:
        lines += [_fill((sentences.WHERE,), details, language), _fill((sentences.CALLED,), details, language)]
    if "in_line" in details:
        lines.insert(0, _fill((sentences.IN_LINE,), details, language))
    for key, sentence in (
        ("follow", sentences.STEP_FOLLOWS),
        ("back", sentences.STEP_BACK),
        ("carried", sentences.CARRIED),
    ):
        if key in details:
            lines.append(_fill((sentence,), details, language))
    if verdict.reason in (Reason.RAISED, Reason.TIMED_OUT) and "tried" in details:
        lines.append(_fill((sentences.TRIED,), details, language))
    if verdict.reason is Reason.FIGURE and verdict.details.get("problem") in FIGURES:
        lines = [translate(line, language) for line in FIGURES[verdict.details["problem"]]]
    elif verdict.outcome in (Outcome.INCORRECT, Outcome.INVALID):
        foreseen = verdict.details.get("hint", "") if verdict.reason is not Reason.WRONG_CHOICE else ""
        if "rounded" in verdict.details:
            foreseen = _fill((sentences.ROUNDED,), details, language)
        # the sentence has said already what a hint would ask
        if "numbers_of" in verdict.details:
            foreseen = other_numbers(language)
        lines.append(foreseen or translate(hint(() if counted else verdict.mistakes, level), language))
        if not lines[-1]:
            lines.append(translate(_attempt(verdict.reason, details), language))
    if verdict.details.get("dtype") == "float32" and _is_near(verdict):
        lines.append(translate(sentences.FLOAT32, language))
    return "\n".join(line for line in lines if line)


def ta(verdict: Verdict, *, language: str | None = "en") -> str:
    """What a TA reads: the reason, where, both values, the mistakes with the wrong answer they give, the author's hint.

    Args:
        verdict: from any room that judges.
        language: of the desk's pages; a terminal is English.

    >>> ta(Verdict(outcome=Outcome.INCORRECT, reason=Reason.DIFFERENT, mistakes=("neg",), witness={"x": 1.5},
    ...            actual="3", desired="-3", generated="-2*x"))
    'wrong: at x = 1.5 the answer gives 3, the reference -3 [neg: -2*x]'
    """

    def say(template: str, **values: object) -> str:
        return translate(template, language).format_map(values)

    text = say(sentences.TA[verdict.reason])
    facts = []
    both = say(sentences.TA_BOTH, actual=verdict.actual, desired=verdict.desired)
    if verdict.witness:
        names = {"entry": say(sentences.TA_ENTRY)}
        where = ", ".join(f"{names.get(name, name)} = {value}" for name, value in verdict.witness.items())
        at = say(sentences.TA_AT, where=where)
        facts.append(at if verdict.actual is None and verdict.desired is None else f"{at} {both}")
    elif verdict.actual is not None and verdict.desired is not None:
        facts.append(both)
    details = _reworded(verdict.details, language)
    for key, name in sentences.TA_DETAILS.items():
        if key in details and details[key] not in verdict.mistakes:
            value = details[key]
            facts.append(f"{say(name)}: {translate(value, language) if value in sentences.WORDS else value}")
    if facts:
        text = f"{text}: {'; '.join(facts)}"
    named = f" {say(sentences.TA_OR)} ".join(verdict.mistakes)
    if named or verdict.generated:
        gives = f"; {say(sentences.TA_SEVERAL)} " if len(verdict.mistakes) > 1 else ": "
        text = f"{text} [{gives.join(part for part in (named, verdict.generated) if part)}]"
    if "hint" in verdict.details:
        text = f"{text} ({say(sentences.TA_FORESEEN, hint=verdict.details['hint'])})"
    if "numbers_of" in verdict.details:
        text = f"{text} ({say(sentences.TA_OTHER_NUMBERS, versions=verdict.details['numbers_of'])})"
    if verdict.credit is not None:
        text = f"{text} ({say(sentences.TA_CREDIT, credit=f'{verdict.credit:g}')})"
    return text


def other_numbers(language: str | None = None) -> str:
    """What a student reads of an answer that is right for other numbers than theirs."""
    return translate(sentences.OTHER_NUMBERS, language)


def title(mistake: str, language: str | None = None) -> str:
    """What was done, in a few words for the TA; an id that nobody has worded is returned as it is.

    >>> title("chain_drop", "en")
    'inner derivative left out'
    >>> title("plot_empty", "en")
    'The figure is empty'
    """
    if mistake == "other-numbers":
        return translate(sentences.OTHER_TITLE, language)
    if mistake in FIGURES:
        return translate(FIGURES[mistake][0], language).removesuffix(".")
    return translate(MISTAKES[mistake].title, language) if mistake in MISTAKES else mistake


def author(verdict: Verdict, *, file: str = "", question: str = "") -> str:
    """What an author reads when their own question or solution gives this verdict: file, question, what, fix.

    >>> author(Verdict(outcome=Outcome.UNDECIDED, reason=Reason.NO_POINTS), file="hw01.ipynb", question="q3")
    'hw01.ipynb: q3: no point of the domain gives a real, finite reference; widen the domain of the question'
    """
    text = sentences.AUTHOR.get(verdict.reason) or ta(verdict)
    return ": ".join(part for part in (file, question, text) if part)


def _where(line: str | int | None, source: str | None, language: str | None) -> str:
    if line is None:
        return ""
    if source:
        return translate(sentences.LINE, language).format(line=line, source=source.strip())
    return translate(sentences.LINE_ONLY, language).format(line=line)


def explain_error(raised: Raised, *, level: int = 1, language: str | None = None) -> tuple[str | None, str]:
    """An exception of JAX, NumPy, SymPy or Python in the student's own terms.

    Returns:
        The mistake's id (None when nobody has written an entry for this error) and what to tell the student: the
        hint and the student's own line.

    >>> explain_error(Raised(type="TypeError", message="Expected a callable value, got 9.0", line=3), language="en")
    ('grad_value', 'Does grad get a function here, or one of its values? Look at line 3.')
    """
    if raised.type == _NO_ID:  # nothing of theirs stopped: the test has found no id to take the numbers of
        return None, translate(sentences.NO_ID, language)
    entry = explain(raised)
    if entry is None:
        first = raised.message.strip().splitlines()[0] if raised.message.strip() else ""
        text = translate(sentences.UNNAMED_ERROR, language).format(type=raised.type, message=first[:200])
    else:
        text = translate(entry.question if level < 2 else entry.attempt, language)
    where = _where(raised.line, raised.source, language)
    return (entry.id if entry else None), f"{text} {where}".strip()


def error_text(raised: Raised, language: str | None = None) -> str:
    """The exception that stopped a cell, as Python writes it; of a notebook without an id what is to be done.

    >>> error_text(Raised(type="NameError", message="name 'f' is not defined"))
    "NameError: name 'f' is not defined"
    """
    return translate(sentences.NO_ID, language) if raised.type == _NO_ID else f"{raised.type}: {raised.message}"


def stopped(error: CellError) -> str:
    """Which cell stopped, with what and where: for the TA.

    >>> from autograder.model import CUT_OFF
    >>> stopped(CellError(cell=3, raised=Raised(type="TimeoutError", message=f"{CUT_OFF}5 s", line=2, source="  f(x)")))
    'cell 4 was cut off after 5 s, in its line 2: f(x)'
    >>> stopped(CellError(cell=0, raised=Raised(type="NameError", message="name 'f' is not defined")))
    "cell 1 stopped with NameError: name 'f' is not defined"
    """
    said = error_text(error.raised, "en").strip().partition("\n")[0]
    how = f"was cut off after {error.cut_off_after}" if error.cut_off_after else f"stopped with {said[:200]}"
    where = "" if error.raised.line is None else f", in its line {error.raised.line}"
    source = (error.raised.source or "").strip() if where else ""
    return f"cell {error.cell + 1} {how}{where}{f': {source[:200]}' if source else ''}"


def __getattr__(name: str) -> Any:
    """The leak check brings SymPy, and who words a verdict does not need it."""
    if name not in ("Leak", "leak_search", "leaks"):
        raise AttributeError(f"module 'autograder.feedback' has no attribute {name!r}")
    from autograder import mistakes

    return getattr(mistakes, name)
