"""Random pairs with a known truth, kinks and local terms in half of them.

A pair is a sum of *blocks*, functions whose derivatives are written down here by hand in several forms. A right answer
takes other forms; a wrong one changes one block: left out, another sign, factor or formula, or wrong on one cell alone.
Each block knows where it shows, and the truth is checked there by mpmath, which shares nothing with the package: an
answer that does not differ at any of these places of the domain is not called wrong, and no pair.
"""

from dataclasses import dataclass
from random import Random

import mpmath

from tests.benchmarks.bending_formulas import (
    DIGITS,
    ROOT_PI,
    Abs,
    E,
    F,
    Max,
    Min,
    X,
    Y,
    atan,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    log,
    of,
    pieces,
    sech,
    sign,
    sin,
    step,
    tanh,
)


@dataclass
class Block:
    """A function of u, its slope by u in several forms, wrong slopes, and values of u at which they show."""

    whole: E
    slopes: list
    wrong: list
    shows: tuple = (-0.7, 0.4, 1.3)

    def times(self, factor, inner=1):
        """Multiplied by a factor, with the inner derivative."""
        slopes, wrong = ([of(factor) * inner * slope for slope in each] for each in (self.slopes, self.wrong))
        return Block(of(factor) * self.whole, slopes, wrong, self.shows)


def local(u):
    """Functions that live near u = 0."""
    bump, decay, half = exp(-(u**2)), exp(-Abs(u)), tanh(u / 2)
    logistic, square = 1 / (1 + exp(-u)), 1 + u**2
    gauss = 2 * bump / ROOT_PI
    return {
        "bump": Block(bump, [-2 * u * bump, -(u + u) * bump], [2 * u * bump, -2 * bump, bump]),
        "laplace": Block(decay, [-sign(u) * decay, pieces((exp(u), u), (-exp(-u), None))], [-decay, sign(u) * decay]),
        "tanh": Block(
            tanh(u), [1 - tanh(u) ** 2, cosh(u) ** -2, sech(u) ** 2], [1 + tanh(u) ** 2, tanh(u) ** 2 - 1, sech(u)]
        ),
        "sech": Block(sech(u), [-sech(u) * tanh(u), -tanh(u) / cosh(u)], [sech(u) * tanh(u), -sech(u)]),
        "logistic": Block(
            logistic,
            [exp(-u) * (1 + exp(-u)) ** -2, logistic * (1 - logistic), (1 - half**2) / 4],
            [logistic, -logistic * (1 - logistic), half**2 / 4],
        ),
        "softplus": Block(
            log(1 + exp(u)),
            [logistic, exp(u) / (1 + exp(u)), (1 + half) / 2],
            [step(u), 1 - logistic, 1 / (1 + exp(u))],
        ),
        "atan": Block(atan(u), [1 / square], [1 / square**2, -1 / square]),
        "lorentz": Block(1 / square, [-2 * u / square**2], [2 * u / square**2, -1 / square**2]),
        "packet": Block(
            bump * sin(3 * u),
            [bump * (3 * cos(3 * u) - 2 * u * sin(3 * u))],
            [3 * bump * cos(3 * u), bump * cos(3 * u)],
        ),
        "erf": Block(erf(u), [gauss, 2 * exp(-u * u) / ROOT_PI], [2 * bump, -gauss, u * gauss]),
        "erfc": Block(erfc(u), [-gauss], [gauss, -2 * bump]),
    }


def kinked(u):
    """Functions that bend at u = 0, at u = 1 or near."""
    w = u - 1
    cap, hat, dip = 1 - u**2, 1 - Abs(u), u * w
    slot = pieces((2 * u, u), (3 * u**2, w), (2 * u, None))
    return {
        "abs": Block(Abs(u), [sign(u), u / Abs(u), pieces((-1, u), (1, None))], [of(1), -sign(u)]),
        "relu": Block(Max(0, u), [step(u), pieces((0, u), (1, None)), (1 + sign(u)) / 2], [of(1), of(0), step(-u)]),
        "leaky": Block(
            Max(u, u / 10),
            [pieces((F(1, 10), u), (1, None)), F(1, 10) + F(9, 10) * step(u)],
            [step(u), pieces((F(-1, 10), u), (1, None))],
        ),
        "clip": Block(
            Max(0, Min(1, u)),
            [pieces((0, u), (1, w), (0, None)), step(u) * step(-w), step(u) - step(w)],
            [of(0), step(u), pieces((0, u), (2, w), (0, None))],
        ),
        "dip": Block(Abs(dip), [sign(dip) * (u + w), sign(u) * sign(w) * (2 * u - 1)], [u + w, -(u + w)]),
        "root": Block(((u**2 - u) ** 2) ** F(1, 2), [sign(dip) * (u + w)], [u + w]),
        "hat": Block(
            Max(0, hat),
            [-sign(u) * step(hat), pieces((0, u + 1), (1, u), (-1, w), (0, None))],
            [of(0), -sign(u), step(hat)],
        ),
        "cap": Block(
            Max(0, cap),
            [-2 * u * step(cap), pieces((0, u + 1), (-2 * u, w), (0, None))],
            [of(0), -2 * u, 2 * u * step(cap)],
        ),
        "bands": Block(
            pieces((0, u), (u, w), (3 * u - 2, u - 2), (5 * u - 6, None)),
            [pieces((0, u), (1, w), (3, u - 2), (5, None)), step(u) + 2 * step(w) + 2 * step(u - 2)],
            [pieces((0, u), (3, u - 2), (5, None)), pieces((0, u), (1, w), (2, u - 2), (5, None))],
            (-0.7, 0.4, 1.3, 2.6),
        ),
        "spline": Block(
            pieces((u**2, u), (u**3, w), (3 * u - 2, None)),
            [pieces((2 * u, u), (3 * u**2, w), (3, None))],
            [pieces((2 * u, u), (3, None)), pieces((2 * u, u), (2 * u, w), (3, None))],
        ),
        "slot": Block(pieces((u**2, u), (u**3, w), (u**2, None)), [slot, 0 + slot], [2 * u]),
    }


def mild(random):
    """A smooth function of x itself."""
    k, b = F(random.choice((1, 2, 3, 5)), random.choice((1, 2, 10))), random.choice((-3, -1, 1, 2, 7))
    inner, square, three = k * X + b, 1 + X**2, X**2 + 3
    return random.choice([
        Block(X**2, [2 * X, X + X], [X, 3 * X]),
        Block(X**3, [3 * X**2, (X + X + X) * X], [X**2, 3 * X]),
        Block(b * X, [of(b)], [of(b + 1), X]),
        Block(sin(inner), [k * cos(inner)], [(k + 1) * cos(inner), -k * cos(inner)]),
        Block(cos(inner), [-k * sin(inner)], [k * sin(inner), -(k + 1) * sin(inner)]),
        Block(log(square), [2 * X / square], [1 / square]),
        Block(square ** F(1, 2), [X * square ** F(-1, 2)], [2 * X * square ** F(-1, 2)]),
        Block(X * atan(X), [atan(X) + X / square], [atan(X) + 1 / square]),
        Block(1 / three, [-2 * X * three**-2], [2 * X * three**-2]),
    ])  # fmt: skip


def both(u, v, width):
    """Functions that live, or end, in a ball around u = v = 0; slopes by x."""
    square = u**2 + v**2
    bump, rest = exp(-square), 1 - square
    cap = -2 * u * step(rest)
    return {
        "rbf": Block(width * bump, [-2 * u * bump], [2 * u * bump, bump, -2 * v * bump]),
        "dome": Block(width * Max(0, rest), [cap], [-2 * u, -cap, of(0)]),
    }


def _short(value, digits=2):
    return F(f"{value:.{digits - 1}e}")


def domain_of(random):
    """(low, high): 1e-3 to 1e6 wide, or open on one side or both."""
    shape = random.random()
    if shape < 0.3:
        return None, None
    if shape < 0.4:
        end = _short(random.uniform(-50, 50))
        return random.choice(((end, None), (None, end)))
    width = _short(10 ** random.uniform(-3, 6))
    low = random.choice((F(0), -width / 2, _short(random.uniform(-3, 3) * float(width))))
    return low, low + width


def place_of(random, low, high):
    """Inside a domain, where something local lives, and how wide it is."""
    if low is not None and high is not None:
        width = _short(float(high - low) * 10 ** random.uniform(-4, -0.5))
        return low + F(random.randint(5, 95), 100) * (high - low), width
    centre = random.choice((1, 1, -1)) * _short(10 ** random.uniform(-1, 3.3))
    if low is not None:
        centre = low + abs(centre)
    if high is not None:
        centre = high - abs(centre)
    return centre, _short(10 ** random.uniform(-2.5, 1))


def special(random, names, ends):
    """A block that is local or bends, and points at which it shows."""
    centre, width = place_of(random, *ends["x"])
    u = (X - centre) / width
    make = random.choice((local, kinked))
    if len(names) == 1:
        block = random.choice([*make(u).values()])
        return block.times(1, 1 / width), [{"x": centre + F(str(s)) * width} for s in block.shows]
    place, breadth = place_of(random, *ends["y"])
    v = (Y - place) / breadth

    def spots(pairs):
        return [{"x": centre + F(str(s)) * width, "y": place + F(str(t)) * breadth} for s, t in pairs]

    shape = random.choice(("ridge", "ball", "gate"))
    if shape == "ball":
        return random.choice([*both(u, v, width).values()]), spots([(-0.6, 0.3), (0.5, -0.4), (0.5, 0.3)])
    if shape == "ridge":
        block = random.choice([*make(u + v).values()])
        shows = spots([(s + t, -t) for s in block.shows for t in (0, 1)])
        return block.times(1, 1 / width), shows
    gate = random.choice([*make(v).values()])
    block = Block(X * gate.whole, [gate.whole], [step(v), of(0), -gate.whole])
    return block, spots([(0.3, s) for s in gate.shows])


@dataclass
class Pair:
    """A case for ``autograder judge``, the truth, and what it was made of."""

    case: dict
    expected: bool
    bends: bool
    function: E
    reference: E
    answer: E


def pair(seed):
    """One pair; None where the answer that was to be wrong differs at no place that was looked at."""
    random = Random(f"bending {seed}")
    names = ["x", "y"] if random.random() < 0.2 else ["x"]
    ends = {name: domain_of(random) for name in names}
    blocks, places = [], []
    bends = random.random() < 0.5
    for _ in range(random.choice((1, 1, 2)) if bends else 0):
        block, shows = special(random, names, ends)
        blocks.append(block)
        places += shows
    marked = len(blocks)
    for _ in range(random.choice((1, 2, 3))):
        block = mild(random)
        blocks.append(block.times(random.choice((1, Y, Y**2, cos(Y)))) if len(names) > 1 else block)
    factors = [F(random.choice(("1", "-1", "2", "-3", "1/2", "5", "7/3"))) for _ in blocks]
    function = _sum(factors, [block.whole for block in blocks])
    reference = _sum(factors, [block.slopes[0] for block in blocks])
    expected = random.random() < 0.45
    changed, slopes = list(factors), [random.choice(block.slopes) for block in blocks]
    if not expected:
        guilty = random.randrange(marked) if marked and random.random() < 0.8 else random.randrange(len(blocks))
        slip = random.random()
        if slip < 0.25:
            slopes[guilty] = of(0)
        elif slip < 0.7:
            slopes[guilty] = random.choice(blocks[guilty].wrong)
        else:
            share = random.choice((F(-1), F(2), F(1001, 1000), 1 + F(1, 10**6), F(2, 3)))
            changed[guilty] *= share
    order = random.sample(range(len(blocks)), len(blocks))
    answer = _sum([changed[i] for i in order], [slopes[i] for i in order])
    if random.random() < 0.2:
        answer = (answer + 2 * answer) / 3
    points = [p for p in places if all(_within(p[name], *ends[name]) for name in names)]
    points += _anywhere(random, ends)
    if _truth(reference, answer, points) is not expected or not _is_slope(function, reference, points):
        return None
    case = {"id": str(seed), "kind": "derivative", "vars": names, "wrt": "x", "answer": str(answer)}
    case |= (
        {"function": str(function)} if random.random() < 0.6 else {"kind": "expression", "reference": str(reference)}
    )
    given = {name: [None if end is None else float(end) for end in ends[name]] for name in names}
    case["domain"] = {name: pair for name, pair in given.items() if pair != [None, None]}
    return Pair(case, expected, bends, function, reference, answer)


def _sum(factors, parts):
    return E("+", *(factor * part for factor, part in zip(factors, parts, strict=True)))


def _anywhere(random, ends):
    points = []
    for _ in range(12):
        point = {}
        for name, (low, high) in ends.items():
            first = low if low is not None else high - 10 if high is not None else F(-5)
            last = high if high is not None else first + 10
            point[name] = first + (last - first) * F(random.random())
        points.append(point)
    return points


def _within(value, low, high):
    return (low is None or value > low) and (high is None or value < high)


def _truth(reference, answer, points):
    """Whether two expressions are equal at all points; None where they are neither equal nor clearly not."""
    close = True
    with mpmath.workdps(DIGITS):
        for point in points:
            one, other = reference.at(point), answer.at(point)
            gap, size = abs(one - other), abs(one) + abs(other)
            if gap > size * mpmath.mpf(10) ** -20 + mpmath.mpf(10) ** -40:
                return False
            close = close and gap <= (size + 1) * mpmath.mpf(10) ** (15 - DIGITS)
    return True if close else None


def _is_slope(function, reference, points):
    """Whether the reference is the function's slope, by a difference quotient: a check of the blocks."""
    step = F(1, 10**25)
    with mpmath.workdps(DIGITS):
        for point in points:
            there = reference.at(point)
            ahead, behind = (function.at({**point, "x": point["x"] + move}) for move in (step, -step))
            quotient = (ahead - behind) * 10**25 / 2
            if abs(quotient - there) > mpmath.mpf(10) ** -8 * (1 + abs(there)):
                return False
    return True
