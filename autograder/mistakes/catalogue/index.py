"""Every mistake that can be named, and what to say when several of them fit."""

from collections.abc import Sequence

import msgspec

from autograder.mistakes.catalogue import (
    autodiff,
    calculus,
    code,
    constrained,
    critical,
    descent,
    lines,
    numerics,
    one_variable,
    optimisers,
    projections,
    searches,
    several_variables,
)
from autograder.mistakes.catalogue.entry import Mistake

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
    "several": (
        "Several variables",
        "Which letter moves in each entry of your answer, and which stand still?",
        "Write above each entry by which letter you differentiated, and put numbers in for all others.",
    ),
    "directions": (
        "Directions and level sets",
        "What was asked for: a number or an arrow, and if an arrow, of which length?",
        "Draw the map with the point, the gradient and your arrow.",
    ),
    "critical": (
        "Critical points",
        "Where is the function level, and what does it do around such a place?",
        "Draw the contours around each of your points.",
    ),
    "constrained": (
        "Constraints",
        "Which points may be chosen from, and where among them does the function stop changing?",
        "Draw the constraint and the contours of the function, and mark each of your points.",
    ),
    "projections": (
        "Projections",
        "What must hold for every point of yours, and which part of a step keeps it so?",
        "Draw the set or the constraint, one point of it, the gradient there, and what you make of both.",
    ),
    "implicit": (
        "Equations between variables",
        "Which letters of the equation change together, and how does each term change with them?",
        "Differentiate the equation term by term, each on a line of its own, before you solve for anything.",
    ),
    "series": (
        "Taylor polynomials",
        "What does each term of the polynomial need: which derivative, where, divided by what, times which power?",
        "Make a table with a line for each term, and fill in its parts one by one.",
    ),
    "limits": (
        "Limits",
        "Where does the function go near that place, and from which sides?",
        "Put numbers nearer and nearer to the place into the function, on both sides, and watch its values.",
    ),
    "sets": (
        "Sets and several values",
        "Does what is asked for hold at every number of your answer, and nowhere else?",
        "Mark the places at which something changes on a line, and test one number of each piece between them.",
    ),
    "integrals": (
        "Antiderivatives and integrals",
        "What comes out when you differentiate your answer?",
        "Differentiate your answer term by term, and compare it with the function of the question.",
    ),
    "matrices": (
        "Matrices",
        "Which shape has everything in your formula, and which shape must come out?",
        "Write the function out for two coordinates and differentiate it by hand.",
    ),
    "fields": (
        "Vector fields",
        "Which component of the field changes along which axis, and which of these changes were asked for?",
        "Write all partial derivatives of all components in a table, and mark those that were asked for.",
    ),
    "backward": (
        "Backward passes",
        "What does each line of the forward pass do to what comes back through it?",
        "Go through the forward pass from its last line to its first, and give each a line of its own on the way back.",
    ),
    "descent": (
        "Gradient descent",
        "What happens in one step, in which order?",
        "Run one step only and check every number of it by hand.",
    ),
    "optimisers": (
        "Update rules",
        "What does the rule remember from one step to the next, and in which order does a step use it?",
        "Run two steps by hand, write down everything that the rule remembers, and compare with what yours prints.",
    ),
    "autodiff": (
        "Classes that differentiate",
        "What does each object of your class know, and what does it pass on to which other objects?",
        "Draw the graph of the line that fails, and write its value and its slope on every object.",
    ),
    "lines": (
        "From line to line",
        "What did you do from the line before to this one, and may that be done?",
        "Put one number in for the variable in both lines, and find the term that has changed.",
    ),
    "graphs": (
        "Computational graphs",
        "Which value does each operation of the formula need, and where does its own value go?",
        "Put numbers for the inputs into the formula, and write every value that comes out on the node that makes it.",
    ),
    "numerics": (
        "Numerical differentiation",
        "Where does the computer measure the function, and what does it divide by?",
        "Try your formula on a straight line of which you know the slope.",
    ),
    "code": (
        "Code",
        "What does the last line of the error say, and which line of yours caused it?",
        "Run the line that failed alone, with one number, and print the type of everything in it.",
    ),
}
"""Area → title, question and attempt: the words for several mistakes of one area that cannot be told apart."""

THEMES: dict[str, tuple[str, str]] = {
    "sign": (
        "Rises or falls: does your answer agree with the graph of the function?",
        "Plot the function, pick a point where it clearly rises, and look whether your answer is positive.",
    ),
    "factor": (
        "Has every factor survived, the constant ones and those that come from the inside?",
        "Go through the rules that you used and tick off one factor for each of them.",
    ),
    "part": (
        "Has every part of the function had its turn?",
        "Hold all parts but one still, one after the other: each must leave a trace in your answer.",
    ),
    "operation": (
        "Which operation was asked for, and how many times?",
        "Compare your answer with the function of the question, line by line: what have you changed?",
    ),
    "constant": (
        "How fast does something change in which the variable does not occur?",
        "Underline the variable in every term; what do you do with a term that has no line?",
    ),
    "arrow": (
        "Direction, size or both: what was asked for?",
        "Count the entries of your answer and measure its length.",
    ),
    "order": (
        "In which order does the question name things?",
        "Write the letter of its variable under each entry of your answer.",
    ),
}
"""What mistakes of different areas may have in common: question and attempt."""

ANY_QUESTION = "Which rule does each step of your work use, and is it the rule for that kind of expression?"
ANY_ATTEMPT = (
    "Pick a point of your own, nudge the input a little, and compare the change in the function with what your "
    "answer says."
)

_LISTS: dict[str, Sequence[Mistake]] = {
    **one_variable.BY_AREA,
    **several_variables.BY_AREA,
    "critical": critical.ENTRIES,
    "constrained": constrained.ENTRIES,
    "projections": projections.ENTRIES,
    **calculus.BY_AREA,
    "descent": descent.ENTRIES,
    "optimisers": (*optimisers.ENTRIES, *searches.ENTRIES),
    "autodiff": autodiff.ENTRIES,
    "graphs": autodiff.GRAPHS,
    "lines": lines.ENTRIES,
    "numerics": numerics.ENTRIES,
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
    'Does grad get a function here, or one of its values?'
    >>> hint([])
    ''
    """
    known = [MISTAKES[name] for name in ids if name in MISTAKES]
    if not known:
        return ""
    known = [entry for entry in known if entry.states] or known
    own = {entry.question if level < 2 else entry.attempt for entry in known}
    if len(own) == 1:
        return own.pop()
    shared = frozenset.intersection(*(frozenset(entry.themes) for entry in known))
    for theme in THEMES:
        if theme in shared:
            return THEMES[theme][0 if level < 2 else 1]
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
    for question, attempt in THEMES.values():
        found[question] = found[attempt] = None
    found[ANY_QUESTION] = found[ANY_ATTEMPT] = None
    return list(found)
