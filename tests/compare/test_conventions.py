"""Which ways of asking a function are tried, in which order, from its signature alone."""

import functools
import inspect
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.compare.calling import ask, send
from autograder.compare.conventions import by_name, conventions, is_batched, source_of
from autograder.model import Keywords, Raised, Returned

ONE = np.array([[0.5], [1.5]])
TWO = np.array([[0.5, 1.0], [1.5, 2.0], [2.5, 3.0]])


class Remote:
    """Stands for a function in another process, of which this source is known."""

    def __init__(self, source: object) -> None:
        self.source = source

    def __call__(self, *arguments: Any) -> Any: ...

    def call_many(self, calls: Any) -> list[Any]:
        return [Returned(value=1.0) for _ in calls]


class Hostile:
    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("no")

    def __call__(self, x: float) -> float:
        return x


def names(function: Any, points: np.ndarray, **more: Any) -> list[str]:
    return [way.name for way in conventions(function, points, **more)]


OF_ONE = [
    (lambda t: t, ["numbers", "vector", "arrays"]),
    (lambda: 1, ["nothing"]),
    (lambda t=1: t, ["numbers", "vector", "arrays", "nothing"]),
    (lambda a, b: a, ["numbers"]),  # which says what is wrong
    (lambda a, b=1: a, ["numbers", "vector", "arrays"]),
    (lambda *v: v, ["numbers", "vector", "arrays", "nothing"]),
    (Remote("def f(t): ..."), ["numbers", "vector", "arrays"]),
    (Remote("f = lambda: 1"), ["nothing"]),
    (Remote(None), ["numbers", "vector", "arrays", "nothing"]),
    (Hostile(), ["numbers", "vector", "arrays", "nothing"]),
]
OF_TWO = [
    (lambda a, b: a, ["numbers", "arrays"]),
    (lambda v: v, ["vector", "rows"]),
    (lambda a, b=1: a, ["numbers", "vector", "arrays", "rows"]),
    (lambda *v: v, ["numbers", "vector", "arrays", "rows", "nothing"]),
    (lambda a, b, c: a, ["numbers"]),
    (lambda: 1, ["nothing"]),
    (max, ["numbers", "vector", "arrays", "rows", "nothing"]),
    (Remote("def f(a, b): ..."), ["numbers", "arrays"]),
    (Remote("    def f(a, b, /): ..."), ["numbers", "arrays"]),
    (Remote("f = lambda v: (v[0], v[1])"), ["vector", "rows"]),
    (Remote("def f(a, b=1): ..."), ["numbers", "vector", "arrays", "rows"]),
    # which of two lambdas it is cannot be known
    (Remote("f, g = lambda a, b: a, lambda v: v"), ["numbers", "vector", "arrays", "rows", "nothing"]),
    (Remote("def f(a, b):\n    return (lambda c: c)(a)"), ["numbers", "arrays"]),
    (Remote("def f(*v): ..."), ["numbers", "vector", "arrays", "rows", "nothing"]),
    (Remote("no (python"), ["numbers", "vector", "arrays", "rows", "nothing"]),
    (Remote("x = 1"), ["numbers", "vector", "arrays", "rows", "nothing"]),
]


@pytest.mark.parametrize(("function", "expected"), OF_ONE, ids=map(str, range(len(OF_ONE))))
def test_a_function_of_one_number(function: Any, expected: list[str]) -> None:
    assert names(function, ONE) == expected
    with_symbol = names(function, ONE, symbols=("x",))
    assert [name for name in with_symbol if name != "symbols"] == expected
    assert with_symbol.count("symbols") == (expected.count("arrays"))


@pytest.mark.parametrize(("function", "expected"), OF_TWO, ids=map(str, range(len(OF_TWO))))
def test_a_function_of_two_numbers(function: Any, expected: list[str]) -> None:
    assert names(function, TWO) == expected
    with_symbols = conventions(function, TWO, ("x", "y"))
    formulas = [way.calls for way in with_symbols if way.name == "symbols"]
    apart, together = [(("x", "y"),)], [((["x", "y"],),)]
    assert formulas == apart * ("arrays" in expected) + together * ("rows" in expected)


def test_where_there_is_no_variable_there_is_one_call_of_nothing() -> None:
    for function in (lambda: 1, lambda a: a, max):
        (way,) = conventions(function, np.zeros((1, 0)))
        assert (way.name, way.calls, way.at_once) == ("nothing", ((),), False)


def test_what_is_handed_over_in_each_way() -> None:
    ways = {way.name: way for way in conventions(lambda *v: v, TWO)}
    assert ways["numbers"].calls == ((0.5, 1.0), (1.5, 2.0), (2.5, 3.0))
    assert {type(part) for call in ways["numbers"].calls for part in call} == {float}
    assert [len(call) for call in ways["vector"].calls] == [1, 1, 1]
    assert [call[0].tolist() for call in ways["vector"].calls] == TWO.tolist()
    ((first, second),) = ways["arrays"].calls
    assert (first.tolist(), second.tolist()) == (TWO[:, 0].tolist(), TWO[:, 1].tolist())
    assert ways["rows"].calls[0][0].tolist() == TWO.tolist()
    assert {name for name, way in ways.items() if way.at_once} == {"arrays", "rows"}


ARRANGED = [
    # function, names of the variables, what it is called with for (1, 2, …), or None where places decide
    (lambda x, y: 0, "xy", None),
    (lambda y, x: 0, "xy", ((2, 1), {})),
    (lambda a, b: 0, "xy", None),
    (lambda *, x: 0, "x", ((), {"x": 1})),
    (lambda *, t: 0, "x", ((), {"t": 1})),
    (lambda *, s, t: 0, "x", None),
    (lambda *, t=3: 0, "x", None),
    (lambda x, *, y: 0, "xy", ((1,), {"y": 2})),
    (lambda y, *, x: 0, "xy", ((2,), {"x": 1})),
    (lambda *, y, x: 0, "xy", ((), {"x": 1, "y": 2})),
    (lambda **point: 0, "xy", ((), {"x": 1, "y": 2})),
    (lambda x, **rest: 0, "xy", ((1,), {"y": 2})),
    (lambda x, **rest: 0, "x", None),
    (lambda z, **rest: 0, "xy", None),
    (lambda y, x, scale=3: 0, "xy", ((2, 1), {})),
    (lambda x, y, scale=3: 0, "xy", None),
    (lambda y, x, scale: 0, "xy", None),
    (lambda *v, x: 0, "x", None),
    (lambda y, /, x: 0, "xy", ((2, 1), {})),
    (lambda: 0, "x", None),
    (lambda x: 0, "", None),
    (lambda x: 0, "xy", None),
    (Hostile(), "y", None),
]


@pytest.mark.parametrize(("function", "variables", "called"), ARRANGED, ids=map(str, range(len(ARRANGED))))
def test_a_function_with_the_variables_names_is_called_by_them(function: Any, variables: str, called: Any) -> None:
    arrange = by_name(function, tuple(variables))
    if called is None:
        assert arrange is None
        return
    assert arrange is not None
    *places, last = (*arrange(tuple(range(1, len(variables) + 1))), None)
    named = places.pop() if places and type(places[-1]) is Keywords else {}
    assert last is None
    assert (tuple(places), dict(named)) == called
    kinds = [
        way.name for way in conventions(function, np.zeros((2, len(variables))), tuple(variables), tuple(variables))
    ]
    assert kinds == ["numbers", "arrays", "symbols"]


def test_a_call_has_one_argument_for_each_name() -> None:
    arrange = by_name(lambda y, x: 0, ("x", "y"))
    assert arrange is not None
    for call in ((1,), (1, 2, 3)):
        with pytest.raises(ValueError, match="argument 2 is"):
            arrange(call)


class Matrix:
    """A layout of one 2 × 2 array and one number."""

    names = ("w", "b")

    def assembled(self, vector: Any) -> list[Any]:
        return [np.reshape(vector[:4], (2, 2)), vector[4]]


def test_a_function_of_arrays_is_called_as_the_authors_is() -> None:
    points = np.arange(10.0).reshape(2, 5)
    first, *others = conventions(lambda w, b: 0, points, layout=Matrix())
    assert [way.name for way in (first, *others)] == ["arguments"]
    weights, bias = first.calls[1]
    assert (weights.tolist(), bias, type(bias)) == ([[5.0, 6.0], [7.0, 8.0]], 9.0, float)
    (by_names,) = conventions(lambda b, w: 0, points, layout=Matrix())
    assert by_names.calls[0][0] == 4.0
    assert [way.name for way in conventions(lambda v: 0, points, layout=Matrix())] == ["vector", "rows"]


def test_a_source_is_that_of_python_or_of_the_sandbox() -> None:
    @functools.wraps(names)
    def wrapped(*arguments: Any) -> Any: ...

    assert source_of(wrapped) == inspect.getsource(names)
    assert source_of(Remote("def f(): ...")) == "def f(): ..."
    assert source_of(Remote(3)) is None
    assert source_of(max) is None
    assert source_of(Hostile()) is None


def test_what_stands_for_a_function_elsewhere_says_so_by_its_class_or_itself() -> None:
    def here(x: float) -> float:
        return x

    assert not is_batched(here)
    here.call_many = lambda calls: []  # type: ignore[attr-defined]
    assert is_batched(here)
    here.call_many = 3  # type: ignore[attr-defined]
    assert not is_batched(here)
    assert not is_batched(SimpleNamespace(call_many=len))
    assert is_batched(Remote(""))
    assert not is_batched(Hostile())


def test_arguments_by_name_are_names_in_the_call_and_copies() -> None:
    vector = np.ones(2)

    def keeps(*values: Any, **named: Any) -> float:
        for value in (*values, *named.values()):
            value *= 2
        return float(len(values) + 10 * len(named))

    named = Keywords(y=vector.copy(), z=vector.copy())
    replies = send(
        keeps, [(vector.copy(), named), (named,), (vector.copy(), vector.copy(), named), (vector.copy(),), ()]
    )
    assert replies == [Returned(value=float(count)) for count in (21, 20, 22, 1, 0)]
    (asked,) = ask(lambda x, *, y: np.multiply(x, 2, out=np.asarray(x)) + y, TWO, names=("x", "y"), only=["arrays"])
    assert asked.raised is None
    assert asked.convention.calls[0][0].tolist() == TWO[:, 0].tolist()


def test_only_the_ways_that_are_prescribed_are_tried_or_else_the_likeliest() -> None:
    tried: list[str] = []

    def of_vector(*v: Any) -> float:
        tried.append("vector" if isinstance(v[0], np.ndarray) else "numbers")
        raise TypeError("no")

    (asked,) = ask(of_vector, TWO, only=["vector"])
    assert (asked.convention.name, set(tried)) == ("vector", {"vector"})
    tried.clear()
    (asked,) = ask(of_vector, TWO, only=["arguments"])
    assert (asked.convention.name, set(tried)) == ("numbers", {"numbers"})
    assert isinstance(asked.raised, Raised)


def test_of_ways_that_all_fail_the_one_that_got_furthest_is_told() -> None:
    def at_least_two(*v: Any) -> float:
        if isinstance(v[0], np.ndarray):
            raise TypeError("an array")
        if v[0] > 2:
            raise ValueError("too far")
        return 1.0

    (asked,) = ask(at_least_two, TWO)
    assert asked.convention.name == "numbers"
    assert asked.raised is not None
    assert asked.raised.message == "too far"

    def late_vector(*v: Any) -> float:
        if isinstance(v[0], np.ndarray) and v[0].shape == (2,) and v[0][0] < 2:
            return 1.0
        raise ValueError("vector" if isinstance(v[0], np.ndarray) else "number")

    (asked,) = ask(late_vector, TWO)
    assert asked.convention.name == "vector"
