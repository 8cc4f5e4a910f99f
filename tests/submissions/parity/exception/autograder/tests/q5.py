from otter.test_files import test_case

OK_FORMAT = False

name = "q5"
points = None

@test_case(points=None, hidden=False)
def test_four(draws):
    assert len(draws) == 4

@test_case(points=None, hidden=True)
def test_seeded(draws, rng_seed):
    import numpy as np
    assert np.allclose(draws, np.random.default_rng(rng_seed).normal(size=4)), 'use the seed'

