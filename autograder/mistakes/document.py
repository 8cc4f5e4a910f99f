"""``docs/mistakes.md`` from the catalogue: ``python -m autograder.mistakes.document > docs/mistakes.md``."""

import sys

import numpy as np

from autograder.mistakes import examples
from autograder.mistakes.catalogue import AREAS, MISTAKES, THEMES, Mistake

HEAD = """# Mistakes that are named

Generated from the catalogue in `autograder/mistakes/`; a test holds that this page is current. To write it again:
`python -m autograder.mistakes.document > docs/mistakes.md`.

{count} mistakes. A wrong answer is not written by hand: the rule that went wrong is applied to the question's own
function, in the form in which its author wrote it, at every place where it applies and at one place at a time. An
answer of any kind, a formula, a function, a number or an array, is compared with all of them. A mistake is named only
if it agrees with the answer at every point; if several agree, all are named, and the student reads what they have in
common; if none does, nothing is said. A right answer is never diagnosed.

The first hint asks a question about the concept. The second, on the next wrong attempt, is something to try. Neither
shows a value, a sign, a factor, an exponent or a part of the answer; `feedback.leaks` checks that.

Authors give partial credit by the id: `Derivative("x + cos(3*x)", credit={{"trig_sign": 0.5}})`. `autograder build`
says which mistakes cannot be made on a function, which give the right answer, and which two give the same wrong one.

**A new mistake** is one entry in one of the lists: an id, what it does, two hints, an example, and a rule for the
differentiator, a transformation of the whole answer, a test of the values, or a test of the exception. Then run
`python -m autograder.feedback.translations`, fill in the new lines of each language's `.po` file, run it again, and
write this page again.

**A new language** is one file: copy `autograder/locale/autograder.pot` to
`autograder/locale/<language>/LC_MESSAGES/autograder.po`, translate it, run the first command. The language is the one
asked for, else `AUTOGRADER_LANGUAGE`, else the course's, else the machine's (`LC_ALL`, `LC_MESSAGES`, `LANG`).
"""


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _example(entry: Mistake) -> str:
    example = entry.example
    if example.kind == "code":
        return _code(example.shown)
    asked = example.function if isinstance(example.function, str) else f"[{', '.join(example.function)}]"
    with np.errstate(all="ignore"):
        made = examples.wrong_answer(entry)
    wrong = made.text() if made is not None else example.shown
    return f"{example.kind}{' of ' + _code(asked) if asked else ''} → {_code(wrong)}"


def document() -> str:
    """The page, as Markdown."""
    lines = [HEAD.format(count=len(MISTAKES))]
    for area, (title, _, _) in AREAS.items():
        lines.append(f"## {title}\n")
        for entry in (entry for entry in MISTAKES.values() if entry.area == area):
            lines += [
                f"### `{entry.id}`: {entry.title}\n",
                f"- Number in the notes: {entry.code}. Applies to: {entry.applies}. "
                f"Becomes: {_code(entry.transformation)}",
                f"- Example: {_example(entry)}",
                f"- First hint: {entry.question}",
                f"- Second hint: {entry.attempt}",
                f"- Source: {entry.source}\n",
            ]
    lines.append("## When several fit\n\nMistakes that cannot be told apart share a theme, an area or nothing:\n")
    for theme, (question, attempt) in THEMES.items():
        ids = ", ".join(_code(entry.id) for entry in MISTAKES.values() if theme in entry.themes)
        lines.append(f"- **{theme}** ({ids}): {question} {attempt}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(document())
