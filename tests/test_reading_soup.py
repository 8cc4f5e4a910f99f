"""Any soup of what students type is read or refused with a caret inside it: never an error of ours."""

import random

import pytest
import reading_table
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import ExpressionError, ParseError
from autograder.expressions.context import Context
from autograder.expressions.text import read

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
