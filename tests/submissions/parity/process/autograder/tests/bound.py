from otter.test_files import test_case

OK_FORMAT = False
name = 'bound'
points = None


@test_case(points=1, hidden=True)
def t0(env):
    assert env['lr'] == 0.25


@test_case(points=2, hidden=True)
def t1(step):
    assert step(1.0, 1.0) == 0.75


@test_case(points=4, hidden=True)
def t2(df):
    assert abs(df(2.0) - 12) < 1e-3


@test_case(points=8, hidden=True)
def t3(thing, helper):
    assert thing.k == 3 and helper(1) == 2


@test_case(points=16, hidden=True)
def t4(env):
    env['np'] = None
    assert env['thirds_of'] is not None


@test_case(points=32, hidden=True)
def t5(thirds_of):
    try: thirds_of(1)
    except AttributeError: pass
    else: assert False


@test_case(points=64, hidden=True)
def t6(env):
    import numpy
    env['np'] = numpy
    assert env['thirds_of'](3) == 1


@test_case(points=128, hidden=True)
def t7(env):
    globals()['GLOB'] = 5
    assert GLOB == 5


@test_case(points=256, hidden=True)
def t8(env):
    assert 'GLOB' not in env and GLOB == 5
