"""What crosses between judge and jail, and how: typed records, whole messages, values as copies.

In comes a Python value or a record, out goes JSON within limits, and back. Both sides use the same files; nothing here
runs a student's code or knows a test.

| to change | open |
|---|---|
| what can be said | ``wire`` (messages and value records), ``orders`` (to and from the warm process) |
| how a message is framed, its limits | ``channel`` |
| which values are copied, and how | ``codec``, ``reading`` (records that hold no others) |
| which classes of libraries are | ``rebuilding``, ``tables`` (pandas), ``recipes`` |
| how a library's function is named | ``named`` |
| what may be asked of an object that stays | ``operations`` |
| what is seen of a function without calling it | ``described`` |
| how an exception is raised again | ``raising`` |
| how JAX differentiates a function of the other side | ``remote_jax`` |
"""

from autograder.sandbox.line import wire
from autograder.sandbox.line.channel import (
    MAX_FROM_JUDGE,
    MAX_FROM_STUDENT,
    MAX_PARTS,
    Channel,
    Gone,
    Late,
    Line,
    WireError,
    encoded,
)
from autograder.sandbox.line.copies import Codec
from autograder.sandbox.line.described import describe, described
from autograder.sandbox.line.named import find, name_of
from autograder.sandbox.line.operations import BETWEEN, OPERATIONS, enter, leave, number_of
from autograder.sandbox.line.orders import Config, Job, Notice, Order
from autograder.sandbox.line.raising import bases_of, type_of
from autograder.sandbox.line.remote_jax import derivative, differentiable

__all__ = [
    "BETWEEN",
    "MAX_FROM_JUDGE",
    "MAX_FROM_STUDENT",
    "MAX_PARTS",
    "OPERATIONS",
    "Channel",
    "Codec",
    "Config",
    "Gone",
    "Job",
    "Late",
    "Line",
    "Notice",
    "Order",
    "WireError",
    "bases_of",
    "derivative",
    "describe",
    "described",
    "differentiable",
    "encoded",
    "enter",
    "find",
    "leave",
    "name_of",
    "number_of",
    "type_of",
    "wire",
]
