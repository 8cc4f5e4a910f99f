OK_FORMAT = True

test = {'name': 'calls',
 'points': None,
 'suites': [{'cases': [{'code': '>>> neg(-1)\nTraceback (most recent call last):\n    ...\nValueError: negative: -1',
                        'hidden': True,
                        'points': 1},
                       {'code': '>>> remember(3)\n[3]\n>>> history, total\n([3], 3)\n>>> remember(4) and total\n7',
                        'hidden': True,
                        'points': 2},
                       {'code': '>>> raises_own()\nTraceback (most recent call last):\n    ...\nOdd: mine',
                        'hidden': True,
                        'points': 4},
                       {'code': '>>> kw(1), kw(1, 5, 6, 7, c=8, z=9)\n'
                                "((1, 2, (), 3, []), (1, 5, (6, 7), 8, [('z', 9)]))",
                        'hidden': True,
                        'points': 8},
                       {'code': '>>> apply(max, 3, 4), apply(lambda a, b=1: a + b, 1, b=5), apply(np.add, 1, 2)\n'
                                '(4, 6, np.int64(3))',
                        'hidden': True,
                        'points': 16},
                       {'code': '>>> twice(sq)(3), twice(lambda t: t + 1)(0), twice(math.sqrt)(16)\n(81, 2, 2.0)',
                        'hidden': True,
                        'points': 32},
                       {'code': ">>> pair(2.0)\n(2.0, array([2., 2.]), {'v': 2.0})", 'hidden': True, 'points': 64},
                       {'code': '>>> np.random.seed(3)\n>>> round(float(draw()), 6)\n0.550798',
                        'hidden': True,
                        'points': 128},
                       {'code': '>>> warny(3)\n3', 'hidden': True, 'points': 256},
                       {'code': '>>> noisy(3)\ngot 3\n6', 'hidden': True, 'points': 512},
                       {'code': '>>> v = np.array([1, 2])\n'
                                '>>> inplace(v)\n'
                                '>>> v\n'
                                'array([2, 4])\n'
                                '>>> l = [2, 1]\n'
                                '>>> sort_it(l); l\n'
                                '[1, 2]',
                        'hidden': True,
                        'points': 1024},
                       {'code': '>>> fact(10), fact(20)\n(3628800, 2432902008176640000)',
                        'hidden': True,
                        'points': 2048},
                       {'code': '>>> sq.__name__, remember.__name__, remember.__doc__, callable(call), '
                                'callable(num)\n'
                                "('<lambda>', 'remember', 'Keep v.', True, False)",
                        'hidden': True,
                        'points': 4096},
                       {'code': '>>> part(), vec([1, 2]).tolist(), round(float(jitted(1.0)), 4), float(gradf(3.0))\n'
                                '((1, 2, (), 9, []), [2, 3], 0.8415, 6.0)',
                        'hidden': True,
                        'points': 8192},
                       {'code': '>>> call(4), cached(1), float(pyfun(0.0))\n(8, 2, 0.0)',
                        'hidden': True,
                        'points': 16384},
                       {'code': '>>> neg\nTraceback (most recent call last):\n    ...\nNameError',
                        'hidden': True,
                        'points': 32768},
                       {'code': '>>> history.append(99) or history[-1]\n99\n>>> remember(1)[-2:]\n[99, 1]',
                        'hidden': True,
                        'points': 65536},
                       {'code': '>>> [f(2) for f in (sq, poly3, cached)]\n'
                                '[4, 4, 3]\n'
                                '>>> sorted([3, 1, 2], key=lambda t: sq(t - 2))[0]\n'
                                '2\n'
                                '>>> list(map(sq, [1, 2])), list(filter(lambda t: sq(t) > 1, [1, 2]))\n'
                                '([1, 4], [2])',
                        'hidden': True,
                        'points': 131072}],
             'scored': True,
             'setup': '',
             'teardown': '',
             'type': 'doctest'}]}
