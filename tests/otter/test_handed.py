"""Of which answers a test hands only on to our own questions."""

import pytest

from autograder.otter.running.handed import handed_on

ASK = "from autograder import Derivative, Gradient as G\n"
NAMES = {"a", "b", "q", "x", "y"}
CLAIMS = [
    # a test file's source, which of these names are handed on
    (ASK + "def test(a):\n    Derivative('x').check(a)", {"a", "x"}),
    (ASK + "def test(a, b):\n    q = G('x*y')\n    q.check(a)\n    q.check(b)", {"a", "b", "q", "x", "y"}),
    (ASK + "def test(a):\n    q = G('x*y')\n    q.check(a)\n    assert a.shape", {"q", "x", "y"}),
    (ASK + "def test(a):\n    q = G('x*y')\n    q.check(a + 1)", {"q", "x", "y"}),
    (ASK + "def test(a):\n    q = G('x*y')\n    q.check([a])", {"q", "x", "y"}),
    (ASK + "def test(a):\n    q = G('x*y')\n    q = a\n    q.check(a)", {"q", "x", "y"}),
    (ASK + "def test(a, q):\n    q.check(a)", set()),
    ("class G:\n    def check(self, a): return a.at\n# autograder\ndef test(a):\n    G().check(a)", set()),
    ("from autograder.model import Outcome as G\ndef test(a):\n    G('x').check(a)", {"x"}),
    ("def test(a):\n    Derivative('x').check(a)", set()),
    (ASK + "def test(a, x):\n    G('x*y').check(a)\n    assert x", {"a", "y"}),
    (ASK + "def test(a):\n    G('x*y').check(a)\n    x = eval('y')", {"a"}),
    (ASK + "def test(a, env):\n    G('x*y').check(a)\n    assert env['y'].at", {"a"}),
    (ASK + "test = {'code': '>>> G(1).check(a)'}", set()),
    (ASK + "def test(a:", set()),
    (ASK + "def test(a):\n    nonlocal y", set()),
    # a name that the test binds itself
    (ASK + "def test(a):\n    for x in (1, 2):\n        a(x)", {"x"}),
    (ASK + "def test(a):\n    Equal(1).check(a, call=lambda x, y: (x, y + 1))", {"x", "y"}),
    (ASK + "def test(a):\n    def b(x, *, y=1):\n        return x + y\n    a(b)", {"b", "x", "y"}),
    (ASK + "def test(a):\n    assert all(x > y for x, y in a)", {"x", "y"}),
    (ASK + "def test(a):\n    with a as x:\n        import y\n        y.see(x)", {"x", "y"}),
    # one that stands for nothing, or for something else's
    (ASK + "def test(a):\n    a(x=1)  # at y", {"x", "y"}),
    (ASK + "def test(a):\n    assert a.x", {"x"}),
    # and one that is the notebook's all the same, or may be
    (ASK + "def test(a, x):\n    a([x for y in x])", {"y"}),
    (ASK + "def test(x, a):\n    def b(y):\n        return x\n    a(b, lambda x: x)", {"b", "y"}),
    (ASK + "def test(a):\n    global x\n    x = a\n    a(x)", set()),
    (ASK + "x = 1\ndef test(a):\n    a(x, y)", set()),
    (ASK + "class T:\n    def test(self, x):\n        assert x.at", set()),
    (ASK + "test = case(lambda x: x.at)", set()),
]


@pytest.mark.parametrize(("source", "names"), CLAIMS)
def test_what_is_handed_on(source: str, names: set[str]) -> None:
    assert handed_on(source) & NAMES == names
