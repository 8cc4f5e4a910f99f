from otter.test_files import test_case

OK_FORMAT = False

name = "q6"
points = 2

@test_case(points=None, hidden=False)
def test_root(root):
    assert root(9) == 3

@test_case(points=None, hidden=True)
def test_negative(root):
    try:
        root(-1)
    except ValueError:
        return
    raise AssertionError('no ValueError for a negative number')

