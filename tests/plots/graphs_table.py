"""Computational graphs as students hand them in, typed before the kind was there.

A wrong graph stands beside the mistake that has to be named, or None where no name is expected.
"""

from itertools import pairwise
from typing import Any

from autograder.plots import ComputationalGraph

SUM = ComputationalGraph("x*y + sin(x)")
DIFFERENCE = ComputationalGraph("(x - y)/exp(y)")
NEURON = ComputationalGraph("tanh(w*x + b)")
SQUARE = ComputationalGraph("(x + y)**2 + 3*x")
BACK = ComputationalGraph("x*y + sin(x)", edges="backward")
BELL = ComputationalGraph("exp(-x**2)")
LOGISTIC = ComputationalGraph("1/(1 + exp(-x))")
LINE = ComputationalGraph("x - 2*y")
TWICE = ComputationalGraph("sin(x*x)")
THREE = ComputationalGraph("log(x) + x*y - sin(y)")


def chain(*labels: str) -> Any:
    """Nodes in a row, which have these labels and names that say nothing."""
    names = [f"n{k}" for k in range(len(labels))]
    return {"nodes": dict(zip(names, labels, strict=True)), "edges": list(pairwise(names))}


def dot(times: str, sine: str, plus: str) -> str:
    """The sum in DOT, with these labels."""
    drawn = f"m [label={times}]; s [label={sine}]; a [label={plus}]"
    return f"digraph {{ {drawn}; x -> m; y:e -> m:w; x -> s; m -> a; s -> a }}"


PAIRS = [("x", "*"), ("y", "*"), ("x", "sin"), ("*", "+"), ("sin", "+")]
DOT = """
digraph G {
    rankdir=LR;
    x -> mul; y -> mul;
    x -> s;
    mul -> plus; s -> plus;
    mul [label="*" shape=circle];
    s [label="sin"];
    plus [label="+"];
}
"""

TABLE: list[tuple[Any, list[Any], list[tuple[Any, str | None]]]] = [
    (
        SUM,
        [
            PAIRS,
            {"x": ["*", "sin"], "y": ["*"], "*": ["+"], "sin": ["+"], "+": []},
            {"x": ["mul", "sin"], "y": ["mul"], "mul": ["add"], "sin": ["add"]},
            DOT,
            'digraph { x -> m [label=a]; y -> m; x -> sin; m -> add; sin -> add; m [label="mul"] }',
            [*PAIRS, ("+", "f")],
            [
                ("x", "a = x*y"),
                ("y", "a = x*y"),
                ("x", "b = sin(x)"),
                ("a = x*y", "f = a + b"),
                ("b = sin(x)", "f = a + b"),
            ],
            [("x", "x*y"), ("y", "x*y"), ("x", "sin(x)"), ("x*y", "x*y + sin(x)"), ("sin(x)", "x*y + sin(x)")],
            [("x1", "*"), ("y", "*"), ("x2", "sin"), ("*", "+"), ("sin", "+")],
            {
                "nodes": {"x": "x", "y": "y", "v1": "*", "v2": "sin", "v3": "+"},
                "edges": [("x", "v1"), ("y", "v1"), ("x", "v2"), ("v1", "v3"), ("v2", "v3")],
            },
            {"x": {"times", "sine"}, "y": {"times"}, "times": {"plus"}, "sine": {"plus"}},
            [
                ("x", "multiply"),
                ("y", "multiply"),
                ("x", "np.sin"),
                ("multiply", "sum"),
                ("np.sin", "sum"),
                ("sum", "output"),
            ],
        ],
        [
            ([("x", "*"), ("y", "*"), ("*", "+"), ("sin", "+")], "graph_fan_out"),
            ([("x", "*"), ("x", "sin"), ("*", "+"), ("sin", "+")], "graph_edge_missing"),
            ([("x", "*"), ("y", "*"), ("x", "sin"), ("*", "+")], "graph_edge_missing"),
            ([("x", "*"), ("y", "*"), ("sin", "x"), ("*", "+"), ("sin", "+")], "graph_edge_reversed"),
            ([(b, a) for a, b in PAIRS], "graph_reversed"),
            ([("x", "*"), ("y", "*"), ("x", "cos"), ("*", "+"), ("cos", "+")], "graph_operation"),
            ([("x", "+1"), ("y", "+1"), ("x", "sin"), ("+1", "+2"), ("sin", "+2")], "graph_operation"),
            ([("x", "*1"), ("y", "*1"), ("x", "sin"), ("*1", "*2"), ("sin", "*2")], "graph_operation"),
            ([*PAIRS, ("y", "sin")], "graph_edge_extra"),
            ([("x", "*"), ("y", "*"), ("x", "+"), ("*", "+")], "graph_step_missing"),
            ([("x", "x*y + sin(x)"), ("y", "x*y + sin(x)")], "graph_not_split"),
            ([("x", "*"), ("y", "*"), ("y", "sin"), ("*", "+"), ("sin", "+")], "graph_edge_moved"),
            ([*PAIRS, ("+", "x")], "graph_cycle"),
            ([("x", "*"), ("y", "*"), ("*", "sin")], None),
            ("x*y + sin(x)", None),
        ],
    ),
    (
        DIFFERENCE,
        [
            [("x", "-"), ("y", "-"), ("y", "exp"), ("-", "/"), ("exp", "/")],
            {"x": ["sub"], "y": ["sub", "exp"], "sub": ["div"], "exp": ["div"]},
            [("y", "neg"), ("x", "+"), ("neg", "+"), ("neg", "exp"), ("+", "*"), ("exp", "*")],
            "digraph { y -> {minus exp}; x -> minus; minus -> divide; exp -> divide }",
        ],
        [
            ([("x", "-"), ("y", "-"), ("y", "exp"), ("-", "*"), ("exp", "*")], "graph_operation"),
            ([("x", "-"), ("y", "-"), ("x", "exp"), ("-", "/"), ("exp", "/")], "graph_edge_moved"),
            ([("x", "-"), ("y", "-"), ("-", "/"), ("exp", "/")], "graph_fan_out"),
            ([("x", "-"), ("y", "-"), ("y", "/"), ("-", "/")], "graph_step_missing"),
            ([("x", "+"), ("y", "+"), ("y", "exp"), ("+", "/"), ("exp", "/")], "graph_operation"),
        ],
    ),
    (
        NEURON,
        [
            [("w", "*"), ("x", "*"), ("*", "+"), ("b", "+"), ("+", "tanh")],
            {
                "nodes": {"w": "w", "x": "x", "b": "b", "m": "mul", "n": "add", "o": "tanh"},
                "edges": [("w", "m"), ("x", "m"), ("m", "n"), ("b", "n"), ("n", "o")],
            },
        ],
        [
            ([("w", "*"), ("x", "*"), ("*", "+"), ("b", "+")], "graph_step_missing"),
            ([("w", "*"), ("x", "*"), ("*", "tanh"), ("b", "+"), ("tanh", "+")], None),
            ([("w", "*"), ("x", "*"), ("*", "+"), ("b", "+"), ("+", "sigmoid")], "graph_operation"),
            ([("w", "*"), ("x", "*"), ("*", "tanh")], None),
        ],
    ),
    (
        SQUARE,
        [
            [("x", "+1"), ("y", "+1"), ("+1", "^2"), ("3", "*"), ("x", "*"), ("^2", "+2"), ("*", "+2")],
            [("x", "add1"), ("y", "add1"), ("add1", "square"), ("x", "3*"), ("square", "add2"), ("3*", "add2")],
            [
                ("x", "+_1"),
                ("y", "+_1"),
                ("+_1", "**"),
                ("2", "**"),
                ("x", "*"),
                ("3", "*"),
                ("**", "+_2"),
                ("*", "+_2"),
            ],
            {
                "nodes": {"x": "x", "y": "y", "s": "+", "q": "pow 2", "t": "times 3", "f": "+"},
                "edges": [("x", "s"), ("y", "s"), ("s", "q"), ("x", "t"), ("q", "f"), ("t", "f")],
            },
        ],
        [
            (
                [("x", "+1"), ("y", "+1"), ("+1", "^2"), ("2", "*"), ("x", "*"), ("^2", "+2"), ("*", "+2")],
                "graph_number",
            ),
            (
                [("x", "+1"), ("y", "+1"), ("+1", "^3"), ("3", "*"), ("x", "*"), ("^3", "+2"), ("*", "+2")],
                "graph_number",
            ),
            ([("x", "+1"), ("y", "+1"), ("3", "*"), ("x", "*"), ("+1", "+2"), ("*", "+2")], "graph_step_missing"),
            ([("x", "+1"), ("y", "+1"), ("+1", "^2"), ("3", "*"), ("^2", "+2"), ("*", "+2")], "graph_fan_out"),
        ],
    ),
    (
        BACK,
        [
            [(b, a) for a, b in PAIRS],
            {"+": ["*", "sin"], "*": ["x", "y"], "sin": ["x"]},
        ],
        [
            (PAIRS, "graph_reversed"),
            ({"+": ["*", "sin"], "*": ["x", "y"]}, "graph_fan_out"),
        ],
    ),
    (
        SUM,
        [
            dot('"×"', '"sin(·)"', '"+\\n3.0"'),
            dot("<a = x*y>", "<<b>sin</b>>", "<f<sub>1</sub> = a + s>"),
            dot('"{a | x y}"', '"b = \\\\sin x"', '"{+ | 1.5}"'),
            dot('"$\\times$"', '"sin"', '"+"'),
            ["x → MulBackward0", "y → MulBackward0", "x → SinBackward0", "MulBackward0 → +", "SinBackward0 → +"],
            ["x -> *", "y -> *", "x -> sin(x)", "* -> +", "sin(x) -> +"],
            (
                {"a": "x = 2", "b": "y", "c": "*", "d": "sin", "e": "+"},
                [tuple(pair) for pair in ("ac", "bc", "ad", "ce", "de")],
            ),
            {
                "directed": True,
                "multigraph": False,
                "nodes": [
                    {"id": name, "label": label}
                    for name, label in zip("abcde", ("x", "y", "*", "sin", "+"), strict=True)
                ],
                "edges": [{"source": a, "target": b} for a, b in ("ac", "bc", "ad", "ce", "de")],
            },
        ],
        [
            ([*PAIRS, ("x", "exp")], "graph_edge_extra"),
            ([tuple("floor" if each == "sin" else each for each in pair) for pair in PAIRS], "floor"),
            ([tuple("sin1p" if each == "sin" else each for each in pair) for pair in PAIRS], "sin1p"),
            ([tuple("foo" if each == "sin" else each for each in pair) for pair in PAIRS], "foo"),
            ("graph { x -- m; y -- m }", None),
        ],
    ),
    (
        BELL,
        [
            *(
                chain("x", square, "neg", "exp")
                for square in ("x²", "(·)²", "·^2", "sqr", "^(2)", "u^2", "x**2", "^{2}", "pow(·, 2)")
            ),
            *(chain("x", "^2", minus, "exp") for minus in ("-", "·(-1)", "*(−1)", "-1*", "-u")),
            *(
                chain("x", "^2", "-", end)
                for end in ("e^", "e^x", "e^(·)", "exp(·)", "eᵘ".replace("ᵘ", "^u"), "np.exp")
            ),
            chain("x", "^2", "a", "neg", "h1", "exp", "out"),
            [("x", "^2"), ("^2", "*"), ("-1", "*"), ("*", "exp")],
        ],
        [(chain("x", "-", "^2", "exp"), "graph_step_missing"), (chain("x", "^3", "-", "exp"), "graph_number")],
    ),
    (
        LOGISTIC,
        [
            *(chain("x", "neg", "exp", "+1", end) for end in ("1/", "1/x", "^-1", "^(-1)", "inv", "Kehrwert", "1/u")),
            chain("x", "sigmoid"),
            chain("x", "σ(x)").copy() | {"nodes": {"n0": "x", "n1": "σ"}},
        ],
        [(chain("x", "exp", "+1", "1/"), "graph_step_missing"), (chain("x", "neg", "exp", "+2", "1/"), "graph_number")],
    ),
    (
        LINE,
        [
            [("x", "-"), ("y", "+"), ("y", "+"), ("+", "-")],
            [("x", "−"), ("y", "2·"), ("2·", "−")],
            [("x", "+"), ("y", "*(-2)"), ("*(-2)", "+")],
            [("y", "b = 2y"), ("b = 2y", "f = x - b"), ("x", "f = x - b")],
            [("x", "-"), ("y", "*"), ("c = 2", "*"), ("*", "-")],
        ],
        [([("y", "b = 2y"), ("b = 2y", "f = b - x"), ("x", "f = b - x")], "graph_step_missing")],
    ),
    (
        TWICE,
        [[("x", "*"), ("x", "*"), ("*", "sin")], chain("x", "x*x", "sin")],
        [([("x", "*"), ("*", "sin")], "graph_fan_out")],
    ),
    (
        THREE,
        [
            [
                ("x", "v1 = ln x"),
                ("x", "v₂ = x*y"),
                ("y", "v₂ = x*y"),
                ("y", "v3 = sin(y)"),
                ("v1 = ln x", "v4 = v1 + v2"),
                ("v₂ = x*y", "v4 = v1 + v2"),
                ("v4 = v1 + v2", "v5 = v4 - v_3"),
                ("v3 = sin(y)", "v5 = v4 - v_3"),
            ],
        ],
        [],
    ),
]
