"""Mistakes in code, recognised from the exception that JAX, NumPy or SymPy raises (JAX 0.10.2, SymPy 1.14).

The order of the list matters: the first entry whose test holds explains the error.
"""

import re
from collections.abc import Callable

from autograder.mistakes.catalogue.entry import Example, Mistake
from autograder.model import Raised

JAX_RUNS = "JAX 0.10.2 and SymPy 1.14, run in tests/mistakes/test_code.py"
Test = Callable[[Raised], bool]


def says(kinds: str, pattern: str, source: str | None = None) -> Test:
    """A test: the exception's class is one of ``kinds`` and its message (and line) match."""
    classes = frozenset(kinds.split())
    message, line = re.compile(pattern, re.DOTALL), re.compile(source) if source else None

    def test(raised: Raised) -> bool:
        if raised.type not in classes or not message.search(raised.message):
            return False
        return line is None or bool(raised.source and line.search(raised.source))

    return test


_FUNCTION_IN_SUM = r"unsupported operand.*'(function|PjitFunction|builtin_function_or_method|method|numpy\.ufunc)'"


def _error(id: str, code: str, title: str, shown: str, raises: str, question: str, attempt: str, test: Test) -> Mistake:
    return Mistake(
        id=id,
        code=code,
        title=title,
        applies="code that JAX or SymPy runs",
        transformation=raises,
        question=question,
        attempt=attempt,
        example=Example(kind="code", shown=shown),
        source=JAX_RUNS,
        raised=test,
    )


ENTRIES: tuple[Mistake, ...] = (
    _error(
        "int_input",
        "X1",
        "integer input to grad",
        "grad(f)(3)",
        "TypeError: requires real- or complex-valued inputs",
        "Can an integer move by a tiny amount?",
        "Write the input of your gradient with a decimal point, or make the array from floats.",
        says("TypeError", r"requires real-( or complex-)?valued inputs"),
    ),
    _error(
        "returns_none",
        "X3",
        "the function returns None",
        "grad(lambda x: print(x))(1.0)",
        "TypeError: Output was None",
        "Does your function hand something back?",
        "Call your function once and look at what it gives; check that it ends with return, not with print.",
        says("TypeError", r"Output was None|NoneType"),
    ),
    _error(
        "returns_tuple",
        "X3",
        "the function returns a tuple or a list",
        "grad(lambda x: (x, x))(1.0)",
        "TypeError: Output was (…)",
        "How many things does your function hand back?",
        "Call your function once and print the type of what it gives; a gradient needs one number.",
        says("TypeError", r"Output was [(\[{]"),
    ),
    _error(
        "nonscalar",
        "X2",
        "grad of a function with several outputs",
        "grad(jnp.sin)(jnp.ones(3))",
        "TypeError: Gradient only defined for scalar-output functions",
        "Does your function give one number or many, and which tool is made for many?",
        "Print the shape of what your function gives. For one number per input use vmap, for all partial derivatives "
        "use jacobian.",
        says("TypeError", r"only defined for scalar-output functions"),
    ),
    _error(
        "lambdify_numpy",
        "X6",
        "lambdify without modules='jax' under grad",
        "grad(lambdify(x, sin(x)))(1.0)",
        "TracerArrayConversionError inside a lambdified function",
        "Which library does lambdify call underneath?",
        "Tell lambdify with its argument modules that the function will be given to JAX.",
        says("TracerArrayConversionError", "", r"lambdif"),
    ),
    _error(
        "np_inside",
        "X4",
        "NumPy inside grad",
        "grad(lambda x: np.sin(x))(1.0)",
        "TracerArrayConversionError",
        "Whose functions does your code call: NumPy's or JAX's?",
        "Look for np. inside the function that you differentiate and use jax.numpy there.",
        says("TracerArrayConversionError", ""),
    ),
    _error(
        "math_inside",
        "X5",
        "math or float() inside grad",
        "grad(lambda x: math.sin(x))(1.0)",
        "ConcretizationTypeError",
        "Does your function keep what it is given, or does it turn it into a plain Python number on the way?",
        "Look for math., float() or int() inside the function that you differentiate and use jax.numpy there.",
        says("ConcretizationTypeError", ""),
    ),
    _error(
        "inplace",
        "X7",
        "assignment into a JAX array",
        "x[0] = 1.0",
        "TypeError: JAX arrays are immutable",
        "Can a JAX array be changed once it is made?",
        "Make a new array, with x.at[i].set(...) or from a list of its entries.",
        says("TypeError", r"arrays are immutable|does not support item assignment"),
    ),
    _error(
        "control_flow",
        "X8",
        "if or range on a traced value under jit or vmap",
        "jit(lambda x: x if x > 0 else -x)(1.0)",
        "TracerBoolConversionError, TracerIntegerConversionError",
        "Who decides here: Python, once, or the array, for every entry?",
        "Leave jit and vmap away for a start, or write the decision with jnp.where.",
        says("TracerBoolConversionError TracerIntegerConversionError", ""),
    ),
    _error(
        "sympy_in_grad",
        "X15",
        "symbols given to JAX, or SymPy functions inside grad",
        "grad(f)(Symbol('x'))",
        "TypeError: … Symbol … is not a valid JAX type; NotImplementedError",
        "Symbols or numbers: which of them does JAX understand?",
        "Give JAX numbers and jax.numpy functions; keep SymPy's symbols and functions for diff.",
        says("TypeError", r"sympy\..*(not a valid JAX type|abstract array)|abstract array.*sympy\."),
    ),
    _error(
        "sympy_function_in_grad",
        "X15",
        "a SymPy function inside grad",
        "grad(lambda x: sympy.sin(x))(1.0)",
        "NotImplementedError: JAX Arrays do not implement the arr.flat property",
        "Whose functions does your code call: SymPy's or JAX's?",
        "Use jax.numpy inside the function that you differentiate with JAX.",
        says("NotImplementedError SympifyError", r"arr\.flat|cannot sympify object of type.*(jax|Tracer)"),
    ),
    _error(
        "grad_value",
        "X11",
        "a value instead of a function given to grad",
        "grad(f(3.0))",
        "TypeError: Expected a callable value",
        "Does grad get a function here, or one of its values?",
        "Pass the function's name without calling it, and call what comes back.",
        says("TypeError", r"Expected a callable value"),
    ),
    _error(
        "caret_power",
        "X18",
        "^ for a power",
        "f = lambda x: x^2; f(2.0)",
        "TypeError: unsupported operand type(s) for ^, bitwise_xor, xor",
        "How does Python write a power?",
        "To Python the caret is no power but something that only whole numbers have; a power is written with two "
        "stars.",
        says("TypeError", r"unsupported operand type\(s\) for \^|bitwise_xor|\bxor does not accept"),
    ),
    _error(
        "argnums_range",
        "X9",
        "argnums names an argument that was not passed",
        "grad(lambda x: x**2, argnums=1)(1.0)",
        "TypeError: differentiating with respect to argnums=1 requires at least 2 positional arguments",
        "How many arguments does your function take, and from where does argnums count?",
        "Count the arguments from zero and pass all of them by position.",
        says("TypeError", r"argnums=.*requires at least"),
    ),
    _error(
        "diff_too_early",
        "X18",
        "a number put in before differentiating",
        "diff(f, 2.0); f(2.0).diff(x)",
        "ValueError: Can't calculate derivative wrt 2.0; AttributeError: 'float' object has no attribute 'diff'",
        "Is there still a variable left when you differentiate?",
        "Differentiate first and put the number in afterwards.",
        says(
            "ValueError AttributeError",
            r"derivative wrt -?[\d.]|First variable cannot be a number|'(float|int|Float|Integer)' object has no "
            r"attribute 'diff'",
        ),
    ),
    _error(
        "diff_wrt_expression",
        "X18",
        "diff with respect to something that is not a symbol",
        "diff(x**2, x**2)",
        "ValueError: Can't calculate derivative wrt",
        "With respect to what do you differentiate?",
        "Give diff one of the symbols as its second argument.",
        says("ValueError", r"Can't calculate derivative wrt"),
    ),
    _error(
        "diff_of_function",
        "X19",
        "a Python function given to SymPy's diff",
        "diff(lambda t: t**2, x)",
        "SympifyError: cannot sympify object of type <class 'function'>",
        "Does SymPy see a formula here, or a Python function?",
        "Call your function with a symbol and differentiate the formula that comes back.",
        says("SympifyError", r"cannot sympify object of type.*function"),
    ),
    _error(
        "grad_not_called",
        "X16",
        "grad(f) used as a value",
        "0.1 * grad(f)",
        "TypeError: unsupported operand type(s) … 'function'",
        "Is this the gradient at a point, or still the function that computes it?",
        "Call the function that grad gave you with the point.",
        says("TypeError", _FUNCTION_IN_SUM, r"grad|jac|hess|diff"),
    ),
    _error(
        "function_not_called",
        "X16",
        "a function used as a number",
        "f = lambda x: x**2; 2.0 * f",
        "TypeError: unsupported operand type(s) … 'function'",
        "Is there a function in this line where a number is needed?",
        "Print what stands on both sides of the sign; a function has to be called first, and arguments come in the "
        "order of the question.",
        says("TypeError", _FUNCTION_IN_SUM),
    ),
    _error(
        "argnums_tuple",
        "X10",
        "a tuple of partial derivatives used as an array",
        "0.1 * grad(f, argnums=(0, 1))(1.0, 2.0)",
        "TypeError: … 'tuple'; can't multiply sequence by non-int",
        "Do you have an array here, or several numbers side by side?",
        "Turn the tuple or the list into an array before you compute with it.",
        says("TypeError", r"unsupported operand.*'(tuple|list)'|can't multiply sequence by non-int"),
    ),
    _error(
        "list_input",
        "X12",
        "a Python list where JAX wants an array",
        "jnp.sin([1.0, 2.0])",
        "TypeError: requires ndarray or scalar arguments, got <class 'list'>",
        "Is this an array or a list of numbers?",
        "Make an array from the list before you compute with it.",
        says("TypeError", r"requires ndarray or scalar arguments, got <class '(list|tuple)'>"),
    ),
    _error(
        "numpy_on_symbol",
        "X15",
        "NumPy or math called with a symbol",
        "np.sin(Symbol('x'))",
        "TypeError: loop of ufunc does not support … Symbol; Cannot convert expression to float",
        "Symbols or numbers: which of them does this function understand?",
        "Use SymPy's functions on symbols, or put numbers in first.",
        says("TypeError", r"loop of ufunc does not support argument|Cannot convert (expression|complex) to float"),
    ),
    _error(
        "scalar_only",
        "F8",
        "a function of one number called with an array",
        "math.sin(np.ones(3))",
        "TypeError: only 0-dimensional arrays can be converted to Python scalars; ValueError: truth value … ambiguous",
        "What does your function do when it is given an array?",
        "Call your function with an array of three numbers; use functions and decisions that work entry by entry.",
        says(
            "TypeError ValueError",
            r"only (length-1|0-dimensional|size-1) arrays can be converted|truth value of an array",
        ),
    ),
    _error(
        "relational",
        "X8",
        "if on a symbol",
        "Symbol('x') > 0 and …",
        "TypeError: cannot determine truth value of Relational",
        "Can Python decide a comparison while the variable has no value?",
        "Write the cases with Piecewise, or put a number in first.",
        says("TypeError", r"cannot determine truth value of Relational"),
    ),
    _error(
        "not_callable",
        "X20",
        "a product written without *, or a formula called like a function",
        "2(x + 1)",
        "TypeError: … object is not callable",
        "What do the round brackets mean to Python here: a product or a call?",
        "Print what stands before the round bracket: only a function is called so. Write products with *, and put "
        "numbers into a formula with subs.",
        says("TypeError", r"'[\w.]+' object is not callable"),
    ),
    _error(
        "vector_or_numbers",
        "X17",
        "a function of a vector called with several numbers, or the other way round",
        "grad(lambda v: v[0] * v[1])(1.0, 2.0)",
        "TypeError: missing … / takes … positional arguments; IndexError: too many indices",
        "How many arguments does the function take that is called here: one vector, or several numbers?",
        "Compare the line that begins with def with the call: the number of arguments must be the same.",
        says(
            "TypeError IndexError",
            r"missing \d+ required positional|takes \d+ positional arguments? but|[Tt]oo many indices|"
            r"object is not subscriptable",
        ),
    ),
    _error(
        "shapes_differ",
        "X17",
        "shapes that do not fit",
        "jnp.ones(3) @ jnp.ones(2)",
        "TypeError: … shape; ValueError: … shapes",
        "Which shapes meet in this line?",
        "Print the shape of everything in the line and write them down side by side.",
        says(
            "TypeError ValueError",
            r"contracting dimensions|[Ii]ncompatible shapes|could not be broadcast|shapes .* not aligned|"
            r"mismatch in its core dimension|got incompatible",
        ),
    ),
    _error(
        "complex_output",
        "X21",
        "grad of a complex result",
        "grad(lambda x: 1j * x)(1.0)",
        "TypeError: requires real-valued outputs",
        "Should the result of your function be a complex number?",
        "Print what your function gives and look for a root of something negative or for a j.",
        says("TypeError", r"requires real-valued outputs"),
    ),
)


def explain(raised: Raised) -> Mistake | None:
    """The entry that explains the error, or None where nobody has written one.

    >>> explain(Raised(type="TypeError", message="Expected a callable value, got 9.0")).id
    'grad_value'
    """
    for entry in ENTRIES:
        if entry.raised is not None and entry.raised(raised):
            return entry
    return None
