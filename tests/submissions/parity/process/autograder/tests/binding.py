from otter.test_files import test_case
import random
STATE = []

OK_FORMAT = False
name = 'binding'
points = None


@test_case(points=1, hidden=True)
def t0(env):
    env['lr'] = 0.5
    assert env['step'](1.0, 1.0) == 0.5


@test_case(points=2, hidden=True)
def t1(env):
    assert env['lr'] == 0.5


@test_case(points=4, hidden=True)
def t2(step):
    assert step(1.0, 1.0) == 0.5


@test_case(points=8, hidden=True)
def t3(env):
    env['helper'] = lambda v: v + 1
    assert env['helper'](1) == 2


@test_case(points=16, hidden=True)
def t4(env):
    assert env['helper'](1) == 2


@test_case(points=32, hidden=True)
def t5(helper):
    assert helper(5) == 6


@test_case(points=64, hidden=True)
def t6(env):
    env['f'] = lambda v: v ** 3
    assert abs(env['df'](2.0) - 12) < 1e-3


@test_case(points=128, hidden=True)
def t7(df):
    assert abs(df(2.0) - 12) < 1e-3


@test_case(points=256, hidden=True)
def t8(env):
    class Thing:
        k = 3
    env['thing'] = Thing()
    assert env['thing'].k == 3


@test_case(points=512, hidden=True)
def t9(env):
    assert env['thing'].k == 3


@test_case(points=1024, hidden=True)
def t10(thing):
    assert thing is not None and thing.k == 3


@test_case(points=2048, hidden=True)
def t11(env):
    del env['lr']
    assert 'lr' not in env and env.get('lr') is None


@test_case(points=4096, hidden=True)
def t12(env, step):
    try: step(1.0, 1.0)
    except NameError: pass
    else: assert False


@test_case(points=8192, hidden=True)
def t13(env):
    env.update(lr=2.0, extra=[1])
    assert env['step'](1.0, 1.0) == -1.0


@test_case(points=16384, hidden=True)
def t14(env, extra):
    extra.append(2)
    assert env['extra'] == [1, 2] and env['extra'] is extra


@test_case(points=32768, hidden=True)
def t15(extra):
    assert extra == [1, 2]


@test_case(points=65536, hidden=True)
def t16(env):
    assert env.pop('extra') == [1, 2] and 'extra' not in env


@test_case(points=131072, hidden=True)
def t17(extra):
    assert extra is None


@test_case(points=262144, hidden=True)
def t18(env):
    assert env.setdefault('fresh', 4) == 4 and env.setdefault('lr', 9) == 2.0


@test_case(points=524288, hidden=True)
def t19(fresh):
    assert fresh == 4


@test_case(points=1048576, hidden=True)
def t20():
    STATE.append(1)


@test_case(points=2097152, hidden=True)
def t21():
    assert STATE == [1]


@test_case(points=4194304, hidden=True)
def t22(env):
    exec("newname = lr + 1", env)
    assert env['newname'] == 3.0


@test_case(points=8388608, hidden=True)
def t23(newname):
    assert newname == 3.0


@test_case(points=16777216, hidden=True)
def t24(env):
    exec("lr = 7.0", env)
    assert env['step'](1.0, 1.0) == -6.0


@test_case(points=33554432, hidden=True)
def t25(env):
    assert eval("step(1.0, lr)", env) == -48.0


@test_case(points=67108864, hidden=True)
def t26(env):
    env['hist'] = [7]
    assert env['keep'](1) == 2 and env['hist'] == [7, 1]


@test_case(points=134217728, hidden=True)
def t27(hist):
    assert hist == [7, 1]


@test_case(points=268435456, hidden=True)
def t28(env):
    env |= {'lr': 0.25}
    assert env['step'](1.0, 1.0) == 0.75


@test_case(points=536870912, hidden=True)
def t29(env, f):
    old = env['f']
    env['f'] = lambda v: 5 * v
    try:
        assert abs(env['df'](2.0) - 5) < 1e-6
    finally:
        env['f'] = old


@test_case(points=1073741824, hidden=True)
def t30(env, df):
    assert abs(df(2.0) - 12) < 1e-3
