"""What keyboards, copied pages and phones write for the letters, digits and signs of a formula."""

import unicodedata

SAME = {
    **dict.fromkeys("−–—‒―‐‑﹣", "-"),
    **dict.fromkeys("·⋅×∗•∙✕✖⨯\u2062", "*"),
    **dict.fromkeys("÷∕⁄", "/"),
    **dict.fromkeys("∣│❘", "|"),
    "≤": "<=",
    "⩽": "<=",
    "≥": ">=",
    "⩾": ">=",
    "≠": "!=",
    "∧": "&",
    "ˆ": "^",
    "√": "\\sqrt",
    "∛": "\\cbrt",
    "∜": "\\fourthroot",
    "∞": "\\infty",
    "∂": "\\partial",
    "∇": "\\nabla",
    "∫": "\\int",
    "⌊": "\\lfloor",
    "⌋": "\\rfloor",
    "⌈": "\\lceil",
    "⌉": "\\rceil",
    "\u2063": ",",
    "、": ",",
    **dict.fromkeys("⟨〈", "("),
    **dict.fromkeys("⟩〉", ")"),
}
"""Character → operator, or LaTeX command with its backslash."""

PLAIN = {
    code: plain
    for code in (*range(0xFF01, 0xFF5F), *range(0x2100, 0x2150), *range(0x1D400, 0x1D800))
    if len(plain := unicodedata.normalize("NFKC", chr(code))) == 1 and plain != chr(code)
}
"""Full-width, script and italic characters → the ordinary ones: ``ｘ``, ``ℯ``, ``ⅇ``, ``ℓ``, ``𝑥``."""

ALIKE = dict(zip("асеԁһіјӏорԛѕԝхуԍАВСЕНІЈКМОРЅТХУ", "acedhijlopqswxygABCEHIJKMOPSTXY", strict=True))
"""Cyrillic letters → the Latin ones that they cannot be told from."""


def latin(name: str) -> str:
    """A name with the Latin letters that it looks as if it had.

    >>> latin("х"), latin("χ")
    ('x', 'χ')
    """
    return "".join(ALIKE.get(letter, letter) for letter in name)


SPACES = frozenset(" \t\n\r\u00a0\u3000\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f")
SILENT = frozenset("\u2061\u2064\u200b\u200c\u200d\u2060\ufeff\u00ad$")
"""What neither separates nor joins: the invisible sign of a function's application, marks of mathematics mode."""

FRACTIONS = {
    chr(code): tuple(map(int, parts.split("⁄")))
    for code in (*range(0xBC, 0xBF), *range(0x2150, 0x215F))
    if (parts := unicodedata.normalize("NFKC", chr(code))).replace("⁄", "").isdigit()
}
"""``½`` → (1, 2), and every other fraction that is one character."""

RAISED = {
    chr(code): raised.replace("−", "-")
    for code in (0xB2, 0xB3, 0xB9, *range(0x2070, 0x2080), *range(0x2B0, 0x2B9), *range(0x2E0, 0x2E4),
                 *range(0x1D2C, 0x1D66), *range(0x1D9C, 0x1DC0))
    if unicodedata.decomposition(chr(code)).startswith("<super>")
    and len(raised := unicodedata.normalize("NFKC", chr(code))) == 1
}  # fmt: skip
"""Superscript → what is raised: ``²``, ``⁻``, ``ˣ``, ``⁽``."""
