"""What the notebook's own cells say about an answer: which one makes it, what it uses, why there is none."""

import ast
import sys
from collections.abc import Sequence
from textwrap import dedent

from autograder.untrusted import python_tree

__all__ = ["cells_that_make", "forbidden_name", "formula_of", "notebook_cells", "why_missing"]


_MODULES = frozenset({"autograd", "jax", "jnp", "np", "numpy", "scipy", "sp", "sympy", "tensorflow", "tf", "torch"})
"""Names under which modules are known in cells further up."""


def forbidden_name(source: str | None, names: Sequence[str]) -> str | None:
    """The first forbidden name that is used in some Python source, or None.

    What somebody makes of that name is their own: a variable ``grad``, an attribute ``w.grad`` of an object that keeps
    its slope there. An attribute counts as a call, ``f.diff(x)``, or as part of a module, ``map(jax.grad, fs)``.

    Args:
        source: of a function or a cell; None where it is not known.
        names: such as ``diff`` or ``jax.grad``; the last part counts, as a call, an attribute or an import.

    >>> forbidden_name("g = sp.diff(x**2, x)", ("diff",))
    'diff'
    >>> forbidden_name("def diff_by_hand(x): return 2*x", ("diff",)) is None
    True
    >>> forbidden_name("def slopes(w): loss(w).backward(); return w.grad", ("grad",)) is None
    True
    """
    if not source:
        return None
    wanted = {name.rsplit(".", 1)[-1] for name in names}
    tree = python_tree(source)
    if tree is None:
        return None
    nodes = list(ast.walk(tree))
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    by_name = {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    # f.diff is a function under another name where that name is called: d = f.diff, then d(x)
    called |= {
        id(node.value)
        for node in nodes
        if isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id in by_name for target in node.targets)
    }
    imports = [alias for node in nodes if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names]
    modules = _MODULES | {(alias.asname or alias.name).partition(".")[0] for alias in imports}
    own = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    own |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    own |= {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    for node in nodes:
        if isinstance(node, ast.Attribute) and node.attr in wanted and isinstance(node.ctx, ast.Load):
            if id(node) in called or _root(node) in modules:
                return node.attr
        elif isinstance(node, ast.Name) and node.id in wanted - own and isinstance(node.ctx, ast.Load):
            return node.id
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                if alias.name.rsplit(".", 1)[-1] in wanted:
                    return alias.name
    return None


def _root(node: ast.expr) -> str | None:
    """The name that an attribute hangs on: ``jax`` of ``jax.numpy.grad``."""
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Attribute | ast.Subscript):
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return None
    return node.id


def formula_of(source: str | None, variables: Sequence[str]) -> str | None:
    r"""What a function returns, as text in the question's variables, where it is one formula of its arguments.

    >>> formula_of("dg = lambda t: 0.67*t + np.cos(t)", ["x"])
    '0.67 * x + np.cos(x)'
    >>> formula_of("def dg(t):\n    c = 0.67\n    return c*t", ["x"]) is None
    True
    """
    tree = python_tree(dedent(source)) if source else None
    made = [] if tree is None else [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.Lambda)]
    if len(made) != 1:
        return None
    function = made[0]
    formula: ast.expr | None = None
    if isinstance(function, ast.Lambda):
        formula = function.body
    elif isinstance(last := function.body[-1], ast.Return) and all(
        isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant) for one in function.body[:-1]
    ):
        formula = last.value
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    if formula is None or len(names) != len(variables):
        return None
    # where a function has the variables' names in another order, they are called by name
    letters = {} if {*names} == {*variables} else dict(zip(names, variables, strict=True))
    for node in ast.walk(formula):
        if isinstance(node, ast.Name):
            node.id = letters.get(node.id, node.id)
    return ast.unparse(formula)


def cells_that_make(name: str, cells: Sequence[str]) -> list[str]:
    r"""The cells that the value of a name comes from.

    The last one that makes it, and earlier ones only as far as a later one goes on from what they made
    (``g = sp.simplify(g)``).

    Args:
        name: of a value or a function.
        cells: in the order in which they ran; of a cell that ran twice the last run counts.

    >>> cells_that_make("g", ["f = x**2", "g = sp.diff(f, x)", "%time 1\ng = 2*x\ng", "h = g"])
    ['\ng = 2*x\ng']
    >>> cells_that_make("g", ["g = sp.diff(f, x)", "g = g + 1"])
    ['g = g + 1', 'g = sp.diff(f, x)']
    """
    found = []
    for source in map(_python, reversed(cells)):
        body = _statements(source)
        if name not in source or not any(_makes(name, statement) for statement in body):
            continue
        found.append(source)
        if not _goes_on(name, body):
            break
    return found


def why_missing(name: str, value: object, cells: Sequence[str]) -> dict[str, str]:
    """What the cells say about a name that holds no answer, as the details of a verdict; empty where they say nothing.

    >>> why_missing("dfdx", None, ["dfdx = print(6*x)"])
    {'printed': 'print(…)'}
    >>> why_missing("dfdx", None, ["dFdx = 6*x"])
    {'other': 'dFdx'}
    >>> why_missing("dfdx", "", ['dfdx = ""'])
    {'got': 'an empty text'}
    """
    if isinstance(value, str):
        return {"got": "an empty text"} if not value.strip() else {}
    if value is not None:
        return {}  # the starter code's ...
    for statement in (one for cell in reversed(cells) for one in reversed(_statements(_python(cell)))):
        if _makes(name, statement):
            given = statement.value if isinstance(statement, ast.Assign) else None
            if isinstance(given, ast.Constant) and given.value is Ellipsis:
                return {}
            if isinstance(given, ast.Constant) and given.value is None:
                return {"got": "None"}
            if isinstance(given, ast.Call) and isinstance(given.func, ast.Name) and given.func.id == "print":
                return {"printed": "print(…)"}
            return {"line": ast.unparse(statement).splitlines()[0][:80]}
    flat = _flat(name)
    made = (node for cell in reversed(cells) for one in _statements(_python(cell)) for node in ast.walk(one))
    for node in made:
        other = (
            node.id if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else getattr(node, "name", None)
        )
        if isinstance(other, str) and other != name and _flat(other) == flat:
            return {"other": other}
    return {}


def _flat(name: str) -> str:
    return name.replace("_", "").casefold()


def _python(cell: str) -> str:
    """A cell without IPython's magics and shell lines, which are no Python."""
    return "\n".join("" if line.lstrip()[:1] in ("%", "!") else line for line in cell.splitlines())


def _statements(source: str) -> list[ast.stmt]:
    tree = python_tree(source)
    return [] if tree is None else tree.body


def _makes(name: str, statement: ast.stmt) -> bool:
    return any(
        (isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store))
        or (isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name)
        or (isinstance(node, ast.alias) and (node.asname or node.name) == name)
        for node in ast.walk(statement)
    )


def _goes_on(name: str, statements: Sequence[ast.stmt]) -> bool:
    """Whether the first statement that has to do with a name reads what it was before."""
    for statement in statements:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and statement.name == name:
            return False  # what a function reads of itself is itself
        reads = any(
            isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
            for node in ast.walk(statement)
        )
        if reads or (isinstance(statement, ast.AugAssign) and _makes(name, statement)):
            return True
        if _makes(name, statement):
            return False
    return False


def notebook_cells() -> list[str]:
    """The cells that ran in this kernel, in the order in which they ran; none outside of one."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    history = shell.user_ns.get("In", ()) if shell is not None else ()
    return [cell for cell in history if isinstance(cell, str)]
