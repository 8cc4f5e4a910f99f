"""Plain cases that pass only inside the notebook's own process: who, which, and what the likely reason is.

Two witnesses disagree, so a person decides, and decides best case by case: what one test needs of the process it needs
in every notebook. The reasons are guesses from what is recorded, worded as guesses.
"""

import ast
import builtins
import shlex
from collections.abc import Iterable, Iterator

from autograder.locale import translate
from autograder.model import CaseResult, Record, Run, Said, SubmissionResult, Trust, Witness
from autograder.untrusted import one_line, python_tree
from autograder.witnesses import ONLY_INSIDE, is_split

N_ = str  # marks a sentence for translation where it is not yet translated
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
    "builtins": N_("the module of built-in names"),
    "ctypes": N_("memory"),
    "doctest": N_("the machinery of the tests"),
    "gc": N_("every object of the process"),
    "otter": N_("Otter's own code"),
    "unittest": N_("the machinery of the tests"),
}
_SETS = {
    "set_printoptions": N_("how arrays print"),
    "set_option": N_("how tables print"),
    "settrace": N_("what runs while a test runs"),
    "setprofile": N_("what runs while a test runs"),
    "seterr": N_("what NumPy does about errors"),
    "setattr": N_("attributes, by name"),
    "init_printing": N_("how expressions print"),
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
    about: tuple[Witness, ...]
    """The outside witnesses, one of those that say the same."""

    def lines(self, language: str = "en") -> list[str]:
        """What was seen outside, and why it may be, from the first of the works."""
        first = self.works[0]
        question = next(question for question in first.questions if question.name == self.question)
        outside = translate(N_("outside"), language)
        seen = [f"{outside}: {witness_in_words(witness, language)}" for witness in self.about[:3]]
        return [*seen, *likely(question.cases[self.place], first.code, language)]

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
            about=tuple(
                {witness_in_words(case.outside): case.outside for _, case in of if case.outside is not None}.values()
            ),
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


_WORDS = {Said.PASS: N_("pass"), Said.FAIL: N_("fail"), Said.LOST: N_("lost")}
_UNSAID = {
    "needs-process": N_("cannot say: the test asks for what only the notebook's process has"),
    "cannot-ship": N_("cannot say: the test uses an object that cannot be copied out of the notebook"),
}


def witness_in_words(witness: Witness, language: str = "en") -> str:
    """What one witness says, in words."""
    about = " ".join(witness.about.split())[:200]
    if witness.said is Said.UNSAID:
        cannot = translate(N_("cannot say"), language)
        known = translate(_UNSAID[witness.why], language) if witness.why in _UNSAID else ""
        first = known or (f"{cannot} ({witness.why})" if witness.why else cannot)
        return f"{first}: {about}" if about else first
    word = translate(_WORDS[witness.said], language)
    if witness.said is Said.LOST:
        return f"{word} ({witness.why})" if witness.why else word
    return f"{word}: {about}" if about else word


def likely(case: CaseResult, code: Iterable[str], language: str = "en") -> list[str]:
    """Reasons, in words, why a case passes only inside: what the test needs first, then what the notebook does."""
    if not is_split(case) or case.outside is None:
        return []
    reasons = []
    if case.outside.said is Said.UNSAID:
        reasons.append(
            N_(
                "The test needs what only the notebook's process has. If it does so in every notebook, that is the"
                " test's doing: accept the case for all."
            )
        )
    else:
        reasons.append(
            N_(
                "The test gives another result on plain copies of the answers: the notebook has changed a library or a"
                " setting, or the test's own data, or the test relies on something that does not leave the process."
            )
        )
    touched = list(dict.fromkeys(touches(code, language)))
    if touched:
        look = translate(N_("Look at the notebook: %(what)s."), language)
        return [translate(reasons[0], language), look % {"what": "; ".join(touched[:MOST])}]
    reasons.append(N_("Nothing in the notebook's code changes a library, a built-in name or a setting in plain sight."))
    return [translate(reason, language) for reason in reasons]


Touch = tuple[str, dict[str, str]]
"""A sentence and what stands in it."""


def touches(code: Iterable[str], language: str = "en") -> Iterator[str]:
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
        for sentence, values in (*_bound(tree), *(one for node in ast.walk(tree) for one in _touched(node, libraries))):
            words = {**values, "what": translate(values["what"], language)} if "what" in values else values
            yield translate(sentence, language) % {"cell": number, **words}


def _bound(tree: ast.Module) -> Iterator[Touch]:
    """Names of built-ins and libraries that the cell's own level gives another meaning."""
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]
    for statement in tree.body:
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            stored = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
            names += [node.id for node in stored if isinstance(node.ctx, ast.Store)]
    for name in dict.fromkeys(names):
        if name in _LIBRARIES or (name in vars(builtins) and not name.startswith("_")):
            yield N_("cell %(cell)d gives %(name)s another meaning"), {"name": name}


def _touched(node: ast.AST, libraries: set[str]) -> Iterator[Touch]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        named = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
        # every notebook of Otter's says `import otter`; what is under it nobody needs
        reached = [name.partition(".")[0] for name in named if name != "otter"]
        imports = N_("cell %(cell)d imports %(name)s, which reaches %(what)s")
        yield from ((imports, {"name": name, "what": _REACHES[name]}) for name in reached if name in _REACHES)
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
        name = _dotted(node)
        if name.partition(".")[0] in libraries:
            yield N_("cell %(cell)d sets %(name)s"), {"name": one_line(name)}
    elif isinstance(node, ast.Call):
        last = node.func.attr if isinstance(node.func, ast.Attribute) else _dotted(node.func)
        if last in _SETS:
            yield N_("cell %(cell)d changes %(what)s (%(name)s)"), {"what": _SETS[last], "name": last}
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
        called = isinstance(node.value, ast.Call)
        target = _dotted(node.value.func if isinstance(node.value, ast.Call) else node.value)
        if target in ("sys.modules", "__builtins__", "os.environ") or (called and target == "globals"):
            yield N_("cell %(cell)d writes into %(name)s"), {"name": f"{target}{'()' if called else ''}"}


def _dotted(node: ast.expr) -> str:
    """``np.linalg.norm`` of such an expression; nothing of another."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(names)]) if isinstance(node, ast.Name) else ""
