"""Which names of a notebook follow from what is drawn: those of all others come out the same for everybody."""

import ast
import symtable
from collections.abc import Iterable, Iterator, Mapping, Sequence

from autograder.versions.changes import Changes, bound_by, is_same_always, is_used_up, kept_by, reads_anything
from autograder.versions.libraries import (
    FIGURE,
    OUTSIDE,
    any_figure,
    given_away,
    imported,
    keeps,
    known_library,
    opens_figure,
    stands_for,
)

__all__ = ["Notebook", "following", "used"]


def following(cells: Sequence[ast.Module], names: Iterable[str]) -> list[frozenset[str]]:
    """For each cell the names that follow from what is drawn when it has run.

    Those are what a statement binds that uses such a name, and what it may change: the list of ``rows.append(a)`` and
    whatever may share an object with it, a library in which something is set, what a function changes that it mentions.
    A function follows from what it looks up when it is called, also where that is assigned below it. After a statement
    of which nobody can see what it uses (``exec``) everything follows.

    Args:
        cells: in the order in which they run.
        names: what is drawn.

    Example:
        >>> cells = ["a = 3", "b = 2 * a; c = 1", "g = lambda x: h(x)", "def h(x): return b", "b = 4"]
        >>> [sorted(each) for each in following([ast.parse(cell) for cell in cells], ["a"])]
        [['a', 'g', 'h'], ['a', 'b', 'g', 'h'], ['a', 'b', 'g', 'h'], ['a', 'b', 'g', 'h'], ['a', 'g', 'h']]
    """
    return [frozenset(drawn - {FIGURE, OUTSIDE}) for drawn, _ in Notebook(cells).following(names)]


class Step:
    """A statement: what it looks up now and when its functions are called, and what is another thing after it."""

    def __init__(self, statement: ast.stmt, paths: Mapping[str, str]) -> None:
        self.statement = statement
        table = symtable.symtable(ast.unparse(statement), "cell", "exec")
        symbols = table.get_symbols()
        self.when_called = _looked_up(table)
        read = {symbol.get_name() for symbol in symbols if symbol.is_referenced()} - _own_of_loops(statement)
        self.uses = read | self.when_called
        assigned = {symbol.get_name() for symbol in symbols if symbol.is_assigned()}
        self.anew = _bound_anew(statement)
        """Names that stand for a new object after it in any case."""
        self.functions: list[ast.AST] = []
        self.declared: set[str] = set()
        """What its functions bind in the notebook."""
        for node in ast.walk(statement):
            match node:
                case ast.AugAssign(target=ast.Name(id=name)) | ast.Name(id=name, ctx=ast.Del()):
                    self.uses.add(name)
                case ast.NamedExpr(target=ast.Name(id=name)):
                    assigned.add(name)
                case ast.Global(names=names):
                    self.declared |= set(names)
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                    self.functions.append(node)
        self.made = assigned | {symbol.get_name() for symbol in symbols if symbol.is_imported()}
        self.takes_name = bool((assigned | self.declared) & paths.keys())
        """Whether something of the notebook gets the name of a library's: by its name nobody knows what is called."""
        self.unreadable = reads_anything(statement, paths)
        self._look_outside(paths)

    def _look_outside(self, paths: Mapping[str, str]) -> None:
        libraries = {paths[name] for name in (self.uses | self.made) & paths.keys()}
        figures = {path for path in libraries if path.startswith("matplotlib")}
        more = {OUTSIDE} if "open" in self.uses or not all(map(known_library, libraries - figures)) else set()
        if opens_figure(self.statement, paths):
            self.anew.add(FIGURE)
            self.made.add(FIGURE)
        elif figures and not isinstance(self.statement, ast.Import | ast.ImportFrom):
            more.add(FIGURE)
        self.uses |= more
        self.when_called |= more if self.when_called else set()
        if any_figure(self.statement, paths):
            self.when_called.add(FIGURE)
            self.made.add(FIGURE)


class Notebook:
    """All statements, and what each of them may change."""

    def __init__(self, cells: Sequence[ast.Module]) -> None:
        self.paths = imported(cells)
        self.cells = [[Step(statement, self.paths) for statement in tree.body] for tree in cells]
        self.steps = [step for cell in self.cells for step in cell]
        self._names = {OUTSIDE, FIGURE}.union(*(step.uses | step.made for step in self.steps))
        self._bound = {name for step in self.steps for name in step.made | step.declared} - self.paths.keys()
        self._functions = set(self._named_as_functions())
        self._effects = self._effects_of_calls()
        self._same = self._never_changed()
        self._changes = {step: self._changes_of(step) for step in self.steps}
        shared = self._sharing()
        self.touches = {
            step: step.made.union(each, *(shared.get(name, ()) for name in each))
            for step, each in self._changes.items()
        }
        """Statement → what may be another thing after it, under every name that it may have."""

    def following(self, names: Iterable[str]) -> list[tuple[set[str], bool]]:
        """For each cell what :func:`following` says, and whether such a name is looked up in it."""
        always = set(names)
        while True:
            moments = list(self._moments(always))
            ever = set().union(*(drawn for drawn, _ in moments))
            late = {name for step in self.steps if step.when_called & ever for name in step.made} - always
            if not late:
                return moments
            always |= late

    def _moments(self, always: set[str]) -> Iterator[tuple[set[str], bool]]:
        """After each cell what follows from the names that always do."""
        drawn, known = set(always), {FIGURE, OUTSIDE, *self.paths}
        for cell in self.cells:
            reached = False
            for step in cell:
                known |= step.made | step.declared
                if step.unreadable:
                    drawn |= self._names
                elif step.uses & drawn:
                    drawn |= self.touches[step] & known
                    reached = True
                else:
                    drawn -= step.anew - always
            yield set(drawn), reached

    def _named_as_functions(self) -> Iterator[str]:
        """Functions, classes, methods, and what a call has given: what calls of them do is known."""
        for node in (node for step in self.steps for node in ast.walk(step.statement)):
            match node:
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                    yield name
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() | ast.Call()):
                    yield name

    def _own_effects(self, step: Step) -> tuple[set[str], bool]:
        """What calls of a statement's functions may change, and whether that is also what they are given."""
        inner = [Changes(node, self.paths, self._functions, called=True) for node in step.functions]
        kept = step.made if any(keeps(node, self.paths) for node in step.functions) else set()
        kept = kept | (step.made if is_used_up(step.statement, self.paths) else set())
        return kept.union(*(each.names for each in inner)), bool(kept) or any(each.given for each in inner)

    def _effects_of_calls(self) -> dict[str, tuple[set[str], bool]]:
        """The same by name, also for what a statement makes of them: an instance, a closure, a function that calls."""
        found: dict[str, tuple[set[str], bool]] = {}
        todo = [(step, self._own_effects(step)) for step in self.steps]
        while True:
            before = dict(found)
            for step, own in todo:
                called = [own, *(found[name] for name in step.uses & found.keys())]
                changed, given = set().union(*(names for names, _ in called)), any(each for _, each in called)
                if changed or given:
                    for name in step.made:
                        names, was = found.get(name, (set(), False))
                        found[name] = names | changed, was or given
            if found == before:
                return found

    def _never_changed(self) -> set[str]:
        """Names that only ever stand for what nobody can change."""
        same = set(self._bound)
        while True:
            less = {name for step in self.steps if not self._stays(step, same) for name in step.made} & same
            if not less:
                return same
            same -= less

    def _stays(self, step: Step, same: set[str]) -> bool:
        match step.statement:
            case ast.Assign(value=ast.Lambda()) | ast.FunctionDef():
                return step.uses & self._bound <= same and not any(name in self._effects for name in step.made)
            case ast.Assign(value=value) | ast.AnnAssign(value=value) | ast.AugAssign(value=value):
                return is_same_always(value, self.paths, same)
        return False

    def _changes_of(self, step: Step) -> set[str]:
        """What a statement may change, with what the functions do that it mentions: it may call them."""
        found = Changes(step.statement, self.paths, self._functions)
        called = [self._effects[name] for name in step.uses & self._effects.keys()]
        changed = found.names.union(*(names for names, _ in called))
        if found.given or any(given for _, given in called):
            changed |= step.uses - self._same - self.paths.keys() | given_away(step.statement, self.paths)
        return changed & (self._bound | self.paths.keys() | {OUTSIDE, FIGURE})

    def _sharing(self) -> dict[str, set[str]]:
        """Name → all that may hold an object of its, or one in it."""
        groups: dict[str, set[str]] = {}
        for step in self.steps:
            held = step.made | self._changes[step]
            if held - {OUTSIDE, FIGURE}:
                held = held | (kept_by(step.statement) & self._bound)
            held = held - self._same - {OUTSIDE}
            if isinstance(step.statement, ast.Assign):
                held = held | stands_for(step.statement.value, self.paths) | (step.uses & {FIGURE})
            whole = held.union(*(groups.get(name, ()) for name in held))
            groups |= dict.fromkeys(whole, whole)
        return groups


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


def _bound_anew(statement: ast.stmt) -> set[str]:
    match statement:
        case (
            ast.FunctionDef(name=name)
            | ast.ClassDef(name=name)
            | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr())
        ):
            return {name}
        case ast.Assign(targets=targets):
            return set().union(*map(bound_by, targets))
    return set()


def _own_of_loops(statement: ast.stmt) -> set[str]:
    """Names that a statement looks up nowhere but in a loop that has bound them."""
    loops = [(bound_by(node.target), node.body) for node in ast.walk(statement) if isinstance(node, ast.For)]
    names = [node for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    inside = {(id(node), name) for bound, body in loops for part in body for node in ast.walk(part) for name in bound}
    others = {node.id for node in names if (id(node), node.id) not in inside}
    return set().union(*(bound for bound, _ in loops)) - others
