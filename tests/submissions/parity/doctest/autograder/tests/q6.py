OK_FORMAT = True

test = {   'all_or_nothing': True,
    'name': 'q6',
    'points': 3,
    'suites': [   {   'cases': [   {'code': '>>> isinstance(dfdx, sp.Expr)\nTrue', 'hidden': False, 'locked': False},
                                   {'code': '>>> sp.simplify(dfdx - (3 * x ** 2 - 4 * x)) == 0\nTrue', 'hidden': True, 'locked': False},
                                   {'code': '>>> dfdx.subs(x, 2)\n4', 'hidden': True, 'locked': False}],
                      'scored': True,
                      'setup': '',
                      'teardown': '',
                      'type': 'doctest'}]}
