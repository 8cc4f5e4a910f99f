"""A backward pass and a gradient whose functions stay in the jail: arrays cross the line, and come back judged."""

from autograder.model import Outcome
from autograder.questions import Backward
from autograder.sandbox import Sandbox
from tests.sandbox.jail_samples import needs_jail, ran

pytestmark = needs_jail

SOURCE = """
import numpy as np
def forward(x, W, b):
    return x @ W + b, (x, W)
def backward(dout, cache):
    x, W = cache
    return {"dx": dout @ W.T, "dW": x.T @ dout, "db": dout.sum(axis=0)}
def wrong(dout, x, W, b):
    return dout @ W.T, x.T @ dout, dout.mean(axis=0)
"""


def test_a_backward_pass_in_the_jail_is_judged_as_one_here(small_jail: Sandbox) -> None:
    question = Backward("linear", shape={"x": (64, 32), "W": (32, 16), "b": 16})
    with ran(small_jail, SOURCE) as student:
        pair = (student.names["forward"], student.names["backward"])
        assert question.judge(pair).outcome is Outcome.CORRECT
        assert question.judge(student.names["wrong"]).mistakes == ("bias_nosum",)
