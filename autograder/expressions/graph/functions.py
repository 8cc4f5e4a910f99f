"""Real functions in ball arithmetic: SymPy's name → a function of balls that says when it is not real.

Source: Arb (F. Johansson, IEEE Trans. Computers 66(8), 2017) through python-flint. What Arb lacks is evaluated by
mpmath at two precisions, whose difference bounds the error in practice but not in proof.
"""

from collections.abc import Callable
from typing import Any

from flint import acb, arb, ctx

from autograder.expressions.heads import words

Ball = Any
"""A ``flint.arb``: a midpoint and a radius; python-flint has no types."""


class Outside(ArithmeticError):
    """The expression is certainly not real, or not finite, at this point."""


class Wide(ArithmeticError):
    """The balls are too wide to tell; more precision may help."""


class Unsupported(ValueError):
    """A function that nothing here evaluates."""


def finite(value: Ball) -> Ball:
    """The value, if it is finite."""
    if value.is_finite():
        return value
    raise Wide


def real(value: Any) -> Ball:
    """The real part of a complex ball that encloses a real number."""
    if not value.is_finite():
        raise Wide
    if not value.imag.contains(0):
        raise Outside
    if value.imag.rad() > arb(2) ** (-ctx.prec // 3):
        raise Wide
    return value.real


def need(inside: bool, outside: bool) -> None:
    """Pass where a condition certainly holds; else say whether it certainly fails."""
    if inside:
        return
    raise Outside if outside else Wide


def sqrt(x: Ball) -> Ball:
    """The real root: :class:`Outside` for a negative number, :class:`Wide` where the ball reaches below 0."""
    value = x.sqrt()
    if value.is_finite():
        return value
    need(False, x < 0)
    raise Wide


def reciprocal(x: Ball) -> Ball:
    """1/x: :class:`Outside` at 0, :class:`Wide` where the ball contains it."""
    value = 1 / x
    if value.is_finite():
        return value
    raise Outside if x.is_zero() else Wide


def log(x: Ball) -> Ball:
    """The natural logarithm of a positive number."""
    value = x.log()
    if value.is_finite():
        return value
    need(False, x <= 0)
    raise Wide


def integer_power(x: Ball, n: int) -> Ball:
    """x**n; at 0 none with a negative exponent."""
    if n < 0:
        if x.is_zero():
            raise Outside
        if x.contains(0):
            raise Wide
    return finite(x**n)


def rational_power(x: Ball, p: int, q: int) -> Ball:
    """``x^(p/q)``, principal branch, real only for x ≥ 0."""
    if x > 0:
        return finite(x.root(q) ** p if q < 64 and abs(p) < 64 else (x.log() * p / q).exp())
    if x.is_zero():
        need(p > 0, True)
        return arb(0)
    need(False, x < 0)
    raise Wide


def power(x: Ball, y: Ball) -> Ball:
    """x**y as a real number: of a negative x whole powers only, and of 0 positive ones."""
    if x > 0:
        return finite((x.log() * y).exp())
    if y.is_exact() and y.is_integer() and abs(y) < 2**40:
        return integer_power(x, int(y.unique_fmpz()))
    if x.is_zero():
        need(y > 0, y <= 0)
        return arb(0)
    need(False, x < 0 and not y.contains_integer())
    raise Wide


def sign(x: Ball) -> Ball:
    """-1, 0 or 1; wide where the ball contains 0 and more."""
    if x > 0:
        return arb(1)
    if x < 0:
        return arb(-1)
    if x.is_zero():
        return arb(0)
    raise Wide


def heaviside(x: Ball, *at_zero: Ball) -> Ball:
    """0 below 0 and 1 above it; at 0 what SymPy was told, else 1/2."""
    if x > 0:
        return arb(1)
    if x < 0:
        return arb(0)
    if x.is_zero():
        return at_zero[0] if at_zero else arb(1) / 2
    raise Wide


def dirac(x: Ball, *order: Ball) -> Ball:
    """0 away from 0, and no value there; ``order``, of its own derivative, changes neither.

    The derivatives of Abs and Heaviside that SymPy leaves contain it.
    """
    if x > 0 or x < 0:
        return arb(0)
    raise Outside if x.is_zero() else Wide


def whole(value: Ball) -> Ball:
    """A number that is known exactly."""
    if value.is_exact():
        return value
    raise Wide


def kronecker(x: Ball, y: Ball) -> Ball:
    """1 where both are the same number, else 0."""
    difference = x - y
    if difference.is_zero():
        return arb(1)
    need(not difference.contains(0), False)
    return arb(0)


def singularity(x: Ball, a: Ball, n: Ball) -> Ball:
    """Macaulay's bracket: (x - a)**n to the right of a, 0 to the left of it."""
    if x > a:
        return power(x - a, n)
    if x < a:
        return arb(0)
    raise Wide


def argument(x: Ball) -> Ball:
    """Of a real number: 0 or pi."""
    if x > 0:
        return arb(0)
    if x < 0:
        return arb.pi()
    raise Outside if x.is_zero() else Wide


def log_gamma(x: Ball) -> Ball:
    """log(gamma(x)) of a positive number."""
    value = x.lgamma()
    if value.is_finite():
        return value
    need(False, x <= 0)
    raise Wide


def _method(name: str) -> Callable[..., Ball]:
    """A function of python-flint's real balls by its name; what it cannot enclose asks for more precision."""
    method = getattr(arb, name)

    def call(*balls: Ball) -> Ball:
        value = method(*balls)
        if value.is_finite():
            return value
        raise Wide

    return call


def _within(name: str, inside: Callable[[Ball], bool], outside: Callable[[Ball], bool]) -> Callable[[Ball], Ball]:
    """A method of Arb that is real only where ``inside`` holds."""
    method = getattr(arb, name)

    def call(x: Ball) -> Ball:
        value = method(x)
        if value.is_finite():
            return value
        need(inside(x), outside(x))
        raise Wide

    return call


def _of_reciprocal(function: Callable[[Ball], Ball]) -> Callable[[Ball], Ball]:
    return lambda x: function(reciprocal(x))


def _complex(name: str, turn: Callable[..., tuple[Any, ...]]) -> Callable[..., Ball]:
    method = getattr(acb, name)
    return lambda *balls: real(method(*turn(*(acb(ball) for ball in balls))))


def _polygamma(n: Ball, x: Ball) -> Ball:
    if x < -64:
        # Arb takes seconds there and returns no digit: no point of this kind is worth it.
        raise Wide
    return real(acb(x).polygamma(acb(n)))


def _binomial(n: Ball, k: Ball) -> Ball:
    return finite((n + 1).gamma() * (k + 1).rgamma() * (n - k + 1).rgamma())


def _harmonic(n: Ball, *power: Ball) -> Ball:
    if not power:
        return finite((n + 1).digamma() + arb.const_euler())
    return finite(power[0].zeta() - power[0].zeta(n + 1))


def approximate(name: str) -> Callable[..., Ball] | None:
    """A function by mpmath, with an error bound that is not proved; None where mpmath has none either.

    The value is computed at two precisions and once more at the far end of the arguments' balls.
    """
    import mpmath

    table: dict[str, Callable[..., Any]] = {
        "factorial2": mpmath.fac2,
        "subfactorial": lambda n: mpmath.gammainc(n + 1, -1) / mpmath.e,
        "lerchphi": mpmath.lerchphi,
        "elliptic_f": mpmath.ellipf,
        "elliptic_pi": mpmath.ellippi,
        "elliptic_e": mpmath.ellipe,
        "assoc_legendre": lambda n, m, x: mpmath.legenp(n, m, x, type=2),
        "assoc_laguerre": mpmath.laguerre,
        "polylog": mpmath.polylog,
        "erfcinv": lambda x: mpmath.erfinv(1 - x),
        "stieltjes": mpmath.stieltjes,
        "dirichlet_eta": mpmath.altzeta,
    }
    function = table.get(name)
    if function is None:
        return None

    def call(*balls: Ball) -> Ball:
        def at(precision: int, shift: int) -> Any:
            with mpmath.workprec(precision):
                ends = [mpmath.mpf((ball.mid() + shift * ball.rad())._mpf_) for ball in balls]
                try:
                    value = function(*ends)
                except (ValueError, ZeroDivisionError, TypeError, mpmath.libmp.NoConvergence):
                    raise Outside from None
                if mpmath.im(value) != 0 and abs(mpmath.im(value)) > abs(value) * mpmath.mpf(2) ** (-precision // 2):
                    raise Outside
                value = mpmath.re(value)
                if not mpmath.isfinite(value):
                    raise Outside
                return value

        bits = ctx.prec
        # One argument is refined enough: 64 bits past the ball's own accuracy.
        good, better, moved = at(bits + 20, 0), at(2 * bits + 40, 0), at(bits + 20, 1)
        with mpmath.workprec(bits + 20):
            error = abs(good - better) + 4 * abs(moved - good) + abs(better) * mpmath.mpf(2) ** (10 - bits)
        return arb(arb(better), arb(error))

    return call


def _from_mpmath(name: str) -> Callable[..., Ball]:
    function = approximate(name)
    assert function is not None
    return function


_acosh = _within("acosh", lambda x: x >= 1, lambda x: x < 1)
_atanh = _within("atanh", lambda x: abs(x) < 1, lambda x: abs(x) >= 1)
_asin = _within("asin", lambda x: abs(x) <= 1, lambda x: abs(x) > 1)
_acos = _within("acos", lambda x: abs(x) <= 1, lambda x: abs(x) > 1)
_positive: tuple[Callable[[Ball], bool], Callable[[Ball], bool]] = (lambda x: x > 0, lambda x: x <= 0)

RIGOROUS: dict[str, Callable[..., Ball]] = {
    **{
        name: _method(name)
        for name in words(
            "sin cos tan cot sec csc sinc sinh cosh tanh coth sech csch atan asinh exp erf erfc erfi gamma digamma "
            "zeta atan2"
        )
    },
    "sqrt": sqrt, "log": log, "asin": _asin, "acos": _acos, "acosh": _acosh, "atanh": _atanh, "acot":
    _of_reciprocal(lambda x: x.atan()), "asec": _of_reciprocal(_acos), "acsc": _of_reciprocal(_asin), "acoth":
    _of_reciprocal(_atanh), "asech": _of_reciprocal(_acosh), "acsch": _of_reciprocal(lambda x: x.asinh()),
    "Abs": abs, "sign": sign, "floor": lambda x: whole(x.floor()), "ceiling": lambda x: whole(x.ceil()),
    "re": lambda x: x, "conjugate": lambda x: x, "im": lambda x: arb(0),
    "arg": argument, "Heaviside": heaviside, "DiracDelta": dirac, "KroneckerDelta": kronecker,
    "SingularityFunction": singularity, "UnevaluatedExpr": lambda x: x,
    "factorial": lambda x: finite((x + 1).gamma()), "loggamma": log_gamma,
    "trigamma": lambda x: _polygamma(arb(1), x), "polygamma": _polygamma,
    "binomial": _binomial, "RisingFactorial": lambda x, n: finite((x + n).gamma() * x.rgamma()),
    "FallingFactorial": lambda x, n: finite((x + 1).gamma() * (x - n + 1).rgamma()),
    "beta": lambda a, b: finite(a.gamma() * b.gamma() * (a + b).rgamma()),
    "uppergamma": lambda s, x: finite(x.gamma_upper(s)), "lowergamma": lambda s, x: finite(x.gamma_lower(s)),
    "harmonic": _harmonic,
    "erf2": lambda a, b: b.erf() - a.erf(), "erfinv": _within("erfinv", lambda x: abs(x) < 1, lambda x: abs(x) >= 1),
    "Ei": _method("ei"), "Si": _method("si"), "Shi": _method("shi"), "Ci": _within("ci", *_positive),
    "Chi": _within("chi", *_positive), "li": _within("li", *_positive),
    "Li": lambda x: finite(x.li() - arb(2).li()), "expint": lambda n, x: finite(x.expint(n)),
    "fresnels": _method("fresnel_s"), "fresnelc": _method("fresnel_c"), "airyai": lambda x: finite(x.airy_ai()),
    "airybi": lambda x: finite(x.airy_bi()), "airyaiprime": lambda x: finite(x.airy()[1]),
    "airybiprime": lambda x: finite(x.airy()[3]), "elliptic_k": _complex("elliptic_k", lambda m: (m,)),
    "besselj": lambda n, x: finite(x.bessel_j(n)), "bessely": lambda n, x: finite(x.bessel_y(n)),
    "besseli": lambda n, x: finite(x.bessel_i(n)), "besselk": lambda n, x: finite(x.bessel_k(n)),
    "legendre": lambda n, x: finite(x.legendre_p(n)), "chebyshevt": lambda n, x: finite(x.chebyshev_t(n)),
    "chebyshevu": lambda n, x: finite(x.chebyshev_u(n)), "hermite": lambda n, x: finite(x.hermite_h(n)),
    "laguerre": lambda n, x: finite(x.laguerre_l(n)), "gegenbauer": lambda n, a, x: finite(x.gegenbauer_c(n, a)),
    "jacobi": lambda n, a, b, x: finite(x.jacobi_p(n, a, b)),
}  # fmt: skip
"""Functions whose balls are proved enclosures."""


def lambert(x: Ball, *branch: Ball) -> Ball:
    """Lambert's W, real on the branches 0 and -1 only."""
    k = int(branch[0].unique_fmpz()) if branch else 0
    value = x.lambertw(k)
    if value.is_finite():
        return value
    edge = -1 / arb.const_e()
    need(False, k not in (0, -1) or x < edge or (k == -1 and x >= 0))
    raise Wide


RIGOROUS["LambertW"] = lambert
