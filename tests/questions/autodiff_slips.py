"""Classes that differentiate with one mistake each, typed by hand as students write them."""

import math
from collections import deque
from typing import Any

from tests.questions.autodiff_answers import (
    ADDS,
    DUAL,
    DUAL_SMALL,
    MICROGRAD,
    SAME,
    SMALL,
    Dual,
    Micrograd,
    PairDual,
    Pathwise,
    Torchlike,
)


class Overwritten(Micrograd):
    def __mul__(self, other: Any) -> Any:
        other = self.of(other)
        out = Overwritten(self.data * other.data, (self, other))

        def _backward() -> None:
            self.grad = other.data * out.grad
            other.grad = self.data * out.grad

        out._backward = _backward
        return out

    def __add__(self, other: Any) -> Any:
        other = self.of(other)
        out = Overwritten(self.data + other.data, (self, other))

        def _backward() -> None:
            self.grad = 1.0 * out.grad
            other.grad = 1.0 * out.grad

        out._backward = _backward
        return out


class BreadthFirst(Micrograd):
    def backward(self) -> None:
        self.grad = 1
        queue, seen = deque([self]), {id(self)}
        while queue:
            v: Any = queue.popleft()
            v._backward()
            for child in v._prev:
                if id(child) not in seen:
                    seen.add(id(child))
                    queue.append(child)


class NotReversed(Micrograd):
    def backward(self) -> None:
        topo: list[Any] = []
        seen = set()

        def build(v: Any) -> None:
            if v not in seen:
                seen.add(v)
                for child in v._prev:
                    build(child)
                topo.append(v)

        build(self)
        self.grad = 1
        for v in topo:
            v._backward()


class NoSeed(Micrograd):
    def backward(self) -> None:
        super().backward()
        self._zero(set())

    def _zero(self, seen: Any) -> None:
        """As where the slope of the result was never set."""
        if self not in seen:
            seen.add(self)
            self.grad = 0
            for child in self._prev:
                NoSeed._zero(child, seen)


class NoUpstream(Micrograd):
    def _one(self, value: float, slope: float) -> Any:
        out = type(self)(value, (self,))

        def _backward() -> None:
            self.grad += slope

        out._backward = _backward
        return out


class NoReflectedMul(Micrograd):
    __rmul__ = None  # type: ignore[assignment]


class PowerNotLowered(Micrograd):
    def __pow__(self, other: Any) -> Any:
        out = type(self)(self.data**other, (self,))

        def _backward() -> None:
            self.grad += other * self.data**other * out.grad

        out._backward = _backward
        return out


class PowerOfTheResult(Micrograd):
    def __pow__(self, other: Any) -> Any:
        out = type(self)(self.data**other, (self,))

        def _backward() -> None:
            self.grad += other * out.data ** (other - 1) * out.grad

        out._backward = _backward
        return out


class OwnFactor(Micrograd):
    def __mul__(self, other: Any) -> Any:
        other = self.of(other)
        out = OwnFactor(self.data * other.data, (self, other))

        def _backward() -> None:
            self.grad += self.data * out.grad
            other.grad += other.data * out.grad

        out._backward = _backward
        return out


class MinusLost(Micrograd):
    def __sub__(self, other: Any) -> Any:
        other = self.of(other)
        out = MinusLost(self.data - other.data, (self, other))

        def _backward() -> None:
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out

    def __rsub__(self, other: Any) -> Any:
        return self.of(other) - self


class Turned(Micrograd):
    def __rsub__(self, other: Any) -> Any:
        return self - other


class TanhNotSquared(Micrograd):
    def tanh(self) -> Any:
        t = math.tanh(self.data)
        return self._one(t, 1 - t)


class ReluEverywhere(Micrograd):
    def relu(self) -> Any:
        return self._one(max(0, self.data), 1.0)


class NumbersForgotten:
    def __init__(self, data: float, parents: Any = ()) -> None:
        self.data, self.grad, self.parents = data, 0.0, parents

    def __add__(self, other: Any) -> Any:
        return NumbersForgotten(self.data + other.data, (self, other))

    __radd__ = __add__

    def backward(self) -> None:
        self.grad += 1.0
        for parent in self.parents:
            parent.backward()


class NoGrad:
    def __init__(self, data: float) -> None:
        self.data = data

    def __add__(self, other: Any) -> Any:
        return NoGrad(self.data + getattr(other, "data", other))

    __radd__ = __add__

    def __mul__(self, other: Any) -> Any:
        return NoGrad(self.data * getattr(other, "data", other))

    __rmul__ = __mul__

    def backward(self) -> None:
        pass


class WrongValue(Micrograd):
    def __sub__(self, other: Any) -> Any:
        return self.of(other) + self * -1


class Piles(Torchlike):
    """As in micrograd: inner objects keep the slope of the first pass."""

    def backward(self) -> None:
        order: list[Any] = []

        def visit(node: Any) -> None:
            if node not in order:
                for parent, _ in node._parents:
                    visit(parent)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            for parent, local in node._parents:
                parent.grad += node.grad * local


class ZeroDoesNothing(Torchlike):
    def zero_grad(self) -> None:
        grad = 0.0  # noqa: F841 — what a student forgets: self.


class NeverCleared(Pathwise):
    def propagate(self) -> None:
        self._pass(1.0)


class DualProduct(Dual):
    def __mul__(self, o: Any) -> Any:
        o = self.lift(o)
        return DualProduct(self.real * o.real, self.eps * o.eps)

    __rmul__ = __mul__


class DualOne(PairDual):
    def _pair(self, o: Any) -> tuple[float, float]:
        return (o.value, o.derivative) if isinstance(o, PairDual) else (o, 1.0)


class DualExp(Dual):
    def exp(self) -> Any:
        return type(self)(math.exp(self.real), math.exp(self.real))


class DualQuotient(PairDual):
    def inverse(self) -> Any:
        return type(self)(1 / self.value, self.derivative / self.value**2)


class DualTakenAway(PairDual):
    def __rsub__(self, o: Any) -> Any:
        return type(self)(o - self.value, self.derivative)


class DualCos(Dual):
    def cos(self) -> Any:
        return type(self)(math.cos(self.real), math.sin(self.real) * self.eps)


WRONG = [
    (SMALL, Overwritten, "grad_overwritten"),
    (SMALL, BreadthFirst, "graph_order"),
    (SMALL, NotReversed, "graph_order"),
    (SMALL, NoSeed, "seed_missing"),
    (MICROGRAD, NoUpstream, "upstream_forgotten"),
    (MICROGRAD, NoReflectedMul, "reflected_missing"),
    (MICROGRAD, PowerNotLowered, "power_rule"),
    (MICROGRAD, PowerOfTheResult, "power_rule"),
    (SMALL, OwnFactor, "own_factor"),
    (MICROGRAD, MinusLost, "minus_forgotten"),
    (MICROGRAD, Turned, "reflected_order"),
    (MICROGRAD, TanhNotSquared, "local_rule"),
    (MICROGRAD, ReluEverywhere, "local_rule"),
    (SMALL, NumbersForgotten, "number_not_wrapped"),
    (SMALL, NoGrad, None),
    (MICROGRAD, WrongValue, None),
    (ADDS, Piles, "inner_slopes_kept"),
    (ADDS, ZeroDoesNothing, "slopes_added"),
    (SAME, NeverCleared, "slopes_added"),
    (DUAL, DualProduct, "product_of_slopes"),
    (DUAL_SMALL, DualOne, "number_slope"),
    (DUAL, DualExp, "upstream_forgotten"),
    (DUAL_SMALL, DualQuotient, "minus_forgotten"),
    (DUAL_SMALL, DualTakenAway, "minus_forgotten"),
    (DUAL, DualCos, "minus_forgotten"),
]
"""(question, answer, mistake, or None where there is none to be named): every one is refused."""
