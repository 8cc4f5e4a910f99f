"""Is one expression equal to another? Decided in ball arithmetic, in a child process that can be killed."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from autograder.compare.arbiter import Request
from autograder.compare.criterion import Criterion
from autograder.errors import AuthorError, ExpressionError
from autograder.expressions.text import read
from autograder.expressions.tree import Tree, to_tree
from autograder.model import Outcome, Reason, Verdict
from autograder.points import Interval, parts

MAX_COMPONENTS = 400
_CONTAINERS = frozenset(["List", "Tuple", "Matrix", "ImmutableMatrix", "Array", "MutableArray"])


def expressions(
    actual: Any,
    desired: Any,
    *,
    variables: Sequence[str],
    domain: Mapping[str, Interval] | None = None,
    seed: int = 0,
    rtol: float | None = None,
    atol: float | None = None,
    prove: bool = True,
) -> Verdict:
    """Whether ``actual`` equals ``desired`` wherever every part of both is real and finite.

    Both are enclosed in balls at random points of the domain. Balls that are apart prove a difference, and the point
    is the witness; agreement to 200 bits at enough points is equality, proved where algebra shows it as well. With a
    decimal number in either, the answer counts as numeric: each decimal stands for the numbers within 1e-8 of it,
    relatively; with ``rtol`` or ``atol``, ``|actual − desired| <= atol + rtol·|desired|`` is asked at every point.

    Args:
        actual: the student's: a SymPy expression, ``Matrix``, ``Array``, text, a number, or a list of them.
        desired: the reference, likewise.
        variables: names of the variables that the question knows.
        domain: variable → (low, high); None for an end that is open.
        seed: of the points.
        rtol: for answers with decimal numbers, relative to the reference; None, with ``atol``, for the rule above.
        atol: likewise, absolute.
        prove: False leaves an equality "sampled".

    Returns:
        A verdict in at most five seconds of processor time. INVALID for what is not an expression in these variables,
        or has another shape; UNDECIDED where neither equal nor different could be established.

    Raises:
        AuthorError: the reference cannot be read, or the domain is empty.

    Example:
        >>> verdict = expressions("2x cos(x^2)", "2*x*cos(x**2)", variables=["x"])
        >>> str(verdict.outcome), str(verdict.certainty)
        ('CORRECT', 'proved')
    """
    try:
        reference = as_tree(desired, variables)
        for low_high in (domain or {}).values():
            parts(low_high)
    except (ExpressionError, ValueError) as error:
        raise AuthorError(f"the reference cannot be used: {error}") from error
    try:
        answer = as_tree(actual, variables)
    except ExpressionError as error:
        return invalid(error, variables)
    criterion = Criterion(
        variables=list(variables), domain=dict(domain or {}), seed=seed, rtol=rtol, atol=atol, prove=prove
    )
    return compare_trees(answer, reference, criterion)


def compare_trees(
    answer: Tree,
    reference: Tree | None,
    criterion: Criterion,
    *,
    functions: Sequence[Tree] = (),
    terms: Sequence[tuple[int, Sequence[str]]] = (),
    wanted_shape: tuple[int, ...] = (),
) -> Verdict:
    """:func:`expressions` on trees: the one way to a verdict on a formula.

    A notebook, grading and ``autograder judge`` all come here.

    Args:
        answer: the student's.
        reference: the right one; None where ``terms`` say of what it is the derivative.
        criterion: variables, domain, seed and tolerances.
        functions: the outputs of the function that the question is about: points at which one of them is not real do
            not count.
        terms: for each component, which output is differentiated by which variables; the reference is checked against
            that, and made so where it is None. Empty where there is nothing to check.
        wanted_shape: of a reference that is made so.
    """
    from autograder.compare.arbiter import ask

    shape, given = components(answer)
    wanted: list[Tree] | None = None
    if reference is not None:
        wanted_shape, wanted = components(reference)
    if not same_shape(shape, wanted_shape):
        details = {"expected": shape_text(wanted_shape), "got": shape_text(shape)}
        if wanted_shape == () and type(answer) is list and answer[0] == "Tuple":
            details["comma"] = ","
        return Verdict(outcome=Outcome.INVALID, reason=Reason.WRONG_SHAPE, details=details)
    if len(given) > MAX_COMPONENTS:
        return Verdict(outcome=Outcome.INVALID, reason=Reason.TOO_LARGE)
    if reference is not None and terms and len(terms) != len(wanted or ()):
        # A gradient by some of the variables, of which the case does not say which.
        functions, terms = (), ()
    known = {
        *criterion.variables,
        *(name for tree in (reference, *functions) if tree is not None for name in symbols(tree)),
    }
    unknown = sorted(symbols(answer) - known)
    if unknown:
        return _unknown(unknown, criterion.variables)
    request = Request(
        desired=wanted,
        actual=given,
        criterion=criterion,
        functions=list(functions),
        terms=[(output, list(names)) for output, names in terms],
    )
    verdict = ask(request)
    if verdict.reason is Reason.WRONG_VARIABLES:
        return _unknown([verdict.details.get("got", "")], criterion.variables)
    return verdict


def as_tree(value: Any, variables: Sequence[str]) -> Tree:
    """The tree of an answer in any form.

    Raises:
        ExpressionError: with the ``reason`` of the verdict.
    """
    if isinstance(value, str):
        return read(value, variables)
    if value is None or value is Ellipsis:
        raise ExpressionError("there is no answer yet", reason="missing")
    if isinstance(value, Fraction):
        return ["Rational", value.numerator, value.denominator]
    if isinstance(value, (list, tuple)):
        return ["List", *(as_tree(part, variables) for part in value[: MAX_COMPONENTS + 1])]
    if isinstance(value, bool):
        raise ExpressionError("True and False are not formulas", reason="wrong-type", name="True or False")
    # An undefined function of SymPy has a class without a module.
    if str(type(value).__module__).split(".")[0] in ("numpy", "jax", "jaxlib") and hasattr(value, "tolist"):
        return as_tree(value.tolist(), variables)
    if callable(value) and not hasattr(value, "free_symbols"):
        raise ExpressionError("a function is not a formula", reason="function-not-value")
    return to_tree(value)


def components(tree: Tree) -> tuple[tuple[int, ...], list[Tree]]:
    """Shape and entries, row by row: ``()`` for a scalar; ragged nesting has the shape ``(-1,)``."""
    if type(tree) is not list or tree[0] not in _CONTAINERS:
        return (), [tree]
    head = tree[0]
    if head in ("Matrix", "ImmutableMatrix"):
        return (tree[1], tree[2]), tree[3:]
    if head in ("Array", "MutableArray"):
        return tuple(tree[1]), tree[2:]
    inner = [components(part) for part in tree[1:]]
    shapes = {shape for shape, _ in inner}
    if len(shapes) > 1:
        return (-1,), []
    shape = shapes.pop() if shapes else ()
    return (len(inner), *shape), [entry for _, entries in inner for entry in entries]


def same_shape(actual: tuple[int, ...], desired: tuple[int, ...]) -> bool:
    """Whether a shape will do: a vector may come as a row, a column or a list; a single entry may come bare."""
    if actual == desired:
        return True
    if desired == ():
        return False
    long_actual = [n for n in actual if n != 1]
    long_desired = [n for n in desired if n != 1]
    return long_actual == long_desired and len(long_desired) <= 1


def shape_text(shape: tuple[int, ...]) -> str:
    """As NumPy writes it; a ragged list has none."""
    if shape == (-1,):
        return "rows of different lengths"
    return str(shape) if shape else "() (a single expression)"


def symbols(tree: Tree) -> set[str]:
    """Names of the variables in a tree."""
    found: set[str] = set()
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        if type(part) is list and part:
            if part[0] in ("Symbol", "Dummy"):
                found.add(part[1])
            else:
                waiting.extend(part)  # a branch of Piecewise is a pair whose first part is its value
    return found


def invalid(error: ExpressionError, variables: Sequence[str]) -> Verdict:
    """The verdict on an answer that cannot be read or is not an answer."""
    reason = Reason(error.reason)
    if reason is Reason.WRONG_VARIABLES and error.name is not None:
        return _unknown([error.name], variables)
    details = error.details
    if error.name is not None:
        details["got"] = error.name
    if reason is Reason.WRONG_TYPE:
        details["expected"] = "a formula"
    caret = getattr(error, "caret", None)
    if caret is not None and error.text:  # type: ignore[attr-defined]
        details["caret"] = caret()
    return Verdict(outcome=Outcome.INVALID, reason=reason, details=details)


def _unknown(names: Sequence[str], variables: Sequence[str]) -> Verdict:
    details = {"got": ", ".join(names)[:200], "expected": ", ".join(variables)[:200] or "a number"}
    return Verdict(outcome=Outcome.INVALID, reason=Reason.WRONG_VARIABLES, details=details)
