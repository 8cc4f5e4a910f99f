OK_FORMAT = True

test = {'name': 'values',
 'points': None,
 'suites': [{'cases': [{'code': '>>> flt, s, none, dots, z, fr, dec, rg, by\n'
                                '(0.30000000000000004, "héllo\\n\'q\'", None, Ellipsis, (3-2j), Fraction(3, 4), '
                                "Decimal('1.10'), range(2, 10, 3), b'ab\\x00')",
                        'hidden': True,
                        'points': 1},
                       {'code': '>>> st, fs, big, nan, inf, tup, nested\n'
                                '({1, 2, 3}, frozenset({1}), 10000000000000000000000000000000000000000, nan, -inf, '
                                '(1,), [[1, 2], [3, [4, (5, None)]]])',
                        'hidden': True,
                        'points': 2},
                       {'code': '>>> type(fr).__name__, type(dec).__name__, type(d) is dict, isinstance(num, int), '
                                'isinstance(flt, float)\n'
                                "('Fraction', 'Decimal', True, True, True)",
                        'hidden': True,
                        'points': 4},
                       {'code': ">>> od['b'], cnt['a'], dd['q'], list(od), cnt.most_common(1)\n"
                                "(2, 2, 1, ['a', 'b'], [('a', 2)])",
                        'hidden': True,
                        'points': 8},
                       {'code': '>>> pt\nPoint(x=1, y=2)\n>>> pt.x\n1', 'hidden': True, 'points': 16}],
             'scored': True,
             'setup': '',
             'teardown': '',
             'type': 'doctest'}]}
