"""Plain cases that pass only inside the notebook's own process: who, which, and what the likely reason is.

Two witnesses disagree, so a person decides, and decides best case by case: what one test needs of the process it needs
in every notebook. The reasons are guesses from what is recorded, worded as guesses.
"""

import ast
import builtins
import shlex
from collections.abc import Iterable, Iterator

from autograder.model import CaseResult, Record, Run, Said, SubmissionResult, Trust, Witness
from autograder.untrusted import one_line, python_tree
from autograder.witnesses import ONLY_INSIDE, is_split

MOST = 6
"""Places in a notebook that are named."""
_LIBRARIES = frozenset(
    {
        "builtins",
        "doctest",
        "jax",
        "jnp",
        "math",
        "np",
        "numpy",
        "otter",
        "pd",
        "pandas",
        "random",
        "scipy",
        "sp",
        "sympy",
    }
)
_REACHES = {
    "builtins": "the module of built-in names",
    "ctypes": "memory",
    "doctest": "the machinery of the tests",
    "gc": "every object of the process",
    "otter": "Otter's own code",
    "unittest": "the machinery of the tests",
}
_SETS = {
    "set_printoptions": "how arrays print",
    "set_option": "how tables print",
    "settrace": "what runs while a test runs",
    "setprofile": "what runs while a test runs",
    "seterr": "what NumPy does about errors",
    "setattr": "attributes, by name",
    "init_printing": "how expressions print",
}


class OpenCase(Record, frozen=True, kw_only=True):
    """One case of a plain test on which the witnesses disagree for somebody."""

    question: str
    place: int
    """From 0, in the test file's order."""
    name: str
    hidden: bool
    possible: float
    works: tuple[SubmissionResult, ...]
    """Those that wait for a person because of it."""
    asked: int
    """Works in which it was asked."""
    about: tuple[str, ...]
    """What the outside witnesses said, each once."""

    @property
    def lines(self) -> list[str]:
        """What was seen outside, and why it may be, from the first of the works."""
        first = self.works[0]
        question = next(question for question in first.questions if question.name == self.question)
        return [*(f"outside: {about}" for about in self.about[:3]), *likely(question.cases[self.place], first.code)]

    @property
    def label(self) -> str:
        """As a person names it: ``q3:2`` is the second case of q3."""
        return f"{self.question}:{self.place + 1}"


def open_cases(run: Run) -> list[OpenCase]:
    """Grouped by case: the test that waits for most people first."""
    found: dict[tuple[str, int], list[tuple[SubmissionResult, CaseResult]]] = {}
    asked: dict[tuple[str, int], int] = {}
    for result in run.results:
        if result.submission.part_of is not None:
            continue
        for question in result.questions:
            for place, case in enumerate(question.cases):
                at = question.name, place
                asked[at] = asked.get(at, 0) + (case.outside is not None)
                if case.reason == ONLY_INSIDE and question.score is None:
                    found.setdefault(at, []).append((result, case))
    cases = [
        OpenCase(
            question=question,
            place=place,
            name=of[0][1].name,
            hidden=of[0][1].hidden,
            possible=of[0][1].possible,
            works=tuple(result for result, _ in of),
            asked=asked[question, place],
            about=tuple(dict.fromkeys(said(case.outside) for _, case in of if case.outside is not None)),
        )
        for (question, place), of in found.items()
    ]
    return sorted(cases, key=lambda case: (-len(case.works), case.question, case.place))


def resting(run: Run) -> dict[str, int]:
    """Question → works whose points for it rest on what their own process said (``trust: student``)."""
    counts = dict.fromkeys(run.questions, 0)
    for result in run.results:
        for question in result.questions:
            if question.trust is Trust.STUDENT and question.name in counts and result.submission.part_of is None:
                counts[question.name] += 1
    return {name: count for name, count in counts.items() if count}


def ruling(folder: str, case: OpenCase, option: str) -> str:
    """The command that accepts or refuses a case for everybody."""
    into = "" if folder == "grades" else f" {shlex.quote(folder)}"
    return f"autograder review{into} {option} {shlex.quote(case.label)}"


def said(witness: Witness) -> str:
    """What one witness says, in words."""
    about = " ".join(witness.about.split())[:200]
    if witness.said is Said.UNSAID:
        first = {
            "needs-process": "cannot say: the test asks for what only the notebook's process has",
            "cannot-ship": "cannot say: the test uses an object that cannot be copied out of the notebook",
        }.get(witness.why, f"cannot say ({witness.why})" if witness.why else "cannot say")
        return f"{first}: {about}" if about else first
    if witness.said is Said.LOST:
        return f"lost ({witness.why})" if witness.why else "lost"
    return f"{witness.said}: {about}" if about else str(witness.said)


def likely(case: CaseResult, code: Iterable[str]) -> list[str]:
    """Reasons, in words, why a case passes only inside: what the test needs first, then what the notebook does."""
    if not is_split(case) or case.outside is None:
        return []
    reasons = []
    if case.outside.said is Said.UNSAID:
        reasons.append(
            "The test needs what only the notebook's process has. If it does so in every notebook, that is the test's"
            " doing: accept the case for all."
        )
    else:
        reasons.append(
            "The test gives another result on plain copies of the answers: the notebook has changed a library or a"
            " setting, or the test's own data, or the test relies on something that does not leave the process."
        )
    touched = list(dict.fromkeys(touches(code)))
    if touched:
        reasons.append(f"Look at the notebook: {'; '.join(touched[:MOST])}.")
    else:
        reasons.append("Nothing in the notebook's code changes a library, a built-in name or a setting in plain sight.")
    return reasons


def touches(code: Iterable[str]) -> Iterator[str]:
    r"""Where a notebook changes what the tests use: libraries, built-in names, settings, the machinery of the tests.

    >>> list(touches(["import numpy as np", "np.isclose = lambda *a: True\nabs = print"]))
    ['cell 2 gives abs another meaning', 'cell 2 sets np.isclose']
    """
    libraries = set(_LIBRARIES)
    for number, source in enumerate(code, start=1):
        tree = python_tree(source)
        if tree is None:
            continue  # a magic, or a cell that does not run: nothing is read from it
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                libraries |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        for what in (*_bound(tree), *(what for node in ast.walk(tree) for what in _touched(node, libraries))):
            yield f"cell {number} {what}"


def _bound(tree: ast.Module) -> Iterator[str]:
    """Names of built-ins and libraries that the cell's own level gives another meaning."""
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]
    for statement in tree.body:
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            stored = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
            names += [node.id for node in stored if isinstance(node.ctx, ast.Store)]
    for name in dict.fromkeys(names):
        if name in _LIBRARIES or (name in vars(builtins) and not name.startswith("_")):
            yield f"gives {name} another meaning"


def _touched(node: ast.AST, libraries: set[str]) -> Iterator[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        named = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
        # every notebook of Otter's says `import otter`; what is under it nobody needs
        reached = [name.partition(".")[0] for name in named if name != "otter"]
        yield from (f"imports {name}, which reaches {_REACHES[name]}" for name in reached if name in _REACHES)
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
        name = _dotted(node)
        if name.partition(".")[0] in libraries:
            yield f"sets {one_line(name)}"
    elif isinstance(node, ast.Call):
        last = node.func.attr if isinstance(node.func, ast.Attribute) else _dotted(node.func)
        if last in _SETS:
            yield f"changes {_SETS[last]} ({last})"
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
        called = isinstance(node.value, ast.Call)
        target = _dotted(node.value.func if isinstance(node.value, ast.Call) else node.value)
        if target in ("sys.modules", "__builtins__", "os.environ") or (called and target == "globals"):
            yield f"writes into {target}{'()' if called else ''}"


def _dotted(node: ast.expr) -> str:
    """``np.linalg.norm`` of such an expression; nothing of another."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(names)]) if isinstance(node, ast.Name) else ""
