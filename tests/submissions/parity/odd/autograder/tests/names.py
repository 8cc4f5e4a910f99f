OK_FORMAT = True

test = {'name': 'names',
 'points': None,
 'suites': [{'cases': [{'code': ">>> sorted(d.items(), key=str)\n[('a', [1, {'c': (1, 2)}]), ('b', 2)]",
                        'hidden': True,
                        'points': 1},
                       {'code': ">>> vars()['num'] + globals()['num']\n14", 'hidden': True, 'points': 2},
                       {'code': ">>> eval('num + 1')\n8", 'hidden': True, 'points': 4},
                       {'code': ">>> 'num' in globals(), 'nope' in globals(), 'num' in dir()\n(True, False, True)",
                        'hidden': True,
                        'points': 8},
                       {'code': '>>> def check(v):\n'
                                '...     return [sq(t) + num for t in v]\n'
                                '>>> check([1, 2])\n'
                                '[8, 11]\n'
                                '>>> (lambda: num)()\n'
                                '7',
                        'hidden': True,
                        'points': 16},
                       {'code': '>>> sum([1, 2])\n42', 'hidden': True, 'points': 32},
                       {'code': '>>> num = 100\n>>> num + 1\n101', 'hidden': True, 'points': 64},
                       {'code': '>>> num\n7', 'hidden': True, 'points': 128},
                       {'code': '>>> undefined_thing\n3', 'hidden': True, 'points': 256},
                       {'code': '>>> (num, flt, s) == (7, 0.30000000000000004, s) and s is not None\n'
                                'True\n'
                                '>>> num is num, none is None, dots is Ellipsis\n'
                                '(True, True, True)',
                        'hidden': True,
                        'points': 512},
                       {'code': '>>> hash(num) == hash(7), len(s), s.upper()[:2], num // 2, -num, num ** 2\n'
                                "(True, 9, 'HÉ', 3, -7, 49)",
                        'hidden': True,
                        'points': 1024}],
             'scored': True,
             'setup': '',
             'teardown': '',
             'type': 'doctest'}]}
