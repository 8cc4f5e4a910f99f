"""The attacks on plain tests, read from the texts under ``submissions/attacks``, and the table of ``docs/security.md``.

    .venv/bin/python -m tests.parity.attack_texts      prints the table

A text is read as those of ``parity_groups.py`` are. A question's first cell is the attacker's answer, ``-- honest`` an
honest one; ``== given`` and ``-- after`` are the attacker's cells. Settings: ``kind`` names the class of the attack,
``imports`` is what the honest notebook begins with, ``open`` names the questions that a person decides, ``gives`` those
in which the attacker's answer deserves something (``town=1``: its public case; a ``control`` shows that the attack is
on), ``ends`` how the notebook's process ends before its time. Whatever is not named gives 0.
"""

from collections.abc import Iterator

from tests import SUBMISSIONS
from tests.parity.parity_groups import Group, in_folder, notebook_of

ATTACKS = SUBMISSIONS / "attacks"
ALL = {group.name: group for group in in_folder(ATTACKS)}
KINDS = {
    "names": "hidden answers reach the notebook",
    "comparison": "what a test compares with is the notebook's",
    "arguments": "the test's own objects are rewritten",
    "process": "what a test draws, prints or reads is chosen",
    "records": "records that only the grader writes are forged",
    "inside": "only the notebook's own process says pass",
}


def attack(group: Group) -> str:
    """The attacker's notebook."""
    return notebook_of(list(_cells(group, honest=False)))


def honest(group: Group) -> str:
    """The honest notebook of the same assignment."""
    return notebook_of(list(_cells(group, honest=True)))


def _cells(group: Group, *, honest: bool) -> Iterator[str]:
    yield f'import otter\ngrader = otter.Notebook("{group.name}.ipynb")'
    if honest and "imports" in group.settings:
        yield group.settings["imports"]
    for part in group.parts:
        if part.is_question:
            yield (part.one_of("honest") or "") if honest else part.right
            yield f'grader.check("{part.name}")'
            if not honest:
                yield from part.all_of("after")
        elif not honest:
            yield part.right


def full(group: Group) -> dict[str, float]:
    """Question → all its points."""
    return {part.name: 2.0 ** sum(map(_cases, part.all_of("test"))) - 1 for part in group.questions}


def _cases(text: str) -> int:
    return 1 if text.startswith(">>>") else text.count("def test_")


def left(group: Group) -> list[str]:
    """Questions that a person decides."""
    return group.settings.get("open", "").split()


def deserved(group: Group) -> dict[str, float]:
    """Question → what the attacker's answer has earned honestly."""
    given = dict(pair.split("=") for pair in group.settings.get("gives", "").split())
    return {question: float(given.get(question, 0)) for question in full(group)}


def table() -> str:
    """The table of ``docs/security.md``."""
    lines = ["| attack | what it does | what it earns |", "|---|---|---|"]
    for kind, what in KINDS.items():
        lines.append(f"| **{what}** | | |")
        for name, group in ALL.items():
            if group.settings["kind"] == kind:
                lines.append(f"| `{name}` | {group.title} | {_earns(group)} |")
    return "\n".join(lines)


def _earns(group: Group) -> str:
    waiting = len(left(group))
    if "ends" in group.settings:
        return f"ended: `{group.settings['ends']}`; a person looks"
    if not waiting:
        return "0"
    return "a person decides" if waiting == len(full(group)) else f"0; a person decides {waiting} of {len(full(group))}"


if __name__ == "__main__":
    print(table())
