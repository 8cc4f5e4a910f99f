"""Units in answers: ``-37.5 cm/s`` read as a number and a unit, and units converted by SymPy's tables."""

import re
from functools import cache, lru_cache
from typing import Any

import sympy as sp

from autograder.errors import AuthorError

__all__ = ["conversion", "known_unit", "split"]

_PREFIXES = {"": 1, "k": 1000, "d": sp.Rational(1, 10), "c": sp.Rational(1, 100), "m": sp.Rational(1, 1000)}
_WORDS = {
    "m": "m meter meters metre metres Meter",
    "s": "s sec secs second seconds Sekunde Sekunden",
    "min": "min minute minutes Minute Minuten",
    "h": "h hr hrs hour hours Stunde Stunden",
    "day": "d day days Tag Tage",
    "g": "g gram grams Gramm",
    "l": "l L liter liters litre litres Liter",
    "ft": "ft foot feet",
    "inch": "in inch inches",
    "mile": "mi mile miles",
    "mph": "mph",
    "km/h": "kmh kph",
    "rad": "rad radian radians",
    "deg": "deg degree degrees Grad °",
    "N": "N newton newtons",
    "J": "J joule joules",
    "W": "W watt watts",
    "Pa": "Pa pascal pascals",
    "K": "K kelvin",
    "A": "A ampere amperes",
    "V": "V volt volts",
}
_PREFIXED = ("m", "g", "l", "s", "N", "J", "W", "Pa", "A", "V")
_WITH_PREFIX = {"kilo": "k", "deci": "d", "centi": "c", "milli": "m", "Kilo": "k", "Zenti": "c", "Milli": "m"}
_LONGEST = 200
"""Characters of a number with its unit."""
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


@cache
def _units() -> dict[str, sp.Expr]:
    """How a unit is written → the unit in SymPy's words."""
    from sympy.physics import units as u

    known = {
        "m": u.meter, "s": u.second, "min": u.minute, "h": u.hour, "day": u.day, "g": u.gram, "l": u.liter,
        "ft": u.foot, "inch": u.inch, "mile": u.mile, "rad": sp.S.One, "deg": sp.pi / 180, "N": u.newton,
        "J": u.joule, "W": u.watt, "Pa": u.pascal, "K": u.kelvin, "A": u.ampere, "V": u.volt,
        "mph": u.mile / u.hour, "km/h": 1000 * u.meter / u.hour,
    }  # fmt: skip
    found = {word: known[name] for name, words in _WORDS.items() for word in words.split()}
    short = {letter + name: factor * known[name] for name in _PREFIXED for letter, factor in _PREFIXES.items()}
    long = {
        prefix + word.lower(): _PREFIXES[letter] * known[name]
        for prefix, letter in _WITH_PREFIX.items()
        for name in _PREFIXED
        for word in _WORDS[name].split()
        if len(word) > 2
    }
    return {**short, **long, **found}  # "min" is a minute, "d" a day


@cache
def _pattern() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, _units()), key=len, reverse=True))
    one = rf"(?:{names})(?![A-Za-z])(?:\s*(?:\^|\*\*)\s*\(?[-−]?\d+\)?|[⁻]?[¹²³⁴])?"
    group = rf"(?:{one}|\(\s*{one}(?:\s*[*·]?\s*{one})*\s*\))"
    return re.compile(rf"(?<![A-Za-z_])((?:1\s*/\s*|/\s*)?{group}(?:\s*[*·/]?\s*{group})*)\s*$")


def split(text: str) -> tuple[str, str | None]:
    """The number and the unit behind it; None where there is no unit that is known.

    >>> split("-37.5 cm/s"), split("2*pi cm^3 / min"), split("3/8")
    (('-37.5', 'cm/s'), ('2*pi', 'cm^3 / min'), ('3/8', None))
    """
    if len(text) > _LONGEST:
        return text, None
    plain = re.sub(r"\s+(?:per|pro)\s+", "/", text.strip().replace("$", ""))
    plain = re.sub(r"\\(?:,|;|quad)|~", " ", plain)
    plain = re.sub(r"\\(?:text|mathrm)\s*\{([^{}]*)\}", r"\1", plain)
    plain = re.sub(r"\\frac\s*\{([A-Za-z]+)\}\s*\{([A-Za-z]+(?:\^\d)?)\}\s*$", r"\1/\2", plain)
    plain = re.sub(r"\^\{([-−]?\d+)\}", r"^\1", plain)
    if (around := re.search(r"[\[(]\s*([A-Za-z°][^\[\]()]*?)\s*[\])]\s*$", plain)) and _pattern().match(around[1]):
        plain = f"{plain[: around.start()]} {around[1]}"
    found = _pattern().search(plain)
    if found is None or not (number := plain[: found.start()].strip().rstrip("*·").strip()):
        return text, None
    return number, found[1].strip()


@lru_cache(maxsize=256)
def _made(unit: str) -> sp.Expr | None:
    """A unit as SymPy's, None where there is a name in it that is not known."""
    made, below, grouped = sp.S.One, False, False
    tokens = re.findall(r"[A-Za-z°]+|\d+|[⁻¹²³⁴]+|\^|\*\*|[-−]|/|\(|\)|\*|·", unit)
    k = 0
    while k < len(tokens):
        token = tokens[k]
        k += 1
        if token == "/":
            below = True
        elif token in ("(", ")"):
            grouped = token == "("
            below = below and grouped
        elif token[0].isalpha() or token == "°":
            if token not in _units():
                return None
            raised = re.match(r"(?:(?:\^|\*\*)\(?([-−]?\d+)\)?)|([⁻¹²³⁴]+)", "".join(tokens[k : k + 5]))
            exponent = 1
            if raised is not None:
                exponent = int((raised[1] or raised[2]).translate(_RAISED).replace("−", "-"))
                length = 0
                while length < len(raised[0]):
                    length += len(tokens[k])
                    k += 1
            made *= _units()[token] ** (-exponent if below else exponent)
            below = below and grouped
    return made


def known_unit(unit: Any) -> str:
    """An author's unit, checked.

    Raises:
        AuthorError: there is a name in it that is no unit.
    """
    if not isinstance(unit, str) or _made(unit) is None:
        raise AuthorError(f"unit={unit!r} is not known; write it as in 'm/s', 'cm^3/min' or 'km/h'")
    return unit


def conversion(given: str, asked: str) -> sp.Expr | None:
    """By what a number in the given unit is multiplied for the unit that is asked for; None where both differ in kind.

    >>> conversion("cm/s", "m/s"), conversion("m/s", "km/h"), conversion("m/s^2", "m/s")
    (1/100, 18/5, None)
    """
    from sympy.physics import units as u

    one, other = _made(given), _made(asked)
    if one is None or other is None:
        return None
    ratio = u.convert_to(one / other, [u.meter, u.second, u.kilogram, u.kelvin, u.ampere])
    return None if ratio.has(u.Quantity) else sp.nsimplify(ratio)
