OK_FORMAT = True

test = {'name': 'unseen',
 'points': None,
 'suites': [{'cases': [{'code': '>>> when\ndatetime.date(2024, 2, 29)', 'hidden': True, 'points': 1},
                       {'code': '>>> sols\n'
                                '[-2, 2]\n'
                                '>>> rat, sint, sflt\n'
                                '(2/3, 4, 1.50000000000000)\n'
                                '>>> arr_s\n'
                                '[y, x]\n'
                                '>>> fset\n'
                                '{1, 2}',
                        'hidden': True,
                        'points': 2},
                       {'code': '>>> poly.degree()\n2', 'hidden': True, 'points': 4},
                       {'code': '>>> fx.diff(x)\nDerivative(F(x), x)', 'hidden': True, 'points': 8},
                       {'code': '>>> list(gen(3))\n[0, 1, 2]', 'hidden': True, 'points': 16},
                       {'code': '>>> masked.sum()\nnp.int64(4)', 'hidden': True, 'points': 32},
                       {'code': '>>> call.k\n2', 'hidden': True, 'points': 64},
                       {'code': '>>> isinstance(call, Call), isinstance(3, Call)\n(True, False)',
                        'hidden': True,
                        'points': 128}],
             'scored': True,
             'setup': '',
             'teardown': '',
             'type': 'doctest'}]}
