"""What a name in an answer stands for: a variable of the question, a function, a constant, or nothing."""

from functools import lru_cache

from autograder.expressions import heads
from autograder.expressions.context import Context

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

CONSTANTS = {"pi": "pi", "π": "pi", "Pi": "pi", "PI": "pi", "E": "E", "e": "E", "I": "I", "EulerGamma": "EulerGamma",
             "GoldenRatio": "GoldenRatio", "Catalan": "Catalan"}  # fmt: skip

INFINITE = frozenset(["oo", "inf", "infinity", "Infinity", "INF", "infty", "nan", "NaN", "zoo"])

FUNCTIONS = {name: name for name in heads.FUNCTIONS} | {
    "ln": "log", "abs": "Abs", "fabs": "Abs", "absolute": "Abs", "sgn": "sign", "max": "Max", "min": "Min",
    "maximum": "Max", "minimum": "Min", "ceil": "ceiling", "lgamma": "loggamma", "heaviside": "Heaviside",
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arccot": "acot", "arcsec": "asec", "arccsc": "acsc",
    "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh", "arccoth": "acoth", "arcsech": "asech",
    "arccsch": "acsch", "arsinh": "asinh", "arcosh": "acosh", "artanh": "atanh", "arctan2": "atan2", "cosec": "csc",
    "cotan": "cot", "Heaviside": "Heaviside", "lambertw": "LambertW", "psi": "digamma", "sen": "sin", "tg": "tan",
    "ctg": "cot", "arctg": "atan", "arcsen": "asin", "iv": "besseli", "jv": "besselj",
    "yv": "bessely", "kv": "besselk",
}  # fmt: skip
"""What may stand before a bracket → SymPy's name. ``sqrt``, ``log10`` and others are made by the parser itself."""

INVERSE = frozenset(name for name in heads.FUNCTIONS if name[:1] == "a" and name[1:] in heads.FUNCTIONS)
"""``asin``, ``atanh``, …"""

MADE = frozenset(
    heads.words(
        "sqrt cbrt root real_root log10 log2 log_10 log_2 log1p expm1 exp2 square reciprocal power pow hypot deg2rad "
        "radians Rational Integer Float S sympify Add Mul Pow Piecewise Eq Ne Lt Le Gt Ge And Or Not Matrix "
        "ImmutableMatrix Array Tuple UnevaluatedExpr array asarray float int negative multiply add subtract divide "
        "list tuple where select clip relu sigmoid expit logistic softplus log_sigmoid swish silu logical_and "
        "logical_or logical_not numpy_sinc float64 float32 int64 int32 asarray ImmutableDenseMatrix MutableDenseMatrix "
        "ImmutableDenseNDimArray MutableDenseNDimArray ExprCondPair StrictLessThan StrictGreaterThan LessThan "
        "GreaterThan Equality Unequality"
    )
)
"""Calls that the parser turns into algebra, relations or containers."""

PREFIXES = frozenset(
    ["np", "jnp", "math", "sp", "sympy", "sym", "numpy", "jax.numpy", "mpmath", "cmath", "jax.nn", "scipy.special",
     "jax.scipy.special", "special"]
)  # fmt: skip
"""``np.sin(x)`` is what somebody writes who has just written the Python function."""

PACKAGES = frozenset(["jax", "scipy", "jax.scipy"])
"""What stands before another name of a module."""
NUMPY = frozenset(["np", "jnp", "numpy", "jax.numpy"])

INDEXED: dict[str, dict[int, str]] = {
    "J": {2: "besselj"}, "Y": {2: "bessely"}, "I": {2: "besseli"}, "K": {1: "elliptic_k", 2: "besselk"},
    "P": {2: "legendre", 3: "assoc_legendre", 4: "jacobi"}, "T": {2: "chebyshevt"}, "U": {2: "chebyshevu"},
    "H": {2: "hermite"}, "L": {2: "laguerre", 3: "assoc_laguerre"}, "C": {1: "fresnelc", 3: "gegenbauer"},
    "S": {1: "fresnels"}, "W": {1: "LambertW"}, "Ai": {1: "airyai"}, "Bi": {1: "airybi"}, "B": {2: "beta"},
    "Β": {2: "beta"}, "E": {1: "elliptic_e", 2: "expint"}, "Li": {1: "Li", 2: "polylog"},
    "atan": {1: "atan", 3: "atan2"},
    "Gamma": {1: "gamma", 2: "uppergamma"}, "gamma": {1: "gamma", 2: "lowergamma"}, "delta": {1: "DiracDelta"},
    "theta": {1: "Heaviside", 2: "Heaviside"}, "zeta": {1: "zeta", 2: "zeta"}, "eta": {1: "dirichlet_eta"},
    "Phi": {3: "lerchphi"},
}  # fmt: skip
"""Letter of a special function → how many arguments, with its indices → SymPy's name: ``J_{0}(x)`` has two."""

LOOKS = frozenset(
    heads.words(
        "mathrm operatorname text textrm mathit mathbf vec boldsymbol rm mathsf mbox hat mathbb mathcal bm textit "
        "textbf"
    )
)
"""LaTeX commands that change a name's look."""

LETTERS = {"gamma": "EulerGamma", "phi": "GoldenRatio", "G": "Catalan"}
"""Letters for constants, where the question has them."""

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


SIGMA = frozenset(["σ", "sigma"])
"""What the logistic function is called where a question has one in it."""


class Names:
    """What each name means in one question."""

    def __init__(
        self, variables: tuple[str, ...], functions: tuple[str, ...] = (), context: Context | None = None
    ) -> None:
        self.variables = frozenset(variables)
        self.functions = frozenset(functions)
        self.context = context or Context()
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

    def is_axis(self, name: str) -> bool:
        """Whether ``i``, ``j``, ``k`` is the unit vector along an axis: where a vector is expected."""
        size = self.context.size or 0
        return 2 <= size <= 3 and name in ("i", "j", "k")[:size] and self.variable(name) is None

    def known(self, name: str) -> bool:
        return self.variable(name) is not None or name in CONSTANTS or self.is_function(name) or self.is_axis(name)

    def called(self, name: str) -> str | None:
        """The function that is meant by another spelling of its name before a bracket: ``Sin``, ``ArcTan``, ``EXP``."""
        lower = name.lower()
        if name in SIGMA and not self.known(name):
            return "sigmoid" if self.context.logistic else None
        if self.known(name) or not lower.isalpha() or len(lower) < 2:
            return None
        return lower if lower in FUNCTIONS or lower in ("sqrt", "cbrt") else None

    def product(self, name: str) -> list[str] | None:
        """``asin`` as ``a`` and ``sin``, where ``a`` is a variable and the question has no arc sine; ``pi`` as ``p i``.

        None where the name has one meaning only.
        """
        if self.context.certain or self.variable(name) is not None:
            return None
        if name == "pi":
            apart = all(self.variable(letter) is not None for letter in name)
            return None if "pi" in self.context.heads or not apart else ["p", "i"]
        if FUNCTIONS.get(name, name) in self.context.heads or self.context.heads & INVERSE:
            return None
        first, rest = name[:1], name[1:]
        return [first, rest] if self.variable(first) is not None and rest in FUNCTIONS and len(rest) > 1 else None

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
            elif self.variable(part) is not None or part in ("pi", "π", "e") or self.is_axis(part):
                found += [[part, *more] for more in self._ways(rest, call)]
            if len(found) > 1:
                break
        return found

    def with_brackets(self, name: str) -> str | None:
        """How to write what was run together: ``sinxcosx`` is ``sin(x)*cos(x)``; None where that cannot be told."""
        found = self._apart(name, 0, {})
        if not found or (not any("(" in part for part in found) and any(self.variable(part) is None for part in found)):
            return None
        return "*".join(found)

    def _apart(self, name: str, at: int, tried: dict[int, list[str] | None]) -> list[str] | None:
        """The parts of a name from ``at`` on, each as it should be written; ``tried`` keeps what is known."""
        if at == len(name):
            return []
        if at not in tried:
            tried[at] = self._parts(name, at, tried)
        return tried[at]

    def _parts(self, name: str, at: int, tried: dict[int, list[str] | None]) -> list[str] | None:
        number = _digits(name, at)
        if number > at:
            rest = self._apart(name, number, tried)
            return None if rest is None else [name[at:number], *rest]
        for end in range(len(name), at, -1):
            part = name[at:end]
            if part in _PLAIN_FUNCTIONS:
                inside = self._apart(name, end, tried)
                if inside:
                    # the argument goes on to the next function
                    stop = next((k for k, word in enumerate(inside) if word.endswith(")")), len(inside))
                    argument = "*".join(inside[:stop]) if stop else inside[0]
                    return [f"{part}({argument})", *inside[max(stop, 1) :]]
            elif self.variable(part) is not None or part in ("pi", "π", "e"):
                rest = self._apart(name, end, tried)
                if rest is not None:
                    return [part, *rest]
        return None


def _digits(name: str, at: int) -> int:
    end = at
    while end < len(name) and name[end].isdigit():
        end += 1
    return end


_PLAIN_FUNCTIONS = frozenset(
    heads.words(
        "sin cos tan cot sec csc sinh cosh tanh coth sech csch asin acos atan arcsin arccos arctan arsinh arcosh "
        "artanh asinh acosh atanh exp ln log sqrt abs erf"
    )
)
"""What people write without brackets."""
