"""The questions that a test asks, as objects, and what is wrong with them."""

import ast
import difflib
import inspect
import itertools
import logging
import re
import traceback
from collections.abc import Iterator, Sequence
from typing import Any

from autograder.build.checks.finding import Finding
from autograder.build.source import Cell, SourceQuestion, is_function, test_functions
from autograder.errors import AuthorError
from autograder.model import Evidence

__all__ = ["Asked", "asked_findings", "asked_in", "possible_mistakes", "questions_of", "wrong_answers"]

Asked = Sequence[tuple[Cell, Any]]
"""Test cells with the questions that they ask."""

_log = logging.getLogger("autograder")

ASKED = "__asked__"
"""Stands in a rewritten test for the list that its questions go into; no author writes such a name."""
TRIED = 32
"""Points of a domain at which a function is tried."""
_SIGNATURE = re.compile(r"(\w+)\.__init__\(\) (?:got an unexpected keyword argument '(\w+)'|missing .*: '(\w+)')")


def questions_of(cell: Cell) -> list[Any]:
    """The question objects that a test cell checks answers with, made but not asked.

    Every ``something.check(answer)`` in the test is replaced by one that notes ``something``, and the test is run
    without answers.

    Raises:
        AuthorError: a question of the test cannot be made, or the test uses a name that is nowhere defined.
    """
    module = _Noting().visit(ast.parse(cell.text))
    asked: list[Any] = []
    names: dict[str, Any] = {ASKED: asked}
    file = f"cell {cell.index}"
    if not is_function(cell):
        _of_doctest(module, file, names)
        return asked
    # Otter takes the function alone; a call behind it is for its author
    module.body = [node for node in module.body if isinstance(node, ast.FunctionDef)][:1]
    try:
        exec(compile(ast.fix_missing_locations(module), file, "exec"), names)
        for function in test_functions(cell)[:1]:
            _tried(names[function.name], file)
    except (ImportError, NameError) as error:
        raise AuthorError(_stopped(error, file)) from error
    return asked


def _of_doctest(module: ast.Module, file: str, names: dict[str, Any]) -> None:
    """Run the statements of a doctest that make a question; what needs the notebook's own names is passed over."""
    asks = [any(isinstance(n, ast.Name) and n.id == ASKED for n in ast.walk(node)) for node in module.body]
    for node, ask in zip(module.body, asks, strict=True):
        if not any(asks) or not (ask or isinstance(node, ast.Import | ast.ImportFrom | ast.Assign)):
            continue
        alone = ast.fix_missing_locations(ast.Module(body=[node], type_ignores=[]))
        try:
            exec(compile(alone, file, "exec"), names)
        except AuthorError:
            raise
        except ImportError as error:
            raise AuthorError(_stopped(error, file)) from error
        except Exception as error:  # a name of the notebook's, which is not there
            if fault := _unmade(error):
                raise AuthorError(fault) from error


def _tried(test: Any, file: str) -> None:
    parameters = test.__code__.co_varnames[: test.__code__.co_argcount]
    try:
        test(*(None for _ in parameters))
    except AuthorError:
        raise
    except (ImportError, NameError) as error:
        if traceback.extract_tb(error.__traceback__)[-1].filename == file:
            raise
    except Exception as error:
        if fault := _unmade(error):
            raise AuthorError(fault) from error
        # else the test does something of its own with the answer, which is not there


class _Noting(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "check":
            noting = ast.Attribute(value=ast.Name(id=ASKED, ctx=ast.Load()), attr="append", ctx=ast.Load())
            return ast.Call(func=noting, args=[node.func.value], keywords=[])
        return node


def _stopped(error: ImportError | NameError, file: str) -> str:
    line = next((frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file), None)
    text = f"line {line} of the test stops with {type(error).__name__}: {error}"
    if wrong := re.match(r"cannot import name '(\w+)' from 'autograder'", str(error)):
        import autograder

        near = difflib.get_close_matches(wrong[1], autograder.__all__, n=1)
        text = f"the package has no {wrong[1]}"
        text += f"; did you mean {near[0]}?" if near else "; docs/questions.md lists the kinds"
    elif isinstance(error, NameError):
        text += "; a test brings its own imports, and what the notebook binds is a parameter of it"
    return text


def _unmade(error: Exception) -> str | None:
    """What a question that could not be made was given, in the author's terms; None where it is not about one."""
    from autograder.questions.base import Question

    kind: type[Question] | None = None
    for frame, _ in traceback.walk_tb(error.__traceback__):
        made = frame.f_locals.get("self")
        if frame.f_code.co_name == "__init__" and isinstance(made, Question):
            kind = kind or type(made)
    wrong = _SIGNATURE.match(str(error)) if isinstance(error, TypeError) else None
    name = kind.__name__ if kind else wrong[1] if wrong else ""
    if wrong and wrong[2]:
        known = _options(kind) if kind else []
        near = difflib.get_close_matches(wrong[2], known, n=1)
        return f"{name} has no option {wrong[2]}=" + (f"; did you mean {near[0]}=?" if near else "")
    if wrong and wrong[3]:
        return f"{name} needs {wrong[3]}="
    return f"{name} cannot be made: {type(error).__name__}: {error}" if kind else None


def _options(kind: type) -> list[str]:
    found: dict[str, None] = {}
    for each in kind.__mro__:
        if "__init__" in vars(each) and each is not object:
            parameters = inspect.signature(vars(each)["__init__"]).parameters.values()
            found |= {p.name: None for p in parameters if p.kind is not p.VAR_KEYWORD and p.name != "self"}
    return list(found)


def asked_in(question: SourceQuestion) -> tuple[Asked, list[Finding]]:
    """The questions that the tests of one ask, and what kept others from being made."""
    asked: list[tuple[Cell, Any]] = []
    findings = []
    for cell in question.tests:
        try:
            asked += [(cell, each) for each in questions_of(cell)]
        except AuthorError as error:
            findings.append(_of_error(error, "Mend it in this test.", question.name, cell))
    return asked, findings


def asked_findings(question: SourceQuestion, asked: Asked) -> Iterator[Finding]:
    """What is wrong with them: references that disagree, mistakes that do not occur, domains that are left."""
    told: set[str] = set()
    known: set[Any] = set()
    for cell, each in asked:
        # a hidden test asks for the formula of arrays in another shape: its mistakes are the same, and SymPy's part too
        alike = None if getattr(each, "credit", None) else getattr(each, "alike", None)
        if alike is not None and alike in known:
            continue
        known.add(alike)
        try:
            for finding in _one(each, question.name, cell, known):
                if finding.error or finding.message not in told:  # the hidden test asks what the public one does
                    yield finding
                told.add(finding.message)
        except AuthorError as error:
            fix = "Change the function, its domain or the seed."
            if "hint" in str(error):
                fix = "Word it anew." if "names" in str(error) else "Take it out of slips=."
            yield _of_error(error, fix, question.name, cell)
        except Exception as error:  # ours; the author is told where, and the other questions are looked at all the same
            _log.debug("certifying %s", each, exc_info=True)
            first = str(error).partition("\n")[0]
            yield Finding(
                code="R09",
                question=question.name,
                cell=cell.index,
                message=f"Checking this question stopped with {type(error).__name__}: {first}.",
                fix="This is a bug in autograder, please report it; another function may do until then.",
            )


def _one(asked: Any, name: str, cell: Cell, known: set[Any]) -> Iterator[Finding]:
    """One question: do its references agree, and what does the catalogue say about its mistakes?

    Args:
        known: :func:`~autograder.mistakes.same_mistakes` of those whose mistakes were looked at; added to.
    """
    from autograder import mistakes

    certify = getattr(asked, "certify", None)
    if certify is not None:
        certify()
    for message, fix, error in _odd(asked):
        yield Finding(code="R02", question=name, cell=cell.index, message=message, fix=fix, error=error)
    same = mistakes.same_mistakes(asked)
    if same is not None and same in known:
        return
    known.add(same)
    for found in mistakes.certify(asked, name=name):
        advice = found.code == "M06"
        yield Finding(
            code=found.code, question=name, cell=cell.index, message=found.message, fix=found.fix, error=not advice
        )


def _of_error(error: AuthorError, fix: str, name: str, cell: Cell) -> Finding:
    first, *rest = str(error).rstrip(".").split("\n")
    # a formula with a caret under its fault; JAX's own explanations only lead away from the question
    shown = "\n".join(rest) if rest and rest[-1].strip() == "^" else ""
    message = first if first.endswith("?") else f"{first}."
    return Finding(code="R01", question=name, cell=cell.index, message=message, fix=fix, shown=shown)


def _odd(asked: Any) -> Iterator[tuple[str, str, bool]]:
    """What can be computed and is hardly meant: (message, fix, whether it is an error)."""
    function = getattr(asked, "function", None)
    exprs = getattr(function, "exprs", None)
    if function is None or not exprs or not hasattr(asked, "reference"):
        return  # it is no derivative of one function, as an optimum under constraints is none
    names = function.variables
    for name in names:
        if len(name) > 1 and re.search(rf"(?<!\w){re.escape(name)}\s*\(", function.text):
            message = f"{name}(…) in {function.text} is read as a variable {name} times a bracket."
            yield message, f"Write {name}*(…) if that is meant, or the name of a function.", True
    held = {symbol.name for expr in exprs for symbol in expr.free_symbols}
    if asked.reference.operator.order and not held & {*asked.wrt}:
        wrt = ", ".join(asked.wrt)
        yield f"{function.text} does not hold {wrt}, so that the answer is 0 everywhere.", "Mend wrt=.", True
        return
    if asked.domain is None or asked.at is not None or not names:
        return
    from autograder.reference import point_text
    from autograder.reference.sampling import candidates

    points = list(itertools.islice(candidates(asked.domain, names, seed=asked.seed, count=8), TRIED))
    outside = [point for point in points if asked.reference.evaluate(point) is None]
    if len(outside) == TRIED:
        yield f"{function.text} is real nowhere in its domain.", "Change the domain or the function.", True
    elif outside:
        message = f"{function.text} is not real in a part of its domain, as at {point_text(outside[0])}; answers are"
        yield f"{message} compared in the rest only.", "Narrow the domain.", False


def wrong_answers(asked: Any) -> Iterator[tuple[str, str, Any]]:
    """For each mistake that can be made in a question: its id, a wrong answer as text, and that answer.

    Args:
        asked: a question; one that no wrong answers can be generated from gives none.
    """
    import numpy as np
    import sympy as sp

    from autograder.mistakes import Task, all_wrong_answers

    seen: set[str] = set()
    for mistake, answer in asked.wrong_answers():
        if mistake not in seen:
            seen.add(mistake)
            yield mistake, str(answer), answer
    evidence = asked.task() if hasattr(asked, "task") else None
    if evidence is None:
        return
    with np.errstate(all="ignore"):
        for candidate in all_wrong_answers(Task(evidence)):
            if candidate.id in seen:
                continue
            seen.add(candidate.id)
            entries = [_at(entry, evidence) for entry in candidate.expressions()]
            answer = sp.Array(entries, candidate.shape) if candidate.shape else entries[0]
            yield candidate.id, str(answer), answer


def possible_mistakes(asked: Asked) -> set[str]:
    """Ids of the mistakes that can be made in a question, whichever of its tests finds them."""
    from autograder import mistakes

    found: set[str] = set()
    known: set[Any] = {None}
    for _, each in asked:
        same = mistakes.same_mistakes(each)
        if same is None or same not in known:
            found |= mistakes.possible(each)
        known.add(same)
    return found


def _at(entry: Any, evidence: Evidence) -> Any:
    """The formula's value where the question asks for one at a point."""
    if evidence.at is None or evidence.kind == "TangentPlane":
        return entry
    point = dict(zip(evidence.variables, evidence.at, strict=True))
    return entry.subs({symbol: point[symbol.name] for symbol in entry.free_symbols if symbol.name in point})
