"""Any soup of what students type is read or refused with a caret inside it: never an error of ours."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import ExpressionError, ParseError
from autograder.expressions.context import Context
from autograder.expressions.text.parser import read
from tests.expressions import reading_table

TYPED = (
    "x y a 2 3 10 2.5 1e3 ½ ⅜ ² ⁻ ˣ √ ∛ π e i j sin cos( ln sqrt log_2 asin( np.sin( jnp. Matrix( [ ] ( ) { } < > | || "
    "! !! + - * / ^ ** = == <= , ; . : ' ′ _ ~ & % ° ± \\ \\, \\; \\quad \\\\ \\frac \\frac12 \\sqrt \\sqrt[ \\sin "
    "\\ln \\log_ \\sin^ \\mathrm \\mathrm{ \\operatorname{ \\text{ \\begin{cases} \\end{cases} \\begin{pmatrix} "
    "\\end{pmatrix} \\begin{array} \\begin \\end \\left \\right \\left| \\right| \\left( \\right) \\cdot \\pi \\alpha "
    "\\hat \\mathbf{i} \\bmod mod \\Gamma J_{0} \\theta ^T .T ^\\top and or if else where( select( default= dtype= "
    "Eq( Symbol('x') Float('1') f'(x) dy/dx ∇f $ \n \t ∣ ⌊ ⌋ \\lfloor \\rfloor \u2061 \u2062 \u2063 ­ ﬁ 𝑥 ｘ 漢 🙂 "
    "lambda True oo nan"
)
PIECES = TYPED.split(" ")


@given(st.lists(st.sampled_from(PIECES), max_size=14), st.booleans())
def test_soup_is_read_or_refused(pieces, spaced):
    check((" " if spaced else "").join(pieces))


@pytest.mark.parametrize("seed", range(20))
def test_a_row_of_the_table_with_something_lost_is_read_or_refused(seed):
    chance = random.Random(seed)
    for part in reading_table.PARTS:
        for typed in (*part.read, *part.doubtful):
            cut = chance.randrange(len(typed) + 1)
            check(typed[:cut] + typed[cut + chance.randrange(3) :], part.variables)
            check(typed[:cut] + chance.choice(PIECES) + typed[cut:], part.variables)


def check(text, variables=("x", "y", "a")):
    for context in (None, Context(size=2, wrt=("x", "y"), powers=True, divided=True, heads=frozenset(["exp"]))):
        error = fault_of(text, variables, context)
        if isinstance(error, ParseError) and error.reason == "not-parsed":
            assert 0 <= error.offset <= len(error.text)
            assert "{" not in error.sentence.replace("{what}", "").replace("{other}", "").replace("{1}{2}", "")


def fault_of(text, variables, context):
    try:
        read(text, variables, context=context)
    except ExpressionError as error:
        return error
    return None


LONG = {
    "spaces": "[x" + " " * 9_990,
    "double spaces": "[x" + "  x" * 3_300,
    "equals": "= " * 5_000,
    "brackets": "()" * 5_000,
    "ampersands": "& =" * 3_300,
    "letters": "x" * 29 + "q",
    "functions": "sin" * 9,
    "lines": "x\n" * 5_000,
    "superscripts": "x" + "²" * 9_000,
    "primes": "f" + "'" * 9_000 + "(x) = 2",
    "derivatives": "d/d" * 3_000 + "x = 2",
    "bars": "|x" * 5_000,
    "roots": "√" * 5_000 + "x",
    "fractions": "\\frac" * 2_000,
    "sines": "\\sin" * 2_000,
    "powers of sines": "\\sin^2" * 1_500,
    "bars of LaTeX": "\\left|" * 1_500,
    "angles": "<" * 5_000,
    "raised roots": "³√" * 3_000,
    "looks": "\\mathrm" * 1_400,
    "braced looks": "\\mathrm{" * 1_200,
    "indices of roots": "\\sqrt[" * 1_600,
    "indices of logarithms": "\\log_{" * 1_600,
    "indices": "J_{" * 3_000,
    "matrices": "[" + "\\begin{matrix}" * 700,
    "boxes": "\\boxed" * 1_600,
    "lines over lines": "\\overline" * 1_100,
    "cases": "\\begin{cases}" * 700,
}


@pytest.mark.parametrize("text", LONG.values(), ids=list(LONG))
def test_long_texts_are_read_or_refused_quickly(text):
    honest = least(lambda: read("+".join(f"{k}*x**{k}" for k in range(300)), ["x", "xx"]))
    assert least(lambda: fault_of(text, ["x", "xx"], None)) < 50 * honest


def least(call):
    """Processor time of a call, of three the least."""
    times = []
    for _ in range(3):
        started = time.process_time()
        call()
        times.append(time.process_time() - started)
    return min(times)
