"""Which names of a notebook follow from what is drawn: those of all others come out the same for everybody."""

import ast
import builtins
import symtable
from collections.abc import Iterable, Iterator, Sequence

__all__ = ["following", "used"]


def following(cells: Sequence[ast.Module], names: Iterable[str]) -> list[frozenset[str]]:
    """For each cell the names that follow from what is drawn when it has run.

    Those are what a statement assigns that uses such a name, and what stands in a bare call, which may change it
    (``rows.append``). What is imported is the same for all, unless it is given a seed or something in it is set
    (``np.random.seed(a)``): then it follows, and with it all that uses it. A function follows from what it looks up
    when it is called, also where that is assigned below it.

    Args:
        cells: in the order in which they run.
        names: what is drawn.

    Example:
        >>> cells = ["a = 3", "b = 2 * a; c = 1", "g = lambda x: h(x)", "def h(x): return b", "b = 4"]
        >>> [sorted(each) for each in following([ast.parse(cell) for cell in cells], ["a"])]
        [['a', 'g', 'h'], ['a', 'b', 'g', 'h'], ['a', 'b', 'g', 'h'], ['a', 'b', 'g', 'h'], ['a', 'g', 'h']]
    """
    same = {name for tree in cells for name in _imported(tree)} | set(dir(builtins))
    steps = [[_Step(statement, same) for statement in tree.body] for tree in cells]
    always = set(names)
    while True:
        moments = list(_moments(steps, always))
        ever = set().union(*moments)
        late = {name for cell in steps for step in cell if step.when_called & ever for name in step.made} - always
        if not late:
            return moments
        always |= late


class _Step:
    """A statement: what it looks up now and when its functions are called, and what is another thing after it."""

    def __init__(self, statement: ast.stmt, same: set[str]) -> None:
        table = symtable.symtable(ast.unparse(statement), "cell", "exec")
        symbols = table.get_symbols()
        self.when_called = _looked_up(table)
        self.uses = {symbol.get_name() for symbol in symbols if symbol.is_referenced()} | self.when_called
        self.made = {symbol.get_name() for symbol in symbols if symbol.is_assigned()}
        self.replaces = isinstance(statement, ast.Assign | ast.AnnAssign | ast.FunctionDef | ast.ClassDef)
        self.made -= same
        for node in ast.walk(statement):
            match node:
                case ast.Attribute(value=changed, ctx=ast.Store()) | ast.Subscript(value=changed, ctx=ast.Store()):
                    self.replaces = False
                    self.made |= used(changed) & self.uses
                case ast.AugAssign(target=ast.Name(id=changed)):
                    self.uses.add(changed)
                case ast.Expr(value=ast.Call(func=ast.Attribute(attr="seed") as called)):
                    self.made |= used(called)
                case ast.Expr(value=ast.Call(func=called) as call) if not used(called) & same:
                    self.made |= used(call) & self.uses - same


def _moments(cells: Sequence[Sequence[_Step]], always: set[str]) -> Iterator[frozenset[str]]:
    drawn = set(always)
    for cell in cells:
        for step in cell:
            if step.uses & drawn:
                drawn |= step.made
            elif step.replaces:
                drawn -= step.made - always
        yield frozenset(drawn)


def used(tree: ast.AST) -> set[str]:
    """Names of the notebook in a cell: arguments and local names of functions are others.

    Example:
        >>> sorted(used(ast.parse("f = lambda x: a * x")))
        ['a', 'f']
    """
    table = symtable.symtable(ast.unparse(tree), "cell", "exec")
    return set(table.get_identifiers()) | _looked_up(table)


def _looked_up(table: symtable.SymbolTable) -> set[str]:
    """What the functions in it take from the notebook."""
    return set().union(*map(_global, table.get_children()))


def _global(table: symtable.SymbolTable) -> set[str]:
    return {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global()} | _looked_up(table)


def _imported(tree: ast.AST) -> set[str]:
    names = (each for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) for each in node.names)
    return {(each.asname or each.name).partition(".")[0] for each in names}
