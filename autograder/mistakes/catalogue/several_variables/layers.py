"""Backward passes and gradients of losses: what goes wrong on the way back through the layers.

Most of it happens on a tape (``tape=``): the function of the question at one point, taken apart by JAX. A question
without one may name arrays in its data: ``p`` and ``y`` for softmax with cross-entropy, ``delta`` and ``x`` for the
gradient of a weight matrix (``delta`` of shape (batch, n) for its bias), ``W`` and ``slope_at_input`` for a layer.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from autograder.mistakes.calculus import Node, Task, derivative, num, read, to_sympy, var
from autograder.mistakes.catalogue.entry import Example, Mistake
from autograder.mistakes.catalogue.several_variables.examples import LAYER, LOSS, NORM, on_tape
from autograder.mistakes.tape import rules
from autograder.modules import Later

if TYPE_CHECKING:
    import numpy as np
else:
    np = Later("numpy")

Made = tuple[tuple[int, ...], list[Node]]


def _data(task: Task, *names: str) -> list[Any] | None:
    if not all(name in task.data for name in names):
        return None
    return [np.asarray(task.data[name], dtype=float) for name in names]


def _fixed(values: Any) -> Made:
    array = np.asarray(values, dtype=float)
    return array.shape, [num(float(value)) for value in array.ravel()]


def _softmax_sign(task: Task) -> Iterator[Any]:
    if (found := _data(task, "p", "y")) is not None:
        yield _fixed(found[1] - found[0])
    arrays = task.data.get("arrays")
    if arrays is not None and arrays.is_loss_of({"exp", "logistic", "log"}):
        yield -arrays.right


def _residual_sign(task: Task) -> Iterator[Any]:
    arrays = task.data.get("arrays")
    if arrays is not None and arrays.is_loss_of({"square", "integer_pow"}) and arrays.is_loss_of({"sub"}):
        yield -arrays.right


def _outer_swapped(task: Task) -> Iterator[Any]:
    found = _data(task, "delta", "x")
    if found is not None and all(part.ndim == 1 for part in found):
        yield _fixed(np.outer(found[1], found[0]))
    arrays = task.data.get("arrays")
    if arrays is not None and arrays.right.ndim == 2 and arrays.is_factor():
        yield arrays.right.T


def _bias_not_summed(task: Task) -> Iterator[Any]:
    found = _data(task, "delta")
    if found is not None and found[0].ndim == 2:
        yield _fixed(found[0])
        yield _fixed(found[0].mean(axis=0))
    if task.data.get("arrays") is not None:
        yield from task.data["arrays"].unsummed()


def _one_path(task: Task) -> Iterator[Any]:
    """Only one of the places where a variable occurs contributes; the data ask for it, or sums and products tie."""
    if task.data.get("arrays") is not None:
        yield from task.data["arrays"].one_path()
    if task.data.get("paths") is None or task.kind != "Derivative":
        return
    by = task.wrt[0]
    places = [node for node in task.function.walk() if node.op == "var" and node.value == by]
    for kept in places:
        yield (), [_through(task.function, by, kept)]


def _through(node: Node, by: str, kept: Node) -> Node:
    """The derivative through one occurrence of the variable: all others are renamed to another one."""
    frozen = _rename(node, by, kept)
    slope = derivative(frozen, by)
    return read(to_sympy(slope).xreplace({to_sympy(var(f"{by}_still")): to_sympy(var(by))}))


def _rename(node: Node, by: str, kept: Node) -> Node:
    if node is kept:
        return node
    if node.op == "var" and node.value == by:
        return var(f"{by}_still")
    return Node(node.op, tuple(_rename(arg, by, kept) for arg in node.args), node.value) if node.args else node


def _local_at_input(task: Task) -> Iterator[Made]:
    """σ'(x) for σ'(Wx + b): the data hold W, b, x and the activation's derivative as values at x."""
    found = _data(task, "W", "slope_at_input")
    if found is not None:
        W, slope = found
        if slope.ndim == 1 and slope.shape[0] == W.shape[0]:
            yield _fixed(slope[:, None] * W)


def _upstream_ignored(task: Task) -> Iterator[Any]:
    if task.data.get("arrays") is not None:
        yield from task.data["arrays"].more.get("upstream_ignored", ())


def _exchanged(task: Task) -> Iterator[Any]:
    arrays = task.data.get("arrays")
    if arrays is not None:
        yield from (
            part for k, part in enumerate(arrays.parts) if k != arrays.part and part.shape == arrays.right.shape
        )


ENTRIES: tuple[Mistake, ...] = (
    Mistake(
        id="local_at_input",
        code="J8",
        title="slope of the activation taken at the input of the layer",
        applies="a layer σ(Wx + b)",
        transformation="σ'(Wx + b)·W → σ'(x)·W",
        question="Where is the slope of the activation measured?",
        attempt="Follow one number through the layer: what does the activation receive?",
        example=on_tape("sum(sin(tanh(W x)))", "x", W=(3, 3), x=(3,)),
        rank=18,
        tape=rules.slope_at_layer_before,
        whole=_local_at_input,
    ),
    Mistake(
        id="local_at_output",
        code="J8",
        title="slope of the activation taken at what it gives",
        applies="tanh or the logistic function in a layer",
        transformation="σ'(z) → σ'(σ(z))",
        question="Of which stored value is the slope of the activation taken: of what went in, or of what came out?",
        attempt="Write the slope once in terms of what goes in and once of what comes out. Which one did you use?",
        example=LAYER,
        source="project's own: J8 for the output",
        rank=16,
        tape=rules.slope_at_output,
    ),
    Mistake(
        id="activation_dropped",
        themes=("part", "factor"),
        code="J9",
        title="slope of the activation left out",
        applies="tanh, the logistic function or the rectifier in a layer",
        transformation="δ·σ'(z) → δ",
        question="What does the activation do to what comes back through it?",
        attempt="List the layers from the last to the first: each must leave a factor in what you hand on.",
        example=LAYER,
        source="CS231n assignments; C1 for layers",
        rank=14,
        tape=rules.slope_left_out,
    ),
    Mistake(
        id="curve_dropped",
        themes=("part", "factor"),
        code="J9",
        title="slope of a function entry by entry left out",
        applies="exp, log, a root or a trigonometric function of arrays",
        transformation="δ·f'(z) → δ",
        question="Which function stands between the two arrays, and what is its slope?",
        attempt="Give every line of the forward pass a line of its own in the backward pass.",
        example=on_tape("sum(exp(W x))", "x", W=(2, 3), x=(3,)),
        source="project's own: C1 for arrays",
        rank=20,
        tape=rules.curve_left_out,
    ),
    Mistake(
        id="relu_mask",
        code="J10",
        title="the rectifier's mask taken of something else",
        applies="the rectifier in a layer",
        transformation="δ·[z > 0] → δ·[z < 0], δ·[δ > 0]",
        question="Which entries does the rectifier let through, and on which array does that depend?",
        attempt="Send one negative and one positive number forward, and see which of the two can change the output.",
        example=on_tape("sum(sin(relu(x)))", "x", x=(6,)),
        source="project's own",
        rank=16,
        tape=rules.relu_other_side,
    ),
    Mistake(
        id="bias_nosum",
        code="J11",
        title="not summed over the batch",
        applies="a bias, or whatever is used for every sample",
        transformation="Σ over the batch left out, a mean, or one sample's",
        question="How many samples use it, and how do their contributions come together?",
        attempt="Print its shape and that of its gradient, then double the batch: what must happen to the gradient?",
        instead_of=("arr_mean", "half"),
        example=on_tape("sum(sin(X W + b))", "b", X=(4, 2), W=(2, 3), b=(3,)),
        rank=12,
        tape=rules.mean_for_sum,
        whole=_bias_not_summed,
    ),
    Mistake(
        id="softmax_sign",
        instead_of=("neg", "minus_lost"),
        themes=("sign",),
        code="J12",
        title="target minus prediction",
        applies="softmax with cross-entropy",
        transformation="p − y → y − p",
        question="Must the score of the right class rise or fall when you descend?",
        attempt="Step a little against your gradient: the loss must go down.",
        example=LOSS,
        rank=12,
        whole=_softmax_sign,
    ),
    Mistake(
        id="residual_sign",
        instead_of=("neg", "minus_lost"),
        themes=("sign",),
        code="J12",
        title="residual the wrong way round",
        applies="a loss of squares",
        transformation="p − y → y − p",
        question="Which minus which?",
        attempt="Step a little against your gradient: the loss must go down.",
        example=on_tape("mean((X w - t)^2)", "w", X=(4, 3), w=(3,), t=(4,)),
        source="project's own: J6 for losses",
        rank=13,
        whole=_residual_sign,
    ),
    Mistake(
        id="softmax_jacobian",
        code="J12",
        title="softmax differentiated entry by entry",
        applies="softmax",
        transformation="diag(p) − p·pᵀ → diag(p), diag(p(1 − p)), 1",
        question="When one score rises, what happens to the probabilities of the other classes?",
        attempt="Write softmax out for two scores, and differentiate the first entry by the second score.",
        instead_of=("divisor_still", "statistic_still", "overwritten", "int_trunc"),
        example=on_tape("sum(sin(softmax(x)))", "x", x=(4,)),
        source="CS231n assignments; D2L",
        rank=11,
        tape=rules.softmax_without_jacobian,
    ),
    Mistake(
        id="outer_swapped",
        instead_of=("arr_transposed",),
        code="J13",
        title="outer product the other way round",
        applies="the gradient of a weight matrix",
        transformation="δ·xᵀ → x·δᵀ",
        question="Which shape does the weight matrix have?",
        attempt="Print the shape of the weight matrix and of its gradient.",
        example=on_tape("sum(tanh(W x))", "W", W=(2, 3), x=(3,)),
        rank=12,
        whole=_outer_swapped,
    ),
    Mistake(
        id="weights_not_transposed",
        code="J13",
        title="weights not transposed on the way back",
        applies="a square weight matrix",
        transformation="Wᵀ·δ → W·δ",
        question="The matrix takes inputs to outputs. Which one takes what comes back to the inputs?",
        attempt="Give the layer another number of outputs than inputs, and look which product has the right shape.",
        example=on_tape("sum(tanh(W x))", "x", W=(3, 3), x=(3,)),
        source="CS231n assignments",
        rank=12,
        tape=rules.weights_not_transposed,
    ),
    Mistake(
        id="overwritten",
        themes=("part",),
        code="J14",
        title="one of several paths only",
        applies="a variable that is used more than once",
        transformation="a sum over paths → one of them",
        question="Used more than once: how many contributions are there?",
        attempt="Draw an arrow for every use of the variable, and add what comes back along them.",
        example=Example(function="x**2*sin(x) + exp(x)", data={"paths": True}),
        rank=30,
        whole=_one_path,
    ),
    Mistake(
        id="mean_dropped",
        themes=("factor",),
        code="J6",
        title="the mean's 1/n left out",
        applies="a mean",
        transformation="∇f → n·∇f",
        question="A sum or a mean: which was asked for?",
        attempt="Repeat every sample once more in your mind: must the gradient change?",
        instead_of=("arr_mean", "double", "coef_drop"),
        example=on_tape("mean(tanh(X w))", "w", X=(4, 3), w=(3,)),
        source="CS231n assignments",
        rank=11,
        tape=rules.count_left_out,
    ),
    Mistake(
        id="square_no2",
        themes=("factor",),
        code="J6",
        title="factor of a square left out",
        applies="a square of an array",
        transformation="2u·u' → u·u'",
        question="What does a square bring down?",
        attempt="Do it for one sample and one unknown first.",
        instead_of=("half",),
        example=on_tape("mean((X w - t)^2)", "w", X=(4, 3), w=(3,), t=(4,)),
        source="project's own: J6 for losses",
        rank=13,
        tape=rules.square_without_two,
    ),
    Mistake(
        id="divisor_still",
        themes=("part",),
        code="Q1",
        title="divisor taken for a constant",
        applies="an array divided by another one that changes as well",
        transformation="(f'g − fg')/g² → f'/g",
        question="What is below the bar: does it change too?",
        attempt="Write the quotient as a product with a power, and differentiate both factors.",
        example=on_tape("sum(x/norm(x))", "x", x=(4,)),
        source="project's own: quot_one_term for arrays",
        rank=22,
        tape=rules.divisor_still,
    ),
    Mistake(
        id="statistic_still",
        themes=("part",),
        code="J14",
        title="mean, variance or sum taken for a constant",
        applies="a sum over other entries, as of a batch",
        transformation="the paths through Σ left out",
        question="When one entry moves, which of the others does the function still look at?",
        attempt="Draw the graph of the computation and count the paths from one input to the output.",
        instead_of=("overwritten", "divisor_still"),
        example=NORM,
        source="CS231n assignment 2, batch normalisation",
        rank=15,
        tape=rules.statistic_still,
    ),
    Mistake(
        id="kernel_flip",
        code="J13",
        title="kernel slid the wrong way on the way back",
        applies="a convolution",
        transformation="the kernel turned round → as it is",
        question="Which inputs does one output see, and through which entry of the kernel does each of them reach it?",
        attempt="Take a kernel with one entry that is not zero, and follow one number forward and back.",
        example=Example(kind="Array", data={"layer": "conv1d", "wrt": "x"}),
        source="project's own",
        rank=12,
        tape=rules.kernel_not_flipped,
    ),
    Mistake(
        id="upstream_ignored",
        themes=("part", "factor"),
        code="J9",
        title="what comes from the layer above left out",
        applies="a backward pass",
        transformation="δ·J → 1·J",
        question="What does the layer above say about this layer's output, and where does that come in?",
        attempt="Call your function twice with the same arrays, the second time with the first argument doubled.",
        example=Example(kind="Array", data={"layer": "tanh", "wrt": "x", "upstream": True}),
        source="CS231n assignments",
        rank=10,
        whole=_upstream_ignored,
    ),
    Mistake(
        id="parts_exchanged",
        themes=("order",),
        code="J15",
        title="gradients of two arguments exchanged",
        applies="several arguments of one shape",
        transformation="(dW, dV) → (dV, dW)",
        question="In which order are the gradients asked for?",
        attempt="Give two of the arguments different shapes, and print the shapes of what you return.",
        example=on_tape("sum(sin(a) * exp(b))", "a,b", a=(3,), b=(3,)),
        source="project's own",
        rank=14,
        whole=_exchanged,
    ),
)
