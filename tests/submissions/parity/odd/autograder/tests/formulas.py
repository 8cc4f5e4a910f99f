OK_FORMAT = True

test = {'name': 'formulas',
 'points': None,
 'suites': [{'cases': [{'code': '>>> expr\n'
                                'sin(x)**2 + exp(-x*y)/n\n'
                                '>>> sorted(expr.free_symbols, key=str)\n'
                                '[n, x, y]\n'
                                '>>> expr.subs({x: 0}) == 1/n\n'
                                'True\n'
                                '>>> x.is_real, n.is_positive\n'
                                '(True, True)',
                        'hidden': True,
                        'points': 1},
                       {'code': '>>> M.det()\n2*x - y\n>>> M\nMatrix([\n[x, 1],\n[y, 2]])\n>>> M.shape\n(2, 2)',
                        'hidden': True,
                        'points': 2},
                       {'code': '>>> eq\n'
                                'Eq(x**2, 4)\n'
                                '>>> pw.subs(x, -3)\n'
                                '3\n'
                                '>>> der.doit()\n'
                                'cos(x)\n'
                                '>>> integ.doit()\n'
                                '1/2',
                        'hidden': True,
                        'points': 4},
                       {'code': '>>> lam(2, 3)\n7\n>>> lam(np.array([1, 2]), 2)\narray([3, 5])',
                        'hidden': True,
                        'points': 8},
                       {'code': ">>> poly3(sp.Symbol('t'))\nt**3 - 2*t\n>>> sp.diff(poly3(x), x)\n3*x**2 - 2",
                        'hidden': True,
                        'points': 16},
                       {'code': '>>> sp.simplify(expr - (1 - sp.cos(x)**2 + sp.exp(-x*y)/n)) == 0\n'
                                'True\n'
                                ">>> sp.Symbol('x') == x\n"
                                'False',
                        'hidden': True,
                        'points': 32}],
             'scored': True,
             'setup': '',
             'teardown': '',
             'type': 'doctest'}]}
