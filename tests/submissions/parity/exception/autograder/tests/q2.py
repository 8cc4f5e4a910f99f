from otter.test_files import test_case

OK_FORMAT = False

name = "q2"
points = 3

@test_case(points=None, hidden=False)
def test_at_zero(slope):
    assert abs(slope(0.0) - 1.0) < 1e-06, f'at 0 you get {slope(0.0)}'

@test_case(points=2, hidden=True, 
    success_message="Right everywhere.", 
    failure_message="Look at negative numbers.")
def test_many(slope):
    import numpy as np
    rng = np.random.default_rng(7)
    for t in rng.uniform(-3, 3, 20):
        assert np.isclose(slope(t), 3 * t ** 2 + np.cos(t)), 'wrong somewhere'

