"""Products, quotients and sums taken for one another."""

from collections.abc import Iterator

from autograder.mistakes.calculus import Calculus, Node, add, div, mul, neg, power, sub
from autograder.mistakes.catalogue.entry import Example, Mistake
from autograder.mistakes.tape import rules


def _factors(node: Node, calculus: Calculus) -> Iterator[tuple[Node, list[Node]]]:
    """A product's constant and its changing factors; the constant may go with the first factor as well."""
    if node.op != "mul":
        return
    constant, factors = calculus.split(node)
    if len(factors) < 2:
        return
    yield constant, factors
    if not constant.is_number(1):
        for k in range(len(factors)):
            together = [mul(constant, f) if i == k else f for i, f in enumerate(factors)]
            yield mul(), together


def _slope(factor: Node, calculus: Calculus) -> Node:
    """The derivative of a factor, where a constant was put in front of it just now."""
    if factor.op == "mul" and calculus.constant(factor.args[0]) and len(factor.args) == 2:
        return mul(factor.args[0], calculus.d(factor.args[1]))
    return calculus.d(factor)


def _product_of_slopes(node: Node, calculus: Calculus) -> Iterator[Node]:
    for constant, factors in _factors(node, calculus):
        yield mul(constant, *(_slope(f, calculus) for f in factors))


def _own_slope(node: Node, calculus: Calculus) -> Iterator[Node]:
    for constant, factors in _factors(node, calculus):
        yield mul(constant, add(*(mul(f, _slope(f, calculus)) for f in factors)))


def _minus(node: Node, calculus: Calculus) -> Iterator[Node]:
    for constant, factors in _factors(node, calculus):
        if len(factors) == 2:
            f, g = factors
            left, right = mul(_slope(f, calculus), g), mul(f, _slope(g, calculus))
            yield mul(constant, sub(left, right))
            yield mul(constant, sub(right, left))
        return


def _one_term(node: Node, calculus: Calculus) -> Iterator[Node]:
    for constant, factors in _factors(node, calculus):
        terms = [
            mul(constant, *(_slope(f, calculus) if i == k else f for i, f in enumerate(factors)))
            for k in range(len(factors))
        ]
        yield from terms
        if len(terms) > 2:
            for k in range(len(terms)):
                yield add(*terms[:k], *terms[k + 1 :])
        return


def _sum_of_slopes(node: Node, calculus: Calculus) -> Iterator[Node]:
    for constant, factors in _factors(node, calculus):
        yield mul(constant, add(*(_slope(f, calculus) for f in factors)))


def _sum_as_product(node: Node, calculus: Calculus) -> Iterator[Node]:
    if node.op == "add" and len(node.args) == 2 and not any(calculus.constant(term) for term in node.args):
        f, g = node.args
        yield add(mul(calculus.d(f), g), mul(f, calculus.d(g)))


def _quotient(node: Node, calculus: Calculus) -> tuple[Node, Node] | None:
    if node.op != "div" or calculus.constant(node.args[1]):
        return None
    return node.args[0], node.args[1]


def _ratio(node: Node, calculus: Calculus) -> Iterator[Node]:
    if (parts := _quotient(node, calculus)) is not None:
        f, g = parts
        above = f if calculus.constant(f) else calculus.d(f)
        yield div(above, calculus.d(g))


def _swapped(node: Node, calculus: Calculus) -> Iterator[Node]:
    if (parts := _quotient(node, calculus)) is not None:
        f, g = parts
        yield div(sub(mul(f, calculus.d(g)), mul(calculus.d(f), g)), power(g, 2))


def _plus(node: Node, calculus: Calculus) -> Iterator[Node]:
    parts = _quotient(node, calculus)
    if parts is not None and not calculus.constant(parts[0]):
        f, g = parts
        yield div(add(mul(calculus.d(f), g), mul(f, calculus.d(g))), power(g, 2))


def _over_g(node: Node, calculus: Calculus) -> Iterator[Node]:
    if (parts := _quotient(node, calculus)) is not None:
        f, g = parts
        yield div(sub(mul(calculus.d(f), g), mul(f, calculus.d(g))), g)


def _over_numerator(node: Node, calculus: Calculus) -> Iterator[Node]:
    if (parts := _quotient(node, calculus)) is not None:
        f, g = parts
        yield div(sub(mul(calculus.d(f), g), mul(f, calculus.d(g))), power(f, 2))


def _no_denominator(node: Node, calculus: Calculus) -> Iterator[Node]:
    parts = _quotient(node, calculus)
    if parts is not None and not calculus.constant(parts[0]):
        f, g = parts
        yield sub(mul(calculus.d(f), g), mul(f, calculus.d(g)))


def _numerator_only(node: Node, calculus: Calculus) -> Iterator[Node]:
    parts = _quotient(node, calculus)
    if parts is not None and not calculus.constant(parts[0]):
        f, g = parts
        yield div(calculus.d(f), g)
        yield neg(div(mul(f, calculus.d(g)), power(g, 2)))


PRODUCT, QUOTIENT = "a product of two or more changing factors", "a quotient with a changing denominator"

PRODUCTS: tuple[Mistake, ...] = (
    Mistake(
        id="prod_fpgp",
        code="P1",
        title="product of the derivatives",
        applies=PRODUCT,
        transformation="f'g + fg' → f'g'",
        question="If both factors grow, in how many ways does the product grow?",
        attempt="Try your rule on a power of the variable, written as a product of two lower powers.",
        example=Example(function="x**2*sin(x)"),
        rank=10,
        rule=_product_of_slopes,
    ),
    Mistake(
        id="prod_ffp",
        code="P2",
        title="each factor times its own derivative",
        applies=PRODUCT,
        transformation="f'g + fg' → ff' + gg'",
        question="Which factor stays untouched in each term?",
        attempt="In each term of the product rule cover the factor that is differentiated: which one must be left?",
        example=Example(function="x**2*sin(x)"),
        rank=25,
        rule=_own_slope,
    ),
    Mistake(
        id="prod_minus",
        themes=("sign",),
        code="P3",
        title="difference as in the quotient rule",
        applies=PRODUCT,
        transformation="f'g + fg' → f'g − fg'",
        question="Which rule has a difference in it, and is this that one?",
        attempt="Try your rule on a power of the variable, written as a product of two lower powers.",
        example=Example(function="x**2*sin(x)"),
        rank=20,
        rule=_minus,
    ),
    Mistake(
        id="prod_one_term",
        themes=("part",),
        code="P4",
        title="a term of the product rule missing",
        applies=PRODUCT,
        transformation="f'g + fg' → f'g, or fg'",
        question="Whose change is missing?",
        attempt="Hold one factor still, then the other: each gives a term of its own.",
        example=Example(function="x**2*sin(x)"),
        rank=15,
        tape=rules.one_factor,
        rule=_one_term,
    ),
    Mistake(
        id="prod_sum",
        code="P5",
        title="a product differentiated like a sum",
        applies=PRODUCT,
        transformation="f'g + fg' → f' + g'",
        question="Is this a sum or a product?",
        attempt="Read the function aloud and name the operation that you would carry out last.",
        example=Example(function="x**2*sin(x)"),
        rank=30,
        rule=_sum_of_slopes,
    ),
    Mistake(
        id="sum_as_prod",
        code="P6",
        title="a sum differentiated like a product",
        applies="a sum of two changing terms",
        transformation="f' + g' → f'g + fg'",
        question="Is this a sum or a product?",
        attempt="Read the function aloud and name the operation that you would carry out last.",
        example=Example(function="x**2 + sin(x)"),
        rank=45,
        rule=_sum_as_product,
    ),
)

QUOTIENTS: tuple[Mistake, ...] = (
    Mistake(
        id="quot_ratio",
        code="Q1",
        title="quotient of the derivatives",
        applies=QUOTIENT,
        transformation="→ f'/g'",
        question="Does a fraction change like the fraction of the changes?",
        attempt="Try your rule on a power of the variable divided by a lower power of it.",
        example=Example(function="sin(x)/x**2"),
        rank=10,
        rule=_ratio,
    ),
    Mistake(
        id="quot_swap",
        themes=("sign",),
        code="Q2",
        title="order of the difference in the numerator",
        applies=QUOTIENT,
        transformation="→ (fg' − f'g)/g²",
        question="Which part of a fraction makes it grow when it grows, and does your order agree?",
        attempt="Test at a point of your own: is the function rising or falling there, and what does your answer say?",
        example=Example(function="sin(x)/x**2"),
        rank=10,
        rule=_swapped,
    ),
    Mistake(
        id="quot_plus",
        themes=("sign",),
        code="Q3",
        title="sum in the numerator",
        applies=QUOTIENT,
        transformation="→ (f'g + fg')/g²",
        question="What happens to a fraction when only its denominator grows?",
        attempt="Hold the numerator still in your mind and let the denominator grow: what does your formula say?",
        example=Example(function="sin(x)/x**2"),
        rank=20,
        tape=rules.divisor_sign,
        rule=_plus,
    ),
    Mistake(
        id="quot_over_g",
        code="Q4",
        title="denominator not squared",
        applies=QUOTIENT,
        transformation="→ (f'g − fg')/g",
        question="Do the units of your denominator come out right?",
        attempt="Try your rule on a power of the variable divided by a lower power of it, and look at the denominator.",
        example=Example(function="sin(x)/x**2"),
        rank=20,
        rule=_over_g,
    ),
    Mistake(
        id="quot_over_f2",
        code="Q5",
        title="divided by the square of the numerator",
        applies=QUOTIENT,
        transformation="→ (f'g − fg')/f²",
        question="Which function sits below?",
        attempt="Name the two functions with letters before you use the rule, and check which letter stands below.",
        example=Example(function="sin(x)/x**2"),
        rank=35,
        rule=_over_numerator,
    ),
    Mistake(
        id="quot_no_denominator",
        code="Q6",
        title="denominator of the quotient rule left out",
        applies=QUOTIENT,
        transformation="→ f'g − fg'",
        question="Is the whole quotient rule there, or only its upper half?",
        attempt="Say the quotient rule aloud to its end and tick off each part in your answer.",
        example=Example(function="sin(x)/x**2"),
        source="project's own: completes Q4",
        rank=40,
        rule=_no_denominator,
    ),
    Mistake(
        id="quot_one_term",
        themes=("part",),
        code="Q7",
        title="a term of the quotient rule missing",
        applies=QUOTIENT,
        transformation="→ f'/g, or −fg'/g²",
        question="Whose change is missing?",
        attempt="Hold the numerator still, then the denominator: each gives a term of its own.",
        example=Example(function="sin(x)/x**2"),
        source="project's own: P4 for quotients",
        rank=25,
        rule=_numerator_only,
    ),
)
