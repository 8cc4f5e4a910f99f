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
