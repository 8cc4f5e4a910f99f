"""A solved cell in which what students must not get is marked as Otter Assign wants it."""

import ast
import re
from collections.abc import Collection, Iterator, Sequence

from autograder.build.source import parsed_text
from autograder.errors import AuthorError

__all__ = ["differentiated", "in_regions", "marked", "region_marked"]

_NOTHING = "# BEGIN SOLUTION NO PROMPT"
_DERIVE = ("diff", "grad", "jacfwd", "jacrev", "hessian", "derive_by_array", "value_and_grad")
_SYMBOLS = ("symbols", "Symbol", "var", "Function")


def marked(text: str, wanted: Collection[str] = (), kept: Collection[str] = (), stub: str = "") -> str:
    r"""Mark a cell all of which is the solution.

    Students keep imports, symbols, the heads of functions with their docstrings, and ``name = ...`` for the answers.

    Args:
        text: the cell's.
        wanted: names of the answers; of any other they get nothing. Empty: all names that are bound by ``=``.
        kept: names that are given: what binds them stays as it is.
        stub: what students are to fill in, where the author wrote that too: its statements are given.

    >>> print(marked("def df(x):\n    return 2 * x\nslope = df(3)"))
    def df(x):
        # BEGIN SOLUTION
        return 2 * x
        # END SOLUTION
    slope = df(3)  # SOLUTION
    """
    lines = text.split("\n")
    made: list[str] = []
    hidden: list[str] = []
    names: list[str] = []

    def flush() -> None:
        if any(line.strip() for line in hidden):
            made.extend(_hidden(hidden, names))
        else:
            made.extend(hidden)
        hidden.clear()
        names.clear()

    done = 0
    stubs = parsed_text(stub).body
    shown = {*map(ast.unparse, stubs)}
    for node in parsed_text(text).body:
        first, last = _first(node), node.end_lineno or node.lineno
        if first - 1 < done:
            continue  # a second statement on one line
        lead, own = lines[done : first - 1], lines[first - 1 : last]
        done = last
        if _is_given(node, own) or {*_bound(node)} & {*kept} or ast.unparse(node) in shown:
            flush()
            made += lead + own
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.body[0].lineno > node.lineno:
            flush()
            same = (each for each in stubs if isinstance(each, ast.FunctionDef) and each.name == node.name)
            made += lead + _function(node, lines, next(same, None))
        elif _is_one_line(node) and (not wanted or {*_bound(node)} <= {*wanted}):
            flush()
            made += [*lead, f"{own[0].rstrip().rstrip(';')}  # SOLUTION"]
        else:
            hidden += lead + own
            names += [name for name in _bound(node) if (name in wanted if wanted else isinstance(node, ast.Assign))]
    hidden += lines[done:]
    flush()
    text = "\n".join(made).strip("\n")
    left = re.sub(rf"^{_NOTHING}$.*?^# END SOLUTION$", "", text, flags=re.S | re.M)
    # students are shown where to write
    return text if left.strip() else text.replace(_NOTHING, "# BEGIN SOLUTION", 1)


def region_marked(text: str, wanted: Collection[str] = ()) -> str | None:
    r"""A cell with nbgrader's ``### BEGIN SOLUTION`` … ``### END SOLUTION`` in Otter's marks; None where it has none.

    >>> print(region_marked("def f(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION"))
    def f(x):
        # BEGIN SOLUTION
        return x
        # END SOLUTION
    """
    parts = in_regions(text, "SOLUTION")
    if len(parts) == 1:
        return None
    made: list[str] = []
    for number, (mark, lines) in enumerate(parts):
        if number % 2 == 0:
            made += lines
            continue
        indent = mark[: len(mark) - len(mark.lstrip())]
        names = _names_of(lines, wanted) if not indent else []
        made += _hidden(lines, names) if names else _block(lines, indent)
    return "\n".join(made)


def in_regions(text: str, what: str) -> list[tuple[str, list[str]]]:
    r"""The lines of a text, by turns outside of ``BEGIN …`` and ``END …`` and between them, each part behind its mark.

    A mark is any line that holds these words, as nbgrader itself reads them: ``#--- BEGIN SOLUTION ---`` too.

    Raises:
        AuthorError: a region is never closed, or opened twice; what is in it would be handed out.

    >>> in_regions("a\n=== BEGIN SOLUTION ===\nb\n=== END SOLUTION ===", "SOLUTION")
    [('', ['a']), ('=== BEGIN SOLUTION ===', ['b']), ('=== END SOLUTION ===', [])]
    """
    parts: list[tuple[str, list[str]]] = [("", [])]
    for line in text.split("\n"):
        inside = len(parts) % 2 == 0
        if f"BEGIN {what}" in line or f"END {what}" in line:
            if (f"BEGIN {what}" in line) == inside:
                raise AuthorError(f"`{line.strip()}` has no {'END' if inside else 'BEGIN'} {what} before it")
            parts.append((line, []))
        else:
            parts[-1][1].append(line)
    if len(parts) % 2 == 0:
        raise AuthorError(f"`{parts[-1][0].strip()}` is never closed: add `END {what}`")
    return parts


def differentiated(text: str) -> set[str]:
    """Names of what is differentiated in a cell: ``f`` of ``sp.diff(f, x)``, ``f.diff(x)`` and ``jax.grad(f)``."""
    found = set()
    for node in ast.walk(parsed_text(text)):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in _DERIVE:
            of = node.func.value if isinstance(node.func, ast.Attribute) and node.func.attr == "diff" else None
            names = [each.id for each in (of, *node.args[:1]) if isinstance(each, ast.Name)]
            found |= {*names}
    return found


def _block(lines: Sequence[str], indent: str) -> list[str]:
    return [f"{indent}# BEGIN SOLUTION", *lines, f"{indent}# END SOLUTION"]


def _hidden(lines: Sequence[str], names: Sequence[str]) -> list[str]:
    """Lines of which students get nothing but ``name = ...`` for these."""
    if not names:
        return [_NOTHING, *lines, "# END SOLUTION"]
    prompt = [f"{name} = ..." for name in dict.fromkeys(names)]
    marks = ['""" # BEGIN PROMPT', *prompt, '"""; # END PROMPT']
    return [_NOTHING, *lines, "# END SOLUTION", *marks]


def _names_of(lines: Sequence[str], wanted: Collection[str]) -> list[str]:
    try:
        body = parsed_text("\n".join(lines)).body
    except SyntaxError:  # a part of a statement
        return []
    bound = [name for node in body for name in _bound(node)]
    return [name for name in bound if name in wanted] if wanted else bound


def _function(
    node: ast.FunctionDef | ast.AsyncFunctionDef, lines: Sequence[str], stub: ast.FunctionDef | None
) -> list[str]:
    """A function of which students keep the head, the docstring, and what their stub has at its begin and its end."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    shown = [ast.unparse(each) for each in (stub.body if stub is not None else ())]
    while len(body) > 1 and ast.unparse(body[0]) in shown:
        body = body[1:]
    end = node.end_lineno or 0
    while len(body) > 1 and ast.unparse(body[-1]) in shown:
        end = body[-2].end_lineno or end
        body = body[:-1]
    if not body:
        return list(lines[_first(node) - 1 : node.end_lineno])
    start = _first(body[0])
    indent = re.match(r"\s*", lines[start - 1])
    head, rest = lines[_first(node) - 1 : start - 1], lines[start - 1 : end]
    return [*head, *_block(rest, indent[0] if indent else "    "), *lines[end : node.end_lineno]]


def _is_given(node: ast.stmt, own: Sequence[str]) -> bool:
    """What students need as it stands: imports, lines for the shell, symbols."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return True
    if isinstance(node, ast.Pass) and own[0].lstrip().startswith(("%", "!")):
        return True
    value = node.value if isinstance(node, ast.Assign) else None
    called = value.func if isinstance(value, ast.Call) else None
    return getattr(called, "attr", getattr(called, "id", "")) in _SYMBOLS


def _is_one_line(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Assign) or node.end_lineno != node.lineno:
        return False
    return len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)


def _bound(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
        yield node.name
        return
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            yield each.id


def _first(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)])
