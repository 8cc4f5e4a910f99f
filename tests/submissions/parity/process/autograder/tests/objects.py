from otter.test_files import test_case
import numpy as np, pytest, collections

OK_FORMAT = False
name = 'objects'
points = None


@test_case(points=1, hidden=True)
def t0(p): assert p.x == 3 and p.norm() == 5


@test_case(points=2, hidden=True)
def t1(p, Point): assert isinstance(p, Point) and p == Point(3, 4)


@test_case(points=4, hidden=True)
def t2(Point): assert Point(1, 2).x == 1


@test_case(points=8, hidden=True)
def t3(mkpoint): assert mkpoint(2).y == 2


@test_case(points=16, hidden=True)
def t4(p): assert repr(p) == 'Point(3, 4)' and type(p).__name__ == 'Point'


@test_case(points=32, hidden=True)
def t5(sub): assert sub == [1, 2] and len(sub) == 2


@test_case(points=64, hidden=True)
def t6(sub): assert sub.total() == 3


@test_case(points=128, hidden=True)
def t7(sub): assert type(sub).__name__ == 'Sub'


@test_case(points=256, hidden=True)
def t8(sub): assert type(sub) is list


@test_case(points=512, hidden=True)
def t9(ang): assert ang == 2.0 and isinstance(ang, float)


@test_case(points=1024, hidden=True)
def t10(ang): assert type(ang) is float


@test_case(points=2048, hidden=True)
def t11(gen): assert list(gen(3)) == [0, 1, 4]


@test_case(points=4096, hidden=True)
def t12(g): assert next(g) == 0


@test_case(points=8192, hidden=True)
def t13(it, z, m): assert list(it) == [1, 2] and list(z) == [(1, 1)] and list(m) == [1, 4]


@test_case(points=16384, hidden=True)
def t14(dk): assert 'a' in dk


@test_case(points=32768, hidden=True)
def t15(red): assert red.name == 'RED'


@test_case(points=65536, hidden=True)
def t16(dc): assert dc.a == 1


@test_case(points=131072, hidden=True)
def t17(inc): assert [inc(), inc()] == [1, 2]


@test_case(points=262144, hidden=True)
def t18(env, counted):
    before = env['calls']; counted(1); counted(2)
    assert env['calls'] == before + 2


@test_case(points=524288, hidden=True)
def t19(hist, keep):
    n = len(hist); keep(5)
    assert len(hist) == n + 1


@test_case(points=1048576, hidden=True)
def t20(hold, touch_held):
    l = [1]; hold(l); touch_held()
    assert l == [1, 99]


@test_case(points=2097152, hidden=True)
def t21(same):
    l = [1]
    assert same(l) is l


@test_case(points=4194304, hidden=True)
def t22(fill):
    d = {}; fill(d)
    assert d == {'k': 1}


@test_case(points=8388608, hidden=True)
def t23(raiser):
    for k, e in zip('vtzkn', (ValueError, TypeError, ZeroDivisionError, KeyError, NotImplementedError)):
        with pytest.raises(e): raiser(k)


@test_case(points=16777216, hidden=True)
def t24(raiser):
    with pytest.raises(StopIteration): raiser('s')


@test_case(points=33554432, hidden=True)
def t25(raiser2):
    with pytest.raises(ValueError): raiser2()


@test_case(points=67108864, hidden=True)
def t26(raiser2, MyErr):
    with pytest.raises(MyErr): raiser2()


@test_case(points=134217728, hidden=True)
def t27(raiser2):
    try: raiser2()
    except Exception as e: assert type(e).__name__ == 'MyErr' and e.args == ('mine',) and isinstance(e, ValueError) and str(e) == 'mine'


@test_case(points=268435456, hidden=True)
def t28(asserter):
    with pytest.raises(AssertionError, match='positive'): asserter(-1)


@test_case(points=536870912, hidden=True)
def t29(uni, surro): assert uni == "∂f/∂x = 2·x — ñ 🎉" and surro == "a\tb"


@test_case(points=1073741824, hidden=True)
def t30(f64, f32v, cplx): assert repr(f64) == 'np.float64(0.1)' and f32v.dtype == np.float32 and cplx == 1+2j


@test_case(points=2147483648, hidden=True)
def t31(intarr): assert intarr.dtype == np.int64 and isinstance(intarr, np.ndarray)


@test_case(points=4294967296, hidden=True)
def t32(recarr): assert recarr['a'][0] == 1


@test_case(points=8589934592, hidden=True)
def t33(dt64): assert str(dt64) == '2024-01-01'


@test_case(points=17179869184, hidden=True)
def t34(mixed): assert mixed['grad'].tolist() == [1, 2] and mixed[(1, 2)] == 'tup' and mixed['f'](3) == 9 and str(mixed['sym']) == 'x**2'


@test_case(points=34359738368, hidden=True)
def t35(recurse): assert recurse(500) == 500


@test_case(points=68719476736, hidden=True)
def t36(deep):
    with pytest.raises(RecursionError): deep(1)


@test_case(points=137438953472, hidden=True)
def t37(big_list): assert len(big_list) == 100000 and sum(big_list) == 4999950000


@test_case(points=274877906944, hidden=True)
def t38(rng): assert isinstance(rng, np.random.Generator)


@test_case(points=549755813888, hidden=True)
def t39(ser): assert ser['a'] == 1.5 and ser.name == 's' and list(ser.index) == ['a', 'b']


@test_case(points=1099511627776, hidden=True)
def t40(idx): assert list(idx) == [1, 2]


@test_case(points=2199023255552, hidden=True)
def t41(dfi): assert str(dfi['t'].dtype).startswith('datetime64')


@test_case(points=4398046511104, hidden=True)
def t42(npf): assert npf(2) == 4 and npf.order == 1


@test_case(points=8796093022208, hidden=True)
def t43(npP): assert npP(2) == 5


@test_case(points=17592186044416, hidden=True)
def t44(polyp): assert polyp.degree() == 2


@test_case(points=35184372088832, hidden=True)
def t45(s1, x): assert s1 != x and s1.is_positive


@test_case(points=70368744177664, hidden=True)
def t46(iscl): assert iscl(1, 1) and iscl is np.isclose


@test_case(points=140737488355328, hidden=True)
def t47(strdt): assert isinstance(strdt, np.str_)


@test_case(points=281474976710656, hidden=True)
def t48(strdt): assert strdt == 'abc'


@test_case(points=562949953421312, hidden=True)
def t49(nb): assert nb == True and isinstance(nb, np.bool_) and nb is not True


@test_case(points=1125899906842624, hidden=True)
def t50(vz): assert vz([1, 2]).tolist() == [2, 4]
