"""What became of a test, and a question of ours as it is written into one."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.build.source import Cell, is_function, is_hidden, tested
from autograder.model import Record

__all__ = ["Asked", "Change", "as_function", "rewritten"]


class Change(Record, frozen=True, kw_only=True):
    """What became of one test."""

    question: str
    hidden: bool
    before: str
    after: str
    """The same as before where it stayed a plain test."""
    reason: str

    @property
    def is_ours(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question of ours, as it is written."""

    kind: str
    arguments: str
    name: str
    reason: str
    hidden_only: bool = False
    """It holds the answer itself."""

    def written(self, more: str = "") -> str:
        return f"{self.kind}({self.arguments}, name={self.name!r}{more})".replace("'", '"')


def rewritten(test: Cell, asked: Asked) -> str:
    """A test's cell with our question in the place of what it compared; its configuration stays."""
    lines = test.text.split("\n")
    _, module = tested(test)
    first = module.body[0].lineno - 1
    head = [line for line in lines[:first] if line.strip()]
    hidden = is_hidden(test)
    line = asked.written(", seed=101" if hidden else "")
    if is_function(test):
        function = module.body[0]
        assert isinstance(function, ast.FunctionDef)
        body = as_function(function.name, [asked], hidden=hidden)
        return "\n".join([*head, *(["", ""] if head and not head[-1].startswith("# ") else []), body])
    return "\n".join([*head, f"from autograder import {asked.kind}", f"{line}.check({asked.name})"])


def as_function(name: str, asked: Sequence[Asked], *, hidden: bool) -> str:
    """A test of one function that asks these questions."""
    kinds = ", ".join(sorted({each.kind for each in asked}))
    parameters = ", ".join(dict.fromkeys(each.name for each in asked))
    lines = [f"def {name}({parameters}):", f"    from autograder import {kinds}", ""]
    for each in asked:
        lines.append(f"    {each.written(', seed=101' if hidden else '')}.check({each.name})")
    return "\n".join(lines)
