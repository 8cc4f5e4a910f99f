"""One request → its verdict: runs in the child, and in-process for tests."""

import time
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice, product
from math import prod
from typing import Any

import flint
import msgspec
import sympy

from autograder import points
from autograder.compare.arbiter.request import Reply, Request
from autograder.compare.criterion import Criterion
from autograder.compare.decision import Pair, Realm
from autograder.errors import ExpressionError
from autograder.expressions.build import evaluated
from autograder.expressions.differentiate import derivative
from autograder.expressions.graph import Graph, NoRule, Outside, Program, Unsupported, Wide, point_balls, slope
from autograder.expressions.tree import to_tree
from autograder.model import Certainty, Outcome, Reason, Verdict

CHECKED_POINTS = 3
"""Points at which a reference is compared with the derivative of the function it is said to belong to."""
DIFFERENCE_STEP, DIFFERENCE_BITS = Fraction(1, 2**64), 960
"""With which a slope is checked by the function's own values: truncation leaves 38 digits, rounding many more."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Request).decode


def judged(request: Request) -> Verdict:
    """The decision.

    Where the function is given in the place of a reference, its derivative on the graph settles the matter in
    microseconds, if the answer agrees with it, or if it does not and the function's own differences say the same;
    anything else is decided against SymPy's derivative.
    """
    deadline = time.process_time() + request.seconds
    if request.desired is None:
        graph = Graph()
        slopes = _slopes(graph, request)
        if slopes is not None:
            verdict = _verdict(graph, slopes, request, deadline)
            if verdict.outcome is Outcome.CORRECT or _confirmed(graph, slopes, request, verdict):
                return verdict
    graph = Graph()
    desired = _desired(graph, request)
    return desired if isinstance(desired, Verdict) else _verdict(graph, desired, request, deadline)


def _verdict(graph: Graph, desired: list[int], request: Request, deadline: float) -> Verdict:
    try:
        actual = [graph.add_tree(tree) for tree in request.actual]
    except ExpressionError as error:
        return _invalid(error)
    if request.terms and request.desired is not None:
        fault = disagreement(graph, desired, request)
        if fault is not None:
            return fault
    try:
        return _all(graph, desired, actual, request, deadline)
    except Unsupported as error:
        return Verdict(outcome=Outcome.UNDECIDED, reason=Reason.UNSUPPORTED, details={"got": str(error)})


def serve(content: bytes) -> Iterator[bytes]:
    """The reply to one request as it came, as a frame for :mod:`autograder.compare.arbiter.child`; never raises."""
    try:
        verdict = judged(_decode(content))
    except (MemoryError, RecursionError):
        verdict = Verdict(outcome=Outcome.UNDECIDED, reason=Reason.TOO_LARGE)
    except Exception as error:
        # Ours, whatever it is; the verdict carries it to the log, and the next request finds this process alive.
        details = {"error": f"{type(error).__name__}: {error}"[:1000]}
        verdict = Verdict(outcome=Outcome.FAULT, reason=Reason.INTERNAL, details=details)
    yield _encode(Reply(verdict=verdict))


def _invalid(error: ExpressionError) -> Verdict:
    details = error.details | ({"got": error.name} if error.name is not None else {})
    return Verdict(outcome=Outcome.INVALID, reason=Reason(error.reason), details=details)


def _contains_float(tree: Any) -> bool:
    if type(tree) is not list:
        return False
    # a branch of Piecewise is a pair whose first part is its value
    return tree[0] == "Float" or any(_contains_float(part) for part in tree)


def _slopes(graph: Graph, request: Request) -> list[int] | None:
    """The derivatives on the graph, None where there is no rule for one."""
    try:
        functions = [graph.add_tree(tree) for tree in request.functions]
        found = []
        for output, names in request.terms:
            derived = functions[output]
            for name in names:
                derived = slope(graph, derived, name)
            found.append(derived)
    except (NoRule, ExpressionError):
        return None
    return found


def _confirmed(graph: Graph, slopes: list[int] | None, request: Request, verdict: Verdict) -> bool:
    """Whether the function's own differences at the witness show that the answer is not its derivative.

    Independent of the rules by which the slope was made: the symmetric difference quotient with steps of 2⁻⁶⁴, in
    balls of 960 bits, has to be a million times nearer to the slope than to the answer.
    """
    if verdict.reason is not Reason.DIFFERENT or verdict.witness is None or slopes is None:
        return False
    if any(_contains_float(tree) for tree in request.functions):
        return False
    place = int(verdict.details.get("component", "0"))
    # The witness names the variables that the two sides hold; the function may have more.
    point = dict.fromkeys(request.criterion.variables, Fraction(3, 2))
    point |= {name: Fraction(value) for name, value in verdict.witness.items()}
    output, names = request.terms[place]
    try:
        sides = Program(graph, [slopes[place], graph.add_tree(request.actual[place])])
        program = Program(graph, [graph.add_tree(request.functions[output])])
        flint.ctx.prec = DIFFERENCE_BITS
        slope_there, answer = sides.run(point_balls(point))
        quotient = flint.arb(0)
        for signs in product((1, -1), repeat=len(names)):
            moved = dict(point)
            for name, sign in zip(names, signs, strict=True):
                moved[name] += sign * DIFFERENCE_STEP
            quotient += prod(signs) * program.run(point_balls(moved))[0]
        quotient /= flint.arb(2 * float(DIFFERENCE_STEP)) ** len(names)
    except (Outside, Wide, Unsupported):
        return False
    return bool(abs(answer - quotient) > 1e6 * abs(slope_there - quotient))


def _desired(graph: Graph, request: Request) -> list[int] | Verdict:
    try:
        if request.desired is not None:
            return [graph.add_tree(tree) for tree in request.desired]
        return [graph.add_tree(tree) for tree in derivatives(request.functions, request.terms)]
    except ExpressionError as error:
        return Verdict(
            outcome=Outcome.FAULT, reason=Reason.INTERNAL, details={"error": f"the reference cannot be used: {error}"}
        )


def derivatives(functions: Sequence[Any], terms: Sequence[tuple[int, Sequence[str]]]) -> list[Any]:
    """Trees of the derivatives of a function's outputs, by SymPy, with every variable real.

    Raises:
        ExpressionError: SymPy leaves a derivative unevaluated, or the function cannot be built.
    """
    built = [evaluated(function) for function in functions]
    return [
        to_tree(derivative(built[output], *(sympy.Symbol(name, real=True) for name in names)))
        for output, names in terms
    ]


def _all(graph: Graph, desired: list[int], actual: list[int], request: Request, deadline: float) -> Verdict:
    """Every component; the first that is wrong, or else undecided, stands for all."""
    worst: Verdict | None = None
    used, tried, proved = [], 0, True
    counts, criterion = _realm(graph, request), request.criterion
    for place, (mine, theirs) in enumerate(zip(desired, actual, strict=True)):
        answered = _contains_float(request.actual[place])
        asks = request.functions[request.terms[place][0]] if request.desired is None else request.desired[place]
        asked = _contains_float(asks)
        pair = Pair(
            graph,
            mine,
            theirs,
            msgspec.structs.replace(criterion, variables=_mentioned(graph, [mine, theirs], criterion.variables)),
            deadline=deadline,
            floats=answered or asked,
            only_mine=asked and not answered,
            counts=counts,
        )
        verdict = pair.decide()
        if not pair.same:
            used.append(verdict.points_used)
        tried += verdict.points_tried
        proved = proved and verdict.certainty is Certainty.PROVED
        if len(desired) > 1 and verdict.outcome is not Outcome.CORRECT:
            verdict = msgspec.structs.replace(verdict, details=verdict.details | {"component": str(place)})
        if verdict.outcome is Outcome.INCORRECT:
            return verdict
        if verdict.outcome is not Outcome.CORRECT and worst is None:
            worst = verdict
    return worst or Verdict(
        outcome=Outcome.CORRECT,
        reason=Reason.EQUAL,
        certainty=Certainty.PROVED if proved else Certainty.SAMPLED,
        points_used=min(used, default=0),
        points_tried=tried,
    )


def _realm(graph: Graph, request: Request) -> Realm | None:
    """Where points count; None where no function is given, or one that cannot be evaluated."""
    if request.desired is not None and request.terms:
        return None  # a reference of the author's own says itself where it is real; the function only checks it
    if not request.functions:
        return None
    try:
        roots = [graph.add_tree(tree) for tree in request.functions]
        return Realm(graph, roots, request.criterion.domain, seed=request.criterion.seed)
    except (ExpressionError, Unsupported):
        return None


def _mentioned(graph: Graph, roots: list[int], variables: Sequence[str]) -> list[str]:
    """The variables that a pair contains: a constant needs one point, not twenty."""
    names = {graph.nodes[index][1] for index in graph.below(roots) if graph.nodes[index][0] == "var"}
    return [*(name for name in variables if name in names), *sorted(names - set(variables))]


def disagreement(graph: Graph, desired: list[int], request: Request) -> Verdict | None:
    """A point at which the reference is not the derivative of the function: the author's error, not the student's.

    The function is differentiated on the graph (:mod:`autograder.expressions.graph.slopes`), which takes microseconds;
    before anything is called a fault, SymPy's derivative has to disagree as well.
    """
    for place, (output, names) in enumerate(request.terms):
        derived = graph.add_tree(request.functions[output])
        try:
            for name in names:
                derived = slope(graph, derived, name)
        except NoRule:
            continue
        point = _differs(graph, derived, desired[place], request.criterion)
        if point is None:
            continue
        checked = graph.add_tree(derivatives(request.functions, [(output, names)])[0])
        if _differs(graph, checked, desired[place], request.criterion) is None:
            continue
        witness = {name: float(value) for name, value in point.items()}
        where = ", ".join(f"{name} = {value:.6g}" for name, value in witness.items())
        error = f"the reference is not the derivative of the function at {where}"
        return Verdict(outcome=Outcome.FAULT, reason=Reason.INTERNAL, witness=witness, details={"error": error})
    return None


def _differs(graph: Graph, first: int, second: int, criterion: Criterion) -> dict[str, Fraction] | None:
    if first == second:
        return None
    try:
        program = Program(graph, [first, second])
    except Unsupported:
        return None
    flint.ctx.prec = 256
    agreed = 0
    for point in islice(points.stratified(criterion.domain, criterion.variables, seed=criterion.seed), 12):
        try:
            one, other = program.run(point_balls(point))
        except (Outside, Wide):
            continue
        difference = one - other
        if not difference.contains(0) and (program.rigorous or difference.abs_lower() > 1e6 * difference.rad()):
            return point
        agreed += 1
        if agreed == CHECKED_POINTS:
            break
    return None
