OK_FORMAT = True

test = {'name': 'arrays',
 'points': None,
 'suites': [{'cases': [{'code': '>>> df.shape\n'
                                '(3, 2)\n'
                                ">>> float(df['y'].mean())\n"
                                '4.166666666666667\n'
                                '>>> list(df.columns)\n'
                                "['x', 'y']\n"
                                '>>> ser.max()\n'
                                'np.float64(6.5)',
                        'hidden': True,
                        'points': 1},
                       {'code': '>>> arr\n'
                                'array([[0, 1, 2],\n'
                                '       [3, 4, 5]])\n'
                                '>>> f32\n'
                                'np.float32(0.1)\n'
                                '>>> i8\n'
                                'np.int8(5)\n'
                                '>>> b_\n'
                                'np.True_\n'
                                '>>> arr.dtype, f32arr.dtype\n'
                                "(dtype('int64'), dtype('float32'))",
                        'hidden': True,
                        'points': 2},
                       {'code': '>>> farr\n'
                                'array([0.  , 0.25, 0.5 , 0.75, 1.  ])\n'
                                '>>> boolarr\n'
                                'array([False, False,  True,  True,  True])\n'
                                '>>> strarr\n'
                                "array(['a', 'bc'], dtype='<U2')\n"
                                '>>> objarr\n'
                                "array([1, 'a', None], dtype=object)\n"
                                '>>> carr, empty, zerod\n'
                                '(array([1.+2.j]), array([], dtype=float64), array(3.5))',
                        'hidden': True,
                        'points': 4},
                       {'code': '>>> jarr\n'
                                'Array([1., 2.], dtype=float32)\n'
                                '>>> jint\n'
                                'Array(3, dtype=int32, weak_type=True)\n'
                                '>>> isinstance(jarr, jnp.ndarray), type(jarr).__name__\n'
                                "(True, 'ArrayImpl')",
                        'hidden': True,
                        'points': 8},
                       {'code': '>>> la.norm([3, 4]), round(float(stats.norm.cdf(0)), 3), statistics.mean([1, 3])\n'
                                '(np.float64(5.0), 0.5, 2)',
                        'hidden': True,
                        'points': 16},
                       {'code': '>>> mat.shape, mat * mat\n((2, 2), matrix([[ 7, 10],\n        [15, 22]]))',
                        'hidden': True,
                        'points': 32}],
             'scored': True,
             'setup': '',
             'teardown': '',
             'type': 'doctest'}]}
