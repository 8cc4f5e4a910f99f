"""The decision: are two nodes of a graph equal wherever both are real?

At each point both sides are enclosed in balls. Balls that are apart prove a difference; balls that overlap while
both are known to :data:`AGREE_BITS` bits agree; anything between is computed again with more bits. Points are
stratified (:mod:`autograder.points`); where the strata miss the domain, or one side of a kink, boxes of points are
bisected until a point is found or none can exist (:mod:`autograder.points.boxes`). What random points miss, a
:class:`autograder.points.survey.Survey` asks for.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice

import flint
from flint import arb

from autograder import points
from autograder.compare.criterion import Criterion
from autograder.compare.decision import decimals, plane
from autograder.compare.decision.elsewhere import branches, may_be_real
from autograder.compare.decision.prove import equal_by_algebra
from autograder.compare.decision.realm import Realm
from autograder.expressions.graph import Ball, Graph, Outside, Program, Unsupported, Wide, point_balls
from autograder.model import Certainty, Outcome, Reason, Verdict
from autograder.points import boxes
from autograder.points.survey import Survey

__all__ = ["Pair", "Unsupported"]

AGREE_BITS = 200
PRECISIONS = (320, 960, 2880, 8640)
ENOUGH = 10
"""Points of agreement that make an equality."""
FEW = 4
"""Fewer are enough where a search of the whole domain finds no more."""
ONE_VARIABLE_TRIES, TRIES = 16, 26
"""Strata that are always visited, whatever agrees before."""
MOST_TRIES = 90
WHOLE = 7
"""Whole numbers that are tried where no other point is real."""
MOST_BOXES = 150
"""Searched for one side of a kink in several variables."""
MOST_DOUBTS = 8
"""Cells that no point shows and whose formulas are compared instead."""
SLOW_BOXES = 8
"""So many times fewer boxes are searched where mpmath evaluates a function: it takes milliseconds a box."""

Point = dict[str, Fraction]


class Pair:
    """One scalar question: two nodes and everything that is known about them so far."""

    def __init__(
        self,
        graph: Graph,
        desired: int,
        actual: int,
        criterion: Criterion,
        *,
        deadline: float,
        floats: bool = False,
        only_mine: bool = False,
        counts: Realm | None = None,
    ) -> None:
        self.graph = graph
        self.desired = decimals.collected(graph, desired) if floats else desired
        self.actual = decimals.collected(graph, actual) if floats else actual
        self.criterion = criterion
        self.variables = criterion.variables
        self.domain = criterion.domain
        self.seed = criterion.seed
        self.deadline = deadline
        self.floats = floats
        self.tolerance = criterion.tolerance
        # The same expression after sorting needs no point, and no function that can be evaluated.
        self.same = desired == actual and not floats
        loose = self.tolerance is None and not only_mine
        bits = None if not floats else decimals.FLOAT_BITS if loose else decimals.EXACT_FLOAT_BITS
        self.program = Program(graph, [] if self.same else [self.desired, self.actual], float_bits=bits)
        self.tried = 0
        self.agreed: list[Point] = []
        self.reference_beyond: list[Point] = []
        self.reference_only: list[Point] = []
        """Points at which the reference is real and the answer certainly is not."""
        self.unclear = 0
        self._noise = 0.0  # beside what is relative
        self._kinks: list[int] = []
        self._doubts: list[tuple[Point, Sequence[int]]] = []
        """Cells that no point shows: a point, and the signs of the kinks there."""
        self.counts = counts
        self.proved: bool | None = None if criterion.prove and not floats else False
        """Whether algebra shows that the sides are equal; None until it was tried."""
        self.beyond: Verdict | None = None
        """The first difference at a point at which the function of the question is not real."""

    def at(self, point: Point, hidden: int = 0) -> Verdict | None:
        """Compare at one point that counts; a verdict when the balls are apart.

        Args:
            point: variable → its value.
            hidden: bits behind which a part is hidden there, beyond those to which the sides have to agree.
        """
        before = len(self.agreed)
        verdict = self._at(point, hidden)
        if self.counts is None or (verdict is None and self.beyond is None):
            return verdict
        if verdict is not None:
            if self.counts.has(point):
                return verdict
            if self.beyond is None:
                # until now both sides agreed wherever both are real, which is more than is asked
                self.agreed = [known for known in self.agreed if self.counts.has(known)]
            self.beyond = self.beyond or verdict
        elif len(self.agreed) > before and not self.counts.has(point):
            self.agreed.pop()
        return None

    def _at(self, point: Point, hidden: int) -> Verdict | None:
        self.tried += 1
        line = arb(2) ** -(AGREE_BITS + hidden)
        for precision in PRECISIONS if not hidden else (*(p for p in PRECISIONS if p > hidden), hidden + 640):
            flint.ctx.prec = precision
            balls = point_balls(point)
            try:
                desired, actual = self.program.run(balls)
            except Outside:
                self._outside(point, balls)
                return None
            except Wide:
                if precision >= 2880 or time.process_time() > self.deadline:
                    break
                continue
            if self.floats:
                return self._within(point, actual, desired)
            difference = actual - desired
            if not difference.contains(0):
                return self._apart(point, actual, desired, difference)
            size = abs(actual) + abs(desired)
            radius = difference.rad()
            if radius <= size.abs_lower() * line or (not hidden and precision > 900 and radius <= _TINY):
                self.agreed.append(point)
                return None
            if time.process_time() > self.deadline:
                break
        self.unclear += 1
        return None

    def _outside(self, point: Point, balls: Mapping[str, Ball]) -> None:
        if self.agreed:
            return
        try:
            self.program.first(balls)
        except (Outside, Wide):
            return
        if self.counts is None or self.counts.has(point):
            self.reference_only.append(point)
        else:
            self.reference_beyond.append(point)

    def _within(self, point: Point, actual: Ball, desired: Ball) -> Verdict | None:
        difference = actual - desired
        if self.tolerance is not None:
            atol, rtol = self.tolerance
            allowed = atol + rtol * abs(desired)
            if abs(difference) > allowed:
                return self._apart(point, actual, desired, difference, allowed)
            agreed = abs(difference) <= allowed
        else:
            # The balls hold what the literals may stand for, however ill-conditioned the point is for them.
            noise = decimals.FLOAT_NOISE * abs(desired) + self._noise
            if abs(difference) > noise and not (desired.is_zero() and abs(actual) < decimals.FLOAT_NOISE):
                return self._apart(point, actual, desired, difference)
            size = abs(desired).abs_lower()
            agreed = difference.rad() <= 1e-4 * size or (size < 1e-30 and difference.rad() < 1e-6)
        if agreed:
            self.agreed.append(point)
        else:
            self.unclear += 1
        return None

    def _apart(
        self, point: Point, actual: Ball, desired: Ball, difference: Ball, allowed: Ball | None = None
    ) -> Verdict | None:
        proved = self.program.rigorous and not self.floats
        # The bounds of mpmath are estimates: ask for a gap far beyond them.
        if not self.program.rigorous and difference.abs_lower() < 1e6 * difference.rad():
            self.unclear += 1
            return None
        scale = allowed if allowed is not None else 1e-8 * abs(desired)
        size = float((difference.abs_lower() / scale).mid())
        # As many digits as it takes to see the difference.
        digits = next((n for n in (15, 30, 60, 90) if _text(actual, n) != _text(desired, n)), 15)
        return self._verdict(
            Outcome.INCORRECT,
            Reason.DIFFERENT,
            certainty=Certainty.PROVED if proved else Certainty.SAMPLED,
            witness={name: float(value) for name, value in point.items()},
            actual=_text(actual, digits),
            desired=_text(desired, digits),
            error=size if size == size and size != float("inf") else None,
        )

    def _verdict(self, outcome: Outcome, reason: Reason, **more: object) -> Verdict:
        used = len(self.agreed) + (outcome is Outcome.INCORRECT)
        return Verdict(outcome=outcome, reason=reason, points_used=used, points_tried=self.tried, **more)  # type: ignore[arg-type]

    def decide(self) -> Verdict:
        """Visit points until the pair is decided or the deadline has passed."""
        if self.same:
            return self._verdict(Outcome.CORRECT, Reason.EQUAL, certainty=Certainty.PROVED)
        for verdict in self._visits():
            if verdict is not None:
                return verdict
            if self._is_proved():
                return self._verdict(Outcome.CORRECT, Reason.EQUAL, certainty=Certainty.PROVED)
            if time.process_time() > self.deadline:
                break
        if self.beyond is not None and self.counts is not None and not self.counts.seen:
            return self.beyond  # the function is real nowhere, so that its derivative alone is asked about
        if len(self.agreed) >= (FEW if self.variables else 1):
            if not self._covered():
                self.proved = False if self.floats else None  # only a proof makes it right, asked for or not
                if self._is_proved():
                    return self._verdict(Outcome.CORRECT, Reason.EQUAL, certainty=Certainty.PROVED)
                return self._verdict(Outcome.UNDECIDED, Reason.UNVISITED)
            return self._verdict(Outcome.CORRECT, Reason.EQUAL, certainty=Certainty.SAMPLED)
        if time.process_time() > self.deadline:
            return self._verdict(Outcome.UNDECIDED, Reason.TIMED_OUT)
        if self.unclear:
            return self._verdict(Outcome.UNDECIDED, Reason.NOT_SEPARATED)
        return self._nowhere()

    def _is_proved(self) -> bool:
        """By algebra, which is tried once, where both sides were seen to agree: it asks for no further point."""
        if self.proved is None and self.beyond is None and len(self.agreed) >= (FEW if self.variables else 1):
            self.proved = equal_by_algebra(self.graph, self.desired, self.actual)
        return bool(self.proved)

    def _visits(self) -> Iterator[Verdict | None]:
        if not self.variables:
            yield self.at({})
            return
        always = ONE_VARIABLE_TRIES if len(self.variables) == 1 else TRIES
        stream = points.stratified(self.domain, self.variables, seed=self.seed)
        for number in range(MOST_TRIES):
            if number >= always and len(self.agreed) >= ENOUGH:
                break
            yield self.at(next(stream))
        if not self.agreed and not self.reference_only:
            # (-1)**n is real at whole numbers only. Where only the answer is so, these few points show nothing.
            for number in range(WHOLE):
                yield self.at({name: points.whole(self.domain.get(name), number, WHOLE) for name in self.variables})
        yield from self._entered()
        if not self.agreed:
            found, _ = self._search(400)
            if found is not None:
                yield self.at(found)
        if not self.agreed and self.beyond is not None:
            yield from self._inside()
        for number in range(MOST_TRIES):
            # A narrow domain: more points beside the few that were found.
            if not self.agreed or len(self.agreed) >= ENOUGH:
                break
            yield self.at(boxes.beside(self.agreed[number % len(self.agreed)], number, self.domain, self.seed))
        if self.agreed:
            yield from self._surveyed()

    def _inside(self) -> Iterator[Verdict | None]:
        """Where the function of the question is real and both sides are: among other points it was not met."""
        assert self.counts is not None
        program = Program(self.graph, [self.desired, self.actual, *self.counts.roots])
        variables = sorted({*self.variables, *self.counts.variables})
        found, _ = boxes.search(
            program, variables, self.domain, seed=self.seed, most=MOST_BOXES, deadline=self.deadline
        )
        if found is not None:
            self.counts.has(found)  # it is real somewhere, whether these points tell anything or not
            for number in range(ENOUGH):
                near = boxes.beside(found, number, self.domain, self.seed) if number else found
                yield self.at({name: near[name] for name in self.variables})

    def _entered(self) -> Iterator[Verdict | None]:
        """Where no point was real: between the places on a line at which formulas begin and end to be so."""
        if self.agreed:
            return
        survey = Survey(self.graph, [self.desired, self.actual], self.variables, self.domain)
        for base in islice(points.stratified(self.domain, self.variables, seed=self.seed), 3):
            for point in survey.entries(base):
                yield self.at(point)
                if self.agreed:
                    return

    def _surveyed(self) -> Iterator[Verdict | None]:
        """Every cell between kinks, and every part where it is not hidden by larger ones."""
        survey = Survey(self.graph, [self.desired, self.actual], self.variables, self.domain)
        for point in self.agreed:
            survey.note(point)
        self._kinks = survey.kinks
        for point, hidden in survey.wanted(settled=None if self.floats else self._is_proved_there):
            before = len(self.agreed)
            yield self.at(point, hidden)
            if len(self.agreed) > before:
                survey.note(point)
        if self.floats:
            self._noise = decimals.LIGHT_NOISE
            sides = [self.desired, self.actual] if self.tolerance is None else []
            for point in decimals.light_places(self.graph, sides, self.variables, self.domain, self.agreed[0]):
                yield self.at(point)
            return
        self._doubts += [(point, survey.signs(point)) for point in survey.unseen if self._asked_about(point)]
        for place, kink in enumerate(survey.kinks):
            for sign in (sign for missing, sign in survey.missing if missing == kink):
                side, none = self._search(MOST_BOXES, (Program(self.graph, [kink]), sign))
                if side is not None:
                    yield self.at(side)
                    for number in range(3):
                        yield self.at(boxes.beside(side, number, self.domain, self.seed))
                elif not none:
                    met = {survey.signs(point) for point in survey.noted}
                    turned = {(*signs[:place], sign, *signs[place + 1 :]) for signs in met}
                    self._doubts += [(survey.noted[0], signs) for signs in sorted(turned)[:MOST_DOUBTS]]
        self._doubts += [(survey.noted[0], signs) for signs in survey.beyond[:MOST_DOUBTS]]

    def _is_proved_there(self, point: Point, signs: Sequence[int]) -> bool:
        """Whether the formulas that hold in the cell of a point are equal by algebra: no part of them is hidden."""
        desired, actual = branches(self.graph, (self.desired, self.actual), point, self._kinks, signs)
        return equal_by_algebra(self.graph, desired, actual)

    def _asked_about(self, point: Point) -> bool:
        return self.beyond is None or self.counts is None or self.counts.has(point)

    def _covered(self) -> bool:
        """Whether both sides are the same by their formulas in cells in which no point shows whether they are."""
        formulas = [self.desired, self.actual, *(self.counts.roots if self.counts is not None else ())]
        for point, signs in self._doubts:
            if not may_be_real(self.graph, formulas, point, self._kinks, signs):
                continue  # it does not count
            desired, actual = branches(self.graph, (self.desired, self.actual), point, self._kinks, signs)
            if equal_by_algebra(self.graph, desired, actual):
                continue
            if (desired, actual) == (self.desired, self.actual) or not self._equal_elsewhere(desired, actual):
                return False
        return True

    def _equal_elsewhere(self, desired: int, actual: int) -> bool:
        """Whether two analytic formulas agree anywhere, and so wherever both are real."""
        anywhere = Criterion(variables=self.variables, seed=self.seed)
        pair = Pair(self.graph, desired, actual, anywhere, deadline=self.deadline)
        return pair.decide().outcome is Outcome.CORRECT

    def _search(self, most: int, side: tuple[Program, int] | None = None) -> tuple[Point | None, bool]:
        most = most if self.program.rigorous else most // SLOW_BOXES
        return boxes.search(
            self.program, self.variables, self.domain, seed=self.seed, most=most, deadline=self.deadline, side=side
        )

    def _nowhere(self) -> Verdict:
        """No point at which every part of both sides is real: look at the values in the complex plane."""
        both = points.stratified(self.domain, self.variables, seed=self.seed)
        tried = [next(both) for _ in range(24)] if self.variables else [dict[str, Fraction]()]
        if self.counts is not None and not self.counts.seen:
            self.reference_only = self.reference_beyond
        seen = plane.compare(self.graph, self.desired, self.actual, [*self.reference_only[:12], *tried])
        if seen.equal >= (FEW if self.variables else 1) and not seen.different:
            self.agreed = [{}] * seen.equal
            return self._verdict(Outcome.CORRECT, Reason.EQUAL, certainty=Certainty.SAMPLED)
        if len(self.reference_only) >= FEW or (self.reference_only and not self.variables):
            point = self.reference_only[0]
            witness = {name: float(value) for name, value in point.items()}
            complex_there = bool(seen.equal or seen.different)
            reason = Reason.COMPLEX if complex_there else Reason.NOT_FINITE
            return self._verdict(
                Outcome.INCORRECT, reason, certainty=Certainty.SAMPLED, witness=witness, desired=self._desired(point)
            )
        return self._verdict(Outcome.UNDECIDED, Reason.NO_POINTS)

    def _desired(self, point: Point) -> str | None:
        flint.ctx.prec = PRECISIONS[0]
        try:
            return _text(self.program.first(point_balls(point)))
        except (Outside, Wide):
            return None


flint.ctx.prec = PRECISIONS[0]
_TINY = arb(2) ** -(4 * AGREE_BITS)


def _text(ball: Ball, digits: int = 15) -> str:
    return str(ball.str(digits, radius=False))
