"""Every mistake that can be named, and what to say when several of them fit."""

from collections.abc import Sequence

import msgspec

from autograder.mistakes import chain, code, functions, powers, products, whole
from autograder.mistakes.entry import Mistake

AREAS: dict[str, tuple[str, str, str]] = {
    "chain": (
        "Chain rule",
        "Which layers does the function have, from the outside in, and what does each contribute?",
        "Give every layer a letter of its own, differentiate each on a line of its own, and only then multiply.",
    ),
    "products": (
        "Products and sums",
        "Which operation joins the parts of the function, and which rule goes with it?",
        "Try your rule on a power of the variable, written as a product of two lower powers.",
    ),
    "quotients": (
        "Quotients",
        "What does the quotient rule say, part by part?",
        "Try your rule on a power of the variable divided by a lower power of it.",
    ),
    "powers": (
        "Powers",
        "What does the power rule do with the exponent, step by step?",
        "Use your rule on the area of a square and compare with the growth of the square when its side grows.",
    ),
    "exponentials": (
        "Exponentials and logarithms",
        "Which line of the table of derivatives belongs to this function?",
        "Say which part moves, the base or the exponent, and choose the rule made for it.",
    ),
    "trigonometry": (
        "Trigonometric functions",
        "Where does the graph of this function rise, fall and stay flat?",
        "Sketch the function near zero and compare its direction with what your answer says there.",
    ),
    "functions": (
        "Inverse and other functions",
        "Which line of the table of derivatives belongs to this function?",
        "Sketch the function and its slope, and compare the sketch with your answer.",
    ),
    "constants": (
        "Constants and signs",
        "What happens to constants and to signs, term by term, when you differentiate?",
        "Copy the function term by term with the sign in front of each, and differentiate line by line.",
    ),
    "whole": (
        "Another question answered",
        "What exactly was asked for?",
        "Read the question again and say in words what your answer measures.",
    ),
    "code": (
        "Code",
        "What does the last line of the error say, and which line of yours caused it?",
        "Run the line that failed alone, with one number, and print the type of everything in it.",
    ),
}
"""Area → title, question and attempt: the words for several mistakes of one area that cannot be told apart."""

ANY_QUESTION = "Which rule does each step of your work use, and is it the rule for that kind of expression?"
ANY_ATTEMPT = (
    "Pick a point of your own, nudge the input a little, and compare the change in the function with what your "
    "answer says."
)

_LISTS: dict[str, Sequence[Mistake]] = {
    "chain": chain.ENTRIES,
    "products": products.PRODUCTS,
    "quotients": products.QUOTIENTS,
    "powers": powers.POWERS,
    "exponentials": powers.EXPONENTIALS,
    "trigonometry": functions.TRIG,
    "functions": functions.INVERSES,
    "constants": whole.CONSTANTS,
    "whole": whole.WHOLE,
    "code": code.ENTRIES,
}

MISTAKES: dict[str, Mistake] = {
    entry.id: msgspec.structs.replace(entry, area=area) for area, entries in _LISTS.items() for entry in entries
}
"""Id → entry, in the order of the documentation."""


def hint(ids: Sequence[str], level: int = 1) -> str:
    """The hint for a student in English: the mistake's own, or what several that tie have in common.

    Args:
        ids: ids from :data:`MISTAKES`; one that is not there (from another version's results) is passed over.
        level: 1 asks a question about the concept, 2 or more says what to try.

    >>> hint(["grad_value"])
    'Do you hand over the recipe or the cake?'
    >>> hint([])
    ''
    """
    known = [MISTAKES[name] for name in ids if name in MISTAKES]
    if not known:
        return ""
    own = {entry.question if level < 2 else entry.attempt for entry in known}
    if len(own) == 1:
        return own.pop()
    areas = {entry.area for entry in known}
    if len(areas) == 1:
        return AREAS[areas.pop()][1 if level < 2 else 2]
    return ANY_QUESTION if level < 2 else ANY_ATTEMPT


def sentences() -> list[str]:
    """Every English sentence of this room that a student may read: what a translation must hold."""
    found: dict[str, None] = {}
    for entry in MISTAKES.values():
        found[entry.question] = found[entry.attempt] = None
    for _, question, attempt in AREAS.values():
        found[question] = found[attempt] = None
    found[ANY_QUESTION] = found[ANY_ATTEMPT] = None
    return list(found)
