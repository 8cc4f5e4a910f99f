from otter.test_files import test_case

OK_FORMAT = False

name = "q3"
points = 4
all_or_nothing = True

@test_case(points=None, hidden=False)
def test_names(env):
    assert 'gradient' in env and callable(env['gradient']), 'gradient is not a function'
    assert env.get('nothing_of_this_name') is None
    assert len(env['at_point']) == 2

@test_case(points=None, hidden=True)
def test_agree(env):
    import numpy as np
    assert np.allclose(env['at_point'], [4.0, 4.0])
    assert np.allclose(env['gradient'](np.array([1.5, -2.0])), [-6.0, 2.25])

