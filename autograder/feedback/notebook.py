"""What a student's notebook says beside the verdicts: how many checks ran, and what to do before handing in."""

PASSED = "{question}: passed, as far as it is checked here."
NOT_PASSED = "{question}:"
SOME = "Passed here: {passed} of {here}."
MORE = "{here} of {total} checks ran here; the rest runs when the work is graded."
NO_MORE = "{here} of {here} checks ran here; no others run when the work is graded."
NO_QUESTION = "There is no question {question} in this notebook; it has {known}."
INTERRUPTED = (
    "The check of {question} was interrupted. If it did not come to an end by itself, call your function with one "
    "number: is there a loop that never ends?"
)
STOPPED = "The cell of {name} stopped with an error when it ran last: what is checked may be what {name} was before."
NOT_YET = "Not right yet: {questions}."
NOT_CHECKED = "Not checked since the kernel was started: {questions}."
SAVE_FIRST = (
    "Save first, then run this cell again: {file} on disk is older than what you ran. It does not hold these cells:"
)
OLD_FILE = "What is exported now is the file without them."
RENAMED = "This notebook is now called {file}; it is handed in under that name, and that is fine."
OTHERS = "There are other copies in this folder, which are not handed in: {others}."
NOT_FOUND = (
    "Nothing was exported: no file of this notebook was found in {folder}. Save it there as {file} and run this cell "
    "again, or hand in the .ipynb file itself."
)
UNREADABLE = "Nothing was exported: {file} cannot be read as a notebook. Save it again, then run this cell again."
COLAB = (
    "Colab has no file to export. Choose File > Download > Download .ipynb and hand in that file: it holds what you "
    "see here."
)
EXPORTED = "Your work is exported: {link}"
DOWNLOAD = "download the zip file"
OTTERS = (
    "Initialize Otter",
    "Submission",
    "Make sure you have run all cells in your notebook in order before running the cell below, so that all "
    "images/graphs appear in the output. The cell below will generate a zip file for you to submit.",
    "Please save before exporting!",
    "Save your notebook first, then run this cell to export your submission.",
    "To double-check your work, the cell below will rerun all of the autograder tests.",
    "Type your answer here, replacing this text.",
)
"""What Otter Assign writes into every notebook."""
NO_PDF = "The zip file has no PDF, because none could be made here ({why}). Your notebook is in it."

ASK_ID = (
    "Write your e-mail address or your student number between the quotes, as your course knows it. Then run this cell "
    "and all others from the top."
)
WAITING = "What is asked here appears when the first cells have run with your e-mail address or student number."
WAITS = "This cell waits: it uses your own numbers, which follow from your e-mail address or student number."
TASK_CELL = "What is asked, with your own numbers; nothing to change here."

NO_STUDENT = (
    "First write your e-mail address or student number into the cell above, between the quotes, and run it: everybody "
    "has other numbers, and yours follow from it. Then run the cells from there on."
)

ONE_ID = (
    "STUDENT holds more than one id. Leave one alone between the quotes, in a group that of one of you, and run all "
    "cells again from the top."
)

OTHER_STUDENT = (
    "STUDENT has changed since the first cell ran, so these are not the numbers that you see. Run all cells again from "
    "the top: what was answered for the earlier numbers must be answered anew."
)

PRACTICE = (
    '*Practice, never counted. Write `task = grader.practice("{question}")` to keep it, and check your answer with '
    "`task.check(answer)`. The same call again gives other numbers.*"
)
PRACTICE_MIND = "The last check of your own question said:"
PRACTICE_ANSWER = "Give your answer to check: {names}."
PRACTICE_RIGHT = "Right, as far as it is checked here. Practice is not counted."
PRACTICE_NOT_YET = "Not yet. Practice is not counted."
PRACTICE_NONE = (
    "There are no other numbers for {question}: either everybody has the same, or the cell that shows the question has "
    "not run yet."
)
PRACTICE_ON = 'on= can be "last mistake", or be left out.'

SENTENCES = (
    PRACTICE,
    PRACTICE_MIND,
    PRACTICE_ANSWER,
    PRACTICE_RIGHT,
    PRACTICE_NOT_YET,
    PRACTICE_NONE,
    PRACTICE_ON,
    NO_STUDENT,
    ONE_ID,
    OTHER_STUDENT,
    PASSED,
    NOT_PASSED,
    SOME,
    MORE,
    NO_MORE,
    NO_QUESTION,
    INTERRUPTED,
    STOPPED,
    NOT_YET,
    NOT_CHECKED,
    SAVE_FIRST,
    OLD_FILE,
    RENAMED,
    OTHERS,
    NOT_FOUND,
    UNREADABLE,
    COLAB,
    EXPORTED,
    DOWNLOAD,
    NO_PDF,
    ASK_ID,
    WAITING,
    WAITS,
    TASK_CELL,
    *OTTERS,
)
