"""Which heads an expression may have, and what students call them: the allow-list of text and wire alike."""


def words(text: str) -> tuple[str, ...]:
    """The words of a table."""
    return tuple(text.split())


CONSTANTS = ("pi", "E", "I", "EulerGamma", "GoldenRatio", "Catalan", "oo", "-oo", "zoo", "nan", "true", "false")
"""Constants by the name SymPy exports; each is a tree ``[name]``."""

ALGEBRA = ("Add", "Mul", "Pow", "UnevaluatedExpr")

FUNCTIONS: dict[str, tuple[int, int]] = {
    **dict.fromkeys(
        words(
            "sin cos tan cot sec csc sinc asin acos atan acot asec acsc sinh cosh tanh coth sech csch asinh acosh "
            "atanh acoth asech acsch exp Abs sign floor ceiling frac re im conjugate arg factorial factorial2 "
            "subfactorial gamma loggamma digamma trigamma erf erfc erfi erfinv erfcinv Ei Si Ci Shi Chi li Li fresnels "
            "fresnelc airyai airybi airyaiprime airybiprime elliptic_k dirichlet_eta"
        ),
        (1, 1),
    ),
    **dict.fromkeys(words("log LambertW zeta Heaviside DiracDelta harmonic elliptic_e"), (1, 2)),
    **dict.fromkeys(
        words(
            "atan2 Mod binomial RisingFactorial FallingFactorial polygamma beta uppergamma lowergamma erf2 expint "
            "besselj bessely besseli besselk elliptic_f legendre chebyshevt chebyshevu hermite KroneckerDelta polylog"
        ),
        (2, 2),
    ),
    **dict.fromkeys(("gegenbauer", "assoc_legendre", "lerchphi"), (3, 3)),
    "laguerre": (2, 2),
    "assoc_laguerre": (3, 3),
    "jacobi": (4, 4),
    "elliptic_pi": (2, 3),
    "SingularityFunction": (3, 3),
    "Max": (1, 1000),
    "Min": (1, 1000),
}
"""Function name → least and greatest number of arguments."""

RELATIONS = {
    "StrictLessThan": "<",
    "StrictGreaterThan": ">",
    "LessThan": "<=",
    "GreaterThan": ">=",
    "Equality": "==",
    "Unequality": "!=",
}
"""SymPy's class name → how it is written."""

LOGIC = ("And", "Or", "Not", "Xor")

UNEVALUATED = ("Derivative", "Integral", "Sum", "Product", "Limit", "Subs")
"""The task stated, not done. They cross the wire so that the verdict can say so."""

CONTAINERS = ("Tuple", "List", "Matrix", "ImmutableMatrix", "Array", "MutableArray")

ASSUMPTIONS = words(
    "commutative complex extended_real finite real positive negative nonnegative nonpositive nonzero zero integer "
    "rational irrational even odd imaginary hermitian antihermitian extended_positive extended_negative "
    "extended_nonnegative extended_nonpositive extended_nonzero noninteger algebraic transcendental "
    "prime composite infinite"
)
"""What may be assumed about a symbol."""
