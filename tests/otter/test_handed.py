"""Of which answers a test hands only on to our own questions."""

import pytest

from autograder.otter.running.handed import handed_on

ASK = "from autograder import Derivative, Gradient as G\n"
CLAIMS = [
    # a test file's source, what is handed on
    (ASK + "def test(a):\n    Derivative('x').check(a)", {"a", "x"}),
    (ASK + "def test(a, b):\n    q = G('x*y')\n    q.check(a)\n    q.check(b)", {"a", "b", "x", "y"}),
    (ASK + "def test(a):\n    q = G('x*y')\n    q.check(a)\n    assert a.shape", {"x", "y"}),
    (ASK + "def test(a):\n    q = G('x*y')\n    q.check(a + 1)", {"x", "y"}),
    (ASK + "def test(a):\n    q = G('x*y')\n    q.check([a])", {"x", "y"}),
    (ASK + "def test(a):\n    q = G('x*y')\n    q = a\n    q.check(a)", {"x", "y"}),
    (ASK + "def test(a, q):\n    q.check(a)", set()),
    ("class G:\n    def check(self, a): return a.at\n# autograder\ndef test(a):\n    G().check(a)", set()),
    ("from autograder.model import Outcome as G\ndef test(a):\n    G('x').check(a)", {"x"}),
    ("def test(a):\n    Derivative('x').check(a)", set()),
    (ASK + "def test(a, x):\n    G('x*y').check(a)\n    assert x", {"a", "y"}),
    (ASK + "def test(a):\n    G('x*y').check(a)\n    x = eval('y')", {"a"}),
    (ASK + "test = {'code': '>>> G(1).check(a)'}", set()),
    (ASK + "def test(a:", set()),
]


@pytest.mark.parametrize(("source", "names"), CLAIMS)
def test_what_is_handed_on(source: str, names: set[str]) -> None:
    assert handed_on(source) == names
