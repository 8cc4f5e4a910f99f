"""A graph as students write it, as nodes with labels and edges: pairs, dictionaries, DOT, plain data of a library's."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from autograder.compare.reading import Unreadable, describe
from autograder.model import Reason
from autograder.plots.graphs.objects import graph_data

__all__ = ["Drawing", "read_graph"]

_MOST_NODES, _MOST_EDGES, _MOST_TEXT = 100, 400, 20_000
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|->|--|[^\s\[\]{};,="-]+|[\[\]{};,=]')
_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*|^\s*#[^\n]*", re.DOTALL | re.MULTILINE)
_A_GRAPH = "a graph: pairs (from, to), a dictionary, DOT, or a graph of NetworkX or Graphviz"


@dataclass(frozen=True)
class Drawing:
    """Nodes by their names, with what is written on them, and edges from what feeds to what is fed."""

    labels: dict[str, str]
    edges: tuple[tuple[str, str], ...]

    def turned(self) -> "Drawing":
        """With every edge reversed."""
        return Drawing(self.labels, tuple((b, a) for a, b in self.edges))

    def into(self, node: str) -> list[str]:
        """What feeds a node, in the order in which it was written."""
        return [a for a, b in self.edges if b == node]


def read_graph(answer: Any) -> Drawing:
    """The graph that an answer is.

    Raises:
        Unreadable: it is none, or one without edges, or too large.
    """
    if answer is None or answer is Ellipsis:
        raise Unreadable(Reason.MISSING)
    plain = graph_data(answer)
    given = answer if plain is None else plain
    labels: dict[str, str] = {}
    try:
        edges = [*_edges_of(given, labels)]
    except (TypeError, ValueError, RecursionError):
        edges = []
    if not edges:
        raise Unreadable(Reason.WRONG_TYPE, expected=_A_GRAPH, got=describe(answer))
    for pair in edges:
        for name in pair:
            labels.setdefault(name, name)
    if len(labels) > _MOST_NODES or len(edges) > _MOST_EDGES:
        raise Unreadable(Reason.TOO_LARGE)
    return Drawing(labels, tuple(edges))


def _edges_of(given: Any, labels: dict[str, str]) -> Iterator[tuple[str, str]]:
    if isinstance(given, str):
        if len(given) <= _MOST_TEXT and "->" in given:
            yield from _Dot(given, labels).edges
    elif isinstance(given, Mapping) and {*map(str, given)} == {"nodes", "edges"}:
        nodes = given["nodes"]
        pairs = nodes.items() if isinstance(nodes, Mapping) else ((n if _is_pair(n) else (n, n)) for n in nodes)
        for name, label in pairs:
            labels[_name(name)] = _name(label.get("label", name) if isinstance(label, Mapping) else label)
        yield from _edges_of(list(given["edges"]), labels)
    elif isinstance(given, Mapping):
        for name, fed in given.items():
            labels.setdefault(_name(name), _name(name))
            for each in [fed] if isinstance(fed, str) else list(fed if isinstance(fed, Iterable) else [fed]):
                yield _name(name), _name(each)
    else:
        for pair in given.tolist() if isinstance(given, np.ndarray) else list(given):
            if isinstance(pair, str) or len(pair) not in (2, 3):
                raise ValueError("not a pair")
            yield _name(pair[0]), _name(pair[1])


def _is_pair(node: Any) -> bool:
    return isinstance(node, list | tuple) and len(node) == 2


def _name(node: Any) -> str:
    if not isinstance(node, str | int | float) and not hasattr(node, "free_symbols"):
        raise TypeError("a node is called by a text")
    return " ".join(str(node).split())[:200]


class _Dot:
    """What stands in a text in Graphviz's language; attributes other than labels of nodes are passed over."""

    def __init__(self, text: str, labels: dict[str, str]) -> None:
        self.labels = labels
        self.edges: list[tuple[str, str]] = []
        self._tokens = _TOKEN.findall(_COMMENT.sub("", text))
        self._at = self._tokens.index("{") + 1 if "{" in self._tokens else 0
        self._block(0)

    def _next(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1] if self._at <= len(self._tokens) else ""

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _block(self, depth: int) -> list[str]:
        """Read statements up to the closing bracket; the nodes that they name."""
        if depth > 20:
            raise ValueError("nested too deeply")
        named: list[str] = []
        while self._peek() not in ("}", ""):
            named += self._statement(depth)
        self._next()
        return named

    def _statement(self, depth: int) -> list[str]:
        chain = [self._end(depth)]
        while self._peek() in ("->", "--"):
            self._next()
            chain.append(self._end(depth))
        if self._peek() == "=":
            self._next()
            self._next()
            return []
        label = self._attributes()
        for before, after in pairwise(chain):
            self.edges += [(a, b) for a in before for b in after]
        if label is not None and len(chain) == 1:
            self.labels.update({name: label for name in chain[0] if name not in ("node", "edge", "graph")})
        return [name for end in chain for name in end]

    def _end(self, depth: int) -> list[str]:
        token = self._next()
        if token == "subgraph":
            token = self._next() if self._peek() == "{" else (self._next(), self._next())[1]
        if token == "{":
            return self._block(depth + 1)
        if token in (";", ",", "", "]", "[", "="):
            return []
        quoted = token.startswith('"')
        return [" ".join(token[1:-1].replace('\\"', '"').split())[:200] if quoted else token.partition(":")[0]]

    def _attributes(self) -> str | None:
        label = None
        while self._peek() == "[":
            words = []
            while (token := self._next()) not in ("]", ""):
                words.append(token)
            for k in range(len(words) - 2):
                if words[k].strip('"') == "label" and words[k + 1] == "=":
                    label = words[k + 2].strip('"')
        return label
