"""Products with derivatives, JVP, VJP and HVP, and derivatives as linear maps."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.errors import AuthorError
from autograder.mistakes import Pull, Tape
from autograder.questions.arrays.base import Array, ArrayQuestion, Point
from autograder.reference.arrays import FormulaError, agree_along, by_sympy, draw, read_array_function, run

__all__ = ["HVP", "JVP", "VJP", "LinearMap", "Product"]


class Product(ArrayQuestion):
    """What the three products share: the function's point, and beside it directions of the same or the output's shape.

    Args:
        function: a Python function as JAX can run it, or a formula of arrays.
        wrt: the arguments that are differentiated by.
        shape: argument → its shape.
        domain: argument → (low, high) for drawing, or ``range(3)`` for labels.
        data: name → array that a formula holds besides.
        arguments: names in the order in which the student's function takes them, where that is another one.
        **options: as of :class:`~autograder.questions.arrays.base.ArrayQuestion`.
    """

    def __init__(
        self,
        function: Any,
        wrt: str | Sequence[str] | None = None,
        *,
        shape: Mapping[str, Any] | None = None,
        domain: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        arguments: Sequence[str] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(read_array_function(function, shape or {}, domain=domain, data=data), wrt, **options)
        self._arguments = None if arguments is None else tuple(arguments)
        self.output = self._output()
        self._settle()
        if {*self.inputs} != {*self._drawn_names}:
            raise AuthorError(f"arguments={list(self.inputs)} must name exactly {', '.join(self._drawn_names)}")

    def _output(self) -> Array:
        """The function's value at one point, of its shape.

        Raises:
            AuthorError: it gives several, or nothing that is an array of real numbers.
        """
        point = self.of.draw(np.random.default_rng(self.seed))
        if self.of.formula is not None:
            try:
                return np.asarray(self.of.value(*self._own(point)), dtype=float)
            except FormulaError as error:
                raise AuthorError(str(error)) from None
        found = run(self.of.call, [self._own(point)], text=self.of.text)[0]
        if len(found) != 1:
            raise AuthorError(f"{self.of.text} gives {len(found)} arrays: ask about one of them")
        return found[0]

    @property
    def inputs(self) -> tuple[str, ...]:
        return self._arguments or self._drawn_names

    def _drawn(self, rng: np.random.Generator) -> dict[str, Array]:
        point = self.of.draw(rng)
        return point | {name: draw(rng, shape) for name, shape in self._directions().items()}

    def _directions(self) -> dict[str, tuple[int, ...]]:
        """Name → shape of what is handed in beside the function's own arguments."""
        raise NotImplementedError

    def _split(self, given: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        """The function's arguments, and the directions."""
        count = len(self.of.arguments)
        return list(given[:count]), list(given[count:])

    def _of_wrt(self, arguments: Sequence[Any]) -> Any:
        """The function of those arguments alone that are differentiated by; the others stay as they are."""

        def alone(*moving: Any) -> Any:
            whole = list(arguments)
            for place, value in zip(self.places, moving, strict=True):
                whole[place] = value
            return self.of.call(*whole)

        return alone

    def _moving(self, arguments: Sequence[Any]) -> list[Any]:
        return [arguments[place] for place in self.places]

    def _own(self, point: Point) -> list[Array]:
        """The function's arguments at a point, of their shapes."""
        return [point[name] for name in self.of.arguments]

    def _ways(self, rng_of: int) -> dict[int, Array]:
        """A direction for each argument that is differentiated by: its place → array of its shape."""
        rng = np.random.default_rng(rng_of)
        return {place: draw(rng, self.of.arguments[name]) for place, name in zip(self.places, self.wrt, strict=True)}

    def _hold_formula(self, point: Point, ways: Mapping[int, Array], slope: Array) -> None:
        """Hold a slope along a line, of the output's shape, against SymPy's derivative of the author's formula."""
        if self.of.formula is None:
            return
        arrays = {name: point[name] for name in self.of.arguments}
        named = {name: ways[place] for place, name in zip(self.places, self.wrt, strict=True)}
        found = by_sympy(self.of.formula, {**self.of.constants, **arrays}, named)
        if found is not None and not np.allclose(found, slope, rtol=1e-7, atol=1e-9 * (1 + np.max(np.abs(slope)))):
            raise AuthorError(f"the references of {self.of.text} disagree: SymPy's derivative and JAX's along a line")


class VJP(Product):
    r"""A vector times the Jacobian, :math:`u^T J`: for each argument the gradient of :math:`\langle u, f\rangle`.

    Args:
        function: a Python function as JAX can run it, or a formula of arrays such as ``"tanh(W x)"``.
        wrt: the arguments that are differentiated by.
        **options: ``shape``, ``domain``, ``data``, ``arguments``; ``at``, ``shares``, ``rtol``, ``seed``, ``name``,
            ``credit``, ``forbid``. The student's function takes the point and then ``u``, of the output's shape.

    Shape of the answer: that of each argument; of several a tuple or a dictionary, ``W`` or ``dW``.

    Raises:
        AuthorError: the function cannot be read or differentiated.

    >>> question = VJP("tanh(W x)", wrt="W", shape={"W": (2, 3), "x": 3})
    >>> question.judge(lambda W, x, u: np.outer(u * (1 - np.tanh(W @ x) ** 2), x)).outcome.value
    'CORRECT'
    >>> question.judge("(u * (1 - tanh(W x)^2)) x^T").outcome.value
    'CORRECT'
    >>> question.judge(lambda W, x, u: np.outer(u * (1 - np.tanh(W @ x)), x)).mistakes
    ('tanh_nosq',)
    """

    upstream = "u"

    def _directions(self) -> dict[str, tuple[int, ...]]:
        return {self.upstream: self.output.shape}

    def _right(self, *given: Any) -> Any:
        import jax

        arguments, directions = self._split(given)
        value, back = jax.vjp(self._of_wrt(arguments), *self._moving(arguments))
        return back(directions[0].astype(value.dtype) if directions else value * 0 + 1)

    def _made(self, point: Point, pull: Pull) -> Sequence[Array]:
        return pull(point.get(self.upstream, 1.0))

    def _more(self, point: Point, part: int, tape: Tape) -> Mapping[str, Sequence[Array]]:
        if self.upstream not in point:
            return {}
        return {"upstream_ignored": [tape.back(np.ones(self.output.shape))[part]]}

    def _check(self, point: Point, parts: Sequence[Array], *, symbolic: bool = False) -> None:
        """Hold the right parts, arrays of their own shapes, against differences of ⟨u, f⟩ along a line."""
        ways = self._ways(1)
        u = point.get(self.upstream, np.ones(self.output.shape))
        total = sum(float(np.sum(part * ways[place])) for place, part in zip(self.places, parts, strict=True))

        if symbolic:
            if not self.output.shape:
                self._hold_formula(point, ways, np.array(total / float(u)))
            return

        def weighed(*arguments: Any) -> Any:
            return (np.asarray(self.of.value(*arguments)) * u).sum()

        agree_along(weighed, self._own(point), ways, np.array(total), text=self.of.text)

    @property
    def prompt(self) -> str:
        return (
            f"{self.upstream} times the Jacobian of {self.of.text} with respect to ({', '.join(self.wrt)})"
            f"{self._asked_text()}"
        )


class JVP(Product):
    r"""The Jacobian times a vector, :math:`J\,v`: how fast f changes when its arguments move with these speeds.

    Args:
        function: a Python function as JAX can run it, or a formula of arrays.
        wrt: the arguments that move.
        **options: as of :class:`VJP`. The student's function takes the point and then a direction for each argument
            of ``wrt``, called ``dx`` of ``x``.

    Shape of the answer: that of the output.

    Raises:
        AuthorError: the function cannot be read or differentiated.

    >>> question = JVP("A x", wrt=("A", "x"), shape={"A": (2, 3), "x": 3})
    >>> question.judge(lambda A, x, dA, dx: dA @ x + A @ dx).outcome.value
    'CORRECT'
    >>> question.judge("dA x").mistakes
    ('prod_one_term',)
    """

    def _directions(self) -> dict[str, tuple[int, ...]]:
        return {f"d{name}": self.of.arguments[name] for name in self.wrt}

    @property
    def part_names(self) -> tuple[str, ...]:
        return ("df",)

    def _right(self, *given: Any) -> Any:
        import jax

        arguments, directions = self._split(given)
        moving = self._moving(arguments)
        ways = [way.astype(x.dtype) for way, x in zip(directions, moving, strict=True)]
        return (jax.jvp(self._of_wrt(arguments), tuple(moving), tuple(ways))[1],)

    def _made(self, point: Point, pull: Pull) -> Sequence[Array]:
        ways = [point[f"d{name}"] for name in self.wrt]
        slopes = []
        for place in np.ndindex(self.output.shape):
            unit = np.zeros(self.output.shape)
            unit[place] = 1.0
            slopes.append(sum(float(np.sum(part * way)) for part, way in zip(pull(unit), ways, strict=True)))
        return [np.array(slopes).reshape(self.output.shape)]

    def _more(self, point: Point, part: int, tape: Tape) -> Mapping[str, Sequence[Array]]:
        ways = [point[f"d{name}"] for name in self.wrt]
        found: dict[str, list[Array]] = {}
        if all(way.ndim == 2 and way.shape[0] == way.shape[1] for way in ways):
            turned = [point[name] for name in self._drawn_names[: len(self.of.arguments)]] + [way.T for way in ways]
            found["map_transposed"] = run(self._right, [turned], text=self.of.text)[0]
        own = self._own(point)
        moved = list(own)
        for place, way in zip(self.places, ways, strict=True):
            moved[place] = way
        found["map_at_direction"] = _tried(self.of.call, moved)
        return {name: rows for name, rows in found.items() if rows}

    def _check(self, point: Point, parts: Sequence[Array], *, symbolic: bool = False) -> None:
        """Hold the output's slope, of its shape, against differences and SymPy along the direction."""
        ways = {place: point[f"d{name}"] for place, name in zip(self.places, self.wrt, strict=True)}
        if symbolic:
            self._hold_formula(point, ways, parts[0])
        else:
            agree_along(self.of.value, self._own(point), ways, parts[0], text=self.of.text)

    @property
    def prompt(self) -> str:
        moves = ", ".join(f"{name} along d{name}" for name in self.wrt)
        return f"how fast {self.of.text} changes when {moves} moves{self._asked_text()}"


class LinearMap(JVP):
    r"""The derivative of a function of matrices as a linear map, :math:`dA \mapsto f'(A)[dA]`.

    Args:
        function: a formula such as ``"inv(A)"``, ``"det(A)"``, ``"trace(A^T A)"``, ``"logdet(A)"``, or a Python
            function as JAX can run it.
        wrt: the argument that moves, or several.
        **options: as of :class:`JVP`. An answer is a function of the point and the direction, or a formula in both,
            such as ``"-inv(A) dA inv(A)"``.

    Shape of the answer: that of the output.

    Raises:
        AuthorError: the function cannot be read or differentiated.

    Source: A. Edelman and S. Johnson, *Matrix Calculus for Machine Learning and Beyond* (MIT 18.S096), lectures 1–3.

    >>> question = LinearMap("inv(A)", shape={"A": (3, 3)}, domain={"A": (0, 2)})
    >>> question.judge("-inv(A) dA inv(A)").outcome.value
    'CORRECT'
    >>> question.judge(lambda A, dA: -np.linalg.solve(A, dA) @ np.linalg.inv(A)).outcome.value
    'CORRECT'
    >>> question.judge("-dA inv(A) inv(A)").mistakes
    ('map_order',)
    """

    @property
    def prompt(self) -> str:
        ways = ", ".join(f"d{name}" for name in self.wrt)
        return f"the derivative of {self.of.text} as a linear map of {ways}{self._asked_text()}"


class HVP(Product):
    r"""The Hessian times a vector, :math:`H\,v`, for a function with one output.

    Args:
        function: a Python function as JAX can run it, or a formula of arrays, with one number as its output.
        wrt: the argument that is differentiated by; of several a direction each, and a part each in the answer.
        **options: as of :class:`VJP`. The student's function takes the point and then ``v``; of several arguments
            ``vW`` and ``vb``.

    Shape of the answer: that of each argument.

    Raises:
        AuthorError: the function cannot be read or differentiated, or has several outputs.

    >>> question = HVP("sum(exp(x)) + x^T A x", wrt="x", shape={"A": (3, 3), "x": 3})
    >>> question.judge(lambda A, x, v: np.exp(x) * v + (A + A.T) @ v).outcome.value
    'CORRECT'
    >>> question.judge(lambda A, x, v: np.exp(x) * v + A @ v).outcome.value
    'INCORRECT'
    """

    def _output(self) -> Array:
        found = super()._output()
        if found.shape:
            raise AuthorError(f"{self.of.text} has the shape {found.shape}; a Hessian needs one number")
        return found

    def _directions(self) -> dict[str, tuple[int, ...]]:
        if len(self.wrt) == 1:
            return {"v": self.of.arguments[self.wrt[0]]}
        return {f"v{name}": self.of.arguments[name] for name in self.wrt}

    def _gradient(self, arguments: Sequence[Any]) -> Any:
        import jax

        alone = self._of_wrt(arguments)
        return jax.grad(alone, argnums=tuple(range(len(self.wrt))))

    def _right(self, *given: Any) -> Any:
        import jax

        arguments, directions = self._split(given)
        moving = self._moving(arguments)
        ways = tuple(way.astype(x.dtype) for way, x in zip(directions, moving, strict=True))
        return jax.jvp(self._gradient(arguments), tuple(moving), ways)[1]

    def _vectors(self, point: Point) -> list[Array]:
        """The directions at a point, of the arguments' shapes."""
        return [point[name] for name in self._directions()]

    def _recorded(self, point: Point) -> Tape:
        """⟨∇f, v⟩ at a point: its gradient is the answer."""
        vectors = self._vectors(point)

        def along(*arguments: Any) -> Any:
            slopes = self._gradient(arguments)(*self._moving(arguments))
            return sum((slope * way).sum() for slope, way in zip(slopes, vectors, strict=True))

        return Tape(along, self._own(point), self.places)

    def _made(self, point: Point, pull: Pull) -> Sequence[Array]:
        return pull(1.0)

    def _more(self, point: Point, part: int, tape: Tape) -> Mapping[str, Sequence[Array]]:
        import jax

        def slopes(*own: Any) -> Any:
            return self._gradient(own)(*self._moving(own))

        def diagonal(*own: Any) -> Any:
            moving = self._moving(own)
            whole = jax.hessian(self._of_wrt(own), argnums=part)(*moving)
            size = moving[part].size
            return whole.reshape(size, size).diagonal().reshape(moving[part].shape)

        vector = self._vectors(point)[part]
        gradient = run(slopes, [self._own(point)], text=self.of.text)[0][part]
        found = {"hvp_gradient": [gradient * vector, gradient]}
        if vector.size <= 64:
            found["hvp_diagonal"] = [run(diagonal, [self._own(point)], text=self.of.text)[0][0] * vector]
        return found

    def _check(self, point: Point, parts: Sequence[Array], *, symbolic: bool = False) -> None:
        """Hold the parts, arrays of their own shapes, against differences of the gradient along the direction."""
        if symbolic:
            return  # of a second derivative SymPy has no check along one line
        import jax

        ways = dict(zip(self.places, self._vectors(point), strict=True))
        for part, right in enumerate(parts):

            def slope(*arguments: Any, part: int = part) -> Any:
                return self._gradient(arguments)(*self._moving(arguments))[part]

            fast = slope if self.of.formula is None else jax.jit(slope)
            agree_along(fast, self._own(point), ways, right, text=self.of.text)

    @property
    def prompt(self) -> str:
        vectors = ", ".join(self._directions())
        return (
            f"the Hessian of {self.of.text} with respect to ({', '.join(self.wrt)}) times {vectors}{self._asked_text()}"
        )


def _tried(function: Any, arguments: Sequence[Array]) -> list[Array]:
    """The function's value, of its shape, where it has one that is finite; else nothing."""
    try:
        value = np.asarray(run(function, [arguments], text="")[0][0])
    except AuthorError:
        return []
    return [value] if np.all(np.isfinite(value)) else []
