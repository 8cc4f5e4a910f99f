"""One row of sentences per reason: what a student, a TA and an author read.

A row lists templates from the most to the least informed: the first whose fields the verdict has is taken. The
English text is the key for translations, so a changed word here needs the ``.po`` files to follow (a test says so).
A student's sentence says what was seen, what kind of thing was expected and what to try.
"""

from autograder.model import Reason

STUDENT: dict[Reason, tuple[str, ...]] = {
    Reason.EQUAL: ("Correct.",),
    Reason.DIFFERENT: (
        "Not yet: {name} does not compute what was asked for. Look at “{node}” in your graph.",
        "Not yet: your graph does not compute what was asked for. Look at “{node}” in it.",
        "Not yet: {name} and what the question asks for differ.",
        "Not yet: your answer and what the question asks for differ.",
    ),
    Reason.MISSING: (
        "{name} is None: {printed} shows a value and gives none back. Put the value itself after the =, without print.",
        "{name} is not defined, but {other} is: capital and small letters and every _ count.",
        "{name} is {got}, which is no answer yet.",
        "{name} has no value: its cell was cut off after {limit}, before it got there. Does every loop in it end?",
        "{name} has no value. Its cell ({line}) stopped with an error before it got there, or what it gives is None.",
        "There is no answer yet: {name} is not defined or still holds the starter code. Fill in the cell of this "
        "question and run it.",
        "There is no answer yet. Fill in the cell of this question and run it.",
    ),
    Reason.NOT_PARSED: (
        "Your answer has a comma between two digits ({decimal}). Write decimal numbers with a point, and a comma "
        "between entries.",
        "This cannot be read as a formula: {error}\n{caret}",
        "This cannot be read as a formula: {error}",
        "This cannot be read as a formula. Write products with *, powers with ** and close every bracket.",
    ),
    Reason.TOO_LARGE: ("The answer is too long to be checked. Simplify it, or check that no loop builds it up.",),
    Reason.WRONG_TYPE: (
        "The node “{node}” of {name} is no input, no number and no operation that is known here.",
        "The node “{node}” is no input, no number and no operation that is known here.",
        "{name} is the function {tool} itself. Call it: on what should it work?",
        "Your answer is the function {tool} itself. Call it: on what should it work?",
        "Your answer has a comma between two digits ({decimal}). Write decimal numbers with a point, and a comma "
        "between entries.",
        "Expected {expected}, but {name} is {got}.",
        "Expected {expected}, but your answer is {got}.",
        "Expected {expected}; your answer is something else.",
        "Your answer is not the kind of thing that was asked for. Read again whether a formula, a function, a number "
        "or an array is wanted.",
    ),
    Reason.WRONG_SHAPE: (
        'Expected a single value, but your answer has a "{comma}" in it. Write decimal numbers with a point.',
        "Expected shape: {expected}. Shape of {returned}: {got}.",
        "Expected shape: {expected}. Shape of your answer: {got}.",
        "Your answer has another shape than the one asked for. Print its shape and count the entries.",
    ),
    Reason.NO_ENTRY: (
        "{name} should have an entry {entry}, but has {got}. Capital and small letters count.",
        "What your function returns should have an entry {entry}, but has {got}. Capital and small letters count.",
        "What your function returns does not have all the entries that were asked for.",
    ),
    Reason.WRONG_VARIABLES: (
        "Your answer contains {got}, a letter of another alphabet that only looks like {alike}. Type it again.",
        "Numbers are asked for here, and your answer still contains {letters}. Give the value alone, several of them "
        "as a list, as in [1, 2]: without letters and without an equals sign.",
        "Your answer contains {got}; expected only {expected}. Use the symbols of the prompt.",
        "Your answer contains {got}, which the question does not know. Use the symbols of the prompt.",
        "Your answer contains a symbol that the question does not know. Use the symbols of the prompt.",
    ),
    Reason.UNEVALUATED: (
        "Your answer states the task ({got}) but does not carry it out. Evaluate it, with .doit() for example.",
        "Your answer states the task but does not carry it out. Evaluate it, with .doit() for example.",
    ),
    Reason.NOT_FINITE: (
        "Your answer is not a finite number ({got}) at a point where it should be one. Look for a division by zero, a "
        "logarithm or a root of something that is not positive.",
        "Your answer is not a finite number at a point where it should be one. Look for a division by zero, a "
        "logarithm or a root of something that is not positive.",
    ),
    Reason.COMPLEX: (
        "Your answer is a complex number where a real one is expected. Look for a root or a logarithm of something "
        "negative, or for a real or imaginary part that was not taken.",
    ),
    Reason.INTEGER: (
        "Your answer holds integers where fractions are needed. Was something cut off, by // or by an array of "
        "integers?",
    ),
    Reason.RAISED: (
        "{function} takes another number of arguments ({takes}) than it was called with ({handed}). Compare the line "
        "that begins with def with what is asked for.",
        "Your code stopped with an error in line {line}: {error}",
        "Your code stopped with an error: {error}",
        "Your code stopped with an error in line {line}: {source}",
        "Your code stopped with an error. Call it yourself with one number first.",
    ),
    Reason.TIMED_OUT: (
        "Your code did not finish in time. Look for a loop that never ends, or try it on a smaller input.",
    ),
    Reason.NOT_DETERMINISTIC: (
        "Your function gave two different results for the same input. Its result must depend on its arguments only: "
        "look for random numbers and for variables that change outside of it.",
    ),
    Reason.VALUE_NOT_FUNCTION: (
        "Expected a function, but {name} is a value ({got}). Give the function itself, without calling it.",
        "Expected a function, but your answer is a value. Give the function itself, without calling it.",
    ),
    Reason.FUNCTION_NOT_VALUE: (
        "Expected a value, but {name} is {uncalled}. Hand over what it gives.",
        "Expected a value, but {name} is still a function or a formula. Evaluate it at the point of the question.",
        "Expected a value, but your answer is still a function or a formula. Evaluate it at the point of the question.",
    ),
    Reason.FORBIDDEN: (
        "This cell uses {got}, which this question asks you to do without. Work it out by hand.",
        "This cell uses something that this question asks you to do without. Work it out by hand.",
    ),
    Reason.FIGURE: ("The figure does not show what the question asks for.",),
    Reason.NOT_AN_OPTION: (
        "Choose from {expected}; {name} is {got}.",
        "Choose from {expected}; your answer is {got}.",
        "Your answer is none of the options.",
    ),
    Reason.WRONG_CHOICE: ("Not the right choice. {hint}", "Not the right choice."),
    Reason.WORD_COUNT: (
        "Your text has {got} words; expected: {expected}.",
        "Your text is shorter or longer than asked for.",
    ),
    Reason.ORDER: (
        "The error of {name} falls with order {got} as the step shrinks; expected order: {expected}.",
        "The error of your function falls with order {got} as the step shrinks; expected order: {expected}.",
        "The error of your function does not fall with the step as it should.",
    ),
    Reason.NO_OPERATION: (
        "{tried} does not work yet: {missing} is not defined.",
        "Something is not defined that is asked for: {missing}.",
        "Something is not defined that is asked for.",
    ),
    Reason.OPERATION: (
        "After a second backward pass through {again} the slopes are other ones than asked for.",
        "After setting the slopes of {zeroed} to zero, a backward pass gives other ones than before.",
        "The value of {value_of} is not right.",
        "The slopes of {slope_of} are not right.",
        "Your class computes a value or a slope that is not right.",
    ),
    Reason.STEP: (
        "Each line is right, and more of them are wanted: {few} at least, without those that say the task, name a part "
        "or repeat another. Yours count {got_lines}.",
        "Each line is right, and the last one is not in the form that is asked for: {form}.",
        "Each line is right, and line {open_line} still has a derivative in it. Carry it out.",
        "Each line is right, and the derivation stops before the derivative that is asked for. Go on after line "
        "{stops}.",
        "Line {number} is a number, and no variable is left in it: {line_text}",
        "Line {copied} is not the function of the question: {line_text}",
        "Line {differentiated} is not what differentiating gives: {line_text}",
        "In line {unequal} the two sides of a sign of equality are not equal: {line_text}",
        "Line {step} does not follow from the line before: {line_text}",
        "A line of your derivation is wrong, or one is missing.",
    ),
    Reason.RECORDED: ("Your answer is recorded; whether it is right is decided when the work is graded.",),
    Reason.BY_HAND: ("Your text is recorded; a person will read and score it.",),
    Reason.NO_POINTS: (
        "Your answer has no real value anywhere in the domain of the question. Look for a root or a logarithm of "
        "something negative.",
    ),
    Reason.NOT_SEPARATED: (
        "Your answer is so close to the expected one that a person will look at it. You lose nothing by waiting.",
    ),
    Reason.UNVISITED: (
        "Your answer agrees with the expected one everywhere that was looked, but not everywhere could be. A person "
        "will look at it. You lose nothing by waiting.",
    ),
    Reason.UNSUPPORTED: (
        "Your answer uses a function that cannot be checked automatically. A person will look at it.",
    ),
    Reason.INTERNAL: (
        "Something went wrong on our side; it is not your doing. A person will look at your answer "
        "(reference {incident}).",
        "Something went wrong on our side; it is not your doing. A person will look at your answer.",
    ),
}

GRADED: dict[Reason, tuple[str, ...]] = {
    Reason.DIFFERENT: (
        "Not right: {name} does not compute what was asked for. Look at “{node}” in your graph.",
        "Not right: your graph does not compute what was asked for. Look at “{node}” in it.",
        "Not right: {name} and what the question asks for differ.",
        "Not right: your answer and what the question asks for differ.",
    ),
}
"""The same where the work is graded and nothing comes after it; other reasons say there what they always say."""

TRY: dict[Reason, str] = {
    Reason.DIFFERENT: "Try: pick a point of your own, nudge the input a little, and compare the change in the function "
    "with what your answer says.",
    Reason.ORDER: "Try: print the error for a step, for half of it and for a quarter of it.",
    Reason.STEP: "Try: put one number in for the variable, here and in the line before, and look for the term that has "
    "changed.",
    Reason.OPERATION: "Try: make the objects of this line yourself and work out what each must hold at the end.",
}
"""What to try where no mistake is named."""
TRY_CALLED = "Try: call it yourself with these arguments, and work out by hand what it should give."
"""The same where a check called a function and says with which arguments."""
TRY_OTHERWISE = (
    "Try: read again what is asked for, then check your answer in another way: by hand in one simple case, or by "
    "putting it back into the question."
)
"""The same where the answer is not a slope."""

FLOAT32 = (
    "Your numbers have single precision (float32), JAX's default, and were compared at that precision. "
    'Put jax.config.update("jax_enable_x64", True) in the first cell.'
)
ROUNDED = (
    "As far as they go your numbers fit, but they were rounded (decimals: {rounded}). Do not round before the end: "
    "hand over all the digits that you have."
)
CALLED = "It was called as {called}."
TRIED = "That was in {tried}."
WHERE = "Look at its entry {where} first."
IN_LINE = "Line {in_line}: {line_text}"
STEP_FOLLOWS = "What comes after it in line {follow} follows from it: that is a consequence, and no new mistake."
STEP_BACK = "Line {back} is right again, so the mistake is in line {step} alone: mend it there."
CARRIED = "It is right for your own {carried}, which is not right itself: this is a consequence, and no new mistake."
STOPPED = "Your code stopped with an error in line {line}: {source}"
STOPPED_SOMEWHERE = "Your code stopped with an error."
LINE = "Look at line {line}: {source}"
LINE_ONLY = "Look at line {line}."
UNNAMED_ERROR = "Your code stopped with {type}: {message}"
NO_ID = (
    "The notebook does not say whose it is, so your numbers are not known: write your e-mail address or student number "
    "between the quotes of STUDENT, and run all cells again."
)

OTHER_NUMBERS = "These are not the numbers of your task: the answer would be right for other ones."
OTHER_TITLE = "right for other numbers"
TA_OTHER_NUMBERS = "right for the numbers of version {versions}"

TA: dict[Reason, str] = {
    Reason.EQUAL: "correct",
    Reason.DIFFERENT: "wrong",
    Reason.MISSING: "no answer",
    Reason.NOT_PARSED: "not a formula",
    Reason.TOO_LARGE: "too large to judge",
    Reason.WRONG_TYPE: "wrong type",
    Reason.WRONG_SHAPE: "wrong shape",
    Reason.NO_ENTRY: "an entry is missing",
    Reason.WRONG_VARIABLES: "unknown symbols",
    Reason.UNEVALUATED: "not evaluated",
    Reason.NOT_FINITE: "not finite",
    Reason.COMPLEX: "complex values",
    Reason.INTEGER: "integers where fractions are needed",
    Reason.RAISED: "raised",
    Reason.TIMED_OUT: "cut off",
    Reason.NOT_DETERMINISTIC: "two calls, two results",
    Reason.VALUE_NOT_FUNCTION: "a value where a function was asked for",
    Reason.FUNCTION_NOT_VALUE: "a function where a value was asked for",
    Reason.FORBIDDEN: "uses what the task forbids",
    Reason.FIGURE: "the figure shows something else",
    Reason.NOT_AN_OPTION: "none of the options",
    Reason.WRONG_CHOICE: "wrong choice",
    Reason.WORD_COUNT: "too few or too many words",
    Reason.ORDER: "another order of convergence",
    Reason.NO_OPERATION: "the class lacks something",
    Reason.OPERATION: "the class computes something else",
    Reason.STEP: "a line is wrong or missing",
    Reason.RECORDED: "recorded, not judged",
    Reason.BY_HAND: "a text: read and score it",
    Reason.NO_POINTS: "no point at which both sides are real and finite: decide by hand",
    Reason.NOT_SEPARATED: "neither equal nor different at the highest precision: decide by hand",
    Reason.UNVISITED: "equal wherever it was compared, with a stretch between kinks that was not: decide by hand",
    Reason.UNSUPPORTED: "a function that cannot be evaluated: decide by hand",
    Reason.INTERNAL: "our fault, not the student's: decide by hand",
}

TA_AT = "at {where}"
TA_ENTRY = "entry"
TA_BOTH = "the answer gives {actual}, the reference {desired}"
TA_SEVERAL = "each of them gives"
TA_OR = "or"
TA_FORESEEN = "foreseen: {hint}"
TA_CREDIT = "credit {credit}"
TA_DETAILS = {
    "stopped": "because",
    "problem": "problem",
    "step": "line of the derivation",
    "follow": "consequences in line",
    "carried": "right for the own",
    "tried": "tried",
    "missing": "missing",
    "expected": "expected",
    "got": "got",
    "error": "error",
    "line": "line",
}
"""Key of a verdict's details → what it is called beside its value."""

AUTHOR: dict[Reason, str] = {
    Reason.NO_POINTS: "no point of the domain gives a real, finite reference; widen the domain of the question",
    Reason.NOT_SEPARATED: "the reference needs more digits than are tried; simplify the function of the question",
    Reason.UNVISITED: "the reference has more kinks, or one harder to find, than are looked at; give it a domain",
    Reason.UNSUPPORTED: "the reference uses a function that cannot be evaluated; write it with elementary functions",
    Reason.INTERNAL: "this is a bug in autograder, not in the question; please report it",
    Reason.TIMED_OUT: "the solution takes longer than a student is given; raise the limit of the question",
}
"""Where the question, not the answer, needs a change; every other reason reads as for the TA."""

OTHERS = (
    IN_LINE,
    STEP_FOLLOWS,
    STEP_BACK,
    CARRIED,
    TRY_OTHERWISE,
    TRY_CALLED,
    FLOAT32,
    ROUNDED,
    CALLED,
    TRIED,
    WHERE,
    STOPPED,
    STOPPED_SOMEWHERE,
    LINE,
    LINE_ONLY,
    UNNAMED_ERROR,
    NO_ID,
    OTHER_NUMBERS,
    OTHER_TITLE,
    TA_OTHER_NUMBERS,
)
"""The sentences above that stand alone: for whoever translates."""

FOR_THE_TA = (
    *TA.values(), TA_AT, TA_ENTRY, TA_BOTH, TA_SEVERAL, TA_OR, TA_FORESEEN, TA_CREDIT, *TA_DETAILS.values(),
)  # fmt: skip
"""The same of what the desk shows."""

WORDS = (
    "a figure",
    "a formula",
    "a list of formulas",
    "points with minimum, maximum or saddle",
    "a vector with base vectors",
    "a formula, a function or numbers",
    "a class",
    "a graph: pairs (from, to), a dictionary, DOT, or a graph of NetworkX or Graphviz",
    "a graph whose edges have a direction, as of DiGraph, Digraph or digraph",
    "something else",
    "a function",
    "a function of the variables of the question",
    "a function without arguments",
    "a function that returns numbers",
    "a function that returns a function",
    "a function that gives a generator or an iterator (return a number, a list or an array)",
    "a generator",
    "a coroutine",
    "an iterator",
    "a number",
    "a positive number",
    "not one",
    "one number for each point",
    "a number or an array",
    "a number or an array of numbers",
    "numbers",
    "rows of equal length",
    "rows of different length",
    "the iterates",
    "the new point",
    "the new point and the state",
    "a state of numbers, arrays or dictionaries",
    "an object",
    "True and False",
    "True or False",
    "a dictionary",
    "a list",
    "a list or an array",
    "a tuple",
    "a tuple or a dictionary of arrays",
    "a pair (out, cache)",
    "something else",
    "a set",
    "an array",
    "a matrix of formulas",
    "a formula that still holds a variable",
    "a statement",
    "a statement that is true or false",
    "an equation",
    "formulas that differ",
    "text",
    "an empty text",
    "nothing",
    "nothing (is a return missing?)",
    "a single number",
    "infinity",
    "a series that ends in O(…), which .removeO() takes off",
    "an interval or an inequality",
    "a condition that is not solved",
    "a number with its unit",
    "a list of lines",
    "expanded",
    "factored",
    "one fraction",
)
"""What other rooms put into a verdict's ``expected`` and ``got``; anything else is shown as it is."""
