from otter.test_files import test_case
import warnings, random, os
import numpy as np
import pytest

OK_FORMAT = False
name = 'settings'
points = None


@test_case(points=1, hidden=True)
def t0(risky):
    with np.errstate(all='raise'):
        try: risky(0.0)
        except FloatingPointError: pass
        else: assert False


@test_case(points=2, hidden=True)
def t1(risky):
    old = np.seterr(divide='raise')
    with pytest.raises(FloatingPointError):
        risky(0.0)
    np.seterr(**old)


@test_case(points=4, hidden=True)
def t2(risky):
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        with pytest.raises(RuntimeWarning):
            risky(0.0)


@test_case(points=8, hidden=True)
def t3(warns):
    with pytest.warns(UserWarning, match='careful'):
        assert warns(3) == 3


@test_case(points=16, hidden=True)
def t4(warns, f):
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter('always')
        warns(3); f(2)
    assert len(w) == 1 and issubclass(w[0].category, UserWarning) and 'careful' in str(w[0].message)


@test_case(points=32, hidden=True)
def t5(deprec):
    with pytest.deprecated_call():
        deprec(3)


@test_case(points=64, hidden=True)
def t6(noisy_sgd):
    np.random.seed(1)
    X = np.random.randn(10)
    w = noisy_sgd(X)
    np.random.seed(1)
    X2 = np.random.randn(10)
    e = sum(X2[np.random.randint(10)] for _ in range(3))
    assert abs(w - e) < 1e-12


@test_case(points=128, hidden=True)
def t7(noisy_sgd):
    np.random.seed(1)
    noisy_sgd(np.arange(5.))
    a = np.random.rand()
    np.random.seed(1)
    [np.random.randint(5) for _ in range(3)]
    assert np.random.rand() == a


@test_case(points=256, hidden=True)
def t8(py_noise):
    random.seed(3)
    a = random.random()
    b = py_noise(2)
    random.seed(3)
    assert [a, *b] == [random.random() for _ in range(3)]


@test_case(points=512, hidden=True)
def t9(shuffled):
    random.seed(5)
    l = [1, 2, 3, 4, 5]
    out = shuffled(l)
    random.seed(5)
    k = [1, 2, 3, 4, 5]; random.shuffle(k)
    assert out == k and l == k and out is l


@test_case(points=1024, hidden=True)
def t10(home):
    os.environ['MY_SETTING'] = 'set'
    assert home() == 'set'


@test_case(points=2048, hidden=True)
def t11(home, monkeypatch=None):
    from unittest import mock
    with mock.patch.dict(os.environ, MY_SETTING='mock'):
        assert home() == 'mock'


@test_case(points=4096, hidden=True)
def t12(thirds):
    assert str(thirds) == '[0.333 0.667 0.   ]'


@test_case(points=8192, hidden=True)
def t13(thirds):
    with np.printoptions(precision=5):
        assert repr(thirds) == 'array([0.33333, 0.66667, 0.     ])'


@test_case(points=16384, hidden=True)
def t14(frame):
    assert str(frame.iloc[0, 0]) .startswith('0.3333') and '0.33' in frame.to_string() and '0.333' not in frame.to_string()


@test_case(points=32768, hidden=True)
def t15(jf):
    import jax.numpy as jnp
    assert jf(1.0).dtype == jnp.float32


@test_case(points=65536, hidden=True)
def t16(plotter):
    import matplotlib.pyplot as plt
    plt.close('all')
    fig = plotter()
    assert len(fig.axes) == 1


@test_case(points=131072, hidden=True)
def t17(plotter):
    import matplotlib.pyplot as plt
    plotter()
    assert plt.gca() is not None


@test_case(points=262144, hidden=True)
def t18():
    np.random.seed(9); np.set_printoptions(precision=2)


@test_case(points=524288, hidden=True)
def t19(thirds):
    assert str(thirds) == '[0.33 0.67 0.  ]'


@test_case(points=1048576, hidden=True)
def t20(py_noise):
    from unittest.mock import patch
    with patch('random.random', return_value=0.5):
        assert py_noise(2) == [0.5, 0.5]


@test_case(points=2097152, hidden=True)
def t21(env, wrote):
    from unittest.mock import patch
    with patch('builtins.print') as pr:
        env['noisy_sgd'](np.arange(3.))
    assert not pr.called


@test_case(points=4194304, hidden=True)
def t22(drw):
    assert 0 <= drw() <= 1


@test_case(points=8388608, hidden=True)
def t23(thirds_of):
    import numpy
    calls = []
    orig = numpy.asarray
    numpy.asarray = lambda *a, **k: (calls.append(1), orig(*a, **k))[1]
    try: thirds_of([3])
    finally: numpy.asarray = orig
    assert calls


@test_case(points=16777216, hidden=True)
def t24(where):
    assert isinstance(where(), str)


@test_case(points=33554432, hidden=True)
def t25():
    assert open('out.txt').read() == 'hello'


@test_case(points=67108864, hidden=True)
def t26(useget):
    assert useget().endswith('InteractiveShell')


@test_case(points=134217728, hidden=True)
def t27(env):
    import sys
    sys.setrecursionlimit(2000)
    try: env['deep'](1)
    except RecursionError: pass
    else: assert False
