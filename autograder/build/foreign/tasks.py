"""How a cell of a plain notebook says what it is: the head of an exercise, a solution, a stub, or what is given."""

import ast
import re
from collections.abc import Sequence
from itertools import takewhile

from nbformat import NotebookNode

from autograder.build.source import parsed_text
from autograder.model import Record

__all__ = [
    "Head",
    "commented",
    "exercise",
    "exercise_solved_by",
    "fenced_code",
    "in_marks",
    "is_given",
    "is_python",
    "is_stub",
    "set_up",
    "solution",
]

_LINES = 40
_KIND = (
    r"(?:(?:bonus|extra|optional|graded|practice|home|inline|short|written|coding|code|programming|maths?|math|theory|"
    r"computer|lab|in-class)[ \t]+){0,2}"
)
_TASK = r"(?:exercise|problem|question|task|activity|challenge|exercice|ejercicio|esercizio|\w*aufgabe|\w*übung|to-?do)"
_ANY_TASK = rf"(?:{_TASK}|part|teil)"
_NUMBER = r"(?:\d+(?:[.]\d+)*\s*[a-z]?\b|[a-z]\b)"
_NUMBERED = re.compile(
    r"^\s*(?:<a [^>]*>\s*</a>\s*)?(?P<head>#+)?\s*[*_]{0,3}\s*"
    rf"(?:{_KIND}{_ANY_TASK}\b[\s#:.*]*(?P<number>{_NUMBER})|(?:q|ex\.?)[ \t]*(?P<short>\d+(?:[.]\d+)*[a-z]?)\b[.:)])",
    re.IGNORECASE,
)
"""The first line of an exercise: a heading or words with a number."""
_UNNUMBERED = re.compile(
    rf"^\s*(?:(?P<head>#+)\s*[*_]{{0,3}}|[*_]{{2,3}})\s*{_KIND}(?:{_TASK}|your[ \t]turn)[ \t]*(?:[:.!*_(–—-].*)?$",
    re.IGNORECASE,
)
"""A heading or bold words without one: "### Exercise: the chain rule"."""

_WORD = (
    r"(?:(?:sample|model|example|suggested)[ \t]+)?"
    r"(?:solution|answer|musterlösung|lösung|antwort|solución|respuesta|correction|corrigé|soluzione)(?:s|en|e|es)?\b"
)
_TO = rf"(?:[ \t]+(?:to|zu|of|for|de)[ \t]+{_KIND}{_ANY_TASK}\b[^\n:.]*(?:\d\.\d[^\n:.]*)*|[ \t]*\d[\w.]*)"
_SOLUTION = re.compile(
    rf"^(?:[ \t]*#+[ \t]*[*_]*{_WORD}.*|.*<summary>.*\b{_WORD}.*"
    rf"|[ \t]*[*_]*{_WORD}{_TO}?[ \t]*(?:\([^)\n]*\)[*_:.]*[ \t]*|[*_:.].*)?)$",
    re.IGNORECASE | re.MULTILINE,
)
"""The line with which a solution begins; "Answer in one line: …" is none."""
_OF = re.compile(
    rf"\b{_WORD}(?:[ \t]+\w+)?[ \t]+"
    rf"(?:{_KIND}{_ANY_TASK}[ \t#]*(?P<number>{_NUMBER})|#?(?P<short>\d+(?:[.]\d+)*[a-z]?)\b)",
    re.IGNORECASE,
)
"""The number in "Solution to Exercise 3" and in "Lösung 3"."""

_COMMENT = re.compile(r"\A\s*#+[ \t]*(?:@title|to_remove)?[ \t]*(?P<words>[^\n]*)\n?")
_BANNER = r"^(?P<indent>[ \t]*)#[\s#*=-]*"
_OPENS = re.compile(
    rf"{_BANNER}(?:(?:START|BEGIN)(?: OF)?(?: YOUR)? CODE|YOUR CODE STARTS)\b(?:\s+HERE\b)?.*$", re.IGNORECASE
)
_CLOSES = re.compile(rf"{_BANNER}(?:END(?: OF)?(?: YOUR)? CODE|YOUR CODE ENDS)\b(?:\s+HERE\b)?.*$", re.IGNORECASE)
_FENCE = re.compile(r"^```[ \t]*(?:python|py|ipython)[ \t\d]*\n(.*?)^```", re.DOTALL | re.MULTILINE | re.IGNORECASE)
_LEFT = re.compile(r"\b(?:YOUR (?:CODE|ANSWER)|TO-?DO)\b")


class Head(Record, frozen=True, kw_only=True):
    """With what an exercise begins."""

    number: str | None
    """None where it has none."""
    line: str


def exercise(cell: NotebookNode) -> Head | None:
    """The first line of an exercise in a cell of text."""
    if cell.cell_type != "markdown":
        return None
    for line in cell.source.split("\n")[:_LINES]:
        if (found := _NUMBERED.match(line)) is not None:
            return Head(number=(found["number"] or found["short"]).strip(), line=line)
        if _UNNUMBERED.match(line) is not None:
            return Head(number=None, line=line)
    return None


def solution(text: str) -> re.Match[str] | None:
    """The line with which a solution begins, in a text."""
    return _SOLUTION.search(text)


def exercise_solved_by(line: str) -> str | None:
    """Which exercise a solution's line says that it solves.

    >>> exercise_solved_by("### Solution to Coding Exercise 1.2"), exercise_solved_by("## Solutions")
    ('1.2', None)
    >>> exercise_solved_by("Lösung 3:")
    '3'
    """
    found = _OF.search(line)
    return (found["number"] or found["short"]).strip() if found is not None else None


def commented(text: str) -> tuple[str, str] | None:
    r"""The first line of a cell of code that says it is a solution, and the cell without it.

    >>> commented("# to_remove solution\na = 1"), commented("#@title Solution to Exercise 2\na = 1")
    (('solution', 'a = 1'), ('Solution to Exercise 2', 'a = 1'))
    """
    found = _COMMENT.match(text)
    if found is None:
        return None
    words = found["words"].strip()
    if re.match(rf"(?:{_WORD}{_TO}?|explanation|{_KIND}{_ANY_TASK}[ \t]*{_NUMBER}[ \t:,.-]*{_WORD})[\s:.]*$",
                words, re.IGNORECASE) is None:  # fmt: skip
        return None
    return words, text[found.end() :].lstrip("\n")


def in_marks(text: str) -> str:
    r"""A cell with Otter's marks in the place of ``START CODE HERE`` and of ``START OF YOUR CODE``.

    As it was where one of them is not closed.

    >>> print(in_marks("def f(x):\n    ### START CODE HERE ### (1 line)\n    y = x\n    ### END CODE HERE ###"))
    def f(x):
        ### BEGIN SOLUTION
        y = x
        ### END SOLUTION
    """
    lines, opened = [], False
    for line in text.split("\n"):
        mark = (_CLOSES if opened else _OPENS).match(line)
        if mark is None:
            lines.append(line)
            continue
        opened = not opened
        lines.append(f"{mark['indent']}### {'BEGIN' if opened else 'END'} SOLUTION")
    return text if opened else "\n".join(lines)


def is_given(text: str) -> bool:
    """Whether a cell is a form of Colab's, for a video or a picture, and no solution."""
    return re.match(r"\s*#[ \t]*@(?:title|markdown|param)\b", text) is not None and commented(text) is None


def is_python(text: str) -> bool:
    """Whether a cell can be read as Python, with IPython's own lines in it."""
    try:
        parsed_text(text)
    except SyntaxError:
        return False
    return not text.lstrip().startswith("%%")


def is_stub(text: str) -> bool:
    r"""Whether a cell is what students were to fill in, and nobody did.

    >>> is_stub("df = ..."), is_stub("def f(x):\n    # TODO\n    return None"), is_stub("# YOUR CODE HERE")
    (True, True, True)
    >>> is_stub("a = x[..., 0]"), is_stub("a = None  # TODO\na = 2"), is_stub("# TODO: mend\na = 2")
    (False, False, False)
    """
    body = parsed_text(text).body
    if not body:
        return _LEFT.search(text) is not None
    if any(_blanks(node) for node in body):
        return True
    parts = [body, *(node.body for node in body if isinstance(node, ast.FunctionDef))]
    if any(
        isinstance(node, ast.Raise) and "NotImplementedError" in ast.unparse(node) for part in parts for node in part
    ):
        return True
    return _LEFT.search(text) is not None and any(map(_is_empty, parts))


def set_up(stub: str) -> list[str]:
    r"""The statements of a stub above what is to be filled in.

    >>> set_up("x = sp.symbols('x')\ndf = ...\nprint(df)")
    ["x = sp.symbols('x')"]
    """
    body = parsed_text(stub).body
    lines = stub.split("\n")
    texts = ("\n".join(lines[node.lineno - 1 : node.end_lineno]) for node in body)
    return list(takewhile(lambda text: not is_stub(text), texts))


def _is_empty(body: Sequence[ast.stmt]) -> bool:
    """Whether nothing happens in these statements, or a name stays None."""
    if all(isinstance(node, ast.Pass | ast.Return) and _is_none(node) for node in _told(body)):
        return True
    names = [(node.id, _is_none(each)) for each in body for node in ast.walk(each)
             if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]  # fmt: skip
    return bool({name for name, none in names if none} - {name for name, none in names if not none})


def _told(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    """The statements without a docstring."""
    return [node for node in body if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))]


def _blanks(node: ast.AST) -> bool:
    """Whether ``...`` stands somewhere but in an index."""
    if isinstance(node, ast.Subscript):
        return _blanks(node.value)
    if isinstance(node, ast.Constant):
        return node.value is Ellipsis
    return any(_blanks(each) for each in ast.iter_child_nodes(node))


def _is_none(node: ast.stmt) -> bool:
    if isinstance(node, ast.Pass):
        return True
    value = node.value if isinstance(node, ast.Assign | ast.Return) else node
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def fenced_code(text: str) -> list[str]:
    r"""The cells of code that a text shows.

    >>> fenced_code("By the rule:\n```python\ndf = 2*x\n```\n</details>")
    ['df = 2*x']
    """
    return [found.strip("\n") for found in _FENCE.findall(text)]
