from otter.test_files import test_case
import pytest, numpy as np, support

OK_FORMAT = False
name = 'nested'
points = None


@test_case(points=1, hidden=True)
def t0(descend, grad_f): assert abs(descend(lambda v: grad_f(v), 1.0, 0.1, 50)) < 1e-4


@test_case(points=2, hidden=True)
def t1(df, f): assert abs(df(lambda v: f(v) + 1, 3.0) - 6) < 1e-4


@test_case(points=4, hidden=True)
def t2(df, f): assert abs(df(f, 3.0) - 6) < 1e-4


@test_case(points=8, hidden=True)
def t3(safe): assert safe(lambda x: 1 / x, 0) is None


@test_case(points=16, hidden=True)
def t4(tryit):
    def bad(): raise ValueError('no')
    assert tryit(bad) == 'Vno'


@test_case(points=32, hidden=True)
def t5(tryit):
    def bad(): raise KeyError('no')
    assert tryit(bad) == "K'no'"


@test_case(points=64, hidden=True)
def t6(tryit):
    class Own(LookupError): pass
    def bad(): raise Own('no')
    assert tryit(bad) == 'Own'


@test_case(points=128, hidden=True)
def t7(count_args): assert count_args(lambda a, b: 0) == 2 and count_args(lambda a, b=1, *c: 0) == 3


@test_case(points=256, hidden=True)
def t8(answer): assert support.check(answer)


@test_case(points=512, hidden=True)
def t9(answer):
    import support as s
    assert s.ANSWER == answer


@test_case(points=1024, hidden=True)
def t10(reads_data): assert reads_data().startswith('a,b')


@test_case(points=2048, hidden=True)
def t11(): assert open('data.csv').read().startswith('a,b')


@test_case(points=4096, hidden=True)
def t12(read):
    open('made.txt', 'w').write('x')
    assert read('made.txt') == 'x'


@test_case(points=8192, hidden=True)
def t13(read, tmp_path=None):
    import tempfile, os
    with tempfile.TemporaryDirectory() as d:
        p = os.path.join(d, 'a.txt')
        open(p, 'w').write('y')
        assert read(p) == 'y'


@test_case(points=16384, hidden=True)
def t14(read):
    with pytest.raises(FileNotFoundError): read('nowhere.txt')


@test_case(points=32768, hidden=True)
def t15(res): assert res.success and abs(res.x[0] - 1) < 1e-4


@test_case(points=65536, hidden=True)
def t16(nt): assert nt.x == 3 and nt == (3,)


@test_case(points=131072, hidden=True)
def t17(nt): assert nt.twice() == 6


@test_case(points=262144, hidden=True)
def t18(make): assert make().twice() == 8


@test_case(points=524288, hidden=True)
def t19(fs): assert [h(10) for h in fs] == [0, 10, 20]


@test_case(points=1048576, hidden=True)
def t20(memo): assert memo(1) == 1 and memo(2) == 2


@test_case(points=2097152, hidden=True)
def t21(aw, main_ran): assert aw == 3 and main_ran


@test_case(points=4194304, hidden=True)
def t22(big): assert big().sum() == 299999 * 150000


@test_case(points=8388608, hidden=True)
def t23(fillarr, arr):
    out = fillarr(2.0)
    assert out is arr and arr.tolist() == [2, 2, 2]


@test_case(points=16777216, hidden=True)
def t24(grow):
    l = [1]; assert grow(l) is l and l == [1, 2]


@test_case(points=33554432, hidden=True)
def t25(outer): assert outer()() == 4


@test_case(points=67108864, hidden=True)
def t26(g): assert g(1, 2, z=3, y=4) == (1, (2,), ['y', 'z'])


@test_case(points=134217728, hidden=True)
def t27(nan): assert nan() != nan() and np.isnan(nan())


@test_case(points=268435456, hidden=True)
def t28(d1): assert repr(d1) == "{'x': np.float64(1.0)}"


@test_case(points=536870912, hidden=True)
def t29(env): assert env['env_set'] == 'yes'


@test_case(points=1073741824, hidden=True)
def t30():
    import os
    assert os.environ.get('FROM_NB') == 'yes'


@test_case(points=2147483648, hidden=True)
def t31(swap):
    a = np.array([1, 2]); swap(a); assert a.tolist() == [2, 1]


@test_case(points=4294967296, hidden=True)
def t32(model): assert model.fit(2.0).predict(3) == 6


@test_case(points=8589934592, hidden=True)
def t33(trained): assert trained().w == 2


@test_case(points=17179869184, hidden=True)
def t34(words): assert words == ['a', 'b']


@test_case(points=34359738368, hidden=True)
def t35(f):
    import multiprocessing
    assert f(3) == 9


@test_case(points=68719476736, hidden=True)
def t36(env):
    for name in ('f', 'grad_f'):
        assert callable(env[name])


@test_case(points=137438953472, hidden=True)
def t37(env): assert list(map(env['f'], [1, 2])) == [1, 4]


@test_case(points=274877906944, hidden=True)
def t38(f):
    import sympy
    x = sympy.Symbol('x'); assert sympy.diff(f(x), x) == 2 * x


@test_case(points=549755813888, hidden=True)
def t39(f):
    import pandas as pd
    assert pd.Series([1, 2]).apply(f).tolist() == [1, 4]


@test_case(points=1099511627776, hidden=True)
def t40(f): assert np.vectorize(f)([1, 2]).tolist() == [1, 4] and np.allclose(f(np.linspace(0, 1, 5)), np.linspace(0, 1, 5) ** 2)
