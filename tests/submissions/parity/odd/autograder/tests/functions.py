from otter.test_files import test_case
import math
HELP = 3
def helper(f):
    return f(HELP)
import contextlib, io
import unittest

OK_FORMAT = False

name = "functions"
points = None


@test_case(points=1, hidden=True)
def b01(sq, missing=5):
    assert missing is None and sq(2) == 4


@test_case(points=2, hidden=True)
def b02(env):
    assert {'num', 'sq', 'np'} <= set(env) and set(env.keys()) >= {'num'}
    assert isinstance(env, dict) and env.get('zzz', 3) == 3
    assert sorted(k for k in env if k in ('num', 'flt')) == ['flt', 'num']


@test_case(points=4, hidden=True)
def b03(sq):
    assert helper(sq) == 9 and math.pi > 3


@test_case(points=8, hidden=True)
def b04(neg):
    neg(-2)


@test_case(points=16, hidden=True)
def b05(remember, history, total):
    before = total
    remember(10)
    assert history[-1] == 10 and total == before


@test_case(points=32, hidden=True)
def b06(env):
    before = env['total']
    env['remember'](10)
    assert env['total'] == before + 10 and env['history'][-1] == 10


@test_case(points=64, hidden=True)
def b07(noisy):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        noisy(5)
    assert out.getvalue() == 'got 5\n'


@test_case(points=128, hidden=True)
def b10(sq, neg):
    case = unittest.TestCase()
    case.assertAlmostEqual(sq(1.5), 2.25)
    with case.assertRaises(ValueError):
        neg(-1)
    with case.assertRaisesRegex(ValueError, 'negative: -3'):
        neg(-3)


@test_case(points=256, hidden=True)
def b11(df):
    import pandas as pd
    assert isinstance(df, pd.DataFrame)
    pd.testing.assert_frame_equal(df, pd.DataFrame({'x': [1, 2, 3], 'y': [2.0, 4.0, 6.5]}))


@test_case(points=512, hidden=True)
def b14(arr, farr):
    import numpy as np
    np.testing.assert_array_equal(arr, np.arange(6).reshape(2, 3))
    np.testing.assert_allclose(farr, [0, .25, .5, .75, 1])
    assert arr.flags.writeable


@test_case(points=1024, hidden=True)
def b15(poly3):
    from scipy.optimize import brentq
    from scipy.integrate import quad
    assert abs(brentq(poly3, 1, 2) - 2**.5) < 1e-9 and abs(quad(poly3, 0, 2)[0]) < 1e-9


@test_case(points=2048, hidden=True)
def b16(apply):
    class Mine:
        def __call__(self, v): return v + 1
    assert apply(Mine(), 2) == 3


@test_case(points=4096, hidden=True)
def b18(apply):
    assert apply(lambda: 1/0) is None


@test_case(points=8192, hidden=True)
def b19(apply):
    try:
        apply(lambda: {}['k'])
    except KeyError as e:
        assert e.args == ('k',)
    else:
        assert False


@test_case(points=16384, hidden=True)
def b20(twice, sq):
    g = twice(sq)
    assert g(2) == 16 and twice(g)(2) == 65536
