"""Limits, and l'Hôpital's rule where it does not hold. The question itself compares: infinity is no number."""

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from autograder.mistakes.catalogue.entry import Example, Mistake, seen_by_the_question
from autograder.modules import Later

if TYPE_CHECKING:
    import sympy as sp
else:
    sp = Later("sympy")  # half a second that who only wants a mistake's words does not pay

__all__ = ["ENTRIES", "limit_at", "wrong_limits"]


@lru_cache(maxsize=512)
def limit_at(expr: Any, x: Any, to: Any, side: str | None) -> Any:
    """The limit by SymPy: a number, ±oo, nan where there is none; None where SymPy finds nothing."""
    sides = (side,) if side else ("-",) if to.is_infinite else ("+", "-")
    found = []
    for each in sides:
        try:
            value = sp.limit(expr, x, to, each)
        except (NotImplementedError, ValueError, TypeError, ArithmeticError):
            return None
        if isinstance(value, sp.Limit) or value.free_symbols:
            return None
        none = isinstance(value, sp.AccumBounds) or value in (sp.nan, sp.zoo) or not value.is_extended_real
        found.append(sp.nan if none else value)
    if len(found) == 2 and found[0] != found[1] and not (found[0] - found[1]).equals(0):
        return sp.nan
    return found[0]


def wrong_limits(expr: Any, x: Any, to: Any, side: str | None, right: Any) -> Iterator[tuple[str, Any]]:
    """(mistake, the limit that it gives), the likeliest first.

    Args:
        expr: the function.
        x: its variable.
        to: where that goes.
        side: ``+``, ``-`` or None.
        right: the limit; nan where there is none.
    """
    if right is sp.nan:
        for each in ("+", "-"):
            if side is None and not to.is_infinite and (one := limit_at(expr, x, to, each)) is not None:
                yield "limit_one_side", one
    elif right.is_infinite:
        yield "limit_only_none", sp.nan
        yield "limit_sign", -right
        yield "limit_upside_down", sp.S.Zero
    above, below = expr.as_numer_denom()
    if above.has(x) and below.has(x):
        yield from _quotients(above, below, x, to, side)
    if side is not None and not to.is_infinite:
        for way in ("+" if side == "-" else "-", None):
            if (other := limit_at(expr, x, to, way)) is not None:
                yield "limit_other_side", other
    if right.is_finite:
        if right != 0:
            yield "limit_sign", -right
            yield "limit_upside_down", 1 / right
        else:
            yield "limit_upside_down", sp.oo


def _quotients(above: Any, below: Any, x: Any, to: Any, side: str | None) -> Iterator[tuple[str, Any]]:
    limits = [limit_at(part, x, to, side) for part in (above, below)]
    known = all(each is not None for each in limits)
    zero = known and all(each == 0 for each in limits)
    fits = zero or (known and all(each.is_infinite for each in limits))
    made = (sp.diff(above, x), sp.diff(below, x))
    if known and not fits and made[1] != 0:
        yield from _found("hopital_unfit", made[0] / made[1], x, to, side)
    if fits and made[1] != 0:
        first = [limit_at(part, x, to, side) for part in made]
        again = sp.diff(made[1], x)
        if again != 0 and all(each is not None for each in first) and not all(each == 0 for each in first):
            yield from _found("hopital_unfit", sp.diff(made[0], x) / again, x, to, side)
        yield from _found("hopital_half", made[0] / below, x, to, side)
        yield from _found("hopital_half", above / made[1], x, to, side)
    yield from _found("hopital_quotient", sp.diff(above / below, x), x, to, side)
    if fits:
        for value in (0, 1):
            yield "limit_put_in", sp.Integer(value)
        yield "limit_put_in", sp.nan
        yield "limit_put_in", sp.oo


def _found(mistake: str, expr: Any, x: Any, to: Any, side: str | None) -> Iterator[tuple[str, Any]]:
    value = limit_at(expr, x, to, side)
    if value is not None:
        yield mistake, value


def _typed(function: str, answer: str) -> Example:
    return Example(function=function, kind="Limit", shown=answer)


ENTRIES: tuple[Mistake, ...] = (
    Mistake(
        id="hopital_unfit",
        code="LI1",
        title="l'Hôpital's rule where it does not hold",
        applies="a limit of a quotient",
        transformation="lim f/g → lim f'/g', though not 0/0 or ∞/∞",
        question="What must numerator and denominator do before that rule may be used, and do they?",
        attempt="Write down where numerator and denominator go, each alone, before every step.",
        example=_typed("(x + 1)/(x + 2)", "1"),
        source="project's own",
        rank=14,
        fits=seen_by_the_question,
    ),
    Mistake(
        id="hopital_quotient",
        code="LI2",
        title="quotient rule instead of l'Hôpital's",
        applies="a limit of a quotient",
        transformation="lim f/g → lim (f/g)'",
        question="Which derivatives does l'Hôpital's rule take, that of the quotient or those of its parts?",
        attempt="Differentiate numerator and denominator each for itself, and divide afterwards.",
        example=_typed("(exp(2*x) - 1)/x", "2"),
        source="project's own",
        rank=18,
        fits=seen_by_the_question,
    ),
    Mistake(
        id="hopital_half",
        themes=("part",),
        code="LI3",
        title="only numerator or denominator differentiated",
        applies="a limit of a quotient",
        transformation="lim f/g → lim f'/g, lim f/g'",
        question="Has the rule been used above and below the line?",
        attempt="Write numerator and denominator on two lines, and do the same to both.",
        example=_typed("sin(3*x)/x", "oo"),
        source="project's own",
        rank=20,
        fits=seen_by_the_question,
    ),
    Mistake(
        id="limit_put_in",
        code="LI4",
        title="an indeterminate form taken for a value",
        applies="a limit of the form 0/0 or ∞/∞",
        transformation="0/0 → 0, 1 or none",
        question="Does a quotient whose parts both vanish, or both grow without bound, say anything yet?",
        attempt="Put numbers nearer and nearer to the place into the function, and watch its values.",
        example=_typed("sin(3*x)/x", "0"),
        source="project's own",
        rank=16,
        fits=seen_by_the_question,
    ),
    Mistake(
        id="limit_one_side",
        code="LI5",
        title="limit from one side where both differ",
        applies="a limit from both sides that does not exist",
        transformation="no limit → that from one side",
        question="Does the function go to the same place from both sides?",
        attempt="Put numbers just below and just above the place into the function, and compare.",
        states=True,
        example=_typed("abs(x)/x", "1"),
        source="project's own",
        rank=12,
        fits=seen_by_the_question,
    ),
    Mistake(
        id="limit_other_side",
        code="LI6",
        title="limit from the other side",
        applies="a limit from one side",
        transformation="x → a⁺ taken for x → a⁻",
        question="From which side does the variable come?",
        attempt="Mark the place on a line, and put in numbers on the side that is asked about.",
        example=_typed("abs(x)/x", "-1"),
        source="project's own",
        rank=15,
        fits=seen_by_the_question,
    ),
    Mistake(
        id="limit_only_none",
        states=True,
        code="LI7",
        title="no limit, where the function grows beyond all bounds to one side",
        applies="a limit that is infinite",
        transformation="±∞ → does not exist",
        question="It is no number. But does the function go one way only, up or down?",
        attempt="Put numbers nearer and nearer to the place into the function: which way do its values go?",
        example=_typed("1/x**2", "DNE"),
        source="project's own",
        rank=12,
        fits=seen_by_the_question,
    ),
    Mistake(
        id="limit_sign",
        themes=("sign",),
        code="LI8",
        title="sign of a limit",
        applies="any limit",
        transformation="L → −L",
        question="Is the function above or below zero near that place?",
        attempt="Put a number near the place into the function, and look at the sign of its value.",
        example=_typed("(1 - exp(2*x))/x", "2"),
        source="project's own",
        rank=30,
        fits=seen_by_the_question,
    ),
    Mistake(
        id="limit_upside_down",
        themes=("operation",),
        code="LI9",
        title="reciprocal of a limit",
        applies="a limit of a quotient",
        transformation="L → 1/L",
        question="Which of the two parts of the quotient grows faster?",
        attempt="Put a number near the place into numerator and denominator, each alone, and then divide.",
        example=_typed("sin(3*x)/(2*x)", "2/3"),
        source="project's own",
        rank=30,
        fits=seen_by_the_question,
    ),
)
