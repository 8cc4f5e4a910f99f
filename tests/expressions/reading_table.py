"""What students type, and how it is read: the table behind ``docs/readings.md`` and ``test_reading.py``.

``python -m tests.expressions.reading_table`` writes the page anew. A row is what is typed and, in SymPy's syntax,
what it means; a row with two meanings is refused, and its two meanings are what the sentence offers; ``None`` is
refused otherwise. One table, and long as such.
"""

from dataclasses import dataclass, field

from tests import ROOT

PAGE = ROOT / "docs" / "readings.md"


@dataclass(frozen=True)
class Part:
    """Rows that are about one thing.

    Attributes:
        title: on the page.
        read: typed → what it means.
        doubtful: typed → the two ways to write it that the sentence offers.
        refused: typed → a part of the sentence.
        variables: of the question.
        function: of the question to which doubtful and refused rows are answers; the others have their own.
        note: a sentence for the page.
    """

    title: str
    read: dict[str, str] = field(default_factory=dict)
    doubtful: dict[str, tuple[str, str]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    variables: tuple[str, ...] = ("x", "y")
    function: str = "x*y"
    note: str = ""


PARTS = (
    Part(
        "Exponents without brackets",
        read={
            "x^2y": "x**2*y",
            "3x^-2y": "3*y/x**2",
            "x²y³": "x**2*y**3",
            "e^x*y": "exp(x)*y",
            "e^x sin(y)": "exp(x)*sin(y)",
            "ye^x": "y*exp(x)",
            "e^x(x+1)": "exp(x)*(x + 1)",
            "e^(2x)y": "exp(2*x)*y",
            "-2e^(-2x)": "-2*exp(-2*x)",
            "e^{-2x}y": "exp(-2*x)*y",
            "-3e^-x": "-3*exp(-x)",
            "e^-x + 1": "exp(-x) + 1",
            "e^+x": "exp(x)",
            "2^-x": "2**(-x)",
            "x^2/2": "x**2/2",
            "x**2/2": "x**2/2",
            "x^3/3 - y^2/4": "x**3/3 - y**2/4",
            "x^y^2": "x**(y**2)",
            "2**3**2": "512",
            "e^x^2": "exp(x**2)",
            "e^-x^2": "exp(-x**2)",
            "-x^2": "-x**2",
            "(-x)^2": "x**2",
            "x^½": "sqrt(x)",
            "x^(1/2)": "sqrt(x)",
            "x^-(1/2)": "1/sqrt(x)",
            "x^{-\\frac{1}{2}}": "1/sqrt(x)",
            "eˣ": "exp(x)",
            "ye⁻ˣ": "y*exp(-x)",
            "e²ˣ": "exp(2*x)",
            "e²⁽ˣ⁺ʸ⁾": "exp(2*(x + y))",
            "x⁻¹": "1/x",
            "ℯ^x": "exp(x)",
            "ⅇ^(2x)": "exp(2*x)",
            "2^x\\ln 2": "2**x*log(2)",
            "e^x\\sin y": "exp(x)*sin(y)",
            "e^x\\frac{1}{y}": "exp(x)/y",
            "e^x\\sqrt{y}": "exp(x)*sqrt(y)",
            "x^x\\ln x": "x**x*log(x)",
            "e^x\\pi": "exp(x)*pi",
            "e^{x}y": "exp(x)*y",
            "3e^{2x}\\,y": "3*exp(2*x)*y",
            "e^2": "exp(2)",
            "7e^3/2": "7*exp(3)/2",
        },
        doubtful={
            "-2e^-2x": ("e^(-2x)", "e^(-2)*x"),
            "-3e^−3y": ("e^(−3y)", "e^(−3)*y"),
            "5^-2x": ("5^(-2x)", "5^(-2)*x"),
            "e^3x": ("e^(3x)", "e^3*x"),
            "2^5y": ("2^(5y)", "2^5*y"),
            "2e^+4x": ("e^(+4x)", "e^(+4)*x"),
            "⅓e^⅓x": ("e^(⅓x)", "e^(⅓)*x"),
            "3^¼y": ("3^(¼y)", "3^(¼)*y"),
            "e^xy": ("e^(xy)", "e^x*y"),
            "ye^-xy": ("e^(-xy)", "e^(-x)*y"),
            "e^πx": ("e^(πx)", "e^π*x"),
            "(1/2)^3x": ("(1/2)^(3x)", "(1/2)^3*x"),
            "π^2x": ("π^(2x)", "π^2*x"),
            "-3πe^-3πx": ("e^(-3πx)", "e^(-3)*πx"),
            "e^x y": ("e^(x*y)", "e^x*y"),
            "e^4 x": ("e^(4*x)", "e^4*x"),
            "e^-x^2y": ("e^(-x^2y)", "e^(-x^2)*y"),
            "x^2x": ("x^(2x)", "x^2*x"),
            "e^5(x-1)": ("e^(5(x-1))", "e^5*(x-1)"),
            "e^-5(x-1)": ("e^(-5(x-1))", "e^(-5)*(x-1)"),
            "e^x√y": ("e^(x*√y)", "e^x*√y"),
            "x^1/2": ("x^(1/2)", "(x^1)/2"),
            "y^-1/3": ("y^(-1/3)", "(y^(-1))/3"),
            "e^1/x": ("e^(1/x)", "(e^1)/x"),
            "2^-1/(2x)": ("2^(-1/(2x))", "(2^(-1))/(2x)"),
            "x**-1/2": ("x**(-1/2)", "(x**(-1))/2"),
            "x^3!": ("(x^3)!", "x^(3!)"),
            "e^{x}^2": ("e^{{x}^2}", "(e^{x})^2"),
            "e^-3\\pi x": ("e^(-3\\pi x)", "e^(-3)*\\pi x"),
        },
    ),
    Part(
        "Exponents, where the question has a variable in one",
        variables=("a", "x"),
        function="a**(3*x)",
        doubtful={"a^3x": ("a^(3x)", "a^3*x"), "3a^3x": ("a^(3x)", "a^3*x"), "a^3(x+1)": ("a^(3(x+1))", "a^3*(x+1)")},
    ),
    Part(
        "Exponents, where the question has a fraction in one",
        variables=("x", "y"),
        function="x**(5/2)*exp(-y**2/2)",
        read={
            "y*exp(-x**2/2)": "y*exp(-x**2/2)",
            "x**2/2 + sqrt(x)": "x**2/2 + sqrt(x)",
            "y*exp(-x^2/2)": "y*exp(-x**2/2)",
            "x e^{-x^2/2}": "x*exp(-x**2/2)",
            "√x + x^4/2": "sqrt(x) + x**4/2",
            "exp(-½x²) + y": "exp(-x**2/2) + y",
        },
        doubtful={
            "5/2*x^3/2": ("x^(3/2)", "(x^3)/2"),
            "-ye^-y^2/2": ("e^(-y^2/2)", "(e^(-y^2))/2"),
            "e^x/2": ("e^(x/2)", "(e^x)/2"),
            "e^-x/y": ("e^(-x/y)", "(e^(-x))/y"),
        },
    ),
    Part(
        "Fractions and mixed numbers",
        read={
            "½x": "x/2",
            "⅜y": "3*y/8",
            "(3/8)y": "3*y/8",
            "1/(2x)": "1/(2*x)",
            "(1/2)x": "x/2",
            "1/2*x": "x/2",
            "x/y/2": "x/(2*y)",
            "\\frac12": "1/2",
            "\\tfrac12 y": "y/2",
            "\\frac13x": "x/3",
            "\\dfrac{x}{y}": "x/y",
            "\\frac x2": "x/2",
            "\\frac{x}2y": "x*y/2",
            "\\frac1x": "1/x",
            "x÷y": "x/y",
            "x⁄y": "x/y",
            "3\\frac{x}{2}": "3*x/2",
            "5\\frac{\\pi}{2}": "5*pi/2",
            "x ½": "x/2",
        },
        doubtful={
            "1/3x": ("1/(3*x)", "(1/3)*x"),
            "x/2y": ("x/(2*y)", "(x/2)*y"),
            "1/xy": ("1/(x*y)", "(1/x)*y"),
            "1/3 x": ("1/(3*x)", "(1/3)*x"),
            "1/2sin(x)": ("1/(2*sin(x))", "(1/2)*sin(x)"),
            "2/3(x+1)": ("2/(3*(x+1))", "(2/3)*(x+1)"),
            "2½x": ("5/2", "2*1/2"),
            "2½": ("5/2", "2*1/2"),
            "1 ¾": ("7/4", "1*3/4"),
            "2\\frac{1}{3}": ("7/3", "2*1/3"),
            "-2\\frac{1}{3}": ("-7/3", "-2*1/3"),
            "2\\tfrac{1}{3}y": ("7/3", "2*1/3"),
            "4 1/2": ("9/2", "4*1/2"),
            "x½": ("x*(1/2)", "x^(1/2)"),
        },
        refused={
            "3 4": "two numbers stand side by side",
            "1 000": "two numbers stand side by side",
            "½½": "two numbers stand side by side",
            "x^2½": "two numbers stand side by side",
        },
    ),
    Part(
        "What a copied page loses",
        doubtful={
            "x 2": ("x*2", "x^2"),
            "3 x 10^2": ("3*x*10^2", "3*10^2"),
            "(x+1)2": ("(x+1)*2", "(x+1)^2"),
            "sin(x)2": ("sin(x)*2", "sin(x)^2"),
            "x³√y": ("x³*√y", "x*root(y, 3)"),
        },
        refused={
            " 2\nx": "another begins on the next line",
            "x\n─\n2": "another begins on the next line",
            " 2    \nx  - 1": "another begins on the next line",
            "1\n-\nx": "another begins on the next line",
            "   -y\n-x*E": "another begins on the next line",
            "2x\n3y": "another begins on the next line",
            "│ 2    │\n│x  - 1│": "another begins on the next line",
            "x2": "Use the symbols of the prompt",
            "x_\\mathrm{1}": "the index after _ cannot be read",
            "[x  - y]": "Expected shape",
        },
    ),
    Part(
        "Roots",
        read={
            "√10": "sqrt(10)",
            "√√(x)": "x**(1/4)",
            "\\sqrt[2]{x}": "sqrt(x)",
            "\\dfrac1{\\sqrt x}": "1/sqrt(x)",
            "x^(-½)": "1/sqrt(x)",
            "1/√17": "1/sqrt(17)",
            "√x": "sqrt(x)",
            "√(xy)": "sqrt(x*y)",
            "√(x)y": "sqrt(x)*y",
            "√x√y": "sqrt(x)*sqrt(y)",
            "√2/2": "sqrt(2)/2",
            "3√x": "3*sqrt(x)",
            "√x·y": "sqrt(x)*y",
            "∛x": "x**(1/3)",
            "∜(x+1)": "(x + 1)**(1/4)",
            "\\sqrt{10}": "sqrt(10)",
            "\\sqrt2x": "sqrt(2)*x",
            "\\sqrt x": "sqrt(x)",
            "\\sqrt[3]{x}": "x**(1/3)",
            "\\sqrt[5]{x}": "x**(1/5)",
            "√sin(x)": "sqrt(sin(x))",
            "√2 sin(x)": "sqrt(2)*sin(x)",
            "³√x": "x**(1/3)",
            "sqrt(x)/2": "sqrt(x)/2",
        },
        doubtful={
            "√3x": ("√(3*x)", "√(3)*x"),
            "√xy": ("√(x*y)", "√(x)*y"),
            "√3 x": ("√(3*x)", "√(3)*x"),
            "√x²": ("√(x²)", "√(x)²"),
            "√x^3": ("√(x^3)", "√(x)^3"),
            "∛2x": ("∛(2*x)", "∛(2)*x"),
            "√5(x+1)": ("√(5*(x+1))", "√(5)*(x+1)"),
            "√½x": ("√(½*x)", "√(½)*x"),
            "\\sqrt17": ("\\sqrt{17}", "\\sqrt{1}*7"),
        },
    ),
    Part(
        "Functions in LaTeX, without brackets",
        read={
            "\\sin x": "sin(x)",
            "\\sin 2x": "sin(2*x)",
            "\\sin xy": "sin(x*y)",
            "\\cos\\pi x": "cos(pi*x)",
            "\\cos 2\\pi x": "cos(2*pi*x)",
            "\\cos x\\, e^{\\sin x}": "cos(x)*exp(sin(x))",
            "\\cos x\\,y": "cos(x)*y",
            "\\sec^2 x\\; y^2": "y**2/cos(x)**2",
            "\\ln y\\quad e^x": "log(y)*exp(x)",
            "\\cos x\\ y": "cos(x)*y",
            "\\ln 2\\,2^x": "log(2)*2**x",
            "\\sin 3x\\,x^2": "sin(3*x)*x**2",
            "\\sin x\\cos x": "sin(x)*cos(x)",
            "2\\sin x \\cos x": "2*sin(x)*cos(x)",
            "\\sin\\frac{x}{2}": "sin(x/2)",
            "\\sin\\frac{x}{2}\\cos\\frac{x}{2}": "sin(x/2)*cos(x/2)",
            "\\sin\\sqrt{x}": "sin(sqrt(x))",
            "\\sin e^x": "sin(exp(x))",
            "\\ln\\sin x": "log(sin(x))",
            "\\sin^2 x": "sin(x)**2",
            "\\sin^{2}x\\cos x": "sin(x)**2*cos(x)",
            "\\sin(x) y": "sin(x)*y",
            "\\sin{x}y": "sin(x)*y",
            "\\sin\\left(x\\right)^2": "sin(x)**2",
            "\\sin{\\left(x \\right)} y": "sin(x)*y",
            "\\ln|x|": "log(Abs(x))",
            "\\ln\\left|x\\right|": "log(Abs(x))",
            "\\mathrm{sech}^2(x)": "sech(x)**2",
            "\\text{sech}(x)": "sech(x)",
            "\\operatorname{arctan} x": "atan(x)",
            "\\arctan x": "atan(x)",
            "\\log_2 x": "log(x)/log(2)",
            "\\log_{10}x": "log(x)/log(10)",
            "\\log_10 x": "log(x)/log(10)",
            "\\log_{y^2} x": "log(x)/log(y**2)",
            "\\log_{e}(x)": "log(x)",
            "\\ln x + y": "log(x) + y",
            "(1 - \\ln x)\\,y": "(1 - log(x))*y",
            "\\frac{\\ln x}{x}": "log(x)/x",
            "x\\ln x": "x*log(x)",
            "\\sin x \\cdot y": "sin(x)*y",
            "-\\sin x": "-sin(x)",
            "\\exp(-x)\\,y": "exp(-x)*y",
        },
        doubtful={
            "\\cos x e^x": ("\\cos(x e^x)", "\\cos(x) e^x"),
            "\\sin x y": ("\\sin(x y)", "\\sin(x) y"),
            "\\sin x^2": ("\\sin(x^2)", "(\\sin(x))^2"),
            "\\ln x^3": ("\\ln(x^3)", "(\\ln(x))^3"),
            "\\ln x/y": ("\\ln(x/y)", "\\ln(x)/y"),
            "\\sin x(y+1)": ("\\sin(x (y+1))", "\\sin(x) (y+1)"),
            "\\cos x\\frac{1}{y}": ("\\cos(x \\frac{1}{y})", "\\cos(x) \\frac{1}{y}"),
            "\\cos x\\sqrt{y}": ("\\cos(x \\sqrt{y})", "\\cos(x) \\sqrt{y}"),
            "\\ln 2 x": ("\\ln(2 x)", "\\ln(2) x"),
            "\\sin 2\\,x": ("\\sin(2\\, x)", "\\sin(2\\,) x"),
            "\\ln\\sin x \\cos x": ("\\ln(\\sin x \\cos x)", "\\ln(\\sin x) \\cos x"),
            "\\sin^{-1} x": ("arcsin(x)", "1/sin(x)"),
            "\\tan^{-1}(x)": ("arctan(x)", "1/tan(x)"),
            "\\cos^22x": ("\\cos^2(2x)", "\\cos^{22}(x)"),
        },
        note="A space command (`\\,`, `\\;`, `\\quad`) ends the argument; a plain space means nothing in LaTeX.",
    ),
    Part(
        "Physicists' letters",
        variables=("t", "omega", "phi"),
        read={
            "\\cos\\omega t": "cos(omega*t)",
            "-\\omega\\sin\\omega t": "-omega*sin(omega*t)",
            "\\cos(\\omega t + \\varphi)": "cos(omega*t + phi)",
            "ωcos(ωt)": "omega*cos(omega*t)",
            "\\omega\\,\\cos(\\omega t)": "omega*cos(omega*t)",
        },
    ),
    Part(
        "Functions in plain text",
        read={
            "sin x": "sin(x)",
            "x ln x": "x*log(x)",
            "1 + ln y": "1 + log(y)",
            "sin(x)cos(y)": "sin(x)*cos(y)",
            "sin²(x)": "sin(x)**2",
            "sin^2(x)": "sin(x)**2",
            "sin^-2(x)": "sin(x)**(-2)",
            "cos^3 x": "cos(x)**3",
            "sin(x)^2": "sin(x)**2",
            "xsin(y)": "x*sin(y)",
            "Sin(x)": "sin(x)",
            "COS(x)": "cos(x)",
            "Cos[x]": "cos(x)",
            "ArcTan[x]": "atan(x)",
            "Sqrt[x]y": "sqrt(x)*y",
            "Exp(x)": "exp(x)",
            "ln(x)": "log(x)",
            "log_3(x)": "log(x)/log(3)",
            "log_y(x)": "log(x)/log(y)",
            "log_e(x)": "log(x)",
            "log2(x)": "log(x)/log(2)",
            "log(x, 3)": "log(x)/log(3)",
            "arcsin(x/2)": "asin(x/2)",
            "5!!": "15",
            "3!": "6",
            "abs(x)": "Abs(x)",
            "|x||y|": "Abs(x)*Abs(y)",
            "sin (x) y": "sin(x)*y",
            "sin(x)(y+1)": "sin(x)*(y + 1)",
            "sin[x]": "sin(x)",
            "x mod 2": "Mod(x, 2)",
            "tg(x)": "tan(x)",
            "arctg x": "atan(x)",
            "sen(x)": "sin(x)",
            "2𝑥cos\u2061(𝑥²)": "2*x*cos(x**2)",
        },
        doubtful={
            "sin^-1(x)": ("arcsin(x)", "1/sin(x)"),
            "cos⁻¹(x)": ("arccos(x)", "1/cos(x)"),
            "ln^-1(x)": ("exp(x)", "1/ln(x)"),
            "sin^2(x)^2": ("sin^2((x)^2)", "(sin^2(x))^2"),
            "sin (x+1)^2": ("sin((x+1)^2)", "(sin(x+1))^2"),
            "sin (x+1)(x-1)": ("sin((x+1)(x-1))", "sin(x+1)*(x-1)"),
            "sin3(x)": ("sin(3*…)", "sin(…)^3"),
            "ln3x": ("ln(3*x)", "ln(3)*x"),
            "log10x": ("log(10*x)", "log10(x)"),
            "sqrt5x": ("sqrt(5*x)", "sqrt(5)*x"),
            "lg(x)": ("log10(…)", "log2(…)"),
            "sinc(x)": ("sin(x)/x", "sin(pi*x)/(pi*x)"),
            "Log[2, x]": ("log(x)/log(b)", "log(b)/log(x)"),
            "30°": ("30", "30*pi/180"),
        },
        refused={
            "sinx": 'write brackets: "sin(x)"',
            "lnx": 'write brackets: "ln(x)"',
            "sin2x": 'write brackets: "sin(2*x)"',
            "2sinxcosx": 'write brackets: "sin(x)*cos(x)"',
            "xln2": 'write brackets: "x*ln(2)"',
            "sqrtx": 'write brackets: "sqrt(x)"',
            "arctanx": 'write brackets: "arctan(x)"',
            "sinxy": 'write brackets: "sin(x*y)"',
            "ylnx": 'write brackets: "y*ln(x)"',
            "log_2x": 'write brackets: "log_2(x)"',
            "sin xcos x": "write brackets",
            "2[x+1]": "square brackets make a list; write round ones",
            "sin 2x": "write brackets",
            "sin x y": "write brackets",
            "sin x/2": "write brackets",
            "ln x^2": "write brackets",
            "|x|y|x|": "these bars can be paired in two ways",
            "x ± 1": "this sign makes two answers",
            "f(x)": "is not a function that is known",
            "frobnicate(x)": "is not a function that is known",
        },
    ),
    Part(
        "Names that are two things",
        variables=("a", "b", "x"),
        function="a*cos(x)*b",
        read={
            "bcos(x)": "b*cos(x)",
            "a*sin(x)": "a*sin(x)",
            "arcsin(x)": "asin(x)",
            "abx": "a*b*x",
            "asec(x)b": "asec(x)*b",
        },
        doubtful={
            "asin(x)": ("a*sin(…)", "arcsin(…)"),
            "-acos(x)": ("a*cos(…)", "arccos(…)"),
            "atan(x)": ("a*tan(…)", "arctan(…)"),
            "asinh(x)": ("a*sinh(…)", "arcsinh(…)"),
            "acosh(x)": ("a*cosh(…)", "arccosh(…)"),
        },
    ),
    Part(
        "σ before a bracket",
        refused={
            "σ(x)": 'write "sigmoid(…)" if the logistic function is meant',
            "\\sigma(x)(1-\\sigma(x))": 'write "sigmoid(…)" if the logistic function is meant',
        },
        note="Where the question's function has 1 + e^u in it, `σ(x)`, `sigma(x)` and `\\sigma(x)` are 1/(1 + e^(−x)).",
    ),
    Part(
        "π and two letters",
        variables=("p", "i"),
        read={"p*i": "p*i", "\\pi p": "pi*p", "πi": "pi*i", "np.pi*p": "pi*p"},
        doubtful={"pi": ("p*i", "π"), "2pi": ("p*i", "π")},
        function="p**2*i",
    ),
    Part(
        "A variable called e",
        variables=("e", "x"),
        read={"e*x": "e*x", "e**2": "e**2", "e^2": "e**2"},
    ),
    Part(
        "A variable called e, and the number",
        variables=("e", "x"),
        read={"exp(x)*e": "exp(x)*e"},
        doubtful={"e^x": ("exp(…)", "e**…")},
        function="e*exp(x)",
    ),
    Part(
        "Powers of ten and e",
        function="exp(x)*y",
        read={"1e-3x": "0.001*x", "2.5e-3*x": "0.0025*x", "2E-3": "0.002", "1e-05": "0.00001", "3e^2": "3*exp(2)"},
        doubtful={"2e-3": ("2.0e-3", "2*e-3"), "5e2": ("5.0e2", "5*e^2")},
    ),
    Part(
        "Names with numbers",
        variables=("x1", "x2"),
        function="x1*x2",
        read={
            "x_1*x_2": "x1*x2",
            "x₁x₂": "x1*x2",
            "x_1 x_2": "x1*x2",
            "x_{1}^2": "x1**2",
            "x1²": "x1**2",
        },
        refused={"x1x2": 'write "*" between the factors: x1*x2'},
    ),
    Part(
        "Code as text",
        read={
            "np.cos(x)*2": "2*cos(x)",
            "jnp.exp(-x)": "exp(-x)",
            "math.sqrt(x)": "sqrt(x)",
            "x**2": "x**2",
            "2*x**-2": "2*x**(-2)",
            "np.power(x, 3)": "x**3",
            "np.square(x)": "x**2",
            "np.log(x)/np.log(2)": "log(x)/log(2)",
            "np.where(x > 0, 1, -1)": "Piecewise((1, x > 0), (-1, True))",
            "jnp.where(x > 0, x, 0.5*x)": "Piecewise((x, x > 0), (0.5*x, True))",
            "np.where((x > 0) & (x < 1), x, 0)": "Piecewise((x, (x > 0) & (x < 1)), (0, True))",
            "np.select([x < 0, x < 1], [0, x], default=1)": "Piecewise((0, x < 0), (x, x < 1), (1, True))",
            "np.select([x < 0, x >= 0], [-1, 1])": "Piecewise((-1, x < 0), (1, True))",
            "Piecewise((x, x < 0), (1, True))": "Piecewise((x, x < 0), (1, True))",
            "np.maximum(x, 0)": "Max(x, 0)",
            "jax.nn.relu(x)": "Max(x, 0)",
            "jax.nn.sigmoid(x)": "1/(1 + exp(-x))",
            "jnp.clip(x, 0, 1)": "Min(Max(x, 0), 1)",
            "np.heaviside(x, 0.5)": "Heaviside(x, 0.5)",
            "np.sinc(x)": "sin(pi*x)/(pi*x)",
            "sp.Rational(1, 3)*x": "x/3",
            "S(1)/2*x": "x/2",
            "np.float64(2.5)": "2.5",
            "scipy.special.expit(x)": "1/(1 + exp(-x))",
            "logistic(x)": "1/(1 + exp(-x))",
            "Add(Mul(Integer(2), Symbol('x')), Integer(1))": "2*x + 1",
            "Mul(Integer(3), Pow(Symbol('x', real=True), Rational(1, 2)))": "3*sqrt(x)",
            "Float('0.5', precision=53)*x": "0.5*x",
        },
        refused={
            "lambda x: 2*x": "this is a Python function",
            "x if x > 0 else 0": "is Python, not part of an expression",
            "sp.diff(x**2, x)": "states the task",
            "x // 2": 'write "/" for division',
            "print(2*x)": "is Python",
        },
    ),
    Part(
        "By cases",
        read={
            "\\begin{cases} x & \\text{for}\\: x < 0 \\\\1 & \\text{otherwise} \\end{cases}": (
                "Piecewise((x, x < 0), (1, True))"
            ),
            "\\begin{cases} 2x, & \\text{if } x > 0 \\\\ -1, & x \\le 0 \\end{cases}": (
                "Piecewise((2*x, x > 0), (-1, True))"
            ),
            "\\begin{cases} y & x \\geq 1 \\\\ 0 & \\text{else} \\end{cases}": "Piecewise((y, x >= 1), (0, True))",
            "2\\begin{cases} x & 0 < x < 1 \\\\ 3 & \\text{otherwise} \\end{cases}": (
                "2*Piecewise((x, (x > 0) & (x < 1)), (3, True))"
            ),
            "\\left\\{\\begin{array}{ll} x^2 & x > 0 \\\\ 0 & \\text{else}\\end{array}\\right.": (
                "Piecewise((x**2, x > 0), (0, True))"
            ),
            "\\begin{cases} x & \\text{for}\\: x > 0 \\wedge x < 1 \\\\y & \\text{otherwise} \\end{cases}": (
                "Piecewise((x, (x > 0) & (x < 1)), (y, True))"
            ),
        },
    ),
    Part(
        "Vectors",
        read={
            "[2x, 3y]": "[2*x, 3*y]",
            "(2x, 3y)": "[2*x, 3*y]",
            "2x, 3y": "[2*x, 3*y]",
            "<2x, 3y>": "[2*x, 3*y]",
            "⟨2x, 3y⟩": "[2*x, 3*y]",
            "[2x; 3y]": "[2*x, 3*y]",
            "(2x; 3y)": "[2*x, 3*y]",
            "2x; 3y": "[2*x, 3*y]",
            "(2x)\\hat{\\imath} + (3y)\\hat{\\jmath}": "[2*x, 3*y]",
            "2x i + 3y j": "[2*x, 3*y]",
            "2xi + 3yj": "[2*x, 3*y]",
            "2x i - 3 j": "[2*x, -3]",
            "5j": "[0, 5]",
            "3/√5 i + 4/√5 j": "[3/sqrt(5), 4/sqrt(5)]",
            "e^x i + x/2 j": "[exp(x), x/2]",
            "\\sin x \\mathbf{i} + y\\,\\mathbf{j}": "[sin(x), y]",
            "[2.5 -1.5]": "[2.5, -1.5]",
            "2[x, y]": "[2*x, 2*y]",
            "[2⋅x  y]": "[2*x, y]",
            "i(2x) + j(3y)": "[2*x, 3*y]",
            "(x i + y j)/√2": "[x/sqrt(2), y/sqrt(2)]",
            "2x\\mathbf{i} + 3y\\mathbf{j}": "[2*x, 3*y]",
            "2x\\hat{i} + 3y\\hat{j}": "[2*x, 3*y]",
            "2x\\,\\vec{i} + 3y\\,\\vec{j}": "[2*x, 3*y]",
            "2(x, y)": "[2*x, 2*y]",
            "[2, 3]*x": "[2*x, 3*x]",
            "(4, 1)/√17": "[4/sqrt(17), 1/sqrt(17)]",
            "-(x, y)": "[-x, -y]",
            "Matrix([4, 1])/sqrt(17)": "[4/sqrt(17), 1/sqrt(17)]",
            "2*Matrix([x, y])": "[2*x, 2*y]",
            "Matrix([[x], [y]])": "[x, y]",
            "Matrix([[x, y]])": "[x, y]",
            "np.array([4, 1])/np.sqrt(17)": "[4/sqrt(17), 1/sqrt(17)]",
            "np.array([x, y]).T": "[x, y]",
            "Array([4.5, 1.5], dtype=float32)": "[4.5, 1.5]",
            "\\begin{pmatrix}x\\\\y\\end{pmatrix}": "[x, y]",
            "y\\begin{pmatrix}y\\\\2x\\end{pmatrix}": "[y**2, 2*x*y]",
            "\\frac{1}{\\sqrt{17}}\\begin{pmatrix}4\\\\1\\end{pmatrix}": "[4/sqrt(17), 1/sqrt(17)]",
            "\\left[\\begin{matrix}x\\\\y\\end{matrix}\\right]": "[x, y]",
            "\\left[\\begin{matrix}x & y\\end{matrix}\\right]": "[x, y]",
            "\\left[\\begin{array}{c}x\\\\y\\end{array}\\right]": "[x, y]",
            "\\begin{bmatrix}x & y\\end{bmatrix}^T": "[x, y]",
            "(x, y)^\\top": "[x, y]",
            "[x, y]^{\\mathsf{T}}": "[x, y]",
            "[x, y]ᵀ": "[x, y]",
            "\\left\\langle x, y \\right\\rangle": "[x, y]",
            "\\left(x, y\\right)": "[x, y]",
            "\\begin{pmatrix}x\\\\[4pt]y\\end{pmatrix}": "[x, y]",
            "ImmutableDenseNDimArray([Symbol('x'), Symbol('y')], (2,))": "[x, y]",
        },
        refused={
            "x i + 1": "a vector and a number do not add",
            "[x y]": "Expected shape",
        },
    ),
    Part(
        "Around the formula",
        read={
            "2x.": "2*x",
            "2x;": "2*x",
            "2x ;": "2*x",
            "$2x$": "2*x",
            "$2x$.": "2*x",
            "\\(2x\\)": "2*x",
            "**2x² − 1**": "2*x**2 - 1",
            "`2*x**2 - 1`": "2*x**2 - 1",
            '"2*x + 1"': "2*x + 1",
            "'2x + 1'": "2*x + 1",
            "„2x“": "2*x",
            "PI*x": "pi*x",
            "≈1.25": "1.25",
            "5⁄4": "5/4",
            "∣x∣y": "Abs(x)*y",
            "\\mid x\\mid y": "Abs(x)*y",
            "\\lvert x\\rvert": "Abs(x)",
            "```python\n2*x**2\n```": "2*x**2",
            "\u0445\u00b2 + \u0443": "x**2 + y",
            "\\boxed{2x}": "2*x",
            "\\displaystyle 2x": "2*x",
            "{2x}": "2*x",
            "\\left(x+1\\right)^{2}": "(x + 1)**2",
            "\\bigl(x+1\\bigr)y": "(x + 1)*y",
            "２ｘ＋１": "2*x + 1",
            "2·x − 3×y": "2*x - 3*y",
            "3𝑥²": "3*x**2",
            "x²\u2062y": "x**2*y",
            "2x(3)": "6*x",
            "x(y+1)": "x*(y + 1)",
            "(x)(y)": "x*y",
            "\\sin x~y": "sin(x)*y",
            "\\left|x\\right| y \\left|x\\right|": "y*x**2",
            "\\lfloor x\\rfloor": "floor(x)",
            "x \\bmod 2": "Mod(x, 2)",
            "2*x +\n 3*y": "2*x + 3*y",
            "(2*x\n + 3*y)": "2*x + 3*y",
        },
    ),
)
"""Rows whose question is made from the meaning: its derivative by one more variable."""


@dataclass(frozen=True)
class Sides:
    """What stands before the formula, for one question.

    Attributes:
        question: kind, function, ``wrt``.
        read: texts that are the right answer.
        refused: text → a part of the sentence.
    """

    kind: str
    function: str
    variables: tuple[str, ...]
    wrt: tuple[str, ...]
    read: tuple[str, ...]
    refused: dict[str, str] = field(default_factory=dict)


SIDES = (
    Sides(
        "derivative", "x**2 + 1", ("x",), ("x",),
        (
            "y = 2x", "y' = 2x", "y'(x) = 2x", "f'(x) = 2x", "f’(x) = 2x", "f(x) = 2x", "dy/dx = 2x", "df/dx = 2x",
            "d/dx f(x) = 2x", "d/dx (x^2 + 1) = 2x", "\\frac{dy}{dx} = 2x", "\\frac{d}{dx}(x^2+1) = 2x",
            "\\frac{\\mathrm{d}f}{\\mathrm{d}x} = 2x", "f^{\\prime}(x) = 2x", "= 2x", "dfdx = 2*x", "slope = 2x",
            "Eq(z, 2*x)", "\\[ f'(x) = 2x \\]", "\\(f'(x)=2x\\).", "\\frac{d}{dx}f(x)=2x", "**f'(x) = 2x**",
            "\\begin{align*} f'(x) &= 2x \\end{align*}", "\\begin{equation}f'(x) = 2x\\end{equation}",
            "$f'(x) = 2x$", "f_x = 2x", "∂f/∂x = 2x", "\\frac{\\partial f}{\\partial x} = 2 x", "y’ = 2x.",
        ),
        {
            "x = 2x": "equation", "f''(x) = 2x": "left side speaks of another derivative", "2x = 0": "equation",
            "f'(x) = 2*x = x + x": "equation", "2x == y": "equation", "d^2y/dx^2 = 2x": "left side speaks",
        },
    ),
    Sides(
        "derivative", "x**2*y", ("x", "y"), ("x",),
        ("f_x = 2xy", "∂f/∂x = 2xy", "z_x = 2xy", "\\partial f/\\partial x = 2xy", "f_x(x, y) = 2xy"),
        {"f_y = 2xy": "left side speaks", "∂f/∂y = 2xy": "left side speaks", "y = 2xy": "equation"},
    ),
    Sides(
        "gradient", "x**2 + 3*y", ("x", "y"), ("x", "y"),
        (
            "∇f = (2x, 3)", "∇f(x, y) = [2x, 3]", "\\nabla f = \\begin{pmatrix}2x\\\\3\\end{pmatrix}",
            "grad f = (2x, 3)",
            "f_x = 2x, f_y = 3", "(f_x, f_y) = (2x, 3)", "f_x = 2x\nf_y = 3", "(f_x = 2x, f_y = 3)", "= (2x, 3)",
            "f_x = 2x; f_y = 3", "∂f/∂x = 2x, ∂f/∂y = 3", "g = 2x i + 3 j",
            "\\nabla f(x,y) = \\left[\\begin{matrix}2 x\\\\3\\end{matrix}\\right]", "∇f = <2x, 3>",
        ),
        {"f_y = 3, f_x = 2x": "left side speaks", "x = 2x, y = 3": "equation"},
    ),
    Sides(
        "derivative2", "x**3", ("x",), ("x",),
        (
            "f''(x) = 6x", "y'' = 6x", "d²y/dx² = 6x", "\\frac{d^2y}{dx^2} = 6x", "\\frac{d^{2}f}{dx^{2}} = 6x",
            "f^{(2)}(x) = 6x", "f^{\\prime\\prime}(x) = 6x", "d^2/dx^2 (x^3) = 6x",
        ),
        {"f'(x) = 6x": "left side speaks", "dy/dx = 6x": "left side speaks"},
    ),
)  # fmt: skip


def page() -> str:
    """``docs/readings.md``."""
    lines = [
        "# How an answer given as text is read",
        "",
        "What is certain is read. What people read in two ways is refused, with a caret under the place and both ways",
        "to write it; nothing is chosen silently. The rows are those of the tests;",
        "`python -m tests.expressions.reading_table` writes this page.",
    ]
    for part in PARTS:
        names = ", ".join(part.variables)
        lines += ["", f"## {part.title}", "", f"Variables: {names}."]
        if part.doubtful and part.function != "x*y":
            lines[-1] += f" The question's function: `{part.function}`."
        if part.note:
            lines += ["", part.note]
        lines += ["", "| typed | read as |", "|---|---|"]
        lines += [f"| {_code(typed)} | {_code(meaning)} |" for typed, meaning in part.read.items()]
        lines += [
            f"| {_code(typed)} | refused: {_code(one)} or {_code(other)}? |"
            for typed, (one, other) in part.doubtful.items()
        ]
        lines += [
            f"| {_code(typed)} | refused: {said.replace('|', '&#124;')} |" for typed, said in part.refused.items()
        ]
    lines += ["", "## What stands before the formula", ""]
    lines += ["A left side that says what was asked is left out.", "", "| question | typed | |", "|---|---|---|"]
    for sides in SIDES:
        asked = f"{sides.kind} of `{sides.function}` by {', '.join(sides.wrt)}"
        lines += [f"| {asked} | {_code(typed)} | read |" for typed in sides.read]
        lines += [f"| {asked} | {_code(typed)} | refused: {said} |" for typed, said in sides.refused.items()]
    return "\n".join(lines) + "\n"


def _code(text: str) -> str:
    shown = text.replace("|", "&#124;").replace("\n", "⏎").replace("\u2061", "(U+2061)").replace("\u2062", "(U+2062)")
    return f"<code>{shown.replace('<', '&lt;').replace('*', '&#42;').replace('_', '&#95;')}</code>"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
