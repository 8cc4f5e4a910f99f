from otter.test_files import test_case
import numpy as np, pytest, collections

OK_FORMAT = False
name = 'objects2'
points = None


@test_case(points=1, hidden=True)
def t0(bm): assert bm() == 'ABC'


@test_case(points=2, hidden=True)
def t1(bound): assert bound() == 5


@test_case(points=4, hidden=True)
def t2(lst_np): assert type(lst_np[0]) is np.float64 and repr(lst_np) == '[np.float64(1.5), np.int64(2)]'


@test_case(points=8, hidden=True)
def t3(tup_np): assert str(tup_np) == '(np.float64(1.5),)'


@test_case(points=16, hidden=True)
def t4(mem): assert bytes(mem) == b'ab'


@test_case(points=32, hidden=True)
def t5(ba): assert ba == b'ab' and isinstance(ba, bytearray)


@test_case(points=64, hidden=True)
def t6(ba): assert isinstance(ba, bytes)


@test_case(points=128, hidden=True)
def t7(sl): assert sl == slice(1, 2)


@test_case(points=256, hidden=True)
def t8(typ): assert typ is int


@test_case(points=512, hidden=True)
def t9(ptyp): assert ptyp.__name__ == 'Point'


@test_case(points=1024, hidden=True)
def t10(none_fn): assert none_fn is None


@test_case(points=2048, hidden=True)
def t11(exiter):
    with pytest.raises(SystemExit): exiter()


@test_case(points=4096, hidden=True)
def t12(Color): assert Color.RED.value == 1


@test_case(points=8192, hidden=True)
def t13(env): assert env['__name__'] == '__main__'


@test_case(points=16384, hidden=True)
def t14(env): assert 'get_ipython' in env and env['get_ipython']() is not None


@test_case(points=32768, hidden=True)
def t15(env): assert '__builtins__' in env


@test_case(points=65536, hidden=True)
def t16(env): assert env['In'] is not None and 'Out' in env


@test_case(points=131072, hidden=True)
def t17(env): assert '_' in env


@test_case(points=262144, hidden=True)
def t18(env): assert isinstance(env['__builtins__'], (dict, type(np)))


@test_case(points=524288, hidden=True)
def t19(env): assert '__file__' not in env and '__doc__' in env


@test_case(points=1048576, hidden=True)
def t20(env): assert [k for k in env if k.startswith('dflt')] == ['dflt'] and len(env) > 50


@test_case(points=2097152, hidden=True)
def t21(f): assert [f(v) for v in np.arange(3)] == [0, 1, 4]


@test_case(points=4194304, hidden=True)
def t22(f): assert isinstance(f(2), int) and type(f(2.0)) is float and type(f(np.float64(2))) is np.float64


@test_case(points=8388608, hidden=True)
def t23(f): assert type(f(np.float32(2))) is np.float32 and f(True) == 1 and f(2+1j) == (2+1j)**2


@test_case(points=16777216, hidden=True)
def t24(f):
    class V:
        def __pow__(self, k): return ('pow', k)
    assert f(V()) == ('pow', 2)


@test_case(points=33554432, hidden=True)
def t25(f):
    from fractions import Fraction
    assert f(Fraction(1, 2)) == Fraction(1, 4)


@test_case(points=67108864, hidden=True)
def t26(f):
    with pytest.raises(TypeError): f('a')


@test_case(points=134217728, hidden=True)
def t27(f):
    with pytest.raises(TypeError): f()


@test_case(points=268435456, hidden=True)
def t28(f):
    with pytest.raises(TypeError): f(1, 2)


@test_case(points=536870912, hidden=True)
def t29(f):
    with pytest.raises(TypeError, match=r"missing 1 required positional argument: 'x'"): f()


@test_case(points=1073741824, hidden=True)
def t30(df): assert abs(df(x=2.0, h=1e-5) - 4) < 1e-6


@test_case(points=2147483648, hidden=True)
def t31(lam, x): assert lam(3) == 9


@test_case(points=4294967296, hidden=True)
def t32(f):
    import time
    t0 = time.perf_counter(); f(1)
    assert time.perf_counter() - t0 < 5


@test_case(points=8589934592, hidden=True)
def t33(f):
    import copy
    assert copy.deepcopy(f)(2) == 4


@test_case(points=17179869184, hidden=True)
def t34(f):
    import functools
    g = functools.partial(f, 3)
    assert g() == 9 and functools.reduce(lambda a, b: a + f(b), [1, 2], 0) == 5


@test_case(points=34359738368, hidden=True)
def t35(f):
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(f, [1, 2, 3])) == [1, 4, 9]


@test_case(points=68719476736, hidden=True)
def t36(f, step):
    from scipy.optimize import approx_fprime
    assert abs(approx_fprime(np.array([1.0]), lambda v: f(v[0]), 1e-6)[0] - 2) < 1e-4


@test_case(points=137438953472, hidden=True)
def t37(frame, ser):
    import pandas as pd
    assert isinstance(frame, pd.DataFrame) and frame.shape == (2, 1) and frame['a'].sum() == 1.0


@test_case(points=274877906944, hidden=True)
def t38(x): 
    import sympy
    assert sympy.diff(x**2, x) == 2*x and x == sympy.Symbol('x')
