"""A function of JAX's that is called at many points is traced once, and not at each of them.

``jax.grad(f)`` without ``jit`` traces f whenever it is called: at forty points that is most of what a notebook takes.
JAX's own record of one call (``jax.make_jaxpr``) gives the same numbers at every point, since it is the same operations
one after the other, each as ``jit`` has it already. It is not believed to be the function: it has to give what the real
calls gave, bit for bit, and a function that does anything besides (prints, counts, draws, catches an error) is called.
So is one that calculates with the point itself before JAX has it: Python does that in double precision, a record not.
"""

import dis
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter
from types import CodeType, FrameType, ModuleType
from typing import Any, NamedTuple

__all__ = ["Traced"]

_FEW = 8
"""Fewer calls, those that are known to come among them, are not worth a record."""
_REAL = 2
"""Calls that the record has to agree with."""
_SLOW = 1e-3
"""Seconds of a call that was traced: one of a function under ``jit`` takes a tenth of it."""
_HERE = str(Path(__file__).parent)
_CALLS = {"CALL", "CALL_KW", "CALL_FUNCTION_EX"}
_CHANGES = {
    *("STORE_GLOBAL", "DELETE_GLOBAL", "STORE_NAME", "DELETE_NAME", "STORE_ATTR", "DELETE_ATTR"),
    *("STORE_SUBSCR", "DELETE_SUBSCR", "STORE_SLICE", "PUSH_EXC_INFO"),
}
"""What changes something, or catches what a tracer raises."""
_DRAWS = {
    *("random", "normal", "standard_normal", "uniform", "integers", "randint", "rand", "randn", "choice", "choices"),
    *("sample", "gauss", "shuffle", "permutation", "exponential", "poisson", "binomial", "rvs", "multivariate_normal"),
}
"""Methods of generators of random numbers, which tell nobody that they are called: one call more is another draw."""
_COMPREHENSIONS = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}
_FIXED = (ModuleType, type, type(None), str, int, float, complex, tuple)
"""What no method of its own changes, as one changes a list or a generator of random numbers."""


class _Call(NamedTuple):
    leaves: list[Any]
    kind: Any
    value: Any


class Traced:
    """A function, to be called at several points while nothing else happens that could change it.

    A call with the arguments of the first is made for real: it is asked again whether the function changes.

    Args:
        function: it is called by :meth:`__call__` with its own arguments.

    Example:
        >>> import jax
        >>> traced = Traced(jax.grad(lambda x: x**3)).expecting(10)
        >>> [float(traced(float(x))) for x in range(10)]
        [0.0, 3.0, 12.0, 27.0, 48.0, 75.0, 108.0, 147.0, 192.0, 243.0]
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._ahead = 0
        self._begin()

    def _begin(self) -> None:
        self._real: list[_Call] = []
        self._count = 0
        self._tried = False
        self._record: Callable[..., Any] | None = None

    def expecting(self, calls: int) -> "Traced":
        """Itself, told how many calls are to come now."""
        self._ahead = calls
        return self

    def __call__(self, *given: Any, **named: Any) -> Any:
        """What the function gives, or raises."""
        self._ahead -= 1
        jax = sys.modules.get("jax")
        try:
            leaves, structure = jax.tree_util.tree_flatten((given, named))  # type: ignore[union-attr]
        except Exception:  # JAX is not there, or cannot say what the arguments are made of
            return self._function(*given, **named)
        kinds = [(type(leaf), getattr(leaf, "shape", None), getattr(leaf, "dtype", None)) for leaf in leaves]
        if self._real and (structure, kinds) != self._real[0].kind:
            self._begin()
        if self._record is not None and not _same_bits(leaves, self._real[0].leaves):
            try:
                return self._record(*leaves)
            except Exception:  # the function says itself what is wrong
                self._record = None
        self._count += 1
        if self._tried or self._count < _REAL or self._count + self._ahead < _FEW or sys.getprofile() is not None:
            value = self._function(*given, **named)
        else:  # this call says whether those that follow are worth a record, and whether one would be true
            self._tried = True
            value, seconds, only_computes = _watched(self._function, given, named)
            self._real = [*self._real, _Call(leaves, (structure, kinds), value)]
            if only_computes and seconds > _SLOW:
                self._record = _recorded(self._function, self._real)
        if not self._real:
            self._real = [_Call(leaves, (structure, kinds), value)]
        return value


def _watched(function: Callable[..., Any], given: Any, named: Any) -> tuple[Any, float, bool]:
    """What a call gives, the seconds that it takes, and whether it did nothing but compute."""
    own: dict[CodeType, bool] = {}
    plain: set[CodeType] = set()
    asked: set[tuple[CodeType, type]] = set()

    def watch(frame: FrameType, event: str, called: Any) -> None:
        if event == "call":
            if frame.f_code not in own:
                own[frame.f_code] = not _is_of_a_library(frame.f_code)
            if own[frame.f_code] and any(map(_is_plain_number, frame.f_locals.values())):
                plain.add(frame.f_code)
        elif event == "c_call":
            asked.add((frame.f_code, type(getattr(called, "__self__", None))))

    begun = perf_counter()
    sys.setprofile(watch)
    try:
        value = function(*given, **named)
    finally:
        sys.setprofile(None)
    seconds = perf_counter() - begun
    changed = any(own.get(code) and not issubclass(of, _FIXED) for code, of in asked)
    more = any(_does_more(code) for code, is_own in own.items() if is_own)
    return value, seconds, not (changed or more or any(map(_calculates, plain)))


def _is_of_a_library(code: CodeType) -> bool:
    """The judge's own function is none: it is asked over a line."""
    if code.co_filename.startswith(_HERE):
        return False
    return "site-packages" in code.co_filename or code.co_filename.startswith((sys.base_prefix, "<frozen", "<string>"))


def _does_more(code: CodeType) -> bool:
    """Whether this does anything but compute: what it leaves behind would be missing."""
    if code.co_filename.startswith(_HERE) or not _DRAWS.isdisjoint(code.co_names):
        return True
    before = ""
    for step in dis.get_instructions(code):
        if step.opname in _CHANGES or (step.opname == "POP_TOP" and before in _CALLS):
            return True
        if step.opname in ("STORE_DEREF", "DELETE_DEREF") and step.argval in code.co_freevars:
            return True
        before = step.opname
    return False


def _is_plain_number(value: Any) -> bool:
    """Whether Python or NumPy calculate with a value, and not JAX."""
    return isinstance(value, (int, float)) or type(value).__module__ == "numpy"


def _calculates(code: CodeType) -> bool:
    """Whether a function has operators, itself or in a comprehension; ``v[0]`` is none."""
    inner = (each for each in code.co_consts if isinstance(each, CodeType) and each.co_name in _COMPREHENSIONS)
    steps = dis.get_instructions(code)
    return any(step.opname == "BINARY_OP" and step.argrepr != "[]" for step in steps) or any(map(_calculates, inner))


def _recorded(function: Callable[..., Any], real: list[_Call]) -> Callable[..., Any] | None:
    """JAX's record of a function, taking the leaves of its arguments; None where it is not the same."""
    import jax
    from jax.extend.core import jaxpr_as_fun

    structure, _ = real[0].kind
    made = jax.tree_util.tree_leaves([call.value for call in real])
    if not made or not all(isinstance(leaf, jax.Array) for leaf in made):
        return None

    def flat(*leaves: Any) -> Any:
        given, named = structure.unflatten(leaves)
        return function(*given, **named)

    try:
        closed, shapes = jax.make_jaxpr(flat, return_shape=True)(*real[-1].leaves)
        recorded = partial(_of_record, jaxpr_as_fun(closed), jax.tree_util.tree_structure(shapes))
        if not closed.effects and all(_same_value(recorded(*call.leaves), call.value) for call in real):
            return recorded
    except Exception:  # an `if x > 0`, a NumPy function, an int that is counted to
        return None
    return None


def _of_record(operations: Callable[..., Any], structure: Any, *leaves: Any) -> Any:
    return structure.unflatten(operations(*leaves))


def _same_value(one: Any, other: Any) -> bool:
    import jax

    structure: Any = jax.tree_util.tree_structure  # whose result has no types that can be compared
    if structure(one) != structure(other):
        return False
    return _same_bits(jax.tree_util.tree_leaves(one), jax.tree_util.tree_leaves(other))


def _same_bits(ones: list[Any], others: list[Any]) -> bool:
    import numpy as np

    def told(leaf: Any) -> Any:
        array = np.asarray(leaf)
        return type(leaf), getattr(leaf, "weak_type", None), array.dtype, array.shape, array.tobytes()

    return all(told(one) == told(other) for one, other in zip(ones, others, strict=True))
