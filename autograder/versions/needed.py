"""Which cells of a notebook have to run for what is asked of it: what the others make, nobody looks at.

A slice backwards, cell by cell, that keeps too much rather than too little. Nothing is known of what a function does to
what it is given, so cells that share an object are kept or left out together, as far as the last one of them that
counts: an object is whatever a name stands for until the notebook binds it anew, so ``rows`` and its alias are one.
"""

import ast
import builtins
import symtable
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from autograder.versions.changes import reads_anything
from autograder.versions.following import following
from autograder.versions.libraries import FIGURE, PYPLOT, imported, is_pure, path_of

__all__ = ["needed"]

_OF_THE_FIGURE = {
    "annotate", "axhline", "axis", "axvline", "bar", "clabel", "colorbar", "contour", "contourf", "figure",
    "fill_between", "gca", "gcf", "grid", "hist", "legend", "plot", "quiver", "scatter", "show", "subplots", "text",
    "tight_layout", "title", "xlabel", "xlim", "ylabel", "ylim",
}  # fmt: skip
"""What of pyplot touches the figure in hand and nothing that outlives it."""
_NEW_FIGURE = {"figure", "subplots"}
_SETTINGS = {"rc", "rcParams", "style", "use"}
_OUTSIDE = {"breakpoint", "delattr", "exit", "input", "open", "quit", "setattr"}
_SHOWS = {"display"}
_AT_ONCE = {"dictcomp", "listcomp", "setcomp"}


def needed(
    cells: Sequence[ast.Module], names: Iterable[str], asks: Collection[tuple[int, Collection[str]]]
) -> list[bool]:
    """For each cell whether it has to run: some other numbers can change what it does, or what is asked needs it.

    Args:
        cells: in the order in which they run; ``pass`` stands for a line of IPython's that makes something ready.
        names: what is drawn.
        asks: number of the cells above a question → names that its tests take.

    Example:
        >>> cells = ["a = 3", "rows = [1]", "b = a + len(rows)", "rows.append(2)", "c = 1", "d = c"]
        >>> needed([ast.parse(cell) for cell in cells], ["a"], [(3, ["b"])])
        [True, True, True, False, False, False]
    """
    paths = imported(cells)
    stored = {name for tree in cells for name in _stored(tree)}
    if paths.keys() & stored or any(_unreadable(tree, paths) for tree in cells):
        return [True] * len(cells)
    same = paths.keys() | (set(dir(builtins)) | _SHOWS) - stored
    nodes: list[_Names] = [_Cell(tree, same, paths) for tree in cells]
    moments = [frozenset(names), *following(cells, names)]
    ever = frozenset().union(*moments)
    for tree, node, before, after in zip(cells, nodes, moments[:-1], moments[1:], strict=True):
        looked_up = node.exposed | {each.id for each in ast.walk(tree) if isinstance(each, ast.Name)} & paths.keys()
        node.counts |= bool(looked_up & before or node.made & after or node.late & ever)
    _spread_changes(nodes)
    asked = sorted(asks, key=lambda ask: -ask[0])
    for above, wanted in asked:  # the last one first: a place counts what stands before it
        figure = {FIGURE} if any(paths.get(name) == PYPLOT for name in wanted) else set()
        nodes.insert(above, _Names(exposed=set(wanted) - same | figure, counts=True))
    is_cell = [isinstance(node, _Cell) for node in nodes]
    kept = _kept(nodes)
    return [stays for stays, cell in zip(kept, is_cell, strict=True) if cell]


class _Names:
    """What one place of a notebook looks up: a cell, or a question that is asked there."""

    def __init__(self, exposed: set[str], *, counts: bool = False) -> None:
        self.exposed = exposed
        """Names whose object it may take from above, to read it, to change it or to give it another name."""
        self.late: set[str] = set()
        """What its functions look up when they are called."""
        self.made: set[str] = set()
        self.anew: set[str] = set()
        """Those of them that stand for a new object after it in any case."""
        self.counts = counts
        """Whether it has to run whatever the others do."""
        self.changes = False
        """Whether it changes what is no name of the notebook, or makes what can."""


class _Cell(_Names):
    def __init__(self, tree: ast.Module, same: set[str], paths: dict[str, str]) -> None:
        super().__init__(set())
        self._same = same
        self.anew = self._read(tree.body, set()) - same
        self.made = _stored(tree) - same
        self.exposed -= same
        self.late -= same
        self.counts = any(isinstance(node, ast.Import | ast.ImportFrom | ast.Pass) for node in ast.walk(tree))
        self._look_at_libraries(tree, paths)

    def _read(self, body: Sequence[ast.AST], bound: set[str]) -> set[str]:
        """Note what statements look up that is not bound for certain before; return what is bound after them."""
        for node in body:
            match node:
                case ast.If(test=test, body=first, orelse=other) | ast.While(test=test, body=first, orelse=other):
                    self._expose(test, bound)
                    self._read(first, set(bound))
                    self._read(other, set(bound))
                case ast.For(target=target, iter=iterated, body=first, orelse=other):
                    self._expose(iterated, bound)
                    self._expose_parts(target, bound)
                    self._read(first, bound | _stored(target))
                    self._read(other, set(bound))
                case ast.With(items=items, body=first):
                    self._read([*items, *first], set(bound))
                case ast.withitem(context_expr=opened, optional_vars=target):
                    self._expose(opened, bound)
                    if target is not None:
                        self._expose_parts(target, bound)
                        bound = bound | _stored(target)
                case _:
                    self._expose(node, bound)
                    bound = (bound | _bound_by(node)) - _deleted(node)
        return bound

    def _expose(self, node: ast.AST, bound: set[str]) -> None:
        table = symtable.symtable(ast.unparse(node), "cell", "exec")
        now, late = _looked_up(table)
        self.exposed |= (now | _changed(node)) - bound
        self.late |= late

    def _expose_parts(self, target: ast.expr, bound: set[str]) -> None:
        for node in ast.walk(target):
            if isinstance(node, ast.Attribute | ast.Subscript):
                self._expose(node, bound)

    def _look_at_libraries(self, tree: ast.Module, paths: dict[str, str]) -> None:
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef)]
        inside = {id(part) for function in functions for part in ast.walk(function)}
        called = {id(node.func): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
        chained = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        figures: list[tuple[int, int, bool]] = []
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id in _OUTSIDE & self._same:
                self.changes = True
            if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
                self.changes |= _root(node) in paths
            if id(node) in chained or not isinstance(node, ast.Name | ast.Attribute):
                continue
            path = path_of(node, paths)
            call = called.get(id(node))
            if call is not None and id(node) not in inside and _of_the_figure(path):
                opens = _opens(call, path) and any(call is getattr(each, "value", None) for each in tree.body)
                figures.append((call.end_lineno or 0, call.end_col_offset or 0, opens))
                if not opens and path.rpartition(".")[2] in _NEW_FIGURE:
                    self.late.add(FIGURE)  # by its number it may be any of them
            elif path:
                self.changes |= not _pure(path)
                if path.startswith(PYPLOT) and path.rpartition(".")[2] not in _SETTINGS:
                    self.late.add(FIGURE)
        if figures:
            (self.anew if min(figures)[2] else self.exposed).add(FIGURE)
            self.made.add(FIGURE)


def _spread_changes(nodes: Sequence[_Names]) -> None:
    """What uses what such a cell has made may do the same: a function that seeds, a generator, a library's part."""
    while True:
        made: set[str] = set().union(*(node.made for node in nodes if node.changes))
        more = [node for node in nodes if not node.changes and (node.exposed | node.late) & made]
        if not more:
            break
        for node in more:
            node.changes = True
    for node in nodes:
        node.counts |= node.changes


def _kept(nodes: Sequence[_Names]) -> list[bool]:
    """Whether each place stands before, or is, one that counts among those with which it shares an object."""
    group = list(range(len(nodes)))

    def first(at: int) -> int:
        while group[at] != at:
            at = group[at]
        return at

    def join(here: int, there: int) -> None:
        group[first(here)] = first(there)

    objects: dict[str, set[int]] = defaultdict(set)
    mentioned: dict[str, set[int]] = defaultdict(set)
    for at, node in enumerate(nodes):
        for name in node.exposed:
            for other in objects[name]:
                join(at, other)
        for name in node.exposed | node.made:
            objects[name].add(at)
        for name in node.anew:
            objects[name] = {at}
        for name in node.exposed | node.late | node.made:
            mentioned[name].add(at)
    for at, node in enumerate(nodes):
        for name in node.late:  # when a function is called its name may stand for any of them
            for other in mentioned[name]:
                join(at, other)
    last: dict[int, int] = {}
    for at, node in enumerate(nodes):
        if node.counts:
            last[first(at)] = at
    return [at <= last.get(first(at), -1) for at in range(len(nodes))]


def _looked_up(table: symtable.SymbolTable) -> tuple[set[str], set[str]]:
    """Names of the notebook that run now, and those that run when something in it is called."""
    top = table.get_type() == "module"
    now = {each.get_name() for each in table.get_symbols() if (each.is_referenced() if top else each.is_global())}
    late: set[str] = set()
    for child in table.get_children():
        soon, later = _looked_up(child)
        late |= later
        if child.get_type() == "class" or child.get_name() in _AT_ONCE:
            now |= soon
        else:
            late |= soon
    return now, late


def _stored(tree: ast.AST) -> set[str]:
    """Names that a cell, a statement or a target binds in the notebook, or takes away, wherever in it."""
    text = ast.unparse(tree)
    if isinstance(tree, ast.expr):
        return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    table = symtable.symtable(text, "cell", "exec")
    return {each.get_name() for each in table.get_symbols() if each.is_assigned()} | _by_global(table)


def _by_global(table: symtable.SymbolTable) -> set[str]:
    """What functions bind in the notebook by ``global``."""
    found: set[str] = set()
    for child in table.get_children():
        found |= {each.get_name() for each in child.get_symbols() if each.is_declared_global() and each.is_assigned()}
        found |= _by_global(child)
    return found


def _bound_by(node: ast.AST) -> set[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Assign(targets=targets):
            return set().union(*map(_stored, targets))
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
            return {name}
    return set()


def _deleted(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Del)}


def _changed(node: ast.AST) -> set[str]:
    """Names that have to stand for something before: ``rows += […]`` and ``del rows`` do not look them up."""
    targets = (each.target for each in ast.walk(node) if isinstance(each, ast.AugAssign))
    return {target.id for target in targets if isinstance(target, ast.Name)} | _deleted(node)


def _root(node: ast.AST) -> str:
    while not isinstance(node, ast.Name):
        inner = getattr(node, "value", None) or getattr(node, "func", None)
        if not isinstance(inner, ast.AST):
            return ""
        node = inner
    return node.id


def _pure(path: str) -> bool:
    """Whether it can be looked up and called, and no library is another one afterwards; a whole library is not."""
    return "." in path and not path.startswith("autograder") and is_pure(path)


def _of_the_figure(path: str) -> bool:
    return path.startswith(f"{PYPLOT}.") and path.removeprefix(f"{PYPLOT}.") in _OF_THE_FIGURE


def _opens(call: ast.Call, path: str) -> bool:
    """Whether this call of pyplot's makes a figure that nobody has."""
    name = path.removeprefix(f"{PYPLOT}.")
    numbered = bool(call.args and name == "figure") or any(word.arg in ("num", None) for word in call.keywords)
    return name in _NEW_FIGURE and not numbered


def _unreadable(tree: ast.Module, paths: Mapping[str, str]) -> bool:
    stars = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    return reads_anything(tree, paths) or any(each.name == "*" for node in stars for each in node.names)
