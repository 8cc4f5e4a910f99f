"""A graph as students write it, as nodes with labels and edges: pairs, dictionaries, DOT, plain data of a library's.

DOT is read here and not by pydot, whose grammar would be one more package in every student's environment for the few
statements that a computational graph has; what is not read is refused with a sentence, and a graph that pydot made of
a text comes as an object.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from autograder.compare.reading import Unreadable, describe
from autograder.model import Reason
from autograder.plots.graphs.objects import graph_data

__all__ = ["Drawing", "read_graph"]

_MOST_NODES, _MOST_EDGES, _MOST_TEXT = 100, 400, 20_000
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|<(?:[^<>]|<[^<>]*+>)*+>|->|--|-?\.?[^\s\[\]{};,="<>-]+|[\[\]{};,=]')
_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*|^\s*#[^\n]*", re.DOTALL | re.MULTILINE)
_A_GRAPH = "a graph: pairs (from, to), a dictionary, DOT, or a graph of NetworkX or Graphviz"
_DIRECTED = "a graph whose edges have a direction, as of DiGraph, Digraph or digraph"


@dataclass(frozen=True)
class Drawing:
    """Nodes by their names, with what is written on them, and edges from what feeds to what is fed."""

    labels: dict[str, str]
    edges: tuple[tuple[str, str], ...]

    def turned(self) -> "Drawing":
        """With every edge reversed."""
        return Drawing(self.labels, tuple((b, a) for a, b in self.edges))

    @cached_property
    def feeders(self) -> dict[str, list[str]]:
        """Node → what feeds it, in the order in which it was written; twice where an edge stands twice."""
        found: dict[str, list[str]] = {name: [] for name in self.labels}
        for a, b in self.edges:
            found[b].append(a)
        return found

    def feeds(self, node: str) -> bool:
        """Whether the node feeds another one."""
        return any(a == node for a, _ in self.edges)


def read_graph(answer: Any) -> Drawing:
    """The graph that an answer is.

    Raises:
        Unreadable: it is none, or one without edges or their directions, or too large.
    """
    if answer is None or answer is Ellipsis:
        raise Unreadable(Reason.MISSING)
    plain = graph_data(answer)
    given = answer if plain is None else plain
    labels: dict[str, str] = {}
    if _undirected(given):
        raise Unreadable(Reason.WRONG_TYPE, expected=_DIRECTED, got=describe(answer))
    try:
        edges = [*_edges_of(given, labels)]
    except (TypeError, ValueError, RecursionError, KeyError):
        edges = []
    if not edges:
        raise Unreadable(Reason.WRONG_TYPE, expected=_A_GRAPH, got=describe(answer))
    for pair in edges:
        for name in pair:
            labels.setdefault(name, name)
    if len(labels) > _MOST_NODES or len(edges) > _MOST_EDGES:
        raise Unreadable(Reason.TOO_LARGE)
    return Drawing(labels, tuple(edges))


def _undirected(given: Any) -> bool:
    if isinstance(given, str):
        return "--" in given and "->" not in given and "{" in given
    return isinstance(given, Mapping) and given.get("directed") is False


def _edges_of(given: Any, labels: dict[str, str]) -> Iterator[tuple[str, str]]:
    if isinstance(given, str):
        given = given.replace("→", "->")
        if len(given) <= _MOST_TEXT and "->" in given:
            yield from _Dot(given, labels).edges
    elif isinstance(given, Mapping) and "nodes" in given and ({*given} & {"edges", "links"}):
        labels.update(_labels_of(given["nodes"]))
        yield from _edges_of([*given.get("edges", given.get("links", ()))], labels)
    elif isinstance(given, Mapping):
        for name, fed in given.items():
            labels.setdefault(_name(name), _name(name))
            for each in [fed] if isinstance(fed, str) else list(fed if isinstance(fed, Iterable) else [fed]):
                yield _name(name), _name(each)
    elif isinstance(given, tuple) and len(given) == 2 and isinstance(given[0], Mapping):
        yield from _edges_of({"nodes": given[0], "edges": given[1]}, labels)
    else:
        pairs = given.tolist() if isinstance(given, np.ndarray) else list(given)
        if pairs and all(isinstance(pair, str) and re.search("->|→", pair) for pair in pairs):
            yield from _edges_of("; ".join(_quoted(pair) for pair in pairs), labels)
            return
        for pair in pairs:
            if isinstance(pair, Mapping):
                pair = (pair["source"], pair["target"])
            if isinstance(pair, str) or len(pair) not in (2, 3):
                raise ValueError("not a pair")
            yield _name(pair[0]), _name(pair[1])


def _labels_of(nodes: Any) -> Iterator[tuple[str, str]]:
    """Names and labels of ``"nodes"``: a dictionary, names, pairs, or dictionaries as NetworkX writes them."""
    for node in nodes.items() if isinstance(nodes, Mapping) else nodes:
        if isinstance(node, Mapping):
            node = (node["id"], node)
        name, label = node if isinstance(node, list | tuple) and len(node) == 2 else (node, node)
        yield _name(name), _name(label.get("label", label.get("op", name)) if isinstance(label, Mapping) else label)


def _quoted(pair: str) -> str:
    """``sin(x) -> a`` with its ends in quotes, as DOT needs them."""
    return " -> ".join(
        '"' + end.strip().strip('"').replace('"', "") + '"' for end in re.split("->|→", pair.strip(" ;"))
    )


def _name(node: Any) -> str:
    if not isinstance(node, str | int | float) and not hasattr(node, "free_symbols"):
        raise TypeError("a node is called by a text")
    return _lines(str(node))


def _lines(text: str) -> str:
    r"""A label with a line break between its lines, which DOT writes ``\n``, ``\l`` or ``\r``, and no other blanks."""
    lines = re.split(r"\n|\\[nlr](?![a-z])", text[:1000])
    return "\n".join(line for each in lines if (line := " ".join(each.split())))[:200]


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
        if self._peek().startswith(":"):  # a port of a node whose name is in quotes
            self._next()
        return [_unquoted(token) if token.startswith('"') else token.partition(":")[0]]

    def _attributes(self) -> str | None:
        label = None
        while self._peek() == "[":
            words = []
            while (token := self._next()) not in ("]", ""):
                words.append(token)
            for k in range(len(words) - 2):
                if words[k].strip('"') == "label" and words[k + 1] == "=":
                    label = _unquoted(words[k + 2])
        return label


def _unquoted(token: str) -> str:
    return _lines(token[1:-1].replace('\\"', '"') if token.startswith('"') else token)
