"""Backward passes: a student's ``backward`` for a forward pass, argument by argument."""

from collections.abc import Mapping, Sequence
from typing import Any

from autograder.compare.conventions import arity_of
from autograder.compare.numeric import fitted, shape_text, verdict_on
from autograder.compare.reading import Numbers, Unreadable, read_numbers
from autograder.model import Evidence, Outcome, Reason, Verdict
from autograder.questions.answers import is_function
from autograder.questions.arrays.base import plain
from autograder.questions.arrays.products import VJP
from autograder.questions.arrays.replies import replies_of, split
from autograder.reference.arrays import LAYERS, layer, run

__all__ = ["Backward"]


class Backward(VJP):
    r"""A backward pass: from the gradient by a layer's output to the gradients by its inputs and weights.

    .. math:: \frac{\partial L}{\partial W} = \frac{\partial L}{\partial \text{out}} \cdot
        \frac{\partial \text{out}}{\partial W}

    Args:
        forward: a Python function as JAX can run it, a formula of arrays, or the name of a layer: ``"linear"``,
            ``"relu"``, ``"sigmoid"``, ``"tanh"``, ``"softmax cross-entropy"``, ``"batch norm"``, ``"conv1d"``,
            ``"attention scores"``, ``"attention"``.
        wrt: the arguments whose gradients are asked for; all but labels when left out.
        shape: argument → its shape; a named layer has one already.
        arguments: names in the order in which the student's function takes them: ``dout`` first, then the forward
            pass's own, unless said otherwise. Where the output is one number there is no ``dout``.
        **options: as of :class:`~autograder.VJP`; ``shares=True`` gives points for each argument that is right.

    The answer is the student's function, or the pair ``(forward, backward)`` in which ``forward`` returns
    ``(out, cache)`` and ``backward`` takes ``(dout, cache)``. It returns a tuple in the order of ``wrt``, or a
    dictionary, ``{"W": …}`` or ``{"dW": …}``. It is called with random arrays and compared with ``jax.vjp``.

    Raises:
        AuthorError: there is no such layer, or the function cannot be read or differentiated.

    >>> question = Backward("linear", name="backward")
    >>> question.judge(lambda dout, x, W, b: (dout @ W.T, x.T @ dout, dout.sum(axis=0))).outcome.value
    'CORRECT'
    >>> verdict = question.judge(lambda dout, x, W, b: (dout @ W.T, x.T @ dout, dout.mean(axis=0)))
    >>> verdict.details["name"], verdict.mistakes
    ("backward(…)['b']", ('bias_nosum',))
    """

    upstream = "dout"

    def __init__(
        self,
        forward: Any,
        wrt: str | Sequence[str] | None = None,
        *,
        shape: Mapping[str, Any] | None = None,
        domain: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> None:
        self.layer = ""
        self._outputs: list[Any] = []
        if isinstance(forward, str) and (forward in LAYERS or shape is None):
            known = layer(forward)
            self.layer = forward
            shape, domain = {**known.shapes, **(shape or {})}, {**known.domain, **(domain or {})}
            forward = known.forward
        super().__init__(forward, wrt, shape=shape, domain=domain, **options)

    def _directions(self) -> dict[str, tuple[int, ...]]:
        return {self.upstream: self.output.shape} if self.output.shape else {}

    @property
    def _known_as(self) -> str | None:
        return f"layer {self.layer}" if self.layer else super()._known_as

    @property
    def inputs(self) -> tuple[str, ...]:
        own = self._drawn_names
        return self._arguments or (*own[len(self.of.arguments) :], *own[: len(self.of.arguments)])

    def _is_pair(self, answer: Any) -> bool:
        return isinstance(answer, (list, tuple)) and len(answer) == 2 and all(map(is_function, answer))

    def _rows(self, answer: Any) -> list[list[Any]]:
        if not self._is_pair(answer) or (len(self.wrt) == 2 and self._each(answer)):
            return super()._rows(answer)
        forward, backward = answer
        own = [name for name in self.inputs if name != self.upstream]
        caches = []
        calls = [tuple(plain(point[name]) for name in own) for point in self.points]
        for found in replies_of(forward, own, calls):
            if not isinstance(found, (list, tuple)) or len(found) != 2:
                got = "something else" if found is not None else "nothing (is a return missing?)"
                raise Unreadable(Reason.WRONG_TYPE, expected="a pair (out, cache)", got=got)
            caches.append(found)
        self._outputs[:] = [out for out, _ in caches]
        if self.output.shape:
            handed = [(point[self.upstream], cache) for point, (_, cache) in zip(self.points, caches, strict=True)]
            return [split(value, self.parts) for value in replies_of(backward, (self.upstream, "cache"), handed)]
        return [
            split(value, self.parts) for value in replies_of(backward, ("cache",), [(cache,) for _, cache in caches])
        ]

    def _each(self, answer: Sequence[Any]) -> bool:
        """Whether two functions are one for each part, and no pair of forward and backward: they take as much."""
        return all(arity_of(function) == (len(self.inputs), len(self.inputs)) for function in answer)

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        self._outputs.clear()
        verdict, evidence = super()._decide(answer)
        if self._outputs and (forward := self._forward_verdict(self._outputs)) is not None:
            return forward, None
        return verdict, evidence

    def _forward_verdict(self, outputs: Sequence[Any]) -> Verdict | None:
        """What is wrong with the student's own forward pass; None where it is right."""
        rows = [[point[name] for name in self.of.arguments] for point in self.points]
        for value, right in zip(outputs, run(self.of.call, rows, text=self.of.text), strict=True):
            numbers = read_numbers(value)
            values = fitted(numbers.values, right[0].shape)
            if values is None:
                got = shape_text(numbers.values.shape)
                details = {"expected": shape_text(right[0].shape), "got": got, "returned": "forward(…)[0]"}
                return Verdict(outcome=Outcome.INVALID, reason=Reason.WRONG_SHAPE, details=details)
            placed = Numbers(values=values, precision=numbers.precision, integers=numbers.integers)
            verdict, _ = verdict_on(placed, right[0], rtol=self.rtol, atol=self.atol)
            if verdict.outcome is not Outcome.CORRECT:
                return Verdict(outcome=verdict.outcome, reason=verdict.reason, details={"name": "forward(…)[0]"})
        return None

    @property
    def prompt(self) -> str:
        of = f"the layer {self.layer!r}" if self.layer else self.of.text
        return f"backward pass of {of}: gradients by {', '.join(self.wrt)}{self._asked_text()}"
