"""Functions of one variable with their parts' derivatives typed by hand, and the wrong answers that follow as text."""

from collections.abc import Iterator

Row = tuple[str, str, str, str]
"""(function, right derivative, mistake id, wrong derivative)"""

# f, f', g, g'
PRODUCTS = [
    ("x**2", "2*x", "sin(x)", "cos(x)"),
    ("x**3", "3*x**2", "cos(x)", "-sin(x)"),
    ("x**2", "2*x", "exp(3*x)", "3*exp(3*x)"),
    ("(x + 2)", "1", "log(x)", "1/x"),
    ("x**4", "4*x**3", "log(x)", "1/x"),
    ("sin(x)", "cos(x)", "exp(2*x)", "2*exp(2*x)"),
    ("(x**2 + 1)", "2*x", "cos(2*x)", "-2*sin(2*x)"),
    ("(3*x - 1)", "3", "sin(x)", "cos(x)"),
    ("x**3", "3*x**2", "atan(x)", "1/(1 + x**2)"),
    ("sqrt(x)", "1/(2*sqrt(x))", "sin(x)", "cos(x)"),
    ("(x**2 - 3*x)", "(2*x - 3)", "exp(-x)", "-exp(-x)"),
    ("log(x)", "1/x", "cos(x)", "-sin(x)"),
    ("x**5", "5*x**4", "tan(x)", "1/cos(x)**2"),
    ("(2*x + 5)", "2", "sqrt(x + 1)", "1/(2*sqrt(x + 1))"),
    ("x**2", "2*x", "2**x", "2**x*log(2)"),
]

# f, f', g, g'
QUOTIENTS = [
    ("sin(x)", "cos(x)", "x**2", "2*x"),
    ("x**2", "2*x", "(x**3 + 1)", "3*x**2"),
    ("exp(2*x)", "2*exp(2*x)", "(x + 3)", "1"),
    ("(x**2 + 1)", "2*x", "(3*x + 2)", "3"),
    ("log(x)", "1/x", "x**3", "3*x**2"),
    ("cos(x)", "-sin(x)", "(x**2 + 4)", "2*x"),
    ("exp(-x**2)", "-2*x*exp(-x**2)", "(3*x + 1)", "3"),
    ("(5*x - 2)", "5", "(x**2 + x + 1)", "(2*x + 1)"),
    ("sqrt(x)", "1/(2*sqrt(x))", "(x + 4)", "1"),
    ("atan(x)", "1/(1 + x**2)", "(x**2 + 2)", "2*x"),
    ("(x**3 - x)", "(3*x**2 - 1)", "(x + 5)", "1"),
    ("sin(2*x)", "2*cos(2*x)", "(x + 2)", "1"),
    ("x**4", "4*x**3", "(2 + cos(x))", "-sin(x)"),
    ("(x + 1)", "1", "exp(x)", "exp(x)"),
]

# F(u), F'(·) with # for its argument, u, u'
CHAINS = [
    ("sin({u})", "cos(#)", "x**2", "2*x"),
    ("sin({u})", "cos(#)", "5*x", "5"),
    ("cos({u})", "-sin(#)", "x**3 + x", "(3*x**2 + 1)"),
    ("exp({u})", "exp(#)", "x**2", "2*x"),
    ("exp({u})", "exp(#)", "-3*x", "-3"),
    ("({u})**5", "5*(#)**4", "3*x + 1", "3"),
    ("({u})**4", "4*(#)**3", "x**2 + 2*x", "(2*x + 2)"),
    ("sqrt({u})", "1/(2*sqrt(#))", "x**2 + 3", "2*x"),
    ("tan({u})", "1/cos(#)**2", "x**2", "2*x"),
    ("log({u})", "1/(#)", "x**2 + 1", "2*x"),
    ("log({u})", "1/(#)", "sin(x) + 2", "cos(x)"),
    ("atan({u})", "1/(1 + (#)**2)", "4*x", "4"),
    ("asin({u})", "1/sqrt(1 - (#)**2)", "x/3", "1/3"),
    ("sin({u})", "cos(#)", "exp(x)", "exp(x)"),
    ("({u})**3", "3*(#)**2", "sin(x)", "cos(x)"),
    ("cos({u})", "-sin(#)", "log(x)", "1/x"),
    ("1/({u})**2", "-2/(#)**3", "x**2 + 1", "2*x"),
    ("sinh({u})", "cosh(#)", "x**2", "2*x"),
]

# F'(G(u)), G'(u), u'
DEEP = [
    ("sin(exp(x**2))", "cos(exp(x**2))", "exp(x**2)", "2*x"),
    ("exp(cos(3*x))", "exp(cos(3*x))", "-sin(3*x)", "3"),
    ("log(2 + sin(x**2))", "1/(2 + sin(x**2))", "cos(x**2)", "2*x"),
    ("(1 + sin(4*x))**3", "3*(1 + sin(4*x))**2", "cos(4*x)", "4"),
]

# a sum: term with a power c*x**n, the rest, the rest's derivative; c, n
POWERS = [
    (3, 4, "sin(x)", "cos(x)"),
    (5, 3, "exp(x)", "exp(x)"),
    (2, 6, "log(x)", "1/x"),
    (7, 5, "cos(x)", "-sin(x)"),
    (4, -2, "sin(x)", "cos(x)"),
    (6, -3, "exp(x)", "exp(x)"),
    (2, 7, "tan(x)", "1/cos(x)**2"),
    (9, 3, "atan(x)", "1/(1 + x**2)"),
    (5, -4, "cos(x)", "-sin(x)"),
    (8, 4, "exp(2*x)", "2*exp(2*x)"),
]

# base, rest, its derivative
EXPONENTIALS = [
    (2, "x**3", "3*x**2"),
    (3, "sin(x)", "cos(x)"),
    (5, "x**4", "4*x**3"),
    (10, "cos(x)", "-sin(x)"),
    (7, "x**2", "2*x"),
]

# sums of two terms, the second one subtracted, and a constant: a, a', b, b', c
DIFFERENCES = [
    ("x**3", "3*x**2", "4*sin(x)", "4*cos(x)", 7),
    ("exp(x)", "exp(x)", "5*x**2", "10*x", 3),
    ("6*cos(x)", "-6*sin(x)", "3*x**4", "12*x**3", 11),
    ("x**5", "5*x**4", "2*log(x)", "2/x", 9),
    ("3*sin(x)", "3*cos(x)", "x**3", "3*x**2", 4),
    ("4*x**2", "8*x", "3*exp(2*x)", "6*exp(2*x)", 8),
    ("2*atan(x)", "2/(1 + x**2)", "5*x**3", "15*x**2", 6),
    ("7*x", "7", "2*cos(x)", "-2*sin(x)", 5),
]

# trig function of k*x, its derivative, the wrong line of the table, beside x**2
TRIG = [
    ("sin(3*x)", "3*cos(3*x)", "-3*cos(3*x)", "3*sin(3*x)"),
    ("cos(2*x)", "-2*sin(2*x)", "2*sin(2*x)", "2*cos(2*x)"),
    ("sin(5*x)", "5*cos(5*x)", "-5*cos(5*x)", "5*sin(5*x)"),
    ("cos(x)", "-sin(x)", "sin(x)", "cos(x)"),
    ("sin(x)", "cos(x)", "-cos(x)", "sin(x)"),
]

# whole answers: f, f', f'', an antiderivative
WHOLE = [
    (
        "x**2*sin(x)",
        "2*x*sin(x) + x**2*cos(x)",
        "2*sin(x) + 4*x*cos(x) - x**2*sin(x)",
        "2*x*sin(x) - (x**2 - 2)*cos(x)",
    ),
    ("x*exp(2*x)", "exp(2*x) + 2*x*exp(2*x)", "4*exp(2*x) + 4*x*exp(2*x)", "exp(2*x)*(2*x - 1)/4"),
    ("x**3 + cos(x)", "3*x**2 - sin(x)", "6*x - cos(x)", "x**4/4 + sin(x)"),
    ("log(x) + x**2", "1/x + 2*x", "2 - 1/x**2", "x*log(x) - x + x**3/3"),
    ("sin(2*x) + x", "2*cos(2*x) + 1", "-4*sin(2*x)", "x**2/2 - cos(2*x)/2"),
    ("x**4 - 3*x**2 + 2", "4*x**3 - 6*x", "12*x**2 - 6", "x**5/5 - x**3 + 2*x"),
    ("exp(x) + x**3", "exp(x) + 3*x**2", "exp(x) + 6*x", "exp(x) + x**4/4 + 5"),
    ("1/x + x", "1 - 1/x**2", "2/x**3", "log(x) + x**2/2"),
]

# f, f', id, wrong
SINGLE: list[Row] = [
    ("sqrt(x**2 + 5)", "x/sqrt(x**2 + 5)", "sqrt_nohalf", "2*x/sqrt(x**2 + 5)"),
    ("sqrt(x) + x**3", "1/(2*sqrt(x)) + 3*x**2", "sqrt_nohalf", "1/sqrt(x) + 3*x**2"),
    ("3/sqrt(x) + sin(x)", "-3/(2*x**(3/2)) + cos(x)", "sqrt_nohalf", "-3/x**(3/2) + cos(x)"),
    ("tan(4*x)", "4/cos(4*x)**2", "tan_nosq", "4/cos(4*x)"),
    ("x**2 + tan(x)", "2*x + 1/cos(x)**2", "tan_nosq", "2*x + 1/cos(x)"),
    ("x**2 + atan(3*x)", "2*x + 3/(1 + 9*x**2)", "arc_sign", "2*x - 3/(1 + 9*x**2)"),
    ("x**2 + atan(3*x)", "2*x + 3/(1 + 9*x**2)", "arc_plusminus", "2*x + 3/(1 - 9*x**2)"),
    ("x + asin(x/2)", "1 + 1/(2*sqrt(1 - x**2/4))", "arc_plusminus", "1 + 1/(2*sqrt(1 + x**2/4))"),
    ("x + asin(x/2)", "1 + 1/(2*sqrt(1 - x**2/4))", "arc_recip", "1 - cos(x/2)/(2*sin(x/2)**2)"),
    ("x + acos(x/4)", "1 - 1/(4*sqrt(1 - x**2/16))", "arc_sign", "1 + 1/(4*sqrt(1 - x**2/16))"),
    ("x**3 + log(x)/log(2)", "3*x**2 + 1/(x*log(2))", "log_base", "3*x**2 + 1/x"),
    ("x**3 + log(x**2 + 1)/log(10)", "3*x**2 + 2*x/((x**2 + 1)*log(10))", "log_base", "3*x**2 + 2*x/(x**2 + 1)"),
    ("log(x**3 + 2)", "3*x**2/(x**3 + 2)", "log_inner_over_x", "3*x"),
    ("log(4*x**2 + 1)", "8*x/(4*x**2 + 1)", "log_of_deriv", "1/(8*x)"),
    ("x**2 + log(sin(x) + 3)", "2*x + cos(x)/(sin(x) + 3)", "log_inner_over_x", "2*x + cos(x)/x"),
    ("x**2 + log(sin(x) + 3)", "2*x + cos(x)/(sin(x) + 3)", "log_of_deriv", "2*x + 1/cos(x)"),
    ("1/(x**2 + 3)", "-2*x/(x**2 + 3)**2", "recip_log", "log(x**2 + 3)"),
    ("1/(1 + exp(-2*x))", "2*exp(-2*x)/(1 + exp(-2*x))**2", "sigmoid_no_factor", "2/(1 + exp(-2*x))"),
    ("x + tanh(3*x)", "1 + 3*(1 - tanh(3*x)**2)", "tanh_nosq", "1 + 3*(1 - tanh(3*x))"),
    ("x**2 + Max(0, x)", "2*x + Heaviside(x)", "relu_self", "2*x + Max(0, x)"),
    ("x**x", "x**x*(log(x) + 1)", "exp_as_power", "x*x**(x - 1)"),
    ("x**sin(x)", "x**sin(x)*(cos(x)*log(x) + sin(x)/x)", "power_as_exp", "x**sin(x)*log(x)*cos(x)"),
    ("x**3*sin(x) + 2*x", "3*x**2*sin(x) + x**3*cos(x) + 2", "degrees", "pi/180*(3*x**2*sin(x) + x**3*cos(x) + 2)"),
]


def _products() -> Iterator[Row]:
    for f, fp, g, gp in PRODUCTS:
        function, right = f"{f}*{g}", f"({fp})*{g} + {f}*({gp})"
        yield function, right, "prod_fpgp", f"({fp})*({gp})"
        yield function, right, "prod_ffp", f"{f}*({fp}) + {g}*({gp})"
        yield function, right, "prod_minus", f"({fp})*{g} - {f}*({gp})"
        yield function, right, "prod_one_term", f"({fp})*{g}"
        yield function, right, "prod_one_term", f"{f}*({gp})"
        yield function, right, "prod_sum", f"{fp} + ({gp})"


def _quotients() -> Iterator[Row]:
    for f, fp, g, gp in QUOTIENTS:
        function, right = f"{f}/{g}", f"(({fp})*{g} - {f}*({gp}))/({g})**2"
        yield function, right, "quot_ratio", f"({fp})/({gp})"
        yield function, right, "quot_swap", f"({f}*({gp}) - ({fp})*{g})/({g})**2"
        yield function, right, "quot_plus", f"(({fp})*{g} + {f}*({gp}))/({g})**2"
        yield function, right, "quot_over_g", f"(({fp})*{g} - {f}*({gp}))/({g})"
        yield function, right, "quot_over_f2", f"(({fp})*{g} - {f}*({gp}))/({f})**2"


def _chains() -> Iterator[Row]:
    for outer, slope, u, up in CHAINS:
        function = outer.format(u=u)
        at_u, at_x = slope.replace("#", u), slope.replace("#", "x")
        right = f"{at_u}*({up})"
        yield function, right, "chain_drop", at_u
        yield function, right, "chain_mul_inner", f"{at_u}*({u})"
        if not outer.startswith("log"):
            yield function, right, "chain_bare_arg", f"{at_x}*({up})"
        yield function, right, "chain_inside", slope.replace("#", f"({u})*({up})")
        yield function, right, "chain_double", f"{at_u}*({up})**2"
    for function, first, second, third in DEEP:
        right = f"{first}*({second})*({third})"
        yield function, right, "chain_one_layer", f"{first}*({second})"
        yield function, right, "chain_drop", first


def _powers() -> Iterator[Row]:
    for c, n, rest, slope in POWERS:
        function, right = f"{c}*x**({n}) + {rest}", f"{c * n}*x**({n - 1}) + {slope}"
        yield function, right, "pow_nolower", f"{c * n}*x**({n}) + {slope}"
        yield function, right, "pow_nocoef", f"{c}*x**({n - 1}) + {slope}"
        yield function, right, "pow_int", f"{c}*x**({n + 1})/({n + 1}) + {slope}"
        yield function, right, "coef_drop", f"{n}*x**({n - 1}) + {slope}"
        if n < 0:
            yield function, right, "pow_up", f"{c * n}*x**({n + 1}) + {slope}"
    for a, rest, slope in EXPONENTIALS:
        function, right = f"{a}**x + {rest}", f"{a}**x*log({a}) + {slope}"
        yield function, right, "exp_as_power", f"x*{a}**(x - 1) + {slope}"
        yield function, right, "exp_noln", f"{a}**x + {slope}"
    for k in (2, 4):
        function, right = f"x**3 + exp({k}*x)", f"3*x**2 + {k}*exp({k}*x)"
        yield function, right, "exp_as_power", f"3*x**2 + {k}*x*{k}*exp({k}*x - 1)"
        yield function, right, "exp_shift", f"3*x**2 + {k}*exp({k}*x - 1)"


def _sums() -> Iterator[Row]:
    for a, ap, b, bp, c in DIFFERENCES:
        function, right = f"{a} - {b} + {c}", f"{ap} - ({bp})"
        yield function, right, "const_kept", f"{ap} - ({bp}) + {c}"
        yield function, right, "const_one", f"{ap} - ({bp}) + 1"
        yield function, right, "minus_lost", f"{ap} + ({bp})"
    for f, fp, turned, same in TRIG:
        function, right = f"x**2 + {f}", f"2*x + {fp}"
        yield function, right, "trig_sign", f"2*x + {turned}"
        yield function, right, "trig_same", f"2*x + {same}"


def _whole() -> Iterator[Row]:
    for f, first, second, integral in WHOLE:
        yield f, first, "neg", f"-({first})"
        yield f, first, "not_diff", f
        yield f, first, "integrated", integral
        yield f, first, "second", second


def rows() -> list[Row]:
    """Every wrong answer, with the function and its right derivative."""
    return [*_products(), *_quotients(), *_chains(), *_powers(), *_sums(), *_whole(), *SINGLE]
