"""What a name in an answer stands for: a variable of the question, a function, a constant, or nothing."""

from functools import lru_cache

from autograder.expressions import heads

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "omicron": "ο", "rho": "ρ",
    "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ",
    "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ",
    "Omega": "Ω",
}  # fmt: skip
"""English name → letter; π is a constant and stands apart."""
_LETTERS = {letter: name for name, letter in GREEK.items()} | {"ϕ": "phi", "ϵ": "epsilon", "ϑ": "theta", "µ": "mu"}
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")

CONSTANTS = {"pi": "pi", "π": "pi", "Pi": "pi", "E": "E", "e": "E", "I": "I", "EulerGamma": "EulerGamma",
             "GoldenRatio": "GoldenRatio", "Catalan": "Catalan"}  # fmt: skip

INFINITE = frozenset(["oo", "inf", "infinity", "Infinity", "INF", "infty", "nan", "NaN", "zoo"])

FUNCTIONS = {name: name for name in heads.FUNCTIONS} | {
    "ln": "log", "abs": "Abs", "fabs": "Abs", "absolute": "Abs", "sgn": "sign", "max": "Max", "min": "Min",
    "maximum": "Max", "minimum": "Min", "ceil": "ceiling", "lgamma": "loggamma", "heaviside": "Heaviside",
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arccot": "acot", "arcsec": "asec", "arccsc": "acsc",
    "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh", "arccoth": "acoth", "arcsech": "asech",
    "arccsch": "acsch", "arsinh": "asinh", "arcosh": "acosh", "artanh": "atanh", "arctan2": "atan2", "cosec": "csc",
    "cotan": "cot", "Heaviside": "Heaviside", "lambertw": "LambertW", "psi": "digamma",
}  # fmt: skip
"""What may stand before a bracket → SymPy's name. ``sqrt``, ``log10`` and others are made by the parser itself."""

MADE = frozenset(
    heads.words(
        "sqrt cbrt root real_root log10 log2 log_10 log_2 log1p expm1 exp2 square reciprocal power pow hypot deg2rad "
        "radians Rational Integer Float S sympify Add Mul Pow Piecewise Eq Ne Lt Le Gt Ge And Or Not Matrix "
        "ImmutableMatrix Array Tuple UnevaluatedExpr array asarray float int negative multiply add subtract divide "
        "list tuple"
    )
)
"""Calls that the parser turns into algebra, relations or containers."""

PREFIXES = frozenset(["np", "jnp", "math", "sp", "sympy", "sym", "numpy", "jax.numpy", "mpmath", "cmath"])
"""``np.sin(x)`` is what somebody writes who has just written the Python function."""

UNEVALUATED = frozenset(
    heads.words(
        "diff Derivative derivative integrate Integral integral Sum Product Limit limit Subs subs solve simplify "
        "grad gradient jacobian hessian nabla partial doit expand factor D int_ lim sum prod derive_by_array "
        "lambdify jit jacfwd jacrev"
    )
)
"""The task named instead of done."""

PYTHON = frozenset(
    heads.words(
        "if else for in lambda import def return and or not is None True False while print eval exec open getattr "
        "type class del with yield await from"
    )
)


@lru_cache(maxsize=4096)
def canonical(name: str) -> str:
    """One spelling for ``x_1``, ``x1``, ``x_{1}``, ``x₁``, and for ``alpha`` and ``α``."""
    name = name.translate(_SUBSCRIPTS)
    for letter, word in _LETTERS.items():
        name = name.replace(letter, word)
    return name.replace("_", "").replace("{", "").replace("}", "").replace("lamda", "lambda")


class Names:
    """What each name means in one question."""

    def __init__(self, variables: tuple[str, ...], functions: tuple[str, ...] = ()) -> None:
        self.variables = frozenset(variables)
        self.functions = frozenset(functions)
        spellings: dict[str, list[str]] = {}
        for name in dict.fromkeys(variables):
            spellings.setdefault(canonical(name), []).append(name)
        # A question with both x1 and x_1 keeps them apart: then only the exact spelling counts.
        self._spelt = {spelling: names[0] for spelling, names in spellings.items() if len(names) == 1}

    def variable(self, name: str) -> str | None:
        """The question's variable that ``name`` means, else None."""
        if name in self.variables:
            return name
        return self._spelt.get(canonical(name))

    def is_function(self, name: str) -> bool:
        return name in FUNCTIONS or name in MADE or name in self.functions

    def known(self, name: str) -> bool:
        return self.variable(name) is not None or name in CONSTANTS or self.is_function(name)

    def split(self, name: str, *, call: bool) -> list[str] | None:
        """``xy`` as the product ``x y``, ``xcos`` before a bracket as ``x cos``; None when it cannot be told.

        Only names without digits are split: ``x2`` is a variable that the question does not have, not ``2x``.
        """
        if not name.isalpha() or len(name) > 12 or name in UNEVALUATED or name in PYTHON:
            return None
        ways = self._ways(name, call)
        return ways[0] if len(ways) == 1 else None

    def _ways(self, name: str, call: bool) -> list[list[str]]:
        if not name:
            return [[]]
        found: list[list[str]] = []
        for end in range(len(name), 0, -1):
            part, rest = name[:end], name[end:]
            if not rest and call and self.is_function(part):
                found.append([part])
            elif self.variable(part) is not None or part in ("pi", "π", "e"):
                found += [[part, *more] for more in self._ways(rest, call)]
            if len(found) > 1:
                break
        return found
