"""Where a decision looks when the points that are drawn are not enough: sides, cells, boxes, and what they come to."""

import time
from collections.abc import Iterator
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.compare.criterion import Criterion
from autograder.compare.decision import Realm, decide, elsewhere, realm
from autograder.compare.decision.decide import Pair
from autograder.expressions.graph import Graph, Outside, Wide
from autograder.expressions.text.parser import read
from autograder.model import Certainty, Outcome, Reason

NAMES = ["x", "y"]
RIGHT, WRONG, UNDECIDED = Outcome.CORRECT, Outcome.INCORRECT, Outcome.UNDECIDED


def pair(desired: str, answer: str, *, counts: str | None = None, floats: bool = False, **more: Any) -> Pair:
    graph = Graph()
    nodes = [graph.add_tree(read(text, NAMES)) for text in (desired, answer)]
    criterion = Criterion(**{"variables": NAMES} | more)
    known = None if counts is None else Realm(graph, [graph.add_tree(read(counts, NAMES))], criterion.domain, seed=0)
    return Pair(graph, *nodes, criterion, deadline=time.process_time() + 60, floats=floats, counts=known)


def at(x: Any, y: Any = 0) -> dict[str, Fraction]:
    return {"x": Fraction(x), "y": Fraction(y)}


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is asked for beside which point; it is that point moved by the number."""
    asked: list[Any] = []

    def moved(point: Any, number: int, domain: Any, seed: int) -> Any:
        asked.append((dict(point), number, domain, seed))
        return {name: value + number for name, value in point.items()}

    monkeypatch.setattr(decide.boxes, "beside", moved)
    return asked


class Survey:
    """What a survey knows: the kinks x and y, of which two sides are missing, and points."""

    missing: Any = ()
    unseen: Any = ()
    beyond: Any = ()
    wants: Any = ()

    def __init__(self, graph: Graph, roots: Any, variables: Any, domain: Any) -> None:
        self.kinks = [graph.add_tree(read(name, NAMES)) for name in NAMES]
        self.missing = [(self.kinks[place], sign) for place, sign in type(self).missing]
        self.noted: list[Any] = []
        self.settled: Any = "not asked"

    def note(self, point: Any) -> None:
        self.noted.append(point)

    def signs(self, point: Any) -> tuple[int, ...]:
        return tuple(1 if point[name] > 0 else -1 for name in NAMES)

    def wanted(self, settled: Any) -> Iterator[Any]:
        self.settled = settled
        yield from self.wants


@pytest.fixture
def survey(monkeypatch: pytest.MonkeyPatch) -> type[Survey]:
    kind = type("Survey_", (Survey,), {})
    monkeypatch.setattr(decide, "Survey", kind)
    return kind


def searched(monkeypatch: pytest.MonkeyPatch, *found: tuple[Any, bool]) -> list[Any]:
    """What the boxes are searched for, and what is found then."""
    asked: list[Any] = []
    answers = iter(found)

    def search(program: Any, variables: Any, domain: Any, **more: Any) -> Any:
        asked.append((program, variables, domain, more))
        return next(answers)

    monkeypatch.setattr(decide.boxes, "search", search)
    return asked


def test_a_side_of_a_kink_is_searched_for_and_looked_at_four_times(
    monkeypatch: pytest.MonkeyPatch, survey: Any, beside: list[Any]
) -> None:
    survey.missing = [(0, -1), (1, 1), (1, -1)]
    asked = searched(monkeypatch, (at(-5, 2), False), (None, True), (None, False))
    one = pair("x + y", "y + x + x - x + 0*x", domain={"x": (-9.0, 9.0)}, seed=3)
    one.same, one.agreed = False, [at(1, 1), at(2, -3), at(4, 1)]
    visited: list[Any] = []
    monkeypatch.setattr(one, "at", lambda point, hidden=0: visited.append((point, hidden)))
    assert list(one._surveyed()) == [None] * 4
    assert visited == [(at(-5, 2), 0), (at(-5, 2), 0), (at(-4, 3), 0), (at(-3, 4), 0)]
    assert beside == [(at(-5, 2), number, {"x": (-9.0, 9.0)}, 3) for number in range(3)]
    told = [(more["most"], more["seed"], more["deadline"], more["side"][1]) for *_, more in asked]
    assert told == [(150, 3, one.deadline, sign) for sign in (-1, 1, -1)]
    assert {(variables is one.variables, domain is one.domain) for _, variables, domain, _ in asked} == {(True, True)}
    # of the side that is neither found nor impossible the formulas have to say it: each combination met, turned there
    assert one._doubts == [(at(1, 1), (1, -1))]


def test_doubts_are_cells_that_nobody_saw_and_no_more_than_eight_of_a_kind(
    monkeypatch: pytest.MonkeyPatch, survey: Any
) -> None:
    survey.unseen = [at(3, 3), at(-3, 3)]
    survey.beyond = [(n, 0) for n in range(10)]
    survey.missing = [(0, 1)]
    searched(monkeypatch, (None, False))
    one = pair("x", "y")
    one.agreed = [at(1, 1)]
    signs = iter([(1, 1), (-1, 1)])
    monkeypatch.setattr(survey, "signs", lambda self, point: next(signs, (len(one._doubts), 0)))
    list(one._surveyed())
    assert one._doubts == [
        (at(3, 3), (1, 1)), (at(-3, 3), (-1, 1)), (at(1, 1), (1, 0)), *((at(1, 1), (n, 0)) for n in range(8)),
    ]  # fmt: skip
    # and of those that one sign turns
    survey.beyond, survey.unseen = [], []
    searched(monkeypatch, (None, False))
    two = pair("x", "y")
    two.agreed = [at(n, n) for n in range(1, 11)]
    monkeypatch.setattr(survey, "signs", lambda self, point: (0, -int(point["x"])))
    list(two._surveyed())
    assert two._doubts == [(at(1, 1), (1, -n)) for n in range(10, 2, -1)]


def test_cells_beyond_the_function_are_no_doubts(monkeypatch: pytest.MonkeyPatch, survey: Any) -> None:
    survey.unseen = [at(5, 1), at(1, 1)]
    for beyond, doubts in ((None, [at(5, 1), at(1, 1)]), ("a difference", [at(5, 1)])):
        one = pair("x", "y", counts="sqrt(x - 3)")
        one.agreed, one.beyond = [at(4, 1)], beyond  # type: ignore[assignment]
        list(one._surveyed())
        assert [point for point, _ in one._doubts] == doubts


def test_what_counted_is_noted_and_what_is_wanted_is_visited_as_deep(
    monkeypatch: pytest.MonkeyPatch, survey: Any
) -> None:
    survey.wants = [(at(2), 64), (at(3), 0)]
    made: list[Any] = []
    begun = survey.__init__
    monkeypatch.setattr(survey, "__init__", lambda self, *a: (made.append(self), begun(self, *a))[1])
    one = pair("x", "y")
    one.agreed = [at(1)]
    visited: list[Any] = []

    def visit(point: Any, hidden: int = 0) -> None:
        visited.append((point, hidden))
        if hidden:
            one.agreed.append(point)

    monkeypatch.setattr(one, "at", visit)
    list(one._surveyed())
    assert visited == survey.wants
    assert made[0].noted == [at(1), at(2)]
    assert made[0].settled == one._is_proved_there
    loose = pair("x", "y + 0.123456789", floats=True)
    loose.agreed = [at(1)]
    list(loose._surveyed())
    assert (made[1].settled, loose._noise) == (None, 1e-12)


@pytest.mark.parametrize(("text", "most"), [("x + 1", 400), ("elliptic_e(x, x/2) + 1", 50)])
def test_where_mpmath_evaluates_fewer_boxes_are_searched(monkeypatch: pytest.MonkeyPatch, text: str, most: int) -> None:
    asked = searched(monkeypatch, (None, False))
    one = pair(text, "x", seed=5)
    assert one._search(400) == (None, False)
    ((program, variables, domain, more),) = asked
    assert (program, variables, domain) == (one.program, one.variables, one.domain)
    assert more == {"seed": 5, "most": most, "deadline": one.deadline, "side": None}


def test_a_few_points_that_agree_are_joined_by_others_beside_them(
    monkeypatch: pytest.MonkeyPatch, beside: list[Any], survey: Any
) -> None:
    for begun, found in (([], at(7)), ([at(1), at(2)], None)):
        one = pair("x", "y", seed=2)
        beside.clear()
        asked = searched(monkeypatch, (found, False))
        one.agreed = list(begun)
        drawn: list[Any] = []

        def visit(point: Any, hidden: int = 0, one: Pair = one, drawn: list[Any] = drawn) -> None:
            drawn.append(point)
            if len(drawn) > 90 and (point == at(7) or one.agreed):
                one.agreed.append(point)

        monkeypatch.setattr(one, "at", visit)
        monkeypatch.setattr(one, "_entered", lambda: iter(()))
        list(one._visits())
        # the first seven are whole numbers, where nothing else is real
        whole = 7 if not begun else 0
        assert len(asked) == (not begun)
        points = begun or [at(7)]
        assert len(drawn) == 90 + whole + (not begun) + len(beside)
        for number, (point, told, _, seed) in enumerate(beside):
            points = points if number == 0 else one.agreed[: len(points) + 1]
            assert (told, seed) == (number, 2)
            assert point == points[number % len(points)]
        assert len(one.agreed) == 10


NEAR_8 = "sqrt(1/10000 - (x - 8)**2)"


@pytest.mark.parametrize(
    ("zero", "outcome", "reason", "unclear"),
    [
        # so near to what is found that the decimal says nothing there; beside it, it does
        ("7992637283561/1000000000000", RIGHT, Reason.EQUAL, 7),
        # nor there; yet the function is real at them, and a difference elsewhere says nothing
        ("7992547283561/1000000000000", UNDECIDED, Reason.NOT_SEPARATED, 6),
    ],
)
def test_where_the_function_is_real_several_points_are_looked_at(
    zero: str, outcome: Outcome, reason: Reason, unclear: int
) -> None:
    answer = f"0.3333333333333*x - {float(Fraction(zero) / 3):.9f} + Max(x - 20, 0)"
    asked = pair(f"(x - {zero})/3", answer, counts=NEAR_8, floats=True, domain={"x": (0.0, 100.0)}, variables=["x"])
    found = asked.decide()
    assert (found.outcome, found.reason, asked.unclear) == (outcome, reason, unclear)


@pytest.mark.parametrize(
    ("real", "proved", "same", "elsewhere_", "covered"),
    [
        (False, False, False, False, True), (True, True, False, False, True), (True, False, False, True, True),
        (True, False, False, False, False), (True, False, True, True, False),
    ],
)  # fmt: skip
def test_a_doubt_is_settled_by_the_formulas_that_hold_there(
    monkeypatch: pytest.MonkeyPatch, real: bool, proved: bool, same: bool, elsewhere_: bool, covered: bool
) -> None:
    one = pair("x", "y", counts="x*y")
    one._doubts, one._kinks = [(at(1), (1,))], [7]
    told: list[Any] = []

    def may_be_real(graph: Graph, formulas: Any, point: Any, kinks: Any, signs: Any) -> bool:
        told.append((formulas, point, kinks, signs))
        return real

    monkeypatch.setattr(decide, "may_be_real", may_be_real)
    sides = (one.desired, one.actual)
    monkeypatch.setattr(decide, "branches", lambda graph, of, *where: of if same else (of[1], of[0]))
    monkeypatch.setattr(decide, "equal_by_algebra", lambda graph, first, second: proved)
    monkeypatch.setattr(one, "_equal_elsewhere", lambda first, second: elsewhere_ and (first, second) == sides[::-1])
    if same:
        monkeypatch.setattr(one, "_equal_elsewhere", lambda first, second: True)
    assert one._covered() is covered
    assert told == [([*sides, *one.counts.roots], at(1), [7], (1,))]  # type: ignore[union-attr]
    one._doubts = []
    assert one._covered()


def test_what_agrees_anywhere_agrees_there_too() -> None:
    one = pair("x", "y", domain={"x": (2.0, 3.0)}, seed=4, atol=5.0)
    nodes = [one.graph.add_tree(read(text, NAMES)) for text in ("sqrt(1 - x)**2", "1 - x", "1 - x + 10**(-30)")]
    assert one._equal_elsewhere(nodes[0], nodes[1])  # where x < 1, though the domain has none of that
    assert not one._equal_elsewhere(nodes[1], nodes[2])


def test_where_nothing_is_real_so_many_points_of_the_plane_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Any] = []

    seen_there: list[Any] = []

    def compare(graph: Graph, desired: int, actual: int, points: Any) -> Any:
        looked.append((desired, actual, list(points)))
        return seen_there[-1]

    monkeypatch.setattr(decide.plane, "compare", compare)
    rows = [
        # variables, equal, different, points at which the reference alone is real → the verdict
        (["x"], 4, 0, 0, RIGHT, Reason.EQUAL), (["x"], 3, 0, 0, UNDECIDED, Reason.NO_POINTS),
        (["x"], 9, 1, 0, UNDECIDED, Reason.NO_POINTS), ([], 1, 0, 0, RIGHT, Reason.EQUAL),
        ([], 0, 0, 0, UNDECIDED, Reason.NO_POINTS),
        (["x"], 0, 1, 4, WRONG, Reason.COMPLEX), (["x"], 1, 0, 4, WRONG, Reason.COMPLEX),
        (["x"], 0, 0, 4, WRONG, Reason.NOT_FINITE), (["x"], 0, 0, 3, UNDECIDED, Reason.NO_POINTS),
        ([], 0, 0, 1, WRONG, Reason.NOT_FINITE), (["x"], 0, 0, 20, WRONG, Reason.NOT_FINITE),
    ]  # fmt: skip
    for variables, equal, different, alone, outcome, reason in rows:
        one = pair("2", "sqrt(-1 - x**2)", variables=variables)
        one.reference_only = [{name: Fraction(n) for name in variables} for n in range(5, 5 + alone)]
        seen_there.append(SimpleNamespace(equal=equal, different=different))
        found = one._nowhere()
        assert (found.outcome, found.reason) == (outcome, reason)
        assert found.certainty is (None if outcome is UNDECIDED else Certainty.SAMPLED)
        desired, actual, points = looked.pop()
        assert (desired, actual) == (one.desired, one.actual)
        assert len(points) == min(alone, 12) + (24 if variables else 1)
        assert points[: min(alone, 12)] == one.reference_only[:12]
        assert found.points_used == (equal if outcome is RIGHT else outcome is WRONG)
        if outcome is WRONG:
            assert (found.witness, found.desired) == ({"x": 5.0} if variables else {}, "2.00000000000000")
    # beyond the function, where that is real nowhere
    for seen, outcome in ((False, WRONG), (True, UNDECIDED)):
        one = pair("2", "sqrt(-1 - x**2)", counts="log(x)", variables=["x"])
        seen_there.append(SimpleNamespace(equal=0, different=0))
        one.reference_beyond = [{"x": Fraction(-n)} for n in range(1, 5)]
        assert one.counts is not None
        one.counts.seen = seen
        assert one._nowhere().outcome is outcome


def test_what_the_reference_is_is_told_where_it_can_be_said() -> None:
    assert pair("x + y", "x")._desired(at(1, 2)) == "3.00000000000000"
    assert pair("log(x)", "x")._desired(at(-1)) is None
    assert pair("sqrt(sin(x)**2 + cos(x)**2 - 1)", "x")._desired(at(1)) is None


def test_the_sign_of_what_has_no_value_is_taken_for_one() -> None:
    graph = Graph()
    nodes = {text: graph.add_tree(read(text, NAMES)) for text in ("x", "-x", "log(-x)", "x - 2", "x + 1/10**90")}
    signs = {text: elsewhere._sign(graph, node, at(2)) for text, node in nodes.items()}
    assert signs == {"x": 1, "-x": -1, "log(-x)": 1, "x - 2": 1, "x + 1/10**90": 1}


def test_a_function_is_looked_at_where_it_is_found_and_at_twelve_other_places(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graph = Graph()
    root = graph.add_tree(read("sqrt(x - y)", NAMES))
    asked: list[Any] = []

    def search(program: Any, variables: Any, domain: Any, **more: Any) -> Any:
        asked.append((variables, domain, more))
        return found, False

    monkeypatch.setattr(realm.boxes, "search", search)
    for found in (at(5, 4), None):
        known = Realm(graph, [root], {"x": (0.0, 9.0)}, seed=3)
        others = known._others
        assert (len(others), others[0] == at(5, 4)) == ((13, True) if found else (12, False))
        assert asked.pop() == (["x", "y"], {"x": (0.0, 9.0)}, {"seed": 3, "most": 150, "deadline": float("inf")})
        assert all(0 < point["x"] < 9 for point in others)
        ran: list[Any] = []

        class Nowhere:
            def run(self, balls: Any, ran: list[Any] = ran) -> None:
                ran.append(balls)
                raise Outside

        known._program = Nowhere()  # type: ignore[assignment]
        assert not known.has(at(1, 2))
        assert len(ran) == 1  # both are said
        assert not known.has({"x": Fraction(1)})
        assert len(ran) == 1 + len(others)
        assert (known.seen, known.has({"z": Fraction(1)})) == (False, False)


def test_a_function_whose_value_is_unknown_somewhere_may_be_real_there() -> None:
    graph = Graph()
    known = Realm(graph, [graph.add_tree(read("x", NAMES))], {}, seed=0)

    class Unknown:
        def run(self, balls: Any) -> None:
            raise Wide

    known._program = Unknown()  # type: ignore[assignment]
    assert (known.has({"x": Fraction(1)}), known.seen) == (True, True)


def test_there_is_a_sign_for_each_kink() -> None:
    graph = Graph()
    root, x, y = (graph.add_tree(read(text, NAMES)) for text in ("Abs(x)*y", "x", "y"))
    for signs in ((1,), (1, 1, 1)):
        with pytest.raises(ValueError, match="argument 2 is"):
            elsewhere.branches(graph, (root, root), at(1, 1), (x, y), signs)
