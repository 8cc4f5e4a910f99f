"""Claims about text answers: each row says what a text means, or why and where it cannot be read."""

import contextlib
import time

import pytest
import sympy

from autograder import feedback
from autograder.compare.symbolic import invalid
from autograder.errors import ExpressionError, ParseError
from autograder.expressions import parse
from autograder.expressions.text.parser import read

NAMES = ["x", "y", "x1", "alpha"]
x, y, x1, alpha = (sympy.Symbol(name, real=True) for name in NAMES)
sin, cos, exp, log, sqrt = sympy.sin, sympy.cos, sympy.exp, sympy.log, sympy.sqrt

MEANS = [
    ("2x cos(x^2)", 2 * x * cos(x**2)),
    ("6*x + 2", 6 * x + 2),
    ("-x^2", -(x**2)),
    ("2^-x", 2 ** (-x)),
    ("2**3**2", sympy.Integer(512)),
    ("--x", x),
    ("x*-y", -x * y),
    ("e^x", exp(x)),
    ("xe^x", x * exp(x)),
    ("ln(x)", log(x)),
    ("log(x, 10)", log(x) / log(10)),
    ("log10(x)", log(x) / log(10)),
    ("|x|", sympy.Abs(x)),
    ("2|x||y|", 2 * sympy.Abs(x) * sympy.Abs(y)),
    ("||x|-1|", sympy.Abs(sympy.Abs(x) - 1)),
    ("ln|x|/2", log(sympy.Abs(x)) / 2),
    ("x_1", x1),
    ("x₁", x1),
    ("αx", alpha * x),
    ("\\alpha x", alpha * x),
    ("x²+3x⁻¹", x**2 + 3 / x),
    ("½x", x / 2),
    ("√x", sqrt(x)),
    ("2·x − 3×y ÷ 4", 2 * x - 3 * y / 4),
    ("sin²(x)", sin(x) ** 2),
    ("sin^2(x)", sin(x) ** 2),
    ("xsin(x)", x * sin(x)),
    ("sin(x)cos(x)", sin(x) * cos(x)),
    ("x(x+1)", x * (x + 1)),
    ("(x+1)(x-1)", (x + 1) * (x - 1)),
    ("xy", x * y),
    ("x^2y", x**2 * y),
    ("pi x", sympy.pi * x),
    ("np.sin(x) + jnp.exp(x)", sin(x) + exp(x)),
    ("arctan(x)", sympy.atan(x)),
    ("Rational(1,3)*x", x / 3),
    ("x!", sympy.factorial(x)),
    ("0.5x", 0.5 * x),
    ("1e-3*x", sympy.Float("1e-3") * x),
    ("Max(x, 1, y)", sympy.Max(x, 1, y)),
    ("Piecewise((x, x < 0), (1, True))", sympy.Piecewise((x, x < 0), (1, True))),
    ("Piecewise((x, 0 < x < 1), (1, True))", sympy.Piecewise((x, (x > 0) & (x < 1)), (1, True))),
    (r"\frac{1}{2}\sin x \cos^2 x", sin(x) * cos(x) ** 2 / 2),
    (r"\sqrt[3]{x}", sympy.cbrt(x)),
    (r"\left(x+1\right)^{2}", (x + 1) ** 2),
    (r"2 \cdot x \, e^{2x}", 2 * x * exp(2 * x)),
    (r"\ln|x|", log(sympy.Abs(x))),
    (r"$\operatorname{sech}(x)$", sympy.sech(x)),
    (r"\begin{pmatrix} x \\ y \end{pmatrix}", sympy.Matrix([x, y])),
    (r"\log_2 x", log(x) / log(2)),
    (r"\log_{10}(x)", log(x) / log(10)),
    (r"\lfloor x \rfloor + ⌈x⌉", sympy.floor(x) + sympy.ceiling(x)),
    (r"\(2x\)", 2 * x),
    (r"\[x^{2}\]", x**2),
    (r"\left\langle x, y\right\rangle", sympy.Tuple(x, y)),
    ("(4, x)/sqrt(17)", sympy.Tuple(4 / sqrt(17), x / sqrt(17))),
    ("2*[x, y]", [2 * x, 2 * y]),
    ("-(x, y)", sympy.Tuple(-x, -y)),
    ("2*[[x, 1], [2, y]]", sympy.Matrix([[2 * x, 2], [4, 2 * y]])),
    (r"\frac{1}{2}(x, y)", sympy.Tuple(x / 2, y / 2)),
    ("ln x", log(x)),
    ("x(1 + ln x)", x * (1 + log(x))),
    ("sin x - cos y", sin(x) - cos(y)),
    ("e^(-ln 2)", exp(-log(2))),
    ("２ｘ＋１", 2 * x + 1),
    ("3𝑥²", 3 * x**2),
    ("[2*x1, -x]", [2 * x1, -x]),
    ("(x, y)", sympy.Tuple(x, y)),
    ("[[x, 1], [2, y]]", sympy.Matrix([[x, 1], [2, y]])),
    ("Matrix([[x, 1], [2, y]])", sympy.Matrix([[x, 1], [2, y]])),
]

CANNOT = [
    ("", "missing", 0),
    ("   ", "missing", 0),
    ("1/2x", "not-parsed", 3),
    ("x/(y)x", "not-parsed", 5),
    ("e^2x", "not-parsed", 3),
    ("x**-1/2", "not-parsed", 5),
    ("sin^-1(x)", "not-parsed", 0),
    ("sin x y", "not-parsed", 4),
    ("sin 2x", "not-parsed", 4),
    ("ln x^2", "not-parsed", 3),
    ("sin x/2", "not-parsed", 4),
    ("sin cos x", "not-parsed", 4),
    ("sin()", "not-parsed", 0),
    (r"\lfloor x", "not-parsed", 0),
    ("sin(x", "not-parsed", 3),
    ("x)", "not-parsed", 1),
    ("2+", "not-parsed", 2),
    ("()", "not-parsed", 0),
    ("3 4", "not-parsed", 2),
    ("x = 2", "not-parsed", 2),
    ("2*x == y", "not-parsed", 4),
    ("x if x > 0 else 0", "not-parsed", 2),
    ("lambda x: x", "not-parsed", 0),
    ("__import__('os').getcwd()", "not-parsed", 0),
    ("x.__class__", "not-parsed", 1),
    ("x'", "not-parsed", 1),
    ("x\0", "not-parsed", 1),
    ("'x", "not-parsed", 0),
    ("f(x)", "not-parsed", 0),
    ("sin(x, y)", "not-parsed", 0),
    (".²x", "not-parsed", 0),
    ("x & y", "not-parsed", 2),
    ("-~x", "not-parsed", 1),
    ("z + 1", "wrong-variables", 0),
    ("x2", "wrong-variables", 0),
    ("Derivative(x**2, x)", "unevaluated", 0),
    ("diff(x**2)", "unevaluated", 0),
    ("Integral(x, x)", "unevaluated", 0),
    (r"\frac{d}{dx} x^2", "unevaluated", 0),
    (r"\int x", "unevaluated", 0),
    ("jax.grad(lambda x: x**2)(x)", "unevaluated", 0),
    ("oo", "not-finite", 0),
    ("nan", "not-finite", 0),
    ("1e99999999", "too-large", 0),
    ("(" * 10_000, "too-large", 60),
    ("x" * 10_001, "too-large", 60),
    ("[x, " * 5000, "too-large", None),
    ("-" * 9_999 + "z", "wrong-variables", None),
    ("2^" * 4_000 + "x", "too-large", None),
    ("sin(" * 2_000, "too-large", None),
]


HONEST = "+".join(f"{k}*x**{k}" for k in range(300))


def cost(text):
    """Processor time to read a text or to refuse it, of three the least: other work on the machine only adds to it."""
    times = []
    for _ in range(3):
        started = time.process_time()
        with contextlib.suppress(ExpressionError):
            parse(text, NAMES)
        times.append(time.process_time() - started)
    return min(times)


def is_quick(text):
    """Whether a text costs no more than fifty honest formulas of three hundred terms."""
    return cost(text) < 50 * cost(HONEST)


@pytest.mark.parametrize(("text", "meaning"), MEANS, ids=[text for text, _ in MEANS])
def test_means(text, meaning):
    assert parse(text, NAMES) == meaning


@pytest.mark.parametrize(("text", "reason", "offset"), CANNOT, ids=[text[:24] or "empty" for text, _, _ in CANNOT])
def test_cannot_be_read(text, reason, offset):
    with pytest.raises(ParseError) as caught:
        parse(text, NAMES)
    assert is_quick(text)
    assert caught.value.reason == reason
    assert len(caught.value.text) <= 120
    if offset is not None:
        assert caught.value.offset == min(offset, 60)
        assert caught.value.caret().splitlines()[-1] == " " * caught.value.offset + "^"


NOT_PARSED = [text for text, reason, _ in CANNOT if reason == "not-parsed"]


@pytest.mark.parametrize("text", [*NOT_PARSED, "Max(x, I)", "[x]*2 + y"], ids=str)
def test_the_fault_is_said_in_german_as_well(text):
    with pytest.raises(ExpressionError) as caught:
        parse(text, NAMES)
    error = caught.value
    verdict = invalid(error, NAMES)
    german = feedback.student(verdict, language="de")
    assert str(error) not in german
    assert error.what is None or error.what in german
    assert "{" not in german.split("\n")[0].replace("{1}{2}", "") or "{" in text
    if error.reason == "not-parsed":
        assert str(error) in feedback.student(verdict, language="en")


def test_ten_megabytes_are_refused_at_once():
    text = "x+" * 5_000_000
    with pytest.raises(ParseError, match="10,000,000 characters"):
        read(text, ["x"])
    assert is_quick(text)


@pytest.mark.parametrize(
    "text", ["9**9**9**9", "factorial(10**9)", "10**10**10", "2**(10**7)*x", "binomial(10**8, 10**7)"]
)
def test_numbers_do_not_explode(text):
    assert read(text, ["x"])
    with pytest.raises(ExpressionError) as caught:
        parse(text, ["x"])
    assert caught.value.reason == "too-large"
    assert is_quick(text)


def test_variables_win_over_constants_and_functions():
    assert parse("2*I*x", ["I", "x"]) == 2 * sympy.Symbol("I", real=True) * x
    assert parse("e*x", ["e", "x"]).free_symbols == {sympy.Symbol("e", real=True), x}
    assert parse("2e+3", ["e"]) == 2 * sympy.Symbol("e", real=True) + 3
    assert parse("lambda*x", ["lambda", "x"]) == sympy.Symbol("lambda", real=True) * x


def test_both_spellings_of_a_subscript_stay_apart():
    assert parse("x1 - x_1", ["x1", "x_1"]) != 0


def test_the_authors_form_is_kept():
    kept = parse("x*x/x", ["x"], evaluate=False)
    assert kept != x
    assert kept.doit() == x
    assert parse("x*x/x", ["x"]) == x


def test_two_thousand_terms():
    assert parse("+".join(["x"] * 2000), ["x"]) == 2000 * x


def test_a_caret_stands_under_the_fault():
    with pytest.raises(ParseError) as caught:
        parse("2*x + + 3*y) - 1", ["x", "y"])
    assert caught.value.caret() == "2*x + + 3*y) - 1\n           ^"


@pytest.mark.parametrize("text", ["[x]*2", "[x]y", "Max(x, I)", "(x, y) + 1", "(x, y)*(y, x)"])
def test_what_sympy_will_not_build_is_no_formula(text):
    assert read(text, NAMES)
    with pytest.raises(ExpressionError):
        parse(text, NAMES)
