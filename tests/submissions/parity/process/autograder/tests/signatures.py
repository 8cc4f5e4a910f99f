from otter.test_files import test_case
import inspect

OK_FORMAT = False
name = 'signatures'
points = None


@test_case(points=1, hidden=True)
def t0(dflt):
    assert str(inspect.signature(dflt)) == "(a, b=2, c='s', d=None, *, e=1.5, f=(1, 2), g=[1])"


@test_case(points=2, hidden=True)
def t1(dflt):
    assert dflt.__defaults__ == (2, 's', None)


@test_case(points=4, hidden=True)
def t2(dflt):
    assert dflt.__kwdefaults__ == {'e': 1.5, 'f': (1, 2), 'g': [1]}


@test_case(points=8, hidden=True)
def t3(df):
    assert inspect.signature(df).parameters['h'].default == 1e-6


@test_case(points=16, hidden=True)
def t4(annotated):
    assert str(inspect.signature(annotated)) == "(x: float, n: 'int' = 3) -> float"


@test_case(points=32, hidden=True)
def t5(annotated):
    assert annotated.__annotations__ == {'x': float, 'n': 'int', 'return': float}


@test_case(points=64, hidden=True)
def t6(annotated):
    assert annotated.__doc__ == "Doc." and inspect.getdoc(annotated) == "Doc."


@test_case(points=128, hidden=True)
def t7(annotated):
    assert "return x * n" in inspect.getsource(annotated)


@test_case(points=256, hidden=True)
def t8(dfun, np=None):
    import math, numpy
    p = inspect.signature(dfun).parameters
    assert p['rule'].default is numpy.mean


@test_case(points=512, hidden=True)
def t9(dfun):
    import math
    assert inspect.signature(dfun).parameters['mode'].default is math.sin


@test_case(points=1024, hidden=True)
def t10(dodd):
    assert str(inspect.signature(dodd)) == "(x, o=Odd())"


@test_case(points=2048, hidden=True)
def t11(dodd):
    assert inspect.signature(dodd).parameters['o'].default is not None


@test_case(points=4096, hidden=True)
def t12(doc_only):
    assert list(inspect.signature(doc_only).parameters['scale'].default) == [1., 2.]


@test_case(points=8192, hidden=True)
def t13(plus):
    assert plus.__name__ == 'plus' and plus.__doc__ == 'Plus doc.' and plus(1) == 2 and plus.__wrapped__(1) == 1


@test_case(points=16384, hidden=True)
def t14(part):
    assert part() == 1 and part.keywords == {'b': 5}


@test_case(points=32768, hidden=True)
def t15(kwonly):
    assert kwonly(a=1) == 2


@test_case(points=65536, hidden=True)
def t16(kwonly):
    try: kwonly(1)
    except TypeError: pass
    else: assert False


@test_case(points=131072, hidden=True)
def t17(posonly, many):
    assert posonly(1, b=2) == 3 and many(1, 2, 3) == 6


@test_case(points=262144, hidden=True)
def t18(df):
    assert df.doc == "attr"


@test_case(points=524288, hidden=True)
def t19(f):
    assert type(f).__name__ == 'function' and inspect.isfunction(f) and callable(f)


@test_case(points=1048576, hidden=True)
def t20(recurse):
    assert 'recurse' in recurse.__code__.co_names


@test_case(points=2097152, hidden=True)
def t21(f):
    assert f.__code__.co_varnames == ('x',)


@test_case(points=4194304, hidden=True)
def t22(inc):
    assert inc.__closure__ is not None


@test_case(points=8388608, hidden=True)
def t23(f):
    f.tag = 5
    assert f.tag == 5


@test_case(points=16777216, hidden=True)
def t24(f):
    assert getattr(f, 'tag', None) == 5


@test_case(points=33554432, hidden=True)
def t25(f):
    assert inspect.getfullargspec(f).args == ['x'] and f.__module__ == '__main__'


@test_case(points=67108864, hidden=True)
def t26(df):
    assert inspect.getfullargspec(df).defaults == (1e-6,)


@test_case(points=134217728, hidden=True)
def t27(df, f):
    assert len(inspect.getsource(df).splitlines()) == 2 and inspect.getsource(f).startswith('def f(x):')


@test_case(points=268435456, hidden=True)
def t28(lamb):
    assert 'lambda' in inspect.getsource(lamb) and lamb.__name__ == '<lambda>'


@test_case(points=536870912, hidden=True)
def t29(gen):
    assert inspect.isgeneratorfunction(gen)


@test_case(points=1073741824, hidden=True)
def t30(f):
    import ast, textwrap
    tree = ast.parse(textwrap.dedent(inspect.getsource(f)))
    assert not any(isinstance(n, ast.For) for n in ast.walk(tree))


@test_case(points=2147483648, hidden=True)
def t31(f):
    import dis
    assert any(i.opname.startswith('BINARY') for i in dis.get_instructions(f))


@test_case(points=4294967296, hidden=True)
def t32(f):
    assert f.__globals__['lr'] == 0.1


@test_case(points=8589934592, hidden=True)
def t33(dflt):
    assert f"{inspect.signature(dflt).parameters['b']}" == 'b=2' and dflt.__defaults__ is not None


@test_case(points=17179869184, hidden=True)
def t34(f, df):
    assert f is f and f != df and f in [f, df] and {f: 1}[f] == 1 and hash(f) == hash(f)


@test_case(points=34359738368, hidden=True)
def t35(f, nestedf, mixed):
    assert nestedf[0] is f and mixed['f'] is f and nestedf[2]['g'](3) == 9
