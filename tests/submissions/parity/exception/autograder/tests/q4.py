from otter.test_files import test_case

OK_FORMAT = False

name = "q4"
points = 2

@test_case(points=None, hidden=False)
def test_loss(loss):
    assert abs(float(loss(3.0)) - -0.9899925) < 1e-05

@test_case(points=None, hidden=True)
def test_gradient(loss):
    import jax
    import math
    assert abs(float(jax.grad(loss)(2.0)) - (-2.0 - math.sin(2.0))) < 0.0001, 'jax.grad of your loss is off'

