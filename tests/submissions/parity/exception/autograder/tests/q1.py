from otter.test_files import test_case

OK_FORMAT = False

name = "q1"
points = [1, 2]

@test_case(points=None, hidden=False)
def test_is_expression(dfdx):
    import sympy as sp
    assert isinstance(dfdx, sp.Expr), 'dfdx should be a SymPy expression'

@test_case(points=None, hidden=True)
def test_value(dfdx, x):
    import sympy as sp
    assert sp.simplify(dfdx - (3 * x ** 2 + sp.cos(x))) == 0, 'not the derivative'

