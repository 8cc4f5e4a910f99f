from otter.test_files import test_case

OK_FORMAT = False

name = "q10"
points = 2

@test_case(points=None, hidden=False)
def test_compose(compose):
    both = compose(lambda t: t + 1, lambda t: 2 * t)
    assert callable(both), 'compose returns a function'
    assert both(3) == 7

@test_case(points=None, hidden=True)
def test_order(compose):
    import math
    assert compose(abs, math.floor)(-0.5) == 1

