"""Rules that go wrong on the way back through a function of arrays: what goes on to an operation's inputs instead.

A rule yields a list for each version of the mistake: for each input of the operation an array of the input's shape, or
None for nothing. It yields nothing where it does not apply.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from autograder.modules import Later

if TYPE_CHECKING:
    import numpy as np

    from autograder.mistakes.tape.recording import Operation
else:
    np = Later("numpy")  # who only wants a mistake's words does not pay for it

Made = Iterator[list[Any]]


class Coming(NamedTuple):
    """An operation to which something comes back.

    Attributes:
        operation: of the function.
        back: what comes back to its output, of its shape.
    """

    operation: "Operation"
    back: Any


Rule = Callable[[Coming], Made]

ACTIVATIONS = frozenset({"tanh", "logistic", "max"})
CURVES = frozenset({"exp", "log", "sqrt", "rsqrt", "sin", "cos", "log1p", "expm1", "erf", "square", "integer_pow"})
_ENTRY_BY_ENTRY = frozenset({"add", "sub", "mul", "div", "max", "min", "add_any", "pow", "broadcast_in_dim"})


def _is_relu(operation: "Operation") -> bool:
    """Whether it is a maximum with 0."""
    return operation.name == "max" and any(
        not alive and not np.any(value) for alive, value in zip(operation.live, operation.inputs, strict=True)
    )


def _is_curve(operation: "Operation") -> bool:
    return operation.name in CURVES or operation.name in ("tanh", "logistic") or _is_relu(operation)


def _to_live(operation: "Operation", value: Any) -> list[Any]:
    """The same, of the output's shape, to every input that depends on what is differentiated by."""
    return [np.broadcast_to(value, np.shape(x)) if alive and np.shape(x) == np.shape(value) else None
            for alive, x in zip(operation.live, operation.inputs, strict=True)]  # fmt: skip


def slope_left_out(coming: Coming) -> Made:
    """An activation through which everything goes back as it came."""
    operation, back = coming
    if operation.name in ("tanh", "logistic") or _is_relu(operation):
        yield _to_live(operation, back)


def curve_left_out(coming: Coming) -> Made:
    """A function entry by entry, as exp or log, through which everything goes back as it came."""
    operation, back = coming
    if operation.name in CURVES - {"square", "integer_pow"}:
        yield _to_live(operation, back)


def tanh_not_squared(coming: Coming) -> Made:
    """1 − tanh for 1 − tanh²."""
    operation, back = coming
    if operation.name == "tanh":
        yield [back * (1 - operation.output)]


def sigmoid_as_it_is(coming: Coming) -> Made:
    """One factor of σ(1 − σ)."""
    operation, back = coming
    if operation.name == "logistic":
        yield [back * operation.output]
        yield [back * (1 - operation.output)]


def relu_itself(coming: Coming) -> Made:
    """The rectifier for its slope."""
    operation, back = coming
    if _is_relu(operation):
        yield _to_live(operation, back * operation.output)


def relu_other_side(coming: Coming) -> Made:
    """The mask taken where the input is negative, or from what comes back instead of from the input."""
    operation, back = coming
    if _is_relu(operation):
        yield _to_live(operation, back * (operation.output <= 0))
        yield _to_live(operation, back * (back > 0))


def _again(operation: "Operation", place: Any, back: Any) -> list[Any] | None:
    """The operation's own slope taken at another place, of the input's shape."""
    moved = replace(
        operation,
        inputs=[place if alive else value for alive, value in zip(operation.live, operation.inputs, strict=True)],
    )
    found = moved.right(back)
    return found if all(each is None or np.all(np.isfinite(each)) for each in found) else None


def slope_at_output(coming: Coming) -> Made:
    """The slope of an activation measured at what it gives: σ'(a) for σ'(z) where a = σ(z)."""
    operation, back = coming
    if operation.name in ("tanh", "logistic") and (found := _again(operation, operation.output, back)):
        yield found


def slope_at_layer_before(coming: Coming) -> Made:
    """The slope of an activation measured where the layer's own input stands: σ'(x) for σ'(Wx + b)."""
    operation, back = coming
    if not _is_curve(operation) or operation.live.count(True) != 1:
        return
    place = operation.live.index(True)
    source = operation.sources[place]
    seen = 0
    while source is not None and seen < 3:
        for value in source.inputs:
            fits = np.shape(value) == np.shape(operation.inputs[place]) and np.size(value) > 1
            if fits and value is not operation.inputs[place] and (found := _again(operation, value, back)):
                yield found
        following = [
            made for made, alive in zip(source.sources, source.live, strict=True) if alive and made is not None
        ]
        source, seen = (following[0] if following else None), seen + 1


def spread(operation: "Operation", k: int) -> tuple[int, ...]:
    """The axes of the output over which the way back sums for an input that was spread over them."""
    shape, full = np.shape(operation.inputs[k]), operation.output.shape
    if np.size(operation.inputs[k]) == 1 and operation.arguments[k] is None:
        return ()  # the sum below the bar of a softmax, and no bias
    if operation.name not in _ENTRY_BY_ENTRY or shape == full or not full:
        return ()
    if operation.name == "broadcast_in_dim":
        kept = tuple(int(axis) for axis in operation.params["broadcast_dimensions"])
        return tuple(
            axis for axis in range(len(full))
            if axis not in kept or (shape[kept.index(axis)] == 1 and full[axis] > 1)
        )  # fmt: skip
    padded = (1,) * (len(full) - len(shape)) + tuple(shape)
    return tuple(axis for axis in range(len(full)) if padded[axis] == 1 and full[axis] > 1)


def only(sample: int) -> Rule:
    """A rule by which one sample alone comes back to what was spread over the first axis."""

    def rule(coming: Coming) -> Made:
        operation, back = coming
        one = np.zeros_like(back)
        one[sample] = back[sample]
        alone, right = operation.right(one), operation.right(back)
        yield [alone[k] if 0 in spread(operation, k) else right[k] for k in range(len(right))]

    return rule


def mean_for_sum(coming: Coming) -> Made:
    """What was spread over a batch gets the mean of what comes back, or what one sample sends, and not the sum."""
    operation, back = coming
    places = [k for k, alive in enumerate(operation.live) if alive and spread(operation, k)]
    if not places:
        return
    right = operation.right(back)
    averaged, first, last = list(right), list(right), list(right)
    for k in places:
        axes = spread(operation, k)
        averaged[k] = right[k] / np.prod([operation.output.shape[axis] for axis in axes])
        for chosen, found in ((0, first), (-1, last)):
            one = np.zeros_like(back)
            place = tuple(chosen if axis in axes else slice(None) for axis in range(back.ndim))
            one[place] = back[place]
            found[k] = operation.right(one)[k]
    yield averaged
    yield first
    yield last


def constant_left_out(coming: Coming) -> Made:
    """A constant factor, or the number that a mean is divided by, lost on the way back."""
    operation, back = coming
    if operation.name not in ("mul", "div") or operation.live.count(True) != 1:
        return
    place = operation.live.index(True)
    other = operation.inputs[1 - place]
    if np.size(other) == 1 and (operation.name == "mul" or place == 0) and not _is_count(operation):
        yield _to_live(operation, back)


def _is_count(operation: "Operation") -> bool:
    """Whether it divides by how many there are, as a mean does."""
    if operation.name != "div" or operation.live != [True, False]:
        return False
    if operation.sources[0] is None or operation.sources[0].name != "reduce_sum":
        return False
    number = operation.inputs[1]
    return np.size(number) == 1 and float(number.reshape(-1)[0]) > 1 and float(number.reshape(-1)[0]).is_integer()


def count_left_out(coming: Coming) -> Made:
    """The 1/n of a mean lost."""
    operation, back = coming
    if _is_count(operation):
        yield _to_live(operation, back)


def square_without_two(coming: Coming) -> Made:
    """The slope u of u²."""
    operation, back = coming
    if operation.name == "square" or (operation.name == "integer_pow" and operation.params.get("y") == 2):
        yield [back * operation.inputs[0]]


def difference_without_sign(coming: Coming) -> Made:
    """What is subtracted gets what comes back with the sign that the first gets, or a minus in front is lost."""
    operation, back = coming
    if operation.name == "sub" and operation.live[1]:
        right = operation.right(back)
        yield [right[0], None if right[1] is None else -right[1]]
    elif operation.name == "neg":
        yield [back]


def difference_turned(coming: Coming) -> Made:
    """A difference the wrong way round: y − p for p − y."""
    operation, back = coming
    if operation.name == "sub":
        yield [None if value is None else -value for value in operation.right(back)]


def one_factor(coming: Coming) -> Made:
    """A product of which only one factor is differentiated."""
    operation, back = coming
    if operation.name in ("mul", "dot_general") and all(operation.live):
        right = operation.right(back)
        yield [right[0], None]
        yield [None, right[1]]


def divisor_still(coming: Coming) -> Made:
    """A divisor taken for a constant."""
    operation, back = coming
    if operation.name == "div" and all(operation.live):
        yield [operation.right(back)[0], None]


def divisor_sign(coming: Coming) -> Made:
    """A quotient with a plus."""
    operation, back = coming
    if operation.name == "div" and operation.live[1]:
        right = operation.right(back)
        yield [right[0], None if right[1] is None else -right[1]]


def _softmax(operation: "Operation") -> Any:
    """The values of a softmax, of its shape, where the operation is its division; None of any other."""
    if operation.name != "div" or not all(operation.live):
        return None
    top = operation.sources[0]
    if top is None or top.name != "exp" or not np.all(operation.output > 0):
        return None
    below = operation.sources[1]
    while below is not None and below.name in ("broadcast_in_dim", "reshape"):
        below = below.sources[0]
    return operation.output if below is not None and below.name == "reduce_sum" else None


def softmax_without_jacobian(coming: Coming) -> Made:
    """Softmax differentiated entry by entry: p for its slope, p(1 − p), or nothing at all."""
    operation, back = coming
    if (p := _softmax(operation)) is None:
        return
    raised = operation.inputs[0]
    with np.errstate(all="ignore"):
        yield [back * p / raised, None]
        yield [back * p * (1 - p) / raised, None]
        yield [back / raised, None]


def statistic_still(coming: Coming) -> Made:
    """A sum or a mean over other entries, as of a batch, taken for a constant."""
    operation = coming.operation
    if operation.name in ("reduce_sum", "reduce_max", "cumsum") and operation.output.shape:
        yield [None]


def weights_not_transposed(coming: Coming) -> Made:
    """A matrix product through which one goes back with the matrix itself, where its transpose is needed."""
    operation, back = coming
    if operation.name != "dot_general" or any(operation.params["dimension_numbers"][1]):
        return
    right = operation.right(back)
    for k, alive in enumerate(operation.live):
        other = operation.inputs[1 - k]
        if not alive or other.ndim != 2 or other.shape[0] != other.shape[1]:
            continue
        inputs = list(operation.inputs)
        inputs[1 - k] = other.T
        turned = replace(operation, inputs=inputs).right(back)
        yield [turned[j] if j == k else right[j] for j in range(2)]


def product_other_side(coming: Coming) -> Made:
    """A product of square matrices whose factors change sides: B dA for dA B."""
    operation, back = coming
    if operation.name != "dot_general" or any(operation.params["dimension_numbers"][1]):
        return
    a, b = operation.inputs
    if a.ndim != 2 or a.shape != b.shape or a.shape[0] != a.shape[1]:
        return
    right = operation.right(back)
    contracted = operation.params["dimension_numbers"][0]
    first = a if contracted[0] == (1,) else a.T
    second = b if contracted[1] == (0,) else b.T
    swapped = [second.T @ back, back @ first.T]
    for k in range(2):
        swapped[k] = swapped[k] if (contracted[0] == (1,) if k == 0 else contracted[1] == (0,)) else swapped[k].T
    for k in (0, 1):
        if operation.live[k]:
            yield [swapped[j] if j == k else right[j] for j in range(2)]
    if all(operation.live):
        yield swapped


def kernel_not_flipped(coming: Coming) -> Made:
    """A convolution whose way back slides the kernel as the way there does."""
    operation, back = coming
    if operation.name != "conv_general_dilated":
        return
    right = operation.right(back)
    if operation.live[0]:
        turned = replace(operation, inputs=[operation.inputs[0], operation.inputs[1][..., ::-1]]).right(back)
        yield [turned[0], right[1]]
    if operation.live[1]:
        yield [right[0], None if right[1] is None else right[1][..., ::-1]]


def _inverse(makers: tuple[Callable[[Any, Any, Any], Any], ...]) -> Rule:
    """Of what is made of the matrix, its inverse and what comes back, each a version of what goes on."""

    def rule(coming: Coming) -> Made:
        operation, back = coming
        if operation.name == "inv" and operation.output.ndim == 2:
            for make in makers:
                yield [make(operation.inputs[0], operation.output, back)]

    return rule


inverse_sign = _inverse((lambda a, i, g: i.T @ g @ i.T,))
inverse_order = _inverse((lambda a, i, g: -(i @ i).T @ g, lambda a, i, g: -g @ (i @ i).T))
inverse_transposed = _inverse((lambda a, i, g: -i @ g @ i, lambda a, i, g: -i @ g @ i.T, lambda a, i, g: -i.T @ g @ i))
inverse_as_number = _inverse((lambda a, i, g: -g * (i * i), lambda a, i, g: -g / (a * a)))
inverse_one_factor = _inverse((lambda a, i, g: -i.T @ g, lambda a, i, g: -g @ i.T))


def _is_determinant(operation: "Operation") -> bool:
    return operation.name in ("det", "slogdet") and operation.inputs[0].ndim == 2


def determinant_without_factor(coming: Coming) -> Made:
    """Det A · tr(A⁻¹ dA) without its first factor; of log det with a factor too much."""
    operation, back = coming
    if _is_determinant(operation):
        (right,) = operation.right(back)
        size = np.linalg.det(operation.inputs[0])
        yield [right / size if operation.name == "det" else right * size]
        if operation.name == "slogdet":
            yield [right / size]


def determinant_transposed(coming: Coming) -> Made:
    """What goes back to the matrix transposed."""
    operation, back = coming
    if _is_determinant(operation):
        (right,) = operation.right(back)
        yield [None if right is None else right.T]


def determinant_not_inverted(coming: Coming) -> Made:
    """Det A · tr(A dA), tr(dA): the matrix where its inverse belongs, or none."""
    operation, back = coming
    if _is_determinant(operation):
        a = operation.inputs[0]
        size = np.linalg.det(a) if operation.name == "det" else 1.0
        yield [back * size * a.T]
        yield [back * size * np.eye(len(a))]
        yield [back * np.eye(len(a))]
