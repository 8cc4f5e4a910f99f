"""Wrong antiderivatives and integrals, made of the terms that the question hands over with their antiderivatives."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from autograder.mistakes.calculus import Node, num, read
from autograder.modules import Later

if TYPE_CHECKING:
    import sympy as sp

    from autograder.mistakes.calculus import Task
else:
    sp = Later("sympy")  # half a second that who only wants a mistake's words does not pay

__all__ = [
    "area",
    "differentiated",
    "factor",
    "inner_missing",
    "inner_multiplied",
    "log",
    "lost",
    "lower",
    "not_done",
    "parts",
    "power",
    "product",
    "sign",
    "swapped",
]

Made = list[Node]


def _terms(task: "Task") -> list[tuple[Any, Any]]:
    return list(task.data.get("terms", ())) if task.kind in ("Antiderivative", "Integral") else []


def _symbol(task: "Task") -> Any:
    return sp.Symbol(task.wrt[0], real=True)


def _answer(task: "Task", made: Any) -> Made:
    """The wrong answer that an antiderivative gives: itself, or its values at the bounds put in."""
    if task.kind == "Antiderivative":
        return [read(made)]
    low, high = task.data["bounds"]
    return [read(made.subs(_symbol(task), high) - made.subs(_symbol(task), low))]


def _changed(task: "Task", change: "Callable[[Any, Any, Any], Iterator[Any]]") -> Iterator[Made]:
    """Each term's antiderivative changed alone, and all of them."""
    terms = _terms(task)
    if not terms:
        return
    x = _symbol(task)
    made = [list(change(x, f, whole)) for f, whole in terms]
    right = sum((whole for _, whole in terms), sp.S.Zero)
    for (_, whole), others in zip(terms, made, strict=True):
        for other in others:
            yield _answer(task, right - whole + other)
    if sum(bool(others) for others in made) > 1:
        pairs = zip(terms, made, strict=True)
        yield _answer(task, sum((others[0] if others else whole for (_, whole), others in pairs), sp.S.Zero))


def differentiated(task: "Task") -> Iterator[Made]:
    """The derivative."""
    if terms := _terms(task):
        yield _answer(task, sp.diff(sum((f for f, _ in terms), sp.S.Zero), _symbol(task)))


def not_done(task: "Task") -> Iterator[Made]:
    """The function itself."""
    if terms := _terms(task):
        yield _answer(task, sum((f for f, _ in terms), sp.S.Zero))


def factor(task: "Task") -> Iterator[Made]:
    """Constant factors lost."""

    def change(x: Any, f: Any, whole: Any) -> Iterator[Any]:
        number, _ = f.as_independent(x, as_Add=False)
        if number not in (1, -1) and number != 0:
            yield whole / abs(number)

    yield from _changed(task, change)


def _slopes_inside(x: Any, f: Any) -> set[Any]:
    """The slopes of the straight lines inside the functions and powers of a term, as the 2 of cos(2x)."""
    insides = [part.args[0] for part in f.atoms(sp.Function)] + [
        part.args[0] if part.args[1].is_number else part.args[1] for part in f.atoms(sp.Pow)
    ]
    slopes = {sp.diff(inside, x) for inside in insides}
    return {slope for slope in slopes if slope.is_number and slope not in (0, 1)}


def inner_missing(task: "Task") -> Iterator[Made]:
    """Not divided by inner derivatives."""

    def change(x: Any, f: Any, whole: Any) -> Iterator[Any]:
        for slope in _slopes_inside(x, f):
            yield whole * slope
        if not _slopes_inside(x, f) and not _is_power(x, f):
            made, given = (each.as_independent(x, as_Add=False)[0] for each in (whole, f))
            if not whole.is_Add and made not in (0, given, -given):
                yield whole / abs(made) * abs(given)

    yield from _changed(task, change)


def inner_multiplied(task: "Task") -> Iterator[Made]:
    """Multiplied by inner derivatives."""

    def change(x: Any, f: Any, whole: Any) -> Iterator[Any]:
        for slope in _slopes_inside(x, f):
            yield whole * slope**2

    yield from _changed(task, change)


def _is_power(x: Any, f: Any) -> bool:
    _, rest = f.as_independent(x, as_Add=False)
    return bool(rest == x or (rest.is_Pow and rest.args[0] == x and rest.args[1].is_number))


def power(task: "Task") -> Iterator[Made]:
    """The power rule, not carried through."""

    def change(x: Any, f: Any, whole: Any) -> Iterator[Any]:
        number, rest = f.as_independent(x, as_Add=False)
        if not _is_power(x, f) or rest == 1 / x:
            return
        n = rest.as_base_exp()[1]
        yield number * x ** (n + 1)
        yield number * x ** (n + 1) / n
        yield number * x**n / n
        yield number * (n + 1) * x ** (n + 1)

    yield from _changed(task, change)


def log(task: "Task") -> Iterator[Made]:
    """The power rule for 1/x, or a logarithm for another power."""

    def change(x: Any, f: Any, whole: Any) -> Iterator[Any]:
        number, rest = f.as_independent(x, as_Add=False)
        base, exponent = rest.as_base_exp()
        if exponent == -1 and sp.diff(base, x).is_number:
            yield sp.S.Zero
            yield -number / base**2
            yield number / base
            yield number * x
        elif exponent.is_number and exponent < -1:
            yield number * sp.log(base**-exponent)

    yield from _changed(task, change)


def sign(task: "Task") -> Iterator[Made]:
    """Signs of terms."""

    def change(x: Any, f: Any, whole: Any) -> Iterator[Any]:
        yield -whole

    yield from _changed(task, change)


def lost(task: "Task") -> Iterator[Made]:
    """Terms lost."""

    def change(x: Any, f: Any, whole: Any) -> Iterator[Any]:
        yield sp.S.Zero

    if len(_terms(task)) > 1:
        yield from _changed(task, change)


def product(task: "Task") -> Iterator[Made]:
    """Products integrated factor by factor."""
    from sympy.integrals.manualintegrate import manualintegrate

    def change(x: Any, f: Any, whole: Any) -> Iterator[Any]:
        number, rest = f.as_independent(x, as_Add=False)
        factors = rest.args if rest.is_Mul else ()
        if len(factors) == 2:
            one, other = (manualintegrate(factor, x) for factor in factors)
            if not one.has(sp.Integral) and not other.has(sp.Integral):
                yield number * one * other

    yield from _changed(task, change)


def parts(task: "Task") -> Iterator[Made]:
    """Parts of an integration by parts lost or turned."""

    def change(x: Any, f: Any, whole: Any) -> Iterator[Any]:
        pieces = sp.Add.make_args(sp.expand(whole))
        if len(pieces) > 1 and f.is_Mul:
            for piece in pieces:
                yield whole - 2 * piece
                yield whole - piece

    yield from _changed(task, change)


def swapped(task: "Task") -> Iterator[Made]:
    """Bounds swapped."""
    if task.kind == "Integral":
        yield [num(-task.data["right"])]


def lower(task: "Task") -> Iterator[Made]:
    """One bound alone, or both added."""
    if task.kind == "Integral" and _terms(task):
        whole, x = sum((made for _, made in _terms(task)), sp.S.Zero), _symbol(task)
        low, high = (whole.subs(x, bound) for bound in task.data["bounds"])
        yield [read(high)]
        yield [read(low)]
        yield [read(low + high)]


def area(task: "Task") -> Iterator[Made]:
    """The area."""
    if task.kind == "Integral" and "area" in task.data:
        yield [num(task.data["area"])]
