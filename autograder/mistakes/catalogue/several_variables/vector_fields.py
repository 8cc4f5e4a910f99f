"""Divergence and curl of a field: which component is differentiated by which variable, and what is made of it."""

from collections.abc import Iterator
from itertools import permutations
from typing import TYPE_CHECKING

from autograder.mistakes.calculus import CURL, ZERO, Node, add, derivative, neg, sub
from autograder.mistakes.catalogue.entry import Example, Mistake

if TYPE_CHECKING:
    from autograder.mistakes.calculus import Task


Made = tuple[tuple[int, ...], list[Node]]


def _entries(task: "Task") -> list[list[Node]]:
    """The Jacobian of the field, a row a component."""
    return [[derivative(f, by) for by in task.wrt] for f in task.functions]


def _divergence(task: "Task") -> Node:
    return add(*(row[k] for k, row in enumerate(_entries(task))))


def _curl(task: "Task") -> list[Node]:
    entries = _entries(task)
    return [sub(entries[i][j], entries[j][i]) for i, j in CURL.get(len(task.wrt), ())]


def _not_added(task: "Task") -> Iterator[Made]:
    if task.kind == "Divergence":
        yield (len(task.wrt),), [row[k] for k, row in enumerate(_entries(task))]


def _other_variable(task: "Task") -> Iterator[Made]:
    if task.kind == "Divergence" and len(task.wrt) <= 4:
        entries, n = _entries(task), len(task.wrt)
        for order in permutations(range(n)):
            if order != tuple(range(n)):
                yield (), [add(*(entries[k][j] for k, j in enumerate(order)))]
    elif task.kind == "Curl" and len(task.wrt) == 2:
        (a, _), (_, d) = _entries(task)
        yield (), [sub(a, d)]
        yield (), [sub(d, a)]


def _every_entry(task: "Task") -> Iterator[Made]:
    if task.kind == "Divergence":
        yield (), [add(*(entry for row in _entries(task) for entry in row))]


def _one_turned(task: "Task") -> Iterator[Made]:
    if task.kind == "Divergence":
        own = [row[k] for k, row in enumerate(_entries(task))]
        for turned in range(len(own)):
            yield (), [add(*(neg(entry) if k == turned else entry for k, entry in enumerate(own)))]


def _component_lost(task: "Task") -> Iterator[Made]:
    if task.kind == "Divergence":
        own = [row[k] for k, row in enumerate(_entries(task))]
        for lost in range(len(own)):
            yield (), [add(*(entry for k, entry in enumerate(own) if k != lost))]


def _gradient(task: "Task") -> Iterator[Made]:
    if task.kind in ("Divergence", "Curl"):
        entries, n = _entries(task), len(task.wrt)
        yield (n, n), [entry for row in entries for entry in row]
        yield (n, n), [entries[i][j] for j in range(n) for i in range(n)]
        yield (n,), [add(*(row[j] for row in entries)) for j in range(n)]


def _curl_for_divergence(task: "Task") -> Iterator[Made]:
    if task.kind == "Divergence" and len(task.wrt) in CURL:
        turns = _curl(task)
        shape = () if len(turns) == 1 else (3,)
        yield shape, turns
        yield shape, [neg(entry) for entry in turns]
        if len(turns) == 3:
            yield (), [add(*turns)]


def _divergence_for_curl(task: "Task") -> Iterator[Made]:
    if task.kind == "Curl":
        yield (), [_divergence(task)]
        if len(task.wrt) == 3:
            yield (3,), [row[k] for k, row in enumerate(_entries(task))]


def _turned(task: "Task") -> Iterator[Made]:
    if task.kind == "Curl":
        yield task.shape, [neg(entry) for entry in task.flat]


def _middle(task: "Task") -> Iterator[Made]:
    if task.kind == "Curl" and len(task.flat) == 3:
        for turned in ((1,), (0,), (2,), (0, 2), (0, 1), (1, 2)):
            yield task.shape, [neg(entry) if k in turned else entry for k, entry in enumerate(task.flat)]


def _added(task: "Task") -> Iterator[Made]:
    if task.kind == "Curl":
        entries = _entries(task)
        sums = [add(entries[i][j], entries[j][i]) for i, j in CURL[len(task.wrt)]]
        yield task.shape, sums
        for k in range(len(sums) if len(sums) > 1 else 0):
            yield task.shape, [sums[k] if i == k else entry for i, entry in enumerate(task.flat)]


def _half(task: "Task") -> Iterator[Made]:
    if task.kind == "Curl":
        entries = _entries(task)
        pairs = CURL[len(task.wrt)]
        yield task.shape, [entries[i][j] for i, j in pairs]
        yield task.shape, [neg(entries[j][i]) for i, j in pairs]
        for k, (i, j) in enumerate(pairs if len(pairs) > 1 else ()):
            for kept in (entries[i][j], neg(entries[j][i])):
                yield task.shape, [kept if at == k else entry for at, entry in enumerate(task.flat)]


def _order(task: "Task") -> Iterator[Made]:
    if task.kind == "Curl" and len(task.flat) == 3:
        for order in permutations(range(3)):
            if order != (0, 1, 2):
                yield task.shape, [task.flat[k] for k in order]


def _one_number(task: "Task") -> Iterator[Made]:
    if task.kind == "Curl" and len(task.flat) == 3:
        yield (), [add(*task.flat)]
        for k, entry in enumerate(task.flat):
            yield task.shape, [entry if i == k else ZERO for i in range(3)]


PLANE = ("x**2*y + 3*y", "x**3 + sin(y)")
SPACE = ("y*z**2", "x**3 + z", "x*y**2 + x")


def _divergence_of(*field: str) -> Example:
    names = ("x", "y", "z")[: len(field)]
    return Example(function=field, variables=names, wrt=names, kind="Divergence")


def _curl_of(*field: str) -> Example:
    names = ("x", "y", "z")[: len(field)]
    return Example(function=field, variables=names, wrt=names, kind="Curl")


ENTRIES: tuple[Mistake, ...] = (
    Mistake(
        id="div_not_added",
        themes=("arrow",),
        code="VF1",
        title="partial derivatives not added up",
        applies="a divergence",
        transformation="P_x + Q_y → (P_x, Q_y)",
        question="Is a divergence a number or an arrow?",
        attempt="Say in words what a divergence measures at a place, and count how many numbers that takes.",
        example=_divergence_of(*PLANE),
        source="project's own",
        rank=12,
        whole=_not_added,
    ),
    Mistake(
        id="div_other_variable",
        themes=("order",),
        code="VF2",
        title="components differentiated by each other's variables",
        applies="a divergence, or a curl in the plane",
        transformation="P_x + Q_y → P_y + Q_x; Q_x − P_y → P_x − Q_y",
        question="Which variable belongs to which component here?",
        attempt="Write each component on a line of its own, and beside it the letter by which you differentiated it.",
        example=_divergence_of(*PLANE),
        source="project's own",
        rank=18,
        whole=_other_variable,
    ),
    Mistake(
        id="div_every_entry",
        themes=("order",),
        code="VF3",
        title="all partial derivatives of all components added up",
        applies="a divergence",
        transformation="P_x + Q_y → P_x + P_y + Q_x + Q_y",
        question="By how many variables is each component differentiated?",
        attempt="Write down all partial derivatives in a table, and mark those that say how much flows out.",
        example=_divergence_of(*PLANE),
        source="project's own",
        rank=20,
        whole=_every_entry,
    ),
    Mistake(
        id="div_sign",
        instead_of=("term_sign",),
        themes=("sign",),
        code="VF4",
        title="a component's derivative taken away instead of added",
        applies="a divergence",
        transformation="P_x + Q_y → P_x − Q_y",
        question="Does a flow that grows along one axis count otherwise than one that grows along another?",
        attempt="Try your rule on the field of all arrows that point away from the origin: what must come out?",
        example=_divergence_of(*PLANE),
        source="project's own",
        rank=22,
        whole=_one_turned,
    ),
    Mistake(
        id="div_component_lost",
        instead_of=("term_lost", "div_other_variable"),
        themes=("part",),
        code="VF5",
        title="a component left out",
        applies="a divergence",
        transformation="P_x + Q_y → P_x",
        question="Has every component of the field had its turn?",
        attempt="Count the components of the field, and look for the trace of each in your answer.",
        example=_divergence_of(*PLANE),
        source="project's own",
        rank=24,
        whole=_component_lost,
    ),
    Mistake(
        id="field_gradient",
        themes=("operation",),
        code="VF6",
        title="all partial derivatives, or a gradient, instead of divergence or curl",
        applies="a divergence or a curl",
        transformation="→ the Jacobian, or ∇(P + Q)",
        question="What does a gradient belong to, and what have you here?",
        attempt="Say in words what was asked for: how much flows out, how fast it turns, or where something rises?",
        example=_curl_of(*PLANE),
        source="project's own",
        rank=16,
        whole=_gradient,
    ),
    Mistake(
        id="curl_for_div",
        instead_of=("div_other_variable",),
        themes=("operation",),
        code="VF7",
        title="curl instead of divergence",
        applies="a divergence",
        transformation="P_x + Q_y → Q_x − P_y",
        question="Was it asked how much flows out, or how fast it turns?",
        attempt="Try your rule on the field of all arrows that point away from the origin: does it turn?",
        example=_divergence_of(*PLANE),
        source="project's own",
        rank=14,
        whole=_curl_for_divergence,
    ),
    Mistake(
        id="div_for_curl",
        themes=("operation",),
        code="VF8",
        title="divergence instead of curl",
        applies="a curl",
        transformation="Q_x − P_y → P_x + Q_y",
        question="Was it asked how much flows out, or how fast it turns?",
        attempt="Try your rule on a field that turns around the origin: what must come out?",
        example=_curl_of(*PLANE),
        source="project's own",
        rank=14,
        whole=_divergence_for_curl,
    ),
    Mistake(
        id="curl_sign",
        instead_of=("neg", "curl_component_sign"),
        themes=("sign",),
        code="VF9",
        title="curl with the opposite sign",
        applies="a curl",
        transformation="Q_x − P_y → P_y − Q_x",
        question="Which way round counts as positive?",
        attempt="Try your rule on a field that turns counterclockwise around the origin.",
        example=_curl_of(*PLANE),
        source="project's own",
        rank=14,
        whole=_turned,
    ),
    Mistake(
        id="curl_component_sign",
        instead_of=("term_sign",),
        themes=("sign",),
        code="VF10",
        title="sign of single components of a curl",
        applies="a curl in space",
        transformation="(a, b, c) → (a, −b, c)",
        question="Which signs does the scheme give that you use, and has each entry its own?",
        attempt="Let the letters change places in a circle: each entry of a curl becomes the next one.",
        example=_curl_of(*SPACE),
        source="project's own",
        rank=16,
        whole=_middle,
    ),
    Mistake(
        id="curl_added",
        instead_of=("term_sign",),
        themes=("sign",),
        code="VF11",
        title="sum instead of the difference",
        applies="a curl",
        transformation="Q_x − P_y → Q_x + P_y",
        question="Does a field turn where its two components grow alike?",
        attempt="Try your rule on the gradient of a function of your own: does a gradient turn?",
        example=_curl_of(*PLANE),
        source="project's own",
        rank=16,
        whole=_added,
    ),
    Mistake(
        id="curl_half",
        instead_of=("term_lost", "curl_added"),
        themes=("part",),
        code="VF12",
        title="one of two parts of a curl left out",
        applies="a curl",
        transformation="Q_x − P_y → Q_x",
        question="How many components of the field does one turn need?",
        attempt="Hold all components but one still, one after the other: each must leave a trace in your answer.",
        example=_curl_of(*PLANE),
        source="project's own",
        rank=24,
        whole=_half,
    ),
    Mistake(
        id="curl_order",
        themes=("order",),
        code="VF13",
        title="components of a curl in another order",
        applies="a curl in space",
        transformation="(a, b, c) → (c, a, b)",
        question="Around which axis does each entry of a curl say how fast the field turns?",
        attempt="Write the letter of its axis under each entry: it is the one that does not occur in the derivatives.",
        example=_curl_of(*SPACE),
        source="project's own",
        rank=18,
        whole=_order,
    ),
    Mistake(
        id="curl_one_number",
        themes=("arrow",),
        code="VF14",
        title="a number, or one component alone, instead of all of a curl",
        applies="a curl in space",
        transformation="(a, b, c) → a + b + c, (0, 0, c)",
        question="Around how many axes can a field turn in space?",
        attempt="Count the entries of your answer that can be other than nothing, and the axes there are.",
        example=_curl_of(*SPACE),
        source="project's own",
        rank=26,
        whole=_one_number,
    ),
)
