"""What stands in a line of a derivation beside its formulas: a number, arrows, words before and behind.

Words are taken off where they can be nothing else: known ones, any before a colon or before a left side, any behind a
bracket, a bar or a comma. A word of letters that the question uses stays: ``xy`` is a product.
"""

import re
from collections.abc import Collection, Sequence

from autograder.expressions import heads
from autograder.expressions.text import names
from autograder.questions.steps.marks import parts, side_of

__all__ = ["chains", "is_remark", "plain"]

_NUMBERED = re.compile(
    r"\s*(?:(?:line|step|zeile|schritt)\s*\d+\s*[:.)]|\(\d{1,2}\)(?=\s*(?:[^\W\d_]|\\frac)[^=]*=)|\d{1,2}\s*\)|\d{1,2}\.\s)"
    r"\s*",
    re.IGNORECASE,
)
"""``(2) f'(x) = …`` has a number; ``(2) x`` is a product."""
_ARROW = re.compile(
    r"<=+>|<-+>|=+>|-+>|[⇒⟹→⟶⇔⟺⟷∴]|\\(?:[Ll]eft|[Ll]ongleft)?(?:[Rr]|[Ll]ongr)ightarrow\b|\\(?:implies|iff|to|therefore)\b"
)
_BEFORE = re.compile(r"\s*(?:&|[*•–]\s)\s*")
_KNOWN = frozenset(
    heads.words(
        "let with where so then thus hence also and since because therefore now next finally we get have find gives is "
        "by using set define choose put answer result solution simplify simplified expand expanded factor rewrite "
        "substitute the derivative of von sei seien mit dann und daraus damit somit folglich daher deshalb also nun "
        "jetzt schließlich ist sind gilt folgt es setze wähle ergebnis antwort lösung ableitung ableiten vereinfacht "
        "vereinfachen zusammengefasst ausmultiplizieren ausklammern einsetzen wobei wir erhalten bekommen ergibt die "
        "das der"
    )
)
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]{2,})*")
_FIRST = re.compile(rf"\s*({_WORD.pattern})(?=[\s:,])\s*:?,?\s*")
_LABEL = re.compile(r"\s*([^=:^*/+\d\\{}<>|]*[^\W\d_])[\s)\]]*:(?!=)\s*")
_SAID = re.compile(r"\s*((?:[^\W\d_]+[,:]?\s+)+)")
_RULE = re.compile(
    r"\s*(?:(?:#|//).*|[(\[|,;–-]+\s*(?:by|with|using|nach|mit)?\s*(?:the\s+)?[\w\s-]*\b(?:rule|rules|regel|\w+regel)\b"
    r"\s*[)\]]?)\s*$",
    re.IGNORECASE,
)
"""``# product rule``, ``(chain rule)``."""
_BEHIND = re.compile(
    r"(?:\s+[(\[|]|\s*[,;]|\s+(?=(?:by|using|nach|wegen|because|since|via)\s))([^\d=^*/+\\(\[|]+?)[)\]|]?\s*$"
)
_GAP = re.compile(r"\s{50,}")
_END = re.compile(r"\s*[,;.]\s*$")
_MATHEMATICS = frozenset(
    name.casefold()
    for known in (names.FUNCTIONS, names.MADE, names.CONSTANTS, names.INFINITE, names.GREEK, ("diff", "derivative"))
    for name in known
) - frozenset(["derivative", "power", "root", "and", "where", "expand"])
_CALLED = re.compile("arc(?:sin|cos|tan)|a?(?:sin|cos|tan)h?|cot|sec|csc|ln|log|exp|sqrt|abs|pi")
_OF_ALL = frozenset("defy")
"""Letters of ``dy/dx``, ``df`` and ``xe^x``, which are no words."""


def _is_word(text: str, letters: Collection[str]) -> bool:
    """Whether letters in a row are a word, and no name of mathematics nor a product of the question's letters."""
    own = {*letters, *_OF_ALL}
    return len(text) > 1 and text.casefold() not in _MATHEMATICS and not {*_CALLED.sub("", text)} <= own


def _are_words(text: str, letters: Collection[str]) -> bool:
    """Whether all is words, with letters among them that are spoken of: ``the rule for u``."""
    found = [word for each in _WORD.findall(text) for word in re.split("[-’']", each)]
    long = [word for word in found if len(word) > 1]
    return any(len(word) > 2 for word in long) and all(_is_word(word, letters) for word in long)


def is_remark(line: str, letters: Collection[str]) -> bool:
    """Whether there is no formula in a line, ``by the chain rule``.

    >>> is_remark("by the chain rule:", ["x"]), is_remark("xy", ["x", "y"]), is_remark("sin x", ["x"])
    (True, False, False)
    """
    return re.fullmatch(r"[^\W\d_]+(?:[\s,;:.!?()–’'-]+[^\W\d_]+)*[\s.:!?)…]*", line.strip(" (")) is not None and (
        _are_words(line, letters)
    )


def chains(line: str) -> list[str]:
    """What stands between arrows, each at its offset: ``u = x^2 => u' = 2x`` is two lines in one."""
    found, begin = [], 0
    for arrow in _ARROW.finditer(line):
        found.append((begin, arrow.start()))
        begin = arrow.end()
    texts = [" " * start + line[start:end] for start, end in [*found, (begin, len(line))]]
    return [text for text in texts if text.strip()] or [line]


def plain(line: str, variables: Sequence[str], named: Collection[str] = ()) -> str:
    """A line without its number, words before it and a remark behind it, each blanked out.

    >>> plain("Produktregel: u = x^2  // first", ["x"]).strip()
    'u = x^2'
    """
    letters = {*variables, *named}
    indent = len(line) - len(line.lstrip())  # the patterns below go back and forth over blanks
    kept = _GAP.sub(" ", line[indent:].rstrip().replace(":=", " ="))
    kept = _blanked(kept, _RULE.search(kept))
    if (found := _BEHIND.search(kept)) and _are_words(found[1], letters):
        kept = _blanked(kept, found)
    kept = _blanked(kept, _END.search(kept))
    for _ in range(8):
        found = next((each for each in (_NUMBERED.match(kept), _BEFORE.match(kept)) if each), None)
        found = found or _words_before(kept, variables, letters)
        if found is None or not kept[found.end() :].strip():
            break
        kept = _blanked(kept, found)
    return " " * indent + kept


def _blanked(text: str, found: re.Match[str] | None) -> str:
    return text if found is None else text[: found.start()] + " " * len(found[0]) + text[found.end() :]


def _words_before(text: str, variables: Sequence[str], letters: Collection[str]) -> re.Match[str] | None:
    """Words with which a line begins, that say nothing."""
    if (found := _FIRST.match(text)) and found[1].casefold() in _KNOWN and _is_word(found[1], letters):
        return found
    if (found := _LABEL.match(text)) and _are_words(found[1], letters):
        return found
    found = _SAID.match(text)
    if found is None or not _are_words(found[1], letters):
        return None
    left = parts(text[found.end() :])
    return found if len(left) > 1 and side_of(left[0][1], variables) is not None else None
