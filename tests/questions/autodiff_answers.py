"""Classes that differentiate, as students write them, typed by hand: the right ones, each in another form."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder import Autodiff

FEW = ("+", "-", "*", "/", "**", "neg")
MICROGRAD = Autodiff("reverse", (*FEW, "exp", "log", "tanh", "relu", "sin", "cos"), name="Value")
SMALL = Autodiff("reverse", ("+", "*"), name="Value")
ADDS = Autodiff("reverse", ("+", "*"), zero="zero_grad", repeated="adds")
SAME = Autodiff("reverse", ("+", "*"), repeated="same", value="value", slope="derivative", backward="propagate")
DUAL = Autodiff("forward", (*FEW, "exp", "sin", "cos", "log"), value="real", slope="eps", name="Dual")
DUAL_SMALL = Autodiff("forward", ("+", "-", "*", "/"), value="value", slope="derivative")


class Micrograd:
    """Closures and a recursive topological sort."""

    def __init__(self, data: Any, children: Any = (), op: str = "") -> None:
        self.data = data
        self.grad = 0
        self._backward = lambda: None
        self._prev = set(children)
        self._op = op

    def of(self, other: Any) -> Any:
        return other if isinstance(other, Micrograd) else type(self)(other)

    def __add__(self, other: Any) -> Any:
        other = self.of(other)
        out = type(self)(self.data + other.data, (self, other), "+")

        def _backward() -> None:
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out

    def __mul__(self, other: Any) -> Any:
        other = self.of(other)
        out = type(self)(self.data * other.data, (self, other), "*")

        def _backward() -> None:
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out

    def __pow__(self, other: Any) -> Any:
        assert isinstance(other, (int, float))
        out = type(self)(self.data**other, (self,), f"**{other}")

        def _backward() -> None:
            self.grad += (other * self.data ** (other - 1)) * out.grad

        out._backward = _backward
        return out

    def _one(self, value: float, slope: float) -> Any:
        out = type(self)(value, (self,))

        def _backward() -> None:
            self.grad += slope * out.grad

        out._backward = _backward
        return out

    def relu(self) -> Any:
        return self._one(max(0, self.data), float(self.data > 0))

    def tanh(self) -> Any:
        t = (math.exp(2 * self.data) - 1) / (math.exp(2 * self.data) + 1)
        return self._one(t, 1 - t**2)

    def exp(self) -> Any:
        return self._one(math.exp(self.data), math.exp(self.data))

    def log(self) -> Any:
        return self._one(math.log(self.data), 1 / self.data)

    def sin(self) -> Any:
        return self._one(math.sin(self.data), math.cos(self.data))

    def cos(self) -> Any:
        return self._one(math.cos(self.data), -math.sin(self.data))

    def backward(self) -> None:
        topo: list[Any] = []
        visited = set()

        def build_topo(v: Any) -> None:
            if v not in visited:
                visited.add(v)
                for child in v._prev:
                    build_topo(child)
                topo.append(v)

        build_topo(self)
        self.grad = 1
        for v in reversed(topo):
            v._backward()

    def __neg__(self) -> Any:
        return self * -1

    def __radd__(self, other: Any) -> Any:
        return self + other

    def __sub__(self, other: Any) -> Any:
        return self + (-other)

    def __rsub__(self, other: Any) -> Any:
        return other + (-self)

    def __rmul__(self, other: Any) -> Any:
        return self * other

    def __truediv__(self, other: Any) -> Any:
        return self * other**-1

    def __rtruediv__(self, other: Any) -> Any:
        return other * self**-1

    def __repr__(self) -> str:
        return f"Value(data={self.data}, grad={self.grad})"


class Tape:
    """A tape that is played back: what was made last comes first."""

    def __init__(self, data: float, parents: Any = ()) -> None:
        self.data, self.parents, self.grad = float(data), list(parents), 0.0
        self.number = Tape.count = getattr(Tape, "count", 0) + 1

    def __add__(self, other: Any) -> Any:
        if not isinstance(other, Tape):
            return Tape(self.data + other, [(self, 1)])
        return Tape(self.data + other.data, [(self, 1), (other, 1)])

    def __mul__(self, other: Any) -> Any:
        if not isinstance(other, Tape):
            return Tape(self.data * other, [(self, other)])
        return Tape(self.data * other.data, [(self, other.data), (other, self.data)])

    __radd__, __rmul__ = __add__, __mul__

    def backward(self) -> None:
        known, waiting = {self.number: self}, [self]
        while waiting:
            for parent, _ in waiting.pop().parents:
                if parent.number not in known:
                    known[parent.number] = parent
                    waiting.append(parent)
        self.grad = 1.0
        for number in sorted(known, reverse=True):
            for parent, local in known[number].parents:
                parent.grad += local * known[number].grad


class Torchlike:
    """Slopes of the leaves add up over passes, and inner objects begin anew."""

    def __init__(self, data: Any, parents: Any = ()) -> None:
        self.data, self.grad, self._parents = data, 0.0, parents

    def __add__(self, other: Any) -> Any:
        o = self._of(other)
        return type(self)(self.data + o.data, ((self, 1.0), (o, 1.0)))

    def __mul__(self, other: Any) -> Any:
        o = self._of(other)
        return type(self)(self.data * o.data, ((self, o.data), (o, self.data)))

    def _of(self, x: Any) -> Any:
        return x if isinstance(x, Torchlike) else type(self)(x)

    def __radd__(self, other: Any) -> Any:
        return self.__add__(other)

    def __rmul__(self, other: Any) -> Any:
        return self.__mul__(other)

    def zero_grad(self) -> None:
        self.grad = 0.0

    def backward(self) -> None:
        order: list[Any] = []
        seen: set[int] = set()

        def visit(node: Any) -> None:
            if id(node) in seen:
                return
            seen.add(id(node))
            for parent, _ in node._parents:
                visit(parent)
            order.append(node)

        visit(self)
        found = {id(node): 0.0 for node in order}
        found[id(self)] = 1.0
        for node in reversed(order):
            for parent, local in node._parents:
                found[id(parent)] += found[id(node)] * local
        for node in order:
            node.grad += found[id(node)]


class Pathwise:
    """Goes every path by itself, sets all slopes to zero before, and is slow."""

    def __init__(self, value: float, sources: Any = ()) -> None:
        self.value, self.sources, self.slope = value, sources, 0.0

    def derivative(self) -> float:
        return self.slope

    def __add__(self, other: Any) -> Any:
        other = other if hasattr(other, "sources") else type(self)(other)
        return type(self)(self.value + other.value, [(self, 1), (other, 1)])

    def __mul__(self, other: Any) -> Any:
        other = other if hasattr(other, "sources") else type(self)(other)
        return type(self)(self.value * other.value, [(self, other.value), (other, self.value)])

    __radd__ = __add__
    __rmul__ = __mul__

    def _clear(self) -> None:
        self.slope = 0.0
        for source, _ in self.sources:
            source._clear()

    def _pass(self, slope: float) -> None:
        self.slope += slope
        for source, local in self.sources:
            source._pass(slope * local)

    def propagate(self) -> None:
        self._clear()
        self._pass(1.0)


class ArrayValue(Micrograd):
    """Data in numpy arrays without axes."""

    def __init__(self, data: Any, children: Any = (), op: str = "") -> None:
        super().__init__(np.array(data, dtype=float), children, op)
        self.grad = np.zeros_like(self.data)


@dataclass
class Dual:
    """Methods for all functions."""

    real: float
    eps: float = 0.0

    def lift(self, x: Any) -> "Dual":
        return x if isinstance(x, Dual) else type(self)(x, 0)

    def __add__(self, o: Any) -> "Dual":
        o = self.lift(o)
        return type(self)(self.real + o.real, self.eps + o.eps)

    __radd__ = __add__

    def __neg__(self) -> "Dual":
        return type(self)(-self.real, -self.eps)

    def __sub__(self, o: Any) -> "Dual":
        return self + -self.lift(o)

    def __rsub__(self, o: Any) -> "Dual":
        return self.lift(o) - self

    def __mul__(self, o: Any) -> "Dual":
        o = self.lift(o)
        return type(self)(self.real * o.real, self.real * o.eps + self.eps * o.real)

    __rmul__ = __mul__

    def __truediv__(self, o: Any) -> "Dual":
        o = self.lift(o)
        return type(self)(self.real / o.real, (self.eps * o.real - self.real * o.eps) / o.real**2)

    def __rtruediv__(self, o: Any) -> "Dual":
        return self.lift(o) / self

    def __pow__(self, n: float) -> "Dual":
        return type(self)(self.real**n, n * self.real ** (n - 1) * self.eps)

    def exp(self) -> "Dual":
        return type(self)(math.exp(self.real), math.exp(self.real) * self.eps)

    def sin(self) -> "Dual":
        return type(self)(math.sin(self.real), math.cos(self.real) * self.eps)

    def cos(self) -> "Dual":
        return type(self)(math.cos(self.real), -math.sin(self.real) * self.eps)

    def log(self) -> "Dual":
        return type(self)(math.log(self.real), self.eps / self.real)


class PlainDual(Dual):
    """Functions beside the class instead of methods."""

    exp = sin = cos = log = None  # type: ignore[assignment]  # what a student did not write


def exp(d: Dual) -> Dual:
    return Dual(np.exp(d.real), np.exp(d.real) * d.eps)


def sin(d: Dual) -> Dual:
    return Dual(np.sin(d.real), np.cos(d.real) * d.eps)


def cos(d: Dual) -> Dual:
    return Dual(np.cos(d.real), -np.sin(d.real) * d.eps)


def log(d: Dual) -> Dual:
    return Dual(np.log(d.real), 1 / d.real * d.eps)


@dataclass(frozen=True)
class PairDual:
    """A frozen pair with the quotient as a product with the inverse."""

    value: float
    derivative: float
    names: tuple[str, ...] = field(default=())

    def _pair(self, o: Any) -> tuple[float, float]:
        return (o.value, o.derivative) if isinstance(o, PairDual) else (o, 0.0)

    def __add__(self, o: Any) -> "PairDual":
        v, d = self._pair(o)
        return type(self)(self.value + v, self.derivative + d)

    def __radd__(self, o: Any) -> "PairDual":
        return self + o

    def __sub__(self, o: Any) -> "PairDual":
        v, d = self._pair(o)
        return type(self)(self.value - v, self.derivative - d)

    def __rsub__(self, o: Any) -> "PairDual":
        return type(self)(o - self.value, -self.derivative)

    def __mul__(self, o: Any) -> "PairDual":
        v, d = self._pair(o)
        return type(self)(self.value * v, self.derivative * v + self.value * d)

    __rmul__ = __mul__

    def inverse(self) -> "PairDual":
        return type(self)(1 / self.value, -self.derivative / self.value**2)

    def __truediv__(self, o: Any) -> "PairDual":
        return self * (o.inverse() if isinstance(o, PairDual) else 1 / o)

    def __rtruediv__(self, o: Any) -> "PairDual":
        return o * self.inverse()


RIGHT = [
    (MICROGRAD, Micrograd),
    (MICROGRAD, ArrayValue),
    (SMALL, Micrograd),
    (SMALL, Tape),
    (SMALL, Torchlike),
    (ADDS, Torchlike),
    (SAME, Pathwise),
    (DUAL, Dual),
    (DUAL, [PlainDual, exp, sin, cos, log]),
    (DUAL_SMALL, PairDual),
]
"""(question, answer): every one is right."""
