"""Antiderivatives and integrals: what goes wrong on the way back from a derivative.

The question hands over each term of the function with its antiderivative; a wrong answer changes one of them, or all.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from autograder.mistakes.calculus import Node, num, read
from autograder.mistakes.catalogue.entry import Example, Mistake, seen_by_the_question
from autograder.modules import Later

if TYPE_CHECKING:
    import sympy as sp

    from autograder.mistakes.calculus import Task
else:
    sp = Later("sympy")  # half a second that who only wants a mistake's words does not pay

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


def _differentiated(task: "Task") -> Iterator[Made]:
    if terms := _terms(task):
        yield _answer(task, sp.diff(sum((f for f, _ in terms), sp.S.Zero), _symbol(task)))


def _not_done(task: "Task") -> Iterator[Made]:
    if terms := _terms(task):
        yield _answer(task, sum((f for f, _ in terms), sp.S.Zero))


def _factor(task: "Task") -> Iterator[Made]:
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


def _inner_missing(task: "Task") -> Iterator[Made]:
    def change(x: Any, f: Any, whole: Any) -> Iterator[Any]:
        for slope in _slopes_inside(x, f):
            yield whole * slope
        if not _slopes_inside(x, f) and not _is_power(x, f):
            made, given = (each.as_independent(x, as_Add=False)[0] for each in (whole, f))
            if not whole.is_Add and made not in (0, given, -given):
                yield whole / abs(made) * abs(given)

    yield from _changed(task, change)


def _inner_multiplied(task: "Task") -> Iterator[Made]:
    def change(x: Any, f: Any, whole: Any) -> Iterator[Any]:
        for slope in _slopes_inside(x, f):
            yield whole * slope**2

    yield from _changed(task, change)


def _is_power(x: Any, f: Any) -> bool:
    _, rest = f.as_independent(x, as_Add=False)
    return bool(rest == x or (rest.is_Pow and rest.args[0] == x and rest.args[1].is_number))


def _power(task: "Task") -> Iterator[Made]:
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


def _log(task: "Task") -> Iterator[Made]:
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


def _sign(task: "Task") -> Iterator[Made]:
    def change(x: Any, f: Any, whole: Any) -> Iterator[Any]:
        yield -whole

    yield from _changed(task, change)


def _lost(task: "Task") -> Iterator[Made]:
    def change(x: Any, f: Any, whole: Any) -> Iterator[Any]:
        yield sp.S.Zero

    if len(_terms(task)) > 1:
        yield from _changed(task, change)


def _product(task: "Task") -> Iterator[Made]:
    from sympy.integrals.manualintegrate import manualintegrate

    def change(x: Any, f: Any, whole: Any) -> Iterator[Any]:
        number, rest = f.as_independent(x, as_Add=False)
        factors = rest.args if rest.is_Mul else ()
        if len(factors) == 2:
            one, other = (manualintegrate(factor, x) for factor in factors)
            if not one.has(sp.Integral) and not other.has(sp.Integral):
                yield number * one * other

    yield from _changed(task, change)


def _parts(task: "Task") -> Iterator[Made]:
    def change(x: Any, f: Any, whole: Any) -> Iterator[Any]:
        pieces = sp.Add.make_args(sp.expand(whole))
        if len(pieces) > 1 and f.is_Mul:
            for piece in pieces:
                yield whole - 2 * piece
                yield whole - piece

    yield from _changed(task, change)


def _swapped(task: "Task") -> Iterator[Made]:
    if task.kind == "Integral":
        yield [num(-task.data["right"])]


def _lower(task: "Task") -> Iterator[Made]:
    if task.kind == "Integral" and _terms(task):
        whole, x = sum((made for _, made in _terms(task)), sp.S.Zero), _symbol(task)
        low, high = (whole.subs(x, bound) for bound in task.data["bounds"])
        yield [read(high)]
        yield [read(low)]
        yield [read(low + high)]


def _area(task: "Task") -> Iterator[Made]:
    if task.kind == "Integral" and "area" in task.data:
        yield [num(task.data["area"])]


def _typed(function: str, answer: str, kind: str = "Antiderivative") -> Example:
    return Example(function=function, kind=kind, shown=answer)


def _of(*terms: tuple[str, str], bounds: tuple[int, int] | None = None, area: float = 0.0) -> Example:
    """The example on a function of these terms, each with its antiderivative; text that only the catalogue reads."""
    data: dict[str, Any] = {"written": terms}
    if bounds is not None:
        data |= {"between": bounds, "area": area}
    return Example(function=" + ".join(f for f, _ in terms), kind="Integral" if bounds else "Antiderivative", data=data)


ENTRIES: tuple[Mistake, ...] = (
    Mistake(
        id="int_differentiated",
        themes=("operation",),
        code="IN1",
        title="differentiated instead of integrated",
        applies="an antiderivative or an integral",
        transformation="∫f → f'",
        question="Which operation was asked for, and are you doing or undoing it?",
        attempt="Differentiate your answer: do you come back to the function of the question?",
        example=_of(("x**2*exp(x)", "(x**2 - 2*x + 2)*exp(x)")),
        source="project's own",
        rank=14,
        whole=_differentiated,
    ),
    Mistake(
        id="int_not_done",
        themes=("operation",),
        code="IN2",
        title="the function itself",
        applies="an antiderivative or an integral",
        transformation="∫f → f",
        question="Has the function been integrated already, or is it still the one of the question?",
        attempt="Differentiate your answer: do you come back to the function of the question?",
        example=_of(("x**2*exp(x)", "(x**2 - 2*x + 2)*exp(x)")),
        source="project's own",
        rank=15,
        whole=_not_done,
    ),
    Mistake(
        id="int_factor",
        themes=("factor", "constant"),
        code="IN3",
        title="constant factor lost",
        applies="a term with a constant factor",
        transformation="∫c·g → ∫g",
        question="What becomes of a constant factor when you integrate?",
        attempt="Differentiate your answer term by term, and compare the factors with those of the question.",
        example=_of(("5*exp(x)", "5*exp(x)"), ("x", "x**2/2")),
        source="project's own",
        rank=20,
        whole=_factor,
    ),
    Mistake(
        id="int_inner_missing",
        themes=("factor",),
        code="IN4",
        title="not divided by the inner derivative",
        applies="a function of something else than the variable alone",
        transformation="∫g(ax) → G(ax)",
        question="What does the chain rule bring out when you differentiate your answer?",
        attempt="Differentiate your answer with the chain rule, and look for a factor that should not be there.",
        example=_of(("cos(3*x)", "sin(3*x)/3")),
        source="project's own",
        rank=17,
        whole=_inner_missing,
    ),
    Mistake(
        id="int_inner_multiplied",
        themes=("factor",),
        code="IN5",
        title="multiplied by the inner derivative instead of divided",
        applies="a function of something else than the variable alone",
        transformation="∫g(ax) → a·G(ax)",
        question="Does the inner derivative come in or go out when you integrate?",
        attempt="Differentiate your answer with the chain rule, and compare it with the function of the question.",
        example=_of(("cos(3*x)", "sin(3*x)/3")),
        source="project's own",
        rank=19,
        whole=_inner_multiplied,
    ),
    Mistake(
        id="int_power",
        themes=("factor",),
        code="IN6",
        title="power rule of integration not carried through",
        applies="a power of the variable",
        transformation="∫xⁿ → xⁿ⁺¹, xⁿ⁺¹/n, xⁿ/n",
        question="What does the power rule do with the exponent when you integrate, and what with the factor?",
        attempt="Differentiate your answer with the power rule, and compare exponent and factor with the question.",
        example=_of(("x**4", "x**5/5"), ("exp(x)", "exp(x)")),
        source="project's own",
        rank=16,
        whole=_power,
    ),
    Mistake(
        id="int_log",
        themes=("operation",),
        code="IN7",
        title="power rule for a reciprocal, or a logarithm for another power",
        applies="a reciprocal of a power of the variable",
        transformation="∫1/x → x⁰, −1/x²; ∫1/xⁿ → ln xⁿ",
        question="Which function has this reciprocal as its slope, and does the power rule reach it?",
        attempt="Look for the one power that no power has as its slope, and ask which function does.",
        example=_of(("1/x**3", "-1/(2*x**2)"), ("exp(x)", "exp(x)")),
        source="project's own",
        rank=18,
        whole=_log,
    ),
    Mistake(
        id="int_sign",
        instead_of=("neg",),
        themes=("sign",),
        code="IN8",
        title="sign of a term",
        applies="an antiderivative or an integral",
        transformation="∫sin → cos",
        question="Which sign comes out when you differentiate each term of your answer?",
        attempt="Differentiate your answer term by term, and compare the signs with those of the question.",
        example=_of(("sin(x)", "-cos(x)"), ("x", "x**2/2")),
        source="project's own",
        rank=25,
        whole=_sign,
    ),
    Mistake(
        id="int_term_lost",
        themes=("part",),
        code="IN9",
        title="a term not integrated",
        applies="a sum",
        transformation="∫(f + g) → ∫f",
        question="Has every term of the function had its turn?",
        attempt="Count the terms of the function, and look for the trace of each in your answer.",
        example=_of(("exp(x)", "exp(x)"), ("sin(x)", "-cos(x)")),
        source="project's own",
        rank=35,
        whole=_lost,
    ),
    Mistake(
        id="int_product",
        themes=("operation",),
        code="IN10",
        title="factors integrated one by one",
        applies="a product",
        transformation="∫f·g → ∫f·∫g",
        question="Is there a rule that integrates a product factor by factor?",
        attempt="Differentiate your answer with the product rule: do you come back to the question?",
        example=_of(("x*exp(x)", "(x - 1)*exp(x)")),
        source="project's own",
        rank=20,
        whole=_product,
    ),
    Mistake(
        id="int_parts",
        themes=("sign", "part"),
        code="IN11",
        title="a term of an integration by parts lost or with another sign",
        applies="a product",
        transformation="u·v − ∫u'·v → u·v + ∫u'·v, u·v",
        question="What stands between the two parts of an integration by parts?",
        attempt="Write down the product rule, integrate both of its sides, and solve for the integral.",
        example=_of(("x*exp(2*x)", "(2*x - 1)*exp(2*x)/4")),
        source="project's own",
        rank=22,
        whole=_parts,
    ),
    Mistake(
        id="int_bounds_swapped",
        instead_of=("neg", "int_sign"),
        themes=("sign",),
        code="IN12",
        title="bounds swapped",
        applies="a definite integral",
        transformation="F(b) − F(a) → F(a) − F(b)",
        question="Which of the two bounds is put in first, and which is taken away?",
        attempt="Sketch the function between the bounds: is the area above or below the axis?",
        example=_of(("x**2", "x**3/3"), bounds=(1, 3), area=26 / 3),
        source="project's own",
        rank=18,
        whole=_swapped,
    ),
    Mistake(
        id="int_lower",
        themes=("part",),
        code="IN13",
        title="one bound left out, or both added",
        applies="a definite integral",
        transformation="F(b) − F(a) → F(b), F(a) or F(b) + F(a)",
        question="What becomes of the lower bound?",
        attempt="Write down the values at both bounds, each in brackets, before you take one from the other.",
        example=_of(("x**2", "x**3/3"), bounds=(1, 3), area=26 / 3),
        source="project's own",
        rank=18,
        whole=_lower,
    ),
    Mistake(
        id="int_area",
        instead_of=("int_sign", "int_bounds_swapped"),
        themes=("sign",),
        code="IN14",
        title="area instead of the integral",
        applies="a definite integral of a function that changes its sign",
        transformation="∫f → ∫|f|",
        question="How does a part below the axis count?",
        attempt="Sketch the function, and give each part between it and the axis its sign.",
        example=_of(("x - 1", "x**2/2 - x"), bounds=(0, 3), area=2.5),
        source="project's own",
        rank=20,
        whole=_area,
    ),
    Mistake(
        id="int_bounds_open",
        code="IN15",
        title="bounds not put in",
        applies="a definite integral",
        transformation="F(b) − F(a) → F(x)",
        question="Should your answer still depend on the variable?",
        attempt="Put both bounds into your antiderivative.",
        example=_typed("x**2", "x**3/3", "Integral"),
        source="project's own",
        rank=10,
        fits=seen_by_the_question,
    ),
    Mistake(
        id="int_jump",
        code="IN16",
        title="an antiderivative with a jump",
        applies="an antiderivative of a function without a gap",
        transformation="F → F with another constant further on",
        question="Can a function jump where its slope is an ordinary number?",
        attempt="Draw your answer over the whole domain, and look for a jump.",
        states=True,
        example=_typed("2*x", "x**2 + sign(x)"),
        source="project's own",
        rank=10,
        fits=seen_by_the_question,
    ),
    Mistake(
        id="int_no_constant",
        code="IN17",
        title="constant of integration left out",
        applies="all antiderivatives, where they are asked for",
        transformation="F + C → F",
        question="Is that the only function with this slope?",
        attempt="Shift the graph of your answer up a little: does its slope change anywhere?",
        states=True,
        example=_typed("2*x", "x**2"),
        source="project's own",
        rank=10,
        fits=seen_by_the_question,
    ),
)
