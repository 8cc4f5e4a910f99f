"""Mathematics, code and prose as HTML that needs no script: MathML, Pygments, CommonMark.

Everything a student or a notebook wrote is text until it has passed through here, and comes out escaped.
"""

import re
import unicodedata
from functools import cache, lru_cache
from html import unescape
from xml.etree.ElementTree import tostring

from latex2mathml.converter import convert_to_element
from markdown_it import MarkdownIt
from markupsafe import Markup, escape
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from autograder.locale import translate
from autograder.untrusted import guarded

LONGEST = 4_000  # characters of a student's text on a page
LONGEST_LATEX = 2_000  # beyond that MathML is wider than any screen
# What reorders text on screen (Trojan Source, CVE-2021-42574): an answer must be read as it was written.
_REORDERING = dict.fromkeys(
    [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C], "\N{REPLACEMENT CHARACTER}"
)
# \\href, \\style and \\class write what they are given into attributes
_ATTRIBUTES = {
    "columnalign", "columnlines", "columnspacing", "display", "displaystyle", "fence", "form", "largeop",
    "linethickness", "lspace", "mathvariant", "maxsize", "minsize", "movablelimits", "notation", "rowlines",
    "rowspacing", "rspace", "scriptlevel", "separator", "stretchy", "symmetric", "width", "xmlns",
}  # fmt: skip


N_ = str  # marks a sentence for translation where it is not yet translated
_DRAWN = {
    "line": N_("%(n)s line"),
    "lines": N_("%(n)s lines"),
    "scatter": N_("%(n)s scatter"),
    "scatters": N_("%(n)s scatters"),
    "contour plot": N_("%(n)s contour plot"),
    "contour plots": N_("%(n)s contour plots"),
    "quiver": N_("%(n)s quiver"),
    "quivers": N_("%(n)s quivers"),
    "surface": N_("%(n)s surface"),
    "surfaces": N_("%(n)s surfaces"),
}
"""Word of a recorded figure → how it is counted."""
_AXES = re.compile(r"(nothing|\d+ [a-z ]+(?:, \d+ [a-z ]+)*); labels: (.*)", re.DOTALL)


def figure_in_words(answer: str, language: str) -> str:
    """What a figure shows, as it was recorded, in the language of the page; the student's own labels stay.

    >>> figure_in_words("2 lines; labels: lines, y | nothing; labels: none", "de")
    '2 Linien; Beschriftungen: lines, y | nichts; Beschriftungen: keine'
    """
    if answer == "an empty figure":
        return translate(N_("an empty figure"), language)

    def counted(one: str) -> str:
        n, _, word = one.partition(" ")
        return translate(_DRAWN[word], language) % {"n": n} if word in _DRAWN else one

    def axes(part: str) -> str:
        found = _AXES.fullmatch(part)
        if found is None:
            return part
        nothing = found[1] == "nothing"
        drawn = translate(N_("nothing"), language) if nothing else ", ".join(map(counted, found[1].split(", ")))
        labels = translate(N_("none"), language) if found[2] == "none" else found[2]
        return translate(N_("%(drawn)s; labels: %(labels)s"), language) % {"drawn": drawn, "labels": labels}

    return " | ".join(map(axes, answer.split(" | ")))


def plain(text: str) -> str:
    r"""Text that is safe to show: control and reordering characters replaced, cut to ``LONGEST``.

    Examples:
        >>> plain("a\x00b")
        'a�b'
    """
    cut = text[:LONGEST]
    shown = "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" else c for c in cut
    ).translate(_REORDERING)
    return shown if len(text) <= LONGEST else f"{shown} … ({len(text) - LONGEST} more characters)"


def lines_of(sentences: str) -> list[str]:
    r"""The lines of what somebody reads; a ``^`` stays with the line that it points into, as one text of two lines.

    >>> lines_of("This cannot be read: it ends too early\n6*x +\n     ^\nWrite it out.")
    ['This cannot be read: it ends too early', '6*x +\n     ^', 'Write it out.']
    """
    lines: list[str] = []
    for line in sentences.split("\n"):
        if lines and line.strip() == "^":
            lines[-1] += f"\n{line}"
        else:
            lines.append(line)
    return lines


@lru_cache(maxsize=4096)  # a class writes the same few formulas again and again
def formula(latex: str, *, display: bool = False) -> Markup:
    """LaTeX as MathML; LaTeX that cannot be read is shown as code."""
    return guarded(
        lambda: _mathml(latex, display=display),
        of=latex,
        longest=LONGEST_LATEX,
        otherwise=lambda why: Markup("<code>") + escape(plain(latex)) + Markup("</code>"),
    )


def _mathml(latex: str, *, display: bool) -> Markup:
    root = convert_to_element(plain(latex), display="block" if display else "inline")
    for node in root.iter():
        if node.tag == "msup" and set(unescape(node[1].text or "")) <= {"′", "″", "‴"} and node[1].text:
            node.tag = "mrow"  # the sign is raised in itself: as an exponent it stood above the letter
        node.text = unescape(node.text or "")
        for name in set(node.attrib) - _ATTRIBUTES:
            del node.attrib[name]
    return Markup(tostring(root, encoding="unicode"))


@lru_cache(maxsize=4096)
def code(source: str) -> Markup:
    """Python code, highlighted with classes that the stylesheet colours."""
    shown = plain(source)
    return guarded(
        lambda: Markup(highlight(shown, PythonLexer(), HtmlFormatter(nowrap=True))),
        of=shown,
        longest=2 * LONGEST,
        otherwise=lambda why: escape(shown),
    )


@cache
def _markdown() -> MarkdownIt:
    def render(content: str, options: dict[str, bool]) -> str:
        return str(formula(content, display=options["display_mode"]))

    return (
        MarkdownIt("commonmark", {"html": False})
        .enable("table")
        .disable("image")
        .use(dollarmath_plugin, double_inline=True, renderer=render)
    )


@lru_cache(maxsize=512)
def prose(markdown: str) -> Markup:
    """Markdown with ``$…$`` formulas. HTML in it stays text; images and links that leave the page are dropped."""
    shown = plain(markdown)
    return guarded(
        lambda: Markup(re.sub(r"</?a\b[^>]*>", "", _markdown().render(shown))),
        of=shown,
        longest=2 * LONGEST,
        otherwise=lambda why: Markup("<p>") + escape(shown) + Markup("</p>"),
    )


@lru_cache(maxsize=512)
def prose_line(markdown: str) -> Markup:
    """As :func:`prose`, for a line within another: no paragraph of its own."""
    return Markup(re.sub(r"</?p>", "", prose(markdown)).strip())
