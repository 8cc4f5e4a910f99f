"""What an author is told about draws besides whether their versions stand."""

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from autograder.build.checks.asked import asked_in
from autograder.build.checks.finding import Finding
from autograder.build.checks.hints import right_answer
from autograder.build.init import handed_out
from autograder.build.source import Cell, Source, parsed_text, tested
from autograder.build.versions import concrete, draw_cells, drawn_names, prompt_parts, used_names
from autograder.errors import AuthorError
from autograder.model import Outcome
from autograder.versions import Drawn, Formula, Pool, bound, decoded, drawings, read

__all__ = [
    "DrawFault",
    "chance_findings",
    "drawn_from",
    "fault_finding",
    "lost_findings",
    "refusal",
    "template_findings",
    "told_findings",
    "unused_findings",
]

_COMPARED = 3
"""Versions in which a drawn value has to be the right answer: in one it may be by chance."""


class DrawFault(AuthorError):
    """A draw, or a prompt that shows what was drawn, gave nothing."""

    def __init__(self, drawn: Drawn) -> None:
        super().__init__(drawn.fault.rstrip("."))
        self.place, self.line = drawn.place, drawn.line


def fault_finding(source: Source, error: AuthorError) -> Finding:
    """What is wrong with a draw, or with what a prompt shows of it, at its cell and line."""
    place, line = (error.place, error.line) if isinstance(error, DrawFault) else ("", None)
    prompt = next((cell for cell in source.cells if cell.id == place), None)
    question = next((each for each in source.questions if prompt and prompt.text in each.prompt), None)
    first = next(iter(draw_cells(source)))
    return Finding(
        code="N01",
        question=question.name if question else None,
        cell=prompt.index if prompt else int(place or first),
        message=f"{f'Line {line}: ' if line else ''}{error}.",
        fix="Mend the prompt, or draw the name." if prompt else "Mend the draw.",
    )


def refusal(finding: Finding) -> str:
    """Why a version is refused, in few words that other versions share: they are counted."""
    named = re.findall(r"'(\w+)'", finding.message)
    match finding.code, named:
        case "M06" | "M03", [name, *_]:
            return f"the mistake {name} is right at the point"
        case "M04", [name, other, *_]:
            return f"the mistakes {name} and {other} cannot be told apart"
    return f"{finding.code}: {finding.message.partition(': ')[0].rstrip('.')}"


def template_findings(source: Source) -> Iterator[Finding]:
    """What can be said of the tests of a source that draws, before anything is drawn."""
    tests = source.config.get("tests")
    if not (isinstance(tests, dict) and tests.get("ok_format") is False):
        yield Finding(
            code="N05",
            cell=next(iter(draw_cells(source))),
            message="Numbers are drawn, and the tests are doctests, which take no numbers.",
            fix="Write tests as functions, with `tests:` and `    ok_format: false` in # ASSIGNMENT CONFIG.",
        )
    for question in source.questions:
        for cell in question.tests:
            try:
                line = _draws_at(cell.text)
            except SyntaxError:
                continue  # with a test configuration before it: it is read where the question is made
            if line is not None:
                yield Finding(
                    code="N04",
                    question=question.name,
                    cell=cell.index,
                    message=f"Line {line}: This test draws by itself: students would be asked for other numbers than "
                    "they see.",
                    fix="Draw in a cell that begins with # DRAW, and use the name here.",
                )


def _draws_at(code: str) -> int | None:
    """The line at which a test draws: with ``draw``, or by bringing one: ``from autograder import draw``."""
    used = any(used_names(code, ["draw"]).values())
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Name) and node.id == "draw" and used:
            return node.lineno
        match node:
            case ast.ImportFrom(module=str(module), names=names) if module.partition(".")[0] == "autograder":
                if any(name.name in ("draw", "Draw") for name in names):
                    return node.lineno
    return None


_TAKES_SEED = (
    "random.seed", "random.Random", "numpy.random.seed", "numpy.random.default_rng", "jax.random.PRNGKey",
    "jax.random.key",
)  # fmt: skip
"""What draws by chance where it is given no seed, or the time for one; NumPy's classes (``PCG64``) besides."""
_CHANCE = ("secrets", "os.urandom", "os.getpid", "uuid", "time", "datetime", "random.SystemRandom")
"""What is another each time, and so no seed."""
_NO_DRAW = ("random.getstate", "random.setstate", "numpy.random.Generator", "numpy.random.get_state")


def chance_findings(source: Source) -> Iterator[Finding]:
    """Tests that draw without a seed: what they ask for is another each time they run."""
    modules: dict[str, str] = {}
    tests = {cell.index for question in source.questions for cell in question.tests}
    for cell in source.cells:
        if cell.kind == "code" and cell.index not in tests:
            modules |= _imported(_parsed(cell))
    drawing = bool(draw_cells(source))
    for question in source.questions:
        for cell in question.tests:
            found: dict[int, tuple[str, str]] = {}
            for line, *said in _by_chance(tested(cell)[1], modules):
                found.setdefault(line, (said[0], said[1]))
            for line, (written, instead) in found.items():
                yield Finding(
                    code="N04",
                    question=question.name,
                    cell=cell.index,
                    message=f"Line {line}: {written} draws without a seed: each time the test runs it asks for "
                    "something else, and a work that is graded again may get other points.",
                    fix=f"Draw in a cell that begins with # DRAW, or from {instead}."
                    if drawing
                    else f"Draw from {instead}.",
                    error=drawing,
                )


def _parsed(cell: Cell) -> ast.Module:
    """A cell's code; nothing where it is no Python, such as a cell that begins with ``%%bash``."""
    try:
        return parsed_text(cell.text)
    except SyntaxError:
        return ast.Module([], [])


def _imported(code: ast.Module) -> dict[str, str]:
    """Name → the module, or what of a module, it stands for."""
    found = {}
    for node in ast.walk(code):
        if isinstance(node, ast.Import):
            for each in node.names:
                first = each.name.partition(".")[0]
                found[each.asname or first] = each.name if each.asname else first
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
    return found


def _by_chance(test: ast.Module, modules: Mapping[str, str]) -> Iterator[tuple[int, str, str]]:
    """Calls of a test that draw without a seed: line, as it is written, and what to draw from instead."""
    known = {**modules, **_imported(test)}
    chance: set[str] = set()
    seeded: set[str] = set()
    for node in sorted((each for each in ast.walk(test) if isinstance(each, ast.Call | ast.Assign)), key=_place):
        if isinstance(node, ast.Assign):
            if _is_chance(node.value, known, chance):
                chance |= {part.id for each in node.targets for part in ast.walk(each) if isinstance(part, ast.Name)}
            continue
        name = _called(node, known)
        room, _, last = name.rpartition(".")
        given = [*node.args, *(each.value for each in node.keywords)]
        written = ast.unparse(node)
        generator = "np.random.default_rng(0)" if name.startswith(("numpy", "scipy")) else "random.Random(0)"
        if name in _NO_DRAW:
            continue
        if name in _TAKES_SEED or (room == "numpy.random" and last[0].isupper()):
            nothing = not given or (isinstance(given[0], ast.Constant) and given[0].value is None)
            if nothing or any(_is_chance(each, known, chance) for each in given):
                yield node.lineno, written, generator if last == "seed" else f"{ast.unparse(node.func)}(0)"
            elif last == "seed":
                seeded.add(room)
        elif (
            (room in ("random", "numpy.random") and room not in seeded)
            or name.startswith(("secrets.", "os.urandom", "random.SystemRandom"))
            or (name.startswith("scipy.stats.") and last == "rvs" and "random_state" not in written)
        ):
            yield node.lineno, written, generator


def _place(node: ast.Call | ast.Assign) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _called(node: ast.AST, known: Mapping[str, str]) -> str:
    """The whole name of what is called, ``numpy.random.rand``; empty where it is nothing that was imported."""
    if not isinstance(node, ast.Call):
        return ""
    first, dot, rest = ast.unparse(node.func).partition(".")
    return known[first] + dot + rest if first in known else ""


def _is_chance(node: ast.AST, known: Mapping[str, str], chance: Collection[str]) -> bool:
    """Whether a value is another each time: the clock's, the system's, or made of one."""
    for part in ast.walk(node):
        name = _called(part, known)
        if any(name == each or name.startswith(f"{each}.") for each in _CHANCE):
            return True
        if isinstance(part, ast.Name) and part.id in chance:
            return True
    return False


def unused_findings(source: Source, names: Sequence[str]) -> Iterator[Finding]:
    """Names that were drawn and nothing uses, and those that a prompt only seems to use."""
    draws = draw_cells(source)
    for cell in source.cells:
        tight = re.findall(r"\{\{(\w+)\}\}", cell.text) if cell.kind == "markdown" else []
        for name in dict.fromkeys(each for each in tight if each in names):
            yield Finding(
                code="N03",
                cell=cell.index,
                message=f"{{{{{name}}}}} has no blanks inside of its braces, so students read it as it stands.",
                fix=f"Write {{{{ {name} }}}}; if it is LaTeX, give what is drawn another name.",
                error=False,
            )
    elsewhere = "\n".join(cell.text for cell in source.cells if cell.index not in draws)
    drawn_at = {name: (number, line) for number, code in draws.items() for name, line in bound(code)}
    for name in names:
        place, line = drawn_at[name]
        again = sum(len(re.findall(rf"\b{name}\b", code)) for code in draws.values())
        if not re.search(rf"\b{name}\b", elsewhere) and again < 2:
            yield Finding(
                code="N02",
                cell=place,
                message=f"Line {line}: {name} is drawn, and no prompt, solution or test uses it.",
                fix="Use it, or begin its name with an underscore.",
                error=False,
            )


def told_findings(source: Source, pool: Pool) -> Iterator[Finding]:
    """Names that students' notebooks hold and that are a question's right answer, in each of the first versions."""
    if len(pool.versions) < 2:
        return
    cells = draw_cells(source)
    for question in source.questions:
        left = [*handed_out(source, pool).names] if drawn_names(question, pool.names) else []
        for version in pool.versions[:_COMPARED]:
            if not left:
                break
            own = dict(zip(pool.names, map(decoded, version.values), strict=True))
            place = source.questions.index(question)
            asked, _ = asked_in(concrete(source, pool, version).questions[place])
            left = [name for name in left if any(_is_answer(own[name], each) for _, each in asked)]
        for name in left:
            yield Finding(
                code="N09",
                question=question.name,
                cell=next((number for number, code in cells.items() if re.search(rf"\b{name}\b", code)), None),
                message=f"{name} is the right answer of {question.name}, and a student's notebook holds what is drawn.",
                fix="Begin its name with an underscore, or let hidden tests alone use it.",
                error=False,
            )


def _is_answer(value: Any, asked: Any) -> bool:
    """Whether a drawn value would be right; what has an answer that can be written down need not be judged."""
    answers = right_answer(asked)
    if answers:
        return any(_same(value, answer) for answer in answers)
    if not isinstance(value, int | float | Fraction | list | tuple) or getattr(asked, "judge", None) is None:
        return False
    return bool(asked.judge(value).outcome is Outcome.CORRECT)


def _same(value: Any, answer: Any) -> bool:
    """Whether a value is this array, or this formula at a few places."""
    import sympy as sp

    if isinstance(value, Formula):
        if not isinstance(answer, sp.Expr):
            return False
        other = read(value)
        names = sorted({symbol.name for symbol in answer.free_symbols | other.free_symbols})
        for start in (0.31, 0.57):
            at = {name: start + place / 7 for place, name in enumerate(names)}
            left, right = (each.subs({s: at[s.name] for s in each.free_symbols}).evalf() for each in (answer, other))
            if not abs(left - right) <= 1e-9 * (1 + abs(left)):
                return False
        return True
    try:
        given = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        return False
    return isinstance(answer, np.ndarray) and given.shape == answer.shape and bool(np.allclose(given, answer, 1e-9))


def lost_findings(source: Source, places: Mapping[int, str]) -> Iterator[Finding]:
    """Versions that students may have, and that have other numbers now."""
    for place, why in places.items():
        yield Finding(
            code="N08",
            cell=next(iter(draw_cells(source))),
            message=f"Version {place + 1} does not stand any more ({why}) and has other numbers now: who has the "
            "notebook already keeps the old ones, and would be graded on the new.",
            fix="Hand the notebook out anew, or mend what refuses the version.",
            error=False,
        )


def anew_findings(source: Source, refused: Mapping[str, int]) -> Iterator[Finding]:
    """Why numbers do not stand that were drawn in this build and that nobody has: reason → of how many versions."""
    for why, number in refused.items():
        yield Finding(
            code="N08",
            cell=next(iter(draw_cells(source))),
            message=f"Of the versions that were drawn now {number} did not stand ({why}); others took their places.",
            fix="Nobody has them yet. Mend what refuses them, or do not draw such numbers.",
            error=False,
        )


def drawn_from(source: Source, seeds: Sequence[int]) -> Iterator[Drawn]:
    """Draws, each with its prompts filled in.

    Raises:
        AuthorError: one of them has a fault; it says where.
    """
    for each in drawings(draw_cells(source), prompt_parts(source), seeds):
        if each.fault:
            raise DrawFault(each)
        yield each
